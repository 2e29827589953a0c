"""The dump tells two states apart, and only by what is business."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import whole_business

from crm_desktop.activity import attachments
from crm_desktop.care import cases
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.db import history, migrate
from crm_desktop.exchange import dumping


def fill(*names):
    for name in names:
        customers.save({"company": name, "number": name, "tags": ["Regular"], "more_emails": ["a@b.de"]})


def test_lines_are_sorted_and_the_same_in_every_run(data_file):
    fill("Ostwind", "Nordwind")
    lines = list(dumping.lines())
    assert lines == sorted(lines)
    before = dumping.text()
    db.close()
    migrate.open_file(data_file, readonly=True)
    assert dumping.text() == before


def test_the_order_and_the_day_of_entry_are_no_business(data_path, template_file, tmp_path):
    found = []
    for days, names in ((0, ["Ostwind", "Nordwind"]), (3, ["Nordwind", "Ostwind"])):
        path = tmp_path / f"{days}.crm"
        path.write_bytes(template_file.read_bytes())
        migrate.open_file(path)
        with dates.freeze(date(2026, 11, 22) + timedelta(days=days)):
            fill(*names)
        found.append((dumping.text(business=True), dumping.text()))
        db.close()
    assert found[0][0] == found[1][0]
    assert found[0][1] != found[1][1]


def test_what_was_undone_leaves_no_trace_in_the_business(data_file):
    fill("Ostwind")
    before = dumping.text(business=True)
    customers.save({"company": "Nordwind"})
    customers.delete([1])
    assert dumping.text(business=True) != before
    history.undo(history.next_undo())
    history.undo(history.next_undo())
    assert dumping.text(business=True) == before


def test_records_are_named_by_their_numbers(data_file):
    fill("Ostwind")
    text = dumping.text(business=True)
    assert 'contact_channel {"customer": "Ostwind", "kind": "email", "value": "a@b.de"}' in text
    assert 'customer_tag {"customer": "Ostwind", "tag": "Regular"}' in text
    assert '"id"' not in text
    assert "journal" not in text
    assert "customer_search" not in text


def test_a_record_in_the_bin_is_told_apart(data_file):
    fill("Ostwind")
    customers.delete([1])
    line = next(line for line in dumping.lines(business=True) if line.startswith("customer {"))
    assert '"deleted": true' in line


def test_stored_bytes_are_shown_as_their_hash(data_file):
    kept = attachments.keep("item", 1, "abc.txt", b"abc")
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert f"sha256:{digest}" in dumping.text(business=True)
    attachments.remove(kept)
    assert digest not in dumping.text(business=True), "bytes that nobody needs any more"


def test_letters_and_mails_name_records_and_carry_nothing_invented(data_file):
    with dates.freeze(whole_business.TODAY):
        whole_business.fill()
        text = dumping.text(business=True)
    lines = [line for line in text.splitlines() if line.startswith(("mail {", "dunning_", "service {", "schedule"))]
    assert len(lines) >= 8
    assert [line for line in lines if line.startswith("mail {")]
    assert '"message_id"' not in text
    assert not [line for line in lines if '_id"' in line]
    assert '"record_of": "invoice INV-2026-0004"' in next(line for line in lines if line.startswith("mail {"))


# Under these names other records speak of a record, see `timeline.record`, `mails`, `attachments`.
SPOKEN_OF = {
    *attachments.OWNERS, attachments.RECORD, "campaign", "checklist_run", "dunning_letter", "feedback", "owner_rule_run",
    "payment", "received_document", "reminder", "schedule", "service", "stage_change",
}  # fmt: skip
# Columns that end like an id and are none of ours.
NO_IDS = {"vat_id", "sender_vat_id", "seller_id", "message_id"}


def test_every_reference_between_records_is_written_as_a_key_of_the_business(data_file):
    named = {dumping._TABLES.get(record, record) for record in SPOKEN_OF}
    for table in dumping._tables(business=True):
        references = dumping._references(table)
        named |= set(references.values())
        told = {column for owner, column in dumping._EITHER if owner == table} | set(references) | NO_IDS
        columns = {row[1] for row in db.query(f"PRAGMA table_info({table})")}
        assert {column for column in columns if column.endswith("_id")} <= told, table
    assert named - dumping._NAMES.keys() == set()
    for table, words in dumping._NAMES.items():
        db.query(f"SELECT {words} FROM {table}")


def test_a_mail_about_a_case_names_the_case(data_file):
    fill("Ostwind")
    case = cases.save({"customer_id": 1, "title": "Leaks"})
    line = next(line for line in dumping.lines(business=True) if '"record": "case"' in line)
    assert f'"record_of": "{cases.get(case).number}"' in line
