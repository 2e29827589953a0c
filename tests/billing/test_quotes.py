"""Quotes, orders, delivery notes, proforma: numbers of their own, frozen, in no book; what becomes of a quote."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from crm_desktop.activity import timeline
from crm_desktop.billing import drafts, invoice_list, invoices, problems, quotes
from crm_desktop.billing.document import OFFERS, Document, DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, NotFound, ValidationError
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.db import derived, history
from crm_desktop.insight import customer_figures, journal, open_items, revenue, today
from crm_desktop.safety import checking
from crm_desktop.sales.basket import Adjustment

TABLE = DraftLine(name="Table", quantity=Decimal(2), price=Decimal("100.00"), rate=Decimal(19))


def offer(customer_id: int, kind: str = "quote", *lines: DraftLine, **values: Any) -> Document:
    """An issued offer."""
    return invoices.issue_draft(replace(drafts.begin(customer_id, kind), lines=lines or (TABLE,), **values))


@pytest.mark.parametrize("mode", ["net", "gross"])
def test_only_items_are_added_up_and_all_roles_come_back_as_entered(mode: str, cafe: int) -> None:
    lines = (
        DraftLine(name="Kitchen", role="heading"),
        TABLE,
        replace(TABLE, name="Oak instead", price=Decimal("150.00"), role="alternative"),
        replace(
            TABLE, name="Oil", price=Decimal("20.00"), role="optional", allowances=(Adjustment(percent=Decimal(10)),)
        ),
        DraftLine(name="Delivered in spring", role="comment"),
        replace(TABLE, name="Bench", quantity=Decimal(1)),
        DraftLine(name="", role="subtotal"),
        replace(TABLE, name="Lamp", price=Decimal("50.00"), rate=Decimal(7)),
        DraftLine(name="", role="subtotal"),
    )
    saved = drafts.save(replace(drafts.begin(cafe, "quote"), lines=lines, price_mode=mode))
    assert drafts.get(saved.id or 0) == saved
    quote = invoices.issue(saved.id or 0)
    assert quote.lines == lines
    entered = [line.entered for line in quote.totals.lines]
    assert entered == [Decimal(amount) for amount in ("0", "200", "300", "36", "0", "100", "300", "100", "100")]
    assert sum(g.basis + g.tax for g in quote.totals.breakdown) == quote.totals.grand_total
    if mode == "net":
        assert (quote.totals.line_total, quote.totals.grand_total) == (Decimal("400.00"), Decimal("464.00"))
    else:
        assert quote.totals.grand_total == Decimal("400.00")
        assert quote.totals.lines[2].net == Decimal("252.10")
        assert quote.totals.lines[6].net == Decimal("252.10")
    assert checking.check().problems == []


def test_a_quote_of_options_alone_costs_nothing_yet(cafe: int) -> None:
    quote = offer(cafe, "quote", replace(TABLE, role="optional"))
    assert (quote.totals.grand_total, quote.totals.lines[0].net) == (0, Decimal("200.00"))


@pytest.mark.parametrize("role", ["optional", "alternative"])
@pytest.mark.parametrize("kind", ["invoice", "credit_note", "receipt", "order_confirmation"])
def test_options_belong_in_quotes(kind: str, role: str, cafe: int) -> None:
    draft = replace(drafts.begin(cafe, kind), lines=(TABLE, replace(TABLE, role=role)))
    assert "belongs in a quote" in problems.stops(draft)["lines.1.role"]


def test_headings_and_comments_may_stand_on_invoices(cafe: int) -> None:
    texts = tuple(DraftLine(name=role, role=role) for role in ("heading", "comment", "subtotal"))
    issued = invoices.issue_draft(replace(drafts.begin(cafe), lines=(*texts, TABLE)))
    assert issued.totals.grand_total == Decimal("238.00")
    empty = replace(drafts.begin(cafe), lines=(DraftLine(name=" ", role="comment"), TABLE))
    assert problems.stops(empty) == {"lines.0.name": "Line 1: Write a text or delete it."}
    assert "at least one line" in problems.stops(replace(drafts.begin(cafe), lines=texts))["lines"]


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("quote", "QU-2026-0001"),
        ("order_confirmation", "OC-2026-0001"),
        ("delivery_note", "DN-2026-0001"),
        ("proforma", "PF-2026-0001"),
    ],
)
def test_each_kind_has_its_own_numbers_and_owes_nothing(kind: str, number: str, cafe: int) -> None:
    issued = offer(cafe, kind)
    assert (issued.number, issued.due_on, issued.open, issued.intro != "") == (number, None, 0, True)
    assert invoices.show(number) == issued
    assert (issued.service_from is not None) == (kind == "delivery_note")
    assert invoices.next_number("invoice", dates.today()) == "INV-2026-0001"
    with pytest.raises(sqlite3.IntegrityError, match="issued document"), db.transaction():
        db.execute("UPDATE document SET valid_until_on = '2030-01-01'")
    with pytest.raises(Conflict, match="Copy it and change the copy"):
        drafts.save(drafts.get(issued.id or 0))


def test_offers_stand_in_no_book_and_no_figure(cafe: int) -> None:
    for kind in OFFERS:
        offer(cafe, kind, issue_on=date(2026, 10, 1), valid_until=None)
    assert journal.entries(date.min, date.max) == []
    assert journal.first_and_last() is None
    assert open_items.items() == []
    assert (revenue.by_month(2026), revenue.top_customers(2026), revenue.years()) == ([0] * 12, [], [2026])
    (figures,) = customer_figures.all_customers()
    assert (figures.revenue, figures.open, figures.last_invoice_on) == ({}, {}, None)
    assert (today.tasks(), today.strip().open_minor, dict(today.first_steps())["invoice"]) == ([], 0, False)
    assert invoice_list.ids() == []
    assert len(invoice_list.ids(filters=invoice_list.Filters(kinds=OFFERS))) == 4
    assert db.value("SELECT count(*) FROM document_balance") == 0
    assert not derived.differences(db.raw())
    with pytest.raises(NotFound, match="no invoice to repeat"):
        drafts.repeat_last(cafe)


def test_a_quote_needs_a_name_and_an_end_after_its_beginning(company: None) -> None:
    profile.save({"vat_id": "", "tax_number": ""})
    somebody = customers.save({"company": "Unknown"})
    draft = replace(drafts.begin(somebody, "quote"), lines=(TABLE,))
    assert problems.find(draft) == []
    assert "Choose the customer." in problems.stops(replace(draft, customer_id=None))["customer"]
    early = replace(draft, valid_until=date(2026, 11, 1))
    assert problems.stops(early) == {"valid_until": "The offer would end before its issue date."}
    with pytest.raises(ValidationError):
        invoices.issue_draft(early)
    assert "seller.tax_number" in problems.stops(replace(draft, kind="invoice"))


def test_a_quote_is_open_until_its_last_day_and_can_be_decided_and_undone(cafe: int) -> None:
    quote = offer(cafe, valid_until=date(2026, 12, 1))
    assert quotes.state(quote.id or 0) == "open"
    with dates.freeze(date(2026, 12, 2)):
        assert quotes.state(quote.id or 0) == "expired"
        quotes.decline(quote.id or 0, "Too dear ")
        assert quotes.outcome(quote.id or 0) == ("declined", date(2026, 12, 2), "Too dear")
        with pytest.raises(Conflict, match="declined already"):
            quotes.decline(quote.id or 0)
        history.undo(history.next_undo() or 0)
        assert (quotes.state(quote.id or 0), len(timeline.ids(cafe))) == ("expired", 1)
        quotes.accept(quote.id or 0)
        assert quotes.state(quote.id or 0) == "accepted"
        quotes.reopen(quote.id or 0)
    assert quotes.state(quote.id or 0) == "open"
    titles = [entry.title for entry in timeline.rows(timeline.ids(cafe))]
    assert sorted(titles) == ["Quote QU-2026-0001", "Quote QU-2026-0001 accepted", "Quote QU-2026-0001 reopened"]
    with pytest.raises(Conflict, match="nothing was decided"):
        quotes.reopen(quote.id or 0)
    with pytest.raises(NotFound):
        quotes.accept(offer(cafe, "proforma").id or 0)
    with pytest.raises(Conflict, match="still a draft"):
        quotes.accept(drafts.save(drafts.begin(cafe, "quote")).id or 0)


def test_the_list_of_quotes_knows_their_states(cafe: int) -> None:
    states = {}
    for decision in (quotes.accept, quotes.decline, None):
        quote = offer(cafe)
        if decision:
            decision(quote.id or 0)
        states[quote.number] = decision.__name__ if decision else "open"
    offer(cafe, valid_until=date(2026, 11, 24))
    drafts.save(drafts.begin(cafe, "quote"))
    only = invoice_list.Filters(kinds=("quote",))
    with dates.freeze(date(2026, 11, 25)):
        rows = invoice_list.rows(invoice_list.ids(order="number", descending=False, filters=only))
        assert [row.state for row in rows] == ["draft", "accepted", "declined", "open", "expired"]
        assert invoice_list.counts(only) == {
            "all": 5, "drafts": 1, "open": 1, "accepted": 1, "declined": 1, "expired": 1, "billed": 0,
        }  # fmt: skip
        assert invoice_list.ids("expired", filters=only) == [rows[-1].id]


def test_own_words_of_a_kind_go_before_the_usual_ones(cafe: int) -> None:
    profile.save({"texts": {"en": {"intro": "Bill", "quote_intro": "Offer", "quote_closing": "Bye"}}})
    assert [(d.intro, d.closing) for d in (drafts.begin(cafe, "quote"), drafts.begin(cafe))] == [
        ("Offer", "Bye"),
        ("Bill", ""),
    ]
    assert drafts.begin(cafe, "delivery_note").intro == "We deliver to you:"


def test_a_copy_is_free_of_what_the_original_was_tied_to(cafe: int) -> None:
    quote = offer(cafe)
    again = drafts.copy(quote.id or 0)
    assert (again.kind, again.source_id, again.valid_until, again.lines) == (
        "quote",
        None,
        date(2026, 12, 24),
        (TABLE,),
    )
