"""Values of an import as the owner writes them: days, amounts and lists in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from crm_desktop.exchange import consent_import
from crm_desktop.gui.widgets import formats


def in_words(key: str, value: object) -> str:
    """A value of a record, by the key that it has there."""
    if isinstance(value, list):
        return ", ".join(in_words(key, part) for part in value)
    if isinstance(value, tuple):
        return consent_import.in_words(value)
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, Decimal):
        return formats.quantity(value)
    if key.endswith("_on") and isinstance(value, str):
        return formats.day(date.fromisoformat(value))
    return str(value).replace("\n", ", ")
