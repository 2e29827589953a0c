"""Ctrl+C in a list puts the selected rows on the clipboard as they are shown, with headings, and no formula."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from crm_desktop.customers import customers
from crm_desktop.gui.widgets import list_copy
from tests.gui.hands import CTRL


def test_selected_rows_go_to_the_clipboard_as_they_are_shown(window):
    for name, city in (("=HYPERLINK(1)", "Kiel"), ("Ostwind", "Hamburg")):
        customers.save({"company": name, "city": city, "phone": "+49 40 123"})
    window.pages.go("customers")
    page = window.pages.page()
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_A, CTRL)
    QTest.keyClick(page.table, Qt.Key.Key_C, CTRL)
    found = QGuiApplication.clipboard().mimeData()
    lines = [line.split("\t") for line in found.text().strip("\n").split("\n")]
    assert lines[0][0] == "Customer"
    assert sorted(line[0] for line in lines[1:]) == ["'=HYPERLINK(1)", "Ostwind"]
    assert len({len(line) for line in lines}) == 1
    assert ">=HYPERLINK(1)</td>" in found.html()
    assert "mso-number-format" in found.html()


def test_a_list_of_findings_is_copied_too(window, qtbot):
    from crm_desktop.gui import jobs

    customers.save({"company": "MÜLLER"})
    window.pages.go("cleaning")
    qtbot.waitUntil(lambda: not jobs.busy())
    page = window.pages.page()
    page.table.setFocus()
    page.table.select_first()
    QTest.keyClick(page.table, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text().splitlines()[1].split("\t")[2:4] == ["MÜLLER", "Müller"]


def test_amounts_are_copied_so_that_a_spreadsheet_counts_them():
    assert list_copy._plain("\u2066\u22121.234,50\u2069", is_text=False) == "-1.234,50"
    assert list_copy._plain("5\u22126", is_text=True) == "5\u22126"
