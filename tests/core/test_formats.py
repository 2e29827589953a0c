"""Amounts, numbers and days in the forms of a language and country."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.core import formats

DAY = date(2026, 11, 4)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("locale", "amount", "short", "long", "share"),
    [
        ("de_DE", "−1.234.567,89 €", "04.11.2026", "4. November 2026", "5,5 %"),
        ("de_AT", "−€ 1.234.567,89", "04.11.2026", "4. November 2026", "5,5 %"),
        ("de_CH", "−EUR 1’234’567.89", "04.11.2026", "4. November 2026", "5.5%"),
        ("en_GB", "−€1,234,567.89", "4 Nov 2026", "4 November 2026", "5.5%"),
        ("en_US", "−€1,234,567.89", "Nov 4, 2026", "November 4, 2026", "5.5%"),
        ("en_IN", "−€12,34,567.89", "4 Nov 2026", "4 November 2026", "5.5%"),
        ("fr_FR", "−1 234 567,89 €", "04/11/2026", "4 novembre 2026", "5,5 %"),
        ("es_ES", "−1.234.567,89 €", "04/11/2026", "4 de noviembre de 2026", "5,5 %"),
    ],
)
def test_each_country_has_its_forms(locale, amount, short, long, share):
    assert plain(formats.amount(-123456789, "EUR", locale)) == amount
    assert formats.day(DAY, locale) == short
    assert formats.day_long(DAY, locale) == long
    assert plain(formats.percent(Decimal("5.50"), locale)) == share


def test_quantities_show_only_the_decimals_that_matter():
    assert formats.number(Decimal("3.500"), "de_DE") == "3,5"
    assert formats.number(Decimal(1000), "de_DE") == "1.000"
    assert formats.number(Decimal("1E+2"), "en_GB") == "100"
    assert formats.number(Decimal("-0.25"), "en_GB") == "−0.25"


def test_prices_keep_their_decimals_and_have_at_least_those_of_the_currency():
    assert formats.money_plain(Decimal("0.0125"), "EUR", "de_DE") == "0,0125"
    assert formats.money_plain(Decimal(389), "EUR", "de_DE") == "389,00"
    assert formats.money_plain(Decimal(1500), "JPY", "en_GB") == "1,500"
    assert formats.amount_plain(1234567890123, "EUR", "de_DE") == "12.345.678.901,23"
    assert formats.money(Decimal("12.5"), "CHF", "en_GB") == "CHF\u00a012.50"


def test_a_language_takes_the_forms_of_a_country_where_it_is_spoken():
    assert formats.locale_name("de", "CH", "DE") == "de_CH"
    assert formats.locale_name("en", "DE") == "en_GB"
    assert formats.locale_name("en", "US") == "en_US"
    assert formats.locale_name("fr", "DE", "BE") == "fr_BE"
    assert formats.locale_name("de", "") == "de_DE"


def test_a_period_within_a_year_names_the_year_once_in_german():
    assert formats.day_range(date(2026, 11, 3), DAY, "de_DE") == "03.11. – 04.11.2026"
    assert formats.day_range(date(2025, 12, 3), DAY, "de_DE") == "03.12.2025 – 04.11.2026"
    assert formats.day_range(DAY, DAY, "en_GB") == "4 Nov 2026"
