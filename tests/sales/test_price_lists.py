"""Customer price lists: a percentage on everything, fixed prices, prices from a quantity on, from day to day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crm_desktop.billing import drafts
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.customers import customers
from crm_desktop.safety import undo
from crm_desktop.sales import catalogue, price_lists
from crm_desktop.sales.price_lists import Price


@pytest.fixture(autouse=True)
def _frozen(data_file):
    with dates.freeze(date(2026, 11, 24)):
        yield


def item(price: str = "100", **values: object) -> catalogue.Item:
    kept = {"name": "Lamp", "kind": "product", "unit": "C62", "price": Decimal(price), "category": "S"}
    return catalogue.get(catalogue.save(kept | {"rate_bp": 1900} | values))


def hotel(list_id: int | None) -> int:
    return customers.save({"company": "Hotel Alsterblick", "price_list_id": list_id})


def test_without_a_list_the_usual_price_holds():
    assert price_lists.price_of(item(), hotel(None)) is None
    assert price_lists.price_of(item(), None) is None


def test_a_percentage_on_everything():
    found = price_lists.save({"name": "Hotels", "percent": Decimal(-10)})
    own = price_lists.price_of(item("12.35"), hotel(found))
    assert (own.price, own.list_name) == (Decimal("11.12"), "Hotels")
    assert price_lists.price_of(item("0.0375"), hotel(found)).price == Decimal("0.0338")


def test_a_fixed_price_wins_and_more_of_it_costs_less():
    found, lamp = price_lists.save({"name": "Hotels", "percent": Decimal(-10)}), item()
    for quantity, price in (("0", "95"), ("10", "80"), ("50", "70")):
        price_lists.set_price(
            Price(list_id=found, item_id=lamp.id, from_quantity=Decimal(quantity), price=Decimal(price))
        )
    customer = hotel(found)
    got = [price_lists.price_of(lamp, customer, Decimal(n)).price for n in ("1", "9.5", "10", "49", "50", "1000")]
    assert got == [95, 95, 80, 80, 70, 70]


def test_a_list_holds_from_day_to_day():
    found = price_lists.save(
        {"name": "Spring", "percent": Decimal(-20), "valid_from": date(2026, 11, 24), "valid_to": date(2026, 11, 30)}
    )
    lamp, customer = item(), hotel(found)
    days = [date(2026, 11, d) for d in (23, 24, 30)] + [date(2026, 12, 1)]
    assert [price_lists.price_of(lamp, customer, day=d) is not None for d in days] == [False, True, True, False]
    assert price_lists.ids("now") == [found]


def test_a_line_of_a_draft_takes_the_price_of_its_customer_in_its_own_price_mode():
    found, lamp = price_lists.save({"name": "Hotels", "percent": Decimal(-10), "price_mode": "gross"}), item()
    price_lists.set_price(Price(list_id=found, item_id=lamp.id, from_quantity=Decimal(5), price=Decimal("95.20")))
    draft = replace(drafts.begin(hotel(found)), price_mode="net")
    assert drafts.line_of(lamp, draft).price == Decimal("90.00")
    assert drafts.line_of(lamp, draft, Decimal(5)).price == Decimal("80.0000")
    assert drafts.line_of(lamp, replace(draft, customer_id=None)).price == Decimal(100)


def test_a_list_in_another_currency_does_not_count():
    found = price_lists.save({"name": "Swiss", "percent": Decimal(-10), "currency": "CHF"})
    assert price_lists.price_of(item(), hotel(found)) is None


def test_what_is_wrong_is_said_beside_its_field():
    price_lists.save({"name": "Hotels"})
    with pytest.raises(ValidationError) as refused:
        price_lists.save({"name": "hotels", "percent": Decimal(-101), "valid_from": date(2026, 2, 1),
                          "valid_to": date(2026, 1, 1)})  # fmt: skip
    assert set(refused.value.fields) == {"name", "percent", "valid_to"}
    with pytest.raises(ValidationError) as refused:
        price_lists.set_price(Price(list_id=1, item_id=0, price=Decimal(-1), from_quantity=Decimal(-1)))
    assert set(refused.value.fields) == {"item_id", "price", "from_quantity"}


def test_the_same_item_and_quantity_stands_once():
    found, lamp = price_lists.save({"name": "Hotels"}), item()
    first = price_lists.set_price(Price(list_id=found, item_id=lamp.id, price=Decimal(90)))
    assert price_lists.set_price(Price(list_id=found, item_id=lamp.id, price=Decimal(85))) == first
    assert [price.price for price in price_lists.prices(found)] == [85]


def test_a_removed_list_comes_back_with_its_prices_and_customers():
    found, lamp = price_lists.save({"name": "Hotels", "percent": Decimal(5)}), item()
    price_lists.set_price(Price(list_id=found, item_id=lamp.id, price=Decimal(90)))
    customer = hotel(found)
    price_lists.remove([found])
    assert price_lists.ids() == []
    assert customers.get(customer).price_list_id is None
    undo.undo_last()
    assert customers.get(customer).price_list_id == found
    assert price_lists.as_json(price_lists.get(found))["prices"] == [
        {"item": "Lamp", "from_quantity": "0", "price": "90"}
    ]
