"""What share of a customer's purchases each product has: of what they buy from us, since what they buy elsewhere nobody knows."""

from __future__ import annotations

from dataclasses import dataclass

from crm_desktop.customers import merging
from crm_desktop.db import connection as db

SHOWN = 5
_BOUGHT = f"""
SELECT coalesce(i.name, l.name), sum(CASE WHEN d.kind = 'credit_note' THEN -l.net_minor ELSE l.net_minor END) AS net
FROM document d JOIN document_line l ON l.document_id = d.id LEFT JOIN item i ON i.id = l.item_id
WHERE d.customer_id IN {merging.family_sql("?1")} AND d.state = 'issued' AND d.kind IN ('invoice', 'credit_note', 'receipt')
  AND d.deleted_at IS NULL AND l.role = 'item' AND d.currency = (SELECT currency FROM company)
GROUP BY 1 HAVING net > 0 ORDER BY net DESC, 1
"""


@dataclass(frozen=True, slots=True)
class Share:
    """One product (or "" for all others) with its net and its share of all, in percent."""

    name: str
    net_minor: int
    percent: int


def of_customer(customer_id: int) -> list[Share]:
    """The products that a customer spends most on, and the rest as one; empty while nothing was bought."""
    rows = db.query(_BOUGHT, [customer_id])
    whole = sum(net for _name, net in rows)
    told = [*rows[:SHOWN], *([("", sum(net for _name, net in rows[SHOWN:]))] if len(rows) > SHOWN else [])]
    return [Share(name, net, round(net * 100 / whole)) for name, net in told]
