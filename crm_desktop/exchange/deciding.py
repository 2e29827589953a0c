"""What the user decides about an import: by what known customers are found, and what becomes of rows that mean one.

A row that would change a customer updates it, and one that only may mean a customer becomes a new one, unless the user
decides otherwise, for that row or for all like it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crm_desktop.core.i18n import N_
from crm_desktop.db import connection as db

AUTO = "auto"
KEYS = {
    AUTO: N_("Number, then e-mail, then name and address"),
    "number": N_("Number only"),
    "email": N_("E-mail only"),
    "phone": N_("Phone only"),
    "vat_id": N_("VAT id only"),
    "name+postcode": N_("Name and postcode"),
}
UPDATE, KEEP, NEW = "update", "keep", "new"
CHANGED, MAYBE, PAID_SINCE = "changed", "maybe", "paid"
_PHONE_DIGITS = 9
_CHANNELS = (
    "SELECT id, {kind} FROM customer WHERE deleted_at IS NULL UNION ALL SELECT k.customer_id, k.value "
    "FROM contact_channel k JOIN customer c ON c.id = k.customer_id WHERE k.kind = '{kind}' AND c.deleted_at IS NULL"
)
_KNOWN = {
    "number": "SELECT id, number FROM customer WHERE deleted_at IS NULL",
    "email": _CHANNELS.format(kind="email"),
    "phone": _CHANNELS.format(kind="phone"),
    "vat_id": "SELECT id, vat_id FROM customer WHERE deleted_at IS NULL",
    "name+postcode": "SELECT c.id, CASE WHEN c.postcode <> '' THEN l.sort_name || char(31) || c.postcode ELSE '' END "
    "FROM customer c JOIN customer_list l ON l.id = c.id WHERE c.deleted_at IS NULL",
}


@dataclass(frozen=True)
class Decisions:
    """What was decided: the key, single rows (row of the file → act), and all rows of a case (case → act).

    `taken_in` are rows that come in although they look like no records.
    """

    key: str = AUTO
    rows: Mapping[int, str] = field(default_factory=dict)
    all_like: Mapping[str, str] = field(default_factory=dict)
    taken_in: frozenset[int] = frozenset()

    def of(self, row: int, case: str) -> str:
        """What becomes of a row: UPDATE, KEEP (the customer stays as it is) or NEW."""
        usual = NEW if case == MAYBE else UPDATE
        return self.rows.get(row) or self.all_like.get(case) or usual


class KnownBy:
    """The customers by one key alone; those that a file brings are added as they come."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._ids: dict[str, int] = {}
        for customer_id, value in db.query(_KNOWN[key]):
            self._add(customer_id, str(value or ""))

    def _add(self, customer_id: int, value: str) -> None:
        if plain := _plain(self._key, value):
            self._ids.setdefault(plain, customer_id)

    def add(self, customer_id: int, record: Mapping[str, Any], name: str) -> None:
        """Remember a new customer of the file."""
        for value in _values(self._key, record, name):
            self._add(customer_id, value)

    def find(self, record: Mapping[str, Any], name: str) -> int | None:
        """The customer that has the key of a record; `name` is its folded name."""
        found = (self._ids.get(_plain(self._key, value)) for value in _values(self._key, record, name))
        return next((customer_id for customer_id in found if customer_id is not None), None)


def _values(key: str, record: Mapping[str, Any], name: str) -> list[str]:
    """What a record says for a key."""
    if key == "name+postcode":
        postcode = record.get("postcode")
        return [f"{name}\x1f{postcode}"] if postcode and name else []
    if key in ("email", "phone"):
        return [str(value) for value in record.get(f"{key}s", ())]
    return [str(record.get(key) or "")]


def _plain(key: str, value: str) -> str:
    """A value without what people write in different ways: "+49 351 1234" and "0351/1234" are one phone."""
    if key == "phone":
        digits = re.sub(r"\D", "", value)
        return digits.lstrip("0")[-_PHONE_DIGITS:] if len(digits) > 4 else ""
    if key == "vat_id":
        return re.sub(r"\W", "", value).upper()
    return value.lower() if key == "email" else value
