"""What an e-invoice asks for beyond a paper invoice, in plain sentences beside the field, by the rule's own id.

`decide` says in which format a document is issued: what the customer's record demands, else a PDF with the e-invoice
inside where that is possible. A demanded format whose rules are broken stops issuing; a PDF is then a plain one.

Source: EN 16931-1 (BR-…, BR-CO-…, BR-CL-…), XRechnung 3.0 (BR-DE-…), Peppol BIS Billing 3.0 (PEPPOL-EN16931-…).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from crm_desktop.billing.document import BILLS, CREDIT_NOTE, INVOICE, ITEM, Document, Party
from crm_desktop.company.profile import EU_PREFIXES
from crm_desktop.core import money, resources
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.sales.tax_categories import AE, CATEGORIES, G, K, O

FACTURX, XRECHNUNG_CII, XRECHNUNG_UBL, PEPPOL, NONE = "facturx", "xrechnung_cii", "xrechnung_ubl", "peppol", "none"
DEMANDED = (XRECHNUNG_CII, XRECHNUNG_UBL, PEPPOL)
# Sellers whose invoices the European standard is made for; elsewhere a PDF is just a PDF.
_EUROPE = EU_PREFIXES | {"CH", "GB", "IS", "LI", "NO"}
# Rules that an invoice on paper must keep as well: `problems` says so already.
ON_PAPER_TOO = ("BR-07", "BR-AE-02", "BR-E-10")
_SKONTO = re.compile(r"#SKONTO#TAGE=\d{1,3}#PROZENT=\d{1,2}\.\d{2}#(BASISBETRAG=-?\d+\.\d{2}#)?")


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a document breaks: its id, the field to mend, and the sentence for it."""

    rule: str
    field: str
    sentence: str


@cache
def codes(name: str) -> frozenset[str]:
    """A code list of the standard: "units", "countries", "currencies", "schemes" or "reasons"."""
    path = resources.resource("presets", "einvoice_codes.json")
    return frozenset(json.loads(path.read_text(encoding="utf-8"))[name].split())


def wanted(document: Document) -> str:
    """The format that the customer's record demands; empty: in the PDF where it is possible; "none": never."""
    return document.buyer.get("einvoice_format", "")


def is_possible(document: Document) -> bool:
    """Whether this kind of document to this kind of buyer is an e-invoice at all."""
    home = document.seller.get("country", "") in _EUROPE
    return document.kind in BILLS and bool(document.buyer.get("name")) and home and wanted(document) != NONE


def decide(document: Document) -> str:
    """The format in which a document is issued: one of the formats, "none", or empty where it is no bill."""
    if document.kind not in BILLS:
        return ""
    if wanted(document) in DEMANDED:
        return wanted(document)
    return FACTURX if is_possible(document) and not broken(document, FACTURX) else NONE


def broken(document: Document, format: str) -> list[Broken]:
    """The rules of a format that a document breaks."""
    rules: tuple[_Rule, ...] = _COMMON
    if format in (XRECHNUNG_CII, XRECHNUNG_UBL):
        rules = (*_COMMON, _addresses, _german_seller, _german_buyer, _german_rest)
    elif format == PEPPOL:
        rules = (*_COMMON, _addresses, _peppol)
    return [found for rule in rules for found in rule(document)]


_Rule = Callable[[Document], Iterator[Broken]]


# ---- the standard ---------------------------------------------------------------------------------------------------


def _used(document: Document) -> set[str]:
    return {group.category for group in document.totals.breakdown}


def _parties(document: Document) -> Iterator[Broken]:
    seller, buyer = document.seller, document.buyer
    if not buyer.get("name"):
        yield Broken("BR-07", "customer", _("An e-invoice needs a customer with a name."))
    if not any(seller.get(name) for name in ("vat_id", "tax_number", "seller_id", "register_number")):
        sentence = _("An e-invoice needs your VAT id or tax number. Add it in Settings.")
        yield Broken("BR-CO-26", "seller.tax_number", sentence)
    for who, party in (("seller", seller), ("buyer", buyer), ("ship_to", document.ship_to)):
        if party and party.get("country", "") not in codes("countries"):
            sentence = _("The country “{country}” is not known to e-invoices. Choose it from the list.")
            yield Broken("BR-CL-14", f"{who}.country", sentence.format(country=party.get("country", "")))


