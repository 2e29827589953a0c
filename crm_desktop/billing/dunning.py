"""Reminders for money: who has to be reminded of what, and at which level. Nothing is sent by itself.

`due_now` looks at what is open today, also after weeks off: one proposal per customer and currency, with the highest level
that each invoice has reached. An invoice never gets the same level twice, nor a lower one afterwards, nor a further one
before the last day to pay of its last letter has passed. What is on hold is shown and left out. Credit notes and money
paid beyond what was owed are deducted. Letters are made by `dunning_letters`.

Source: billing rules, "Payments and reminders"; docs/decisions/0021-dunning.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from crm_desktop.activity import timeline
from crm_desktop.billing import dunning_charges, dunning_levels, interest, settlement
from crm_desktop.billing.dunning_levels import Level
from crm_desktop.company import profile
from crm_desktop.core import dates, i18n, text
from crm_desktop.core.errors import NotFound
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db


@dataclass(frozen=True, slots=True)
class Past:
    """A reminder that a document got: its level as days after the due date, its letter, until when it could be paid."""

    level_days: int
    number: str
    made_on: date
    deadline_on: date | None


@dataclass(frozen=True, slots=True)
class Item:
    """A document with something open. `level` is the one that it reached and has not had; below zero open is a credit."""

    document_id: int
    kind: str
    number: str
    issue_on: date
    due_on: date
    days_late: int
    total_minor: int
    open_minor: int
    hold: str = ""
    level: Level | None = None
    past: tuple[Past, ...] = ()
    interest_minor: int = 0

    @property
    def last(self) -> Past | None:
        """The reminder that it got last."""
        return self.past[-1] if self.past else None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A letter that could be made for a customer in one currency; all amounts are minor units.

    `items` are claimed, `coming` are open but not late, `held` are left out because of a hold, `credits` are deducted, as
    is `credit_minor`, what was paid beyond. `level` is the highest of its items, `hold` why the customer is left alone.

    A sale without a customer gets a letter of its own, to the buyer whose address it holds; `customer_id` is then minus the
    id of the document.
    """

    customer_id: int
    customer: str
    is_business: bool
    language: str
    currency: str
    items: tuple[Item, ...]
    coming: tuple[Item, ...] = ()
    held: tuple[Item, ...] = ()
    credits: tuple[Item, ...] = ()
    credit_minor: int = 0
    level: Level | None = None
    hold: str = ""
    fee_minor: int = 0
    earlier_fees_minor: int = 0
    charges_paid_minor: int = 0

    @property
    def waits(self) -> bool:
        """Whether a letter can be made: a level is reached, nobody holds it, and something is left to ask for."""
        return self.level is not None and not self.hold and self.open_minor > 0

    @property
    def open_minor(self) -> int:
        """What is open of its items, less credits."""
        return sum(item.open_minor for item in (*self.items, *self.credits)) - self.credit_minor

    @property
    def interest_minor(self) -> int:
        """The interest of all items."""
        return sum(item.interest_minor for item in self.items)

    @property
    def charges_minor(self) -> int:
        """Interest and fees, those of earlier letters included, less what was paid on them; never below zero."""
        asked = self.interest_minor + self.fee_minor + self.earlier_fees_minor
        return max(0, asked - self.charges_paid_minor)

    @property
    def total_minor(self) -> int:
        """What the letter asks for."""
        return self.open_minor + self.charges_minor

    @property
    def days_late(self) -> int:
        """How late its oldest item is."""
        return max((item.days_late for item in self.items), default=0)


def due_now(day: date | None = None) -> list[Proposal]:
    """What could be sent on a day (today), the latest payer first; those on hold are in it, to be shown."""
    until = day or dates.today()
    if db.in_transaction() or not db.is_open():
        return _in_order(until)
    state = (str(db.path()), until, i18n.language(), _changes[0], *db.one(_STATE))
    for of, found in _kept:
        if of == state:
            return list(found)
    found = _in_order(until)
    _kept[:] = [(state, found)]
    return list(found)


def _in_order(until: date) -> list[Proposal]:
    return sorted(_proposals(until), key=lambda found: (-found.days_late, found.customer, found.currency))


# The proposals as they were last worked out: Today, its number in the sidebar and the page of late payers ask for the same.
_kept: list[tuple[tuple[object, ...], list[Proposal]]] = []
_changes = [0]
# What is written there changes no proposal.
_NO_MATTER = frozenset({"setting", "reminder", "timeline_entry", "mail", "segment", "segment_count", "import_mapping"})
# What another program may have changed meanwhile.
_STATE = (
    "SELECT count(*), total(open_minor), (SELECT max(id) FROM dunning_letter), (SELECT max(id) FROM dunning_item), "
    "(SELECT max(id) FROM allocation) FROM document_balance WHERE open_minor <> 0"
)


def _note(written: frozenset[str]) -> None:
    _changes[0] += bool(written - _NO_MATTER)


db.on_commit(_note)


def waiting(day: date | None = None) -> list[Proposal]:
    """The proposals of which letters can be made."""
    return [found for found in due_now(day) if found.waits]


