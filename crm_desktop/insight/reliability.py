"""How far a customer can be trusted with a bill: a score from 0 to 100 with its reasons, and the credit limit.

The score starts at 100 and loses:

* 2 points for each day that the paid invoices were late on the average (`payment_habits`), 40 at the most;
* 40 points times the share of the last twelve months' bills that is overdue now, in the company's currency;
* 5 points for each payment reminder of the last 24 months that was sent after the due day, 20 at the most;
* 5 points for each open complaint about an invoice, 10 at the most.

Nobody is judged without evidence: while nothing was paid and nothing is overdue there is no score.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import merging
from crm_desktop.db import connection as db
from crm_desktop.insight import payment_habits

FULL, MOST_LATE, MOST_OVERDUE, MOST_REMINDED, MOST_DISPUTED = 100, 40, 40, 20, 10
PER_DAY, PER_REMINDER, PER_DISPUTE = 2, 5, 5
# From this score on: reliable, mostly, late; below the last: a risk.
LEVELS = ((85, "reliable"), (65, "mostly"), (40, "late"), (0, "risk"))
_BILLED = f"""
SELECT coalesce(sum(d.due_minor), 0) FROM document d WHERE d.customer_id IN {merging.family_sql("?1")}
  AND d.state = 'issued' AND d.kind IN ('invoice', 'receipt') AND d.currency = ?2 AND d.issue_on >= ?3
"""
_OVERDUE = f"""
SELECT coalesce(sum(b.open_minor), 0) FROM document_balance b JOIN document d ON d.id = b.id
WHERE b.customer_id IN {merging.family_sql("?1")} AND b.open_minor > 0 AND b.due_on < ?3 AND d.currency = ?2
"""
_OPEN = f"""
SELECT coalesce(sum(b.open_minor), 0) FROM document_balance b JOIN document d ON d.id = b.id
WHERE b.customer_id IN {merging.family_sql("?1")} AND b.open_minor <> 0 AND d.currency = ?2
"""
_REMINDED = f"""
SELECT count(*) FROM dunning_letter l WHERE l.customer_id IN {merging.family_sql("?1")} AND l.made_on >= ?2
  AND EXISTS (SELECT 1 FROM dunning_item i JOIN document d ON d.id = i.document_id
    WHERE i.letter_id = l.id AND d.due_on < l.made_on)
"""
_DISPUTES = f"""
SELECT count(*) FROM support_case s WHERE s.customer_id IN {merging.family_sql("?1")} AND s.kind = 'complaint'
  AND s.document_id IS NOT NULL AND s.state IN ('open', 'waiting') AND s.deleted_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of a score: why, and how many points it gives or takes."""

    words: str
    points: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """A score from 0 to 100, its level (reliable, mostly, late, risk) and what it is made of."""

    score: int
    level: str
    reasons: tuple[Reason, ...]


def of_customer(customer_id: int) -> Reliability | None:
    """How reliable a customer is; None while there is no evidence. Records merged into this one count."""
    habit = payment_habits.of_customer(customer_id)
    share = overdue_share(customer_id)
    if habit is None and not share:
        return None
    reasons = [*_late(habit), *_overdue(share), *_reminded(customer_id), *_disputed(customer_id)]
    score = max(0, FULL + sum(reason.points for reason in reasons))
    return Reliability(score, next(name for least, name in LEVELS if score >= least), tuple(reasons))


def overdue_share(customer_id: int) -> Decimal:
    """What is overdue now as a share (0 to 1) of the bills of the last twelve months, in the company's currency."""
    today = dates.today()
    overdue = int(db.value(_OVERDUE, [customer_id, profile.load().currency, today.isoformat()]))
    if overdue <= 0:
        return Decimal(0)
    since = dates.add_months(today, -12).isoformat()
    billed = int(db.value(_BILLED, [customer_id, profile.load().currency, since]))
    return min(Decimal(1), Decimal(overdue) / billed) if billed > 0 else Decimal(1)


def _late(habit: payment_habits.Habit | None) -> list[Reason]:
    if habit is None or habit.days == 0:
        return []
    if habit.days < 0:
        words = ngettext("Pays {n} day early on the average", "Pays {n} days early on the average", -habit.days)
        return [Reason(words.format(n=-habit.days), 0)]
    words = ngettext("Pays {n} day late on the average", "Pays {n} days late on the average", habit.days)
    return [Reason(words.format(n=habit.days), -min(MOST_LATE, PER_DAY * habit.days))]


def _overdue(share: Decimal) -> list[Reason]:
    if not share:
        return []
    percent = (share * 100).quantize(Decimal(1), ROUND_HALF_UP)
    lost = int((share * MOST_OVERDUE).quantize(Decimal(1), ROUND_HALF_UP))
    return [Reason(_("{percent}% of the last twelve months is overdue").format(percent=percent), -lost)]


def _reminded(customer_id: int) -> list[Reason]:
    number = int(db.value(_REMINDED, [customer_id, dates.add_months(dates.today(), -24).isoformat()]))
    if not number:
        return []
    words = ngettext("{n} reminder for money in two years", "{n} reminders for money in two years", number)
    return [Reason(words.format(n=number), -min(MOST_REMINDED, PER_REMINDER * number))]


def _disputed(customer_id: int) -> list[Reason]:
    number = int(db.value(_DISPUTES, [customer_id]))
    if not number:
        return []
    words = ngettext("{n} open complaint about an invoice", "{n} open complaints about invoices", number)
    return [Reason(words.format(n=number), -min(MOST_DISPUTED, PER_DISPUTE * number))]


def open_minor(customer_id: int) -> int:
    """What a customer owes now, in minor units of the company's currency; credit taken off."""
    return int(db.value(_OPEN, [customer_id, profile.load().currency]))


def over_limit(customer_id: int, more_minor: int = 0) -> int:
    """By how much what is open, with `more_minor` added, exceeds the customer's credit limit; 0 within it or without one."""
    limit = db.value("SELECT credit_limit_minor FROM customer WHERE id = ?", [customer_id])
    return 0 if limit is None else max(0, open_minor(customer_id) + more_minor - int(limit))
