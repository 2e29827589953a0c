"""Services: hours and jobs done for a customer, noted as they happen, waiting to be billed.

States: waiting → on a draft → billed, or set aside as not to be billed. Only what waits can be edited or deleted. A
draft that lies in the bin holds nothing: what was on it waits again, and is back on it when the draft is brought back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from crm_desktop.company import profile, tax_rates
from crm_desktop.core import dates, text
from crm_desktop.core.errors import Conflict, NotFound, ValidationError
from crm_desktop.core.i18n import N_, ngettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.sales import catalogue

SCALE = 1_000_000
LARGEST_QUANTITY = Decimal(10) ** 6
LARGEST_PRICE = Decimal(10) ** 9
STATES = {
    "waiting": N_("Waiting"),
    "draft": N_("On a draft"),
    "billed": N_("Billed"),
    "not_billed": N_("Not to be billed"),
}
VIEWS = ("all", *STATES)
# A service waits while nothing holds it: no document, or one that lies in the bin.
IS_WAITING = "s.deleted_at IS NULL AND s.not_billed = 0 AND (s.document_id IS NULL OR d.deleted_at IS NOT NULL)"
_STATE = (
    "CASE WHEN s.not_billed THEN 'not_billed' WHEN d.id IS NULL OR d.deleted_at IS NOT NULL THEN 'waiting' "
    "WHEN d.state = 'issued' THEN 'billed' ELSE 'draft' END"
)
_FROM = "FROM service s JOIN customer c ON c.id = s.customer_id LEFT JOIN document d ON d.id = s.document_id"
_COLUMNS = (
    "id", "customer_id", "contract_id", "kind", "done_on", "name", "description", "item_id", "quantity_scaled", "unit",
    "price_scaled", "price_mode", "currency", "category", "rate_bp", "document_id", "updated_at",
)  # fmt: skip

# What can be entered; the rest follows from what happens to the entry.
_ENTERED = (
    "customer_id", "contract_id", "kind", "done_on", "name", "description", "item_id", "quantity", "unit", "price",
    "price_mode", "currency", "category", "rate_bp",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class WorkDone:
    """One entry. `price` is for one `unit`, in its price mode; `state` as in `STATES`; `number` of the bill it is on."""

    id: int
    customer_id: int
    customer: str
    contract_id: int | None
    kind: str
    done_on: date
    name: str
    description: str
    item_id: int | None
    quantity: Decimal
    unit: str
    price: Decimal
    price_mode: str
    currency: str
    category: str
    rate_bp: int
    document_id: int | None
    number: str
    state: str
    updated_at: str

    @property
    def net_minor(self) -> int:
        """What it comes to without tax, in minor units."""
        return net_minor(self.quantity * self.price, self.price_mode, self.rate_bp, self.currency)


def net_minor(amount: Decimal, price_mode: str, rate_bp: int, currency: str) -> int:
    """An amount without its tax, in minor units; for sums on the screen, the bill itself adds up by its own rules."""
    from crm_desktop.core.money import to_minor

    return to_minor(amount * 10_000 / (10_000 + rate_bp) if price_mode == "gross" else amount, currency)


def from_scaled(value: int) -> Decimal:
    """A stored quantity or price, without needless zeros."""
    found = Decimal(value) / SCALE
    return found.quantize(Decimal(1)) if found == found.to_integral_value() else found.normalize()


# ---- reading --------------------------------------------------------------------------------------------------------


def get(service_id: int) -> WorkDone:
    """The entry by id.

    Raises:
        NotFound: there is none.
    """
    found = rows([service_id])
    if not found:
        raise NotFound(_("This entry is no longer there."))
    return found[0]


def rows(wanted: list[int]) -> list[WorkDone]:
    """These entries, in the given order."""
    listed = ", ".join(f"s.{name}" for name in _COLUMNS)
    found = {}
    for record in db.records(
        f"SELECT {listed}, c.name AS customer, coalesce(d.number, '') AS number, {_STATE} AS state {_FROM} "
        f"WHERE s.id IN ({','.join(map(str, wanted))})"
    ):
        record["done_on"] = date.fromisoformat(record["done_on"])
        record["quantity"] = from_scaled(record.pop("quantity_scaled"))
        record["price"] = from_scaled(record.pop("price_scaled"))
        found[record["id"]] = WorkDone(**record)
    return [found[i] for i in wanted if i in found]


_ORDERS = {"done_on": "s.done_on", "customer": "fold(c.name)", "name": "fold(s.name)", "state": _STATE}


def ids(
    view: str = "all",
    *,
    customer_id: int | None = None,
    search: str = "",
    order: str = "done_on",
    descending: bool = False,
) -> list[int]:
    """The ids of the entries in a view (`VIEWS`), in order."""
    where, params = ["s.deleted_at IS NULL"], []
    if view == "waiting":
        where.append(IS_WAITING)
    elif view != "all":
        where.append(f"{_STATE} = '{view}'")
    if customer_id is not None:
        where.append("s.customer_id = ?")
        params.append(str(customer_id))
    for word in text.fold(search).split():
        where.append("fold(s.name || ' ' || s.description || ' ' || c.name) LIKE ?")
        params.append(f"%{word}%")
    direction = "DESC" if descending else "ASC"
    sql = f"SELECT s.id {_FROM} WHERE {' AND '.join(where)} ORDER BY {_ORDERS[order]} {direction}, s.id"
    return [row[0] for row in db.query(sql, params)]


def waiting(customer_id: int | None = None) -> list[WorkDone]:
    """What waits to be billed, oldest first; of one customer or of all whose record is not in the bin."""
    of_one = "" if customer_id is None else "AND s.customer_id = ?"
    # Two questions, so that the small index of what waits answers the usual one.
    found = db.query(
        "SELECT s.id, s.done_on FROM service s JOIN customer c ON c.id = s.customer_id WHERE s.document_id IS NULL "
        f"AND s.deleted_at IS NULL AND s.not_billed = 0 AND c.deleted_at IS NULL {of_one} UNION ALL "
        "SELECT s.id, s.done_on FROM document d JOIN service s ON s.document_id = d.id "
        "JOIN customer c ON c.id = s.customer_id WHERE d.deleted_at IS NOT NULL AND s.deleted_at IS NULL "
        f"AND s.not_billed = 0 AND c.deleted_at IS NULL {of_one} ORDER BY 2, 1",
        [customer_id] * 2 if customer_id is not None else [],
    )
    return rows([row[0] for row in found])


# ---- writing --------------------------------------------------------------------------------------------------------


def usual_tax(day: date) -> tuple[str, int]:
    """Category and rate (in hundredths of a per cent) that a service of a day has."""
    company = profile.load()
    if company.tax_status == "small":
        return "E", 0
    if company.tax_status == "none":
        return "O", 0
    rate = tax_rates.usual_rate(day)
    return (rate.category, rate.rate_bp) if rate else ("Z", 0)


def start(customer_id: int | None = None, item_id: int | None = None) -> dict[str, Any]:
    """What a new entry starts with: today, one hour, and the price of the item, else of the customer's last entry."""
    company, today = profile.load(), dates.today()
    category, rate_bp = usual_tax(today)
    own = db.value("SELECT currency FROM customer WHERE id = ?", [customer_id]) if customer_id else ""
    values: dict[str, Any] = {
        "customer_id": customer_id, "kind": "time", "done_on": today, "name": "", "description": "", "item_id": item_id,
        "quantity": Decimal(1), "unit": "HUR", "price": Decimal(0), "price_mode": company.price_mode,
        "currency": own or company.currency, "category": category, "rate_bp": rate_bp,
    }  # fmt: skip
    return values | (from_item(item_id) if item_id else _like_the_last(customer_id, values["currency"]))


