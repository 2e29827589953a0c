"""What the card of a caller says: owed, complaints, last contact, promise, also of records that were merged."""

from __future__ import annotations

from datetime import date

import pytest

from crm_desktop.activity import reminders, timeline
from crm_desktop.care import cases
from crm_desktop.core import dates
from crm_desktop.customers import customers, merging
from crm_desktop.db import connection as db
from crm_desktop.insight import caller_facts

pytestmark = pytest.mark.usefixtures("data_file")
TODAY = date(2026, 11, 22)


def owe(customer_id, number, minor, due_on, currency="EUR"):
    """An open invoice as it stands in the books, without what is on it."""
    with db.transaction():
        now = dates.instant_text(dates.now())
        db.insert(
            "document",
            {"kind": "invoice", "state": "issued", "number": number, "customer_id": customer_id, "language": "de", "currency": currency,
             "price_mode": "net", "issue_on": "2026-10-01", "due_on": due_on, "due_minor": minor, "created_at": now,
             "updated_at": now},
        )  # fmt: skip


def test_nothing_is_told_where_nothing_is(data_file):
    found = caller_facts.of(customers.save({"company": "Café Ostwind", "served_by": "Never on Fridays"}), TODAY)
    assert (found.owed, found.complaints, found.last, found.promise, found.other_cases) == ([], [], None, None, 0)
    assert found.served_by == "Never on Fridays"


def test_a_note_and_a_file_are_no_contact(data_file):
    buyer = customers.save({"company": "Café Ostwind"})
    timeline.add(buyer, "call", "Asked", who="Anna")
    timeline.add(buyer, "note", "Pays cash")
    found = caller_facts.of(buyer, TODAY).last
    assert (found.kind, found.who, found.title) == ("call", "Anna", "Asked")


def test_complaints_stand_apart_and_solved_ones_are_left_out(data_file):
    buyer = customers.save({"company": "Café Ostwind"})
    done = cases.save({"customer_id": buyer, "kind": "complaint", "title": "Old"})
    cases.solve(done, "Mended")
    cases.save({"customer_id": buyer, "kind": "complaint", "title": "Flickers"})
    cases.save({"customer_id": buyer, "kind": "question", "title": "Bulbs"})
    found = caller_facts.of(buyer, TODAY)
    assert ([one.title for one in found.complaints], found.other_cases) == (["Flickers"], 1)


def test_what_merged_records_owe_counts(data_file):
    buyer, other = customers.save({"company": "Café Ostwind"}), customers.save({"company": "Cafe Ostwind"})
    owe(buyer, "RE-1", 10000, "2026-11-10")
    owe(other, "RE-2", 5000, "2026-12-24")
    owe(other, "RE-3", 700, "2026-12-24", "CHF")
    merging.merge(buyer, other)
    euro, francs = caller_facts.of(buyer, TODAY).owed
    assert (euro.currency, euro.invoices, euro.open_minor, euro.late_minor) == ("EUR", 2, 15000, 10000)
    assert euro.due_on == date(2026, 11, 10)
    assert (francs.open_minor, francs.late_minor, francs.due_on) == (700, 0, None)


def test_the_next_promise_is_the_earliest_that_waits(data_file):
    buyer = customers.save({"company": "Café Ostwind"})
    reminders.save("Later", date(2026, 12, 1), customer_id=buyer)
    first = reminders.save("First", date(2026, 11, 20), customer_id=buyer)
    assert caller_facts.of(buyer, TODAY).promise.title == "First"
    reminders.done(first)
    assert caller_facts.of(buyer, TODAY).promise.title == "Later"
