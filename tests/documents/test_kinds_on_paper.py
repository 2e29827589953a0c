"""Quotes, orders, delivery notes, proforma and final invoices on paper: what each says, and what it must not say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from papers import INVOICE, group, line, sums, with_lines
from pdf_reading import collisions, outside, texts

from crm_desktop.documents import commercial_pdf
from crm_desktop.documents import paper as p

ENGLISH = replace(INVOICE, language="en", locale="en_GB", intro="", closing="", terms=p.Terms(days=14))
HEAD = replace(INVOICE.head, number="QU-7", valid_until=date(2026, 12, 24))
LINES = (
    line("Kitchen", "1", "0", "0", role="heading"),
    line("Table", "1", "100.00", "100.00"),
    line("Table of oak", "1", "150.00", "150.00", role="alternative"),
    line("Oil", "1", "20.00", "20.00", role="optional"),
    line("", "1", "0", "100.00", role="subtotal"),
    line("We come on a workday.", "1", "0", "0", role="comment"),
)
QUOTE = replace(
    ENGLISH,
    kind="quote",
    head=HEAD,
    lines=LINES,
    taxes=(group("S", "19", "100.00", "19.00"),),
    sums=sums("100.00", "19.00"),
)


def whole(paper: p.Paper) -> str:
    """All text of the paper on one line, with ordinary blanks."""
    content = commercial_pdf.render(paper)
    assert not collisions(content)
    assert not outside(content)
    return " ".join(" ".join(texts(content)).replace("\u00a0", " ").replace("\u202f", " ").split())


def test_a_quote_says_until_when_it_holds_what_is_not_in_its_total_and_where_to_sign():
    text = whole(QUOTE)
    for expected in (
        "Quote number QU-7", "Valid until", "Kitchen", "Alternative, not in the total", "Optional, not in the total",
        "Subtotal 100.00", "We come on a workday.", "Total €119.00", "This offer holds until 24 December 2026.",
        "Payable within 14 days of the invoice date", "We accept this offer and place the order.", "Place, date",
    ):  # fmt: skip
        assert expected in text
    for wrong in ("Recipient", "Scan with", "Invoice total"):
        assert wrong not in text
    # Only positions are numbered.
    assert "1 Table" in text
    assert "3 Oil" in text


def test_what_is_not_in_the_total_is_not_carried_over_either():
    many = with_lines(60, language="en", locale="en_GB", kind="quote", terms=p.Terms())
    lines = tuple(replace(own, role="optional") if place % 2 else own for place, own in enumerate(many.lines))
    text = whole(replace(many, lines=lines, head=HEAD))
    carried = text.split("Carried forward ")[1].split(" ")[0]
    assert Decimal(carried.replace(",", "")) % Decimal("12.50") == 0
    assert Decimal(carried.replace(",", "")) <= Decimal("12.50") * 30


def test_a_delivery_note_has_no_prices():
    text = whole(replace(QUOTE, kind="delivery_note", lines=LINES[:2] + LINES[4:]))
    assert "Delivery note number QU-7" in text
    assert "received complete and in good order" in text
    for wrong in ("100.00", "119.00", "Subtotal", "VAT", "€", "Payable"):
        assert wrong not in text.replace("VAT id", "")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (
            "order_confirmation",
            ("Order confirmation", "Confirmation number QU-7", "Our quote QU-1", "Payable within 14 days"),
        ),
        ("proforma", ("Proforma invoice", "Proforma number QU-7", "Payable in advance", "IBAN")),
    ],
)
def test_orders_and_proforma_invoices(kind: str, expected: tuple[str, ...]):
    head = replace(HEAD, valid_until=None, source_kind="quote", source_number="QU-1")
    text = whole(replace(QUOTE, kind=kind, head=head, lines=LINES[:2]))
    for words in expected:
        assert words in text
    assert "Signature" not in text
    assert "Scan with" not in text


def test_a_final_invoice_shows_each_deposit_with_its_tax_and_the_tax_of_the_rest():
    deposit = p.Deduction(
        number="RE-9", issued_on=date(2026, 11, 2), rate=Decimal(19), basis=Decimal("30.00"), tax=Decimal("5.70")
    )
    final = replace(
        QUOTE,
        kind="invoice",
        lines=LINES[:2],
        deductions=(deposit,),
        sums=sums("100.00", "19.00", due="83.30"),
        terms=p.Terms(due_on=date(2026, 12, 8)),
    )
    text = whole(final)
    for expected in (
        "Final invoice", "Invoice total €119.00", "less RE-9 of 2 Nov 2026: €30.00 + VAT 19% €5.70", "€35.70",
        "Left to pay €83.30", "includes VAT 19% on €70.00 €13.30", "Payable by 8 December 2026",
    ):  # fmt: skip
        assert expected in text
    paid = replace(final, sums=sums("100.00", "19.00", due="0"))
    assert "Nothing is left to pay with this invoice." in whole(paid)
    assert "Left to credit €83.30" in whole(replace(final, kind="credit_note"))


def test_a_heading_does_not_stay_alone_at_the_foot_of_a_page():
    for count in range(14, 30):
        many = with_lines(count, language="en", locale="en_GB")
        lines = (*many.lines, line("Last part", "1", "0", "0", role="heading"), *many.lines[:12])
        pages = texts(commercial_pdf.render(replace(many, lines=lines)))
        for page in pages:
            if "Last part" in page:
                assert "Lampenfassung" in page.split("Last part")[1]
