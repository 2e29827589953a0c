"""The bin: what was deleted lies here for 30 days, can be brought back, and then goes for good.

A record in the bin is a row whose `deleted_at` is set. Deleting for good also takes the record out of the history, so
that nothing of it stays behind.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, NotFound, UserError
from crm_desktop.core.i18n import N_, ngettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

KEEP_DAYS = 30

# table → the word for it, and how its records are called. In the order in which they can go: what hangs on others first.
KINDS = {
    "reminder": (N_("Reminder"), "title"),
    "support_case": (N_("Case"), "title"),
    "owned_product": (N_("Product of a customer"), "name"),
    "service": (N_("Service"), "name"),
    "schedule": (N_("Schedule"), "title"),
    "received_document": (N_("Received document"), "sender"),
    "document": (
        N_("Draft"),
        "coalesce((SELECT name FROM customer c WHERE c.id = document.customer_id), json_extract(buyer, '$.name'), '')",
    ),
    "opportunity": (N_("Deal"), "title"),
    "contract": (N_("Contract"), "title"),
    "item": (N_("Product or service"), "name"),
    "customer": (N_("Customer"), "name"),
}
_WITHOUT_NUMBER = ("reminder", "owned_product", "service", "schedule", "opportunity")


@dataclass(frozen=True)
class Deleted:
    """One record in the bin. `kind` is its table, `label` the word for it; `days_left` until it goes for good."""

    kind: str
    id: int
    label: str
    name: str
    number: str
    deleted_at: datetime
    days_left: int


def content(search: str = "") -> list[Deleted]:
    """What lies in the bin, newest first."""
    found = [entry for kind in KINDS for entry in _of_kind(kind)]
    words = search.casefold().split()
    kept = [e for e in found if all(w in f"{e.name} {e.number} {e.label}".casefold() for w in words)]
    return sorted(kept, key=lambda e: (e.deleted_at, e.kind, e.id), reverse=True)


def _of_kind(kind: str) -> list[Deleted]:
    label, name = KINDS[kind]
    number = "''" if kind in _WITHOUT_NUMBER else "coalesce(number, '')"
    rows = db.query(f"SELECT id, {name}, {number}, deleted_at FROM {kind} WHERE deleted_at IS NOT NULL")
    return [_deleted(kind, _(label), row) for row in rows]


def _deleted(kind: str, label: str, row: tuple[int, str | None, str, str]) -> Deleted:
    row_id, name, number, at = row
    deleted_at = dates.instant_from(at)
    gone = dates.add_instant_days(deleted_at, KEEP_DAYS) - dates.now()
    return Deleted(kind, row_id, label, name or _("Without a name"), number, deleted_at, max(0, gone.days))


def count() -> int:
    """How many records lie in the bin."""
    return sum(int(db.value(f"SELECT count(*) FROM {kind} WHERE deleted_at IS NOT NULL")) for kind in KINDS)


def _find(kind: str, row_id: int) -> Deleted:
    found = next((entry for entry in _of_kind(kind) if entry.id == row_id), None)
    if found is None:
        raise NotFound(_("This is no longer in the bin."))
    return found


def restore(kind: str, row_id: int) -> Deleted:
    """Bring a record back to where it was.

    Raises:
        NotFound: it is no longer in the bin.
        Conflict: another record carries its number now.
    """
    entry = _find(kind, row_id)
    with db.transaction(_("Bring back {name}").format(name=entry.name)):
        try:
            db.update(kind, row_id, {"deleted_at": None})
        except sqlite3.IntegrityError:
            raise Conflict(
                _("The number {number} belongs to another record now. Give that one another number first.").format(
                    number=entry.number
                )
            ) from None
    return entry


def delete_for_good(kind: str, row_id: int) -> None:
    """Remove one record; it cannot be brought back.

    Raises:
        NotFound: it is no longer in the bin.
        UserError: other records still need it.
    """
    entry = _find(kind, row_id)
    with db.transaction(_("Delete {name} for good").format(name=entry.name), undoable=False):
        if not _remove(kind, row_id):
            raise UserError(
                _(
                    "{name} cannot go yet: a draft, a contract or a payment still belongs to it. Delete that first."
                ).format(name=entry.name)
            )
        _forget_removed()


def empty() -> int:
    """Remove everything in the bin; gives how many records went. What others still need stays."""
    return _remove_all(content())


def purge_old() -> int:
    """Remove what has lain in the bin for 30 days; gives how many records went. What others still need stays."""
    limit = dates.add_instant_days(dates.now(), -KEEP_DAYS)
    old = [entry for entry in content() if entry.deleted_at <= limit]
    if not old:
        return 0
    with db.transaction():
        removed = _remove_all(old)
        # Nobody did this, so that Ctrl+Z must not meet it; what the owner does beside it keeps its own step.
        db.execute("DELETE FROM journal_step WHERE id = ?", [db.current_step()])
    return removed


def _remove_all(entries: Iterable[Deleted]) -> int:
    order = list(KINDS)
    wanted = sorted(entries, key=lambda entry: order.index(entry.kind))
    if not wanted:
        return 0
    title = ngettext("Empty the bin: {n} record", "Empty the bin: {n} records", len(wanted)).format(n=len(wanted))
    with db.transaction(title, undoable=False):
        removed = sum(_remove(entry.kind, entry.id) for entry in wanted)
        _forget_removed()
    return removed


def _remove(kind: str, row_id: int) -> bool:
    """Delete a row and what belongs to it; False when other records need it."""
    try:
        with db.transaction():
            _remove_attachments(kind, row_id)
            file_id = (
                db.value("SELECT file_id FROM received_document WHERE id = ?", [row_id])
                if kind == "received_document"
                else None
            )
            db.delete(kind, row_id)
            _remove_file(file_id)
    except sqlite3.IntegrityError:
        return False
    return True


def _remove_attachments(kind: str, row_id: int) -> None:
    in_timeline = "SELECT id FROM timeline_entry WHERE customer_id = ?2" if kind == "customer" else "0"
    for attachment_id, file_id in db.query(
        "SELECT id, file_id FROM attachment WHERE (owner = ?1 AND owner_id = ?2) "
        f"OR (owner = 'timeline_entry' AND owner_id IN ({in_timeline}))",
        [kind, row_id],
    ):
        db.delete("attachment", attachment_id)
        _remove_file(file_id)


def _remove_file(file_id: int | None) -> None:
    """Delete stored bytes that no record needs any more."""
    needed = " ".join(
        f"AND NOT EXISTS (SELECT 1 FROM {table} WHERE {column} = ?1)"
        for table, column in (
            ("attachment", "file_id"),
            ("company", "logo_file_id"),
            ("company", "letter_paper_file_id"),
            ("received_document", "file_id"),
            ("dunning_letter", "file_id"),
        )
    )
    db.execute(f"DELETE FROM stored_file WHERE id = ?1 {needed}", [file_id])


def _forget_removed() -> None:
    """Take the rows that this step removed out of the history; steps that have nothing left have no way back."""
    step = db.current_step()
    gone = "SELECT table_name, row_id FROM journal_change WHERE step_id = ?1 AND operation = 'd'"
    touched = [
        row[0]
        for row in db.query(
            f"SELECT DISTINCT step_id FROM journal_change WHERE step_id <> ?1 AND (table_name, row_id) IN ({gone})",
            [step],
        )
    ]
    db.execute(f"DELETE FROM journal_change WHERE step_id <> ?1 AND (table_name, row_id) IN ({gone})", [step])
    db.execute("UPDATE journal_change SET before = NULL WHERE step_id = ?1 AND operation = 'd'", [step])
    for step_id in touched:
        db.execute(
            "UPDATE journal_step SET undoable = 0 WHERE id = ?1 "
            "AND NOT EXISTS (SELECT 1 FROM journal_change WHERE step_id = ?1)",
            [step_id],
        )
