"""The program is killed at any moment: numbers stay gapless and unique, papers and drafts whole, all or nothing done."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import killing

from crm_desktop.billing import number_report
from crm_desktop.core import dates
from crm_desktop.db import connection as db
from crm_desktop.safety import checking, company_files

KILLS, FEW = (200, 20) if killing.IS_LONG else (20, 4)
CHECK_EACH = 20 if killing.IS_LONG else 10


@pytest.fixture
def shop(data_file):
    """A file with a company, customers, late invoices and a statement that pays them; closed."""
    with dates.freeze(killing.TODAY):
        killing.set_up()
        db.close()
        yield data_file
        company_files.close_data_file(make_backup=False)


def opened(path):
    """Open the file as the window does after a crash."""
    company_files.open_data_file(path, remembered=False)


def closed():
    company_files.close_data_file(make_backup=False)


def papers_missing():
    """Issued documents without their PDF, or without the file that the customer's format asks for."""
    return db.query(
        "SELECT d.number FROM document d WHERE d.state = 'issued' AND NOT EXISTS (SELECT 1 FROM document_file f "
        "WHERE f.document_id = d.id AND f.kind = 'pdf' AND length(f.content) > 0) OR d.state = 'issued' "
        "AND d.einvoice_format = 'xrechnung_ubl' AND NOT EXISTS (SELECT 1 FROM document_file f "
        "WHERE f.document_id = d.id AND f.kind = 'xml')"
    )


def drafts_in_pieces():
    return db.query(
        "SELECT id FROM document d WHERE state = 'draft' AND (SELECT count(*) FROM document_line l "
        "WHERE l.document_id = d.id) <> 3"
    )


def test_numbers_papers_and_drafts_survive_kills_while_issuing(shop, record_property):
    record_property("tried", f"{KILLS} kills while issuing")
    told = 0
    for kill in range(KILLS):
        # A real paper takes longer than writing it: half of the kills are aimed at the writing.
        work = "issue_printed" if kill % 2 else "issue_fast"
        told += killing.kill_while(work, shop, seed=kill)
        opened(shop)
        (series,) = number_report.report(("invoice",))
        assert (series.gaps, series.others, series.count >= 25 + told) == ((), (), True)
        assert (
            db.query("SELECT number FROM document WHERE number IS NOT NULL GROUP BY number HAVING count(*) > 1") == []
        )
        assert papers_missing() == []
        assert drafts_in_pieces() == []
        if kill % CHECK_EACH == CHECK_EACH - 1:
            assert checking.check().as_json() == {"ok": True, "problems": [], "notes": []}
        closed()
    assert told > KILLS


def test_a_statement_is_booked_as_a_whole_or_not_at_all(shop, record_property):
    record_property("tried", f"{FEW} while booking")
    for kill in range(FEW):
        killing.kill_while("book_and_take_back", shop, seed=kill, longest_s=0.4)
        opened(shop)
        booked, paid, settled = (
            db.value("SELECT count(*) FROM bank_transaction WHERE state = 'booked' AND payment_id IS NOT NULL"),
            db.value("SELECT count(*) FROM payment"),
            db.value("SELECT count(*) FROM allocation"),
        )
        assert (booked, paid, settled) in {(0, 0, 0), (25, 25, 25)}
        assert checking.check().problems == []
        closed()


def test_reminders_are_made_all_or_none(shop, record_property):
    record_property("tried", f"{FEW} while reminding")
    for kill in range(FEW):
        killing.kill_while("remind_and_take_back", shop, seed=kill, longest_s=0.4)
        opened(shop)
        letters, items, files = (
            db.value("SELECT count(*) FROM dunning_letter"),
            db.value("SELECT count(*) FROM dunning_item"),
            db.value("SELECT count(*) FROM dunning_letter l JOIN stored_file f ON f.id = l.file_id"),
        )
        assert (letters, items, files) in {(0, 0, 0), (25, 25, 25)}
        assert db.query("SELECT number FROM dunning_letter GROUP BY number HAVING count(*) > 1") == []
        assert checking.check().problems == []
        closed()
