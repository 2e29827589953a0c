"""How many things wait in each section of the sidebar, whether something is late, and how the backup stands.

All of it is counted beside the window: with ten thousand late invoices it takes half a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from crm_desktop.core import dates
from crm_desktop.core.errors import Problem
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import jobs
from crm_desktop.gui.widgets import formats
from crm_desktop.safety import company_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crm_desktop.core.progress import Progress
    from crm_desktop.gui.widgets.sidebar import Sidebar
    from crm_desktop.safety.backup import Backup


@dataclass(frozen=True)
class Counted:
    """Section → (number, late), see `counts`; the newest backup; of which data file both are."""

    path: Path
    numbers: Mapping[str, tuple[int, bool]]
    backup: Backup | None


def tell(sidebar: Sidebar, sections: set[str]) -> None:
    """Show soon in a sidebar what waits in these sections, and how the backup stands."""
    (sidebar.findChild(Counter) or Counter(sidebar)).tell(sections)


class Counter(QObject):
    """Keeps the numbers of a sidebar; asked again while it counts, it counts once more afterwards."""

    def __init__(self, sidebar: Sidebar) -> None:
        super().__init__(sidebar)
        self._sidebar = sidebar
        self._counts = self._again = False

    def tell(self, sections: set[str]) -> None:
        """Show soon what waits in these sections."""
        if self._counts:
            self._again = True
            return
        self._counts = True
        path = company_files.path()
        done, failed = partial(self._told, sections), partial(self._failed, sections, path)
        jobs.look(partial(_count, path, sections), done=done, failed=failed)

    def _told(self, sections: set[str], found: Counted) -> None:
        if company_files.is_open() and company_files.path() == found.path:
            for key, (number, late) in found.numbers.items():
                self._sidebar.set_count(key, number, late=late)
            words, tested = backup_state(found.backup)
            self._sidebar.tell_backup(words, good=tested)
        self._ended(sections)

    def _failed(self, sections: set[str], path: Path, error: BaseException) -> None:
        """Tell of it, unless the file was closed while it was counted."""
        self._ended(sections)
        if company_files.is_open() and company_files.path() == path:
            from crm_desktop.gui import failures

            failures.show(error)

    def _ended(self, sections: set[str]) -> None:
        again, self._counts, self._again = self._again, False, False
        if again and company_files.is_open():
            self.tell(sections)


def _count(path: Path, sections: set[str], _progress: Progress) -> Counted:
    from crm_desktop.safety import backup

    try:
        latest = backup.latest(path)
    except (OSError, Problem):
        latest = None
    return Counted(path, counts(sections), latest)


def counts(sections: set[str]) -> dict[str, tuple[int, bool]]:
    """Section → (number, late); a late number counts what is late alone; 0 prints nothing."""
    from crm_desktop.billing import invoice_list
    from crm_desktop.care import cases
    from crm_desktop.insight import today
    from crm_desktop.sales import contracts

    found: dict[str, tuple[int, bool]] = {}
    if "today" in sections:
        found["today"] = (today.count(), False)
    if "cases" in sections:
        waiting, late = cases.waiting_counts()
        found["cases"] = (late, True) if late else (waiting, False)
    if "invoices" in sections:
        found["invoices"] = (invoice_list.counts().get("overdue", 0), True)
    if "contracts" in sections:
        found["contracts"] = (contracts.counts().get("soon", 0), True)
    return found


def backup_state(latest: Backup | None) -> tuple[str, bool]:
    """When the data file was backed up last, in words, and whether that backup was opened and read."""
    if latest is None:
        return _("No backup yet"), False
    words = _("Backed up {when}, tested") if latest.verified else _("Backed up {when}")
    day = latest.made_at.astimezone().date()
    when = formats.clock(latest.made_at) if day == dates.today() else formats.day_near(day)
    return words.format(when=when), latest.verified
