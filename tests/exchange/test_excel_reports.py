"""Reports for Excel: every figure is that of the data file, text stays text, currencies stay apart."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import formulas

from crm_desktop.billing import credit_notes, drafts, invoices, payments
from crm_desktop.billing.document import RECEIPT, DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates, i18n
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.exchange import excel_reports
from crm_desktop.exchange import report_workbook as wb

TODAY = date(2026, 11, 24)


def bill(customer, day, *prices, currency="EUR"):
    """Issue an invoice with lines at 19 and 7 per cent in turn."""
    lines = tuple(
        DraftLine(name=f"Work {place}", price=Decimal(price), rate=Decimal((19, 7)[place % 2]))
        for place, price in enumerate(prices)
    )
    return invoices.issue_draft(replace(drafts.begin(customer), lines=lines, issue_on=day, currency=currency))


@pytest.fixture
def business(data_file):
    """Two customers, one with a dangerous name; invoices in two currencies, a credit note, a part payment, a receipt."""
    with dates.freeze(TODAY):
        profile.save(
            {"name": "Werk & Statt", "street": "Kai 1", "postcode": "20457", "city": "Hamburg", "tax_number": "22/1"}
        )
        address = {"street": "Kai 7", "postcode": "01067", "city": "Dresden", "country": "DE"}
        evil = customers.save({"company": '=HYPERLINK("http://x","y")', **address, "phone": "+49 40 1"})
        swiss = customers.save({"company": "Zürcher Lampen AG", **address, "country": "CH"})
        bill(evil, date(2026, 1, 15), "100.00", "50.00")
        first = bill(evil, date(2026, 2, 10), "1000.00")
        wrong = bill(evil, date(2026, 11, 2), "80.00", "20.00")
        bill(swiss, date(2026, 11, 5), "300.00", currency="CHF")
        bill(evil, date(2026, 11, 20), "10.00")
        credit_notes.cancel(wrong.id)
        payments.record(first.id, Decimal("400.00"), date(2026, 11, 10))
        counter = replace(
            drafts.begin(kind=RECEIPT),
            lines=(DraftLine(name="Bulb", price=Decimal(12), rate=Decimal(19)),),
            paid_at_issue="cash",
        )
        invoices.issue_draft(counter)
        yield first


def report(tmp_path, kind, **period):
    """Write a report and open it."""
    path = tmp_path / f"{kind}.xlsx"
    excel_reports.write(kind, path, **period)
    return openpyxl.load_workbook(path)


YEAR = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}


def find(sheet, text):
    """The row in whose first column a text stands."""
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 2).value == text)


def test_the_sums_of_the_journal_are_those_of_the_data_file(business, tmp_path):
    book = report(tmp_path, "journal", **YEAR)
    for currency in ("EUR", "CHF"):
        sheet = book[f"Invoices {currency}"]
        row = find(sheet, "Sum")
        found = [formulas.value(book, sheet.title, f"{letter}{row}") for letter in "HIJ"]
        sign = "CASE WHEN kind = 'credit_note' THEN -1 ELSE 1 END"
        expected = db.one(
            f"SELECT sum({sign} * tax_basis_minor), sum({sign} * tax_total_minor), sum({sign} * grand_total_minor) "
            "FROM document WHERE state = 'issued' AND currency = ?",
            [currency],
        )
        assert [number * 100 for number in found] == list(expected)


def test_tax_per_rate_and_month_adds_up_to_the_same(business, tmp_path):
    book = report(tmp_path, "journal", **YEAR)
    sheet = book["Summary"]
    rate = find(sheet, "19%")
    expected = db.one(
        "SELECT sum(CASE WHEN d.kind = 'credit_note' THEN -t.basis_minor ELSE t.basis_minor END), "
        "sum(CASE WHEN d.kind = 'credit_note' THEN -t.tax_minor ELSE t.tax_minor END) FROM document_tax t "
        "JOIN document d ON d.id = t.document_id WHERE t.rate_bp = 1900 AND d.currency = 'EUR'"
    )
    assert [formulas.value(book, "Summary", f"{letter}{rate}") * 100 for letter in "DE"] == list(expected)
    month = find(sheet, "November 2026")
    expected = db.one(
        "SELECT count(*), sum(CASE WHEN kind = 'credit_note' THEN -tax_basis_minor ELSE tax_basis_minor END) FROM document "
        "WHERE state = 'issued' AND currency = 'EUR' AND issue_on LIKE '2026-11-%'"
    )
    assert formulas.value(book, "Summary", f"C{month}") == expected[0]
    assert formulas.value(book, "Summary", f"D{month}") * 100 == expected[1]
    months = range(month - 10, month + 1)
    assert sum(formulas.value(book, "Summary", f"D{row}") for row in months) == formulas.value(book, "Summary", "B7")


def test_only_documents_of_the_period_are_listed(business, tmp_path):
    book = report(tmp_path, "journal", first=date(2026, 11, 1), last=date(2026, 11, 30))
    assert book["Summary"]["B3"].value == "Invoice journal, November 2026"
    days = [cell.value for cell in book["Invoices EUR"]["B"][6:] if isinstance(cell.value, datetime)]
    assert days
    assert all((day.year, day.month) == (2026, 11) for day in days)


def test_open_items_by_age_are_those_of_the_data_file(business, tmp_path):
    book = report(tmp_path, "open-items", last=TODAY)
    sheet = book["Summary"]
    open_eur = db.value(
        "SELECT sum(b.open_minor) FROM document_balance b JOIN document d ON d.id = b.id WHERE d.currency = 'EUR'"
    )
    assert formulas.value(book, "Summary", "B7") * 100 == open_eur
    late = db.value(
        "SELECT sum(b.open_minor) FROM document_balance b JOIN document d ON d.id = b.id "
        "WHERE d.currency = 'EUR' AND b.due_on < '2026-11-24' AND b.open_minor > 0"
    )
    assert formulas.value(book, "Summary", "C7") * 100 == late
    over = find(sheet, "over 90 days late")
    old = db.value(
        "SELECT sum(b.open_minor) FROM document_balance b JOIN document d ON d.id = b.id "
        "WHERE d.currency = 'EUR' AND julianday('2026-11-24') - julianday(b.due_on) > 90"
    )
    assert formulas.value(book, "Summary", f"D{over}") * 100 == old
    total = over + 1
    assert formulas.value(book, "Summary", f"D{total}") * 100 == open_eur
    assert round(formulas.value(book, "Summary", f"E{total}"), 9) == 1


def test_what_was_paid_after_the_day_counts_as_open(business, tmp_path):
    book = report(tmp_path, "open-items", last=date(2026, 1, 31))
    assert formulas.value(book, "Summary", "B7") == Decimal("172.50")


def test_customers_show_net_and_open_per_currency(business, tmp_path):
    sheet = report(tmp_path, "customers", **YEAR)["Customers"]
    heads = [cell.value for cell in sheet[6]]
    assert {"Net EUR", "Open EUR", "Net CHF", "Open CHF"} <= set(heads)
    row = find(sheet, db.value("SELECT number FROM customer WHERE name LIKE 'Zürcher%'"))
    assert sheet.cell(row, heads.index("Net CHF") + 1).value == 300
    assert sheet.cell(row, heads.index("Net EUR") + 1).value == 0
    assert sheet.cell(row, heads.index("Postcode") + 1).value == "01067"


def test_text_that_begins_like_a_formula_stays_text(business, tmp_path):
    sheet = report(tmp_path, "customers", **YEAR)["Customers"]
    cells = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    for start in ("=HYPERLINK", "+49"):
        found = [cell for cell in cells if cell.value.startswith(start)]
        assert found
        assert all(cell.data_type == "s" for cell in found)
        assert all(cell.quotePrefix for cell in found)


def test_numbers_are_numbers_and_days_are_days(business, tmp_path):
    sheet = report(tmp_path, "journal", **YEAR)["Invoices EUR"]
    assert isinstance(sheet["B7"].value, datetime)
    assert sheet["H7"].value == 150
    assert sheet["H7"].number_format.startswith("#,##0.00")
    assert sheet["B7"].number_format == "d mmm yyyy"


def test_lists_can_be_filtered_stay_readable_and_print_on_a4(business, tmp_path):
    book = report(tmp_path, "journal", **YEAR)
    sheet = book["Invoices EUR"]
    (table,) = sheet.tables.values()
    assert table.ref.startswith("B6:")
    assert table.autoFilter is not None
    assert sheet.freeze_panes == "A7"
    assert sheet.print_title_rows == "$6:$6"
    for each in book:
        assert not each.sheet_view.showGridLines
        assert (each.page_setup.paperSize, each.page_setup.fitToWidth) == (9, 1)
        assert each.sheet_properties.pageSetUpPr.fitToPage
        assert "&&" in each.oddFooter.left.text or "& Stat" in each.oddFooter.left.text
    assert len(book["Summary"]._charts) == 1


def test_a_business_without_invoices_gets_empty_reports(data_file, tmp_path):
    for kind in excel_reports.KINDS:
        assert report(tmp_path, kind).sheetnames


def test_a_german_screen_gets_german_dates(business, tmp_path):
    i18n.use_language("de")
    book = report(tmp_path, "journal", **YEAR)
    assert book.worksheets[-1]["B7"].number_format == "dd.mm.yyyy"


def test_a_file_that_cannot_be_written_says_what_to_do_and_leaves_nothing(business, tmp_path):
    target = tmp_path / "report.xlsx"
    target.mkdir()
    with pytest.raises(Problem, match=r"report\.xlsx"):
        excel_reports.write("journal", target)
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_unknown_reports_and_turned_periods_are_refused(business, tmp_path):
    with pytest.raises(UserError, match="journal"):
        excel_reports.write("sales", tmp_path / "x.xlsx")
    with pytest.raises(UserError, match="Exchange"):
        excel_reports.write("journal", tmp_path / "x.xlsx", date(2026, 2, 1), date(2026, 1, 1))


ODD = ["=1+1", "-5 apples", "<b>&", " led", "trail ", "two\nlines", "", "a\x01b", "no\u00a0break", "@x", "+49 40"]


def test_whole_columns_are_written_as_each_of_their_cells_would_be(tmp_path):
    number = 1_050
    texts = [f"plain {n}" for n in range(number)]
    odd = [*texts[: -len(ODD)], *ODD]
    mixed = [(None, 5, Decimal("1.50"), date(2026, 11, 24), "word", date(1800, 1, 1))[n % 6] for n in range(number)]
    columns = tuple(wb.Column(heading=text) for text in ("Plain", "Odd", "Mixed"))
    block = wb.Block(name="T", columns=columns, rows=list(zip(texts, odd, mixed, strict=True)), sums=False)
    sheet = wb.Sheet(name="S", title="T", note="", blocks=(block,))
    wb.write(tmp_path / "odd.xlsx", [sheet], company="", title="T")
    read = openpyxl.load_workbook(tmp_path / "odd.xlsx")["S"]
    rows = list(read.iter_rows(min_row=7, max_row=6 + number, min_col=2, max_col=4))
    assert [row[0].value for row in rows] == texts
    kept = [text.replace("\x01", "") for text in odd]
    assert [row[1].value for row in rows] == kept
    assert {row[1].data_type for row in rows[-len(ODD) :] if row[1].value} <= {"s", "inlineStr"}
    assert [row[1].quotePrefix for row in rows[-len(ODD) :]] == [text.startswith(("=", "-", "@", "+")) for text in ODD]
    for place, row in enumerate(rows):
        wanted = mixed[place]
        found = row[2].value
        if place % 6 == 3:
            assert row[2].value in (46350, datetime(2026, 11, 24))  # noqa: DTZ001
        elif place % 6 == 5:
            assert found == "1800-01-01"
        else:
            assert found == (float(wanted) if isinstance(wanted, Decimal) else wanted)
