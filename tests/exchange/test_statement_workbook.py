"""The account statement as a workbook: its balance holds every line."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl

sys.path.insert(0, str(Path(__file__).parent))
import formulas

from crm_desktop.billing import account_statement, drafts, invoices, payments
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.exchange import statement_workbook


def balance(book, formula):
    """A formula that takes the sum of one range from that of another, worked out."""
    sheet = book.sheetnames[0]
    billed, settled = re.findall(r"SUM\(([^)]*)\)", formula)
    return sum(c or 0 for c in formulas.cells(book, sheet, billed)) - sum(
        c or 0 for c in formulas.cells(book, sheet, settled)
    )


def test_the_balance_holds_every_line(data_file, tmp_path):
    with dates.freeze(date(2026, 11, 24)):
        profile.save(
            {"name": "Lindner", "street": "Kai 1", "postcode": "20457", "city": "Hamburg", "tax_number": "22/1"}
        )
        cafe = customers.save({"company": "Café Ostwind", "city": "Hamburg", "street": "Kai 7", "country": "DE"})
        for day, paid in ((2, "119.00"), (3, "100.10"), (5, "0.33")):
            line = DraftLine(name="Work", price=Decimal(100), rate=Decimal(19))
            bill = invoices.issue_draft(replace(drafts.begin(cafe), lines=(line,), issue_on=date(2026, 11, day)))
            payments.record(bill.id, Decimal(paid), date(2026, 11, day + 10))
        statement_workbook.write(tmp_path / "statement.xlsx", cafe)
        (account,) = account_statement.statement(cafe).accounts
    book = openpyxl.load_workbook(tmp_path / "statement.xlsx")
    sheet = book.worksheets[0]
    running = [
        cell.value for cell in sheet["G"] if isinstance(cell.value, str) and cell.value.startswith("=") and cell.row > 9
    ]
    assert [round(balance(book, formula) * 100) for formula in running] == [
        account.opening_minor,
        *(entry.balance_minor for entry in account.entries),
    ]
    assert round(balance(book, sheet["B7"].value) * 100) == account.closing_minor == 13757
