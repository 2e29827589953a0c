"""Repetitions as calendars write them (RRULE), from and to the rules of our reminders.

Ours differ from those of calendars in one thing: day 31 is the last day of shorter months, where a calendar leaves them
out. It is written so that both mean the same days, and only what means the same days is read.

Source: RFC 5545 3.3.10.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from crm_desktop.activity import recurrence
from crm_desktop.activity.recurrence import LAST, WEEKDAYS, Rule, Unit

_UNITS: dict[str, Unit] = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_FREQUENCIES = {unit: name for name, unit in _UNITS.items()}
_CODES = [code.upper() for code in WEEKDAYS]
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_KNOWN = {"FREQ", "INTERVAL", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "WKST", "UNTIL", "COUNT"}
# The longest month has 31 days; the first day that a month may lack is the 29th.
_SURE_DAY = 28


def written(rule: Rule, anchor: date) -> str:
    """A rule as RRULE; what hangs on the anchor is spelled out."""
    parts = [f"FREQ={_FREQUENCIES[rule.unit]}"]
    parts += [f"INTERVAL={rule.every}"] if rule.every > 1 else []
    days = ",".join(_CODES[day] for day in rule.weekdays or (anchor.weekday(),))
    if rule.unit == "week":
        parts += [f"BYDAY={days}", "WKST=MO"]
    elif rule.unit in ("month", "year"):
        month = rule.month or anchor.month
        parts += [f"BYMONTH={month}"] if rule.unit == "year" else []
        if rule.nth:
            parts += (
                [f"BYDAY={days}", f"BYSETPOS={rule.nth}"] if len(rule.weekdays) > 1 else [f"BYDAY={rule.nth}{days}"]
            )
        else:
            parts.append(_month_day(rule.day or anchor.day))
    return ";".join(parts)


def _month_day(day: int) -> str:
    """The 31st, or the last day where there is none."""
    if day <= _SURE_DAY:
        return f"BYMONTHDAY={day}"
    return f"BYMONTHDAY={','.join(str(number) for number in range(_SURE_DAY, day + 1))};BYSETPOS=-1"


def read(text: str, start: date) -> Rule | None:
    """The rule of an RRULE that begins on a day, without its end; None where ours cannot say the same."""
    parts = {
        key.strip(): value.strip() for key, _sign, value in (p.partition("=") for p in text.upper().split(";")) if value
    }
    if parts.get("FREQ") not in _UNITS or set(parts) - _KNOWN:
        return None
    try:
        rule = _rule(parts, start)
        fits = rule is not None and recurrence.first(rule, start) == start
    except ValueError:
        return None
    return rule if fits else None


def ends(text: str) -> bool:
    """Whether a repetition comes to an end by itself, which ours do not."""
    return "UNTIL=" in text.upper() or "COUNT=" in text.upper()


def _rule(parts: dict[str, str], start: date) -> Rule | None:
    every = int(parts.get("INTERVAL", "1"))
    made = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly, "YEARLY": _yearly}[parts["FREQ"]](parts, start)
    if made is None or (every > 1 and made.unit != _UNITS[parts["FREQ"]]):
        return None
    return replace(made, every=every)


def _daily(parts: dict[str, str], _start: date) -> Rule | None:
    if set(parts) & {"BYMONTH", "BYMONTHDAY", "BYSETPOS"}:
        return None
    days = _days(parts)
    if days is None or any(nth for nth, _day in days):
        return None
    return Rule("week", weekdays=_set(days)) if days else Rule("day")


def _weekly(parts: dict[str, str], start: date) -> Rule | None:
    if set(parts) & {"BYMONTH", "BYMONTHDAY", "BYSETPOS"}:
        return None
    days = _days(parts)
    if days is None or any(nth for nth, _day in days):
        return None
    weekdays = _set(days) or (start.weekday(),)
    # Only a week with several days every n weeks depends on the day on which weeks begin.
    if parts.get("WKST", "MO") != "MO" and len(weekdays) > 1 and int(parts.get("INTERVAL", "1")) > 1:
        return None
    return Rule("week", weekdays=weekdays)


def _monthly(parts: dict[str, str], start: date) -> Rule | None:
    return None if "BYMONTH" in parts else _in_month("month", 0, parts, start)


def _yearly(parts: dict[str, str], start: date) -> Rule | None:
    month = int(parts.get("BYMONTH", start.month))
    # Without a month, such a rule means the days of the year.
    return None if "BYDAY" in parts and "BYMONTH" not in parts else _in_month("year", month, parts, start)


def _in_month(unit: Unit, month: int, parts: dict[str, str], start: date) -> Rule | None:
    if "BYDAY" in parts:
        return None if "BYMONTHDAY" in parts else _nth(unit, month, parts)
    numbers = [int(number) for number in parts.get("BYMONTHDAY", str(start.day)).split(",")]
    day = 31 if numbers == [-1] else numbers[-1]
    if len(numbers) > 1:
        same = parts.get("BYSETPOS") == "-1" and numbers == list(range(_SURE_DAY, day + 1))
        return Rule(unit, day=day, month=month) if same else None
    missing = numbers != [-1] and (day > 30 or (day > _SURE_DAY and (unit == "month" or month == 2)))
    if missing and not (unit == "year" and day <= _longest(month)):
        return None
    return Rule(unit, day=day, month=month) if "BYSETPOS" not in parts else None


def _longest(month: int) -> int:
    """The days that a month has in every year."""
    return 28 if month == 2 else 30 if month in (4, 6, 9, 11) else 31


def _nth(unit: Unit, month: int, parts: dict[str, str]) -> Rule | None:
    days = _days(parts)
    if not days:
        return None
    if "BYSETPOS" in parts:
        nth = int(parts["BYSETPOS"])
        return None if any(number for number, _day in days) else Rule(unit, weekdays=_set(days), nth=nth, month=month)
    if len(days) == 1 and (days[0][0] == LAST or 1 <= days[0][0] <= 5):
        return Rule(unit, weekdays=(days[0][1],), nth=days[0][0], month=month)
    return None


def _days(parts: dict[str, str]) -> list[tuple[int, int]] | None:
    """(nth or 0, weekday) of each day; None for what is none."""
    found = []
    for word in filter(None, parts.get("BYDAY", "").split(",")):
        day = _DAY.fullmatch(word.strip())
        if day is None:
            return None
        found.append((int(day[1] or 0), _CODES.index(day[2])))
    return found


def _set(days: list[tuple[int, int]]) -> tuple[int, ...]:
    return tuple(sorted({day for _nth, day in days}))
