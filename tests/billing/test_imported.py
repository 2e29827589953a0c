"""Documents that came from elsewhere keep the amounts that they carry, and go only with their import."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.billing import imported, invoice_list, invoices
from crm_desktop.billing.imported import ImportedDocument, ImportedLine
from crm_desktop.db import connection as db
from crm_desktop.db import derived, history


def bill(customer_id: int, **more: object) -> ImportedDocument:
    """RE-2025-0042 over 119.00."""
    head = ImportedDocument(
        number="INV-2026-0042",
        customer_id=customer_id,
        issue_on=date(2026, 3, 2),
        currency="EUR",
        gross=Decimal(119),
        tax=Decimal(19),
    )
    return replace(head, **more)  # type: ignore[arg-type]


def test_what_is_missing_follows_from_the_other_sums(cafe: int) -> None:
    shown = invoices.get(imported.add(bill(cafe)))
    t = shown.totals
    assert (t.tax_basis, t.tax_total, t.grand_total, t.due) == (100, 19, 119, 119)
    assert [(g.category, g.rate, g.basis, g.tax) for g in t.breakdown] == [("S", 19, 100, 19)]
    assert (shown.number, shown.due_on, shown.open, shown.imported) == ("INV-2026-0042", date(2026, 3, 16), 119, True)
    assert shown.buyer["name"] == "Café Ostwind"


def test_amounts_that_do_not_add_up_are_kept_and_told(cafe: int) -> None:
    odd = bill(cafe, net=Decimal(101), lines=(ImportedLine(name="Chair", net=Decimal(90)),), paid=Decimal(200))
    assert imported.oddities(odd) == [
        "INV-2026-0042: €101.00 and €19.00 tax do not make €119.00. The amounts are kept as they are.",
        "INV-2026-0042: The lines make €90.00, but €101.00 is stated. The amounts are kept as they are.",
        "INV-2026-0042: More was paid than was owed. The rest is the customer's credit.",
    ]
    t = invoices.get(imported.add(odd)).totals
    assert (t.tax_basis, t.tax_total, t.grand_total) == (101, 19, 119)
    assert imported.oddities(bill(cafe)) == []


def test_lines_alone_make_the_sums(cafe: int) -> None:
    lines = (
        ImportedLine(name="Chair", quantity=Decimal(2), price=Decimal("49.90"), rate=Decimal(19)),
        ImportedLine(name="Book", price=Decimal(10), rate=Decimal(7)),
    )
    shown = invoices.get(imported.add(bill(cafe, gross=None, tax=None, lines=lines)))
    assert [(g.rate, g.basis, g.tax) for g in shown.totals.breakdown] == [
        (19, Decimal("99.80"), Decimal("18.96")),
        (7, Decimal("10.00"), Decimal("0.70")),
    ]
    assert [(line.name, line.quantity, line.price) for line in shown.lines] == [
        ("Chair", 2, Decimal("49.9")),
        ("Book", 1, 10),
    ]


def test_one_rate_takes_the_tax_out_of_a_gross_sum(cafe: int) -> None:
    line = ImportedLine(name="Chair", price=Decimal(100), rate=Decimal(19))
    assert invoices.get(imported.add(bill(cafe, tax=None, lines=(line,)))).totals.tax_total == 19


def test_what_was_paid_before_is_booked(cafe: int) -> None:
    number = imported.add(bill(cafe, paid=Decimal(119), paid_on=date(2026, 3, 9)))
    assert invoice_list.rows([number])[0].state == "paid"
    assert not derived.differences(db.raw())


def test_the_next_number_comes_after_an_imported_one(cafe: int) -> None:
    imported.add(bill(cafe))
    assert invoices.next_number("invoice", date(2026, 11, 24)) == "INV-2026-0043"
    assert imported.find("invoice", "INV-2026-0042") is not None
    assert imported.find("credit_note", "INV-2026-0042") is None


def test_an_imported_document_is_frozen_but_goes_with_its_import(cafe: int) -> None:
    line = ImportedLine(name="Chair", price=Decimal(100), rate=Decimal(19))
    with db.transaction("Import one invoice"):
        number = imported.add(bill(cafe, lines=(line,), paid=Decimal(50)))
    with pytest.raises(sqlite3.IntegrityError), db.transaction():
        db.execute("UPDATE document SET grand_total_minor = 1 WHERE id = ?", [number])
    step = history.next_undo() or 0
    history.undo(step)
    assert (invoice_list.ids(), db.value("SELECT count(*) FROM payment")) == ([], 0)
    history.undo(history.next_redo() or 0)
    assert invoices.get(number).open == 69
    assert len(invoices.get(number).lines) == 1
