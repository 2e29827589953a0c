"""The files that belong to an issued document: its PDF and, where there is one, its e-invoice as XML.

They are stored inside the issuing transaction, with their SHA-256, and stay as they are from then on.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict, Problem
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

PDF, XML = "pdf", "xml"


@dataclass(frozen=True, slots=True)
class Printed:
    """What printing a document made: the PDF, and the e-invoice if it has one."""

    pdf: bytes
    xml: bytes | None = None


def keep_all(document_id: int, printed: Printed | bytes) -> None:
    """Store what was printed; bytes alone are the PDF."""
    made = printed if isinstance(printed, Printed) else Printed(printed)
    keep(document_id, PDF, made.pdf)
    if made.xml is not None:
        keep(document_id, XML, made.xml)


def keep(document_id: int, kind: str, content: bytes) -> None:
    """Store a file of a document for good; once stored, it cannot be replaced.

    Raises:
        Conflict: one is stored already.
    """
    if db.one("SELECT 1 FROM document_file WHERE document_id = ? AND kind = ?", [document_id, kind]):
        raise Conflict(_("The PDF of this document is stored already and stays as it is."))
    with db.transaction(durable=True):
        db.insert(
            "document_file",
            {
                "document_id": document_id,
                "kind": kind,
                "sha256": hashlib.sha256(content).hexdigest(),
                "content": content,
                "created_at": dates.instant_text(dates.now()),
            },
        )


def read(document_id: int, kind: str) -> bytes | None:
    """A file as it was stored when the document was issued, or None if none was stored.

    Raises:
        Problem: the stored bytes are not what they were; the file is damaged.
    """
    found = db.one("SELECT content, sha256 FROM document_file WHERE document_id = ? AND kind = ?", [document_id, kind])
    if found is None:
        return None
    content = found[0] if isinstance(found[0], bytes) else b""
    if hashlib.sha256(content).hexdigest() != found[1]:
        raise Problem(_("The stored PDF of this document is damaged. Restore the last backup: File, Restore a backup."))
    return content


def xml(document_id: int) -> bytes | None:
    """The e-invoice of an issued document, or None if it has none."""
    return read(document_id, XML)
