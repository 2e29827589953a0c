"""What stands in the calendar from one day to another: reminders and all dates that other parts keep.

Each kind is one indexed statement over the days that are shown, never over all records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time

from crm_desktop.activity import recurrence, reminders
from crm_desktop.core import dates
from crm_desktop.core.i18n import N_, gettext_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.insight import today_promises
from crm_desktop.sales import contracts

# What can be shown and left out: key → its words.
KINDS = {
    "reminder": N_("Reminders"),
    "step": N_("Next steps"),
    "contract": N_("Contract dates"),
    "due": N_("Invoices due"),
    "birthday": N_("Birthdays and anniversaries"),
    "case": N_("Cases"),
    "service": N_("Services due"),
}


@dataclass(frozen=True)
class Entry:
    """One thing on one day. `record` and `record_id` say what it opens; `reminder_id` is set where it can be moved.

    `to_come` are days of a repetition that have no reminder yet; `late` is red, `done` is pale.
    """

    kind: str
    day: date
    title: str
    detail: str = ""
    at: time | None = None
    record: str = ""
    record_id: int | None = None
    reminder_id: int | None = None
    customer_id: int | None = None
    done: bool = False
    late: bool = False
    to_come: bool = False


def entries(first: date, last: date, kinds: Sequence[str] = tuple(KINDS)) -> list[Entry]:
    """What stands on these days, by day and hour."""
    found: list[Entry] = []
    for kind in kinds:
        found += _READ[kind](first, last)
    return sorted(found, key=lambda e: (e.day, e.at or time.min, e.done, list(KINDS).index(e.kind), e.title))


def kind_name(kind: str) -> str:
    """The words of a kind."""
    return gettext_(KINDS[kind])


def _reminders(first: date, last: date) -> list[Entry]:
    found = [_reminder(one, one.due_on) for one in reminders.between(first, last)]
    for one in reminders.repeating():
        if one.rule is not None and one.repeats_from == "due" and one.due_on <= last:
            for day in recurrence.occurrences(
                one.rule, one.anchor_on or one.due_on, max(one.due_on, dates.add_days(first, -1))
            ):
                if day > last:
                    break
                found.append(_reminder(one, day, to_come=True))
    return found


def _reminder(one: reminders.Reminder, day: date, *, to_come: bool = False) -> Entry:
    return Entry(
        "reminder",
        day,
        one.title,
        one.customer or one.contract or one.document or "",
        one.rule.at if to_come and one.rule else one.due_time,
        reminder_id=one.id,
        customer_id=one.customer_id,
        done=one.done,
        late=not one.done and not to_come and day < dates.today(),
        to_come=to_come,
    )


def _steps(first: date, last: date) -> list[Entry]:
    rows = db.query(
        "SELECT o.id, o.next_on, o.next_step, o.title, c.name, o.customer_id FROM opportunity o "
        "JOIN customer c ON c.id = o.customer_id WHERE o.state = 'open' AND o.deleted_at IS NULL AND c.deleted_at IS NULL "
        "AND o.next_on BETWEEN ? AND ?",
        [first.isoformat(), last.isoformat()],
    )
    return [
        Entry("step", _day(day), step or title, f"{title}, {name}" if step else name, record="opportunity",
              record_id=number, customer_id=customer, late=_day(day) < dates.today())
        for number, day, step, title, name, customer in rows
    ]  # fmt: skip


def _contracts(first: date, last: date) -> list[Entry]:
    found = []
    for contract in contracts.rows(contracts.ids("all")):
        days = contracts.dates_of(contract)
        known = (
            (days.last_day_to_cancel, _("Last day to cancel: {title}"), True),
            (days.term_ends_on, _("Renews: {title}") if days.renews else _("Ends: {title}"), False),
        )
        for day, words, pressing in known:
            if day is not None and first <= day <= last:
                late = pressing and dates.today() <= day <= dates.add_days(dates.today(), 7)
                title = words.format(title=contract.title)
                found.append(
                    Entry("contract", day, title, contract.party, record="contract", record_id=contract.id, late=late)
                )
    return found


def _due(first: date, last: date) -> list[Entry]:
    rows = db.query(
        "SELECT b.id, b.due_on, d.number, coalesce(json_extract(d.buyer, '$.name'), c.name, ''), d.customer_id "
        "FROM document_balance b JOIN document d ON d.id = b.id LEFT JOIN customer c ON c.id = d.customer_id "
        "WHERE b.open_minor > 0 AND b.due_on BETWEEN ? AND ? AND d.kind IN ('invoice', 'receipt')",
        [first.isoformat(), last.isoformat()],
    )
    return [
        Entry("due", _day(day), _("{number} is due").format(number=number), name, record="invoice", record_id=document,
              customer_id=customer, late=_day(day) < dates.today())
        for document, day, number, name, customer in rows
    ]  # fmt: skip


def _occasions(first: date, last: date) -> list[Entry]:
    return [
        Entry("birthday", one.day, today_promises.occasion_title(one, date.min), record="customer",
              record_id=one.customer_id, customer_id=one.customer_id)
        for one in today_promises.occasions(first, last)
    ]  # fmt: skip


def _cases(first: date, last: date) -> list[Entry]:
    rows = db.query(
        "SELECT s.id, s.due_on, s.number, s.title, c.name, s.customer_id FROM support_case s "
        "JOIN customer c ON c.id = s.customer_id "
        "WHERE s.state IN ('open', 'waiting') AND s.deleted_at IS NULL AND c.deleted_at IS NULL "
        "AND s.due_on BETWEEN ? AND ?",
        [first.isoformat(), last.isoformat()],
    )
    return [
        Entry("case", _day(day), title, f"{number}, {name}", record="case", record_id=case, customer_id=customer,
              late=_day(day) < dates.today())
        for case, day, number, title, name, customer in rows
    ]  # fmt: skip


def _services(first: date, last: date) -> list[Entry]:
    rows = db.query(
        "SELECT p.id, p.next_service_on, p.name, c.name, p.customer_id FROM owned_product p "
        "JOIN customer c ON c.id = p.customer_id WHERE p.deleted_at IS NULL AND c.deleted_at IS NULL "
        "AND p.next_service_on BETWEEN ? AND ?",
        [first.isoformat(), last.isoformat()],
    )
    return [
        Entry("service", _day(day), _("Service: {name}").format(name=product), name, record="customer",
              record_id=customer, customer_id=customer, late=_day(day) < dates.today())
        for _product, day, product, name, customer in rows
    ]  # fmt: skip


def _day(text: str) -> date:
    return date.fromisoformat(text)


_READ: dict[str, Callable[[date, date], list[Entry]]] = {
    "reminder": _reminders,
    "step": _steps,
    "contract": _contracts,
    "due": _due,
    "birthday": _occasions,
    "case": _cases,
    "service": _services,
}
