"""The one open data file: connection, pragmas, transactions, change sets.

One SQLite file is open at a time; every thread has its own connection to it. Reading is free; **writing needs
`transaction()`**, which takes the write lock at once (`BEGIN IMMEDIATE`), writes the journal step, refreshes the derived
tables and, after the outermost commit, tells listeners which tables were written.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import peewee

from crm_desktop.core import dates, errors, text
from crm_desktop.core.errors import Problem
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import derived

Params = Sequence[Any] | dict[str, Any]
Listener = Callable[[frozenset[str]], None]

# Pages of the file that stay in memory once they were read; SQLite's own 2 MB lose a search index at each keystroke.
CACHE_KB = 32_768
SMALL_CACHE_KB = 8_000
PRAGMAS = {
    "journal_mode": "wal",
    "foreign_keys": 1,
    "busy_timeout": 5000,
    "synchronous": "normal",
    "temp_store": "memory",
    "cache_size": -CACHE_KB,
}
# How long a step stays open for a following change with the same title (draft autosave), in seconds.
MERGE_SECONDS = 900

_WRITE = re.compile(
    r"\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+\"?(\w+)",
    re.IGNORECASE,
)


class WriteOutsideTransactionError(RuntimeError):
    """A write without `transaction()`: a fault of the program, never of the user."""


class _Local(threading.local):
    """What the transaction of this thread has done so far."""

    depth = 0
    step_id: int | None = None
    by_itself = False
    written: frozenset[str] = frozenset()


class DataFile(peewee.SqliteDatabase):
    """peewee's database with the refusal of writes outside a transaction and the note of what was written."""

    def execute_sql(self, sql: str, params: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Run one statement; see the module for the rule on writes."""
        _note_write(sql)
        return super().execute_sql(sql, params, *args, **kwargs)  # type: ignore[no-untyped-call]


database = DataFile(None, autoconnect=True)
_local = _Local()
_listeners: list[Listener] = []
_open_path: list[Path] = []


def _note_write(sql: str) -> None:
    found = _WRITE.match(sql)
    if found is None:
        return
    if _local.depth == 0:
        raise WriteOutsideTransactionError(sql[:80])
    _local.written |= {found.group(1)}


def fold_for_sql(value: str | None) -> str:
    """`fold(text)` in SQL: small letters without accents."""
    return text.fold(value) if value else ""


def digits_for_sql(value: str | None) -> str:
    """`digits_of(text)` in SQL: only the digits."""
    return text.digits_of(value) if value else ""


def phone_tail_for_sql(value: str | None) -> str:
    """`phone_tail(text)` in SQL: the last digits of a phone number, by which it is looked up."""
    return text.phone_tail(value) if value else ""


database.register_function(fold_for_sql, "fold", num_params=1, deterministic=True)
database.register_function(digits_for_sql, "digits_of", num_params=1, deterministic=True)
database.register_function(phone_tail_for_sql, "phone_tail", num_params=1, deterministic=True)


# ---- opening -------------------------------------------------------------------------------------------------------


def attach(path: Path, *, readonly: bool = False) -> None:
    """Make this file the open one. `db.migrate.open_file` is what callers want: it checks and migrates first."""
    close()
    options: dict[str, Any] = {"check_same_thread": False}
    _open_path[:] = [path]
    if readonly:
        _attach_reader(path, options)
        return
    database.init(str(path), pragmas=PRAGMAS, **options)
    try:
        database.connect()
        raw().execute("SELECT count(*) FROM sqlite_master").fetchone()  # a full disk shows here, not in later work
    except (sqlite3.Error, peewee.DatabaseError):
        close()
        raise


def _attach_reader(path: Path, options: dict[str, Any]) -> None:
    """Open for reading; where nothing can be written beside the file (a full disk), without looking for its log."""
    pragmas = {"query_only": 1, "busy_timeout": 5000}
    database.init(address_for_reading(path), pragmas=pragmas, uri=True, **options)
    try:
        database.connect()
        raw().execute("SELECT count(*) FROM sqlite_master").fetchone()
    except (sqlite3.OperationalError, peewee.OperationalError):
        if _has_log(path):
            raise
        database.close()
        database.init(f"{path.resolve().as_uri()}?mode=ro&immutable=1", pragmas=pragmas, uri=True, **options)
        database.connect()


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection of its own for reading a file, in the same way; for copies.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    connection = sqlite3.connect(address_for_reading(path), uri=True)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        if _has_log(path):
            raise
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    connection.execute("PRAGMA busy_timeout = 5000")
    return connection


def _has_log(path: Path) -> bool:
    """Whether something stands in the log that is not in the file yet."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def address_for_reading(path: Path, *, brief: bool = False) -> str:
    """How SQLite opens a file that is only read: nothing stays behind beside it, and a read-only folder works.

    `brief` promises that nobody starts writing while it is open, and touches nothing at all.
    """
    may_write = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    alone = "ro" if _has_log(path) else "ro&immutable=1"
    mode = "rw" if may_write and not brief else alone
    return f"{path.resolve().as_uri()}?mode={mode}"


def close() -> None:
    """Close this thread's connection and forget the file."""
    if not _open_path:
        return
    if not database.is_closed():
        database.close()
    _open_path.clear()


def is_open() -> bool:
    """Whether a data file is open."""
    return bool(_open_path)


def path() -> Path:
    """The open data file."""
    return _open_path[0]


@contextlib.contextmanager
def own_connection() -> Iterator[None]:
    """A connection of this thread's own, for as long as the block runs; for the worker thread."""
    with database.connection_context():
        yield


# ---- reading -------------------------------------------------------------------------------------------------------


def query(sql: str, params: Params = ()) -> list[Any]:
    """All rows as tuples.

    Raises:
        Problem: the file is damaged or cannot be read; so do the other reading functions.
    """
    with _translated_errors():
        return list(raw().execute(sql, params).fetchall())


def one(sql: str, params: Params = ()) -> Any:
    """The first row as a tuple, or None."""
    with _translated_errors():
        return raw().execute(sql, params).fetchone()


def value(sql: str, params: Params = ()) -> Any:
    """The first column of the first row, or None."""
    row = one(sql, params)
    return None if row is None else row[0]


def records(sql: str, params: Params = ()) -> list[dict[str, Any]]:
    """All rows as dictionaries by column name."""
    with _translated_errors():
        cursor = raw().execute(sql, params)
        names = [d[0] for d in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def raw() -> sqlite3.Connection:
    """This thread's sqlite3 connection. Writing through it bypasses the rule on writes: use `execute`."""
    connection: sqlite3.Connection = database.connection()  # type: ignore[no-untyped-call]
    return connection


# ---- writing -------------------------------------------------------------------------------------------------------


def execute(sql: str, params: Params = ()) -> sqlite3.Cursor:
    """Run one writing statement inside the transaction.

    Raises:
        WriteOutsideTransactionError: there is no open transaction in this thread.
    """
    _note_write(sql)
    return raw().execute(sql, params)


def execute_many(sql: str, rows: Iterable[Params]) -> None:
    """Run one writing statement for many rows, prepared once."""
    _note_write(sql)
    raw().executemany(sql, rows)


def insert(table: str, values: dict[str, Any]) -> int:
    """Insert one row; gives its id."""
    names = ", ".join(values)
    cursor = execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(values))})", list(values.values()))
    return int(cursor.lastrowid or 0)


