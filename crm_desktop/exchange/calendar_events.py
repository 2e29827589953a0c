"""Appointments and tasks of a calendar file (.ics) as plain data: what, when here, how often, what could not be kept.

Runs in the child process for foreign files; knows neither the data file nor the clock of the owner's wishes. Hours of
other time zones become those of this computer; an hour without a zone stays as it is.

Source: RFC 5545; names of zones from the IANA database, others (as some mail programs write them) as the file says.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from crm_desktop.exchange import address_cards, calendar_zones, calendars, card_table
from crm_desktop.exchange.identify import Refused

LARGEST_BYTES, MOST_LINES = 50_000_000, 1_500_000
MOST_EVENTS = 20_000
# With those that have no day.
MOST_ENTRIES = 40_000
# Entries may lie within others, as alarms do; no program nests them deeper.
_DEEPEST = 20
_LONGEST_TITLE, _LONGEST_NOTE = 300, 4000
# Possessive repetitions give nothing back, so that a line which is none is not tried in every way to part it.
_HEAD = re.compile(r'([\w-]++)((?:;[\w-]++=(?:"[^"]*"|[^";:])*+)*+):(.*)', re.DOTALL)
_WANTED = re.compile(
    rb"(?:BEGIN|END|UID|RECURRENCE-ID|SUMMARY|DESCRIPTION|LOCATION|DTSTART|DUE|TRIGGER|STATUS|COMPLETED|PRIORITY|CATEGORIES|"
    rb"RRULE|RDATE|EXRULE|EXDATE|X-BIRTHDAY|X-GOOGLE-CALENDAR-CONTENT-TYPE)[;:]",
    re.IGNORECASE,
)
_PARAMETER = re.compile(r';([\w-]+)=("[^"]*"|[^;:]*)')
_WHEN = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?")
_SPAN = re.compile(r"([+-])?P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?")


@dataclass(frozen=True)
class Property:
    """One line: its value as it stands, and what is said about it."""

    value: str
    said: dict[str, str]

    def text(self) -> str:
        """The value as text."""
        return address_cards.unescaped(self.value).strip()


@dataclass
class Event:
    """One appointment or task. `rrule` is how it repeats; `notes` are codes of what could not be kept.

    `until` is the last day of a repetition that ends by itself. `begins` is the hour of the appointment when it is told
    before that hour. `closed` is what is done or was called off.
    """

    uid: str
    title: str
    day: date
    at: time | None = None
    note: str = ""
    priority: int = 0
    rrule: str = ""
    until: date | None = None
    begins: time | None = None
    closed: bool = False
    is_birthday: bool = False
    notes: list[str] = field(default_factory=list)


Lines = dict[str, list[Property]]


def read(content: bytes) -> list[Event]:
    """The appointments and tasks of a file that have a day.

    Raises:
        Refused: too large, no calendar, or nothing with a day in it.
    """
    if len(content) > LARGEST_BYTES or content.count(b"\n") > MOST_LINES:
        raise Refused("too_large")
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        content = content.decode("utf-16", "replace").encode()
    content = content.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"")
    if b"BEGIN:VCALENDAR" not in content[:4000].upper():
        raise Refused("no_calendar")
    found = []
    zones = calendar_zones.read(content)
    for lines, alarm in _components(content):
        event = _event(lines, alarm, zones)
        if event is not None:
            found.append(event)
        if len(found) > MOST_EVENTS:
            raise Refused("too_large")
    if not found:
        raise Refused("no_events")
    return found


def _components(content: bytes) -> list[tuple[Lines, Lines]]:
    """The lines of each appointment and task, and those of its first alarm."""
    found: list[tuple[Lines, Lines]] = []
    inside: list[str] = []
    for raw in filter(_WANTED.match, map(bytes.lstrip, address_cards.unfolded(card_table.lines(content)))):
        line = card_table.decoded(raw).strip("\r\n")
        word = line.strip().upper()
        if word.startswith("BEGIN:"):
            inside.append(word[6:].strip())
            del inside[:-_DEEPEST]
            if len(found) > MOST_ENTRIES:
                raise Refused("too_large")
            if inside[-1] in ("VEVENT", "VTODO") and "VALARM" not in inside:
                found.append(({}, {}))
        elif word.startswith("END:"):
            if inside:
                inside.pop()
        elif inside and inside[-1] in ("VEVENT", "VTODO", "VALARM") and (head := _HEAD.fullmatch(line)) and found:
            said = {key.upper(): value.strip('"') for key, value in _PARAMETER.findall(head[2])}
            lines = found[-1][1 if inside[-1] == "VALARM" else 0]
            # A second one of a kind tells that there are several; more of them tell nothing else.
            if len(kept := lines.setdefault(head[1].upper(), [])) < 2:
                kept.append(Property(head[3], said))
    return found


def _first(lines: Lines, *names: str) -> Property | None:
    return next((lines[name][0] for name in names if name in lines), None)


def _words(lines: Lines, name: str, most: int) -> str:
    found = _first(lines, name)
    return found.text()[:most].strip() if found else ""


def _event(lines: Lines, alarm: Lines, zones: calendar_zones.Zones) -> Event | None:
    notes: list[str] = []
    when = _when(_first(lines, "DUE", "DTSTART"), notes, zones) or _when(_first(alarm, "TRIGGER"), notes, zones)
    title = " ".join(_words(lines, "SUMMARY", _LONGEST_TITLE).split())
    if when is None:
        return None
    day, at = when
    note = _words(lines, "DESCRIPTION", _LONGEST_NOTE)
    place = _words(lines, "LOCATION", _LONGEST_TITLE)
    found = Event(_uid(lines, title, day), title, day, at, "\n".join(part for part in (place, note) if part))
    found.notes = notes
    found.closed = _words(lines, "STATUS", 20).upper() in ("COMPLETED", "CANCELLED") or "COMPLETED" in lines
    level = _words(lines, "PRIORITY", 2)
    found.priority = (1 if 1 <= int(level) <= 4 else -1 if int(level) > 5 else 0) if level.isdecimal() else 0
    categories = f"{_words(lines, 'CATEGORIES', _LONGEST_TITLE)} {_words(lines, 'X-GOOGLE-CALENDAR-CONTENT-TYPE', 40)}"
    rule = _words(lines, "RRULE", 200)
    found.is_birthday = bool(calendars.whose(title, categories, rule, is_marked="X-BIRTHDAY" in lines)[0])
    _repeat(found, lines)
    _told_before(found, alarm)
    return found


def _uid(lines: Lines, title: str, day: date) -> str:
    """What the file calls it, the same each time; a single day of a repetition is one of its own."""
    uid, single = _words(lines, "UID", 1000), _first(lines, "RECURRENCE-ID")
    uid = f"{uid}/{single.value.strip()}" if single and uid else uid
    return uid if 0 < len(uid) <= 200 else hashlib.sha256(f"{uid}|{title}|{day}".encode()).hexdigest()


def _when(found: Property | None, notes: list[str], zones: calendar_zones.Zones) -> tuple[date, time | None] | None:
    """A day, with its hour here; None where there is none."""
    match = _WHEN.fullmatch(found.value.strip()) if found else None
    if found is None or match is None:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
        if match[4] is None:
            return day, None
        at = datetime.combine(day, time(min(int(match[4]), 23), int(match[5])))
    except ValueError:
        return None
    if match[7]:
        at = at.replace(tzinfo=UTC).astimezone().replace(tzinfo=None)
    elif zone := found.said.get("TZID"):
        here = _here(at, zone, zones)
        if here is None:
            notes.append("zone")
        at = here or at
    return at.date(), at.time()


def _here(at: datetime, zone: str, zones: calendar_zones.Zones) -> datetime | None:
    """An hour of a zone as it is here; None for a zone that neither the world nor the file knows."""
    try:
        known: tzinfo = ZoneInfo(zone.strip("/"))
    except (KeyError, ValueError, OSError):
        ahead = zones.ahead(zone, at)
        if ahead is None:
            return None
        known = timezone(ahead)
    try:
        return at.replace(tzinfo=known).astimezone().replace(tzinfo=None)
    except (ValueError, OSError, OverflowError):
        return None


def _repeat(found: Event, lines: Lines) -> None:
    rule = _first(lines, "RRULE")
    if rule is None:
        return
    found.rrule = rule.value.strip().upper()
    if len(lines["RRULE"]) > 1 or "RDATE" in lines or "EXRULE" in lines:
        found.rrule = f"{found.rrule};X-MORE=1"
    until = re.search(r"UNTIL=(\d{4})(\d{2})(\d{2})", found.rrule)
    if until:
        try:
            found.until = date(int(until[1]), int(until[2]), int(until[3]))
        except ValueError:
            found.notes.append("repetition")
    if "EXDATE" in lines:
        found.notes.append("left_out")


def _told_before(found: Event, alarm: Lines) -> None:
    """An alarm before the hour: it is told then, and the note says when it begins."""
    trigger = _first(alarm, "TRIGGER")
    span = (
        _SPAN.fullmatch(trigger.value.strip()) if trigger and trigger.said.get("RELATED", "START") == "START" else None
    )
    if span is None or found.at is None or span[1] != "-" or found.rrule:
        return
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in span.groups()[1:])
    before = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    try:
        told = datetime.combine(found.day, found.at) - before
    except OverflowError:
        return
    if before and told.date() == found.day:
        found.begins, found.at = found.at, told.time()
