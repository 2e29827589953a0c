"""Undo for the window: the journal of the data file, as the faces need it.

Ctrl+Z takes back the last deed that still stands, Ctrl+Shift+Z brings it back; each step of the last 90 days can also be
taken back by itself, also after a restart.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from crm_desktop.core.errors import Conflict
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.db import history
from crm_desktop.db.history import Step, Undone

__all__ = ["KEEP_DAYS", "Change", "Step", "Undone", "changes", "on_change", "steps", "undo_last", "undo_step"]

KEEP_DAYS = history.KEEP_DAYS

# Table → the word for its records in the history.
_KINDS = {
    "allocation": N_("Payment of an invoice"),
    "attachment": N_("File"),
    "bank_statement": N_("Bank statement"),
    "bank_transaction": N_("Bank transaction"),
    "company": N_("Company profile"),
    "contact_channel": N_("E-mail or phone"),
    "contact_person": N_("Contact person"),
    "contract": N_("Contract"),
    "custom_field": N_("Own field"),
    "custom_value": N_("Own field"),
    "customer": N_("Customer"),
    "customer_address": N_("Address"),
    "customer_tag": N_("Tag"),
    "document": N_("Invoice"),
    "document_adjustment": N_("Discount or charge"),
    "document_line": N_("Line of an invoice"),
    "document_tax": N_("Tax of an invoice"),
    "item": N_("Product or service"),
    "item_name": N_("Translation"),
    "number_series": N_("Numbering"),
    "payment": N_("Payment"),
    "payment_terms": N_("Payment terms"),
    "reminder": N_("Reminder"),
    "schedule": N_("Schedule"),
    "schedule_period": N_("Billed period"),
    "schedule_price": N_("Change of price"),
    "service": N_("Service"),
    "tag": N_("Tag"),
    "tax_rate": N_("Tax rate"),
    "timeline_entry": N_("Timeline"),
}
# Columns that tell a record from others of its kind, best first.
_NAMING = ("name", "title", "number", "value", "last_name", "street", "paid_on", "party", "file_name")


def undo_last() -> Undone | None:
    """Take back the last deed; None when there is nothing to take back.

    Raises:
        Conflict: it cannot be undone (issuing), or was edited since.
    """
    step_id = history.next_undo()
    return None if step_id is None else history.undo(step_id)


def redo_last() -> Undone | None:
    """Bring back what was undone last; None when nothing was, or something else was done since.

    Raises:
        Conflict: what it changed was edited since.
    """
    step_id = history.next_redo()
    return None if step_id is None else history.undo(step_id)


def undo_step(step_id: int, *, leave_edited: bool = False) -> Undone:
    """Take back one step; with `leave_edited` rows that were edited since stay as they are.

    Raises:
        NotFound: the step is older than the history.
        Conflict: it is undone already, cannot be undone, or was edited since.
    """
    return history.undo(step_id, leave_edited=leave_edited)


def undo_title() -> str:
    """The title of the step that Ctrl+Z takes back; empty when there is none."""
    return _title(history.next_undo())


def redo_title() -> str:
    """The title of the step that Ctrl+Shift+Z brings back; empty when there is none."""
    return _title(history.next_redo())


def _title(step_id: int | None) -> str:
    return "" if step_id is None else str(db.value("SELECT title FROM journal_step WHERE id = ?", [step_id]))


def steps(limit: int = 200, search: str = "") -> list[Step]:
    """The steps of the last 90 days, newest first."""
    return history.steps(limit, search)


@dataclass(frozen=True)
class Change:
    """One record that a step changed: the word for it, its name, "i"nserted, "u"pdated or "d"eleted, old and new values."""

    kind: str
    name: str
    operation: str
    values: list[tuple[str, str]]


def changes(step_id: int, limit: int = 12) -> list[Change]:
    """What a step changed, record by record, in the order in which it happened."""
    found = db.query(
        "SELECT table_name, row_id, operation, before, after FROM journal_change WHERE step_id = ? ORDER BY id LIMIT ?",
        [step_id, limit],
    )
    return [_change(*row) for row in found]


def _change(table: str, row_id: int, operation: str, before: str | None, after: str | None) -> Change:
    old, new = json.loads(before or "{}"), json.loads(after or "{}")
    now = {} if old or new else (db.records(f"SELECT * FROM {table} WHERE id = ?", [row_id]) or [{}])[0]
    record = new or old or now
    name = next((str(record[c]) for c in _NAMING if record.get(c)), "")
    pairs = [(_shown(old.get(c)), _shown(new[c])) for c in new if new[c] != old.get(c) and _is_content(c)]
    if old.get("deleted_at") != new.get("deleted_at") and operation == "u":  # into the bin, or out of it
        operation = "d" if new["deleted_at"] else "i"
    return Change(_(_KINDS.get(table, N_("Entry"))), name, operation, pairs if operation == "u" else [])


def _is_content(column: str) -> bool:
    """Whether a column holds what the owner entered; time stamps, links and computed sums are none."""
    return not column.endswith(("_at", "_id", "_minor", "_scaled", "_bp")) and column not in ("id", "position", "terms")


def _shown(value: object) -> str:
    return "" if value is None else str(value).replace("\n", " ")


def on_change(listener: Callable[[frozenset[str]], None]) -> Callable[[], None]:
    """Call `listener(names of the tables written)` after each change, in the thread that made it.

    Gives a function that takes the listener away again.
    """
    return db.on_commit(listener)


def require(done: Undone | None) -> Undone:
    """What an undo did, for a face that must say something when there was nothing to do.

    Raises:
        Conflict: there was nothing to undo.
    """
    if done is None:
        raise Conflict(_("There is nothing to undo."))
    return done
