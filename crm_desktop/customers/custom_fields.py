"""Fields that the owner defines for customers: text, number, date, choice, yes or no.

Values are stored as text: numbers with a point, days as YYYY-MM-DD, yes as "1" and no as "0".
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from crm_desktop.core import text
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

KINDS = ("text", "number", "date", "choice", "bool")


@dataclass(frozen=True)
class CustomField:
    """One field: its name, kind, and for a choice what can be chosen; for a number its currency, if it has one."""

    id: int
    name: str
    kind: str
    choices: tuple[str, ...] = ()

    @property
    def currency(self) -> str:
        """The currency of a number; empty for one without, and for other kinds."""
        return self.choices[0] if self.kind == "number" and self.choices else ""


def all_fields() -> list[CustomField]:
    """The fields in the owner's order."""
    return [
        CustomField(i, name, kind, tuple(json.loads(choices)))
        for i, name, kind, choices in db.query("SELECT id, name, kind, choices FROM custom_field ORDER BY position, id")
    ]


def save(found: CustomField) -> int:
    """Add a field (id 0) or change it; gives the id.

    Raises:
        ValidationError: the name is empty or taken, or a choice has nothing to choose from.
    """
    name, problems = text.tidy(found.name), {}
    if not name:
        problems["name"] = _("Give the field a name.")
    elif db.one("SELECT 1 FROM custom_field WHERE name = ? AND id <> ?", [name, found.id]):
        problems["name"] = _("There is already a field called {name}.").format(name=name)
    if found.kind == "choice" and not found.choices:
        problems["choices"] = _("Write what can be chosen, one per line.")
    if problems:
        raise ValidationError(problems)
    if found.kind == "number":
        # A currency is not asked for in the form, so that it stays.
        kept = [known.currency for known in all_fields() if known.id == found.id and known.currency]
        found = replace(found, choices=found.choices or tuple(kept))
    values = {"name": name, "kind": found.kind, "choices": json.dumps(list(found.choices), ensure_ascii=False)}
    with db.transaction(_("Edit field {name}").format(name=name)):
        if found.id:
            db.update("custom_field", found.id, values)
            return found.id
        return db.insert("custom_field", values | {"position": 1000})


def remove(field_id: int) -> None:
    """Take a field and its values away; undo brings both back."""
    row = db.one("SELECT name FROM custom_field WHERE id = ?", [field_id])
    if row is None:
        raise NotFound(_("This field is no longer there."))
    with db.transaction(_("Delete field {name}").format(name=row[0])):
        for (value_id,) in db.query("SELECT id FROM custom_value WHERE field_id = ?", [field_id]):
            db.delete("custom_value", value_id)
        db.delete("custom_field", field_id)


def values_of(customer_id: int) -> dict[str, str]:
    """The customer's own fields that are filled, as name → stored text."""
    return values_of_many([customer_id]).get(customer_id, {})


def values_of_many(customer_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """The fields of customers, as in `values_of`; who has none is not in it."""
    found: dict[int, dict[str, str]] = {}
    for customer_id, name, value in db.query(
        "SELECT v.customer_id, f.name, v.value FROM custom_value v JOIN custom_field f ON f.id = v.field_id "
        "WHERE v.customer_id IN (SELECT value FROM json_each(?)) ORDER BY f.position, f.id",
        [json.dumps(customer_ids)],
    ):
        found.setdefault(customer_id, {})[name] = value
    return found


def set_values(customer_id: int, values: dict[str, str]) -> None:
    """Set fields of a customer by name; an empty value clears the field. Fields not named stay as they are.

    Raises:
        ValidationError: a value does not fit its field.
    """
    known = {f.name.casefold(): f for f in all_fields()}
    problems = {}
    with db.transaction():
        for name, value in values.items():
            found = known.get(name.casefold())
            if found is None:
                problems[name] = _("There is no field called {name}.").format(name=name)
                continue
            problem = check(found, value)
            if problem:
                problems[name] = problem
                continue
            _set(customer_id, found.id, value.strip())
        if problems:
            raise ValidationError(problems)


def _set(customer_id: int, field_id: int, value: str) -> None:
    row = db.one("SELECT id, value FROM custom_value WHERE customer_id = ? AND field_id = ?", [customer_id, field_id])
    if row is None and value:
        db.insert("custom_value", {"customer_id": customer_id, "field_id": field_id, "value": value})
    elif row is not None and not value:
        db.delete("custom_value", row[0])
    elif row is not None and row[1] != value:
        db.update("custom_value", row[0], {"value": value})


def check(found: CustomField, value: str) -> str | None:
    """A sentence about a value that does not fit its field, or None."""
    if not value.strip():
        return None
    if found.kind == "number" and not _is_number(value):
        return _("{name} takes a number.").format(name=found.name)
    if found.kind == "date" and not _is_day(value):
        return _("{name} takes a date.").format(name=found.name)
    if found.kind == "choice" and value not in found.choices:
        return _("Choose one of: {choices}.").format(choices=", ".join(found.choices))
    if found.kind == "bool" and value not in ("0", "1"):
        return _("{name} takes yes or no.").format(name=found.name)
    return None


def _is_number(value: str) -> bool:
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
