"""Customers: organisations and persons, with everything that belongs to the record itself.

States: active → archived (hidden from lists, kept) → active; deleted → in the bin for 30 days → gone. A customer with
issued documents or contracts cannot be deleted, only archived.

The main e-mail, phone and billing address are columns of the customer; further ones are contact channels and addresses.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from crm_desktop.company import numbering, profile
from crm_desktop.core import dates, text
from crm_desktop.core.errors import Conflict, NotFound, UserError, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import custom_fields, lifecycle, tags
from crm_desktop.db import connection as db

KINDS = ("organisation", "person")


@dataclass(frozen=True)
class Customer:
    """One customer with all that belongs to the record. Empty text means not known; country is ISO 3166-1 alpha-2."""

    id: int
    number: str
    kind: str
    name: str
    company: str = ""
    salutation: str = ""
    title: str = ""
    first_name: str = ""
    last_name: str = ""
    addition: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    vat_id: str = ""
    tax_number: str = ""
    iban: str = ""
    bic: str = ""
    bank_name: str = ""
    birthday: date | None = None
    language: str = ""
    currency: str = ""
    payment_terms_id: int | None = None
    buyer_reference: str = ""
    served_by: str = ""
    notes: str = ""
    einvoice_format: str = ""
    electronic_scheme: str = ""
    electronic_address: str = ""
    invoice_email: str = ""
    dunning_hold: str = ""
    stage_id: int | None = None
    source_id: int | None = None
    touch_days: int | None = None
    price_list_id: int | None = None
    credit_limit_minor: int | None = None
    price_mode: str = ""
    tone: str = ""
    archived_at: str | None = None
    deleted_at: str | None = None
    created_at: str = ""
    updated_at: str = ""
    more_emails: list[str] = field(default_factory=list)
    more_phones: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    custom: dict[str, str] = field(default_factory=dict)


_RELATED = ("more_emails", "more_phones", "tags", "custom")
_COLUMNS = ["birthday_on" if f.name == "birthday" else f.name for f in fields(Customer) if f.name not in _RELATED]
# What a form or an import may set.
FIELDS = tuple(
    f.name for f in fields(Customer) if f.name not in ("id", "archived_at", "deleted_at", "created_at", "updated_at")
)
_LINES = ("served_by", "notes")
_COMPACT = ("iban", "bic", "vat_id", "country", "currency")


def get(customer_id: int) -> Customer:
    """The customer by id, also an archived or deleted one.

    Raises:
        NotFound: there is no such customer.
    """
    found = many([customer_id])
    if not found:
        raise NotFound(_("This customer is no longer there."))
    return found[0]


def many(customer_ids: Sequence[int]) -> list[Customer]:
    """These customers in the given order, with six questions to the data file for all of them; who is gone is left out."""
    # As one parameter, so that the statements stay prepared whoever is asked for.
    wanted, listed = list(customer_ids), [json.dumps(list(customer_ids))]
    among = "IN (SELECT value FROM json_each(?))"
    channels: dict[tuple[int, str], list[str]] = {}
    for owner, kind, value in db.query(
        f"SELECT customer_id, kind, value FROM contact_channel WHERE customer_id {among} ORDER BY id", listed
    ):
        channels.setdefault((owner, kind), []).append(value)
    tagged, own = tags.of_customers(wanted), custom_fields.values_of_many(wanted)
    found = {}
    for row in db.query(f"SELECT {', '.join(_COLUMNS)} FROM customer WHERE id {among}", listed):
        values = dict(zip(_COLUMNS, row, strict=True))
        birthday, owner = values.pop("birthday_on"), values["id"]
        found[owner] = Customer(
            **values,
            birthday=date.fromisoformat(birthday) if birthday else None,
            more_emails=channels.get((owner, "email"), []),
            more_phones=channels.get((owner, "phone"), []),
            tags=tagged.get(owner, []),
            custom=own.get(owner, {}),
        )
    return [found[customer_id] for customer_id in customer_ids if customer_id in found]


def display_name(values: dict[str, Any]) -> str:
    """The name that lists show: the company, else title, first and last name, else the e-mail address."""
    person = " ".join(str(values.get(k) or "") for k in ("title", "first_name", "last_name"))
    return str(values.get("company") or "") or text.tidy(person) or str(values.get("email") or "")


def clean(values: dict[str, Any]) -> dict[str, Any]:
    """Entries as they are stored: tidied text, compact ids, a day as ISO text."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name in _LINES:
            found[name] = text.tidy_lines(value or "")
        elif name in _COMPACT:
            found[name] = "".join(str(value or "").split()).upper()
        elif name == "birthday":
            found["birthday_on"] = value.isoformat() if isinstance(value, date) else (value or None)
        elif isinstance(value, str):
            found[name] = text.tidy(value)
        else:
            found[name] = value
    return found


