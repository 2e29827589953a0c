"""The history of a contract: since when it was in which state, and why; the same lines stand in its customer's timeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from crm_desktop.activity import timeline
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line: the state from a day on, in words for the timeline, and why; the first one of all `begins`.

    Of a day that nobody knows nothing is told to the customer's timeline (`quiet`): it would count as contact of today.
    """

    state: str
    from_on: date
    words: str
    reason: str = ""
    begins: bool = False
    quiet: bool = False


@dataclass(frozen=True, kw_only=True)
class About:
    """Of which contract and customer a line is, and what it is worth in a year (minor units)."""

    contract_id: int
    customer_id: int | None
    year_minor: int
    currency: str


def write(about: About, line: Line) -> None:
    """Write a line, and its entry in the timeline of the customer; inside the act that changes the state."""
    values = {"contract_id": about.contract_id, "state": line.state, "from_on": line.from_on.isoformat()}
    with db.transaction():
        db.insert("contract_state", values | {"reason": line.reason, "created_at": dates.instant_text(dates.now())})
        if about.customer_id is not None and not line.quiet:
            timeline.record(
                about.customer_id,
                "contract",
                line.words,
                body="" if line.begins else line.reason,
                about=("contract", about.contract_id),
                amount_minor=about.year_minor or None,
                currency=about.currency,
                happened_at=_noon(line.from_on) if line.from_on < dates.today() else None,
            )


def _noon(day: date) -> datetime:
    """When something happened of which only the day is known, so that it does not count as contact of today."""
    return datetime.combine(day, time(12), UTC)


def first_states(state: str, start_on: date | None, since: date | None) -> Iterator[tuple[str, date, str]]:
    """With what the history of a contract begins that is entered in a state: state, from which day on, and why.

    A contract that runs began on its first day, also one that ended or was ended since (`since`, else today).
    """
    today = dates.today()
    if state != "draft":
        has_begun = start_on is not None and start_on <= today
        first = start_on if start_on is not None and has_begun else today
        yield "active", first, _("Contract began") if has_begun else ""
        if state != "active":
            yield state, max(first, min(since or today, today)), ""
    else:
        yield state, today, ""


def missing() -> list[int]:
    """The contracts without any line: those of files that are older than the history."""
    return [
        contract_id
        for (contract_id,) in db.query(
            "SELECT id FROM contract k WHERE deleted_at IS NULL AND NOT EXISTS "
            "(SELECT 1 FROM contract_state s WHERE s.contract_id = k.id) ORDER BY id"
        )
    ]
