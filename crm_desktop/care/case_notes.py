"""What the owner notes on a case: words and the time spent, which can be handed to the work that waits to be billed.

Time is handed over once: the note keeps the id of the service. When that service is deleted before it was billed, the
time can be handed over again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from crm_desktop.care import cases
from crm_desktop.core import dates, text
from crm_desktop.core.errors import Conflict, NotFound, UserError, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.sales import work_done

LONGEST_MINUTES = 7 * 24 * 60
_HOUR, _PLACES = Decimal(60), Decimal("0.0001")


@dataclass(frozen=True)
class Note:
    """One note; `service_id` is the work done that its time became, `billed` whether that one is still there."""

    id: int
    case_id: int
    made_at: datetime
    body: str
    minutes: int
    service_id: int | None
    billed: bool


def of(case_id: int) -> list[Note]:
    """The notes of a case, newest first."""
    found = db.query(
        "SELECT n.id, n.case_id, n.made_at, n.body, n.minutes, n.service_id, s.id IS NOT NULL AND s.deleted_at IS NULL "
        "FROM case_note n LEFT JOIN service s ON s.id = n.service_id WHERE n.case_id = ? ORDER BY n.made_at DESC, n.id DESC",
        [case_id],
    )
    return [
        Note(note_id, owner, dates.instant_from(at), body, minutes, service_id, bool(billed))
        for note_id, owner, at, body, minutes, service_id, billed in found
    ]


def add(case_id: int, body: str, minutes: int = 0) -> int:
    """Note something on a case, with the time that it took; gives the note's id.

    Raises:
        ValidationError: there are neither words nor time; field → sentence.
    """
    body, found = text.tidy_lines(body), cases.get(case_id)
    if not body and not minutes:
        raise ValidationError({"body": _("Write what was done, or how long it took.")})
    if not 0 <= minutes <= LONGEST_MINUTES:
        raise ValidationError({"minutes": _("Enter the time as 1:30, 1.5 or 90 min, up to a week.")})
    with db.transaction(_("Note on case {number}").format(number=found.number)):
        now = dates.instant_text(dates.now())
        note_id = db.insert("case_note", {"case_id": case_id, "made_at": now, "body": body, "minutes": minutes})
        cases.tell(found, _("Note on case: {title}"), body)
    return note_id


def remove(note_id: int) -> None:
    """Take a note away; undo brings it back.

    Raises:
        Conflict: its time is billed or waits to be billed.
        NotFound: it is no longer there.
    """
    note = _get(note_id)
    if note.billed:
        raise Conflict(_("The time of this note waits to be billed. Delete it there first."))
    with db.transaction(_("Delete note")):
        db.delete("case_note", note_id)


def _get(note_id: int) -> Note:
    case_id = db.value("SELECT case_id FROM case_note WHERE id = ?", [note_id])
    found = next((note for note in of(int(case_id)) if note.id == note_id), None) if case_id else None
    if found is None:
        raise NotFound(_("This note is no longer there."))
    return found


def unbilled_minutes(case_id: int) -> int:
    """The time of a case that was not handed over to be billed yet, in minutes."""
    return sum(note.minutes for note in of(case_id) if not note.billed)


def _bill_title(found: cases.Case) -> str:
    """What the bill calls the work: a repair by what was repaired, for a complaint's words are none for an invoice."""
    return _("Repair: {title}").format(title=found.product or found.title) if found.kind == "repair" else found.title


def bill_time(case_id: int) -> int:
    """Hand the time of a case that was not handed over yet to the work that waits to be billed; gives the service's id.

    Raises:
        UserError: there is no time left to bill.
    """
    found, notes = cases.get(case_id), [note for note in of(case_id) if note.minutes and not note.billed]
    if not notes:
        raise UserError(
            _("All time of {number} is handed over already, or none was noted.").format(number=found.number)
        )
    minutes = sum(note.minutes for note in notes)
    with db.transaction(_("Bill the time of case {number}").format(number=found.number)):
        service_id = work_done.save(
            {
                "customer_id": found.customer_id,
                "name": f"{_bill_title(found)} ({found.number})",
                "description": found.solution,
                "quantity": (minutes / _HOUR).quantize(_PLACES, rounding=ROUND_HALF_UP),
                "unit": "HUR",
            }
        )
        for note in notes:
            db.update("case_note", note.id, {"service_id": service_id})
    return service_id
