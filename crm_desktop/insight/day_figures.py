"""What was sold and paid on the days of a period, from the figures that are kept at each commit.

The tables `day_figures` and `day_money` hold one row a day with sums as JSON (see the step that makes them). A period is
read in one query and added up here, so that a page of figures costs the days that it shows and not the documents.
Amounts are minor units; currencies stay apart. A day is its ISO text, as it is stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from crm_desktop.db import connection as db

# Customers and items of two years.
_MONTHS_KNOWN = 48
# The issued final invoices of a period (?1 to ?2) with the documents that each deducts; few documents deduct anything, so
# those are looked up first (CROSS keeps the order).
FINALS = (
    "SELECT DISTINCT d.id, x.deducted_id, d.currency, CASE d.kind WHEN 'credit_note' THEN -1 ELSE 1 END AS sign "
    "FROM document_deduction x CROSS JOIN document d ON d.id = x.document_id WHERE d.state = 'issued' "
    "AND d.deleted_at IS NULL AND d.kind IN ('invoice', 'credit_note', 'receipt') AND d.issue_on BETWEEN ?1 AND ?2"
)


@dataclass(frozen=True, slots=True)
class Sold:
    """What was billed on a day in one currency: without tax, with tax, and by how many documents."""

    day_on: str
    net_minor: int
    gross_minor: int
    documents: int


def sales(first: date, last: date) -> dict[str, list[Sold]]:
    """Currency → what was billed on each day of the period, by day; credit notes count as less."""
    deducted = _deducted(first, last)
    found: dict[str, list[Sold]] = {}
    for day, kept in _read("day_figures", "sales", first, last):
        for currency, (net, gross, documents) in kept.items():
            sold = Sold(day, net, gross - deducted.get((day, currency), 0), documents)
            found.setdefault(currency, []).append(sold)
    return found


def _deducted(first: date, last: date) -> dict[tuple[str, str], int]:
    """Day and currency → what final invoices of it deduct with tax: that was billed by their deposits."""
    # Few documents deduct anything: those are looked up, and not the documents of the period (CROSS keeps the order).
    rows = db.query(
        "SELECT d.issue_on, d.currency, sum(x.basis_minor + x.tax_minor) FROM document_deduction x "
        "CROSS JOIN document d ON d.id = x.document_id WHERE d.state = 'issued' AND d.deleted_at IS NULL "
        "AND d.kind IN ('invoice', 'credit_note', 'receipt') AND d.issue_on BETWEEN ? AND ? GROUP BY 1, 2",
        [first.isoformat(), last.isoformat()],
    )
    return {(day, currency): minor for day, currency, minor in rows}


def customers(first: date, last: date) -> dict[int, int]:
    """Customer → what they were billed without tax in the period, in the company's currency."""
    return _added("customers", first, last)


def items(first: date, last: date) -> dict[int, int]:
    """Item → what was billed of it without tax in the company's currency; 0 is what stands in no price list."""
    found = _added("items", first, last)
    for item, (_quantity, net) in deducted_items(first, last).items():
        found[item] = found.get(item, 0) - net
    return found


def deducted_items(first: date, last: date, currency: str = "") -> dict[int, tuple[int, int]]:
    """Item → (quantity in millionths, net) that final invoices of the period list once more: its deposits and parts had it."""
    rows = db.query(
        f"SELECT coalesce(l.item_id, 0), sum(f.sign * l.quantity_scaled), sum(f.sign * l.net_minor) FROM ({FINALS}) f "
        "CROSS JOIN document_line l ON l.document_id = f.deducted_id AND l.role = 'item' "
        "WHERE f.currency = coalesce(nullif(?3, ''), (SELECT currency FROM company)) GROUP BY 1",
        [first.isoformat(), last.isoformat(), currency],
    )
    return {item: (quantity, net) for item, quantity, net in rows}


def _added(column: str, first: date, last: date) -> dict[int, int]:
    """The sums of a period, month by month: of months that did not change since, they are still known."""
    months: dict[str, list[str]] = {}
    for day, kept in _rows("day_figures", column, first, last):
        months.setdefault(day[:7], []).append(kept)
    found: dict[str, int] = {}
    for texts in months.values():
        for key, net in _month_sums(",".join(texts)).items():
            found[key] = found.get(key, 0) + net
    return {int(key): net for key, net in found.items()}


@lru_cache(maxsize=_MONTHS_KNOWN)
def _month_sums(texts: str) -> dict[str, int]:
    """Key → net of all days of a month, from their JSON; the same text always has the same sums."""
    found: dict[str, int] = {}
    get = found.get
    for kept in json.loads(f"[{texts}]"):
        for key, value in kept.items():
            found[key] = get(key, 0) + (value[1] if isinstance(value, list) else value)
    return found


def quantities(first: date, last: date) -> dict[int, int]:
    """Item → how much of it was billed in the period in the company's currency, in millionths."""
    found: dict[int, int] = {}
    for _day, kept in _read("day_figures", "items", first, last):
        for item, (quantity, _net) in kept.items():
            found[int(item)] = found.get(int(item), 0) + quantity
    for key, (amount, _net) in deducted_items(first, last).items():
        found[key] = found.get(key, 0) - amount
    return found


def received(first: date, last: date) -> dict[str, dict[str, int]]:
    """Currency → day → what was paid to us on it; what went back counts as less."""
    found: dict[str, dict[str, int]] = {}
    for day, kept in _read("day_money", "received", first, last):
        for currency, paid in kept.items():
            found.setdefault(currency, {})[day] = paid
    return found


def settled(first: date, last: date) -> tuple[int, int]:
    """How many invoices were settled by a payment in the period, and the sum of their days from issue to that payment."""
    number = days = 0
    for _day, (invoices, waited) in _read("day_money", "settled", first, last):
        number, days = number + invoices, days + waited
    return number, days


def days_between(first: date, last: date) -> int:
    """The number of days of a period, both counted."""
    return (last - first).days + 1


def _read(table: str, column: str, first: date, last: date) -> Iterable[tuple[str, Any]]:
    rows = _rows(table, column, first, last)
    # One text for all days is read in half the time of many small ones.
    values = json.loads(f"[{','.join(kept for _day, kept in rows)}]")
    return zip((day for day, _kept in rows), values, strict=True)


def _rows(table: str, column: str, first: date, last: date) -> list[tuple[str, str]]:
    return db.query(
        f"SELECT day_on, {column} FROM {table} WHERE id BETWEEN CAST(julianday(?) AS INTEGER) "
        f"AND CAST(julianday(?) AS INTEGER) AND {column} IS NOT NULL ORDER BY id",
        [first.isoformat(), last.isoformat()],
    )
