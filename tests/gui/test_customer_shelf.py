"""On a wide window the list stays beside the opened customer's card; on a narrow one the card stands alone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_desktop.gui.main_window import MainWindow
from tests.gui.hands import add_customer, focused


def _names(window: MainWindow) -> list[str]:
    model = window.pages.page().shelf.model
    return [model.cell(row, 0).text for row in range(model.rowCount())]


def test_the_list_as_it_was_left_stays_beside_the_card(window: MainWindow, qtbot: QtBot):
    for name, town in (("Anker", "Kiel"), ("Brauhaus", "Hamburg"), ("Cafe", "Hamburg")):
        add_customer(name, city=town)
    window.resize(1600, 900)
    window.show_page("customers")
    page = window.pages.page()
    page._filters.switch_on("city", "Hamburg", "Hamburg")
    page._sort(0)
    page.open_id(page.model.ids[0])
    card = window.pages.page()
    assert card.shelf.isVisible()
    assert (_names(window), card.title()) == (["Cafe", "Brauhaus"], "Cafe")
    card.shelf.table.setFocus()
    QTest.keyClick(focused(), Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: card.title() == "Brauhaus")
    assert focused() is card.shelf.table
    window.go_back()
    assert window.pages.key() == "customers"
    window.go_forward()
    assert window.pages.page().title() == "Brauhaus"


def test_below_1600_the_card_stands_alone(window: MainWindow, qtbot: QtBot):
    customer = add_customer("Anker")
    window.resize(1599, 900)
    window.open_record("customer", customer)
    card = window.pages.page()
    assert card.shelf is None
    window.resize(1700, 900)
    qtbot.waitUntil(lambda: card.shelf is not None and card.shelf.isVisible())
    window.resize(1500, 900)
    qtbot.waitUntil(lambda: not card.shelf.isVisible())
