"""A quick line for a customer, understood with their people and records, and written in one step with its reminder."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from crm_desktop.activity import quick_entry, reminders, timeline
from crm_desktop.activity.quick_entry import Understood
from crm_desktop.core import dates, text
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import contacts, customers, merging
from crm_desktop.db import connection as db

_NUMBER_LIKE = re.compile(r"[\w./-]*\d[\w./-]*")
# What a line can be about: record → how a customer's records of the kind are found by number or title. {family} stands
# for the customer and the records merged into it.
_ABOUT = {
    "document": "SELECT id, number FROM document WHERE customer_id IN {family} AND state = 'issued' AND number <> ''",
    "case": "SELECT id, number FROM support_case WHERE customer_id IN {family} AND deleted_at IS NULL",
    "contract": "SELECT id, title FROM contract WHERE customer_id IN {family} AND deleted_at IS NULL",
    "opportunity": "SELECT id, title FROM opportunity WHERE customer_id IN {family} AND deleted_at IS NULL",
}
_SHORTEST_TITLE = 4


@dataclass(frozen=True)
class Written:
    """What a line became; None where it made none."""

    entry_id: int | None
    reminder_id: int | None


def understand(customer_id: int, line: str, kind: str = "", *, month_first: bool = False) -> Understood:
    """Understand a line about a customer: their people are known by name. `kind` is meant where the line names none."""
    found = customers.get(customer_id)
    people = [(person.id, person.name) for person in contacts.people(customer_id)]
    now = dates.now().astimezone()
    own = text.tidy(f"{found.first_name} {found.last_name}")
    # The customer in person is known by name too; 0 stands for them.
    known = [*people, *([(0, own)] if own else [])]
    return quick_entry.read(line, people=known, kind=kind, now=now.time(), month_first=month_first)


def write(
    customer_id: int,
    line: str,
    kind: str = "",
    *,
    minutes: int | None = None,
    who: str = "",
    person_id: int | None = None,
    month_first: bool = False,
) -> Written:
    """Write a quick line into the timeline, with its reminder, as one step that can be undone.

    `minutes`, `who` and `person_id` are how long it took and with whom, where the line does not say so (a logged call).

    Raises:
        ValidationError: nothing was typed.
    """
    line = text.tidy_lines(line)
    if not line:
        raise ValidationError({"title": _("Write what happened.")})
    found = understand(customer_id, line, kind, month_first=month_first)
    if not found.who:
        found = replace(found, who=who, person=person_id)
    entry = reminder = None
    with db.transaction(_("Note “{title}”").format(title=text.tidy(line)[:60])):
        if not found.only_reminder:
            entry = _write_entry(customer_id, line, found, minutes)
        if found.remind_on is not None:
            reminder = reminders.save(
                found.remind, found.remind_on, due_time=found.remind_at, customer_id=customer_id,
                repeats=found.repeats, repeats_from=found.repeats_from or "due", **_reminded_of(customer_id, found),
            )  # fmt: skip
    return Written(entry, reminder)


def _write_entry(customer_id: int, line: str, found: Understood, minutes: int | None) -> int:
    title, body = found.title, found.body
    if not title:  # nothing but "call with Anna": the words that were typed are the heading
        title = line.split("\n", maxsplit=1)[0]
    return timeline.add(
        customer_id,
        found.kind or "note",
        title,
        body=body,
        happened_at=quick_entry.happened_at(found, dates.now()),
        about=about(customer_id, f"{found.about} {found.text}"),
        direction=found.direction,
        minutes=found.minutes or minutes,
        who=found.who,
        person_id=found.person or None,
        channel=found.channel,
    )


def about(customer_id: int, words: str) -> tuple[str, int] | None:
    """The record of a customer that is meant by words: a document or case by its number, a contract or deal by its title."""
    folded = f" {' '.join(text.fold(words).split())} "
    has_number = bool(_NUMBER_LIKE.search(words))
    for record, sql in _ABOUT.items():
        if record in ("document", "case") and not has_number:
            continue
        rows = db.query(sql.format(family=merging.family_sql("?1")), [customer_id])
        fits = [(len(name), row_id) for row_id, name in rows if len(name) >= _SHORTEST_TITLE and _names(folded, name)]
        if fits:
            return record, max(fits)[1]
    return None


def records(customer_id: int) -> list[tuple[str, int, str]]:
    """What an entry can be about: kind of record, id, and its number or title."""
    found = []
    for record, sql in _ABOUT.items():
        rows = db.query(f"{sql.format(family=merging.family_sql('?1'))} ORDER BY 1 DESC", [customer_id])
        found += [(record, int(row_id), str(name)) for row_id, name in rows]
    return found


def name_of(customer_id: int, record: str, record_id: int) -> str:
    """The number or title of such a record; empty where it is none of the customer's."""
    return next((name for kind, row_id, name in records(customer_id) if (kind, row_id) == (record, record_id)), "")


def _names(folded: str, name: str) -> bool:
    """Whether a folded text names something as a whole: not RE-1 within RE-12."""
    return re.search(rf"(?<![\w-]){re.escape(text.fold(name))}(?![\w-])", folded) is not None


def _reminded_of(customer_id: int, found: Understood) -> dict[str, Any]:
    """What the reminder is about, as the arguments of `reminders.save`."""
    record = about(customer_id, f"{found.about} {found.text} {found.remind}")
    names = {"document": "document_id", "contract": "contract_id"}
    return {names[record[0]]: record[1]} if record is not None and record[0] in names else {}
