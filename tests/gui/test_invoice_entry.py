"""Reading what people type into an invoice, without a window: periods, discounts, quantities, pasted cells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.billing.document import DraftLine
from crm_desktop.core import dates, i18n
from crm_desktop.gui.parts import entry, period_input
from crm_desktop.gui.parts.line_sheet import LineSheet, parse_tax, price_text, tax_text
from crm_desktop.gui.widgets import formats
from crm_desktop.sales import catalogue, units
from crm_desktop.sales.basket import Adjustment


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with dates.freeze(date(2026, 11, 24)):
        yield


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("24.11.2026", date(2026, 11, 24), None),
        ("today", date(2026, 11, 24), None),
        ("3-4 Nov", date(2026, 11, 3), date(2026, 11, 4)),
        ("3.–4.11.", date(2026, 11, 3), date(2026, 11, 4)),
        ("1 Oct to 5 Nov", date(2026, 10, 1), date(2026, 11, 5)),
        ("28 Dec – 3 Jan 2027", date(2026, 12, 28), date(2027, 1, 3)),
        ("2026-11-03 – 2026-11-05", date(2026, 11, 3), date(2026, 11, 5)),
        ("November", date(2026, 11, 1), date(2026, 11, 30)),
        ("Feb 2028", date(2028, 2, 1), date(2028, 2, 29)),
        ("11/2026", date(2026, 11, 1), date(2026, 11, 30)),
        ("last month", date(2026, 10, 1), date(2026, 10, 31)),
    ],
)
def test_periods_as_people_write_them(typed: str, first: date, last: date | None):
    assert entry.parse_period(typed) == (first, last)


@pytest.mark.parametrize("typed", ["some day", "31 - 2", "99.99.2026", "40 Nov - 3 Dec"])
def test_what_is_no_period_is_not_guessed(typed: str):
    assert entry.parse_period(typed) is None


@pytest.mark.parametrize("name", ["en_GB", "de_DE", "en_US"])
def test_the_example_of_a_period_can_itself_be_read(name: str):
    i18n.use_language(name[:2])
    formats.use_locale(name)
    assert entry.parse_period(period_input.example()) == (date(2026, 11, 23), date(2026, 11, 24))
    shown = entry.period_text(date(2026, 11, 3), date(2026, 11, 4))
    assert entry.parse_period(shown) == (date(2026, 11, 3), date(2026, 11, 4))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("5", Adjustment(percent=Decimal(5))),
        ("2,5 %", Adjustment(percent=Decimal("2.5"))),
        ("5% early bird", Adjustment(percent=Decimal(5), reason="early bird")),
        ("10 early bird", Adjustment(percent=Decimal(10), reason="early bird")),
        ("10,00 EUR", Adjustment(amount=Decimal("10.00"))),
        ("€5", Adjustment(amount=Decimal(5))),
        ("7.50 € regular customer", Adjustment(amount=Decimal("7.50"), reason="regular customer")),
    ],
)
def test_discounts_with_and_without_a_reason(typed: str, found: Adjustment):
    assert entry.parse_discount(typed) == found


def test_a_discount_is_shown_so_that_it_is_read_again_the_same():
    for found in (Adjustment(percent=Decimal("2.5"), reason="x y"), Adjustment(amount=Decimal("10.00"), reason="z")):
        assert entry.parse_discount(entry.discount_text(found, "EUR", with_reason=True)) == found


@pytest.mark.parametrize(
    ("typed", "value", "unit"),
    [
        ("3", "3", None),
        ("2,5 h", "2.5", "HUR"),
        ("3 Std", "3", "HUR"),
        ("2 months", "2", "MON"),
        ("-1", "-1", None),
        ("4 piece", "4", "C62"),
    ],
)
def test_a_quantity_may_carry_its_unit(typed: str, value: str, unit: str | None):
    assert entry.parse_quantity(typed) == (Decimal(value), unit)


def test_a_quantity_with_an_unknown_unit_is_not_guessed():
    assert entry.parse_quantity("3 buckets") is None


def test_rows_without_content_are_no_lines():
    sheet = LineSheet([DraftLine(name="Lamp", price=Decimal(5))])
    sheet.add()
    sheet.add()
    sheet.set_text(2, "name", "Cable")
    assert [line.name for line in sheet.lines()] == ["Lamp", "Cable"]
    assert (sheet.row_of_line(1), sheet.line_of_row(2), sheet.line_of_row(1)) == (2, 1, -1)


def test_a_pasted_table_finds_quantity_unit_price_and_discount():
    sheet = LineSheet()
    sheet.add()
    sheet.paste(0, "name", "Lamp\t2\tpc\t1.250,00\t5%\nCable\t3\tm\t1,20\t\n")
    assert [(line.quantity, line.unit, line.price) for line in sheet.lines()] == [
        (2, "C62", Decimal("1250.00")),
        (3, "MTR", Decimal("1.20")),
    ]
    assert sheet.lines()[0].allowances[0].percent == 5


def test_a_pasted_column_with_the_usual_rate_is_the_tax():
    sheet = LineSheet(tax=("S", Decimal(19)))
    sheet.add()
    sheet.paste(0, "name", "Lamp\t2\t10\t19%\nBook\t3\t12\t7%\n")
    assert [(line.rate, line.allowances) for line in sheet.lines()] == [(19, ()), (7, ())]


def test_names_and_prices_alone_are_enough_to_paste():
    sheet = LineSheet()
    sheet.add()
    sheet.paste(0, "name", "Lamp\t25\nCable\t1.20")
    assert [(line.name, line.quantity, line.price) for line in sheet.lines()] == [
        ("Lamp", 1, 25),
        ("Cable", 1, Decimal("1.20")),
    ]


def test_what_cannot_be_read_is_kept_and_the_old_value_counts():
    sheet = LineSheet([DraftLine(name="Lamp", price=Decimal(5))])
    assert not sheet.set_text(0, "price", "five")
    assert (sheet.shown(0, "price"), sheet.lines()[0].price) == ("five", 5)
    assert sheet.problems() == {(0, "price"): "This is not a number."}
    assert sheet.set_text(0, "price", "6")
    assert sheet.problems() == {}


def test_net_and_gross_there_and_back_give_the_same_price():
    sheet = LineSheet([DraftLine(name="Lamp", price=Decimal("9.99"), rate=Decimal(19))])
    sheet.convert("gross")
    assert sheet.lines()[0].price == Decimal("11.8881")
    sheet.convert("net")
    assert sheet.lines()[0].price == Decimal("9.99")


def test_prices_show_two_decimals_or_all_they_have():
    assert [price_text(Decimal(text)) for text in ("12.5", "0.0375", "1000")] == ["12.50", "0.0375", "1,000.00"]


@pytest.mark.parametrize(("name", "shown"), [("en_GB", ("2.5%", "19%")), ("de_DE", ("2,5\u202f%", "19\u202f%"))])
def test_percentages_are_shown_as_the_owner_writes_them_and_read_again(name: str, shown: tuple[str, str]):
    i18n.use_language(name[:2])
    formats.use_locale(name)
    discount, tax = Adjustment(percent=Decimal("2.5")), ("S", Decimal(19))
    assert (entry.discount_text(discount, "EUR"), tax_text(tax)) == shown
    assert entry.parse_discount(shown[0]) == discount
    assert parse_tax(shown[1], ("E", None)) == tax


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_unit_is_understood_as_it_is_shown(language: str):
    before = i18n.language()
    i18n.use_language(language)
    try:
        for code in catalogue.UNITS:
            for count in (1, 2):
                assert entry.unit_named(units.word(language, code, Decimal(count))) == code
    finally:
        i18n.use_language(before)
