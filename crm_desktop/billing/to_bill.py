"""What waits to be billed, of each customer in one list: services done and periods of schedules that are due.

`bill` makes a draft of what was chosen and holds it for that draft, in one transaction: an entry is on one bill at most.
While the draft lies in the bin, or once it is gone, its entries wait again; brought back, it holds them again. Billing
them anew removes such a draft from the bin, so that it cannot come back with what is billed elsewhere. Crediting an
invoice in full offers its entries for billing once more (`credited`; `credit_notes.release` lets them wait).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm_desktop.billing import credit_notes, drafts, problems, recurring, recurring_edit, to_bill_draft
from crm_desktop.billing.document import Draft
from crm_desktop.billing.recurring import Due
from crm_desktop.core import dates, text
from crm_desktop.core.errors import Conflict, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.sales import work_done
from crm_desktop.sales.work_done import WorkDone

_LEFT = "to_bill_left."


@dataclass(frozen=True)
class Entry:
    """One line of the list; `record` is the service or the due period. Amounts without tax, in minor units."""

    key: str
    customer_id: int
    customer: str
    contract_id: int | None
    title: str
    detail: str
    first: date
    last: date
    quantity: Decimal
    unit: str
    net_minor: int
    currency: str
    price_mode: str
    record: WorkDone | Due

    @property
    def is_period(self) -> bool:
        """Whether it is a period of a schedule; else a service."""
        return isinstance(self.record, Due)


@dataclass(frozen=True)
class Account:
    """All that waits of one customer, oldest first; `sums` by currency, without tax, in minor units."""

    id: int
    customer: str
    entries: tuple[Entry, ...]
    sums: dict[str, int]
    oldest: date


@dataclass(frozen=True)
class Held:
    """What an invoice holds that was credited in full: its number, customer, and how many entries could be billed again."""

    document_id: int
    number: str
    customer: str
    count: int


# ---- the list -------------------------------------------------------------------------------------------------------


def entries(customer_id: int | None = None) -> list[Entry]:
    """Everything that waits, of one customer or of all, oldest first."""
    found = [_of_service(service) for service in work_done.waiting(customer_id)]
    found += [_of_period(due) for due in recurring.due(customer_id)]
    return sorted(found, key=lambda e: (e.first, e.key))


def _of_service(service: WorkDone) -> Entry:
    return Entry(
        f"service:{service.id}", service.customer_id, service.customer, service.contract_id, service.name,
        service.description, service.done_on, service.done_on, service.quantity, service.unit, service.net_minor,
        service.currency, service.price_mode, service,
    )  # fmt: skip


def _of_period(due: Due) -> Entry:
    made, piece = due.schedule, due.piece
    return Entry(
        due.key, made.customer_id, made.customer, made.contract_id, made.title, "", piece.first, piece.last,
        Decimal(1), made.unit, due.net_minor, made.currency, made.price_mode, due,
    )  # fmt: skip


def accounts(search: str = "", customer_id: int | None = None) -> list[Account]:
    """What waits, customer by customer; whose oldest entry is oldest comes first."""
    grouped: dict[int, list[Entry]] = {}
    for entry in entries(customer_id):
        grouped.setdefault(entry.customer_id, []).append(entry)
    words = text.fold(search).split()
    found = [_account(of_one) for of_one in grouped.values()]
    return [a for a in found if all(word in text.fold(a.customer) for word in words)]


def _account(of_one: list[Entry]) -> Account:
    return Account(of_one[0].customer_id, of_one[0].customer, tuple(of_one), sums(of_one), min(e.first for e in of_one))


def sums(found: Iterable[Entry]) -> dict[str, int]:
    """The sums without tax by currency, in minor units."""
    totals: dict[str, int] = {}
    for entry in found:
        totals[entry.currency] = totals.get(entry.currency, 0) + entry.net_minor
    return totals


# ---- billing --------------------------------------------------------------------------------------------------------


def bill(customer_id: int, chosen: Sequence[str] | None = None) -> list[Draft]:
    """Make a draft of what waits (or of the chosen `Entry.key`s), saved; entries are in it by date.

    Usually one draft. Other currencies, other price modes and repeated invoices with discounts of their own get one each,
    because they cannot stand on one document.

    Raises:
        Conflict: something chosen does not wait any more.
        UserError: nothing waits.
        NotFound: the customer is no longer there.
    """
    with db.transaction(_title(customer_id)):
        waiting = {entry.key: entry for entry in entries(customer_id)}
        missing = [key for key in chosen or () if key not in waiting]
        if missing:
            raise Conflict(_("A part of this was billed or changed meanwhile. The list shows what still waits."))
        wanted = [entry for key, entry in waiting.items() if chosen is None or key in chosen]
        if not wanted:
            raise UserError(_("Nothing of this customer waits to be billed."))
        _clear_bin(wanted)
        return [_bill(customer_id, together) for together in to_bill_draft.groups(wanted)]


def _title(customer_id: int) -> str:
    name = db.value("SELECT name FROM customer WHERE id = ?", [customer_id])
    return _("Bill {name}").format(name=name or "")


def _bill(customer_id: int, together: list[Entry]) -> Draft:
    draft = drafts.save(to_bill_draft.make(customer_id, together))
    for entry in together:
        _hold(entry, draft.id or 0)
    return draft


def _hold(entry: Entry, draft_id: int) -> None:
    if isinstance(entry.record, Due):
        recurring_edit.settle(entry.record.schedule.id, (entry.first, entry.last), draft_id)
        return
    held = db.execute(
        "UPDATE service SET document_id = ? WHERE id = ? AND deleted_at IS NULL AND not_billed = 0 "
        "AND (document_id IS NULL OR document_id IN (SELECT id FROM document WHERE deleted_at IS NOT NULL))",
        [draft_id, entry.record.id],
    )
    if held.rowcount != 1:
        raise Conflict(_("“{name}” is on a bill already.").format(name=entry.title))


def _clear_bin(wanted: list[Entry]) -> None:
    """Remove drafts from the bin that held some of this, so that they cannot come back with it."""
    found: set[int] = set()
    for entry in wanted:
        if isinstance(entry.record, Due):
            held = db.query(
                "SELECT document_id FROM schedule_period WHERE schedule_id = ? AND from_on <= ? AND to_on >= ? "
                "AND document_id IS NOT NULL",
                [entry.record.schedule.id, entry.last.isoformat(), entry.first.isoformat()],
            )
            found |= {row[0] for row in held}
        elif entry.record.document_id is not None:
            found.add(entry.record.document_id)
    for document_id in found:
        try:
            db.delete("document", document_id)
        except sqlite3.IntegrityError:
            raise Conflict(
                _("A deleted draft in the bin still belongs to this and to other records. Bring it back and use it.")
            ) from None


def bill_all(customer_ids: Sequence[int] | None = None, progress: Progress | None = None) -> list[Draft]:
    """Make drafts of everything that waits, of these customers or of all; all or none.

    Raises:
        Cancelled: the owner stopped it; nothing is made.
    """
    wanted = [a.id for a in accounts() if customer_ids is None or a.id in customer_ids]
    progress = progress or Progress()
    made: list[Draft] = []
    with db.transaction(_("Bill everything that waits")):
        for place, customer_id in enumerate(wanted):
            progress(place, len(wanted))
            made += bill(customer_id)
    return made


def leave(chosen: Sequence[Entry]) -> None:
    """Let these entries not be billed: services are set aside, periods skipped.

    Raises:
        Conflict: one of them is on a bill by now.
    """
    with db.transaction(_("Do not bill {name}").format(name=chosen[0].title if chosen else "")):
        own = [entry.record.id for entry in chosen if isinstance(entry.record, WorkDone)]
        if own:
            work_done.set_aside(own)
        recurring_edit.skip([entry.record for entry in chosen if isinstance(entry.record, Due)])


# ---- giving back ----------------------------------------------------------------------------------------------------


def credited() -> list[Held]:
    """Invoices that were credited in full and still hold entries, so that these could be billed again; newest first."""
    rows = db.query(
        "SELECT d.id, d.number, coalesce(c.name, '') FROM document d LEFT JOIN customer c ON c.id = d.customer_id "
        "WHERE d.id IN (SELECT n.preceding_id FROM document n WHERE n.kind = 'credit_note' AND n.state = 'issued') "
        "AND (EXISTS (SELECT 1 FROM service s WHERE s.document_id = d.id AND s.deleted_at IS NULL) "
        "OR EXISTS (SELECT 1 FROM schedule_period p WHERE p.document_id = d.id)) "
        "AND NOT EXISTS (SELECT 1 FROM setting WHERE key = ? || d.id) ORDER BY d.id DESC",
        [_LEFT],
    )
    found = [(i, number, name) for i, number, name in rows if not problems.still_to_credit(i)]
    return [Held(i, number, name, credit_notes.to_release(i)) for i, number, name in found]


def keep(document_id: int) -> None:
    """Leave what a fully credited invoice holds unbilled, and offer it no more."""
    with db.transaction():
        now = dates.instant_text(dates.now())
        db.execute("INSERT OR REPLACE INTO setting VALUES(?, ?)", [f"{_LEFT}{document_id}", now])
