"""Texts that are prepared for the owner: they only have to be read and sent. Nothing is sent by itself.

They are written in the language of the customer's documents, with that language's dates and amounts.
"""

from __future__ import annotations

from dataclasses import dataclass

from crm_desktop.billing import invoice_list
from crm_desktop.company import profile
from crm_desktop.core import dates, formats
from crm_desktop.core.i18n import document_text
from crm_desktop.customers import customers

# How many days a reminded customer is given to pay.
DAYS_TO_PAY = 10


@dataclass(frozen=True)
class Letter:
    """A prepared message: to whom, about what, and its words."""

    to: str
    subject: str
    body: str
    language: str


def payment_reminder(document_id: int) -> Letter | None:
    """A friendly reminder of an overdue invoice, or None when the invoice has no customer."""
    found = invoice_list.rows([document_id])
    if not found or found[0].customer_id is None or found[0].due_on is None:
        return None
    invoice, company = found[0], profile.load()
    buyer = customers.get(found[0].customer_id)
    language = buyer.language or company.language
    locale = formats.locale_name(language, buyer.country, company.country)
    pay_by = dates.add_days(dates.today(), DAYS_TO_PAY)
    owed = formats.amount(invoice.open_minor, invoice.currency, locale)
    body = [
        _greeting(language, buyer),
        document_text(
            language,
            "our invoice {number} over {amount} was due on {due}. We have found no payment so far. "
            "Please transfer the amount by {day}.",
        ).format(
            number=invoice.number,
            amount=owed,
            due=formats.day_long(found[0].due_on, locale),
            day=formats.day_long(pay_by, locale),
        ),
        document_text(language, "If your payment has crossed this message: thank you, then all is well."),
        document_text(language, "Kind regards") + "\n" + (company.owner or company.name),
    ]
    subject = document_text(language, "Invoice {number}").format(number=invoice.number)
    return Letter(buyer.email, subject, "\n\n".join(body), language)


def _greeting(language: str, buyer: customers.Customer) -> str:
    """With the name of a person where it is known; the salutation is the owner's own word ("Herr", "Ms")."""
    if buyer.last_name and buyer.salutation:
        name = " ".join(part for part in (buyer.salutation, buyer.title, buyer.last_name) if part)
        return document_text(language, "Good day {name},").format(name=name)
    if buyer.kind == "person" and buyer.last_name:
        name = " ".join(part for part in (buyer.title, buyer.first_name, buyer.last_name) if part)
        return document_text(language, "Good day {name},").format(name=name)
    return document_text(language, "Good day,")
