"""How punctually a customer pays, from the payments that really came in.

An invoice counts once it is settled, with the day of its last payment against the day it was due; discounts, credit
notes and what was written off are no payments. The newest invoices count, because habits change.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from crm_desktop.customers import merging
from crm_desktop.db import connection as db

_NEWEST = 24
_DAYS = f"""
SELECT julianday(max(p.paid_on)) - julianday(d.due_on)
FROM document d JOIN document_balance b ON b.id = d.id
  JOIN allocation a ON a.document_id = d.id AND a.kind = 'payment' JOIN payment p ON p.id = a.payment_id
WHERE d.customer_id IN {merging.family_sql("?1")}
  AND d.state = 'issued' AND d.kind = 'invoice' AND d.deleted_at IS NULL AND b.open_minor <= 0
  AND d.due_on IS NOT NULL
GROUP BY d.id ORDER BY max(p.paid_on) DESC, d.id DESC LIMIT ?2
"""


@dataclass(frozen=True, slots=True)
class Habit:
    """Days after the due day on the average, below zero when early, rounded; and from how many invoices."""

    days: int
    invoices: int


def of_customer(customer_id: int) -> Habit | None:
    """How a customer pays; None while no invoice was paid."""
    days = [int(found) for (found,) in db.query(_DAYS, [customer_id, _NEWEST])]
    if not days:
        return None
    average = (Decimal(sum(days)) / len(days)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return Habit(int(average), len(days))
