"""The figures page: the sums of the data file, the year that is chosen, and a report that opens."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel

from crm_desktop.billing import drafts, invoices
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.gui import jobs
from crm_desktop.gui.pages.figures_page import FiguresPage
from crm_desktop.gui.widgets import charts, dialogs

TODAY = date(2026, 11, 22)


@pytest.fixture
def page(qtbot, data_file):
    with dates.freeze(TODAY):
        profile.save({"name": "Atelier", "street": "Weg 1", "postcode": "20099", "city": "Hamburg", "tax_number": "1"})
        made = FiguresPage()
        qtbot.addWidget(made)
        made.resize(1060, 760)
        made.show()
        made.activate()
        yield made


def sell(net, day=TODAY):
    buyer = customers.save({"company": "Café Ostwind", "street": "Weg 2", "postcode": "20099", "city": "Hamburg"})
    line = DraftLine(name="Lamp", price=Decimal(net), rate=Decimal(19))
    with dates.freeze(day):
        invoices.issue_draft(drafts.replace(drafts.begin(buyer), lines=(line,)))


def words(page):
    return [w.text() for w in page.findChildren(QLabel) if w.isVisibleTo(page)]


def test_an_empty_file_says_when_figures_show_up(page):
    assert "Nothing is open" in words(page)
    assert "Shows up after your first invoice." in words(page)


def test_the_figures_are_those_of_the_invoices(page):
    sell("1000.00")
    sell("500.00", date(2025, 11, 3))
    page.refresh()
    shown = words(page)
    assert "€1,000.00" in shown
    assert "100% ahead of the same months in 2025" in shown
    assert "€1,785.00" in shown  # both are open, with tax
    assert "Nov: 2026 €1,000.00, 2025 €500.00" in page.findChild(charts.ColumnChart).accessibleDescription()


def test_what_is_open_stands_in_the_age_groups_of_the_report(page):
    assert [w for w in words(page) if w.endswith(("late", "yet"))] == [
        "Not due yet", "1 to 30 days late", "31 to 60 days late", "61 to 90 days late", "Over 90 days late",
    ]  # fmt: skip


def test_another_year_can_be_chosen(page):
    sell("500.00", date(2025, 3, 3))
    page.refresh()
    next(act for act in page._years.menu().actions() if act.text() == "2025").trigger()
    assert "2025 against 2024" in page._years.text()
    assert "€500.00" in words(page)


def test_the_report_is_a_workbook_with_the_invoices_of_the_year(page, qtbot, tmp_path, monkeypatch):
    sell("1000.00")
    target, opened = tmp_path / "journal.xlsx", []
    monkeypatch.setattr(dialogs, "choose_save_file", lambda *_args, **_options: target)
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    with qtbot.waitSignal(page.toast, timeout=20000) as told:
        page.export()
    assert told.args[0] == "Saved journal.xlsx."
    jobs.stop()
    sheet = openpyxl.load_workbook(target)["Invoices"]
    assert any(cell == 1190 for row in sheet.iter_rows(values_only=True) for cell in row)
    assert [u.fileName() for u in opened] == ["journal.xlsx"]


@pytest.mark.parametrize(("largest", "step"), [(0, 1), (399, 100), (401, 200), (1701200, 500000), (2000000, 500000)])
def test_grid_lines_stand_at_round_values_and_hold_the_largest(largest, step):
    assert charts.nice_step(largest) == step
    assert charts.nice_step(largest) * 4 >= largest
