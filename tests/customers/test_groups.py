"""Relations, consent, how companies and private people are treated, people who change the customer."""

from __future__ import annotations

from datetime import date

import pytest

from crm_desktop.billing import drafts
from crm_desktop.company import payment_terms, profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, ValidationError
from crm_desktop.customers import consent, contacts, customers, kind_defaults, merging, relations, tags
from crm_desktop.customers.contacts import Person
from crm_desktop.customers.kind_defaults import Treatment
from crm_desktop.db import history

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _frozen(data_file):
    with dates.freeze(TODAY):
        yield


@pytest.fixture
def hotel():
    return customers.save({"company": "Hotel Alsterblick"})


@pytest.fixture
def group():
    return customers.save({"company": "Alster Group"})


def seen(customer):
    return [(r.words, r.other) for r in relations.of_customer(customer)]


def test_a_relation_is_named_from_both_sides(hotel, group):
    relations.add(hotel, "parent", group)
    anna = customers.save({"first_name": "Anna", "last_name": "Kern"})
    relations.add(anna, "recommended<", hotel, "at the fair")
    assert seen(hotel) == [("Belongs to", "Alster Group"), ("Recommended by", "Anna Kern")]
    assert seen(group) == [("Has as branch or daughter", "Hotel Alsterblick")]
    assert seen(anna) == [("Recommended", "Hotel Alsterblick")]
    assert relations.of_customer(anna)[0].note == "at the fair"


def test_relations_that_make_no_sense_are_refused_with_a_sentence(hotel, group):
    relations.add(hotel, "parent", group)
    for direction, other, words in (
        ("parent", group, "This is noted already."),
        ("parent<", group, "in a circle"),
        ("partner", hotel, "nobody is related to themselves"),
        ("partner", None, "Choose the other customer."),
    ):
        with pytest.raises(ValidationError) as told:
            relations.add(hotel, direction, other)
        assert words in told.value.fields["other"]
    relations.add(group, "partner", hotel)
    with pytest.raises(ValidationError):
        relations.add(hotel, "partner", group)


def test_a_relation_goes_and_comes_back(hotel, group):
    relations.remove(relations.add(hotel, "household", group))
    assert seen(group) == []
    history.undo(history.next_undo())
    assert seen(group) == [("Same household as", "Hotel Alsterblick")]


def test_merging_takes_relations_along_and_relates_nobody_to_themselves(hotel, group):
    other = customers.save({"company": "Hotel Alsterblick GmbH"})
    relations.add(other, "parent", group)
    relations.add(hotel, "partner", other)
    merging.merge(hotel, other)
    assert seen(hotel) == [("Belongs to", "Alster Group")]


def test_consent_keeps_what_was_before(hotel):
    consent.note(hotel, "newsletter", "given", day=date(2025, 3, 1), source="form at the fair")
    consent.note(hotel, "Newsletter by e-mail", "withdrawn", day=date(2026, 2, 1), source="by mail")
    consent.note(hotel, "Birthday cards", "given", source="on the phone")
    assert [(c.label, c.state, c.day) for c in consent.current(hotel)] == [
        ("Newsletter by e-mail", "withdrawn", date(2026, 2, 1)),
        ("Birthday cards", "given", TODAY),
    ]
    assert [c.source for c in consent.history(hotel)] == ["on the phone", "by mail", "form at the fair"]
    assert not consent.allows(hotel, "newsletter")
    assert consent.allows(hotel, "Birthday cards")
    assert ("Birthday cards", "Birthday cards") in consent.purposes()


def test_consent_wants_a_source_and_a_day_that_was(hotel):
    with pytest.raises(ValidationError) as told:
        consent.note(hotel, "", "given", day=date(2026, 11, 23))
    assert set(told.value.fields) == {"purpose", "source", "day"}


def test_drafts_take_prices_and_terms_of_the_kind_unless_the_customer_has_their_own(hotel):
    anna = customers.save({"first_name": "Anna", "last_name": "Kern"})
    at_once = next(t.id for t in payment_terms.all_terms() if t.days == 0)
    kind_defaults.save("person", Treatment("gross", "friendly", at_once))
    draft = drafts.begin(anna)
    assert (draft.price_mode, draft.payment_terms_id) == ("gross", at_once)
    company = profile.load()
    assert (drafts.begin(hotel).price_mode, drafts.begin(hotel).payment_terms_id) == ("net", company.payment_terms_id)
    assert drafts.begin().price_mode == "net"
    customers.save({"price_mode": "net", "tone": "formal"}, anna)
    assert drafts.begin(anna).price_mode == "net"
    assert kind_defaults.of_customer(anna).tone == "formal"
    payment_terms.remove(at_once)
    assert drafts.begin(anna).payment_terms_id == company.payment_terms_id


def test_a_person_moves_to_another_customer(hotel, group):
    anna = contacts.save_person(Person(customer_id=hotel, first_name="Anna", last_name="Kern", role="Buys"))
    contacts.move_person(anna, group)
    assert contacts.people(hotel) == []
    assert [(p.name, p.role) for p in contacts.people(group)] == [("Anna Kern", "Buys")]
    with pytest.raises(Conflict):
        contacts.move_person(anna, group)
    history.undo(history.next_undo())
    assert [p.name for p in contacts.people(hotel)] == ["Anna Kern"]


def test_many_customers_get_a_tag_or_lose_it_in_one_step(hotel, group):
    tags.add_to([hotel], ["Fair"])
    assert tags.add_to([hotel, group], ["Fair", "Lamps"]) == 2
    assert tags.of_customer(hotel) == tags.of_customer(group) == ["Fair", "Lamps"]
    assert tags.take_from([hotel, group], ["Fair"]) == 2
    assert tags.of_customer(hotel) == ["Lamps"]
    history.undo(history.next_undo())
    assert tags.of_customer(group) == ["Fair", "Lamps"]


def test_many_are_changed_or_archived_in_one_step(hotel, group):
    assert customers.change_all([hotel, group], {"language": "fr"}) == 2
    assert customers.get(hotel).language == "fr"
    assert customers.archive_all([hotel, group]) == 2
    assert customers.get(group).archived_at
    history.undo(history.next_undo())
    assert not customers.get(group).archived_at
    assert history.steps()[1].title == "Archive 2 customers"