def update(table: str, row_id: int, values: dict[str, Any]) -> int:
    """Change columns of one row by its id; gives the number of rows found (0 or 1)."""
    names = ", ".join(f"{name} = ?" for name in values)
    return execute(f"UPDATE {table} SET {names} WHERE id = ?", [*values.values(), row_id]).rowcount


def delete(table: str, row_id: int) -> int:
    """Delete one row by its id; gives the number of rows found (0 or 1)."""
    return execute(f"DELETE FROM {table} WHERE id = ?", [row_id]).rowcount


@contextlib.contextmanager
def transaction(
    step: str | None = None, *, durable: bool = False, undoable: bool = True, merge: bool = False
) -> Iterator[None]:
    """Everything inside is written together or not at all.

    `step` is the title of the change in History ("Edit customer Café Ostwind"); the outermost one counts; without it
    nothing is journaled. `durable` waits for the disk (issuing, payments). `undoable=False` shows the step in History
    without an Undo. `merge` adds to the last step when that has the same title and is recent. Nested calls are
    savepoints: when the inner block fails and the caller goes on, only the inner writes are taken back.

    Raises:
        Problem: the file is locked by another program, read-only, damaged, or the disk is full.
    """
    if _local.depth:
        with _nested(step, undoable=undoable, merge=merge):
            yield
        return
    connection = raw()
    if durable:
        connection.execute("PRAGMA synchronous = FULL")
    try:
        with _translated_errors():
            connection.execute("BEGIN IMMEDIATE")
        _local.depth, _local.written, _local.step_id = 1, frozenset(), None
        try:
            with _translated_errors():
                if step:
                    _open_step(step, undoable=undoable, merge=merge)
                yield
                _finish(connection)
        except BaseException:
            connection.rollback()
            raise
        finally:
            written, _local.depth, _local.step_id = _local.written, 0, None
    finally:
        if durable:
            connection.execute("PRAGMA synchronous = NORMAL")
    _tell(written)


@contextlib.contextmanager
def _nested(step: str | None, *, undoable: bool, merge: bool) -> Iterator[None]:
    connection, name = raw(), f"level_{_local.depth}"
    opened = bool(step) and _local.step_id is None
    connection.execute(f"SAVEPOINT {name}")
    _local.depth += 1
    try:
        if opened and step:
            _open_step(step, undoable=undoable, merge=merge)
        yield
        connection.execute(f"RELEASE {name}")
    except BaseException:
        if opened:
            _local.step_id = None
        # A statement that hits a full disk may have rolled back everything, savepoints included.
        if connection.in_transaction:
            connection.execute(f"ROLLBACK TO {name}")
            connection.execute(f"RELEASE {name}")
        raise
    finally:
        _local.depth -= 1


