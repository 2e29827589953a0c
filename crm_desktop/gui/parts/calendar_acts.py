"""Reminders and dates out to a calendar file and in from one, with a look at what is in it first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import failures
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.page import Page

if TYPE_CHECKING:
    from crm_desktop.exchange.calendar_files import Found

_LOOK_AT = 12


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
    """Ask for a calendar file, show what is in it, and take it over as reminders."""
    from crm_desktop.exchange import calendar_files

    path = dialogs.choose_open_file(_("Read calendar file"), [(_("Calendars"), ["*.ics"])], "calendar")
    if path is None:
        return
    found: list[calendar_files.Found] = []
    if not failures.guarded(lambda: found.append(calendar_files.look(path))):
        return
    shown = found[0]
    if not shown.new:
        dialogs.choose(
            _("Nothing new in {name}").format(name=shown.name), calendar_files.summary(shown), [("", _("Close"))]
        )
        return
    act = ngettext("Take over {n} reminder", "Take over {n} reminders", len(shown.new))
    buttons = [("", _("Cancel")), ("take", act.format(n=formats.count(len(shown.new))))]
    if dialogs.choose(_("Take over {name}").format(name=shown.name), _preview(shown), buttons) != "take":
        return
    counts: list[int] = []
    if failures.guarded(lambda: counts.append(calendar_files.take(shown))):
        words = ngettext("{n} reminder taken over", "{n} reminders taken over", counts[0])
        page.toast.emit(words.format(n=formats.count(counts[0])), True)
        failures.guarded(partial(page.refresh))


def _preview(found: Found) -> str:
    """What is in the file: how many, the first of them, and what could not be kept."""
    from crm_desktop.exchange import calendar_files

    lines = [calendar_files.summary(found), ""]
    for new in found.new[:_LOOK_AT]:
        when = formats.day(new.day) + (f" {new.event.at:%H:%M}" if new.event.at else "")
        note = calendar_files.notes_of(new)
        lines.append(" · ".join(part for part in (when, new.title, new.repetition, note) if part))
    if (rest := len(found.new) - _LOOK_AT) > 0:
        lines.append(_("and {n} more").format(n=formats.count(rest)))
    return "\n".join(lines)
