"""Orders of which deposits were billed and the rest was not yet: what is still to come, and what of the deposits is unpaid.

They stand above what waits to be billed, until their final invoice is begun or the owner leaves them.

Source: docs/decisions/0020-deposits.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from crm_desktop.billing import chain, deductions, family, rows
from crm_desktop.billing.document import DEPOSIT, INVOICE, ORDER_CONFIRMATION, QUOTE
from crm_desktop.core import dates
from crm_desktop.db import connection as db

_LEFT = "deposit_left."
# Deposits that no final invoice has taken off, as far as one question can tell; the families say the rest.
_DEPOSITS = f"""
SELECT d.id FROM document d WHERE d.kind = '{INVOICE}' AND d.type_code = '{DEPOSIT}' AND d.state = 'issued'
  AND d.deleted_at IS NULL AND d.source_id IS NOT NULL AND d.grand_total_minor > coalesce((
    SELECT sum(CASE c.kind WHEN 'credit_note' THEN -1 ELSE 1 END * (x.basis_minor + x.tax_minor))
    FROM document_deduction x JOIN document c ON c.id = x.document_id WHERE x.deducted_id = d.id AND c.state = 'issued'), 0)
ORDER BY d.issue_on, d.id
"""
_BILLED = """
SELECT coalesce(sum(CASE d.kind WHEN 'credit_note' THEN -1 ELSE 1 END * (d.grand_total_minor - coalesce((
  SELECT sum(x.basis_minor + x.tax_minor) FROM document_deduction x WHERE x.document_id = d.id), 0))), 0)
FROM document d WHERE d.state = 'issued' AND d.deleted_at IS NULL AND d.kind IN ('invoice', 'receipt', 'credit_note')
  AND d.id IN ({ids})
"""
_UNPAID = """
SELECT coalesce(sum(max(b.open_minor, 0)), 0) FROM document_balance b WHERE b.id IN ({ids})
"""


@dataclass(frozen=True, slots=True)
class Rest:
    """What of a quote or order is still to be billed, with tax in minor units; `unpaid_minor` is that of its deposits."""

    order_id: int
    number: str
    customer: str
    currency: str
    left_minor: int
    deposits_minor: int
    unpaid_minor: int


def waiting() -> list[Rest]:
    """Orders with deposits whose rest waits, the oldest deposit first; not those that the owner left."""
    by_root: dict[int, list[int]] = {}
    for (deposit_id,) in db.query(_DEPOSITS):
        by_root.setdefault(family.root_of(deposit_id), []).append(deposit_id)
    found = (_rest(root, ids) for root, ids in by_root.items())
    return [rest for rest in found if rest is not None]


def _rest(root: int, deposit_ids: list[int]) -> Rest | None:
    members = family.members(root)
    orders = [m for m in members if m.kind in (QUOTE, ORDER_CONFIRMATION) and m.number]
    begun = any(m.kind == INVOICE and m.type_code != DEPOSIT and not m.number for m in members)
    if not orders or begun:
        return None
    last = max(orders, key=lambda m: (m.kind == ORDER_CONFIRMATION, m.id))
    order = rows.read_document(last.id)
    if db.value("SELECT 1 FROM setting WHERE key = ?", [f"{_LEFT}{last.id}"]) or INVOICE not in chain.next_kinds(order):
        return None
    all_ids, deposits = ",".join(str(m.id) for m in members), ",".join(map(str, deposit_ids))
    left = last.gross_minor - int(db.value(_BILLED.format(ids=all_ids)))
    billed = sum(deductions.total(deductions.left_of(i), last.currency) for i in deposit_ids)
    if left <= 0 or billed <= 0:
        return None
    unpaid = int(db.value(_UNPAID.format(ids=deposits)))
    return Rest(last.id, last.number, order.buyer.get("name", ""), last.currency, left, billed, unpaid)


def leave(order_id: int) -> None:
    """Name the rest of an order no more."""
    with db.transaction():
        now = dates.instant_text(dates.now())
        db.execute("INSERT OR REPLACE INTO setting VALUES(?, ?)", [f"{_LEFT}{order_id}", now])