def from_item(item_id: int) -> dict[str, Any]:
    """What a price list item says of an entry: name, unit, price and tax.

    Raises:
        NotFound: the item is no longer there.
    """
    item = catalogue.get(item_id)
    values = {name: getattr(item, name) for name in ("name", "unit", "price", "price_mode", "currency")}
    tax: dict[str, Any] = {"category": item.category, "rate_bp": item.rate_bp}
    if profile.load().tax_status != "regular":
        tax = dict(zip(("category", "rate_bp"), usual_tax(dates.today()), strict=True))
    return values | tax | {"item_id": item_id, "kind": "time" if item.unit in ("HUR", "MIN", "DAY") else "job"}


def _like_the_last(customer_id: int | None, currency: str) -> dict[str, Any]:
    """The rate of the customer's last hours, else of the last hours of anybody."""
    found = db.records(
        "SELECT price_scaled, price_mode FROM service WHERE unit = 'HUR' AND deleted_at IS NULL AND currency = ? "
        "ORDER BY customer_id IS NOT ?, id DESC LIMIT 1",
        [currency, customer_id],
    )
    if not found:
        return {}
    return {"price": from_scaled(found[0]["price_scaled"]), "price_mode": found[0]["price_mode"]}


def check(values: dict[str, Any]) -> dict[str, str]:
    """What cannot be kept, as field → sentence."""
    found = {}
    if not values.get("customer_id"):
        found["customer_id"] = _("Choose the customer.")
    if not values.get("name"):
        found["name"] = _("Say what was done.")
    day = values.get("done_on")
    if day is None or not dates.is_plausible(day):
        found["done_on"] = _("Enter the day on which it was done.")
    found |= _check_numbers(values)
    return found


