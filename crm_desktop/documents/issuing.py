"""What is stored when a document is issued: its PDF as PDF/A-3b, with the e-invoice inside, or beside it as a file.

`print_out` is what `billing.invoices.issue` is handed. Which format it is stands in `document.einvoice_format`: with
`facturx` the XML lies in the PDF, with `xrechnung_cii` there too; XRechnung in UBL and Peppol are files of their
own, and the PDF is a picture of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from crm_desktop.billing.document import Document
from crm_desktop.billing.document_files import Printed
from crm_desktop.core import dates
from crm_desktop.documents import commercial_pdf, from_record, pdfa
from crm_desktop.documents.paper import Paper

# Format → name of the file inside the PDF, and of the profile in its metadata.
_LEVELS = {"facturx": ("factur-x.xml", "EN 16931"), "xrechnung_cii": ("xrechnung.xml", "XRECHNUNG")}


def print_out(document: Document, draw: Callable[[Paper], bytes] = commercial_pdf.render) -> Printed:
    """The files of a document that has just got its number; `draw` makes the PDF of its paper.

    Raises:
        UserError: a character cannot be printed, or the e-invoice does not follow its format.
    """
    made = from_record.to_paper(document)
    commercial_pdf.check_characters(made)
    xml = e_invoice(document)
    return Printed(pdfa.archive(draw(made), _day(document), _inside(document, xml)), xml)


def lies_beside(format: str) -> bool:
    """Whether the e-invoice of a format is a file of its own, which goes with the PDF."""
    return bool(format) and format not in _LEVELS


def _inside(document: Document, xml: bytes | None) -> pdfa.Attachment | None:
    """The attachment of a hybrid PDF; only the language CII may lie in one."""
    if xml is None or document.einvoice_format not in _LEVELS:
        return None
    name, level = _LEVELS[document.einvoice_format]
    relation = "Alternative" if document.seller.get("country") == "DE" else "Data"
    return pdfa.Attachment(name=name, content=xml, level=level, relation=relation)


def e_invoice(document: Document) -> bytes | None:
    """The XML of a document in its format, or None if it has none.

    Raises:
        UserError: it does not follow its format.
    """
    from crm_desktop.documents import einvoice

    if document.einvoice_format not in einvoice.FORMATS:
        return None
    return einvoice.make(document, document.einvoice_format)


def _day(document: Document) -> date:
    return document.issue_on or dates.today()
