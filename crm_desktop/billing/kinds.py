"""What each kind of document is called, and what its owner usually writes on it.

Bills (invoice, credit note, receipt) ask for money or give it back. The others are promises and slips: quote, order
confirmation, delivery note, proforma. They have numbers of their own and freeze like bills, but owe nothing.
"""

from __future__ import annotations

from crm_desktop.billing.document import (
    CORRECTED,
    CREDIT_NOTE,
    DELIVERY_NOTE,
    DEPOSIT,
    INVOICE,
    ORDER_CONFIRMATION,
    PARTIAL,
    PROFORMA,
    QUOTE,
    RECEIPT,
    Draft,
)
from crm_desktop.core.i18n import document_text
from crm_desktop.core.i18n import gettext_ as _

# Quotes hold for so many days unless the owner says otherwise.
USUAL_VALID_DAYS = 30
# In place of a type code: an invoice that takes off what deposit and partial invoices billed before.
FINAL = "final"


def code_of(document: Draft) -> str:
    """The type code of a document, or `FINAL` where it takes off what was billed before."""
    return FINAL if document.deductions and document.type_code not in (DEPOSIT, PARTIAL) else document.type_code


def name(kind: str, type_code: str = "") -> str:
    """What a kind of document is called on the screen; special invoices by their own name (see `code_of`)."""
    special = {
        DEPOSIT: _("Deposit invoice"),
        PARTIAL: _("Partial invoice"),
        FINAL: _("Final invoice"),
        CORRECTED: _("Corrected invoice"),
    }
    if kind == INVOICE and type_code in special:
        return special[type_code]
    return {
        INVOICE: _("Invoice"),
        CREDIT_NOTE: _("Credit note"),
        RECEIPT: _("Receipt"),
        QUOTE: _("Quote"),
        ORDER_CONFIRMATION: _("Order confirmation"),
        DELIVERY_NOTE: _("Delivery note"),
        PROFORMA: _("Proforma invoice"),
    }[kind]


def numbered(kind: str, number: str | None, type_code: str = "") -> str:
    """Kind and number, as the timeline says it: "Quote QU-2026-0004"; special invoices by their own name."""
    special = {
        DEPOSIT: _("Deposit invoice {number}"),
        PARTIAL: _("Partial invoice {number}"),
        FINAL: _("Final invoice {number}"),
        CORRECTED: _("Corrected invoice {number}"),
    }
    if kind == INVOICE and type_code in special:
        return special[type_code].format(number=number or "")
    return {
        INVOICE: _("Invoice {number}"),
        CREDIT_NOTE: _("Credit note {number}"),
        RECEIPT: _("Receipt {number}"),
        QUOTE: _("Quote {number}"),
        ORDER_CONFIRMATION: _("Order confirmation {number}"),
        DELIVERY_NOTE: _("Delivery note {number}"),
        PROFORMA: _("Proforma invoice {number}"),
    }[kind].format(number=number or "")


def content_title(kind: str) -> str:
    """What the lines of an issued document are: the heading above them."""
    return {
        QUOTE: _("What is offered"),
        ORDER_CONFIRMATION: _("What was ordered"),
        DELIVERY_NOTE: _("What is delivered"),
        PROFORMA: _("What it is about"),
        CREDIT_NOTE: _("What was credited"),
    }.get(kind, _("What was sold"))


def issue_title(kind: str, number: str) -> str:
    """What the history calls the issuing of a document."""
    return {
        INVOICE: _("Issue invoice {number}"),
        CREDIT_NOTE: _("Issue credit note {number}"),
        RECEIPT: _("Issue receipt {number}"),
        QUOTE: _("Issue quote {number}"),
        ORDER_CONFIRMATION: _("Issue order confirmation {number}"),
        DELIVERY_NOTE: _("Issue delivery note {number}"),
        PROFORMA: _("Issue proforma invoice {number}"),
    }[kind].format(number=number)


def text_name(kind: str, part: str) -> str:
    """Under which name the company's own "intro" or "closing" of a kind is kept: "intro", "quote_intro"."""
    return part if kind == INVOICE else f"{kind}_{part}"


def texts(kind: str, language: str, own: dict[str, str]) -> tuple[str, str]:
    """Opening and closing words of a new document: the company's own for the kind, else the usual ones.

    `own` are the company's texts in the language: "intro" and "closing" for invoices, "quote_intro",
    "delivery_note_closing" and so on for the others. Over the counter nobody reads a letter.
    """
    if kind == RECEIPT:
        return "", ""
    usual = {
        CREDIT_NOTE: document_text(language, "We credit you the following items."),
        QUOTE: document_text(language, "Thank you for your enquiry. This is our offer:"),
        ORDER_CONFIRMATION: document_text(language, "Thank you for your order. We confirm it as follows:"),
        DELIVERY_NOTE: document_text(language, "We deliver to you:"),
        PROFORMA: document_text(language, "For your advance payment or for customs. This is not an invoice for VAT."),
    }
    return own.get(text_name(kind, "intro"), usual.get(kind, "")), own.get(text_name(kind, "closing"), "")
