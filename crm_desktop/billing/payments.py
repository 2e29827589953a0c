"""Payments and what they settle: allocations of payments, credit notes, discounts and write-offs to documents.

A payment is money that moved; an allocation says which document it settles and how much of it. What a payment holds
beyond that is the customer's credit, to be set against a later invoice. Money that goes back to a customer is a payment
below zero, allocated to the credit note. A payment can be deleted, and undone in History.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.activity import timeline
from crm_desktop.billing import rows, wording
from crm_desktop.company import payment_terms
from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, UserError, ValidationError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import LARGEST_MINOR, from_minor, to_minor
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


@dataclass(frozen=True, slots=True)
class Payment:
    """What settled part of a document. `kind`: payment, credit, discount or write_off; `payment_id` None without money.

    `amount` is what was settled here; `paid_total` is the whole payment.
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
class _Settled:
    """The document that a payment is for, with what is open of it."""

    id: int
    kind: str
    number: str
    customer_id: int | None
    currency: str
    open_minor: int


def open_amount(document_id: int) -> Decimal:
    """What is still open of an issued document, right now, also inside a transaction; below zero on a credit note.

    Raises:
        NotFound: there is no such issued document.
    """
    found = _document(document_id)
    return from_minor(found.open_minor, found.currency)


def _document(document_id: int) -> _Settled:
    row = db.one(
        "SELECT d.id, d.kind, d.number, d.customer_id, d.currency, b.open_minor "
        "FROM document d JOIN document_balance_now b ON b.id = d.id WHERE d.id = ?",
        [document_id],
    )
    if row is None:
        raise NotFound(_("Only issued documents can be paid. Issue it first."))
    return _Settled(*row)


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

    Raises:
        ValidationError: the amount or day cannot be right; field → sentence.
        NotFound: the document is not issued or no longer there.
    """
    day = paid_on or dates.today()
    with db.transaction(durable=True):
        document = _document(document_id)
        minor = _checked(document, amount, day, keep_credit=keep_credit)
        with db.transaction(_("Payment for {number}").format(number=document.number)):
            words = {"method": method, "reference": text.tidy(reference), "note": text.tidy_lines(note)}
            payment_id = _insert_payment(document, minor, day, words)
            settled = min(minor, document.open_minor) if document.open_minor > 0 else max(minor, document.open_minor)
            _allocate(document.id, settled, day, payment_id=payment_id)
            if take_discount and document.open_minor > settled:
                _take_discount(document, settled, day, payment_id)
            _tell(document, minor)
    return payment_id


def _checked(document: _Settled, amount: Decimal, day: date, *, keep_credit: bool) -> int:
    found: dict[str, str] = {}
    if not dates.is_plausible(day):
        found["paid_on"] = _("The year {year} cannot be right. Please check the date.").format(year=f"{day.year:04}")
    minor = to_minor(amount, document.currency) if amount.is_finite() and abs(amount) < 10**12 else LARGEST_MINOR
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


def _insert_payment(document: _Settled, minor: int, day: date, words: dict[str, str]) -> int:
    method = words["method"] if words["method"] in METHODS else "other"
    return db.insert(
        "payment",
        {
            "customer_id": document.customer_id,
            "paid_on": day.isoformat(),
            "amount_minor": minor,
            "currency": document.currency,
            "created_at": dates.instant_text(dates.now()),
        }
        | words
        | {"method": method},
    )


def book_imported(document_id: int, minor: int, paid_on: date) -> None:
    """Note what was paid on a document before it was imported; inside the transaction of the import, told to nobody."""
    document = _document(document_id)
    words = {"method": "other", "reference": "", "note": ""}
    payment_id = _insert_payment(document, minor, paid_on, words)
    _allocate(document_id, min(minor, document.open_minor), paid_on, payment_id=payment_id)


def _allocate(
    document_id: int,
    minor: int,
    day: date,
    kind: str = "payment",
    *,
    payment_id: int | None = None,
    credit_note_id: int | None = None,
) -> None:
    if minor:
        db.insert(
            "allocation",
            {
                "document_id": document_id,
                "payment_id": payment_id,
                "credit_note_id": credit_note_id,
                "kind": kind,
                "amount_minor": minor,
                "made_on": day.isoformat(),
            },
        )


def _take_discount(document: _Settled, settled: int, day: date, payment_id: int) -> None:
    allowed = to_minor(discount_for(document.id, day), document.currency)
    rest = document.open_minor - settled
    if rest > allowed:
        sentence = _("The discount on that day is {allowed}, but {rest} is missing. Book it as a part payment.")
        shown = {"allowed": allowed, "rest": rest}
        raise ValidationError(
            {"amount": sentence.format(**{k: wording.amount(v, document.currency) for k, v in shown.items()})}
        )
    _allocate(document.id, rest, day, "discount", payment_id=payment_id)


def _tell(document: _Settled, minor: int) -> None:
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


def discount_for(document_id: int, day: date) -> Decimal:
    """The discount for early payment that may be taken on a day; 0 without terms or after its last day."""
    document = rows.read_document(document_id)
    terms = document.terms
    until = payment_terms.discount_until(terms, document.issue_on) if terms and document.issue_on else None
    reduced = document.discounted
    return document.totals.due - reduced if until and day <= until and reduced is not None else Decimal(0)


def write_off(document_id: int, note: str = "") -> None:
    """Settle what is left of a document without money: a small difference, or an amount that will not come.

    Raises:
        UserError: nothing is open.
        NotFound: the document is not issued or no longer there.
    """
    document = _document(document_id)
    if document.open_minor == 0:
        raise UserError(_("{number} is settled already; nothing is open.").format(number=document.number))
    with db.transaction(_("Write off the rest of {number}").format(number=document.number), durable=True):
        _allocate(document.id, document.open_minor, dates.today(), "write_off")
        if document.customer_id is not None:
            timeline.record(
                document.customer_id,
                "payment",
                _("Rest of {number} written off").format(number=document.number),
                body=text.tidy_lines(note),
                about=("document", document.id),
                amount_minor=document.open_minor,
                currency=document.currency,
            )


def settle_with_credit(credit_note_id: int, invoice_id: int) -> Decimal:
    """Set a credit note against what is open of an invoice; gives how much was settled.

    Raises:
        NotFound: one of them is not issued or no longer there.
        UserError: they have different currencies.
    """
    note, invoice = _document(credit_note_id), _document(invoice_id)
    if note.currency != invoice.currency:
        raise UserError(_("Amounts in different currencies cannot be set against each other."))
    opposite = (note.open_minor < 0 < invoice.open_minor) or (invoice.open_minor < 0 < note.open_minor)
    minor = min(abs(note.open_minor), abs(invoice.open_minor)) if opposite else 0
    signed = minor if invoice.open_minor > 0 else -minor
    title = _("Set {credit_note} against {invoice}").format(credit_note=note.number, invoice=invoice.number)
    with db.transaction(title, durable=True):
        _allocate(invoice.id, signed, dates.today(), "credit", credit_note_id=note.id)
    return from_minor(signed, invoice.currency)


def credit_of(customer_id: int, currency: str) -> Decimal:
    """What a customer has paid beyond their invoices: money to be set against a later one."""
    rest = sum(minor for _payment, minor in _unused(customer_id, currency))
    return from_minor(rest, currency)


def _unused(customer_id: int, currency: str) -> list[tuple[int, int]]:
    """Payments of a customer that are not wholly allocated, oldest first: (id, rest)."""
    found: list[tuple[int, int]] = db.query(
        "SELECT id, rest FROM (SELECT p.id, p.paid_on, p.amount_minor - coalesce((SELECT sum(a.amount_minor) "
        "FROM allocation a WHERE a.payment_id = p.id AND a.kind = 'payment'), 0) AS rest FROM payment p "
        "WHERE p.customer_id = ? AND p.currency = ?) WHERE rest > 0 ORDER BY paid_on, id",
        [customer_id, currency],
    )
    return found


def use_credit(document_id: int) -> Decimal:
    """Set the customer's credit against what is open of an invoice; gives how much was settled.

    Raises:
        NotFound: the document is not issued or no longer there.
    """
    document = _document(document_id)
    left = document.open_minor
    unused = _unused(document.customer_id, document.currency) if document.customer_id is not None else []
    with db.transaction(_("Use credit for {number}").format(number=document.number), durable=True):
        for payment_id, rest in unused:
            used = min(rest, left)
            if used > 0:
                _allocate(document.id, used, dates.today(), payment_id=payment_id)
                left -= used
    return from_minor(document.open_minor - left, document.currency)


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


def delete(payment_id: int) -> None:
    """Take a payment back, with all that it settled; History can undo this.

    Raises:
        NotFound: the payment is no longer there.
    """
    found = db.one(
        "SELECT p.customer_id, p.amount_minor, p.currency, (SELECT group_concat(d.number, ', ') FROM allocation a "
        "JOIN document d ON d.id = a.document_id WHERE a.payment_id = p.id AND a.kind = 'payment') "
        "FROM payment p WHERE p.id = ?",
        [payment_id],
    )
    if found is None:
        raise NotFound(_("This payment is no longer there."))
    customer_id, minor, currency, numbers = found
    with db.transaction(_("Delete payment for {number}").format(number=numbers or "–"), durable=True):
        for (allocation_id,) in db.query("SELECT id FROM allocation WHERE payment_id = ?", [payment_id]):
            db.delete("allocation", allocation_id)
        db.delete("payment", payment_id)
        if customer_id is not None:
            title = _("Payment for {number} deleted").format(number=numbers or "–")
            timeline.record(customer_id, "payment", title, amount_minor=-minor, currency=currency)
