"""The page of saved reports: made, written again, deleted."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from PySide6.QtGui import QDesktopServices

from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.exchange import saved_reports
from crm_desktop.gui import jobs
from crm_desktop.gui.pages.reports_page import ReportsPage
from crm_desktop.gui.parts import figure_report_form
from crm_desktop.gui.widgets import dialogs


@pytest.fixture
def page(qtbot, data_file):
    with dates.freeze(date(2026, 11, 22)):
        made = ReportsPage()
        qtbot.addWidget(made)
        made.resize(1060, 760)
        made.show()
        made.activate()
        yield made
        jobs.stop()


def answer(monkeypatch, *answers):
    """Fill in dialogs one after the other, each over the values that it starts with, as a user would."""
    waiting = list(answers)

    def fill_in(_heading, _fields, values, *, act, check=None, text=""):
        found = dict(values) | waiting.pop(0)
        if check is not None:
            check(found)
        return found

    monkeypatch.setattr(dialogs, "fill_in", fill_in)


def test_an_empty_page_says_what_a_saved_report_is(page):
    assert page._empty.isVisible()
    assert not page.table.isVisible()


def test_an_own_report_is_made_written_and_deleted(page, qtbot, monkeypatch, tmp_path):
    for name, city in (("Café", "Kiel"), ("Werft", "Kiel"), ("Kontor", "Bremen")):
        customers.save({"company": name, "city": city})
    answer(monkeypatch, {"name": "By town", "kind": "list"}, {"table": "customers"}, {"group": "city"})
    page.new()
    assert page.table.count() == 1
    assert saved_reports.find("By town").own.group == "city"
    target = tmp_path / "own.xlsx"
    monkeypatch.setattr(dialogs, "choose", lambda *_args: "write")
    monkeypatch.setattr(dialogs, "choose_save_file", lambda *_args, **_options: target)
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: True)
    with qtbot.waitSignal(page.toast, timeout=20000):
        page.table.press(0)
    lines = openpyxl.load_workbook(target)["Summary"].iter_rows(min_row=7, min_col=2, max_col=3, values_only=True)
    assert [line for line in lines if line[0]][:2] == [("Bremen", 1), ("Kiel", 2)]
    monkeypatch.setattr(dialogs, "choose", lambda *_args: "delete")
    page.table.press(0)
    assert saved_reports.all_reports() == []


def test_a_report_of_today_opens_its_form(page, monkeypatch):
    report_id = saved_reports.save({"name": "Month", "kind": "journal"})
    asked = []
    monkeypatch.setattr(figure_report_form, "ask", asked.append)
    page.activate(id=report_id)
    assert asked == [report_id]


def test_a_report_that_could_not_be_written_says_why_and_is_tried_again(page, qtbot, monkeypatch, tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    report_id = saved_reports.save({"name": "Month", "kind": "journal", "schedule": "monthly", "folder": str(folder)})
    folder.rmdir()
    with dates.freeze(date(2026, 12, 2)):
        said = []
        monkeypatch.setattr(dialogs, "choose", lambda _heading, words, acts: said.append((words, acts)) or "")
        page.activate(id=report_id)
        assert f"Not written: The folder {folder} is not there." in said[0][0]
        assert ("again", "Try again") in said[0][1]
        folder.mkdir()
        monkeypatch.setattr(dialogs, "choose", lambda *_args: "again")
        with qtbot.waitSignal(page.toast, timeout=20000):
            page.table.press(0)
        assert [file.name for file in folder.iterdir()] == ["Month 2026-11-01 2026-11-30.xlsx"]
        assert page.problems == {}
