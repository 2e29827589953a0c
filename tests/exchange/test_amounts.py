"""Amounts as people write them, and what a whole column says about its decimal sign."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crm_desktop.exchange.amounts import DecimalSign, currency_in, parse_amount


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1.234,50 €", "1234.50"),
        ("€ 1.234,56", "1234.56"),
        ("1,234.56 $", "1234.56"),
        ("$96.68 ", "96.68"),
        ("(400.00)", "-400.00"),
        ("($400.00)", "-400.00"),
        ("12,00-", "-12.00"),
        ("\u221212,00", "-12.00"),
        ("1'234.50 CHF", "1234.50"),
        ("1\u202f234,56", "1234.56"),
        ("12,--", "12"),
        ("EUR 0,5", "0.5"),
        ("1,00,000.50", "100000.50"),
        ("0.123", "0.123"),
        ("1.234.567", "1234567"),
    ],
)
def test_an_amount_is_read_as_it_is_meant(written, amount):
    assert parse_amount(written, ",") == Decimal(amount)
    assert parse_amount(written, ".") == Decimal(amount)


@pytest.mark.parametrize("written", ["abc", "1.2.3", "", "12 Stück", "1,2,3", "INV-1", "9" * 40, "x" * 100_000])
def test_what_is_no_amount_is_not_guessed(written):
    assert parse_amount(written) is None


def test_the_column_decides_where_the_value_does_not():
    assert parse_amount("1.234", ",") == 1234
    assert parse_amount("1.234", ".") == Decimal("1.234")


def test_numbers_of_a_spreadsheet_keep_their_cents():
    assert parse_amount(1240.5) == Decimal("1240.5")
    assert parse_amount(1001.0) == 1001
    assert parse_amount(True) is None


def test_a_column_proves_its_decimal_sign():
    sign = DecimalSign.of(["1.234", "12,50", ""])
    assert (sign.sign, sign.proved, sign.asks) == (",", True, False)


def test_a_column_that_proves_nothing_asks():
    sign = DecimalSign.of(["1.234", "5.678"], default=",")
    assert (sign.sign, sign.asks, sign.example) == (",", True, "1.234")


def test_a_column_with_both_signs_asks_about_the_doubtful_ones():
    sign = DecimalSign.sum([DecimalSign.of(["1.234"]), DecimalSign.of(["1,5", "2,5"]), DecimalSign.of(["3.5"])])
    assert (sign.sign, sign.asks) == (",", True)


def test_the_currency_beside_an_amount_is_known():
    assert [currency_in(t) for t in ("12 €", "$5", "7 CHF", "12")] == ["EUR", "USD", "CHF", None]
