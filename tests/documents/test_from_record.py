"""From the data file to paper: what is stored is what is printed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from papers import logo_png
from pdf_reading import collisions, outside, texts

from crm_desktop.billing import credit_notes, draft_json, drafts, invoices
from crm_desktop.billing.document import RECEIPT, DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates, formats
from crm_desktop.core.errors import UserError
from crm_desktop.customers import customers
from crm_desktop.documents import from_record
from crm_desktop.sales.basket import GROSS, Adjustment

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "billing_vectors.json").read_text(encoding="utf-8"))[
    "vectors"
]


def whole(content: bytes) -> str:
    """All text of a PDF on one line, with ordinary blanks."""
    return " ".join(" ".join(texts(content)).replace("\u00a0", " ").replace("\u202f", " ").split())


@pytest.fixture
def cafe(data_file):
    """A company in Hamburg on 24 November 2026, and a customer of it."""
    with dates.freeze(date(2026, 11, 24)):
        profile.save(
            {
                "name": "Werkstatt Lindner",
                "street": "Hafenstr. 4",
                "postcode": "20457",
                "city": "Hamburg",
                "vat_id": "DE136695976",
                "iban": "DE89370400440532013000",
                "texts": {"de": {"footer": "Öffnungszeiten: Dienstag bis Samstag"}},
            }
        )
        profile.set_logo(logo_png())
        yield customers.save(
            {
                "company": "Café Ostwind",
                "street": "Kai 7",
                "postcode": "20459",
                "city": "Hamburg",
                "country": "DE",
                "language": "de",
            }
        )


LINES = (
    DraftLine(name="Esstisch", price=Decimal("840.00"), rate=Decimal(19)),
    DraftLine(name="Öl", quantity=Decimal("2.5"), price=Decimal("12.50"), rate=Decimal(7), unit="LTR"),
)


def test_the_stored_pdf_of_an_issued_invoice_shows_what_is_stored(cafe):
    draft = replace(drafts.begin(cafe), lines=LINES, order_number="PO 7")
    issued = invoices.issue_draft(draft, from_record.render)
    text = whole(invoices.pdf(issued.id))
    for expected in (issued.number, "Café Ostwind", "20459 Hamburg", "PO 7", "Öffnungszeiten", "2,5 l", "31,25"):
        assert expected in text
    assert formats.money(issued.totals.due, "EUR", "de_DE").replace("\u00a0", " ") in text
    assert "Zahlbar bis 8. Dezember 2026" in text


def test_rendering_again_gives_the_stored_bytes_and_a_copy_says_so(cafe):
    issued = invoices.issue_draft(replace(drafts.begin(cafe), lines=LINES), from_record.render)
    assert from_record.render_document(issued.id) == invoices.pdf(issued.id)
    assert "KOPIE" in whole(from_record.copy_of(issued.id))


def test_the_preview_of_a_draft_needs_nothing_stored(cafe):
    text = whole(from_record.render_draft(replace(drafts.begin(cafe), lines=LINES)))
    assert "ENTWURF" in text
    assert "Café Ostwind" in text
    assert "Esstisch" in whole(from_record.render_draft(replace(drafts.begin(), lines=LINES)))
    assert from_record.render_draft(drafts.begin(cafe))


def test_an_unprintable_character_stops_issuing_and_leaves_the_draft(cafe):
    odd = drafts.save(replace(drafts.begin(cafe), lines=(replace(LINES[0], name="Tisch नमक"),)))
    assert "न" in from_record.unprintable(odd)
    with pytest.raises(UserError, match="cannot be printed"):
        invoices.issue(odd.id, from_record.render)
    assert drafts.get(odd.id).lines[0].name == "Tisch नमक"
    assert from_record.unprintable(replace(odd, lines=LINES)) == ""


def test_a_credit_note_names_its_invoice(cafe):
    issued = invoices.issue_draft(replace(drafts.begin(cafe), lines=LINES), from_record.render)
    credited = credit_notes.cancel(issued.id, from_record.render)
    text = whole(invoices.pdf(credited.id))
    assert f"{issued.number} vom 24.11.2026" in text
    assert "Korrekturbetrag" in text


def test_a_counter_sale_has_no_address_and_says_how_it_was_paid(cafe):
    draft = replace(drafts.begin(kind=RECEIPT), lines=LINES[1:], price_mode=GROSS, paid_at_issue="cash", language="de")
    text = whole(invoices.pdf(invoices.issue_draft(draft, from_record.render).id))
    assert "Bar bezahlt" in text
    assert "enthält Umsatzsteuer 7 %" in text


def test_discounts_on_lines_and_document_add_up_on_paper(cafe):
    lines = (replace(LINES[0], allowances=(Adjustment(percent=Decimal(10), reason="Messestück"),)), LINES[1])
    draft = replace(drafts.begin(cafe), lines=lines, allowances=(Adjustment(percent=Decimal(3), reason="Treue"),))
    made = from_record.to_paper(invoices.issue_draft(draft, from_record.render))
    discount = made.adjustments[0]
    assert (discount.percent, discount.reason) == (Decimal(3), "Treue")
    assert made.sums.lines - discount.amount == made.sums.without_tax
    assert made.lines[0].amount == Decimal("756.00")
    text = whole(from_record.commercial_pdf.render(made))
    assert "Rabatt 10 % (Messestück): −84,00" in text
    assert "Rabatt 3 % (Treue) −23,62 €" in text


def test_an_address_abroad_ends_with_its_country(cafe):
    abroad = {"name": "Dupont SARL", "street": "1 rue X", "postcode": "69001", "city": "Lyon", "country": "FR"}
    lines = from_record.to_paper(drafts.preview(replace(drafts.begin(cafe), buyer=abroad, lines=LINES))).address
    assert lines[-2:] == ("69001 Lyon", "FRANKREICH")
    british = abroad | {"country": "GB", "postcode": "SW1A 1AA", "city": "London"}
    lines = from_record.to_paper(drafts.preview(replace(drafts.begin(cafe), buyer=british, lines=LINES))).address
    assert lines[-3:] == ("London", "SW1A 1AA", "VEREINIGTES KÖNIGREICH")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["input"]["id"])
def test_the_sums_of_the_vectors_are_printed(cafe, vector):
    entered = dict(vector["input"])
    lines = [{"name": f"Zeile {place}", **line} for place, line in enumerate(entered["lines"], start=1)]
    draft = draft_json.read(entered | {"lines": lines})
    made = replace(from_record.to_paper(drafts.preview(draft)), is_draft=False)
    content = from_record.commercial_pdf.render(made)
    text, expected = whole(content), vector["expected"]
    for name in ("grand_total", "due"):
        amount = formats.money(Decimal(expected[name]), made.currency, made.locale)
        assert amount.replace("\u00a0", " ").replace("\u202f", " ") in text
    assert sum(group.tax for group in made.taxes) == Decimal(expected["tax_total"])
    assert not collisions(content)
    assert not outside(content)
