"""Payments and what they settle: allocations of payments, credit notes, discounts and write-offs to documents.

A payment is money that moved; an allocation says which document it settles and how much of it: one payment may settle
several documents (see `booking`), and several payments one. What a payment holds beyond that is the customer's credit, to be set against
a later invoice or paid back. Money that goes back is a payment below zero. What a document owes is nowhere stored but
follows from its allocations; each of them can be taken back, and undone in History. Currencies are never mixed.

Source: § 17 UStG for discounts and amounts that are lost (their day counts); kinds of allocation in `settlement`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.activity import timeline
from crm_desktop.billing import rows, settlement, wording
from crm_desktop.billing.document import CREDIT_NOTE
from crm_desktop.billing.settlement import METHODS, Settled, Words
from crm_desktop.company import payment_terms
from crm_desktop.core import dates, text
from crm_desktop.core.errors import Conflict, NotFound, UserError, ValidationError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import LARGEST_MINOR, from_minor, round_amount, to_minor
from crm_desktop.db import connection as db
from crm_desktop.db import noted

__all__ = ["METHODS", "REASONS", "Payment", "Received", "record"]

# Why something is settled without money.
REASONS = {
    "small": N_("Small difference"),
    "charges": N_("Bank charges"),
    "lost": N_("Will not be paid any more"),
}
_LIMIT_KEY, _USUAL_LIMIT = "write_off_limit", Decimal(5)


@dataclass(frozen=True, slots=True)
class Payment:
    """What settled part of a document. `kind`: payment, refund, credit, discount or write_off.

    `amount` is what was settled here; `payment_id` and `paid_total`, the whole payment, are None without money.
    """

    allocation_id: int
    payment_id: int | None
    kind: str
    made_on: date
    amount: Decimal
    currency: str
    method: str
    reference: str
    note: str
    paid_total: Decimal | None
    credit_note: str


@dataclass(frozen=True, slots=True)
class Received:
    """One allocation as the tax and the bookkeeper see it; `amount` is below zero where money went back.

    `made_on` is the day of the allocation, `paid_on` the day of the money (None without money).
    """

    made_on: date
    paid_on: date | None
    document_id: int
    number: str
    document_kind: str
    customer_id: int | None
    kind: str
    amount: Decimal
    currency: str
    payment_id: int | None
    credit_note_id: int | None


def open_amount(document_id: int) -> Decimal:
    """What is still open of an issued document, right now, also inside a transaction; below zero on a credit note.

    Raises:
        NotFound: there is no such issued document.
    """
    found = settlement.settled(document_id)
    return from_minor(found.open_minor, found.currency)


# ---- one document ---------------------------------------------------------------------------------------------------


def record(
    document_id: int,
    amount: Decimal,
    paid_on: date | None = None,
    *,
    method: str = "transfer",
    reference: str = "",
    note: str = "",
    keep_credit: bool = False,
    take_discount: bool = False,
    late_days: int = 0,
) -> int:
    """Book a payment for a document, whole or in part; gives the payment's id.

    Args:
        document_id: an issued invoice or receipt; a credit note takes the refund, as an amount below zero.
        amount: in the document's currency.
        paid_on: the day of the payment, today if not given.
        method: one of `METHODS`.
        reference: what the bank statement says.
        note: a remark of the owner.
        keep_credit: an amount above what is open stays as the customer's credit; otherwise it is refused.
        take_discount: the rest is the discount for early payment (see `discount_for`).
        late_days: the discount is granted so many days after its last day.

    Raises:
        ValidationError: the amount or day cannot be right; field → sentence.
        NotFound: the document is not issued or no longer there.
    """
    day = paid_on or dates.today()
    with db.transaction(durable=True):
        document = settlement.settled(document_id)
        minor = _checked(document, amount, day, keep_credit=keep_credit)
        with db.transaction(_("Payment for {number}").format(number=document.number)):
            words = Words(method=method, reference=reference, note=note)
            payment_id = settlement.insert_payment(document.customer_id, minor, document.currency, day, words)
            part = min(minor, document.open_minor) if document.open_minor > 0 else max(minor, document.open_minor)
            settlement.allocate(document.id, part, day, payment_id=payment_id)
            if take_discount and document.open_minor > part:
                rest = document.open_minor - part
                check_discount(document, rest, day, late_days)
                settlement.allocate(document.id, rest, day, "discount", payment_id=payment_id)
            settlement.tell(document, minor)
    return payment_id


def _checked(document: Settled, amount: Decimal, day: date, *, keep_credit: bool) -> int:
    found = settlement.check_day(day)
    minor = settlement.minor_of(amount, document.currency)
    shown = wording.amount(abs(document.open_minor), document.currency)
    if abs(minor) >= LARGEST_MINOR:
        found["amount"] = _("This amount is too large. Please check it.")
    elif minor == 0:
        found["amount"] = _("Enter the amount that was paid.")
    elif document.open_minor == 0 and not keep_credit:
        found["amount"] = _("{number} is settled already; nothing is open.").format(number=document.number)
    elif document.open_minor and (minor > 0) != (document.open_minor > 0):
        found["amount"] = (
            _("Enter the amount without a minus sign.")
            if document.open_minor > 0
            else _("Money goes back to the customer here. Enter it with a minus sign.")
        )
    elif document.open_minor < 0 and minor < document.open_minor:
        found["amount"] = _("Only {amount} can go back.").format(amount=shown)
    elif minor > document.open_minor > 0 and not keep_credit:
        sentence = _("Only {amount} is open. Book that, or keep the rest as the customer's credit.")
        found["amount"] = sentence.format(amount=shown)
    elif minor > document.open_minor >= 0 and document.customer_id is None:
        found["amount"] = _("Only {amount} is open, and without a customer the rest cannot be kept.").format(
            amount=shown
        )
    if found:
        raise ValidationError(found)
    return minor


def check_discount(document: Settled, taken: int, day: date, late_days: int) -> None:
    """Refuse more discount than a document earns on a day.

    Raises:
        ValidationError: it is less; the sentence stands at "amount".
    """
    allowed = to_minor(discount_for(document.id, day, late_days=late_days), document.currency)
    if taken > allowed:
        sentence = _("The discount on that day is {allowed}, but {rest} is missing. Book it as a part payment.")
        shown = {"allowed": allowed, "rest": taken}
        raise ValidationError(
            {"amount": sentence.format(**{k: wording.amount(v, document.currency) for k, v in shown.items()})}
        )


def book_imported(document_id: int, minor: int, paid_on: date) -> None:
    """Note what was paid on a document before it was imported; inside the transaction of the import, told to nobody.

    On a credit note it is what was paid back, at most what it owes.
    """
    document = settlement.settled(document_id)
    part = min(minor, document.open_minor) if document.open_minor > 0 else max(-minor, document.open_minor)
    payment_id = settlement.insert_payment(
        document.customer_id, minor if part > 0 else part, document.currency, paid_on, Words(method="other")
    )
    settlement.allocate(document_id, part, paid_on, payment_id=payment_id)


# ---- without money --------------------------------------------------------------------------------------------------


def discount_for(document_id: int, day: date, *, late_days: int = 0) -> Decimal:
    """The discount for early payment that may be taken on a day; 0 without terms or after its last day.

    What was credited earns none. `late_days` lets the owner grant it so many days after its last day.
    """
    document = rows.read_document(document_id)
    until = discount_until(document_id)
    terms = document.terms
    if terms is None or until is None or document.totals.due <= 0 or day > dates.add_days(until, late_days):
        return Decimal(0)
    base = max(document.totals.due - document.credited, Decimal(0))
    return round_amount(base * terms.discount_bp / 10_000, document.currency)


def discount_until(document_id: int) -> date | None:
    """The last day for the discount of a document, None where it has none."""
    document = rows.read_document(document_id)
    if document.terms is None or document.issue_on is None:
        return None
    return payment_terms.discount_until(document.terms, document.issue_on)


def write_off_limit() -> Decimal:
    """How much may be written off as a small difference."""
    found = db.value("SELECT value FROM setting WHERE key = ?", [_LIMIT_KEY])
    return Decimal(found) if found is not None else _USUAL_LIMIT


def set_write_off_limit(amount: Decimal) -> None:
    """Say how much may be written off as a small difference.

    Raises:
        ValidationError: it is no amount from 0 to 1,000.
    """
    if not amount.is_finite() or not 0 <= amount <= 1000:
        raise ValidationError({"write_off_limit": _("Enter an amount from 0 to 1,000.")})
    with db.transaction(_("Change settings"), merge=True):
        noted.put_setting(_LIMIT_KEY, str(amount))


def too_much_to_write_off(document: Settled) -> str:
    """Why so much of a document is no small difference, as a sentence."""
    sentence = _(
        "Only {limit} may be written off as a small difference. Leave the rest open, or write it off as not paid any more."
    )
    limit = to_minor(write_off_limit(), document.currency)
    return sentence.format(limit=wording.amount(limit, document.currency))


def write_off(document_id: int, note: str = "", *, reason: str = "") -> None:
    """Settle what is left of a document without money: a small difference, or an amount that will not come.

    `reason` is one of `REASONS`; without one the amount decides between "small" and "lost".

    Raises:
        UserError: nothing is open, or it is more than a small difference.
        NotFound: the document is not issued or no longer there.
    """
    document = settlement.settled(document_id)
    if document.open_minor == 0:
        raise UserError(_("{number} is settled already; nothing is open.").format(number=document.number))
    is_small = abs(document.open_minor) <= to_minor(write_off_limit(), document.currency)
    why = reason if reason in REASONS else "small" if is_small else "lost"
    if why != "lost" and not is_small:
        raise UserError(too_much_to_write_off(document))
    with db.transaction(_("Write off the rest of {number}").format(number=document.number), durable=True):
        settlement.allocate(document.id, document.open_minor, dates.today(), "write_off")
        if document.customer_id is not None:
            timeline.record(
                document.customer_id,
                "payment",
                _("Rest of {number} written off").format(number=document.number),
                body="\n".join(part for part in (_(REASONS[why]), text.tidy_lines(note)) if part),
                about=("document", document.id),
                amount_minor=document.open_minor,
                currency=document.currency,
            )


def settle_with_credit(credit_note_id: int, invoice_id: int, amount: Decimal | None = None) -> Decimal:
    """Set a credit note against what is open of an invoice, at most so much; gives how much was settled, 0 for others.

    Raises:
        NotFound: one of them is not issued or no longer there.
        UserError: they have different currencies.
    """
    note, invoice = settlement.settled(credit_note_id), settlement.settled(invoice_id)
    if note.currency != invoice.currency:
        raise UserError(_("Amounts in different currencies cannot be set against each other."))
    opposite = (note.open_minor < 0 < invoice.open_minor) or (invoice.open_minor < 0 < note.open_minor)
    # Only a credit note is used up by being set against something; anything else would stay open as a whole.
    opposite = opposite and note.kind == CREDIT_NOTE != invoice.kind
    minor = min(abs(note.open_minor), abs(invoice.open_minor)) if opposite else 0
    if amount is not None:
        minor = min(minor, max(settlement.minor_of(amount, invoice.currency), 0))
    signed = minor if invoice.open_minor > 0 else -minor
    title = _("Set {credit_note} against {invoice}").format(credit_note=note.number, invoice=invoice.number)
    with db.transaction(title, durable=True):
        settlement.allocate(invoice.id, signed, dates.today(), "credit", credit_note_id=note.id)
    return from_minor(signed, invoice.currency)


# ---- the customer's credit ------------------------------------------------------------------------------------------


def credit_of(customer_id: int, currency: str) -> Decimal:
    """What a customer has paid beyond their invoices: money to be set against a later one, or to be paid back."""
    return from_minor(settlement.credit_minor(customer_id, currency), currency)


def credits_of(customer_id: int) -> dict[str, Decimal]:
    """The customer's credit per currency; empty where there is none."""
    found = {
        currency: credit_of(customer_id, currency)
        for (currency,) in db.query(
            "SELECT DISTINCT currency FROM payment WHERE customer_id = ? ORDER BY currency", [customer_id]
        )
    }
    return {currency: amount for currency, amount in found.items() if amount > 0}


