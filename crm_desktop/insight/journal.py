"""The invoice journal: every issued bill of a period with its tax per rate; credit notes count negative.

A final invoice stands here with what it adds to its deposits, which stand with their own tax on their own day, so that
nothing is counted twice.

Amounts are minor units of the document's own currency; nothing adds up different currencies.

Source: Directive 2006/112/EC art. 241 ff. (bookkeeping per rate); § 22 UStG.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.db import connection as db

CREDIT_NOTE = "credit_note"


@dataclass(frozen=True, slots=True)
class TaxPart:
    """What is taxed alike on one document: `rate` in per cent, None outside the scope of tax."""

    category: str
    rate: Decimal | None
    basis_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal."""

    document_id: int
    kind: str
    number: str
    issued_on: date
    due_on: date | None
    customer_number: str
    customer: str
    country: str
    currency: str
    net_minor: int
    tax_minor: int
    gross_minor: int
    open_minor: int
    taxes: tuple[TaxPart, ...] = field(default=())


_SQL = """
SELECT d.id, d.kind, d.number, d.issue_on, d.due_on, coalesce(c.number, ''),
  coalesce(json_extract(d.buyer, '$.name'), c.name, ''), coalesce(json_extract(d.buyer, '$.country'), c.country, ''),
  d.currency, d.tax_basis_minor - coalesce(x.basis, 0), d.tax_total_minor - coalesce(x.tax, 0),
  d.grand_total_minor - coalesce(x.basis + x.tax, 0), coalesce(b.open_minor, 0)
FROM document d LEFT JOIN customer c ON c.id = d.customer_id LEFT JOIN document_balance b ON b.id = d.id
LEFT JOIN (SELECT document_id, sum(basis_minor) AS basis, sum(tax_minor) AS tax FROM document_deduction GROUP BY 1) x
  ON x.document_id = d.id
WHERE d.state = 'issued' AND d.kind IN ('invoice', 'credit_note', 'receipt') AND d.deleted_at IS NULL AND d.issue_on BETWEEN ? AND ?
ORDER BY d.issue_on, d.id
"""
_PERIOD = """
JOIN document d ON d.id = t.document_id
WHERE d.state = 'issued' AND d.kind IN ('invoice', 'credit_note', 'receipt') AND d.deleted_at IS NULL
  AND d.issue_on BETWEEN ? AND ? ORDER BY t.document_id, t.id
"""
_TAXES = f"SELECT t.document_id, t.category, t.rate_bp, t.basis_minor, t.tax_minor FROM document_tax t {_PERIOD}"
_DEDUCTED = (
    f"SELECT t.document_id, t.category, t.rate_bp, -t.basis_minor, -t.tax_minor FROM document_deduction t {_PERIOD}"
)


def entries(first: date, last: date) -> list[Entry]:
    """The documents issued from one day to another, both included; oldest first."""
    period = [first.isoformat(), last.isoformat()]
    rows = db.query(_SQL, period)
    signs = {row[0]: -1 if row[1] == CREDIT_NOTE else 1 for row in rows}
    taxes = _taxes(period, signs)
    return [_entry(row, signs[row[0]], tuple(taxes.get(row[0], ()))) for row in rows]


def _taxes(period: list[str], signs: dict[int, int]) -> dict[int, list[TaxPart]]:
    """The tax groups of each document; what a final invoice deducts is taken off, also where it bills none of that rate."""
    taxes: dict[int, list[TaxPart]] = {}
    for document_id, category, rate_bp, basis, tax in db.query(_TAXES, period):
        sign = signs[document_id]
        part = TaxPart(category, rate_of(category, rate_bp), sign * basis, sign * tax)
        taxes.setdefault(document_id, []).append(part)
    for document_id, category, rate_bp, basis, tax in db.query(_DEDUCTED, period):
        sign, rate = signs[document_id], rate_of(category, rate_bp)
        parts = taxes.setdefault(document_id, [])
        place = next((i for i, p in enumerate(parts) if (p.category, p.rate) == (category, rate)), len(parts))
        before = parts[place] if place < len(parts) else TaxPart(category, rate, 0, 0)
        after = TaxPart(category, rate, before.basis_minor + sign * basis, before.tax_minor + sign * tax)
        parts[place : place + 1] = [after]
    return taxes


def rate_of(category: str, rate_bp: int) -> Decimal | None:
    """The rate in per cent; category O has none."""
    return None if category == "O" else Decimal(rate_bp) / 100


def _entry(row: tuple[Any, ...], sign: int, taxes: tuple[TaxPart, ...]) -> Entry:
    document_id, kind, number, issued, due, customer_number, name, country, currency, net, tax, gross, still = row
    return Entry(
        document_id,
        kind,
        number,
        date.fromisoformat(issued),
        date.fromisoformat(due) if due else None,
        customer_number,
        name,
        country,
        currency,
        sign * net,
        sign * tax,
        sign * gross,
        still,
        taxes,
    )


def currencies(found: Iterable[Entry]) -> list[str]:
    """The currencies of some entries, the most used first."""
    counts: dict[str, int] = {}
    for entry in found:
        counts[entry.currency] = counts.get(entry.currency, 0) + 1
    return sorted(counts, key=lambda currency: (-counts[currency], currency))


def first_and_last() -> tuple[date, date] | None:
    """The days of the first and the last issued document, or None without any."""
    row = db.one(
        "SELECT min(issue_on), max(issue_on) FROM document WHERE state = 'issued' AND deleted_at IS NULL "
        "AND kind IN ('invoice', 'credit_note', 'receipt')"
    )
    if row is None or row[0] is None:
        return None
    return date.fromisoformat(row[0]), date.fromisoformat(row[1])