def check(values: dict[str, Any], customer_id: int | None = None) -> dict[str, str]:
    """What cannot be kept, as field → sentence. `values` as `clean` gives them."""
    found = {}
    if not values.get("name"):
        found["name"] = _("A customer needs a name, a company or an e-mail address.")
    if values.get("email") and "@" not in values["email"]:
        found["email"] = _("An e-mail address has an @ in it.")
    if values.get("number") and db.one(
        "SELECT 1 FROM customer WHERE number = ? AND deleted_at IS NULL AND id IS NOT ?",
        [values["number"], customer_id],
    ):
        found["number"] = _("The number {number} belongs to another customer.").format(number=values["number"])
    found |= _check_birthday(values.get("birthday_on"))
    found |= _check_ids(values)
    return found


def _check_birthday(birthday: str | None) -> dict[str, str]:
    if not birthday:
        return {}
    try:
        day = date.fromisoformat(birthday)
    except ValueError:
        return {"birthday": _("This birthday is not a date. Write it like 2026-11-24.")}
    if dates.is_plausible(day) or day.year == dates.NO_YEAR:
        return {}
    return {"birthday": _("This birthday lies before 1900. Check the year.")}


def _check_ids(values: dict[str, Any]) -> dict[str, str]:
    found = {}
    if values.get("iban"):
        from stdnum import iban

        if not iban.is_valid(values["iban"]):
            found["iban"] = _("This IBAN does not add up. Ask the customer for it again.")
    if values.get("vat_id"):
        from stdnum.eu import vat

        prefix = values["vat_id"][:2]
        if prefix in profile.EU_PREFIXES and not vat.is_valid(values["vat_id"]):
            found["vat_id"] = _("This VAT id does not add up. It starts with the country, for example DE123456789.")
    return found


def save(values: dict[str, Any], customer_id: int | None = None, *, loaded_at: str | None = None) -> int:
    """Add a customer, or change the given fields of one; gives the id.

    Args:
        values: field → value, names as in `FIELDS`. A new customer gets a number if none is given.
        customer_id: the customer to change; None adds one.
        loaded_at: the `updated_at` that the form loaded.

    Raises:
        ValidationError: an entry cannot be kept.
        Conflict: the customer was changed elsewhere since it was loaded.
        NotFound: the customer is no longer there.
    """
    related = {name: values[name] for name in _RELATED if name in values}
    own = clean({name: value for name, value in values.items() if name not in _RELATED})
    if customer_id is None:
        return _add(own, related)
    return _change(customer_id, own, related, loaded_at)


def _add(own: dict[str, Any], related: dict[str, Any]) -> int:
    own.setdefault("kind", "organisation" if own.get("company") else "person")
    own["name"] = own.get("name") or display_name(own)
    with db.transaction(_("New customer {name}").format(name=own["name"])):
        problems = check(own)
        if problems:
            raise ValidationError(problems)
        own["number"] = own.get("number") or numbering.take_free("customer", dates.today(), "customer")
        now, stage_id = dates.instant_text(dates.now()), own.pop("stage_id", None)
        customer_id = db.insert("customer", own | {"created_at": now, "updated_at": dates.stamp()})
        _save_related(customer_id, related)
        _move(customer_id, None, stage_id)
    return customer_id


def _change(customer_id: int, own: dict[str, Any], related: dict[str, Any], loaded_at: str | None) -> int:
    with db.transaction(_("Edit customer {name}").format(name=own.get("name") or get(customer_id).name), merge=False):
        before = get(customer_id)
        if loaded_at is not None and before.updated_at != loaded_at:
            raise Conflict(_("{name} was changed meanwhile. It is shown again as it is now.").format(name=before.name))
        merged = clean({f.name: getattr(before, f.name) for f in fields(before) if f.name not in _RELATED}) | own
        if "name" not in own and before.name == display_name({f.name: getattr(before, f.name) for f in fields(before)}):
            own["name"] = merged["name"] = display_name(merged) or before.name
        problems = check(merged, customer_id)
        if problems:
            raise ValidationError(problems)
        stage_id = own.pop("stage_id", before.stage_id)
        db.update("customer", customer_id, own | {"updated_at": dates.stamp()})
        _save_related(customer_id, related)
        _move(customer_id, before.stage_id, stage_id)
    return customer_id


def _move(customer_id: int, before: int | None, after: int | None) -> None:
    """A stage that was chosen in a form is a move by hand, with its place in the history."""
    if before != after:
        lifecycle.write_moves([(customer_id, before, after, _("by hand"), None)])


def _save_related(customer_id: int, related: dict[str, Any]) -> None:
    for name, kind in (("more_emails", "email"), ("more_phones", "phone")):
        if name in related:
            _save_channels(customer_id, kind, related[name])
    if "tags" in related:
        tags.set_for_customer(customer_id, related["tags"])
    if "custom" in related:
        custom_fields.set_values(customer_id, related["custom"])


