"""Cleaning: what is found in all customers, mended in one step that can be undone, and called right for good."""

from __future__ import annotations

from datetime import date

import pytest

from crm_desktop.core import dates
from crm_desktop.core.errors import Cancelled
from crm_desktop.core.progress import Progress
from crm_desktop.customers import contacts, customers
from crm_desktop.db import connection as db
from crm_desktop.db import history
from crm_desktop.insight import cleaning

pytestmark = pytest.mark.usefixtures("data_file")


def kinds(found):
    return sorted((one.kind, one.field, one.old, one.new) for one in found)


def test_wrong_case_broken_letters_and_numbers_are_found_with_what_was_meant():
    customers.save({"company": "mÃ¼ller gmbh", "city": "KÃ¶ln"})
    customers.save(
        {"first_name": "ANNA", "last_name": "BECKER", "email": "anna@gmial.com", "phone": "1701234567", "country": "DE"}
    )
    db_write("UPDATE customer SET vat_id = '136695976', iban = 'DE8937O400440532013000' WHERE id = 1")
    assert kinds(cleaning.find()) == [
        ("case", "first_name", "ANNA", "Anna"),
        ("case", "last_name", "BECKER", "Becker"),
        ("email", "email", "anna@gmial.com", "anna@gmail.com"),
        ("encoding", "city", "KÃ¶ln", "Köln"),
        ("encoding", "company", "mÃ¼ller gmbh", "müller gmbh"),
        ("iban", "iban", "DE8937O400440532013000", "DE89370400440532013000"),
        ("phone", "phone", "1701234567", "01701234567"),
        ("vat_id", "vat_id", "136695976", "DE136695976"),
    ]


def db_write(sql):
    with db.transaction():
        db.execute(sql)


def test_mending_is_one_step_and_names_on_lists_follow():
    one = customers.save({"company": "MÜLLER GMBH"})
    other = customers.save({"first_name": "anna", "last_name": "becker"})
    contacts.save_person(contacts.Person(customer_id=one, first_name="OTTO", last_name="MÜLLER"))
    assert cleaning.mend(cleaning.find()) == 5
    assert [customers.get(i).name for i in (one, other)] == ["Müller GmbH", "Anna Becker"]
    assert contacts.people(one)[0].name == "Otto Müller"
    assert cleaning.find() == []
    history.undo(history.next_undo())
    assert [customers.get(i).name for i in (one, other)] == ["MÜLLER GMBH", "anna becker"]


def test_what_was_changed_meanwhile_stays():
    one = customers.save({"company": "MÜLLER GMBH"})
    found = cleaning.find()
    customers.save({"company": "Mueller KG"}, one)
    assert cleaning.mend(found) == 0
    assert customers.get(one).name == "Mueller KG"


def test_what_is_called_right_stays_away_until_it_is_another():
    one = customers.save({"company": "HORNBACH"})
    found = cleaning.find()
    cleaning.ignore(found)
    assert cleaning.find() == []
    customers.save({"company": "HORNBACHER"}, one)
    assert len(cleaning.find()) == 1
    cleaning.ignore(found, ignored=False)
    customers.save({"company": "HORNBACH"}, one)
    assert cleaning.find() == found


def test_a_missing_postcode_is_proposed_where_all_of_the_town_share_one():
    for street in ("Kai 1", "Kai 2"):
        customers.save({"company": street, "street": street, "city": "Buxtehude", "postcode": "21614", "country": "DE"})
    customers.save({"company": "Neu", "street": "Kai 3", "city": "buxtehude", "country": "DE"})
    found = [one for one in cleaning.find() if one.kind == "postcode"]
    assert [(one.customer, one.new) for one in found] == [("Neu", "21614")]


def test_outdated_customers_are_archived():
    with dates.freeze(date(2018, 3, 1)):
        old = customers.save({"company": "Altkunde"})
    customers.save({"company": "Neukunde"})
    found = cleaning.find()
    assert [(one.kind, one.customer) for one in found] == [("outdated", "Altkunde")]
    cleaning.mend(found)
    assert customers.get(old).archived_at
    assert cleaning.find() == []


def test_cancel_writes_nothing():
    one = customers.save({"company": "MÜLLER GMBH"})
    found, stopped = cleaning.find(), Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        cleaning.mend(found, stopped)
    assert customers.get(one).name == "MÜLLER GMBH"


def test_postcodes_of_further_addresses_are_looked_at_too():
    one = customers.save({"company": "Ostwind", "street": "Weg 1", "city": "Dresden", "postcode": "1067"})
    for number in (2, 3):
        customers.save({"company": f"F {number}", "street": "Weg 1", "city": "Kiel", "postcode": "24103"})
    customers.save({"company": "Craic Ltd", "street": "Main St 5", "city": "Dublin", "country": "IE"})
    contacts.save_address(contacts.Address(customer_id=one, kind="delivery", street="Hafen 2", city="Kiel"))
    found = cleaning.find()
    assert [(one.table, one.old, one.new) for one in found] == [
        ("customer", "1067", "01067"), ("customer_address", "", "24103"),
    ]  # fmt: skip
    assert cleaning.mend(found) == 2
    assert cleaning.find() == []
