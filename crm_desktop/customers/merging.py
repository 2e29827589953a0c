"""Two records of the same customer become one, in one step that can be undone, also later.

All that refers to the losing record goes over to the one that is kept, in every table that has a foreign key to
`customer`: a table that a later version adds goes over by itself. Some things stay where they are, because they say what
was so: issued documents (nobody may change them), what follows or corrects them, the work that they billed, reminders for
money and sent mails. So the losing record is not deleted: it is archived, and an entry in the timeline of the other one
points to it. `family` names the records of which a customer was made; what asks for "the documents of a customer" asks
for those of the family. See docs/decisions/0025-merging.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crm_desktop.core import dates, text
from crm_desktop.core.errors import Conflict, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import custom_fields, customers, likeness
from crm_desktop.customers.customers import Customer
from crm_desktop.db import connection as db

KIND = "merged"
MINE, THEIRS, BOTH = "mine", "theirs", "both"
# What is chosen together → the fields of `Customer`.
GROUPS: dict[str, tuple[str, ...]] = {
    "name": ("kind", "name", "company", "salutation", "title", "first_name", "last_name"),
    "address": ("addition", "street", "postcode", "city", "state", "country"),
    "email": ("email",),
    "phone": ("phone",),
    "website": ("website",),
    "birthday": ("birthday",),
    "vat_id": ("vat_id",),
    "tax_number": ("tax_number",),
    "bank": ("iban", "bic", "bank_name"),
    "language": ("language",),
    "currency": ("currency",),
    "payment_terms_id": ("payment_terms_id",),
    "buyer_reference": ("buyer_reference",),
    "einvoice": ("einvoice_format", "electronic_scheme", "electronic_address"),
    "invoice_email": ("invoice_email",),
    "dunning_hold": ("dunning_hold",),
    "stage_id": ("stage_id",),
    "source_id": ("source_id",),
    "touch_days": ("touch_days",),
    "price_list_id": ("price_list_id",),
    "credit_limit_minor": ("credit_limit_minor",),
    "price_mode": ("price_mode",),
    "tone": ("tone",),
    "served_by": ("served_by",),
    "notes": ("notes",),
}
CUSTOM = "custom:"
# Texts that can be kept one below the other.
JOINABLE = ("served_by", "notes")
# Table → which of its rows stay with the losing record.
_STAYING_DOCUMENTS = (
    "(state = 'issued' OR preceding_id IS NOT NULL OR source_id IS NOT NULL "
    "OR EXISTS (SELECT 1 FROM document_deduction x WHERE x.document_id = document.id))"
)
_STAYS = {
    "document": _STAYING_DOCUMENTS,
    "service": f"document_id IN (SELECT id FROM document WHERE {_STAYING_DOCUMENTS})",
    "dunning_letter": "1",
    "mail": "1",
    # What the other one has already is not written twice.
    "contact_channel": "EXISTS (SELECT 1 FROM contact_channel k WHERE k.customer_id = :keep "
    "AND k.kind = contact_channel.kind AND k.value = contact_channel.value) "
    "OR value IN (SELECT email FROM customer WHERE id = :keep UNION SELECT phone FROM customer WHERE id = :keep)",
}
_FAMILY = (
    "(SELECT {id} UNION SELECT m.record_id FROM timeline_entry m JOIN customer mc ON mc.id = m.record_id "
    f"WHERE m.customer_id = {{id}} AND m.kind = '{KIND}' AND m.record = 'customer' AND mc.archived_at IS NOT NULL)"
)
_INTO = (
    "(SELECT i.customer_id FROM timeline_entry i JOIN customer ic ON ic.id = i.record_id WHERE i.record = 'customer' "
    f"AND i.record_id = {{id}} AND i.kind = '{KIND}' AND ic.archived_at IS NOT NULL ORDER BY i.id DESC LIMIT 1)"
)

_ROOT = f"SELECT a.value, coalesce({_INTO.format(id='a.value')}, a.value) FROM json_each(:customers) a"
# SQL for rows (customer, record of their family) of the ids in the JSON list :customers: `relatives_sql` for many at once.
RELATIVES = (
    f"WITH root(customer_id, id) AS ({_ROOT}) SELECT customer_id, id FROM root UNION SELECT r.customer_id, m.record_id "
    "FROM root r JOIN timeline_entry m ON m.customer_id = r.id JOIN customer mc ON mc.id = m.record_id "
    f"WHERE m.kind = '{KIND}' AND m.record = 'customer' AND mc.archived_at IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the two records say differently. `mine` and `theirs` are field → value; `choice` is the usual one."""

    key: str
    mine: dict[str, Any]
    theirs: dict[str, Any]
    choice: str


