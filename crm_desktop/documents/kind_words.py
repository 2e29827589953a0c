"""The words that differ between the kinds of paper: titles, labels, what is agreed, where to sign.

Pure text, no positions, like `wording`, which asks here.
"""

from __future__ import annotations

from collections.abc import Iterator

from crm_desktop.core import formats
from crm_desktop.core.i18n import document_text
from crm_desktop.documents.paper import (
    ALTERNATIVE,
    BILLS,
    CREDIT_NOTE,
    DELIVERY_NOTE,
    INVOICE,
    OPTIONAL,
    ORDER_CONFIRMATION,
    PROFORMA,
    QUOTE,
    RECEIPT,
    Paper,
)


def title(paper: Paper) -> str:
    """What kind of paper this is: "Quote", "Deposit invoice", "Final invoice"."""
    say = paper.language
    if paper.kind == INVOICE:
        usual = document_text(say, "Final invoice") if paper.deductions else document_text(say, "Invoice")
        return {
            "326": document_text(say, "Partial invoice"),
            "384": document_text(say, "Corrected invoice"),
            "386": document_text(say, "Deposit invoice"),
        }.get(paper.type_code, usual)
    return {
        CREDIT_NOTE: document_text(say, "Credit note"),
        RECEIPT: document_text(say, "Receipt"),
        QUOTE: document_text(say, "Quote"),
        ORDER_CONFIRMATION: document_text(say, "Order confirmation"),
        DELIVERY_NOTE: document_text(say, "Delivery note"),
        PROFORMA: document_text(say, "Proforma invoice"),
    }.get(paper.kind, document_text(say, "Invoice"))


def number_label(paper: Paper) -> str:
    """What its number is called."""
    say = paper.language
    return {
        CREDIT_NOTE: document_text(say, "Credit note number"),
        RECEIPT: document_text(say, "Receipt number"),
        QUOTE: document_text(say, "Quote number"),
        ORDER_CONFIRMATION: document_text(say, "Confirmation number"),
        DELIVERY_NOTE: document_text(say, "Delivery note number"),
        PROFORMA: document_text(say, "Proforma number"),
    }.get(paper.kind, document_text(say, "Invoice number"))


def date_label(paper: Paper) -> str:
    """What the day of issue is called."""
    if paper.kind == INVOICE:
        return document_text(paper.language, "Invoice date")
    return document_text(paper.language, "Date")


def service_label(paper: Paper) -> str:
    """What the day of the work is called."""
    if paper.kind == DELIVERY_NOTE:
        return document_text(paper.language, "Delivery date")
    return document_text(paper.language, "Service date")


def source_row(paper: Paper) -> tuple[str, str]:
    """The document that this one follows: label and number."""
    say, number = paper.language, paper.head.source_number
    labels = {
        QUOTE: document_text(say, "Our quote"),
        ORDER_CONFIRMATION: document_text(say, "Our order confirmation"),
        DELIVERY_NOTE: document_text(say, "Our delivery note"),
        PROFORMA: document_text(say, "Our proforma invoice"),
        INVOICE: document_text(say, "Our invoice"),
    }
    return labels.get(paper.head.source_kind, ""), number if paper.head.source_kind in labels else ""


def total_label(paper: Paper) -> str:
    """What the total is called."""
    names = {
        INVOICE: document_text(paper.language, "Invoice total"),
        CREDIT_NOTE: document_text(paper.language, "Amount credited"),
    }
    return names.get(paper.kind, document_text(paper.language, "Total"))


def rest_label(paper: Paper) -> str:
    """What is left when deposits and payments are taken off."""
    if paper.kind == CREDIT_NOTE:
        return document_text(paper.language, "Left to credit")
    return document_text(paper.language, "Left to pay")


def role_note(paper: Paper, role: str) -> str:
    """What is said below a position that is not in the total."""
    say = paper.language
    return {
        OPTIONAL: document_text(say, "Optional, not in the total"),
        ALTERNATIVE: document_text(say, "Alternative, not in the total"),
    }.get(role, "")


def agreed(paper: Paper) -> list[str]:
    """What a paper that is no bill says below its sums: until when it holds, and how it will be paid."""
    return list(_agreed(paper)) if paper.kind not in BILLS else []


def _agreed(paper: Paper) -> Iterator[str]:
    say, terms = paper.language, paper.terms
    if paper.kind == DELIVERY_NOTE:
        return
    if paper.kind == QUOTE and paper.head.valid_until:
        day = formats.day_long(paper.head.valid_until, paper.locale)
        yield document_text(say, "This offer holds until {date}.").format(date=day)
    if paper.kind == PROFORMA:
        yield document_text(say, "Payable in advance")
    elif terms.days == 0:
        yield document_text(say, "Payable at once when you receive the invoice")
    elif terms.days is not None:
        yield document_text(say, "Payable within {days} days of the invoice date").format(days=terms.days)
    elif terms.name:
        yield document_text(say, "Terms of payment: {terms}").format(terms=terms.name)
    if terms.discount_percent and terms.discount_days and paper.kind != PROFORMA:
        share = formats.percent(terms.discount_percent, paper.locale)
        sentence = document_text(say, "{percent} discount if you pay within {days} days")
        yield sentence.format(percent=share, days=terms.discount_days)
    yield from (line for line in terms.text.splitlines() if line.strip() and not line.startswith("#SKONTO#"))


def signature(paper: Paper) -> str:
    """What the customer signs: taking the offer, or having got the goods; empty where nothing is signed."""
    say = paper.language
    return {
        QUOTE: document_text(say, "We accept this offer and place the order."),
        DELIVERY_NOTE: document_text(say, "The goods were received complete and in good order."),
    }.get(paper.kind, "")
