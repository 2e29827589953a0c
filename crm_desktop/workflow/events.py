"""What can set off a rule of the owner: things that happened, each with a key of its own, so that none counts twice.

A kind of event is SQL that gives what happened between two days (`:first` and `:last`, both included); `:days` is a number
of days that the rule names, `:stage` a stage of customers. What is not in SQL (days of contracts, birthdays) is a function.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from crm_desktop.core import dates
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import merging
from crm_desktop.db import connection as db
from crm_desktop.sales import contracts


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to a customer. `key` names it for good; `record` and `record_id` are what it is about."""

    key: str
    customer_id: int
    day: date
    record: str
    record_id: int
    name: str
    amount_minor: int | None = None
    currency: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of event: its words with {days} or {stage}, how it is found, and which value the rule has to name.

    `is_ahead`: it comes so many days before a day of the calendar, and is worth nothing long after that day.
    """

    words: str
    find: str | Callable[[date, date, int], Iterable[Happening]]
    needs: str = ""
    usual: int = 0
    fields: tuple[str, ...] = field(default=("customer", "first_name", "name", "day"))
    is_ahead: bool = False


_MONEY = ("customer", "first_name", "name", "day", "amount")
_INVOICE = "'document', d.id, d.number, d.grand_total_minor, d.currency FROM document d"
_ISSUED = "d.state = 'issued' AND d.customer_id IS NOT NULL AND d.deleted_at IS NULL AND d.imported = 0"
_DEAL = "'deal:' || o.id || ':' || o.closed_on, o.customer_id, o.closed_on, 'opportunity', o.id, o.title, o.value_minor, o.currency"
# Instants are kept in UTC; the owner's day is another one around midnight.
_OPENED, _SOLVED = "date(s.opened_at, 'localtime')", "date(s.solved_at, 'localtime')"
_QUIET_SINCE = "date(l.last_contact_at, 'localtime')"
_CASE = "s.customer_id, {day}, 'case', s.id, s.number || ' ' || s.title FROM support_case s WHERE s.deleted_at IS NULL"


def _birthdays(first: date, last: date, days: int) -> Iterable[Happening]:
    """Birthdays that are `days` away on a day of the period; 29 February is the 28th in years without it."""
    coming: dict[str, list[date]] = {}
    for day in (dates.add_days(first, days + n) for n in range((last - first).days + 1)):
        coming.setdefault(f"{day:%m-%d}", []).append(day)
        if (day.month, day.day) == (2, 28) and dates.end_of_month(day) == day:
            coming.setdefault("02-29", []).append(day)
    rows = db.query(
        "SELECT c.id, 'c' || c.id, c.name, c.birthday_on FROM customer c WHERE c.deleted_at IS NULL "
        "AND c.archived_at IS NULL AND substr(c.birthday_on, 6) IN (SELECT value FROM json_each(?1)) UNION ALL "
        "SELECT c.id, 'p' || p.id, trim(p.first_name || ' ' || p.last_name), p.birthday_on FROM contact_person p "
        "JOIN customer c ON c.id = p.customer_id WHERE c.deleted_at IS NULL AND c.archived_at IS NULL "
        "AND substr(p.birthday_on, 6) IN (SELECT value FROM json_each(?1))",
        [json.dumps(sorted(coming))],
    )
    for customer_id, who, name, born in rows:
        for day in coming[born[5:]]:
            if day.year >= int(born[:4]):
                key = f"birthday:{who}:{day}"
                yield Happening(key, customer_id, dates.add_days(day, -days), "customer", customer_id, name)


def _contract_days(first: date, last: date, days: int) -> Iterable[Happening]:
    """Contracts of which a last day to give notice, or else an end, is `days` away on a day of the period.

    As in Today, one that can be ended again and again at short notice has no last day that matters.
    """
    for contract in contracts.rows(contracts.ids("income")):
        seen_from = first
        while contract.customer_id is not None and seen_from <= dates.add_days(last, days):
            found = contracts.dates_of(contract, seen_from)
            last_day = found.last_day_to_cancel if contracts.binds_again(contract) else None
            goal = last_day or found.term_ends_on
            if goal is None:
                break
            day = dates.add_days(goal, -days)
            if first <= day <= last:
                key = f"contract:{contract.id}:{goal}"
                yield Happening(key, contract.customer_id, day, "contract", contract.id, contract.title)
            if goal < seen_from:
                break
            seen_from = dates.add_days(goal, 1)


EVENTS: dict[str, Kind] = {
    "invoice_issued": Kind(
        N_("an invoice is issued"),
        f"SELECT 'issued:' || d.id, d.customer_id, d.issue_on, {_INVOICE} WHERE {_ISSUED} AND d.kind = 'invoice' "
        "AND d.issue_on BETWEEN :first AND :last",
        fields=_MONEY,
    ),
    "invoice_paid": Kind(
        N_("an invoice is paid"),
        "SELECT 'paid:' || d.id, d.customer_id, max(p.paid_on) AS day, 'document', d.id, d.number, d.grand_total_minor, "
        "d.currency FROM payment f JOIN allocation g ON g.payment_id = f.id AND g.kind = 'payment' "
        "JOIN document d ON d.id = g.document_id JOIN document_balance b ON b.id = d.id "
        "JOIN allocation a ON a.document_id = d.id AND a.kind = 'payment' JOIN payment p ON p.id = a.payment_id "
        f"WHERE {_ISSUED} AND d.kind = 'invoice' AND b.open_minor <= 0 AND f.paid_on BETWEEN :first AND :last "
        "GROUP BY d.id HAVING day BETWEEN :first AND :last",
        fields=_MONEY,
    ),
    "invoice_late": Kind(
        N_("an invoice is unpaid {days} days after it was due"),
        f"SELECT 'late:' || d.id || ':' || :days, d.customer_id, date(d.due_on, '+' || :days || ' days'), {_INVOICE} "
        f"JOIN document_balance b ON b.id = d.id WHERE {_ISSUED} AND d.kind = 'invoice' AND b.open_minor > 0 "
        "AND date(d.due_on, '+' || :days || ' days') BETWEEN :first AND :last",
        "days", 10, _MONEY,
    ),
    "quote_accepted": Kind(
        N_("a quote is accepted"),
        f"SELECT 'accepted:' || d.id, d.customer_id, d.outcome_on, {_INVOICE} WHERE {_ISSUED} AND d.kind = 'quote' "
        "AND d.outcome = 'accepted' AND d.outcome_on BETWEEN :first AND :last",
        fields=_MONEY,
    ),
    "quote_declined": Kind(
        N_("a quote is declined"),
        f"SELECT 'declined:' || d.id, d.customer_id, d.outcome_on, {_INVOICE} WHERE {_ISSUED} AND d.kind = 'quote' "
        "AND d.outcome = 'declined' AND d.outcome_on BETWEEN :first AND :last",
        fields=_MONEY,
    ),
    "deal_won": Kind(
        N_("a deal is won"),
        f"SELECT {_DEAL} FROM opportunity o WHERE o.state = 'won' AND o.deleted_at IS NULL "
        "AND o.closed_on BETWEEN :first AND :last",
        fields=_MONEY,
    ),
    "deal_lost": Kind(
        N_("a deal is lost"),
        f"SELECT {_DEAL} FROM opportunity o WHERE o.state = 'lost' AND o.deleted_at IS NULL "
        "AND o.closed_on BETWEEN :first AND :last",
        fields=_MONEY,
    ),
    "case_opened": Kind(
        N_("a case is opened"),
        f"SELECT 'opened:' || s.id, {_CASE.format(day=_OPENED)} "
        f"AND {_OPENED} BETWEEN :first AND :last",
    ),
    "case_solved": Kind(
        N_("a case is solved"),
        f"SELECT 'solved:' || s.id || ':' || s.solved_at, {_CASE.format(day=_SOLVED)} "
        f"AND s.state IN ('solved', 'closed') AND {_SOLVED} BETWEEN :first AND :last",
    ),
    "feedback_low": Kind(
        N_("somebody answers with {days} points or fewer"),
        "SELECT 'feedback:' || f.id, f.customer_id, f.answered_on, 'feedback', f.id, f.comment FROM feedback f "
        "WHERE f.score * CASE f.kind WHEN 'satisfaction' THEN 2.5 ELSE 1 END <= :days AND f.answered_on BETWEEN :first AND :last",
        "days", 6,
    ),
    "stage_changed": Kind(
        N_("a customer comes to the stage “{stage}”"),
        "SELECT 'stage:' || x.id, x.customer_id, x.changed_on, 'customer', x.customer_id, c.name FROM stage_change x "
        "JOIN customer c ON c.id = x.customer_id WHERE x.to_stage_id = :stage AND x.changed_on BETWEEN :first AND :last",
        "stage",
    ),
    "quiet": Kind(
        N_("nobody was in touch for {days} days"),
        f"SELECT 'quiet:' || l.id || ':' || {_QUIET_SINCE}, l.id, date({_QUIET_SINCE}, '+' || :days || ' days'), "
        "'customer', l.id, c.name FROM customer_list l JOIN customer c ON c.id = l.id WHERE l.shelf = 0 "
        f"AND date({_QUIET_SINCE}, '+' || :days || ' days') BETWEEN :first AND :last",
        "days", 180,
    ),
    "birthday": Kind(N_("a birthday is {days} days away"), _birthdays, "days", 3, is_ahead=True),
    "contract_day": Kind(
        N_("the last day of notice or the end of a contract is {days} days away"), _contract_days, "days", 60, is_ahead=True
    ),
}  # fmt: skip


def between(event: str, first: date, last: date, *, days: int = 0, stage_id: int | None = None) -> list[Happening]:
    """What happened from the first to the last day, in order.

    What belonged to a record that was merged into another customer is that one's; what lies in the bin does not count.
    """
    found = EVENTS[event].find
    if callable(found):
        happened = list(found(first, last, days))
    else:
        values: dict[str, Any] = {"first": first.isoformat(), "last": last.isoformat(), "days": days, "stage": stage_id}
        happened = [_happening(row) for row in db.raw().execute(found, values)]
    return sorted(_as_it_is_now(happened), key=lambda one: (one.day, one.key))


def _as_it_is_now(happened: list[Happening]) -> Iterable[Happening]:
    """Each with the customer that it belongs to now, without those in the bin."""
    whom = dict(
        db.query(
            f"SELECT c.id, coalesce({merging.into_sql('c.id')}, c.id) FROM customer c "
            "WHERE c.id IN (SELECT value FROM json_each(?)) AND c.deleted_at IS NULL",
            [json.dumps(sorted({one.customer_id for one in happened}))],
        )
    )
    return (replace(one, customer_id=whom[one.customer_id]) for one in happened if one.customer_id in whom)


def _happening(row: tuple[Any, ...]) -> Happening:
    key, customer_id, day, record, record_id, name, *money = row
    amount, currency = money or (None, "")
    return Happening(key, customer_id, date.fromisoformat(day), record, record_id, name or "", amount, currency)


def words(event: str, *, days: int = 0, stage: str = "") -> str:
    """When a rule acts, as the second half of a sentence: "an invoice is unpaid 10 days after it was due"."""
    return _(EVENTS[event].words).replace("{days}", str(days)).replace("{stage}", stage)
