"""Cleaning: what is wrong in the records of customers, what was probably meant, and mending it in one step that can be undone.

`find` looks at all customers that are not in the bin, with their contact persons and further addresses. A finding that the
owner called right stays away for good, until the value is another.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.i18n import N_, ngettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.customers import cleaning_checks, cleaning_text, customers
from crm_desktop.db import connection as db

QUIET_YEARS = 3
_IGNORED = "cleaning.ignored"
# Kinds of findings, in the order of the views.
KINDS = {
    "encoding": N_("Broken letters"),
    "case": N_("Capitals"),
    "email": N_("E-mails"),
    "phone": N_("Phones"),
    "iban": N_("IBANs"),
    "vat_id": N_("VAT ids"),
    "postcode": N_("Postcodes"),
    "outdated": N_("Outdated"),
}
FIELDS = {
    "name": N_("Name"), "company": N_("Company"), "first_name": N_("First name"), "last_name": N_("Last name"),
    "addition": N_("Second address line"), "street": N_("Street"), "city": N_("Town"), "email": N_("E-mail"),
    "invoice_email": N_("E-mail for invoices"), "phone": N_("Phone"), "iban": N_("IBAN"), "vat_id": N_("VAT id"),
    "postcode": N_("Postcode"), "notes": N_("Notes"), "value": N_("Further e-mail or phone"), "archived_at": N_("Customer"),
    "role": N_("Role"),
}  # fmt: skip
_NAMES = ("name", "company", "first_name", "last_name")
_CASED = (*_NAMES, "street", "city")
_TEXTS = ("name", "company", "first_name", "last_name", "addition", "street", "city", "notes", "role")
_CHECKS: dict[str, Callable[[str, str], cleaning_checks.Wrong]] = {
    "email": lambda value, _country: cleaning_checks.email(value),
    "phone": cleaning_checks.phone,
    "iban": lambda value, _country: cleaning_checks.iban(value),
    "vat_id": cleaning_checks.vat_id,
}
_EVERY = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend: where (`table`, `row_id`, `field`), what stands there, and what was meant ("" if nobody can know)."""

    customer_id: int
    customer: str
    kind: str
    table: str
    row_id: int
    field: str
    old: str
    new: str
    why: str

    @property
    def key(self) -> str:
        """By which it is remembered as right."""
        said = hashlib.sha256(self.old.encode()).hexdigest()[:12]
        return f"{self.kind}:{self.table}:{self.row_id}:{self.field}:{said}"


@dataclass(frozen=True, slots=True)
class _Place:
    """One record that is looked at."""

    customer_id: int
    customer: str
    table: str
    row: dict[str, Any]
    country: str
    is_person: bool


# ---- finding ---------------------------------------------------------------------------------------------------------


def find(progress: Progress | None = None) -> list[Finding]:
    """All findings, by kind and customer.

    Raises:
        Cancelled: through `progress`.
    """
    progress = progress or Progress()
    ignored = _ignored()
    number = int(db.value("SELECT count(*) FROM customer WHERE deleted_at IS NULL") or 0)
    found: list[Finding] = []
    for seen, place in enumerate(_places()):
        if seen % _EVERY == 0:
            progress(min(seen, number), number, _("Looking at the customers"))
        found += _look(place)
    progress.check()
    found += _postcodes()
    found += _outdated()
    order = list(KINDS)
    kept = [one for one in found if one.key not in ignored]
    return sorted(kept, key=lambda one: (order.index(one.kind), one.customer.casefold(), one.customer_id, one.field))


def _places() -> Iterator[_Place]:
    home = profile.load().country
    who: dict[int, tuple[str, str]] = {}
    for row in db.records(
        "SELECT id, kind, name, company, first_name, last_name, addition, street, postcode, city, country, email, "
        "invoice_email, phone, iban, vat_id, notes FROM customer WHERE deleted_at IS NULL AND erased_at IS NULL"
    ):
        row["name"] = "" if row["name"] == customers.display_name(row) else row["name"]
        shown = row["name"] or customers.display_name(row)
        who[row["id"]] = shown, row["country"] or home
        yield _Place(row["id"], shown, "customer", row, row["country"] or home, row["kind"] == "person")
    for table, columns in (
        ("contact_person", "first_name, last_name, role, email, phone"),
        ("contact_channel", "kind, value"),
        ("customer_address", "name, addition, street, postcode, city"),
    ):
        for row in db.records(f"SELECT id, customer_id, {columns} FROM {table}"):
            if row["customer_id"] in who:
                shown, country = who[row["customer_id"]]
                yield _Place(row["customer_id"], shown, table, row, country, table == "contact_person")


