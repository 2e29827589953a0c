"""Reminders: on a day, about a customer, contract, invoice, deal or case; made by hand, by a part, or by an overdue invoice.

States: waiting → done; later moves the day and counts. One that repeats is followed by its next one in the same step in
which it is done, so that undo takes both back; skipping moves it there. A deleted reminder lies in the bin for 30 days. An
overdue invoice gets one reminder, ever (`reminder_overdue` is unique), which goes away by itself when the invoice is paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Literal

from crm_desktop.activity import recurrence, recurrence_words, timeline
from crm_desktop.activity.recurrence import Rule
from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, UserError, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.db import connection as db

HIGH, USUAL, LOW = 1, 0, -1
_SELECT = (
    "SELECT r.id, r.due_on, r.due_time, r.title, r.note, r.origin, r.snoozes, r.done_at IS NOT NULL, r.customer_id, c.name, "
    "r.contract_id, k.title, r.document_id, d.number, r.updated_at, r.priority, r.repeats, r.repeats_from, r.anchor_on, "
    "r.opportunity_id, r.case_id, r.ical_uid FROM reminder r LEFT JOIN customer c ON c.id = r.customer_id "
    "LEFT JOIN contract k ON k.id = r.contract_id LEFT JOIN document d ON d.id = r.document_id "
)
# What the next one has from the one before it.
_PASSED_ON = (
    "title",
    "note",
    "customer_id",
    "contract_id",
    "document_id",
    "opportunity_id",
    "case_id",
    "priority",
    "repeats",
    "repeats_from",
)


@dataclass(frozen=True)
class Reminder:
    """One reminder with the names of what it is about; ids are None where it is about nothing of the kind.

    `repeats` is the text of a rule (`recurrence`) or "", counted from its due day or from when it was "done".
    """

    id: int
    due_on: date
    due_time: time | None
    title: str
    note: str
    origin: str
    snoozes: int
    done: bool
    customer_id: int | None
    customer: str | None
    contract_id: int | None
    contract: str | None
    document_id: int | None
    document: str | None
    updated_at: str
    priority: int = USUAL
    repeats: str = ""
    repeats_from: str = "due"
    anchor_on: date | None = None
    opportunity_id: int | None = None
    case_id: int | None = None
    ical_uid: str = ""

    @property
    def rule(self) -> Rule | None:
        """How it repeats."""
        return recurrence.rule_from(self.repeats) if self.repeats else None

    def repetition(self) -> str:
        """How it repeats, in words; "" when it does not."""
        return recurrence_words.words(replace(self.rule, at=None), self.repeats_from) if self.rule else ""

    def is_resting(self, now: datetime) -> bool:
        """Whether it was put off today until a later hour, on the owner's clock without a zone."""
        if not self.snoozes or self.due_on != now.date() or self.due_time is None or self.due_time <= now.time():
            return False
        return dates.instant_from(self.updated_at).astimezone().date() == now.date()


def _reminder(row: tuple[object, ...]) -> Reminder:
    values = list(row)
    values[1] = date.fromisoformat(str(row[1]))
    values[2] = time.fromisoformat(str(row[2])) if row[2] else None
    values[7] = bool(row[7])
    values[18] = date.fromisoformat(str(row[18])) if row[18] else None
    return Reminder(*values)  # type: ignore[arg-type]


def waiting(until: date | None = None, *, without: str = "") -> list[Reminder]:
    """Reminders that are not done, the earliest first; only those due by `until` if given, `without` those of an origin."""
    limit = (until or dates.LATEST).isoformat()
    rows = db.query(
        f"{_SELECT} WHERE r.done_at IS NULL AND r.deleted_at IS NULL AND r.due_on <= ? AND r.origin <> ? "
        "ORDER BY r.due_on, r.due_time IS NULL, r.due_time, r.id",
        [limit, without],
    )
    return [_reminder(row) for row in rows]


