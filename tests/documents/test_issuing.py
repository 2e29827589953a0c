"""Issuing with e-invoices: what the customer demands is what is stored, what is missing is said beside its field."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import einvoices as e
import pikepdf
import pytest
from openpyxl import load_workbook
from pdf_reading import texts

from crm_desktop.billing import (
    chain,
    credit_notes,
    document_files,
    drafts,
    einvoice_rules,
    invoice_list,
    invoices,
    problems,
)
from crm_desktop.billing.document import QUOTE, Document, DraftLine
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.money import from_minor
from crm_desktop.customers import customers
from crm_desktop.documents import issuing
from crm_desktop.exchange import excel_reports
from crm_desktop.sales.basket import Adjustment

LINES = (
    DraftLine(name="Esstisch", price=Decimal("840.00"), rate=Decimal(19)),
    DraftLine(name="Öl", quantity=Decimal("2.5"), price=Decimal("12.50"), rate=Decimal(7), unit="LTR"),
)
OWN = {
    "name": "Werkstatt Lindner", "street": "Hafenstr. 4", "postcode": "20457", "city": "Hamburg",
    "vat_id": "DE136695976", "iban": "DE89370400440532013000",
}  # fmt: skip
REACHABLE = {"contact_name": "Jo Lindner", "phone": "040 123456", "email": "post@lindner.example"}


@pytest.fixture
def cafe(data_file: Path) -> Iterator[int]:
    """A company in Hamburg on 24 November 2026, and a customer of it."""
    with dates.freeze(date(2026, 11, 24)):
        profile.save(OWN)
        yield customers.save(
            {
                "company": "Café Ostwind", "street": "Kai 7", "postcode": "20459", "city": "Hamburg", "country": "DE",
                "language": "de",
            }
        )  # fmt: skip


def sell(customer: int, **more: Any) -> Document:
    return invoices.issue_draft(replace(drafts.begin(customer), **{"lines": LINES} | more), issuing.print_out)


def missing(customer: int, **more: Any) -> dict[str, str]:
    with pytest.raises(ValidationError) as refused:
        sell(customer, **more)
    return refused.value.fields


def test_an_invoice_carries_its_e_invoice(cafe: int) -> None:
    issued = sell(cafe)
    xml = document_files.xml(issued.id or 0)
    assert issued.einvoice_format == "facturx"
    assert xml is not None
    assert e.broken_rules(xml) == []
    with pikepdf.open(io.BytesIO(invoices.pdf(issued.id or 0) or b"")) as pdf:
        assert pdf.attachments["factur-x.xml"].get_file().read_bytes() == xml
    assert issuing.print_out(issued).xml == xml


def test_screen_paper_e_invoice_and_workbook_say_the_same(cafe: int, tmp_path: Path) -> None:
    discount = (Adjustment(percent=Decimal("3.3"), reason="Treue"),)
    for lines in (LINES, (replace(LINES[0], price=Decimal("9.99")),)):
        sell(cafe, lines=lines, allowances=discount, price_mode="gross" if len(lines) == 1 else "net")
    excel_reports.write("journal", tmp_path / "journal.xlsx")
    cells = [row for sheet in load_workbook(tmp_path / "journal.xlsx") for row in sheet.iter_rows(values_only=True)]
    for row in invoice_list.rows(invoice_list.ids()):
        document = invoices.get(row.id)
        stated = e.sums_of(document_files.xml(row.id) or b"")
        gross = from_minor(row.gross_minor, "EUR")
        assert stated["BT-112"] == gross == document.totals.grand_total
        printed = f"{gross:,.2f}".translate(str.maketrans(",.", ".,"))
        assert printed in " ".join(texts(invoices.pdf(row.id) or b""))
        own = next(cell for cell in cells if row.number in cell)
        amounts = {round(Decimal(str(cell)), 2) for cell in own if isinstance(cell, int | float)}
        assert {stated["BT-109"], stated["BT-110"], stated["BT-112"]} <= amounts


def test_credit_notes_and_final_invoices_too(cafe: int) -> None:
    credited = credit_notes.cancel(sell(cafe).id or 0, issuing.print_out)
    xml = document_files.xml(credited.id or 0) or b""
    assert b"<ram:TypeCode>381</ram:TypeCode>" in xml
    assert e.broken_rules(xml) == []


def test_a_quote_has_none(cafe: int) -> None:
    issued = sell(cafe, kind=QUOTE, type_code="310")
    assert (issued.einvoice_format, document_files.xml(issued.id or 0)) == ("", None)
    assert chain.next_kinds(issued)


def test_xrechnung_says_what_it_lacks_beside_the_fields(cafe: int) -> None:
    customers.save({"einvoice_format": "xrechnung_ubl", "postcode": ""}, cafe)
    fields = missing(cafe)
    assert set(fields) == {
        "seller.phone", "seller.email", "seller.electronic_address", "buyer.electronic_address", "buyer.postcode",
        "buyer_reference",
    }  # fmt: skip
    assert fields["buyer_reference"].startswith("XRechnung needs the reference that the customer gave you")
    profile.save(REACHABLE)
    customers.save({"postcode": "20459", "electronic_scheme": "0204", "electronic_address": "04011000-1"}, cafe)
    issued = sell(cafe, buyer_reference="04011000-12345-34")
    xml = document_files.xml(issued.id or 0) or b""
    assert issued.einvoice_format == "xrechnung_ubl"
    assert b"xrechnung_3.0" in xml
    assert e.broken_rules(xml) == []
    with pikepdf.open(io.BytesIO(invoices.pdf(issued.id or 0) or b"")) as pdf:
        assert list(pdf.attachments) == []


def test_xrechnung_in_the_other_language_lies_in_the_pdf_too(cafe: int) -> None:
    profile.save(REACHABLE)
    customers.save({"einvoice_format": "xrechnung_cii", "email": "hallo@ostwind.example"}, cafe)
    issued = sell(cafe, buyer_reference="04011000-12345-34")
    with pikepdf.open(io.BytesIO(invoices.pdf(issued.id or 0) or b"")) as pdf:
        assert pdf.attachments["xrechnung.xml"].get_file().read_bytes() == document_files.xml(issued.id or 0)
        assert b"<fx:ConformanceLevel>XRECHNUNG<" in pdf.Root.Metadata.read_bytes()


def test_peppol_wants_an_address_in_its_network(cafe: int) -> None:
    customers.save({"einvoice_format": "peppol", "email": "hallo@ostwind.example"}, cafe)
    profile.save(REACHABLE)
    assert set(missing(cafe)) == {"buyer_reference", "seller.electronic_address", "buyer.electronic_address"}
    assert set(missing(cafe, order_number="PO 7", type_code="384")) >= {"type_code"}


def test_who_wants_none_gets_a_plain_pdf(cafe: int) -> None:
    customers.save({"einvoice_format": "none"}, cafe)
    issued = sell(cafe)
    assert (issued.einvoice_format, document_files.xml(issued.id or 0)) == ("none", None)


def test_where_only_the_e_invoice_lacks_something_the_pdf_is_plain_and_it_is_said(cafe: int) -> None:
    draft = replace(drafts.begin(cafe), lines=(replace(LINES[0], unit="FUDER"),))
    hints = {found.field: found.sentence for found in problems.find(draft) if not found.stops}
    assert hints["lines.0.unit"] == (
        "The PDF will carry no e-invoice. Line 1: “FUDER” is no unit that e-invoices know. Choose one from the list."
    )
    issued = invoices.issue_draft(draft, issuing.print_out)
    assert (issued.einvoice_format, document_files.xml(issued.id or 0)) == ("none", None)


@pytest.mark.parametrize(
    ("changes", "format", "rule"),
    [
        ({"buyer": {"country": "DE"}}, "facturx", "BR-07"),
        ({"buyer": e.BUYER | {"country": "XX"}}, "facturx", "BR-CL-14"),
        ({"seller": e.SELLER | {"vat_id": "", "tax_number": ""}}, "facturx", "BR-S-02"),
        ({"seller": {"name": "A", "country": "DE"}}, "facturx", "BR-CO-26"),
        ({"seller": e.SELLER | {"vat_id": "136695976"}}, "facturx", "BR-CO-09"),
        ({"lines": (e.line("A", "1", "1", "AE", "0"),)}, "facturx", "BR-AE-02"),
        ({"lines": (e.line("A", "1", "1", "E", "0"),), "exemptions": {"E": e.Exemption("", "")}}, "facturx", "BR-E-10"),
        ({"lines": (e.line("A", "1", "1", "E", "0"),), "exemption_code": "VATEX-X"}, "facturx", "BR-CL-22"),
        ({"currency": "KWD"}, "facturx", "BR-DEC-12"),
        ({"currency": "QQQ"}, "facturx", "BR-CL-04"),
        ({"lines": (e.line("A", "1", "1", unit="ABC"),)}, "facturx", "BR-CL-23"),
        ({"due_on": None}, "facturx", "BR-CO-25"),
        ({"seller": e.SELLER | {"iban": "DE88"}}, "facturx", "BR-50"),
        ({"buyer_reference": " "}, "xrechnung_cii", "BR-DE-15"),
        ({"seller": e.SELLER | {"phone": "0"}}, "xrechnung_cii", "BR-DE-6"),
        ({"seller": e.SELLER | {"email": "a@b@c"}}, "xrechnung_cii", "BR-DE-7"),
        ({"seller": e.SELLER | {"city": ""}}, "xrechnung_cii", "BR-DE-3"),
        ({"seller": e.SELLER | {"iban": ""}}, "xrechnung_cii", "BR-DE-23-a"),
        ({"ship_to": {"name": "Lager", "country": "DE"}}, "xrechnung_cii", "BR-DE-11"),
        ({"lines": (e.line("A", "1", "1", "O", None),)}, "xrechnung_cii", "BR-DE-14"),
        ({"terms_text": "#SKONTO#14 Tage#"}, "xrechnung_cii", "BR-DE-18"),
        ({"buyer": e.BUYER | {"electronic_scheme": "ZZ"}}, "peppol", "BR-CL-25"),
        ({"buyer": e.BUYER | {"electronic_scheme": "EM"}}, "peppol", "PEPPOL-EN16931-CL008"),
        ({"buyer_reference": ""}, "peppol", "PEPPOL-EN16931-R003"),
        ({"currency": "JPY", "lines": (e.line("A", "3", "33.5"),)}, "peppol", "PEPPOL-EN16931-R120"),
    ],
)
def test_each_rule_is_found(changes: dict[str, Any], format: str, rule: str) -> None:
    assert einvoice_rules.broken(e.document(), format) == []
    found = einvoice_rules.broken(e.document(**changes), format)
    assert rule in {broken.rule for broken in found}
    assert all(broken.sentence.endswith(".") and broken.field for broken in found)


def test_sums_that_somebody_changed_are_found() -> None:
    good = e.document()
    changed = replace(good, totals=replace(good.totals, grand_total=Decimal("120.00")))
    assert {broken.rule for broken in einvoice_rules.broken(changed, "facturx")} == {"BR-CO-15", "BR-CO-16"}


def test_a_swiss_invoice_keeps_its_reference_and_asks_for_it_everywhere(cafe: int) -> None:
    swiss = {"country": "CH", "currency": "CHF", "vat_id": "", "tax_number": "CHE-123.456.788 MWST"}
    profile.save(swiss | {"iban": "CH9300762011623852957", "qr_iban": "CH4431999123000889012"})
    lines = (DraftLine(name="Esstisch", price=Decimal("840.02"), rate=Decimal("8.1")),)
    issued = sell(cafe, lines=lines, currency="CHF", cash_step=Decimal("0.05"))
    assert len(issued.payment_reference) == 27
    xml = (document_files.xml(issued.id or 0) or b"").decode()
    assert f"<ram:PaymentReference>{issued.payment_reference}<" in xml
    assert "<ram:IBANID>CH4431999123000889012<" in xml
    assert e.broken_rules(xml.encode()) == []
    paper = " ".join(texts(invoices.pdf(issued.id or 0) or b""))
    assert "CH44 3199 9123 0008 8901 2" in paper
    assert invoices.get(issued.id or 0).payment_reference == issued.payment_reference