# ---- families --------------------------------------------------------------------------------------------------------


def family_sql(customer: str) -> str:
    """SQL for the ids of a customer and of the records merged into it, for `IN`; `customer` is SQL for its id."""
    return _FAMILY.format(id=customer)


def into_sql(customer: str) -> str:
    """SQL for the id of the customer that an archived record was merged into, else NULL."""
    return _INTO.format(id=customer)


def relatives_sql(customer: str) -> str:
    """SQL like `family_sql` that also begins at a record that was merged away."""
    return family_sql(f"coalesce({into_sql(customer)}, {customer})")


def family(customer_id: int) -> list[int]:
    """The customer and the archived records that were merged into it."""
    rows = db.query(f"SELECT * FROM {family_sql('?1')}", [customer_id])
    return [customer_id, *sorted(i for (i,) in rows if i != customer_id)]


def merged_into(customer_id: int) -> int | None:
    """The customer that an archived record was merged into, or None."""
    found = db.value(f"SELECT {into_sql('?1')}", [customer_id])
    return None if found is None else int(found)


# ---- choosing --------------------------------------------------------------------------------------------------------


def differences(keep_id: int, lose_id: int) -> list[Difference]:
    """What has to be chosen, in the order of the form; what only one of them says is taken from there.

    Raises:
        NotFound: one of them is no longer there.
    """
    keep, lose = customers.get(keep_id), customers.get(lose_id)
    found = []
    for key, fields in GROUPS.items():
        mine, theirs = ({name: getattr(one, name) for name in fields} for one in (keep, lose))
        if _says(key, theirs) and mine != theirs:
            found.append(Difference(key, mine, theirs, _usual(key, mine)))
    for own in custom_fields.all_fields():
        here, there = keep.custom.get(own.name, ""), lose.custom.get(own.name, "")
        if there and here != there:
            key = f"{CUSTOM}{own.name}"
            found.append(Difference(key, {own.name: here}, {own.name: there}, MINE if here else THEIRS))
    return found


def _says(key: str, values: dict[str, Any]) -> bool:
    """Whether a record says anything about this; a country alone is no address."""
    return any(value for name, value in values.items() if not (key == "address" and name == "country"))


def _usual(key: str, mine: dict[str, Any]) -> str:
    if not _says(key, mine):
        return THEIRS
    return BOTH if key in JOINABLE else MINE


# ---- merging ---------------------------------------------------------------------------------------------------------


def merge(keep_id: int, lose_id: int, choices: dict[str, str] | None = None) -> None:
    """Make one customer of two; one step of the journal.

    Args:
        keep_id: the record that goes on.
        lose_id: the record that is archived.
        choices: key of a `Difference` → MINE, THEIRS or BOTH (`JOINABLE` only); what is not named goes as usual.

    Raises:
        NotFound: one of them is no longer there.
        UserError: they are the same record.
        Conflict: one of them is in the bin or was merged before.
    """
    if keep_id == lose_id:
        raise UserError(_("Choose two different customers to merge."))
    keep, lose = customers.get(keep_id), customers.get(lose_id)
    with db.transaction(_("Merge {other} into {name}").format(other=lose.name, name=keep.name)):
        _check(keep)
        _check(lose)
        found = [(one, (choices or {}).get(one.key, one.choice)) for one in differences(keep_id, lose_id)]
        _take_values(keep, found)
        _keep_the_rest(keep_id, lose, found)
        _take_rows(keep_id, lose_id)
        _note(keep, lose, found)
        now = dates.instant_text(dates.now())
        db.update("customer", lose_id, {"archived_at": lose.archived_at or now, "updated_at": dates.stamp()})


def _check(customer: Customer) -> None:
    if customer.deleted_at:
        raise Conflict(_("{name} is in the bin. Bring it back first.").format(name=customer.name))
    other = merged_into(customer.id)
    if other is not None:
        words = _("{name} was merged before, into {other}. Choose that one.")
        raise Conflict(words.format(name=customer.name, other=customers.get(other).name))


def _take_values(keep: Customer, found: list[tuple[Difference, str]]) -> None:
    own: dict[str, Any] = {}
    for one, choice in found:
        if one.key.startswith(CUSTOM):
            if choice == THEIRS:
                custom_fields.set_values(keep.id, one.theirs)
        elif choice == BOTH and one.key in JOINABLE:
            own |= {name: _joined(one.mine[name], one.theirs[name]) for name in one.mine}
        elif choice == THEIRS:
            own |= one.theirs
    if "birthday" in own:
        birthday = own.pop("birthday")
        own["birthday_on"] = birthday.isoformat() if birthday else None
    if own:
        db.update("customer", keep.id, own | {"updated_at": dates.stamp()})


