"""Today in the window: what has room in a line and in the pane, where a click acts, the list behind the last line, very much."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from crm_desktop.activity import reminders, touch
from crm_desktop.billing import payments
from crm_desktop.core import dates
from crm_desktop.insight import today
from tests.gui.hands import PATIENCE_MS, add_customer, fill_company, issue

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _frozen():
    with dates.freeze(TODAY):
        yield


@pytest.fixture
def page(window, qtbot):
    """Today over a company that may issue invoices."""
    fill_company()
    return _entered(window, qtbot)


def _entered(window, qtbot):
    window.show_page("today")
    found = window.pages.page()
    found.activate()
    qtbot.wait(20)
    return found


def _titles(page) -> list[str]:
    return [page.list.tasks.task(place).title for place in page.list.tasks.places()]


def test_a_long_title_and_note_stay_within_the_pane_and_use_the_room_of_the_line(page, window, qtbot):
    title = "Chandelier of the Petersen-Brandenburg family to be polished and packed until Friday " * 2
    reminders.save(title, TODAY, note="With red candles and the old hook that lies in the workshop since October. " * 2)
    window.resize(1280, 800)
    page = _entered(window, qtbot)
    qtbot.waitUntil(lambda: page.pane._what.text() == title.strip())
    area = page.pane.findChild(QScrollArea)
    qtbot.waitUntil(lambda: area.widget().width() <= area.viewport().width())
    assert area.widget().minimumSizeHint().width() <= area.viewport().width()


def test_a_click_beside_a_short_act_does_nothing(page, window, qtbot, answers):
    reminders.save("Ring up", TODAY)
    answers.append("")
    page = _entered(window, qtbot)
    found = page.list.visualRect(page.list.model().index(page.list.tasks.places()[0], 0))
    done = []
    page.list.acted.connect(done.append)
    for left, acts in ((150, []), (60, ["do"])):
        place = QPoint(page.list.viewport().width() - left, found.center().y())
        qtbot.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert done == acts


def test_those_that_are_not_named_are_opened_as_a_list(page, window, qtbot, monkeypatch):
    monkeypatch.setattr(touch, "MOST", 1)
    monkeypatch.setattr(touch, "_DUE", touch._DUE.replace("LIMIT 100", "LIMIT 1"))
    add_customer("Heard from")
    for name in ("Hotel Alsterblick", "Cafe Ostwind", "Zoo"):
        with dates.freeze(date(2026, 1, 1)):
            customer = add_customer(name)
        touch.keep_in_touch(customer, 60)
    page = _entered(window, qtbot)
    assert _titles(page)[-1] == "2 more customers were not heard from"
    page.list.setCurrentIndex(page.list.model().index(page.list.tasks.places()[-1], 0))
    page.primary()
    assert window.pages.key() == "customers"
    found = window.pages.page()
    qtbot.waitUntil(lambda: [row.name for row in found.rows(list(found.model.ids))] == [
        "Cafe Ostwind", "Hotel Alsterblick", "Zoo",
    ])  # fmt: skip


def test_what_was_paid_says_of_which_days_and_against_which_year(page, window, qtbot):
    buyer = add_customer("Cafe Ostwind")
    with dates.freeze(date(2026, 10, 29)):
        late_invoice = issue(buyer, price="100")
    payments.record(late_invoice.id, Decimal(50), date(2026, 11, 20))
    with dates.freeze(date(2025, 11, 20)):
        before = issue(buyer, price="100")
    payments.record(before.id, Decimal(100), date(2025, 11, 20))
    _entered(window, qtbot)
    part = next(w for w in page._figures.findChildren(QWidget) if w.accessibleName().startswith("Paid"))
    assert part.accessibleName() == "Paid 1 Nov to 24 Nov: €50.00. 50% below 2025"
    assert "against the same days a year before" in part.toolTip()
    assert "what was billed, without tax" in part.accessibleDescription()


def test_very_much_is_gathered_beside_the_window_and_what_changes_meanwhile_is_not_lost(window, qtbot, monkeypatch):
    fill_company()
    buyer = add_customer("Cafe Ostwind")
    with dates.freeze(date(2026, 10, 29)):
        issue(buyer, price="100")
    monkeypatch.setattr(today, "MUCH", 0)
    go_on, threads, plain = threading.Event(), [], today.tasks

    def gather():
        threads.append(threading.current_thread())
        assert go_on.wait(PATIENCE_MS / 1000)
        return plain()

    monkeypatch.setattr(today, "tasks", gather)
    window.show_page("today")
    page = window.pages.page()
    assert _titles(page) == []
    reminders.save("Ring up", TODAY)
    page.refresh()
    go_on.set()
    qtbot.waitUntil(lambda: "Ring up" in _titles(page))
    assert _titles(page)[0].startswith("Cafe Ostwind has not paid")
    assert threading.main_thread() not in threads
    assert page._number.text() == "2 things to do"
