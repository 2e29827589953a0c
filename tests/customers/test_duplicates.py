"""Customers that may be the same: who is found, why, and who is left in peace."""

from __future__ import annotations

import pytest

from crm_desktop.core.errors import Cancelled
from crm_desktop.core.progress import Progress
from crm_desktop.customers import customers, duplicates, likeness

OSTWIND = {"company": "Café Ostwind GmbH", "city": "Hamburg", "postcode": "20457", "street": "Kai 7", "country": "DE"}


def add(**values):
    return customers.save(values)


def found():
    return {(pair.first, pair.second): likeness.reason_words(pair.reasons) for pair in duplicates.find_all()}


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (
            {"company": "Lampe AG", "phone": "040 123 45 67"},
            {"company": "Lampen", "phone": "+49 (0)40 1234567"},
            "phone",
        ),
        ({"company": "A", "email": "Info@Kontor.example"}, {"company": "B", "email": "info@kontor.EXAMPLE"}, "e-mail"),
        ({"company": "A", "vat_id": "DE136695976"}, {"company": "B", "vat_id": "DE 136695976"}, "VAT id"),
        ({"company": "A", "more_emails": ["x@y.example"]}, {"company": "B", "email": "x@y.example"}, "e-mail"),
        (OSTWIND, {"company": "Cafe Ostwind", "city": "Hamburg"}, "same name"),
        (OSTWIND, {"company": "Ostwind, Café", "city": "Hamburg"}, "same name"),
        (OSTWIND, {"company": "Caffé Ostwind", "city": "Hambrug"}, "nearly the same name"),
        (OSTWIND, {"company": "Ostwind Café & Bar", "postcode": "20457", "street": "Kai 7"}, "same address"),
        (
            {"first_name": "Jörg", "last_name": "Müller", "city": "Köln"},
            {"first_name": "Jörg", "last_name": "Mueller", "city": "Köln"},
            "nearly the same name",
        ),
    ],
)
def test_twins_are_found_with_their_reason(data_file, one, other, reason):
    pair = add(**one), add(**other)
    assert any(reason in words for words in found()[pair])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"company": "Markt 1", "city": "Köln"}, {"company": "Markt 2", "city": "Köln"}),
        ({"first_name": "Anna", "last_name": "Müller", "city": "Köln"}, {"first_name": "Anna", "last_name": "Müller", "city": "Kiel"}),
        ({"company": "Hotel Nord", "city": "Kiel"}, {"company": "Hotel Süd", "city": "Kiel"}),
        (
            {"first_name": "Kim", "last_name": "Lee", "city": "Kiel", "birthday": "1980-01-02"},
            {"first_name": "Kim", "last_name": "Lee", "city": "Kiel", "birthday": "2010-05-06"},
        ),
    ],
)  # fmt: skip
def test_others_are_left_in_peace(data_file, one, other):
    add(**one)
    add(**other)
    assert found() == {}


def test_archived_and_deleted_customers_are_not_asked_about(data_file):
    add(**OSTWIND)
    second, third = add(**OSTWIND), add(**OSTWIND)
    customers.archive(second)
    customers.delete([third])
    assert found() == {}


def test_a_pair_that_was_called_different_stays_away_until_it_is_taken_back(data_file):
    one, other = add(**OSTWIND), add(**OSTWIND)
    duplicates.keep_apart(other, one)
    assert found() == {}
    assert duplicates.still_there([duplicates.pair_of(one, other)]) == []
    duplicates.keep_apart(one, other, apart=False)
    assert list(found()) == [(one, other)]


def test_a_mailbox_that_everybody_has_makes_nobody_the_same(data_file):
    for number in range(40):
        add(company=f"{chr(65 + number % 26) * (2 + number % 7)} {number}", email="none@none.example")
    assert found() == {}


def test_the_search_can_be_stopped(data_file):
    add(**OSTWIND)
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        duplicates.find_all(progress)


@pytest.mark.parametrize(
    "typed",
    [
        {"company": "Cafe Ostwind"},
        {"company": "Café Ostwnd", "city": "Hamburg"},
        {"company": "Ostwind Café"},
        {"company": "Neu", "email": "HALLO@ostwind.example"},
        {"last_name": "Neu", "phone": "040 / 12 34 567", "city": "Hamburg"},
    ],
)
def test_who_is_known_shows_while_typing(data_file, typed):
    for number in range(20):
        add(company=f"Café Nummer {number}", city="Hamburg")
    known = add(**OSTWIND, phone="+49 40 1234567", more_emails=["hallo@ostwind.example"])
    assert [pair.second for pair in duplicates.similar(typed)][:1] == [known]


@pytest.mark.parametrize(
    "typed", [{}, {"company": "Café"}, {"company": '"'}, {"email": "@"}, {"company": "Zebra", "city": "Ulm"}]
)
def test_nobody_shows_for_what_says_nothing(data_file, typed):
    add(**OSTWIND)
    assert duplicates.similar(typed) == []
