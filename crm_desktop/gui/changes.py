"""Tells the shown page of what was written; while a job writes on and on, only as often as the page keeps up with.

A campaign that goes out writes some hundred times a second. Were the page made anew each time, the window would do nothing
else; so it rests for a few times as long as that took, and is told of all that came meanwhile at once. When the job has
ended, it is told at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from crm_desktop.gui import failures, jobs
from crm_desktop.gui.widgets.page import Page

# So many times as long as it took to show the last changes, nothing is shown anew.
REST = 4


class Changes(QObject):
    """See the module; `page` gives the page that is shown."""

    def __init__(self, page: Callable[[], Page | None], parent: QObject) -> None:
        super().__init__(parent)
        self._page = page
        self._waiting: frozenset[str] = frozenset()
        self._took = self._told = 0.0
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._now)
        jobs.worker().finished.connect(self._ended)

    def tell(self, tables: frozenset[str]) -> None:
        """Some tables were written."""
        self._waiting |= tables
        left = self._told + REST * self._took - time.monotonic()
        if not jobs.busy() or left <= 0:
            self._now()
        elif not self._later.isActive():
            self._later.start(int(left * 1000) + 1)

    def _ended(self, _job: object) -> None:
        if self._waiting:
            self._now()

    def _now(self) -> None:
        self._later.stop()
        tables, self._waiting = self._waiting, frozenset()
        page = self._page()
        if page is None or not tables.intersection(page.tables):
            return
        begun = time.monotonic()
        failures.guarded(page.refresh)
        self._told = time.monotonic()
        self._took = self._told - begun
