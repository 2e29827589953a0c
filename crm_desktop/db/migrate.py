"""Opening, creating and migrating data files.

A schema comes into being only by the numbered steps in `db/migrations`; the version is `PRAGMA user_version`. An older
file is migrated on a copy, which is compared with the original (rows and sums of money per table) and checked, and only
then takes its place. Any failure leaves the file as it was.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType

import peewee

from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.db import derived, history
from crm_desktop.db.migrations import (
    m0001_initial,
    m0002_billing,
    m0003_relationship,
    m0004_reach,
    m0005_refined,
    m0006_lighter,
)

STEPS: tuple[ModuleType, ...] = (
    m0001_initial,
    m0002_billing,
    m0003_relationship,
    m0004_reach,
    m0005_refined,
    m0006_lighter,
)
LATEST = len(STEPS)
APPLICATION_ID = 0x43524D44  # "CRMD"


def create_file(path: Path) -> None:
    """Make a new, empty data file; it appears under its name only when it is whole.

    Raises:
        Problem: the folder cannot be written, or the disk is full.
        UserError: a file of this name is already there.
    """
    if path.exists():
        raise UserError(_("{file} is already there. Choose another name, or open it.").format(file=path.name))
    part = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with closing(_connect(part)) as connection:
            _apply(connection, 0)
        part.replace(path)
    except (OSError, sqlite3.OperationalError) as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise Problem(
            _("{file} could not be made in {folder}: {reason}. Choose another folder.").format(
                file=path.name, folder=path.parent, reason=error
            )
        ) from error


def open_file(path: Path, *, create: bool = False, readonly: bool = False) -> None:
    """Open a data file and migrate it if it is older than the program.

    Raises:
        Problem: it is damaged, cannot be read, or cannot be written.
        UserError: it is not there, is no data file, or was written by a newer version.
    """
    if not path.exists() and create:
        create_file(path)
    version = version_of(path, look_inside=False)  # the connection below looks, which takes a while
    if version > LATEST:
        raise UserError(
            _("{file} was written by a newer version of CRM Desktop. Install that version to open it. Nothing was changed.")
            .format(file=path.name)
        )  # fmt: skip
    if version < LATEST:
        if readonly:
            raise UserError(
                _("{file} is of an older version. Open it once in the window to bring it up to date.").format(
                    file=path.name
                )
            )
        migrate(path)
    if not readonly and not os.access(path, os.W_OK):
        raise Problem(
            _("{file} is read-only, so nothing could be saved in it. Allow writing to the file, or copy it to another folder.")
            .format(file=path)
        )  # fmt: skip
    try:
        db.attach(path, readonly=readonly)
    except (sqlite3.Error, peewee.DatabaseError) as error:
        raise Problem(_trouble(path, error)) from error


def version_of(path: Path, *, look_inside: bool = True) -> int:
    """The schema version of a file, after a look that it is one of ours and, if wished, that its tables can be read."""
    if not path.exists():
        raise UserError(_("{file} is not there. Check the name, or choose another file.").format(file=path))
    if path.is_dir():
        raise UserError(_("{file} is a folder. Choose the data file itself, which ends in .crm.").format(file=path))
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise Problem(_("{file} cannot be read: {reason}.").format(file=path, reason=error.strerror)) from error
    if head != b"SQLite format 3\x00":
        raise UserError(
            _("{file} is not a data file of CRM Desktop. To bring in a spreadsheet, use Import.").format(file=path.name)
        )
    try:
        with closing(sqlite3.connect(db.address_for_reading(path, brief=True), uri=True)) as connection:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if look_inside or version < LATEST:
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        raise Problem(_trouble(path, error)) from error
    if application != APPLICATION_ID:
        raise UserError(
            _("{file} is a database of another program, not a data file of CRM Desktop.").format(file=path.name)
        )
    return version


def _trouble(path: Path, error: Exception) -> str:
    """Why a file cannot be opened: the disk or another program is in the way, or it is damaged."""
    sentence = None if db.is_damage(error) else db.sentence_for(error)
    return sentence or _(
        "{file} is damaged and cannot be opened. It was left as it is. Restore the last backup."
    ).format(file=path.name)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.create_function("fold", 1, db.fold_for_sql, deterministic=True)
    connection.create_function("digits_of", 1, db.digits_for_sql, deterministic=True)
    connection.create_function("phone_tail", 1, db.phone_tail_for_sql, deterministic=True)
    return connection


def _apply(connection: sqlite3.Connection, version: int) -> None:
    """Run the steps above `version` and renew the triggers, in one transaction."""

    def columns_of(table: str) -> list[str]:
        return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]

    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("BEGIN IMMEDIATE")
    for step in STEPS[version:]:
        for script in step.scripts(columns_of):
            for statement in _split(script):
                connection.execute(statement)
    history.install(connection)
    derived.install(connection)
    derived.rebuild(connection)
    connection.execute(f"PRAGMA user_version = {LATEST}")
    connection.execute("COMMIT")


def _split(script: str) -> list[str]:
    """The statements of a script, triggers with their inner semicolons in one piece."""
    found, current = [], ""
    for part in script.split(";"):
        current += part + ";"
        if sqlite3.complete_statement(current):
            if current.strip(" \n;"):
                found.append(current)
            current = ""
    return found


def migrate(path: Path) -> None:
    """Bring a file to the latest version, on a copy that takes its place when it is proven good.

    Raises:
        Problem: a step failed, or the copy differs from the original; the file is as it was.
    """
    part = path.with_name(f".{path.name}.migrating")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(path)) as source, closing(_connect(part)) as copy:
            source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            source.backup(copy)
            version = int(copy.execute("PRAGMA user_version").fetchone()[0])
            before = census(copy)
            _apply(copy, version)
            _prove(copy, before, census(copy), {table for step in STEPS[version:] for table in step.ADDS})
            copy.execute("PRAGMA journal_mode = DELETE")
        path.with_name(f"{path.name}-wal").unlink(missing_ok=True)
        path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
        part.replace(path)
    except (OSError, sqlite3.Error, Problem) as error:
        part.unlink(missing_ok=True)
        raise Problem(
            _("{file} could not be brought up to date: {reason}. It was left as it was and opens in the version it came from.")
            .format(file=path.name, reason=error)
        ) from error  # fmt: skip


def census(connection: sqlite3.Connection) -> dict[str, tuple[int, dict[str, int]]]:
    """Per table of facts its number of rows and the sum of each money column; derived tables are left out."""
    skip = {row[0] for row in connection.execute("SELECT name FROM derived")} | {"stale"}
    skip |= {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'")}
    tables = [
        row[0]
        for row in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        )
        if not row[0].startswith("sqlite_") and not any(row[0] == s or row[0].startswith(f"{s}_") for s in skip)
    ]
    return {table: _count(connection, table) for table in tables}


def _count(connection: sqlite3.Connection, table: str) -> tuple[int, dict[str, int]]:
    money = [r[1] for r in connection.execute(f"PRAGMA table_info({table})") if r[1].endswith("_minor")]
    sums = "".join(f", coalesce(sum({c}), 0)" for c in money)
    row = connection.execute(f"SELECT count(*){sums} FROM {table}").fetchone()
    return row[0], dict(zip(money, row[1:], strict=True))


Census = dict[str, tuple[int, dict[str, int]]]


def _prove(copy: sqlite3.Connection, before: Census, after: Census, grown: set[str]) -> None:
    """Nothing was lost: the same rows and sums as before; in the tables `grown` there may be more rows."""
    for table, (rows, sums) in before.items():
        now_rows, now_sums = after.get(table, (-1, sums))
        fewer = now_rows < rows if table in grown else now_rows != rows
        if fewer or any(now_sums.get(column, amount) != amount for column, amount in sums.items()):
            raise Problem(_("rows or sums in “{table}” changed").format(table=table))
    found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise Problem(str(found))
