"""`everything.json`: all that the owner entered or was issued, in one file of JSON that this program reads back.

    {"format": "crm-desktop everything", "version": 4, "made_at": "…", "tables": {
    "customer": {"columns": ["id", "number", …], "rows": [
    [1, "C-0001", …],
    …]},
    …}}

Each row stands on a line of its own, so that a file of any size is written and read in little memory. Bytes are
`{"base64": "…"}`. History, search index and what is computed from other tables are left out.

`read` takes it into an empty company, all or nothing: numbers, issued documents and their bytes are what they were, and
frozen as before.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from crm_desktop.core import dates
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.db import derived, migrate

FORMAT = "crm-desktop everything"
NAME = "everything.json"
# Bookkeeping of the program itself, of this file alone.
_LEFT_OUT = {
    "journal_step", "journal_change", "journal_open", "journal_table", "derived", "derived_source", "stale", "import_run",
    "calendar_day",
}  # fmt: skip
# What refers to the history, which stays behind.
_EMPTIED = {"owner_rule_run": {"step_id"}}
# An empty company has none of these.
_BUSINESS = (
    "customer", "document", "item", "contract", "payment", "received_document", "bank_statement", "opportunity",
    "support_case", "service", "reminder", "campaign",
)  # fmt: skip
_TRIGGERS = (
    "type = 'trigger' AND (name LIKE 'journal!_%' ESCAPE '!' OR name LIKE 'stale!_%' ESCAPE '!' "
    "OR name LIKE '%!_frozen!_%' ESCAPE '!')"
)
_TABLE = re.compile(r'^"(\w+)": (\{"columns": \[.*\]), "rows": \[$')
_MANY = 500


@dataclass(frozen=True)
class ReadBack:
    """What was read: rows in all, and the numbers of customers and issued documents."""

    rows: int
    customers: int
    documents: int


def tables() -> list[str]:
    """The tables that the file holds, by name."""
    indexes = [name for (name,) in db.query("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'")]
    computed = {name for (name,) in db.query("SELECT name FROM derived")} | set(indexes)
    shadows = tuple(f"{name}_" for name in indexes)
    found = db.query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'")
    return sorted(n for (n,) in found if n not in _LEFT_OUT | computed and not n.startswith(shadows))


# ---- out -------------------------------------------------------------------------------------------------------------


def write(path: Path, progress: Progress | None = None) -> int:
    """Write the file; gives the number of rows. It appears under its name only when it is whole.

    Raises:
        OSError: it cannot be written.
        Cancelled: through `progress`; nothing stays behind.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as out:
            number = _write(out, progress or Progress())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return number


