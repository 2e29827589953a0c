"""Clean data in the window: findings old beside new, mended with one key and taken back with Ctrl+Z, or called right."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crm_desktop.customers import customers
from crm_desktop.gui import jobs
from tests.gui.hands import CTRL


@pytest.fixture
def page(window, qtbot):
    customers.save({"company": "mÃ¼ller gmbh", "city": "HAMBURG"})
    customers.save({"first_name": "ANNA", "last_name": "Becker", "email": "anna@gmial.com"})
    window.pages.go("cleaning")
    qtbot.waitUntil(lambda: not jobs.busy())
    return window.pages.page()


def shown(page):
    return [(row.old, row.new) for row in page.rows(page.model.ids)]


def test_old_stands_beside_new_and_views_count(page):
    assert shown(page) == [
        ("mÃ¼ller gmbh", "müller gmbh"), ("ANNA", "Anna"), ("HAMBURG", "Hamburg"), ("anna@gmial.com", "anna@gmail.com"),
    ]  # fmt: skip
    assert page.counts()["case"] == 2


def test_all_selected_are_mended_at_once_and_come_back(page, window, qtbot):
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_A, CTRL)
    page.primary()
    qtbot.waitUntil(lambda: not jobs.busy())
    assert [customers.get(i).name for i in (1, 2)] == ["müller gmbh", "Anna Becker"]
    qtbot.waitUntil(lambda: shown(page) == [("müller gmbh", "Müller GmbH")])


def test_one_line_is_mended_with_enter(page, qtbot):
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    page.table.select_id(page.model.ids[1])
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not jobs.busy())
    assert customers.get(2).first_name == "Anna"
    assert customers.get(1).city == "HAMBURG"


def test_what_is_right_is_not_asked_about_again(page, qtbot):
    page.table.setFocus()
    page.table.select_id(page.model.ids[1])
    QTest.keyClick(page.table, Qt.Key.Key_N)
    assert ("ANNA", "Anna") not in shown(page)
    page.look()
    qtbot.waitUntil(lambda: not jobs.busy())
    assert ("ANNA", "Anna") not in shown(page)
    assert customers.get(2).first_name == "ANNA"
