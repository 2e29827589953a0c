"""Today: all that needs a hand, with the reason, in three groups.

It gathers reminders that are due, invoices that fell overdue, contracts whose last day to give notice is near, drafts
that wait, and birthdays. Each entry says what, who, why now, and which one act is at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, time

from crm_desktop.activity import reminders
from crm_desktop.billing import dunning, to_bill
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.db import connection as db
from crm_desktop.insight import (
    report_schedule,
    today_campaigns,
    today_cases,
    today_contracts,
    today_lifecycle,
    today_next,
    today_pipeline,
    today_promises,
)
from crm_desktop.insight.task import GROUPS, Task
from crm_desktop.sales import contract_prices, contracts

WEEK_DAYS = 7
# A quote shows up so many days before its last day, and for so many days after it.
QUOTE_AHEAD_DAYS, QUOTE_BEHIND_DAYS = 3, 14
# What other parts add: one function a part, in a module `insight/today_….py` of its own.
PARTS: tuple[Callable[[], list[Task]], ...] = (
    today_contracts.lines,
    today_promises.tasks,
    today_pipeline.lines,
    today_cases.lines,
    today_lifecycle.tasks,
    today_campaigns.lines,
    today_next.lines,
    report_schedule.tasks,
)
# What D and S do, by kind of line, where that is more than to let it rest until another day; see insight/task.py.
DONE: dict[str, Callable[[Task], object]] = {
    "feedback": today_cases.follow_up,
    "checklist": today_lifecycle.done,
    "deal": today_pipeline.step_done,
    "stale_deal": today_pipeline.asked,
    "contract_inform": today_contracts.told,
}
LATER: dict[str, Callable[[Task, date], object]] = {
    "deal": today_pipeline.step_later,
    "checklist": today_lifecycle.later,
}


@dataclass(frozen=True)
class Strip:
    """The four figures above the list; amounts in minor units of the company's currency."""

    open_minor: int
    open_invoices: int
    overdue_minor: int
    overdue_invoices: int
    overdue_since: date | None
    paid_month_minor: int
    paid_last_year_minor: int
    contract_year_minor: int
    contracts: int
    currency: str
    contract_taxed_minor: int = 0


def tasks() -> list[Task]:
    """What needs a hand, in the order of the groups, the most pressing first."""
    found = [*_late_payers(), *_mails(), *_to_bill(), *_quotes(), *_drafts()]
    for part in PARTS:
        found += part()
    off, today = _put_off_days(), dates.today().isoformat()
    found = [task for task in found if off.get(_key(task), "") <= today]
    return sorted(
        found,
        key=lambda t: (GROUPS.index(t.group), -t.priority, t.day, t.at or time.max, -(t.amount_minor or 0), t.title),
    )


# With more late invoices, contracts and reminders, gathering takes longer than a window may stand still.
MUCH = 600


def is_much() -> bool:
    """Whether so much waits that it is better gathered beside the window."""
    late, running, due = (
        "SELECT 1 FROM document_balance WHERE open_minor <> 0 AND due_on < ?1",
        "SELECT 1 FROM contract WHERE state = 'active' AND deleted_at IS NULL",
        "SELECT 1 FROM reminder WHERE done_at IS NULL AND deleted_at IS NULL AND due_on <= ?1",
    )
    sql = f"SELECT count(*) FROM ({late} UNION ALL {running} UNION ALL {due} LIMIT {MUCH + 1})"
    return int(db.value(sql, [dates.today().isoformat()])) > MUCH


def count() -> int:
    """The number of tasks, for the sidebar."""
    return len(tasks())


_PUT_OFF = "today_put_off."


def _key(task: Task) -> str:
    """What a task is about, with its day: the same contract comes up again with its next term."""
    about = task.record_id or task.contract_id or task.document_id or task.customer_id
    return f"{_PUT_OFF}{task.kind}.{about}.{task.day}"


def _put_off_days() -> dict[str, str]:
    """Task → the day from which it shows again."""
    return dict(db.query("SELECT key, value FROM setting WHERE substr(key, 1, ?) = ?", [len(_PUT_OFF), _PUT_OFF]))


def put_off(task: Task, until: date) -> None:
    """Let a task that has no reminder of its own (a contract, a draft, a birthday) show again on a later day."""
    with db.transaction(undoable=False):
        db.execute(
            "DELETE FROM setting WHERE substr(key, 1, ?) = ? AND value <= ?",
            [len(_PUT_OFF), _PUT_OFF, dates.today().isoformat()],
        )
        db.execute("INSERT OR REPLACE INTO setting VALUES(?, ?)", [_key(task), until.isoformat()])


