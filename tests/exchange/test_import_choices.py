"""What the user may choose about an import: the key, the act of a row, what is hidden in the workbook."""

from __future__ import annotations

import pytest
from import_files import write_csv

from crm_desktop.core.errors import UserError
from crm_desktop.db import connection as db
from crm_desktop.exchange import importing
from crm_desktop.exchange.deciding import Decisions

KNOWN = [
    ["Kundennr", "Firma", "E-Mail", "Telefon", "PLZ", "USt-IdNr"],
    ["7", "Lux GmbH", "post@lux.example", "+49 351 1234567", "01067", "DE136695976"],
]


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("number", ["7", "Someone Else", "", "", "", ""]),
        ("email", ["", "Someone Else", "POST@lux.example", "", "", ""]),
        ("phone", ["", "Someone Else", "", "0351 / 123 45 67", "", ""]),
        ("vat_id", ["", "Someone Else", "", "", "", "DE 136 695 976"]),
        ("name+postcode", ["", "LUX GmbH", "other@lux.example", "", "01067", ""]),
    ],
)
def test_the_key_by_which_customers_are_found_can_be_chosen(data_file, tmp_path, key, row):
    importing.run(write_csv(tmp_path / "k.csv", KNOWN))
    strangers = [["", "Nord GmbH", "post@nord.example", "030 999999", "01067", ""], ["8", "Süd GmbH", "", "", "", ""]]
    result = importing.run(write_csv(tmp_path / "more.csv", [KNOWN[0], row, *strangers]), match=key)
    assert (result.outcome.created["customers"], result.outcome.updated["customers"]) == (2, 1)
    assert db.value("SELECT count(*) FROM customer") == 3


def test_a_key_is_for_customers_only(data_file, tmp_path):
    path = write_csv(tmp_path / "p.csv", [["Artikel", "Preis"], ["Lampe", "12,50"]])
    with pytest.raises(UserError, match="for customers only"):
        importing.run(path, kind="catalogue", match="email")


def _decided(path, decisions, *, dry_run=False):
    with importing.open_file(path) as opened:
        opened.choose()
        opened.match()
        opened.decisions = decisions
        return opened.check() if dry_run else opened.carry_out()


def _named():
    return [row[0] for row in db.query("SELECT name FROM customer WHERE deleted_at IS NULL ORDER BY id")]


def test_rows_that_change_a_customer_are_listed_and_each_can_be_decided(data_file, tmp_path):
    rows = [["Nr", "Firma", "Ort"], ["1", "Ost GmbH", "Kiel"], ["2", "Nord GmbH", "Bonn"], ["3", "West GmbH", "Ulm"]]
    importing.run(write_csv(tmp_path / "a.csv", rows))
    changed = [rows[0], *[[*row[:2], "Berlin"] for row in rows[1:]]]
    path = write_csv(tmp_path / "b.csv", changed)
    dry = _decided(path, Decisions(), dry_run=True)
    assert [(d.row, d.case, d.name, d.act) for d in dry.outcome.doubts] == [
        (2, "changed", "Ost GmbH", "update"), (3, "changed", "Nord GmbH", "update"), (4, "changed", "West GmbH", "update")
    ]  # fmt: skip
    done = _decided(path, Decisions(rows={2: "keep", 3: "new"}))
    outcome = done.outcome
    assert (outcome.created["customers"], outcome.updated["customers"], outcome.unchanged["customers"]) == (1, 1, 1)
    found = db.query("SELECT number, name, city FROM customer ORDER BY id")
    assert found[:3] == [("1", "Ost GmbH", "Kiel"), ("2", "Nord GmbH", "Bonn"), ("3", "West GmbH", "Berlin")]
    assert found[3][1:] == ("Nord GmbH", "Berlin")
    assert found[3][0] not in {"1", "2", "3"}


def test_one_decision_can_hold_for_all_rows_like_it(data_file, tmp_path):
    importing.run(write_csv(tmp_path / "a.csv", [["Firma", "PLZ"], ["Ost GmbH", "1"], ["Nord GmbH", "2"]]))
    path = write_csv(tmp_path / "b.csv", [["Firma", "PLZ"], ["Ost GmbH", "11"], ["Nord GmbH", "22"]])
    dry = _decided(path, Decisions(), dry_run=True)
    assert [(d.case, d.known, d.act) for d in dry.outcome.doubts] == [
        ("maybe", "Ost GmbH", "new"), ("maybe", "Nord GmbH", "new")
    ]  # fmt: skip
    assert dry.outcome.created["customers"] == 2
    _decided(path, Decisions(rows={3: "keep"}, all_like={"maybe": "update"}))
    assert _named() == ["Ost GmbH", "Nord GmbH"]
    assert [row[0] for row in db.query("SELECT postcode FROM customer ORDER BY id")] == ["11", "2"]


@pytest.fixture
def workbook_with_hidden(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B1"] = "Liste"
    for row in (
        ["Firma", "Ort", "Rabatt"],
        ["Ost GmbH", "Kiel", "5"],
        ["Nord GmbH", "Bonn", "7"],
        ["Süd GmbH", "Ulm", "9"],
    ):
        sheet.append([None, *row])
    sheet.row_dimensions[4].hidden = True
    sheet.row_dimensions[90].hidden = True
    sheet.column_dimensions["D"].hidden = True
    book.save(tmp_path / "hidden.xlsx")
    return tmp_path / "hidden.xlsx"


def test_hidden_rows_and_columns_are_told_and_come_in(data_file, workbook_with_hidden):
    result = importing.run(workbook_with_hidden)
    assert [n.reason for n in result.outcome.warnings] == [
        "Hidden in the workbook and imported all the same: row 4 and column D"
    ]
    assert result.mapping["custom.Rabatt"] == "Rabatt"
    assert len(_named()) == 3


def test_hidden_rows_and_columns_are_left_out_when_asked(data_file, workbook_with_hidden):
    result = importing.run(workbook_with_hidden, skip_hidden=True)
    assert [(n.row, n.reason) for n in result.outcome.skipped if n.row > 2] == [(4, "Hidden in the workbook")]
    assert "custom.Rabatt" not in result.mapping
    assert _named() == ["Ost GmbH", "Süd GmbH"]
