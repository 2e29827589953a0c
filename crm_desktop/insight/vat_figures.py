"""Figures for the VAT return of a period, per tax category and rate, by one of two methods.

*Agreed*: tax falls due with the invoice. A credit note takes it back; cash discounts and write-offs lower it in the
period in which they are made. A deposit counts when it is paid, at the latest with the final invoice that deducts it;
a credit note for a deposit takes back what was paid of it when that goes back.
*Received*: tax falls due with the money. Each payment holds a share of every tax group of its invoice; the shares are
cut from the running total, so that the payments of an invoice together hold its tax to the cent (see `vat_shares`).

Amounts are minor units of the company's currency. A document in another currency is converted with the rate that was
typed in and kept on it; without one it is listed in its own currency, never added.

Source: Directive 2006/112/EC art. 63 to 66, 90; § 13 Abs. 1 Nr. 1, § 17, § 20 UStG.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.money import digits, to_minor
from crm_desktop.db import connection as db
from crm_desktop.insight import vat_shares
from crm_desktop.insight.journal import rate_of
from crm_desktop.insight.vat_shares import ISSUED, PAID, REDUCED, Step, Taxed

__all__ = ["ISSUED", "METHODS", "PAID", "REDUCED", "Acquirer", "Entry", "Figures", "Sum", "figures", "usual_period"]
METHODS = ("agreed", "received")


@dataclass(frozen=True, slots=True)
class Entry:
    """What one document adds to one tax group on one day. `why`: issued, paid, or reduced (discount, write-off)."""

    document_id: int
    kind: str
    number: str
    day: date
    why: str
    customer: str
    vat_id: str
    country: str
    currency: str
    category: str
    rate: Decimal | None
    basis_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Sum:
    """One line of the return: what was taxed alike, in one currency."""

    currency: str
    category: str
    rate: Decimal | None
    documents: int
    basis_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Acquirer:
    """What a business in another member state was billed untaxed, for the recapitulative statement."""

    vat_id: str
    customer: str
    category: str
    currency: str
    basis_minor: int


@dataclass(frozen=True)
class Figures:
    """The figures of a period with the entries that they are made of, oldest first."""

    first: date
    last: date
    method: str
    entries: tuple[Entry, ...]

    def sums(self) -> list[Sum]:
        """Per currency, category and rate; the company's currency and the highest rate first."""
        home = profile.load().currency
        groups: dict[tuple[str, str, Decimal | None], list[Entry]] = defaultdict(list)
        for entry in self.entries:
            groups[entry.currency, entry.category, entry.rate].append(entry)
        found = [
            Sum(
                *key,
                len({e.document_id for e in part}),
                sum(e.basis_minor for e in part),
                sum(e.tax_minor for e in part),
            )
            for key, part in groups.items()
        ]
        return sorted(found, key=lambda s: (s.currency != home, s.currency, -(s.rate or 0), s.category))

    def tax_due(self) -> dict[str, int]:
        """The tax of the period per currency, in minor units."""
        found: dict[str, int] = {}
        for entry in self.entries:
            found[entry.currency] = found.get(entry.currency, 0) + entry.tax_minor
        return found

    def acquirers(self) -> list[Acquirer]:
        """Goods (K) and services (AE) to businesses of other member states, per VAT id."""
        groups: dict[tuple[str, str, str], int] = defaultdict(int)
        names: dict[str, str] = {}
        for entry in self.entries:
            if entry.category in ("K", "AE") and entry.vat_id:
                groups[entry.vat_id, entry.category, entry.currency] += entry.basis_minor
                names[entry.vat_id] = entry.customer
        return [Acquirer(i, names[i], category, money, minor) for (i, category, money), minor in sorted(groups.items())]


@dataclass(frozen=True, slots=True)
class _Bill:
    """A bill with what the list says of it; `rate_home` converts its currency, None where it counts for itself."""

    taxed: Taxed
    number: str
    customer: str
    vat_id: str
    country: str
    currency: str
    rate_home: Decimal | None


def figures(first: date, last: date, method: str) -> Figures:
    """The figures from one day to another, both included.

    Raises:
        ValueError: the method is none of `METHODS`.
    """
    if method not in METHODS:
        raise ValueError(method)
    home = profile.load().currency
    found = [
        entry
        for bill in _bills(_TOUCHED, {"first": first.isoformat(), "last": last.isoformat()}, home)
        for step in vat_shares.steps(bill.taxed, method, lambda own_id: _one(own_id, home), _converter(bill, home))
        if first <= step.day <= last
        for entry in _entries(bill, step, home)
    ]
    return Figures(
        first, last, method, tuple(sorted(found, key=lambda e: (e.day, e.number, e.category, -(e.rate or 0))))
    )