def is_journaled(chosen: Sequence[Task]) -> bool:
    """Whether more happens than that lines rest, so that there is something to undo."""
    return any(task.reminder_id is not None or task.kind in DONE or task.kind in LATER for task in chosen)


def done_all(chosen: Sequence[Task]) -> None:
    """Tick several tasks off, as one step."""
    if len(chosen) == 1:
        done(chosen[0])
        return
    title = ngettext("Done: {n} thing", "Done: {n} things", len(chosen)).format(n=len(chosen))
    with db.transaction(title if is_journaled(chosen) else None):
        for task in chosen:
            done(task)


def done(task: Task) -> None:
    """Tick a task off: its reminder is done, its part does what is to be done, or it does not come back for its day."""
    if task.reminder_id is not None:
        reminders.done(task.reminder_id)
    else:
        DONE.get(task.kind, settle)(task)


def later(task: Task, day: date, at: time | None = None) -> None:
    """Let a task come back on a later day; a reminder also at an hour."""
    if task.reminder_id is not None:
        reminders.later(task.reminder_id, day, at)
    else:
        LATER.get(task.kind, put_off)(task, day)


def later_all(chosen: Sequence[Task], day: date, at: time | None = None) -> None:
    """Let several tasks come back on a later day, as one step."""
    if len(chosen) == 1:
        later(chosen[0], day, at)
        return
    title = ngettext("Later: {n} thing", "Later: {n} things", len(chosen)).format(n=len(chosen))
    with db.transaction(title if is_journaled(chosen) else None):
        for task in chosen:
            later(task, day, at)


def settle(task: Task) -> None:
    """Let a task be done without a reminder: it does not come back for the same day."""
    put_off(task, dates.add_days(max(task.day, dates.today()), 1))


def _late_payers() -> list[Task]:
    """Who pays late, once: those to be reminded together have one line, and no other for what is in their letters."""
    waiting = dunning.waiting()
    # A single late customer has a line of their own, with the reminder prepared.
    together = len(waiting) > 1 or any(entry.level is not None and entry.level.before_due for entry in waiting)
    told = {item.document_id for entry in waiting for item in entry.items} if together else set()
    return [*_dunning(waiting if together else []), *_overdue(told)]


def _dunning(waiting: list[dunning.Proposal]) -> list[Task]:
    """One line for all reminders for money that can be made, and one for letters that nobody has yet."""
    unsent = int(db.value("SELECT count(*) FROM dunning_letter WHERE sent_at IS NULL"))
    found = []
    if waiting:
        title = ngettext("Remind {n} customer of a payment", "Remind {n} customers of their payments", len(waiting))
        late = max(entry.days_late for entry in waiting)
        reason = ngettext("The longest is {n} day late.", "The longest is {n} days late.", late).format(n=late)
        kinds = {entry.currency for entry in waiting}
        total = sum(entry.total_minor for entry in waiting) if len(kinds) == 1 else None
        due = dates.add_days(dates.today(), -late)
        found.append(Task("dunning", "first", title.format(n=len(waiting)), reason, "dun", due, total, min(kinds)))
    if unsent:
        title = ngettext("Send {n} payment reminder", "Send {n} payment reminders", unsent).format(n=unsent)
        found.append(Task("letters", "today", title, _("Made, but not given out yet."), "send", dates.today()))
    return found


def mails_on_their_way() -> int:
    """How many mails are said to be on their way: none, unless one is being sent now or the program ended meanwhile."""
    return int(
        db.value(
            "SELECT (SELECT count(*) FROM mail WHERE state = 'sending') + (SELECT count(*) FROM campaign_recipient "
            "WHERE state = 'sending') + (SELECT count(*) FROM campaign WHERE state = 'running' AND kind <> 'call')"
        )
    )


def _mails() -> list[Task]:
    """One line for all mails of the outbox; what was not sent, or only perhaps, comes first."""
    count = dict(
        db.query("SELECT state, count(*) FROM mail WHERE state IN ('waiting', 'failed', 'unsure') GROUP BY state")
    )
    if not count:
        return []
    failed, unsure, waiting = (count.get(state, 0) for state in ("failed", "unsure", "waiting"))
    words = (
        (failed, ngettext("{n} could not be sent.", "{n} could not be sent.", failed)),
        (unsure, ngettext("{n} was perhaps sent.", "{n} were perhaps sent.", unsure)),
        (waiting, ngettext("{n} waits to be sent.", "{n} wait to be sent.", waiting)),
    )
    total = failed + unsure + waiting
    oldest = db.value("SELECT min(queued_at) FROM mail WHERE state IN ('waiting', 'failed', 'unsure')")
    return [
        Task(
            "mails",
            "first" if failed or unsure else "today",
            ngettext("{n} e-mail in the outbox", "{n} e-mails in the outbox", total).format(n=total),
            " ".join(sentence.format(n=number) for number, sentence in words if number),
            "open",
            dates.instant_from(oldest).date(),
        )
    ]


