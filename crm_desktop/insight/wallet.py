"""Share of wallet: what part of what customers buy each product or product group has.

It is the share of what they buy from us, since what they buy elsewhere nobody knows: net lines of invoices and receipts
less credit notes, in the company's currency; a deposit or partial invoice is in its final invoice. A product counts in the
group that it has today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from crm_desktop.core.progress import Progress
from crm_desktop.customers import merging
from crm_desktop.db import connection as db
from crm_desktop.insight import order_history
from crm_desktop.insight.customer_value import Known

SHOWN = 5
_NET = "sum(CASE WHEN d.kind = 'credit_note' THEN -l.net_minor ELSE l.net_minor END)"
_LINES = """
FROM document d JOIN document_line l ON l.document_id = d.id LEFT JOIN item i ON i.id = l.item_id
WHERE {who} AND d.state = 'issued' AND d.kind IN ('invoice', 'credit_note', 'receipt')
  AND d.deleted_at IS NULL AND l.role = 'item' AND d.currency = (SELECT currency FROM company)
  AND d.id NOT IN (SELECT x.deducted_id FROM document_deduction x JOIN document f ON f.id = x.document_id
    WHERE f.state = 'issued' AND f.deleted_at IS NULL AND x.deducted_id IS NOT NULL)
"""
_OF_ONE = _LINES.format(who=f"d.customer_id IN {merging.family_sql('?1')}")
_BY_PRODUCT = f"SELECT coalesce(i.name, l.name), {_NET} AS net {_OF_ONE} GROUP BY 1 HAVING net > 0 ORDER BY net DESC, 1"
_GROUP = "coalesce(i.product_group, '')"
_BY_GROUP = f"SELECT {_GROUP}, {_NET} AS net {_OF_ONE} GROUP BY 1 HAVING net > 0 ORDER BY net DESC, 1"
_OF_ALL = f"SELECT d.customer_id, {_GROUP}, {_NET} {_LINES.format(who='d.customer_id IS NOT NULL')} GROUP BY 1, 2"
_STEP = 20_000


@dataclass(frozen=True, slots=True)
class Share:
    """One product or group with its net and its share of all, in percent; "" is all others, or what has no group."""

    name: str
    net_minor: int
    percent: int


def of_customer(customer_id: int) -> list[Share]:
    """The products that a customer spends most on, and the rest as one; empty while nothing was bought."""
    rows = db.query(_BY_PRODUCT, [customer_id])
    return _shares([*rows[:SHOWN], *([("", sum(net for _name, net in rows[SHOWN:]))] if len(rows) > SHOWN else [])])


def groups_of_customer(customer_id: int) -> list[Share]:
    """The product groups that a customer spends on; empty while nothing was bought from one."""
    rows = db.query(_BY_GROUP, [customer_id])
    return _shares(rows) if any(name for name, _net in rows) else []


_kept: list[tuple[tuple[object, ...], dict[str, list[Share]]]] = []


def of_groups(known: Known, progress: Progress | None = None) -> dict[str, list[Share]]:
    """Group of customers → the product groups that its customers spend on; "" is everybody who bought.

    For many lines call it in a job; kept until orders or product groups change. Empty while no product has a group.
    """
    items = db.one("SELECT count(*), group_concat(id || product_group) FROM item WHERE product_group <> ''")
    if not items[0]:
        return {}
    state = (*order_history.state(), *items)
    for of, found in _kept:
        if of == state:
            return found
    progress, merged = progress or Progress(), order_history.merged()

    def group_of(customer: int) -> str:
        value = known.customers.get(order_history.owner_of(merged, customer))
        return value.group if value else ""

    found = _added(db.query(_OF_ALL), group_of, progress)
    _kept[:] = [(state, found)]
    return found


def _added(
    rows: Sequence[tuple[int, str, int]], group_of: Callable[[int], str], progress: Progress
) -> dict[str, list[Share]]:
    sums: dict[str, dict[str, int]] = {}
    for place, (customer, name, net) in enumerate(rows):
        if not place % _STEP:
            progress.check()
        for group in {"", group_of(customer)}:
            own = sums.setdefault(group, {})
            own[name] = own.get(name, 0) + net
    return {
        group: _shares(sorted(((n, net) for n, net in own.items() if net > 0), key=lambda row: (-row[1], row[0])))
        for group, own in sums.items()
    }


def _shares(rows: Iterable[tuple[str, int]]) -> list[Share]:
    told = list(rows)
    whole = sum(net for _name, net in told)
    return [Share(name, net, round(net * 100 / whole)) for name, net in told]
