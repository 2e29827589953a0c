"""The export holds everything, and nothing in it is taken for a formula."""

from __future__ import annotations

import csv
import json
import re
import sys
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
import whole_business

from crm_desktop.activity import attachments, reminders, timeline
from crm_desktop.billing import draft_json, invoices
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Cancelled, Problem, UserError
from crm_desktop.core.progress import Progress
from crm_desktop.customers import custom_fields, customers
from crm_desktop.db import connection as db
from crm_desktop.db import migrate
from crm_desktop.exchange import cell_text, export_billing, export_files, exporting, importing, listing, text_files
from crm_desktop.sales import catalogue, contracts

PDF = b"%PDF-1.7 paper"


@pytest.fixture
def firm(data_file, tmp_path):
    with dates.freeze(date(2026, 11, 22)):
        profile.save({"name": "Lamps", "street": "Way 1", "postcode": "1", "city": "Kiel", "tax_number": "12/345"})
        ostwind = customers.save(
            {"company": "=Café Ostwind", "phone": "+49 40 1", "postcode": "01067", "country": "DE", "notes": "-\x07 a"}
        )
        catalogue.save({"number": "P-1", "name": "Lamp", "price": Decimal("12.5"), "rate_bp": 1900, "category": "S"})
        contracts.save({"customer_id": ostwind, "title": "Light", "value_minor": 9900})
        reminders.save("Call", date(2026, 12, 1), customer_id=ostwind)
        line = {"name": "@Lamp", "qty": "1.5", "price": "12.50", "rate": "19"}
        data = {"customer": "C-0001", "issue_date": "2026-11-22", "lines": [line]}
        invoices.issue_draft(draft_json.read(data), lambda _document: PDF)
        (tmp_path / "plan.txt").write_text("plan")
        attachments.attach("customer", ostwind, tmp_path / "plan.txt")
        yield tmp_path / "out"


@pytest.fixture
def business(data_file):
    with dates.freeze(whole_business.TODAY):
        yield whole_business.fill()


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_kind_is_there_as_csv_json_and_workbook(firm):
    done = exporting.export(firm)
    names = {path.stem for path in (firm / "csv").iterdir()}
    assert names >= {"company", *listing.KINDS, "invoice_lines", "payments", "timeline"}
    assert {path.stem for path in (firm / "workbooks").iterdir()} == names
    assert {path.stem for path in (firm / "json").iterdir()} == names
    assert done.rows["customers"] == done.rows["invoices"] == 1
    assert done.files == sum(path.is_file() for path in firm.rglob("*"))


