"""A Monday morning: the statement of the week is read, most of it books itself after one look, the rest is decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from crm_desktop.billing import (
    bank_booking,
    bank_matching,
    bank_statements,
    credit_notes,
    drafts,
    invoices,
    payments,
    settlement,
)
from crm_desktop.billing.document import Document, DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.db import derived, history
from crm_desktop.exchange import bank_files
from crm_desktop.safety import checking
from tests.exchange.bank_samples import camt, camt_details, camt_entry

COMPANY = {"name": "Lamps", "street": "Way 1", "postcode": "1", "city": "Kiel", "vat_id": "DE136695976"}


def bill(customer_id: int, price: str) -> Document:
    lines = (DraftLine(name="Lamp", price=Decimal(price), rate=Decimal(19)),)
    return invoices.issue_draft(replace(drafts.begin(customer_id), lines=lines))


def test_a_week_of_the_bank(data_file: Path, tmp_path: Path) -> None:
    with dates.freeze(date(2026, 11, 23)):
        profile.save(COMPANY)
        cafe = customers.save({"company": "Café Ostwind", "country": "DE"})
        hotel = customers.save({"company": "Hotel Alster", "country": "DE"})
        lamp, table, chair = bill(cafe, "100"), bill(hotel, "200"), bill(hotel, "50")
        returned = bill(cafe, "10")
        payments.record(returned.id or 0, Decimal("11.90"), method="cash")
        note = credit_notes.cancel(returned.id or 0)

        # Friday's file: one payment with the number, one for two invoices less a bit, the refund, the power company.
        entries = [
            camt_entry("119.00", camt_details(f"Rechnung {lamp.number}"), ref="1"),
            camt_entry(
                "200.00", camt_details("Anzahlung", name="HOTEL ALSTER", iban="DE02500105170137075030"), ref="2"
            ),
            camt_entry("11.90", camt_details(f"{note.number}", side="Cdtr"), ref="3", sign="DBIT"),
            camt_entry("80.00", camt_details("Strom", name="Stadtwerke", side="Cdtr"), ref="4", sign="DBIT"),
        ]
        path = tmp_path / "week.xml"
        path.write_text(camt(entries, closing="1227.10"), encoding="utf-8")
        kept = bank_files.read_and_keep(path)
        assert (kept.new, kept.notices, bank_statements.counts()["ignored"]) == (4, (), 1)

        # What is certain is booked with one click: the invoice and the refund.
        found = bank_matching.proposals()
        certain = bank_booking.matches(found.values())
        assert bank_booking.book(certain) == 2
        assert [payments.open_amount(d.id or 0) for d in (lamp, note, table)] == [0, 0, 238]

        # The hotel's deposit is shared out by hand over two invoices.
        (rest,) = bank_matching.proposals().values()
        assert (rest.strength, rest.customer_id) == ("none", hotel)
        parts = [
            bank_matching.Part(document_id=chair.id or 0, number="", amount_minor=5950),
            bank_matching.Part(document_id=table.id or 0, number="", amount_minor=14050),
        ]
        bank_booking.book([bank_booking.Choice(transaction_id=rest.transaction_id, parts=tuple(parts))])
        assert [payments.open_amount(d.id or 0) for d in (table, chair)] == [Decimal("97.50"), 0]

        # The same file once more changes nothing; taking the last booking back opens both invoices again.
        assert bank_files.read_and_keep(path).new == 0
        history.undo(history.next_undo() or 0)
        assert [payments.open_amount(d.id or 0) for d in (table, chair)] == [238, Decimal("59.50")]
        money = [(m.kind, m.amount) for m in payments.received(kinds=settlement.MONEY) if m.payment_id]
        assert sorted(money) == [("payment", Decimal("11.90")), ("payment", 119), ("refund", Decimal("-11.90"))]
        assert checking.check().problems == []
        assert not derived.differences(db.raw())
