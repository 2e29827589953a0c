"""Reminders and dates as a calendar file (.ics), and reminders out of one.

    found = look(path)       # reads in a child process and writes nothing
    take(found)              # makes the reminders that are new, as one step that can be undone

The same file twice changes nothing: each entry is known by the name that its file gives it (UID). Hours are written
without a time zone, since a reminder at nine is meant for nine wherever its owner is.

Source: RFC 5545.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from crm_desktop import APP_NAME
from crm_desktop.activity import recurrence, recurrence_words, reminders
from crm_desktop.activity.recurrence import Rule
from crm_desktop.activity.reminders import Reminder
from crm_desktop.core import dates
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import N_, ngettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.exchange import calendar_rules
from crm_desktop.exchange.calendar_events import Event
from crm_desktop.exchange.foreign_child import Child
from crm_desktop.exchange.identify import Refused
from crm_desktop.insight import agenda

_log = logging.getLogger(__name__)
_OWN = "@crm-desktop"
_YEARS_AHEAD = 2
_MINUTES = 15
_FOLD_AT = 73
_SENTENCES = {
    "no_calendar": N_("“{name}” is no calendar file. Save it as iCalendar (.ics) where it comes from."),
    "no_events": N_("There is no appointment and no task with a day in “{name}”."),
    "too_large": N_("“{name}” is too large to be read. Save a part of the calendar there."),
    "slow": N_("“{name}” took too long to be read and was left alone."),
    "damaged": N_("“{name}” is damaged and cannot be read. Save it again where it comes from."),
}
_NOTES = {
    "single": N_("Repeats in a way that reminders do not know; it comes once."),
    "zone": N_("Its time zone is not known; the hour is taken as it stands."),
    "left_out": N_("Single days were left out there; here they come too."),
    "ends": N_("Its repetition ends there; here it comes once."),
    "repetition": N_("The end of its repetition cannot be read."),
}


@dataclass(frozen=True)
class New:
    """A reminder that would be made; `notes` say what could not be kept."""

    uid: str
    title: str
    day: date
    event: Event
    rule: Rule | None
    notes: tuple[str, ...] = ()

    @property
    def repetition(self) -> str:
        """How it repeats, in words."""
        return recurrence_words.words(replace(self.rule, at=None)) if self.rule else ""


@dataclass
class Found:
    """What is in a file: the reminders that are new, and how many are known, over, or done already."""

    name: str
    new: list[New] = field(default_factory=list)
    known: int = 0
    past: int = 0
    closed: int = 0

    @property
    def number(self) -> int:
        """How many appointments and tasks with a day are in the file."""
        return len(self.new) + self.known + self.past + self.closed


# ---- in --------------------------------------------------------------------------------------------------------------


def look(path: Path, progress: Progress | None = None) -> Found:
    """What a calendar file would add; nothing is written.

    Raises:
        UserError: it cannot be read; the sentence says why.
        Cancelled: the user asked to stop.
    """
    return sorted_out(path.name, _events(path, progress))


def has_birthdays(path: Path) -> bool:
    """Whether a calendar is one of birthdays, which are kept at customers and not as reminders.

    Raises:
        UserError: it cannot be read.
    """
    return any(event.is_birthday for event in _events(path, None))


def _events(path: Path, progress: Progress | None) -> list[Event]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(_("“{name}” cannot be opened. Check that it is still there.").format(name=path.name)) from error
    try:
        with Child(progress) as child:
            events: list[Event] = child.ask("calendar", path.name, content)
    except Refused as refusal:
        _log.info("Refused a calendar file, %s: %s", refusal.code, refusal.detail)
        sentence = _SENTENCES.get(refusal.code, _SENTENCES["damaged"])
        raise UserError(_(sentence).format(name=path.name)) from refusal
    return events


def sorted_out(name: str, events: Sequence[Event]) -> Found:
    """What of the appointments of a file is new, known, over, or done."""
    found, seen = Found(name), _known()
    for event in events:
        if event.uid in seen or _is_ours(event.uid):
            found.known += 1
            continue
        seen.add(event.uid)
        if event.closed:
            found.closed += 1
        elif (made := _new(event)) is None:
            found.past += 1
        else:
            found.new.append(made)
    found.new.sort(key=lambda one: (one.day, one.event.at is not None, one.event.at, one.title))
    return found


def _known() -> set[str]:
    return {uid for (uid,) in db.query("SELECT ical_uid FROM reminder WHERE ical_uid <> ''")}


def _is_ours(uid: str) -> bool:
    """Whether an entry was written by us from a record that is there: dates come from their records, not from files."""
    if not uid.endswith(_OWN):
        return False
    word, _dash, rest = uid.removesuffix(_OWN).partition("-")
    number = rest.partition("-")[0]
    if word != "reminder" or not number.isdecimal():
        return True
    made = db.value("SELECT created_at FROM reminder WHERE id = ?", [int(number)])
    return made is not None and _own_uid(int(number), made) == uid


def _new(event: Event) -> New | None:
    """What an event becomes; None when it is over."""
    notes = list(event.notes)
    today = dates.today()
    rule = calendar_rules.read(event.rrule, event.day) if event.rrule else None
    if not event.rrule or (rule is None and event.day >= today):
        day = event.day
    elif rule is None:
        day = today
    else:
        following = recurrence.next_after(rule, event.day, dates.add_days(max(today, event.day), -1))
        day = following or event.day
    if event.rrule and rule is None:
        notes.append("single")
    elif event.rrule and calendar_rules.ends(event.rrule):
        rule = None
        notes.append("ends")
    over = day < today or (event.until is not None and day > event.until)
    if over or not dates.is_plausible(day):
        return None
    rule = replace(rule, at=event.at) if rule else None
    return New(event.uid, event.title or _("Appointment"), day, event, rule, tuple(dict.fromkeys(notes)))


def notes_of(new: New) -> str:
    """What could not be kept, in words."""
    return " ".join(_(_NOTES[code]) for code in new.notes if code in _NOTES)


def take(found: Found) -> int:
    """Make the reminders that are new, as one step; gives how many."""
    title = _("Read calendar “{name}”").format(name=found.name)
    made, known = 0, _known()
    with db.transaction(title):
        for new in found.new:
            if new.uid in known:
                continue
            reminder = reminders.save(
                new.title,
                new.day,
                due_time=new.event.at,
                note=_note(new),
                priority=new.event.priority,
                repeats=recurrence.text_of(new.rule) if new.rule else "",
            )
            db.update("reminder", reminder, {"ical_uid": new.uid})
            made += 1
    return made


def _note(new: New) -> str:
    begins = _("Begins at {time}.").format(time=f"{new.event.begins:%H:%M}") if new.event.begins else ""
    return "\n".join(part for part in (begins, new.event.note, notes_of(new)) if part)


# ---- out -------------------------------------------------------------------------------------------------------------


def save(path: Path, kinds: Sequence[str] = tuple(agenda.KINDS), reminder_ids: Sequence[int] | None = None) -> int:
    """Write reminders and dates as a calendar file; gives the number of entries.

    `kinds` are those of `agenda.KINDS`; with `reminder_ids` only these reminders and no dates.
    """
    content, number = written(kinds, reminder_ids)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UserError(
            _("“{name}” could not be written. Choose another place, or close it where it is open.").format(
                name=path.name
            )
        ) from error
    return number


def written(kinds: Sequence[str], reminder_ids: Sequence[int] | None = None) -> tuple[bytes, int]:
    """The file and the number of its entries."""
    found = reminders.waiting() if "reminder" in kinds else []
    found = [one for one in found if one.origin != "overdue"]
    if reminder_ids is not None:
        found = [one for one in found if one.id in set(reminder_ids)]
    blocks = [_reminder_block(one) for one in found]
    if reminder_ids is None:
        blocks += _date_blocks([kind for kind in kinds if kind != "reminder"])
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{APP_NAME}//{APP_NAME}//EN", "CALSCALE:GREGORIAN"]
    lines = [*head, *(line for block in blocks for line in block), "END:VCALENDAR"]
    return b"".join(_folded(line) for line in lines), len(blocks)


def _own_uid(reminder_id: int, created_at: str) -> str:
    stamp = "".join(letter for letter in created_at if letter.isdecimal())
    return f"reminder-{reminder_id}-{stamp}{_OWN}"


def _reminder_block(one: Reminder) -> list[str]:
    created = str(db.value("SELECT created_at FROM reminder WHERE id = ?", [one.id]))
    about = one.customer or one.contract or one.document or ""
    lines = _begun(one.ical_uid or _own_uid(one.id, created), one.title, "\n".join(p for p in (about, one.note) if p))
    if one.due_time is None:
        lines += [f"DTSTART;VALUE=DATE:{one.due_on:%Y%m%d}", "TRANSP:TRANSPARENT"]
    else:
        start = datetime.combine(one.due_on, one.due_time)
        lines += [f"DTSTART:{start:%Y%m%dT%H%M%S}", f"DTEND:{start + timedelta(minutes=_MINUTES):%Y%m%dT%H%M%S}"]
    if one.rule is not None and one.repeats_from == "due":
        lines.append(f"RRULE:{calendar_rules.written(one.rule, one.anchor_on or one.due_on)}")
    lines += ["PRIORITY:1"] if one.priority > 0 else ["PRIORITY:9"] if one.priority < 0 else []
    if one.due_time is not None:
        lines += ["BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_escaped(one.title)}", "TRIGGER:PT0S", "END:VALARM"]
    return [*lines, "END:VEVENT"]


def _date_blocks(kinds: Sequence[str]) -> Iterable[list[str]]:
    """Dates of other records for the next two years, each once."""
    today = dates.today()
    blocks, seen = [], set()
    for entry in agenda.entries(today, dates.add_months(today, 12 * _YEARS_AHEAD), kinds):
        yearly = entry.kind == "birthday"
        day = f"{entry.day:%m%d}" if yearly else f"{entry.day:%Y%m%d}"
        uid = f"{entry.kind}-{entry.record_id}-{day}{_OWN}"
        if uid in seen:
            continue
        seen.add(uid)
        lines = [
            *_begun(uid, entry.title, entry.detail),
            f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
            "TRANSP:TRANSPARENT",
        ]
        blocks.append([*lines, "END:VEVENT"])
    return blocks


def _begun(uid: str, title: str, note: str) -> list[str]:
    stamp = f"DTSTAMP:{dates.now():%Y%m%dT%H%M%SZ}"
    lines = ["BEGIN:VEVENT", f"UID:{uid}", stamp, f"SUMMARY:{_escaped(title)}"]
    return [*lines, f"DESCRIPTION:{_escaped(note)}"] if note else lines


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """A line of at most 75 bytes, with its rest on lines that begin with a blank; no letter is cut in two."""
    pieces, piece = [], b""
    for letter in line:
        coded = letter.encode()
        if len(piece) + len(coded) > _FOLD_AT:
            pieces.append(piece)
            piece = b""
        piece += coded
    return b"\r\n ".join([*pieces, piece]) + b"\r\n"


def summary(found: Found) -> str:
    """What a file holds, in a sentence each."""
    parts = [
        ngettext("{n} reminder is new.", "{n} reminders are new.", len(found.new)).format(n=len(found.new)),
        ngettext("{n} is known already.", "{n} are known already.", found.known).format(n=found.known)
        if found.known
        else "",
        ngettext("{n} is over.", "{n} are over.", found.past).format(n=found.past) if found.past else "",
        ngettext("{n} is done or was called off.", "{n} are done or were called off.", found.closed).format(
            n=found.closed
        )
        if found.closed
        else "",
    ]
    return " ".join(part for part in parts if part)