def use_credit(document_id: int) -> Decimal:
    """Set the customer's credit against what is open of an invoice; gives how much was settled.

    Raises:
        NotFound: the document is not issued or no longer there.
    """
    document = settlement.settled(document_id)
    left = document.open_minor
    with db.transaction(_("Use credit for {number}").format(number=document.number), durable=True):
        unused = settlement.unused(document.customer_id, document.currency) if document.customer_id is not None else []
        for payment_id, rest in unused:
            used = min(rest, left)
            if used > 0:
                settlement.allocate(document.id, used, dates.today(), payment_id=payment_id)
                left -= used
    return from_minor(document.open_minor - left, document.currency)


# ---- what was booked ------------------------------------------------------------------------------------------------


def of_document(document_id: int) -> list[Payment]:
    """What settled a document, oldest first."""
    found = db.query(
        "SELECT a.id, a.payment_id, a.kind, a.made_on, a.amount_minor, d.currency, coalesce(p.method, ''), "
        "coalesce(p.reference, ''), coalesce(p.note, ''), p.amount_minor, coalesce(c.number, '') "
        "FROM allocation a JOIN document d ON d.id = a.document_id LEFT JOIN payment p ON p.id = a.payment_id "
        "LEFT JOIN document c ON c.id = a.credit_note_id WHERE a.document_id = ?1 OR a.credit_note_id = ?1 "
        "ORDER BY a.made_on, a.id",
        [document_id],
    )
    return [_payment(row) for row in found]