def _write(out: TextIO, progress: Progress) -> int:
    head = {"format": FORMAT, "version": migrate.LATEST, "made_at": dates.instant_text(dates.now())}
    out.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "tables": {\n')
    number, names = 0, tables()
    for place, table in enumerate(names):
        progress(place, len(names), _("Writing {file}").format(file=NAME))
        cursor = db.raw().execute(f"SELECT * FROM {table}")
        columns = [column[0] for column in cursor.description]
        out.write(f'"{table}": {json.dumps({"columns": columns})[:-1]}, "rows": [')
        for row_number, row in enumerate(cursor):
            if row_number % _MANY == 0:
                progress.check()
            emptied = _EMPTIED.get(table, ())
            values = [None if name in emptied else _plain(value) for name, value in zip(columns, row, strict=True)]
            out.write(f"{',' if row_number else ''}\n{json.dumps(values, ensure_ascii=False)}")
            number += 1
        out.write("\n]}" + (",\n" if place + 1 < len(names) else "\n"))
    out.write("}}\n")
    return number


def _plain(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode("ascii")} if isinstance(value, bytes) else value


# ---- in --------------------------------------------------------------------------------------------------------------


def is_ours(path: Path) -> bool:
    """Whether a file begins as ours does."""
    if not path.is_file():
        return False
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(200).lstrip("\ufeff {").startswith(f'"format": "{FORMAT}"')
    except (OSError, UnicodeDecodeError):
        return False


def is_empty() -> bool:
    """Whether the open company has no business yet, so that everything may be read into it."""
    return not any(db.value(f"SELECT 1 FROM {table} LIMIT 1") for table in _BUSINESS)


def read(path: Path, progress: Progress | None = None) -> ReadBack:
    """Read everything back into the open company, which must be empty.

    Raises:
        UserError: the company is not empty, or the file is of another program or a newer version.
        Problem: the file cannot be read or is damaged; nothing is changed.
        Cancelled: through `progress`; nothing is changed.
    """
    progress = progress or Progress()
    if not is_ours(path):
        raise UserError(_("{file} was not written by “Take everything with you”.").format(file=path.name))
    if not is_empty():
        raise UserError(
            _("Everything can only be read back into an empty company. Make a new one first: File, New company.")
        )
    try:
        with path.open(encoding="utf-8") as file, db.transaction(durable=True):
            rows = _replace_all(file, path, progress)
            found = ReadBack(rows, *(_count(sql) for sql in _TOLD))
    except (OSError, ValueError, KeyError, TypeError, sqlite3.IntegrityError, sqlite3.OperationalError) as error:
        raise Problem(
            _("{file} is damaged and was not read: {reason}. Nothing was changed.").format(file=path.name, reason=error)
        ) from error
    return found


_TOLD = ("SELECT count(*) FROM customer", "SELECT count(*) FROM document WHERE state = 'issued'")


def _count(sql: str) -> int:
    return int(db.value(sql))


def _replace_all(file: TextIO, path: Path, progress: Progress) -> int:
    """Everything in place of what a new company has; triggers are away meanwhile and back at the end."""
    connection = db.raw()
    connection.execute("PRAGMA defer_foreign_keys = 1")
    triggers = db.query(f"SELECT name, sql FROM sqlite_master WHERE {_TRIGGERS}")
    for name, _sql in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    known = tables()
    for table in known:
        db.execute(f"DELETE FROM {table}")
    size, rows = max(path.stat().st_size, 1), 0
    for table, columns, lines in _tables_of(file, path):
        _check_columns(table, columns, known)
        rows += _insert(table, columns, lines, (progress, size, file))
    for _name, sql in triggers:
        connection.execute(sql)
    derived.rebuild(connection)
    bad = connection.execute("PRAGMA foreign_key_check").fetchone()
    if bad is not None:
        raise ValueError(f"{bad[0]} {bad[1]} → {bad[2]}")
    return rows


def _tables_of(file: TextIO, path: Path) -> Iterator[tuple[str, list[str], Iterator[list[Any]]]]:
    """Name, columns and rows of each table, in the order of the file."""
    head = json.loads(file.readline().rstrip("\n") + "}}")
    if head["version"] > migrate.LATEST:
        raise UserError(
            _("{file} was written by a newer version of CRM Desktop. Install that version to read it. Nothing was changed.")
            .format(file=path.name)
        )  # fmt: skip
    whole = False
    while line := file.readline():
        if line == "}}\n":
            whole = True
            break
        found = _TABLE.match(line.rstrip("\n"))
        if found is None:
            raise ValueError(line[:60])
        yield found[1], json.loads(found[2] + "}")["columns"], _rows_of(file)
    if not whole:
        raise ValueError(_("its end is missing"))


def _rows_of(file: TextIO) -> Iterator[list[Any]]:
    while True:
        line = file.readline()
        if line.rstrip(",\n") == "]}":
            return
        if not line:
            raise ValueError(_("its end is missing"))
        yield [_stored(value) for value in json.loads(line.rstrip(",\n"))]


def _stored(value: Any) -> Any:
    return base64.b64decode(value["base64"], validate=True) if isinstance(value, dict) else value


def _check_columns(table: str, columns: list[str], known: list[str]) -> None:
    if table not in known:
        raise ValueError(table)
    there = {row[1] for row in db.query(f"PRAGMA table_info({table})")}
    strange = [name for name in columns if name not in there]
    if strange:
        raise ValueError(f"{table}.{strange[0]}")


def _insert(table: str, columns: list[str], lines: Iterator[list[Any]], told: tuple[Progress, int, TextIO]) -> int:
    progress, size, file = told
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    digest = (columns.index("sha256"), columns.index("content")) if {"sha256", "content"} <= set(columns) else None
    number = 0
    for number, values in enumerate(lines, start=1):
        if number % _MANY == 1:
            progress(min(file.buffer.tell(), size), size, _("Reading {file}").format(file=NAME))
        if digest and hashlib.sha256(values[digest[1]]).hexdigest() != values[digest[0]]:
            raise ValueError(_("a stored file is not what it was"))
        db.execute(sql, values)
    return number
