"""Credit notes: how an issued invoice is corrected. Positive amounts, type 381, their own numbers.

`cancel` takes an invoice back as a whole, at once. `draft_for` opens a draft with the invoice's content, to credit a
part of it. Either names the number and date of the invoice and, when issued, settles what is open of it.

Source: EN 16931 BT-25 and BT-26; Directive 2006/112/EC art. 219.
"""

from __future__ import annotations

from dataclasses import replace

from crm_desktop.billing import drafts, invoices, problems, rows
from crm_desktop.billing.document import CREDIT_NOTE, Document, Draft
from crm_desktop.billing.invoices import Render
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict
from crm_desktop.core.i18n import document_text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db


def why_not(document_id: int) -> str | None:
    """The reason why a document cannot be credited, or None if it can."""
    document = rows.read_document(document_id)
    if document.state != "issued":
        return _("A draft needs no credit note. Change or delete it.")
    if document.kind == CREDIT_NOTE:
        return _("A credit note is not corrected by another one. Write a new invoice instead.")
    if document.imported and not document.lines:
        return _("{number} was imported without its lines. Write the credit note by hand.").format(
            number=document.number
        )
    if not problems.still_to_credit(document_id):
        return _("{number} is credited in full already.").format(number=document.number)
    return None


def begin(document_id: int) -> Draft:
    """A draft, not saved yet, that takes an invoice or receipt back as a whole; edit it to credit a part.

    Raises:
        Conflict: there is nothing to credit.
        NotFound: it is no longer there.
    """
    if reason := why_not(document_id):
        raise Conflict(reason)
    invoice = rows.read_document(document_id)
    today = dates.today()
    return replace(
        rows.read_draft(document_id),
        id=None,
        updated_at="",
        kind=CREDIT_NOTE,
        type_code="381",
        issue_on=max(today, invoice.issue_on or today),
        due_on=None,
        payment_terms_id=None,
        terms_text="",
        intro=_intro(invoice),
        closing="",
        preceding_id=document_id,
        preceding_number=invoice.number or "",
        preceding_on=invoice.issue_on,
        paid_at_issue="",
        internal_note="",
        seller={},
        buyer=invoice.buyer,
        ship_to=invoice.ship_to,
    )


def _intro(invoice: Document) -> str:
    return document_text(invoice.language, "We credit you the following items.")


def draft_for(document_id: int) -> Draft:
    """A saved draft that takes an invoice back; change its lines to credit a part of it.

    Raises:
        Conflict: there is nothing to credit.
        NotFound: the invoice is no longer there.
    """
    return drafts.save(begin(document_id))


def cancel(document_id: int, render: Render | None = None) -> Document:
    """Take an invoice or receipt back as a whole with a credit note, issued at once; gives the credit note.

    What is open of the invoice is settled by it; what was paid already stays open on the credit note, to be paid back.

    Raises:
        Conflict: there is nothing to credit, or a part was credited before.
        NotFound: the invoice is no longer there.
    """
    return invoices.issue_draft(begin(document_id), render)


def of_document(document_id: int) -> list[tuple[int, str]]:
    """The issued credit notes of an invoice: (id, number), oldest first."""
    found: list[tuple[int, str]] = db.query(
        "SELECT id, number FROM document WHERE preceding_id = ? AND kind = 'credit_note' AND state = 'issued' ORDER BY id",
        [document_id],
    )
    return found
