"""Everything out as JSON and back into an empty company: no difference, frozen as before, all or nothing."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
import whole_business

from crm_desktop.billing import drafts
from crm_desktop.core import dates
from crm_desktop.core.errors import Cancelled, Problem, UserError
from crm_desktop.core.progress import Progress
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.db import derived, migrate
from crm_desktop.exchange import dumping, everything
from crm_desktop.safety import checking


@pytest.fixture
def written(data_file, tmp_path):
    """A whole business written out, with what its dump says."""
    with dates.freeze(whole_business.TODAY):
        whole_business.fill()
        customers.delete([customers.save({"company": "Im Papierkorb"})])
    path = tmp_path / "everything.json"
    assert everything.write(path) > 50
    return path, dumping.text(business=True)


@pytest.fixture
def empty(written, template_file, tmp_path):
    """An empty company, opened."""
    db.close()
    path = tmp_path / "empty.crm"
    path.write_bytes(template_file.read_bytes())
    migrate.open_file(path)
    return path


def test_it_comes_back_without_any_difference(written, empty):
    path, before = written
    found = everything.read(path)
    assert dumping.text(business=True) == before
    assert (found.customers, found.documents) == (2, db.value("SELECT count(*) FROM document WHERE state = 'issued'"))
    assert derived.differences(db.raw()) == {}
    assert checking.check().problems == []


def _one_row(table: str) -> None:
    """Invent a row of a table, as its columns and their checks want it."""
    sql = db.value("SELECT sql FROM sqlite_master WHERE name = ?", [table])
    goals = {row[3]: row[2] for row in db.query(f"PRAGMA foreign_key_list({table})")}
    values = {}
    for _place, name, kind, needed, default, key in db.query(f"PRAGMA table_info({table})"):
        allowed = re.search(rf"\b{name}\b[^,]*?IN \('(\w+)'", sql)
        if name in goals:
            # A second one of the same kind is another one; an issued document takes nothing more.
            others = [v for column, v in values.items() if goals.get(column) == goals[name] and v is not None]
            order = "state = 'issued', id" if goals[name] == "document" else f"id IN ({','.join(map(str, others))}), id"
            values[name] = db.value(f"SELECT id FROM {goals[name]} ORDER BY {order} LIMIT 1")
        elif name == "id" or (default is not None and not key):
            continue
        elif allowed:
            values[name] = allowed[1]
        elif needed or key:
            day = "2026-11-20T10:00:00.000000Z" if name.endswith("_at") else "2026-11-20"
            values[name] = day if name.endswith(("_at", "_on", "month")) else 1 if kind == "INTEGER" else "{}"
    db.insert(table, values) if "id" in {row[1] for row in db.query(f"PRAGMA table_info({table})")} else db.execute(
        f"INSERT INTO {table}({', '.join(values)}) VALUES({', '.join('?' * len(values))})", list(values.values())
    )


def test_rows_of_every_table_come_back(written, template_file, tmp_path):
    """Also of those that the business of this test does not fill by itself."""
    with db.transaction():
        drafts.save(drafts.begin(1))
        for _round in range(3):
            for table in everything.tables():
                if not db.value(f"SELECT 1 FROM {table} LIMIT 1"):
                    with contextlib.suppress(sqlite3.IntegrityError):
                        _one_row(table)
    assert [table for table in everything.tables() if not db.value(f"SELECT 1 FROM {table} LIMIT 1")] == []
    before = dumping.text(business=True)
    everything.write(tmp_path / "all.json")
    db.close()
    path = tmp_path / "other.crm"
    path.write_bytes(template_file.read_bytes())
    migrate.open_file(path)
    everything.read(tmp_path / "all.json")
    assert dumping.text(business=True) == before


def test_issued_documents_are_frozen_as_before_and_work_goes_on(written, empty):
    everything.read(written[0])
    with pytest.raises(Exception, match="cannot be changed"), db.transaction():
        db.execute("UPDATE document SET number = 'X' WHERE state = 'issued'")
    with dates.freeze(whole_business.TODAY):
        number = whole_business.bill(1).number
    assert db.value("SELECT count(*) FROM document WHERE number = ?", [number]) == 1
    assert db.value("SELECT count(*) FROM journal_step") > 0


def test_it_is_json_that_any_program_reads(written):
    import json

    told = json.loads(written[0].read_text(encoding="utf-8"))
    names = told["tables"]["customer"]["columns"]
    assert told["tables"]["customer"]["rows"][0][names.index("name")] == "Café"


def test_only_into_an_empty_company(written, empty):
    customers.save({"company": "Schon da"})
    with pytest.raises(UserError, match="empty company"):
        everything.read(written[0])


@pytest.mark.parametrize("damage", ["cut", "bytes", "column", "link", "newer", "foreign"])
def test_a_damaged_file_changes_nothing(written, empty, damage):
    path, before = written[0], dumping.text()
    text = path.read_text(encoding="utf-8")
    text = {
        "cut": text[: len(text) // 2],
        "bytes": text.replace('{"base64": "', '{"base64": "AAAA', 1),
        "column": text.replace('"vat_id"', '"shoe_size"'),
        "link": text.replace('"rows": [\n[1, "C-0001"', '"rows": [\n[9, "C-0009"'),
        "newer": text.replace('"version": ', '"version": 9'),
        "foreign": '{"format": "something"}',
    }[damage]
    path.write_text(text, encoding="utf-8")
    with pytest.raises((Problem, UserError)):
        everything.read(path)
    assert dumping.text() == before
    assert len(db.query(f"SELECT name FROM sqlite_master WHERE {everything._TRIGGERS}")) > 100


def test_cancel_leaves_nothing(written, empty):
    before, stopped = dumping.text(), Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        everything.read(written[0], stopped)
    assert dumping.text() == before
