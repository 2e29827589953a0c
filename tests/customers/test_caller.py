"""A caller is found however the number is written: twenty spellings, abroad, with extensions; and nobody else."""

from __future__ import annotations

import random

import phonenumbers
import pytest

from crm_desktop.core import text
from crm_desktop.customers import caller, contacts, customers, merging
from crm_desktop.customers.contacts import Person
from crm_desktop.db import connection as db

pytestmark = pytest.mark.usefixtures("data_file")

SPELLINGS = [
    "+4940361234567", "+49 40 361234567", "+49 (0)40 361234567", "+49 (40) 36 12 34 567", "0049 40 361234567", "0049(0)40/361234567",
    "040361234567", "040 361234567", "(040) 361234567", "040/361 234 567", "040-361-234-567", "040.361.234.567",
    "Tel.: 040 361234567", "Büro 1: 040 361234567", "040 361234567 (Büro)", "+49-40-361234567 ext. 12", "040 36 12 34 56 7",
    "\u2066+49 40 361234567\u2069", "+４９ 40 361234567", "+49\u00a040\u202f361234567", "tel:+49-40-361234567",
    "tel:040361234567;phone-context=+49", "callto:+4940361234567", "+49 40 361234567 Durchwahl 12", "٠٤٠٣٦١٢٣٤٥٦٧",
]  # fmt: skip
STRANGERS = [
    "+49 40 361234568", "+49 41 361234567", "+43 40 361234567", "+49 40 1361234567", "361234567", "+49 40 36123456",
    "+49 171 1234567", "", "12", "234567", "hello",
]  # fmt: skip


def holding(number):
    return [holder.customer_id for holder in caller.holders(number)]


@pytest.mark.parametrize("stored", SPELLINGS[:18])
def test_each_spelling_finds_each_other(stored):
    buyer = customers.save({"company": "Café Ostwind", "phone": stored})
    customers.save({"company": "Other", "phone": "+49 40 361234568"})
    assert {spelling: holding(spelling) for spelling in SPELLINGS} == {spelling: [buyer] for spelling in SPELLINGS}


@pytest.mark.parametrize("number", STRANGERS)
def test_another_number_finds_nobody(number):
    customers.save({"company": "Café Ostwind", "phone": "040 361234567"})
    assert holding(number) == []


def test_the_last_six_digits_are_never_all():
    here = customers.save({"company": "Hamburg", "phone": "040 361234567"})
    there = customers.save({"company": "Berlin", "phone": "030 361234567"})
    assert (holding("040361234567"), holding("030361234567")) == ([here], [there])


def test_a_number_of_another_country_is_read_as_there_and_as_here():
    paris = customers.save({"company": "Lumière", "country": "FR", "phone": "01 40 20 70 00"})
    vienna = customers.save({"company": "Leuchten Wien", "country": "AT", "phone": "01 5134567"})
    cell = customers.save({"company": "Grenzland", "country": "FR", "phone": "0171 1234567"})
    assert holding("+33140207000") == [paris]
    assert holding("01 40 20 70 00") == [paris]
    assert holding("+43 1 5134567") == [vienna]
    assert holding("+49 171 1234567") == [cell]


def test_numbers_of_people_and_further_ones_count_and_name_the_person():
    buyer = customers.save({"company": "Café Ostwind", "phone": "040 111111", "more_phones": ["0171 7654321"]})
    contacts.save_person(Person(customer_id=buyer, first_name="Anna", last_name="Krüger", phone="+49 151 23456789"))
    (holder,) = caller.holders("0151 23456789")
    assert (holder.customer_id, holder.person, holder.phone) == (buyer, "Anna Krüger", "+49 151 23456789")
    assert caller.holders("01717654321")[0].person == ""


def test_extensions_differ_only_where_both_name_one():
    one = customers.save({"company": "One", "phone": "040 361234 ext. 1"})
    two = customers.save({"company": "Two", "phone": "040 361234 x2"})
    assert holding("040 361234") == [one, two]
    assert holding("040 361234 ext 2") == [two]


