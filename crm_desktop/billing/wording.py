"""Amounts, days and rates inside sentences for the screen, in the forms of its language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from crm_desktop.core import formats, i18n


def _locale() -> str:
    return formats.locale_name(i18n.language())


def amount(minor: int, currency: str) -> str:
    """Minor units as an amount with its currency: "12,50 €"."""
    return formats.amount(minor, currency, _locale())


def number(value: Decimal) -> str:
    """A quantity: "3,5"."""
    return formats.number(value, _locale())


def percent(rate: Decimal) -> str:
    """A rate: "19 %"."""
    return formats.percent(rate, _locale())


def day(value: date) -> str:
    """A short day: "24.11.2026"."""
    return formats.day(value, _locale())
