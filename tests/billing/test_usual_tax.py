"""Which tax is suggested for a customer, and cash that is rounded to the smallest coin."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.billing import drafts, invoices, receipts, usual_tax
from crm_desktop.billing.document import DraftLine
from crm_desktop.company import profile
from crm_desktop.customers import customers
from crm_desktop.sales.basket import GROSS

BUSINESS_ABROAD = {"company": "Matter AG", "country": "CH"}


@pytest.mark.parametrize(
    ("customer", "kind", "category"),
    [
        ({"company": "Café", "country": "DE"}, "product", "S"),
        ({"company": "Café"}, "service", "S"),
        ({"company": "Dupont", "country": "FR", "vat_id": "FR40303265045"}, "product", "K"),
        ({"company": "Dupont", "country": "FR", "vat_id": "FR40303265045"}, "service", "AE"),
        ({"company": "Dupont", "country": "FR"}, "product", "S"),
        (BUSINESS_ABROAD, "product", "G"),
        (BUSINESS_ABROAD, "service", "O"),
        ({"kind": "person", "last_name": "Meyer", "country": "CH"}, "service", "S"),
        ({"kind": "person", "last_name": "Meyer", "country": "US"}, "product", "G"),
    ],
)
def test_the_usual_tax_follows_from_country_and_vat_id(
    customer: dict[str, str], kind: str, category: str, company: None
) -> None:
    found = usual_tax.usual_tax_for(customers.save(customer), kind)
    assert found.category == category
    assert found.rate == {"S": 19, "O": None}.get(category, 0)
    assert bool(found.reason) == (customer.get("country", "DE") != "DE")


def test_a_small_business_stays_untaxed_and_a_sale_over_the_counter_is_at_home(company: None) -> None:
    assert usual_tax.usual_tax_for(None, "product", date(2020, 8, 1)).rate == 16
    profile.save({"tax_status": "small"})
    abroad = customers.save(BUSINESS_ABROAD)
    assert usual_tax.usual_tax_for(abroad) == usual_tax.Suggestion("E", Decimal(0), "")


def test_from_outside_the_union_every_delivery_abroad_is_an_export(company: None) -> None:
    profile.save({"country": "CH", "vat_id": ""})
    business = customers.save({"company": "Dupont", "country": "FR", "vat_id": "FR40303265045"})
    assert [usual_tax.usual_tax_for(business, kind).category for kind in ("product", "service")] == ["G", "O"]


def test_cash_in_swiss_francs_is_rounded_to_five_rappen(company: None) -> None:
    profile.save({"currency": "CHF"})
    line = DraftLine(name="Coffee", price=Decimal("9.97"), rate=Decimal(19))
    cash = replace(receipts.begin(), lines=(line,), price_mode=GROSS)
    card = drafts.paid_at_once(cash, "card")
    issued = [invoices.issue_draft(draft) for draft in (cash, card)]
    assert [(r.totals.grand_total, r.totals.rounding, r.totals.due, r.open) for r in issued] == [
        (Decimal("9.97"), Decimal("-0.02"), Decimal("9.95"), 0),
        (Decimal("9.97"), 0, Decimal("9.97"), 0),
    ]
    profile.save({"currency": "EUR"})
    assert receipts.begin().cash_step is None
