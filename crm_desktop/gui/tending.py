"""Lets the program tend what is due: soon after a company was opened, after changes when it is quiet, and each new day.

The work is done beside the window, with a connection of its own; what it did is told in one line that leads to the history.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from crm_desktop.core import dates
from crm_desktop.core.errors import Cancelled, Problem
from crm_desktop.core.progress import Progress
from crm_desktop.gui import failures, jobs
from crm_desktop.insight import next_action
from crm_desktop.safety import company_files

if TYPE_CHECKING:
    from crm_desktop.gui.main_window import MainWindow

_log = logging.getLogger(__name__)
FIRST_MS, QUIET_MS, LOOK_MS = 1500, 4000, 60_000
# Changes of these say nothing new to any rule.
_NOTHING_NEW = frozenset({"setting", "import_mapping", "mail", "owner_rule_run", "running_timer"})
# What Today shows of what was worked out beside the window comes like a setting: no rule is asked again for it.
_KEPT = frozenset({"setting"})


class Tender(QObject):
    """See the module; ends with the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._best: list[next_action.Action] = []
        self._day, self._running, self._again = dates.today(), False, False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.tend)
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._new_day)
        self._look.start()
        window.data_changed.connect(self._changed)
        self._soon.start(FIRST_MS)

    def _changed(self, tables: frozenset[str]) -> None:
        if self._running:
            self._again = self._again or bool(tables & {"payment", "document", "opportunity", "support_case"})
        elif tables - _NOTHING_NEW:
            self._soon.start(QUIET_MS)

    def _new_day(self) -> None:
        if dates.today() != self._day:
            self._day = dates.today()
            self._soon.start(0)

    def tend(self) -> None:
        """Start the work unless something else is going on; then a little later."""
        if not company_files.is_open() or not company_files.is_set_up():
            return
        if self._running or jobs.busy():
            self._soon.start(QUIET_MS)
            return
        self._running, self._again = True, False
        jobs.run(_work, done=self._done, failed=self._failed)

    def _done(self, _did: int) -> None:
        self._running = False
        best = next_action.kept_best()
        if best != self._best:  # worked out anew without a write: Today and its number in the sidebar show it together
            self._best = best
            self._window.data_changed.emit(_KEPT)
        if self._again:
            self._soon.start(QUIET_MS)

    def _failed(self, error: BaseException) -> None:
        self._running = False
        if isinstance(error, Cancelled):
            return
        if isinstance(error, Problem):  # another program writes: it is tried again at the next change
            _log.warning("Tending was put off: %s", error)
            return
        failures.show(error)


def _work(progress: Progress) -> int:
    from crm_desktop.workflow import tending

    return tending.tend(progress)
