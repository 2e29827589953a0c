"""Derived tables: what is computed from other tables and kept, so that lists and search are quick.

A derived table T holds the content of the view `T_now`. Triggers note in `stale` which of its rows a change made stale;
`refresh` recomputes just those, at each commit. `differences` proves that the tables are what their views say.
"""

from __future__ import annotations

import sqlite3

from crm_desktop.db import indexes

# From so many stale rows on a derived table may be made anew as a whole.
_MANY = 1000
# In `stale` instead of an id: all rows.
ALL = -1
# While a search index is filled: it gathers more bytes before it writes, and does not merge what it wrote (a dozen pieces,
# which later changes merge little by little). Else as FTS5 does by default.
_FILLING = {"hashsize": 4_194_304, "automerge": 0}
_USUAL = {"hashsize": 1_048_576, "automerge": 4}


def install(connection: sqlite3.Connection) -> None:
    """Make the triggers that note stale rows, from the table `derived_source`. Run after each migration."""
    for name in _triggers(connection, "stale_%"):
        connection.execute(f"DROP TRIGGER {name}")
    sources: dict[str, list[tuple[str, str]]] = {}
    some_columns = []
    for derived, source, owner, columns in connection.execute(
        "SELECT derived, source, owner, columns FROM derived_source ORDER BY 1, 2, 3"
    ):
        sources.setdefault(source, []).append((derived, owner))
        some_columns.append((derived, source, owner, columns))
    for source, owners in sources.items():
        for event, rows in (("INSERT", ("NEW",)), ("DELETE", ("OLD",))):
            connection.execute(_trigger(f"{source}_{event}", f"{event} ON {source}", rows, owners))
    for number, (derived, source, owner, columns) in enumerate(some_columns):
        changed = f"UPDATE OF {columns} ON {source}" if columns else f"UPDATE ON {source}"
        connection.execute(_trigger(f"{source}_update_{number}", changed, ("OLD", "NEW"), [(derived, owner)]))


def _trigger(name: str, event: str, rows: tuple[str, ...], owners: list[tuple[str, str]]) -> str:
    notes = "".join(
        f"INSERT INTO stale SELECT '{derived}', {expression} WHERE {expression} IS NOT NULL ON CONFLICT DO NOTHING; "
        for derived, owner in owners
        for row in rows
        for expression in (owner.format(row=row),)
    )
    return f"CREATE TRIGGER stale_{name.lower()} AFTER {event} BEGIN {notes}END"


def _triggers(connection: sqlite3.Connection, like: str) -> list[str]:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE ?", [like])
    return [row[0] for row in found]


def refresh(connection: sqlite3.Connection) -> None:
    """Recompute the stale rows, inside the transaction that made them stale."""
    if connection.execute("SELECT 1 FROM stale LIMIT 1").fetchone() is None:
        return
    for name, columns in _tables(connection):
        stale, least = connection.execute("SELECT count(*), min(id) FROM stale WHERE derived = ?", [name]).fetchone()
        if least == ALL or is_most(connection, name, stale):
            _make_anew(connection, name, columns)
            continue
        rows = f"SELECT id FROM stale WHERE derived = '{name}'"
        connection.execute(f"DELETE FROM {name} WHERE rowid IN ({rows})")
        connection.execute(
            f"INSERT INTO {name}(rowid, {', '.join(columns)}) SELECT id, {', '.join(columns)} "
            f"FROM {name}_now WHERE id IN ({rows})"
        )
    connection.execute("DELETE FROM stale")


def is_most(connection: sqlite3.Connection, name: str, stale: int) -> bool:
    """Whether so many stale rows are so many of a derived table that making all of it anew is quicker."""
    return stale > _MANY and 2 * stale > int(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0])


def _make_anew(connection: sqlite3.Connection, name: str, columns: list[str]) -> None:
    """Fill a derived table from scratch: quicker than looking for the rows when most of them changed."""
    (made,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", [name]).fetchone()
    listed = ", ".join(columns)
    fill = f"INSERT INTO {name}(rowid, {listed}) SELECT id, {listed} FROM {name}_now"
    if made.startswith("CREATE VIRTUAL"):
        # A search index forgets row by row, each with all its words; thrown away it is gone at once.
        connection.execute(f"DROP TABLE {name}")
        connection.execute(made)
        _set(connection, name, _FILLING)
        connection.execute(fill)
        _set(connection, name, _USUAL)
        return
    connection.execute(f"DELETE FROM {name}")
    with indexes.made_afterwards(connection, name):
        connection.execute(fill)


def _set(connection: sqlite3.Connection, name: str, options: dict[str, int]) -> None:
    """Options of a search index, which FTS5 takes as rows of the table itself."""
    connection.executemany(f"INSERT INTO {name}({name}, rank) VALUES(?, ?)", options.items())


def rebuild(connection: sqlite3.Connection) -> None:
    """Recompute every derived table from scratch."""
    for name, columns in _tables(connection):
        _make_anew(connection, name, columns)
    connection.execute("DELETE FROM stale")


def differences(connection: sqlite3.Connection) -> dict[str, int]:
    """Per derived table the number of rows that differ from what its view says; empty when all is well."""
    found = {}
    for name, columns in _tables(connection):
        listed = ", ".join(columns)
        kept, now = f"SELECT rowid, {listed} FROM {name}", f"SELECT id, {listed} FROM {name}_now"
        number = connection.execute(
            f"SELECT (SELECT count(*) FROM ({kept} EXCEPT {now})) + (SELECT count(*) FROM ({now} EXCEPT {kept}))"
        ).fetchone()[0]
        if number:
            found[name] = number
    return found


def _tables(connection: sqlite3.Connection) -> list[tuple[str, list[str]]]:
    names = [row[0] for row in connection.execute("SELECT name FROM derived ORDER BY position")]
    return [(n, [r[1] for r in connection.execute(f"PRAGMA table_info({n}_now)") if r[1] != "id"]) for n in names]
