"""Row 3: open the list of all customers, then jump anywhere in it. Row 2, painted: a keystroke in its search field.

Floor: Qt's own query model over the same rows with the same texts, all fetched; for the keystroke the same kind of view
that is handed 50 rows without any query. Product: the customers page of the window.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from measure import choose, peak_mb, report, spread, timed
from sample_data import SHOWN, bare_file, typed

JUMPS = 150
WORDS = 40
SIZE = (1200, 800)


def _paint(view: Any) -> None:
    """Draw the view now, and let the application do what waits."""
    from PySide6.QtCore import QCoreApplication

    view.viewport().repaint()
    QCoreApplication.sendPostedEvents()
    QCoreApplication.processEvents()


def _jump(view: Any) -> dict[str, float]:
    bar = view.verticalScrollBar()
    chance = random.Random(2)

    def jump(to: int) -> None:
        bar.setValue(to)
        _paint(view)

    return spread("jump", [timed(jump, chance.randrange(bar.maximum())) for _ in range(JUMPS)])


def _type(view: Any, enter: Callable[[str], None]) -> dict[str, float]:
    """Type words letter by letter, from the second letter on."""

    def key(text: str) -> None:
        enter(text)
        _paint(view)

    words = typed(WORDS, 6, 8)
    return spread("key", [timed(key, word[:end]) for word in words for end in range(2, len(word) + 1)])


def floor() -> None:
    """Qt's own query model."""
    from PySide6.QtSql import QSqlDatabase, QSqlQueryModel
    from PySide6.QtWidgets import QApplication, QHeaderView, QMainWindow, QTableView

    application = QApplication([])
    window = QMainWindow()
    view = QTableView()
    view.verticalHeader().setDefaultSectionSize(22)
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.setWordWrap(False)
    window.setCentralWidget(view)
    window.resize(*SIZE)
    window.show()
    application.processEvents()
    before = peak_mb()
    database = QSqlDatabase.addDatabase("QSQLITE")
    database.setDatabaseName(str(bare_file()))
    database.open()
    model = QSqlQueryModel()

    def open_list() -> None:
        model.setQuery(f"SELECT {SHOWN} FROM customer ORDER BY name, id", database)
        while model.canFetchMore():
            model.fetchMore()
        view.setModel(model)
        _paint(view)

    report(open=timed(open_list), **_jump(view), added_mb=peak_mb() - before)


def blank() -> None:
    """A view that gets 50 rows at each keystroke, without a query."""
    import sqlite3

    from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
    from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QTableView, QVBoxLayout, QWidget

    class Rows(QAbstractTableModel):
        content: tuple[tuple, ...] = ()

        def rowCount(self, _parent: QModelIndex | None = None) -> int:
            return len(self.content)

        def columnCount(self, _parent: QModelIndex | None = None) -> int:
            return 7

        def data(self, index: QModelIndex, role: int = 0) -> object:
            return self.content[index.row()][index.column()] if role == Qt.ItemDataRole.DisplayRole else None

    with sqlite3.connect(bare_file()) as raw:
        fifty = tuple(raw.execute(f"SELECT {SHOWN} FROM customer LIMIT 50"))
    application = QApplication([])
    window, box, field, view, model = QMainWindow(), QWidget(), QLineEdit(), QTableView(), Rows()
    layout = QVBoxLayout(box)
    layout.addWidget(field)
    layout.addWidget(view)
    view.setModel(model)
    window.setCentralWidget(box)
    window.resize(*SIZE)
    window.show()
    application.processEvents()

    def enter(text: str) -> None:
        field.setText(text)
        model.beginResetModel()
        model.content = fifty
        model.endResetModel()

    report(**_type(view, enter))


def _customers_page() -> Any:
    """The page of our window, shown, before it has asked for anything; keeps the window alive as an attribute."""
    from PySide6.QtWidgets import QApplication, QMainWindow
    from sample_data import data_file

    from crm_desktop.db import migrate
    from crm_desktop.gui import theme
    from crm_desktop.gui.pages.customers_page import CustomersPage

    migrate.open_file(data_file())
    application = QApplication([])
    theme.apply(application, "light")
    window = QMainWindow()
    page = CustomersPage()
    page.window_kept = window
    window.setCentralWidget(page)
    window.resize(*SIZE)
    window.show()
    application.processEvents()
    return page


def product() -> None:
    """Our list of customers: open it, jump in it."""
    page = _customers_page()
    before = peak_mb()

    def open_list() -> None:
        page.activate()
        _paint(page.table)

    report(open=timed(open_list), **_jump(page.table), added_mb=peak_mb() - before)


def typing() -> None:
    """Our search field above the list of customers, until the list shows the answer."""
    page = _customers_page()
    page.activate()
    field = page.findChild(_search_input())

    def enter(text: str) -> None:
        field.setText(text)
        while page.model.search != text:
            _paint(page.table)

    report(**_type(page.table, enter))


def _search_input() -> type:
    from crm_desktop.gui.widgets.inputs import SearchInput

    return SearchInput


if __name__ == "__main__":
    choose(floor=floor, blank=blank, product=product, typing=typing)
