"""Clears away what is no longer needed, at a safe moment: between two events, in the thread of the window.

Left alone, Python's collector runs whenever enough was allocated: also in the worker thread, or while Qt walks through
the widgets that are being taken apart after a change of language. Half-dead Qt objects that are freed there end the
program. So it is switched off, and a timer does its work from the event loop.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer

EVERY_MS = 1000


class Collector(QObject):
    """Collects as Python would, one generation after the other, but only here; ends with its parent."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the generations that are full."""
        counts, limits = gc.get_count(), gc.get_threshold()
        full = [number for number in range(3) if limits[number] and counts[number] > limits[number]]
        if full:
            gc.collect(max(full))

    def clear(self) -> None:
        """Take apart what was just replaced: first what Qt deletes later, in its order, then the rest."""
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