def _overdue(told: Collection[int]) -> list[Task]:
    """The late invoices that stand in no letter to be made."""
    today = dates.today()
    rows = db.query(
        "SELECT b.id, d.number, b.due_on, b.open_minor, d.currency, d.customer_id, "
        "coalesce(c.name, json_extract(d.buyer, '$.name'), ''), r.id, r.due_on, r.done_at "
        "FROM document_balance b JOIN document d ON d.id = b.id LEFT JOIN customer c ON c.id = d.customer_id "
        "LEFT JOIN reminder r ON r.document_id = d.id AND r.origin = 'overdue' "
        "WHERE b.open_minor > 0 AND b.due_on < ?1 AND d.kind <> 'credit_note' AND d.dunning_hold = '' "
        "AND coalesce(c.dunning_hold, '') = '' AND NOT EXISTS "
        "(SELECT 1 FROM dunning_item i JOIN dunning_letter l ON l.id = i.letter_id "
        "WHERE i.document_id = b.id AND l.deadline_on >= ?1) ORDER BY b.due_on",
        [today.isoformat()],
    )
    found = []
    for document_id, number, due, amount, currency, customer_id, name, reminder_id, put_off, done in rows:
        if document_id in told or done or (put_off and put_off > today.isoformat()):
            continue
        late = (today - date.fromisoformat(due)).days
        reason = ngettext("{n} day late.", "{n} days late.", late).format(n=late)
        title = _("{name} has not paid {number}").format(name=name, number=number)
        title = title if name else _("{number} is not paid").format(number=number)
        found.append(
            Task(
                "overdue",
                "first",
                title,
                reason,
                "remind",
                date.fromisoformat(due),
                amount,
                currency,
                customer_id=customer_id,
                document_id=document_id,
                reminder_id=reminder_id,
            )
        )
    return found


def _to_bill() -> list[Task]:
    """What waits to be billed, of all customers in one line; its amount where it is of one currency."""
    waiting = to_bill.accounts()
    if not waiting:
        return []
    oldest = min(account.oldest for account in waiting)
    sums = to_bill.sums(entry for account in waiting for entry in account.entries)
    currency, minor = next(iter(sums.items()))
    days = (dates.today() - oldest).days
    since = ngettext("The oldest waits since {n} day.", "The oldest waits since {n} days.", days).format(n=days)
    return [
        Task(
            "to_bill",
            "today",
            ngettext("{n} customer to bill", "{n} customers to bill", len(waiting)).format(n=len(waiting)),
            since if days > 0 else _("Without tax."),
            "bill",
            oldest,
            minor if len(sums) == 1 else None,
            currency if len(sums) == 1 else "",
        )
    ]


def _quotes() -> list[Task]:
    """Quotes without an answer whose last day is near or went by lately."""
    today = dates.today()
    first, last = dates.add_days(today, -QUOTE_BEHIND_DAYS), dates.add_days(today, QUOTE_AHEAD_DAYS)
    rows = db.query(
        "SELECT d.id, d.number, d.valid_until_on, d.grand_total_minor, d.currency, d.customer_id, "
        "coalesce(json_extract(d.buyer, '$.name'), '') FROM document d WHERE d.kind = 'quote' AND d.state = 'issued' "
        "AND d.outcome = '' AND d.deleted_at IS NULL AND d.valid_until_on BETWEEN ? AND ? "
        "ORDER BY d.valid_until_on, d.id LIMIT 20",
        [first.isoformat(), last.isoformat()],
    )
    found = []
    for document_id, number, until, minor, currency, customer_id, name in rows:
        day = date.fromisoformat(until)
        left = (day - today).days
        if left < 0:
            reason = ngettext("Expired {n} day ago, no answer.", "Expired {n} days ago, no answer.", -left)
        elif left:
            reason = ngettext("Holds for {n} day, no answer yet.", "Holds for {n} days, no answer yet.", left)
        else:
            reason = _("Holds until today, no answer yet.")
        title = _("Ask {name} about {number}").format(name=name, number=number)
        group = "week" if left > 0 else "today"
        found.append(
            Task("quote", group, title, reason.format(n=abs(left)), "open", day, minor, currency, customer_id,
                 document_id=document_id)
        )  # fmt: skip
    return found


