"""Products and services: what can be kept, how they are found."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crm_desktop.core.errors import ValidationError
from crm_desktop.safety import bin as waste
from crm_desktop.safety import undo
from crm_desktop.sales import catalogue

pytestmark = pytest.mark.usefixtures("data_file")


def lamp(**more):
    return catalogue.save({"name": "Pendelleuchte", "price": Decimal("389.00"), "rate_bp": 1900, **more})


def test_a_price_keeps_four_decimals_to_the_letter():
    item = catalogue.get(lamp(price=Decimal("4.2350")))
    assert item.price == Decimal("4.235")
    assert catalogue.as_json(item)["price"] == "4.235"
    assert catalogue.as_json(catalogue.get(lamp()))["price"] == "389.00"
    assert catalogue.as_json(catalogue.get(lamp(price=Decimal("4.5"))))["price"] == "4.50"


@pytest.mark.parametrize("price", ["0.00001", "-1", "1e12"])
def test_a_price_that_cannot_be_right_is_refused_beside_its_field(price):
    with pytest.raises(ValidationError) as refused:
        lamp(price=Decimal(price))
    assert set(refused.value.fields) == {"price"}
    assert catalogue.ids() == []


def test_numbers_are_given_in_order_and_never_twice():
    first, second = lamp(), lamp()
    assert [i.number for i in catalogue.rows([first, second])] == ["P-0001", "P-0002"]
    with pytest.raises(ValidationError, match="P-0001 belongs to another product"):
        lamp(number="P-0001")


def test_a_number_typed_by_the_owner_is_stepped_over():
    lamp(number="P-0001")
    assert catalogue.get(lamp()).number == "P-0002"


def test_a_name_in_the_customers_language_falls_back_to_the_owners():
    item = catalogue.get(lamp(names={"de": ("Leuchte", "Messing")}))
    assert item.name_in("de") == ("Leuchte", "Messing")
    assert item.name_in("fr") == ("Pendelleuchte", "")


def test_a_product_group_is_written_as_it_is_known_narrows_the_list_and_is_found_by_typing():
    first, second, third = lamp(product_group=" Lamps "), lamp(product_group="lamps"), lamp()
    assert [catalogue.get(i).product_group for i in (first, second, third)] == ["Lamps", "Lamps", ""]
    assert catalogue.groups() == ["Lamps"]
    assert catalogue.ids(group="Lamps") == [first, second]
    assert catalogue.ids(group="") == [third]
    assert catalogue.ids(search="lamps") == [first, second]
    assert catalogue.counts("Lamps")["all"] == 2
    catalogue.move_to_group([second, third], "Shades")
    assert catalogue.ids(order="group", descending=True) == [second, third, first]
    undo.undo_last()
    assert catalogue.get(second).product_group == "Lamps"


def test_what_begins_as_typed_comes_first():
    lamp(name="Standard lamp")
    lamp(name="Lamp shade")
    assert [i.name for i in catalogue.find("lamp")] == ["Lamp shade", "Standard lamp"]


def test_an_archived_item_is_not_offered_and_a_deleted_one_can_come_back():
    archived, deleted = lamp(), lamp()
    catalogue.archive(archived)
    catalogue.delete([deleted])
    assert catalogue.ids() == []
    assert catalogue.counts() == {"all": 0, "products": 0, "services": 0, "archived": 1}
    waste.restore("item", deleted)
    assert catalogue.ids() == [deleted]
