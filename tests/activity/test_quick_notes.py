"""A quick line in the timeline: entry and reminder in one step, people and records found by their names."""

from __future__ import annotations

from datetime import date, time

import pytest

from crm_desktop.activity import quick_notes, reminders, timeline
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.customers import contacts, customers
from crm_desktop.customers.contacts import Person
from crm_desktop.db import connection as db
from crm_desktop.safety import undo
from crm_desktop.sales import contracts

pytestmark = pytest.mark.usefixtures("data_file")
TODAY = date(2026, 11, 22)


@pytest.fixture
def buyer(data_file):
    with dates.freeze(TODAY):
        made = customers.save({"company": "Café Ostwind"})
        contacts.save_person(Person(customer_id=made, first_name="Anna", last_name="Krüger"))
        yield made


def test_entry_and_reminder_are_one_step(buyer):
    person = contacts.people(buyer)[0].id
    done = quick_notes.write(buyer, "Anruf gestern 15 Uhr mit Anna wegen Lampe, 10 min, nachfassen Dienstag")
    (entry,) = timeline.rows([done.entry_id])
    assert (entry.kind, entry.title, entry.who, entry.person_id, entry.minutes) == (
        "call",
        "Lampe",
        "Anna Krüger",
        person,
        10,
    )
    assert f"{entry.happened_at.astimezone():%Y-%m-%d %H:%M}" == "2026-11-21 15:00"
    assert entry.channel == "phone"
    reminder = reminders.get(done.reminder_id)
    assert (reminder.title, reminder.due_on, reminder.customer_id) == ("Nachfassen: Lampe", date(2026, 11, 24), buyer)
    undo.undo_last()
    assert timeline.ids(buyer) == []
    assert reminders.of_customer(buyer) == []


def test_a_day_to_come_is_a_reminder_and_no_entry(buyer):
    done = quick_notes.write(buyer, "meeting tomorrow 15:00 with Anna")
    assert done.entry_id is None
    found = reminders.get(done.reminder_id)
    assert (found.title, found.due_on, found.due_time) == ("Meeting with Anna", date(2026, 11, 23), time(15))


def test_a_line_that_repeats_becomes_a_reminder_that_comes_again(buyer):
    done = quick_notes.write(buyer, "jeden letzten Freitag um 9 erinnern: Ofen reinigen")
    assert done.entry_id is None
    found = reminders.get(done.reminder_id)
    assert (found.title, found.due_on, found.due_time) == ("Ofen reinigen", date(2026, 11, 27), time(9))
    assert (found.repetition(), found.customer_id) == ("every last Friday of the month", buyer)
    with dates.freeze(date(2026, 11, 27)):
        following = reminders.get(reminders.done(found.id))
    assert (following.due_on, following.due_time) == (date(2026, 12, 25), time(9))


def test_without_any_text_the_line_itself_is_the_heading(buyer):
    done = quick_notes.write(buyer, "call with Anna")
    assert timeline.rows([done.entry_id])[0].title == "call with Anna"
    with pytest.raises(ValidationError, match="Write what happened"):
        quick_notes.write(buyer, " \n ")


def test_the_time_of_a_timer_counts_where_the_line_names_none(buyer):
    assert timeline.rows([quick_notes.write(buyer, "wants brass", "call", minutes=7).entry_id])[0].minutes == 7
    assert timeline.rows([quick_notes.write(buyer, "3 min, wants brass", "call", minutes=7).entry_id])[0].minutes == 3


def test_more_lines_become_the_text_below(buyer):
    done = quick_notes.write(buyer, "note\nFirst line\n- milk\n- eggs")
    (entry,) = timeline.rows([done.entry_id])
    assert (entry.title, entry.body) == ("First line", "- milk\n- eggs")


def test_a_contract_is_meant_by_its_title_and_the_longest_one_wins(buyer):
    values = {"customer_id": buyer, "start_on": date(2026, 1, 1), "currency": "EUR"}
    contracts.save(values | {"title": "Maintenance"})
    long = contracts.save(values | {"title": "Maintenance plus"})
    done = quick_notes.write(buyer, "call with Anna about maintenance plus, follow up Tuesday")
    assert (timeline.rows([done.entry_id])[0].record, timeline.rows([done.entry_id])[0].record_id) == ("contract", long)
    assert reminders.get(done.reminder_id).contract_id == long


def test_an_invoice_is_meant_by_its_number_but_not_by_a_part_of_it(buyer):
    with db.transaction():
        now = dates.stamp()
        made = db.insert("support_case", {"number": "CA-2026-0012", "customer_id": buyer, "kind": "complaint", "title": "Flickers",
                                          "opened_at": now, "currency": "EUR", "created_at": now, "updated_at": now})  # fmt: skip
    assert quick_notes.about(buyer, "the case ca-2026-0012 again") == ("case", made)
    assert quick_notes.about(buyer, "CA-2026-00123") is None
    assert quick_notes.about(buyer, "lamp") is None
