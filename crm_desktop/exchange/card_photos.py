"""Pictures on address cards: taken out of their lines, looked at, and kept until the import asks for them.

A picture is never fetched from anywhere; what is not in the file is left out. Each is opened here, in the reading child,
so that only what is a picture goes on. In the table stands a short word for it ("JPEG 12 KB 1a2b3c4d5e6f").
Source: RFC 2426 (PHOTO, LOGO), RFC 6350, RFC 2798 (jpegPhoto); decision 0024.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import urllib.parse
import warnings

from crm_desktop.core.i18n import gettext_ as _

LARGEST_BYTES = 5_000_000
# More than the base64 of the largest one, so that a larger one is seen to be so.
LARGEST_LINE = LARGEST_BYTES * 3 // 2
# More of them than this are not held while a file is read.
_MOST_BYTES = 120_000_000
_MOST_PIXELS = 25_000_000
# Pictures that pack to nothing are small but take long: together they may have so many dots.
_MOST_PIXELS_TOGETHER = 500_000_000
_KINDS = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp", "BMP": "bmp"}
_TOKEN = re.compile(rf"(?:{'|'.join(_KINDS)}) \d+ KB ([0-9a-f]{{12}})")
_DATA = re.compile(rb"data:[^,]{0,200};base64\\?,", re.IGNORECASE)
_LINK = re.compile(rb"(?:https?|ftp|file|cid|content):", re.IGNORECASE)


class Linked(Exception):  # noqa: N818  (says where the picture is, not that anything failed)
    """The picture is somewhere else."""


def key_of(token: str) -> str:
    """The key of a picture by its word in the table; "" for any other text."""
    found = _TOKEN.fullmatch(token)
    return found[1] if found else ""


def name_ending(token: str) -> str:
    """The ending of a file that holds the picture: "jpg"."""
    return _KINDS.get(token.partition(" ")[0], "jpg")


def digest(content: bytes) -> str:
    """The key of a picture by its bytes: the beginning of its SHA-256."""
    return hashlib.sha256(content).hexdigest()[:12]


def from_value(value: bytes, *, coded: bool) -> bytes:
    """The bytes of a picture out of the value of a line; `coded` says that its head calls it base64.

    Raises:
        Linked: the value only says where the picture is.
        ValueError: it cannot be decoded.
    """
    value = value.strip()
    found = _DATA.match(value)
    if found:
        return _decoded(urllib.parse.unquote_to_bytes(value[found.end() :]))
    if _LINK.match(value) or not coded:
        raise Linked
    return _decoded(value)


def _decoded(value: bytes) -> bytes:
    # What was cut off lacks its filling; whether it is a picture all the same is found out later.
    return base64.b64decode(value + b"===")


def unreadable() -> str:
    """Why a broken picture is left out."""
    return _("The picture cannot be read; it was left out")


class Photos:
    """The pictures of a file by their keys."""

    def __init__(self) -> None:
        self.by_key: dict[str, bytes] = {}
        self._words: dict[str, str] = {}
        self._held = self._dots = 0

    def take(self, content: bytes) -> tuple[str, str]:
        """Keep a picture; gives its word for the table and "", or "" and why it is left out."""
        if len(content) > LARGEST_BYTES:
            return "", _("The picture is larger than 5 MB; it was left out")
        key = digest(content)
        if key in self._words:
            return self._words[key], ""
        if self._held + len(content) > _MOST_BYTES or self._dots > _MOST_PIXELS_TOGETHER:
            return "", _("There are too many pictures in this file; this one was left out")
        kind, dots = _looked_at(content)
        self._dots += dots
        if not kind:
            return "", unreadable()
        self._held += len(content)
        self.by_key[key] = content
        self._words[key] = f"{kind} {max(1, len(content) // 1000)} KB {key}"
        return self._words[key], ""


def _looked_at(content: bytes) -> tuple[str, int]:
    """What kind of picture it is, "" if it is none or too large to be shown; and how many dots that took."""
    from PIL import Image

    dots = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=list(_KINDS)) as picture:
                kind, (width, height) = str(picture.format), picture.size
                if not 0 < width * height <= _MOST_PIXELS:
                    return "", 0
                # A JPEG is decoded at an eighth of its size, which reads all of it.
                picture.draft("RGB", (64, 64))
                dots = picture.size[0] * picture.size[1]
                picture.load()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  (a foreign picture may break its reader in any way)
        return "", dots
    return kind if kind in _KINDS else "", dots
