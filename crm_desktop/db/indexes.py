"""Indexes while many rows are written: sorted once at the end they cost a third of keeping them in order row by row."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator


@contextlib.contextmanager
def made_afterwards(connection: sqlite3.Connection, table: str) -> Iterator[None]:
    """Write into a table without its plain indexes, which are made again when the block ends.

    Those that keep something unique stay. A failure inside the transaction brings everything back.
    """
    found = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql LIKE 'CREATE INDEX %'",
        [table],
    ).fetchall()
    for name, _sql in found:
        connection.execute(f"DROP INDEX {name}")
    yield
    for _name, sql in found:
        connection.execute(sql)
