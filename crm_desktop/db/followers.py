"""What the program did by itself because of a step: changes of what the step made, and records that hang on that.

A stage that a rule moved, a reminder that followed from an invoice: whoever takes the step back means these too. What the
owner has edited since is left to them. A customer who was there before goes back to the stage of then, unless the owner has
moved it since; what still holds without the step, the rules find again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from crm_desktop.db import connection as db

Row = tuple[str, int]
Change = tuple[int, str | None]
# Steps after one that the program did by itself, and that can be undone.
_BY_ITSELF = "s.id > ?1 AND s.kind = 'do' AND s.by_itself = 1 AND s.undoable = 1 AND s.undone_by IS NULL"
# Steps after one that are deeds of the owner, or have no way back.
BY_OWNER = "s.id > ?1 AND s.kind = 'do' AND NOT (s.by_itself = 1 AND s.undoable = 1) AND s.undone_by IS NULL"
_STAGE = ("json_extract(c.before, '$.stage_id')", "json_extract(c.after, '$.stage_id')")
# Customers who were there before, and of whom a step made a document, a payment or a deal.
_KNOWN = " UNION ".join(
    f"SELECT t.customer_id FROM journal_change m JOIN {table} t ON t.id = m.row_id "
    f"WHERE m.step_id = ?1 AND m.table_name = '{table}' AND m.operation = 'i'"
    for table in ("document", "payment", "opportunity")
)
_MADE = "SELECT 1 FROM journal_change m WHERE m.step_id = ?1 AND m.operation = 'i' AND m.table_name = {table} AND m.row_id = {row}"


def of(step_id: int) -> set[Row]:
    """The rows that the program changed or made by itself because of a step; those edited by the owner are not in it."""
    made = _MADE.format(table="c.table_name", row="c.row_id")
    found = set(
        db.query(
            "SELECT DISTINCT c.table_name, c.row_id FROM journal_step s CROSS JOIN journal_change c ON c.step_id = s.id "
            f"WHERE {_BY_ITSELF} AND EXISTS ({made})",
            [step_id],
        )
    )
    moved = moves(step_id)
    found.update(("stage_change", row_id) for row_id in _notes_of(step_id, moved))
    hanging = list(_hanging(step_id, found))
    while fresh := {row for row, parents in hanging if row not in found and not found.isdisjoint(parents)}:
        found |= fresh
    return found - _edited(step_id, found)


def moves(step_id: int) -> dict[int, tuple[int | None, int]]:
    """Known customers whom rules moved since because of a step: id → the stage before, and whether it was chosen by hand.

    Not those whom a deed of the owner moved since.
    """
    is_made = _MADE.format(table="'customer'", row="c.row_id")
    changed = (
        "FROM journal_step s CROSS JOIN journal_change c ON c.step_id = s.id WHERE {steps} AND c.table_name = 'customer' "
        f"AND c.operation = 'u' AND {_STAGE[0]} IS NOT {_STAGE[1]} "
    )
    rows = db.query(
        f"SELECT c.row_id, {_STAGE[0]}, json_extract(c.before, '$.stage_by_hand') {changed.format(steps=_BY_ITSELF)} "
        f"AND c.row_id IN ({_KNOWN}) AND NOT EXISTS ({is_made}) ORDER BY c.id DESC",
        [step_id],
    )
    if not rows:
        return {}
    by_owner = {row_id for (row_id,) in db.query(f"SELECT c.row_id {changed.format(steps=BY_OWNER)}", [step_id])}
    # The last one read is the first that happened.
    return {row_id: (stage, by_hand) for row_id, stage, by_hand in rows if row_id not in by_owner}


def _notes_of(step_id: int, moved: Iterable[int]) -> list[int]:
    """The notes in the history of customers about their moves since."""
    listed = ",".join(map(str, moved))
    rows = db.query(
        "SELECT t.id FROM journal_step s CROSS JOIN journal_change c ON c.step_id = s.id CROSS JOIN stage_change t "
        f"ON t.id = c.row_id WHERE {_BY_ITSELF} AND c.table_name = 'stage_change' AND c.operation = 'i' "
        f"AND t.customer_id IN ({listed})",
        [step_id],
    ) if listed else []  # fmt: skip
    return [row_id for (row_id,) in rows]


def _hanging(step_id: int, found: set[Row]) -> Iterator[tuple[Row, set[Row]]]:
    """Rows that were made by themselves since, with the rows that they hang on; those of the step come into `found`."""
    by_table = defaultdict(set)
    for table, row_id in db.query(
        "SELECT c.table_name, c.row_id FROM journal_step s CROSS JOIN journal_change c ON c.step_id = s.id "
        f"WHERE {_BY_ITSELF} AND c.operation = 'i'",
        [step_id],
    ):
        by_table[table].add(row_id)
    for table, made in by_table.items():
        parents: dict[Row, set[Row]] = {(table, row_id): set() for row_id in made}
        for parent, column in _references(table):
            is_of_step = _MADE.format(table=parent, row=f"t.{column}")
            rows = db.query(
                f"SELECT t.id, {parent}, t.{column}, EXISTS({is_of_step}) FROM journal_step s CROSS JOIN journal_change c "
                f"ON c.step_id = s.id CROSS JOIN {table} t ON t.id = c.row_id "
                f"WHERE {_BY_ITSELF} AND c.operation = 'i' AND c.table_name = '{table}' AND t.{column} IS NOT NULL",
                [step_id],
            )
            for row_id, parent_table, parent_id, of_step in rows:
                parents[(table, row_id)].add((parent_table, parent_id))
                if of_step:
                    found.add((table, row_id))
        yield from parents.items()


def _references(table: str) -> list[tuple[str, str]]:
    """What the rows of a table refer to: the other table, as SQL, and the column; one column may say which table."""
    found = [
        (f"'{parent}'", column) for _id, _seq, parent, column, *_rest in db.query(f"PRAGMA foreign_key_list({table})")
    ]
    columns = {row[1] for row in db.query(f"PRAGMA table_info({table})")}
    return [*found, ("t.record", "record_id")] if {"record", "record_id"} <= columns else found


def _edited(step_id: int, rows: set[Row]) -> set[Row]:
    """Those of these rows that a deed of the owner changed since."""
    if not rows:
        return set()
    later = db.query(
        "SELECT DISTINCT c.table_name, c.row_id FROM journal_step s CROSS JOIN journal_change c ON c.step_id = s.id "
        f"WHERE {BY_OWNER}",
        [step_id],
    )
    return rows.intersection(later)


def runs_backwards(step_id: int, rows: set[Row]) -> Iterator[tuple[str, str, list[Change]]]:
    """What was done by itself to these rows, from the last change to the first, as `history` reverses it."""
    changes = db.query(
        "SELECT c.table_name, c.operation, c.row_id, c.before FROM journal_step s CROSS JOIN journal_change c "
        f"ON c.step_id = s.id WHERE {_BY_ITSELF} ORDER BY c.id DESC",
        [step_id],
    )
    mine = (change for change in changes if (change[0], change[2]) in rows)
    for (table, operation), run in groupby(mine, key=itemgetter(0, 1)):
        yield table, operation, [change[2:] for change in run]


def mark_undone(step_id: int, rows: set[Row], undone_by: int | None) -> None:
    """Steps of which all was taken back count as undone."""
    changes = db.query(
        "SELECT s.id, c.table_name, c.row_id FROM journal_step s CROSS JOIN journal_change c ON c.step_id = s.id "
        f"WHERE {_BY_ITSELF} ORDER BY s.id",
        [step_id],
    )
    for later, run in groupby(changes, key=itemgetter(0)):
        if all((table, row_id) in rows for _step, table, row_id in run):
            db.execute("UPDATE journal_step SET undone_by = ? WHERE id = ?", [undone_by, later])


def touched(step_id: int, rows: Iterable[Row]) -> set[Row]:
    """Rows of a step that were changed by themselves since, without those that are taken back as a whole."""
    both = db.query(
        "SELECT DISTINCT c.table_name, c.row_id FROM journal_step s CROSS JOIN journal_change c ON c.step_id = s.id "
        f"WHERE {_BY_ITSELF} AND EXISTS (SELECT 1 FROM journal_change m WHERE m.table_name = c.table_name "
        "AND m.row_id = c.row_id AND m.step_id = ?1)",
        [step_id],
    )
    return set(both).difference(rows)
