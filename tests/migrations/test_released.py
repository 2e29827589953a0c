"""A file of each released version opens in this one with all that was in it."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from crm_desktop.billing import invoice_list, invoices
from crm_desktop.customers import customer_list, customers
from crm_desktop.db import connection as db
from crm_desktop.db import history, migrate
from crm_desktop.safety import checking

RELEASED = Path(__file__).parents[1] / "data" / "released"
VERSIONS = range(1, migrate.LATEST + 1)


@pytest.fixture(params=VERSIONS, ids=lambda version: f"v{version}")
def kept(request, tmp_path):
    path = tmp_path / "kept.crm"
    path.write_bytes(gzip.decompress((RELEASED / f"v{request.param}.crm.gz").read_bytes()))
    return path, json.loads((RELEASED / f"v{request.param}.json").read_text(encoding="utf-8"))


def schema(path):
    """What a file consists of, with the order of columns but not of tables."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
        return sorted((kind, name, " ".join((sql or "").split())) for kind, name, sql in rows)


def test_a_file_of_each_version_opens_with_all_its_content(kept):
    path, census = kept
    migrate.open_file(path)
    now = migrate.census(db.raw())
    grown = {table for step in migrate.STEPS for table in step.ADDS}
    for table, (rows, sums) in census.items():
        assert now[table][0] == rows or (table in grown and now[table][0] > rows), table
        assert sums.items() <= now[table][1].items(), table
    assert checking.check().as_json() == {"ok": True, "problems": [], "notes": []}


def test_what_was_entered_then_is_shown_and_can_be_worked_with(kept):
    path, _census = kept
    migrate.open_file(path)
    found = customers.get(customer_list.ids(search="ostwind")[0])
    assert (found.city, found.tags, found.custom) == ("Łódź", ["big"], {"Colour": "red"})
    row = invoice_list.rows(invoice_list.ids("open"))[0]
    assert (row.number, row.gross_minor, row.open_minor) == ("INV-2026-0001", 3967, 2967)
    assert invoices.pdf(row.id) == b"%PDF-1.7 kept"
    history.undo(history.next_undo())
    customers.save({"city": "Kiel"}, found.id)


def test_the_newest_version_is_what_its_migrations_make(tmp_path):
    """A released migration is frozen: a later change of it would leave files of the release behind."""
    fresh, path = tmp_path / "fresh.crm", tmp_path / "kept.crm"
    migrate.create_file(fresh)
    path.write_bytes(gzip.decompress((RELEASED / f"v{migrate.LATEST}.crm.gz").read_bytes()))
    assert schema(fresh) == schema(path), "run tests/migrations/keep_release.py if this version is not released yet"
