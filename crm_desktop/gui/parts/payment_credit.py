"""The credit of a customer in words, and setting it against a document."""

from __future__ import annotations

from crm_desktop.billing import payments
from crm_desktop.billing.document import Document
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import to_minor
from crm_desktop.gui.widgets import formats


def credit_words(customer_id: int) -> str:
    """What a customer has paid beyond their documents, one amount a currency; empty where there is none."""
    found = payments.credits_of(customer_id)
    return ", ".join(formats.money_text(to_minor(amount, money), money) for money, amount in found.items())


def usable(document: Document) -> str:
    """How much credit can be set against a document, in words; empty where there is none or nothing is open."""
    if document.customer_id is None or document.open <= 0:
        return ""
    amount = min(payments.credit_of(document.customer_id, document.currency), document.open)
    return formats.money_text(to_minor(amount, document.currency), document.currency) if amount > 0 else ""


def settled_words(kind: str, shown: str) -> str:
    """The act that takes back what settled a document, for a menu."""
    words = {
        "credit": _("Take back the credit note over {amount}"),
        "discount": _("Take back the discount of {amount}"),
        "write_off": _("Take back what was written off, {amount}"),
    }
    return words.get(kind, "").format(amount=shown)
