"""The words for how a document stands: state, tone of colour, what is paid."""

from __future__ import annotations

from crm_desktop.billing import invoice_list
from crm_desktop.billing.document import BILLS, CREDIT_NOTE, DELIVERY_NOTE, Document
from crm_desktop.billing.invoice_list import STATES
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.core.money import to_minor
from crm_desktop.gui.widgets import formats

# State → tone, and whether it is an exception that gets a pill.
_TONES = {
    "draft": ("grey", False),
    "open": ("blue", False),
    "part_paid": ("amber", True),
    "due_soon": ("amber", True),
    "overdue": ("red", True),
    "paid": ("green", False),
    "cancelled": ("grey", False),
    "accepted": ("green", False),
    "declined": ("grey", False),
    "expired": ("amber", True),
    "billed": ("green", False),
}
_ICONS = {
    "quote": "file-check", "order_confirmation": "clipboard-list", "delivery_note": "package", "proforma": "file",
    "credit_note": "undo-2",
}  # fmt: skip
SOON_DAYS = 3


def kind_icon(kind: str) -> str:
    """The picture of a kind of document."""
    return _ICONS.get(kind, "receipt-text")


def state_of(document: Document) -> str:
    """The state of a document as lists name it."""
    if document.number is None:
        return "draft"
    if document.kind not in BILLS:
        return next((row.state for row in invoice_list.rows([document.id or 0])), "open")
    if not document.open:
        return "cancelled" if document.credited and not document.paid else "paid"
    if document.open > 0 and document.due_on is not None and document.due_on < dates.today():
        return "overdue"
    return "part_paid" if document.paid or document.credited else "open"


def status_word(state: str, kind: str = "invoice") -> tuple[str, str, bool]:
    """The word, its tone, and whether it is shown as a pill."""
    tone, pill = _TONES[state]
    if kind == CREDIT_NOTE and state != "draft":
        return pgettext("short, in a column", "Credit note"), "grey", False
    words = _("Due soon") if state == "due_soon" else _(STATES[state])
    return words, tone, pill


def settled_words(document: Document) -> str:
    """How much of the whole is settled: "€1,190.00 of €2,380.00 paid"."""
    money = document.currency
    total = formats.money_text(to_minor(document.totals.due, money), money)
    settled = document.paid + document.credited
    if document.kind == CREDIT_NOTE:
        return _("Credit of {total}").format(total=total)
    if document.kind not in BILLS:
        return "" if document.kind == DELIVERY_NOTE else _("Total")
    if not document.open:
        return _("Cancelled by credit note") if document.credited and not document.paid else _("Paid in full")
    if not settled:
        return _("Total")
    paid = formats.money_text(to_minor(settled, money), money)
    words = _("{paid} of {total} settled") if document.credited else _("{paid} of {total} paid")
    return words.format(paid=paid, total=total)