def _joined(mine: str, theirs: str) -> str:
    if theirs in mine:
        return mine
    return theirs if mine in theirs else text.tidy_lines(f"{mine}\n{theirs}")


def _keep_the_rest(keep_id: int, lose: Customer, found: list[tuple[Difference, str]]) -> None:
    """What was not chosen but reaches somebody becomes a further address, e-mail or number."""
    now = customers.get(keep_id)
    for one, choice in found:
        left = one.mine if choice == THEIRS else one.theirs
        if one.key == "email" and left["email"]:
            known = {email.casefold() for email in (now.email, *now.more_emails)}
            _add_channel(keep_id, "email", left["email"], known=left["email"].casefold() in known)
        elif one.key == "phone" and left["phone"]:
            numbers = {likeness.phone_key(phone, now.country) for phone in (now.phone, *now.more_phones)}
            _add_channel(
                keep_id, "phone", left["phone"], known=likeness.phone_key(left["phone"], now.country) in numbers
            )
        elif one.key == "name":
            _keep_person(keep_id, now, left)
        elif one.key == "address" and _says("address", left) and not _same_place(one):
            db.insert("customer_address", {"customer_id": keep_id, "kind": "delivery", "name": lose.name, **left})


def _keep_person(customer_id: int, now: Customer, left: dict[str, Any]) -> None:
    """Whom to ask for in a company stays known beside the one who is named now."""
    if left["last_name"] and left["kind"] == "organisation" and left["last_name"] != now.last_name:
        person = {name: left[name] for name in ("salutation", "title", "first_name", "last_name")}
        db.insert("contact_person", {"customer_id": customer_id, **person})


def _add_channel(customer_id: int, kind: str, value: str, *, known: bool) -> None:
    if not known:
        db.insert("contact_channel", {"customer_id": customer_id, "kind": kind, "value": value})


def _same_place(one: Difference) -> bool:
    """Whether two addresses differ in spelling alone."""
    mine, theirs = (
        {name: text.fold(value) for name, value in side.items() if name != "country"} for side in (one.mine, one.theirs)
    )
    return mine == theirs


def _take_rows(keep_id: int, lose_id: int) -> None:
    """Point every row that refers to the losing record to the other one, but for those that stay.

    Two rows of which there may be only one per customer (the same tag, the same own field): the losing record keeps its.
    """
    values = {"keep": keep_id, "lose": lose_id}
    for table, column in _references():
        stays = f" AND NOT coalesce(({_STAYS[table]}), 0)" if table in _STAYS else ""
        db.execute(f"UPDATE OR IGNORE {table} SET {column} = :keep WHERE {column} = :lose{stays}", values)
    db.execute("UPDATE attachment SET owner_id = :keep WHERE owner = 'customer' AND owner_id = :lose", values)


def _references() -> list[tuple[str, str]]:
    """Every table with a foreign key to `customer`, and the column that holds it."""
    return [
        (table, column)
        for table, column in db.query(
            'SELECT m.name, f."from" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f '
            "WHERE m.type = 'table' AND f.\"table\" = 'customer' ORDER BY m.name"
        )
    ]


def _note(keep: Customer, lose: Customer, found: list[tuple[Difference, str]]) -> None:
    """Write into the timeline what was merged, with all that was not taken; this entry is also the pointer.

    It stands at the moment of the newest entry: putting records in order is no contact with a customer.
    """
    newest = db.value("SELECT max(happened_at) FROM timeline_entry WHERE customer_id = ?", [keep.id])
    now = dates.instant_text(dates.now())
    left = [_left_words(one, choice) for one, choice in found if choice != BOTH]
    db.insert(
        "timeline_entry",
        {
            "customer_id": keep.id,
            "kind": KIND,
            "happened_at": newest or keep.created_at or now,
            "title": _("Merged with {name} ({number})").format(name=lose.name, number=lose.number),
            "body": "\n".join(line for line in left if line),
            "record": "customer",
            "record_id": lose.id,
            "created_at": now,
        },
    )


def _left_words(one: Difference, choice: str) -> str:
    left = one.mine if choice == THEIRS else one.theirs
    return ", ".join(str(value) for name, value in left.items() if value and name != "kind")
