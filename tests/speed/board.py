"""Row 15: the board of the pipeline with 2,000 cards, from entering the page to its first painting.

Floor of the painting: our own board with 20 cards. Floor of the query: plain SQL for ids, stages and values in order.
"""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Any

from measure import DATA, choose, report, timed
from sample_data import NOUN, TRADE

MANY, FEW = 2_000, 20
REPEATS = 9
SIZE = (1280, 800)


def _file(count: int) -> Path:
    """A data file with so many open deals of half as many customers, each with three entries in their history."""
    path = DATA / f"board-{count}.crm"
    if path.exists():
        return path
    from crm_desktop.company import profile
    from crm_desktop.customers import customers
    from crm_desktop.db import connection, migrate

    DATA.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    for ending in ("", "-wal", "-shm"):
        DATA.joinpath(f"{part.name}{ending}").unlink(missing_ok=True)
    migrate.open_file(part, create=True)
    profile.set_up(country="DE", language="en", currency="EUR")
    owners = [customers.save({"company": f"{NOUN[n % len(NOUN)]} {n}"}) for n in range(count // 2)]
    with connection.transaction():
        connection.execute_many(
            "INSERT INTO timeline_entry(customer_id, kind, happened_at, title, created_at) VALUES(?, 'call', ?, 'Call', 'x')",
            [(owner, f"2026-0{n}-11T09:00:00Z") for owner in owners for n in (3, 5, 7)],
        )
        connection.execute_many(
            "INSERT INTO opportunity(customer_id, title, stage_id, position, value_minor, currency, next_step, next_on, "
            "budget, need, moved_at, touched_at, created_at, updated_at) VALUES(?, ?, ?, ?, ?, 'EUR', 'Call', '2026-12-01', "
            "?, ?, '2026-11-01T09:00:00Z', '2026-11-01T09:00:00Z', '2026-11-01T09:00:00Z', 'x')",
            [
                (owners[n % len(owners)], f"{TRADE[n % len(TRADE)]} {n}", n % 4 + 1, n * 1024, n * 997, n % 3, n % 2)
                for n in range(count)
            ],
        )
    connection.raw().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    part.rename(path)
    return path


def _board(count: int) -> None:
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtWidgets import QApplication, QMainWindow

    from crm_desktop.core import preferences
    from crm_desktop.db import migrate
    from crm_desktop.gui import theme
    from crm_desktop.gui.pages.pipeline_page import PipelinePage
    from crm_desktop.sales import opportunity_list

    migrate.open_file(_file(count))
    preferences.put("list/pipeline", {})
    application = QApplication([])
    theme.apply(application, "light")
    window = QMainWindow()
    window.resize(*SIZE)
    window.show()
    application.processEvents()
    pages: list[Any] = []

    def show() -> None:
        pages.append(PipelinePage())
        window.setCentralWidget(pages[-1])
        pages[-1].activate()
        window.repaint()
        QCoreApplication.sendPostedEvents()
        QCoreApplication.processEvents()

    first = timed(show)
    again = statistics.median(timed(show) for _ in range(REPEATS))
    query = statistics.median(timed(opportunity_list.board) for _ in range(REPEATS * 3))
    report(first=first, again=again, query=query)


def few() -> None:
    """Twenty cards."""
    _board(FEW)


def many() -> None:
    """Two thousand cards."""
    _board(MANY)


def floor() -> None:
    """The same rows by plain SQL."""
    import sqlite3

    raw = sqlite3.connect(_file(MANY))
    sql = (
        "SELECT o.id, o.stage_id, o.value_minor, o.currency FROM opportunity o JOIN customer c ON c.id = o.customer_id "
        "WHERE o.state = 'open' AND o.deleted_at IS NULL AND c.deleted_at IS NULL ORDER BY o.stage_id, o.position, o.id"
    )
    report(query=statistics.median(timed(lambda: raw.execute(sql).fetchall()) for _ in range(REPEATS * 3)))


if __name__ == "__main__":
    choose(floor=floor, few=few, many=many)
