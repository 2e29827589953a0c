"""Prices of one's own for some customers: a percentage on everything, fixed prices, and prices from a quantity on.

A customer has one price list or none. A list holds from one day to another, or without end. A fixed price wins over the
percentage; of several fixed prices the one for the highest quantity that is reached.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from crm_desktop.company import profile
from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import digits
from crm_desktop.db import connection as db
from crm_desktop.sales.catalogue import LARGEST_PRICE, PRICE_MODES, SCALE, Item

LARGEST_QUANTITY = Decimal(10) ** 9
_HUNDRED = Decimal(100)
_COLUMNS = "l.id, l.name, l.currency, l.price_mode, l.percent_scaled, l.from_on, l.to_on, l.note, l.updated_at"
_COUNTS = (
    "(SELECT count(*) FROM price_list_price p WHERE p.price_list_id = l.id), "
    "(SELECT count(*) FROM customer c WHERE c.price_list_id = l.id AND c.deleted_at IS NULL)"
)


@dataclass(frozen=True, kw_only=True)
class PriceList:
    """A price list. `percent` changes every price: −10 is ten per cent less; `prices` and `customers` are counted."""

    id: int = 0
    name: str = ""
    currency: str = "EUR"
    price_mode: str = "net"
    percent: Decimal = Decimal(0)
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = ""
    updated_at: str = ""
    prices: int = 0
    customers: int = 0

    def holds_on(self, day: date) -> bool:
        """Whether the list holds on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, kw_only=True)
class Price:
    """A fixed price of an item on a list, from a quantity on."""

    id: int = 0
    list_id: int
    item_id: int
    item: str = ""
    from_quantity: Decimal = Decimal(0)
    price: Decimal = Decimal(0)


@dataclass(frozen=True)
class OwnPrice:
    """What an item costs a customer: the price in its price mode, and on which list it stands."""

    price: Decimal
    price_mode: str
    list_name: str
    from_quantity: Decimal = Decimal(0)


# ---- reading --------------------------------------------------------------------------------------------------------


def get(list_id: int) -> PriceList:
    """The price list by id.

    Raises:
        NotFound: there is none.
    """
    found = rows([list_id])
    if not found:
        raise NotFound(_("This price list is no longer there."))
    return found[0]


def rows(wanted: list[int]) -> list[PriceList]:
    """These price lists, in the given order."""
    listed = ",".join(map(str, wanted))
    found = {
        row[0]: PriceList(
            id=row[0], name=row[1], currency=row[2], price_mode=row[3], percent=_from_scaled(row[4]),
            valid_from=_day(row[5]), valid_to=_day(row[6]), note=row[7], updated_at=row[8], prices=row[9], customers=row[10],
        )
        for row in db.query(f"SELECT {_COLUMNS}, {_COUNTS} FROM price_list l WHERE l.id IN ({listed})")
    }  # fmt: skip
    return [found[i] for i in wanted if i in found]


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None


def _from_scaled(value: int) -> Decimal:
    found = Decimal(value) / SCALE
    return found.quantize(Decimal(1)) if found == found.to_integral_value() else found.normalize()


_ORDERS = {"name": "fold(l.name)", "percent": "l.percent_scaled", "valid_to": "coalesce(l.to_on, '9999')"}
VIEWS = ("all", "now", "ended")


def ids(view: str = "all", *, search: str = "", order: str = "name", descending: bool = False) -> list[int]:
    """The ids of the price lists in a view ("all", "now", "ended"), in order."""
    today = dates.today().isoformat()
    views = {
        "all": "?1 = ?1",
        "now": "coalesce(l.from_on, ?1) <= ?1 AND coalesce(l.to_on, ?1) >= ?1",
        "ended": "l.to_on < ?1",
    }
    where, params = [views[view]], [today]
    for word in text.fold(search).split():
        params.append(f"%{word}%")
        where.append(f"fold(l.name || ' ' || l.note) LIKE ?{len(params)}")
    direction = "DESC" if descending else "ASC"
    sql = f"SELECT l.id FROM price_list l WHERE {' AND '.join(where)} ORDER BY {_ORDERS[order]} {direction}, l.id"
    return [row[0] for row in db.query(sql, params)]