def _payment(row: tuple[Any, ...]) -> Payment:
    allocation_id, payment_id, kind, day, minor, money, method, reference, note, whole, credit_note = row
    return Payment(
        allocation_id=allocation_id,
        payment_id=payment_id,
        kind=kind,
        made_on=date.fromisoformat(day),
        amount=from_minor(minor, money),
        currency=money,
        method=method,
        reference=reference,
        note=note,
        paid_total=from_minor(whole, money) if whole is not None else None,
        credit_note=credit_note,
    )


def received(first: date | None = None, last: date | None = None, *, kinds: Sequence[str] = ()) -> list[Received]:
    """Every allocation made from `first` to `last` (both included), oldest first.

    `kinds` narrows it: `settlement.MONEY` is what came in and went back, `settlement.WITHOUT_MONEY` what was settled
    without money and changes the tax. Only invoices, credit notes and receipts have allocations.
    """
    found = db.query(
        "SELECT a.made_on, p.paid_on, d.id, d.number, d.kind, d.customer_id, a.kind, a.amount_minor, d.currency, "
        "a.payment_id, a.credit_note_id FROM allocation a JOIN document d ON d.id = a.document_id "
        "LEFT JOIN payment p ON p.id = a.payment_id WHERE a.made_on BETWEEN ? AND ? ORDER BY a.made_on, a.id",
        [(first or dates.EARLIEST).isoformat(), (last or dates.LATEST).isoformat()],
    )
    return [
        Received(
            date.fromisoformat(made), date.fromisoformat(paid) if paid else None, document_id, number, document_kind,
            customer_id, kind, from_minor(minor, money), money, payment_id, credit_note_id,
        )
        for made, paid, document_id, number, document_kind, customer_id, kind, minor, money, payment_id, credit_note_id
        in found
        if not kinds or kind in kinds
    ]  # fmt: skip