def _tax_ids(document: Document) -> Iterator[Broken]:
    used, seller, buyer = _used(document), document.seller, document.buyer
    if used - {O} and not seller.get("vat_id") and not seller.get("tax_number"):
        sentence = _("An e-invoice needs your VAT id or tax number. Add it in Settings.")
        yield Broken("BR-S-02", "seller.tax_number", sentence)
    if used & {AE, G, K} and not seller.get("vat_id"):
        sentence = _("Your VAT id is needed for sales to other countries. Add it in Settings.")
        yield Broken("BR-AE-02", "seller.vat_id", sentence)
    if used & {AE, K} and not buyer.get("vat_id"):
        yield Broken(
            "BR-AE-02", "buyer.vat_id", _("Reverse charge needs the customer's VAT id. Add it to the customer.")
        )
    for who, party in (("seller", seller), ("buyer", buyer)):
        vat_id = party.get("vat_id", "").strip().upper()
        if vat_id and O not in used and vat_id[:2] not in codes("countries") | {"EL", "XI"}:
            sentence = _("A VAT id begins with the two letters of its country: “{vat_id}” does not.")
            yield Broken("BR-CO-09", f"{who}.vat_id", sentence.format(vat_id=vat_id))


def _codes(document: Document) -> Iterator[Broken]:
    currency = document.currency
    if re.fullmatch("[A-Z]{3}", currency) and currency not in codes("currencies"):
        yield Broken(
            "BR-CL-04", "currency", _("{currency} is no currency that e-invoices know.").format(currency=currency)
        )
    elif money.digits(currency) > 2:
        sentence = _("E-invoices have amounts with two decimals at most; {currency} has three.")
        yield Broken("BR-DEC-12", "currency", sentence.format(currency=currency))
    for place, line in enumerate(document.lines):
        if line.role == ITEM and line.unit not in codes("units"):
            sentence = _("Line {line}: “{unit}” is no unit that e-invoices know. Choose one from the list.")
            yield Broken("BR-CL-23", f"lines.{place}.unit", sentence.format(line=place + 1, unit=line.unit))
    for category, why in document.exemptions.items():
        if why.code and why.code.upper() not in codes("reasons"):
            sentence = _("The code “{code}” for the reason without tax is not on the list of e-invoices.")
            yield Broken("BR-CL-22", "exemption_code", sentence.format(code=why.code))
        if CATEGORIES[category].reason and not why.code and not why.reason:
            yield Broken(
                "BR-E-10", "exemption_reason", _("Say why there is no tax: an e-invoice must name the reason.")
            )


def _sums(document: Document) -> Iterator[Broken]:
    """That the stored sums add up; they do, unless somebody changed the file by hand."""
    sums, zero = document.totals, Decimal(0)
    equal = (
        (
            "BR-CO-10",
            sums.line_total,
            sum((own.net for _at, line, own in document.entries() if line.role == ITEM), zero),
        ),
        ("BR-CO-13", sums.tax_basis, sums.line_total - sums.allowance_total + sums.charge_total),
        ("BR-CO-14", sums.tax_total, sum((group.tax for group in sums.breakdown), zero)),
        ("BR-CO-15", sums.grand_total, sums.tax_basis + sums.tax_total),
        ("BR-CO-16", sums.due, sums.grand_total - sums.prepaid + sums.rounding),
    )
    for rule, stated, added in equal:
        if stated != added:
            yield Broken(rule, "lines", _("The sums of this document do not add up; it cannot be an e-invoice."))


def _payment(document: Document) -> Iterator[Broken]:
    if document.totals.due > 0 and document.kind != CREDIT_NOTE and not document.paid_at_issue:
        if document.due_on is None and not document.terms_text.strip():
            yield Broken("BR-CO-25", "due_date", _("An e-invoice needs the day by which it is to be paid."))
        iban = document.seller.get("iban", "")
        if iban and not _is_iban(iban):
            yield Broken("BR-50", "seller.iban", _("Your IBAN does not add up. Correct it in Settings."))


def _is_iban(text: str) -> bool:
    from stdnum import iban

    found: bool = iban.is_valid(text)
    return found


_COMMON: tuple[_Rule, ...] = (_parties, _tax_ids, _codes, _sums, _payment)


# ---- XRechnung and Peppol -------------------------------------------------------------------------------------------


def has_address(party: Party, *, with_email: bool = True) -> bool:
    """Whether a party can be reached electronically: an address with its scheme, or an e-mail address."""
    given = party.get("electronic_address") and party.get("electronic_scheme")
    return bool(given or (with_email and (party.get("invoice_email") or party.get("email"))))


