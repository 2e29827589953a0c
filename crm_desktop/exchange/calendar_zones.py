"""Time zones that a calendar file brings itself, as mail programs do that name them in words of their own.

"W. Europe Standard Time" is in no database of zones, but the file says when it is how many hours ahead. Runs in the
reading child. Source: RFC 5545, 3.6.5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_BLOCK = re.compile(rb"BEGIN:VTIMEZONE\s(.{1,20000}?)END:VTIMEZONE", re.DOTALL | re.IGNORECASE)
_PART = re.compile(r"BEGIN:(?:STANDARD|DAYLIGHT)\s(.*?)END:", re.DOTALL | re.IGNORECASE)
_TO = re.compile(r"^TZOFFSETTO:([+-])(\d{2})(\d{2})", re.MULTILINE | re.IGNORECASE)
_START = re.compile(r"^DTSTART:(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})", re.MULTILINE | re.IGNORECASE)
_MONTH = re.compile(r"^RRULE:.*BYMONTH=(\d{1,2})\b", re.MULTILINE | re.IGNORECASE)
_DAY = re.compile(r"^RRULE:.*BYDAY=([+-]?\d)(MO|TU|WE|TH|FR|SA|SU)\b", re.MULTILINE | re.IGNORECASE)
_NAME = re.compile(r"^TZID:(.+?)\s*$", re.MULTILINE | re.IGNORECASE)
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MOST = 200


@dataclass(frozen=True)
class _Time:
    """Winter or summer time: how far ahead, since when, and on which weekday of which month it begins each year."""

    ahead: timedelta
    start: datetime
    month: int = 0
    nth: int = 0
    weekday: int = 0

    def began(self, when: datetime) -> datetime | None:
        """When it began last, seen from a local time; None if it had not begun by then."""
        if not self.month:
            return self.start if self.start <= when else None
        onsets = (self._onset(year) for year in (when.year, when.year - 1))
        return next((onset for onset in onsets if self.start <= onset <= when), None)

    def _onset(self, year: int) -> datetime:
        first = self.start.replace(year=year, month=self.month, day=1)
        if self.nth > 0:
            return first + timedelta(days=(self.weekday - first.weekday()) % 7 + 7 * (self.nth - 1))
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - self.weekday) % 7 + 7 * (-self.nth - 1))


@dataclass(frozen=True)
class Zones:
    """The zones of a file by their names."""

    by_name: dict[str, list[_Time]]

    def ahead(self, name: str, when: datetime) -> timedelta | None:
        """How far a zone is ahead of UTC at a local time; None if the file does not say."""
        try:
            begun = [(began, part.ahead) for part in self.by_name.get(name, []) if (began := part.began(when))]
        except (ValueError, OverflowError):
            # Before the first year, or after the last.
            return None
        return max(begun)[1] if begun else None


def read(content: bytes) -> Zones:
    """The zones of a calendar file; none where it brings none that can be understood."""
    found: dict[str, list[_Time]] = {}
    for number, block in enumerate(_BLOCK.finditer(content)):
        if number == _MOST:
            break
        text = block[1].decode("utf-8", "replace").replace("\r", "")
        name = _NAME.search(text)
        times = [found_time for part in _PART.findall(text) if (found_time := _time(part))]
        if name and times:
            found[name[1].strip('"')] = times
    return Zones(found)


def _time(part: str) -> _Time | None:
    to, start, month, day = (words.search(part) for words in (_TO, _START, _MONTH, _DAY))
    if to is None or start is None:
        return None
    ahead = timedelta(hours=int(to[2]), minutes=int(to[3])) * (-1 if to[1] == "-" else 1)
    try:
        year, of_year, of_month, hour, minute = map(int, start.groups())
        began = datetime.combine(date(year, of_year, of_month), time(hour, minute))
        if not (month and day and int(day[1])):
            return _Time(ahead, began)
        # A month that there is none of is noticed here.
        date(year, int(month[1]), 1)
    except (ValueError, OverflowError):
        return None
    return _Time(ahead, began, int(month[1]), int(day[1]), _CODES.index(day[2].upper()))
