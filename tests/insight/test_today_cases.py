"""Today tells of cases that are due, services that come round, and answers that were low."""

from __future__ import annotations

from datetime import date

import pytest

from crm_desktop.care import cases, feedback, owned_products
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.insight import today, today_cases

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _frozen(data_file):
    with dates.freeze(TODAY):
        yield


@pytest.fixture
def hotel() -> int:
    return customers.save({"company": "Hotel Alsterblick", "email": "info@alsterblick.example"})


def lines() -> list[tuple[str, str, str, str]]:
    return [(task.kind, task.group, task.title, task.reason) for task in today_cases.lines()]


def test_cases_stand_in_the_group_of_their_day(hotel):
    for title, due in (("Late", 20), ("Now", 24), ("Soon", 30)):
        cases.save({"customer_id": hotel, "kind": "complaint", "title": title, "due_on": date(2026, 11, due)})
    cases.save({"customer_id": hotel, "kind": "complaint", "title": "Far", "due_on": date(2026, 12, 24)})
    assert lines() == [
        ("case", "first", "Complaint: Late", "Hotel Alsterblick. 4 days late."),
        ("case", "today", "Complaint: Now", "Hotel Alsterblick. Due today."),
        ("case", "week", "Complaint: Soon", "Hotel Alsterblick. 6 days left."),
    ]
    cases.solve(cases.ids()[0])
    assert len(lines()) == 2


def test_nothing_is_asked_of_a_customer_in_the_bin(hotel):
    cases.save({"customer_id": hotel, "kind": "complaint", "title": "Late", "due_on": TODAY})
    owned_products.save({"customer_id": hotel, "name": "Chandelier", "next_service": TODAY})
    feedback.add(hotel, 1)
    assert len(lines()) == 3
    customers.delete([hotel])
    assert lines() == []


def test_a_service_is_gone_once_its_case_is_open(hotel):
    product = owned_products.save(
        {"customer_id": hotel, "name": "Chandelier", "next_service": TODAY, "service_months": 12}
    )
    task = today_cases.lines()[0]
    assert (task.kind, task.title, task.record, task.record_id) == (
        "service", "Service due: Chandelier", "maintain", product,
    )  # fmt: skip
    cases.maintain(product)
    assert [task.kind for task in today_cases.lines()] == ["case"]


def test_a_low_answer_is_done_when_somebody_took_care(hotel):
    found = feedback.add(hotel, 1, "Too late")
    task = next(task for task in today.tasks() if task.kind == "feedback")
    assert (task.group, task.reason, "sorry" in task.words) == ("first", "1 of 5. Too late", True)
    today.done(task)
    assert today_cases.lines() == []
    assert feedback.get(found).followed_up
