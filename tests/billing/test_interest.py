"""Interest on late payments: to the cent as a second computation that walks through the days one by one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.billing import interest
from crm_desktop.billing.interest import Rate
from crm_desktop.core.errors import ValidationError

DUE = date(2026, 3, 10)
DAYS = st.integers(-20, 500).map(lambda n: DUE + timedelta(days=n))
SETTLED = st.lists(st.tuples(DAYS, st.integers(-50_000, 200_000)), max_size=5)
RATES = st.dictionaries(DAYS, st.integers(0, 2500), max_size=4)


def by_the_day(due: date, until: date, opened: int, settled: list[tuple[date, int]], rates: dict[date, int]) -> int:
    """Each day on its own: what is open at its end, with the rate that began last."""
    whole, day = Decimal(0), due
    while day < until:
        day += timedelta(days=1)
        still = opened
        for when, minor in settled:
            if when <= day:
                still -= minor
        begun = [when for when in rates if when <= day]
        rate = rates[max(begun)] if begun else 0
        if still > 0:
            whole += Decimal(still) * Decimal(rate) / 10_000
    return int((whole / 365).quantize(Decimal(1), rounding=ROUND_HALF_UP))


@given(until=DAYS, opened=st.integers(1, 5_000_000), settled=SETTLED, rates=RATES)
def test_interest_is_what_each_day_bears(
    until: date, opened: int, settled: list[tuple[date, int]], rates: dict[date, int]
) -> None:
    borne = list(interest.stretches(DUE, until, opened, settled, sorted(rates.items())))
    assert interest.sum_minor(borne) == by_the_day(DUE, until, opened, settled, rates)
    days = [stretch.first + timedelta(days=n) for stretch in borne for n in range(stretch.days)]
    assert len(days) == len(set(days)), "no day bears twice"
    assert all(DUE < day <= until for day in days)


def test_a_year_at_ten_percent_is_a_tenth() -> None:
    borne = list(interest.stretches(DUE, date(2027, 3, 10), 100_000, [], [(date(2026, 1, 1), 1000)]))
    assert interest.sum_minor(borne) == 10_000


def test_nothing_is_borne_on_the_due_day_itself() -> None:
    assert not list(interest.stretches(DUE, DUE, 100_000, [], [(DUE, 1000)]))


def test_a_part_payment_counts_from_its_day() -> None:
    rate = [(date(2026, 1, 1), 3650)]  # a tenth of a per cent a day
    borne = list(interest.stretches(DUE, date(2026, 3, 14), 100_000, [(date(2026, 3, 13), 40_000)], rate))
    assert [(s.days, s.open_minor) for s in borne] == [(2, 100_000), (2, 60_000)]
    assert interest.sum_minor(borne) == 200 + 120


def test_rates_are_kept_with_their_day(data_file: object) -> None:
    interest.save(Rate(date(2026, 7, 1), 627, 1027, "from the bank's page"))
    first = interest.save(Rate(date(2026, 1, 1), 600, 1000))
    assert [rate.from_on for rate in interest.rates()] == [date(2026, 1, 1), date(2026, 7, 1)]
    assert interest.rate_on(date(2026, 6, 30), interest.rates()).of(business=True) == 1000  # type: ignore[union-attr]
    assert interest.rate_on(date(2025, 12, 31), interest.rates()) is None
    interest.remove(first)
    assert len(interest.rates()) == 1


@pytest.mark.parametrize(
    ("rate", "field"),
    [
        (Rate(date(2026, 7, 1), 1, 1), "from_on"),
        (Rate(date(26, 1, 1), 1, 1), "from_on"),
        (Rate(date(2026, 8, 1), -1, 1), "private_bp"),
        (Rate(date(2026, 8, 1), 1, 10_001), "business_bp"),
    ],
)
def test_a_rate_that_cannot_be_right_is_refused(rate: Rate, field: str, data_file: object) -> None:
    interest.save(Rate(date(2026, 7, 1), 600, 1000))
    with pytest.raises(ValidationError) as refused:
        interest.save(rate)
    assert field in refused.value.fields