def proposal(
    customer_id: int,
    currency: str,
    *,
    level: int | None = None,
    leave_out: Collection[int] = (),
    day: date | None = None,
) -> Proposal:
    """The proposal for one customer and currency, at another level or without some documents.

    Args:
        customer_id: the customer.
        currency: the currency of the documents.
        level: the position of the level to use; without it, the one that was reached.
        leave_out: documents that shall not be in the letter.
        day: the day of the letter, today if not given.

    Raises:
        NotFound: nothing is open, or there is no such level.
    """
    chosen = dunning_levels.get(level) if level is not None else None
    for found in _proposals(day or dates.today(), customer_id, currency, chosen, frozenset(leave_out)):
        return found
    raise NotFound(_("Nothing is left to remind this customer of. It was paid, or a letter was made meanwhile."))


# ---- reading ---------------------------------------------------------------------------------------------------------

_OPEN = """
SELECT coalesce(d.customer_id, -d.id), d.currency, d.id, d.kind, coalesce(d.number, ''), coalesce(d.issue_on, d.due_on),
  coalesce(d.due_on, d.issue_on), d.due_minor, b.open_minor, d.dunning_hold, coalesce(c.name, json_extract(d.buyer, '$.name'), ''),
  coalesce(c.kind, json_extract(d.buyer, '$.kind'), 'person'), coalesce(c.language, d.language), coalesce(c.dunning_hold, ''),
  d.customer_id IS NOT NULL OR (coalesce(json_extract(d.buyer, '$.name'), '') <> ''
    AND coalesce(json_extract(d.buyer, '$.street'), '') || coalesce(json_extract(d.buyer, '$.city'), '') <> '')
FROM document_balance b JOIN document d ON d.id = b.id LEFT JOIN customer c ON c.id = d.customer_id
WHERE b.open_minor <> 0 AND d.kind IN ('invoice', 'receipt', 'credit_note') AND c.deleted_at IS NULL
  AND coalesce(d.due_on, d.issue_on) IS NOT NULL
  AND (:customer IS NULL OR d.customer_id = :customer OR (d.customer_id IS NULL AND d.id = -:customer))
  AND (:currency IS NULL OR d.currency = :currency)
ORDER BY 1, d.currency, 7, d.id
"""
_PAST = """
SELECT i.document_id, coalesce(v.days, json_extract(l.content, '$.level_days'), 0), l.number, l.made_on, l.deadline_on
FROM dunning_item i JOIN dunning_letter l ON l.id = i.letter_id LEFT JOIN dunning_level v ON v.position = i.level
WHERE (:customer IS NULL OR l.customer_id = :customer OR i.document_id = -:customer) ORDER BY l.made_on, l.id
"""


@dataclass(frozen=True, slots=True)
class _Run:
    """What holds for all proposals that are worked out in one go."""

    day: date
    levels: list[Level]
    chosen: Level | None
    leave_out: frozenset[int]
    currency: str
    rates: list[interest.Rate]
    past: dict[int, list[Past]]
    bases: dict[int, interest.Base]
    charges: dict[int, list[dunning_charges.Charge]]
    credits: dict[tuple[int, str], int]

    def level_of(self, since_due: int, past: list[Past]) -> Level | None:
        """The level that an invoice gets now, or None: the highest reached, above the last one."""
        done = max((entry.level_days for entry in past), default=-(10**6))
        reached = [
            level
            for level in self.levels
            if done < level.days <= since_due and not (level.before_due and since_due > 0)
        ]
        if self.chosen is not None:
            return self.chosen if self.chosen.days > done and (since_due > 0 or reached) else None
        runs = any(entry.deadline_on is not None and entry.deadline_on >= self.day for entry in past)
        return reached[-1] if reached and not runs else None


def _proposals(
    day: date,
    customer_id: int | None = None,
    currency: str | None = None,
    chosen: Level | None = None,
    leave_out: frozenset[int] = frozenset(),
) -> Iterator[Proposal]:
    known = profile.load()
    past: dict[int, list[Past]] = {}
    for document_id, days, number, made, until in db.query(_PAST, {"customer": customer_id}):
        deadline = date.fromisoformat(until) if until else None
        past.setdefault(document_id, []).append(Past(days, number, date.fromisoformat(made), deadline))
    groups: dict[tuple[int, str], list[tuple[Any, ...]]] = {}
    for row in db.query(_OPEN, {"customer": customer_id, "currency": currency}):
        groups.setdefault((row[0], row[1]), []).append(row)
    # What concerns single customers is read for all of them at once: there may be ten thousand.
    documents = [row[2] for rows in groups.values() for row in rows]
    levels, rates = dunning_levels.levels(), interest.rates()
    with_interest = rates and any(level.with_interest for level in (*levels, *([chosen] if chosen else [])))
    run = _Run(
        day,
        levels,
        chosen,
        leave_out,
        known.currency,
        rates,
        past,
        interest.bases(documents) if with_interest else {},
        dunning_charges.of_documents([i for i in documents if i in past]),
        settlement.credits_minor({key for key, _currency in groups if key > 0}),
    )
    for rows in groups.values():
        made = _propose(rows, run, known.language)
        if made is not None:
            yield made


