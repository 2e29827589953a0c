"""A workbook edited in Excel comes back through Import: reviewed, taken over, and never deletes silently."""

from __future__ import annotations

import openpyxl
import pytest
from PySide6.QtWidgets import QFileDialog, QLabel

from crm_desktop.customers import customers
from crm_desktop.gui import jobs
from crm_desktop.gui.widgets.buttons import Button


@pytest.fixture
def book(window, qtbot, tmp_path, monkeypatch):
    """Three customers, saved by the button of the list, then edited: one cell, one conflict, one row deleted, one new."""
    for name in ("Ostwind", "Nordwind", "Weg GmbH"):
        customers.save({"company": name})
    path = tmp_path / "customers.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(path), ""))
    window.pages.go("customers")
    button = next(b for b in window.pages.page().findChildren(Button) if b.text() == "Edit in Excel")
    button.click()
    qtbot.waitUntil(lambda: not jobs.busy())
    found = openpyxl.load_workbook(path)
    sheet = found.worksheets[0]
    names = {sheet.cell(row, 4).value: row for row in range(2, 5)}
    town = [c.value for c in sheet[1]].index("Town") + 1
    sheet.cell(names["Ostwind"], town).value = "Dresden"
    sheet.cell(names["Nordwind"], town).value = "Kiel"
    sheet.cell(6, 4).value = "Neu AG"
    sheet.delete_rows(names["Weg GmbH"])
    found.save(path)
    customers.save({"city": "Husum"}, 2)
    return path


@pytest.fixture
def page(window, qtbot, book):
    window.pages.go("import", {"path": str(book)})
    qtbot.waitUntil(lambda: not jobs.busy())
    return window.pages.page()


def shown(page):
    return sorted((row.difference.kind, row.customer, row.wanted) for row in page.rows(page.model.ids))


def test_import_knows_the_workbook_and_shows_the_differences(page):
    assert page.key == "edited"
    assert shown(page)[:3] == [
        ("change", "Ostwind", "Dresden"),
        ("conflict", "Nordwind", "Kiel"),
        ("gone", "Weg GmbH", ""),
    ]
    assert shown(page)[3][:2] == ("new", "Neu AG")


def test_changes_and_new_rows_are_taken_over_and_the_rest_stays(page, qtbot):
    page.primary()
    qtbot.waitUntil(lambda: not jobs.busy() and len(shown(page)) == 3)
    assert [customers.get(i).city for i in (1, 2)] == ["Dresden", "Husum"]
    assert customers.get(4).name == "Neu AG"
    assert not customers.get(3).deleted_at


def test_a_missing_row_is_deleted_only_when_asked_for(page, qtbot, answers):
    row = next(r for r in page.rows(page.model.ids) if r.customer == "Weg GmbH")
    page.table.select_id(row.id)
    answers.append("")
    page._take_selected()
    assert not customers.get(3).deleted_at
    answers.append("act")
    page._take_selected()
    qtbot.waitUntil(lambda: not jobs.busy())
    assert customers.get(3).deleted_at


def test_a_whole_company_is_shown_the_way_to_the_backup(window, tmp_path):
    from crm_desktop.exchange import everything

    path = tmp_path / "everything.json"
    everything.write(path)
    window.pages.go("import", {"path": str(path)})
    page = window.pages.page()
    assert page.key == "import"
    assert any("Settings, Backup" in label.text() for label in page.findChildren(QLabel))
