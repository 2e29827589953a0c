"""Invoices that others sent, filed as they came: what they say, what is odd about them, whether they are paid.

The file itself lies in the data file, once per SHA-256. Nothing of it enters the books: it is a list to pay from.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, NotFound
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.db import connection as db
from crm_desktop.db import files

VIEWS = {
    "open": "r.paid_on IS NULL AND r.kind = 'invoice'",
    "due": "r.paid_on IS NULL AND r.kind = 'invoice' AND r.due_on < :today",
    "odd": "r.findings <> '[]'",
    "paid": "r.paid_on IS NOT NULL",
    "all": "1",
}
_ORDERS = {
    "sender": "r.sender COLLATE NOCASE",
    "number": "r.number COLLATE NOCASE",
    "issue_on": "r.issue_on",
    "due_on": "r.due_on IS NULL, r.due_on",
    "gross": "r.currency, r.gross_minor",
    "findings": "json_array_length(r.findings)",
    "paid_on": "r.paid_on",
}
_COLUMNS = (
    "id", "kind", "format", "sender", "sender_vat_id", "number", "issue_on", "due_on", "currency", "net_minor",
    "tax_minor", "gross_minor", "paid_on", "note", "created_at",
)  # fmt: skip
_DAYS = ("issue_on", "due_on", "paid_on")


@dataclass(frozen=True, kw_only=True)
class ToFile:
    """What is filed: the facts for the list, all that the file says, what is odd, and its bytes."""

    kind: str
    format: str
    sender: str
    sender_vat_id: str
    number: str
    issue_on: date | None
    due_on: date | None
    currency: str
    net_minor: int
    tax_minor: int
    gross_minor: int
    content: dict[str, Any]
    findings: list[dict[str, str]]
    file: bytes
    media_type: str


@dataclass(frozen=True, kw_only=True)
class Received:
    """One row of the list, and all that the file says (`content`, see `exchange.received_parse`)."""

    id: int
    kind: str
    format: str
    sender: str
    sender_vat_id: str
    number: str
    issue_on: date | None
    due_on: date | None
    currency: str
    net_minor: int
    tax_minor: int
    gross_minor: int
    paid_on: date | None
    note: str
    created_at: str
    media_type: str
    findings: list[dict[str, str]] = field(default_factory=list)
    content: dict[str, Any] = field(default_factory=dict)

    @property
    def is_late(self) -> bool:
        """Due and not paid."""
        return self.paid_on is None and self.due_on is not None and self.due_on < dates.today() and self.gross_minor > 0


def file(found: ToFile) -> int:
    """File an e-invoice; gives its id.

    Raises:
        Conflict: this file is filed already.
    """
    title = _("File {number} of {sender}").format(number=found.number, sender=found.sender)
    with db.transaction(title):
        file_id = files.put(found.file, found.media_type)
        known = db.one(
            "SELECT sender, number FROM received_document WHERE file_id = ? AND deleted_at IS NULL", [file_id]
        )
        if known is not None:
            raise Conflict(_("{number} of {sender} is filed already.").format(number=known[1], sender=known[0]))
        findings = [*found.findings, *_twice(found)]
        now = dates.instant_text(dates.now())
        plain = (
            "kind",
            "format",
            "sender",
            "sender_vat_id",
            "number",
            "currency",
            "net_minor",
            "tax_minor",
            "gross_minor",
        )
        values: dict[str, Any] = {name: getattr(found, name) for name in plain}
        values |= {name: day.isoformat() if (day := getattr(found, name)) else None for name in ("issue_on", "due_on")}
        values |= {
            "content": json.dumps(found.content, ensure_ascii=False),
            "findings": json.dumps(findings, ensure_ascii=False),
            "file_id": file_id,
            "created_at": now,
            "updated_at": now,
        }
        return db.insert("received_document", values)


def _twice(found: ToFile) -> list[dict[str, str]]:
    """The same number from the same sender in another file: perhaps a second copy, perhaps to be paid twice."""
    known = db.one(
        "SELECT 1 FROM received_document WHERE number = ? AND sender = ? AND deleted_at IS NULL",
        [found.number, found.sender],
    )
    return [{"code": "TWICE", "number": found.number}] if known and found.number else []


def ids(view: str = "all", *, search: str = "", order: str = "due_on", descending: bool = False) -> list[int]:
    """The ids of a view, in order."""
    way = "DESC" if descending else "ASC"
    words = [f"%{word}%" for word in search.split()]
    like = " AND (r.sender || ' ' || r.number || ' ' || r.sender_vat_id LIKE ?)" * len(words)
    where = VIEWS.get(view, "1").replace(":today", f"'{dates.today().isoformat()}'")
    by = ", ".join(f"{part} {way}" for part in _ORDERS.get(order, _ORDERS["due_on"]).split(", "))
    sql = f"SELECT r.id FROM received_document r WHERE r.deleted_at IS NULL AND {where}{like} ORDER BY {by}, r.id {way}"
    return [row_id for (row_id,) in db.query(sql, words)]


def rows(wanted: Sequence[int]) -> list[Received]:
    """The documents of these ids, in their order."""
    places = ", ".join("?" * len(wanted))
    listed = ", ".join(f"r.{name}" for name in _COLUMNS)
    found = {
        row[0]: _row(row)
        for row in db.query(
            f"SELECT {listed}, f.media_type, r.findings, r.content FROM received_document r "
            f"JOIN stored_file f ON f.id = r.file_id WHERE r.id IN ({places})",
            list(wanted),
        )
    }
    return [found[row_id] for row_id in wanted if row_id in found]


def _row(row: tuple[Any, ...]) -> Received:
    values = dict(zip((*_COLUMNS, "media_type"), row, strict=False))
    values |= {name: date.fromisoformat(values[name]) if values[name] else None for name in _DAYS}
    return Received(**values, findings=json.loads(row[-2]), content=json.loads(row[-1]))


def get(document_id: int) -> Received:
    """A received document by id.

    Raises:
        NotFound: it is no longer there.
    """
    found = rows([document_id])
    if not found:
        raise NotFound(_("This document is no longer there."))
    return found[0]


def counts() -> dict[str, int]:
    """How many documents each view has."""
    return {view: len(ids(view)) for view in VIEWS}


def stored_file(document_id: int) -> bytes:
    """The file as it came.

    Raises:
        NotFound: it is no longer there.
    """
    return files.content(int(db.value("SELECT file_id FROM received_document WHERE id = ?", [document_id]) or 0))


def mark_paid(wanted: Sequence[int], day: date | None) -> None:
    """Note the day on which documents were paid; None: not paid after all."""
    title = _("Mark as paid") if day else _("Mark as not paid")
    with db.transaction(title):
        for row_id in wanted:
            values = {"paid_on": day.isoformat() if day else None, "updated_at": dates.stamp()}
            db.update("received_document", row_id, values)


def delete(wanted: Sequence[int]) -> None:
    """Move documents to the bin."""
    number = len(wanted)
    title = ngettext("Delete {n} received document", "Delete {n} received documents", number).format(n=number)
    with db.transaction(title):
        for row_id in wanted:
            db.update("received_document", row_id, {"deleted_at": dates.instant_text(dates.now())})
