"""Booking money: one payment over any number of documents, with discounts, small differences and the customer's credit.

`book` checks the whole before it writes anything. What is beyond the shares becomes the customer's credit; below zero
money goes back: of credit notes, or of that credit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from crm_desktop.billing import payments, settlement, wording
from crm_desktop.billing.settlement import Settled, Words
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.money import LARGEST_MINOR, to_minor
from crm_desktop.customers import merging
from crm_desktop.db import connection as db


@dataclass(frozen=True, kw_only=True)
class Share:
    """What a payment settles of one document: by its money, by the discount for early payment, by writing off.

    On a credit note all are below zero. `late_days`: the owner grants the discount so many days after its last day.
    """

    document_id: int
    amount: Decimal
    discount: Decimal = Decimal(0)
    write_off: Decimal = Decimal(0)
    late_days: int = 0


@dataclass
class _Booking:
    """A payment over several documents while it is checked."""

    minor: int
    currency: str
    customer_id: int | None
    parts: list[tuple[Settled, Share, int]] = field(default_factory=list)

    @property
    def rest(self) -> int:
        """What the payment holds beyond its parts; below zero it pays credit back."""
        return self.minor - sum(minor for _document, _share, minor in self.parts)


def book(
    shares: Sequence[Share],
    amount: Decimal,
    paid_on: date | None = None,
    *,
    customer_id: int | None = None,
    currency: str = "",
    words: Words | None = None,
    keep_credit: bool = False,
) -> int:
    """Book a payment over any number of documents; gives the payment's id.

    Args:
        shares: what it settles; credit notes too (below zero), where the customer has deducted them.
        amount: the whole payment; below zero money goes back.
        paid_on: the day of the money, today if not given.
        customer_id: whose payment it is; the customer of the first document if not given.
        currency: only needed without documents.
        words: how it came and what it says.
        keep_credit: what is beyond the shares stays as the customer's credit (or, below zero, is paid from it).

    Raises:
        ValidationError: an amount or the day cannot be right; field → sentence, "amount", "paid_on", "customer" or
            "share:" with the id of the document.
        NotFound: a document is not issued or no longer there.
    """
    day = paid_on or dates.today()
    with db.transaction(durable=True):
        booking = _booking(shares, amount, customer_id, currency)
        found = settlement.check_day(day) | _wrong_shares(booking, day) | _wrong_rest(booking, keep_credit=keep_credit)
        if found:
            raise ValidationError(found)
        numbers = ", ".join(document.number for document, _share, _minor in booking.parts)
        title = _("Payment for {number}") if booking.minor > 0 else _("Refund for {number}")
        credit_title = _("Payment kept as credit") if booking.minor > 0 else _("Credit paid back")
        with db.transaction(title.format(number=numbers) if numbers else credit_title):
            payment_id = settlement.insert_payment(
                booking.customer_id, booking.minor, booking.currency, day, words or Words()
            )
            for document, share, minor in booking.parts:
                _settle_share(document, share, minor, day, payment_id)
                settlement.tell(document, minor)
            if not booking.parts and booking.customer_id is not None:
                settlement.tell_customer(booking.customer_id, credit_title, booking.minor, booking.currency)
    return payment_id


def _booking(shares: Sequence[Share], amount: Decimal, customer_id: int | None, currency: str) -> _Booking:
    documents = [settlement.settled(share.document_id) for share in shares]
    money = {document.currency for document in documents} | ({currency} if currency else set())
    if len(money) > 1:
        raise ValidationError({"amount": _("Amounts in different currencies cannot be set against each other.")})
    if len({document.id for document in documents}) < len(documents):
        raise ValidationError({"amount": _("A document stands in the list twice. Leave one of them out.")})
    paid_in = money.pop() if money else profile.load().currency
    owner = customer_id or next((d.customer_id for d in documents if d.customer_id is not None), None)
    booking = _Booking(settlement.minor_of(amount, paid_in), paid_in, owner)
    for document, share in zip(documents, shares, strict=True):
        booking.parts.append((document, share, settlement.minor_of(share.amount, paid_in)))
    return booking


def _settle_share(document: Settled, share: Share, minor: int, day: date, payment_id: int) -> None:
    settlement.allocate(document.id, minor, day, payment_id=payment_id)
    for kind, value in (("discount", share.discount), ("write_off", share.write_off)):
        settlement.allocate(document.id, to_minor(value, document.currency), day, kind, payment_id=payment_id)


def _wrong_shares(booking: _Booking, day: date) -> dict[str, str]:
    found = {}
    for document, share, minor in booking.parts:
        sentence = _wrong_share(document, share, minor, day)
        if sentence:
            found[f"share:{document.id}"] = sentence
    return found


def _wrong_share(document: Settled, share: Share, minor: int, day: date) -> str:
    without = [settlement.minor_of(value, document.currency) for value in (share.discount, share.write_off)]
    together = minor + sum(without)
    still = document.open_minor
    if still == 0:
        return _("{number} is settled already; nothing is open.").format(number=document.number)
    if any(part and (part > 0) != (still > 0) for part in (minor, *without)):
        return _("Money for {number} goes the other way. Check the minus sign.").format(number=document.number)
    if abs(together) > abs(still):
        return _("Only {amount} is open of {number}.").format(
            amount=wording.amount(abs(still), document.currency), number=document.number
        )
    if without[0]:
        try:
            payments.check_discount(document, without[0], day, share.late_days)
        except ValidationError as error:
            return str(error)
    if abs(without[1]) > to_minor(payments.write_off_limit(), document.currency):
        return payments.too_much_to_write_off(document)
    return ""


def _wrong_rest(booking: _Booking, *, keep_credit: bool) -> dict[str, str]:
    if abs(booking.minor) >= LARGEST_MINOR:
        return {"amount": _("This amount is too large. Please check it.")}
    if booking.minor == 0:
        return {"amount": _("Enter the amount that was paid.")}
    if booking.rest == 0:
        return {}
    if booking.customer_id is None and (booking.rest > 0) == (booking.minor > 0):
        shown = wording.amount(abs(booking.rest), booking.currency)
        return {"customer": _("{amount} is left over. Say whose credit it is.").format(amount=shown)}
    sentence = _wrong_credit(booking, keep_credit=keep_credit)
    return {"amount": sentence} if sentence else {}


def _wrong_credit(booking: _Booking, *, keep_credit: bool) -> str:
    """Why what is left over cannot become credit, or cannot be paid from it; empty where it can."""
    rest, sentence = booking.rest, ""
    if booking.minor > 0 > rest:
        sentence = _("{amount} more is shared out than was paid.")
    elif booking.minor < 0 < rest:
        sentence = _("{amount} more is shared out than was paid back.")
    elif rest < 0 and -rest > settlement.credit_minor(booking.customer_id or 0, booking.currency):
        sentence = _("The customer's credit is smaller than that; {amount} cannot go back.")
    elif not keep_credit:
        sentence = _("{amount} is left over. Share it out, or keep it as the customer's credit.")
    return sentence.format(amount=wording.amount(abs(rest), booking.currency))


def refund_credit(
    customer_id: int, amount: Decimal, paid_on: date | None = None, *, currency: str = "", words: Words | None = None
) -> int:
    """Note that so much of the customer's credit went back to them; gives the payment's id. `amount` is above zero.

    Raises:
        ValidationError: the credit is smaller, or amount or day cannot be right.
    """
    return book((), -abs(amount), paid_on, customer_id=customer_id, currency=currency, words=words, keep_credit=True)


def delete(payment_ids: Sequence[int]) -> None:
    """Take payments back, all or none, as one step.

    Raises:
        NotFound: one of them is no longer there.
        Conflict: what was over of one was used or paid back since.
    """
    words = ngettext("Delete {n} payment", "Delete {n} payments", len(payment_ids)).format(n=len(payment_ids))
    with db.transaction(words if len(payment_ids) > 1 else None, durable=True):
        for payment_id in payment_ids:
            payments.delete(payment_id)


def use_credit(customer_id: int, currency: str) -> int:
    """Share the credit of a customer out over what is open, the earliest due first, as one step; over how many."""
    with db.transaction(_("Set credit against what is open"), durable=True):
        return sum(bool(payments.use_credit(one)) for one in open_documents(customer_id, currency))


def open_documents(customer_id: int, currency: str) -> list[int]:
    """The ids of what a customer still has to pay, the earliest due first."""
    return [
        row[0]
        for row in db.query(
            "SELECT b.id FROM document_balance b JOIN document d ON d.id = b.id "
            f"WHERE b.customer_id IN {merging.relatives_sql('?1')} AND b.open_minor > 0 AND d.currency = ?2 ORDER BY b.due_on, b.id",
            [customer_id, currency],
        )
    ]
