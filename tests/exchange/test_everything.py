"""Everything out as JSON and back into an empty company: no difference, frozen as before, all or nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
import whole_business

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
