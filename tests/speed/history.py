"""Row 4: open the card of a customer with 10,000 entries in their history.

Floor: a table that shows the first 100 entries of a bare database. Product: our card, of a customer with 10,000 entries
and of one with ten.
"""

from __future__ import annotations

import sqlite3
import statistics
from collections.abc import Callable
from typing import Any

from measure import DATA, choose, report, timed
from sample_data import NOUN, TRADE

MANY, FEW = 10_000, 10
REPEATS = 15
SIZE = (1200, 800)


def _entries(count: int) -> list[tuple[str, str, str, str]]:
    """Kind, instant, title and text of each entry."""
    return [
        (
            ("call", "email", "note", "visit")[i % 4],
            f"20{20 + i % 6}-{1 + i % 12:02d}-{1 + i % 28:02d}T{i % 24:02d}:00:00Z",
            f"{NOUN[i % len(NOUN)]} {TRADE[i % len(TRADE)]}",
            "offer sent, call back next week, sample measured " * 3,
        )
        for i in range(count)
    ]


def _shown(window: Any) -> None:
    from PySide6.QtCore import QCoreApplication

    window.repaint()
    QCoreApplication.sendPostedEvents()
    QCoreApplication.processEvents()


def _report(show: Callable[[], None]) -> None:
    show()
    report(open=statistics.median(timed(show) for _ in range(REPEATS)))


def floor() -> None:
    """The first hundred entries in a plain table."""
    from PySide6.QtGui import QStandardItem, QStandardItemModel
    from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QTableView, QVBoxLayout, QWidget

    raw = sqlite3.connect(":memory:")
    raw.execute("CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT)")
    raw.execute("INSERT INTO customer VALUES(1, 'Anna Müller')")
    raw.execute("CREATE TABLE entry(id INTEGER PRIMARY KEY, customer_id INTEGER, kind, at, title, body)")
    raw.executemany("INSERT INTO entry(customer_id, kind, at, title, body) VALUES(1, ?, ?, ?, ?)", _entries(MANY))
    raw.execute("CREATE INDEX entry_customer ON entry(customer_id, at)")
    application = QApplication([])
    window, box, name, view = QMainWindow(), QWidget(), QLineEdit(), QTableView()
    layout = QVBoxLayout(box)
    layout.addWidget(name)
    layout.addWidget(view)
    window.setCentralWidget(box)
    window.resize(*SIZE)
    window.show()
    application.processEvents()
    models = []

    def show() -> None:
        name.setText(raw.execute("SELECT name FROM customer WHERE id = 1").fetchone()[0])
        model = QStandardItemModel(0, 4)
        for row in raw.execute(
            "SELECT at, kind, title, body FROM entry WHERE customer_id = 1 ORDER BY at DESC LIMIT 100"
        ):
            model.appendRow([QStandardItem(text) for text in row])
        models.append(model)
        view.setModel(model)
        _shown(window)

    _report(show)


def _card(customer: int) -> None:
    from PySide6.QtWidgets import QApplication, QMainWindow

    from crm_desktop.db import migrate
    from crm_desktop.gui import theme
    from crm_desktop.gui.pages.customer_card import CustomerCard

    migrate.open_file(_file())
    application = QApplication([])
    theme.apply(application, "light")
    window = QMainWindow()
    card = CustomerCard()
    window.setCentralWidget(card)
    window.resize(*SIZE)
    window.show()
    application.processEvents()

    def show() -> None:
        card.activate(id=customer)
        _shown(window)

    _report(show)


def _file() -> Any:
    """A data file with two customers: 1 has many entries, 2 has few."""
    path = DATA / "history.crm"
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
    sql = (
        "INSERT INTO timeline_entry(customer_id, kind, happened_at, title, body, created_at) "
        "VALUES(?, ?, ?, ?, ?, '2026-01-01T00:00:00Z')"
    )
    for first_name, count in (("Anna", MANY), ("Ben", FEW)):
        customer = customers.save({"kind": "person", "first_name": first_name, "last_name": "Müller"})
        with connection.transaction():
            connection.execute_many(sql, [(customer, *entry) for entry in _entries(count)])
    connection.raw().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    part.rename(path)
    return path


def product() -> None:
    """The customer with many entries."""
    _card(1)


def few() -> None:
    """The customer with few entries."""
    _card(2)


if __name__ == "__main__":
    choose(floor=floor, product=product, few=few)
