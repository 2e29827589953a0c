"""What people type into an invoice, read leniently: periods, discounts, quantities with a unit, cells from Excel.

`3-4 Nov`, `3.–4.11.`, `28 Dec – 3 Jan 2027`, `November` and `11/2026` are periods; `5`, `5 %` and `10,00 EUR early bird`
are discounts; `2,5 hours` is a quantity with its unit.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from crm_desktop.core import dates, i18n, text
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets import formats
from crm_desktop.sales import catalogue, units
from crm_desktop.sales.basket import Adjustment

Period = tuple[date | None, date | None]

_BETWEEN = re.compile(r"\s+[-–—]\s+|\s*[–—]\s*|\s*\.{2,}\s*|\s+(?:to|until|bis|au|al)\s+", re.IGNORECASE)
_MONTH = re.compile(r"^(?:(\d{1,2})[./-](\d{4})|([^\W\d]{3,})\.?\s*(\d{4})?)$")
_HAS_YEAR = re.compile(r"\d{4}|\d+[./-]\d+[./-]\d{2}")
_DISCOUNT = re.compile(r"^[€$£¥]?\s*([-\u2212]?[\d.,' ]*\d[.,]?)\s*(%|[A-Za-z]{3}\b|[€$£¥])?\s*(.*)$")
_QUANTITY = re.compile(r"^([-\u2212+]?[\d.,'\u00a0 ]*\d[.,]?)\s*([^\W\d].*)?$")
# What people write for a unit besides our own word for it.
_SHORT_UNITS = {
    "pc": "C62", "pcs": "C62", "stk": "C62", "st": "C62", "stuck": "C62", "x": "C62", "ea": "C62", "h": "HUR",
    "hr": "HUR", "hrs": "HUR", "hours": "HUR", "std": "HUR", "stunden": "HUR", "d": "DAY", "days": "DAY", "tage": "DAY",
    "kg": "KGM", "g": "GRM", "t": "TNE", "m": "MTR", "cm": "CMT", "km": "KMT", "m2": "MTK", "qm": "MTK", "m3": "MTQ",
    "cbm": "MTQ", "l": "LTR", "min": "MIN", "psch": "LS", "pausch": "LS", "pauschal": "LS", "flat": "LS", "kwh": "KWH",
    "mon": "MON", "months": "MON", "monate": "MON", "wk": "WEE", "weeks": "WEE", "pairs": "PR", "sets": "SET",
}  # fmt: skip
_NAMES = {"this": N_("this month"), "last": N_("last month")}


# ---- days -----------------------------------------------------------------------------------------------------------


def parse_period(typed: str) -> Period | None:
    """First and last day of what was typed; a single day has no last one; None where it cannot be read."""
    tidy = text.tidy(typed)
    if not tidy:
        return None, None
    if month := _whole_month(tidy):
        return month
    day = formats.parse_date(tidy)
    return (day, None) if day is not None else _from_to(tidy)


def _whole_month(tidy: str) -> Period | None:
    small = tidy.casefold()
    today = dates.today().replace(day=1)
    if small == _(_NAMES["this"]).casefold():
        return today, dates.end_of_month(today)
    if small == _(_NAMES["last"]).casefold():
        first = dates.add_months(today, -1)
        return first, dates.end_of_month(first)
    found = _MONTH.match(tidy)
    if found is None:
        return None
    named = f"1 {found[3]} {found[4] or ''}".strip()
    first = _day_of(int(found[2]), int(found[1]), 1) if found[1] else formats.parse_date(named)
    return None if first is None else (first, dates.end_of_month(first))


def _from_to(tidy: str) -> Period | None:
    parts = _BETWEEN.split(tidy, maxsplit=1)
    if len(parts) != 2 and tidy.count("-") == 1:
        parts = [part.strip() for part in tidy.split("-")]
    if len(parts) != 2:
        return None
    end = formats.parse_date(parts[1])
    if end is None:
        return None
    start = _start(parts[0], end)
    return None if start is None else (start, end)


def _start(written: str, end: date) -> date | None:
    """The first day, with the month and year of the last one where they were left out."""
    if re.fullmatch(r"\d{1,2}\.?", written):
        return _day_of(end.year, end.month, int(written.rstrip(".")))
    start = formats.parse_date(written)
    if start is None or _HAS_YEAR.search(written):
        return start
    same = _day_of(end.year, start.month, start.day)
    return same if same is None or same <= end else _day_of(end.year - 1, start.month, start.day)


def _day_of(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def period_text(start: date | None, end: date | None) -> str:
    """A day or a period as it is shown: "3 – 4 Nov 2026", "24 Nov 2026"."""
    if start is None:
        return ""
    if end is None or end == start:
        return formats.day(start)
    return f"{formats.day(start)} {formats.DASH} {formats.day(end)}"


# ---- lines ----------------------------------------------------------------------------------------------------------


def unit_named(written: str) -> str | None:
    """The code of a unit by our word, its beginning, a usual short form or the code itself; None if unknown."""
    small = text.fold(text.tidy(written)).rstrip(".")
    if not small:
        return None
    if small.upper() in catalogue.UNITS:
        return small.upper()
    if small in _SHORT_UNITS:
        return _SHORT_UNITS[small]
    for code, name in catalogue.UNITS.items():
        if small in (text.fold(_(name)), text.fold(name), *_words_of(code)):
            return code
    for code, name in catalogue.UNITS.items():
        if len(small) > 1 and (text.fold(_(name)).startswith(small) or text.fold(name).startswith(small)):
            return code
    return None


def _words_of(code: str) -> set[str]:
    """The words of a unit for one and for many, on the screen and in English."""
    return {
        text.fold(units.word(language, code, Decimal(count)))
        for language in (i18n.language(), "en")
        for count in (1, 2)
    }


def parse_quantity(typed: str) -> tuple[Decimal, str | None] | None:
    """A quantity and the unit that was typed behind it; None where it cannot be read."""
    found = _QUANTITY.match(text.tidy(typed))
    if found is None:
        return None
    value = formats.parse_number(found[1])
    unit = unit_named(found[2]) if found[2] else None
    return None if value is None or (found[2] and unit is None) else (value, unit)


def parse_amount(typed: str) -> Decimal | None:
    """A price with up to any number of decimals; signs of currencies are ignored."""
    return formats.parse_number(re.sub(r"[€$£¥]|\b[A-Z]{3}\b", "", text.tidy(typed)))


def parse_discount(typed: str, reason: str = "") -> Adjustment | None:
    """A discount: a plain number is a percentage, one with a currency an amount, words behind it the reason.

    `reason` stands in where none was typed. None where it cannot be read.
    """
    found = _DISCOUNT.match(text.tidy(typed))
    value = formats.parse_number(found[1]) if found else None
    if found is None or value is None:
        return None
    mark, words = found[2] or "", found[3].strip()
    if mark.isalpha() and not mark.isupper():
        mark, words = "", f"{mark} {words}".strip()
    value = abs(value)
    if mark in ("", "%") and text.tidy(typed)[:1] not in "€$£¥":
        return Adjustment(percent=value, reason=words or reason)
    return Adjustment(amount=value, reason=words or reason)


def parse_charge(typed: str, reason: str = "") -> Adjustment | None:
    """A charge: a plain number is an amount, one with % a percentage, words behind it the reason.

    `reason` stands in where none was typed. None where it cannot be read.
    """
    found = parse_discount(typed, reason)
    if found is None or found.percent is None or "%" in typed:
        return found
    return Adjustment(amount=found.percent, reason=found.reason)


def discount_text(found: Adjustment | None, currency: str, *, with_reason: bool = False) -> str:
    """A discount as it is shown and typed: "5%", "10.00 EUR"; with its reason behind it if asked."""
    if found is None:
        return ""
    if found.percent is not None:
        shown = formats.percentage(found.percent)
    else:
        shown = f"{formats.number(found.amount or Decimal(0), 2)} {currency}"
    return f"{shown} {found.reason}".strip() if with_reason else shown


def pasted_rows(pasted: str) -> list[list[str]]:
    """Cells copied from a spreadsheet: rows of texts; empty rows are left out."""
    import csv

    lines = pasted.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
    rows = csv.reader(lines, delimiter="\t") if "\t" in pasted else ([line] for line in lines)
    return [cells for row in rows if any(cells := [text.tidy(cell) for cell in row])]


def is_table(pasted: str) -> bool:
    """Whether a text from the clipboard is more than the content of one cell."""
    return "\t" in pasted or "\n" in pasted.strip("\r\n")
