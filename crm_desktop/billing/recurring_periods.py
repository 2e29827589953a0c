"""Which days belong to which period, what a part of a period costs, and how prices change: plain reckoning, no records.

All periods come from the anchor date, never from the one before: every month from 31 January is 31 January, 28 (29)
February, 31 March. Days that a pause or an earlier bill took are cut out; what remains of a period is a piece of it.

Source: docs/decisions/0022-recurring.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm_desktop.core import dates
from crm_desktop.core.money import round_amount

# First and last day, both included.
Range = tuple[date, date]


@dataclass(frozen=True)
class Rhythm:
    """How periods follow each other: every so many months or weeks, counted from the anchor."""

    anchor: date
    months: int
    weeks: int = 0

    def first_day(self, number: int) -> date:
        """The first day of a period; 0 is the one that starts on the anchor."""
        if self.months:
            return dates.add_months(self.anchor, number * self.months)
        return dates.add_days(self.anchor, number * self.weeks * 7)

    def period(self, number: int) -> Range:
        """The first and last day of a period."""
        return self.first_day(number), dates.add_days(self.first_day(number + 1), -1)

    def number_of(self, day: date) -> int:
        """The number of the period that a day lies in."""
        if not self.months:
            return (day - self.anchor).days // (self.weeks * 7)
        between = (day.year - self.anchor.year) * 12 + day.month - self.anchor.month
        number = between // self.months
        return number if self.first_day(number) <= day else number - 1


@dataclass(frozen=True)
class Piece:
    """The days of one period that are billed together; `whole` when it is charged in full."""

    first: date
    last: date
    period_first: date
    period_last: date
    whole: bool

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def of_days(self) -> int:
        """How many days the full period has."""
        return (self.period_last - self.period_first).days + 1


@dataclass(frozen=True)
class Part:
    """A piece, or its days before or after a change of price. `price` is that of a full period, `amount` what it costs."""

    first: date
    last: date
    days: int
    of_days: int
    whole: bool
    price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Step:
    """From a day on: another price, or so many per cent more (or less) than before."""

    from_on: date
    price: Decimal | None = None
    percent: Decimal | None = None
    note: str = ""
    id: int = 0


@dataclass(frozen=True)
class Span:
    """The days that are billed at all: from `start`, to `end` (None: without end), without the pause and what is `taken`."""

    start: date
    end: date | None = None
    pauses: tuple[Range, ...] = ()
    taken: tuple[Range, ...] = ()


def pieces(rhythm: Rhythm, span: Span, *, prorate: bool, until: date = dates.LATEST) -> Iterator[Piece]:
    """What is to be billed, oldest first, of all periods that start by a day.

    With `prorate` the free days of a period make a piece each. Without, a period is billed in full or not at all: in
    full if nothing of it was billed and its first day of service is not paused.
    """
    number = rhythm.number_of(_first_free(span))
    while True:
        first, last = rhythm.period(number)
        if max(first, span.start) > min(until, span.end or until):
            return
        low, high = max(first, span.start), min(last, span.end or last)
        if low <= high:
            yield from _of_period((first, last), (low, high), span, prorate=prorate)
        number += 1


def _first_free(span: Span) -> date:
    """The first day that may not be billed yet: years of bills need no second look."""
    day = span.start
    for first, last in sorted(span.taken):
        if first > day:
            break
        day = max(day, dates.add_days(last, 1))
    return day


def _of_period(period: Range, days: Range, span: Span, *, prorate: bool) -> Iterator[Piece]:
    low, high = days
    if prorate:
        for first, last in without(days, [*span.pauses, *span.taken]):
            yield Piece(first, last, *period, whole=(first, last) == period)
        return
    billed = any(first <= high and last >= low for first, last in span.taken)
    paused = any(first <= low <= last for first, last in span.pauses)
    if not billed and not paused:
        yield Piece(low, high, *period, whole=True)


def without(days: Range, cut: Sequence[Range]) -> Iterator[Range]:
    """What remains of some days when others are cut out, in order."""
    low, high = days
    for first, last in sorted(cut):
        if last < low or first > high:
            continue
        if first > low:
            yield low, dates.add_days(first, -1)
        low = max(low, dates.add_days(last, 1))
        if low > high:
            return
    yield low, high


def prices(base: Decimal, steps: Sequence[Step], currency: str) -> list[tuple[date, Decimal]]:
    """From which day which price of a full period holds. Per cents are of the price before, rounded to the cent."""
    found = [(date.min, base)]
    for step in sorted(steps, key=lambda s: s.from_on):
        before = found[-1][1]
        changed = round_amount(before * (100 + (step.percent or 0)) / 100, currency)
        found.append((step.from_on, step.price if step.price is not None else changed))
    return found


def parts(piece: Piece, timeline: Sequence[tuple[date, Decimal]], currency: str, *, split: bool) -> list[Part]:
    """A piece with its price; with `split`, one part on each side of a day on which the price changes.

    What a part costs is the price × its days ÷ the days of the full period, rounded half up once.
    """
    starts = [piece.first]
    if split:
        starts += [day for day, _price in timeline if piece.first < day <= piece.last]
    ends = [*(dates.add_days(day, -1) for day in starts[1:]), piece.last]
    alone = len(starts) == 1
    found = []
    for first, last in zip(starts, ends, strict=True):
        price = next(value for day, value in reversed(timeline) if day <= first)
        days = (last - first).days + 1
        whole = alone and piece.whole
        amount = price if whole else round_amount(price * days / piece.of_days, currency)
        found.append(Part(first, last, days, piece.of_days, whole, price, amount))
    return found
