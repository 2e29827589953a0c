"""Which tax a sale usually has, from where the customer is and whether it has a VAT id: a suggestion, never advice.

The law knows exceptions for many goods and services, so the owner decides; the suggestion is shown with its reason.

Source: Directive 2006/112/EC art. 44, 45, 138, 146, 194 and 196; categories of EN 16931 (UNTDID 5305).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm_desktop.billing import drafts, parties
from crm_desktop.billing.document import Draft, Party
from crm_desktop.company import profile
from crm_desktop.company.profile import EU_PREFIXES
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.sales.tax_categories import AE, CATEGORIES, G, K, O

PRODUCT, SERVICE = "product", "service"
# Greece has EL before its VAT ids but is GR as a country.
EU_COUNTRIES = EU_PREFIXES - {"EL"}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Category and rate that such a sale usually has, and why; the reason is empty for the usual rate at home."""

    category: str
    rate: Decimal | None
    reason: str


def usual_tax_for(customer_id: int | None, item_kind: str = PRODUCT, day: date | None = None) -> Suggestion:
    """What a product or service for a customer is usually taxed with on a service day (today, if none is given).

    Raises:
        NotFound: the data file has no company profile.
    """
    company = profile.load()
    category, rate = drafts.usual_tax(day or dates.today(), company)
    at_home = Suggestion(category, rate, "")
    if customer_id is None or company.tax_status != "regular":
        return at_home
    draft = Draft(language=company.language, currency=company.currency, customer_id=customer_id)
    buyer = parties.buyer(draft, company.country)
    found, reason = _abroad(company.country, buyer, item_kind)
    if not reason:
        return at_home
    if not found:
        return Suggestion(category, rate, reason)
    return Suggestion(found, Decimal(0) if CATEGORIES[found].has_rate else None, reason)


def _abroad(home: str, buyer: Party, item_kind: str) -> tuple[str, str]:
    """Category and reason for a buyer in another country; no reason at home, no category where the usual rate holds."""
    country = buyer.get("country", home)
    if not country or country == home:
        return "", ""
    if home in EU_COUNTRIES and country in EU_COUNTRIES:
        return _in_the_union(buyer, item_kind)
    if item_kind == PRODUCT:
        return G, _("Goods that leave for another country are usually an export without tax.")
    if buyer.get("kind") == "person" and not buyer.get("vat_id"):
        return "", _("Services for private customers abroad are usually taxed at home.")
    return O, _("Services for businesses abroad are usually outside the scope of your VAT.")


def _in_the_union(buyer: Party, item_kind: str) -> tuple[str, str]:
    if buyer.get("vat_id", "")[:2] not in EU_PREFIXES:
        return "", _("Without the VAT id of a business in another EU country your own tax is usually due.")
    if item_kind == PRODUCT:
        return K, _("Goods for a business in another EU country are usually delivered without tax.")
    return AE, _("For services to a business in another EU country the customer usually owes the tax.")
