"""Contracts: their next dates, and what cannot be kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.customers import customers
from crm_desktop.sales import contracts


def insurance(**more):
    values = {
        "title": "Insurance",
        "direction": "expense",
        "payee": "Elbtal",
        "start_on": date(2025, 1, 1),
        "end_on": date(2025, 12, 31),
        "renewal_months": 12,
        "notice_count": 1,
        "notice_unit": "month",
        "value_minor": 61200,
        "interval": "year",
    }
    return contracts.save(values | more)


def next_dates(contract_id, on):
    return contracts.dates_of(contracts.get(contract_id), on)


@pytest.mark.usefixtures("data_file")
class TestDates:
    def test_a_term_that_is_over_renews_until_it_ends_in_the_future(self):
        found = next_dates(insurance(), date(2026, 11, 22))
        assert (found.term_ends_on, found.renews) == (date(2026, 12, 31), True)
        assert (found.last_day_to_cancel, found.cancel_ends_on) == (date(2026, 11, 30), date(2026, 12, 31))

    def test_after_the_last_day_the_next_term_counts(self):
        assert next_dates(insurance(), date(2026, 12, 1)).last_day_to_cancel == date(2027, 11, 30)

    def test_without_a_renewal_nothing_has_to_be_cancelled(self):
        found = next_dates(insurance(renewal_months=0), date(2025, 6, 1))
        assert found == contracts.Dates(date(2025, 12, 31), renews=False, last_day_to_cancel=None)

    def test_once_notice_is_given_it_does_not_renew(self):
        found = next_dates(insurance(state="notice_given"), date(2025, 6, 1))
        assert not found.renews
        assert found.term_ends_on == date(2025, 12, 31)

    def test_weeks_and_days_of_notice(self):
        assert contracts.notice_day(date(2026, 3, 31), 6, "week") == date(2026, 2, 17)
        assert contracts.notice_day(date(2026, 3, 31), 10, "day") == date(2026, 3, 21)

    def test_the_list_of_those_to_decide_soon_is_sorted_by_the_last_day(self):
        with dates.freeze(date(2026, 11, 22)):
            late = insurance(title="Late", end_on=date(2026, 1, 31))
            soon = insurance(title="Soon")
            insurance(title="Far", end_on=date(2026, 10, 31))
            assert contracts.ids("soon") == [soon, late]


@given(end=st.dates(date(2000, 1, 1), date(2100, 12, 31)), months=st.integers(0, 36))
def test_notice_in_months_from_a_last_day_falls_on_a_last_day(end, months):
    last = dates.end_of_month(end)
    assert contracts.notice_day(last, months, "month") == dates.end_of_month(dates.add_months(last, -months))


@pytest.mark.usefixtures("data_file")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"payee": ""}, "payee"),
        ({"direction": "income", "customer_id": None}, "customer_id"),
        ({"end_on": date(2024, 1, 1)}, "end_on"),
        ({"start_on": date(26, 1, 1)}, "start_on"),
        ({"notice_count": -1}, "notice_count"),
        ({"value_minor": 10**18}, "value_minor"),
    ],
)
def test_what_cannot_be_right_is_refused_beside_its_field(change, field):
    with pytest.raises(ValidationError) as refused:
        insurance(**change)
    assert field in refused.value.fields
    assert contracts.counts()["running"] == 0


@pytest.mark.usefixtures("data_file")
def test_a_customers_contract_shows_the_customer_and_is_found_by_the_name():
    buyer = customers.save({"company": "Hotel Alsterblick"})
    contract = contracts.save({"title": "Wartung", "customer_id": buyer, "value_minor": 14800, "interval": "month"})
    assert contracts.ids(search="alster wart") == [contract]
    shown = contracts.as_json(contracts.get(contract))
    assert (shown["customer"], shown["value"], shown["currency"]) == ("Hotel Alsterblick", "148.00", "EUR")
    assert contracts.get(contract).value_per_year_minor == Decimal(148) * 12 * 100
    assert "1 contract" in (customers.why_not_delete(buyer) or "")
