"""Who stands on a document: seller, buyer and delivery address, as they are copied into it when it is issued.

The copies are plain dictionaries with the column names of `company` and `customer` (see `billing.document`). What a
draft holds itself goes over the records.
"""

from __future__ import annotations

from typing import Any

from crm_desktop.billing.document import Draft, Party
from crm_desktop.company.profile import Profile
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

_SELLER = (
    "name", "tagline", "owner", "street", "postcode", "city", "state", "country", "vat_id", "tax_number", "seller_id",
    "register_number", "phone", "email", "website", "bank_name", "account_holder", "iban", "bic", "accent",
    "tax_status", "contact_name", "electronic_scheme", "electronic_address", "qr_iban",
)  # fmt: skip
_BUYER = (
    "number", "kind", "name", "company", "salutation", "title", "first_name", "last_name", "addition", "street",
    "postcode", "city", "state", "country", "email", "phone", "vat_id", "tax_number", "language",
    "einvoice_format", "electronic_scheme", "electronic_address", "invoice_email",
)  # fmt: skip
_ADDRESS = ("name", "addition", "street", "postcode", "city", "state", "country")
_PERSON = ("salutation", "title", "first_name", "last_name")


def seller(profile: Profile, draft: Draft) -> Party:
    """The company as it is now, with its logo's file, tax status and bank details."""
    found = {name: str(getattr(profile, name) or "") for name in _SELLER}
    found["logo_file_id"] = str(profile.logo_file_id or "")
    return found | draft.seller


def buyer(draft: Draft, country: str) -> Party:
    """The customer as it is now, with the billing address if it has one and the contact person of the draft.

    Empty for a sale over the counter. `country` stands in where the customer has none.
    """
    found: Party = {}
    if draft.customer_id is not None:
        found = _customer(draft.customer_id) | _billing_address(draft.customer_id)
        if draft.contact_person_id is not None and (person := _person(draft.contact_person_id)):
            found["contact"] = person
    found |= draft.buyer
    if found and not found.get("country"):
        found["country"] = country
    return found


def ship_to(draft: Draft, country: str) -> Party:
    """Where goods go, if that is another place than the buyer's; empty otherwise."""
    found: Party = {}
    if draft.delivery_address_id is not None:
        found = _row("customer_address", _ADDRESS, draft.delivery_address_id)
    found |= draft.ship_to
    if found and not found.get("country"):
        found["country"] = country
    return found


def name_of(draft: Draft) -> str:
    """The buyer's name for lists and titles; "Counter sale" where there is none."""
    if draft.buyer.get("name"):
        return draft.buyer["name"]
    name = db.value("SELECT name FROM customer WHERE id = ?", [draft.customer_id]) if draft.customer_id else None
    return str(name) if name else _("Counter sale")


def _row(table: str, columns: tuple[str, ...], row_id: int) -> Party:
    row: tuple[Any, ...] | None = db.one(f"SELECT {', '.join(columns)} FROM {table} WHERE id = ?", [row_id])
    return {} if row is None else {name: value or "" for name, value in zip(columns, row, strict=True)}


def _customer(customer_id: int) -> Party:
    return _row("customer", _BUYER, customer_id)


def _billing_address(customer_id: int) -> Party:
    """A billing address of its own goes over the main address as a whole, its name only where it has one."""
    found = db.value(
        "SELECT id FROM customer_address WHERE customer_id = ? AND kind = 'billing' ORDER BY id LIMIT 1", [customer_id]
    )
    if found is None:
        return {}
    address = _row("customer_address", _ADDRESS, found)
    return address if address["name"] else {name: value for name, value in address.items() if name != "name"}


def _person(person_id: int) -> str:
    person = _row("contact_person", _PERSON, person_id)
    return " ".join(filter(None, (person.get(name, "") for name in _PERSON)))