def test_letters_stand_for_digits():
    shop = customers.save({"company": "Flowers", "phone": "0800 FLOWERS"})
    assert holding("0800 3569377") == [shop]


def test_several_customers_are_a_choice_with_archived_ones_last_and_merged_ones_left_out():
    first = customers.save({"company": "First", "phone": "040 361234567"})
    second = customers.save({"company": "Second", "phone": "0049 40 361234567"})
    third = customers.save({"company": "Third", "phone": "040/361234567"})
    customers.archive(first)
    assert holding("+4940361234567") == [second, third, first]
    merging.merge(second, third)
    assert holding("+4940361234567") == [second, first]
    customers.delete([second])
    assert holding("+4940361234567") == [first]


def test_what_looks_like_a_number():
    for number in ("+49 40 361234567", "040 361234", "(040) 361234", "tel:112", "0171/1234567 ext. 5", "3612345"):
        assert caller.is_number(number) == (number != "tel:112"), number
    for words in ("Ostwind", "RE-2026-0131", "12", "2026", "20457 Hamburg", "120,50", "24.11.2026 12:00"):
        assert not caller.is_number(words), words
    assert caller.from_link("tel:+49-40-36%2012;ext=7") == "+49-40-36 12 ext. 7"
    assert caller.shown("040361234567") == "+49 40 361234567"
    assert caller.shown("12345") == "12345"


def _spelled(number: str, way: int, chance: random.Random) -> str:
    """A valid number in one of twenty spellings."""
    found = phonenumbers.parse(number, None)
    national = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.NATIONAL)
    international = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    code, rest = str(found.country_code), str(found.national_number)
    spaced = " ".join(rest[i : i + 2] for i in range(0, len(rest), 2))
    ways = [
        number, international, national, f"00{code}{rest}", f"00{code} {spaced}", f"+{code} (0){rest}", f"+{code} (0) {spaced}",
        f"0{rest}", f"0{spaced}", f"(0{rest[:3]}) {rest[3:]}", f"0{rest[:3]}/{rest[3:]}", f"0{rest[:3]}-{rest[3:]}",
        f"Tel. 0{rest}", f"+{code}-{rest[:2]}-{rest[2:]}", f"+{code} {rest[:4]}.{rest[4:]}", f"0{rest} (privat)",
        f"+{code}\u00a0{rest}", f"{international} ext. {chance.randint(1, 99)}", f"Mobil: 0{spaced}", f"+{code} / {rest}",
    ]  # fmt: skip
    return ways[way % len(ways)]


def test_among_two_thousand_customers_each_number_finds_exactly_those_who_hold_it():
    chance = random.Random(4)
    numbers = []
    while len(numbers) < 1800:
        # Many share their last six digits, some with another area code.
        number = f"+49{chance.choice(['40', '30', '89', '171', '1511'])}{chance.choice(['3', '36', '361'])}{chance.randint(0, 300):06}"
        if phonenumbers.is_valid_number(phonenumbers.parse(number, None)):
            numbers.append(number)
    holders: dict[str, set[int]] = {}
    with db.transaction():
        now = "2026-01-01T00:00:00Z"
        for place in range(2000):
            number = numbers[place] if place < len(numbers) else chance.choice(numbers)
            row = {"number": f"K-{place}", "kind": "organisation", "name": f"Customer {place}", "phone": _spelled(number, place, chance),
                   "country": "DE", "created_at": now, "updated_at": now}  # fmt: skip
            holders.setdefault(number, set()).add(db.insert("customer", row))
    for number, wanted in holders.items():
        for way in chance.sample(range(17), 2):
            assert set(holding(_spelled(number, way, chance))) == wanted, (number, way)


def test_the_tail_is_the_same_for_every_spelling():
    assert {text.phone_tail(caller.from_link(spelling)) for spelling in SPELLINGS} == {"234567"}
    assert text.phone_tail("0800 FLOWERS") == "569377"
