"""Issuing: a draft becomes a document with a number that never changes; showing it and its stored PDF.

States: draft → issued → part paid → paid, or overdue, or cancelled by a credit note (all but the first two computed).
Issuing takes the number, copies seller and buyer, writes sums and tax groups, stores the PDF with its SHA-256 and tells
the timeline, all in one transaction that waits for the disk. Triggers in the data file keep it as it is from then on.

Source: Directive 2006/112/EC art. 226 and 233 (authenticity, integrity); § 14 UStG; GoBD.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from crm_desktop.activity import timeline
from crm_desktop.billing import (
    compose,
    document_files,
    drafts,
    kinds,
    payment_reference,
    payments,
    problems,
    quotes,
    rows,
)
from crm_desktop.billing.document import BILLS, CREDIT_NOTE, DELIVERY_NOTE, Document, Draft
from crm_desktop.billing.document_files import Printed
from crm_desktop.company import numbering, profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, NotFound, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import to_minor
from crm_desktop.db import connection as db

Render = Callable[[Document], Printed | bytes]


def issue(draft_id: int, render: Render | None = None) -> Document:
    """Issue a saved draft; gives the document as it is stored.

    `render` makes the PDF, and the e-invoice, from the finished document; it runs inside the transaction, so that a
    page that cannot be printed leaves the draft as it was and the number free.

    Raises:
        ValidationError: something that must be on it is missing; field → sentence (see `problems.stops`).
        Conflict: it was issued already.
        NotFound: it was deleted.
    """
    # The writing itself has no journal step: triggers guard it better, and a step of its own could not be undone.
    with db.transaction(durable=True):
        _refuse_unless_draft(draft_id)
        draft, company = rows.read_draft(draft_id), profile.load()
        if found := problems.stops(draft, company):
            raise ValidationError(found)
        composed = compose.compose(draft, company)
        number = numbering.take_free(draft.kind, composed.issue_on or dates.today(), "document")
        _write(draft_id, composed, number)
        document = rows.read_document(draft_id)
        if render is not None:
            document_files.keep_all(draft_id, render(document))
        with db.transaction(kinds.issue_title(draft.kind, number), undoable=False):
            _tell(draft_id, document)
            quotes.note_followed(document)
            _settle(draft_id, document)
    is_settled = document.paid_at_issue or document.kind == CREDIT_NOTE
    return rows.read_document(draft_id) if is_settled else document


def issue_draft(draft: Draft, render: Render | None = None) -> Document:
    """Save a draft and issue it, both or neither; gives the document as it is stored.

    Raises:
        ValidationError: something cannot be kept or is missing; field → sentence.
    """
    with db.transaction(durable=True):
        draft_id = drafts.store(draft)
        document = issue(draft_id, render)
    return rows.read_document(draft_id) if document.kind == CREDIT_NOTE or document.paid_at_issue else document


def _refuse_unless_draft(draft_id: int) -> None:
    found = db.one("SELECT state, number, deleted_at FROM document WHERE id = ?", [draft_id])
    if found is None or found[2]:
        raise NotFound(_("This draft was deleted. Bring it back from the bin to go on."))
    if found[0] != "draft":
        raise Conflict(_("{number} is issued already.").format(number=found[1]))


def _write(draft_id: int, document: Document, number: str) -> None:
    """Everything that is frozen from here on. Lines first: once the head says "issued", triggers refuse them."""
    rows.write_children(draft_id, rows.children(document, document.totals, document.exemptions))
    now = dates.instant_text(dates.now())
    terms: dict[str, Any] = {"text": document.terms_text} if document.terms_text else {}
    if document.terms is not None:
        terms |= asdict(document.terms)
    head = rows.head(document, document.totals)
    head["payment_reference"] = document.payment_reference or payment_reference.of_document(document, number)
    head |= {"terms": json.dumps(terms, ensure_ascii=False), "state": "issued", "number": number}
    db.update("document", draft_id, head | {"issued_at": now, "updated_at": now})


def _tell(document_id: int, document: Document) -> None:
    if document.customer_id is None:
        return
    timeline.record(
        document.customer_id,
        document.kind,
        kinds.numbered(document.kind, document.number, kinds.code_of(document)),
        about=("document", document_id),
        amount_minor=to_minor(document.totals.grand_total - document.deducted, document.currency)
        if document.kind != DELIVERY_NOTE
        else None,
        currency=document.currency,
    )


def _settle(document_id: int, document: Document) -> None:
    """A credit note settles the invoice that it corrects; what is paid on the spot is booked."""
    if document.kind not in BILLS:
        return
    if document.kind == CREDIT_NOTE and document.preceding_id is not None:
        payments.settle_with_credit(document_id, document.preceding_id)
    elif document.paid_at_issue and document.totals.due:
        payments.record(document_id, document.totals.due, document.issue_on, method=document.paid_at_issue)


# ---- numbers --------------------------------------------------------------------------------------------------------


def preview_number(draft: Draft) -> str:
    """The number that a draft would get if it were issued now."""
    return next_number(draft.kind, draft.issue_on or dates.today())


def next_number(kind: str, day: date, *, after: int = 0) -> str:
    """The number that the next document of a kind gets on a day, or the one `after` so many further ones."""
    ahead = 0
    while True:
        ahead += 1
        number = numbering.preview(kind, day, ahead=ahead)
        if db.one("SELECT 1 FROM document WHERE number = ?", [number]) is None:
            if not after:
                return number
            after -= 1


# ---- showing --------------------------------------------------------------------------------------------------------


def find(number: str) -> int:
    """The id of an issued document by its number.

    Raises:
        NotFound: there is none.
    """
    found = db.value(
        "SELECT id FROM document WHERE number = ? AND state = 'issued' ORDER BY kind = 'invoice' DESC LIMIT 1",
        [number.strip()],
    )
    if found is None:
        raise NotFound(_("There is no document with the number {number}.").format(number=number.strip()))
    return int(found)


def show(number: str) -> Document:
    """An issued document by its number, as it was issued.

    Raises:
        NotFound: there is none.
    """
    return rows.read_document(find(number))


def get(document_id: int) -> Document:
    """A document by id: issued as stored, a draft as it would be issued now.

    Raises:
        NotFound: it is no longer there.
        ValidationError: the amounts of a draft cannot be added up.
    """
    document = rows.read_document(document_id)
    return document if document.state == "issued" else drafts.preview(rows.read_draft(document_id))


def pdf(document_id: int) -> bytes | None:
    """The PDF as it was stored when the document was issued, or None if none was stored (imported documents).

    Raises:
        Problem: the stored bytes are not what they were; the file is damaged.
    """
    return document_files.read(document_id, document_files.PDF)


def keep_pdf(document_id: int, content: bytes) -> None:
    """Store the PDF of a document for good; once stored, it cannot be replaced.

    Raises:
        Conflict: one is stored already.
    """
    document_files.keep(document_id, document_files.PDF, content)


def set_note(document_id: int, note: str) -> None:
    """Change the owner's own note on a document, also on an issued one; it is never printed."""
    with db.transaction(_("Edit note")):
        db.update("document", document_id, {"internal_note": note.strip(), "updated_at": dates.stamp()})


def mark_sent(document_id: int) -> None:
    """Note that a document went to the customer now: printed, saved or mailed."""
    with db.transaction(_("Mark as sent"), merge=True):
        db.update("document", document_id, {"sent_at": dates.instant_text(dates.now())})
