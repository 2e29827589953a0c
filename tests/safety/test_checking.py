"""The check finds what was changed outside the program, and nothing where all is well."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from from_outside import change as outside

from crm_desktop.billing import draft_json, invoices, payments
from crm_desktop.company import numbering, profile
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.safety import checking

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "billing_vectors.json").read_text(encoding="utf-8"))
LINES = [
    {"name": "Lamp", "qty": "2", "price": "120.00", "rate": "19"},
    {"name": "Bulb", "qty": "1", "price": "3", "rate": "7"},
]


def issue(day="2026-11-22", **more):
    data = {"customer": "K-1", "issue_date": day, "lines": LINES, **more}
    return invoices.issue_draft(draft_json.read(data), lambda _document: b"%PDF-1.7 paper")


def found():
    return [(problem.what, problem.where) for problem in checking.check().problems]


@pytest.fixture
def firm(data_file):
    with dates.freeze(date(2026, 11, 22)):
        profile.save({"name": "Lamps", "street": "Way 1", "postcode": "1", "city": "Kiel", "tax_number": "12/345"})
        customers.save({"company": "Ostwind", "street": "A 1", "city": "Kiel", "country": "DE", "number": "K-1"})
        yield data_file


def test_a_new_file_is_well(data_file):
    assert checking.check().as_json() == {"ok": True, "problems": [], "notes": []}


def test_every_worked_example_is_well_once_issued(firm):
    issued = 0
    for vector in VECTORS["vectors"]:
        data = {"customer": "K-1", "issue_date": "2026-11-22"} | vector["input"]
        try:
            invoices.issue_draft(draft_json.read(data), lambda _document: b"%PDF-1.7")
        except ValidationError:
            continue
        issued += 1
    assert issued > 10
    assert checking.check().as_json() == {"ok": True, "problems": [], "notes": []}


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("UPDATE document SET grand_total_minor = grand_total_minor + 1", "sums"),
        ("UPDATE document SET due_minor = 0", "sums"),
        ("UPDATE document_line SET net_minor = net_minor + 1 WHERE position = 1", "sums"),
        ("UPDATE document_line SET price_scaled = 1 WHERE position = 1", "amounts"),
        ("UPDATE document_tax SET tax_minor = tax_minor - 1", "sums"),
        ("DELETE FROM document_line WHERE position = 2", "sums"),
        ("UPDATE document_file SET content = x'00'", "hash"),
    ],
)
def test_an_invoice_that_was_changed_is_named(firm, sql, what):
    number = issue().number
    outside(sql)
    assert (what, number) in found()
    assert not checking.check().ok


def test_a_missing_number_is_named(firm):
    numbers = [issue().number for _ in range(4)]
    outside("DELETE FROM document WHERE number = ?", numbers[1])
    problems = [p for p in checking.check().problems if p.what == "numbers"]
    assert [p.where for p in problems] == [numbers[2]]
    assert f"Between {numbers[0]} and {numbers[2]} 1 number is missing" in problems[0].sentence


def test_numbers_left_out_on_purpose_are_no_problem(firm):
    issue()
    numbering.set_next("invoice", date(2026, 11, 22), 500)
    issue()
    numbering.raise_past("invoice", "INV-2026-0700", date(2026, 11, 22))
    issue()
    assert [number for (number,) in db.query("SELECT number FROM document ORDER BY id")] == [
        "INV-2026-0001",
        "INV-2026-0500",
        "INV-2026-0701",
    ]
    assert checking.check().ok


def test_an_earlier_date_under_a_later_number_is_only_a_note(firm):
    issue("2026-11-22")
    issue("2026-11-01")
    result = checking.check()
    assert result.ok
    assert [(note.what, note.where) for note in result.notes] == [("dates", "INV-2026-0002")]


def test_an_invoice_without_a_pdf_is_only_a_note(firm):
    data = {"customer": "K-1", "issue_date": "2026-11-22", "lines": LINES}
    invoices.issue_draft(draft_json.read(data))
    result = checking.check()
    assert result.ok
    assert [note.what for note in result.notes] == ["paper"]


def test_search_and_balances_that_differ_are_named(firm):
    db.raw().execute("UPDATE customer_list SET open_minor = 7")
    assert found() == [("derived", "customer_list")]


def test_a_link_to_nothing_is_named(firm):
    outside("INSERT INTO contact_channel(customer_id, kind, value) VALUES(99, 'email', 'a@b.de')")
    assert [what for what, _where in found()] == ["links"]


def test_damaged_pages_are_named(firm):
    page = db.value("SELECT rootpage FROM sqlite_master WHERE name = 'item_number'")
    size = db.value("PRAGMA page_size")
    db.close()
    content = bytearray(firm.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    firm.write_bytes(content)
    db.attach(firm)
    problems = checking.check().problems
    assert problems[0].what == "file"
    assert "damaged" in problems[0].sentence


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE allocation SET amount_minor = amount_minor + 1", "is settled than was due"),
        ("UPDATE payment SET amount_minor = amount_minor - 1", "settles more than it holds"),
        ("UPDATE payment SET currency = 'CHF'", "in another currency"),
        (
            (
                "INSERT INTO payment(customer_id, paid_on, amount_minor, currency, created_at) "
                "SELECT id, '2026-11-22', -1, 'EUR', '' FROM customer"
            ),
            "than their credit held",
        ),
    ],
)
def test_payments_that_cannot_be_are_found(firm, sql, words):
    document = issue()
    payments.record(document.id, document.open)
    assert found() == []
    outside(sql)
    assert words in " ".join(problem.sentence for problem in checking.check().problems)
