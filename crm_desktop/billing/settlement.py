"""What payments are made of: what a document still owes, and the rows that say what settled it.

Used by `payments`; nobody else writes allocations. Amounts are minor units here. An allocation of kind `payment` is money
that came, `refund` money that went back (below zero, on a credit note), `credit` a credit note set against an invoice,
`discount` and `write_off` what was settled without money.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm_desktop.activity import timeline
from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import LARGEST_MINOR, to_minor
from crm_desktop.customers import merging
from crm_desktop.db import connection as db

METHODS = {
    "transfer": N_("Bank transfer"),
    "cash": N_("Cash"),
    "card": N_("Card"),
    "direct_debit": N_("Direct debit"),
    "online": N_("Online payment"),
    "cheque": N_("Cheque"),
    "other": N_("Other"),
}
# Kinds of allocation that are money, and those that settle without any.
MONEY, WITHOUT_MONEY = ("payment", "refund"), ("discount", "write_off")


@dataclass(frozen=True, slots=True)
class Settled:
    """A document that money is for, with what is open of it: above zero we get it, below zero we owe it."""

    id: int
    kind: str
    number: str
    customer_id: int | None
    currency: str
    open_minor: int


@dataclass(frozen=True, kw_only=True)
class Words:
    """How a payment came and what it says."""

    method: str = "transfer"
    reference: str = ""
    note: str = ""
    end_to_end: str = ""


def settled(document_id: int) -> Settled:
    """A document with what is open of it right now, also inside a transaction.

    Raises:
        NotFound: there is no such issued invoice, credit note or receipt.
    """
    row = db.one(
        "SELECT d.id, d.kind, d.number, d.customer_id, d.currency, b.open_minor "
        "FROM document d JOIN document_balance_now b ON b.id = d.id WHERE d.id = ?",
        [document_id],
    )
    if row is None:
        raise NotFound(_("Only issued documents can be paid. Issue it first."))
    return Settled(*row)


def minor_of(amount: Decimal, currency: str) -> int:
    """An amount in minor units; what is no amount, or too large for the data file, becomes `LARGEST_MINOR`."""
    return to_minor(amount, currency) if amount.is_finite() and abs(amount) < 10**12 else LARGEST_MINOR


def check_day(day: date) -> dict[str, str]:
    """What is wrong with the day of a payment, as field → sentence."""
    if dates.is_plausible(day):
        return {}
    return {"paid_on": _("The year {year} cannot be right. Please check the date.").format(year=f"{day.year:04}")}


def insert_payment(customer_id: int | None, minor: int, currency: str, day: date, words: Words) -> int:
    """Write the row of a payment; gives its id."""
    return db.insert(
        "payment",
        {
            "customer_id": customer_id,
            "paid_on": day.isoformat(),
            "amount_minor": minor,
            "currency": currency,
            "method": words.method if words.method in METHODS else "other",
            "reference": text.tidy(words.reference),
            "note": text.tidy_lines(words.note),
            "end_to_end": text.tidy(words.end_to_end),
            "created_at": dates.instant_text(dates.now()),
        },
    )


def allocate(
    document_id: int,
    minor: int,
    day: date,
    kind: str = "",
    *,
    payment_id: int | None = None,
    credit_note_id: int | None = None,
) -> None:
    """Write that so much of a document is settled; without a kind it is money, in or back by its sign."""
    if minor:
        db.insert(
            "allocation",
            {
                "document_id": document_id,
                "payment_id": payment_id,
                "credit_note_id": credit_note_id,
                "kind": kind or ("payment" if minor > 0 else "refund"),
                "amount_minor": minor,
                "made_on": day.isoformat(),
            },
        )


def unused(customer_id: int, currency: str) -> list[tuple[int, int]]:
    """Payments of a customer that hold more than they settle, oldest first: (id, rest in minor units).

    Money that was paid back from the credit is taken off the oldest rests first.
    """
    rests = db.query(
        "SELECT id, rest FROM (SELECT p.id, p.paid_on, p.amount_minor - coalesce((SELECT sum(a.amount_minor) "
        "FROM allocation a WHERE a.payment_id = p.id AND a.kind IN ('payment', 'refund')), 0) AS rest FROM payment p "
        f"WHERE p.customer_id IN {merging.relatives_sql('?1')} AND p.currency = ?2) WHERE rest <> 0 ORDER BY paid_on, id",
        [customer_id, currency],
    )
    gone = -sum(rest for _id, rest in rests if rest < 0)
    left = []
    for payment_id, rest in rests:
        taken = min(max(rest, 0), gone)
        gone -= taken
        if rest > taken:
            left.append((payment_id, rest - taken))
    return left


def credit_minor(customer_id: int, currency: str) -> int:
    """What a customer has paid beyond their documents, in minor units; below zero only where something is wrong."""
    return int(
        db.value(
            "SELECT coalesce(sum(p.amount_minor), 0) - coalesce(sum((SELECT sum(a.amount_minor) FROM allocation a "
            "WHERE a.payment_id = p.id AND a.kind IN ('payment', 'refund'))), 0) FROM payment p "
            f"WHERE p.customer_id IN {merging.relatives_sql('?1')} AND p.currency = ?2",
            [customer_id, currency],
        )
    )


def credits_minor(customer_ids: Collection[int]) -> dict[tuple[int, str], int]:
    """What `credit_minor` says, of many customers at once: customer and currency → minor units.

    Who never paid in a currency is not in it.
    """
    rows = db.query(
        f"WITH member(customer_id, id) AS ({merging.RELATIVES}) SELECT m.customer_id, p.currency, sum(p.amount_minor) "
        "- coalesce(sum((SELECT sum(a.amount_minor) FROM allocation a WHERE a.payment_id = p.id "
        "AND a.kind IN ('payment', 'refund'))), 0) FROM member m JOIN payment p ON p.customer_id = m.id GROUP BY 1, 2",
        {"customers": json.dumps(list(customer_ids))},
    )
    return {(customer_id, currency): int(minor) for customer_id, currency, minor in rows}


def tell(document: Settled, minor: int) -> None:
    """Note money for a document in the customer's timeline."""
    if document.customer_id is not None:
        title = _("Payment for {number}") if minor > 0 else _("Refund for {number}")
        timeline.record(
            document.customer_id,
            "payment",
            title.format(number=document.number),
            about=("document", document.id),
            amount_minor=minor,
            currency=document.currency,
        )


def tell_customer(customer_id: int, title: str, minor: int, currency: str) -> None:
    """Note money without a document in the customer's timeline."""
    timeline.record(customer_id, "payment", title, amount_minor=minor, currency=currency)