def test_text_that_looks_like_a_formula_stays_text(firm):
    exporting.export(firm)
    content = (firm / "csv" / "customers.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    row = rows_of(firm / "csv" / "customers.csv")[0]
    assert (row["name"], row["phone"], row["postcode"]) == ("'=Café Ostwind", "'+49 40 1", "01067")
    sheet = openpyxl.load_workbook(firm / "workbooks" / "customers.xlsx").active
    cells = {cell.value: cell for cell in sheet[2]}
    assert cells["=Café Ostwind"].data_type == "s"
    assert "01067" in cells


def test_amounts_and_days_are_numbers_and_days(firm):
    exporting.export(firm)
    row = rows_of(firm / "csv" / "invoices.csv")[0]
    assert (row["issue"], row["grand_total"], row["open"], row["currency"]) == ("2026-11-22", "22.31", "22.31", "EUR")
    line = rows_of(firm / "csv" / "invoice_lines.csv")[0]
    assert (line["quantity"], line["price"], line["rate"]) == ("1.5", "12.5", "19")
    sheet = openpyxl.load_workbook(firm / "workbooks" / "invoices.xlsx").active
    values = dict(zip([c.value for c in sheet[1]], [c.value for c in sheet[2]], strict=True))
    assert values["With tax"] == 22.31
    assert values["Invoice date"].date() == date(2026, 11, 22)


def test_json_has_the_shape_of_the_lists(firm):
    exporting.export(firm)
    found = json.loads((firm / "json" / "customers.json").read_text(encoding="utf-8"))
    assert found == list(listing.records("customers"))
    assert found[0]["name"] == "=Café Ostwind"


def test_papers_and_attached_files_lie_in_folders(firm):
    exporting.export(firm)
    assert (firm / "invoices" / "INV-2026-0001 =Café Ostwind.pdf").read_bytes() == PDF
    assert (firm / "files" / "customer" / "C-0001 =Café Ostwind" / "plan.txt").read_text() == "plan"


def test_exporting_twice_replaces_and_doubles_nothing(firm):
    first = exporting.export(firm)
    before = sorted(path.relative_to(firm) for path in firm.rglob("*"))
    assert exporting.export(firm) == first
    assert sorted(path.relative_to(firm) for path in firm.rglob("*")) == before


def test_what_lies_between_work_and_money_is_there_with_its_files(business, tmp_path):
    out = tmp_path / "out"
    done = exporting.export(out)
    tables = {table.name: table for table in export_billing.TABLES}
    filled = {name for name in tables if done.rows[name]}
    assert set(tables) - filled == {"recurring_prices", "mail_texts", "interest_rates"}
    (work,) = rows_of(out / "csv" / "work_done.csv")
    assert (work["name"], work["quantity"], work["invoice"][:4]) == ("Hours", "1", "INV-")
    money = rows_of(out / "csv" / "bank_transactions.csv")[0]
    assert (money["amount"], money["state"], money["invoices"]) == ("1190.00", "booked", money["purpose"])
    assert rows_of(out / "csv" / "mails.csv")[0]["files"].endswith(".pdf")
    assert (out / "reminders" / "RM-2026-0001 Café.pdf").read_bytes() == b"%PDF-1.7 letter"
    assert (out / "received" / "Holz AG 4711.xml").read_bytes() == b"<xml/>"
    assert next((out / "invoices").glob("QU-*"), None) is None
    assert len(list((out / "invoices").glob("*.xml"))) == db.value(
        "SELECT count(*) FROM document_file WHERE kind = 'xml'"
    )


def test_every_table_of_the_data_file_is_exported_or_left_out_for_a_reason(data_file):
    sql = " ".join(table.sql for table in exporting.TABLES)
    names = [
        name for (name,) in db.query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    ]
    derived = [name for (name,) in db.query("SELECT name FROM derived")]
    ours = {  # files, which lie in folders; the journal; bookkeeping of the program itself
        "stored_file", "document_file", "attachment", "setting", "running_timer", "import_run", "import_mapping",
        "derived", "derived_source", "stale", "file_text", "calendar_day", "owner_rule_run",
    }  # fmt: skip
    left = {
        n for n in names if n not in ours and not n.startswith(("journal", "timeline_search", "file_search", *derived))
    }
    assert {name for name in left if not re.search(rf"\b{name}\b", sql)} == set()


def test_a_folder_that_cannot_be_written_is_told(firm, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="is a file"):
        exporting.export(tmp_path / "file")
    with pytest.raises(Problem, match="stopped"):
        exporting.export(tmp_path / "file" / "out")


def test_an_export_can_be_cancelled(firm):
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        exporting.export(firm, progress)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("RE-1 A/B: C?", "RE-1 A B C"),
        ("..", "_"),
        ("con", "_con"),
        ("COM1.x", "_COM1.x"),
        ("x" * 300, "x" * 100),
        ("東京" * 60, ("東京" * 60)[:66]),
        ("😀" * 100, "😀" * 50),
        ("Łódź GmbH.", "Łódź GmbH"),
    ],
)
def test_file_names_are_taken_by_every_file_system(words, expected):
    assert exporting.file_name(words) == expected


def test_attached_files_of_any_name_are_written_inside_the_folder(firm, tmp_path):
    for name in (
        "../../out.txt",
        "Dear Sir. This is what we talked about last week, see below",
        "a.b/c",
        "😀" * 120 + ".pdf",
        ".bashrc",
    ):
        attachments.keep("customer", 1, name, name.encode())
    exporting.export(firm)
    found = {path.read_bytes().decode() for path in (firm / "files" / "customer").rglob("*") if path.is_file()}
    assert {"../../out.txt", "a.b/c", ".bashrc", "😀" * 120 + ".pdf"} <= found
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("out")] == ["out"]


