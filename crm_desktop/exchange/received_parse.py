"""A received e-invoice in CII or UBL as plain data: the same names for both languages, every value as it is written.

Nothing is calculated and nothing is believed: amounts stay the texts of the file, so that what was received is what is
shown. Runs in the reading child.

Source: EN 16931-3-2 (UBL) and EN 16931-3-3 (CII), the bindings of the business terms.
"""

from __future__ import annotations

from typing import Any

from crm_desktop.exchange.identify import Refused

MOST_LINES = 5000
_LONGEST = 2000
_NS = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
_DEAL = "rsm:SupplyChainTradeTransaction"
_AGREED, _DELIVERED, _SETTLED = (
    f"{_DEAL}/ram:ApplicableHeaderTrade{part}" for part in ("Agreement", "Delivery", "Settlement")
)
_SUMS = f"{_SETTLED}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_MEANS = f"{_SETTLED}/ram:SpecifiedTradeSettlementPaymentMeans"
_TERMS = f"{_SETTLED}/ram:SpecifiedTradePaymentTerms"
_HEAD_CII = {
    "number": "rsm:ExchangedDocument/ram:ID",
    "type_code": "rsm:ExchangedDocument/ram:TypeCode",
    "issue_on": "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString",
    "profile": "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
    "currency": f"{_SETTLED}/ram:InvoiceCurrencyCode",
    "due_on": f"{_TERMS}/ram:DueDateDateTime/udt:DateTimeString",
    "terms": f"{_TERMS}/ram:Description",
    "buyer_reference": f"{_AGREED}/ram:BuyerReference",
    "order_number": f"{_AGREED}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID",
    "delivered_on": f"{_DELIVERED}/ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/udt:DateTimeString",
    "iban": f"{_MEANS}/ram:PayeePartyCreditorFinancialAccount/ram:IBANID",
    "bic": f"{_MEANS}/ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID",
    "account_holder": f"{_MEANS}/ram:PayeePartyCreditorFinancialAccount/ram:AccountName",
    "reference": f"{_SETTLED}/ram:PaymentReference",
    "preceding": f"{_SETTLED}/ram:InvoiceReferencedDocument/ram:IssuerAssignedID",
    "line_total": f"{_SUMS}/ram:LineTotalAmount",
    "allowance_total": f"{_SUMS}/ram:AllowanceTotalAmount",
    "charge_total": f"{_SUMS}/ram:ChargeTotalAmount",
    "tax_basis": f"{_SUMS}/ram:TaxBasisTotalAmount",
    "tax_total": f"{_SUMS}/ram:TaxTotalAmount[@currencyID=../../ram:InvoiceCurrencyCode or not(@currencyID)]",
    "grand_total": f"{_SUMS}/ram:GrandTotalAmount",
    "prepaid": f"{_SUMS}/ram:TotalPrepaidAmount",
    "rounding": f"{_SUMS}/ram:RoundingAmount",
    "due": f"{_SUMS}/ram:DuePayableAmount",
}
_PARTY_CII = {
    "name": "ram:Name",
    "street": "ram:PostalTradeAddress/ram:LineOne",
    "addition": "ram:PostalTradeAddress/ram:LineTwo",
    "postcode": "ram:PostalTradeAddress/ram:PostcodeCode",
    "city": "ram:PostalTradeAddress/ram:CityName",
    "country": "ram:PostalTradeAddress/ram:CountryID",
    "vat_id": "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']",
    "tax_number": "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='FC']",
    "email": "ram:DefinedTradeContact/ram:EmailURIUniversalCommunication/ram:URIID",
    "phone": "ram:DefinedTradeContact/ram:TelephoneUniversalCommunication/ram:CompleteNumber",
}
_LINE_CII = {
    "number": "ram:AssociatedDocumentLineDocument/ram:LineID",
    "name": "ram:SpecifiedTradeProduct/ram:Name",
    "description": "ram:SpecifiedTradeProduct/ram:Description",
    "quantity": "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity",
    "unit": "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity/@unitCode",
    "price": "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount",
    "base_quantity": "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:BasisQuantity",
    "net": "ram:SpecifiedLineTradeSettlement/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount",
    "category": "ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax/ram:CategoryCode",
    "rate": "ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax/ram:RateApplicablePercent",
}
_OFF_CII = {
    "is_charge": "ram:ChargeIndicator/udt:Indicator",
    "amount": "ram:ActualAmount",
    "reason": "ram:Reason",
    "category": "ram:CategoryTradeTax/ram:CategoryCode",
    "rate": "ram:CategoryTradeTax/ram:RateApplicablePercent",
}
_TAX_CII = {
    "category": "ram:CategoryCode",
    "rate": "ram:RateApplicablePercent",
    "basis": "ram:BasisAmount",
    "tax": "ram:CalculatedAmount",
    "reason": "ram:ExemptionReason",
}
_TOTAL = "cac:LegalMonetaryTotal"
_ACCOUNT = "cac:PaymentMeans/cac:PayeeFinancialAccount"
_HEAD_UBL = {
    "number": "cbc:ID",
    "type_code": "cbc:InvoiceTypeCode|cbc:CreditNoteTypeCode",
    "issue_on": "cbc:IssueDate",
    "profile": "cbc:CustomizationID",
    "currency": "cbc:DocumentCurrencyCode",
    "due_on": "cbc:DueDate|cac:PaymentMeans/cbc:PaymentDueDate",
    "terms": "cac:PaymentTerms/cbc:Note",
    "buyer_reference": "cbc:BuyerReference",
    "order_number": "cac:OrderReference/cbc:ID",
    "delivered_on": "cac:Delivery/cbc:ActualDeliveryDate",
    "iban": f"{_ACCOUNT}/cbc:ID",
    "bic": f"{_ACCOUNT}/cac:FinancialInstitutionBranch/cbc:ID",
    "account_holder": f"{_ACCOUNT}/cbc:Name",
    "reference": "cac:PaymentMeans/cbc:PaymentID",
    "preceding": "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID",
    "line_total": f"{_TOTAL}/cbc:LineExtensionAmount",
    "allowance_total": f"{_TOTAL}/cbc:AllowanceTotalAmount",
    "charge_total": f"{_TOTAL}/cbc:ChargeTotalAmount",
    "tax_basis": f"{_TOTAL}/cbc:TaxExclusiveAmount",
    "tax_total": "cac:TaxTotal/cbc:TaxAmount[@currencyID=/*/cbc:DocumentCurrencyCode]",
    "grand_total": f"{_TOTAL}/cbc:TaxInclusiveAmount",
    "prepaid": f"{_TOTAL}/cbc:PrepaidAmount",
    "rounding": f"{_TOTAL}/cbc:PayableRoundingAmount",
    "due": f"{_TOTAL}/cbc:PayableAmount",
}
_TAX_ID = "cac:PartyTaxScheme[{}cac:TaxScheme/cbc:ID='VAT'{}]/cbc:CompanyID"
_PARTY_UBL = {
    "name": "cac:PartyLegalEntity/cbc:RegistrationName|cac:PartyName/cbc:Name",
    "street": "cac:PostalAddress/cbc:StreetName",
    "addition": "cac:PostalAddress/cbc:AdditionalStreetName",
    "postcode": "cac:PostalAddress/cbc:PostalZone",
    "city": "cac:PostalAddress/cbc:CityName",
    "country": "cac:PostalAddress/cac:Country/cbc:IdentificationCode",
    "vat_id": _TAX_ID.format("", ""),
    "tax_number": _TAX_ID.format("not(", ")"),
    "email": "cac:Contact/cbc:ElectronicMail",
    "phone": "cac:Contact/cbc:Telephone",
}
_ITEM_TAX = "cac:Item/cac:ClassifiedTaxCategory"
_LINE_UBL = {
    "number": "cbc:ID",
    "name": "cac:Item/cbc:Name",
    "description": "cac:Item/cbc:Description",
    "quantity": "cbc:InvoicedQuantity|cbc:CreditedQuantity",
    "unit": "cbc:InvoicedQuantity/@unitCode|cbc:CreditedQuantity/@unitCode",
    "price": "cac:Price/cbc:PriceAmount",
    "base_quantity": "cac:Price/cbc:BaseQuantity",
    "net": "cbc:LineExtensionAmount",
    "category": f"{_ITEM_TAX}/cbc:ID",
    "rate": f"{_ITEM_TAX}/cbc:Percent",
}
_OFF_UBL = {
    "is_charge": "cbc:ChargeIndicator",
    "amount": "cbc:Amount",
    "reason": "cbc:AllowanceChargeReason",
    "category": "cac:TaxCategory/cbc:ID",
    "rate": "cac:TaxCategory/cbc:Percent",
}
_TAX_UBL = {
    "category": "cac:TaxCategory/cbc:ID",
    "rate": "cac:TaxCategory/cbc:Percent",
    "basis": "cbc:TaxableAmount",
    "tax": "cbc:TaxAmount",
    "reason": "cac:TaxCategory/cbc:TaxExemptionReason",
}
_BOTH: dict[str, dict[str, Any]] = {
    "cii": {
        "head": _HEAD_CII, "party": _PARTY_CII, "line": _LINE_CII, "off": _OFF_CII, "tax": _TAX_CII,
        "seller": f"{_AGREED}/ram:SellerTradeParty", "buyer": f"{_AGREED}/ram:BuyerTradeParty",
        "lines": f"{_DEAL}/ram:IncludedSupplyChainTradeLineItem",
        "line_offs": "ram:SpecifiedLineTradeSettlement/ram:SpecifiedTradeAllowanceCharge",
        "offs": f"{_SETTLED}/ram:SpecifiedTradeAllowanceCharge", "taxes": f"{_SETTLED}/ram:ApplicableTradeTax",
        "notes": "rsm:ExchangedDocument/ram:IncludedNote/ram:Content",
    },
    "ubl": {
        "head": _HEAD_UBL, "party": _PARTY_UBL, "line": _LINE_UBL, "off": _OFF_UBL, "tax": _TAX_UBL,
        "seller": "cac:AccountingSupplierParty/cac:Party", "buyer": "cac:AccountingCustomerParty/cac:Party",
        "lines": "cac:InvoiceLine|cac:CreditNoteLine", "line_offs": "cac:AllowanceCharge", "offs": "cac:AllowanceCharge",
        "taxes": "cac:TaxTotal/cac:TaxSubtotal", "notes": "cbc:Note",
    },
}  # fmt: skip
_ROOTS = {
    "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice": "cii",
    "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice": "ubl",
    "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote": "ubl",
}


