"""The catalogue: products and services with their price, unit and tax.

Prices have up to four decimals and are net or gross. Names and descriptions exist once in the owner's language and,
where wanted, per language of the documents.

*Source*: units of UN/ECE Recommendation 20 (EN 16931 BT-130).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from crm_desktop.company import numbering, profile
from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import digits
from crm_desktop.db import connection as db

SCALE = 1_000_000
LARGEST_PRICE = Decimal(10) ** 9
MOST_MONTHS = 600
# Code of UN/ECE Recommendation 20 → our word. On paper the document's language gives the short form.
UNITS = {
    "C62": N_("piece"),
    "HUR": N_("hour"),
    "DAY": N_("day"),
    "WEE": N_("week"),
    "MON": N_("month"),
    "ANN": N_("year"),
    "MIN": N_("minute"),
    "LS": N_("flat rate"),
    "KGM": N_("kilogram"),
    "GRM": N_("gram"),
    "TNE": N_("tonne"),
    "MTR": N_("metre"),
    "CMT": N_("centimetre"),
    "KMT": N_("kilometre"),
    "MTK": N_("square metre"),
    "MTQ": N_("cubic metre"),
    "LTR": N_("litre"),
    "PR": N_("pair"),
    "SET": N_("set"),
    "XPK": N_("package"),
    "KWH": N_("kilowatt hour"),
}
KINDS = ("product", "service")
PRICE_MODES = ("net", "gross")
CATEGORIES = ("S", "Z", "E", "AE", "K", "G", "O")
_COLUMNS = (
    "id, number, kind, name, description, unit, price_scaled, price_mode, currency, category, rate_bp, archived_at, updated_at, "
    "warranty_months, service_months, product_group"
)

_NAMES = (
    "id", "number", "kind", "name", "description", "unit", "price", "price_mode", "currency", "category", "rate_bp",
    "archived", "updated_at", "warranty_months", "service_months", "product_group",
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """A product or service. `price` is a Decimal with up to four decimals; `names` maps language to (name, description)."""

    id: int
    number: str
    kind: str
    name: str
    description: str
    unit: str
    price: Decimal
    price_mode: str
    currency: str
    category: str
    rate_bp: int
    archived: bool = False
    updated_at: str = ""
    warranty_months: int = 0
    service_months: int = 0
    product_group: str = ""
    names: dict[str, tuple[str, str]] = field(default_factory=dict)

    def name_in(self, language: str) -> tuple[str, str]:
        """Name and description in a language, else in the owner's."""
        return self.names.get(language, (self.name, self.description))


def get(item_id: int) -> Item:
    """The item by id.

    Raises:
        NotFound: there is no such item.
    """
    found = rows([item_id])
    if not found:
        raise NotFound(_("This product is no longer there."))
    return found[0]


def rows(wanted: list[int]) -> list[Item]:
    """These items, in the given order."""
    listed = ",".join(map(str, wanted))
    names: dict[int, dict[str, tuple[str, str]]] = {}
    for item_id, language, name, description in db.query(
        f"SELECT item_id, language, name, description FROM item_name WHERE item_id IN ({listed})"
    ):
        names.setdefault(item_id, {})[language] = (name, description)
    found = {}
    for row in db.query(f"SELECT {_COLUMNS} FROM item WHERE id IN ({listed})"):
        values = dict(zip(_NAMES, row, strict=True))
        values["price"] = Decimal(values["price"]) / SCALE
        values["archived"] = values["archived"] is not None
        found[row[0]] = Item(**values, names=names.get(row[0], {}))
    return [found[i] for i in wanted if i in found]


_ORDERS = {
    "number": "number",
    "name": "fold(name)",
    "price": "price_scaled",
    "unit": "unit",
    "tax": "rate_bp",
    "group": "fold(product_group)",
}


def ids(
    view: str = "all", *, search: str = "", order: str = "name", descending: bool = False, group: str | None = None
) -> list[int]:
    """The ids of items in a view ("all", "products", "services", "archived"), in order; `group` "" is those without one."""
    views = {
        "all": "archived_at IS NULL",
        "products": "archived_at IS NULL AND kind = 'product'",
        "services": "archived_at IS NULL AND kind = 'service'",
        "archived": "archived_at IS NOT NULL",
    }
    where, params = [f"deleted_at IS NULL AND {views[view]}"], []
    for word in text.fold(search).split():
        where.append("fold(number || ' ' || name || ' ' || description || ' ' || product_group) LIKE ?")
        params.append(f"%{word}%")
    if group is not None:
        where.append("product_group = ?")
        params.append(group)
    sql = f"SELECT id FROM item WHERE {' AND '.join(where)} ORDER BY {_ORDERS[order]} {'DESC' if descending else 'ASC'}, id"
    return [row[0] for row in db.query(sql, params)]


def counts(group: str | None = None) -> dict[str, int]:
    """The number of items in each view."""
    return {view: len(ids(view, group=group)) for view in ("all", "products", "services", "archived")}


def groups() -> list[str]:
    """The product groups that are in use, by name."""
    return [
        name
        for (name,) in db.query(
            "SELECT DISTINCT product_group FROM item WHERE deleted_at IS NULL AND product_group <> '' ORDER BY fold(product_group)"
        )
    ]


def move_to_group(item_ids: list[int], group: str) -> None:
    """Put items into a product group; "" takes them out of theirs."""
    named = as_known(group)
    title = _("Product group {name}").format(name=named) if named else _("No product group")
    with db.transaction(title):
        for item_id in item_ids:
            db.update("item", item_id, {"product_group": named, "updated_at": dates.stamp()})


