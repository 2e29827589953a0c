"""Reminders for money and account statements in the terminal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from crm_desktop.core import dates

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _today():
    with dates.freeze(TODAY):
        yield


@pytest.fixture
def late(crm, firm, tmp_path):
    """An invoice over 100.00 that is 40 days late, issued in the terminal."""
    draft = tmp_path / "late.json"
    draft.write_text(
        '{"customer": "0007", "issue_date": "2026-10-01", "due_date": "2026-10-15", '
        '"lines": [{"name": "Lamp", "qty": "1", "price": "100.00", "category": "Z"}]}',
        encoding="utf-8",
    )
    return crm("invoice", "issue", draft, "--json").json["number"]


def test_who_is_late_is_listed(crm, late):
    (found,) = crm("dunning", "list", "--json").json
    assert (found["customer"], found["level"], found["open"], found["waits"]) == ("Café Ostwind", 3, "100.00", True)
    assert found["items"][0]["number"] == late
    assert "Café Ostwind: Last reminder, 100.00 EUR" in crm("dunning", "list").out


def test_letters_are_made_once(crm, late, tmp_path):
    (letter,) = crm("dunning", "make", "--pdf", tmp_path, "--json").json["letters"]
    assert (tmp_path / f"{letter['number']}.pdf").read_bytes().startswith(b"%PDF")
    again = crm("dunning", "make", "--pdf", tmp_path)
    assert (again.code, again.out) == (0, "Nobody has to be reminded today.\n")
    assert crm("dunning", "list").out == "Nobody has to be reminded today.\n"


def test_only_one_level_can_be_made(crm, late, tmp_path):
    assert crm("dunning", "make", "--level", 1, "--pdf", tmp_path, "--json").json == {"letters": []}
    assert len(crm("dunning", "make", "--level", 3, "--pdf", tmp_path, "--json").json["letters"]) == 1


def test_a_folder_that_is_not_there_is_told_before_a_letter_is_made(crm, late, tmp_path):
    refused = crm("dunning", "make", "--pdf", tmp_path / "nowhere")
    assert refused.code == 1
    assert "There is no folder" in refused.err
    assert len(crm("dunning", "list", "--json").json) == 1


def test_a_statement_is_a_pdf_or_a_workbook(crm, late, tmp_path):
    assert crm("report", "statement", "0007", tmp_path / "s.pdf").code == 0
    assert (tmp_path / "s.pdf").read_bytes().startswith(b"%PDF")
    done = crm("report", "statement", "cafe ostwind", tmp_path / "s.xlsx", "--from", "2026-01-01", "--json")
    assert done.json["report"] == "statement"
    cells = [cell.value for row in openpyxl.load_workbook(tmp_path / "s.xlsx").active for cell in row]
    assert f"Invoice {late}" in cells
    assert Decimal(100) in [Decimal(str(c)) for c in cells if isinstance(c, int | float)]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("0007", "s.doc"), "A statement is a .pdf or an .xlsx"),
        (("4711", "s.pdf"), "There is no customer with the number or name “4711”."),
        (("0007",), "Name the customer and the file"),
    ],
)
def test_a_statement_that_cannot_be_written_is_told(crm, late, words, sentence):
    refused = crm("report", "statement", *words)
    assert refused.code == 1
    assert sentence in refused.err