# ---- taking back ----------------------------------------------------------------------------------------------------


def take_back(allocation_id: int) -> None:
    """Open again what one allocation settled; its money becomes the customer's credit. History can undo this.

    A discount or write-off that came with the money goes with it.

    Raises:
        NotFound: it is no longer there.
        Conflict: the money would belong to nobody, or went back already.
    """
    found = db.one(
        "SELECT a.document_id, a.payment_id, a.kind, p.customer_id, p.currency FROM allocation a "
        "LEFT JOIN payment p ON p.id = a.payment_id WHERE a.id = ?",
        [allocation_id],
    )
    if found is None:
        raise NotFound(_("This was taken back already."))
    document_id, payment_id, kind, customer_id, currency = found
    if kind in settlement.MONEY and (customer_id is None or kind == "refund"):
        raise Conflict(_("This money would belong to nobody then. Delete the whole payment instead."))
    number = db.value("SELECT number FROM document WHERE id = ?", [document_id])
    with db.transaction(_("Take back what settled {number}").format(number=number), durable=True):
        together = [(allocation_id,)]
        if kind in settlement.MONEY:
            together = db.query(
                "SELECT id FROM allocation WHERE payment_id = ? AND document_id = ?", [payment_id, document_id]
            )
        for (row_id,) in together:
            db.delete("allocation", row_id)
        if customer_id is not None:
            _refuse_negative_credit(customer_id, currency)


def delete(payment_id: int) -> None:
    """Take a payment back, with all that it settled; History can undo this. Its bank transaction waits to be booked again.

    Raises:
        NotFound: the payment is no longer there.
        Conflict: what was over of it was used or paid back since.
    """
    found = db.one(
        "SELECT p.customer_id, p.amount_minor, p.currency, (SELECT group_concat(d.number, ', ') FROM allocation a "
        "JOIN document d ON d.id = a.document_id WHERE a.payment_id = p.id AND a.kind IN ('payment', 'refund')) "
        "FROM payment p WHERE p.id = ?",
        [payment_id],
    )
    if found is None:
        raise NotFound(_("This payment is no longer there."))
    customer_id, minor, currency, numbers = found
    with db.transaction(_("Delete payment for {number}").format(number=numbers or "–"), durable=True):
        for (allocation_id,) in db.query("SELECT id FROM allocation WHERE payment_id = ?", [payment_id]):
            db.delete("allocation", allocation_id)
        for (row_id,) in db.query("SELECT id FROM bank_transaction WHERE payment_id = ?", [payment_id]):
            db.update("bank_transaction", row_id, {"state": "open", "payment_id": None})
        db.delete("payment", payment_id)
        if customer_id is not None:
            _refuse_negative_credit(customer_id, currency)
            title = _("Payment for {number} deleted").format(number=numbers or "–")
            settlement.tell_customer(customer_id, title, -minor, currency)


def _refuse_negative_credit(customer_id: int, currency: str) -> None:
    if settlement.credit_minor(customer_id, currency) < 0:
        raise Conflict(
            _("The credit from this payment was paid back to the customer. Delete that first, then this one.")
        )
