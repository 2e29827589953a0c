"""Address books in LDIF, as Thunderbird and directories export them, as a table for the import.

Runs in the reading child. Source: RFC 2849; names of attributes: RFC 4519, RFC 2798, mozillaAbPerson.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from pathlib import Path

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import card_photos, card_table
from crm_desktop.exchange.card_table import CardTable

_PHOTOS = {"jpegphoto", "thumbnailphoto", "photo"}
_PICTURES = {*_PHOTOS, "usercertificate", "usersmimecertificate", "audio"}
_PLAIN = {
    "first_name": ("givenname", "gn"),
    "last_name": ("sn", "surname"),
    "nickname": ("mozillanickname", "xmozillanickname", "displayname"),
    "company": ("o", "company", "organizationname"),
    "department": ("ou", "department", "departmentnumber", "orgunit"),
    "job_title": ("title",),
    "fax": ("facsimiletelephonenumber", "fax"),
    "notes": ("description", "notes", "info"),
    "customer_number": ("employeenumber",),
    "custom_1": ("mozillacustom1", "custom1"),
    "custom_2": ("mozillacustom2", "custom2"),
    "custom_3": ("mozillacustom3", "custom3"),
    "custom_4": ("mozillacustom4", "custom4"),
}
_EMAILS = ("mail", "email", "rfc822mailbox", "mozillasecondemail", "xmozillasecondemail")
_PHONES = ("telephonenumber", "workphone", "mobile", "mobiletelephonenumber", "cellphone", "homephone")
_WEBSITES = ("mozillaworkurl", "workurl", "labeleduri", "url", "mozillahomeurl", "homeurl")
_WORK = (
    ("street", "streetaddress", "mozillaworkstreet", "postaladdress"), ("mozillaworkstreet2", "workstreet2", "postofficebox"),
    ("postalcode",), ("l", "localityname", "locality"), ("st", "stateorprovincename"),
    ("c", "co", "countryname", "mozillaworkcountryname", "friendlycountryname"),
)  # fmt: skip
_HOME = (
    ("mozillahomestreet", "homestreet", "homepostaladdress"), ("mozillahomestreet2",), ("mozillahomepostalcode",),
    ("mozillahomelocalityname",), ("mozillahomestate",), ("mozillahomecountryname",),
)  # fmt: skip

Entry = dict[str, list[str]]


def read(path: Path) -> CardTable:
    """All entries of an address book.

    Raises:
        Refused: too large, or nobody in it.
    """
    table = CardTable()
    for entry, photos, unreadable in _entries(card_table.read_bytes(path)):
        _add(table, entry, photos, unreadable)
    return table.finished()


def _entries(content: bytes) -> Iterator[tuple[Entry, list[bytes], str]]:
    """Each entry with the values of its pictures and a line of it that cannot be read ("" = none)."""
    entry: Entry = {}
    photos: list[bytes] = []
    unreadable = ""
    for line in _unfolded(content):
        if not line:
            if entry or unreadable:
                yield entry, photos, unreadable
            entry, photos, unreadable = {}, [], ""
            continue
        name, value = _parsed(line)
        if name in _PICTURES:
            photos += [line.partition(b":")[2]] if name in _PHOTOS else []
        elif value is None:
            unreadable = unreadable or card_table.decoded(line[:200])
        else:
            entry.setdefault(name, []).append(value)


def _unfolded(content: bytes) -> Iterator[bytes]:
    """Lines with their continuations, an empty one after each entry; comments are left out."""
    whole: list[bytes] = []
    for line in [*card_table.lines(content), b""]:
        if line[:1] == b" " and whole:
            whole.append(line[1:])
            continue
        if whole and not whole[0].startswith(b"#"):
            yield b"".join(whole)
        whole = [line]
        if not line.strip():
            whole = []
            yield b""


def _parsed(line: bytes) -> tuple[str, str | None]:
    """Name of the attribute in lower case, without what follows a semicolon, and its value (None = unreadable)."""
    raw, colon, value = line.partition(b":")
    name = raw.partition(b";")[0].decode("ascii", "replace").strip().lower()
    if not colon or not name.replace("-", "").isalnum():
        return "", None
    if name in _PICTURES:
        return name, ""
    if value.startswith(b":"):
        try:
            value = base64.b64decode(value[1:].strip(), validate=True)
        except (binascii.Error, ValueError):
            return name, None
    elif value.startswith(b"<"):
        return name, None
    return name, card_table.decoded(value).strip()


def _add(table: CardTable, entry: Entry, photos: list[bytes], unreadable: str) -> None:
    classes = {name.lower() for name in entry.get("objectclass", [])}
    if classes & {"groupofnames", "groupofuniquenames", "mozillaabmailinglist"} or "member" in entry:
        table.skip(_value(entry, ("cn", "dn")), _("A mailing list, not somebody’s entry"))
        return
    if (act := _value(entry, ("changetype",)).lower()) and act != "add":
        table.skip(_value(entry, ("dn",)), _("Says what to change or delete in a directory, and is nobody’s address"))
        return
    if set(entry) <= {"version"} or (classes and not classes & _PEOPLE):
        return
    record = _record(entry)
    if not any(record.get(label) for label in ("name", "first_name", "last_name", "company", "email", "phone")):
        table.skip(_value(entry, ("dn",)) or unreadable, card_table.nothing_in_it())
        return
    if unreadable:
        table.warn(unreadable, _("A line of this entry cannot be read; it was left out"))
    record["photo"] = _photo(table, photos)
    table.add({label: value for label, value in record.items() if value})


def _photo(table: CardTable, values: list[bytes]) -> str:
    """The word of the first picture; the others, and those that are only named, are counted as left out."""
    kept = ""
    for value in values:
        if kept or value[:1] != b":":
            table.pictures += bool(value.strip())
        else:
            try:
                content = card_photos.from_value(value[1:], coded=True)
            except (ValueError, card_photos.Linked):
                table.warn("", card_photos.unreadable())
            else:
                kept = table.photo(content)
    return kept


_PEOPLE = {"person", "organizationalperson", "inetorgperson", "mozillaabpersonalpha", "mozillaabpersonobsolete",
           "mozillaorgperson", "evolutionperson", "user", "contact", "residentialperson"}  # fmt: skip


def _value(entry: Entry, names: tuple[str, ...]) -> str:
    return next((entry[name][0] for name in names if entry.get(name) and entry[name][0]), "")


def _values(entry: Entry, names: tuple[str, ...]) -> list[str]:
    return [value for name in names for value in entry.get(name, [])]


def _lines(value: str) -> str:
    """A value of a directory, in which a dollar sign ends a line. Source: RFC 4517 (Postal Address)."""
    return value.replace("$", "\n")


def _record(entry: Entry) -> dict[str, str]:
    found = {label: _value(entry, names) for label, names in _PLAIN.items()}
    found["notes"] = "\n".join(_values(entry, _PLAIN["notes"]))
    common = _value(entry, ("cn", "commonname", "displayname"))
    if not (found["first_name"] or found["last_name"]):
        found["name"] = "" if common == found["company"] else common
    if found["nickname"] == common:
        found["nickname"] = ""
    found |= card_table.spread("email", _values(entry, _EMAILS))
    found |= card_table.spread("phone", _values(entry, _PHONES))
    found |= card_table.spread("website", _values(entry, _WEBSITES))
    places = [card_table.address([_lines(_value(entry, names)) for names in side]) for side in (_WORK, _HOME)]
    filled = [place for place in places if any(place.values())]
    if filled:
        found |= filled[0] | {"further_address": "; ".join(map(card_table.in_one_line, filled[1:]))}
    return found | _birthday(entry) | {"tags": "; ".join(_values(entry, ("category", "categories")))}


def _birthday(entry: Entry) -> dict[str, str]:
    year, month, day = (_value(entry, (name,)) for name in ("birthyear", "birthmonth", "birthday"))
    if month.isdecimal() and day.isdecimal():
        return card_table.birthday(f"{year or '0000'}-{int(month):02}-{int(day):02}")
    return card_table.birthday(_value(entry, ("dateofbirth", "birthdate")))
