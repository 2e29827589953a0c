"""Who and what brings the revenue of a period: customers, products and product groups, the highest first."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.insight import day_figures

SHOWN = 6
_BILLED = (
    "d.state = 'issued' AND d.deleted_at IS NULL AND d.kind IN ('invoice', 'credit_note', 'receipt') "
    "AND d.currency = ? AND d.issue_on BETWEEN ? AND ?"
)
_CUSTOMERS = (
    "SELECT d.customer_id, sum((CASE d.kind WHEN 'credit_note' THEN -1 ELSE 1 END) * (d.tax_basis_minor - coalesce("
    "(SELECT sum(x.basis_minor) FROM document_deduction x WHERE x.document_id = d.id), 0))) FROM document d "
    f"WHERE {_BILLED} AND d.customer_id IS NOT NULL GROUP BY 1"
)
_PRODUCTS = (
    "SELECT coalesce(l.item_id, 0), sum((CASE d.kind WHEN 'credit_note' THEN -1 ELSE 1 END) * l.net_minor) "
    f"FROM document d JOIN document_line l ON l.document_id = d.id WHERE {_BILLED} AND l.role = 'item' GROUP BY 1"
)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A customer or product with its revenue of a period, without tax, in minor units. `id` is 0 for what has no record."""

    id: int
    name: str
    net_minor: int


def customers(first: date, last: date, currency: str, home: str, limit: int = SHOWN) -> list[Ranked]:
    """The customers with the highest revenue; those at or below zero are left out. A limit of 0 gives all."""
    found = day_figures.customers(first, last) if currency == home else _raw(_CUSTOMERS, first, last, currency)
    kept = merged_into(found)
    return _named(kept, "SELECT id, name FROM customer WHERE id IN ({ids})", limit)


def products(first: date, last: date, currency: str, home: str, limit: int = SHOWN) -> list[Ranked]:
    """The products and services with the highest revenue; 0 is everything that stands in no price list."""
    return products_of(sold(first, last, currency, home), limit)


def sold(first: date, last: date, currency: str, home: str) -> dict[int, int]:
    """Item → what was billed of it; 0 is everything that stands in no price list."""
    if currency == home:
        return day_figures.items(first, last)
    found = _raw(_PRODUCTS, first, last, currency)
    for item, (_quantity, net) in day_figures.deducted_items(first, last, currency).items():
        found[item] = found.get(item, 0) - net
    return found


def products_of(found: Mapping[int, int], limit: int = SHOWN) -> list[Ranked]:
    """The highest of what was `sold`."""
    return _named(found, "SELECT id, name FROM item WHERE id IN ({ids})", limit)


def groups_of(found: Mapping[int, int], limit: int = SHOWN) -> list[Ranked]:
    """What was `sold` by product group; id 0 is all that has none. Nothing while no product has a group."""
    group_of = product_groups()
    if not group_of:
        return []
    sums: dict[str, int] = {}
    for item, minor in found.items():
        name = group_of.get(item, "")
        sums[name] = sums.get(name, 0) + minor
    best = sorted((name for name, minor in sums.items() if minor > 0), key=lambda name: (-sums[name], name))
    shown = best[:limit] if limit else best
    places = (place if name else 0 for place, name in enumerate(shown, 1))
    return [Ranked(p, name or no_group(), sums[name]) for p, name in zip(places, shown, strict=True)]


def product_groups() -> dict[int, str]:
    """Item → its product group, of the items that have one."""
    return dict(db.query("SELECT id, product_group FROM item WHERE product_group <> ''"))


def no_group() -> str:
    """What is called that has no product group."""
    return _("No product group")


def merged_into(found: Mapping[int, int]) -> dict[int, int]:
    """What a customer bought under a record that was merged into another one counts for the one that was kept."""
    sums = dict(found)
    for lost, kept in merged().items():
        if lost in sums:
            sums[kept] = sums.get(kept, 0) + sums.pop(lost)
    return sums


def merged() -> dict[int, int]:
    """Record that was merged away → the one that was kept at last."""
    found = dict(
        db.query(
            "SELECT m.record_id, m.customer_id FROM timeline_entry m JOIN customer x ON x.id = m.record_id "
            "WHERE m.kind = 'merged' AND m.record = 'customer' AND x.archived_at IS NOT NULL"
        )
    )
    for lost in list(found):
        # A record that others were merged into may have been merged itself later.
        while found[lost] in found and found[lost] != lost:
            found[lost] = found[found[lost]]
    return found


def _raw(sql: str, first: date, last: date, currency: str) -> dict[int, int]:
    return dict(db.query(sql, [currency, first.isoformat(), last.isoformat()]))


def _named(sums: Mapping[int, int], names_sql: str, limit: int) -> list[Ranked]:
    found = ((minor, -key) for key, minor in sums.items() if minor > 0)
    best = heapq.nlargest(limit, found) if limit else sorted(found, reverse=True)
    wanted = [-key for _minor, key in best if key]
    names = dict(db.query(names_sql.format(ids=",".join(map(str, wanted)))))
    return [Ranked(-key, names.get(-key) or _("In no price list"), minor) for minor, key in best]
