"""Fees of earlier letters, and what was paid on the fees and the interest of those letters.

Money for them comes without an invoice: it names the number of the letter. Read for many documents at once, since a list of
all late payers would otherwise ask thousands of times.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from crm_desktop.db import connection as db


@dataclass(frozen=True, slots=True)
class Charge:
    """What a letter asked as its fee, and what came for its fee and interest, in minor units of the letter."""

    letter_id: int
    fee_minor: int
    paid_minor: int


def of_documents(document_ids: Collection[int]) -> dict[int, list[Charge]]:
    """Document → the letters that it stood in; without documents that stood in none."""
    rows = db.query(
        "SELECT i.document_id, l.id, l.fee_minor, l.number, l.currency FROM dunning_item i "
        "JOIN dunning_letter l ON l.id = i.letter_id WHERE i.document_id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(document_ids))],
    )
    paid = _paid_by_number() if rows else {}
    found: dict[int, list[Charge]] = {}
    for document_id, letter_id, fee, number, currency in rows:
        found.setdefault(document_id, []).append(Charge(letter_id, fee, paid.get((number, currency), 0)))
    return found


def _paid_by_number() -> dict[tuple[str, str], int]:
    """Number of a letter and currency → what was paid on it: money of nobody that settles no document."""
    rows = db.query(
        "SELECT p.reference, p.currency, sum(p.amount_minor) FROM payment p WHERE p.customer_id IS NULL "
        "AND p.reference IN (SELECT number FROM dunning_letter) "
        "AND NOT EXISTS (SELECT 1 FROM allocation a WHERE a.payment_id = p.id) GROUP BY 1, 2"
    )
    return {(reference, currency): int(minor) for reference, currency, minor in rows}


def total(charges: Iterable[Charge]) -> tuple[int, int]:
    """Fees and what was paid, each letter once though several documents stood in it."""
    letters = {charge.letter_id: charge for charge in charges}.values()
    return sum(charge.fee_minor for charge in letters), sum(charge.paid_minor for charge in letters)
