"""A customer as of a day, from the menu of the card."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QLabel

from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.gui.main_window import MainWindow


def texts(window: MainWindow) -> list[str]:
    return [found.text() for found in window.pages.page().findChildren(QLabel) if not found.isHidden()]


def test_then_and_now_side_by_side(window: MainWindow, qtbot):
    with dates.freeze(date(2026, 3, 2)):
        made = customers.save({"company": "Ostwind", "city": "Kiel"})
    with dates.freeze(date(2026, 6, 1)):
        customers.save({"city": "Hamburg"}, made)
    window.open_record("customer", made)
    menu = window.pages.page()._menu
    menu.aboutToShow.emit()
    next(act for act in menu.actions() if act.text() == "As of a day…").trigger()
    page = window.pages.page()
    assert page.key == "as_of"
    page.day.setText("2026-05-31")
    qtbot.waitUntil(lambda: "Kiel" in texts(window))
    shown = texts(window)
    assert "Hamburg" in shown
    assert "1 entry has changed since." in shown
    page.day.setText("2026-03-01")
    assert "On this day the customer was not in the file yet." in texts(window)
    page.day.setText("2026-06-02")
    assert "Nothing has changed since." in texts(window)
    window.go_back()
    assert window.pages.page().key == "customer"
