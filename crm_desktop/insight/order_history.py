"""When each customer ordered and for how much: the raw numbers that the figures about customers are made from.

An order is a day with an invoice or receipt that was not cancelled; what a day brought is its bills less credit notes, net,
in the company's currency, and a credit note of a day without an order is taken off the day before it. A final invoice
counts without what its deposits had. Records that were merged count for the one that was kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from crm_desktop.core import dates
from crm_desktop.core.progress import Progress
from crm_desktop.customers import merging
from crm_desktop.db import connection as db
from crm_desktop.insight.lifecycle_moves import ORDERS

_MERGED = (
    "SELECT m.record_id, m.customer_id FROM timeline_entry m JOIN customer x ON x.id = m.record_id "
    "WHERE m.kind = 'merged' AND m.record = 'customer' AND x.archived_at IS NOT NULL ORDER BY m.id"
)
_BILLS = f"""
SELECT d.customer_id, CAST(julianday(d.issue_on) + 0.5 AS INTEGER) - 1721425, {ORDERS},
  CASE WHEN d.currency <> c.currency THEN 0 WHEN d.kind = 'credit_note' THEN -1 ELSE 1 END * (d.tax_basis_minor - coalesce(
    (SELECT sum(x.basis_minor) FROM document_deduction x WHERE x.document_id = d.id), 0))
FROM document d JOIN company c LEFT JOIN document_balance b ON b.id = d.id
WHERE d.state = 'issued' AND d.kind IN ('invoice', 'credit_note', 'receipt') AND d.deleted_at IS NULL
  AND d.customer_id IS NOT NULL AND d.issue_on <= ?
"""
_DAYS = f"""
SELECT DISTINCT CAST(julianday(d.issue_on) + 0.5 AS INTEGER) - 1721425 FROM document d LEFT JOIN document_balance b ON b.id = d.id
WHERE {ORDERS} AND d.issue_on <= ?1 AND d.customer_id IN {merging.family_sql("?2")} ORDER BY 1
"""
_SHELVED = "SELECT id FROM customer_list WHERE shelf <> 0"
# What may change any of this, in one row that costs a few milliseconds however many customers there are.
_STATE = (
    "SELECT count(*), sum(orders), sum(net_minor), max(first_on), max(last_on), sum(id * (orders + net_minor % 1009)), "
    "(SELECT count(*) FROM timeline_entry WHERE kind = 'merged'), (SELECT count(*) FROM customer_list WHERE shelf <> 0), "
    "(SELECT currency FROM company) FROM customer_sales"
)
_STEP = 5000


@dataclass(slots=True)
class Orders:
    """What a customer ordered: day (proleptic ordinal) → net in minor units."""

    days: dict[int, int] = field(default_factory=dict)

    @property
    def ordered(self) -> list[int]:
        """The days, the first one first."""
        return sorted(self.days)


def state() -> tuple[object, ...]:
    """What the figures were made from: equal as long as they need not be made anew."""
    return (str(db.path()), dates.today(), *db.one(_STATE))


def ordinal(day: int) -> date:
    """The day of an ordinal."""
    return date.fromordinal(day)


def read(progress: Progress | None = None) -> dict[int, Orders]:
    """The orders of all customers that are neither archived nor deleted, up to today, by id."""
    progress = progress or Progress()
    kept = merged()
    shelved = {customer for (customer,) in db.query(_SHELVED)}
    found: dict[int, Orders] = {}
    less: list[tuple[int, int, int]] = []
    rows = db.query(_BILLS, [dates.today().isoformat()])
    for place, (customer, day, is_order, net) in enumerate(rows):
        if not place % _STEP:
            progress(place, len(rows) * 3)
        owner = owner_of(kept, customer)
        if owner in shelved:
            continue
        if not is_order:
            less.append((owner, day, net))
            continue
        days = found.setdefault(owner, Orders()).days
        days[day] = days.get(day, 0) + net
    _take_off(found, less)
    return found


def of_customer(customer_id: int) -> list[int]:
    """The days on which a customer ordered, the first one first."""
    rows = db.query(_DAYS, [dates.today().isoformat(), customer_id])
    return [day for (day,) in rows]


def merged() -> dict[int, int]:
    """Records that were merged away → the ones that they went into."""
    return dict(db.query(_MERGED))


def owner_of(kept: dict[int, int], customer: int) -> int:
    """The record that a customer was merged into at last; chains are short and never go round."""
    for _turn in range(len(kept)):
        if customer not in kept:
            break
        customer = kept[customer]
    return customer


def _take_off(found: dict[int, Orders], less: list[tuple[int, int, int]]) -> None:
    """Book what is no order (credit notes, deposits) on the last order until that day, else on the first one."""
    for customer, day, net in less:
        orders = found.get(customer)
        if orders is None:
            continue
        before = [known for known in orders.days if known <= day]
        orders.days[max(before) if before else min(orders.days)] += net
