"""Birthdays and anniversaries of customers and their people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from crm_desktop.core import dates
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.customers import contacts, customer_dates, customers, merging
from crm_desktop.customers.contacts import Person
from crm_desktop.customers.customer_dates import CustomerDate
from crm_desktop.db import connection as db
from crm_desktop.db import history

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _frozen(data_file):
    with dates.freeze(TODAY):
        yield


@pytest.fixture
def hotel():
    return customers.save({"company": "Hotel Alsterblick"})


def titles(customer):
    return [(one.title, one.person, one.day.isoformat()) for one in customer_dates.of_customer(customer)]


def test_days_stand_in_the_order_in_which_they_come_round(hotel):
    anna = contacts.save_person(Person(customer_id=hotel, last_name="Krüger", birthday=date(1980, 5, 12)))
    for title, day, person in (
        ("Anniversary", date(2016, 11, 24), None),
        ("Name day", date(dates.NO_YEAR, 7, 26), anna),
        ("Opening day", date(2011, 11, 22), None),
    ):
        customer_dates.save(CustomerDate(0, hotel, person, title=title, day=day))
    assert titles(hotel) == [
        ("Opening day", "", "2011-11-22"),
        ("Anniversary", "", "2016-11-24"),
        ("Birthday", "Krüger", "1980-05-12"),
        ("Name day", "Krüger", "1604-07-26"),
    ]


def test_a_birthday_is_kept_with_its_person(hotel):
    anna = contacts.save_person(Person(customer_id=hotel, last_name="Krüger"))
    customer_dates.save(CustomerDate(0, hotel, anna, title="birthday", day=date(dates.NO_YEAR, 5, 14)))
    assert contacts.people(hotel)[0].birthday == date(dates.NO_YEAR, 5, 14)
    ida = customers.save({"first_name": "Ida", "last_name": "Voss"})
    customer_dates.save(CustomerDate(0, ida, title="Birthday", day=date(1990, 2, 3)))
    assert customers.get(ida).birthday == date(1990, 2, 3)
    assert db.value("SELECT count(*) FROM customer_date") == 0
    with pytest.raises(ValidationError, match="known already"):
        customer_dates.save(CustomerDate(0, ida, title="Birthday", day=date(1991, 2, 3)))
    history.undo(history.next_undo())
    assert customers.get(ida).birthday is None


def test_a_company_may_have_a_birthday_in_its_own_words(hotel):
    customer_dates.save(CustomerDate(0, hotel, title="Birthday", day=date(1990, 2, 3)))
    assert titles(hotel) == [("Birthday", "", "1990-02-03")]
    assert customers.get(hotel).birthday is None


def test_a_day_is_changed_removed_and_brought_back(hotel):
    customer_dates.save(CustomerDate(0, hotel, title="Opening", day=date(2016, 11, 24)))
    (one,) = customer_dates.of_customer(hotel)
    customer_dates.save(replace(one, title="Reopening", day=date(2018, 11, 24)), one)
    (one,) = customer_dates.of_customer(hotel)
    assert (one.title, one.day.year) == ("Reopening", 2018)
    customer_dates.remove(one)
    assert not customer_dates.of_customer(hotel)
    with pytest.raises(NotFound):
        customer_dates.remove(one)
    history.undo(history.next_undo())
    assert titles(hotel) == [("Reopening", "", "2018-11-24")]


def test_a_birthday_that_becomes_another_day_leaves_its_person(hotel):
    anna = contacts.save_person(Person(customer_id=hotel, last_name="Krüger", birthday=date(1980, 5, 12)))
    (born,) = customer_dates.of_customer(hotel)
    customer_dates.save(replace(born, title="Name day"), born)
    assert contacts.people(hotel)[0].birthday is None
    (named,) = customer_dates.of_customer(hotel)
    assert (named.title, named.person_id, named.is_birthday) == ("Name day", anna, False)
    customer_dates.save(replace(named, title="Birthday"), named)
    assert contacts.people(hotel)[0].birthday == date(1980, 5, 12)
    assert len(customer_dates.of_customer(hotel)) == 1


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (CustomerDate(title=" ", day=date(2016, 1, 1)), "title"),
        (CustomerDate(title="War", day=date(1870, 1, 1)), "day"),
        (CustomerDate(title="Fair", day=date(dates.NO_YEAR, 1, 1), yearly=False), "day"),
    ],
)
def test_what_cannot_be_remembered_is_said_at_its_field(hotel, made, field):
    with pytest.raises(ValidationError) as told:
        customer_dates.save(replace(made, customer_id=hotel))
    assert list(told.value.fields) == [field]


@pytest.mark.parametrize(
    ("day", "yearly", "coming"),
    [
        (date(2016, 11, 22), True, date(2026, 11, 22)), (date(2016, 11, 21), True, date(2027, 11, 21)),
        (date(dates.NO_YEAR, 2, 29), True, date(2027, 2, 28)), (date(2026, 12, 1), False, date(2026, 12, 1)),
        (date(2026, 11, 1), False, None), (date(2030, 3, 1), True, date(2030, 3, 1)),
    ],
)  # fmt: skip
def test_when_a_day_comes_round(day, yearly, coming):
    assert customer_dates.next_day(CustomerDate(title="Fair", day=day, yearly=yearly)) == coming


def test_days_go_with_a_merge_and_with_their_person(hotel):
    other = customers.save({"company": "Hotel Alsterblick GmbH"})
    bea = contacts.save_person(Person(customer_id=other, last_name="Brandt"))
    customer_dates.save(CustomerDate(0, other, title="Opening", day=date(2016, 11, 24)))
    customer_dates.save(CustomerDate(0, other, bea, title="Name day", day=date(dates.NO_YEAR, 7, 26)))
    merging.merge(hotel, other)
    assert [one.title for one in customer_dates.of_customer(hotel)] == ["Opening", "Name day"]
    contacts.remove_person(bea)
    assert [one.title for one in customer_dates.of_customer(hotel)] == ["Opening"]
    history.undo(history.next_undo())
    assert [one.person for one in customer_dates.of_customer(hotel)] == ["", "Brandt"]