def as_known(group: str) -> str:
    """A product group as it is written already, however it was typed now."""
    tidied = text.tidy(group)
    # Usually it is: an index says so at once, also for each row of a long import.
    if not tidied or db.one("SELECT 1 FROM item WHERE product_group = ? AND product_group <> '' LIMIT 1", [tidied]):
        return tidied
    return next((name for name in groups() if text.fold(name) == text.fold(tidied)), tidied)


def find(search: str, limit: int = 8) -> list[Item]:
    """The best items for what was typed: numbers and names that begin so come first."""
    folded = text.fold(search)
    found = rows(ids(search=search))
    found.sort(key=lambda i: (not text.fold(i.number).startswith(folded), not text.fold(i.name).startswith(folded)))
    return found[:limit]


def check(values: dict[str, Any], item_id: int | None = None) -> dict[str, str]:
    """What cannot be kept, as field → sentence."""
    found = {}
    if not values.get("name"):
        found["name"] = _("Give it a name.")
    price = values.get("price")
    if price is not None:
        if not 0 <= price < LARGEST_PRICE:
            found["price"] = _("A price lies between 0 and 999,999,999.")
        elif price != round(price, 4):
            found["price"] = _("A price has up to four decimals.")
    if values.get("number") and db.one(
        "SELECT 1 FROM item WHERE number = ? AND deleted_at IS NULL AND id IS NOT ?", [values["number"], item_id]
    ):
        found["number"] = _("The number {number} belongs to another product.").format(number=values["number"])
    if values.get("unit", "C62") not in UNITS:
        found["unit"] = _("Choose a unit from the list.")
    if values.get("category", "S") not in CATEGORIES:
        found["category"] = _("Choose how it is taxed.")
    for name in ("warranty_months", "service_months"):
        if not 0 <= values.get(name, 0) <= MOST_MONTHS:
            found[name] = _("Enter a number of months from 0 to {most}.").format(most=MOST_MONTHS)
    return found


def save(values: dict[str, Any], item_id: int | None = None) -> int:
    """Add an item, or change the given fields of one; gives the id.

    Args:
        values: number, kind, name, description, unit, price (Decimal), price_mode, currency, category, rate_bp, names,
            warranty_months and service_months of what is sold (0: none), product_group.
        item_id: the item to change; None adds one, with a number if none is given.

    Raises:
        ValidationError: an entry cannot be kept.
    """
    own = {
        k: text.tidy(v) if isinstance(v, str) and k != "description" else v for k, v in values.items() if k != "names"
    }
    merged = own if item_id is None else {"name": get(item_id).name} | own
    problems = check(merged, item_id)
    if problems:
        raise ValidationError(problems)
    if own.get("product_group"):
        own["product_group"] = as_known(own["product_group"])
    if "price" in own:
        own["price_scaled"] = int(own.pop("price") * SCALE)
    now = dates.instant_text(dates.now())
    title = _("New product {name}") if item_id is None else _("Edit product {name}")
    with db.transaction(title.format(name=merged["name"])):
        if item_id is None:
            own["number"] = own.get("number") or numbering.take_free("item", dates.today(), "item")
            own.setdefault("currency", profile.load().currency)
            item_id = db.insert("item", own | {"created_at": now, "updated_at": dates.stamp()})
        else:
            db.update("item", item_id, own | {"updated_at": dates.stamp()})
        if "names" in values:
            _save_names(item_id, values["names"])
    return item_id


def _save_names(item_id: int, names: dict[str, tuple[str, str]]) -> None:
    for (row_id,) in db.query("SELECT id FROM item_name WHERE item_id = ?", [item_id]):
        db.delete("item_name", row_id)
    for language, (name, description) in names.items():
        if text.tidy(name):
            db.insert(
                "item_name",
                {"item_id": item_id, "language": language, "name": text.tidy(name), "description": description},
            )


def archive(item_id: int, *, archived: bool = True) -> None:
    """Offer an item no longer, or again; documents that use it stay as they are."""
    title = _("Archive {name}") if archived else _("Bring back {name}")
    with db.transaction(title.format(name=get(item_id).name)):
        db.update("item", item_id, {"archived_at": dates.instant_text(dates.now()) if archived else None})


def delete(item_ids: list[int]) -> None:
    """Move items to the bin; documents that use them stay as they are."""
    names = [i.name for i in rows(item_ids)]
    with db.transaction(_("Delete {name}").format(name=", ".join(names[:3]))):
        for item_id in item_ids:
            db.update("item", item_id, {"deleted_at": dates.instant_text(dates.now())})


def _decimals(number: Decimal) -> int:
    """How many digits stand behind the point."""
    return max(0, -int(number.as_tuple().exponent))


def as_json(item: Item) -> dict[str, Any]:
    """The item in the stable shape of `list catalogue --json`."""
    return {
        "id": item.id,
        "number": item.number,
        "kind": item.kind,
        "name": item.name,
        "description": item.description,
        "unit": item.unit,
        "price": f"{max(item.price.normalize(), round(item.price, digits(item.currency)), key=_decimals):f}",
        "price_mode": item.price_mode,
        "currency": item.currency,
        "category": item.category,
        "rate": f"{(Decimal(item.rate_bp) / 100).normalize():f}",
        "product_group": item.product_group,
    }
