"""The timeline of a customer: calls, mails, meetings, notes, and by themselves documents, payments, cases and files.

An entry that was written by hand can be changed and deleted by the owner; what the program wrote stays. An entry may have
files (`attachments`, owner "timeline_entry"); words are found in entries and in the text of their files.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from crm_desktop.activity import attachments, file_texts
from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import stage_reasons
from crm_desktop.db import connection as db

# Made by hand; the others come from documents, payments and reminders. What counts as contact: `activity.touch`.
HAND_KINDS = ("note", "call", "email", "meeting", "letter", "message", "visit")
MONEY_KINDS = (
    "invoice", "credit_note", "receipt", "payment", "quote", "order_confirmation", "delivery_note", "proforma",
)  # fmt: skip
CHANNELS = ("phone", "email", "video", "whatsapp", "signal", "telegram", "sms", "chat", "post")
# A file that was given to the customer stands in the timeline under this kind, about ("attachment", id).
FILE, FILE_RECORD, OWNER = attachments.TIMELINE_KIND, attachments.RECORD, "timeline_entry"
_COLUMNS = (
    "id, customer_id, kind, happened_at, direction, minutes, who, title, body, record, record_id, amount_minor, currency, "
    "channel, contact_person_id, (SELECT count(*) FROM attachment a WHERE a.owner = 'timeline_entry' "
    "AND a.owner_id = timeline_entry.id)"
)
# What a change may set.
_FIELDS = (
    "kind", "title", "body", "direction", "minutes", "who", "happened_at", "channel", "contact_person_id", "record",
    "record_id",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `record` and `record_id` name what it is about ("document", 12); `files` counts its files.

    `direction` is "in", "out" or empty, `channel` one of `CHANNELS` or empty, `minutes` may be None. `who` is a name;
    `person_id` the contact person where it is one.
    """

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
    channel: str = ""
    person_id: int | None = None
    files: int = 0

    @property
    def by_hand(self) -> bool:
        """Whether the owner may change and delete it."""
        return self.kind in HAND_KINDS


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
    about: tuple[str, int] | None = None,
    **more: Any,
) -> int:
    """Write down what happened, by hand; gives the entry's id.

    Args:
        customer_id: whose timeline.
        kind: one of `HAND_KINDS`.
        title: the heading, one line.
        body: what there is to say besides.
        happened_at: now if not given.
        about: names a record, for example ("document", 12).
        more: direction, minutes, who, channel, person_id, message_id (of a mail).

    Raises:
        ValidationError: there is no text, or the kind is not one that is written by hand.
    """
    title, body = text.tidy(title), text.tidy_lines(body)
    values = _checked({"kind": kind, "title": title, "body": body} | more)
    with db.transaction(_("Note “{title}”").format(title=title or body[:40])):
        entry = record(customer_id, kind, title, body=body, about=about, happened_at=happened_at)
        db.update("timeline_entry", entry, values | {"updated_at": dates.stamp()})
    return entry


def change(entry_id: int, values: dict[str, Any]) -> None:
    """Change an entry that was written by hand; `values` as in `add`, with happened_at, record and record_id.

    Raises:
        NotFound: the entry is gone or was made by the program.
        ValidationError: there is no text left, or the kind is not one that is written by hand.
    """
    row = _by_hand(entry_id)
    changed = _checked(dict(zip(("kind", "title", "body"), row, strict=True)) | values)
    with db.transaction(_("Edit note")):
        db.update("timeline_entry", entry_id, changed | {"updated_at": dates.stamp()})


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """The columns of an entry that was written by hand."""
    values = dict(values)
    if "person_id" in values:
        values["contact_person_id"] = values.pop("person_id")
    if isinstance(values.get("happened_at"), datetime):
        values["happened_at"] = dates.instant_text(values["happened_at"])
    values["title"], values["body"] = text.tidy(values["title"]), text.tidy_lines(values["body"])
    if "who" in values:
        values["who"] = text.tidy(values["who"])
    if not values["title"] and not values["body"]:
        raise ValidationError({"title": _("Write what happened.")})
    if values["kind"] not in HAND_KINDS:
        raise ValidationError({"kind": _("Choose what it was: a call, a mail, a note.")})
    if values.get("minutes") is not None and not 0 < int(values["minutes"]) <= 24 * 60:
        raise ValidationError({"minutes": _("Between 1 minute and 24 hours.")})
    return values


