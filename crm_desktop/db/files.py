"""Files inside the data file, each stored once per SHA-256, so that a backup holds them."""

from __future__ import annotations

import hashlib

from crm_desktop.core.errors import NotFound
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db


def put(content: bytes, media_type: str) -> int:
    """Store bytes, or find them if they are stored already; gives the file's id."""
    digest = hashlib.sha256(content).hexdigest()
    known = db.value("SELECT id FROM stored_file WHERE sha256 = ?", [digest])
    if known is not None:
        return int(known)
    with db.transaction():
        return db.insert(
            "stored_file", {"sha256": digest, "media_type": media_type, "size": len(content), "content": content}
        )


def content(file_id: int) -> bytes:
    """The bytes of a stored file.

    Raises:
        NotFound: there is no such file.
    """
    found = db.value("SELECT content FROM stored_file WHERE id = ?", [file_id])
    if found is None:
        raise NotFound(_("The file is no longer there."))
    return bytes(found)
