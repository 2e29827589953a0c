"""Every command of the terminal: what it does, its JSON, its sentences, its exit code."""

from __future__ import annotations

import errno
import io
import json
from pathlib import Path

import pytest

from crm_desktop import __version__
from crm_desktop.safety import company_files

CUSTOMER_FIELDS = [
    "id", "number", "kind", "name", "company", "first_name", "last_name", "emails", "phones", "street", "postcode",
    "city", "state", "country", "vat_id", "iban", "birthday", "language", "tags", "notes", "custom",
]  # fmt: skip
IMPORT_FIELDS = [
    "import_id", "format", "encoding", "delimiter", "sheet", "header_row", "kind", "mapping", "created", "updated",
    "unchanged", "skipped", "warnings",
]  # fmt: skip


def dump(crm):
    return crm("dump", "--business").out


# ---- import ----------------------------------------------------------------------------------------------------------


def test_an_import_makes_the_data_file_and_says_what_it_did(crm, tmp_path):
    (tmp_path / "kunden.csv").write_text("Kunden-Nr.;Firma;PLZ;Ort\n0007;Ostwind;01067;Dresden\n", encoding="cp1252")
    done = crm("import", "kunden.csv", "--json")
    assert done.code == 0
    assert list(done.json) == IMPORT_FIELDS
    assert done.json["created"] == {"customers": 1}
    assert (done.json["kind"], done.json["header_row"], done.json["delimiter"]) == ("customers", 1, ";")
    listed = crm("list", "customers", "--json").json
    assert (listed[0]["number"], listed[0]["postcode"], listed[0]["city"]) == ("0007", "01067", "Dresden")


def test_customers_are_listed_in_their_stable_shape(crm, firm):
    listed = crm("list", "customers", "--json").json
    assert [list(customer) for customer in listed] == [CUSTOMER_FIELDS] * 2
    assert listed[0]["emails"] == ["info@ostwind.de"]
    assert [c["name"] for c in crm("list", "customers", "--search", "hamb", "--json").json] == ["Nordlicht"]
    assert "Café Ostwind" in crm("list", "customers").out


def test_importing_the_same_again_changes_nothing(crm, firm):
    before = dump(crm)
    done = crm("import", "customers.csv", "--json").json
    assert (done["created"], done["updated"], done["unchanged"]) == ({}, {}, {"customers": 2})
    assert dump(crm) == before


def test_a_file_without_sheets_and_a_remark_about_a_whole_row_say_null(crm, tmp_path):
    (tmp_path / "customers.csv").write_text("Company;Town\nOstwind;Kiel\n;Hamburg\n", encoding="utf-8")
    done = crm("import", "customers.csv", "--json").json
    assert done["sheet"] is None
    assert [(note["row"], note["column"]) for note in done["skipped"]] == [(3, None)]


def test_only_an_import_that_changed_something_says_how_to_take_it_back(crm, firm, tmp_path):
    assert "import undo" not in crm("import", "customers.csv").out
    (tmp_path / "more.csv").write_text("Company;Town\nSüdwind;Kiel\n", encoding="utf-8")
    assert "import undo" in crm("import", "more.csv").out


def test_a_dry_run_says_the_same_and_writes_nothing(crm, tmp_path):
    (tmp_path / "customers.csv").write_text("Company;Town\nOstwind;Kiel\n", encoding="utf-8")
    dry = crm("import", "customers.csv", "--dry-run", "--json").json
    assert not (tmp_path / "firm.crm").exists()
    wet = crm("import", "customers.csv", "--json").json
    assert {k: v for k, v in dry.items() if k != "import_id"} == {k: v for k, v in wet.items() if k != "import_id"}


def test_an_import_is_taken_back(crm, firm, tmp_path):
    before = dump(crm)
    (tmp_path / "more.csv").write_text("Company;Town\nSüdwind;Kiel\n", encoding="utf-8")
    number = crm("import", "more.csv", "--json").json["import_id"]
    assert dump(crm) != before
    done = crm("import", "undo", number)
    assert done.code == 0
    assert "is undone" in done.out
    assert dump(crm) == before
    again = crm("import", "undo", number, "--json")
    assert (again.code, again.json["ok"]) == (1, False)