def last_contacts(customer_ids: Collection[int]) -> dict[int, date]:
    """Customer → the day on which somebody last wrote to them or spoke with them; without those where nobody did."""
    kinds, wanted = (", ".join(f"'{kind}'" for kind in timeline.HAND_KINDS), ", ".join(map(str, customer_ids)))
    found = db.query(
        "SELECT customer_id, max(happened_at) FROM timeline_entry "
        f"WHERE customer_id IN ({wanted or 'NULL'}) AND kind IN ({kinds}) GROUP BY customer_id"
    )
    return {key: dates.instant_from(instant).astimezone().date() for key, instant in found}


def _item(row: tuple[Any, ...], run: _Run) -> Item:
    _customer, _currency, document_id, kind, number, issued, due, total, still, hold = row[:10]
    due_on = date.fromisoformat(due)
    past = run.past.get(document_id, [])
    since = (run.day - due_on).days
    level = run.level_of(since, past) if still > 0 else None
    return Item(
        document_id,
        kind,
        number,
        date.fromisoformat(issued),
        due_on,
        max(since, 0),
        total,
        still,
        hold,
        level,
        tuple(past),
    )


def _propose(rows: list[tuple[Any, ...]], run: _Run, language: str) -> Proposal | None:
    """The proposal for the open documents of one customer and currency; None where no level is reached."""
    customer_id, currency, *_more, name, kind, spoken, hold, is_reached = rows[0]
    found = [_item(row, run) for row in rows if row[2] not in run.leave_out]
    held = [item for item in found if item.hold and item.open_minor > 0]
    free = [item for item in found if not item.hold or item.open_minor < 0]
    asked = [item for item in free if item.level is not None]
    if not asked and not any(item.level for item in held):
        return None
    # A customer whose every reached invoice is on hold is shown with what would have been asked.
    levels = [item.level for item in (asked or held) if item.level is not None]
    level = max(levels, key=lambda entry: entry.days)
    only_notes = level.before_due
    claimed = [item for item in free if item.open_minor > 0 and (item.level if only_notes else item.days_late > 0)]
    coming = [item for item in free if item.open_minor > 0 and item not in claimed]
    business = kind == "organisation"
    if level.with_interest:
        claimed = [_with_interest(item, run, business=business) for item in claimed]
    if not is_reached:
        hold = _("{number} names no buyer with an address, so no letter can be written.").format(number=found[0].number)
    reminded = [item.document_id for item in claimed if item.past and not only_notes]
    earlier, paid = dunning_charges.total(charge for i in reminded for charge in run.charges.get(i, []))
    return Proposal(
        customer_id=customer_id,
        customer=name or _("Sale over the counter"),
        is_business=business,
        language=spoken or language,
        currency=currency,
        items=tuple(claimed),
        coming=tuple(coming),
        held=tuple(held),
        credits=tuple(item for item in free if item.open_minor < 0),
        credit_minor=max(0, run.credits.get((customer_id, currency), 0)),
        level=level,
        hold=hold or ("" if asked else held[0].hold),
        fee_minor=level.fee_minor if currency == run.currency else 0,
        earlier_fees_minor=earlier,
        charges_paid_minor=paid,
    )


def _with_interest(item: Item, run: _Run, *, business: bool) -> Item:
    base = run.bases.get(item.document_id)
    borne = interest.borne(base, run.day, business=business, known=run.rates) if base else []
    return replace(item, interest_minor=interest.sum_minor(borne))


# ---- holds -----------------------------------------------------------------------------------------------------------


def hold_customer(customer_id: int, reason: str) -> None:
    """Leave a customer alone, with the reason; an empty one ends the hold.

    Raises:
        NotFound: the customer is no longer there.
    """
    row = db.one("SELECT name FROM customer WHERE id = ? AND deleted_at IS NULL", [customer_id])
    if row is None:
        raise NotFound(_("This customer is no longer there."))
    title = _("Send {name} no reminders") if text.tidy(reason) else _("Send {name} reminders again")
    with db.transaction(title.format(name=row[0])):
        now = dates.instant_text(dates.now())
        db.update("customer", customer_id, {"dunning_hold": text.tidy(reason), "updated_at": now})


def hold_document(document_id: int, reason: str) -> None:
    """Leave an invoice out of reminders, with the reason (disputed, agreed, …); an empty one ends the hold.

    Raises:
        NotFound: there is no such issued document.
    """
    row = db.one("SELECT number FROM document WHERE id = ? AND state = 'issued'", [document_id])
    if row is None:
        raise NotFound(_("Only issued invoices can be left out of reminders."))
    title = _("Leave {number} out of reminders") if text.tidy(reason) else _("Remind of {number} again")
    with db.transaction(title.format(number=row[0])):
        now = dates.instant_text(dates.now())
        db.update("document", document_id, {"dunning_hold": text.tidy(reason), "updated_at": now})


def hold_of(document_id: int) -> str:
    """Why an invoice is left out of reminders; empty if it is not."""
    return str(db.value("SELECT dunning_hold FROM document WHERE id = ?", [document_id]) or "")
