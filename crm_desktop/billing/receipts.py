"""A sale over the counter: no customer record, paid at issue, a receipt with what small amounts need.

Up to a limit (DE 250 EUR, § 33 UStDV) name and address of the seller, the day, what was sold, the gross amount and the
rate are enough; above it the buyer must be named.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from crm_desktop.billing import drafts
from crm_desktop.billing.document import RECEIPT, Document, Draft
from crm_desktop.company import profile, tax_rates
from crm_desktop.core.money import from_minor
from crm_desktop.sales.basket import GROSS


def begin(paid_with: str = "cash") -> Draft:
    """An empty receipt, not saved yet: gross prices, paid on the spot with one of `payments.METHODS`."""
    draft = replace(drafts.begin(kind=RECEIPT), price_mode=GROSS, payment_terms_id=None)
    return drafts.paid_at_once(draft, paid_with)


def limit() -> Decimal | None:
    """Up to this gross amount in the company's currency no buyer is needed; None where there is no limit known."""
    company = profile.load()
    minor = tax_rates.receipt_limit(company.country)
    return from_minor(minor, company.currency) if minor is not None else None


def is_small(document: Document) -> bool:
    """Whether the short form is enough: a receipt without a buyer, gross amounts and rates instead of a tax table."""
    return document.kind == RECEIPT and not document.buyer.get("name")
