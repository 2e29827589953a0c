"""Days, times and durations as people write them in a quick line, in English and German.

Each reader looks at a text from a place on and gives the place behind what it read and what that is, or None. A weekday is
the last one in what happened and the next one in what is promised.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time

from crm_desktop.core import dates

_I = re.IGNORECASE
_END = r"(?!\w)"
_WEEKDAYS = (
    r"monday|mon|montags?",
    r"tuesday|tues?|dienstags?",
    r"wednesday|wed|mittwochs?",
    r"thursday|thurs?|thu|donnerstags?",
    r"friday|fri|freitags?",
    r"saturday|samstags?|sonnabends?",
    r"sunday|sonntags?",
)
# Short forms that are words of their own in one of the languages: only with a dot, behind "am", or written exactly so.
_SHORT_DAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa|Sat", "So|Sun")
_MONTHS = (
    r"jan(?:uary|uar)?|jänner", r"feb(?:ruary|ruar)?", r"mar(?:ch)?|märz|mrz", r"apr(?:il)?", r"may|mai", r"june?|juni",
    r"july?|juli", r"aug(?:ust)?", r"sept?(?:ember)?", r"oct(?:ober)?|okt(?:ober)?", r"nov(?:ember)?", r"dec(?:ember)?|dez(?:ember)?",
)  # fmt: skip
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "ein": 1, "eine": 1, "einem": 1, "einer": 1, "einen": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7,
    "acht": 8, "neun": 9, "zehn": 10,
}  # fmt: skip
_NUMBER = rf"(\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_UNIT = r"(days?|tag(?:en|e)?|weeks?|wochen?|months?|monat(?:en|e)?)"
_NAMED = "|".join(f"(?P<m{n}>{names})" for n, names in enumerate(_MONTHS, 1))
_ANY_WEEKDAY = "|".join(f"(?P<w{n}>{names})" for n, names in enumerate(_WEEKDAYS))
_ANY_SHORT = "|".join(f"(?P<w{n}>{names})" for n, names in enumerate(_SHORT_DAYS))
_BEFORE = (
    r"(?:(?P<last>last|letzte[nrms]?|vergangene[nrms]?|vorige[nrms]?)"
    r"|(?P<next>next|nächste[nrms]?|kommende[nrms]?|coming)|this|diese[nrms]?)\s+"
)

_WORDS: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(rf"(?:{words}){_END}", _I), shift)
    for words, shift in (
        (r"the day before yesterday|day before yesterday|vorgestern", -2),
        (r"yesterday|gestern", -1),
        (r"the day after tomorrow|day after tomorrow|übermorgen|uebermorgen", 2),
        (
            r"this morning|this afternoon|today|heute(?:\s+(?:morgen|früh|vormittag|nachmittag|mittag|abend))?|just now|gerade eben",
            0,
        ),
        (r"tomorrow|morgen(?:\s+früh)?", 1),
    )
)
_AGO = (re.compile(rf"{_NUMBER}\s+{_UNIT}\s+ago{_END}", _I), re.compile(rf"vor\s+{_NUMBER}\s+{_UNIT}{_END}", _I))
_IN = re.compile(rf"in\s+{_NUMBER}\s+{_UNIT}{_END}", _I)
_NEXT_WEEK = re.compile(rf"(?:next week|nächste[rn]? woche|kommende[rn]? woche){_END}", _I)
_NEXT_MONTH = re.compile(rf"(?:next month|nächste[nrm]? monat|kommende[nrm]? monat){_END}", _I)
_MONTH_END = re.compile(rf"(?:(?:the )?end of (?:the )?month|(?:zum )?monatsende|ende des monats){_END}", _I)
_WEEKDAY = re.compile(rf"(?:on\s+|am\s+|by\s+|bis(?:\s+zum)?\s+)?(?:{_BEFORE})?(?:{_ANY_WEEKDAY})\.?{_END}", _I)
_SHORT_AFTER_WORD = re.compile(rf"(?i:on|am|by|bis|last|next|letzten|nächsten)\s+(?:{_ANY_SHORT})\.?{_END}")
_SHORT_WITH_DOT = re.compile(rf"(?:{_ANY_SHORT})\.(?=[\s,;]|$)")
_SHORT_ALONE = re.compile(rf"(?:{_ANY_SHORT})\.?(?=[\s,;]*$)")
_ISO = re.compile(rf"(?:on\s+|am\s+)?(\d{{4}})-(\d{{1,2}})-(\d{{1,2}}){_END}", _I)
_DOTTED = re.compile(
    r"(?:on\s+|am\s+|by\s+|bis(?:\s+zum)?\s+|den\s+|vom\s+)?(\d{1,2})\.\s?(\d{1,2})\.(\d{4}|\d{2}(?!\d))?(?![\d.])", _I
)
_SLASHED = re.compile(rf"(?:on\s+|am\s+)?(\d{{1,2}})/(\d{{1,2}})(?:/(\d{{4}}|\d{{2}}))?{_END}", _I)
_DAY_MONTH = re.compile(
    rf"(?:on\s+|am\s+|by\s+|bis(?:\s+zum)?\s+|the\s+)*(\d{{1,2}})(?:\.|st|nd|rd|th)?\s*(?:of\s+)?(?:{_NAMED})\.?(?:\s+(\d{{4}}))?{_END}",
    _I,
)
_MONTH_DAY = re.compile(
    rf"(?:on\s+|by\s+)?(?:{_NAMED})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(\d{{4}}))?{_END}(?!:)", _I
)

_CLOCK = re.compile(
    r"(?:at\s+|um\s+|gegen\s+|@\s*)?(?:(\d{1,2})[:.](\d{2})\s*(am|pm|uhr)(?!\w)|(\d{1,2}):(\d{2})(?!\d|:\d)(?:\s*h)?(?!\w)|(\d{1,2})\s*(uhr|am|pm)(?!\w))",
    _I,
)
_NOON = re.compile(r"(?:(?:at\s+)?noon|mittags)(?!\w)", _I)
_LENGTH = re.compile(
    r"(?:for\s+|für\s+|about\s+|ca\.\s*)?(?:(?P<half>half an hour|eine halbe stunde|halbe stunde)|(?P<hours>\d{1,2}(?:[.,]\d{1,2})?)\s*"
    r"(?:h|hrs?|hours?|std\.?|stunden?)(?:\s*(?P<more>\d{1,2})\s*(?:m|min\.?|mins|minuten?|minutes?))?|(?P<minutes>\d{1,3})\s*"
    r"(?:min\.?|mins|minuten?|minutes?|['’]))(?!\w)",
    _I,
)  # fmt: skip

Found = tuple[int, date]


def past_words(text: str, start: int, today: date) -> Found | None:
    """A day that can only lie behind us or be today: "yesterday", "3 days ago", "letzten Freitag"."""
    for reader in (_read_words, _read_ago):
        found = reader(text, start, today)
        if found is not None and found[1] <= today:
            return found
    weekday = _WEEKDAY.match(text, start)
    if weekday is not None and weekday["last"]:
        return weekday.end(), _weekday_of(weekday, today, ahead=False)
    return None


def day(text: str, start: int, today: date, *, ahead: bool, month_first: bool = False) -> Found | None:
    """A day that stands at a place; `ahead` looks forward where only a weekday or no year is written."""
    readers: tuple[Callable[[], Found | None], ...] = (
        lambda: _read_words(text, start, today),
        lambda: _read_ago(text, start, today),
        lambda: _read_ahead(text, start, today),
        lambda: _read_weekday(text, start, today, ahead=ahead),
        lambda: _read_dated(text, start, today, ahead=ahead, month_first=month_first),
    )
    return next((found for read in readers if (found := read()) is not None), None)


def _read_words(text: str, start: int, today: date) -> Found | None:
    for pattern, shift in _WORDS:
        if found := pattern.match(text, start):
            return found.end(), dates.add_days(today, shift)
    return None


def _read_ago(text: str, start: int, today: date) -> Found | None:
    found = next((match for pattern in _AGO if (match := pattern.match(text, start))), None)
    return None if found is None else (found.end(), _shifted(today, found[1], found[2], -1))


def _read_ahead(text: str, start: int, today: date) -> Found | None:
    if found := _IN.match(text, start):
        return found.end(), _shifted(today, found[1], found[2], 1)
    if found := _NEXT_WEEK.match(text, start):
        return found.end(), dates.add_days(today, 7 - today.weekday())
    if found := _NEXT_MONTH.match(text, start):
        return found.end(), dates.add_months(today.replace(day=1), 1)
    if found := _MONTH_END.match(text, start):
        return found.end(), dates.end_of_month(today)
    return None


def _shifted(today: date, number: str, unit: str, sign: int) -> date:
    count = sign * (int(number) if number.isdigit() else _NUMBERS[number.lower()])
    if unit[0].lower() == "m":
        return dates.add_months(today, count)
    return dates.add_days(today, count * (7 if unit[0].lower() == "w" else 1))


def _read_weekday(text: str, start: int, today: date, *, ahead: bool) -> Found | None:
    patterns = (_WEEKDAY, _SHORT_AFTER_WORD, _SHORT_WITH_DOT, *((_SHORT_ALONE,) if ahead else ()))
    found = next((match for pattern in patterns if (match := pattern.match(text, start))), None)
    return None if found is None else (found.end(), _weekday_of(found, today, ahead=ahead))


def _weekday_of(found: re.Match[str], today: date, *, ahead: bool) -> date:
    wanted = next(n for n in range(7) if found[f"w{n}"])
    named = found.groupdict()
    if named.get("next") or (ahead and not named.get("last")):
        return dates.add_days(today, (wanted - today.weekday() - 1) % 7 + 1)
    back = (today.weekday() - wanted) % 7
    return dates.add_days(today, -(back or 7) if named.get("last") else -back)


def _read_dated(text: str, start: int, today: date, *, ahead: bool, month_first: bool) -> Found | None:
    if found := _ISO.match(text, start):
        return _made(found.end(), int(found[1]), int(found[2]), int(found[3]))
    for pattern in (_DOTTED, _SLASHED):
        if found := pattern.match(text, start):
            first, second = int(found[1]), int(found[2])
            if pattern is _SLASHED and (month_first or second > 12):
                first, second = second, first
            return _placed(found.end(), found[3], second, first, today, ahead=ahead)
    if found := _DAY_MONTH.match(text, start):
        return _placed(found.end(), found.groups()[-1], _month(found), int(found[1]), today, ahead=ahead)
    if found := _MONTH_DAY.match(text, start):
        return _placed(found.end(), found.groups()[-1], _month(found), int(found.groups()[-2]), today, ahead=ahead)
    return None


def _month(found: re.Match[str]) -> int:
    return next(n for n in range(1, 13) if found[f"m{n}"])


def _placed(end: int, year: str | None, month: int, number: int, today: date, *, ahead: bool) -> Found | None:
    """A day of a year, or where none is written of the year that puts it on the expected side within half a year."""
    if year:
        return _made(end, int(year) + (2000 if len(year) == 2 else 0), month, number)
    found = _made(end, today.year, month, number)
    if found is None:
        return None
    if ahead and found[1] < today:
        return _made(end, today.year + 1, month, number)
    if not ahead and (found[1] - today).days > 180:
        return _made(end, today.year - 1, month, number)
    return found


def _made(end: int, year: int, month: int, number: int) -> Found | None:
    try:
        made = date(year, month, number)
    except ValueError:
        return None
    return (end, made) if dates.is_plausible(made) else None


def clock(text: str, start: int) -> tuple[int, time] | None:
    """A time of day that stands at a place: "15:00", "15 Uhr", "15.30 Uhr", "3 pm"."""
    if noon := _NOON.match(text, start):
        return noon.end(), time(12)
    found = _CLOCK.match(text, start)
    if found is None:
        return None
    hour, minute = int(found[1] or found[4] or found[6]), int(found[2] or found[5] or 0)
    half = (found[3] or found[7] or "").lower()
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return (found.end(), time(hour, minute)) if hour < 24 and minute < 60 else None


def length(text: str, start: int) -> tuple[int, int] | None:
    """A duration in minutes that stands at a place: "10 min", "1,5 Std", "half an hour"."""
    found = _LENGTH.match(text, start)
    if found is None:
        return None
    if found["half"]:
        return found.end(), 30
    if found["minutes"]:
        return (found.end(), int(found["minutes"])) if int(found["minutes"]) else None
    minutes = round(float(found["hours"].replace(",", ".")) * 60) + int(found["more"] or 0)
    return (found.end(), minutes) if minutes else None
