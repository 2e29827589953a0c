"""A bookkeeper's afternoon: quote → won → deposit → delivery → final invoice → part payment → correction → figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from crm_desktop.activity import timeline
from crm_desktop.billing import (
    chain,
    credit_notes,
    deposits,
    drafts,
    family,
    invoice_list,
    invoices,
    number_report,
    payments,
    quotes,
    rows,
)
from crm_desktop.billing.document import Document, DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.db import derived
from crm_desktop.documents import from_record
from crm_desktop.insight import journal, open_items, today
from crm_desktop.safety import checking

LINES = (
    DraftLine(name="Corridor", role="heading"),
    DraftLine(name="Lamp", quantity=Decimal(6), price=Decimal("389.00"), rate=Decimal(19)),
    DraftLine(name="Lamp of brass", quantity=Decimal(6), price=Decimal("429.00"), rate=Decimal(19), role="alternative"),
    DraftLine(name="", role="subtotal"),
    DraftLine(name="Fitting", quantity=Decimal("3.5"), price=Decimal("68.00"), unit="HUR", rate=Decimal(19)),
    DraftLine(name="Service for a year", price=Decimal("180.00"), rate=Decimal(19), role="optional"),
    DraftLine(name="Catalogue", quantity=Decimal(2), price=Decimal("24.00"), rate=Decimal(7)),
)


@pytest.fixture
def hotel(data_file: Path) -> int:
    """A customer of a workshop that may issue invoices."""
    profile.save(
        {"name": "Atelier", "street": "Kai 1", "postcode": "20457", "city": "Hamburg", "vat_id": "DE136695976",
         "iban": "DE89370400440532013000"}
    )  # fmt: skip
    return customers.save(
        {"company": "Hotel", "street": "Weg 41", "postcode": "20149", "city": "Hamburg", "country": "DE"}
    )


def issue(draft_id: int | None) -> Document:
    """Issue with the paper that is really printed."""
    return invoices.issue(draft_id or 0, from_record.render)


def test_from_quote_to_cash(hotel: int) -> None:
    quote = it_begins_with_a_quote_that_waits(hotel)
    order = the_brass_lamps_are_ordered(quote)
    deposit = a_third_is_paid_before(order)
    delivered = four_lamps_come_first(order)
    final = the_rest_comes_and_all_is_billed(order, deposit, delivered)
    a_part_is_paid_and_a_scratch_credited(final)
    the_books_know_each_euro_once(hotel, order, final)


def it_begins_with_a_quote_that_waits(hotel: int) -> Document:
    with dates.freeze(date(2026, 9, 1)):
        draft = drafts.save(replace(drafts.begin(hotel, "quote"), lines=LINES, order_number="Enquiry 12"))
        quote = issue(draft.id)
        assert (quote.number, quote.totals.grand_total) == ("QU-2026-0001", Decimal("3112.04"))
        assert quotes.state(quote.id or 0) == "open"
    with dates.freeze(date(2026, 10, 2)):
        assert quotes.state(quote.id or 0) == "expired"
        # An expired quote owes nothing; it is asked for once, and nobody is dunned.
        assert (open_items.items(), [task.kind for task in today.tasks()]) == ([], ["quote"])
    return quote


def the_brass_lamps_are_ordered(quote: Document) -> Document:
    with dates.freeze(date(2026, 10, 5)):
        brass = next(line.id for line in chain.lines_of(quote.id or 0) if line.line.name == "Lamp of brass")
        order = issue(chain.follow(quote.id or 0, "order_confirmation", chosen=[brass]).id)
        assert [line.name for line in order.lines] == ["Corridor", "Lamp of brass", "", "Fitting", "Catalogue"]
        assert (order.totals.grand_total, order.order_number) == (Decimal("3397.64"), "Enquiry 12")
        assert quotes.outcome(quote.id or 0)[:2] == ("accepted", date(2026, 10, 5))
    return order


def a_third_is_paid_before(order: Document) -> Document:
    with dates.freeze(date(2026, 10, 6)):
        deposit = issue(deposits.deposit(order.id or 0, amount=Decimal("1000.00")).id)
        assert (deposit.type_code, deposit.totals.due) == ("386", Decimal("1000.00"))
        payments.record(deposit.id or 0, Decimal("1000.00"), date(2026, 10, 6))
    return deposit


def four_lamps_come_first(order: Document) -> Document:
    with dates.freeze(date(2026, 10, 20)):
        lamps = rows.line_ids(order.id or 0)[1]
        note = issue(chain.follow(order.id or 0, "delivery_note", quantities={lamps: Decimal(4)}).id)
        assert [(line.name, line.quantity) for line in note.lines if line.role == "item"] == [("Lamp of brass", 4)]
    return note


def the_rest_comes_and_all_is_billed(order: Document, deposit: Document, delivered: Document) -> Document:
    with dates.freeze(date(2026, 11, 2)):
        rest = issue(chain.follow(order.id or 0, "delivery_note").id)
        assert [line.quantity for line in rest.lines if line.role == "item"] == [2, Decimal("3.5"), 2]
        final = issue(chain.follow(order.id or 0, "invoice").id)
        assert final.totals.breakdown == order.totals.breakdown
        assert {part.number for part in final.deductions} == {deposit.number}
        assert (final.totals.due, final.due_on) == (Decimal("2397.64"), date(2026, 11, 16))
        assert chain.next_kinds(delivered) == chain.next_kinds(rest) == ()
        paper = from_record.to_paper(final)
        assert sum(part.basis + part.tax for part in paper.deductions) == Decimal("1000.00")
    return final


def a_part_is_paid_and_a_scratch_credited(final: Document) -> None:
    with dates.freeze(date(2026, 11, 20)):
        assert [task.kind for task in today.tasks()] == ["overdue"]
        payments.record(final.id or 0, Decimal("2000.00"))
        lamps = rows.line_ids(final.id or 0)[1]
        part = credit_notes.draft_for(final.id or 0, [credit_notes.Part(lamps, amount=Decimal("100.00"))])
        note = issue(part.id)
        assert (note.number, note.totals.grand_total) == ("CN-2026-0001", Decimal("119.00"))
        assert payments.open_amount(final.id or 0) == Decimal("278.64")


def the_books_know_each_euro_once(hotel: int, order: Document, final: Document) -> None:
    with dates.freeze(date(2026, 11, 24)):
        booked = journal.entries(date(2026, 1, 1), date(2026, 12, 31))
        assert [(entry.number, entry.gross_minor) for entry in booked] == [
            ("INV-2026-0001", 100000),
            ("INV-2026-0002", 239764),
            ("CN-2026-0001", -11900),
        ]
        tax = sum(part.tax_minor for entry in booked for part in entry.taxes)
        assert tax == sum(int(group.tax * 100) for group in order.totals.breakdown) - 1900
        assert [item.open_minor for item in open_items.items()] == [27864]
        assert all(series.is_clean for series in number_report.report())
        tree = [(member.depth, member.number) for member in family.members(final.id or 0)]
        assert tree == [
            (0, "QU-2026-0001"),
            (1, "OC-2026-0001"),
            (2, "INV-2026-0001"),
            (2, "DN-2026-0001"),
            (2, "DN-2026-0002"),
            (2, "INV-2026-0002"),
            (3, "CN-2026-0001"),
        ]
        told = [entry.title for entry in timeline.rows(timeline.ids(hotel))]
        assert {
            "Quote QU-2026-0001",
            "Deposit invoice INV-2026-0001",
            "Delivery note DN-2026-0002",
            "Final invoice INV-2026-0002",
        } <= set(told)
        states = invoice_list.rows(
            invoice_list.ids(filters=invoice_list.Filters(kinds=("quote", "order_confirmation")))
        )
        assert {row.state for row in states} == {"billed"}
        assert checking.check().problems == []
        assert not derived.differences(db.raw())
