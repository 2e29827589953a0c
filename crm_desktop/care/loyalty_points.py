"""Points: given when an invoice is paid in full, taken back when it is credited, redeemed as a discount, expired.

Every change is a row of its own; what a customer has is their sum. The rows follow from the bills: `catch_up` writes
what is missing and takes away what no longer holds (a payment that bounced, a discount that was taken out of its draft),
so it may run at any time and any number of times. An invoice earns once, a credit note takes back once, a draft redeems
once, and what was earned expires once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from crm_desktop.activity import timeline
from crm_desktop.billing import drafts
from crm_desktop.care import loyalty
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, ValidationError
from crm_desktop.core.i18n import document_text, ngettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import from_minor
from crm_desktop.customers import merging
from crm_desktop.db import connection as db
from crm_desktop.sales.basket import Adjustment

DOCUMENT, REDEEMED, EXPIRED = "document", "redeemed", "expired"
# What an invoice is worth once its credit notes are taken off, at most what was paid for it.
_KEPT = (
    "min(b.paid_minor, d.grand_total_minor - coalesce((SELECT sum(n.grand_total_minor) FROM document n "
    "WHERE n.preceding_id = d.id AND n.kind = 'credit_note' AND n.state = 'issued'), 0))"
)


@dataclass(frozen=True)
class Entry:
    """One change of a customer's points. `record` says why: document, redeemed, expired, or empty for by hand."""

    id: int
    made_on: date
    points: int
    expires_on: date | None
    reason: str
    record: str
    record_id: int | None


def balance(customer_id: int) -> int:
    """The points that a customer has, with those of the records merged into it; below zero if more was taken back."""
    return int(
        db.value(
            f"SELECT coalesce(sum(points), 0) FROM loyalty_entry WHERE customer_id IN {merging.family_sql('?1')}",
            [customer_id],
        )
    )


def entries(customer_id: int) -> list[Entry]:
    """What happened to a customer's points, newest first."""
    return [
        Entry(row[0], date.fromisoformat(row[1]), row[2], date.fromisoformat(row[3]) if row[3] else None, *row[4:])
        for row in db.query(
            "SELECT id, made_on, points, expires_on, reason, record, record_id FROM loyalty_entry "
            f"WHERE customer_id IN {merging.family_sql('?1')} ORDER BY made_on DESC, id DESC",
            [customer_id],
        )
    ]


def next_expiry(customer_id: int) -> tuple[date, int] | None:
    """The next day on which points of a customer expire, and how many of them; None where none will."""
    lots = [lot for lot in _lots(entries(customer_id)) if lot[0].expires_on and lot[1] > 0]
    if not lots:
        return None
    day = min(lot.expires_on for lot, _left in lots if lot.expires_on)
    return day, sum(left for lot, left in lots if lot.expires_on == day)


def give(customer_id: int, points: int, reason: str) -> int:
    """Give points by hand, or take them (below zero), with the reason; gives the entry's id.

    Raises:
        ValidationError: there are no points, or no reason; field → sentence.
    """
    problems = {}
    if not points or abs(points) > 10**9:
        problems["points"] = _("Enter how many points, below zero to take some.")
    if not reason.strip():
        problems["reason"] = _("Say why, so that it can be understood later.")
    if problems:
        raise ValidationError(problems)
    words = ngettext("{n} point", "{n} points", points).format(n=points)
    with db.transaction(_("Loyalty: {what}").format(what=words)):
        timeline.record(customer_id, "loyalty", words, body=reason.strip())
        return _insert(customer_id, points, reason.strip(), expires_on=_expiry(dates.today()) if points > 0 else None)


def _insert(
    customer_id: int,
    points: int,
    reason: str,
    *,
    record: str = "",
    record_id: int | None = None,
    expires_on: date | None = None,
) -> int:
    today, now = dates.today().isoformat(), dates.instant_text(dates.now())
    return db.insert(
        "loyalty_entry",
        {"customer_id": customer_id, "made_on": today, "points": points, "reason": reason, "record": record,
         "record_id": record_id, "expires_on": expires_on.isoformat() if expires_on else None, "created_at": now},
    )  # fmt: skip


