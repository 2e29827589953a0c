"""What a rule would have done in the past: worked out beside the window, with progress, Cancel and the way to try again.

While one types, it waits for a pause; a trial that is no longer wanted is stopped. The rows of the last one stay until the
new ones are there, so that nothing jumps.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QProgressBar, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Item, Section
from crm_desktop.gui.widgets.layouts import column, label, row
from crm_desktop.gui.window_jobs import show_share

# So long one may pause while typing; and a trial that ends sooner shows no progress.
_PAUSE_MS, _SHOW_MS = 300, 300
Work = Callable[[Progress], Any]
Shown = Callable[[Any], tuple[Sequence[Item], str]]


class TrialRun(QWidget):
    """See the module. `attempt(key, work)` starts unless the same was tried; `shown` makes rows and count of a result."""

    def __init__(self, heading: str, shown: Shown) -> None:
        super().__init__()
        self._shown = shown
        self._key: Hashable = None
        self._serial = 0
        self._job: jobs.Job | None = None
        self._wanted: Work | None = None
        self.rows = Section(heading)
        self._said = label(_("Looking through the past twelve months"), "body", "text2")
        self.cancel = Button(_("Cancel"), "link", on=self._cancel)
        self.again = Button(_("Try again"), "link", on=self._start)
        self._bar = QProgressBar()
        self._bar.setAccessibleName(_("Progress"))
        self._running = QWidget()
        column(self._running, row(self._said, "stretch", self.again, self.cancel), self._bar, gap=6)
        column(self, self.rows, self._running, gap=8)
        self._running.hide()
        self.rows.hide()
        self._pause, self._slow = QTimer(self), QTimer(self)
        for timer, act in ((self._pause, self._start), (self._slow, self._show_running)):
            timer.setSingleShot(True)
            timer.timeout.connect(act)
        jobs.worker().progressed.connect(self._progressed)
        self.destroyed.connect(self._drop)

    def attempt(self, key: Hashable, work: Work) -> None:
        """Try something on the past after a pause; at once the first time, not at all while `key` stays the same."""
        if key == self._key:
            return
        self._stop()
        first, self._key, self._wanted = self._key is None, key, work
        self._pause.start(0 if first else _PAUSE_MS)

    def forget(self) -> None:
        """Stop; the next one is tried whatever it is."""
        self._stop()
        self._key = None

    def _start(self) -> None:
        if self._wanted is None:
            return
        self._stop()
        show_share(self._bar, 0, 0)
        self._slow.start(_SHOW_MS)
        done, failed = partial(self._done, self._serial), partial(self._failed, self._serial)
        self._job = jobs.run(self._wanted, done=done, failed=failed)

    def _stop(self) -> None:
        """Let go of what is waiting or running."""
        self._pause.stop()
        self._slow.stop()
        self._running.hide()
        self._drop()

    def _drop(self, _gone: object = None) -> None:
        """Cancel the job, whose answer counts no more; also when the page went away meanwhile."""
        self._serial += 1
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _cancel(self) -> None:
        self._stop()
        self._tell_state(_("Stopped before the end of the twelve months."), again=True)

    def _show_running(self) -> None:
        self._tell_state(_("Looking through the past twelve months"), again=False)

    def _tell_state(self, words: str, *, again: bool) -> None:
        self._said.setText(words)
        self.again.setVisible(again)
        for part in (self.cancel, self._bar):
            part.setVisible(not again)
        self._running.show()

    def _progressed(self, job: jobs.Job, done: int, total: int, _text: str) -> None:
        if job is self._job:
            show_share(self._bar, done, total)

    def _done(self, serial: int, found: Any) -> None:
        if serial == self._serial:
            self._stop()
            items, count = self._shown(found)
            self.rows.tell(items, count)

    def _failed(self, serial: int, error: BaseException) -> None:
        if serial == self._serial:
            self.forget()
            failures.show(error)
