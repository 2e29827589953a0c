"""Reminders: on a day, about a customer, contract or invoice; made by hand, or by themselves for overdue invoices.

States: waiting → done; later moves the day. A deleted reminder lies in the bin for 30 days. An overdue invoice gets one
reminder, ever (`reminder_overdue` is unique), which goes away by itself when the invoice is paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

_SELECT = (
    "SELECT r.id, r.due_on, r.due_time, r.title, r.note, r.origin, r.snoozes, r.done_at IS NOT NULL, r.customer_id, c.name, "
    "r.contract_id, k.title, r.document_id, d.number, r.updated_at FROM reminder r LEFT JOIN customer c ON c.id = r.customer_id "
    "LEFT JOIN contract k ON k.id = r.contract_id LEFT JOIN document d ON d.id = r.document_id "
)


@dataclass(frozen=True)
class Reminder:
    """One reminder with the names of what it is about; ids are None where it is about nothing of the kind."""

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


def _reminder(row: tuple[object, ...]) -> Reminder:
    values = list(row)
    values[1] = date.fromisoformat(str(row[1]))
    values[2] = time.fromisoformat(str(row[2])) if row[2] else None
    values[7] = bool(row[7])
    return Reminder(*values)  # type: ignore[arg-type]


def waiting(until: date | None = None) -> list[Reminder]:
    """Reminders that are not done, the earliest first; only those due by `until` if given."""
    limit = (until or dates.LATEST).isoformat()
    rows = db.query(
        f"{_SELECT} WHERE r.done_at IS NULL AND r.deleted_at IS NULL AND r.due_on <= ? "
        "ORDER BY r.due_on, r.due_time IS NULL, r.due_time, r.id",
        [limit],
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
) -> int:
    """Add a reminder, or change one; gives the id.

    Raises:
        ValidationError: there is no title, or the day is not plausible.
    """
    problems = {}
    if not text.tidy(title):
        problems["title"] = _("Write what you want to be reminded of.")
    if not dates.is_plausible(due_on):
        problems["due_on"] = _("The year {year} cannot be right. Check the date.").format(year=due_on.year)
    if problems:
        raise ValidationError(problems)
    now = dates.instant_text(dates.now())
    values = {
        "title": text.tidy(title),
        "due_on": due_on.isoformat(),
        "due_time": due_time.strftime("%H:%M") if due_time else None,
        "note": text.tidy_lines(note),
        "customer_id": customer_id,
        "contract_id": contract_id,
        "document_id": document_id,
        "updated_at": dates.stamp(),
    }
    if reminder_id is None:
        with db.transaction(_("New reminder “{title}”").format(title=values["title"])):
            return db.insert("reminder", values | {"created_at": now})
    with db.transaction(_("Edit reminder “{title}”").format(title=values["title"])):
        db.update("reminder", reminder_id, values)
    return reminder_id


def done(reminder_id: int) -> None:
    """Tick a reminder off; undo brings it back."""
    with db.transaction(_("Done: {title}").format(title=get(reminder_id).title)):
        db.update("reminder", reminder_id, {"done_at": dates.instant_text(dates.now())})


def later(reminder_id: int, due_on: date, due_time: time | None = None) -> None:
    """Move a reminder to a later day and count that it was put off.

    Raises:
        ValidationError: the day lies in the past.
    """
    if due_on < dates.today():
        raise ValidationError({"due_on": _("Choose today or a later day.")})
    found = get(reminder_id)
    with db.transaction(_("Later: {title}").format(title=found.title)):
        db.update(
            "reminder",
            reminder_id,
            {
                "due_on": due_on.isoformat(),
                "due_time": due_time.strftime("%H:%M") if due_time else None,
                "snoozes": found.snoozes + 1,
            },
        )


def delete(reminder_id: int) -> None:
    """Move a reminder to the bin."""
    with db.transaction(_("Delete reminder “{title}”").format(title=get(reminder_id).title)):
        db.update("reminder", reminder_id, {"deleted_at": dates.instant_text(dates.now())})


def remind_of_overdue() -> int:
    """Make the reminders of invoices that fell overdue, and tick off those that were paid since; gives how many are new.

    May run at any time, also after weeks: no invoice gets a second reminder.
    """
    today, now = dates.today().isoformat(), dates.instant_text(dates.now())
    with db.transaction():
        db.execute(
            "UPDATE reminder SET done_at = ?, updated_at = ? WHERE origin = 'overdue' AND done_at IS NULL AND document_id IN "
            "(SELECT id FROM document_balance WHERE open_minor <= 0)",
            [now, now],
        )
        overdue = db.query(
            "SELECT b.id, d.customer_id, d.number FROM document_balance b JOIN document d ON d.id = b.id "
            "WHERE b.open_minor > 0 AND b.due_on < ? AND d.kind <> 'credit_note' "
            "AND NOT EXISTS (SELECT 1 FROM reminder r WHERE r.document_id = b.id AND r.origin = 'overdue')",
            [today],
        )
        for document_id, customer_id, number in overdue:
            db.insert(
                "reminder",
                {
                    "due_on": today,
                    "title": _("Ask for the payment of {number}").format(number=number),
                    "customer_id": customer_id,
                    "document_id": document_id,
                    "origin": "overdue",
                    "created_at": now,
                    "updated_at": dates.stamp(),
                },
            )
    return len(overdue)
