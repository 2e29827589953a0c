"""Commands about promises: write a reminder, write a calendar file, read one."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Any

from crm_desktop.activity import recurrence, recurrence_words, reminders
from crm_desktop.cli.command import Args, Wiring, writable
from crm_desktop.cli.printing import progress, say
from crm_desktop.core import dates
from crm_desktop.core.errors import UserError, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import customer_list
from crm_desktop.exchange import listing
from crm_desktop.insight import agenda

PRIORITIES = {"high": reminders.HIGH, "usual": reminders.USUAL, "low": reminders.LOW}


def remind(arguments: Args, _wiring: Wiring) -> None:
    """`remind TEXT`."""
    rule, counted = recurrence_words.read(arguments.repeat or "")
    due_on: date = arguments.on or dates.today()
    made = reminders.save(
        arguments.text,
        due_on,
        due_time=_time(arguments.at),
        note=arguments.note or "",
        customer_id=_customer(arguments.customer) if arguments.customer else None,
        priority=PRIORITIES[arguments.priority],
        repeats=recurrence.text_of(rule) if rule else "",
        repeats_from=counted,
    )
    found = reminders.get(made)
    line = _("Reminder for {day}: {title}").format(day=found.due_on.isoformat(), title=found.title)
    then = [found.repetition()] if found.rule else []
    say(arguments, listing.reminder_as_json(found), line, *then)


def _time(text: str | None) -> time | None:
    try:
        return time.fromisoformat(text) if text else None
    except ValueError as error:
        sentence = _("“{text}” is not a time of day. Write it like 09:30.").format(text=text)
        raise ValidationError({"at": sentence}) from error


def _customer(wanted: str) -> int:
    """The customer of a number or a name.

    Raises:
        UserError: nobody or several are meant.
    """
    found = customer_list.find(wanted, 20)
    same = [row for row in found if wanted.casefold() in (row.number.casefold(), row.name.casefold())] or found
    if len(same) != 1:
        words = (
            _("No customer is called “{name}”.") if not same else _("Several customers fit “{name}”. Use the number.")
        )
        raise UserError(words.format(name=wanted))
    return same[0].id


def calendar(arguments: Args, _wiring: Wiring) -> None:
    """`calendar`: what stands on the next days, or all of it as a calendar file."""
    kinds = arguments.kind or list(agenda.KINDS)
    if arguments.ics:
        from crm_desktop.exchange import calendar_files

        path = writable(arguments.ics)
        number = calendar_files.save(path, kinds)
        words = ngettext("{n} entry saved in {file}", "{n} entries saved in {file}", number)
        say(arguments, {"ok": True, "file": str(path), "entries": number}, words.format(n=number, file=path))
        return
    first: date = arguments.on or dates.today()
    found = agenda.entries(first, dates.add_days(first, arguments.days - 1), kinds)
    say(arguments, [_as_json(entry) for entry in found], *(_line(entry) for entry in found))


def _line(entry: agenda.Entry) -> str:
    at = f"{entry.at:%H:%M}" if entry.at else ""
    return "  ".join(part for part in (entry.day.isoformat(), at, entry.title, entry.detail) if part)


def _as_json(entry: agenda.Entry) -> dict[str, Any]:
    return {
        "date": entry.day.isoformat(),
        "time": entry.at.isoformat("minutes") if entry.at else None,
        "kind": entry.kind,
        "title": entry.title,
        "detail": entry.detail,
        "done": entry.done,
        "to_come": entry.to_come,
    }


def import_calendar(arguments: Args) -> None:
    """`import FILE.ics`: the appointments and tasks of a calendar as reminders."""
    from crm_desktop.exchange import calendar_files

    found = calendar_files.look(Path(arguments.path), progress())
    made = 0 if arguments.dry_run else calendar_files.take(found)
    head = _("Dry run of {kind}: nothing was written.") if arguments.dry_run else _("Imported {kind}.")
    result = {
        "ok": True,
        "kind": "reminders",
        "dry_run": arguments.dry_run,
        "created": made,
        "new": [_new_as_json(new) for new in found.new],
        "known": found.known,
        "past": found.past,
        "closed": found.closed,
    }
    notes = [f"{new.title}: {calendar_files.notes_of(new)}" for new in found.new if new.notes]
    say(arguments, result, head.format(kind="reminders"), calendar_files.summary(found), *notes)


def _new_as_json(new: Any) -> dict[str, Any]:
    from crm_desktop.exchange import calendar_files

    return {
        "title": new.title,
        "due_date": new.day.isoformat(),
        "due_time": new.event.at.isoformat("minutes") if new.event.at else None,
        "repeats": recurrence.text_of(new.rule) if new.rule else "",
        "note": calendar_files.notes_of(new),
    }
