"""Reports for the bookkeeper: VAT figures and payments, as workbooks and as CSV."""

from __future__ import annotations

import csv
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import formulas

from crm_desktop.billing import drafts, dunning, dunning_letters, dunning_levels, invoices, payments
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import numbering, profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Problem
from crm_desktop.customers import customers
from crm_desktop.exchange import excel_reports
from crm_desktop.insight import vat_figures

YEAR = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}


@pytest.fixture
def business(data_file):
    """Invoices at two rates, in two currencies and to a business in Austria; a part payment and an over-payment."""
    with dates.freeze(date(2026, 11, 24)):
        profile.save(
            {"name": "Werk", "street": "Kai 1", "postcode": "20457", "city": "Hamburg", "vat_id": "DE136695976"}
        )
        here = customers.save({"company": "=Evil()", "street": "Kai 7", "city": "Dresden", "country": "DE"})
        vienna = customers.save(
            {"company": "Wien GmbH", "street": "Ring 1", "city": "Wien", "country": "AT", "vat_id": "ATU13585627"}
        )
        first = bill(here, ("100.00", "S", 19), ("50.00", "S", 7))
        bill(here, ("200.00", "S", 19), currency="CHF")
        bill(vienna, ("300.00", "K", 0))
        payments.record(first.id, Decimal("100.00"), date(2026, 11, 20))
        second = bill(here, ("10.00", "S", 19))
        payments.record(second.id, Decimal("20.00"), date(2026, 11, 21), reference="+12", keep_credit=True)
        yield


def bill(customer, *amounts, **more):
    """Issue an invoice; `amounts` are price, category and rate."""
    lines = tuple(DraftLine(name="Work", price=Decimal(p), category=c, rate=Decimal(r)) for p, c, r in amounts)
    return invoices.issue_draft(replace(drafts.begin(customer), lines=lines, issue_on=date(2026, 11, 3), **more))


def report(tmp_path, kind):
    """Write a report and open it."""
    path = tmp_path / f"{kind}.xlsx"
    excel_reports.write(kind, path, **YEAR)
    return openpyxl.load_workbook(path)


def table(book, title):
    """The rows of the summary below a title, up to the next empty row, formulas worked out."""
    sheet = book["Summary"]
    start = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 2).value == title) + 2
    rows = []
    for row in range(start, sheet.max_row + 1):
        if not sheet.cell(row, 2).value or sheet.cell(row, 2).value == "Sum":
            break
        rows.append([formulas.value(book, "Summary", f"{letter}{row}") for letter in "BEF"])
    return rows


def test_the_vat_workbook_says_what_the_figures_say(business, tmp_path):
    book = report(tmp_path, "vat")
    for method, name in (("agreed", "Agreed"), ("received", "Received")):
        for currency in ("EUR", "CHF"):
            expected = [
                [s.basis_minor, s.tax_minor]
                for s in vat_figures.figures(*YEAR.values(), method).sums()
                if s.currency == currency
            ]
            if expected:
                found = table(book, f"{name}, {currency}")
                assert [[net * 100, tax * 100] for _label, net, tax in found] == expected
    assert [row[0] for row in table(book, "Agreed, EUR")] == ["19%", "7%", "within the EU"]


def test_sales_to_the_union_stand_with_their_vat_ids(business, tmp_path):
    sheet = report(tmp_path, "vat")["Summary"]
    row = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 2).value == "ATU13585627")
    assert [sheet.cell(row, c).value for c in (3, 4, 5, 6)] == ["Wien GmbH", "Goods", "EUR", 300]


def test_the_list_of_payments_says_what_was_settled_and_what_is_left(business, tmp_path):
    path = tmp_path / "payments.csv"
    excel_reports.write("payments", path, **YEAR)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["Date"], r["Amount"], r["Settled"], r["Left as credit"]) for r in rows] == [
        ("2026-11-20", "100.00", "100.00", "0.00"),
        ("2026-11-21", "20.00", "11.90", "8.10"),
    ]
    assert rows[1]["Reference"] == "'+12"
    assert rows[0]["Customer"] == "'=Evil()"


def test_the_journal_as_csv_holds_all_currencies_with_their_names(business, tmp_path):
    path = tmp_path / "journal.csv"
    excel_reports.write("journal", path, **YEAR)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(r["Currency"] for r in rows) == ["CHF", "EUR", "EUR", "EUR"]
    assert {r["Gross"] for r in rows if r["Currency"] == "CHF"} == {"238.00"}
    with pytest.raises(Problem, match="could not be written"):
        excel_reports.write("journal", tmp_path / "gone" / "journal.csv", **YEAR)


def test_the_report_of_numbers_has_a_row_per_series_with_its_remarks(business, tmp_path):
    bill(1, ("1.00", "S", 19))
    sheet = report(tmp_path, "numbers")["Numbers"]
    assert [sheet.cell(7, column).value for column in range(2, 11)] == [
        "Invoice", "2026", "INV-2026-0001", "INV-2026-0005", 5, 0, 0, 0, 0,
    ]  # fmt: skip
    numbering.set_next("invoice", date(2026, 11, 3), 9)
    bill(1, ("1.00", "S", 19))
    path = tmp_path / "numbers.csv"
    excel_reports.write("numbers", path, **YEAR)
    (row,) = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
    assert (row["Last"], row["Missing"], row["Explained gaps"]) == ("INV-2026-0009", "0", "3")
    assert row["Remarks"] == "INV-2026-0006 to INV-2026-0008: left out on purpose, or used before an import."


def test_the_vat_csv_tells_both_methods_apart(business, tmp_path):
    path = tmp_path / "vat.csv"
    excel_reports.write("vat", path, **YEAR)
    found = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    for method, name in (("agreed", "Agreed"), ("received", "Received")):
        tax = sum(Decimal(row["Tax"]) for row in found if row["Method"] == name and row["Currency"] == "EUR")
        assert tax * 100 == vat_figures.figures(*YEAR.values(), method).tax_due()["EUR"]


def test_fees_paid_on_a_reminder_are_no_credit_in_the_list_of_payments(business, tmp_path):
    level = replace(dunning_levels.usual()[0], fee_minor=500, days=4)
    dunning_levels.keep_usual()
    dunning_levels.save(level)
    choice = next(one for one in dunning.waiting() if one.currency == "EUR")
    (own_id,) = dunning_letters.make_letters([dunning_letters.Choice(choice.customer_id, "EUR")])
    dunning_letters.book_charges(own_id, Decimal(5))
    path = tmp_path / "payments.csv"
    excel_reports.write("payments", path, **YEAR)
    *_others, row = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
    assert (row["Documents"], row["Settled"], row["Left as credit"]) == (
        dunning_letters.get(own_id).number,
        "5.00",
        "0.00",
    )
    assert row["Customer"].lstrip("'") == choice.customer