def _addresses(document: Document) -> Iterator[Broken]:
    peppol = wanted(document) == PEPPOL
    if not has_address(document.seller, with_email=not peppol):
        sentence = _("This e-invoice needs your electronic address. Add it in Settings.")
        yield Broken("PEPPOL-EN16931-R020", "seller.electronic_address", sentence)
    if not has_address(document.buyer, with_email=not peppol):
        sentence = _("This e-invoice needs the customer's electronic address. Add it to the customer.")
        yield Broken("PEPPOL-EN16931-R010", "buyer.electronic_address", sentence)
    for who, party in (("seller", document.seller), ("buyer", document.buyer)):
        scheme = party.get("electronic_scheme", "")
        if party.get("electronic_address") and scheme not in codes("schemes"):
            sentence = _("“{scheme}” is no kind of electronic address. Choose one from the list.")
            yield Broken("BR-CL-25", f"{who}.electronic_scheme", sentence.format(scheme=scheme))


def _needed(rule: str, who: str, party: Party, name: str, sentence: str) -> Iterator[Broken]:
    if not party.get(name, "").strip():
        yield Broken(rule, f"{who}.{name}", sentence)


def _german_seller(document: Document) -> Iterator[Broken]:
    seller = document.seller
    yield from _needed("BR-DE-3", "seller", seller, "city", _("Your town is needed on invoices."))
    yield from _needed("BR-DE-4", "seller", seller, "postcode", _("Your postcode is needed on invoices."))
    if len(re.findall(r"\d", seller.get("phone", ""))) < 3:
        yield Broken("BR-DE-6", "seller.phone", _("XRechnung needs your phone number. Add it in Settings."))
    if not re.fullmatch(r"[^@\s]{2,}@[^@\s]{2,}", seller.get("email", "").strip()):
        yield Broken("BR-DE-7", "seller.email", _("XRechnung needs your e-mail address. Add it in Settings."))
    if document.kind == INVOICE and not document.paid_at_issue:
        yield from _needed("BR-DE-23-a", "seller", seller, "iban", _("XRechnung needs your IBAN. Add it in Settings."))


def _german_buyer(document: Document) -> Iterator[Broken]:
    buyer = document.buyer
    if not document.buyer_reference.strip():
        sentence = _("XRechnung needs the reference that the customer gave you, in Germany the Leitweg-ID.")
        yield Broken("BR-DE-15", "buyer_reference", sentence)
    sentence = _("XRechnung needs the customer's town and postcode. Add them to the customer.")
    yield from _needed("BR-DE-8", "buyer", buyer, "city", sentence)
    yield from _needed("BR-DE-9", "buyer", buyer, "postcode", sentence)
    if document.ship_to:
        sentence = _("XRechnung needs town and postcode of the delivery address.")
        yield from _needed("BR-DE-10", "ship_to", document.ship_to, "city", sentence)
        yield from _needed("BR-DE-11", "ship_to", document.ship_to, "postcode", sentence)


def _german_rest(document: Document) -> Iterator[Broken]:
    if O in _used(document):
        sentence = _("XRechnung knows no sales outside the scope of VAT. Choose another format for this customer.")
        yield Broken("BR-DE-14", "lines", sentence)
    tags = [line.strip() for line in document.terms_text.splitlines() if line.strip().startswith("#")]
    if not all(_SKONTO.fullmatch(tag) for tag in tags):
        sentence = _("A discount for early payment is written like #SKONTO#TAGE=14#PROZENT=2.00# on a line of its own.")
        yield Broken("BR-DE-18", "terms_text", sentence)


def _peppol(document: Document) -> Iterator[Broken]:
    if not document.buyer_reference.strip() and not document.order_number.strip():
        sentence = _("Peppol needs the customer's reference or order number.")
        yield Broken("PEPPOL-EN16931-R003", "buyer_reference", sentence)
    if document.type_code == "384":
        sentence = _("Peppol knows no corrected invoices. Write a credit note and a new invoice.")
        yield Broken("PEPPOL-EN16931-P0100", "type_code", sentence)
    yield from _whole_prices(document)
    for who, party in (("seller", document.seller), ("buyer", document.buyer)):
        if party.get("electronic_scheme") == "EM":
            sentence = _("Peppol delivers to no e-mail address. Enter the address in the Peppol network.")
            yield Broken("PEPPOL-EN16931-CL008", f"{who}.electronic_address", sentence)


def _whole_prices(document: Document) -> Iterator[Broken]:
    """Peppol adds lines up without rounding, which currencies without decimals do not stand with odd prices."""
    for place, (_at, line, sums) in enumerate(document.entries()):
        extension = sums.net + sum(sums.allowances) - sum(sums.charges)
        exact = line.quantity * sums.net_price / line.base_quantity
        if line.role == ITEM and sums.net_price >= 0 and abs(exact - extension) > Decimal("0.02"):
            sentence = _("Line {line}: for Peppol, quantity and price must give a whole amount of {currency}.")
            words = sentence.format(line=place + 1, currency=document.currency)
            yield Broken("PEPPOL-EN16931-R120", f"lines.{place}.price", words)
