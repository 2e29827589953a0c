"""Files that belong to a customer, an entry of the timeline, a contract or a document; stored once per content.

What is given to a customer also stands in their timeline; it goes when the file is taken away.
"""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import Path

from crm_desktop.core import dates
from crm_desktop.core.errors import NotFound, Problem, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.db import files

OWNERS = ("customer", "contract", "document", "item", "case", "owned_product", "timeline_entry", "opportunity")
# How a file of a customer stands in the timeline: an entry of this kind about ("attachment", id).
TIMELINE_KIND, RECORD = "file", "attachment"
LARGEST_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True)
class Attachment:
    """One attached file; `size` in bytes."""

    id: int
    name: str
    media_type: str
    size: int
    created_at: str


def of(owner: str, owner_id: int) -> list[Attachment]:
    """The files of a record, by name."""
    rows = db.query(
        "SELECT a.id, a.name, f.media_type, f.size, a.created_at FROM attachment a JOIN stored_file f ON f.id = a.file_id "
        "WHERE a.owner = ? AND a.owner_id = ? ORDER BY a.name, a.id",
        [owner, owner_id],
    )
    return [Attachment(*row) for row in rows]


def attach(owner: str, owner_id: int, path: Path) -> int:
    """Store a copy of a file with a record; gives the attachment's id.

    Raises:
        UserError: the file is too large, or a folder.
        Problem: the file cannot be read.
    """
    if path.is_dir():
        raise UserError(_("{file} is a folder. Choose a single file.").format(file=path.name))
    try:
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise UserError(
                _("{file} is larger than 50 MB. Keep it beside the data file instead.").format(file=path.name)
            )
        found = path.read_bytes()
    except OSError as error:
        raise Problem(_("{file} cannot be read: {reason}.").format(file=path.name, reason=error.strerror)) from error
    return keep(owner, owner_id, path.name, found)


def keep(owner: str, owner_id: int, name: str, found: bytes, media_type: str = "") -> int:
    """Store bytes as a file of a record; gives the attachment's id."""
    media_type = media_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
    now = dates.instant_text(dates.now())
    with db.transaction(_("Attach {file}").format(file=name)):
        file_id = files.put(found, media_type)
        made = db.insert(
            "attachment",
            {"owner": owner, "owner_id": owner_id, "file_id": file_id, "name": name, "created_at": now},
        )
        if owner == "customer":
            entry = {"customer_id": owner_id, "kind": TIMELINE_KIND, "happened_at": now, "title": name, "record": RECORD,
                     "record_id": made, "created_at": now}  # fmt: skip
            db.insert("timeline_entry", entry)
    return made


def remove(attachment_id: int) -> None:
    """Take a file away from its record; undo brings it back."""
    with db.transaction(_("Remove {file}").format(file=_row(attachment_id)[0])):
        db.delete("attachment", attachment_id)
        for (entry_id,) in db.query(
            "SELECT id FROM timeline_entry WHERE record = ? AND record_id = ?", [RECORD, attachment_id]
        ):
            db.delete("timeline_entry", entry_id)


def content(attachment_id: int) -> tuple[str, bytes]:
    """Name and bytes of an attached file."""
    name, file_id = _row(attachment_id)
    return name, files.content(file_id)


def _row(attachment_id: int) -> tuple[str, int]:
    row = db.one("SELECT name, file_id FROM attachment WHERE id = ?", [attachment_id])
    if row is None:
        raise NotFound(_("This file is no longer there."))
    return row[0], row[1]