def _check_numbers(values: dict[str, Any]) -> dict[str, str]:
    found, quantity, price = {}, values.get("quantity"), values.get("price")
    if quantity is None or not 0 < abs(quantity) < LARGEST_QUANTITY:
        found["quantity"] = _("Enter how much, for example 1:30 or 1.5.")
    elif quantity != round(quantity, 6):
        found["quantity"] = _("Please use at most {count} decimals.").format(count=6)
    if price is None or not 0 <= price < LARGEST_PRICE:
        found["price"] = _("Enter the price of one unit, 0 or more.")
    elif price != round(price, 4):
        found["price"] = _("Please use at most {count} decimals.").format(count=4)
    return found


def save(values: dict[str, Any], service_id: int | None = None) -> int:
    """Add an entry, or change the given fields of one that waits; gives the id.

    Args:
        values: names as in `WorkDone`; what a new entry leaves out is filled in as `start` says.
        service_id: the entry to change; None adds one.

    Raises:
        ValidationError: an entry cannot be kept.
        Conflict: it is on a bill already.
    """
    own = {name: value for name, value in values.items() if name in _ENTERED}
    own |= {name: text.tidy(own[name]) for name in ("name",) if isinstance(own.get(name), str)}
    before = start(own.get("customer_id"), own.get("item_id")) if service_id is None else vars(get(service_id))
    merged = {name: value for name, value in before.items() if name in own or service_id is None} | own
    problems = check(before | own)
    if problems:
        raise ValidationError(problems)
    title = _("Note service {name}") if service_id is None else _("Edit service {name}")
    with db.transaction(title.format(name=(before | own)["name"])):
        return _write(merged, service_id)


def save_all(found: list[dict[str, Any]]) -> list[int]:
    """Add many entries as one step, all or none; gives their ids.

    Raises:
        ValidationError: one of them cannot be kept.
    """
    title = ngettext("Note {n} service", "Note {n} services", len(found)).format(n=len(found))
    with db.transaction(title):
        return [save(values) for values in found]


