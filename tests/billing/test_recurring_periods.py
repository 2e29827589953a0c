"""Periods: from the anchor, against a second reckoning that goes day by day; parts of periods; prices that change."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.billing.recurring_periods import Piece, Rhythm, Span, Step, parts, pieces, prices

DAY = timedelta(days=1)


def first_days(rhythm: Rhythm, count: int) -> list[date]:
    return [rhythm.first_day(number) for number in range(count)]


def test_the_last_of_january_comes_back_after_february() -> None:
    assert first_days(Rhythm(date(2027, 1, 31), 1), 5) == [
        date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30), date(2027, 5, 31),
    ]  # fmt: skip
    assert Rhythm(date(2028, 1, 31), 1).first_day(1) == date(2028, 2, 29)
    assert first_days(Rhythm(date(2028, 2, 29), 12), 5)[1::3] == [date(2029, 2, 28), date(2032, 2, 29)]


def test_quarters_and_weeks() -> None:
    assert Rhythm(date(2026, 11, 30), 3).period(1) == (date(2027, 2, 28), date(2027, 5, 29))
    assert Rhythm(date(2026, 11, 24), 0, 2).period(3) == (date(2027, 1, 5), date(2027, 1, 18))


# ---- a second reckoning: no formula for months, only days that are counted one after the other -------------------------


def starts_a_period(day: date, rhythm: Rhythm) -> bool:
    """Whether a period starts on a day, asked of this day alone."""
    if rhythm.weeks:
        return (day - rhythm.anchor).days % (7 * rhythm.weeks) == 0
    last_of_month = calendar.monthrange(day.year, day.month)[1]
    is_day = day.day == min(rhythm.anchor.day, last_of_month)
    months = 12 * (day.year - rhythm.anchor.year) + day.month - rhythm.anchor.month
    return is_day and months % rhythm.months == 0


def day_by_day(rhythm: Rhythm, span: Span, until: date) -> list[tuple[date, date]]:
    """The pieces with proration, found by walking over the days: a run of free days within one period is a piece."""
    found: list[list[date]] = []
    day, joined = span.start, False
    while day <= until:
        cut = any(first <= day <= last for first, last in (*span.pauses, *span.taken))
        free = not cut and (span.end is None or day <= span.end)
        if free and joined and not starts_a_period(day, rhythm):
            found[-1].append(day)
        elif free:
            found.append([day])
        joined = free
        day += DAY
    return [(run[0], run[-1]) for run in found]


rhythms = st.one_of(
    st.builds(Rhythm, st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.sampled_from([1, 2, 3, 6, 12, 24])),
    st.builds(Rhythm, st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.just(0), st.sampled_from([1, 2, 4, 13])),
)


@st.composite
def ranges(draw: st.DrawFn) -> tuple[date, date]:
    first = draw(st.dates(date(2025, 1, 1), date(2046, 12, 31)))
    return first, first + DAY * draw(st.integers(0, 400))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(st.dates(date(2025, 1, 1), date(2030, 12, 31)))
    end = draw(st.none() | st.dates(start, date(2045, 12, 31)))
    taken = tuple(draw(st.lists(ranges(), max_size=3)))
    return Span(start, end, tuple(draw(st.lists(ranges(), max_size=1))), taken)


@given(rhythms, spans())
def test_twenty_years_against_a_walk_over_the_days(rhythm: Rhythm, span: Span) -> None:
    until = span.start.replace(day=1, year=span.start.year + 20)
    ours = [(p.first, p.last) for p in pieces(rhythm, span, prorate=True, until=until) if p.last <= until]
    theirs = [run for run in day_by_day(rhythm, span, until) if run[1] <= until]
    # The run that the walk was in on its last day may go on behind it.
    assert ours == theirs or ours == theirs[:-1]


@given(rhythms, spans())
def test_no_day_is_billed_twice_and_none_that_is_settled(rhythm: Rhythm, span: Span) -> None:
    last = span.start - DAY
    for piece in pieces(rhythm, span, prorate=True, until=date(2050, 1, 1)):
        assert piece.first > last
        last = piece.last
        assert piece.period_first <= piece.first <= piece.last <= piece.period_last
        assert not any(a <= piece.last and b >= piece.first for a, b in (*span.taken, *span.pauses))


@given(rhythms, spans())
def test_without_proration_a_period_is_billed_in_full_or_not_at_all(rhythm: Rhythm, span: Span) -> None:
    seen = set()
    for piece in pieces(rhythm, span, prorate=False, until=date(2050, 1, 1)):
        assert piece.whole
        assert piece.period_first not in seen
        seen.add(piece.period_first)
        assert not any(a <= piece.last and b >= piece.first for a, b in span.taken)


# ---- what a part costs ------------------------------------------------------------------------------------------------


def one_piece(first: date, last: date, rhythm: Rhythm) -> Piece:
    return next(iter(pieces(rhythm, Span(first, last), prorate=True)))


def test_half_a_month_costs_its_days() -> None:
    piece = one_piece(date(2026, 3, 17), date(2026, 12, 31), Rhythm(date(2026, 3, 1), 1))
    (part,) = parts(piece, prices(Decimal(100), (), "EUR"), "EUR", split=True)
    assert (part.days, part.of_days, part.amount) == (15, 31, Decimal("48.39"))


def test_a_full_period_costs_its_price_to_the_last_decimal() -> None:
    piece = one_piece(date(2026, 3, 1), date(2026, 12, 31), Rhythm(date(2026, 3, 1), 1))
    (part,) = parts(piece, prices(Decimal("0.0125"), (), "EUR"), "EUR", split=True)
    assert part.whole
    assert part.amount == Decimal("0.0125")


@given(
    st.decimals(0, 100_000, places=2),
    st.sampled_from(["EUR", "JPY", "KWD"]),
    st.lists(st.integers(1, 30), min_size=1, max_size=4, unique=True),
)
def test_the_parts_of_a_period_sum_to_its_price(price: Decimal, currency: str, cuts: list[int]) -> None:
    rhythm, month = Rhythm(date(2026, 1, 1), 1), date(2026, 1, 31)
    firsts = [date(2026, 1, 1), *(date(2026, 1, 1) + DAY * cut for cut in sorted(cuts))]
    lasts = [*(first - DAY for first in firsts[1:]), month]
    unit = {"EUR": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}[currency]
    total = Decimal(0)
    for first, last in zip(firsts, lasts, strict=True):
        (part,) = parts(one_piece(first, last, rhythm), prices(price, (), currency), currency, split=True)
        exact = price * ((last - first).days + 1) / 31
        assert part.amount == (price if part.whole else exact.quantize(unit, rounding=ROUND_HALF_UP))
        total += part.amount
    assert abs(total - price) <= unit / 2 * len(firsts)


def test_a_price_that_changes_within_a_period_makes_two_parts() -> None:
    piece = one_piece(date(2027, 1, 1), date(2027, 12, 31), Rhythm(date(2027, 1, 1), 3))
    timeline = prices(Decimal(300), (Step(date(2027, 2, 15), percent=Decimal("2.5")),), "EUR")
    first, second = parts(piece, timeline, "EUR", split=True)
    assert (first.last, first.days, first.amount) == (date(2027, 2, 14), 45, Decimal("150.00"))
    assert (second.price, second.days, second.amount) == (Decimal("307.50"), 45, Decimal("153.75"))
    (alone,) = parts(piece, timeline, "EUR", split=False)
    assert alone.amount == Decimal(300)


def test_per_cents_build_on_the_price_before_and_are_rounded_once_each() -> None:
    steps = (
        Step(date(2028, 1, 1), percent=Decimal("3.3")),
        Step(date(2027, 1, 1), percent=Decimal("3.3")),
        Step(date(2029, 1, 1), price=Decimal(20)),
        Step(date(2030, 1, 1), percent=Decimal(-50)),
    )
    assert [price for _day, price in prices(Decimal("9.99"), steps, "EUR")] == [
        Decimal("9.99"), Decimal("10.32"), Decimal("10.66"), Decimal(20), Decimal("10.00"),
    ]  # fmt: skip


@pytest.mark.parametrize("lead", [0, 10])
def test_a_span_that_ended_before_it_began_has_no_periods(lead: int) -> None:
    span = Span(date(2026, 3, 5 + lead), date(2026, 3, 4))
    assert list(pieces(Rhythm(date(2026, 3, 1), 1), span, prorate=True)) == []