def test_a_mapping_says_where_columns_go(crm, firm, tmp_path):
    (tmp_path / "odd.csv").write_text("A;B\nOstseewind;Rostock\n", encoding="utf-8")
    (tmp_path / "map.json").write_text(json.dumps({"company": "A", "city": "B"}), encoding="utf-8")
    done = crm("import", "odd.csv", "--kind", "customers", "--mapping", "map.json", "--json").json
    assert done["mapping"] == {"company": "A", "city": "B"}
    assert crm("list", "customers", "--search", "rostock", "--json").json[0]["name"] == "Ostseewind"


@pytest.mark.parametrize("content", ["[]", "{", '{"name": 1}'])
def test_a_mapping_that_is_none_is_told(crm, firm, tmp_path, content):
    (tmp_path / "map.json").write_text(content)
    done = crm("import", "customers.csv", "--mapping", "map.json")
    assert (done.code, "A mapping is" in done.err) == (1, True)


def test_what_a_script_opens_is_not_what_the_window_opens_next(crm, firm):
    crm("import", "customers.csv")
    assert crm("invoice", "show", "X-1").code == 1
    assert company_files.recent() == [firm]
    company_files.forget(firm)
    crm("import", "customers.csv")
    assert company_files.recent() == []


def test_a_file_that_is_not_there_is_told_and_nothing_is_made(crm, tmp_path):
    done = crm("import", "gone.xlsx", "--json")
    assert not (tmp_path / "firm.crm").exists()
    assert done.code in (1, 3)
    assert "gone.xlsx" in done.err
    assert done.json["error"] in done.err.replace("\n", "")


# ---- invoices --------------------------------------------------------------------------------------------------------


def test_an_invoice_is_issued_shown_and_saved(crm, firm, draft, tmp_path):
    (tmp_path / "out").mkdir()
    issued = crm("invoice", "issue", draft, "--pdf", "out/invoice.pdf", "--json")
    assert issued.code == 0
    assert (issued.json["number"], issued.json["grand_total"], issued.json["due"]) == (
        "RE-2026-0001",
        "285.60",
        "285.60",
    )
    assert (tmp_path / "out" / "invoice.pdf").read_bytes().startswith(b"%PDF")
    shown = crm("invoice", "show", "RE-2026-0001", "--json")
    assert shown.json == issued.json
    assert shown.json["breakdown"] == [{"category": "S", "rate": "19", "basis": "240.00", "tax": "45.60"}]
    assert crm("invoice", "pdf", "RE-2026-0001", tmp_path, "--json").json["file"].endswith("RE-2026-0001.pdf")
    assert (tmp_path / "RE-2026-0001.pdf").read_bytes() == (tmp_path / "out" / "invoice.pdf").read_bytes()
    assert crm("invoice", "pdf", "RE-2026-0001", "copy.pdf", "--copy").code == 0
    copy = (tmp_path / "copy.pdf").read_bytes()
    assert copy.startswith(b"%PDF")
    assert copy != (tmp_path / "RE-2026-0001.pdf").read_bytes()
    row = crm("list", "invoices", "--json").json[0]
    assert (row["number"], row["gross"], row["open"]) == ("RE-2026-0001", "285.60", "285.60")
    assert crm("check", "--json").json == {"ok": True, "problems": [], "notes": []}


def test_a_pdf_on_a_full_disk_leaves_the_file_that_was_there(crm, firm, draft, tmp_path, monkeypatch):
    crm("invoice", "issue", draft)
    (tmp_path / "out.pdf").write_bytes(b"the old one")

    def full(path, content):
        path.open("wb").close()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    done = crm("invoice", "pdf", "RE-2026-0001", "out.pdf")
    assert (done.code, done.out) == (3, "")
    assert "No space left on device. The document itself is safe." in done.err
    assert (tmp_path / "out.pdf").read_bytes() == b"the old one"
    assert not list(tmp_path.glob(".*.part"))


def test_a_file_in_a_folder_that_is_not_there_is_refused_before_anything_is_done(crm, firm, draft, tmp_path):
    sentence = "There is no folder “gone”. Make it first, or choose another place. Nothing was written.\n"
    for words in (
        ["invoice", "issue", draft, "--pdf", "gone/out.pdf"],
        ["invoice", "pdf", "RE-2026-0001", "gone/out.pdf"],
        ["report", "customers", "gone/out.xlsx"],
    ):
        done = crm(*words)
        assert (done.code, done.err) == (1, sentence)
    assert not (tmp_path / "gone").exists()
    assert crm("list", "invoices", "--json").json == []


