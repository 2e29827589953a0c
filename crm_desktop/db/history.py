"""The journal: every step that changed something, with the rows before and after, so that it can be undone.

A step is what the user did in one go ("Import 412 customers"). Undo reverses its changes as a step of its own, which
can be undone in turn (redo). A row that a later step changed is not touched: undo refuses, or leaves it and says so.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, NotFound
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

KEEP_DAYS = 90


@dataclass(frozen=True)
class Step:
    """One line of the history. `can_undo` is False for what has no way back (issuing) and for undone steps."""

    id: int
    made_at: datetime
    title: str
    kind: str
    changes: int
    undone: bool
    can_undo: bool


@dataclass(frozen=True)
class Undone:
    """What an undo did: the step that it made, rows reversed, and rows left because they were edited since."""

    step_id: int | None
    title: str
    rows: int
    left: list[tuple[str, int]]


def install(connection: sqlite3.Connection) -> None:
    """Make the triggers that write the journal, from the table `journal_table`. Run after each migration."""
    old = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'journal!_%' ESCAPE '!'"
    )
    for (name,) in old.fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for (table,) in connection.execute("SELECT name FROM journal_table").fetchall():
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        for event, before, after in (("INSERT", "", ""), ("UPDATE", "OLD", "NEW"), ("DELETE", "OLD", "")):
            connection.execute(_trigger(table, event, columns, before, after))


def _trigger(table: str, event: str, columns: list[str], before: str, after: str) -> str:
    def image(row: str) -> str:
        return "json_object(" + ", ".join(f"'{c}', {row}.{c}" for c in columns) + ")" if row else "NULL"

    row = "NEW" if event == "INSERT" else "OLD"
    # An update that changes nothing but the time stamp is no change.
    watched = [c for c in columns if c != "updated_at"]
    differs = f" AND ({' OR '.join(f'OLD.{c} IS NOT NEW.{c}' for c in watched)})" if event == "UPDATE" else ""
    return (
        f"CREATE TRIGGER journal_{table}_{event.lower()} AFTER {event} ON {table} "
        f"WHEN (SELECT step_id FROM journal_open) IS NOT NULL{differs} BEGIN "
        "INSERT INTO journal_change(step_id, table_name, row_id, operation, before, after) "
        f"SELECT step_id, '{table}', {row}.id, '{event[0].lower()}', {image(before)}, {image(after)} FROM journal_open; END"
    )


def steps(limit: int = 200, search: str = "") -> list[Step]:
    """The steps of the last 90 days, newest first."""
    rows = db.query(
        "SELECT s.id, s.made_at, s.title, s.kind, (SELECT count(*) FROM journal_change c WHERE c.step_id = s.id), "
        "s.undone_by IS NOT NULL, s.undoable FROM journal_step s WHERE s.title LIKE ? ORDER BY s.id DESC LIMIT ?",
        [f"%{search}%", limit],
    )
    return [
        Step(i, dates.instant_from(at), title, kind, changes, bool(undone), bool(undoable) and not undone)
        for i, at, title, kind, changes, undone, undoable in rows
    ]


def next_undo() -> int | None:
    """The step that Ctrl+Z takes back, or None. It may be one that `undo` refuses with a sentence (issuing)."""
    found = db.value("SELECT max(id) FROM journal_step WHERE kind = 'do' AND undone_by IS NULL")
    return None if found is None else int(found)


def next_redo() -> int | None:
    """The undo that Ctrl+Shift+Z takes back, or None: only while nothing else was done since."""
    found = db.one("SELECT id FROM journal_step WHERE kind = 'undo' AND undone_by IS NULL ORDER BY id DESC LIMIT 1")
    if found is None or db.one("SELECT 1 FROM journal_step WHERE kind = 'do' AND id > ?", [found[0]]):
        return None
    return int(found[0])


def undo(step_id: int, *, leave_edited: bool = False) -> Undone:
    """Take a step back.

    With `leave_edited`, rows that were changed by a later step stay and are named in the result; otherwise they
    refuse the undo as a whole.

    Raises:
        NotFound: there is no such step.
        Conflict: it is undone already, cannot be undone, or a row was edited since.
    """
    row = db.one("SELECT title, kind, undoable, undone_by FROM journal_step WHERE id = ?", [step_id])
    if row is None:
        raise NotFound(
            _("This step is no longer in the history. Steps are kept for {days} days.").format(days=KEEP_DAYS)
        )
    title, kind, undoable, undone_by = row
    if undone_by is not None:
        raise Conflict(_("“{title}” is already undone.").format(title=title))
    if not undoable:
        raise Conflict(
            _(
                "“{title}” cannot be undone. An issued document is corrected with a credit note; what left the bin is gone."
            ).format(title=title)
        )
    with db.transaction(title):
        db.mark_step(kind="redo" if kind == "undo" else "undo", undo_of=step_id)
        rows, left = _reverse(step_id, title, leave_edited=leave_edited)
        made = db.current_step()
        db.execute("UPDATE journal_step SET undone_by = ? WHERE id = ?", [made, step_id])
        if kind == "undo":
            _make_undoable_again(step_id)
    return Undone(made, title, rows, left)


def _make_undoable_again(undo_step: int) -> None:
    """After a redo the original step counts as done again."""
    db.execute(
        "UPDATE journal_step SET undone_by = NULL WHERE id = (SELECT undo_of FROM journal_step WHERE id = ?)",
        [undo_step],
    )
    # The redo step itself is the same deed as the original: only one of the two may be taken back.
    db.mark_step(undoable=0)


def _reverse(step_id: int, title: str, *, leave_edited: bool) -> tuple[int, list[tuple[str, int]]]:
    # Child rows may be put back before their parents: look at the references when all is written.
    db.raw().execute(f"PRAGMA defer_foreign_keys = {int(not leave_edited)}")
    changes = db.query(
        "SELECT id, table_name, row_id, operation, before FROM journal_change WHERE step_id = ? ORDER BY id DESC",
        [step_id],
    )
    rows, left = 0, []
    edited = _edited_since(step_id)
    for _change, table, row_id, operation, before in changes:
        if (table, row_id) in edited:
            left.append((table, row_id))
            continue
        if _reverse_one(table, row_id, operation, before, lenient=leave_edited):
            rows += 1
        else:
            left.append((table, row_id))
    if left and not leave_edited:
        raise Conflict(_("“{title}” cannot be undone: what it changed was edited since.").format(title=title))
    return rows, list(dict.fromkeys(left))


def _edited_since(step_id: int) -> set[tuple[str, int]]:
    """Rows of the step that a later deed changed which still stands. Undo and redo steps cancel out and do not count."""
    rows = db.query(
        "SELECT DISTINCT c.table_name, c.row_id FROM journal_change c JOIN journal_step s ON s.id = c.step_id "
        "JOIN journal_change mine ON mine.step_id = ?1 AND mine.table_name = c.table_name AND mine.row_id = c.row_id "
        "WHERE c.step_id > ?1 AND s.kind = 'do' AND s.undone_by IS NULL",
        [step_id],
    )
    return {(table, row_id) for table, row_id in rows}


def _reverse_one(table: str, row_id: int, operation: str, before: str | None, *, lenient: bool) -> bool:
    """Reverse one change; False when the row could not be reversed because other records need it."""
    try:
        with db.transaction():
            if operation == "i":
                db.delete(table, row_id)
            elif operation == "d":
                db.insert(table, _columns_still_there(table, before))
            else:
                db.update(table, row_id, _columns_still_there(table, before))
    except sqlite3.IntegrityError:
        if lenient:
            return False
        raise Conflict(_("This cannot be undone: other records depend on it, or it was issued since.")) from None
    return True


def _columns_still_there(table: str, before: str | None) -> dict[str, object]:
    """A journaled row, without columns that a later version of the program gave up."""
    row = json.loads(before or "{}")
    present = {r[1] for r in db.raw().execute(f"PRAGMA table_info({table})")}
    return {name: value for name, value in row.items() if name in present}


def journal_inserts(table: str, first_id: int) -> None:
    """Note all rows of a table from this id on as inserted by the open step; for bulk inserts made `without_triggers`."""
    db.execute(
        "INSERT INTO journal_change(step_id, table_name, row_id, operation) "
        f"SELECT ?, '{table}', id, 'i' FROM {table} WHERE id >= ?",
        [db.current_step(), first_id],
    )


def prune() -> int:
    """Forget steps older than 90 days; gives how many."""
    limit = dates.instant_text(dates.add_instant_days(dates.now(), -KEEP_DAYS))
    with db.transaction():
        return db.execute("DELETE FROM journal_step WHERE made_at < ?", [limit]).rowcount
