"""What customers own: with serial number, day of purchase, warranty, and the next service.

States: with a next service or without; the service is due from its day on, until a maintenance case for it is opened.
When that case is solved, the next service follows after the product's months. Products are noted by hand, or from an
issued invoice with one click, each line once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.activity import timeline
from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import merging
from crm_desktop.db import connection as db

SERVICE_AHEAD_DAYS = 7
MOST_MONTHS = 600
# A line of so many pieces becomes so many products at the most; of screws nobody keeps a list.
MOST_PIECES = 20
RECORD = "owned_product"
_SCALE = 1_000_000
_FROM = (
    "FROM owned_product p JOIN customer c ON c.id = p.customer_id LEFT JOIN document d ON d.id = p.document_id "
    "LEFT JOIN item i ON i.id = p.item_id"
)
_COLUMNS = (
    "id", "customer_id", "item_id", "document_id", "name", "serial", "bought_on", "warranty_until_on",
    "service_months", "next_service_on", "notes", "updated_at",
)  # fmt: skip
_DAYS = {"bought_on": "bought", "warranty_until_on": "warranty_until", "next_service_on": "next_service"}
_ENTERED = (
    "customer_id", "item_id", "document_id", "name", "serial", "bought", "warranty_until", "service_months",
    "next_service", "notes",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class OwnedProduct:
    """Something that a customer owns; `document` is the number of the invoice with which it was sold."""

    id: int
    customer_id: int
    customer: str
    item_id: int | None
    document_id: int | None
    document: str
    name: str
    serial: str
    bought: date | None
    warranty_until: date | None
    service_months: int
    next_service: date | None
    notes: str
    updated_at: str

    @property
    def under_warranty(self) -> bool:
        """Whether the warranty holds today."""
        return self.warranty_until is not None and self.warranty_until >= dates.today()


def get(product_id: int) -> OwnedProduct:
    """The product by id.

    Raises:
        NotFound: there is none.
    """
    found = rows([product_id])
    if not found:
        raise NotFound(_("This product is no longer there."))
    return found[0]


def rows(wanted: list[int]) -> list[OwnedProduct]:
    """These products, in the given order."""
    listed = ", ".join(f"p.{name}" for name in _COLUMNS)
    found = {}
    for record in db.records(
        f"SELECT {listed}, c.name AS customer, coalesce(d.number, '') AS document {_FROM} "
        f"WHERE p.id IN ({','.join(map(str, wanted))})"
    ):
        for column, name in _DAYS.items():
            stored = record.pop(column)
            record[name] = date.fromisoformat(stored) if stored else None
        found[record["id"]] = OwnedProduct(**record)
    return [found[i] for i in wanted if i in found]


def of_customer(customer_id: int) -> list[OwnedProduct]:
    """What a customer owns, with that of the records merged into it, newest first."""
    found = db.query(
        f"SELECT id FROM owned_product WHERE customer_id IN {merging.family_sql('?1')} AND deleted_at IS NULL "
        "ORDER BY coalesce(bought_on, '') DESC, id DESC",
        [customer_id],
    )
    return rows([row[0] for row in found])


def ids(search: str = "") -> list[int]:
    """The ids of all products that customers own, by customer; with `search` those that contain its words."""
    where, params = ["p.deleted_at IS NULL"], []
    for word in text.fold(search).split():
        where.append("fold(p.name || ' ' || p.serial || ' ' || c.name || ' ' || p.notes) LIKE ?")
        params.append(f"%{word}%")
    sql = f"SELECT p.id {_FROM} WHERE {' AND '.join(where)} ORDER BY fold(c.name), p.id"
    return [row[0] for row in db.query(sql, params)]


def services_due(ahead_days: int = SERVICE_AHEAD_DAYS) -> list[OwnedProduct]:
    """The products whose service is due within some days and for which no maintenance is open, the earliest first."""
    until = dates.add_days(dates.today(), ahead_days).isoformat()
    found = db.query(
        "SELECT p.id FROM owned_product p JOIN customer c ON c.id = p.customer_id WHERE p.next_service_on <= ? "
        "AND p.next_service_on IS NOT NULL AND p.deleted_at IS NULL AND c.deleted_at IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM support_case k WHERE k.customer_id = p.customer_id AND k.owned_product_id = p.id AND k.kind = 'maintenance' "
        "AND k.state IN ('open', 'waiting') AND k.deleted_at IS NULL) ORDER BY p.next_service_on, p.id LIMIT 100",
        [until],
    )
    return rows([row[0] for row in found])


# ---- writing --------------------------------------------------------------------------------------------------------


def check(values: dict[str, Any]) -> dict[str, str]:
    """What cannot be kept, as field → sentence."""
    found = {}
    if not values.get("customer_id"):
        found["customer_id"] = _("Choose the customer.")
    if not values.get("name"):
        found["name"] = _("Say what it is.")
    if not 0 <= (values.get("service_months") or 0) <= MOST_MONTHS:
        found["service_months"] = _("Enter a number of months from 0 to {most}.").format(most=MOST_MONTHS)
    for name in _DAYS.values():
        day = values.get(name)
        if day is not None and not dates.is_plausible(day):
            found[name] = _("The year {year} cannot be right. Please check the date.").format(year=f"{day.year:04}")
    bought, until = values.get("bought"), values.get("warranty_until")
    if bought and until and until < bought and "warranty_until" not in found:
        found["warranty_until"] = _("The warranty ends before the product was bought. Please check both days.")
    return found


def defaults(item_id: int | None, bought: date | None) -> dict[str, Any]:
    """Name, warranty and next service of a product of the price list that is bought on a day."""
    row = db.one("SELECT name, warranty_months, service_months FROM item WHERE id = ?", [item_id]) if item_id else None
    if row is None:
        return {}
    name, warranty, service = row
    return {
        "name": name,
        "warranty_until": dates.add_months(bought, warranty) if bought and warranty else None,
        "service_months": service,
        "next_service": dates.add_months(bought, service) if bought and service else None,
    }


def save(values: dict[str, Any], product_id: int | None = None) -> int:
    """Note a product that a customer owns, or change the given fields of one; gives the id.

    Raises:
        ValidationError: an entry cannot be kept; field → sentence.
    """
    own = {name: value for name, value in values.items() if name in _ENTERED}
    own |= {name: text.tidy(own[name]) for name in ("name", "serial") if name in own}
    if "service_months" in own:
        own["service_months"] = int(own["service_months"] or 0)
    before: dict[str, Any] = {} if product_id is None else vars(get(product_id))
    if product_id is None:
        usual = defaults(own.get("item_id"), own.get("bought"))
        own |= {name: value for name, value in usual.items() if name != "next_service" and not own.get(name)}
    own |= _next_service(before | own, before.get("service_months"))
    problems = check(before | own)
    if problems:
        raise ValidationError(problems)
    title = _("Note product {name}") if product_id is None else _("Edit product {name}")
    with db.transaction(title.format(name=(before | own)["name"])):
        made = _write(own, product_id)
        if product_id is None:
            _tell(get(made), 1)
        return made


def _next_service(values: dict[str, Any], months_before: int | None) -> dict[str, date]:
    """The day of the next service where months were entered but no day: from the purchase on, else from today."""
    months, bought = values.get("service_months") or 0, values.get("bought") or dates.today()
    if values.get("next_service") or months == months_before or not 0 < months <= MOST_MONTHS:
        return {}
    return {"next_service": dates.add_months(bought, months)} if dates.is_plausible(bought) else {}


def _tell(found: OwnedProduct, pieces: int) -> None:
    name = f"{pieces} × {found.name}" if pieces > 1 else " ".join(part for part in (found.name, found.serial) if part)
    about = (RECORD, found.id)
    timeline.record(found.customer_id, RECORD, _("Owns: {name}").format(name=name), about=about)


def _write(values: dict[str, Any], product_id: int | None) -> int:
    columns = {name: column for column, name in _DAYS.items()}
    stored = {
        columns.get(name, name): value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }
    if product_id is not None:
        db.update("owned_product", product_id, stored | {"updated_at": dates.stamp()})
        return product_id
    now = dates.instant_text(dates.now())
    return db.insert("owned_product", stored | {"created_at": now, "updated_at": dates.stamp()})


def delete(product_ids: list[int]) -> None:
    """Move products to the bin."""
    found = rows(product_ids)
    with db.transaction(_("Delete {name}").format(name=", ".join(product.name for product in found[:3]))):
        for product in found:
            db.update("owned_product", product.id, {"deleted_at": dates.instant_text(dates.now())})


def serviced(product_id: int, day: date) -> None:
    """Note that a product was serviced on a day: the next service follows after its months, if it has any."""
    found = get(product_id)
    after = dates.add_months(day, found.service_months) if found.service_months else None
    with db.transaction(_("Next service of {name}").format(name=found.name)):
        db.update(
            "owned_product",
            product_id,
            {"next_service_on": after.isoformat() if after else None, "updated_at": dates.stamp()},
        )


# ---- from an invoice ------------------------------------------------------------------------------------------------


def sold_with(document_id: int) -> list[dict[str, Any]]:
    """What an issued invoice or receipt sold that is not noted yet, as entries for `save`: one for each piece.

    A line counts when it is a product of the price list; of a line with a broken or a high quantity one is noted.
    """
    head = db.one(
        "SELECT customer_id, coalesce(service_from_on, issue_on) FROM document "
        "WHERE id = ? AND state = 'issued' AND kind IN ('invoice', 'receipt') AND type_code <> '386'",
        [document_id],
    )
    if head is None or head[0] is None:
        return []
    lines = db.query(
        "SELECT l.item_id, l.name, sum(l.quantity_scaled) FROM document_line l JOIN item i ON i.id = l.item_id "
        "WHERE l.document_id = ? AND i.kind = 'product' AND l.role = 'item' AND l.quantity_scaled > 0 "
        "GROUP BY l.item_id, l.name ORDER BY min(l.position)",
        [document_id],
    )
    known = dict(
        db.query(
            "SELECT item_id, count(*) FROM owned_product WHERE document_id = ? AND deleted_at IS NULL GROUP BY item_id",
            [document_id],
        )
    )
    bought, found = date.fromisoformat(head[1]), []
    for item_id, name, scaled in lines:
        pieces = _pieces(int(scaled))
        noted = min(known.get(item_id, 0), pieces)
        known[item_id] = known.get(item_id, 0) - noted
        entry = {"customer_id": head[0], "item_id": item_id, "document_id": document_id, "bought": bought}
        found += [entry | defaults(item_id, bought) | {"name": name} for _piece in range(pieces - noted)]
    return found


def _pieces(scaled: int) -> int:
    quantity = Decimal(scaled) / _SCALE
    return int(quantity) if quantity == quantity.to_integral_value() and quantity <= MOST_PIECES else 1


def register_sold(document_id: int) -> list[int]:
    """Note everything that an invoice sold and that is not noted yet; gives the ids, none if nothing is left."""
    entries = sold_with(document_id)
    title = ngettext("Note {n} product of a customer", "Note {n} products of a customer", len(entries))
    with db.transaction(title.format(n=len(entries))):
        made = rows([_write(entry, None) for entry in entries])
        for name in dict.fromkeys(product.name for product in made):
            same = [product for product in made if product.name == name]
            _tell(same[0], len(same))
    return [product.id for product in made]


def as_json(found: OwnedProduct) -> dict[str, Any]:
    """The product in the stable shape of `list products-owned --json`."""
    return {
        "id": found.id,
        "customer": found.customer,
        "name": found.name,
        "serial": found.serial,
        "bought": found.bought.isoformat() if found.bought else None,
        "warranty_until": found.warranty_until.isoformat() if found.warranty_until else None,
        "service_months": found.service_months,
        "next_service": found.next_service.isoformat() if found.next_service else None,
        "invoice": found.document or None,
        "notes": found.notes,
    }
