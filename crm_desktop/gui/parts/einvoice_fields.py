"""Fields about e-invoices, for the company and for a customer: format, electronic address, who gets the mail."""

from __future__ import annotations

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets.form import Field, Heading

# Kinds of electronic addresses that owners meet (EAS codes); others can be chosen by their code in the terminal.
SCHEMES = (
    "EM", "0204", "9930", "0088", "0060", "9914", "9915", "0183", "9927", "0009", "0225", "9957", "0208", "9925",
    "0106", "0190", "9944", "0184", "0192", "0007", "0216", "0201", "0211", "9920", "9932", "9938", "9945",
    "0151",
)  # fmt: skip


def formats() -> list[tuple[str, str]]:
    """What a customer may want instead of a plain PDF."""
    return [
        ("", _("PDF with e-invoice inside (Factur-X, ZUGFeRD)")),
        ("xrechnung_cii", _("XRechnung (CII)")),
        ("xrechnung_ubl", _("XRechnung (UBL)")),
        ("peppol", _("Peppol BIS Billing")),
        ("none", _("Plain PDF only")),
    ]


def schemes() -> list[tuple[str, str]]:
    """The kinds of electronic addresses, by code and name."""
    names = {
        "EM": _("E-mail address"),
        "0204": _("Leitweg-ID (Germany)"),
        "9930": _("VAT id (Germany)"),
        "0088": _("GLN, number of GS1"),
        "0060": _("D-U-N-S number"),
        "9914": _("VAT id (Austria)"),
        "9915": _("Public authority (Austria)"),
        "0183": _("UID (Switzerland)"),
        "9927": _("VAT id (Switzerland)"),
        "0009": _("SIRET (France)"),
        "0225": _("Directory address (France)"),
        "9957": _("VAT id (France)"),
        "0208": _("Enterprise number (Belgium)"),
        "9925": _("VAT id (Belgium)"),
        "0106": _("KvK (Netherlands)"),
        "0190": _("OIN (Netherlands)"),
        "9944": _("VAT id (Netherlands)"),
        "0184": _("CVR (Denmark)"),
        "0192": _("Organisation number (Norway)"),
        "0007": _("Organisation number (Sweden)"),
        "0216": _("OVT (Finland)"),
        "0201": _("Codice IPA (Italy)"),
        "0211": _("Partita IVA (Italy)"),
        "9920": _("VAT id (Spain)"),
        "9932": _("VAT id (United Kingdom)"),
        "9938": _("VAT id (Luxembourg)"),
        "9945": _("VAT id (Poland)"),
        "0151": _("ABN (Australia)"),
    }
    return [("", _("None")), *((code, f"{names[code]} · {code}") for code in SCHEMES)]


def of_customer() -> list[Field | Heading]:
    """The section of the customer form."""
    return [
        Heading(_("E-invoice")),
        Field("einvoice_format", _("Invoices as"), "choice", choices=formats, width=0.5),
        Field("invoice_email", _("E-mail for invoices"), width=0.5, hint=_("Where it differs from the one above")),
        Field("electronic_scheme", _("Kind of electronic address"), "search", choices=schemes, width=0.5),
        Field("electronic_address", _("Electronic address"), width=0.5, hint=_("Where Peppol or XRechnung deliver to")),
    ]


def of_company() -> list[Field | Heading]:
    """The section of the company's settings."""
    return [
        Heading(_("E-invoice")),
        Field("contact_name", _("Contact for invoices"), width=0.34, hint=_("The owner, if empty")),
        Field("electronic_scheme", _("Kind of electronic address"), "search", choices=schemes, width=0.33),
        Field("electronic_address", _("Electronic address"), width=0.33, hint=_("Your e-mail address, if empty")),
    ]
