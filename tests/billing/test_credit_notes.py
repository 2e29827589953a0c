"""Correct…: a part of an invoice, all of it, all of it and a new draft; what it had billed can be billed again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.billing import (
    chain,
    credit_notes,
    deductions,
    deposits,
    drafts,
    invoices,
    payments,
    problems,
    rows,
)
from crm_desktop.billing.credit_notes import Part
from crm_desktop.billing.document import Document, DraftLine
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, ValidationError
from crm_desktop.db import connection as db
from crm_desktop.db import history
from crm_desktop.sales.basket import GROSS, Adjustment

TABLE = DraftLine(
    name="Table",
    quantity=Decimal(4),
    price=Decimal("100.00"),
    rate=Decimal(19),
    allowances=(Adjustment(amount=Decimal(40), reason="Scratch"),),
)
BOOK = DraftLine(name="Book", price=Decimal("40.00"), rate=Decimal(7))


def bill(customer_id: int, **values: object) -> Document:
    """An issued invoice over 360 at 19 % and 40 at 7 %."""
    return invoices.issue_draft(replace(drafts.begin(customer_id), lines=(TABLE, BOOK), **values))


def test_some_of_a_line_goes_back_with_its_share_of_the_discounts(cafe: int) -> None:
    issued = bill(
        cafe, allowances=(Adjustment(percent=Decimal(10), reason="Loyal"), Adjustment(amount=Decimal(44), reason="V"))
    )
    table, _book = rows.line_ids(issued.id or 0)
    draft = credit_notes.begin_part(issued.id or 0, [Part(table, quantity=Decimal(1))])
    (line,) = draft.lines
    assert (line.quantity, line.allowances[0].amount, line.source_line_id) == (1, Decimal("10.00"), table)
    assert [entry.amount for entry in draft.allowances] == [None, Decimal("10.00")]
    note = invoices.issue_draft(draft)
    assert (note.type_code, note.preceding_number, note.totals.tax_basis) == ("381", "INV-2026-0001", Decimal("71.00"))
    assert payments.open_amount(issued.id or 0) == issued.totals.due - note.totals.due


@pytest.mark.parametrize(("mode", "total"), [("net", "28.56"), (GROSS, "24.00")])
def test_an_amount_is_credited_as_it_is(mode: str, total: str, cafe: int) -> None:
    issued = bill(cafe, price_mode=mode, allowances=(Adjustment(percent=Decimal(10), reason="Loyal"),))
    table, _book = rows.line_ids(issued.id or 0)
    saved = credit_notes.draft_for(issued.id or 0, [Part(table, amount=Decimal(24))])
    assert invoices.issue(saved.id or 0).totals.grand_total == Decimal(total)


@pytest.mark.parametrize("mode", ["net", GROSS])
@pytest.mark.parametrize(
    "parts", [((1, None),), ((None, "24"), (None, "0.33")), ((2, None), (None, "11.11"), (1, None)), ((4, None),)]
)
def test_the_rest_of_what_was_credited_in_part_goes_back_to_the_cent(
    mode: str, parts: tuple[tuple[int | None, str | None], ...], cafe: int
) -> None:
    discounts = (Adjustment(percent=Decimal("3.3"), reason="Loyal"), Adjustment(amount=Decimal("7.77"), reason="V"))
    issued = bill(cafe, price_mode=mode, allowances=discounts)
    table, _book = rows.line_ids(issued.id or 0)
    for quantity, amount in parts:
        part = Part(table, quantity and Decimal(quantity), amount and Decimal(amount))
        invoices.issue_draft(credit_notes.begin_part(issued.id or 0, [part]))
    note = credit_notes.cancel(issued.id or 0)
    assert problems.still_to_credit(issued.id or 0) == 0
    assert payments.open_amount(issued.id or 0) == 0
    assert note.lines[-1].name == "Discounts, and what was credited before" or note.price_mode == GROSS
    with pytest.raises(Conflict, match="credited in full already"):
        credit_notes.begin_rest(issued.id or 0)


def test_the_rest_of_a_final_invoice_frees_its_deposits(cafe: int) -> None:
    order = invoices.issue_draft(replace(drafts.begin(cafe, "order_confirmation"), lines=(TABLE, BOOK)))
    deposit = invoices.issue_draft(deposits.deposit(order.id or 0, percent=Decimal(30)))
    final = invoices.issue_draft(chain.follow(order.id or 0, "invoice"))
    table, _book = rows.line_ids(final.id or 0)
    invoices.issue_draft(credit_notes.begin_part(final.id or 0, [Part(table, quantity=Decimal(1))]))
    credit_notes.cancel(final.id or 0)
    assert problems.still_to_credit(final.id or 0) == 0
    assert payments.open_amount(final.id or 0) == 0
    assert deductions.total(deductions.left_of(deposit.id or 0), "EUR") == round(deposit.totals.due * 100)
    assert chain.follow(order.id or 0, "invoice").lines[0].quantity == 4


@pytest.mark.parametrize("part", [{"quantity": Decimal(5)}, {"quantity": Decimal(-1)}, {"amount": Decimal(0)}])
def test_no_more_goes_back_than_there_was(part: dict[str, Decimal], cafe: int) -> None:
    issued = bill(cafe)
    table, _book = rows.line_ids(issued.id or 0)
    with pytest.raises(ValidationError):
        credit_notes.begin_part(issued.id or 0, [Part(table, **part)])
    with pytest.raises(ValidationError, match="Choose what is to be credited"):
        credit_notes.begin_part(issued.id or 0, [Part(999)])


def test_all_of_it_and_a_new_draft_with_the_same_content(cafe: int) -> None:
    issued = bill(cafe, order_number="PO 7", service_from=date(2026, 11, 3))
    with dates.freeze(date(2026, 12, 1)):
        note, draft = credit_notes.cancel_and_redo(issued.id or 0)
        assert (note.open, payments.open_amount(issued.id or 0)) == (0, 0)
        assert (draft.type_code, draft.lines, draft.order_number) == ("380", issued.lines, "PO 7")
        assert (draft.issue_on, draft.service_from, draft.preceding_number) == (
            date(2026, 12, 1),
            date(2026, 11, 3),
            "",
        )
        assert invoices.issue(draft.id or 0).number == "INV-2026-0002"


def test_a_corrected_invoice_names_the_one_it_replaces(cafe: int) -> None:
    issued = bill(cafe)
    _note, draft = credit_notes.cancel_and_redo(issued.id or 0, corrected=True)
    again = invoices.issue(draft.id or 0)
    assert (again.type_code, again.preceding_number, again.preceding_on) == ("384", issued.number, issued.issue_on)
    nameless = replace(draft, id=None, preceding_number="", preceding_id=None)
    assert "names the number and date" in problems.stops(nameless)["preceding"]


def test_hours_of_a_cancelled_invoice_can_be_billed_again_and_go_over_to_its_new_draft(cafe: int) -> None:
    issued = bill(cafe)
    with db.transaction():
        service = db.insert(
            "service",
            {"customer_id": cafe, "done_on": "2026-11-03", "name": "Work", "quantity_scaled": 10**6, "currency": "EUR",
             "document_id": issued.id, "created_at": "", "updated_at": ""},
        )  # fmt: skip
    with pytest.raises(Conflict, match="still stands"):
        credit_notes.release(issued.id or 0)
    _note, draft = credit_notes.cancel_and_redo(issued.id or 0)
    assert db.value("SELECT document_id FROM service WHERE id = ?", [service]) == draft.id
    second = invoices.issue(draft.id or 0)
    credit_notes.cancel(second.id or 0)
    assert (credit_notes.to_release(second.id or 0), credit_notes.release(second.id or 0)) == (1, 1)
    assert db.value("SELECT document_id FROM service WHERE id = ?", [service]) is None
    history.undo(history.next_undo() or 0)
    assert credit_notes.to_release(second.id or 0) == 1


def test_only_bills_are_credited(cafe: int) -> None:
    quote = invoices.issue_draft(replace(drafts.begin(cafe, "quote"), lines=(BOOK,)))
    with pytest.raises(Conflict, match="QU-2026-0001 is no bill"):
        credit_notes.cancel(quote.id or 0)
