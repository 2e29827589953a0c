"""Amounts, numbers, days and percentages as people of a language and country write them; for paper, workbooks, sentences.

A locale is a name such as "de_DE" or "fr_CH" (`locale_name`). The signs are asked of Babel once per locale and kept, since
its own formatting is too slow for a table of a thousand lines. A minus is U+2212, blanks inside a number do not break.

Source: Unicode CLDR through Babel; dates of French and Spanish in figures, as those countries write them on invoices.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from crm_desktop.core.money import digits, from_minor

MINUS = "\u2212"
_USUAL_COUNTRY = {"de": "DE", "en": "GB", "fr": "FR", "es": "ES"}
# Where the middle length of CLDR would spell the month although figures are usual.
_FIGURES = {"fr": "dd/MM/y", "es": "dd/MM/y"}


@dataclass(frozen=True)
class _Signs:
    """How numbers of one locale are put together."""

    decimal: str
    group: str
    first_group: int
    other_groups: int
    before_amount: str
    after_amount: str
    after_percent: str


@cache
def locale_name(language: str, *countries: str) -> str:
    """The locale of a language in the first of these countries where it is spoken, else in its usual country.

    A German buyer who wants English letters gets British forms; one in Ireland those of Ireland.
    """
    from babel.core import Locale, UnknownLocaleError
    from babel.languages import get_official_languages

    for country in countries:
        if language in get_official_languages(country, de_facto=True, regional=country in ("US", "CA")):
            try:
                Locale.parse(f"{language}_{country}")
            except UnknownLocaleError:
                continue
            return f"{language}_{country}"
    return f"{language}_{_USUAL_COUNTRY[language]}" if language in _USUAL_COUNTRY else "en_GB"


@cache
def _signs(locale: str) -> _Signs:
    from babel.core import Locale

    known = Locale.parse(locale)
    symbols = known.number_symbols["latn"]
    money = known.currency_formats["standard"]
    after_percent = known.percent_formats[None].suffix[0]
    return _Signs(
        symbols["decimal"],
        symbols["group"].replace(" ", "\u00a0"),
        money.grouping[0],
        money.grouping[1],
        money.prefix[0].replace(" ", "\u00a0"),
        money.suffix[0].replace(" ", "\u00a0"),
        after_percent.replace(" ", "\u00a0"),
    )


@cache
def currency_sign(currency: str, locale: str) -> str:
    """How a currency is written in a locale: "€", "US$", or its code."""
    from babel.numbers import get_currency_symbol

    return get_currency_symbol(currency, locale)


def _pieces(whole: str, signs: _Signs) -> Iterator[str]:
    """The groups of a whole number, from its end."""
    size = signs.first_group
    while len(whole) > size:
        yield whole[-size:]
        whole, size = whole[:-size], signs.other_groups
    yield whole


def _written(value: Decimal, signs: _Signs) -> str:
    """A value with all the decimals that it has, without its sign."""
    whole, point, rest = format(abs(value), "f").partition(".")
    if len(whole) > signs.first_group:
        whole = signs.group.join(reversed(list(_pieces(whole, signs))))
    return f"{whole}{signs.decimal}{rest}" if point else whole


def _signed(value: Decimal, text: str) -> str:
    return f"{MINUS}{text}" if value < 0 else text


@lru_cache(maxsize=4096)
def number(value: Decimal, locale: str) -> str:
    """A quantity: only the decimals that matter, "3,5" or "1.000"."""
    plain = value.normalize()
    if plain == plain.to_integral_value():
        plain = plain.quantize(Decimal(1))
    return _signed(value, _written(plain, _signs(locale)))


@lru_cache(maxsize=4096)
def money_plain(value: Decimal, currency: str, locale: str) -> str:
    """An amount without its currency, with at least the decimals of the currency: "389,00" or "0,0125"."""
    decimals = digits(currency)
    exponent = value.normalize().as_tuple().exponent
    wanted = max(decimals, -exponent if isinstance(exponent, int) else 0)
    return _signed(value, _written(value.quantize(Decimal(1).scaleb(-wanted)), _signs(locale)))


def money(value: Decimal, currency: str, locale: str) -> str:
    """An amount with its currency: "4.027,75 €" or "€4,027.75"."""
    signs, sign = _signs(locale), currency_sign(currency, locale)
    before = signs.before_amount.replace("¤", sign)
    if before and before[-1].isalpha():  # "CHF 12.50", also where the locale puts "£12.50"
        before += "\u00a0"
    return _signed(value, before + money_plain(abs(value), currency, locale) + signs.after_amount.replace("¤", sign))


def amount(minor: int, currency: str, locale: str) -> str:
    """Minor units as an amount with its currency: 1250 EUR is "12,50 €"."""
    return money(from_minor(minor, currency), currency, locale)


def amount_plain(minor: int, currency: str, locale: str) -> str:
    """Minor units as an amount without its currency: 1250 EUR is "12,50"."""
    return money_plain(from_minor(minor, currency), currency, locale)


@lru_cache(maxsize=256)
def percent(rate: Decimal, locale: str) -> str:
    """A rate in per cent: 19 is "19 %", "19%" in English."""
    return number(rate, locale) + _signs(locale).after_percent


@lru_cache(maxsize=1024)
def day(value: date, locale: str) -> str:
    """A short day that cannot be misread: "24.11.2026", "24 Nov 2026", "Nov 24, 2026", "24/11/2026"."""
    from babel.dates import format_date

    return format_date(value, _FIGURES.get(locale[:2], "medium"), locale)


@lru_cache(maxsize=1024)
def day_long(value: date, locale: str) -> str:
    """A day in words: "24. November 2026"."""
    from babel.dates import format_date

    return format_date(value, "long", locale)


def day_range(first: date, last: date, locale: str) -> str:
    """A period; a German one names its year once: "03.11. – 04.11.2026"."""
    if first == last:
        return day(first, locale)
    if locale.startswith("de") and first.year == last.year:
        return f"{first:%d.%m.} \u2013 {day(last, locale)}"
    return f"{day(first, locale)} \u2013 {day(last, locale)}"


def month(value: date, locale: str) -> str:
    """A month in words: "November 2026"."""
    from babel.dates import format_skeleton

    return format_skeleton("yMMMM", value, locale=locale)
