"""The journal: every step that changed something, with the rows before and after, so that it can be undone.

A step is what the user did in one go ("Import 412 customers"). Undo reverses its changes as a step of its own, which
can be undone in turn (redo). A row that the owner changed in a later step is not touched: undo refuses, or leaves it and
says so. What the program did by itself because of the step goes with it (`followers`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, NotFound
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.db import counters, followers, noted

KEEP_DAYS = 90
# What a record said on a day long ago is read from its changes, so those of these tables stay (`insight/as_of.py`).
KEEP_TABLES = (
    "customer", "customer_address", "contact_channel", "contact_person", "customer_tag", "custom_value", "customer_relation",
)  # fmt: skip
# So many changes are read at a time.
_AT_ONCE = 5000
_Change = tuple[int, str | None]


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
        "s.undone_by IS NOT NULL, s.undoable FROM journal_step s WHERE s.title LIKE ? AND s.made_at >= ? "
        "ORDER BY s.id DESC LIMIT ?",
        [f"%{search}%", _oldest(), limit],
    )
    return [
        Step(i, dates.instant_from(at), title, kind, changes, bool(undone), bool(undoable) and not undone)
        for i, at, title, kind, changes, undone, undoable in rows
    ]


def next_undo() -> int | None:
    """The step that Ctrl+Z takes back, or None: the last one of the owner's, not what the program did by itself.

    It may be one that `undo` refuses with a sentence (issuing).
    """
    found = db.value(
        "SELECT max(id) FROM journal_step WHERE kind = 'do' AND undone_by IS NULL AND by_itself = 0 AND made_at >= ?",
        [_oldest()],
    )
    return None if found is None else int(found)


def next_redo() -> int | None:
    """The undo that Ctrl+Shift+Z takes back, or None: only while nothing else was done since."""
    found = db.one("SELECT id FROM journal_step WHERE kind = 'undo' AND undone_by IS NULL ORDER BY id DESC LIMIT 1")
    if found is None or db.one("SELECT 1 FROM journal_step WHERE kind = 'do' AND by_itself = 0 AND id > ?", [found[0]]):
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
    if not undoable and db.one("SELECT 1 FROM journal_change WHERE step_id = ?", [step_id]) is None:
        raise Conflict(_("This cannot be undone: what it was about was erased for good."))
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
        counters.follow(step_id, left)
        if kind == "undo":
            _make_undoable_again(step_id)
    return Undone(made, title, rows, left)


def _make_undoable_again(undo_step: int) -> None:
    """After a redo the original step counts as done again."""
    db.execute("UPDATE journal_step SET undone_by = NULL WHERE undone_by = ?", [undo_step])
    # The redo step itself is the same deed as the original: only one of the two may be taken back.
    db.mark_step(undoable=0)


def _reverse(step_id: int, title: str, *, leave_edited: bool) -> tuple[int, list[tuple[str, int]]]:
    # Child rows may be put back before their parents: look at the references when all is written.
    db.raw().execute(f"PRAGMA defer_foreign_keys = {int(not leave_edited)}")
    rows, left = 0, []
    edited, following, back = _edited_since(step_id), followers.of(step_id), followers.moves(step_id)
    touched = followers.touched(step_id, following)
    for table, operation, run in (*followers.runs_backwards(step_id, following), *_runs_backwards(step_id, touched)):
        kept = [change for change in run if (table, change[0]) not in edited] if edited else run
        if table in noted.TABLES:
            noted.reverse(step_id, table, [row_id for row_id, _before in kept])
            stuck = []
        else:
            stuck = _reverse_run(table, operation, kept, lenient=leave_edited)
        left += [(table, row_id) for row_id, _before in run if (table, row_id) in edited]
        left += [(table, row_id) for row_id in stuck]
        rows += len(kept) - len(stuck)
    stages = ((stage, by_hand, customer_id) for customer_id, (stage, by_hand) in back.items())
    db.execute_many("UPDATE customer SET stage_id = ?, stage_by_hand = ? WHERE id = ?", stages)
    followers.mark_undone(step_id, following | {("customer", customer_id) for customer_id in back}, db.current_step())
    if left and not leave_edited:
        raise Conflict(_("“{title}” cannot be undone: what it changed was edited since.").format(title=title))
    return rows, list(dict.fromkeys(left))


def _runs_backwards(step_id: int, touched: set[tuple[str, int]]) -> Iterator[tuple[str, str, list[_Change]]]:
    """The changes of a step from the last to the first, as runs: table, operation, and (row, its content before).

    Of rows that were `touched` by themselves since, the content has only what the step itself changed.
    """
    before: int | None = None
    while True:
        changes = db.query(
            "SELECT id, table_name, operation, row_id, before, after FROM journal_change WHERE step_id = ?1 "
            "AND (?2 IS NULL OR id < ?2) ORDER BY id DESC LIMIT ?3",
            [step_id, before, _AT_ONCE],
        )
        for (table, operation), run in groupby(changes, key=itemgetter(1, 2)):
            yield (
                table,
                operation,
                [
                    (row_id, _own(before_, after) if (table, row_id) in touched and operation == "u" else before_)
                    for _id, _table, _operation, row_id, before_, after in run
                ],
            )
        if len(changes) < _AT_ONCE:
            return
        before = changes[-1][0]


def _own(before: str, after: str) -> str:
    """Of the content of a row before a change, only what the change touched."""
    now = json.loads(after or "{}")
    return json.dumps({name: value for name, value in json.loads(before).items() if value != now.get(name)})


def _edited_since(step_id: int) -> set[tuple[str, int]]:
    """Rows of the step that a later deed of the owner changed which still stands. Undo and redo steps cancel out."""
    # CROSS JOIN begins with the few later deeds instead of the hundred thousands of rows of an import.
    rows = db.query(
        "SELECT DISTINCT c.table_name, c.row_id FROM journal_step s CROSS JOIN journal_change c ON c.step_id = s.id "
        f"WHERE {followers.BY_OWNER} AND EXISTS (SELECT 1 FROM journal_change mine "
        "WHERE mine.table_name = c.table_name AND mine.row_id = c.row_id AND mine.step_id = ?1)",
        [step_id],
    )
    return {(table, row_id) for table, row_id in rows}


def _reverse_run(table: str, operation: str, run: list[_Change], *, lenient: bool) -> list[int]:
    """Reverse changes of one kind in one table; gives the rows that could not be reversed because others need them.

    Without a savepoint: SQLite then looks through a longer and longer list of kept pages at each row. A row that fails is
    as it was, and those before it are done.
    """
    stuck: list[int] = []
    place = 0
    while place < len(run):
        begun: list[int] = []
        try:
            _write_back(table, operation, run[place:], begun)
        except sqlite3.IntegrityError:
            if not lenient:
                raise Conflict(
                    _("This cannot be undone: other records depend on it, or it was issued since.")
                ) from None
            stuck.append(begun[-1])
        place += len(begun)
    return stuck


def _write_back(table: str, operation: str, run: list[_Change], begun: list[int]) -> None:
    """Write the rows as they were; `begun` gets their ids one by one."""

    def noting(rows: Iterable[tuple[int, list[Any]]]) -> Iterator[list[Any]]:
        for row_id, values in rows:
            begun.append(row_id)
            yield values

    if operation == "i":
        db.execute_many(f"DELETE FROM {table} WHERE id = ?", noting((row_id, [row_id]) for row_id, _before in run))
        return
    # A journaled row may have columns that a later version of the program gave up.
    present = {r[1] for r in db.raw().execute(f"PRAGMA table_info({table})")}
    contents = (
        (row_id, {name: value for name, value in json.loads(before or "{}").items() if name in present})
        for row_id, before in run
    )
    for names, rows in groupby(contents, key=lambda found: tuple(found[1])):
        if operation == "d":
            sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
            db.execute_many(sql, noting((row_id, list(content.values())) for row_id, content in rows))
        else:
            sql = f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?"
            db.execute_many(sql, noting((row_id, [*content.values(), row_id]) for row_id, content in rows))


def journal_inserts(table: str, first_id: int) -> None:
    """Note all rows of a table from this id on as inserted by the open step; for bulk inserts made `without_triggers`."""
    db.execute(
        "INSERT INTO journal_change(step_id, table_name, row_id, operation) "
        f"SELECT ?, '{table}', id, 'i' FROM {table} WHERE id >= ?",
        [db.current_step(), first_id],
    )


def prune() -> int:
    """Forget steps older than 90 days; gives how many. What customers were is kept, but can no longer be undone."""
    old = "(SELECT id FROM journal_step WHERE made_at < ?1)"
    kept = ", ".join(f"'{name}'" for name in KEEP_TABLES)
    limit = _oldest()
    with db.transaction():
        db.execute(
            f"DELETE FROM journal_change WHERE step_id IN {old} AND (table_name NOT IN ({kept}) "
            "OR (table_name = 'customer' AND operation = 'i'))",
            [limit],
        )
        db.execute("UPDATE journal_step SET undoable = 0 WHERE made_at < ?1 AND undoable <> 0", [limit])
        return db.execute(
            "DELETE FROM journal_step WHERE made_at < ?1 "
            "AND NOT EXISTS (SELECT 1 FROM journal_change c WHERE c.step_id = journal_step.id)",
            [limit],
        ).rowcount


def _oldest() -> str:
    return dates.instant_text(dates.add_instant_days(dates.now(), -KEEP_DAYS))


def row_on(table: str, row_id: int, moment: datetime) -> dict[str, Any] | None:
    """A row of a journaled table as it was at a moment: column → value; None if it was not there.

    Reaches back to the first change that is kept; before that a row counts as it was then.
    """
    change = db.one(
        "SELECT c.operation, c.before FROM journal_change c JOIN journal_step s ON s.id = c.step_id "
        "WHERE c.table_name = ? AND c.row_id = ? AND s.made_at > ? ORDER BY c.id LIMIT 1",
        [table, row_id, dates.instant_text(moment)],
    )
    if change is None:
        return next(iter(db.records(f"SELECT * FROM {table} WHERE id = ?", [row_id])), None)
    operation, before = change
    return None if operation == "i" else dict(json.loads(before))


def rows_on(table: str, owner: str, owner_id: int, moment: datetime) -> list[dict[str, Any]]:
    """The rows of a journaled table that belonged to something at a moment, by id; `owner` is the column that says so."""
    now = {row_id for (row_id,) in db.query(f"SELECT id FROM {table} WHERE {owner} = ?", [owner_id])}
    changed = db.query(
        "SELECT DISTINCT c.row_id FROM journal_change c JOIN journal_step s ON s.id = c.step_id "
        f"WHERE c.table_name = ? AND s.made_at > ? AND c.before IS NOT NULL AND json_extract(c.before, '$.{owner}') = ?",
        [table, dates.instant_text(moment), owner_id],
    )
    found = [row_on(table, row_id, moment) for row_id in sorted(now | {row_id for (row_id,) in changed})]
    return [row for row in found if row is not None and row[owner] == owner_id]