def _write(values: dict[str, Any], service_id: int | None) -> int:
    now = dates.instant_text(dates.now())
    stored = dict(values) | {"updated_at": now}
    for name in ("quantity", "price"):
        if name in stored:
            stored[f"{name}_scaled"] = int(stored.pop(name) * SCALE)
    if "done_on" in stored:
        stored["done_on"] = stored["done_on"].isoformat()
    if service_id is None:
        return db.insert("service", stored | {"created_at": now})
    _refuse_unless_waiting(service_id)
    db.update("service", service_id, stored)
    return service_id


def _refuse_unless_waiting(service_id: int) -> None:
    found = get(service_id)
    if found.state == "draft":
        raise Conflict(_("“{name}” is on a draft. Change it there, or delete the draft first.").format(name=found.name))
    if found.state == "billed":
        raise Conflict(
            _("“{name}” is billed with {number} and stays as it is.").format(name=found.name, number=found.number)
        )


def delete(service_ids: list[int]) -> None:
    """Move entries that wait to the bin, all or none.

    Raises:
        Conflict: one of them is on a bill.
    """
    with db.transaction(_title(service_ids, _("Delete service {name}"))):
        for service_id in service_ids:
            _refuse_unless_waiting(service_id)
            db.update("service", service_id, {"deleted_at": dates.instant_text(dates.now())})


def set_aside(service_ids: list[int], *, aside: bool = True) -> None:
    """Let entries that wait not be billed, or wait again.

    Raises:
        Conflict: one of them is on a bill.
    """
    words = _("Do not bill {name}") if aside else _("Bill {name} after all")
    with db.transaction(_title(service_ids, words)):
        for service_id in service_ids:
            _refuse_unless_waiting(service_id)
            db.update("service", service_id, {"not_billed": int(aside)})


def put_back(service_ids: list[int]) -> None:
    """Let entries that are on a draft wait again; their lines on the draft stay until they are taken out there.

    Raises:
        Conflict: one of them is billed.
    """
    with db.transaction(_title(service_ids, _("Take {name} off the draft"))):
        for service_id in service_ids:
            if get(service_id).state != "draft":
                _refuse_unless_waiting(service_id)
            db.update("service", service_id, {"document_id": None})


def _title(service_ids: list[int], words: str) -> str:
    """The title of a step: what is done with the one entry, or that several are changed."""
    if len(service_ids) == 1:
        return words.format(name=get(service_ids[0]).name)
    return ngettext("Change {n} service", "Change {n} services", len(service_ids)).format(n=len(service_ids))


def hours_from(typed: str) -> Decimal | None:
    """Hours as people type them: "1:30", "1h30", "1,5", "1.5", "90 min"; None if it is none of these."""
    plain = text.fold(typed).replace(" ", "")
    for mark in ("min", "m"):
        if plain.endswith(mark) and plain.removesuffix(mark).isdigit():
            return _hours(0, int(plain.removesuffix(mark)))
    plain = plain.removesuffix("h").removesuffix("std").removesuffix("stunden").removesuffix("hours")
    for mark in (":", "h"):
        whole, found, minutes = plain.partition(mark)
        if found:
            is_time = (whole.isdigit() or not whole) and minutes.isdigit() and int(minutes) < 60 and len(minutes) <= 2
            return _hours(int(whole or 0), int(minutes)) if is_time else None
    try:
        value = Decimal(plain.replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _hours(hours: int, minutes: int) -> Decimal:
    return round(hours + Decimal(minutes) / 60, 6)


def as_json(service: WorkDone) -> dict[str, Any]:
    """The entry in the stable shape of `service list --json`."""
    return {
        "id": service.id,
        "customer": service.customer,
        "date": service.done_on.isoformat(),
        "what": service.name,
        "note": service.description,
        "quantity": f"{service.quantity:f}",
        "unit": service.unit,
        "price": f"{service.price:f}",
        "price_mode": service.price_mode,
        "currency": service.currency,
        "state": service.state,
        "document": service.number or None,
    }
