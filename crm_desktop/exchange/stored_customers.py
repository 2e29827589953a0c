"""Customers as they are stored, for comparing with those of a file; and the numbers that new ones get."""

from __future__ import annotations

from typing import Any

from crm_desktop.company import numbering
from crm_desktop.core import dates
from crm_desktop.core.text import fold
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.exchange import consent_import, photo_import
from crm_desktop.exchange.records import Record

COLUMNS = (
    "number", "kind", "name", "company", "salutation", "title", "first_name", "last_name", "addition", "street",
    "postcode", "city", "state", "country", "email", "phone", "website", "vat_id", "tax_number", "iban", "bic",
    "bank_name", "birthday_on", "language", "currency", "served_by", "notes", "stage_id", "source_id", "price_list_id",
    "credit_limit_minor",
)  # fmt: skip
MAY_BE_NONE = frozenset(("birthday_on", "stage_id", "source_id", "price_list_id", "credit_limit_minor"))
COMPARED = tuple(c for c in COLUMNS if c not in {"kind", "name", "email", "phone"})
_NAME = {"company", "title", "first_name", "last_name"}


class AutoNumbers:
    """Numbers for new customers without one, after the series, free in the file and in the data."""

    def __init__(self, taken: dict[str, int]) -> None:
        self._taken = taken
        self._day = dates.today()
        self._pattern = numbering.series("customer").pattern
        self._counter = numbering.last_counter("customer", self._day)
        self._last = ""

    def take(self) -> str:
        """The next free number."""
        while True:
            self._counter += 1
            number = numbering.render(self._pattern, self._counter, self._day)
            if number not in self._taken:
                self._last = number
                return number

    def store(self) -> None:
        """Let the series go on after the numbers that were given."""
        if self._last:
            numbering.raise_past("customer", self._last, self._day)


class Stored:
    """Some customers as they are stored, for comparing."""

    def __init__(self, wanted: list[int]) -> None:
        listed = ",".join(map(str, set(wanted)))
        self._rows = {
            row[0]: dict(zip(COLUMNS, row[1:], strict=True))
            for row in db.query(f"SELECT id, {', '.join(COLUMNS)} FROM customer WHERE id IN ({listed})")
        }
        self.names = {customer_id: row["name"] for customer_id, row in self._rows.items()}
        self._channels: dict[tuple[int, str], list[str]] = {}
        for owner, kind, value in db.query(
            f"SELECT customer_id, kind, value FROM contact_channel WHERE customer_id IN ({listed})"
        ):
            self._channels.setdefault((owner, kind), []).append(value)
        self._tags: dict[int, set[str]] = {}
        for owner, tag in db.query(
            "SELECT k.customer_id, t.name FROM customer_tag k JOIN tag t ON t.id = k.tag_id "
            f"WHERE k.customer_id IN ({listed})"
        ):
            self._tags.setdefault(owner, set()).add(tag.casefold())
        self._days = set(db.query(f"SELECT customer_id, day_on FROM customer_date WHERE customer_id IN ({listed})"))
        self._consents = consent_import.Known(listed)
        self._own: dict[int, dict[str, str]] = {}
        for owner, name, value in db.query(
            "SELECT v.customer_id, f.name, v.value FROM custom_value v JOIN custom_field f ON f.id = v.field_id "
            f"WHERE v.customer_id IN ({listed})"
        ):
            self._own.setdefault(owner, {})[name.casefold()] = value

    def changes(self, customer_id: int, record: Record) -> dict[str, tuple[Any, Any]]:
        """What the record changes: field → (old, new)."""
        row = self._rows[customer_id]
        found: dict[str, tuple[Any, Any]] = {
            name: (row[name], record[name]) for name in COMPARED if name in record and record[name] != row[name]
        }
        merged = row | {name: new for name, (_old, new) in found.items()}
        if _NAME & set(found) and fold(customers.display_name(record)) == fold(row["name"]) != fold(
            customers.display_name(merged)
        ):
            # The same name, taken apart in another way: its parts do not go together with those that are stored.
            found = {name: change for name, change in found.items() if name not in _NAME}
            merged = row | {name: new for name, (_old, new) in found.items()}
        if _NAME & set(found):
            name = customers.display_name(merged)
            if name and name != row["name"]:
                found["name"] = (row["name"], name)
        if "company" in found and record["kind"] != row["kind"]:
            found["kind"] = (row["kind"], record["kind"])
        self._compare_lists(customer_id, row, record, found)
        if "photo" in record and not photo_import.is_there(customer_id, record["photo"]):
            found["photo"] = ("", record["photo"])
        if "consents" in record:
            found |= self._consents.changes(customer_id, record["consents"])
        known = self._own.get(customer_id, {})
        for name, value in record.get("custom", {}).items():
            old = known.get(name.casefold(), "")
            if value != old:
                found[f"custom.{name}"] = (old, value)
        return found

    def _compare_lists(
        self, customer_id: int, row: dict[str, Any], record: Record, found: dict[str, tuple[Any, Any]]
    ) -> None:
        for key, kind in (("emails", "email"), ("phones", "phone")):
            further = self._channels.get((customer_id, kind), [])
            have = {value.lower() for value in (row[kind], *further) if value}
            missing = [value for value in record.get(key, ()) if value.lower() not in have]
            if missing and (not row[kind] or _takes_its_place(record[key], missing[0], row[kind])):
                # The new one comes first; the one from before stays as a further one.
                found[kind] = (row[kind], missing[0])
                missing = [*filter(None, [row[kind]]), *missing[1:]]
            if missing:
                found[f"more_{key}"] = (further, missing)
        tags = [tag for tag in record.get("tags", ()) if tag.casefold() not in self._tags.get(customer_id, set())]
        if tags:
            found["tags"] = ([], tags)
        day = record.get("anniversary_on")
        if day and (customer_id, day) not in self._days:
            found["anniversary_on"] = ("", day)


def _takes_its_place(told: list[str], new: str, first: str) -> bool:
    """Whether an e-mail address or phone that a file tells first is meant instead of the one that stands first here."""
    return told[0] == new and first.lower() not in {value.lower() for value in told}