def _entries(bill: _Bill, step: Step, home: str) -> Iterator[Entry]:
    """One entry for each tax group that a step changes."""
    money = home if bill.rate_home is not None else bill.currency
    for category, rate_bp in dict.fromkeys(key[:2] for key in step.change):
        basis, tax = (step.change.get((category, rate_bp, place), 0) for place in (0, 1))
        if basis or tax:
            yield Entry(
                bill.taxed.id, bill.taxed.kind, bill.number, step.day, step.why, bill.customer, bill.vat_id,
                bill.country, money, category, rate_of(category, rate_bp), basis, tax,
            )  # fmt: skip


def _converter(bill: _Bill, home: str) -> Callable[[int], int]:
    rate, places = bill.rate_home, digits(bill.currency)
    return lambda minor: minor if rate is None else to_minor(Decimal(minor).scaleb(-places) * rate, home)


# What a period may touch: issued, settled, or deducted in it; and credit notes for what was deducted in it.
_TOUCHED = """
d.id IN (SELECT id FROM document WHERE issue_on BETWEEN :first AND :last
  UNION SELECT document_id FROM allocation WHERE made_on BETWEEN :first AND :last
  UNION SELECT credit_note_id FROM allocation WHERE made_on BETWEEN :first AND :last)
OR coalesce(p.id, d.id) IN (SELECT x.deducted_id FROM document_deduction x JOIN document f ON f.id = x.document_id
  WHERE f.state = 'issued' AND f.issue_on BETWEEN :first AND :last)
"""
_BILLS = """
SELECT d.id, d.kind, d.issue_on, d.preceding_id, d.due_minor, d.prepaid_minor - coalesce((
    SELECT sum(x.basis_minor + x.tax_minor) FROM document_deduction x WHERE x.document_id = d.id), 0) AS prepaid_minor,
  coalesce(p.type_code, d.type_code) = '386' AS is_deposit, (SELECT min(f.issue_on) FROM document_deduction x
    JOIN document f ON f.id = x.document_id
    WHERE x.deducted_id = coalesce(p.id, d.id) AND f.state = 'issued' AND f.kind = 'invoice') AS deducted_on,
  d.number, coalesce(json_extract(d.buyer, '$.name'), c.name, '') AS customer,
  coalesce(json_extract(d.buyer, '$.vat_id'), c.vat_id, '') AS vat_id,
  coalesce(json_extract(d.buyer, '$.country'), c.country, '') AS country, d.currency, d.tax_currency, d.tax_currency_rate
FROM document d LEFT JOIN customer c ON c.id = d.customer_id
LEFT JOIN document p ON p.id = d.preceding_id AND d.kind = 'credit_note'
WHERE d.state = 'issued' AND d.deleted_at IS NULL AND d.kind IN ('invoice', 'credit_note', 'receipt') AND ({where})
ORDER BY d.issue_on, d.id
"""
_GROUPS = """
SELECT category, rate_bp, sum(basis), sum(tax) FROM (
  SELECT category, rate_bp, basis_minor AS basis, tax_minor AS tax FROM document_tax WHERE document_id = ?1
  UNION ALL SELECT category, rate_bp, -basis_minor, -tax_minor FROM document_deduction WHERE document_id = ?1)
GROUP BY category, rate_bp ORDER BY category, rate_bp DESC
"""


def _bills(where: str, params: dict[str, Any], home: str) -> list[_Bill]:
    return [_bill(row, home) for row in db.records(_BILLS.format(where=where), params)]


def _one(document_id: int, home: str) -> Taxed:
    return _bills("d.id = :id", {"id": document_id}, home)[0].taxed


def _bill(row: dict[str, Any], home: str) -> _Bill:
    is_home = row["tax_currency"] == home and row["tax_currency_rate"]
    return _Bill(
        _taxed(row), row["number"], row["customer"], row["vat_id"], row["country"], row["currency"],
        Decimal(row["tax_currency_rate"]) if is_home and row["currency"] != home else None,
    )  # fmt: skip


def _taxed(row: dict[str, Any]) -> Taxed:
    sign = -1 if row["kind"] == "credit_note" else 1
    groups: vat_shares.Vector = {}
    for category, rate_bp, basis, tax in db.query(_GROUPS, [row["id"]]):
        groups |= {(category, rate_bp, 0): sign * basis, (category, rate_bp, 1): sign * tax}
    deducted = date.fromisoformat(row["deducted_on"]) if row["deducted_on"] else None
    issued = date.fromisoformat(row["issue_on"])
    return Taxed(
        id=row["id"],
        kind=row["kind"],
        issued_on=issued,
        preceding_id=row["preceding_id"],
        claim_minor=sign * (row["due_minor"] + row["prepaid_minor"]),
        prepaid_minor=sign * row["prepaid_minor"],
        groups=groups,
        counts_with_money=bool(row["is_deposit"]),
        due_on=(max(deducted, issued) if deducted else None) if row["is_deposit"] else issued,
    )


def usual_period(today: date | None = None) -> tuple[date, date]:
    """The month before the present one: what a return is usually made for."""
    end = (today or dates.today()).replace(day=1)
    last = dates.add_days(end, -1)
    return last.replace(day=1), last
