"""What scenarios wait for: the events of the owner's rules that suit a mail, and two of their own.

Own ones: an invoice that was paid late, and a mail of ours that got no answer.
"""

from __future__ import annotations

from datetime import date

from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.workflow import events
from crm_desktop.workflow.events import Happening, Kind

_SHARED = (
    "invoice_issued", "invoice_paid", "invoice_late", "quote_accepted", "quote_declined", "deal_won", "case_solved",
    "birthday", "quiet", "stage_changed",
)  # fmt: skip
_OWN: dict[str, Kind] = {
    "paid_late": Kind(
        N_("an invoice is paid at least {days} days after it was due"),
        "SELECT 'paid_late:' || d.id, d.customer_id, max(p.paid_on) AS day, 'document', d.id, d.number, d.grand_total_minor, "
        "d.currency FROM payment f JOIN allocation g ON g.payment_id = f.id AND g.kind = 'payment' "
        "JOIN document d ON d.id = g.document_id JOIN document_balance b ON b.id = d.id "
        "JOIN allocation a ON a.document_id = d.id AND a.kind = 'payment' JOIN payment p ON p.id = a.payment_id "
        "WHERE d.state = 'issued' AND d.customer_id IS NOT NULL AND d.deleted_at IS NULL AND d.imported = 0 "
        "AND d.kind = 'invoice' AND b.open_minor <= 0 AND f.paid_on BETWEEN :first AND :last GROUP BY d.id "
        "HAVING day BETWEEN :first AND :last AND julianday(day) - julianday(d.due_on) >= max(:days, 1)",
        "days", 7, ("customer", "first_name", "name", "day", "amount"),
    ),
    "unanswered": Kind(
        N_("a mail of ours got no answer for {days} days"),
        "SELECT 'unanswered:' || t.id, t.customer_id, date(t.happened_at, '+' || :days || ' days'), 'timeline_entry', t.id, "
        "t.title FROM timeline_entry t JOIN customer c ON c.id = t.customer_id "
        "WHERE t.kind = 'email' AND t.direction <> 'in' AND c.deleted_at IS NULL AND c.archived_at IS NULL "
        "AND t.happened_at >= date(:first, '-' || :days || ' days') AND date(t.happened_at, '+' || :days || ' days') <= :last "
        "AND NOT EXISTS (SELECT 1 FROM timeline_entry y WHERE y.customer_id = t.customer_id AND y.id <> t.id "
        "AND y.happened_at > t.happened_at AND y.happened_at <= datetime(t.happened_at, '+' || :days || ' days') "
        "AND (y.direction = 'in' OR y.kind IN ('call', 'meeting', 'visit', 'email')))",
        "days", 30,
    ),
}  # fmt: skip
KINDS: dict[str, Kind] = {
    "invoice_issued": events.EVENTS["invoice_issued"], **_OWN, **{key: events.EVENTS[key] for key in _SHARED}
}  # fmt: skip


def words(event: str, *, days: int = 0, stage: str = "") -> str:
    """What a scenario waits for, as the second half of a sentence."""
    return _(KINDS[event].words).replace("{days}", str(days)).replace("{stage}", f"“{stage}”")


def between(event: str, first: date, last: date, *, days: int = 0, stage_id: int | None = None) -> list[Happening]:
    """What happened from the first to the last day, in order."""
    if event not in _OWN:
        return events.between(event, first, last, days=days, stage_id=stage_id)
    values = {"first": first.isoformat(), "last": last.isoformat(), "days": days}
    found = [_happening(row) for row in db.raw().execute(str(_OWN[event].find), values)]
    return sorted((one for one in found if first <= one.day <= last), key=lambda one: (one.day, one.key))


def _happening(row: tuple[object, ...]) -> Happening:
    key, customer_id, day, record, record_id, name, *money = row
    amount, currency = money or (None, "")
    return Happening(
        str(key), int(str(customer_id)), date.fromisoformat(str(day)), str(record), int(str(record_id)), str(name or ""),
        None if amount is None else int(str(amount)), str(currency),
    )  # fmt: skip
