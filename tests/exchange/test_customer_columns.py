"""Customers as columns say what they say row by row, and many are taken as one by one."""

from __future__ import annotations

import in_process
import pytest
from import_files import write_csv

from crm_desktop.db import bulk, derived
from crm_desktop.db import connection as db
from crm_desktop.exchange import customer_columns
from crm_desktop.exchange.customer_columns import CustomerColumns
from crm_desktop.exchange.known_customers import Known
from crm_desktop.exchange.records import customer_of

KEYS = [
    "number",
    "company",
    "title",
    "first_name",
    "last_name",
    "kind",
    "emails",
    "phones",
    "tags",
    "notes",
    "custom.K",
]
ROWS = (
    ("1", "Müller & Söhne GmbH", "", "Anna", "Müller", "", ["a@x.example", "b@x.example"], ["040 1"], ["a", "b"], "so\nso", "H"),
    ("2", "ANNA MÜLLER", "Dr.", "Anna", "Müller", "", [], [], [], "", ""),
    ("", "", "", "", "Łoś", "Firma", ["l@x.example", "l@x.example"], [], ["a"], "", "0"),
    ("4", "", "", "", "", "privat", ["only@x.example"], ["040 1", "040 2"], [], "", ""),
    ("5", "", "", "", "", "", [], ["040 3"], [], "nobody", ""),
)  # fmt: skip


def test_columns_say_of_each_customer_what_the_row_says():
    batch = customer_columns.gather(KEYS, [list(column) for column in zip(*ROWS, strict=True)], range(2, 7))
    assert isinstance(batch, CustomerColumns)
    records = [customer_of({k: v for k, v in zip(KEYS, row, strict=True) if v}) for row in ROWS]
    assert [batch.record(place) for place in range(5)] == records
    assert batch.names == list(map(customer_columns.display_name, records))
    assert batch.names[:4] == ["Müller & Söhne GmbH", "Dr. Anna Müller", "Łoś", "only@x.example"]
    assert list(batch.contents()) == list(map(batch.content_of, records))
    assert [piece.record(0) for piece in batch.pieces(2)] == records[::2]


def test_names_in_one_cell_are_taken_apart_as_in_a_row():
    keys = ["name", "company", "last_name", "kind"]
    rows = [
        ("Dr. Anna Müller", "", "", ""), ("Anna Müller", "ANNA MÜLLER", "", ""), ("Werft Nord GmbH", "", "", ""),
        ("Frau Dr. Eva Berg", "Eva Berg", "", ""), ("Nord", "", "", "Firma"), ("Ina Ost", "Ost OHG", "Ost", ""),
        ("", "Max Muster", "Max Muster", ""), ("Beck, Ben", "Beck KG", "", ""),
    ]  # fmt: skip
    batch = customer_columns.gather(keys, [list(column) for column in zip(*rows, strict=True)], range(2, 10))
    records = [customer_of({k: v for k, v in zip(keys, row, strict=True) if v}) for row in rows]
    assert isinstance(batch, CustomerColumns)
    assert [batch.record(place) for place in range(8)] == records
    assert batch.names == list(map(customer_columns.display_name, records))


def test_a_column_that_says_several_things_is_taken_row_by_row():
    made = customer_columns.gather(["address"], [["Hauptstr. 12, 20095 Hamburg"]], [7])
    assert made == [(7, {"street": "Hauptstr. 12", "postcode": "20095", "city": "Hamburg", "kind": "person"})]


HEAD = ["Kundennummer", "Firma", "PLZ", "Ort", "E-Mail", "Telefon"]


def _firms(count):
    return [[f"K{n}", f"Werft {n}", f"{10000 + n}", "Kiel", f"w{n}@x.example", f"040 {n:06}"] for n in range(count)]


@pytest.mark.parametrize("first_column", [0, 1])
def test_many_are_taken_as_one_by_one(data_file, tmp_path, monkeypatch, first_column):
    rows = _firms(230)
    rows[120] = [*rows[20][:-1], "040 999"]
    rows.insert(130, rows[121])
    rows.insert(140, ["", "Werft 7", "", "", "", ""])
    rows.insert(150, ["K7", "Andere", "20095", "Kiel", "other@x.example", ""])
    path = write_csv(tmp_path / "k.csv", [row[first_column:] for row in [HEAD, *rows]])
    many = in_process.run(path, dry_run=True).as_json()
    monkeypatch.setattr(Known, "are_new", lambda _self, _batch: False)
    assert in_process.run(path, dry_run=True).as_json() == many
    monkeypatch.undo()
    written = in_process.run(path).as_json()
    assert {key: value for key, value in written.items() if key != "import_id"} == {
        key: value for key, value in many.items() if key != "import_id"
    }
    assert db.value("SELECT count(*) FROM customer") == many["created"]["customers"]
    assert len(many["skipped"]) >= 3


def test_what_most_rows_are_new_to_is_made_anew_with_all_its_indexes(data_file, monkeypatch):
    monkeypatch.setattr(derived, "_MANY", 3)
    schema = "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2"
    before = db.query(schema)
    now = "2026-11-22T09:00:00Z"
    with db.transaction("Import"), bulk.inserting(("customer",), rows=40):
        db.execute_many(
            "INSERT INTO customer(number, kind, name, email, created_at, updated_at) VALUES(?, 'person', ?, ?, ?, ?)",
            [(f"K{n}", f"Jörg {n}", f"{n}@x.example", now, now) for n in range(40)],
        )
        assert not db.query("SELECT 1 FROM sqlite_master WHERE name = 'customer_email'")
    assert db.query(schema) == before
    assert derived.differences(db.raw()) == {}
    assert db.value("SELECT count(*) FROM stale") == 0
    assert db.value("SELECT count(*) FROM journal_change") == 40
    assert db.value("SELECT count(*) FROM customer_search WHERE customer_search MATCH 'jorg'") == 40
    with db.transaction():
        db.execute("INSERT INTO customer_search(customer_search, rank) VALUES('integrity-check', 1)")