def remove(entry_id: int) -> None:
    """Delete an entry that was written by hand with its files, or a file; undo brings all of it back.

    Raises:
        NotFound: the entry is gone or was made by the program.
    """
    row = db.one("SELECT kind, record_id FROM timeline_entry WHERE id = ?", [entry_id])
    if row is not None and row[0] == FILE:
        attachments.remove(row[1])
        return
    _by_hand(entry_id)
    with db.transaction(_("Delete note")):
        for file in attachments.of(OWNER, entry_id):
            db.delete("attachment", file.id)
        db.delete("timeline_entry", entry_id)


def _by_hand(entry_id: int) -> tuple[str, str, str]:
    """Kind, title and body of an entry that the owner may change."""
    row: tuple[str, str, str] | None = db.one("SELECT kind, title, body FROM timeline_entry WHERE id = ?", [entry_id])
    if row is not None and row[0] in HAND_KINDS:
        return row
    raise NotFound(_("This entry is no longer there, or it was written by the program and stays."))


def ids(customer_id: int, kinds: Sequence[str] = (), search: str = "") -> list[int]:
    """The ids of a customer's entries, newest first; only those of some kinds, only those in which all words are found.

    Words are found in the entry itself, or all of them in one of its files.
    """
    where, params = ["customer_id = ?"], [customer_id]
    if kinds:
        where.append(f"kind IN ({','.join('?' * len(kinds))})")
        params += list(kinds)  # type: ignore[arg-type]
    words = text.fold(search).split()
    if words:
        said = " AND ".join(["fold(title || ' ' || body || ' ' || who) LIKE ?"] * len(words))
        in_files = file_texts.entries_with(customer_id, search)
        where.append(f"(({said}) OR id IN ({','.join(map(str, in_files))}))")
        params += [f"%{word}%" for word in words]  # type: ignore[misc]
    sql = f"SELECT id FROM timeline_entry WHERE {' AND '.join(where)} ORDER BY happened_at DESC, id DESC"
    # One text instead of ten thousand rows: half the time.
    found: list[int] = json.loads(db.value(f"SELECT json_group_array(id) FROM ({sql})", params))
    return found


def rows(wanted: list[int]) -> list[Entry]:
    """These entries, in the given order."""
    found = {
        row[0]: Entry(*_with(row, 3, dates.instant_from(row[3])))
        for row in db.query(f"SELECT {_COLUMNS} FROM timeline_entry WHERE id IN ({','.join(map(str, wanted))})")
    }
    return _in_words([found[i] for i in wanted if i in found])


def _in_words(entries: list[Entry]) -> list[Entry]:
    """With the reasons of rules that moved a customer in the language of the screen."""
    moves = {one.record_id for one in entries if one.record == "stage_change" and one.body}
    if not moves:
        return entries
    listed = ",".join(str(move) for move in moves if move is not None) or "NULL"
    by_rule = {i for (i,) in db.query(f"SELECT id FROM stage_change WHERE rule_id IS NOT NULL AND id IN ({listed})")}
    return [
        replace(one, body=stage_reasons.in_words(one.body))
        if one.record == "stage_change" and one.record_id in by_rule
        else one
        for one in entries
    ]


def _with(row: Sequence[Any], place: int, value: Any) -> list[Any]:
    changed = list(row)
    changed[place] = value
    return changed


def latest(customer_id: int, limit: int = 3, kinds: Sequence[str] = ()) -> list[Entry]:
    """The newest entries of a customer; only those of some kinds."""
    # The plus keeps SQLite on the index by time, where it stops at the limit, instead of sorting all of a kind.
    only = f"AND +kind IN ({','.join('?' * len(kinds))})" if kinds else ""
    found = db.query(
        f"SELECT id FROM timeline_entry WHERE customer_id = ? {only} ORDER BY happened_at DESC, id DESC LIMIT ?",
        [customer_id, *kinds, limit],
    )
    return rows([i for (i,) in found])


def counts(customer_id: int) -> dict[str, int]:
    """The number of a customer's entries per kind."""
    return dict(
        db.query("SELECT kind, count(*) FROM timeline_entry WHERE customer_id = ? GROUP BY kind", [customer_id])
    )


def find(search: str, limit: int = 5) -> list[Entry]:
    """Entries that were written by hand in which all words are found, of all customers, the newest first."""
    asked = file_texts.match_words(search)
    if not asked:
        return []
    found = db.query(
        "SELECT t.id FROM timeline_search s JOIN timeline_entry t ON t.id = s.rowid JOIN customer c ON c.id = t.customer_id "
        "WHERE timeline_search MATCH ? AND c.deleted_at IS NULL ORDER BY s.rowid DESC LIMIT ?",
        [asked, limit],
    )
    return rows([i for (i,) in found])
