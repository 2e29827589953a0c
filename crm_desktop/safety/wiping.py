"""Nothing of what was deleted stays readable in the data file: pages, search index and log are written anew.

SQLite leaves the bytes of deleted rows in free pages until they are used again, and a search index forgets a word only
when its parts are merged. `wipe` makes the indexes anew and the whole file with them.

Source: sqlite.org/pragma.html#pragma_secure_delete, sqlite.org/lang_vacuum.html, sqlite.org/fts5.html section 6.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator

from crm_desktop.core.errors import Problem
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db

_PENDING = "privacy.to_wipe"


@contextlib.contextmanager
def overwriting() -> Iterator[None]:
    """What is deleted inside is overwritten with zeros at once."""
    db.raw().execute("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        db.raw().execute("PRAGMA secure_delete = OFF")


def note() -> None:
    """Inside the erasing transaction: the file is to be written anew, also if the program ends before that."""
    db.execute("INSERT OR REPLACE INTO setting VALUES(?, '1')", [_PENDING])


def is_pending() -> bool:
    """Whether an erasing was interrupted before the file was written anew."""
    return db.value("SELECT 1 FROM setting WHERE key = ?", [_PENDING]) is not None


def wipe(progress: Progress | None = None) -> None:
    """Write search indexes and file anew; needs room for a second copy of the file on the disk.

    Raises:
        Problem: the disk is full, or another program uses the file; what was erased is erased, the rest is done later.
    """
    progress, connection = progress or Progress(), db.raw()
    progress(1, 3, _("Writing the search index anew"))
    with overwriting():
        with db.transaction():
            for (name,) in db.query("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%fts5%'"):
                connection.execute(f"INSERT INTO {name}({name}) VALUES('rebuild')")
            db.execute("DELETE FROM setting WHERE key = ?", [_PENDING])
        progress(2, 3, _("Writing the data file anew"))
        try:
            connection.execute("VACUUM")
            if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                raise sqlite3.OperationalError(_("the file is being read by another program"))
        except sqlite3.OperationalError as error:
            with db.transaction():
                note()
            raise Problem(
                _(
                    "Erased, but traces may remain in the data file: {reason}. Make room on the disk and open the page Privacy."
                ).format(reason=error)
            ) from error
    progress(3, 3, "")
