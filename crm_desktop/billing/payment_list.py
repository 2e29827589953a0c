"""The list of payments: money that came in and went back, what it settled, and what of it is still the customer's credit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm_desktop.core import text
from crm_desktop.db import connection as db

VIEWS = ("all", "in", "back", "credit")
_REST = (
    "p.amount_minor - coalesce((SELECT sum(a.amount_minor) FROM allocation a WHERE a.payment_id = p.id "
    "AND a.kind IN ('payment', 'refund')), 0)"
)
_WHERE = {"all": "1", "in": "p.amount_minor > 0", "back": "p.amount_minor < 0", "credit": f"{_REST} > 0"}
_NUMBERS = (
    "coalesce((SELECT group_concat(number, ', ') FROM (SELECT DISTINCT d.number FROM allocation a JOIN document d "
    "ON d.id = a.document_id WHERE a.payment_id = p.id ORDER BY d.number)), '')"
)
_ORDERS = {
    "paid_on": "p.paid_on",
    "customer": "fold(coalesce(c.name, ''))",
    "amount": "p.amount_minor",
    "method": "p.method",
}
_FROM = "FROM payment p LEFT JOIN customer c ON c.id = p.customer_id"


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment. `document_id` is the first document that it settles, None for credit alone; amounts in minor units."""

    id: int
    paid_on: date
    customer_id: int | None
    customer: str
    amount_minor: int
    currency: str
    method: str
    reference: str
    note: str
    numbers: str
    document_id: int | None
    credit_minor: int
    from_bank: bool


def ids(
    view: str = "all",
    *,
    search: str = "",
    order: str = "paid_on",
    descending: bool = True,
    customer_id: int | None = None,
    first: date | None = None,
    last: date | None = None,
) -> list[int]:
    """The ids of the payments in a view, in order; the newest first unless asked otherwise. Days are both included."""
    where, params = [_WHERE[view]], list[Any]()
    given = (("p.customer_id = ?", customer_id), ("p.paid_on >= ?", first), ("p.paid_on <= ?", last))
    for condition, value in given:
        if value is not None:
            where.append(condition)
            params.append(value.isoformat() if isinstance(value, date) else value)
    for word in text.fold(search).split():
        where.append(f"fold(coalesce(c.name, '') || ' ' || p.reference || ' ' || p.note || ' ' || {_NUMBERS}) LIKE ?")
        params.append(f"%{word}%")
    direction = "DESC" if descending else "ASC"
    found = db.raw().execute(
        f"SELECT p.id {_FROM} WHERE {' AND '.join(where)} ORDER BY {_ORDERS[order]} {direction}, p.id {direction}",
        params,
    )
    return [row[0] for row in found]


def rows(wanted: Sequence[int]) -> list[PaymentRow]:
    """The rows of these payments, in the given order; ones that are gone are left out."""
    found = {
        row[0]: _row(row)
        for row in db.raw().execute(
            "SELECT p.id, p.paid_on, p.customer_id, coalesce(c.name, ''), p.amount_minor, p.currency, p.method, p.reference, "
            f"p.note, {_NUMBERS}, (SELECT min(a.document_id) FROM allocation a WHERE a.payment_id = p.id), "
            f"max({_REST}, 0), EXISTS (SELECT 1 FROM bank_transaction t WHERE t.payment_id = p.id) "
            f"{_FROM} WHERE p.id IN ({','.join(map(str, wanted))})"
        )
    }
    return [found[i] for i in wanted if i in found]


def _row(row: Sequence[Any]) -> PaymentRow:
    values = [*row[:1], date.fromisoformat(row[1]), *row[2:-1], bool(row[-1])]
    return PaymentRow(*values)


def counts() -> dict[str, int]:
    """The number of payments in each view."""
    columns = ", ".join(f"coalesce(sum({_WHERE[view]}), 0)" for view in VIEWS)
    return dict(zip(VIEWS, db.one(f"SELECT {columns} {_FROM}"), strict=True))


def sums(wanted: Sequence[int]) -> dict[str, int]:
    """Currency → what these payments come to in minor units; money that went back counts against."""
    return dict(
        db.query(
            f"SELECT currency, sum(amount_minor) FROM payment WHERE id IN ({','.join(map(str, wanted))}) "
            "GROUP BY currency ORDER BY currency"
        )
    )


@dataclass(frozen=True, slots=True)
class Settles:
    """What a payment settles of one document: kind as in `settlement`, in minor units."""

    document_id: int
    number: str
    kind: str
    amount_minor: int
    currency: str


def parts(payment_id: int) -> list[Settles]:
    """What a payment settles, in the order in which it was shared out."""
    return [
        Settles(*row)
        for row in db.query(
            "SELECT d.id, d.number, a.kind, a.amount_minor, d.currency FROM allocation a "
            "JOIN document d ON d.id = a.document_id WHERE a.payment_id = ? ORDER BY a.id",
            [payment_id],
        )
    ]
