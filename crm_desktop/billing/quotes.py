"""What became of a quote: accepted, declined with a reason, or expired because its day went by.

States: draft → open → accepted or declined, or expired (computed from `valid_until`, never stored). An order
confirmation, deposit or invoice that follows an open quote and is issued accepts it. Every step can be undone.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from crm_desktop.activity import timeline
from crm_desktop.billing.document import DELIVERY_NOTE, INVOICE, ORDER_CONFIRMATION, QUOTE, Document
from crm_desktop.core import dates, text
from crm_desktop.core.errors import Conflict, NotFound
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

STATES = {
    "draft": N_("Draft"),
    "open": N_("Open"),
    "accepted": N_("Accepted"),
    "declined": N_("Declined"),
    "expired": N_("Expired"),
}
_BINDING = (ORDER_CONFIRMATION, DELIVERY_NOTE, INVOICE)


def state_of(stored: str, outcome: str, valid_until: date | None) -> str:
    """The state of a quote today, one of `STATES`; on its last day it still holds."""
    if stored == "draft":
        return "draft"
    if outcome:
        return outcome
    return "expired" if valid_until is not None and valid_until < dates.today() else "open"


def state(quote_id: int) -> str:
    """The state of a quote today, one of `STATES`.

    Raises:
        NotFound: there is no such quote.
    """
    found = _quote(quote_id)
    return state_of(found["state"], found["outcome"], _day(found["valid_until_on"]))


def outcome(quote_id: int) -> tuple[str, date | None, str]:
    """What became of a quote: "", "accepted" or "declined", on which day, and the reason that was given.

    Raises:
        NotFound: there is no such quote.
    """
    found = _quote(quote_id)
    return found["outcome"], _day(found["outcome_on"]), found["outcome_reason"]


def accept(quote_id: int, on: date | None = None, note: str = "") -> None:
    """Note that the customer wants it, also after its last day.

    Raises:
        Conflict: it was not issued, or is accepted already.
        NotFound: there is no such quote.
    """
    _decide(quote_id, "accepted", on, note)


def decline(quote_id: int, reason: str = "", on: date | None = None) -> None:
    """Note that the customer does not want it, and why.

    Raises:
        Conflict: it was not issued, or is declined already.
        NotFound: there is no such quote.
    """
    _decide(quote_id, "declined", on, reason)


def reopen(quote_id: int) -> None:
    """Take the decision back: the quote is open again, or expired.

    Raises:
        Conflict: nothing was decided.
        NotFound: there is no such quote.
    """
    found = _quote(quote_id)
    if not found["outcome"]:
        raise Conflict(_("{number} is open: nothing was decided yet.").format(number=found["number"]))
    with db.transaction(_("Reopen quote {number}").format(number=found["number"])):
        _write(quote_id, "", None, "")
        _tell(found, _("Quote {number} reopened").format(number=found["number"]), "")


def _decide(quote_id: int, decision: str, on: date | None, note: str) -> None:
    found = _quote(quote_id)
    if found["state"] != "issued":
        raise Conflict(_("This quote is still a draft. Issue it first."))
    number, reason = found["number"], text.tidy_lines(note)
    if found["outcome"] == decision:
        sentence = {"accepted": _("{number} is accepted already."), "declined": _("{number} is declined already.")}
        raise Conflict(sentence[decision].format(number=number))
    titles = {
        "accepted": (_("Accept quote {number}"), _("Quote {number} accepted")),
        "declined": (_("Decline quote {number}"), _("Quote {number} declined")),
    }
    step, entry = (title.format(number=number) for title in titles[decision])
    with db.transaction(step):
        _write(quote_id, decision, on or dates.today(), reason)
        _tell(found, entry, reason)


def note_followed(document: Document) -> None:
    """Accept the open quote that an order confirmation, delivery or invoice followed; inside its own transaction."""
    if document.kind not in _BINDING or document.source_id is None:
        return
    source = db.records("SELECT id, kind, outcome FROM document WHERE id = ?", [document.source_id])
    if source and source[0]["kind"] == QUOTE and not source[0]["outcome"]:
        _write(source[0]["id"], "accepted", document.issue_on or dates.today(), "")


def _quote(quote_id: int) -> dict[str, Any]:
    found: list[dict[str, Any]] = db.records(
        "SELECT id, kind, state, coalesce(number, '') AS number, customer_id, outcome, outcome_on, outcome_reason, "
        "valid_until_on, currency, grand_total_minor FROM document WHERE id = ? AND deleted_at IS NULL",
        [quote_id],
    )
    if not found or found[0]["kind"] != QUOTE:
        raise NotFound(_("This quote is no longer there."))
    return found[0]


def _write(quote_id: int, decision: str, on: date | None, reason: str) -> None:
    values = {"outcome": decision, "outcome_on": on.isoformat() if on else None, "outcome_reason": reason}
    db.update("document", quote_id, values | {"updated_at": dates.stamp()})


def _tell(quote: dict[str, Any], title: str, body: str) -> None:
    if quote["customer_id"] is not None:
        timeline.record(
            int(quote["customer_id"]),
            QUOTE,
            title,
            body=body,
            about=("document", int(quote["id"])),
            amount_minor=int(quote["grand_total_minor"]),
            currency=quote["currency"],
        )


def _day(text_of_day: str | None) -> date | None:
    return date.fromisoformat(text_of_day) if text_of_day else None