def choices() -> list[tuple[int, str]]:
    """Id and name of every price list, for a customer to choose from."""
    return [(found.id, found.name) for found in rows(ids())]


def prices(list_id: int) -> list[Price]:
    """The fixed prices of a list, by the name of the item and quantity."""
    return [
        Price(
            id=row[0], list_id=list_id, item_id=row[1], item=row[2], from_quantity=_from_scaled(row[3]),
            price=Decimal(row[4]) / SCALE,
        )
        for row in db.query(
            "SELECT p.id, p.item_id, i.name, p.from_quantity_scaled, p.price_scaled FROM price_list_price p "
            "JOIN item i ON i.id = p.item_id WHERE p.price_list_id = ? AND i.deleted_at IS NULL "
            "ORDER BY fold(i.name), p.item_id, p.from_quantity_scaled",
            [list_id],
        )
    ]  # fmt: skip


def of_customer(customer_id: int | None) -> PriceList | None:
    """The price list of a customer, or None."""
    if customer_id is None:
        return None
    list_id = db.value("SELECT price_list_id FROM customer WHERE id = ?", [customer_id])
    found = rows([int(list_id)]) if list_id else []
    return found[0] if found else None


def price_of(
    item: Item, customer_id: int | None, quantity: Decimal = Decimal(1), day: date | None = None
) -> OwnPrice | None:
    """What an item costs a customer by their price list on a day, or None where the usual price holds."""
    found = of_customer(customer_id)
    if found is None or not found.holds_on(day or dates.today()):
        return None
    fixed = db.one(
        "SELECT price_scaled, from_quantity_scaled FROM price_list_price WHERE price_list_id = ? AND item_id = ? "
        "AND from_quantity_scaled <= ? ORDER BY from_quantity_scaled DESC LIMIT 1",
        [found.id, item.id, int(min(max(abs(quantity), Decimal(0)), LARGEST_QUANTITY) * SCALE)],
    )
    if fixed is not None:
        return OwnPrice(Decimal(fixed[0]) / SCALE, found.price_mode, found.name, _from_scaled(fixed[1]))
    if not found.percent or item.currency != found.currency:
        return None
    return OwnPrice(changed(item.price, found), item.price_mode, found.name)


def changed(price: Decimal, found: PriceList) -> Decimal:
    """A usual price with the percentage of a list, with as many decimals as the price has, at least the currency's."""
    own = -int(price.normalize().as_tuple().exponent) if price else 0
    places = Decimal(1).scaleb(-max(own, digits(found.currency)))
    return (price * (_HUNDRED + found.percent) / _HUNDRED).quantize(places, rounding=ROUND_HALF_UP)


# ---- writing --------------------------------------------------------------------------------------------------------


def check(found: PriceList) -> dict[str, str]:
    """What cannot be kept, as field → sentence."""
    problems = {}
    if not found.name:
        problems["name"] = _("Give it a name.")
    elif db.one("SELECT 1 FROM price_list WHERE name = ? AND id <> ?", [found.name, found.id]):
        problems["name"] = _("There is a price list with this name already.")
    if not -_HUNDRED <= found.percent <= 10 * _HUNDRED:
        problems["percent"] = _("Enter a percentage from −100 to 1,000; −10 is ten percent less.")
    for name, day in (("valid_from", found.valid_from), ("valid_to", found.valid_to)):
        if day is not None and not dates.is_plausible(day):
            problems[name] = _("The year {year} cannot be right. Please check the date.").format(year=f"{day.year:04}")
    if found.valid_from and found.valid_to and found.valid_to < found.valid_from:
        problems["valid_to"] = _("It ends before it begins. Please check both days.")
    if found.price_mode not in PRICE_MODES:
        problems["price_mode"] = _("Prices are either net or gross.")
    return problems


def start() -> PriceList:
    """What a new price list starts with."""
    company = profile.load()
    return PriceList(currency=company.currency, price_mode=company.price_mode)


