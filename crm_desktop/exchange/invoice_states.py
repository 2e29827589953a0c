"""What a file says about whether an invoice is paid: "bezahlt", "überwiesen am 8.1.", "teilweise bezahlt: 50 €".

Known words and phrases stand in `words`; here a whole cell is read, with the day and the amount in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm_desktop.core import dates
from crm_desktop.core.text import fold
from crm_desktop.exchange import words
from crm_desktop.exchange.amounts import currency_in, parse_amount
from crm_desktop.exchange.days import parse_day

PAID, OPEN, PARTIAL, DRAFT, CANCELLED = "paid", "open", "partial", "draft", "cancelled"
_WORD = re.compile(r"[^\W\d_]+|[✓✔]")
DAY = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{1,2}\s?[./-]\s?\d{1,2}(?:\s?[./-]\s?(?:\d{4}|\d{2})\b)?"
    r"|\d{1,2}(?:\.|st|nd|rd|th|er|º)?\s?(?:de\s)?[^\W\d_]{3,}\.?(?:\s(?:de\s)?\d{4}\b)?|[^\W\d_]{3,}\.?\s\d{1,2},?\s\d{4}"
)
_AMOUNT = re.compile(
    r"(?:[€$£]|EUR|CHF|USD|GBP)\s?\d[\d.,']*|\d[\d.,']*\s?(?:[€$£]|EUR\b|CHF\b|USD\b|GBP\b|Euro\b)|\d+,\d\d\b"
)
_EARLIER_DAYS = 92


@dataclass(frozen=True)
class State:
    """What a cell says: `code` is empty where it is not understood; `amount` is what of it is paid, or open."""

    code: str
    on: date | None = None
    amount: Decimal | None = None
    amount_is_open: bool = False


def read(text: str, issued: date | None = None, order: str = "dmy", sign: str = ",") -> State:
    """The state that a text means; a day without a year is the first one that suits the day of the invoice."""
    plain = text.strip()
    if known := words.invoice_state(plain):
        return State(known)
    amount, rest = _amount_in(plain, sign)
    on, rest = _day_in(rest, issued or dates.today(), order)
    code = words.invoice_state(" ".join(_WORD.findall(rest))) or _by_words(
        _WORD.findall(fold(rest)), dated=on is not None
    )
    if code == PARTIAL and amount is None:
        return State(code, on)
    is_open = code == OPEN or (code == PARTIAL and "open" in words.invoice_state_words(_WORD.findall(fold(rest))))
    return State(code, on if code in {PAID, PARTIAL} else None, amount, amount_is_open=is_open)


def _by_words(found: list[str], *, dated: bool) -> str:
    """The state that single words make together: "not yet paid" is open, "reminded, paid on 8 Jan" is paid."""
    meant = words.invoice_state_words(found)
    for code in (CANCELLED, DRAFT):
        if code in meant:
            return code
    if "not" in meant:
        return OPEN if meant & {PAID, OPEN} or len(found) == 1 else ""
    if PARTIAL in meant and meant & {PAID, OPEN, PARTIAL}:
        return PARTIAL
    if {PAID, OPEN} <= meant:
        return PAID if dated else ""
    return PAID if PAID in meant else OPEN if OPEN in meant else ""


def _amount_in(text: str, sign: str) -> tuple[Decimal | None, str]:
    """The amount in a text, and the text without it."""
    found = _AMOUNT.search(text)
    if not found:
        return None, text
    amount = (
        parse_amount(re.sub(r"(?i)euro", "€", found[0]), sign) if currency_in(found[0]) else parse_amount(found[0], ",")
    )
    return amount, text.replace(found[0], " ", 1)


def _day_in(text: str, issued: date, order: str) -> tuple[date | None, str]:
    """The first day in a text, and the text without it."""
    for found in DAY.finditer(text):
        day = parse_day(found[0].rstrip("."), order) or _without_year(found[0], issued, order)
        if day is not None:
            return day, text.replace(found[0], " ", 1)
    return None, text


def _without_year(text: str, issued: date, order: str) -> date | None:
    """A day of which the year is not told: in the year of the invoice, or in the next one where that lies far before it."""
    mark = next((mark for mark in "./-" if mark in text), " ")
    for year in (issued.year, issued.year + 1):
        day = parse_day(f"{text.rstrip('. ')}{mark}{year}", order)
        if day is not None and day >= dates.add_days(issued, -_EARLIER_DAYS):
            return day
    return None
