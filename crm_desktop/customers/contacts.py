"""Contact persons and further addresses of a customer.

A customer's own billing address is on the customer; here are delivery addresses and other billing addresses.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from crm_desktop.core import text
from crm_desktop.core.errors import Conflict, NotFound, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db


@dataclass(frozen=True)
class Person:
    """Someone who works for a customer. `role` says what they do or decide."""

    id: int = 0
    customer_id: int = 0
    salutation: str = ""
    title: str = ""
    first_name: str = ""
    last_name: str = ""
    role: str = ""
    email: str = ""
    phone: str = ""
    birthday: date | None = None

    @property
    def name(self) -> str:
        """Title, first and last name in one line."""
        return text.tidy(f"{self.title} {self.first_name} {self.last_name}") or self.email


@dataclass(frozen=True)
class Address:
    """A further address. `kind` is "billing" or "delivery"."""

    id: int = 0
    customer_id: int = 0
    kind: str = "delivery"
    name: str = ""
    addition: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    state: str = ""
    country: str = ""


def people(customer_id: int) -> list[Person]:
    """The people of a customer, in the owner's order."""
    rows = db.records(
        "SELECT id, customer_id, salutation, title, first_name, last_name, role, email, phone, birthday_on AS birthday "
        "FROM contact_person WHERE customer_id = ? ORDER BY position, id",
        [customer_id],
    )
    return [
        Person(**row | {"birthday": date.fromisoformat(row["birthday"]) if row["birthday"] else None}) for row in rows
    ]


def save_person(person: Person) -> int:
    """Add a person (id 0) or change them; gives the id.

    Raises:
        ValidationError: there is neither a name nor an e-mail address.
    """
    if not person.name:
        raise ValidationError({"last_name": _("A person needs a name or an e-mail address.")})
    values = _stored(person)
    values["birthday_on"] = person.birthday.isoformat() if person.birthday else None
    del values["birthday"]
    return _save("contact_person", person.id, values, _("Edit contact person {name}").format(name=person.name))


def move_person(person_id: int, customer_id: int) -> None:
    """Let a person belong to another customer: they changed the company, or the household.

    Raises:
        NotFound: the person or the customer is gone.
        Conflict: they are there already.
    """
    row = db.one("SELECT customer_id FROM contact_person WHERE id = ?", [person_id])
    goal = db.value("SELECT name FROM customer WHERE id = ? AND deleted_at IS NULL", [customer_id])
    if row is None or goal is None:
        raise NotFound(_("This entry is no longer there."))
    if row[0] == customer_id:
        raise Conflict(_("They belong to {name} already.").format(name=goal))
    with db.transaction(_("Move a person to {name}").format(name=goal)):
        last = db.value("SELECT coalesce(max(position), 0) FROM contact_person WHERE customer_id = ?", [customer_id])
        db.update("contact_person", person_id, {"customer_id": customer_id, "position": last + 1})


def remove_person(person_id: int) -> None:
    """Take a person away; undo brings them back."""
    _remove("contact_person", person_id, _("Remove contact person"))


def addresses(customer_id: int) -> list[Address]:
    """The further addresses of a customer."""
    rows = db.records(
        "SELECT id, customer_id, kind, name, addition, street, postcode, city, state, country "
        "FROM customer_address WHERE customer_id = ? ORDER BY id",
        [customer_id],
    )
    return [Address(**row) for row in rows]


def save_address(address: Address) -> int:
    """Add an address (id 0) or change it; gives the id.

    Raises:
        ValidationError: there is neither a street nor a town.
    """
    if not address.street and not address.city:
        raise ValidationError({"street": _("An address needs a street or a town.")})
    return _save("customer_address", address.id, _stored(address), _("Edit address"))


def remove_address(address_id: int) -> None:
    """Take an address away; undo brings it back."""
    _remove("customer_address", address_id, _("Remove address"))


def _stored(record: Person | Address) -> dict[str, Any]:
    return {
        name: text.tidy(value) if isinstance(value, str) else value
        for name, value in asdict(record).items()
        if name != "id"
    }


def _save(table: str, row_id: int, values: dict[str, Any], title: str) -> int:
    with db.transaction(title):
        if not row_id:
            return db.insert(table, values)
        if not db.update(table, row_id, values):
            raise NotFound(_("This entry is no longer there."))
    return row_id


def _remove(table: str, row_id: int, title: str) -> None:
    with db.transaction(title):
        if not db.delete(table, row_id):
            raise NotFound(_("This entry is no longer there."))
