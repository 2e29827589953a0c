"""What customers own, out of a file, against what is noted: new, changed, same.

Key: customer and serial number; without one customer, name and day of purchase. A product of the price list is found by its
item number, else by its name.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from crm_desktop.care import owned_products
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.text import fold
from crm_desktop.db import connection as db
from crm_desktop.exchange.parties import Parties, PartyFinder
from crm_desktop.exchange.records import Record
from crm_desktop.exchange.result import Outcome
from crm_desktop.exchange.sales_import import differences

_KNOWN = "SELECT id, customer_id, name, serial, bought_on FROM owned_product WHERE deleted_at IS NULL ORDER BY id DESC"
_DAYS = {"bought_on": "bought", "warranty_until": "warranty_until", "next_service": "next_service"}
# What of a product is left empty where it cannot be right.
_MAY_BE_WRONG = {"bought", "warranty_until", "next_service", "service_months"}
Key = tuple[Any, ...]


class ProductImport:
    """Takes products of customers row by row."""

    def __init__(self, outcome: Outcome, *, dry_run: bool, currency: str = "", parties: Parties | None = None) -> None:
        del currency  # what is owned has no price
        self._outcome = outcome
        self._dry_run = dry_run
        self._parties = parties or PartyFinder(outcome, dry_run=dry_run)
        self._from_row: dict[Key, int] = {}
        self._ids: dict[Key, int] = {}
        for product_id, customer_id, name, serial, bought in db.query(_KNOWN):
            day = date.fromisoformat(bought) if bought else None
            self._ids[_key({"customer_id": customer_id, "name": name, "serial": serial, "bought": day})] = product_id
        self._items: dict[str, tuple[int, str]] = {}
        for item_id, number, name in db.query(
            "SELECT id, number, name FROM item WHERE deleted_at IS NULL ORDER BY id DESC"
        ):
            self._items[f"name {fold(name)}"] = item_id, name
            self._items[f"number {fold(number)}"] = item_id, name

    def take(self, row: int, raw: Record) -> None:
        """Take one row."""
        for turn in self._parties.in_turn(row, raw):
            self._take(*turn)

    def _take(self, row: int, raw: Record, customer_id: int | None) -> None:
        if customer_id is None:
            self._outcome.skip(row, "", str(raw.get("name") or raw.get("serial") or ""), self._parties.why_nobody(raw))
            return
        values = self._values(row, raw) | {"customer_id": customer_id}
        if not values.get("name"):
            self._outcome.skip(row, "", str(raw.get("serial", "")), _("Nothing says which product it is"))
            return
        key = _key(values)
        if key in self._from_row:
            reason = _("The same product as in row {row}").format(row=self._from_row[key])
            self._outcome.skip(row, "", values["name"], reason)
            return
        self._from_row[key] = row
        self._keep(row, values, self._ids.get(key))

    def _values(self, row: int, raw: Record) -> dict[str, Any]:
        values: dict[str, Any] = {name: raw[name] for name in ("name", "serial", "notes") if name in raw}
        values |= {name: raw[column] for column, name in _DAYS.items() if column in raw}
        if "service_months" in raw:
            values["service_months"] = int(raw["service_months"])
        item = self._items.get(f"number {fold(raw['item_number'])}") if "item_number" in raw else None
        item = item or self._items.get(f"name {fold(values.get('name', ''))}")
        if item is not None:
            values["item_id"] = item[0]
            values.setdefault("name", item[1])
        elif "name" not in values:
            # A serial number alone is better than nothing.
            values["name"] = raw.get("item_number") or raw.get("serial", "")
        problems = owned_products.check(values | {"customer_id": 1})
        for name in (_MAY_BE_WRONG & problems.keys()) & values.keys():
            self._outcome.warn(row, "", str(values.pop(name)), problems[name])
        return values

    def _keep(self, row: int, values: dict[str, Any], product_id: int | None) -> None:
        if product_id is None:
            self._outcome.add("owned_products", row, values["name"], values.get("serial"))
        else:
            changes = differences(vars(owned_products.get(product_id)), values)
            if not changes:
                self._outcome.unchanged["owned_products"] += 1
                return
            self._outcome.updated["owned_products"] += 1
            for name, (old, new) in changes.items():
                self._outcome.change(row, values["name"], name, old, new)
        if not self._dry_run:
            owned_products.save(values, product_id)

    def finish(self) -> None:
        """Take what waited, and write what is left."""
        for turn in self._parties.left():
            self._take(*turn)
        self._parties.customers.finish()


def _key(values: dict[str, Any]) -> Key:
    if values.get("serial"):
        return values["customer_id"], "serial", fold(values["serial"])
    return values["customer_id"], fold(values["name"]), values.get("bought")
