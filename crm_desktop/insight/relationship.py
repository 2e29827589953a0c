"""How close a customer is: a score from 0 to 100 with its reasons, as the customer's page shows it.

Up to 35 points for ordering in their rhythm, up to 35 for what they bought in the last twelve months, up to 30 for how
recently there was contact; what the payment habits cost (`reliability`) is taken off, 20 points at the most.

* Rhythm: 35 while the days since the last order are within 1.5 times the usual days between orders (their median, from
  three orders on), falling evenly to 0 at four times; with one or two orders, 15 for a year.
* Turnover: the share of other buying customers of the last twelve months that bought no more than this one, times 35.
* Contact: 30 up to a week ago, falling evenly to 0 at a year; calls, mails, meetings, letters, messages and visits count.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import pairwise
from statistics import median

from crm_desktop.activity import timeline
from crm_desktop.billing import wording
from crm_desktop.billing.document import TURNOVER_SQL
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import merging
from crm_desktop.db import connection as db
from crm_desktop.insight import reliability, year_bought
from crm_desktop.insight.reliability import Reason

RHYTHM, TURNOVER, CONTACT, MOST_TAKEN = 35, 35, 30, 20
FEW_ORDERS = 15
LEVELS = ((75, "strong"), (50, "steady"), (25, "weak"), (0, "cold"))
_ORDERS = f"""
SELECT DISTINCT d.issue_on FROM document d WHERE d.customer_id IN {merging.family_sql("?1")}
  AND d.state = 'issued' AND d.kind IN ('invoice', 'receipt') AND d.deleted_at IS NULL ORDER BY 1
"""
# What customers bought since a day, in one currency, net: they are compared without tax, whatever is shown of each.
_BOUGHT = (
    f"SELECT d.customer_id, sum({TURNOVER_SQL}) FROM document d WHERE {year_bought.BILLS_SQL} "
    "AND d.customer_id IS NOT NULL GROUP BY 1"
)


@dataclass(frozen=True, slots=True)
class Relationship:
    """A score from 0 to 100, its level (strong, steady, weak, cold, or new) and what it is made of."""

    score: int
    level: str
    reasons: tuple[Reason, ...]


def of_customer(customer_id: int) -> Relationship | None:
    """How close a customer is; None while nothing was ever bought and nobody ever spoke."""
    reasons = [*_rhythm(customer_id), *_turnover(customer_id), *_contact(customer_id)]
    if not reasons:
        return None
    paying = reliability.of_customer(customer_id)
    if paying is not None and paying.score < reliability.FULL:
        worst = min(paying.reasons, key=lambda reason: reason.points)
        reasons.append(Reason(worst.words, -min(MOST_TAKEN, (reliability.FULL - paying.score + 2) // 5)))
    score = max(0, min(100, sum(reason.points for reason in reasons)))
    level = next(name for least, name in LEVELS if score >= least)
    if level in ("weak", "cold") and not order_days(customer_id):
        level = "new"  # nobody who has not bought yet grows weak
    return Relationship(score, level, tuple(reasons))


def usual_interval(days: list[date]) -> int | None:
    """The median of the days between orders; None with fewer than three orders."""
    if len(days) < 3:
        return None
    return max(1, round(median((after - before).days for before, after in pairwise(days))))


def order_days(customer_id: int) -> list[date]:
    """The days on which a customer was billed, the first one first."""
    return [date.fromisoformat(day) for (day,) in db.query(_ORDERS, [customer_id])]


def _falling(most: int, value: Decimal, full_until: Decimal, nothing_from: Decimal) -> int:
    """`most` up to one value, 0 from another one on, evenly between them."""
    share = (nothing_from - value) / (nothing_from - full_until)
    return int((most * max(Decimal(0), min(Decimal(1), share))).quantize(Decimal(1), ROUND_HALF_UP))


def _rhythm(customer_id: int) -> list[Reason]:
    days = order_days(customer_id)
    if not days:
        return []
    quiet = (dates.today() - days[-1]).days
    usual = usual_interval(days)
    if usual is None:
        words = ngettext("{n} order", "{n} orders", len(days)).format(n=len(days))
        return [Reason(words, FEW_ORDERS if quiet <= 365 else 0)]
    words = ngettext("Orders every day", "Orders every {n} days", usual)
    if usual >= 60:
        words = ngettext("Orders every month", "Orders every {n} months", round(usual / 30.4))
        usual_words = words.format(n=round(usual / 30.4))
    elif usual >= 14:
        words = ngettext("Orders every week", "Orders every {n} weeks", round(usual / 7))
        usual_words = words.format(n=round(usual / 7))
    else:
        usual_words = words.format(n=usual)
    points = _falling(RHYTHM, Decimal(quiet) / usual, Decimal("1.5"), Decimal(4))
    if points < RHYTHM:
        late = ngettext("silent for {n} day", "silent for {n} days", quiet).format(n=quiet)
        usual_words = _("{rhythm}, {silent}").format(rhythm=usual_words, silent=late)
    return [Reason(usual_words, points)]


def _turnover(customer_id: int) -> list[Reason]:
    currency = profile.load().currency
    found = year_bought.of_customer(customer_id, currency)
    bought = found.net_minor
    if bought <= 0:
        return []
    others = _all_bought(currency, year_bought.since().isoformat(), _newest(), str(db.path()))
    points = int(
        (Decimal(TURNOVER) * bisect_right(others, bought) / max(1, len(others))).quantize(Decimal(1), ROUND_HALF_UP)
    )
    words = _("{amount} gross in 12 months") if found.with_tax else _("{amount} net in 12 months")
    return [Reason(words.format(amount=wording.amount(found.minor, currency)), min(TURNOVER, points))]


def _newest() -> str:
    """Changes with each document that is issued or comes in, also when an older draft is issued."""
    return str(db.one("SELECT (SELECT max(id) FROM document), (SELECT total(last) FROM number_counter)"))


@lru_cache(maxsize=4)
def _all_bought(currency: str, since: str, _newest_document: str, _file: str) -> list[int]:
    """What each customer bought, ascending; read anew only after there is a new document, since it reads a year of them."""
    return sorted(int(bought) for _customer, bought in db.query(_BOUGHT, [currency, since]) if bought > 0)


def _contact(customer_id: int) -> list[Reason]:
    kinds = ",".join(f"'{kind}'" for kind in timeline.HAND_KINDS if kind != "note")
    last = db.value(
        f"SELECT max(happened_at) FROM timeline_entry WHERE customer_id = ? AND kind IN ({kinds})", [customer_id]
    )
    if last is None:
        return []
    ago = max(0, (dates.today() - dates.instant_from(last).astimezone().date()).days)
    words = (
        _("Last contact today")
        if ago == 0
        else ngettext("Last contact {n} day ago", "Last contact {n} days ago", ago).format(n=ago)
    )
    return [Reason(words, _falling(CONTACT, Decimal(ago), Decimal(7), Decimal(365)))]
