"""Customers as address cards (vCard 3.0), for phones and mail programs.

Lines are folded at 75 bytes and text is escaped. What a card has no property for (IBAN, VAT id, tax number) stays out;
the customer number goes along as `X-CUSTOMER-NUMBER`, so that cards read back meet their customers.
Source: RFC 2425, RFC 2426.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from crm_desktop.activity import photos
from crm_desktop.core import dates
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db

_WIDTH = 75
_CHUNK = 500
_COLUMNS = (
    "id, number, kind, name, company, salutation, title, first_name, last_name, addition, street, postcode, city, state, "
    "country, email, phone, website, birthday_on, notes"
)
_ESCAPED = re.compile(r"[\\;,]|\r\n|\r|\n")


def write(path: Path, ids: Sequence[int] | None = None, progress: Progress | None = None) -> int:
    """Write the cards of these customers (None = all that are not deleted) into a file; gives how many.

    Raises:
        Cancelled: through `progress`.
    """
    number = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        for text in cards(ids):
            if progress is not None:
                progress(number, len(ids) if ids is not None else 0, "")
            file.write(text)
            number += 1
    return number


def cards(ids: Sequence[int] | None = None) -> Iterator[str]:
    """The card of each customer as text, in the order of the ids, or by number where none are given."""
    if ids is None:
        ids = [found for (found,) in db.query("SELECT id FROM customer WHERE deleted_at IS NULL ORDER BY number")]
    for first in range(0, len(ids), _CHUNK):
        chunk = list(ids[first : first + _CHUNK])
        marks = ",".join("?" * len(chunk))
        found = {row["id"]: row for row in db.records(f"SELECT {_COLUMNS} FROM customer WHERE id IN ({marks})", chunk)}
        channels = db.query(
            f"SELECT customer_id, kind, value FROM contact_channel WHERE customer_id IN ({marks})", chunk
        )
        tags = db.query(
            f"SELECT x.customer_id, 'tag', t.name FROM customer_tag x JOIN tag t ON t.id = x.tag_id "
            f"WHERE x.customer_id IN ({marks}) ORDER BY t.name", chunk,
        )  # fmt: skip
        more: dict[tuple[int, str], list[str]] = {}
        for customer_id, kind, value in (*channels, *tags):
            more.setdefault((customer_id, kind), []).append(value)
        for customer_id in chunk:
            if customer_id in found:
                lists = {kind: more.get((customer_id, kind), []) for kind in ("email", "phone", "tag")}
                yield card(dict(found[customer_id]), lists, photos.of_customer(customer_id))


def card(customer: dict[str, Any], lists: dict[str, list[str]], photo: bytes | None = None) -> str:
    """One card as text; `lists` holds further e-mail addresses and phone numbers, and the tags."""
    prefix = f"{customer['salutation']} {customer['title']}".strip()
    lines = [
        ("VERSION", "3.0"),
        ("N", _joined(customer["last_name"], customer["first_name"], "", prefix, "")),
        ("FN", _escaped(customer["name"] or customer["number"])),
        ("ORG", _escaped(customer["company"])),
        *_reach("EMAIL;TYPE=INTERNET", customer["email"], lists["email"]),
        *_reach("TEL", customer["phone"], lists["phone"]),
        ("ADR;TYPE=WORK", _address(customer)),
        ("URL", _escaped(customer["website"])),
        ("BDAY", _birthday(customer["birthday_on"] or "")),
        (f"PHOTO;ENCODING=b;TYPE={_kind_of(photo or b'')}", base64.b64encode(photo or b"").decode()),
        ("CATEGORIES", ",".join(map(_escaped, lists["tag"]))),
        ("NOTE", _escaped(customer["notes"])),
        ("X-ABShowAs", "COMPANY" if customer["company"] and not customer["last_name"] and not customer["first_name"] else ""),
        ("X-CUSTOMER-NUMBER", _escaped(customer["number"])),
    ]  # fmt: skip
    body = [f"{name}:{value}" for name, value in lines if value]
    return "".join(f"{folded(line)}\r\n" for line in ("BEGIN:VCARD", *body, "END:VCARD"))


_SIGNS_OF = {b"\xff\xd8": "JPEG", b"\x89PNG": "PNG", b"GIF8": "GIF", b"RIFF": "WEBP", b"BM": "BMP"}


def _kind_of(photo: bytes) -> str:
    """What kind of picture the bytes are, by how they begin."""
    return next((kind for signs, kind in _SIGNS_OF.items() if photo.startswith(signs)), "JPEG")


def _birthday(day: str) -> str:
    """A birthday; the year that stands for none is left out, as in vCard 4 and by phones."""
    return f"--{day[5:]}" if day.startswith(str(dates.NO_YEAR)) else day


def _reach(name: str, main: str, more: list[str]) -> list[tuple[str, str]]:
    others = [value for value in dict.fromkeys(more) if value != main]
    return [(f"{name};TYPE=PREF", _escaped(main)), *((name, _escaped(value)) for value in others)]


def _address(customer: dict[str, Any]) -> str:
    parts = [customer[key] for key in ("addition", "street", "city", "state", "postcode", "country")]
    return _joined("", *parts) if any(parts) else ""


def _joined(*parts: str) -> str:
    return ";".join(map(_escaped, parts))


def _escaped(text: str | None) -> str:
    return _ESCAPED.sub(lambda found: f"\\{found[0]}" if found[0] in "\\;," else "\\n", text or "")


def folded(line: str) -> str:
    """A line in pieces of at most 75 bytes, none of which cuts a letter in two; further ones begin with a blank."""
    if len(line.encode()) <= _WIDTH:
        return line
    if line.isascii():
        # A photo has thousands of pieces.
        rest = range(_WIDTH, len(line), _WIDTH - 1)
        return "\r\n ".join([line[:_WIDTH], *(line[i : i + _WIDTH - 1] for i in rest)])
    pieces, piece, size = [], "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > _WIDTH:
            pieces.append(piece)
            piece, size = "", 1
        piece, size = piece + sign, size + width
    return "\r\n ".join([*pieces, piece])
