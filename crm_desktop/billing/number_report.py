"""What a tax office asks of numbers: per series and period the first, the last, how many, what is missing and why.

Numbers are given gapless and in the order of time; this report proves it. A number that the owner left out on purpose,
or that an import or another kind of document carries, is explained; any other missing one was removed from outside. A
day that is earlier than that of a lower number is allowed, but told.

Source: Directive 2006/112/EC art. 226 (2); GoBD no. 5.1 (completeness).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from crm_desktop.billing.document import KINDS
from crm_desktop.company import numbering
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.db import connection as db

LEFT_OUT, TAKEN, MISSING = "left_out", "taken", "missing"
# Farther apart than this, numbers are not looked at one by one.
_LOOKED_AT = 10_000


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that no document of the series carries, from one to another.

    `why`: left_out (by the owner, or before an import), taken (an imported document or another kind carries them) or
    missing. `before` and `after` are the numbers between which they are; `before` is empty ahead of the first one.
    """

    first: str
    last: str
    count: int
    why: str
    before: str
    after: str

    def sentence(self) -> str:
        """What is not there, and why."""
        numbers = self.first if self.count == 1 else _("{first} to {last}").format(first=self.first, last=self.last)
        whys = {
            LEFT_OUT: _("{numbers}: left out on purpose, or used before an import."),
            TAKEN: _("{numbers}: on a document of another kind, or on an imported one."),
            MISSING: _("{numbers}: missing. Removed outside the program."),
        }
        return whys[self.why].format(numbers=numbers)


@dataclass(frozen=True, slots=True)
class Disorder:
    """A number whose day is earlier than that of the number before it."""

    number: str
    day: date
    before: str
    day_before: date

    def sentence(self) -> str:
        """Which number is of an earlier day than the one before it."""
        words = _("{number} carries an earlier date than {before}, which has the lower number.")
        return words.format(number=self.number, before=self.before)


@dataclass(frozen=True, slots=True)
class SeriesReport:
    """One series in one period: the year where it starts afresh, else empty. `others` follow another pattern."""

    kind: str
    period: str
    first: str
    last: str
    count: int
    gaps: tuple[Gap, ...]
    disorders: tuple[Disorder, ...]
    others: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing is missing and all days are in order."""
        return not self.disorders and all(gap.why != MISSING for gap in self.gaps)

    def counted(self, why: str) -> int:
        """How many numbers are not there for this reason."""
        return sum(gap.count for gap in self.gaps if gap.why == why)

    def remarks(self) -> list[str]:
        """What there is to say, a sentence each; what was lost first, what is explained last."""
        lost = [gap.sentence() for gap in self.gaps if gap.why == MISSING]
        known = [gap.sentence() for gap in self.gaps if gap.why != MISSING]
        return [*lost, *(found.sentence() for found in self.disorders), *known, *self._about_others()]

    def _about_others(self) -> list[str]:
        if not self.others:
            return []
        number = len(self.others)
        words = ngettext(
            "{n} number follows an earlier pattern: {first}.",
            "{n} numbers follow an earlier pattern, from {first} to {last}.",
            number,
        )
        return [words.format(n=number, first=self.others[0], last=self.others[-1])]


@dataclass(frozen=True, slots=True)
class _Given:
    counter: int
    number: str
    day: date


def report(kinds: tuple[str, ...] = KINDS, years: range | None = None) -> list[SeriesReport]:
    """The report for these kinds of documents, oldest period first; a series without documents is left out.

    `years` leaves out the periods of other years; a series that never starts afresh is always told as a whole.
    """
    return [found for kind in kinds for found in _of_kind(kind, years)]


def _of_kind(kind: str, years: range | None) -> Iterator[SeriesReport]:
    series = numbering.series(kind)
    first, last = ("", "~")
    if years is not None and series.reset == "yearly":
        first, last = f"{years.start:04}-01-01", f"{years.stop - 1:04}-12-31"
    given: dict[str, list[_Given]] = defaultdict(list)
    others: dict[str, list[str]] = defaultdict(list)
    for number, text in db.query(
        "SELECT number, issue_on FROM document WHERE kind = ? AND state = 'issued' AND NOT imported "
        "AND issue_on BETWEEN ? AND ? ORDER BY issue_on, id",
        [kind, first, last],
    ):
        day = date.fromisoformat(text)
        period = str(day.year) if series.reset == "yearly" else ""
        counter = numbering.counter_in(series.pattern, number or "", day)
        if counter is None:
            others[period].append(number or "")
        else:
            given[period].append(_Given(counter, number, day))
    for period in sorted({*given, *others}):
        yield _period(kind, period, sorted(given[period], key=lambda g: g.counter), tuple(others[period]))


def _period(kind: str, period: str, given: list[_Given], others: tuple[str, ...]) -> SeriesReport:
    # Where the pattern was changed on the way, numbers before the first one went to the other pattern.
    start = [] if others or not given else [_Given(0, "", given[0].day)]
    gaps = tuple(gap for before, after in pairwise([*start, *given]) for gap in _gaps(kind, before, after))
    disorders = tuple(
        Disorder(after.number, after.day, before.number, before.day)
        for before, after in pairwise(given)
        if after.day < before.day
    )
    first, last = (given[0].number, given[-1].number) if given else ("", "")
    return SeriesReport(kind, period, first, last, len(given), gaps, disorders, others)


def _gaps(kind: str, before: _Given, after: _Given) -> Iterator[Gap]:
    """What lies between two numbers, in runs of one reason."""
    if after.counter - before.counter < 2:
        return
    pattern = numbering.series(kind).pattern
    for start, end, why in _runs(kind, before.counter + 1, after.counter, after.day):
        first, last = (numbering.render(pattern, counter, after.day) for counter in (start, end - 1))
        yield Gap(first, last, end - start, why, before.number, after.number)


def _runs(kind: str, start: int, end: int, day: date) -> Iterator[tuple[int, int, str]]:
    skipped = sorted(
        (max(part.start, start), min(part.stop, end), LEFT_OUT)
        for part in numbering.left_out(kind, day)
        if part.start < end and part.stop > start
    )
    at = start
    for first, stop, why in skipped:
        yield from _unexplained(kind, at, first, day)
        yield first, stop, why
        at = stop
    yield from _unexplained(kind, at, end, day)


def _unexplained(kind: str, start: int, end: int, day: date) -> Iterator[tuple[int, int, str]]:
    if end - start > _LOOKED_AT:
        yield start, end, MISSING
        return
    run, why = start, ""
    for counter in range(start, end):
        found = TAKEN if _is_taken(kind, counter, day) else MISSING
        if why and found != why:
            yield run, counter, why
            run = counter
        why = found
    if why:
        yield run, end, why


def _is_taken(kind: str, counter: int, day: date) -> bool:
    """Whether a document of another kind, or from an import, carries the number."""
    number = numbering.render(numbering.series(kind).pattern, counter, day)
    return db.one("SELECT 1 FROM document WHERE number = ?", [number]) is not None
