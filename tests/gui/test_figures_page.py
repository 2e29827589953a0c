"""The figures page: the sums of the data file, the year that is chosen, and a report that opens."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QLabel

from crm_desktop.billing import drafts, invoices
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.gui import jobs
from crm_desktop.gui.pages.figures_page import FiguresPage
from crm_desktop.gui.parts import chart_acts, figure_period, periods
from crm_desktop.gui.parts.figure_card import FigureButton, FigureCard
from crm_desktop.gui.parts.figure_list import FigureList
from crm_desktop.gui.parts.figure_told import Columns, Told
from crm_desktop.gui.widgets import charts, dialogs
from crm_desktop.gui.widgets.chart_legend import Legend
from crm_desktop.insight import plans
from crm_desktop.sales import catalogue, opportunities, pipeline_stages

TODAY = date(2026, 11, 22)


@pytest.fixture
def page(qtbot, data_file):
    with dates.freeze(TODAY):
        profile.save({"name": "Atelier", "street": "Weg 1", "postcode": "20099", "city": "Hamburg", "tax_number": "1"})
        made = FiguresPage()
        qtbot.addWidget(made)
        made.resize(1060, 760)
        made.show()
        read(made, qtbot)
        yield made
        jobs.stop()


def read(page, qtbot, **args):
    """Enter the page and wait for its figures."""
    with qtbot.waitSignal(page.arrived, timeout=20000):
        page.activate(**args)


def card(page, key):
    return next(card for name, card in page.cards if name == key)


def sell(net, day=TODAY, currency="EUR"):
    buyer = customers.save({"company": "Café Ostwind", "street": "Weg 2", "postcode": "20099", "city": "Hamburg"})
    line = DraftLine(name="Lamp", price=Decimal(net), rate=Decimal(19))
    with dates.freeze(day):
        invoices.issue_draft(drafts.replace(drafts.begin(buyer), lines=(line,), currency=currency, issue_on=day))


def words(page):
    shown = [w.text() for w in page.findChildren(QLabel) if w.isVisibleTo(page)]
    return shown + [w.text() for w in page.findChildren(FigureButton) if w.isVisibleTo(page)]


def test_an_empty_file_pretends_nothing(page):
    page.show_view("overview")
    assert "Nothing is open" in words(page)
    assert card(page, "revenue").chart.empty_text == "Shows up after your first invoice."
    for key in ("satisfaction", "pay", "stages", "sources", "contracts", "customers"):
        assert card(page, key).figure.text() == "–", key
    assert not card(page, "pay").figure.isEnabled()


def test_the_figures_are_those_of_the_invoices(page, qtbot):
    sell("1000.00")
    sell("500.00", date(2025, 11, 3))
    read(page, qtbot)
    shown = words(page)
    assert "€1,000.00" in shown
    assert "100% ahead of the same days in 2025" in shown
    assert "Billed until 22 Nov in both years; the columns of the year before are whole months." in shown
    assert "Lost counts who was given the stage “Lost”. Who stopped buying stands in Customers, Understood." in shown
    assert "€1,785.00" in shown  # both are open, with tax
    assert "Nov: 2026 €1,000.00, 2025 €500.00" in card(page, "revenue").chart.accessibleDescription()
    assert card(page, "customers").chart.table()[1] == ["Café Ostwind", "1,000.00"]


def test_open_months_show_what_deals_are_likely_to_bring_on_top_of_what_is_there(page, qtbot):
    sell("1000.00")
    buyer = customers.save({"company": "Hotel"})
    stage = next(stage.id for stage in pipeline_stages.all_stages() if stage.code == "offer")
    for day in (date(2026, 11, 28), date(2026, 12, 10)):
        opportunities.save(
            {"customer_id": buyer, "title": "Lamps", "stage_id": stage, "value_minor": 40_000, "expected_on": day}
        )
    read(page, qtbot)
    told = card(page, "revenue").chart.accessibleDescription()
    assert "Nov: 2026 €1,000.00, With open deals €1,200.00" in told
    assert "Dec: 2026 €0.00, With open deals €200.00" in told
    assert "Oct: 2026 €0.00, 2025" in told
    assert card(page, "revenue").legend.text() == "2026, With open deals, 2025"
    forecast = card(page, "forecast")
    assert "Dec: Likely €200.00, All of it €400.00" in forecast.chart.accessibleDescription()
    assert forecast.chart.table()[1] == ["Nov", "€200.00", "€400.00"]
    assert forecast.legend.text() == "Likely, All of it"


def test_a_legend_that_finds_no_room_beside_the_heading_stands_above_the_chart(qtbot):
    made = FigureCard("Pipeline forecast", "columns")
    qtbot.addWidget(made)
    made.tell(
        Told("1", columns=Columns(["Dec"], [100], [], ("Likely", ""), "EUR", total=[200], total_name="All of it"))
    )
    made.resize(700, 300)
    made.show()
    assert made.legend.isVisible()
    made.resize(220, 300)
    below = next(legend for legend in made.findChildren(Legend) if legend is not made.legend)
    assert (made.legend.isVisible(), below.isVisible(), below.text()) == (False, True, "Likely, All of it")
    assert below.accessibleName() == "Likely: solid; All of it: dashed outline"


def test_product_groups_lead_to_the_documents_with_them(page, qtbot):
    assert card(page, "groups").chart.empty_text == "Shows up after your first invoice."
    sell("1000.00")
    read(page, qtbot)
    assert "Enter it in the price list" in card(page, "groups").chart.empty_text
    lamp = catalogue.save({"name": "Lamp", "price": Decimal(300), "rate_bp": 1900, "product_group": "Lamps"})
    buyer = customers.save({"company": "Hotel", "street": "Weg 3", "postcode": "20099", "city": "Hamburg"})
    line = DraftLine(name="Lamp", price=Decimal(3000), rate=Decimal(19), item_id=lamp)
    invoices.issue_draft(drafts.replace(drafts.begin(buyer), lines=(line,), issue_on=TODAY))
    read(page, qtbot)
    shown = card(page, "groups")
    assert (shown.figure.text(), shown.sentence.text()) == ("75%", "of it is Lamps")
    assert shown.chart.table()[1:] == [["Lamps", "3,000.00"], ["No product group", "1,000.00"]]
    (line,) = shown._told.bars_open[0].lines()
    assert (line.title, line.minor) == (db.value("SELECT number FROM document ORDER BY id DESC LIMIT 1"), 300_000)


def test_a_single_sale_has_nothing_to_be_compared_with(page, qtbot):
    sell("1000.00")
    read(page, qtbot)
    assert "Nothing to compare with: nothing was billed a year before" in words(page)


def test_what_is_open_stands_in_the_age_groups_of_the_report(page):
    assert [row[0] for row in card(page, "ages").chart.table()[1:]] == [
        "Not due yet", "1 to 30 days late", "31 to 60 days late", "61 to 90 days late", "Over 90 days late",
    ]  # fmt: skip


def test_any_period_can_be_shown(page, qtbot):
    sell("500.00", date(2025, 3, 3))
    sell("70.00", date(2025, 4, 1))
    with qtbot.waitSignal(page.arrived, timeout=20000):
        page._period.choose(periods.year(date(2025, 1, 1)))
    assert page._period.text() == "2025 against 2024"
    assert "€570.00" in words(page)
    for key in ("ages", "forecast", "contracts"):
        assert card(page, key).note.text() == "As of today, whatever the period."
    read(page, qtbot, first="2025-03-01", last="2025-03-31")
    assert card(page, "revenue").figure.text() == "€500.00"
    assert "3: This period €500.00, a year before €0.00" in card(page, "revenue").chart.accessibleDescription()
    with pytest.raises(ValidationError) as found:
        figure_period.check({"first": date(2026, 2, 1), "last": date(2026, 1, 1)})
    assert "lies before the first" in found.value.fields["last"]


def test_every_figure_opens_what_it_counts(page, qtbot, monkeypatch):
    sell("1000.00")
    read(page, qtbot)
    with qtbot.waitSignal(page.go) as went:
        card(page, "revenue").figure.click()
    assert went.args == ["invoices", {"view": "all", "period": "2026-01-01/2026-12-31"}]
    chart = card(page, "revenue").chart
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_Home)
    for _month in range(10):
        qtbot.keyClick(chart, Qt.Key.Key_Right)
    with qtbot.waitSignal(page.go) as went:
        qtbot.keyClick(chart, Qt.Key.Key_Return)
    assert went.args[1]["period"] == "2026-11-01/2026-11-30"
    monkeypatch.setattr(FigureList, "ask", lambda self: self._open(0))
    with qtbot.waitSignal(page.open_record) as opened:
        card(page, "came").figure.click()
    assert opened.args[0] == "customer"


def test_a_currency_is_chosen_and_others_are_named(page, qtbot):
    sell("1000.00")
    sell("300.00", currency="CHF")
    read(page, qtbot)
    assert card(page, "revenue").figure.text() == "€1,000.00"
    assert "Figures in CHF are not added" in card(page, "revenue").note.text()
    with qtbot.waitSignal(page.arrived, timeout=20000):
        next(act for act in page._money.menu().actions() if act.text() == "CHF").trigger()
    assert "300.00" in card(page, "revenue").figure.text()


def test_the_plan_stands_beside_the_revenue(page, qtbot):
    sell("1000.00")
    plans.save("EUR", {"2026-11": 200_000})
    read(page, qtbot)
    assert card(page, "revenue").note.text() == "50% of the plan of €2,000 is reached."
    assert "plan €2,000.00" in card(page, "revenue").chart.sentence(10)


def test_a_chart_is_copied_as_a_table_and_as_a_picture(page, qtbot):
    sell("1000.00")
    read(page, qtbot)
    chart_acts.copy_table(card(page, "revenue").chart)
    assert QGuiApplication.clipboard().text().splitlines()[11] == "Nov\t€1,000.00\t€0.00"
    assert "<td>Nov</td>" in QGuiApplication.clipboard().mimeData().html()
    chart_acts.copy_picture(card(page, "revenue"))
    assert not QGuiApplication.clipboard().pixmap().isNull()


def test_a_printed_chart_is_a_page(page, tmp_path):
    printer = QPrinter()
    printer.setOutputFileName(str(tmp_path / "chart.pdf"))
    chart_acts.paint_on(printer, card(page, "revenue").grab())
    assert (tmp_path / "chart.pdf").read_bytes().startswith(b"%PDF")


def test_the_report_is_a_workbook_with_the_invoices_of_the_year(page, qtbot, tmp_path, monkeypatch):
    sell("1000.00")
    target, opened = tmp_path / "journal.xlsx", []
    monkeypatch.setattr(dialogs, "choose_save_file", lambda *_args, **_options: target)
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    with qtbot.waitSignal(page.toast, timeout=20000) as told:
        page._save_report("journal")
    assert told.args[0] == "Saved journal.xlsx."
    sheet = openpyxl.load_workbook(target)["Invoices"]
    assert any(cell == 1190 for row in sheet.iter_rows(values_only=True) for cell in row)
    assert [u.fileName() for u in opened] == ["journal.xlsx"]


@pytest.mark.parametrize(("largest", "step"), [(0, 1), (399, 100), (401, 200), (1701200, 500000), (2000000, 500000)])
def test_grid_lines_stand_at_round_values_and_hold_the_largest(largest, step):
    assert charts.nice_step(largest) == step
    assert charts.nice_step(largest) * 4 >= largest
