"""Deposits and partial invoices that a final invoice still has to deduct, per tax group, and what is odd about them.

What a deposit billed counts as it was invoiced, paid or not: an unpaid deposit stays a claim of its own, and the final
invoice asks only for the rest. So nothing is owed, and no tax declared, twice. A deposit that was credited is gone, one
that an issued invoice deducted is used up; a credit note for that invoice gives it back.

Source: docs/decisions/0020-deposits.md; § 14 Abs. 5 Satz 2 UStG; EN 16931 BT-113 and BG-3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from crm_desktop.billing import family, wording
from crm_desktop.billing.document import CREDIT_NOTE, DEPOSIT, INVOICE, PARTIAL, Deduction, Draft
from crm_desktop.billing.rows import rate_from
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import from_minor, round_amount, to_minor
from crm_desktop.db import connection as db
from crm_desktop.sales.totals import Totals

Key = tuple[str, Decimal | None]
_BILLED = """
SELECT category, rate_bp, sum(basis), sum(tax) FROM (
  SELECT t.category, t.rate_bp, t.basis_minor AS basis, t.tax_minor AS tax FROM document_tax t WHERE t.document_id = :id
  UNION ALL SELECT t.category, t.rate_bp, -t.basis_minor, -t.tax_minor
    FROM document_tax t JOIN document c ON c.id = t.document_id
    WHERE c.preceding_id = :id AND c.kind = 'credit_note' AND c.state = 'issued'
  UNION ALL SELECT x.category, x.rate_bp, CASE c.kind WHEN 'credit_note' THEN 1 ELSE -1 END * x.basis_minor,
    CASE c.kind WHEN 'credit_note' THEN 1 ELSE -1 END * x.tax_minor
    FROM document_deduction x JOIN document c ON c.id = x.document_id WHERE x.deducted_id = :id AND c.state = 'issued')
GROUP BY category, rate_bp HAVING sum(basis) <> 0 OR sum(tax) <> 0 ORDER BY category DESC, rate_bp DESC
"""
_DEDUCTED = """
SELECT max(CASE c.kind WHEN 'invoice' THEN c.number END),
  sum(CASE c.kind WHEN 'credit_note' THEN -1 ELSE 1 END * (x.basis_minor + x.tax_minor))
FROM document_deduction x JOIN document c ON c.id = x.document_id WHERE x.deducted_id = ? AND c.state = 'issued'
"""


def left_of(billed_id: int) -> tuple[Deduction, ...]:
    """What of a deposit or partial invoice no final invoice has deducted yet, one part for each tax group."""
    number, issued, money = db.one("SELECT number, issue_on, currency FROM document WHERE id = ?", [billed_id])
    return tuple(
        Deduction(
            deducted_id=billed_id,
            number=number,
            issue_on=date.fromisoformat(issued),
            category=category,
            rate=rate_from(category, rate_bp),
            basis=from_minor(basis, money),
            tax=from_minor(tax, money),
        )
        for category, rate_bp, basis, tax in db.query(_BILLED, {"id": billed_id})
    )


def of_family(document_id: int, *, partials: bool = False) -> tuple[Deduction, ...]:
    """What is left to deduct of the deposits of a family; with `partials` also of the partial invoices of this order."""
    deposits, parts = (",".join(map(str, ids)) for ids in (family.ids(document_id), family.descent(document_id)))
    found = db.query(
        "SELECT id FROM document WHERE kind = ? AND state = 'issued' AND ((type_code = ? "
        f"AND id IN ({deposits})) OR (? AND type_code = ? AND id IN ({parts}))) ORDER BY issue_on, id",
        [INVOICE, DEPOSIT, partials, PARTIAL],
    )
    return tuple(part for (billed_id,) in found for part in left_of(billed_id))


def deducted_in(billed_id: int) -> str:
    """The number of the final invoice that deducted a deposit; empty while none has."""
    number, minor = db.one(_DEDUCTED, [billed_id])
    return str(number) if minor else ""


def within(found: Iterable[Deduction], sums: Totals) -> tuple[Deduction, ...]:
    """As much of these as an invoice bills itself in each tax group: the rest waits for the next one."""
    room = {(group.category, group.rate): group.basis for group in sums.breakdown}
    taken = []
    for part in found:
        key = (part.category, part.rate)
        basis = min(part.basis, room.get(key, Decimal(0)))
        if basis <= 0:
            continue
        room[key] -= basis
        tax = part.tax if basis == part.basis else round_amount(part.tax * basis / part.basis, sums.currency)
        taken.append(replace(part, basis=basis, tax=tax))
    return tuple(taken)


# ---- what is odd ----------------------------------------------------------------------------------------------------


def refusal(draft: Draft) -> str:
    """Why a draft cannot deduct what it does: something was credited or deducted elsewhere meanwhile; empty if it can."""
    if draft.kind == CREDIT_NOTE or not draft.deductions:
        return ""
    left: dict[tuple[int, Key], Decimal] = {}
    for part in draft.deductions:
        if part.deducted_id is None:
            continue
        place = part.deducted_id, (part.category, part.rate)
        if place not in left:
            left |= {(part.deducted_id, (p.category, p.rate)): p.basis for p in left_of(part.deducted_id)}
        left[place] = left.get(place, Decimal(0)) - part.basis
        if left[place] < 0:
            sentence = _("{number} was credited or deducted elsewhere meanwhile. Take it out of the deductions.")
            return sentence.format(number=part.number)
    return ""


def hints(draft: Draft) -> list[str]:
    """Sentences about deposits that are not paid, and about those that a draft for their order leaves out."""
    if draft.kind != INVOICE or draft.type_code in (DEPOSIT, PARTIAL):
        return []
    mine = {part.deducted_id for part in draft.deductions}
    found = [_unpaid(billed_id) for billed_id in mine if billed_id is not None]
    if draft.source_id is not None:
        sentence = _("The deposit invoice {number} is not deducted here.")
        left = (part for part in of_family(draft.source_id) if part.deducted_id not in mine)
        found += [sentence.format(number=part.number) for part in left]
    return [sentence for sentence in dict.fromkeys(found) if sentence]


def _unpaid(billed_id: int) -> str:
    number, money, still = db.one(
        "SELECT d.number, d.currency, b.open_minor FROM document d JOIN document_balance_now b ON b.id = d.id "
        "WHERE d.id = ?",
        [billed_id],
    )
    if still <= 0:
        return ""
    sentence = _("{amount} of {number} is not paid yet. It is deducted here and stays to be paid by itself.")
    return sentence.format(number=number, amount=wording.amount(still, money))


def total(found: Iterable[Deduction], currency: str) -> int:
    """The sum of some deductions with tax, in minor units."""
    return sum(to_minor(part.gross, currency) for part in found)
