"""Exports of deals, invoices and payments of known programs are recognised and become what they are."""

from __future__ import annotations

import in_process
import pytest
from import_files import write_csv

from crm_desktop.db import connection as db
from crm_desktop.exchange import importing, listing

# Program and kind: headings with a value in each, and where some of them must go.
EXPORTS = {
    ("HubSpot", "opportunities"): (
        {"Record ID": "5", "Deal Name": "Dach", "Deal Stage": "Closed Won", "Amount": "1200", "Close Date": "2026-03-01",
         "Deal owner": "Ben", "Associated Company": "Dachbau", "Pipeline": "Sales"},
        {"title": "Deal Name", "customer": "Associated Company", "value": "Amount", "stage": "Deal Stage"},
    ),
    ("Pipedrive", "opportunities"): (
        {"Deal - ID": "5", "Deal - Title": "Dach", "Deal - Organization": "Dachbau", "Deal - Value": "1200",
         "Deal - Currency of Value": "EUR", "Deal - Stage": "Proposal Made", "Deal - Status": "Open",
         "Deal - Expected close date": "2026-12-01"},
        {"title": "Deal - Title", "customer": "Deal - Organization", "state": "Deal - Status", "currency":
         "Deal - Currency of Value", "expected_on": "Deal - Expected close date"},
    ),
    ("Salesforce", "opportunities"): (
        {"Opportunity Name": "Dach", "Account Name": "Dachbau", "Stage": "Negotiation/Review", "Amount": "1200",
         "Probability (%)": "75", "Close Date": "2026-12-24", "Lead Source": "Web", "Opportunity Owner": "Ben"},
        {"title": "Opportunity Name", "customer": "Account Name", "source": "Lead Source", "expected_on": "Close Date"},
    ),
    ("EspoCRM", "opportunities"): (
        {"Name": "Dach", "Account Name": "Dachbau", "Stage": "Proposal", "Amount": "1200", "Amount Currency": "EUR",
         "Probability": "50", "Close Date": "2026-12-24"},
        {"title": "Name", "customer": "Account Name", "probability": "Probability"},
    ),
    ("Zoho CRM", "opportunities"): (
        {"Deal Name": "Dach", "Account Name": "Dachbau", "Stage": "Qualification", "Amount": "1200", "Closing Date": "2026-12-24"},
        {"title": "Deal Name", "expected_on": "Closing Date"},
    ),
    ("Odoo", "opportunities"): (
        {"Opportunity": "Dach", "Customer": "Dachbau", "Expected Revenue": "1200", "Stage": "New", "Salesperson": "Ben"},
        {"title": "Opportunity", "value": "Expected Revenue"},
    ),
    ("Invoice Ninja", "invoices"): (
        {"number": "0001", "client.name": "Dachbau", "client.email": "a@dach.example", "amount": "119", "balance": "19",
         "date": "2026-02-01", "due_date": "2026-02-15", "status": "sent", "public_notes": "n", "item.quantity": "1",
         "item.cost": "100", "item.notes": "Dach", "item.product_key": "D1"},
        {"number": "number", "customer": "client.name", "open": "balance", "line_name": "item.notes", "unit_price": "item.cost"},
    ),
    ("FreshBooks", "invoices"): (
        {"Client Name": "Dachbau", "Invoice #": "17", "Date Issued": "2026-02-01", "Invoice Status": "paid",
         "Date Paid": "2026-02-10", "Item Name": "Dach", "Rate": "100", "Quantity": "2", "Line Subtotal": "200",
         "Tax 1 Type": "VAT", "Tax 1 Amount": "38", "Line Total": "238", "Currency": "EUR"},
        {"number": "Invoice #", "customer": "Client Name", "line_name": "Item Name", "paid_on": "Date Paid"},
    ),
    ("Zoho", "invoices"): (
        {"Invoice Date": "2026-02-01", "Invoice ID": "99", "Invoice Number": "INV-1", "Invoice Status": "Closed",
         "Customer ID": "2520018000000073005", "Customer Name": "Dachbau", "Due Date": "2026-02-15", "Item Name": "Dach",
         "Quantity": "2", "Item Price": "100", "Item Total": "200", "SubTotal": "200", "Total": "238", "Balance": "0"},
        {"number": "Invoice Number", "customer_number": "Customer ID", "gross": "Total", "open": "Balance"},
    ),
    ("Frappe Books", "invoices"): (
        {"Invoice No": "SINV-1", "Customer": "Dachbau", "Date": "2026-02-01", "Net Total": "200", "Grand Total": "238",
         "Outstanding Amount": "0", "Item": "Dach", "Rate": "100", "Quantity": "2", "Amount": "200"},
        {"number": "Invoice No", "gross": "Grand Total", "open": "Outstanding Amount", "line_total": "Amount"},
    ),
    ("Odoo", "invoices"): (
        {"Number": "INV/2026/1", "Invoice Partner Display Name": "Dachbau", "Invoice/Bill Date": "2026-02-01",
         "Due Date": "2026-02-15", "Tax excluded": "200", "Total": "238", "Amount Due": "0", "Payment Status": "Paid"},
        {"number": "Number", "customer": "Invoice Partner Display Name", "issue_date": "Invoice/Bill Date", "net": "Tax excluded"},
    ),
    ("RechnungsFee", "invoices"): (
        {"Rechnungsnummer": "R-1", "Datum": "01.02.2026", "Fällig": "15.02.2026", "Status": "bezahlt", "Netto": "200,00",
         "Rabatt": "", "Brutto": "238,00", "Bezahlt am": "10.02.2026", "Zahlungsart": "bar", "Kundennummer": "K1",
         "Firma": "Dachbau"},
        {"number": "Rechnungsnummer", "paid_on": "Bezahlt am", "customer": "Firma", "customer_number": "Kundennummer"},
    ),
    ("Invoice Ninja", "payments"): (
        {"Number": "7", "Client Name": "Dachbau", "Amount": "119.00", "Date": "2026-03-01", "Transaction Reference": "abc",
         "Type": "Cash", "Invoice Number": "0001"},
        {"number": "Invoice Number", "amount": "Amount", "reference": "Transaction Reference", "method": "Type"},
    ),
    ("Zoho", "payments"): (
        {"Payment Number": "3", "Mode": "Cash", "Date": "2026-03-01", "Customer Name": "Dachbau", "Invoice Number": "INV-1",
         "Amount": "300", "Amount Applied to Invoice": "238"},
        {"number": "Invoice Number", "amount": "Amount Applied to Invoice", "method": "Mode"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("program", "kind"), EXPORTS)
def test_an_export_is_recognised_and_comes_in_as_what_it_is(data_file, tmp_path, program, kind):
    cells, wanted = EXPORTS[program, kind]
    path = write_csv(tmp_path / "export.csv", [list(cells), list(cells.values())], delimiter=",")
    with importing.open_file(path) as opened:
        opened.choose()
        matching = opened.match()
        assert (matching.looks_like, matching.kind) == (program, kind)
        mapping = matching.mapping()
        assert {field: mapping.get(field) for field in wanted} == wanted
        assert opened.carry_out().outcome.created[kind] == 1


def test_the_bill_of_a_supplier_among_the_invoices_is_left_out_and_told(data_file, tmp_path):
    head = ["*ContactName", "*InvoiceNumber", "*InvoiceDate", "*DueDate", "Total", "TaxTotal", "*Description", "*Quantity",
            "*UnitAmount", "LineAmount", "*AccountCode", "Type"]  # fmt: skip
    rows = [
        ["Fox Ltd", "INV-1", "21/05/2026", "20/06/2026", "36", "6", "Oil", "1", "10", "10", "200", "Sales invoice"],
        ["Fox Ltd", "INV-1", "21/05/2026", "20/06/2026", "36", "6", "Work", "2", "10", "20", "200", "Sales invoice"],
        ["Holz AG", "R-9", "22/05/2026", "21/06/2026", "120", "20", "Wood", "2", "50", "100", "400", "Bill"],
    ]
    result = in_process.run(write_csv(tmp_path / "xero.csv", [head, *rows], delimiter=","))
    assert [(i["number"], i["net"], i["tax"], i["gross"]) for i in listing.records("invoices")] == [
        ("INV-1", "30.00", "6.00", "36.00")
    ]
    assert [(n.row, n.reason) for n in result.outcome.skipped] == [(4, "Says “Bill”: no invoice of yours")]


def test_recurring_invoices_of_invoice_ninja_are_contracts(data_file, tmp_path):
    head = ["Client", "Email", "Auto Bill", "Frequency", "Remaining Cycles", "Invoice Number", "Amount", "Paid", "PO Number",
            "Start Date", "Partial/Deposit", "Item Product", "Item Notes", "Item Cost"]  # fmt: skip
    row = ["Eva Ott", "eva@ott.example", "always", "monthly", "endless", "7", "$13.50", "$5.01", "", "2026-01-25", "$0.00",
           "care", "Care of the garden", "1.35"]  # fmt: skip
    result = in_process.run(write_csv(tmp_path / "recurring.csv", [head, row], delimiter=","))
    assert result.kind == "contracts"
    assert db.query("SELECT number, title, value_minor, interval FROM contract") == [
        ("7", "Care of the garden", 1350, "month")
    ]


def test_an_invoice_number_is_no_number_of_a_customer(data_file, tmp_path):
    rows = [["Client", "Email", "Invoice Number", "Blocked"], ["Eva Ott", "eva@ott.example", "7", "No"]]
    in_process.run(write_csv(tmp_path / "list.csv", rows))
    assert db.query("SELECT number, country FROM customer") == [("C-0001", "")]  # nor is "No" Norway


def test_a_firm_beside_both_names_of_a_person_is_the_company(data_file, tmp_path):
    rows = [["Name", "First Name", "Last Name"], ["Dachbau GmbH", "Anna", "Müller"], ["Eva Ott", "Eva", "Ott"]]
    in_process.run(write_csv(tmp_path / "list.csv", rows))
    assert db.query("SELECT company, last_name FROM customer ORDER BY id") == [("Dachbau GmbH", "Müller"), ("", "Ott")]
