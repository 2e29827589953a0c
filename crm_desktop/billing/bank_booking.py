"""Booking bank transactions as the owner agreed: all that were chosen, or none.

`take_in` keeps a statement and puts money aside that went out for nothing known here; `book` turns choices into payments;
`take_back` opens a transaction again and deletes its payment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from crm_desktop.billing import bank_matching, bank_statements, booking, payments, wording
from crm_desktop.billing.bank_matching import MATCH, NONE, Part, Proposal
from crm_desktop.billing.bank_movement import BankFile
from crm_desktop.billing.bank_statements import Kept, Transaction
from crm_desktop.billing.booking import Share
from crm_desktop.billing.settlement import Words
from crm_desktop.core import text
from crm_desktop.core.errors import Conflict, UserError, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.money import from_minor
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the owner says a transaction is; what its parts leave over becomes the credit of `customer_id`."""

    transaction_id: int
    parts: tuple[Part, ...] = ()
    customer_id: int | None = None
    payment_id: int | None = None
    received_id: int | None = None


def chosen(proposal: Proposal) -> Choice:
    """A proposal taken as it stands."""
    return Choice(
        transaction_id=proposal.transaction_id,
        parts=proposal.parts,
        customer_id=proposal.customer_id,
        payment_id=proposal.payment_id,
        received_id=proposal.received_id,
    )


def take_in(file: BankFile, progress: Progress | None = None, *, despite_sums: bool = False) -> Kept:
    """Keep what is new in a statement; money that went out for nothing known here is put with the ignored at once.

    Raises:
        UserError: see `bank_statements.keep`.
        Cancelled: through `progress`; nothing is kept.
    """
    progress = progress or Progress()
    with db.transaction(_("Read bank statement {name}").format(name=file.name), durable=True):
        kept = bank_statements.keep(file, progress, despite_sums=despite_sums)
        went = db.query(
            "SELECT id FROM bank_transaction WHERE id >= ? AND state = 'open' AND amount_minor < 0",
            [kept.first_id or 1],
        )
        if kept.new and went:
            found = bank_matching.proposals([row_id for (row_id,) in went], progress)
            nothing = [[row_id] for row_id, proposal in found.items() if proposal.strength == NONE]
            db.execute_many("UPDATE bank_transaction SET state = 'ignored' WHERE id = ?", nothing)
            kept = replace(kept, ignored=len(nothing))
    return kept


def book(choices: Sequence[Choice], progress: Progress | None = None) -> int:
    """Book what was chosen, all or nothing; gives how many. One step in History takes all of it back.

    Raises:
        UserError: one of them cannot be booked; the sentence says which and why.
        Conflict: one of them does not wait any more.
        Cancelled: through `progress`; nothing is booked.
    """
    progress = progress or Progress()
    title = ngettext("Book {n} bank transaction", "Book {n} bank transactions", len(choices)).format(n=len(choices))
    rows = {row.id: row for row in bank_statements.rows([choice.transaction_id for choice in choices])}
    with db.transaction(title, durable=True):
        for number, choice in enumerate(choices):
            progress(number, len(choices))
            row = rows.get(choice.transaction_id)
            if row is None:
                raise Conflict(_("This bank transaction is no longer there."))
            bank_statements.mark_booked(row.id, _payment(row, choice))
    return len(choices)


def _payment(row: Transaction, choice: Choice) -> int | None:
    """The payment that holds a transaction; None for a received invoice, which has none."""
    if choice.payment_id is not None:
        if db.one("SELECT 1 FROM payment WHERE id = ?", [choice.payment_id]) is None:
            raise Conflict(_("The payment that was entered by hand is no longer there. Look at the list again."))
        return choice.payment_id
    if choice.received_id is not None:
        db.update("received_document", choice.received_id, {"paid_on": row.booked_on.isoformat()})
        return None
    words = Words(reference=_reference(row), end_to_end=row.end_to_end)
    try:
        return booking.book(
            [share_of(part, row.currency) for part in choice.parts],
            from_minor(row.amount_minor, row.currency),
            row.booked_on,
            customer_id=choice.customer_id,
            currency=row.currency,
            words=words,
            keep_credit=True,
        )
    except ValidationError as error:
        raise UserError(
            _("{amount} of {day} cannot be booked: {reason}").format(
                amount=wording.amount(row.amount_minor, row.currency), day=wording.day(row.booked_on), reason=error
            )
        ) from error


def share_of(part: Part, currency: str) -> Share:
    """A part as it is booked."""
    return Share(
        document_id=part.document_id,
        amount=from_minor(part.amount_minor, currency),
        discount=from_minor(part.discount_minor, currency),
        write_off=from_minor(part.write_off_minor, currency),
        late_days=part.late_days,
    )


def matches(found: Iterable[Proposal]) -> list[Choice]:
    """The choices for what is certain, the only ones that may be booked without a look at each."""
    return [chosen(proposal) for proposal in found if proposal.strength == MATCH]


def take_back(transaction_id: int) -> None:
    """Let a booked transaction wait again; its payment is deleted, unless it was entered by hand before.

    Raises:
        Conflict: it is not booked, or what was over of it was used since.
    """
    row = bank_statements.get(transaction_id)
    if row.state != "booked":
        raise Conflict(_("This transaction is not booked."))
    with db.transaction(_("Take back the booking of a bank transaction"), durable=True):
        if row.payment_id is None:
            _open_received(row)
        elif not _entered_by_hand(row, row.payment_id):
            payments.delete(row.payment_id)
        db.update("bank_transaction", row.id, {"state": "open", "payment_id": None})


def _reference(row: Transaction) -> str:
    """What the payment of a transaction says."""
    return text.tidy(row.purpose) or row.party


def _entered_by_hand(row: Transaction, payment_id: int) -> bool:
    """Whether the payment was there before: one that a booking made says what the bank says."""
    found = db.one("SELECT reference, end_to_end FROM payment WHERE id = ?", [payment_id])
    return found is not None and found != (_reference(row), row.end_to_end)


def _open_received(row: Transaction) -> None:
    """Open the received invoice again that this transaction paid."""
    for (received_id,) in db.query(
        "SELECT id FROM received_document WHERE paid_on = ? AND gross_minor = ? AND currency = ? LIMIT 1",
        [row.booked_on.isoformat(), -row.amount_minor, row.currency],
    ):
        db.update("received_document", received_id, {"paid_on": None})
