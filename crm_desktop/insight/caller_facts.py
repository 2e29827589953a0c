"""What one must know while the phone rings: what is open, what is wrong, what was last, what was promised, how to treat them.

Each is one indexed statement over the customer and the records merged into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from crm_desktop.activity import reminders, timeline
from crm_desktop.activity.reminders import Reminder
from crm_desktop.core import dates
from crm_desktop.customers import customers, merging
from crm_desktop.db import connection as db

_CONTACTS = tuple(kind for kind in timeline.HAND_KINDS if kind != "note")


@dataclass(frozen=True)
class Owed:
    """What a customer has to pay in one currency, in minor units; `late_minor` of it is due, the oldest since `due_on`."""

    currency: str
    invoices: int
    open_minor: int
    late_minor: int
    due_on: date | None


@dataclass(frozen=True)
class Complaint:
    """An open complaint."""

    id: int
    number: str
    title: str
    due_on: date | None


@dataclass(frozen=True)
class Contact:
    """The last contact: which kind, when, and what it was about."""

    kind: str
    happened_at: datetime
    who: str
    title: str


@dataclass(frozen=True)
class CallerFacts:
    """All that the card of a caller shows. Lists are empty and the others None where there is nothing."""

    customer_id: int
    number: str
    name: str
    kind: str
    city: str
    served_by: str
    owed: list[Owed]
    complaints: list[Complaint]
    last: Contact | None
    promise: Reminder | None
    other_cases: int = 0


def of(customer_id: int, today: date) -> CallerFacts:
    """The facts of a customer.

    Raises:
        NotFound: there is no such customer.
    """
    found = customers.get(customer_id)
    family = merging.family_sql("?1")
    cases = db.query(
        f"SELECT id, number, title, due_on, kind FROM support_case WHERE customer_id IN {family} "
        "AND state IN ('open', 'waiting') AND deleted_at IS NULL ORDER BY due_on IS NULL, due_on, id",
        [customer_id],
    )
    complaints = [Complaint(row[0], row[1], row[2], _day(row[3])) for row in cases if row[4] == "complaint"]
    return CallerFacts(
        customer_id=found.id,
        number=found.number,
        name=found.name,
        kind=found.kind,
        city=found.city,
        served_by=found.served_by,
        owed=_owed(customer_id, today),
        complaints=complaints,
        last=_last(customer_id),
        promise=next(iter(reminders.of_customer(customer_id)), None),
        other_cases=len(cases) - len(complaints),
    )


def _owed(customer_id: int, today: date) -> list[Owed]:
    rows = db.query(
        "SELECT d.currency, count(*), sum(b.open_minor), sum(CASE WHEN b.due_on < ?2 THEN b.open_minor ELSE 0 END), "
        "min(CASE WHEN b.due_on < ?2 THEN b.due_on END) FROM document_balance b JOIN document d ON d.id = b.id "
        f"WHERE b.open_minor > 0 AND b.customer_id IN {merging.family_sql('?1')} GROUP BY d.currency ORDER BY 3 DESC",
        [customer_id, today.isoformat()],
    )
    return [Owed(row[0], row[1], row[2], row[3], _day(row[4])) for row in rows]


def _last(customer_id: int) -> Contact | None:
    marks = ", ".join("?" * len(_CONTACTS))
    row = db.one(
        "SELECT kind, happened_at, who, title FROM timeline_entry "
        f"WHERE customer_id = ? AND +kind IN ({marks}) ORDER BY happened_at DESC, id DESC LIMIT 1",
        [customer_id, *_CONTACTS],
    )
    return Contact(row[0], dates.instant_from(row[1]), row[2], row[3]) if row is not None else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
