"""What the texts of campaigns can say about customers: the fields of many customers, read in a few statements.

Fields are called as an owner calls them: {first_name}, {city}, {last_purchase}; own fields under their own names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from crm_desktop.billing.document import Party
from crm_desktop.company import profile
from crm_desktop.core import formats
from crm_desktop.core.i18n import N_, document_text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

FIELDS = {
    "greeting": N_("Good day with name and comma, in their language"),
    "first_name": N_("First name"),
    "last_name": N_("Last name"),
    "salutation": N_("Form of address"),
    "title": N_("Title"),
    "name": N_("Name of the customer"),
    "company": N_("Company"),
    "city": N_("Town"),
    "postcode": N_("Postcode"),
    "street": N_("Street"),
    "country": N_("Country, as DE"),
    "email": N_("E-mail"),
    "phone": N_("Phone"),
    "number": N_("Customer number"),
    "person_role": N_("What the contact person does there"),
    "kind": N_("“person” or “company”"),
    "language": N_("Language, as de"),
    "tags": N_("Tags, separated by commas"),
    "stage": N_("Stage"),
    "birthday": N_("Birthday"),
    "last_purchase": N_("Day of the last purchase"),
    "days_since_purchase": N_("Days since the last purchase"),
    "purchases": N_("How many purchases"),
    "our_company": N_("Your company"),
    "our_owner": N_("Your name"),
    "our_phone": N_("Your phone"),
    "our_website": N_("Your website"),
}
_COLUMNS = (
    "id", "number", "kind", "name", "company", "salutation", "title", "first_name", "last_name", "addition", "street",
    "postcode", "city", "state", "country", "email", "phone", "language", "birthday_on",
)  # fmt: skip


def names() -> list[str]:
    """All names that a text may use: ours, then the owner's own fields."""
    own = [str(name) for (name,) in db.query("SELECT name FROM custom_field ORDER BY position, id")]
    return [*FIELDS, *(name for name in own if name not in FIELDS)]


def help_lines() -> list[tuple[str, str]]:
    """Every field and what it holds, for whoever writes a text."""
    return [(name, _(FIELDS[name]) if name in FIELDS else _("Your own field")) for name in names()]


def parties(customer_ids: Sequence[int]) -> dict[int, Party]:
    """The customers as they stand on papers, by id."""
    home = profile.load().country
    sql = f"SELECT {', '.join(_COLUMNS)} FROM customer WHERE id IN (SELECT value FROM json_each(?))"
    found = {}
    for row in db.records(sql, [json.dumps(list(customer_ids))]):
        values = {name: str(row[name] or "") for name in _COLUMNS}
        found[int(row["id"])] = values | {"country": values["country"] or home}
    return found


def values(customer_ids: Sequence[int], day: date) -> Iterator[tuple[int, dict[str, str]]]:
    """The fields of customers, one after the other, as they are on a day; in each customer's own language."""
    people = parties(customer_ids)
    asked = json.dumps(list(customer_ids))
    more = _more(asked)
    company = profile.load()
    ours = {
        "our_company": company.name,
        "our_owner": company.owner or company.name,
        "our_phone": company.phone,
        "our_website": company.website,
    }
    blank = dict.fromkeys(names(), "")
    for customer_id in customer_ids:
        party = people.get(customer_id)
        if party is None:
            continue
        language = party["language"] or company.language
        yield (
            customer_id,
            blank
            | _own(party, language)
            | more.get(customer_id, {})
            | _bought(more.get(customer_id, {}), party, language, day)
            | ours,
        )


def persons(person_ids: Sequence[int]) -> dict[int, Party]:
    """Contact persons, by id: what stands over the customer's own where one of its people is written to."""
    sql = (
        "SELECT id, customer_id, salutation, title, first_name, last_name, role AS person_role, email, phone, birthday_on "
        "FROM contact_person WHERE id IN (SELECT value FROM json_each(?))"
    )
    rows = db.records(sql, [json.dumps(list(person_ids))])
    return {int(row.pop("id")): {name: str(value or "") for name, value in row.items()} for row in rows}


def as_person(party: Party, person: Party) -> Party:
    """A customer as one of its people is written to: their name, mail, phone and birthday, at the customer's address."""
    name = " ".join(person[part] for part in ("title", "first_name", "last_name") if person[part])
    return party | {key: value for key, value in person.items() if key != "customer_id"} | {"contact": name}


def of_person(found: dict[str, str], party: Party) -> dict[str, str]:
    """The fields again, for one of the customer's people (`party` is what `as_person` gives)."""
    return found | _own(party, found["language"]) | {"person_role": party["person_role"]}


def in_language(found: dict[str, str], party: Party, language: str) -> dict[str, str]:
    """The fields again, for a text in another language than the customer's own."""
    return found | {"greeting": greeting(language, party), "language": language}


def _own(party: Party, language: str) -> dict[str, str]:
    born = party["birthday_on"]
    locale = formats.locale_name(language, party["country"])
    return {name: party[name] for name in _COLUMNS if name in FIELDS} | {
        "kind": "person" if party["kind"] == "person" else "company",
        "greeting": greeting(language, party),
        "language": language,
        "birthday": formats.day(date.fromisoformat(born), locale) if born else "",
    }


def greeting(language: str, party: Party) -> str:
    """How a letter to somebody begins; the same words as in mails."""
    named = party["kind"] == "person" or bool(party.get("contact"))
    first = party["salutation"] or (party["first_name"] if named else "")
    if party["last_name"] and first:
        said = " ".join(part for part in (first, party["title"], party["last_name"]) if part)
        return document_text(language, "Good day {name},").format(name=said)
    return document_text(language, "Good day,")


def _bought(found: dict[str, str], party: Party, language: str, day: date) -> dict[str, str]:
    last = found.get("last_purchase", "")
    if not last:
        return {"purchases": found.get("purchases", "0")}
    bought = date.fromisoformat(last)
    locale = formats.locale_name(language, party["country"])
    return {"last_purchase": formats.day(bought, locale), "days_since_purchase": str((day - bought).days)}


def _more(asked: str) -> dict[int, dict[str, str]]:
    """Tags, stage, purchases and own fields, by customer."""
    found: dict[int, dict[str, str]] = {}
    asked_ones = "IN (SELECT value FROM json_each(?))"
    statements = {
        "tags": "SELECT x.customer_id, group_concat(t.name, ', ') FROM customer_tag x JOIN tag t ON t.id = x.tag_id "
        f"WHERE x.customer_id {asked_ones} GROUP BY 1",
        "stage": "SELECT c.id, coalesce(nullif(s.name, ''), s.code) FROM customer c JOIN lifecycle_stage s "
        f"ON s.id = c.stage_id WHERE c.id {asked_ones}",
        "last_purchase": f"SELECT id, last_on FROM customer_sales WHERE last_on IS NOT NULL AND id {asked_ones}",
        "purchases": f"SELECT id, orders FROM customer_sales WHERE id {asked_ones}",
    }
    rows: Iterable[tuple[Any, ...]]
    for name, sql in statements.items():
        rows = db.query(sql, [asked])
        for customer_id, value in rows:
            found.setdefault(customer_id, {})[name] = str(value)
    own = db.query(
        "SELECT v.customer_id, f.name, v.value FROM custom_value v JOIN custom_field f ON f.id = v.field_id "
        "WHERE v.customer_id IN (SELECT value FROM json_each(?))",
        [asked],
    )
    for customer_id, name, value in own:
        if name not in FIELDS:
            found.setdefault(customer_id, {})[name] = str(value)
    return found
