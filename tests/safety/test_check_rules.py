"""Each rule between records finds what breaks it, and is silent about a business that did everything once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))
import whole_business
from from_outside import change as outside

from crm_desktop.core import dates
from crm_desktop.db import connection as db
from crm_desktop.safety import check_rules, checking


@pytest.fixture
def business(data_file):
    with dates.freeze(whole_business.TODAY):
        yield whole_business.fill()


def test_a_business_that_did_everything_is_well(business):
    assert checking.check().as_json() == {"ok": True, "problems": [], "notes": []}
    for table in ("document_deduction", "dunning_item", "service", "schedule_period", "mail", "received_document"):
        assert db.value(f"SELECT count(*) FROM {table}"), table


@pytest.mark.parametrize(
    ("sql", "what", "words"),
    [
        ("UPDATE document_deduction SET basis_minor = basis_minor + 1", "deductions", "paid before"),
        ("UPDATE document_deduction SET basis_minor = basis_minor + 1", "deductions", "deducted than it billed"),
        ("UPDATE document_deduction SET number = 'X'", "deductions", "another document than it names"),
        ("UPDATE document_file SET content = x'00' WHERE kind = 'xml'", "hash", "The stored XML of"),
        ("UPDATE dunning_item SET open_minor = open_minor + 1", "reminders", "is noted about it"),
        ("DELETE FROM dunning_item", "reminders", "is noted about it"),
        (("INSERT INTO dunning_letter SELECT 99, customer_id, number, made_on, level, deadline_on, language, currency, "
         "open_minor, fee_minor, interest_minor, content, file_id, sent_at, created_at FROM dunning_letter"),
         "reminders", "Several payment reminders"),
        ("UPDATE bank_transaction SET state = 'open'", "payments", "booked twice, or only half"),
        ("UPDATE bank_transaction SET state = 'booked', payment_id = (SELECT id FROM payment)", "payments", "booked twice"),
        (("INSERT INTO schedule_period(schedule_id, from_on, to_on, state, document_id, made_at) SELECT schedule_id, "
         "'2026-09-15', to_on, state, (SELECT min(id) FROM document), made_at FROM schedule_period LIMIT 1"),
         "work", "same days on two documents"),
        ("UPDATE schedule_period SET state = 'skipped'", "work", "billed cannot be"),
        ("UPDATE service SET not_billed = 1", "work", "not to be billed"),
        ("UPDATE mail SET state = 'sent'", "mails", "both that it was sent"),
        ("UPDATE mail SET files = '[{\"name\": \"a\", \"source\": \"pdf\", \"id\": 999}]'", "mails", "no longer there"),
    ],
)  # fmt: skip
def test_what_was_changed_from_outside_is_named(business, sql, what, words):
    outside(sql)
    found = checking.check()
    assert not found.ok
    assert words in " ".join(problem.sentence for problem in found.problems if problem.what == what)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE dunning_letter SET file_id = NULL", "without a PDF"),
        ("UPDATE document_file SET kind = 'other' WHERE kind = 'xml'", "without its e-invoice"),
        ("UPDATE service SET customer_id = 99", "for another customer"),
    ],
)
def test_what_is_odd_but_possible_is_a_note(business, sql, words):
    db.raw().execute("PRAGMA foreign_keys = 0")
    outside("UPDATE document SET einvoice_format = 'peppol' WHERE state = 'issued'")
    outside(sql)
    assert words in " ".join(note.sentence for note in checking.check().notes)


@pytest.mark.parametrize(("table", "name"), [("received_document", "Holz AG 4711"), ("dunning_letter", "RM-2026-0001")])
def test_a_changed_file_is_called_by_what_it_belongs_to(business, table, name):
    outside(f"UPDATE stored_file SET content = x'00' WHERE id = (SELECT file_id FROM {table})")
    assert [(p.what, p.where) for p in checking.check().problems] == [("hash", name)]


def test_every_rule_has_a_sentence_with_its_place():
    rules = [rule for group in check_rules.GROUPS.values() for rule in group]
    assert [rule.sentence for rule in rules if "{where}" not in rule.sentence] == []
