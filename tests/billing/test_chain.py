"""From quote to invoice: what follows, what is left for the next one, and how the documents of an order hang together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from crm_desktop.billing import chain, credit_notes, drafts, family, invoices, quotes, rows
from crm_desktop.billing.document import Document, Draft, DraftLine
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict
from crm_desktop.customers import customers
from crm_desktop.sales.basket import Adjustment

TABLE = DraftLine(name="Table", quantity=Decimal(10), price=Decimal("100.00"), rate=Decimal(19))
BOOK = DraftLine(name="Book", quantity=Decimal(4), price=Decimal("20.00"), rate=Decimal(7))


def offer(
    customer_id: int, kind: str = "quote", lines: tuple[DraftLine, ...] = (TABLE, BOOK), **values: Any
) -> Document:
    """An issued offer."""
    return invoices.issue_draft(replace(drafts.begin(customer_id, kind), lines=lines, **values))


def after(document: Document, kind: str, **values: Any) -> Document:
    """What follows, issued."""
    return invoices.issue(chain.follow(document.id or 0, kind, **values).id or 0)


def names(draft: Draft) -> list[tuple[str, Decimal]]:
    return [(line.name, line.quantity) for line in draft.lines]


def lines_of(document: Document) -> list[int]:
    return rows.line_ids(document.id or 0)


def test_the_whole_way_in_one_call_each(cafe: int) -> None:
    quote = offer(cafe, order_number="PO 7", buyer_reference="Dept 3", allowances=(Adjustment(percent=Decimal(5)),))
    assert chain.next_kinds(quote) == ("order_confirmation", "delivery_note", "invoice", "proforma")
    order = after(quote, "order_confirmation")
    assert quotes.state(quote.id or 0) == "accepted"
    with dates.freeze(date(2026, 12, 1)):
        note = after(order, "delivery_note")
    with dates.freeze(date(2026, 12, 3)):
        bill = after(note, "invoice")
    assert (bill.source_id, bill.service_from, bill.issue_on) == (note.id, date(2026, 12, 1), date(2026, 12, 3))
    assert (bill.order_number, bill.buyer_reference, bill.totals) == ("PO 7", "Dept 3", quote.totals)
    assert [line.source_line_id for line in bill.lines] == lines_of(note)
    for done in (quote, order, note):
        assert "invoice" not in chain.next_kinds(done)
    with pytest.raises(Conflict, match="Everything in OC-2026-0001"):
        chain.follow(order.id or 0, "invoice")
    tree = [(member.depth, member.number, member.state) for member in family.members(bill.id or 0)]
    assert tree == [
        (0, "QU-2026-0001", "billed"),
        (1, "OC-2026-0001", "billed"),
        (2, "DN-2026-0001", "billed"),
        (3, "INV-2026-0001", "open"),
    ]


def test_the_invoice_for_an_order_says_when_it_was_delivered(cafe: int) -> None:
    order = offer(cafe, "order_confirmation")

    def days() -> tuple[date | None, date | None]:
        bill = chain.follow(order.id or 0, "invoice")
        drafts.delete([bill.id or 0])
        return bill.service_from, bill.service_to

    with dates.freeze(date(2026, 12, 1)):
        assert days() == (date(2026, 12, 1), None)
        after(order, "delivery_note", quantities={lines_of(order)[0]: Decimal(4)})
    with dates.freeze(date(2026, 12, 20)):
        assert days() == (date(2026, 12, 1), None)
        after(order, "delivery_note")
    with dates.freeze(date(2027, 1, 5)):
        assert days() == (date(2026, 12, 1), date(2026, 12, 20))


def test_what_was_delivered_in_part_is_left_out_of_the_next_note_and_bill(cafe: int) -> None:
    order = offer(cafe, "order_confirmation")
    table, _book = lines_of(order)
    first = after(order, "delivery_note", quantities={table: Decimal(4)})
    assert [(line.rest["delivery_note"], line.rest["invoice"]) for line in chain.lines_of(order.id or 0)] == [
        (6, 10),
        (4, 4),
    ]
    bill = after(first, "invoice")
    second = after(order, "delivery_note")
    assert names(second) == [("Table", 6), ("Book", 4)]
    assert names(chain.follow(second.id or 0, "invoice")) == [("Table", 6), ("Book", 4)]
    assert chain.next_kinds(order) == ("proforma",)
    # A cancelled invoice gives its items back.
    credit_notes.cancel(bill.id or 0)
    assert names(chain.follow(first.id or 0, "invoice")) == [("Table", 4)]


def test_what_was_billed_from_the_order_is_not_billed_again_from_its_delivery(cafe: int) -> None:
    order = offer(cafe, "order_confirmation", (TABLE,))
    (table,) = lines_of(order)
    delivered = after(order, "delivery_note", quantities={table: Decimal(4)})
    after(order, "invoice", quantities={table: Decimal(8)})
    assert names(chain.follow(delivered.id or 0, "invoice")) == [("Table", 2)]


def test_a_deleted_draft_gives_its_items_back(cafe: int) -> None:
    order = offer(cafe, "order_confirmation")
    draft = chain.follow(order.id or 0, "invoice")
    with pytest.raises(Conflict):
        chain.follow(order.id or 0, "invoice")
    drafts.delete([draft.id or 0])
    assert names(chain.follow(order.id or 0, "invoice")) == names(draft)


def test_an_order_may_hold_more_than_its_quote(cafe: int) -> None:
    quote = offer(cafe, "quote", (TABLE,))
    draft = chain.follow(quote.id or 0, "order_confirmation")
    more = (replace(draft.lines[0], quantity=Decimal(12)),)
    order = invoices.issue(drafts.save(replace(draft, lines=more)).id or 0)
    assert names(chain.follow(order.id or 0, "invoice")) == [("Table", 12)]


def test_only_chosen_options_come_along_and_an_alternative_takes_its_place(cafe: int) -> None:
    lines = (
        DraftLine(name="Kitchen", role="heading"),
        TABLE,
        replace(TABLE, name="Oak", role="alternative"),
        replace(TABLE, name="Pine", role="alternative"),
        replace(BOOK, name="Lamp", role="optional"),
        DraftLine(name="", role="subtotal"),
        DraftLine(name="Garden", role="heading"),
        replace(BOOK, name="Bench", role="optional"),
        DraftLine(name="", role="subtotal"),
        DraftLine(name="Thank you", role="comment"),
    )
    quote = offer(cafe, "quote", lines)
    ids = lines_of(quote)
    usual = chain.follow(quote.id or 0, "order_confirmation")
    assert [line.name for line in usual.lines] == ["Kitchen", "Table", "", "Thank you"]
    drafts.delete([usual.id or 0])
    other = chain.follow(quote.id or 0, "invoice", chosen=(ids[3], ids[4], ids[7]))
    assert [(line.name, line.role) for line in other.lines] == [
        ("Kitchen", "heading"),
        ("Pine", "item"),
        ("Lamp", "item"),
        ("", "subtotal"),
        ("Garden", "heading"),
        ("Bench", "item"),
        ("", "subtotal"),
        ("Thank you", "comment"),
    ]
    assert invoices.issue(other.id or 0).totals.grand_total == Decimal("1361.20")


def test_discounts_in_money_come_along_once_and_shrink_with_the_line(cafe: int) -> None:
    off = replace(TABLE, allowances=(Adjustment(amount=Decimal(100), reason="Scratch"),))
    order = offer(
        cafe,
        "order_confirmation",
        (off,),
        allowances=(Adjustment(amount=Decimal(50), reason="Voucher"), Adjustment(percent=Decimal(2), reason="Loyal")),
    )
    (table,) = lines_of(order)
    first = chain.follow(order.id or 0, "invoice", quantities={table: Decimal(3)})
    second = chain.follow(order.id or 0, "invoice")
    assert [draft.lines[0].allowances[0].amount for draft in (first, second)] == [Decimal(30), Decimal(70)]
    assert [entry.reason for entry in first.allowances] == ["Voucher", "Loyal"]
    assert [entry.reason for entry in second.allowances] == ["Loyal"]


def test_nothing_follows_a_draft_or_a_declined_quote(cafe: int) -> None:
    draft = drafts.save(replace(drafts.begin(cafe, "quote"), lines=(TABLE,)))
    assert chain.next_kinds(invoices.get(draft.id or 0)) == ()
    with pytest.raises(Conflict, match="Issue it first"):
        chain.follow(draft.id or 0, "invoice")
    quote = invoices.issue(draft.id or 0)
    with pytest.raises(Conflict, match="Receipt cannot follow from QU-2026-0001"):
        chain.follow(quote.id or 0, "receipt")
    quotes.decline(quote.id or 0)
    with pytest.raises(Conflict, match="was declined"):
        chain.follow(quote.id or 0, "invoice")


def test_a_proforma_takes_nothing_away(cafe: int) -> None:
    quote = offer(cafe)
    assert after(quote, "proforma").totals.grand_total == after(quote, "proforma").totals.grand_total
    assert quotes.state(quote.id or 0) == "open"
    assert names(chain.follow(quote.id or 0, "invoice")) == [("Table", 10), ("Book", 4)]


def test_lines_and_documents_are_copied_without_a_tie(cafe: int, dupont: int) -> None:
    quote = offer(cafe, "quote", (TABLE, replace(BOOK, role="optional")))
    assert chain.copy_lines(quote.id or 0, lines_of(quote)[:1]) == (TABLE,)
    copied = chain.copy_as(quote.id or 0, "invoice", dupont)
    assert (copied.customer_id, copied.language, copied.source_id, copied.lines) == (dupont, "fr", None, (TABLE,))
    assert invoices.issue(copied.id or 0).buyer["name"] == "Dupont SARL"
    assert chain.next_kinds(quote)[0] == "order_confirmation"
    again = chain.copy_as(quote.id or 0, "quote")
    assert (len(again.lines), again.customer_id) == (2, cafe)


def test_goods_go_where_they_were_ordered_to(cafe: int) -> None:
    quote = offer(cafe, ship_to={"name": "Yard", "street": "Quay 3", "city": "Kiel"})
    assert after(quote, "delivery_note").ship_to["name"] == "Yard"


def test_the_family_of_a_lone_invoice_is_itself_and_its_credit_note(cafe: int) -> None:
    bill = invoices.issue_draft(replace(drafts.begin(cafe), lines=(TABLE,)))
    note = credit_notes.cancel(bill.id or 0)
    found = [(m.depth, m.id, m.state) for m in family.members(note.id or 0)]
    assert found == [(0, bill.id, "cancelled"), (1, note.id, "paid")]
    assert customers.get(cafe).name == "Café Ostwind"
