"""Checklists of a new relationship: defined once, started once per customer, ticked off."""

from __future__ import annotations

from datetime import date

import pytest

from crm_desktop.activity import checklists, timeline
from crm_desktop.activity.checklists import Checklist, Step
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, ValidationError
from crm_desktop.customers import customers
from crm_desktop.db import history

TODAY = date(2026, 11, 22)
STEPS = (Step("Welcome letter"), Step("Papers", 7, "with the price list"), Step("First visit", 30))


@pytest.fixture(autouse=True)
def _frozen(data_file):
    with dates.freeze(TODAY):
        yield


@pytest.fixture
def cafe():
    return customers.save({"company": "Café Ostwind"})


def test_a_list_is_started_with_its_days_and_told_in_the_timeline(cafe):
    made = checklists.save(Checklist(0, "Welcome", steps=STEPS))
    checklists.start(made, cafe)
    (run,) = checklists.runs(cafe)
    assert [(t.title, t.due_on) for t in run.tasks] == [
        ("Welcome letter", TODAY), ("Papers", date(2026, 11, 29)), ("First visit", date(2026, 12, 22)),
    ]  # fmt: skip
    (entry,) = timeline.latest(cafe)
    assert (entry.kind, entry.title, entry.body) == ("checklist", "Checklist “Welcome” started", "3 steps, by hand")
    assert checklists.startable(cafe) == []
    with pytest.raises(Conflict, match="was started for this customer before"):
        checklists.start(made, cafe)


def test_an_event_starts_its_lists_once(cafe):
    checklists.save(Checklist(0, "Welcome", "won", STEPS))
    checklists.save(Checklist(0, "Off", "won", STEPS, is_on=False))
    checklists.save(Checklist(0, "Money", "first_invoice", STEPS))
    assert len(checklists.start_for("won", cafe)) == 1
    assert checklists.start_for("won", cafe) == []
    assert [run.name for run in checklists.runs(cafe)] == ["Welcome"]


def test_the_last_tick_ends_the_list_and_taking_it_back_opens_it_again(cafe):
    checklists.start(checklists.save(Checklist(0, "Welcome", steps=STEPS[:2])), cafe)
    first, second = checklists.runs(cafe)[0].tasks
    checklists.tick(first.id)
    assert checklists.runs(cafe)[0].done == 1
    checklists.tick(second.id)
    assert checklists.runs(cafe) == []
    assert checklists.runs(cafe, ended=True)[0].ended
    checklists.tick(second.id, done=False)
    assert checklists.runs(cafe)[0].done == 1
    history.undo(history.next_undo())
    assert checklists.runs(cafe) == []


def test_changing_a_list_leaves_what_was_started(cafe):
    made = checklists.save(Checklist(0, "Welcome", steps=STEPS))
    checklists.start(made, cafe)
    checklists.save(Checklist(made, "Hello", steps=STEPS[:1]))
    checklists.remove(made)
    assert [t.title for t in checklists.runs(cafe)[0].tasks] == ["Welcome letter", "Papers", "First visit"]
    assert checklists.all_lists() == []


def test_what_is_due_names_list_and_customer_and_can_be_put_off(cafe):
    checklists.start(checklists.save(Checklist(0, "Welcome", steps=STEPS)), cafe)
    assert [(d.title, d.checklist, d.customer) for d in checklists.due(date(2026, 11, 30))] == [
        ("Welcome letter", "Welcome", "Café Ostwind"), ("Papers", "Welcome", "Café Ostwind"),
    ]  # fmt: skip
    checklists.move_due(checklists.due(TODAY)[0].task_id, date(2027, 1, 1))
    assert checklists.due(TODAY) == []
    checklists.end(checklists.runs(cafe)[0].id)
    assert checklists.due(date(2027, 2, 1)) == []


def test_a_list_without_name_or_steps_is_told():
    with pytest.raises(ValidationError) as told:
        checklists.save(Checklist(0, " ", steps=(Step("  "),)))
    assert set(told.value.fields) == {"name", "steps"}
