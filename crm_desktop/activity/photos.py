"""The picture of a customer: an attached file called "Photo", shown where the initials stand; the newest counts."""

from __future__ import annotations

from crm_desktop.activity import attachments
from crm_desktop.db import connection as db

_STEM = "Photo"
_FROM = "FROM attachment a JOIN stored_file f ON f.id = a.file_id WHERE a.owner = 'customer' AND a.owner_id = ?"
# However the owner calls it; what is larger is no picture of a face.
_IS_PHOTO = (
    "AND f.media_type LIKE 'image/%' AND f.size <= 10000000 "
    "AND lower(substr(a.name, 1, instr(a.name || '.', '.') - 1)) IN ('photo', 'foto', 'logo')"
)


def of_customer(customer_id: int) -> bytes | None:
    """The bytes of the picture; None where there is none."""
    found = db.value(f"SELECT f.content {_FROM} {_IS_PHOTO} ORDER BY a.id DESC LIMIT 1", [customer_id])
    return None if found is None else bytes(found)


def has(customer_id: int, digest: str) -> bool:
    """Whether a picture whose SHA-256 begins so is attached to a customer."""
    there = f"SELECT 1 {_FROM} AND substr(f.sha256, 1, ?) = ? LIMIT 1"
    return db.value(there, [customer_id, len(digest), digest]) is not None


def keep(customer_id: int, content: bytes, ending: str) -> int:
    """Attach a picture to a customer as the photo; gives the attachment's id."""
    return attachments.keep("customer", customer_id, f"{_STEM}.{ending}", content)
