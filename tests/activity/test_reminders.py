"""Reminders: due, later, done, and those that overdue invoices make by themselves."""

from __future__ import annotations

from datetime import date

import pytest

from crm_desktop.activity import reminders, timeline
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.db import history

pytestmark = pytest.mark.usefixtures("data_file")
TODAY = date(2026, 11, 22)


def issued_invoice(due_on, minor=10000):
    """The bare rows of an issued invoice: this test is about reminders, not about billing."""
    buyer = customers.save({"company": "Café Ostwind"})
    now = dates.instant_text(dates.now())
    with db.transaction():
        invoice = db.insert(
            "document",
            {"kind": "invoice", "customer_id": buyer, "language": "de", "currency": "EUR", "price_mode": "net", "number": f"RE-{buyer}",
             "due_on": due_on.isoformat(), "due_minor": minor, "created_at": now, "updated_at": now},
        )  # fmt: skip
        db.update("document", invoice, {"state": "issued"})
    return invoice


def pay(invoice, minor):
    with db.transaction():
        db.insert("allocation", {"document_id": invoice, "amount_minor": minor, "made_on": TODAY.isoformat()})


def test_later_moves_the_day_and_counts_how_often():
    with dates.freeze(TODAY):
        reminder = reminders.save("Call Anna", TODAY)
        reminders.later(reminder, date(2026, 11, 25))
        found = reminders.get(reminder)
        assert (found.due_on, found.snoozes) == (date(2026, 11, 25), 1)
        with pytest.raises(ValidationError, match="today or a later day"):
            reminders.later(reminder, date(2026, 11, 21))


def test_done_goes_away_and_undo_brings_it_back():
    reminder = reminders.save("Call Anna", TODAY)
    reminders.done(reminder)
    assert reminders.waiting() == []
    history.undo(history.next_undo())
    assert [r.id for r in reminders.waiting()] == [reminder]


def test_a_reminder_needs_words_and_a_year_that_can_be_right():
    with pytest.raises(ValidationError) as refused:
        reminders.save("  ", date(26, 11, 22))
    assert set(refused.value.fields) == {"title", "due_on"}


def test_an_overdue_invoice_makes_one_reminder_ever():
    with dates.freeze(TODAY):
        invoice = issued_invoice(date(2026, 11, 1))
        issued_invoice(date(2026, 11, 22))
        assert reminders.remind_of_overdue() == 1
        told = []
        stop = db.on_commit(told.append)
        assert reminders.remind_of_overdue() == 0
        stop()
        assert told == [], "nothing was written, so nobody need look again"
        assert not reminders.has_by_hand()
        assert reminders.waiting(without="overdue") == []
        (found,) = reminders.waiting()
        assert (found.document_id, found.origin) == (invoice, "overdue")


def test_the_reminder_of_a_paid_invoice_ticks_itself_off():
    with dates.freeze(TODAY):
        invoice = issued_invoice(date(2026, 11, 1))
        reminders.remind_of_overdue()
        pay(invoice, 4000)
        reminders.remind_of_overdue()
        assert len(reminders.waiting()) == 1
        pay(invoice, 6000)
        reminders.remind_of_overdue()
        assert reminders.waiting() == []


def test_what_was_done_for_a_customer_stands_in_their_history_and_undo_takes_it_out():
    made = customers.save({"company": "Ostwind"})
    reminder = reminders.save("Send samples", date(2026, 11, 24), customer_id=made, note="the brass ones")
    reminders.done(reminder)
    (entry,) = timeline.rows(timeline.ids(made, ("reminder",)))
    assert (entry.title, entry.body) == ("Done: Send samples", "the brass ones")
    history.undo(history.next_undo())
    assert timeline.ids(made, ("reminder",)) == []