def _look(place: _Place) -> Iterator[Finding]:
    row = place.row
    if place.table == "contact_channel":
        yield from _checked(place, "value", row["kind"] if row["kind"] in ("email", "phone") else "")
        return
    for field in _TEXTS:
        value = row.get(field)
        if value:
            yield from _text(place, field, value)
    for field, kind in (
        ("email", "email"),
        ("invoice_email", "email"),
        ("phone", "phone"),
        ("iban", "iban"),
        ("vat_id", "vat_id"),
    ):
        yield from _checked(place, field, kind)


def _text(place: _Place, field: str, value: str) -> Iterator[Finding]:
    read = cleaning_text.decoded(value)
    if read != value:
        yield _finding(place, "encoding", field, read, _("Letters were read in the wrong encoding."))
    elif cleaning_text.is_lost(value):
        yield _finding(place, "encoding", field, "", _("A letter is lost. Write it anew."))
    elif field in _CASED:
        usual = cleaning_text.cased(value, of=_named(place, field), starts_small=field == "last_name")
        if usual != value:
            in_capitals = cleaning_text.is_in_capitals(value)
            why = _("Written in capitals alone.") if in_capitals else _("Written in small letters alone.")
            yield _finding(place, "case", field, usual, why)


def _named(place: _Place, field: str) -> str:
    """What a field names."""
    if field in ("street", "city"):
        return cleaning_text.PLACE
    is_person = place.is_person or field in ("first_name", "last_name")
    return cleaning_text.PERSON if is_person and field != "company" else cleaning_text.COMPANY


def _checked(place: _Place, field: str, kind: str) -> Iterator[Finding]:
    value = place.row.get(field)
    if not value or not kind:
        return
    wrong = _CHECKS[kind](value, place.country)
    if wrong is not None:
        yield _finding(place, kind, field, *wrong)


def _finding(place: _Place, kind: str, field: str, new: str, why: str) -> Finding:
    row = place.row
    return Finding(place.customer_id, place.customer, kind, place.table, row["id"], field, row[field], new, why)


_ADDRESSES = (
    "SELECT 'customer' AS kind, id, id AS customer_id, name, city, country, postcode, street FROM customer "
    "WHERE deleted_at IS NULL AND erased_at IS NULL UNION ALL "
    "SELECT 'customer_address', a.id, c.id, c.name, a.city, coalesce(nullif(a.country, ''), c.country), a.postcode, a.street "
    "FROM customer_address a JOIN customer c ON c.id = a.customer_id WHERE c.deleted_at IS NULL AND c.erased_at IS NULL"
)


def _postcodes() -> Iterator[Finding]:
    """Postcodes that are missing or cannot be; where all others of the town share one, it is proposed."""
    home, known = profile.load().country, defaultdict[tuple[str, str], Counter[str]](Counter)
    found = db.query(
        f"SELECT kind, id, customer_id, name, city, fold(city), country, postcode FROM ({_ADDRESSES}) "
        "WHERE street <> '' AND city <> '' OR postcode <> ''"
    )
    for *_ids, folded, country, code in found:
        if code and folded:
            known[folded, country or home][code] += 1
    for table, row_id, customer_id, name, city, folded, country, code in found:
        land = country or home
        if code:
            wrong = cleaning_checks.postcode(code, land)
            if wrong is not None:
                yield Finding(customer_id, name, "postcode", table, row_id, "postcode", code, *wrong)
        elif land not in cleaning_checks.WITHOUT_POSTCODE:
            codes = known.get((folded, land), Counter())
            shared, times = codes.most_common(1)[0] if len(codes) == 1 else ("", 0)
            why = _("The address in {town} has no postcode.").format(town=city)
            yield Finding(
                customer_id, name, "postcode", table, row_id, "postcode", "", shared if times > 1 else "", why
            )


