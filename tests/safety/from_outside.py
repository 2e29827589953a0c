"""A data file that somebody changed past the program."""

from __future__ import annotations

from crm_desktop.db import connection as db
from crm_desktop.db import derived


def change(sql, *params):
    """Change the open file without its triggers and rules."""
    for (name,) in db.query("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        db.raw().execute(f"DROP TRIGGER {name}")
    db.raw().execute("PRAGMA foreign_keys = 0")
    db.raw().execute(sql, params)
    derived.rebuild(db.raw())
    db.raw().commit()
