"""When a document is to be paid, and whether it is late. Overdue is computed from today, never stored."""

from __future__ import annotations

from datetime import date

from crm_desktop.billing.document import BILLS, CREDIT_NOTE, PROFORMA, Draft
from crm_desktop.company import payment_terms
from crm_desktop.company.payment_terms import Terms
from crm_desktop.company.profile import Profile
from crm_desktop.core import dates
from crm_desktop.db import connection as db

# Where neither the document nor the customer nor the company has terms.
USUAL_DAYS = 14


def terms_of(draft: Draft, profile: Profile) -> Terms | None:
    """The terms of a draft: its own, else the customer's, else the company's; None where nobody has any."""
    chosen = draft.payment_terms_id
    if chosen is None and draft.customer_id is not None:
        chosen = db.value("SELECT payment_terms_id FROM customer WHERE id = ?", [draft.customer_id])
    if chosen is None:
        chosen = profile.payment_terms_id
    return payment_terms.get(chosen) if chosen is not None else None


def due_on(draft: Draft, terms: Terms | None, issued: date) -> date | None:
    """The day by which a draft is to be paid when it is issued on a day: as entered, else by its terms.

    None for what is not a bill: terms of a quote count from the invoice that follows it.
    """
    if draft.kind not in BILLS:
        return draft.due_on if draft.kind == PROFORMA else None
    if draft.paid_at_issue or draft.kind == CREDIT_NOTE:
        return issued
    if draft.due_on is not None:
        return draft.due_on
    return payment_terms.due_on(terms, issued) if terms else dates.add_days(issued, USUAL_DAYS)


def days_late(due: date | None) -> int:
    """How many days ago a document was due; 0 while it is not late."""
    return max((dates.today() - due).days, 0) if due else 0
