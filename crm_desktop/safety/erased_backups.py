"""Backups that still hold somebody who is to be erased: which they are, and deleting them when the owner wants it."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from crm_desktop.core.errors import Problem
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.safety import backup
from crm_desktop.safety.backup import Backup

_log = logging.getLogger(__name__)


def holding(ids: Iterable[int], table: str = "customer") -> list[Backup]:
    """The backups of the open data file in which one of these customers (or contact persons) is still there, newest first.

    One that cannot be looked into counts, since nobody knows what is in it.
    """
    try:
        found = backup.all_backups(db.path())
    except (OSError, Problem):
        return []
    listed = json.dumps(sorted(ids))
    return [one for one in found if _holds(one.path, listed, table)]


def _holds(path: Path, listed: str, table: str) -> bool:
    where = f"SELECT 1 FROM {table} WHERE id IN (SELECT value FROM json_each(?))"
    try:
        with closing(backup.reader(path)) as connection:
            columns = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
            erased = " AND erased_at IS NULL" if "erased_at" in columns else ""
            return connection.execute(where + erased, [listed]).fetchone() is not None
    except sqlite3.Error:
        _log.warning("A backup could not be looked into", exc_info=True)
        return True


def delete(wanted: Sequence[Backup], progress: Progress | None = None) -> list[Path]:
    """Delete backups after a new one was made; gives the files that could not be deleted.

    Raises:
        Problem: the new backup cannot be made; none is deleted then.
        Cancelled: through `progress`.
    """
    if not wanted:
        return []
    backup.make(db.path(), progress=progress)
    left = []
    for one in wanted:
        try:
            one.path.unlink(missing_ok=True)
        except OSError:
            _log.warning("A backup could not be deleted", exc_info=True)
            left.append(one.path)
    return left
