"""Figures for the VAT return of a period, per tax category and rate, by one of two methods.

*Agreed*: tax falls due with the invoice. A credit note takes it back; cash discounts and write-offs lower it in the
period in which they are made. A deposit counts when it is paid, at the latest with the final invoice that deducts it.
*Received*: tax falls due with the money. Each payment holds a share of every tax group of its invoice; the shares are
cut from the running total, so that the payments of an invoice together hold its tax to the cent.

Amounts are minor units of the company's currency. A document in another currency is converted with the rate that was
typed in and kept on it; without one it is listed in its own currency, never added.

Source: Directive 2006/112/EC art. 63 to 66, 90; § 13 Abs. 1 Nr. 1, § 17, § 20 UStG.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.money import digits, to_minor
from crm_desktop.db import connection as db
from crm_desktop.insight.journal import rate_of

METHODS = ("agreed", "received")
ISSUED, PAID, REDUCED = "issued", "paid", "reduced"
_MONEY, _REDUCTIONS = ("payment", "refund"), ("discount", "write_off")
_DEPOSIT = "386"


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
    """A bill as the return sees it: its tax groups after deductions, and what is to be paid for them."""

    id: int
    kind: str
    type_code: str
    number: str
    issued_on: date
    customer: str
    vat_id: str
    country: str
    currency: str
    rate_home: Decimal | None
    claim_minor: int
    prepaid_minor: int
    groups: tuple[tuple[str, int, int, int], ...]

    @property
    def sign(self) -> int:
        return -1 if self.kind == "credit_note" else 1


def figures(first: date, last: date, method: str) -> Figures:
    """The figures from one day to another, both included.

    Raises:
        ValueError: the method is none of `METHODS`.
    """
    if method not in METHODS:
        raise ValueError(method)
    home = profile.load().currency
    made = _agreed(first, last) if method == "agreed" else _received(first, last)
    found = [
        _entry(bill, day, why, part, home) for bill, day, why, parts in made for part in parts if part[1] or part[2]
    ]
    return Figures(
        first, last, method, tuple(sorted(found, key=lambda e: (e.day, e.number, e.category, -(e.rate or 0))))
    )


_Part = tuple[tuple[str, int, int, int], int, int]
_Made = tuple[_Bill, date, str, list[_Part]]


def _agreed(first: date, last: date) -> Iterable[_Made]:
    period = (first.isoformat(), last.isoformat())
    for bill in _bills("d.issue_on BETWEEN ? AND ? AND d.type_code <> ?", [*period, _DEPOSIT]):
        yield bill, bill.issued_on, ISSUED, _share(bill, 0, bill.claim_minor)
    yield from _deposits(first, last)
    for bill, day, before, after in _settled(_REDUCTIONS, first, last):
        yield bill, day, REDUCED, [(group, -basis, -tax) for group, basis, tax in _share(bill, before, after)]


def _deposits(first: date, last: date) -> Iterable[_Made]:
    """Deposits, as they are paid; what is unpaid when the final invoice deducts it falls due with that."""
    for bill, day, before, after in _settled(_MONEY, first, last, "d.type_code = ?", [_DEPOSIT]):
        closed = _closed_on(bill.id)
        if closed is None or day < closed:
            yield bill, day, PAID, _share(bill, before, after)
    closing = (
        "d.type_code = ? AND d.id IN (SELECT x.deducted_id FROM document_deduction x "
        "JOIN document f ON f.id = x.document_id WHERE f.state = 'issued' AND f.issue_on BETWEEN ? AND ?)"
    )
    for bill in _bills(closing, [_DEPOSIT, first.isoformat(), last.isoformat()]):
        closed = _closed_on(bill.id)
        if closed is not None and first <= closed <= last:
            paid = sum(minor for day, minor in _events(bill.id, _MONEY) if day < closed)
            yield bill, closed, ISSUED, _share(bill, paid, bill.claim_minor)


def _closed_on(deposit_id: int) -> date | None:
    """The day of the first final invoice that deducts a deposit."""
    found = db.value(
        "SELECT min(f.issue_on) FROM document_deduction x JOIN document f ON f.id = x.document_id "
        "WHERE x.deducted_id = ? AND f.state = 'issued'",
        [deposit_id],
    )
    return date.fromisoformat(found) if found else None


def _received(first: date, last: date) -> Iterable[_Made]:
    for bill, day, before, after in _settled(_MONEY, first, last):
        yield bill, day, PAID, _share(bill, before, after)
    paid_before = "d.issue_on BETWEEN ? AND ? AND d.prepaid_minor <> 0"
    for bill in _bills(paid_before, [first.isoformat(), last.isoformat()]):
        yield bill, bill.issued_on, PAID, _share(bill, 0, bill.sign * bill.prepaid_minor)


def _settled(
    kinds: tuple[str, ...], first: date, last: date, where: str = "1", params: list[Any] | None = None
) -> Iterable[tuple[_Bill, date, int, int]]:
    """Bills with allocations of some kinds in a period: bill, day, and what was settled so before and after that day."""
    period = [first.isoformat(), last.isoformat()]
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    within = f"d.id IN (SELECT document_id FROM allocation WHERE kind IN ({listed}) AND made_on BETWEEN ? AND ?)"
    for bill in _bills(f"{within} AND {where}", [*period, *(params or [])]):
        # What was paid before the invoice was written comes first in the running total.
        total = bill.sign * bill.prepaid_minor if kinds == _MONEY else 0
        for day, minor in _events(bill.id, kinds):
            if first <= day <= last:
                yield bill, day, total, total + minor
            total += minor


def _events(document_id: int, kinds: tuple[str, ...]) -> list[tuple[date, int]]:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    return [
        (date.fromisoformat(day), minor)
        for day, minor in db.query(
            f"SELECT made_on, sum(amount_minor) FROM allocation WHERE document_id = ? AND kind IN ({listed}) "
            "GROUP BY made_on ORDER BY made_on",
            [document_id],
        )
    ]


def _share(bill: _Bill, before: int, after: int) -> list[_Part]:
    """The part of each tax group between two running totals of what is settled (below zero: money went back)."""
    if not bill.claim_minor:
        whole = before == 0 and after == 0
        return [(g, bill.sign * g[2], bill.sign * g[3]) for g in bill.groups] if whole else []

    def at(minor: int, amount: int) -> int:
        if minor == bill.claim_minor:
            return bill.sign * amount
        return to_minor(Decimal(amount) * bill.sign * minor / bill.claim_minor, "JPY")

    return [(g, at(after, g[2]) - at(before, g[2]), at(after, g[3]) - at(before, g[3])) for g in bill.groups]


_BILLS = """
SELECT d.id, d.kind, d.type_code, d.number, d.issue_on,
  coalesce(json_extract(d.buyer, '$.name'), c.name, ''), coalesce(json_extract(d.buyer, '$.vat_id'), c.vat_id, ''),
  coalesce(json_extract(d.buyer, '$.country'), c.country, ''), d.currency, d.tax_currency, d.tax_currency_rate,
  d.due_minor, d.prepaid_minor - coalesce((SELECT sum(x.basis_minor + x.tax_minor) FROM document_deduction x
    WHERE x.document_id = d.id), 0)
