"""The timeline of a customer: calls, mails, meetings, notes, and by themselves documents and payments.

An entry is written once and can be edited or deleted by the owner when it is of a kind that is written by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

# Made by hand; the others come from documents, payments and reminders.
HAND_KINDS = ("note", "call", "email", "meeting", "letter", "message", "visit")
MONEY_KINDS = (
    "invoice", "credit_note", "receipt", "payment", "quote", "order_confirmation", "delivery_note", "proforma",
)  # fmt: skip
_COLUMNS = "id, customer_id, kind, happened_at, direction, minutes, who, title, body, record, record_id, amount_minor, currency"


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `record` and `record_id` name what it is about ("document", 12); `minutes` may be None."""

    id: int
    customer_id: int
    kind: str
    happened_at: datetime
    direction: str
    minutes: int | None
    who: str
    title: str
    body: str
    record: str
    record_id: int | None
    amount_minor: int | None
    currency: str


def record(
    customer_id: int,
    kind: str,
    title: str,
    *,
    body: str = "",
    about: tuple[str, int] | None = None,
    amount_minor: int | None = None,
    currency: str = "",
    happened_at: datetime | None = None,
) -> int:
    """Note by the program that something happened; inside the transaction that did it. Gives the entry's id."""
    now = dates.instant_text(dates.now())
    return db.insert(
        "timeline_entry",
        {
            "customer_id": customer_id,
            "kind": kind,
            "happened_at": dates.instant_text(happened_at) if happened_at else now,
            "title": title,
            "body": body,
            "record": about[0] if about else "",
            "record_id": about[1] if about else None,
            "amount_minor": amount_minor,
            "currency": currency,
            "created_at": now,
        },
    )


def add(
    customer_id: int,
    kind: str,
    title: str,
    *,
    body: str = "",
    happened_at: datetime | None = None,
    direction: str = "",
    minutes: int | None = None,
    who: str = "",
    about: tuple[str, int] | None = None,
) -> int:
    """Write down what happened, by hand; gives the entry's id. `about` names a record, for example ("document", 12).

    Raises:
        ValidationError: there is no text, or the kind is not one that is written by hand.
    """
    title, body = text.tidy(title), text.tidy_lines(body)
    if not title and not body:
        raise ValidationError({"title": _("Write what happened.")})
    if kind not in HAND_KINDS:
        raise ValidationError({"kind": _("Choose what it was: a call, a mail, a note.")})
    with db.transaction(_("Note “{title}”").format(title=title or body[:40])):
        entry = record(customer_id, kind, title, body=body, about=about, happened_at=happened_at)
        db.update("timeline_entry", entry, {"direction": direction, "minutes": minutes, "who": text.tidy(who)})
    return entry


def change(entry_id: int, values: dict[str, Any]) -> None:
    """Change an entry that was written by hand: kind, title, body, direction, minutes, who, happened_at.

    Raises:
        NotFound: the entry is gone or was made by the program.
    """
    values = dict(values)
    if isinstance(values.get("happened_at"), datetime):
        values["happened_at"] = dates.instant_text(values["happened_at"])
    _by_hand(entry_id)
    with db.transaction(_("Edit note")):
        db.update("timeline_entry", entry_id, values)


def remove(entry_id: int) -> None:
    """Delete an entry that was written by hand; undo brings it back.

    Raises:
        NotFound: the entry is gone or was made by the program.
    """
    _by_hand(entry_id)
    with db.transaction(_("Delete note")):
        db.delete("timeline_entry", entry_id)


def _by_hand(entry_id: int) -> None:
    kind = db.value("SELECT kind FROM timeline_entry WHERE id = ?", [entry_id])
    if kind not in HAND_KINDS:
        raise NotFound(_("This entry is no longer there, or it was written by the program and stays."))


def ids(customer_id: int, kinds: tuple[str, ...] = (), search: str = "") -> list[int]:
    """The ids of a customer's entries, newest first."""
    where, params = ["customer_id = ?"], [customer_id]
    if kinds:
        where.append(f"kind IN ({','.join('?' * len(kinds))})")
        params += list(kinds)  # type: ignore[arg-type]
    for word in text.fold(search).split():
        where.append("fold(title || ' ' || body || ' ' || who) LIKE ?")
        params.append(f"%{word}%")  # type: ignore[arg-type]
    sql = f"SELECT id FROM timeline_entry WHERE {' AND '.join(where)} ORDER BY happened_at DESC, id DESC"
    return [row[0] for row in db.raw().execute(sql, params)]


def rows(wanted: list[int]) -> list[Entry]:
    """These entries, in the given order."""
    found = {
        row[0]: Entry(*_with(row, 3, dates.instant_from(row[3])))
        for row in db.query(f"SELECT {_COLUMNS} FROM timeline_entry WHERE id IN ({','.join(map(str, wanted))})")
    }
    return [found[i] for i in wanted if i in found]


def _with(row: Sequence[Any], place: int, value: Any) -> list[Any]:
    changed = list(row)
    changed[place] = value
    return changed


def latest(customer_id: int, limit: int = 3) -> list[Entry]:
    """The newest entries of a customer."""
    found = db.query(
        "SELECT id FROM timeline_entry WHERE customer_id = ? ORDER BY happened_at DESC, id DESC LIMIT ?",
        [customer_id, limit],
    )
    return rows([i for (i,) in found])


def counts(customer_id: int) -> dict[str, int]:
    """The number of a customer's entries per kind."""
    return dict(
        db.query("SELECT kind, count(*) FROM timeline_entry WHERE customer_id = ? GROUP BY kind", [customer_id])
    )
