"""An invoice of a file that stands here already: what differs is told, and money that has come since can be booked.

An issued document never changes, so other amounts and days stay remarks; "paid" is a payment, which the owner may keep out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm_desktop.billing import imported, wording
from crm_desktop.billing.imported import ImportedDocument
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import to_minor
from crm_desktop.db import connection as db

# Sums that differ by rounding alone, in minor units.
_CLOSE = 2


@dataclass(frozen=True)
class Standing:
    """What a document that stands here says beside the file's: remarks, and what of it was paid since (minor units)."""

    document_id: int
    remarks: list[str]
    paid_here: int
    to_book: int


def compare(document_id: int, document: ImportedDocument, *, tells_state: bool) -> Standing:
    """Compare a document of a file with the one that stands; `tells_state` says whether the file speaks of payment."""
    issued, total, open_minor, currency = db.query(
        "SELECT d.issue_on, d.grand_total_minor, b.open_minor, d.currency FROM document d "
        "JOIN document_balance_now b ON b.id = d.id WHERE d.id = ?",
        [document_id],
    )[0]
    paid_here, gross = total - abs(open_minor), to_minor(imported.gross_of(document), document.currency)
    paid_there = min(to_minor(document.paid, document.currency), gross)
    same_total = currency == document.currency and abs(gross - total) <= _CLOSE
    differs = []
    if not same_total:
        here, there = wording.amount(total, currency), wording.amount(gross, document.currency)
        differs.append(_("amount: {there} in your file, {here} here").format(there=there, here=here))
    if date.fromisoformat(issued) != document.issue_on:
        days = {"there": wording.day(document.issue_on), "here": wording.day(date.fromisoformat(issued))}
        differs.append(_("day: {there} in your file, {here} here").format(**days))
    to_book = min(paid_there - paid_here, abs(open_minor)) if tells_state else 0
    if to_book < -_CLOSE:
        differs.append(_("paid: {there} in your file, {here} here").format(
            there=wording.amount(paid_there, currency), here=wording.amount(paid_here, currency)))  # fmt: skip
    elif to_book > _CLOSE and not same_total:
        differs.append(_("paid in your file, open here"))
    remarks = [_("Stands already and is kept as it is. {what}").format(what="; ".join(differs))] if differs else []
    return Standing(document_id, remarks, paid_here, to_book if same_total and to_book > _CLOSE else 0)
