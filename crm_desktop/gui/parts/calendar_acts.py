"""Reminders and dates out to a calendar file; what comes in from one goes through the page of imports."""

from __future__ import annotations

from collections.abc import Sequence

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import failures
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.page import Page


def save(page: Page, reminder_ids: Sequence[int] | None = None) -> None:
    """Write all reminders and dates as a calendar file, or only these reminders."""
    from crm_desktop.exchange import calendar_files  # slow to import, and seldom needed

    path = dialogs.choose_save_file(_("Save as calendar file"), "crm.ics", [(_("Calendar"), ".ics")], "calendar")
    if path is None:
        return
    counts: list[int] = []
    if failures.guarded(lambda: counts.append(calendar_files.save(path, reminder_ids=reminder_ids))):
        words = ngettext("{n} entry saved in {file}", "{n} entries saved in {file}", counts[0])
        page.toast.emit(words.format(n=formats.count(counts[0]), file=path.name), False)


def read(page: Page) -> None:
    """Ask for a calendar file and show on the page of imports what is in it."""
    path = dialogs.choose_open_file(_("Read calendar file"), [(_("Calendars"), ["*.ics"])], "calendar")
    if path is not None:
        page.go.emit("import", {"path": str(path)})
