"""Open items by age: each currency for itself, in the groups of the report, as they were on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from crm_desktop.billing import drafts, invoices, payments
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.insight import open_items

TODAY = date(2026, 11, 24)


def test_open_items_by_age_and_currency(data_file: Path) -> None:
    profile.save({"name": "Lindner", "street": "H 4", "postcode": "20457", "city": "Hamburg", "tax_number": "22/1"})
    buyer = customers.save({"company": "Café Ostwind", "country": "DE"})
    cases = [(-5, "10", "EUR"), (0, "20", "EUR"), (1, "40", "EUR"), (30, "80", "EUR"), (31, "160", "EUR"),
             (90, "320", "EUR"), (91, "640", "EUR"), (45, "7", "CHF")]  # fmt: skip
    for late, price, currency in cases:
        due = TODAY - timedelta(days=late)
        with dates.freeze(due - timedelta(days=14)):
            lines = (DraftLine(name="Chair", price=Decimal(price), rate=Decimal(0), category="Z"),)
            made = invoices.issue_draft(replace(drafts.begin(buyer), lines=lines, due_on=due, currency=currency))
    payments.record(made.id or 0, Decimal(2), TODAY)
    found = open_items.by_age(TODAY)
    assert list(found) == ["CHF", "EUR"]
    assert [(age.first, age.last, age.open_minor, age.documents) for age in found["EUR"]] == [
        (0, 0, 3000, 2), (1, 30, 12_000, 2), (31, 60, 16_000, 1), (61, 90, 32_000, 1), (91, None, 64_000, 1)
    ]  # fmt: skip
    assert [age.open_minor for age in found["CHF"]] == [0, 0, 500, 0, 0]
    with dates.freeze(TODAY):
        assert open_items.by_age() == found
    assert sum(age.documents for age in open_items.none_open()) == 0
    before = open_items.by_age(TODAY - timedelta(days=1))
    assert [age.open_minor for age in before["CHF"]] == [0, 0, 700, 0, 0]
