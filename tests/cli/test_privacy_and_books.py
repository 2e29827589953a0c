"""Privacy, cleaning, editing in Excel and taking everything, by terminal."""

from __future__ import annotations

import json

import openpyxl
import pytest

pytestmark = pytest.mark.usefixtures("firm")


def test_what_is_stored_is_saved_and_the_customer_erased(crm, tmp_path):
    assert crm("privacy", "save", "0007", "record.json").code == 0
    assert json.loads((tmp_path / "record.json").read_text())["records"]["customer"][0]["email"] == "info@ostwind.de"
    asked = crm("privacy", "erase", "0007", "--json").json
    assert (asked["erased"], asked["in_the_way"]) == (False, [])
    assert "info@ostwind.de" in crm("dump").out
    done = crm("privacy", "erase", "0007", "--reason", "Asked for it", "--record", "record.pdf", "--yes")
    assert done.out == "0007 is erased.\n"
    assert (tmp_path / "record.pdf").read_bytes().startswith(b"%PDF")
    assert "Ostwind" not in crm("dump").out
    assert b"ostwind" not in (tmp_path / "firm.crm").read_bytes()
    assert crm("privacy", "due", "--json").json == []
    assert crm("privacy", "papers").code == 1


def test_data_is_cleaned(crm, tmp_path):
    assert crm("clean", "list").out == "0 entries.\n"
    (tmp_path / "more.csv").write_text("Company;E-mail\nMÜLLER GMBH;a@gmial.com\n", encoding="utf-8")
    crm("import", "more.csv")
    told = {one["kind"]: one["new"] for one in crm("clean", "list", "--json").json}
    assert told == {"case": "Müller GmbH", "email": "a@gmail.com"}
    assert crm("clean", "mend", "--kind", "case").out == "1 entry mended.\n"
    assert crm("clean", "list", "--kind", "case", "--json").json == []
    assert "Müller GmbH" in crm("list", "customers").out


def test_a_workbook_is_written_edited_and_read_back(crm, tmp_path):
    assert crm("book", "write", "customers.xlsx", "--json").json["customers"] == 2
    book = openpyxl.load_workbook(tmp_path / "customers.xlsx")
    sheet = book.worksheets[0]
    town = [cell.value for cell in sheet[1]].index("Town") + 1
    sheet.cell(2, town).value = "Kiel"
    sheet.delete_rows(3)
    book.save(tmp_path / "customers.xlsx")
    told = crm("book", "read", "customers.xlsx", "--dry-run", "--json").json
    assert [(one["kind"], one["wanted"]) for one in told["differences"]] == [("change", "Kiel"), ("gone", "")]
    done = crm("book", "read", "customers.xlsx", "--json").json
    assert (done["changed"], done["deleted"]) == (1, 0)
    assert crm("book", "read", "customers.xlsx", "--delete", "--json").json["deleted"] == 1
    assert [one["city"] for one in crm("list", "customers", "--json").json] == ["Kiel"]


def test_everything_is_taken_and_read_back_into_an_empty_company(crm, tmp_path):
    assert crm("export", "all").code == 0
    assert "everything.json" in (tmp_path / "all" / "index.html").read_text()
    before = crm("dump", "--business").out
    assert crm("read-back", "all/everything.json").code == 1
    assert crm("--data", tmp_path / "new.crm", "read-back", "all/everything.json", "--json").json["customers"] == 2
    assert crm("--data", tmp_path / "new.crm", "dump", "--business").out == before