def _open_step(title: str, *, undoable: bool, merge: bool) -> None:
    step_id = _recent_step(title) if merge else None
    if step_id is None:
        step_id = insert(
            "journal_step",
            {
                "made_at": dates.instant_text(dates.now()),
                "title": title,
                "undoable": int(undoable),
                "by_itself": int(_local.by_itself),
            },
        )
    _local.step_id = step_id
    execute("UPDATE journal_open SET step_id = ? WHERE id = 1", [step_id])


@contextlib.contextmanager
def by_itself() -> Iterator[None]:
    """What is done inside is done by the program itself: it is in the history, but Ctrl+Z takes back what the owner did."""
    _local.by_itself = True
    try:
        yield
    finally:
        _local.by_itself = False


def _recent_step(title: str) -> int | None:
    row = one("SELECT id, title, made_at, kind, undone_by FROM journal_step ORDER BY id DESC LIMIT 1")
    if row is None or row[1] != title or row[3] != "do" or row[4] is not None:
        return None
    age = (dates.now() - dates.instant_from(row[2])).total_seconds()
    return int(row[0]) if 0 <= age <= MERGE_SECONDS else None


def current_step() -> int | None:
    """The journal step of the open transaction, or None."""
    return _local.step_id


def mark_step(**columns: Any) -> None:
    """Set columns of the open journal step (for undo and redo)."""
    if _local.step_id is not None:
        update("journal_step", _local.step_id, columns)


def in_transaction() -> bool:
    """Whether this thread is inside `transaction()`."""
    return _local.depth > 0


def _finish(connection: sqlite3.Connection) -> None:
    derived.refresh(connection)
    if _local.step_id is not None:
        connection.execute("UPDATE journal_open SET step_id = NULL WHERE id = 1")
        # A step that changed nothing would only clutter the history.
        connection.execute(
            "DELETE FROM journal_step WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM journal_change WHERE step_id = ?1)",
            [_local.step_id],
        )
    connection.commit()


@contextlib.contextmanager
def small_cache() -> Iterator[None]:
    """Keep little of the file in memory while a long job writes, which comes by each page but once or twice."""
    raw().execute(f"PRAGMA cache_size = -{SMALL_CACHE_KB}")
    try:
        yield
    finally:
        raw().execute(f"PRAGMA cache_size = -{CACHE_KB}")


def on_commit(listener: Listener) -> Callable[[], None]:
    """Call `listener(names of tables written)` after each outermost commit, in the thread that wrote.

    Gives a function that takes the listener away again.
    """
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def tell_everything() -> None:
    """Tell listeners that any table may hold something else now: another file took the place of the open one."""
    _tell(frozenset(name for (name,) in query("SELECT name FROM sqlite_master WHERE type = 'table'")))


def _tell(written: frozenset[str]) -> None:
    names = written - {"journal_step", "journal_change", "journal_open", "stale"}
    if names:
        for listener in tuple(_listeners):
            listener(names)


class _translated_errors:  # noqa: N801  (used like a function; a generator would cost more than the query)
    """Turns errors of SQLite that the world caused into problems with a sentence."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, sqlite3.DatabaseError | peewee.DatabaseError):
            sentence = sentence_for(error)
            if sentence is not None:
                raise Problem(sentence) from error


def sentence_for(error: Exception) -> str | None:
    """What to tell the user about an error of SQLite that the world caused, or None if it is our fault."""
    found = str(error)
    sentences = {
        "database is locked": _(
            "Another program is writing to the data file. Nothing was changed. Close it and try again."
        ),
        "attempt to write a readonly": _(
            "The data file is read-only. Nothing was changed. Allow writing to the file, or copy it to another folder."
        ),
        "database or disk is full": _("The disk is full. Nothing was changed. Make room on it and try again."),
        "disk I/O error": _(
            "The disk could not be written; perhaps it is full. Nothing was changed. Make room on it and try again."
        ),
        "unable to open database": _(
            "Nothing can be written beside the data file. Allow writing in its folder, or copy it to another one."
        ),
        "malformed": _("The data file is damaged. Restore the last backup: File, Restore a backup."),
        "file is not a database": _(
            "This file is not a data file of CRM Desktop, or it is damaged. Restore the last backup."
        ),
    }
    return next((sentence for part, sentence in sentences.items() if part in found), None)


def is_damage(error: Exception) -> bool:
    """Whether an error of SQLite means that the file itself is damaged."""
    return "malformed" in str(error) or "not a database" in str(error)


def _explain(error: BaseException) -> str | None:
    return sentence_for(error) if isinstance(error, sqlite3.DatabaseError | peewee.DatabaseError) else None


errors.explain_with(_explain)
