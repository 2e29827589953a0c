"""Prepared letters speak the customer's language and know whom they greet; what was put off comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.billing import drafts, invoices
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import contacts, customers
from crm_desktop.insight import prepared, today, wishes
from crm_desktop.insight.task import Task
from crm_desktop.sales import contracts

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _frozen(data_file):
    with dates.freeze(TODAY):
        profile.save(
            {"name": "Atelier", "owner": "Lena Brandt", "street": "Weg 1", "postcode": "20457", "city": "Hamburg",
             "tax_number": "22/1"}
        )  # fmt: skip
        yield


def _overdue(buyer: int) -> int:
    line = DraftLine(name="Lamp", price=Decimal(100), rate=Decimal(19))
    with dates.freeze(date(2026, 10, 29)):
        return invoices.issue_draft(replace(drafts.begin(buyer), lines=(line,)), lambda _d: b"%PDF").id or 0


def _buyer(**values: str) -> int:
    address = {"street": "Kai 7", "postcode": "20459", "city": "Hamburg", "country": "DE"}
    return customers.save({"company": "Cafe Ostwind", "email": "m@ostwind.example"} | address | values)


def test_a_reminder_names_number_amount_and_both_days():
    letter = prepared.payment_reminder(_overdue(_buyer(language="en")))
    assert letter.to == "m@ostwind.example"
    assert letter.subject == "Invoice INV-2026-0001"
    for part in ("Good day,", "€119.00", "12 November 2026", "by 4 December 2026", "Lena Brandt"):
        assert part in letter.body


def test_it_is_written_in_the_language_of_the_customer():
    letter = prepared.payment_reminder(_overdue(_buyer(language="de")))
    assert letter.language == "de"
    assert "119,00 €" in letter.body.replace("\u00a0", " ")
    assert "12. November 2026" in letter.body


@pytest.mark.parametrize(
    ("values", "greeting"),
    [
        ({"salutation": "Ms", "last_name": "Kaya"}, "Good day Ms Kaya,"),
        ({"kind": "person", "company": "", "title": "Dr.", "first_name": "Jens", "last_name": "Alster"},
         "Good day Dr. Jens Alster,"),
        ({}, "Good day,"),
    ],
)  # fmt: skip
def test_people_are_greeted_by_name(values, greeting):
    letter = prepared.payment_reminder(_overdue(_buyer(language="en", **values)))
    assert letter.body.startswith(greeting)


def test_a_wish_is_signed():
    wish = wishes.birthday(_buyer(language="en"))
    assert wish.subject == "Happy birthday"
    assert wish.body.endswith("Kind regards\nLena Brandt")


def test_a_wish_goes_to_the_person_it_is_for():
    buyer = _buyer(language="en")
    person = contacts.save_person(
        contacts.Person(customer_id=buyer, first_name="Jens", last_name="Alster", email="jens@ostwind.example")
    )
    wish = wishes.birthday(buyer, person)
    assert (wish.to, wish.body.splitlines()[0]) == ("jens@ostwind.example", "Good day Jens Alster,")


@pytest.mark.parametrize("write", [wishes.birthday, wishes.anniversary, wishes.thanks, wishes.touch])
def test_friendly_words_differ_from_formal_ones(write):
    person = {"kind": "person", "company": "", "first_name": "Jens", "last_name": "Alster", "language": "en"}
    formal, friendly = write(_buyer(**person)), write(_buyer(**person, tone="friendly"))
    assert formal.body.startswith("Good day Jens Alster,")
    assert friendly.body.startswith("Hello Jens,")
    assert friendly.body.endswith("Best wishes\nLena Brandt")
    assert formal.body.splitlines()[2] != friendly.body.splitlines()[2]


def _insurance() -> Task:
    contracts.save(
        {"title": "Insurance", "direction": "expense", "payee": "Elbtal", "end_on": date(2026, 12, 31),
         "state": "active", "notice_count": 1, "notice_unit": "month", "renewal_months": 12}
    )  # fmt: skip
    (task,) = today.tasks()
    return task


def test_what_was_put_off_comes_back_on_its_day():
    today.put_off(_insurance(), date(2026, 11, 27))
    assert today.tasks() == []
    assert today.count() == 0
    with dates.freeze(date(2026, 11, 27)):
        assert len(today.tasks()) == 1


def test_what_was_settled_comes_back_with_the_next_term_only():
    today.settle(_insurance())
    with dates.freeze(date(2026, 11, 30)):
        assert today.tasks() == []
    with dates.freeze(date(2027, 11, 15)):
        assert [task.day for task in today.tasks()] == [date(2027, 11, 30)]