def save(values: dict[str, Any], list_id: int | None = None) -> int:
    """Add a price list, or change the given fields of one; gives the id. Names are those of `PriceList`.

    Raises:
        ValidationError: an entry cannot be kept; field → sentence.
    """
    names = ("name", "currency", "price_mode", "percent", "valid_from", "valid_to", "note")
    own = {name: value for name, value in values.items() if name in names}
    own |= {"name": text.tidy(own["name"])} if "name" in own else {}
    own |= {"percent": own["percent"] or Decimal(0)} if "percent" in own else {}
    found = replace(start() if list_id is None else get(list_id), **own)
    problems = check(found)
    if problems:
        raise ValidationError(problems)
    stored = {
        "name": found.name, "currency": found.currency, "price_mode": found.price_mode,
        "percent_scaled": int(found.percent * SCALE), "note": found.note, "updated_at": dates.stamp(),
        "from_on": found.valid_from.isoformat() if found.valid_from else None,
        "to_on": found.valid_to.isoformat() if found.valid_to else None,
    }  # fmt: skip
    title = _("New price list {name}") if list_id is None else _("Edit price list {name}")
    with db.transaction(title.format(name=found.name), merge=list_id is not None):
        if list_id is None:
            return db.insert("price_list", stored)
        db.update("price_list", list_id, stored)
    return list_id


def remove(list_ids: list[int]) -> None:
    """Delete price lists; their customers pay the usual prices again. Undo brings them back."""
    found = rows(list_ids)
    with db.transaction(_("Delete price list {name}").format(name=", ".join(one.name for one in found[:3]))):
        for one in found:
            for (customer_id,) in db.query("SELECT id FROM customer WHERE price_list_id = ?", [one.id]):
                db.update("customer", customer_id, {"price_list_id": None})
            for price in prices(one.id):
                db.delete("price_list_price", price.id)
            db.execute("DELETE FROM price_list_price WHERE price_list_id = ?", [one.id])
            db.delete("price_list", one.id)


def set_price(price: Price) -> int:
    """Keep a fixed price, new (id 0) or changed; one for the same item and quantity is replaced. Gives its id.

    Raises:
        ValidationError: price or quantity cannot be kept; field → sentence.
    """
    found, problems = get(price.list_id), {}
    if not price.item_id:
        problems["item_id"] = _("Choose the product or service.")
    if not 0 <= price.price < LARGEST_PRICE:
        problems["price"] = _("A price lies between 0 and 999,999,999.")
    elif price.price != round(price.price, 4):
        problems["price"] = _("A price has up to four decimals.")
    if not 0 <= price.from_quantity < LARGEST_QUANTITY or price.from_quantity != round(price.from_quantity, 6):
        problems["from_quantity"] = _("Enter from which quantity on it holds, 0 for always.")
    if problems:
        raise ValidationError(problems)
    scaled = int(price.from_quantity * SCALE)
    values = {"item_id": price.item_id, "from_quantity_scaled": scaled, "price_scaled": int(price.price * SCALE)}
    with db.transaction(_("Edit price list {name}").format(name=found.name), merge=True):
        same = db.value(
            "SELECT id FROM price_list_price WHERE price_list_id = ? AND item_id = ? AND from_quantity_scaled = ?",
            [price.list_id, price.item_id, scaled],
        )
        row_id = int(same or price.id)
        if price.id and same and same != price.id:
            db.delete("price_list_price", price.id)
        if row_id:
            db.update("price_list_price", row_id, values)
            return row_id
        return db.insert("price_list_price", values | {"price_list_id": price.list_id})


def remove_price(price_id: int) -> None:
    """Take a fixed price off its list; undo brings it back."""
    with db.transaction(_("Remove price")):
        db.delete("price_list_price", price_id)


def as_json(found: PriceList) -> dict[str, Any]:
    """The price list with its fixed prices in the stable shape of `list price-lists --json`."""
    return {
        "id": found.id,
        "name": found.name,
        "currency": found.currency,
        "price_mode": found.price_mode,
        "percent": f"{found.percent:f}",
        "from": found.valid_from.isoformat() if found.valid_from else None,
        "to": found.valid_to.isoformat() if found.valid_to else None,
        "customers": found.customers,
        "prices": [
            {"item": price.item, "from_quantity": f"{price.from_quantity:f}", "price": f"{price.price.normalize():f}"}
            for price in prices(found.id)
        ],
    }
