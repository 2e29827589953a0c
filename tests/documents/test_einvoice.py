"""E-invoices: every worked example and kind of document keeps the official rules of EN 16931, in both languages."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import einvoices as e
import pikepdf
import pytest
from lxml import etree
from papers import INVOICE as PAPER
from pikepdf import pdfa as pdfa_rules

from crm_desktop.billing.document import Deduction
from crm_desktop.company.payment_terms import Terms
from crm_desktop.core.errors import UserError
from crm_desktop.documents import commercial_pdf, einvoice, pdfa

BOTH = ("facturx", "peppol")
SWISS = e.SELLER | {"country": "CH", "vat_id": "CHE-123.456.788 MWST", "iban": "CH9300762011623852957"}
TAKEN_OFF = Deduction(
    deducted_id=7, number="AZ-1", issue_on=date(2026, 10, 1), category="S", rate=Decimal(19), basis=Decimal(30),
    tax=Decimal("5.70"),
)  # fmt: skip
KINDS: dict[str, dict[str, Any]] = {
    "deposit": {"type_code": "386"},
    "partial": {"type_code": "326"},
    "corrected": {"type_code": "384", "preceding_number": "RE-1", "preceding_on": e.DAY},
    "credit note": {
        "kind": "credit_note", "type_code": "381", "preceding_number": "RE-1", "preceding_on": e.DAY, "due_on": None,
    },
    "receipt": {"kind": "receipt", "price_mode": "gross", "paid_at_issue": "cash", "due_on": None},
    "prepaid": {"prepaid": Decimal(50)},
    "final": {
        "deductions": (TAKEN_OFF,),
    },
    "yen": {"currency": "JPY"},
    "francs": {"currency": "CHF", "seller": SWISS, "cash_step": Decimal("0.05")},
    "no account": {"seller": e.SELLER | {"iban": ""}},
    "returns": {
        "lines": (
            e.line("Zurück", "-2", "10", allowances=(e.off({"percent": "10"}),)),
            e.line("Lampe", "5", "10", base_quantity=Decimal(3)),
        ),
        "allowances": (e.off({"percent": "7", "reason": "Treue"}),),
    },
    "delivered elsewhere": {"ship_to": {"name": "Lager", "street": "Weg 1", "city": "Kiel", "postcode": "24103", "country": "DE"}},
    "over a month": {"service_from": date(2026, 10, 1), "service_to": date(2026, 10, 31)},
    "outside": {"lines": (e.line("Schaden", "1", "10", "O", None),)},
    "tiny price tags": {
        "price_mode": "gross",
        "lines": (
            e.line("Lampe", "1", "0", allowances=(e.off({"amount": "3.11"}),), charges=(e.off({"amount": "0.01"}),)),
            e.line("Birne", "1", "0"),
        ),
    },
    "control signs": {"lines": (e.line("Lampe\x07 \u200b„A“ & <b>", "1", "10", description="eins\r\nzwei"),)},
}  # fmt: skip


def text(xml: bytes, name: str) -> str:
    """The text of the first element of that name."""
    found: str = etree.fromstring(xml).xpath(f"string(//*[local-name()='{name}'])")
    return found


@pytest.mark.parametrize("format", BOTH)
@pytest.mark.parametrize("vector", e.VECTORS, ids=[vector["input"]["id"] for vector in e.VECTORS])
def test_worked_example(vector: dict[str, Any], format: str) -> None:
    xml = einvoice.make(e.of_vector(vector), format)
    assert e.broken_rules(xml) == []
    wanted = vector["expected"]
    names = {
        "line_total": "BT-106", "tax_basis": "BT-109", "tax_total": "BT-110", "grand_total": "BT-112", "due": "BT-115",
    }  # fmt: skip
    assert {name: e.sums_of(xml)[term] for name, term in names.items()} == {
        name: Decimal(wanted[name]) for name in names
    }
    assert [(group[0], *group[2:]) for group in e.groups_of(xml)] == [
        (group["category"], Decimal(group["basis"]), Decimal(group["tax"])) for group in wanted["breakdown"]
    ]


@pytest.mark.parametrize("format", einvoice.FORMATS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_keeps_the_rules(kind: str, format: str) -> None:
    document = e.document(**KINDS[kind])
    xml = einvoice.make(document, format)
    assert e.broken_rules(xml) == []
    assert b'nil="true"' not in xml
    assert xml == einvoice.make(document, format)


def test_a_price_that_rounding_made_negative_becomes_a_discount() -> None:
    document = e.document(**KINDS["tiny price tags"])
    assert document.totals.lines[0].net_price < 0
    xml = einvoice.make(document)
    assert text(xml, "ChargeAmount") == "0"
    assert e.sums_of(xml)["BT-106"] == document.totals.line_total


def test_a_receipt_is_paid_and_a_final_invoice_names_what_it_takes_off() -> None:
    paid = einvoice.make(e.document(**KINDS["receipt"]))
    assert e.sums_of(paid)["BT-115"] == 0
    final = einvoice.make(e.document(**KINDS["final"]))
    assert e.sums_of(final)["BT-113"] == Decimal("35.70")
    assert e.sums_of(final)["BT-115"] == Decimal("83.30")
    assert text(final, "InvoiceReferencedDocument").split() == ["AZ-1", "20261001"]


def test_rounding_amount_is_in_the_currency_of_the_document() -> None:
    francs = e.document(currency="CHF", cash_step=Decimal("0.05"), lines=(e.line("Lampe", "1", "33.33", rate="8.1"),))
    root = etree.fromstring(einvoice.make(francs, "peppol"))
    assert root.xpath("//*[local-name()='PayableRoundingAmount']/@currencyID") == ["CHF"]


def test_early_payment_is_a_tag_for_authorities_and_a_sentence_for_others() -> None:
    terms = Terms(id=1, name="x", days=14, basis="date", discount_bp=250, discount_days=7)
    document = e.document(terms=terms, discount_until=date(2026, 12, 1))
    assert text(einvoice.make(document, "xrechnung_cii"), "Description").startswith("#SKONTO#TAGE=7#PROZENT=2.50#\n")
    said = text(einvoice.make(document), "Description")
    assert "2,5\xa0%" in said
    assert "Dezember 2026" in said


def test_headings_and_comments_become_notes_of_the_next_line() -> None:
    lines = (
        e.line("Flur", "0", "0", role="heading"),
        e.line("Lampe", "1", "10"),
        e.line("Bitte leise liefern", "0", "0", role="comment"),
    )
    root = etree.fromstring(einvoice.make(e.document(lines=lines)))
    names = root.xpath("//*[local-name()='SpecifiedTradeProduct']/*[local-name()='Name']/text()")
    notes = root.xpath("//*[local-name()='AssociatedDocumentLineDocument']//*[local-name()='Content']/text()")
    assert names == ["Lampe"]
    assert notes == ["Flur\nBitte leise liefern"]


def test_what_is_no_bill_becomes_no_e_invoice() -> None:
    with pytest.raises(UserError, match="Only invoices, credit notes and receipts"):
        einvoice.make(e.document(kind="quote"))


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("more", [{}, {"is_copy": True, "intro": "Ελλ ж ğ"}, {"kind": "credit_note"}, {"address": ()}])
def test_papers_are_fit_for_archives(more: dict[str, Any], inside: bool) -> None:
    painted = commercial_pdf.render(replace(PAPER, **more))
    xml = einvoice.make(e.document())
    attachment = pdfa.Attachment(name="factur-x.xml", content=xml) if inside else None
    made = pdfa.archive(painted, e.DAY, attachment)
    assert made == pdfa.archive(painted, e.DAY, attachment)
    # The checker knows no namespaces but its own; that of Factur-X is described inside the file.
    known = ("fx:", "urn:factur-x", "pdfaExtension", "pdfaSchema", "pdfaProperty", "pdfa/ns/")
    report = pdfa_rules.validate_written(io.BytesIO(made), "3b")
    assert [f for f in report.findings if not any(word in f.message for word in known)] == []
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert str(pdf.Root.Lang) == "de-DE"
        names = list(pdf.attachments)
        assert names == (["factur-x.xml"] if inside else [])
        if inside:
            assert pdf.attachments["factur-x.xml"].get_file().read_bytes() == xml
            assert str(pdf.attachments["factur-x.xml"].obj.AFRelationship) == "/Alternative"