def _drafts() -> list[Task]:
    """Drafts that nobody touched for three days."""
    limit = dates.instant_text(dates.add_instant_days(dates.now(), -3))
    rows = db.query(
        "SELECT d.id, d.kind, d.updated_at, d.customer_id, coalesce(c.name, '') FROM document d "
        "LEFT JOIN customer c ON c.id = d.customer_id "
        "WHERE d.state = 'draft' AND d.deleted_at IS NULL AND d.updated_at < ? ORDER BY d.updated_at LIMIT 20",
        [limit],
    )
    found = []
    for document_id, kind, updated, customer_id, name in rows:
        day = dates.instant_from(updated).date()
        waiting = (dates.today() - day).days
        title = _finish(kind, name)
        reason = ngettext("A draft since {n} day.", "A draft since {n} days.", waiting).format(n=waiting)
        found.append(
            Task("draft", "week", title, reason, "open", day, customer_id=customer_id, document_id=document_id)
        )
    return found


def _finish(kind: str, name: str) -> str:
    """What is to be finished, and for whom."""
    titles = {
        "quote": (_("Finish the quote for {name}"), _("Finish the quote you began")),
        "order_confirmation": (
            _("Finish the order confirmation for {name}"),
            _("Finish the order confirmation you began"),
        ),
        "delivery_note": (_("Finish the delivery note for {name}"), _("Finish the delivery note you began")),
        "credit_note": (_("Finish the credit note for {name}"), _("Finish the credit note you began")),
    }
    usual = (_("Finish the invoice for {name}"), _("Finish the invoice you began"))
    for_somebody, for_nobody = titles.get(kind, usual)
    return for_somebody.format(name=name) if name else for_nobody


def strip() -> Strip:
    """The figures above the list. Only amounts in the company's currency are added."""
    currency, today = profile.load().currency, dates.today()
    open_minor, open_invoices = db.one(
        "SELECT coalesce(sum(b.open_minor), 0), count(*) FROM document_balance b JOIN document d ON d.id = b.id "
        "WHERE b.open_minor > 0 AND d.currency = ?",
        [currency],
    )
    overdue_minor, overdue_invoices, since = db.one(
        "SELECT coalesce(sum(b.open_minor), 0), count(*), min(b.due_on) FROM document_balance b JOIN document d ON d.id = b.id "
        "WHERE b.open_minor > 0 AND b.due_on < ? AND d.currency = ?",
        [today.isoformat(), currency],
    )
    active = [c for c in contracts.rows(contracts.ids("income")) if c.state == "active" and c.currency == currency]
    taxed = contract_prices.with_tax()
    return Strip(
        open_minor,
        open_invoices,
        overdue_minor,
        overdue_invoices,
        date.fromisoformat(since) if since else None,
        _paid(today.replace(day=1), today, currency),
        _paid(dates.add_months(today.replace(day=1), -12), dates.add_months(today, -12), currency),
        sum(c.value_per_year_minor for c in active),
        len(active),
        currency,
        sum(c.value_per_year_minor for c in active if c.id in taxed),
    )


def _paid(first: date, last: date, currency: str) -> int:
    return int(
        db.value(
            "SELECT coalesce(sum(amount_minor), 0) FROM payment WHERE paid_on BETWEEN ? AND ? AND currency = ?",
            [first.isoformat(), last.isoformat(), currency],
        )
        or 0
    )


def next_day() -> tuple[date, str] | None:
    """The next thing that comes up after this week, for an empty Today: its day and title."""
    after = [r for r in reminders.waiting() if r.due_on > dates.add_days(dates.today(), WEEK_DAYS)]
    return (after[0].due_on, after[0].title) if after else None


def first_steps() -> list[tuple[str, bool]]:
    """The getting-started list: key of the step and whether it is done."""
    company = profile.load()
    customers, invoices = (
        db.value("SELECT EXISTS (SELECT 1 FROM customer WHERE deleted_at IS NULL)"),
        db.value(
            "SELECT EXISTS (SELECT 1 FROM document WHERE state = 'issued' AND imported = 0 AND kind IN ('invoice', 'receipt'))"
        ),
    )
    return [
        ("customers", bool(customers)),
        ("company", not profile.missing_for_documents(company)),
        ("bank", bool(company.iban)),
        ("invoice", bool(invoices)),
    ]
