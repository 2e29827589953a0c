"""The company profile: who sends the documents, how it is taxed, where it is paid.

One row per data file, made by `set_up` when the file is new. Name and address are asked with the first document:
`missing_for_documents` says what is still needed.

*Source*: what an invoice must say about its seller: Directive 2006/112/EC art. 226; EN 16931 BG-4, BR-CO-26.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from crm_desktop.core import dates, i18n, text
from crm_desktop.core.errors import Conflict, NotFound, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.db import files

TAX_STATUSES = ("regular", "small", "none")
PAPERS = ("a4", "letter")
WINDOWS = ("din", "swiss", "us")


@dataclass(frozen=True)
class Profile:
    """The company as documents and screens need it. `texts` maps language to {"intro", "closing", "footer"}."""

    country: str
    language: str
    currency: str
    name: str = ""
    tagline: str = ""
    owner: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    state: str = ""
    tax_status: str = "regular"
    price_mode: str = "net"
    vat_id: str = ""
    tax_number: str = ""
    seller_id: str = ""
    register_number: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    bank_name: str = ""
    account_holder: str = ""
    iban: str = ""
    bic: str = ""
    logo_file_id: int | None = None
    accent: str = "#8A5A16"
    payment_terms_id: int | None = None
    is_sample: bool = False
    texts: dict[str, dict[str, str]] | None = None
    contact_name: str = ""
    electronic_scheme: str = ""
    electronic_address: str = ""
    qr_iban: str = ""
    layout: str = "classic"
    paper: str = "a4"
    window: str = "din"
    letter_paper_file_id: int | None = None
    updated_at: str = ""


_COLUMNS = [f.name for f in fields(Profile)]


def exists() -> bool:
    """Whether the data file has been set up."""
    return db.one("SELECT 1 FROM company") is not None


def load() -> Profile:
    """The profile.

    Raises:
        NotFound: the data file has not been set up.
    """
    row = db.one(f"SELECT {', '.join(_COLUMNS)} FROM company WHERE id = 1")
    if row is None:
        raise NotFound(_("This data file is empty. Start it from the first screen."))
    values = dict(zip(_COLUMNS, row, strict=True))
    values["is_sample"] = bool(values["is_sample"])
    values["texts"] = json.loads(values["texts"])
    return Profile(**values)


def set_up(*, country: str, language: str, currency: str, is_sample: bool = False) -> None:
    """Make a new data file ready: profile, number series, tax rates of the country, payment terms."""
    from crm_desktop.company import numbering, payment_terms, tax_rates

    with db.transaction():
        db.insert(
            "company",
            {
                "id": 1,
                "country": country,
                "language": language,
                "currency": currency,
                "is_sample": int(is_sample),
                "updated_at": dates.stamp(),
            },
        )
        numbering.set_up(language)
        tax_rates.set_up(country)
        db.update("company", 1, {"payment_terms_id": payment_terms.set_up(i18n.language())})


def save(changes: dict[str, Any], *, loaded_at: str | None = None) -> Profile:
    """Change fields of the profile; gives the profile as it is then.

    Args:
        changes: field → value, only what changes.
        loaded_at: the `updated_at` that the form loaded.

    Raises:
        ValidationError: an entry cannot be kept.
        Conflict: the profile was changed elsewhere since it was loaded.
    """
    with db.transaction(_("Edit company profile")):
        before = load()
        if loaded_at is not None and loaded_at != before.updated_at:
            raise Conflict(_("The company profile was changed meanwhile. It is shown again as it is now."))
        cleaned = {name: _clean(name, value) for name, value in changes.items()}
        problems = check(asdict(before) | cleaned)
        if problems:
            raise ValidationError(problems)
        if "texts" in cleaned:
            cleaned["texts"] = json.dumps(cleaned["texts"] or {}, ensure_ascii=False)
        db.update("company", 1, cleaned | {"updated_at": dates.stamp()})
    return load()


def _clean(name: str, value: Any) -> Any:
    if name in ("iban", "qr_iban", "bic", "vat_id"):
        return "".join(str(value).split()).upper()
    return text.tidy(value) if isinstance(value, str) else value


def check(values: dict[str, Any]) -> dict[str, str]:
    """What cannot be kept, as field → sentence. Empty fields are fine: they are asked when a document needs them."""
    from stdnum import iban
    from stdnum.eu import vat

    found = {}
    if values["iban"] and not iban.is_valid(values["iban"]):
        found["iban"] = _("This IBAN does not add up. Compare it with your bank card.")
    if values["qr_iban"] and not (iban.is_valid(values["qr_iban"]) and _is_qr_iban(values["qr_iban"])):
        found["qr_iban"] = _("This is no QR-IBAN: it begins with CH or LI, and its bank number with 30 or 31.")
    if values["vat_id"] and values["country"] in EU_PREFIXES and not vat.is_valid(values["vat_id"]):
        found["vat_id"] = _("This VAT id does not add up. It starts with the country, for example DE123456789.")
    if values["email"] and "@" not in values["email"]:
        found["email"] = _("An e-mail address has an @ in it.")
    if values["tax_status"] not in TAX_STATUSES:
        found["tax_status"] = _("Choose how you are taxed.")
    if values["paper"] not in PAPERS:
        found["paper"] = _("Choose the sheet that you print on.")
    if values["window"] not in WINDOWS:
        found["window"] = _("Choose where the window of your envelopes is.")
    return found


def _is_qr_iban(text: str) -> bool:
    """Accounts for payment slips with a QR reference have a bank number from 30000 to 31999."""
    return text[:2] in ("CH", "LI") and text[4:6] in ("30", "31")


# How VAT ids of the European Union begin (Greece: EL; Northern Ireland: XI).
EU_PREFIXES = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "EL",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)


def missing_for_documents(profile: Profile) -> dict[str, str]:
    """What a document would lack, as field → sentence; asked with the first document."""
    needed = {
        "name": _("Your name or your company's name is needed on invoices."),
        "street": _("Your street is needed on invoices."),
        "postcode": _("Your postcode is needed on invoices."),
        "city": _("Your town is needed on invoices."),
    }
    found = {name: sentence for name, sentence in needed.items() if not getattr(profile, name)}
    if profile.tax_status == "regular" and not profile.vat_id and not profile.tax_number:
        found["tax_number"] = _("Your tax number or VAT id is needed on invoices.")
    if (
        profile.tax_status == "small"
        and profile.country in ("DE", "AT")
        and not profile.vat_id
        and not profile.tax_number
    ):
        found["tax_number"] = _("Your tax number is needed on invoices.")
    return found


def logo() -> bytes | None:
    """The picture of the logo, or None if there is none or it is gone."""
    file_id = load().logo_file_id
    if file_id is None:
        return None
    try:
        return files.content(file_id)
    except NotFound:
        return None


def set_letter_paper(content: bytes | None) -> None:
    """Keep letter paper, a PDF made by `documents.letter_paper.made_of`; None takes it away."""
    with db.transaction(_("Change letter paper")):
        file_id = files.put(content, "application/pdf") if content else None
        db.update("company", 1, {"letter_paper_file_id": file_id, "updated_at": dates.stamp()})


def set_logo(content: bytes | None) -> None:
    """Keep a PNG or JPEG as the logo; None takes it away.

    Raises:
        ValidationError: the file is no picture that can be printed.
    """
    kinds = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
    kind = next((k for head, k in kinds.items() if content and content.startswith(head)), None)
    if content is not None and kind is None:
        raise ValidationError(
            {"logo": _("This file is not a PNG or JPEG picture. Save the logo as PNG and choose it again.")}
        )
    with db.transaction(_("Change logo")):
        file_id = files.put(content, kind) if content and kind else None
        db.update("company", 1, {"logo_file_id": file_id, "updated_at": dates.stamp()})