def has_by_hand() -> bool:
    """Whether a reminder waits that somebody wrote."""
    sql = "SELECT 1 FROM reminder WHERE origin = 'hand' AND done_at IS NULL AND deleted_at IS NULL LIMIT 1"
    return db.one(sql) is not None


def between(first: date, last: date) -> list[Reminder]:
    """All reminders of these days that are not in the bin, also those that are done."""
    rows = db.query(
        f"{_SELECT} WHERE r.deleted_at IS NULL AND r.due_on BETWEEN ? AND ? AND r.origin <> 'overdue' "
        "ORDER BY r.due_on, r.due_time IS NULL, r.due_time, r.id",
        [first.isoformat(), last.isoformat()],
    )
    return [_reminder(row) for row in rows]


def repeating() -> list[Reminder]:
    """The reminders that wait and repeat."""
    rows = db.query(
        f"{_SELECT} WHERE r.repeats <> '' AND r.done_at IS NULL AND r.deleted_at IS NULL ORDER BY r.due_on, r.id"
    )
    return [_reminder(row) for row in rows]


def everything(search: str = "") -> list[Reminder]:
    """All reminders that are not in the bin, waiting ones first, then by day."""
    rows = db.query(
        f"{_SELECT} WHERE r.deleted_at IS NULL AND fold(r.title || ' ' || r.note || ' ' || coalesce(c.name, '')) LIKE ? "
        "ORDER BY r.done_at IS NOT NULL, r.due_on, r.id",
        [f"%{text.fold(search)}%"],
    )
    return [_reminder(row) for row in rows]


def find(search: str, limit: int = 3) -> list[Reminder]:
    """Reminders that wait and contain all these words in title or note, the earliest first."""
    words = text.fold(search).split()
    fitting = " AND ".join("fold(r.title || ' ' || r.note) LIKE ?" for _word in words)
    rows = db.query(
        f"{_SELECT} WHERE r.done_at IS NULL AND r.deleted_at IS NULL AND {fitting or '0'} ORDER BY r.due_on, r.id LIMIT ?",
        [*(f"%{word}%" for word in words), limit],
    )
    return [_reminder(row) for row in rows]


def of_customer(customer_id: int) -> list[Reminder]:
    """A customer's reminders that are not done, the earliest first."""
    rows = db.query(
        f"{_SELECT} WHERE r.customer_id = ? AND r.done_at IS NULL AND r.deleted_at IS NULL ORDER BY r.due_on, r.id",
        [customer_id],
    )
    return [_reminder(row) for row in rows]


def get(reminder_id: int) -> Reminder:
    """The reminder by id.

    Raises:
        NotFound: there is no such reminder.
    """
    row = db.one(f"{_SELECT} WHERE r.id = ?", [reminder_id])
    if row is None:
        raise NotFound(_("This reminder is no longer there."))
    return _reminder(row)


def save(
    title: str,
    due_on: date,
    *,
    reminder_id: int | None = None,
    due_time: time | None = None,
    note: str = "",
    customer_id: int | None = None,
    contract_id: int | None = None,
    document_id: int | None = None,
    opportunity_id: int | None = None,
    case_id: int | None = None,
    priority: int = USUAL,
    repeats: str = "",
    repeats_from: str = "due",
    origin: str = "hand",
    origin_key: str = "",
) -> int:
    """Add a reminder, or change one; gives the id.

    `repeats` is the text of a rule; the first day is then the first one from `due_on` on on which it falls.

    Raises:
        ValidationError: there is no title, or the day or the repetition is not plausible.
    """
    rule = _checked(title, due_on, repeats)
    before = get(reminder_id) if reminder_id is not None else None
    values: dict[str, Any] = {
        "title": text.tidy(title), "note": text.tidy_lines(note), "customer_id": customer_id, "contract_id": contract_id,
        "document_id": document_id, "opportunity_id": opportunity_id, "case_id": case_id, "priority": priority,
        "updated_at": dates.stamp(),
    }  # fmt: skip
    values |= _when(due_on, due_time, rule, repeats_from, before)
    if before is None:
        new = {"origin": origin, "origin_key": origin_key, "created_at": dates.instant_text(dates.now())}
        with db.transaction(_("New reminder “{title}”").format(title=values["title"])):
            return db.insert("reminder", values | new)
    with db.transaction(_("Edit reminder “{title}”").format(title=values["title"])):
        db.update("reminder", before.id, values)
    return before.id