def test_a_sentence_about_two_fields_is_said_once(crm, firm, draft):
    content = json.loads(draft.read_text()) | {"issue_date": "0026-11-22", "service_from": "0026-11-22"}
    draft.write_text(json.dumps(content | {"service_to": None}))
    done = crm("invoice", "issue", draft, "--json")
    assert done.json["error"] == "The year 0026 cannot be right. Please check the date."
    assert set(done.json["fields"]) == {"issue_date", "service_from"}


def test_a_draft_comes_from_standard_input_too(crm, firm, draft, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(draft.read_text(encoding="utf-8")))
    assert crm("invoice", "issue", "-").out.startswith("Issued RE-2026-0001: 285.60 EUR")


def test_what_is_missing_is_told_field_by_field_and_no_number_is_lost(crm, firm, draft):
    content = json.loads(draft.read_text())
    bad = draft.with_name("bad.json")
    bad.write_text(json.dumps(content | {"customer": "4711", "issue_date": "soon"}))
    done = crm("invoice", "issue", bad, "--json")
    assert done.code == 1
    assert set(done.json["fields"]) == {"customer", "issue_date"}
    assert len(done.err.splitlines()) == 2
    assert crm("invoice", "issue", draft, "--json").json["number"] == "RE-2026-0001"


@pytest.mark.parametrize(
    ("content", "part"), [(b"{", "not readable as JSON"), (b"[]", "one JSON object"), (b"\xff\xfe\x00", "UTF-8")]
)
def test_a_draft_that_is_none_is_told(crm, firm, tmp_path, content, part):
    (tmp_path / "bad.json").write_bytes(content)
    done = crm("invoice", "issue", "bad.json")
    assert (done.code, part in done.err) == (1, True)


def test_an_unknown_number_is_told(crm, firm):
    done = crm("invoice", "show", "X-1")
    assert (done.code, done.err) == (1, "There is no document with the number X-1.\n")


# ---- reports, export, dump -------------------------------------------------------------------------------------------


def test_bookings_for_datev_are_written_for_a_period(crm, firm, draft, tmp_path):
    crm("invoice", "issue", draft)
    done = crm("datev", tmp_path, "--from", "2026-01-01", "--to", "2026-12-31", "--json").json
    assert (done["bookings"], done["debtors"], done["left_out"], done["without_rate"]) == (1, 1, 0, [])
    assert all(Path(file).read_bytes().startswith(b'"EXTF"') for file in done["files"])
    assert (
        "Choose another folder" in crm("datev", tmp_path / "nowhere", "--from", "2026-01-01", "--to", "2026-12-31").err
    )


@pytest.mark.parametrize("report", ["customers", "journal", "numbers", "open-items", "payments", "vat"])
def test_reports_are_workbooks(crm, firm, draft, tmp_path, report):
    crm("invoice", "issue", draft)
    done = crm("report", report, "report.xlsx", "--from", "2026-01-01", "--to", "2026-12-31")
    assert done.code == 0
    assert (tmp_path / "report.xlsx").read_bytes().startswith(b"PK")


def test_an_export_holds_everything(crm, firm, draft, tmp_path):
    crm("invoice", "issue", draft)
    done = crm("export", "out", "--json").json
    assert done["rows"]["customers"] == 2
    assert (tmp_path / "out" / "invoices" / "RE-2026-0001 Café Ostwind.pdf").exists()


def test_a_dump_is_the_same_in_every_run(crm, firm):
    assert crm("dump").out == crm("dump").out
    assert "journal_change" in crm("dump").out
    assert "journal_change" not in dump(crm)


# ---- safety ----------------------------------------------------------------------------------------------------------


def test_a_backup_is_made_listed_checked_and_restored(crm, firm, draft):
    made = crm("backup", "make", "--json").json
    assert made["verified"]
    assert made["counts"] == {"customers": 2, "contracts": 0, "documents": 0}
    assert crm("backup", "list", "--json").json == [made]
    assert crm("backup", "verify", "--json").code == 0
    before = dump(crm)
    crm("invoice", "issue", draft)
    restored = crm("backup", "restore", made["file"].rpartition("/")[2], "--json")
    assert restored.code == 0
    assert dump(crm) == before
    assert crm("list", "invoices", "--json").json == []
    assert "before restore" in restored.json["kept"]


