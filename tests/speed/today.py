"""Row 14: Today, gathered at 100,000 customers, against its own SQL run bare.

Every customer has a birthday, one in thirty a number of days after which one wants to hear from them, every second a
call; 3,000 reminders wait, of which a part is due. Floor: the statements that Today asks, noted once, run again on a
plain connection and fetched. Product: `today.tasks()`.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import statistics
from pathlib import Path

from measure import CUSTOMERS, DATA, choose, report, timed
from sample_data import data_file

REMINDERS, TURNS = 3000, 7
NOON = "2026-11-24T12:00:00Z"


def filled_file() -> Path:
    """The data file of all rows with something to do in it, made once."""
    path = DATA / f"today-{CUSTOMERS}.crm"
    if path.exists():
        return path
    from crm_desktop.db import connection, migrate

    part = path.with_suffix(".part")
    shutil.copy(data_file(), part)
    migrate.open_file(part)
    chance = random.Random(13)
    with connection.transaction():
        days = ((f"19{chance.randrange(40, 99)}-{1 + n % 12:02}-{1 + n % 28:02}", n) for n in range(1, CUSTOMERS + 1))
        connection.execute_many("UPDATE customer SET birthday_on = ? WHERE id = ?", days)
        connection.execute("UPDATE customer SET touch_days = 60 WHERE id % 30 = 0")
        calls = (
            (n, "call", f"2026-{1 + chance.randrange(10):02}-{1 + n % 28:02}T09:00:00Z", "Call", NOON)
            for n in range(1, CUSTOMERS + 1, 2)
        )
        connection.execute_many(
            "INSERT INTO timeline_entry(customer_id, kind, happened_at, title, created_at) VALUES(?, ?, ?, ?, ?)", calls
        )
        waiting = (
            (f"2026-{11 + n % 2}-{1 + n % 28:02}", f"Ring up {n}", 1 + n * 31 % CUSTOMERS, NOON, NOON)
            for n in range(REMINDERS)
        )
        connection.execute_many(
            "INSERT INTO reminder(due_on, title, customer_id, created_at, updated_at) VALUES(?, ?, ?, ?, ?)", waiting
        )
    connection.raw().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    part.rename(path)
    return path


def _statements() -> list[str]:
    """What Today asks of the data file."""
    from crm_desktop.core import dates
    from crm_desktop.db import connection
    from crm_desktop.insight import today

    found: list[str] = []
    with dates.freeze(dates.instant_from(NOON)):
        connection.raw().set_trace_callback(found.append)
        today.tasks()
        connection.raw().set_trace_callback(None)
    return [sql for sql in found if sql.lstrip().upper().startswith(("SELECT", "WITH"))]


def _open() -> Path:
    from crm_desktop.db import migrate

    path = filled_file()
    migrate.open_file(path)
    return path


def floor() -> None:
    """The statements alone."""
    from crm_desktop.db import connection

    path = _open()
    asked = _statements()
    bare = connection.raw()
    assert isinstance(bare, sqlite3.Connection)
    assert path.exists()

    def run() -> None:
        for sql in asked:
            bare.execute(sql).fetchall()

    run()
    report(gather=statistics.median(timed(run) for _turn in range(TURNS)))


def product() -> None:
    """All lines of Today."""
    from crm_desktop.core import dates
    from crm_desktop.insight import today

    _open()
    with dates.freeze(dates.instant_from(NOON)):
        today.tasks()
        report(gather=statistics.median(timed(today.tasks) for _turn in range(TURNS)))


if __name__ == "__main__":
    choose(floor=floor, product=product)
