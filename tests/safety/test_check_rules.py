"""Each rule between records finds what breaks it, and is silent about a business that did everything once."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from from_outside import change as outside

from crm_desktop.billing import (
    bank_booking,
    bank_matching,
    chain,
    deposits,
    drafts,
    dunning_letters,
    invoices,
    received_documents,
    recurring_edit,
    to_bill,
)
from crm_desktop.billing.bank_movement import BankFile, Movement, Statement
from crm_desktop.billing.document import DraftLine
from crm_desktop.billing.document_files import Printed
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.outreach import letters, mails
from crm_desktop.safety import check_rules, checking
from crm_desktop.sales import work_done

TODAY = date(2026, 11, 24)
LINE = DraftLine(name="Kitchen", price=Decimal(1000), rate=Decimal(19))


def issue(draft):
    return invoices.issue(draft.id, lambda _document: Printed(b"%PDF-1.7", b"<xml/>"))


def bill(customer, **more):
    return issue(drafts.save(replace(drafts.begin(customer), lines=(LINE,), **more)))


@pytest.fixture
def business(data_file):
    """Deposit and final invoice, a letter, a booked statement, billed hours and months, a received invoice, a mail."""
    with dates.freeze(TODAY):
        profile.save(
            {"name": "Werk", "street": "Kai 1", "postcode": "20457", "city": "Hamburg", "vat_id": "DE136695976"}
        )
        cafe = customers.save(
            {"company": "Café", "street": "Kai 7", "city": "Hamburg", "country": "DE", "email": "a@cafe.example"}
        )
        late = TODAY - timedelta(days=20)
        with dates.freeze(late):
            bill(cafe, issue_on=late, due_on=late)
        placed = issue(drafts.save(replace(drafts.begin(cafe, "order_confirmation"), lines=(LINE,))))
        issue(deposits.deposit(placed.id, percent=Decimal(30)))
        issue(chain.follow(placed.id, "invoice"))
        dunning_letters.make_letters([dunning_letters.Choice(cafe, "EUR")], lambda _letter: b"%PDF-1.7 letter")
        paid = bill(cafe)
        moved = Movement(booked_on=TODAY, amount_minor=119_000, currency="EUR", purpose=paid.number)
        statement = Statement(
            format="camt", account="DE89", currency="EUR", movements=(moved, replace(moved, purpose="?"))
        )
        bank_booking.take_in(BankFile(name="a.xml", sha256="0" * 64, statements=(statement,)))
        bank_booking.book(bank_booking.matches(bank_matching.proposals().values()))
        work_done.save({"customer_id": cafe, "name": "Hours", "quantity": Decimal(1), "price": Decimal(80)})
        recurring_edit.save(
            {"customer_id": cafe, "title": "Hosting", "price": Decimal(31), "anchor_on": date(2026, 9, 1),
             "start_on": date(2026, 9, 1)}
        )  # fmt: skip
        for draft in to_bill.bill(cafe):
            issue(draft)
        received_documents.file(
            received_documents.ToFile(
                kind="invoice", format="cii", sender="Holz AG", sender_vat_id="", number="4711", issue_on=TODAY,
                due_on=TODAY, currency="EUR", net_minor=100, tax_minor=19, gross_minor=119, content={}, findings=[],
                file=b"<xml/>", media_type="application/xml",
            )
        )  # fmt: skip
        mails.queue(letters.about_document(paid.id))
        yield cafe


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
