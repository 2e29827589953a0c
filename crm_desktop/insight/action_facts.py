"""What the next act towards a customer depends on: money that is late, contracts, cases, answers, contact, consent.

Each is read once for all customers (or for one), by an indexed statement.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm_desktop.core import dates
from crm_desktop.customers import consent
from crm_desktop.db import connection as db

RENEW_DAYS, ANSWER_DAYS = 60, 90
_PER_YEAR = {"week": 52, "month": 12, "quarter": 4, "half_year": 2, "year": 1, "once": 0}
_WHO = (
    "SELECT c.id, c.name, c.kind, c.served_by, c.phone <> '', c.email <> '', c.street <> '' "
    "FROM customer c WHERE c.archived_at IS NULL AND c.deleted_at IS NULL {one}"
)
_LATE = (
    "SELECT b.customer_id, sum(b.open_minor), min(b.due_on) FROM document_balance b JOIN document d ON d.id = b.id "
    "WHERE b.open_minor <> 0 AND b.open_minor > 0 AND b.due_on < :today AND d.currency = (SELECT currency FROM company) "
    "{one} GROUP BY 1"
)
_CONTRACTS = (
    "SELECT c.customer_id, c.title, coalesce(c.ends_on, c.end_on), c.value_minor, c.interval FROM contract c "
    "WHERE c.deleted_at IS NULL AND c.direction = 'income' AND c.customer_id IS NOT NULL AND c.state = 'active' "
    "AND c.renewal_months = 0 AND c.currency = (SELECT currency FROM company) "
    "AND coalesce(c.ends_on, c.end_on) BETWEEN :today AND :soon {one} ORDER BY 3 DESC"
)
_COMPLAINTS = (
    "SELECT c.customer_id, min(c.number) FROM support_case c WHERE c.kind = 'complaint' AND c.deleted_at IS NULL "
    "AND c.state IN ('open', 'waiting') {one} GROUP BY 1"
)
_ANSWERS = (
    "SELECT c.customer_id, c.kind, c.score, c.followed_up_at IS NOT NULL, c.answered_on FROM feedback c "
    "WHERE c.score IS NOT NULL {one} ORDER BY c.answered_on, c.id"
)
# What waits for the owner, the oldest of each.
_WAITS = {
    "reminder": "SELECT c.customer_id, min(c.due_on), c.title FROM reminder c WHERE c.done_at IS NULL AND c.deleted_at IS NULL "
    "AND c.due_on <= :today AND c.customer_id IS NOT NULL {one} GROUP BY 1",
    "step": "SELECT c.customer_id, min(t.due_on), t.title FROM checklist_task t JOIN checklist_run c ON c.id = t.run_id "
    "WHERE t.done_at IS NULL AND c.ended_at IS NULL AND t.due_on < :today {one} GROUP BY 1",
    "case": "SELECT c.customer_id, min(c.opened_at), c.title FROM support_case c WHERE c.state = 'open' "
    "AND c.deleted_at IS NULL {one} GROUP BY 1",
}
_ASKED = "SELECT c.customer_id, max(c.asked_on) FROM feedback c WHERE 1 {one} GROUP BY 1"
_CONTACT = (
    "SELECT c.customer_id, max(c.happened_at) FROM timeline_entry c WHERE c.kind IN "
    "('call', 'email', 'meeting', 'letter', 'message', 'visit') AND c.happened_at >= :since {one} GROUP BY 1"
)
_CONSENT = "SELECT c.customer_id, c.purpose, c.state FROM consent c WHERE c.contact_person_id IS NULL {one} ORDER BY c.on_day_on, c.id"


@dataclass(frozen=True, slots=True)
class Waits:
    """Something that waits: since when it is due (or open), and its title."""

    day: date
    title: str


@dataclass(slots=True)
class Facts:
    """What is known of one customer beside what they bought; see the module."""

    customer_id: int
    name: str
    is_person: bool
    served_by: str
    has_phone: bool
    has_email: bool
    has_street: bool
    late_minor: int = 0
    late_since: date | None = None
    contract: str = ""
    contract_ends: date | None = None
    contract_minor: int = 0
    complaint: str = ""
    low_answer_on: date | None = None
    reminder: Waits | None = None
    step: Waits | None = None
    case: Waits | None = None
    asked_on: date | None = None
    contact_on: date | None = None
    consents: dict[str, str] = field(default_factory=dict)

    def refused(self, purpose: str) -> bool:
        """Whether the customer said no to a purpose, or took a yes back."""
        return self.consents.get(purpose, "") in (consent.REFUSED, consent.WITHDRAWN)

    @property
    def waits(self) -> bool:
        """Whether something waits for the owner."""
        return bool(self.complaint or self.reminder or self.step or self.case)

    @property
    def channel(self) -> str:
        """How advertising may reach them: phone, email, post, or nothing.

        Nobody who refused is asked that way; private persons are called only with their consent.
        """
        if (
            self.has_phone
            and not self.refused("phone")
            and (not self.is_person or self.consents.get("phone") == consent.GIVEN)
        ):
            return "phone"
        if self.has_email and not self.refused("newsletter"):
            return "email"
        return "post" if self.has_street and not self.refused("post") else ""


def read(customer_id: int | None = None) -> dict[int, Facts]:
    """The facts of all customers, or of one, by id."""
    today = dates.today()
    values = {
        "today": today.isoformat(), "soon": dates.add_days(today, RENEW_DAYS).isoformat(),
        "since": dates.add_days(today, -ANSWER_DAYS).isoformat(), "one": customer_id,
    }  # fmt: skip

    def rows(sql: str, column: str = "c.customer_id") -> list[Any]:
        one = "" if customer_id is None else f"AND {column} = :one"
        return db.query(sql.format(one=one), values)

    found = {row[0]: Facts(row[0], row[1], row[2] == "person", *row[3:]) for row in rows(_WHO, "c.id")}
    for facts, (minor, since) in _of(found, rows(_LATE, "b.customer_id")):
        facts.late_minor, facts.late_since = minor, date.fromisoformat(since)
    for facts, (title, ends, minor, interval) in _of(found, rows(_CONTRACTS)):
        facts.contract, facts.contract_ends = title, date.fromisoformat(ends)
        facts.contract_minor = minor * (_PER_YEAR[interval] or 1)
    for facts, (number,) in _of(found, rows(_COMPLAINTS)):
        facts.complaint = number
    for facts, (kind, score, followed, on) in _of(found, rows(_ANSWERS)):
        is_low = not followed and score <= (6 if kind == "nps" else 2)
        facts.low_answer_on = date.fromisoformat(on) if is_low and on else None
    for name, sql in _WAITS.items():
        _wait(name, _of(found, rows(sql)))
    for facts, (asked,) in _of(found, rows(_ASKED)):
        facts.asked_on = date.fromisoformat(asked)
    for facts, (last,) in _of(found, rows(_CONTACT)):
        facts.contact_on = date.fromisoformat(last[:10])
    for facts, (purpose, state) in _of(found, rows(_CONSENT)):
        facts.consents[purpose] = state
    return found


def _wait(name: str, rows: list[tuple[Facts, Any]]) -> None:
    for facts, (day, title) in rows:
        setattr(facts, name, Waits(date.fromisoformat(day[:10]), title))


def _of(found: dict[int, Facts], rows: list[Any]) -> list[tuple[Facts, Any]]:
    return [(found[row[0]], row[1:]) for row in rows if row[0] in found]
