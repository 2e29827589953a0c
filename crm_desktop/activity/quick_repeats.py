"""A repetition inside a quick line: "remind me every last Friday to clean the kiln", "alle 3 Monate nachfassen".

What is a repetition, `recurrence_words` knows; here is found where it begins and ends among other words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from crm_desktop.activity import recurrence, recurrence_words
from crm_desktop.activity.recurrence import Rule
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.text import fold

_I = re.IGNORECASE
# What begins a repetition, wherever it stands, and what is one only beside the marker or at the end: "a weekly report" is none.
_BEGIN = re.compile(
    r"(?<![\w-])(?:(?:every|each|jede[nrsm]?|alle)(?![\w-])|(?:on the|am|the)\s+(?=\S+\s+\S+\s+(?:of|jede[ns]|des|im)\s))",
    _I,
)
_ADVERB = re.compile(
    r"(?<![\w-])(?:daily|weekly|fortnightly|monthly|quarterly|yearly|annually|täglich|wöchentlich|monatlich|vierteljährlich"
    r"|halbjährlich|jährlich)(?![\w-])",
    _I,
)
_WEEKDAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|montags?|dienstags?|mittwochs?|donnerstags?|freitags?|samstags?|sonnabends?"
    r"|sonntags?"
)
_DAY_BEFORE = re.compile(rf"(?<!\w)(?:{_WEEKDAY})\Z", _I)
_DAY_BEHIND = re.compile(rf"(?:and |und )?(?:{_WEEKDAY})(?!\w)", _I)
_REFERS = re.compile(r"(?<!\w)(?:daran|dran)\Z", _I)
_BARE_NUMBER = re.compile(r"(?<!\S)(?!on|the|am|den|der|at|um|day\b)\S+\s+\d+\Z", _I)
# What leads to the day from which it counts: "starting Tuesday", "ab 1.12.".
_SINCE = re.compile(r"(?<!\w)(?:from|starting(?: on)?|beginning(?: on)?|ab(?: dem)?|beginnend(?: am)?)\s+\Z", _I)
_MOST_WORDS = 10


@dataclass(frozen=True)
class Repeat:
    """A repetition that stands from `start` to before `end` of a line."""

    start: int
    end: int
    rule: Rule
    counted_from: str

    def blanked(self, line: str) -> str:
        """The line with blanks in its place, for whoever looks for other days in it."""
        return line[: self.start] + " " * (self.end - self.start) + line[self.end :]

    def first(self, named: date | None, today: date) -> date:
        """Its first day: from a day that is named, else after this one; one that hangs on no day counts from now."""
        if self.counted_from == "done":
            return named or recurrence.next_after(self.rule, today, today) or today
        if named is not None:
            return recurrence.first(self.rule, named)
        if recurrence.hangs_on_anchor(self.rule):
            return recurrence.next_after(self.rule, today, today) or today
        return recurrence.first(self.rule, dates.add_days(today, 1))


def find(line: str, start: int, end: int, marker: tuple[int, int]) -> Repeat | None:
    """The repetition in a clause that has a marker of a reminder; None where there is none."""
    for begun in _BEGIN.finditer(line, start, end):
        if (found := _read(line, begun.start(), end)) is not None:
            return found
    for begun in _ADVERB.finditer(line, start, end):
        near = line[marker[1] : begun.start()] if begun.start() >= marker[1] else line[begun.end() : marker[0]]
        found = _read(line, begun.start(), end)
        if found is not None and (not near.strip() or not line[found.end : end].strip(" .,;")):
            return found
    return None


def _read(line: str, start: int, end: int) -> Repeat | None:
    """The longest repetition that begins at a place, without words behind that say nothing more."""
    ends = _ends(line, start, end)
    for count in range(len(ends), 0, -1):
        longest = _rule(line[start : ends[count - 1]])
        if longest is not None:
            shortest = next(place for place in ends if _rule(line[start:place]) == longest)
            return Repeat(start, shortest, *longest)
    return None


def _ends(line: str, start: int, end: int) -> list[int]:
    """Where a repetition that begins at a place may end: behind each word, up to a colon or a comma before another thought."""
    ends = []
    for word in re.finditer(r"\S+", line[:end][start:]):
        bare = word[0].rstrip(",;:!?")
        ends.append(start + word.start() + len(bare))
        listed = word[0].endswith(",") and _DAY_BEHIND.match(line[:end], start + word.end() + 1)
        if (len(bare) < len(word[0]) and not listed) or len(ends) == _MOST_WORDS:
            break
    return ends


def _rule(words: str) -> tuple[Rule, str] | None:
    # A number behind a unit belongs to what follows: "every month 3 lamps".
    if _BARE_NUMBER.search(words) and fold(words).split()[-2] not in ("every", "each", "alle"):
        return None
    try:
        rule, counted_from = recurrence_words.read(words)
    except ValidationError:
        return None
    return (rule, counted_from) if rule is not None else None


def goes_on(line: str, stop: re.Match[str]) -> bool:
    """Whether a comma ends nothing: "every Monday, Wednesday and Friday", "erinnere mich daran, …"."""
    if line[stop.start()] != ",":
        return False
    before = line[: stop.start()]
    if _REFERS.search(before):
        return True
    return bool(_DAY_BEFORE.search(before) and _DAY_BEHIND.match(line, stop.end()))


def since(line: str, day: int) -> int:
    """Where the words begin that lead to the day from which a repetition counts."""
    found = _SINCE.search(line, 0, day)
    return found.start() if found is not None else day
