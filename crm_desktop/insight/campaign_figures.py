"""What campaigns brought, customer by customer: the raw numbers behind their results and the workbook.

What is counted are customers, however many of their people got it. A buyer has an invoice or receipt issued after the first
message went out (for those held out: after it started), on that day or on as many days after as the campaign counts; revenue
is the net of these papers less credit notes, in the campaign's currency. A final invoice counts without what its deposits had.
"""

from __future__ import annotations

from dataclasses import dataclass

from crm_desktop.db import connection as db


@dataclass(frozen=True, slots=True)
class Reached:
    """One customer of a campaign: answers are those of all their addresses, `net_minor` what they bought within the days."""

    customer_id: int
    variant: str
    is_held_out: bool
    first_on: str
    replied: int
    bounced: int
    opted_out: int
    reached: int
    orders: int
    net_minor: int


_REACHED = """
WITH got AS (
  SELECT r.customer_id, min(r.variant) AS variant, r.state = 'held_out' AS is_out, sum(r.answer = 'replied') AS replied,
    sum(r.answer = 'bounced') AS bounced, sum(r.answer = 'opted_out') AS opted_out, sum(r.answer = 'reached') AS reached,
    min(coalesce(r.sent_at, c.started_at)) AS first_at, date(min(coalesce(r.sent_at, c.started_at))) AS first_on, c.currency,
    date(min(coalesce(r.sent_at, c.started_at)), '+' || c.counted_days || ' days') AS last_on
  FROM campaign_recipient r JOIN campaign c ON c.id = r.campaign_id
  WHERE r.campaign_id = ?1 AND r.state IN ('sent', 'unsure', 'held_out') GROUP BY r.customer_id, is_out),
bought AS (
  SELECT g.customer_id, sum(d.kind <> 'credit_note') AS orders, sum(CASE WHEN d.currency = g.currency THEN
    (CASE WHEN d.kind = 'credit_note' THEN -1 ELSE 1 END) * (d.tax_basis_minor - coalesce(
      (SELECT sum(y.basis_minor) FROM document_deduction y WHERE y.document_id = d.id), 0)) ELSE 0 END) AS net
  FROM got g JOIN document d ON d.customer_id = g.customer_id WHERE d.state = 'issued' AND d.deleted_at IS NULL
    AND d.kind IN ('invoice', 'credit_note', 'receipt') AND d.issue_on BETWEEN g.first_on AND g.last_on
    AND (d.issue_on > g.first_on OR coalesce(d.issued_at, d.created_at) >= g.first_at) GROUP BY 1)
SELECT g.customer_id, g.variant, g.is_out, g.first_on, g.replied, g.bounced, g.opted_out, g.reached,
  coalesce(b.orders, 0) AS orders, coalesce(b.net, 0) AS net
FROM got g LEFT JOIN bought b ON b.customer_id = g.customer_id ORDER BY g.customer_id
"""


def groups(campaign_id: int) -> list[tuple[str, bool, tuple[int, ...]]]:
    """The same added up by text and by who was held out.

    Each is (variant, is held out, (customers, replied, bounced, opted out, reached, buyers, net)).
    """
    rows = db.query(
        "SELECT variant, is_out, count(*), sum(replied), sum(bounced), sum(opted_out), sum(reached), sum(orders > 0), "
        f"sum(net) FROM ({_REACHED}) GROUP BY 1, 2 ORDER BY 1, 2",
        [campaign_id],
    )
    return [(variant, bool(is_out), tuple(numbers)) for variant, is_out, *numbers in rows]


def reached(campaign_id: int) -> list[Reached]:
    """The customers who got a campaign or were held out, with what they answered and bought."""
    return [Reached(row[0], row[1], bool(row[2]), *row[3:]) for row in db.query(_REACHED, [campaign_id])]
