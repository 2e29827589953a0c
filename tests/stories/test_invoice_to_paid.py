"""An afternoon in the office: an invoice is written, issued, frozen, paid in two parts, and one is taken back."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from crm_desktop.activity import timeline
from crm_desktop.billing import credit_notes, drafts, invoice_list, invoices, payments
from crm_desktop.billing.document import Document, Draft, DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, ValidationError
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.db import derived, history


def render(document: Document) -> bytes:
    """Stands for the printer: bytes that depend on what is printed."""
    return f"%PDF {document.number} {document.totals.due} {document.buyer['name']}".encode()


def tuesday(customer_id: int) -> Draft:
    """Two lines and a discount, as entered."""
    from dataclasses import replace

    from crm_desktop.sales.basket import Adjustment

    lines = (
        DraftLine(name="Dining table", price=Decimal("840.00"), rate=Decimal(19)),
        DraftLine(name="Oil", quantity=Decimal(2), price=Decimal("12.50"), rate=Decimal(19), unit="LTR"),
    )
    return replace(
        drafts.begin(customer_id), lines=lines, allowances=(Adjustment(percent=Decimal(3), reason="Regular"),)
    )


SELLER = {"name": "Lindner", "street": "Hafenstr. 4", "postcode": "20457", "city": "Hamburg", "tax_number": "22/1"}


def test_from_draft_to_paid(data_file: Path) -> None:
    with dates.freeze(date(2026, 11, 24)):
        customer = customers.save({"company": "Café Ostwind", "street": "Kai 7", "city": "Hamburg", "country": "DE"})
        draft = drafts.save(tuesday(customer))
        the_first_invoice_asks_for_name_and_address(draft)
        a_jammed_printer_leaves_the_draft_and_the_number(draft)
        issued = invoices.issue(draft.id or 0, render)
        assert (issued.number, issued.totals.due, issued.due_on) == (
            "INV-2026-0001",
            Decimal("998.47"),
            date(2026, 12, 8),
        )
        assert invoices.pdf(draft.id or 0) == "%PDF INV-2026-0001 998.47 Café Ostwind".encode()
        assert invoices.preview_number(draft) == "INV-2026-0002"
        with pytest.raises(Conflict, match="INV-2026-0001 is issued already"):
            invoices.issue(draft.id or 0, render)
        with pytest.raises(Conflict, match="credit note"):
            drafts.save(draft)

    with dates.freeze(date(2026, 12, 10)):
        it_is_late_and_paid_in_two_parts(issued.id or 0)
        the_next_one_repeats_it_and_is_taken_back(draft)
    assert len(timeline.ids(customer)) == 5
    assert not derived.differences(db.raw())


def the_first_invoice_asks_for_name_and_address(draft: Draft) -> None:
    with pytest.raises(ValidationError) as refused:
        invoices.issue(draft.id or 0, render)
    assert set(refused.value.fields) == {f"seller.{field}" for field in SELLER}
    assert invoices.preview_number(draft) == "INV-2026-0001"
    profile.save(SELLER)


def a_jammed_printer_leaves_the_draft_and_the_number(draft: Draft) -> None:
    def jam(_document: Document) -> bytes:
        raise RuntimeError("no paper")

    with pytest.raises(RuntimeError):
        invoices.issue(draft.id or 0, jam)
    assert (drafts.get(draft.id or 0), invoices.preview_number(draft)) == (draft, "INV-2026-0001")


def it_is_late_and_paid_in_two_parts(invoice: int) -> None:
    assert [(r.state, r.days_late) for r in invoice_list.rows(invoice_list.ids("overdue"))] == [("overdue", 2)]
    payments.record(invoice, Decimal(500), method="transfer")
    assert payments.open_amount(invoice) == Decimal("498.47")
    with pytest.raises(ValidationError, match=r"Only €498\.47 is open"):
        payments.record(invoice, Decimal(499))
    last = payments.record(invoice, Decimal("498.47"))
    assert invoice_list.counts() == {"all": 1, "drafts": 0, "open": 0, "overdue": 0, "paid": 1}
    # The second payment was a slip: taken back, and back again.
    payments.delete(last)
    assert invoices.show("INV-2026-0001").open == Decimal("498.47")
    history.undo(history.next_undo() or 0)
    assert invoices.show("INV-2026-0001").open == 0


def the_next_one_repeats_it_and_is_taken_back(draft: Draft) -> None:
    again = drafts.repeat_last(draft.customer_id or 0)
    assert (again.lines, again.allowances, again.issue_on) == (draft.lines, draft.allowances, date(2026, 12, 10))
    second = invoices.issue(again.id or 0, render)
    note = credit_notes.cancel(second.id or 0, render)
    assert (note.number, note.type_code, note.totals.due) == ("CN-2026-0001", "381", Decimal("998.47"))
    assert (note.preceding_number, note.preceding_on) == ("INV-2026-0002", date(2026, 12, 10))
    states = {row.number: row.state for row in invoice_list.rows(invoice_list.ids())}
    assert states == {"INV-2026-0001": "paid", "INV-2026-0002": "cancelled", "CN-2026-0001": "paid"}
    with pytest.raises(Conflict, match="credited in full already"):
        credit_notes.cancel(second.id or 0, render)


@pytest.fixture
def issued(data_file: Path) -> Document:
    """One issued invoice."""
    with dates.freeze(date(2026, 11, 24)):
        profile.save({"name": "L", "street": "S", "postcode": "20457", "city": "Hamburg", "tax_number": "22/1"})
        return invoices.issue_draft(
            tuesday(customers.save({"company": "Café", "street": "K", "country": "DE"})), render
        )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE document SET grand_total_minor = 1",
        "UPDATE document SET number = 'X'",
        "UPDATE document SET issue_on = '2026-01-01'",
        "UPDATE document SET buyer = '{}'",
        "UPDATE document SET state = 'draft'",
        "UPDATE document SET deleted_at = 'now'",
        "DELETE FROM document",
        "UPDATE document_line SET net_minor = 1",
        "DELETE FROM document_line",
        "INSERT INTO document_line(document_id, position, name, quantity_scaled, price_scaled, category) VALUES(1, 9, '', 1, 1, 'S')",
        "UPDATE document_adjustment SET reason = 'x'",
        "DELETE FROM document_adjustment",
        "UPDATE document_tax SET tax_minor = 0",
        "DELETE FROM document_tax",
        "UPDATE document_file SET content = 'x'",
        "DELETE FROM document_file",
        "INSERT OR REPLACE INTO document SELECT * FROM document",
        "REPLACE INTO document_line SELECT * FROM document_line",
        "REPLACE INTO document_tax SELECT * FROM document_tax",
        "REPLACE INTO document_file SELECT id, document_id, kind, '', 'x', '' FROM document_file",
    ],
)
def test_an_issued_document_is_frozen_by_the_data_file_itself(sql: str, issued: Document) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="issued document"), db.transaction():
        db.execute(sql)
    assert invoices.show("INV-2026-0001") == issued


def test_the_stored_pdf_carries_its_checksum(issued: Document) -> None:
    digest = db.value("SELECT sha256 FROM document_file WHERE kind = 'pdf'")
    assert digest == hashlib.sha256(invoices.pdf(issued.id or 0) or b"").hexdigest()


def test_an_issued_document_survives_a_change_of_its_customer_and_company(issued: Document) -> None:
    customers.save({"company": "Other", "street": "Other", "name": "Other"}, issued.customer_id)
    profile.save({"name": "Other"})
    assert invoices.show("INV-2026-0001") == issued


def test_issuing_cannot_be_undone(issued: Document) -> None:
    with pytest.raises(Conflict, match="cannot be undone"):
        history.undo(history.next_undo() or 0)