def test_a_damaged_backup_is_told(crm, firm, tmp_path):
    made = tmp_path / crm("backup", "make", "--json").json["file"]
    made.write_bytes(made.read_bytes()[:9000])
    done = crm("backup", "verify", "--json")
    assert done.code == 3
    assert "damaged" in done.json[0]["error"]
    refused = crm("backup", "restore", made)
    assert (refused.code, "damaged" in refused.err) == (3, True)
    assert crm("list", "customers").code == 0


def test_a_backup_without_a_checksum_is_said_to_be_proven_by_opening_only(crm, firm, tmp_path):
    made = tmp_path / crm("backup", "make", "--json").json["file"]
    assert "it is whole" in crm("backup", "verify").out
    (made.parent / "backups.json").unlink()
    assert "no checksum was kept" in crm("backup", "verify").out
    assert crm("backup", "verify", "--json").json[0]["sum_kept"] is False
    assert "No checksum of it was kept" in crm("backup", "restore", made.name).out


def test_a_check_that_finds_something_ends_with_1(crm, firm, draft):
    crm("invoice", "issue", draft)
    company_files.open_data_file(firm)
    from crm_desktop.db import connection as db

    db.raw().execute("UPDATE document_balance SET open_minor = 1")
    db.raw().commit()
    company_files.close_data_file(make_backup=False)
    done = crm("check", "--json")
    assert done.code == 1
    assert done.json["ok"] is False
    assert set(done.json["problems"][0]) == {"what", "where", "sentence"}


# ---- the whole -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["list", "customers"],
        ["check"],
        ["dump"],
        ["export", "out"],
        ["invoice", "issue", "draft.json"],
        ["backup", "make"],
        ["import", "undo", "1"],
    ],
)
def test_only_import_and_demo_make_a_missing_data_file(crm, draft, tmp_path, words):
    done = crm(*words)
    assert done.code == 1
    assert "firm.crm is not there" in done.err
    assert not (tmp_path / "firm.crm").exists()


@pytest.mark.parametrize(
    "words", [["list", "hats"], ["frobnicate"], ["report", "journal"], ["report", "journal", "x", "--from", "soon"]]
)
def test_wrong_usage_ends_with_2(crm, words):
    assert crm(*words).code == 2


def test_a_file_that_is_no_data_file_is_told_and_left_alone(crm, tmp_path):
    (tmp_path / "firm.crm").write_bytes(b"not a database at all")
    (tmp_path / "customers.csv").write_text("Company\nOstwind\n")
    for words in (["list", "customers"], ["import", "customers.csv"], ["import", "customers.csv", "--dry-run"]):
        done = crm(*words)
        assert (done.code, "not a data file" in done.err) == (1, True)
    assert (tmp_path / "firm.crm").read_bytes() == b"not a database at all"


def test_a_fault_of_the_program_ends_with_70_and_stands_in_the_log(crm, firm, tmp_path, monkeypatch):
    def broken(*_words):
        raise ZeroDivisionError("our fault")

    monkeypatch.setattr("crm_desktop.exchange.listing.records", broken)
    done = crm("list", "customers")
    assert done.code == 70
    assert "fault" in done.err
    assert "our fault" in (tmp_path / "settings" / "logs" / "crm-desktop.log").read_text()


def test_version_and_help(crm):
    assert crm("--version").out == f"CRM Desktop {__version__}\n"
    assert "backup" in crm("--help").out


def test_the_terminal_speaks_german_when_asked(crm, monkeypatch):
    assert "ist nicht da" in crm("--language", "de", "check").err or "nicht" in crm("--language", "de", "check").err
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert "nicht" in crm("check").err


@pytest.mark.parametrize("words", [["--language", "xx", "check"], ["check", "--language=xx"], ["--language", "xx"]])
def test_a_language_that_there_is_not_is_refused(crm, words):
    done = crm(*words)
    assert done.code == 2
    assert "“xx” is not a language of the screen. There are: en, de." in done.err
