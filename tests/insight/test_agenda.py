"""What stands in the calendar, and what does not: the days of customers in the bin."""

from __future__ import annotations

from datetime import date

import pytest

from crm_desktop.care import cases, owned_products
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.insight import agenda
from crm_desktop.sales import opportunities

TODAY = date(2026, 11, 24)


@pytest.fixture
def cafe(data_file):
    """A café with a deal, a case, a service and a birthday this week."""
    with dates.freeze(TODAY):
        made = customers.save({"company": "Café Ostwind", "birthday": date(1990, 11, 25)})
        opportunities.save({"customer_id": made, "title": "Lamps", "next_step": "Call", "next_on": TODAY})
        cases.save({"customer_id": made, "kind": "repair", "title": "Dark lamp", "due_on": date(2026, 11, 26)})
        owned_products.save({"customer_id": made, "name": "Machine", "next_service": date(2026, 11, 27)})
        yield made


def _titles():
    return [entry.title for entry in agenda.entries(TODAY, date(2026, 11, 30))]


def test_the_days_of_a_customer_stand_in_order(cafe):
    assert _titles() == ["Call", "Café Ostwind turns 36", "Dark lamp", "Service: Machine"]


def test_a_customer_in_the_bin_has_no_days(cafe):
    customers.delete([cafe])
    assert _titles() == []
