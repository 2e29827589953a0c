"""Birthdays of a calendar: those of contact persons go to these persons, all others to customers as usual.

A calendar tells a name and a day. Who is no customer by that name, but is the only contact person of it, is meant.
"""

from __future__ import annotations

from datetime import date

from crm_desktop.core.text import fold
from crm_desktop.db import connection as db
from crm_desktop.exchange.customer_columns import CustomerColumns, display_name
from crm_desktop.exchange.customer_import import CustomerImport
from crm_desktop.exchange.deciding import AUTO, Decisions
from crm_desktop.exchange.records import Record
from crm_desktop.exchange.result import Outcome


class BirthdayImport(CustomerImport):
    """As `CustomerImport`, for the birthdays of a calendar."""

    def __init__(self, outcome: Outcome, *, dry_run: bool, decisions: Decisions | None = None) -> None:
        super().__init__(outcome, dry_run=dry_run, decisions=decisions)
        self._told, self._writes = outcome, not dry_run
        self._people = _people() if decisions is None or decisions.key == AUTO else {}

    def take_batch(self, batch: CustomerColumns | list[tuple[int, Record]]) -> None:
        """Take many birthdays, one by one: a calendar has few."""
        if isinstance(batch, CustomerColumns):
            self._content_of = batch.content_of
            batch = [(row, batch.record(place)) for place, row in enumerate(batch.rows)]
        super().take_batch(batch)

    def take_record(self, row: int, record: Record) -> int | None:
        """Take one birthday; gives the id of the customer it belongs to, also by a contact person."""
        name = fold(display_name(record))
        person = self._people.get(name)
        if person is None or not record.get("birthday_on") or self.known.find(record, name) is not None:
            return super().take_record(row, record)
        table, person_id, customer_id, shown, before = person
        day = str(record["birthday_on"])
        if before[5:] == day[5:]:
            self._told.unchanged["customers"] += 1
            return customer_id
        self._told.updated["customers"] += 1
        self._told.change(row, shown, "birthday_on", date.fromisoformat(before) if before else "", day)
        if self._writes:
            db.update(table, person_id, {"birthday_on": day})
        return customer_id


_Person = tuple[str, int, int, str, str]


def _people() -> dict[str, _Person]:
    """Persons of firms by their folded name, where it is the only one: table, id, customer, name shown, birthday."""
    found: dict[str, list[_Person]] = {}
    rows = db.query(
        "SELECT 'contact_person', p.id, c.id, c.name, trim(p.first_name || ' ' || p.last_name), coalesce(p.birthday_on, '') "
        "FROM contact_person p JOIN customer c ON c.id = p.customer_id WHERE c.deleted_at IS NULL "
        "UNION ALL SELECT 'customer', id, id, name, trim(first_name || ' ' || last_name), coalesce(birthday_on, '') "
        "FROM customer WHERE company <> '' AND deleted_at IS NULL"
    )
    for table, person_id, customer_id, customer, name, birthday in rows:
        if name:
            person = (str(table), int(person_id), int(customer_id), f"{name} · {customer}", str(birthday))
            found.setdefault(fold(name), []).append(person)
    return {name: people[0] for name, people in found.items() if len(people) == 1}
