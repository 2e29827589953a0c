"""Many rows at once: the notes that triggers make row by row are made in one statement a table instead.

The triggers are dropped and made again inside the transaction, so a failure brings them back with everything else.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from crm_desktop.db import connection as db
from crm_desktop.db import derived, history, indexes

# So many rows in one statement: what a table checks of its rows is prepared once for all of them.
_TOGETHER = 50


def next_id(table: str) -> int:
    """The id that the next row of a table gets."""
    used = db.value("SELECT seq FROM sqlite_sequence WHERE name = ?", [table])
    highest = db.value(f"SELECT max(id) FROM {table}")
    return max(used or 0, highest or 0) + 1


def insert_rows(table: str, names: Sequence[str], rows: Iterable[Sequence[Any]], *, or_ignore: bool = False) -> None:
    """Insert many rows with values for these columns; `or_ignore` leaves out those that a unique key forbids."""
    listed = list(rows)
    verb = "INSERT OR IGNORE" if or_ignore else "INSERT"
    one = f"({', '.join('?' * len(names))})"
    whole = len(listed) - len(listed) % _TOGETHER
    for size, some in ((_TOGETHER, listed[:whole]), (1, listed[whole:])):
        db.execute_many(
            f"{verb} INTO {table}({', '.join(names)}) VALUES {', '.join([one] * size)}",
            (tuple(chain.from_iterable(some[start : start + size])) for start in range(0, len(some), size)),
        )


@contextlib.contextmanager
def inserting(tables: Sequence[str], rows: int = 0) -> Iterator[Callable[[], None]]:
    """Insert many rows into these tables; journal and derived tables learn of them when the block ends.

    Name parents before what hangs on them: undo goes backwards through the journal. Where more than the first table
    holds are to come (`rows`), its indexes are made when all are there. Gives a function that tells the journal of the
    rows so far, for whoever waits for the next ones anyway. Without tables it does nothing.
    """
    first = {table: next_id(table) for table in tables}
    triggers = db.query(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name IN ({', '.join('?' * 2 * len(tables))})",
        [f"{kind}_{table}_insert" for table in tables for kind in ("journal", "stale")],
    )
    for name, _sql in triggers:
        db.raw().execute(f"DROP TRIGGER {name}")
    journaled = {table: first[table] for table in tables if _has_history(table)}

    def tell_the_journal() -> None:
        for table, row_id in journaled.items():
            history.journal_inserts(table, row_id)
            journaled[table] = next_id(table)

    with _indexes_last(tables[:1], rows):
        yield tell_the_journal
    tell_the_journal()
    for _name, sql in triggers:
        db.raw().execute(sql)
    for table, row_id in first.items():
        _note_stale(table, row_id)


def _has_history(table: str) -> bool:
    """Whether what is inserted now is to be noted in the journal."""
    known = db.value("SELECT 1 FROM journal_table WHERE name = ?", [table])
    return db.current_step() is not None and known is not None


def _indexes_last(tables: Sequence[str], rows: int) -> contextlib.AbstractContextManager[None]:
    for table in tables:
        if rows and rows > db.value(f"SELECT count(*) FROM {table}"):
            return indexes.made_afterwards(db.raw(), table)
    return contextlib.nullcontext()


def _note_stale(table: str, first: int) -> None:
    new = db.value(f"SELECT count(*) FROM {table} WHERE id >= ?", [first])
    for name, owner in db.query("SELECT derived, owner FROM derived_source WHERE source = ?", [table]):
        expression = owner.format(row=table)
        if owner == "{row}.id" and derived.is_most(db.raw(), name, new):
            db.execute("INSERT OR IGNORE INTO stale VALUES(?, ?)", [name, derived.ALL])
            continue
        db.execute(
            f"INSERT OR IGNORE INTO stale SELECT '{name}', {expression} FROM {table} "
            f"WHERE {table}.id >= ? AND {expression} IS NOT NULL",
            [first],
        )
