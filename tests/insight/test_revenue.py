"""Revenue by month, by customer, and what is open by age, against plain sums over the documents."""

from __future__ import annotations

from datetime import date

import pytest

from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.insight import revenue

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _frozen(data_file):
    with dates.freeze(TODAY):
        yield


def issued(day, net, *, kind="invoice", buyer=None, currency="EUR", due=None):
    """The bare rows of an issued document: these tests are about adding up, not about billing."""
    now = dates.instant_text(dates.now())
    with db.transaction():
        row = db.insert(
            "document",
            {"kind": kind, "customer_id": buyer, "language": "de", "currency": currency, "price_mode": "net",
             "issue_on": day, "due_on": due or day, "tax_basis_minor": net, "due_minor": net, "created_at": now,
             "updated_at": now},
        )  # fmt: skip
        db.update("document", row, {"state": "issued", "number": f"{kind}-{row}"})
    return row


def test_credit_notes_count_against_their_month_and_other_currencies_are_left_out():
    issued("2026-03-02", 10000)
    issued("2026-03-31", 5000)
    issued("2026-04-01", 2000, kind="credit_note")
    issued("2025-03-15", 700)
    issued("2026-03-09", 99999, currency="USD")
    months = revenue.by_month(2026)
    assert (months[2], months[3], sum(months)) == (15000, -2000, 13000)
    assert revenue.by_month(2025)[2] == 700
    assert revenue.left_out(2026) == 1
    assert revenue.years() == [2026, 2025]


def test_the_best_customers_of_a_year_come_first():
    small, large, gone = (customers.save({"company": name}) for name in ("Small", "Large", "Credited"))
    issued("2026-01-05", 100, buyer=small)
    issued("2026-01-05", 900, buyer=large)
    issued("2026-01-05", 300, buyer=gone)
    issued("2026-01-06", 300, buyer=gone, kind="credit_note")
    assert [(c.name, c.revenue_minor) for c in revenue.top_customers(2026)] == [("Large", 900), ("Small", 100)]
