"""Erasing a contact person of a customer: the customer stays, what is known about the person goes.

Their entry, consents and days, what waits to be sent to them, and their name and addresses in the texts of others, in
search, history and unused parts of the file. Talks, deals and cases stay with the customer, without the name. Issued papers
are the customer's and stay as they are until their date, also where they name the person.

Source: GDPR art. 17 (1) and (3) b; docs/decisions/0031-erasing.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date

from crm_desktop.core import dates
from crm_desktop.core.errors import NotFound
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.customers import contacts, customers
from crm_desktop.customers.contacts import Person
from crm_desktop.db import connection as db
from crm_desktop.safety import erased_backups, erasing_rows, erasure, keeping, wiping
from crm_desktop.safety.backup import Backup
from crm_desktop.safety.erasing_rows import Owned, listed
from crm_desktop.safety.erasure import Erasure, KeptPaper

_UNSENT = "('waiting', 'failed', 'unsure', 'given_up')"
# What of them is destroyed: table → how its rows are found, ?1 the person, ?2 their addresses as JSON, ?3 the customer.
_THEIRS = {
    "consent": "contact_person_id = ?1 AND ?2 IS NOT NULL AND ?3",
    "customer_date": "contact_person_id = ?1 AND ?2 IS NOT NULL AND ?3",
    "campaign_recipient": "contact_person_id = ?1 OR customer_id = ?3 AND address IN (SELECT value FROM json_each(?2))",
    "scenario_draft": "?1 AND customer_id = ?3 AND address IN (SELECT value FROM json_each(?2))",
    "mail": f"?1 AND ?3 AND state IN {_UNSENT} AND recipient IN (SELECT value FROM json_each(?2))",
}
_STAY = ("timeline_entry", "opportunity", "support_case", "document")
_DRAFT_TEXTS = ("buyer", "ship_to", "intro", "closing", "internal_note", "order_number", "buyer_reference")


@dataclass(frozen=True)
class PersonPlan:
    """What erasing a contact person would do. `goes` counts rows by table; `papers` name them and stay."""

    person: Person
    customer: str
    customer_number: str
    goes: dict[str, int] = field(default_factory=dict)
    papers: tuple[KeptPaper, ...] = ()
    backups: tuple[Backup, ...] = ()


def find(customer_id: int, name: str) -> Person:
    """The contact person of a customer by name or e-mail address.

    Raises:
        NotFound: nobody, or more than one, is called so.
    """
    wanted = name.strip().casefold()
    found = [
        one
        for one in contacts.people(customer_id)
        if wanted in (one.name.casefold(), f"{one.first_name} {one.last_name}".strip().casefold(), one.email.casefold())
    ]
    if len(found) != 1:
        raise NotFound(_("There is no one contact person called {name} at this customer.").format(name=name))
    return found[0]


def plan(person_id: int) -> PersonPlan:
    """What would go and stay.

    Raises:
        NotFound: the person is no longer there.
    """
    customer_id = db.value("SELECT customer_id FROM contact_person WHERE id = ?", [person_id])
    if customer_id is None:
        raise NotFound(_("This entry is no longer there."))
    person = next(one for one in contacts.people(int(customer_id)) if one.id == person_id)
    customer, theirs = customers.get(person.customer_id), _theirs(person)
    return PersonPlan(
        person,
        customer.name,
        customer.number,
        {table: len(ids) for table, ids in theirs.items() if ids},
        tuple(_papers(person)),
        tuple(erased_backups.holding([person_id], "contact_person")),
    )


def _theirs(person: Person) -> Owned:
    """The rows that go with a person."""
    _names, reached = erasing_rows.words_of({"contact_person": {person.id}})
    mine = {word for word in reached if not erasing_rows.is_reached_by_others(word, person.id)}
    values = [person.id, json.dumps(sorted(mine)), person.customer_id]
    found: Owned = {"contact_person": {person.id}}
    for table, where in _THEIRS.items():
        found[table] = {row_id for (row_id,) in db.query(f"SELECT id FROM {table} WHERE {where}", values)}
    return found


def _papers(person: Person) -> list[KeptPaper]:
    """Issued papers of the customer on which the person is named, and that must be kept."""
    full = f"{person.first_name} {person.last_name}".strip()
    rows = db.query(
        "SELECT kind, number, issue_on FROM document WHERE state = 'issued' AND customer_id = ?1 AND (contact_person_id = ?2 "
        "OR (?3 <> '' AND instr(buyer, ?3) > 0)) ORDER BY issue_on, id",
        [person.customer_id, person.id, full],
    )
    papers = [(kind, number or "", date.fromisoformat(day)) for kind, number, day in rows if day]
    return [KeptPaper(kind, number, day, keeping.until(kind, day)) for kind, number, day in papers]


def erase(person_id: int, reason: str = "", progress: Progress | None = None) -> Erasure:
    """Destroy what is known about a contact person, for good; gives the record of it.

    Raises:
        NotFound: the person is no longer there.
        Problem: the disk is full while the file is written anew.
        Cancelled: through `progress`, before anything was erased.
    """
    progress = progress or Progress()
    progress(0, 3, _("Erasing"))
    with wiping.overwriting(), db.transaction(durable=True):
        found = plan(person_id)
        progress.check()
        _destroy(found.person)
        record_id = _note(found, reason)
        wiping.note()
    wiping.wipe(progress)
    return erasure.get(record_id)


def _destroy(person: Person) -> None:
    theirs = _theirs(person)
    names, reached = erasing_rows.words_of({"contact_person": {person.id}})
    with erasing_rows.thawed():
        for table in _STAY:
            db.execute(f"UPDATE {table} SET contact_person_id = NULL WHERE contact_person_id = ?", [person.id])
    for table in reversed(list(theirs)):
        db.execute(f"DELETE FROM {table} WHERE id IN (SELECT value FROM json_each(?))", [listed(theirs[table])])
        gone = theirs[table] | (
            erasing_rows.journaled(table, "contact_person_id", {person.id}) if table in _OF_PERSON else set()
        )
        erasing_rows.forget(table, gone)
    _redact_drafts(names | reached)
    erasing_rows.redact(names, reached)
    erasing_rows.mend_steps()


# Tables whose history names the person of each row.
_OF_PERSON = ("consent", "customer_date", "campaign_recipient")


def _redact_drafts(words: set[str]) -> None:
    """Drafts are no papers yet: nobody who is gone may come onto one."""
    for word in sorted(words, key=len, reverse=True):
        if not erasing_rows.is_whole(word) or erasing_rows.is_called(word) or erasing_rows.is_reached_by(word):
            continue
        for column in _DRAFT_TEXTS:
            db.execute(
                f"UPDATE document SET {column} = replace({column}, ?1, '') WHERE state = 'draft' AND instr({column}, ?1) > 0",
                [word],
            )


def _note(found: PersonPlan, reason: str) -> int:
    kept = {
        "goes": {"contact_person": 1} | found.goes,
        "papers": [[p.kind, p.number, p.issued_on.isoformat(), p.until.isoformat()] for p in found.papers],
    }
    now = dates.instant_text(dates.now())
    return db.insert(
        "erasure",
        {"customer_number": found.customer_number, "erased_at": now, "reason": reason.strip(), "kept": json.dumps(kept),
         "kept_until_on": None, "finished_at": now},
    )  # fmt: skip


def consequences(found: PersonPlan) -> list[str]:
    """What erasing means, in sentences."""
    words = _("{customer} stays. Name, addresses and consents of {name} are destroyed, also in texts, search and history; "
              "talks, deals and cases stay without the name. Nothing can be brought back.")  # fmt: skip
    said = [words.format(customer=found.customer, name=found.person.name)]
    if found.papers:
        stays = ngettext(
            "{n} issued paper names them and stays as it is, because it must be kept.",
            "{n} issued papers name them and stay as they are, because they must be kept.",
            len(found.papers),
        )
        said.append(stays.format(n=len(found.papers)))
    return said