def parse(content: bytes) -> tuple[Any, dict[str, Any]]:
    """The root element and the plain data of an e-invoice.

    Raises:
        Refused: it is no e-invoice, or one with tricks ("entities", "no_invoice", "damaged", "too_large").
    """
    from lxml import etree

    if (
        b"<!DOCTYPE" in content
        or "<!DOCTYPE".encode("utf-16-le") in content
        or "<!DOCTYPE".encode("utf-16-be") in content
    ):
        raise Refused("entities")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, recover=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Refused("damaged", str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise Refused("entities")
    if root.tag not in _ROOTS:
        raise Refused("no_invoice", str(root.tag))
    return root, _read(root, _ROOTS[root.tag])


def _read(root: Any, language: str) -> dict[str, Any]:
    places = _BOTH[language]
    found: dict[str, Any] = {"language": language} | _values(root, places["head"])
    for who in ("seller", "buyer"):
        parties = root.xpath(places[who], namespaces=_NS)
        found[who] = _values(parties[0], places["party"]) if parties else {}
    lines = root.xpath(places["lines"], namespaces=_NS)
    if len(lines) > MOST_LINES:
        raise Refused("too_large")
    found["lines"] = [
        _values(line, places["line"]) | {"offs": _all(line, places["line_offs"], places["off"])} for line in lines
    ]
    found["offs"] = _all(root, places["offs"], places["off"])
    found["taxes"] = _all(root, places["taxes"], places["tax"])
    found["notes"] = [_text(note) for note in root.xpath(places["notes"], namespaces=_NS)[:20]]
    return found


def _all(element: Any, path: str, names: dict[str, str]) -> list[dict[str, str]]:
    return [_values(found, names) for found in element.xpath(path, namespaces=_NS)]


def _values(element: Any, names: dict[str, str]) -> dict[str, str]:
    found = {}
    for name, path in names.items():
        values = element.xpath(path, namespaces=_NS)
        found[name] = _text(values[0]) if values else ""
    return found


def _text(found: Any) -> str:
    text = found if isinstance(found, str) else "".join(found.itertext())
    return str(text).strip()[:_LONGEST]
