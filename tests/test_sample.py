"""The sample company: made from the shipped spreadsheets, whole, and alike each time."""

from __future__ import annotations

from datetime import date

import pytest

from crm_desktop import sample
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Cancelled
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.exchange import dumping
from crm_desktop.insight import today
from crm_desktop.safety import checking

TODAY = date(2026, 11, 22)


def paper(_document):
    return b"%PDF-1.4 of the sample"


def make(path):
    with dates.freeze(TODAY):
        sample.create(path, paper)


def test_every_kind_of_record_is_there_and_the_check_finds_nothing(tmp_path):
    make(tmp_path / "sample.crm")
    kinds = dict(db.query("SELECT kind, count(*) FROM document WHERE state = 'issued' GROUP BY kind"))
    assert kinds == {"invoice": 67 + sample.INVOICES, "credit_note": 1, "receipt": 1} | dict.fromkeys(
        ("quote", "order_confirmation", "delivery_note", "proforma"), 1
    )
    codes = {code for (code,) in db.query("SELECT type_code FROM document WHERE kind = 'invoice'")}
    assert codes == {"380", "386", "326", "384"}
    formats = {name for (name,) in db.query("SELECT einvoice_format FROM document WHERE imported = 0")}
    assert formats >= {"facturx", "xrechnung_cii", "xrechnung_ubl", "peppol"}
    assert db.value("SELECT count(*) FROM customer") == 100
    assert profile.load().is_sample
    with dates.freeze(TODAY):
        assert {task.kind for task in today.tasks()} >= {"overdue", "contract", "reminder", "birthday"}
        assert checking.check().ok


def test_customers_are_known_as_people_not_only_as_bills(tmp_path):
    make(tmp_path / "sample.crm")
    assert dict(db.query("SELECT state, count(*) FROM opportunity GROUP BY state")) == {"open": 12, "won": 2, "lost": 2}
    assert {kind for (kind,) in db.query("SELECT kind FROM support_case")} == {
        "complaint",
        "repair",
        "question",
        "return",
    }
    stages = dict(
        db.query("SELECT s.code, count(*) FROM customer c JOIN lifecycle_stage s ON s.id = c.stage_id GROUP BY 1")
    )
    assert {"lead", "customer", "regular"} <= set(stages)
    with dates.freeze(TODAY):
        assert {task.kind for task in today.tasks()} >= {"case", "stale_deal", "deal"}


def test_it_is_the_same_each_time(tmp_path):
    texts = []
    for name in ("one.crm", "two.crm"):
        make(tmp_path / name)
        texts.append(dumping.text(business=True))
        db.close()
    assert texts[0] == texts[1]


def test_cancelling_leaves_no_half_made_file(tmp_path):
    progress = Progress()

    def stop_while_writing(done, _total, _text):
        if done > len(sample.SHEETS) + 3:
            progress.cancel()

    progress = Progress(stop_while_writing)
    with pytest.raises(Cancelled), dates.freeze(TODAY):
        sample.create(tmp_path / "sample.crm", paper, progress)
    assert list(tmp_path.glob("sample.crm*")) == []
