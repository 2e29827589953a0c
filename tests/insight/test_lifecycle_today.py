"""What checklists and stages bring to Today, and checklists that a first invoice starts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crm_desktop.activity import checklists
from crm_desktop.activity.checklists import Checklist, Step
from crm_desktop.core import dates
from crm_desktop.customers import customers, lifecycle
from crm_desktop.insight import checklist_starts, lifecycle_moves, today
from tests.insight.ordering import order

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _frozen(data_file):
    with dates.freeze(TODAY):
        yield


@pytest.fixture
def cafe():
    return customers.save({"company": "Café Ostwind"})


def test_steps_are_in_today_until_they_are_ticked_or_put_off(cafe):
    steps = (Step("Letter"), Step("Papers", 7), Step("Visit", 30))
    checklists.start(checklists.save(Checklist(0, "Welcome", steps=steps)), cafe)
    with dates.freeze(TODAY + timedelta(days=1)):
        found = [t for t in today.tasks() if t.kind == "checklist"]
        assert [(t.title, t.group, t.reason) for t in found] == [
            ("Letter: Café Ostwind", "first", "Checklist “Welcome”, due since 1 day."),
            ("Papers: Café Ostwind", "week", "Checklist “Welcome”."),
        ]
        today.DONE["checklist"](found[0])
        today.LATER["checklist"](found[1], TODAY + timedelta(days=40))
        assert [t for t in today.tasks() if t.kind == "checklist"] == []
    assert checklists.runs(cafe)[0].done == 1


def test_who_came_at_risk_is_proposed_with_the_reason_for_two_weeks(cafe):
    for days in (160, 130, 100):
        order(cafe, TODAY - timedelta(days=days))
    lifecycle_moves.run()
    (task,) = [t for t in today.tasks() if t.kind == "stage"]
    assert (task.title, task.act) == ("Café Ostwind is at risk", "call")
    assert task.reason.startswith("No order since")
    with dates.freeze(TODAY + timedelta(days=15)):
        assert [t for t in today.tasks() if t.kind == "stage"] == []
    lifecycle.move([cafe], lifecycle.find("lost").id)
    assert [t for t in today.tasks() if t.kind == "stage"] == []


def test_who_was_put_at_risk_by_hand_is_known_to_the_owner(cafe):
    lifecycle.move([cafe], lifecycle.find("at risk").id)
    assert [t for t in today.tasks() if t.kind == "stage"] == []


def test_a_first_invoice_starts_its_checklist_once_and_older_customers_are_left_alone(cafe):
    order(cafe, TODAY - timedelta(days=5))
    checklist_starts.tend()
    checklists.save(Checklist(0, "Welcome", "first_invoice", (Step("Letter"),)))
    new = customers.save({"company": "Hotel"})
    order(new, TODAY)
    order(cafe, TODAY)
    assert checklist_starts.tend() == 1
    assert [r.name for r in checklists.runs(new)] == ["Welcome"]
    assert checklists.runs(cafe) == []
    order(new, TODAY)
    assert checklist_starts.tend() == 0


def test_a_bill_that_was_imported_welcomes_nobody(cafe):
    checklist_starts.tend()
    checklists.save(Checklist(0, "Welcome", "first_invoice", (Step("Letter"),)))
    order(cafe, TODAY, imported=True)
    assert checklist_starts.tend() == 0
