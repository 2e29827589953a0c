"""The reference by which a payment finds its invoice, for sellers in Switzerland and Liechtenstein.

QRR: 27 digits, with a QR-IBAN. SCOR: ISO 11649, "RF" and check digits, with an ordinary IBAN. Both are made of the
document's number, so that they are unique as it is, and frozen when it is issued.

Source: SIX, Swiss Implementation Guidelines QR-bill 2.3, chapters 3.6.2 and annex B; ISO 11649.
"""

from __future__ import annotations

import re

from crm_desktop.billing.document import INVOICE, Document

_CARRY = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)
SWISS = ("CH", "LI")


def of_document(document: Document, number: str) -> str:
    """The reference of a document that gets this number; empty where the seller's country has none."""
    seller = document.seller
    if document.kind != INVOICE or document.currency not in ("CHF", "EUR") or seller.get("country") not in SWISS:
        return ""
    if seller.get("qr_iban"):
        return qr_reference(re.sub(r"\D", "", number) or str(document.id or 0))
    return creditor_reference(number) if seller.get("iban", "")[:2] in SWISS else ""


def qr_reference(digits: str) -> str:
    """27 digits: the given ones, filled up with zeros on the left, and the check digit (modulo 10, recursive)."""
    filled = digits[-26:].zfill(26)
    return filled + check_digit(filled)


def check_digit(digits: str) -> str:
    """The check digit of a QR reference."""
    carry = 0
    for digit in digits:
        carry = _CARRY[(carry + int(digit)) % 10]
    return str((10 - carry) % 10)


def creditor_reference(number: str) -> str:
    """The number as ISO 11649: "RF", two check digits, up to 21 letters and digits; empty where there are none."""
    body = re.sub(r"[^A-Z0-9]", "", number.upper())[-21:]
    if not body:
        return ""
    worth = "".join(str(int(sign, 36)) for sign in f"{body}RF00")
    return f"RF{98 - int(worth) % 97:02d}{body}"
