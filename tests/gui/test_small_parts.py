"""Small parts: the strip of problems says what no field has room for; the search field leaves Ctrl+E to the page."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel

from crm_desktop.gui.widgets.inputs import MoneyInput
from crm_desktop.gui.widgets.search_input import SearchInput
from crm_desktop.gui.widgets.strip import Strip


def words(strip):
    return [part.text() for part in strip.findChildren(QLabel) if part.text()]


def test_what_a_cell_cannot_say_stands_in_the_strip_instead_of_the_hints(qtbot):
    strip = Strip()
    qtbot.addWidget(strip)
    strip.tell_problems(1, 2, "1 thing stops this", lambda: None, said="Line 1: This is not a number.")
    assert words(strip) == ["1 thing stops this", "Line 1: This is not a number."]
    strip.tell_problems(1, 2, "1 thing stops this", lambda: None)
    assert words(strip) == ["1 thing stops this", "2 hints"]
    strip.tell_problems(0, 2, "", lambda: None)
    assert strip.isHidden()


def test_ctrl_e_in_the_search_field_belongs_to_the_page(qtbot):
    search = SearchInput("Find")
    qtbot.addWidget(search)
    taken = {}
    for key in (Qt.Key.Key_E, Qt.Key.Key_A):
        override = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.ControlModifier)
        override.ignore()
        QApplication.sendEvent(search, override)
        taken[key] = override.isAccepted()
    assert taken == {Qt.Key.Key_E: False, Qt.Key.Key_A: True}


def test_an_amount_stays_the_same_number_in_another_currency(qtbot):
    amount = MoneyInput("EUR")
    qtbot.addWidget(amount)
    amount.set_value(12_000)
    amount.set_currency("JPY")
    assert amount.value() == 120
    amount.set_currency("EUR")
    assert amount.value() == 12_000
