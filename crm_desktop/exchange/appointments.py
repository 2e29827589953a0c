"""The appointments and tasks of a calendar that is imported: they become reminders, as `calendar_files` reads them.

Birthdays of the same calendar go to the customers by the usual way of rows (`calendars`).
"""

from __future__ import annotations

from crm_desktop.billing import wording
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.exchange import calendar_files
from crm_desktop.exchange.calendar_files import New
from crm_desktop.exchange.reading import Source
from crm_desktop.exchange.result import Outcome
from crm_desktop.exchange.targets import REMINDERS


def what_is_in(source: Source) -> str:
    """How many appointments and birthdays a calendar holds, in words; "" for a file that is no calendar.

    Raises:
        UserError: there is nothing in the calendar that has a day.
    """
    if source.format != "ics":
        return ""
    events = source.events()
    birthdays = sum(event.is_birthday for event in events)
    others = len(events) - birthdays
    parts = [
        ngettext("{n} appointment or task", "{n} appointments and tasks", others).format(n=others) if others else "",
        ngettext("{n} birthday", "{n} birthdays", birthdays).format(n=birthdays) if birthdays else "",
    ]
    return " · ".join(filter(None, parts))


def take_in(source: Source, outcome: Outcome, *, dry_run: bool) -> None:
    """Make reminders of what is to come, unless it is a dry run, and tell each.

    Raises:
        UserError: there is nothing in the calendar that has a day.
        Cancelled: the user asked to stop.
    """
    name = source.path.name
    found = calendar_files.sorted_out(name, [event for event in source.events() if not event.is_birthday])
    if not found.number:
        return
    outcome.created[REMINDERS] += len(found.new) if dry_run else calendar_files.take(found)
    outcome.unchanged[REMINDERS] += found.known
    words = _("Appointments and tasks become reminders. {what}").format(what=calendar_files.summary(found))
    outcome.warn(0, "", name, words)
    for new in found.new:
        outcome.warn(0, "", new.title, _in_words(new))


def _in_words(new: New) -> str:
    when = [wording.day(new.day), f"{new.event.at:%H:%M}" if new.event.at else "", new.repetition]
    told = _("Becomes a reminder: {when}.").format(when=", ".join(filter(None, when)))
    return f"{told} {calendar_files.notes_of(new)}".strip()
