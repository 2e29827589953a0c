"""The table that address cards, address books and calendars become, so that they go the same way as a spreadsheet.

Its columns are always the same (`card_columns`); `resources/presets/programs.json` says where each of them goes.
Runs in the reading child.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.exchange import card_photos
from crm_desktop.exchange.card_columns import COLUMNS
from crm_desktop.exchange.identify import Refused
from crm_desktop.exchange.names import split_titles

_PLACES = {key: place for place, key in enumerate(COLUMNS)}
_LARGEST_BYTES = 150_000_000
# More cards than anybody has; a file of millions of empty ones is no address book.
MOST_CARDS = 100_000
_NUMBER = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_NO_YEAR = re.compile(r"--(\d{2})-?(\d{2})")
# Apple's sign for a birthday whose year nobody knows.
_UNKNOWN_YEARS = {"1604", "0000", "1900"}


@dataclass(frozen=True)
class Remark:
    """Something noticed while reading: row (1-based, 0 = the whole file), what stands there, why; `skipped` rows are left out."""

    row: int
    value: str
    reason: str
    skipped: bool = False


@dataclass
class CardTable:
    """Rows of `COLUMNS` and what was noticed; a card that could not be read is an empty row with a remark.

    `pictures` counts what was left out.
    """

    rows: list[list[str]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    pictures: int = 0
    photos: card_photos.Photos = field(default_factory=card_photos.Photos)

    def add(self, record: dict[str, str]) -> None:
        """Add a card by the keys of its columns.

        Raises:
            Refused: there are more cards than an import may take.
        """
        row = self._next_row()
        for key, value in record.items():
            row[_PLACES[key]] = value

    def _next_row(self) -> list[str]:
        if len(self.rows) >= MOST_CARDS:
            raise Refused("too_large")
        self.rows.append([""] * len(COLUMNS))
        return self.rows[-1]

    def skip(self, value: str, reason: str) -> None:
        """Leave a card out; its number is kept free."""
        self._next_row()
        self.remarks.append(Remark(len(self.rows), value[:200], reason, skipped=True))

    def warn(self, value: str, reason: str) -> None:
        """Note something about the card that is added next."""
        self.remarks.append(Remark(len(self.rows) + 1, value[:200], reason))

    def photo(self, content: bytes) -> str:
        """Keep the picture of the card that is added next; gives its word, "" where it cannot be kept, which is noted."""
        word, why = self.photos.take(content)
        if why:
            self.warn("", why)
        return word

    def finished(self) -> CardTable:
        """The table, with the pictures counted; refused if nothing in it could be read.

        Raises:
            Refused: there is no card in the file.
        """
        if not any(any(row) for row in self.rows):
            raise Refused("no_cards")
        if self.pictures:
            text = ngettext("{n} picture or sound was left out", "{n} pictures or sounds were left out", self.pictures)
            self.remarks.append(Remark(0, "", text.format(n=self.pictures)))
        return self


def read_bytes(path: Path) -> bytes:
    """The content of a text file as UTF-8 or in a charset of eight bits, without a mark at its beginning.

    Raises:
        Refused: the file is too large.
    """
    if path.stat().st_size > _LARGEST_BYTES:
        raise Refused("too_large")
    content = path.read_bytes()
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        content = content.decode("utf-16", "replace").encode()
    return content.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"")


def lines(content: bytes) -> list[bytes]:
    """The lines of a file; a bare return within one is no end, unless nothing else ends them."""
    if b"\n" not in content:
        return content.split(b"\r")
    return [line.removesuffix(b"\r") for line in content.split(b"\n")]


def decoded(content: bytes, charset: str = "") -> str:
    """Bytes as text: in the charset that is stated, else as UTF-8, else as Windows writes it in the west."""
    for name in (charset, "utf-8"):
        if name:
            try:
                return content.decode(name)
            except (UnicodeDecodeError, LookupError):
                continue
    return content.decode("cp1252", "replace")


@cache
def _with_sisters(key: str) -> tuple[str, ...]:
    return (key, *(name for name in COLUMNS if name.startswith(f"{key}_") and name[-1].isdecimal()))


def spread(key: str, values: Iterable[str]) -> dict[str, str]:
    """Values for a column and its numbered sisters; what is over stands in the last one, separated by commas."""
    found = list(dict.fromkeys(filter(None, (value.strip() for value in values))))
    keys = _with_sisters(key)
    placed = dict(zip(keys, found, strict=False))
    if len(found) > len(keys):
        placed[keys[-1]] = "; ".join(found[len(keys) - 1 :])
    return placed


def titled(prefixes: str) -> dict[str, str]:
    """What stands before a name: "Frau Dr." is a form of address and a title."""
    salutation, title = split_titles(prefixes)
    return {"salutation": salutation, "title": title}


def birthday(text: str) -> dict[str, str]:
    """A birthday of a card: 1980-03-22, 19800322T000000Z, --0322; without a year it becomes --03-22."""
    text = text.strip()
    found = _NUMBER.match(text)
    if found and found[1] not in _UNKNOWN_YEARS:
        return {"birthday": f"{found[1]}-{found[2]}-{found[3]}"}
    no_year = _NO_YEAR.match(text)
    if found or no_year:
        month, day = (found[2], found[3]) if found else (no_year[1], no_year[2]) if no_year else ("", "")
        return {"birthday": f"--{month}-{day}"}
    return {"birthday": text} if text and not text.startswith("-") else {}


def plain_day(text: str) -> str:
    """A day of a card without its hour: 20090808T1430-0500 is 2009-08-08; what is none stays as it is."""
    return birthday(text).get("birthday", "") if _NUMBER.match(text) else text


def address(parts: Sequence[str]) -> dict[str, str]:
    """The columns of an address: street, more of it, postcode, town, state, country.

    One that was crammed into the street alone is kept whole, to be split later.
    """
    street, more, postcode, city, state, country = parts
    lines = [line.strip(" ,") for line in f"{street}\n{more}".splitlines() if line.strip(" ,")]
    if lines and not (postcode or city):
        return {"address": "\n".join([*lines, *filter(None, (state, country))])}
    found = {"street": lines[0] if lines else "", "address_line_2": ", ".join(lines[1:])}
    return found | {"postcode": postcode, "city": city, "state": state, "country": country}


def in_one_line(parts: dict[str, str]) -> str:
    """An address as one line."""
    place = f"{parts.get('postcode', '')} {parts.get('city', '')}".strip()
    street = parts.get("address", "").replace("\n", ", ") or parts.get("street", "")
    listed = (street, parts.get("address_line_2", ""), place, parts.get("state", ""), parts.get("country", ""))
    return ", ".join(filter(None, listed))


def is_recent(day: date) -> bool:
    """Whether a day is too near for somebody's birth, so that its year only says when the calendar begins."""
    return day.year >= dates.today().year - 1


def nothing_in_it() -> str:
    """Why an empty card is left out."""
    return _("There is no name, no e-mail address and no phone number on this card")
