"""Figures and saved reports in the terminal."""

from __future__ import annotations

import json

import openpyxl

from crm_desktop.db import migrate
from crm_desktop.exchange import saved_reports


def test_figures_are_printed_as_json_and_for_people(crm, firm):
    found = json.loads(crm("figures", "--from", "2026-01-01", "--to", "2026-12-31", "--json").out)
    assert (found["currency"], found["net_minor"], len(found["steps"])) == ("EUR", 0, 12)
    assert found["days_to_pay"] is None
    assert "Revenue" in crm("figures").out


def test_a_saved_report_is_listed_and_written_by_its_name(crm, firm, tmp_path):
    migrate.open_file(firm)
    saved_reports.save({"name": "Books", "kind": "journal"})
    listed = json.loads(crm("reports", "--json").out)
    assert [(r["name"], r["kind"], r["last_written_on"]) for r in listed] == [("Books", "journal", None)]
    crm("report", "run", "Books", str(tmp_path / "books.xlsx"))
    assert "Summary" in openpyxl.load_workbook(tmp_path / "books.xlsx").sheetnames
    crm("report", "management", str(tmp_path / "m.xlsx"))
    assert openpyxl.load_workbook(tmp_path / "m.xlsx").sheetnames[0] == "Overview"