def _expiry(day: date) -> date | None:
    months = loyalty.settings().expiry_months
    return dates.add_months(day, months) if months else None


# ---- redeeming ------------------------------------------------------------------------------------------------------


def worth_minor(points: int) -> int:
    """What points are worth, in minor units of the company's currency."""
    return points * loyalty.settings().value_minor


def redeem(customer_id: int, points: int, draft_id: int | None = None) -> int:
    """Turn points into a discount on a draft, a new one if none is named; gives the draft's id.

    Raises:
        ValidationError: the customer has not so many points; field → sentence.
        Conflict: points are redeemed on this draft already, or it is in another currency.
    """
    has = balance(customer_id)
    if not 0 < points <= has:
        raise ValidationError({"points": _("Enter a number from 1 to {most}.").format(most=max(has, 0))})
    currency = profile.load().currency
    draft = drafts.get(draft_id) if draft_id else loyalty.with_discount(drafts.begin(customer_id))
    if draft.currency != currency:
        raise Conflict(_("Points are worth {currency}; this draft is in another currency.").format(currency=currency))
    if draft_id and db.one("SELECT 1 FROM loyalty_entry WHERE record = ? AND record_id = ?", [REDEEMED, draft_id]):
        raise Conflict(_("Points are redeemed on this draft already. Take that discount out first."))
    reason = document_text(draft.language, "{n} loyalty points").format(n=points)
    with db.transaction(_("Redeem points")):
        amount = from_minor(worth_minor(points), currency)
        saved = drafts.save(replace(draft, allowances=(*draft.allowances, Adjustment(amount=amount, reason=reason))))
        _insert(customer_id, -points, reason, record=REDEEMED, record_id=saved.id)
        words = ngettext("{n} point redeemed", "{n} points redeemed", points).format(n=points)
        timeline.record(customer_id, "loyalty", words, about=(DOCUMENT, saved.id or 0))
    return saved.id or 0


# ---- catching up ----------------------------------------------------------------------------------------------------


def catch_up() -> int:
    """Write what is missing and take away what no longer holds, see the module; gives the number of changes."""
    if not loyalty.settings().points:
        return 0
    changes = 0
    with db.transaction(_("Book loyalty points")):
        changes += _take_away()
        changes += _give_back()
        changes += _earn()
        changes += _credit()
        changes += _expire()
    return changes


def _take_away() -> int:
    """What an invoice earned that is no longer paid in full, with what its credit notes took back."""
    gone = db.query(
        "SELECT e.id, e.record_id FROM loyalty_entry e LEFT JOIN document_balance b ON b.id = e.record_id "
        "WHERE e.record = 'document' AND e.points > 0 AND coalesce(b.open_minor, 1) > 0"
    )
    for entry_id, document_id in gone:
        for (other,) in db.query(
            "SELECT e.id FROM loyalty_entry e JOIN document n ON n.id = e.record_id "
            "WHERE e.record = 'document' AND n.preceding_id = ? AND n.kind = 'credit_note'",
            [document_id],
        ):
            db.delete("loyalty_entry", other)
        for (other,) in db.query("SELECT id FROM loyalty_entry WHERE record = 'expired' AND record_id = ?", [entry_id]):
            db.delete("loyalty_entry", other)
        db.delete("loyalty_entry", entry_id)
    return len(gone)


def _give_back() -> int:
    """Points whose discount was taken out of its draft, or whose draft is gone."""
    gone = db.query(
        "SELECT e.id FROM loyalty_entry e LEFT JOIN document d ON d.id = e.record_id AND d.deleted_at IS NULL "
        "WHERE e.record = 'redeemed' AND (d.id IS NULL OR NOT EXISTS (SELECT 1 FROM document_adjustment a "
        "WHERE a.document_id = d.id AND a.is_charge = 0 AND a.reason = e.reason))"
    )
    for (entry_id,) in gone:
        db.delete("loyalty_entry", entry_id)
    return len(gone)


