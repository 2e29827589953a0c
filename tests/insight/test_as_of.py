"""A customer as of a day: the record, its people and tags, and what was open, also long after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from crm_desktop.billing import credit_notes, drafts, invoices, payments
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import NotFound
from crm_desktop.customers import contacts, customers
from crm_desktop.db import history
from crm_desktop.insight import as_of, reliability


@pytest.fixture
def buyer(data_file: Path) -> int:
    with dates.freeze(date(2026, 2, 1)):
        profile.save({"name": "Lindner", "street": "H 4", "postcode": "20457", "city": "Hamburg", "tax_number": "22/1"})
        made = customers.save({"company": "Café Ostwind", "city": "Kiel", "tags": ["new"], "more_phones": ["0431 1"]})
        contacts.save_person(contacts.Person(customer_id=made, first_name="Mia", last_name="Weber"))
    with dates.freeze(date(2026, 5, 3)):
        customers.save({"company": "Ostwind GmbH", "city": "Hamburg", "tags": ["big", "new"], "more_phones": []}, made)
        (mia,) = contacts.people(made)
        contacts.save_person(replace(mia, last_name="Weber-Rau"))
        contacts.save_person(contacts.Person(customer_id=made, first_name="Ole", last_name="Harms"))
    with dates.freeze(date(2026, 9, 9)):
        contacts.remove_person(mia.id)
    return made


@pytest.mark.parametrize(
    ("day", "name", "city", "tags", "phones", "people"),
    [
        (date(2026, 2, 1), "Café Ostwind", "Kiel", ["new"], ["0431 1"], ("Mia Weber",)),
        (date(2026, 5, 2), "Café Ostwind", "Kiel", ["new"], ["0431 1"], ("Mia Weber",)),
        (date(2026, 5, 3), "Ostwind GmbH", "Hamburg", ["big", "new"], [], ("Mia Weber-Rau", "Ole Harms")),
        (date(2026, 11, 1), "Ostwind GmbH", "Hamburg", ["big", "new"], [], ("Ole Harms",)),
    ],
)
@pytest.mark.parametrize("pruned", [False, True])
def test_what_the_record_said(buyer, day, name, city, tags, phones, people, pruned):  # noqa: PLR0917  (a table)
    with dates.freeze(date(2026, 11, 24)):
        if pruned:
            history.prune()
        found = as_of.of_customer(buyer, day)
    assert found.customer is not None
    assert (found.customer.name, found.customer.city, found.customer.tags) == (name, city, tags)
    assert (found.customer.more_phones, found.people) == (phones, people)


def test_before_it_was_there_and_after_it_is_gone(buyer):
    assert as_of.of_customer(buyer, date(2026, 1, 31)).customer is None
    with pytest.raises(NotFound):
        as_of.of_customer(99_999, date(2026, 1, 31))


def test_today_is_as_the_record_is(buyer):
    with dates.freeze(date(2026, 11, 24)):
        assert as_of.of_customer(buyer, date(2026, 11, 24)).customer == customers.get(buyer)


def test_an_undone_change_was_so_for_as_long_as_it_lasted(buyer):
    with dates.freeze(date(2026, 10, 1)):
        customers.save({"city": "Berlin"}, buyer)
    with dates.freeze(date(2026, 10, 5)):
        history.undo(history.next_undo())
    assert as_of.of_customer(buyer, date(2026, 10, 3)).customer.city == "Berlin"
    assert as_of.of_customer(buyer, date(2026, 10, 6)).customer.city == "Hamburg"


def test_old_steps_are_not_offered_for_undo(buyer):
    with dates.freeze(date(2026, 11, 24)):
        history.prune()
        assert [step.title for step in history.steps()] == ["Remove contact person"]


def test_what_was_open_and_bought(buyer):
    with dates.freeze(date(2026, 3, 1)):
        line = DraftLine(name="Lamp", price=Decimal(100), rate=Decimal(0), category="Z")
        first = invoices.issue_draft(replace(drafts.begin(buyer), lines=(line,)))
        second = invoices.issue_draft(replace(drafts.begin(buyer), lines=(replace(line, price=Decimal(50)),)))
    payments.record(first.id, Decimal(30), date(2026, 4, 1))
    with dates.freeze(date(2026, 6, 1)):
        credit_notes.cancel(second.id)
    figures = {
        day: (found.open_minor, found.bought_minor)
        for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 4, 1), date(2026, 6, 1))
        for found in (as_of.of_customer(buyer, day),)
    }
    assert list(figures.values()) == [(0, 0), (15_000, 15_000), (12_000, 15_000), (7_000, 10_000)]
    today = date(2026, 6, 1) + timedelta(days=1)
    with dates.freeze(today):
        assert as_of.of_customer(buyer, today).open_minor == reliability.open_minor(buyer)
