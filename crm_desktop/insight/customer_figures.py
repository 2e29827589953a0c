"""What each customer brought and still owes, per currency, next to the facts of its record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm_desktop.billing.document import TURNOVER_SQL
from crm_desktop.db import connection as db


@dataclass(frozen=True, slots=True)
class CustomerFigures:
    """One customer. `revenue` (net, credit notes taken off) and `open` map a currency to minor units."""

    id: int
    number: str
    kind: str
    name: str
    street: str
    postcode: str
    city: str
    country: str
    email: str
    phone: str
    vat_id: str
    tags: str
    created_on: date
    last_invoice_on: date | None
    revenue: dict[str, int] = field(default_factory=dict)
    open: dict[str, int] = field(default_factory=dict)


_FACTS = (
    "id", "number", "kind", "name", "street", "postcode", "city", "country", "email", "phone", "vat_id", "tags",
)  # fmt: skip
_CUSTOMERS = """
SELECT c.id, c.number, c.kind, c.name, c.street, c.postcode, c.city, c.country, c.email, c.phone, c.vat_id,
  coalesce((SELECT group_concat(name, ', ') FROM (SELECT t.name FROM customer_tag x JOIN tag t ON t.id = x.tag_id
    WHERE x.customer_id = c.id ORDER BY t.name)), ''), substr(c.created_at, 1, 10)
FROM customer c WHERE c.deleted_at IS NULL AND c.archived_at IS NULL ORDER BY fold(c.name), c.id
"""
_DOCUMENTS = f"""
SELECT d.customer_id, d.currency, sum({TURNOVER_SQL}),
  sum(coalesce(b.open_minor, 0)), max(CASE WHEN d.kind <> 'credit_note' THEN d.issue_on END)
FROM document d LEFT JOIN document_balance b ON b.id = d.id
WHERE d.state = 'issued' AND d.kind IN ('invoice', 'credit_note', 'receipt') AND d.deleted_at IS NULL
  AND d.customer_id IS NOT NULL AND d.issue_on BETWEEN ? AND ?
GROUP BY d.customer_id, d.currency
"""


def all_customers(first: date = date.min, last: date = date.max) -> list[CustomerFigures]:
    """Every customer that is neither archived nor deleted, by name; the money of documents issued in the period."""
    revenue: dict[int, dict[str, int]] = {}
    still: dict[int, dict[str, int]] = {}
    newest: dict[int, date] = {}
    for customer_id, currency, net, open_minor, last_on in db.query(_DOCUMENTS, [first.isoformat(), last.isoformat()]):
        revenue.setdefault(customer_id, {})[currency] = net
        still.setdefault(customer_id, {})[currency] = open_minor
        if last_on:
            newest[customer_id] = max(date.fromisoformat(last_on), newest.get(customer_id, date.min))
    return [_figures(row, newest.get(row[0]), revenue, still) for row in db.query(_CUSTOMERS)]


def _figures(
    row: tuple[Any, ...],
    last_invoice: date | None,
    revenue: dict[int, dict[str, int]],
    still: dict[int, dict[str, int]],
) -> CustomerFigures:
    created = date.fromisoformat(row[-1])
    values = dict(zip(_FACTS, row[:-1], strict=True))
    return CustomerFigures(
        **values,
        created_on=created,
        last_invoice_on=last_invoice,
        revenue=revenue.get(row[0], {}),
        open=still.get(row[0], {}),
    )


def currencies(found: Iterable[CustomerFigures]) -> list[str]:
    """The currencies in which these customers were billed, the most common first."""
    counts: dict[str, int] = {}
    for customer in found:
        for currency in customer.revenue:
            counts[currency] = counts.get(currency, 0) + 1
    return sorted(counts, key=lambda currency: (-counts[currency], currency))