def _earn() -> int:
    found, company = loyalty.settings(), profile.load()
    paid = db.query(
        "SELECT d.id, d.customer_id, d.number, b.paid_minor FROM document d JOIN document_balance b ON b.id = d.id "
        "WHERE d.kind IN ('invoice', 'receipt') AND d.customer_id IS NOT NULL AND b.open_minor <= 0 AND b.paid_minor >= ?1 "
        "AND d.issue_on >= ?2 AND d.currency = ?3 AND d.imported = 0 AND NOT EXISTS "
        "(SELECT 1 FROM loyalty_entry e WHERE e.record = 'document' AND e.record_id = d.id)",
        [found.per_minor, found.since, company.currency],
    )
    for document_id, customer_id, number, paid_minor in paid:
        reason = _("Paid {number}").format(number=number)
        points, expires = paid_minor // found.per_minor, _expiry(dates.today())
        _insert(customer_id, points, reason, record=DOCUMENT, record_id=document_id, expires_on=expires)
    return len(paid)


def _credit() -> int:
    """Take back in proportion what a credit note took off its invoice, at most what is left of what that earned."""
    notes = db.query(
        f"SELECT n.id, n.number, e.id, e.customer_id, e.points, b.paid_minor, {_KEPT}, coalesce((SELECT sum(x.points) "
        "FROM loyalty_entry x WHERE (x.record = 'expired' AND x.record_id = e.id) OR (x.record = 'document' AND "
        "x.record_id IN (SELECT o.id FROM document o WHERE o.preceding_id = d.id AND o.kind = 'credit_note'))), 0) "
        "FROM document n JOIN document d ON d.id = n.preceding_id JOIN document_balance b ON b.id = d.id "
        "JOIN loyalty_entry e ON e.record = 'document' AND e.record_id = d.id AND e.points > 0 "
        "WHERE n.kind = 'credit_note' AND n.state = 'issued' AND NOT EXISTS (SELECT 1 FROM loyalty_entry x "
        "WHERE x.record = 'document' AND x.record_id = n.id) ORDER BY n.id"
    )
    taken: dict[int, int] = {}
    done = 0
    for note_id, number, entry_id, customer_id, points, paid, kept, before in notes:
        left = points + before - taken.get(entry_id, 0)
        wanted = left - (points * max(0, kept) // paid if paid > 0 else 0)
        back = max(0, min(left, wanted))
        if back:
            reason = _("Credited with {number}").format(number=number)
            _insert(customer_id, -back, reason, record=DOCUMENT, record_id=note_id)
            taken[entry_id] = taken.get(entry_id, 0) + back
            done += 1
    return done


def _expire() -> int:
    today = dates.today().isoformat()
    customers = db.query(
        "SELECT DISTINCT e.customer_id FROM loyalty_entry e WHERE e.expires_on < ? AND NOT EXISTS "
        "(SELECT 1 FROM loyalty_entry x WHERE x.record = 'expired' AND x.record_id = e.id)",
        [today],
    )
    done = 0
    for (customer_id,) in customers:
        for lot, left in _lots(entries(customer_id)):
            if lot.expires_on and lot.expires_on.isoformat() < today and left > 0:
                _insert(customer_id, -left, _("Expired"), record=EXPIRED, record_id=lot.id)
                done += 1
    return done


def _lots(found: list[Entry]) -> list[tuple[Entry, int]]:
    """What was given, the first to expire first, each with what is left of it when the rest was used in this order."""
    given = sorted(
        (entry for entry in found if entry.points > 0), key=lambda e: (e.expires_on or date.max, e.made_on, e.id)
    )
    expired = {entry.record_id: -entry.points for entry in found if entry.record == EXPIRED}
    used = -sum(entry.points for entry in found if entry.points < 0 and entry.record != EXPIRED)
    lots = []
    for entry in given:
        whole = entry.points - expired.get(entry.id, 0)
        spent = min(whole, used)
        used -= spent
        # Once some of it expired, nothing of it is left: the rest was used before.
        lots.append((entry, 0 if entry.id in expired else whole - spent))
    return lots


def as_json(customer_id: int) -> dict[str, Any]:
    """A customer's points in a stable shape."""
    return {
        "points": balance(customer_id),
        "entries": [
            {"date": entry.made_on.isoformat(), "points": entry.points, "reason": entry.reason}
            for entry in entries(customer_id)
        ],
    }
