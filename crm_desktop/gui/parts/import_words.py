"""Cells and values of an import as the owner writes them: days, amounts and lists in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import consent_import
from crm_desktop.exchange.targets import PHOTO
from crm_desktop.exchange.values import Cell, as_text
from crm_desktop.gui.widgets import formats

# Enough to see what a cell holds; laying out a text of megabytes would stop the window.
_LONGEST = 500
_EXAMPLES = 3


def of_cell(value: Cell) -> str:
    """A cell of the file as its owner sees it in the spreadsheet: days and decimal signs as written here."""
    if isinstance(value, datetime) and value.time() != time():
        return f"{formats.day(value.date())} {value:%H:%M}"
    if isinstance(value, date):
        return formats.day(value.date() if isinstance(value, datetime) else value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float):
        return as_text(value).replace(".", formats.locale().decimalPoint())
    return as_text(value[:_LONGEST] if isinstance(value, str) else value)


def examples(cells: Iterable[Cell]) -> str:
    """A few different cells of a column."""
    found: dict[str, None] = {}
    for cell in cells:
        if text := of_cell(cell):
            found[text] = None
        if len(found) == _EXAMPLES:
            break
    return " · ".join(found) or formats.DASH


def in_words(key: str, value: object) -> str:
    """A value of a record, by the key that it has there."""
    if isinstance(value, list):
        return ", ".join(in_words(key, part) for part in value)
    if key == PHOTO or isinstance(value, tuple):
        return consent_import.in_words(value) if isinstance(value, tuple) else _("A picture")
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, Decimal):
        return formats.quantity(value)
    if key.endswith("_on") and isinstance(value, str):
        return formats.day(date.fromisoformat(value))
    return str(value)[:_LONGEST].replace("\n", ", ")
