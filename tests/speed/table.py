"""Row 3: open the list of all customers, then jump anywhere in it. Row 2, painted: a keystroke in its search field.

Floor: Qt's own query model over the same rows with the same texts, all fetched; for the keystroke our own table that is
handed fifty other rows without any query. Product: the customers page of the window.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from measure import choose, peak_mb, report, spread, timed
from sample_data import SHOWN, bare_file, data_file, typed

JUMPS = 150
WORDS = 40
SIZE = (1200, 800)
# What the header, the filters, the footer and the pane of our page leave to its table in a window of that size.
TABLE = (855, 664)


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
    """Our own kind of table that is handed fifty rows at each keystroke, without any query, pane or sums."""
    from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QVBoxLayout, QWidget

    from crm_desktop.customers import customer_list
    from crm_desktop.db import migrate
    from crm_desktop.gui import theme
    from crm_desktop.gui.pages import customers_page
    from crm_desktop.gui.widgets.cells import EMPTY
    from crm_desktop.gui.widgets.table_model import TableModel
    from crm_desktop.gui.widgets.table_view import TableView

    migrate.open_file(data_file())
    ids = customer_list.ids()[:100]
    rows = {row.id: row for row in customer_list.rows(ids)}

    class Constant:
        def ids(self, _order: str, descending: bool, _filters: dict, search: str) -> list[int]:
            del descending
            return ids[:50] if len(search) % 2 else ids[50:]

        def rows(self, wanted: list[int]) -> list:
            return [rows[number] for number in wanted]

    application = QApplication([])
    theme.apply(application, "light")
    window, box, field = QMainWindow(), QWidget(), QLineEdit()
    view = TableView("Customers", row_height=theme.row_height("row_avatar"))
    model = TableModel(Constant(), customers_page._columns("EUR", lambda _row: EMPTY), view)
    view.show_model(model)
    view.setFixedSize(*TABLE)
    layout = QVBoxLayout(box)
    layout.addWidget(field)
    layout.addWidget(view)
    window.setCentralWidget(box)
    window.resize(*SIZE)
    window.show()
    application.processEvents()

    def enter(text: str) -> None:
        field.setText(text)
        model.ask(search=text)

    report(**_type(view, enter))


def _customers_page() -> Any:
    """The page of our window, shown, before it has asked for anything; keeps the window alive as an attribute."""
    from PySide6.QtWidgets import QApplication, QMainWindow

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
    from crm_desktop.gui.widgets.search_input import SearchInput

    return SearchInput


if __name__ == "__main__":
    choose(floor=floor, blank=blank, product=product, typing=typing)
