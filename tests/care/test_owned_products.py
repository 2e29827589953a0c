"""What customers own: from an invoice, each piece once; warranty; services that come round."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.billing import drafts
from crm_desktop.billing.document import DraftLine
from crm_desktop.care import cases, owned_products
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.db import connection as db
from crm_desktop.sales import catalogue
from tests.care.conftest import issue, lamp


def with_months(item_id: int, warranty: int, service: int) -> int:
    with db.transaction():
        db.update("item", item_id, {"warranty_months": warranty, "service_months": service})
    return item_id


def line(item_id: int, quantity: str = "1") -> DraftLine:
    made = drafts.line_of(catalogue.get(item_id), drafts.begin())
    return replace(made, quantity=Decimal(quantity))


def test_what_an_invoice_sold_is_noted_once_with_warranty_and_service(customer):
    item = with_months(lamp(), 24, 12)
    sold = issue(customer, line(item, "2"), DraftLine(name="Freight", price=Decimal(10), rate=Decimal(19)))
    noted = owned_products.rows(owned_products.register_sold(sold.id))
    assert [(p.name, p.warranty_until, p.next_service, p.document) for p in noted] == [
        ("Lamp Kai", date(2028, 11, 24), date(2027, 11, 24), sold.number)
    ] * 2
    assert owned_products.register_sold(sold.id) == []
    owned_products.delete([noted[0].id])
    assert len(owned_products.register_sold(sold.id)) == 1


def test_drafts_and_many_pieces(customer):
    item = lamp()
    draft = drafts.save(replace(drafts.begin(customer), lines=(line(item),)))
    assert owned_products.sold_with(draft.id) == []
    assert len(owned_products.sold_with(issue(customer, line(item, "500")).id)) == 1
    assert len(owned_products.sold_with(issue(customer, line(item, "1.5")).id)) == 1


def test_a_due_service_becomes_one_case_and_moves_on_when_that_is_solved(customer):
    product = owned_products.save(
        {"customer_id": customer, "name": "Chandelier", "serial": "N-17", "bought": date(2024, 11, 30),
         "service_months": 12, "next_service": date(2026, 11, 26)}
    )  # fmt: skip
    assert [p.id for p in owned_products.services_due()] == [product]
    case_id = cases.maintain(product)
    assert cases.maintain(product) == case_id
    assert owned_products.services_due() == []
    found = cases.get(case_id)
    assert (found.kind, found.title, found.due_on, found.serial) == (
        "maintenance", "Service: Chandelier", date(2026, 11, 26), "N-17",
    )  # fmt: skip
    with dates.freeze(date(2026, 12, 1)):
        cases.solve(case_id, "Cleaned")
    assert owned_products.get(product).next_service == date(2027, 12, 1)


def test_months_without_a_day_give_the_next_service(customer):
    def noted(**typed):
        return owned_products.save({"customer_id": customer, "name": "Chandelier", "next_service": None} | typed)

    today = dates.today()
    assert owned_products.get(noted(item_id=lamp(), service_months=6)).next_service == dates.add_months(today, 6)
    assert owned_products.get(noted(service_months=12, bought=date(2026, 3, 31))).next_service == date(2027, 3, 31)
    product = noted(service_months=0)
    assert owned_products.get(product).next_service is None
    owned_products.save({"service_months": 12, "next_service": None}, product)
    assert owned_products.get(product).next_service == dates.add_months(today, 12)
    owned_products.save({"service_months": 12, "next_service": None}, product)
    assert owned_products.get(product).next_service is None, "a day that was cleared stays cleared"


def test_the_warranty_shows_in_the_case(customer):
    product = owned_products.save({"customer_id": customer, "name": "Lamp", "warranty_until": date(2027, 1, 31)})
    case_id = cases.save({"customer_id": customer, "kind": "repair", "title": "Dark", "owned_product_id": product})
    assert cases.get(case_id).warranty_until == date(2027, 1, 31)
    assert owned_products.get(product).under_warranty


def test_days_that_contradict_each_other_are_refused(customer):
    with pytest.raises(ValidationError) as refused:
        owned_products.save({"customer_id": customer, "name": "", "bought": date(2026, 1, 2),
                             "warranty_until": date(2025, 1, 1), "service_months": 999})  # fmt: skip
    assert set(refused.value.fields) == {"name", "warranty_until", "service_months"}
