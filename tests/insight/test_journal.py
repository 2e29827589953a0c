"""Figures for reports: journal, open items and customers, straight from the data file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.billing import credit_notes, drafts, invoices, payments
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.insight import customer_figures, journal, open_items


@pytest.fixture
def cafe(data_file):
    """A customer of a company that may issue invoices, on 24 November 2026."""
    with dates.freeze(date(2026, 11, 24)):
        profile.save(
            {"name": "Lindner", "street": "Kai 1", "postcode": "20457", "city": "Hamburg", "tax_number": "22/1"}
        )
        yield customers.save({"company": "Café Ostwind", "city": "Hamburg", "street": "Kai 7", "country": "DE"})


def bill(customer, day, price):
    """Issue an invoice of one line at 19 per cent."""
    lines = (DraftLine(name="Work", price=Decimal(price), rate=Decimal(19)),)
    return invoices.issue_draft(replace(drafts.begin(customer), lines=lines, issue_on=day))


def test_a_credit_note_takes_its_invoice_back_in_the_journal(cafe):
    issued = bill(cafe, date(2026, 11, 1), "100.00")
    credit_notes.cancel(issued.id)
    found = journal.entries(date(2026, 11, 1), date(2026, 11, 30))
    assert [entry.gross_minor for entry in found] == [11900, -11900]
    assert [part.tax_minor for entry in found for part in entry.taxes] == [1900, -1900]
    assert [entry.customer for entry in found] == ["Café Ostwind"] * 2
    assert journal.entries(date(2026, 10, 1), date(2026, 10, 31)) == []


def test_drafts_stand_neither_in_the_journal_nor_among_the_open_items(cafe):
    drafts.save(replace(drafts.begin(cafe), lines=(DraftLine(name="Work", price=Decimal(1), rate=Decimal(19)),)))
    assert journal.entries(date(2026, 1, 1), date(2026, 12, 31)) == []
    assert open_items.items() == []
    assert journal.first_and_last() is None


def test_open_items_are_as_of_the_day(cafe):
    issued = bill(cafe, date(2026, 9, 1), "100.00")
    payments.record(issued.id, Decimal("50.00"), date(2026, 10, 10))
    (before,) = open_items.items(date(2026, 10, 9))
    (after,) = open_items.items(date(2026, 11, 24))
    assert (before.open_minor, before.days_late, before.age) == (11900, 24, 1)
    assert (after.open_minor, after.settled_minor, after.days_late, after.age) == (6900, 5000, 70, 3)
    assert open_items.items(date(2026, 8, 31)) == []
    payments.record(issued.id, Decimal("69.00"), date(2026, 11, 20))
    assert open_items.items() == []


@pytest.mark.parametrize(
    ("day", "age"), [(date(2026, 11, 10), 0), (date(2026, 10, 11), 1), (date(2026, 10, 10), 2), (date(2026, 7, 1), 4)]
)
def test_age_groups_begin_on_the_first_31st_61st_and_91st_day(cafe, day, age):
    bill(cafe, day, "10.00")
    (item,) = open_items.items(date(2026, 11, 24))
    assert item.age == age


def test_customers_come_with_what_they_brought(cafe):
    bill(cafe, date(2026, 11, 1), "100.00")
    bill(cafe, date(2025, 11, 1), "40.00")
    (everything,) = customer_figures.all_customers()
    (this_year,) = customer_figures.all_customers(date(2026, 1, 1), date(2026, 12, 31))
    assert everything.revenue == {"EUR": 14000}
    assert (this_year.revenue, this_year.open) == ({"EUR": 10000}, {"EUR": 11900})
    assert this_year.last_invoice_on == date(2026, 11, 1)
