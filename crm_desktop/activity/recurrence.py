"""When something comes again: every n days, weeks, months or years, on weekdays, on the last Friday, on day 31.

All days follow from the rule and one anchor, counted from the anchor and never from the day before, so that nothing
drifts: day 31 is the last day of a shorter month and is day 31 again after it; 29 February is the 28th in other years.
Weeks begin on Monday, wherever the owner lives.

A rule is stored as a line of text that stays readable: "every 2 week mo fr", "every 1 month last fr", "every 1 month day
31", "every 1 year 12-24 at 09:00".
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import count, islice
from typing import Literal

from crm_desktop.core import dates

Unit = Literal["day", "week", "month", "year"]
WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
WORKDAYS = (0, 1, 2, 3, 4)
LAST = -1
# At most so many days, weeks, months or years lie between two.
MOST = 999
_NTHS = {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "last": LAST}
_NTH_WORDS = {number: word for word, number in _NTHS.items()}
_DAY = re.compile(r"(\d{2})-(\d{2})")
# A fifth Friday may be some months away, and some years for a month of its own: then the search ends.
_FRUITLESS = 400


@dataclass(frozen=True)
class Rule:
    """How something repeats.

    `weekdays` are 0 (Monday) to 6: of a week, or with `nth` those of a month among which the nth (1 to 5, -1 the last)
    counts; a month without a fifth has none. `day` is a day of the month, 0 that of the anchor; `month` belongs to a
    year, 0 is that of the anchor. `at` is the time of day, for what has one.
    """

    unit: Unit
    every: int = 1
    weekdays: tuple[int, ...] = ()
    nth: int = 0
    day: int = 0
    month: int = 0
    at: time | None = None

    def __post_init__(self) -> None:
        if not _is_sound(self):
            raise ValueError(
                f"No such rule: {self.unit} {self.every} {self.weekdays} {self.nth} {self.day} {self.month}"
            )


def _is_sound(rule: Rule) -> bool:
    in_month = rule.unit in ("month", "year")
    return (
        rule.unit in ("day", "week", "month", "year")
        and 1 <= rule.every <= MOST
        and all(0 <= day <= 6 for day in rule.weekdays)
        and list(rule.weekdays) == sorted(set(rule.weekdays))
        and (not rule.weekdays or rule.unit == "week" or (in_month and rule.nth != 0))
        and (rule.nth == 0 or (in_month and bool(rule.weekdays) and rule.nth in _NTH_WORDS and not rule.day))
        and (rule.day == 0 or (in_month and 1 <= rule.day <= 31))
        and (rule.month == 0 or (rule.unit == "year" and 1 <= rule.month <= 12))
    )


def text_of(rule: Rule) -> str:
    """The stored text of a rule; `rule_from` reads it."""
    parts = ["every", str(rule.every), rule.unit]
    if rule.nth:
        parts.append(_NTH_WORDS[rule.nth])
    parts += [WEEKDAYS[day] for day in rule.weekdays]
    if rule.unit == "year" and rule.month:
        parts.append(f"in {rule.month}" if rule.nth or not rule.day else f"{rule.month:02}-{rule.day:02}")
    elif rule.day:
        parts.append(f"day {rule.day}")
    if rule.at:
        parts.append(f"at {rule.at:%H:%M}")
    return " ".join(parts)


def rule_from(text: str) -> Rule:
    """Read a stored text.

    Raises:
        ValueError: it is none.
    """
    words = text.split()
    if len(words) < 3 or words[0] != "every":
        raise ValueError(f"No rule: {text}")
    found: dict[str, object] = {}
    weekdays, rest = [], iter(words[3:])
    for word in rest:
        if word in WEEKDAYS:
            weekdays.append(WEEKDAYS.index(word))
        elif word in _NTHS:
            found["nth"] = _NTHS[word]
        elif word in ("day", "in"):
            found["month" if word == "in" else "day"] = int(next(rest, ""))
        elif word == "at":
            found["at"] = time.fromisoformat(next(rest, ""))
        elif day := _DAY.fullmatch(word):
            found |= {"month": int(day[1]), "day": int(day[2])}
        else:
            raise ValueError(f"No rule: {text}")
    return Rule(words[2], int(words[1]), tuple(weekdays), **found)  # type: ignore[arg-type]


def occurrences(rule: Rule, anchor: date, after: date | None = None) -> Iterator[date]:
    """The days of a rule from the anchor on, or those after a day; they end with the year 2199."""
    start = anchor if after is None else max(anchor, after + timedelta(days=1))
    fruitless = 0
    for step in count(_first_step(rule, anchor, start)):
        days = _days_of(rule, anchor, step)
        if days is None or (days and days[0] > dates.LATEST):
            return
        good = [day for day in days if day >= start]
        fruitless = 0 if days else fruitless + 1
        if fruitless > _FRUITLESS:
            return
        yield from good


def next_after(rule: Rule, anchor: date, after: date) -> date | None:
    """The first day of a rule after a day; None where there is none any more."""
    return next(occurrences(rule, anchor, after), None)


def upcoming(rule: Rule, anchor: date, number: int = 5) -> list[date]:
    """The first days of a rule from the anchor on."""
    return list(islice(occurrences(rule, anchor), number))


def first(rule: Rule, day: date) -> date:
    """The day with which a rule begins: this one when it falls on it, else the next that does, however many lie between."""
    return next(occurrences(replace(rule, every=1), day), day)


def hangs_on_anchor(rule: Rule) -> bool:
    """Whether the anchor alone says on which day of the week, month or year the rule falls."""
    return not rule.weekdays and not rule.day and (rule.unit != "year" or not rule.month)


def follow_up(rule: Rule, repeats_from: str, anchor: date, due_on: date, done_on: date) -> tuple[date, date] | None:
    """The next day and its anchor, once the one of `due_on` was done on `done_on`.

    Counted from the due day it keeps the anchor, and what went by meanwhile is not made up for. Counted from the day on
    which it was done, that day is the new anchor.
    """
    if repeats_from == "done":
        anchor, after = done_on, done_on
    else:
        after = max(due_on, done_on)
    day = next_after(rule, anchor, after)
    return (day, anchor) if day is not None else None


def _first_step(rule: Rule, anchor: date, start: date) -> int:
    """The step that holds the first day from `start` on, or one before it."""
    if rule.unit == "day":
        return max(0, (start - anchor).days // rule.every)
    if rule.unit == "week":
        return max(0, (start - _monday(anchor)).days // 7 // rule.every)
    months = (start.year - anchor.year) * 12 + start.month - anchor.month
    return max(0, months // (rule.every * (12 if rule.unit == "year" else 1)) - 1)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _days_of(rule: Rule, anchor: date, step: int) -> list[date] | None:
    """The days of one step: one day, one week, one month, one year; None beyond the calendar."""
    try:
        if rule.unit == "day":
            return [anchor + timedelta(days=step * rule.every)]
        if rule.unit == "week":
            monday = _monday(anchor) + timedelta(weeks=step * rule.every)
            return [monday + timedelta(days=day) for day in rule.weekdays or (anchor.weekday(),)]
        months = anchor.year * 12 + anchor.month - 1 + step * rule.every * (12 if rule.unit == "year" else 1)
        year, month = months // 12, months % 12 + 1
        return _in_month(rule, year, rule.month or month, rule.day or anchor.day)
    except (OverflowError, ValueError):
        return None


def _in_month(rule: Rule, year: int, month: int, day: int) -> list[date]:
    last = monthrange(year, month)[1]
    if not rule.nth:
        return [date(year, month, min(day, last))]
    fitting = [
        found for number in range(1, last + 1) if (found := date(year, month, number)).weekday() in rule.weekdays
    ]
    place = rule.nth - 1 if rule.nth > 0 else rule.nth
    return [fitting[place]] if place < len(fitting) else []