# Nothing billed, nothing noted and no entry since a day; nobody owes money, no contract runs, no reminder waits.
_OUTDATED = """
SELECT c.id, c.name, max(substr(c.created_at, 1, 10), coalesce(s.last_on, ''), coalesce(substr(l.last_contact_at, 1, 10), ''))
FROM customer c JOIN customer_list l ON l.id = c.id LEFT JOIN customer_sales s ON s.id = c.id
WHERE c.deleted_at IS NULL AND c.archived_at IS NULL AND c.created_at < ?1 AND coalesce(s.last_on, '') < ?1
  AND coalesce(l.last_contact_at, '') < ?1
  AND NOT EXISTS (SELECT 1 FROM document_balance b WHERE b.customer_id = c.id AND b.open_minor <> 0)
  AND NOT EXISTS (SELECT 1 FROM contract k WHERE k.customer_id = c.id AND k.deleted_at IS NULL AND k.state <> 'ended')
  AND NOT EXISTS (SELECT 1 FROM reminder r WHERE r.customer_id = c.id AND r.done_at IS NULL AND r.deleted_at IS NULL)
"""


def _outdated() -> Iterator[Finding]:
    before = dates.add_months(dates.today(), -12 * QUIET_YEARS).isoformat()
    why = _("No business and no contact for more than {years} years.").format(years=QUIET_YEARS)
    for row_id, name, last in db.query(_OUTDATED, [before]):
        yield Finding(row_id, name, "outdated", "customer", row_id, "archived_at", last, _("Archive"), why)


# ---- mending ---------------------------------------------------------------------------------------------------------


def mend(findings: Iterable[Finding], progress: Progress | None = None) -> int:
    """Write what was meant, in one step; what was changed since it was found stays. Gives how many values were written.

    Raises:
        Cancelled: through `progress`; nothing is written then.
    """
    wanted = [one for one in findings if one.new]
    progress = progress or Progress()
    words = ngettext("Clean {n} entry", "Clean {n} entries", len(wanted)).format(n=len(wanted))
    written, renamed = 0, {one.customer_id for one in wanted if one.table == "customer" and one.field in _NAMES}
    with db.transaction(words):
        before = _shown_names(renamed)
        for place, one in enumerate(wanted):
            if place % _EVERY == 0:
                progress(place, len(wanted), words)
            written += _write(one)
        _rename(before)
    return written


def _write(one: Finding) -> int:
    now = dates.stamp()
    if one.kind == "outdated":
        changed = "archived_at = ?1, updated_at = ?2 WHERE id = ?3 AND archived_at IS NULL"
        return db.execute(f"UPDATE customer SET {changed}", [dates.instant_text(dates.now()), now, one.row_id]).rowcount
    stamp = ", updated_at = ?4" if one.table == "customer" else " "
    values = [one.new, one.row_id, one.old, *([now] if one.table == "customer" else [])]
    return db.execute(
        f"UPDATE {one.table} SET {one.field} = ?1{stamp} WHERE id = ?2 AND {one.field} = ?3", values
    ).rowcount


def _shown_names(ids: set[int]) -> dict[int, bool]:
    """Customers whose name on lists follows from their other names."""
    rows = db.records(
        "SELECT id, name, company, first_name, last_name, title, email FROM customer WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps(sorted(ids))],
    )
    return {row["id"]: row["name"] == customers.display_name(row) for row in rows}


def _rename(before: dict[int, bool]) -> None:
    for customer_id, follows in before.items():
        if follows:
            row = db.records("SELECT * FROM customer WHERE id = ?", [customer_id])[0]
            db.update("customer", customer_id, {"name": customers.display_name(row)})


def _ignored() -> set[str]:
    stored = db.value("SELECT value FROM setting WHERE key = ?", [_IGNORED])
    return set(json.loads(stored)) if stored else set()


def ignore(findings: Iterable[Finding], *, ignored: bool = True) -> None:
    """Remember that these values are right, or ask about them again."""
    keys = {one.key for one in findings}
    with db.transaction():
        found = _ignored() | keys if ignored else _ignored() - keys
        db.execute("INSERT OR REPLACE INTO setting VALUES(?, ?)", [_IGNORED, json.dumps(sorted(found))])