def test_everything_goes_into_a_folder_of_its_own_beside_what_is_there(firm, tmp_path):
    assert exporting.place_for(tmp_path / "new") == tmp_path / "new"
    (tmp_path / "mine").mkdir()
    assert exporting.place_for(tmp_path / "mine") == tmp_path / "mine"
    (tmp_path / "mine" / "index.html").write_text("my site")
    assert exporting.place_for(tmp_path / "mine") == tmp_path / "mine" / "Lamps 2026-11-22"
    exporting.export(firm)
    assert exporting.place_for(firm) == firm


def test_files_of_mails_lie_with_their_customer(data_file, tmp_path):
    buyer = customers.save({"company": "Café Ostwind"})
    entry = timeline.add(buyer, "email", "Plan")
    attachments.keep("timeline_entry", entry, "plan.txt", b"plan")
    exporting.export(tmp_path / "out")
    (folder,) = (tmp_path / "out" / "files" / "customer").iterdir()
    assert (folder / "plan.txt").read_bytes() == b"plan"


@pytest.mark.parametrize(
    "text", ["=1+1", "'=1+1", "''@x", "+49 40 1", "-5", "\tx", "＝1+1", "'tis", "plain", "", "'", "a=b"]
)
def test_defused_text_comes_back_to_the_letter(text, tmp_path):
    assert cell_text.restored(cell_text.defused(text)) == text
    path = tmp_path / "cells.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow([cell_text.defused(text), "end"])
    assert next(iter(text_files.read_rows(path, text_files.Dialect("utf-8", ",")))) == [text, "end"]


def test_an_exported_table_read_again_has_phones_and_names_as_they_were(firm, template_file, tmp_path):
    customers.save(
        {"more_phones": ["+49 40 2"], "more_emails": ["a@b.example", "c@d.example"], "served_by": "@home"}, 1
    )
    exporting.export(firm)
    db.close()
    path = tmp_path / "other.crm"
    path.write_bytes(template_file.read_bytes())
    migrate.open_file(path)
    importing.run(firm / "csv" / "customers.csv")
    (found,) = customers.many([1])
    assert (found.number, found.company, found.phone, found.notes) == ("C-0001", "=Café Ostwind", "+49 40 1", "- a")
    assert (found.email, found.more_emails, found.more_phones) == ("a@b.example", ["c@d.example"], ["+49 40 2"])
    assert (found.served_by, custom_fields.all_fields()) == ("@home", [])


def test_own_fields_are_columns_and_cells_keep_what_they_are(firm):
    custom_fields.save(custom_fields.CustomField(0, "=Size", "number", ()))
    custom_fields.save(custom_fields.CustomField(0, "notes", "text", ()))
    customers.save(
        {"custom": {"=Size": "1.50", "notes": "own"}, "credit_limit_minor": 1050, "served_by": "x" * 40_000}, 1
    )
    exporting.export(firm)
    row = rows_of(firm / "csv" / "customers.csv")[0]
    assert (row["'=Size"], row["notes (own)"], len(row["served_by"])) == ("1.50", "own", 40_000)
    sheet = openpyxl.load_workbook(firm / "workbooks" / "customers.xlsx").active
    cells = dict(zip([c.value for c in sheet[1]], sheet[2], strict=True))
    assert (cells["=Size"].value, cells["notes (own)"].value) == (1.5, "own")
    assert (cells["Postcode"].number_format, cells["Name"].quotePrefix) == ("@", True)
    assert cells["Credit limit"].number_format == "#,##0.00"
    assert len(cells["How they like to be served"].value) == 32_767
    assert cells["How they like to be served"].value.endswith("holds no more)")


def test_instants_and_old_days_stand_in_workbooks(tmp_path):
    when = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    rows = [[date(1850, 1, 2), when, "_x000D_", "😀" * 20_000]]
    export_files.write_workbook(tmp_path / "x.xlsx", "X", export_files.Rows(["a", "b", "c", "d"], rows))
    first = list(openpyxl.load_workbook(tmp_path / "x.xlsx").active[2])
    assert first[0].value == "1850-01-02"
    assert first[1].value == when.astimezone().replace(tzinfo=None)
    assert len(first[3].value.encode("utf-16-le")) <= 2 * 32_767
    assert b"_x005F_x000D_" in zipfile.ZipFile(tmp_path / "x.xlsx").read("xl/worksheets/sheet1.xml")