FROM document d LEFT JOIN customer c ON c.id = d.customer_id
WHERE d.state = 'issued' AND d.deleted_at IS NULL AND d.kind IN ('invoice', 'credit_note', 'receipt') AND {where}
ORDER BY d.issue_on, d.id
"""
_GROUPS = """
SELECT category, rate_bp, sum(basis), sum(tax) FROM (
  SELECT category, rate_bp, basis_minor AS basis, tax_minor AS tax FROM document_tax WHERE document_id = ?1
  UNION ALL SELECT category, rate_bp, -basis_minor, -tax_minor FROM document_deduction WHERE document_id = ?1)
GROUP BY category, rate_bp ORDER BY category, rate_bp DESC
"""


def _bills(where: str, params: list[Any]) -> list[_Bill]:
    home = profile.load().currency
    found = []
    for row in db.query(_BILLS.format(where=where), params):
        document_id, kind, code, number, day, name, vat_id, country, money, second, rate, due, prepaid = row
        groups = tuple(db.query(_GROUPS, [document_id]))
        sign = -1 if kind == "credit_note" else 1
        found.append(
            _Bill(
                document_id, kind, code, number, date.fromisoformat(day), name, vat_id, country, money,
                Decimal(rate) if rate and second == home else None, sign * (due + prepaid), prepaid, groups,
            )
        )  # fmt: skip
    return found


def _entry(bill: _Bill, day: date, why: str, part: _Part, home: str) -> Entry:
    (category, rate_bp, *_rest), basis, tax = part
    money = bill.currency
    if money != home and bill.rate_home is not None:
        basis, tax, money = _at_home(basis, bill, home), _at_home(tax, bill, home), home
    return Entry(
        bill.id, bill.kind, bill.number, day, why, bill.customer, bill.vat_id, bill.country, money,
        category, rate_of(category, rate_bp), basis, tax,
    )  # fmt: skip


def _at_home(minor: int, bill: _Bill, home: str) -> int:
    amount = Decimal(minor).scaleb(-digits(bill.currency)) * (bill.rate_home or Decimal(1))
    return to_minor(amount, home)


def usual_period(today: date | None = None) -> tuple[date, date]:
    """The month before the present one: what a return is usually made for."""
    end = (today or dates.today()).replace(day=1)
    last = dates.add_days(end, -1)
    return last.replace(day=1), last
