"""The list: search as you type, views, order, filters."""

from __future__ import annotations

from datetime import date

import pytest

from crm_desktop.customers import custom_fields, customer_list, customers
from crm_desktop.customers.custom_fields import CustomField
from crm_desktop.customers.customer_list import Filters


@pytest.fixture
def known(data_file):
    custom_fields.save(CustomField(0, "Colour", "text"))
    entries = [
        {
            "company": "Café Ostwind",
            "city": "Łódź",
            "phone": "+49 (40) 123-456",
            "email": "info@ostwind.de",
            "tags": ["big"],
        },
        {
            "company": "Straßenbau Müller",
            "city": "Kiel",
            "postcode": "24103",
            "country": "DE",
            "custom": {"Colour": "red"},
        },
        {"first_name": "Ångström", "last_name": "Łukasz", "city": "Ähtäri", "more_emails": ["second@mail.se"]},
        {"company": 'O\'Hara & Sons "Ltd"', "city": "", "country": "IE", "vat_id": "IE6388047V"},
    ]
    return [customers.save(values) for values in entries]


def found(search="", **more):
    return [customers.get(i).name for i in customer_list.ids(search=search, **more)]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("ost", ["Café Ostwind"]),
        ("CAFE", ["Café Ostwind"]),
        ("wind", ["Café Ostwind"]),
        ("lodz ost", ["Café Ostwind"]),
        ("ost kiel", []),
        ("strassenbau", ["Straßenbau Müller"]),
        ("müll", ["Straßenbau Müller"]),
        ("24103", ["Straßenbau Müller"]),
        ("angstrom", ["Ångström Łukasz"]),
        ("49401", ["Café Ostwind"]),
        ("123456", ["Café Ostwind"]),
        ("info@ost", ["Café Ostwind"]),
        ("second@mail", ["Ångström Łukasz"]),
        ("IE6388047V", ['O\'Hara & Sons "Ltd"']),
        ("o'hara", ['O\'Hara & Sons "Ltd"']),
        ('"Ltd"', ['O\'Hara & Sons "Ltd"']),
        ("hara sons", ['O\'Hara & Sons "Ltd"']),
        ("C-0002", ["Straßenbau Müller"]),
        ("xyz", []),
        ("-", []),
        ('"', []),
        ("* OR", []),
        ("name:ost", []),
    ],
)
def test_words_are_found_however_they_are_written(known, search, expected):
    assert found(search) == expected


def test_a_quick_search_fills_up_with_what_fits_the_view_and_the_filters(data_file):
    kiel = [customers.save({"company": f"Werft {n}", "city": "Kiel"}) for n in range(12)]
    customers.save({"company": "Werft Bremen", "city": "Bremen"})
    customers.save({"company": "Altwerften", "city": "Bremen"})
    customers.archive(kiel[-1])
    assert len(found("werft", limit=5)) == 5
    assert found("werft", limit=5, filters=Filters(city="bremen")) == ["Altwerften", "Werft Bremen"]
    assert found("werft", limit=5, view="archived") == ["Werft 11"]
    assert len(found("werft", limit=20)) == len(found("werft")) == 13
    assert found("werf", limit=20) == found("werf")


def test_a_quick_search_takes_whole_words_before_beginnings_and_the_middle_of_words(data_file):
    for name in ("Altkupfer", "Kupferberg", "Zur Kupfer"):
        customers.save({"company": name})
    assert found("kupfer") == ["Altkupfer", "Kupferberg", "Zur Kupfer"]
    assert found("kupfer", limit=1) == ["Zur Kupfer"]
    assert found("kupfer", limit=2) == ["Kupferberg", "Zur Kupfer"]


def test_one_letter_finds_names_that_begin_with_it(known):
    assert found("c") == ["Café Ostwind"]
    assert found("a") == ["Ångström Łukasz"]
    customers.save({"company": "Caba"})
    assert found("c", limit=1) == ["Caba"]


def test_an_empty_search_shows_everybody_in_order_of_names_without_accents(known):
    everybody = ["Ångström Łukasz", "Café Ostwind", 'O\'Hara & Sons "Ltd"', "Straßenbau Müller"]
    assert found() == found("  ") == everybody
    assert found(descending=True) == everybody[::-1]
    assert found(order="city")[-1] == "Café Ostwind"
    assert found(order="number") == [customers.get(i).name for i in known]


def test_views_and_their_counts(known):
    customers.archive(known[0])
    customers.delete([known[1]])
    assert len(found()) == 2
    assert found("ost", view="archived") == ["Café Ostwind"]
    assert found(view="persons") == ["Ångström Łukasz"]
    assert customer_list.counts() == {
        "all": 2, "organisations": 1, "persons": 1, "open": 0, "overdue": 0, "archived": 1,
    }  # fmt: skip
    assert found("kiel") == []


def test_filters_narrow_the_list(known):
    assert found(filters=Filters(tags=("big",))) == ["Café Ostwind"]
    assert found(filters=Filters(city="łódź")) == ["Café Ostwind"]
    assert found(filters=Filters(country="IE")) == ['O\'Hara & Sons "Ltd"']
    assert found(filters=Filters(custom={"Colour": "red"})) == ["Straßenbau Müller"]
    assert found("ost", filters=Filters(tags=("big",), city="kiel")) == []


def test_rows_stand_in_the_order_asked_for_and_leave_out_who_is_gone(known):
    rows = customer_list.rows([known[2], 99, known[0]])
    assert [row.id for row in rows] == [known[2], known[0]]
    assert (rows[1].tags, rows[1].open_minor, rows[1].archived) == ("big", 0, False)


def test_the_best_come_first_in_a_picker(known):
    customers.save({"company": "Best of Ostwind"})
    assert [row.name for row in customer_list.find("ost")] == ["Best of Ostwind", "Café Ostwind"]
    customers.save({"company": "Ostsee"})
    assert customer_list.find("ost")[0].name == "Ostsee"
    assert len(customer_list.find("")) == 6
    assert customer_list.find("xyz") == []


def test_the_towns_of_the_customers_for_a_filter(known):
    customers.save({"company": "Second", "city": "Kiel"})
    assert customer_list.cities()[0] == "Kiel"
    assert customer_list.birthday_of(known[0]) is None
    customers.save({"birthday": date(1990, 1, 2)}, known[2])
    assert customer_list.birthday_of(known[2]) == date(1990, 1, 2)