def _save_channels(customer_id: int, kind: str, wanted: list[str]) -> None:
    wanted = list(dict.fromkeys(v for v in (text.tidy(w) for w in wanted) if v))
    for channel_id, value in db.query(
        "SELECT id, value FROM contact_channel WHERE customer_id = ? AND kind = ?", [customer_id, kind]
    ):
        if value in wanted:
            wanted.remove(value)
        else:
            db.delete("contact_channel", channel_id)
    for value in wanted:
        db.insert("contact_channel", {"customer_id": customer_id, "kind": kind, "value": value})


def archive(customer_id: int) -> None:
    """Hide a customer from the lists; everything is kept."""
    with db.transaction(_("Archive {name}").format(name=get(customer_id).name)):
        db.update("customer", customer_id, {"archived_at": dates.instant_text(dates.now())})


def archive_all(customer_ids: Sequence[int]) -> int:
    """Hide many customers from the lists in one step; gives how many were shown before."""
    words = ngettext("Archive {n} customer", "Archive {n} customers", len(customer_ids)).format(n=len(customer_ids))
    now = dates.instant_text(dates.now())
    with db.transaction(words):
        before = db.value("SELECT count(*) FROM customer WHERE archived_at IS NOT NULL")
        db.execute_many(
            "UPDATE customer SET archived_at = ? WHERE id = ? AND archived_at IS NULL", ((now, i) for i in customer_ids)
        )
        return int(db.value("SELECT count(*) FROM customer WHERE archived_at IS NOT NULL")) - int(before)


# What one may set for many customers at once.
FOR_ALL = ("language", "payment_terms_id", "price_mode", "tone", "source_id", "touch_days")


def change_all(customer_ids: Sequence[int], values: dict[str, Any]) -> int:
    """Set fields named in `FOR_ALL` for many customers in one step; gives how many customers.

    Raises:
        ValidationError: a field cannot be set for many.
    """
    refused = {name: _("This cannot be set for many customers.") for name in values if name not in FOR_ALL}
    if refused:
        raise ValidationError(refused)
    words = ngettext("Change {n} customer", "Change {n} customers", len(customer_ids)).format(n=len(customer_ids))
    names = ", ".join(f"{name} = ?" for name in values)
    with db.transaction(words):
        db.execute_many(
            f"UPDATE customer SET {names}, updated_at = ? WHERE id = ?",
            ([*values.values(), dates.stamp(), i] for i in customer_ids),
        )
    return len(customer_ids)


def unarchive(customer_id: int) -> None:
    """Show an archived customer in the lists again."""
    with db.transaction(_("Bring back {name}").format(name=get(customer_id).name)):
        db.update("customer", customer_id, {"archived_at": None})


def why_not_delete(customer_id: int) -> str | None:
    """The reason why a customer cannot be deleted, or None if it can."""
    issued = db.value("SELECT count(*) FROM document WHERE customer_id = ? AND state = 'issued'", [customer_id])
    contracts = db.value("SELECT count(*) FROM contract WHERE customer_id = ? AND deleted_at IS NULL", [customer_id])
    name = get(customer_id).name
    if issued:
        return ngettext(
            "{name} has {n} issued document, which must be kept. Archive the customer instead.",
            "{name} has {n} issued documents, which must be kept. Archive the customer instead.",
            issued,
        ).format(name=name, n=issued)
    if contracts:
        return ngettext(
            "{name} has {n} contract. Delete or end it first, or archive the customer.",
            "{name} has {n} contracts. Delete or end them first, or archive the customer.",
            contracts,
        ).format(name=name, n=contracts)
    return None


def delete(customer_ids: list[int]) -> None:
    """Move customers to the bin, all or none.

    Raises:
        UserError: documents or contracts hang on one of them.
    """
    names = [get(i).name for i in customer_ids]
    title = (
        _("Delete customer {name}").format(name=names[0])
        if len(names) == 1
        else ngettext("Delete {n} customer", "Delete {n} customers", len(names)).format(n=len(names))
    )
    with db.transaction(title):
        for customer_id in customer_ids:
            reason = why_not_delete(customer_id)
            if reason:
                raise UserError(reason)
            db.update("customer", customer_id, {"deleted_at": dates.instant_text(dates.now())})


_JSON = (
    "id", "number", "kind", "name", "company", "first_name", "last_name", "emails", "phones", "street", "postcode",
    "city", "state", "country", "vat_id", "iban", "birthday", "language", "tags", "notes", "custom",
)  # fmt: skip


def as_json(customer: Customer) -> dict[str, Any]:
    """The customer in the stable shape of `list customers --json`; its names are also the fields of a mapping."""
    joined = {
        "emails": [e for e in (customer.email, *customer.more_emails) if e],
        "phones": [p for p in (customer.phone, *customer.more_phones) if p],
        "birthday": customer.birthday.isoformat() if customer.birthday else None,
    }
    return {name: joined[name] if name in joined else getattr(customer, name) for name in _JSON}