def _checked(title: str, due_on: date, repeats: str) -> Rule | None:
    problems = {}
    if not text.tidy(title):
        problems["title"] = _("Write what you want to be reminded of.")
    if not dates.is_plausible(due_on):
        problems["due_on"] = _("The year {year} cannot be right. Check the date.").format(year=due_on.year)
    rule = None
    try:
        rule = recurrence.rule_from(repeats) if repeats else None
    except ValueError:
        problems["repeats"] = _("There is no such repetition.")
    if problems:
        raise ValidationError(problems)
    return rule


def _when(
    due_on: date, due_time: time | None, rule: Rule | None, counted: str, before: Reminder | None
) -> dict[str, Any]:
    """Day, time and repetition as they are stored; the time of one that repeats is part of its rule."""
    if rule is None:
        return _day(due_on, due_time) | {"repeats": "", "repeats_from": "due", "anchor_on": None}
    due_time = due_time or rule.at
    rule = replace(rule, at=due_time)
    kept = before is not None and before.rule is not None and replace(before.rule, at=due_time) == rule
    if kept and before is not None and before.repeats_from == counted:
        # Only this one is moved: the others stay where they are, unless they hang on its day.
        moved = due_on != before.due_on and recurrence.hangs_on_anchor(rule)
        anchor = due_on if moved else before.anchor_on or due_on
    else:
        due_on = recurrence.first(rule, due_on) if counted == "due" else due_on
        anchor = due_on
    repetition = {"repeats": recurrence.text_of(rule), "repeats_from": counted, "anchor_on": anchor.isoformat()}
    return _day(due_on, due_time) | repetition


def _day(due_on: date, due_time: time | None) -> dict[str, Any]:
    return {"due_on": due_on.isoformat(), "due_time": due_time.strftime("%H:%M") if due_time else None}


def done(reminder_id: int) -> int | None:
    """Tick a reminder off; gives the id of the one that follows, if it repeats. Undo takes both back."""
    found = get(reminder_id)
    with db.transaction(_("Done: {title}").format(title=found.title)):
        return _done(found)


def done_all(reminder_ids: Sequence[int]) -> None:
    """Tick several reminders off as one step."""
    title = ngettext("Done: {n} reminder", "Done: {n} reminders", len(reminder_ids)).format(n=len(reminder_ids))
    with db.transaction(title):
        for reminder_id in reminder_ids:
            _done(get(reminder_id))


def _done(found: Reminder) -> int | None:
    if found.done:
        return None
    now = dates.instant_text(dates.now())
    db.update("reminder", found.id, {"done_at": now, "updated_at": dates.stamp()})
    if found.customer_id is not None:
        timeline.record(found.customer_id, "reminder", _("Done: {title}").format(title=found.title), body=found.note)
    following = following_day(found)
    if following is None or found.rule is None:
        return None
    day, anchor = following
    new = {name: getattr(found, name) for name in _PASSED_ON} | _day(day, found.rule.at)
    more = {"anchor_on": anchor.isoformat(), "origin": "repeat", "origin_key": str(found.id)}
    return db.insert("reminder", new | more | {"created_at": now, "updated_at": dates.stamp()})


def following_day(found: Reminder) -> tuple[date, date] | None:
    """The day of the next one and its anchor, were this one done today; None when it does not repeat."""
    if found.rule is None:
        return None
    anchor = found.anchor_on or found.due_on
    return recurrence.follow_up(found.rule, found.repeats_from, anchor, found.due_on, dates.today())


