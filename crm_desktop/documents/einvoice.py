"""E-invoices: a document as XML in one of the languages and profiles that customers ask for.

`facturx`: the EN 16931 profile of Factur-X and ZUGFeRD (language CII), which goes into the PDF. `xrechnung_cii`,
`xrechnung_ubl` and `peppol` (language UBL) are files of their own. The library `facturx` writes the elements in their
order; what it gets wrong is mended here; the result is checked against the XSD that it carries.

Source: EN 16931-1; Factur-X 1.09; XRechnung 3.0; Peppol BIS Billing 3.0.
"""

from __future__ import annotations

from typing import Any

from crm_desktop.billing.document import BILLS, Document
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.documents import einvoice_terms
from crm_desktop.documents.einvoice_terms import FACTURX, PEPPOL, XRECHNUNG_CII, XRECHNUNG_UBL

FORMATS = (FACTURX, XRECHNUNG_CII, XRECHNUNG_UBL, PEPPOL)
_EN16931 = "urn:cen.eu:en16931:2017"
_XRECHNUNG_ID = f"{_EN16931}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
_PROFILES = {
    XRECHNUNG_CII: _XRECHNUNG_ID,
    XRECHNUNG_UBL: _XRECHNUNG_ID,
    PEPPOL: f"{_EN16931}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
}
_UBL = (XRECHNUNG_UBL, PEPPOL)
_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def make(document: Document, format: str = FACTURX) -> bytes:
    """The XML of an issued invoice, credit note or receipt, UTF-8; equal documents give equal bytes.

    Raises:
        UserError: it cannot be said in that format.
    """
    from facturx import generate_xml
    from lxml import etree

    if document.kind not in BILLS:
        raise UserError(_("Only invoices, credit notes and receipts become e-invoices."))
    terms = einvoice_terms.of_document(document, format)
    flavor = "ubl-2.1" if format in _UBL else "factur-x"
    try:
        made = generate_xml(terms, flavor=flavor, level="en16931", check_xsd=False, check_schematron=False)
    except ValueError as error:
        raise UserError(_("This document cannot be written as an e-invoice: {reason}").format(reason=error)) from error
    root = etree.fromstring(made)
    _mend(root, document, format)
    _check(root)
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return found


def _mend(root: Any, document: Document, format: str) -> None:
    """What the library has fixed: the profile's name, euros as the currency of the rounding amount, empty as nil."""
    for element in root.iter():
        element.attrib.pop(_NIL, None)
    if format in _PROFILES:
        tag = f"{{{_CBC}}}CustomizationID"
        if format not in _UBL:
            tag = f"{{{_RAM}}}GuidelineSpecifiedDocumentContextParameter/{{{_RAM}}}ID"
        root.find(f".//{tag}").text = _PROFILES[format]
    for rounding in root.iter(f"{{{_CBC}}}PayableRoundingAmount"):
        rounding.set("currencyID", document.currency)


def _check(root: Any) -> None:
    from crm_desktop.documents import einvoice_schema

    for line, reason in einvoice_schema.faults(root):
        sentence = _("The e-invoice does not follow its format, line {line}: {reason}")
        raise UserError(sentence.format(line=line, reason=reason))
