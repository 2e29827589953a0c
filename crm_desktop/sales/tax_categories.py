"""The tax categories of EN 16931 and what each asks for: an exemption reason, the buyer's VAT id, a delivery.

Source: EN 16931-1 BR-S, BR-Z, BR-E, BR-AE, BR-IC, BR-G and BR-O; UNTDID 5305; the VATEX code list of the CEF.
"""

from __future__ import annotations

from dataclasses import dataclass

from crm_desktop.core.i18n import N_, document_text
from crm_desktop.core.i18n import gettext_ as _

S, Z, E, AE, K, G, O = "S", "Z", "E", "AE", "K", "G", "O"  # noqa: E741  (the codes of the standard)


@dataclass(frozen=True, slots=True)
class TaxCategory:
    """One category: its code, its name on the screen, and what a document that uses it must carry.

    `taxed`: its rate is above zero. `reason`: an exemption text or code must stand on the document.
    `exemption_code`: the VATEX code that says it by itself. `alone`: no other category on the same document.
    """

    code: str
    name: str
    taxed: bool = False
    has_rate: bool = True
    reason: bool = False
    exemption_code: str = ""
    seller_tax_id: bool = True
    buyer_vat_id: bool = False
    delivery: bool = False
    alone: bool = False


CATEGORIES: dict[str, TaxCategory] = {
    category.code: category
    for category in (
        TaxCategory(S, N_("Taxed"), taxed=True),
        TaxCategory(Z, N_("Zero rate"), seller_tax_id=False),
        TaxCategory(E, N_("Exempt"), reason=True),
        TaxCategory(AE, N_("Reverse charge"), reason=True, exemption_code="VATEX-EU-AE", buyer_vat_id=True),
        TaxCategory(
            K, N_("Goods to another EU country"), reason=True, exemption_code="VATEX-EU-IC", buyer_vat_id=True,
            delivery=True,
        ),
        TaxCategory(G, N_("Export"), reason=True, exemption_code="VATEX-EU-G"),
        TaxCategory(
            O, N_("Outside the scope of VAT"), has_rate=False, reason=True, exemption_code="VATEX-EU-O",
            seller_tax_id=False, alone=True,
        ),
    )
}  # fmt: skip


def category_name(code: str) -> str:
    """The name of a category in the language of the screen; an unknown code is its own name."""
    return _(CATEGORIES[code].name) if code in CATEGORIES else code


def exemption_text(code: str, language: str) -> str:
    """The sentence that a category puts on paper when the owner wrote none; empty where none is needed.

    E (exempt) has none: the reason differs from country to country and comes from the company's profile.
    """
    if code == AE:
        return document_text(language, "Reverse charge: the recipient of the service owes the tax.")
    if code == K:
        return document_text(language, "Tax-free delivery to another member state of the European Union.")
    if code == G:
        return document_text(language, "Tax-free export to a country outside the European Union.")
    if code == O:
        return document_text(language, "Not subject to VAT.")
    return ""