def skip(reminder_id: int) -> date:
    """Leave this one out and go on with the next; gives its day.

    Raises:
        UserError: it does not repeat.
    """
    found = get(reminder_id)
    following = following_day(found)
    if following is None or found.rule is None:
        raise UserError(_("Only a reminder that repeats can be skipped."))
    day, anchor = following
    with db.transaction(_("Skipped: {title}").format(title=found.title)):
        values = _day(day, found.rule.at) | {"anchor_on": anchor.isoformat(), "snoozes": 0, "updated_at": dates.stamp()}
        db.update("reminder", reminder_id, values)
    return day


def later(reminder_id: int, due_on: date, due_time: time | None = None) -> None:
    """Move a reminder to a later day or hour and count that it was put off; the ones that follow stay where they are.

    Raises:
        ValidationError: the day lies in the past.
    """
    if due_on < dates.today():
        raise ValidationError({"due_on": _("Choose today or a later day.")})
    found = get(reminder_id)
    with db.transaction(_("Later: {title}").format(title=found.title)):
        put_off = {"snoozes": found.snoozes + 1, "updated_at": dates.stamp()}
        db.update("reminder", reminder_id, _day(due_on, due_time) | put_off)


def move(reminder_id: int, due_on: date, due_time: time | Literal["same"] | None = "same") -> None:
    """Put a reminder on another day, at the same hour or another (None: at any time); it does not count as put off.

    Those that follow it stay where they are.

    Raises:
        ValidationError: the day is not plausible.
    """
    if not dates.is_plausible(due_on):
        raise ValidationError(
            {"due_on": _("The year {year} cannot be right. Check the date.").format(year=due_on.year)}
        )
    with db.transaction(_("Move reminder “{title}”").format(title=get(reminder_id).title)):
        when = {"due_on": due_on.isoformat()} if due_time == "same" else _day(due_on, due_time)
        db.update("reminder", reminder_id, when | {"updated_at": dates.stamp()})


def delete(reminder_id: int) -> None:
    """Move a reminder to the bin."""
    with db.transaction(_("Delete reminder “{title}”").format(title=get(reminder_id).title)):
        db.update("reminder", reminder_id, {"deleted_at": dates.instant_text(dates.now())})


def remind_of_overdue() -> int:
    """Make the reminders of invoices that fell overdue, and tick off those that were paid since; gives how many are new.

    May run at any time, also after weeks: no invoice gets a second reminder.
    """
    today, now = dates.today().isoformat(), dates.instant_text(dates.now())
    overdue = db.query(
        "SELECT b.id, d.customer_id, d.number FROM document_balance b JOIN document d ON d.id = b.id "
        "WHERE b.open_minor > 0 AND b.due_on < ? AND d.kind <> 'credit_note' "
        "AND NOT EXISTS (SELECT 1 FROM reminder r WHERE r.document_id = b.id AND r.origin = 'overdue')",
        [today],
    )
    paid = "origin = 'overdue' AND done_at IS NULL AND document_id IN (SELECT id FROM document_balance WHERE open_minor <= 0)"
    # Where nothing is to be written, nobody is told of a change, so that Today is not shown anew each time it is entered.
    if not overdue and db.one(f"SELECT 1 FROM reminder WHERE {paid} LIMIT 1") is None:
        return 0
    words, stamp = _("Ask for the payment of {number}"), dates.stamp()
    with db.transaction():
        db.execute(f"UPDATE reminder SET done_at = ?, updated_at = ? WHERE {paid}", [now, now])
        db.execute_many(
            "INSERT INTO reminder(due_on, title, customer_id, document_id, origin, created_at, updated_at) "
            "VALUES(?, ?, ?, ?, 'overdue', ?, ?)",
            [(today, words.format(number=number), who, of, now, stamp) for of, who, number in overdue],
        )
    return len(overdue)
