"""Customers: what can be kept, what is told, and that nothing is lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.billing import draft_json, invoices
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, NotFound, UserError, ValidationError
from crm_desktop.customers import contacts, custom_fields, customers, tags
from crm_desktop.customers.custom_fields import CustomField
from crm_desktop.db import history
from crm_desktop.sales import contracts


def problems_of(values, customer_id=None):
    with pytest.raises(ValidationError) as found:
        customers.save(values, customer_id)
    return found.value.fields


def test_everything_about_a_customer_is_kept(data_file):
    custom_fields.save(CustomField(0, "Shoe size", "number"))
    values = {
        "kind": "person", "salutation": "Ms", "title": "Dr.", "first_name": "Łucja", "last_name": "O’Brien", "company": "",
        "addition": "c/o X", "street": "Way 1", "postcode": "01067", "city": "Łódź", "state": "LD", "country": "pl",
        "email": "l@o.pl", "phone": "+48 42 1", "website": "o.pl", "tax_number": "1", "iban": "PL61 1090 1014 0000 0712 1981 2874",
        "bic": "x", "bank_name": "B", "birthday": date(1990, 2, 28), "language": "en", "currency": "pln", "notes": "a\n\nb  ",
        "served_by": "Tea", "buyer_reference": "R", "more_emails": ["b@o.pl"], "more_phones": ["1", "1", " "],
        "tags": ["Regular", " new "], "custom": {"shoe SIZE": "39.5"},
    }  # fmt: skip
    found = customers.get(customers.save(values))
    assert found.name == "Dr. Łucja O’Brien"
    assert found.number == "C-0001"
    assert (found.country, found.currency, found.iban) == ("PL", "PLN", "PL61109010140000071219812874")
    assert (found.birthday, found.notes, found.postcode) == (date(1990, 2, 28), "a\n\nb", "01067")
    assert (found.more_emails, found.more_phones, found.tags) == (["b@o.pl"], ["1"], ["new", "Regular"])
    assert found.custom == {"Shoe size": "39.5"}


@pytest.mark.parametrize(
    ("values", "name", "kind"),
    [
        ({"company": "Ostwind", "last_name": "Weber"}, "Ostwind", "organisation"),
        ({"first_name": "Mia", "last_name": "Weber"}, "Mia Weber", "person"),
        ({"email": "a@b.de"}, "a@b.de", "person"),
        ({"name": "Given", "company": "Ostwind"}, "Given", "organisation"),
    ],
)
def test_the_name_comes_from_what_is_known(data_file, values, name, kind):
    found = customers.get(customers.save(values))
    assert (found.name, found.kind) == (name, kind)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "name"),
        ({"company": "  "}, "name"),
        ({"company": "A", "email": "nobody"}, "email"),
        ({"company": "A", "iban": "DE00"}, "iban"),
        ({"company": "A", "vat_id": "DE123"}, "vat_id"),
        ({"company": "A", "birthday": date(26, 1, 1)}, "birthday"),
        ({"company": "A", "birthday": "soon"}, "birthday"),
        ({"company": "A", "custom": {"hat": "1"}}, "hat"),
    ],
)
def test_what_cannot_be_kept_is_told_beside_its_field(data_file, values, field):
    assert list(problems_of(values)) == [field]
    assert history.steps() == []


def test_a_vat_id_from_outside_the_union_is_kept_as_it_is(data_file):
    assert customers.get(customers.save({"company": "A", "vat_id": "CHE-123"})).vat_id == "CHE-123"


def test_a_number_belongs_to_one_customer(data_file):
    first = customers.save({"company": "A", "number": "7"})
    assert "belongs to another" in problems_of({"company": "B", "number": "7"})["number"]
    customers.save({"number": "7", "city": "Kiel"}, first)
    customers.delete([first])
    customers.save({"company": "B", "number": "7"})


def test_only_named_fields_change(data_file):
    customer_id = customers.save({"company": "Ostwind", "city": "Kiel", "tags": ["a"], "more_emails": ["a@b.de"]})
    customers.save({"city": "Hamburg"}, customer_id)
    found = customers.get(customer_id)
    assert (found.company, found.city, found.tags, found.more_emails) == ("Ostwind", "Hamburg", ["a"], ["a@b.de"])
    customers.save({"company": "Westwind"}, customer_id)
    assert customers.get(customer_id).name == "Westwind"
    customers.save({"name": "W.", "tags": []}, customer_id)
    customers.save({"company": "Nordwind"}, customer_id)
    assert (customers.get(customer_id).name, customers.get(customer_id).tags) == ("W.", [])


def test_a_form_that_is_out_of_date_is_told(data_file):
    customer_id = customers.save({"company": "Ostwind"})
    loaded = customers.get(customer_id)
    with dates.freeze(dates.instant_from("2030-01-01T09:00:00Z")):
        customers.save({"city": "Kiel"}, customer_id)
    with pytest.raises(Conflict, match="Ostwind was changed meanwhile"):
        customers.save({"city": "Bonn"}, customer_id, loaded_at=loaded.updated_at)
    assert customers.get(customer_id).city == "Kiel"


def test_two_edits_within_a_second_are_told_apart(data_file):
    customer_id = customers.save({"company": "Ostwind"})
    loaded = customers.get(customer_id)
    customers.save({"city": "Kiel"}, customer_id)
    with pytest.raises(Conflict):
        customers.save({"city": "Bonn"}, customer_id, loaded_at=loaded.updated_at)


def test_a_customer_that_is_gone_is_told(data_file):
    with pytest.raises(NotFound):
        customers.get(7)
    with pytest.raises(NotFound):
        customers.save({"city": "Kiel"}, 7)


def test_a_customer_with_documents_or_contracts_cannot_be_deleted(data_file):
    profile.save({"name": "L", "street": "W 1", "postcode": "1", "city": "K", "tax_number": "1"})
    billed = customers.save({"company": "Ostwind", "street": "A 1", "city": "Kiel", "country": "DE", "number": "1"})
    line = {"name": "Lamp", "qty": "1", "price": "1", "rate": "19"}
    invoices.issue_draft(draft_json.read({"customer": "1", "lines": [line]}))
    bound = customers.save({"company": "Nordwind"})
    contracts.save({"customer_id": bound, "title": "Light"})
    free = customers.save({"company": "Südwind"})
    with pytest.raises(UserError, match="Ostwind has 1 issued document"):
        customers.delete([free, billed])
    with pytest.raises(UserError, match="Nordwind has 1 contract"):
        customers.delete([bound])
    assert customers.get(free).deleted_at is None
    customers.archive(billed)
    assert customers.get(billed).archived_at
    customers.unarchive(billed)
    assert customers.get(billed).archived_at is None


def test_people_and_addresses_come_and_go(data_file):
    customer_id = customers.save({"company": "Ostwind"})
    person_id = contacts.save_person(
        contacts.Person(customer_id=customer_id, first_name="Mia", birthday=date(2000, 1, 1))
    )
    assert contacts.people(customer_id)[0].birthday == date(2000, 1, 1)
    address_id = contacts.save_address(contacts.Address(customer_id=customer_id, city="Kiel"))
    contacts.save_address(contacts.Address(address_id, customer_id, city="Bonn"))
    assert [a.city for a in contacts.addresses(customer_id)] == ["Bonn"]
    contacts.remove_person(person_id)
    contacts.remove_address(address_id)
    assert contacts.people(customer_id) == contacts.addresses(customer_id) == []
    for wrong in (lambda: contacts.remove_person(person_id), lambda: contacts.remove_address(address_id)):
        with pytest.raises(NotFound):
            wrong()
    with pytest.raises(ValidationError):
        contacts.save_person(contacts.Person(customer_id=customer_id))
    with pytest.raises(ValidationError):
        contacts.save_address(contacts.Address(customer_id=customer_id))


def test_tags_can_be_renamed_joined_and_removed(data_file):
    first = customers.save({"company": "A", "tags": ["Regular", "Big"]})
    second = customers.save({"company": "B", "tags": ["big"]})
    assert tags.all_tags() == [("Big", 2), ("Regular", 1)]
    tags.rename("Regular", "Loyal")
    assert customers.get(first).tags == ["Big", "Loyal"]
    tags.rename("Loyal", "Big")
    assert (customers.get(first).tags, customers.get(second).tags) == (["Big"], ["Big"])
    history.undo(history.next_undo())
    assert customers.get(first).tags == ["Big", "Loyal"]
    tags.remove("Big")
    assert customers.get(second).tags == []


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("number", ["1", "-2.50", "1e3"], ["one", "NaN", "Infinity", "1,5"]),
        ("date", ["2026-11-22"], ["22.11.2026", "20261122", "2026-13-01"]),
        ("choice", ["red"], ["blue", "RED"]),
        ("bool", ["0", "1"], ["yes"]),
        ("text", ["anything at all", "=1+1"], []),
    ],
)
def test_own_fields_take_what_fits_them(data_file, kind, good, bad):
    custom_fields.save(CustomField(0, "Field", kind, ("red", "green") if kind == "choice" else ()))
    customer_id = customers.save({"company": "A"})
    for value in good:
        customers.save({"custom": {"Field": value}}, customer_id)
        assert customers.get(customer_id).custom == {"Field": value}
    for value in bad:
        assert list(problems_of({"custom": {"Field": value}}, customer_id)) == ["Field"]
    customers.save({"custom": {"Field": " "}}, customer_id)
    assert customers.get(customer_id).custom == {}


def test_own_fields_are_defined_changed_and_removed_with_undo(data_file):
    field_id = custom_fields.save(CustomField(0, "Size", "text"))
    same, nameless, empty = CustomField(0, "size", "text"), CustomField(0, "", "text"), CustomField(0, "C", "choice")
    for wrong, problem in ((same, "name"), (nameless, "name"), (empty, "choices")):
        with pytest.raises(ValidationError) as found:
            custom_fields.save(wrong)
        assert list(found.value.fields) == [problem]
    customer_id = customers.save({"company": "A", "custom": {"Size": "L"}})
    custom_fields.remove(field_id)
    assert customers.get(customer_id).custom == {}
    history.undo(history.next_undo())
    assert customers.get(customer_id).custom == {"Size": "L"}
    with pytest.raises(NotFound):
        custom_fields.remove(99)


def test_the_open_amount_is_a_decimal_away_from_nothing(data_file):
    assert Decimal(customers.save({"company": "A"})) == 1
