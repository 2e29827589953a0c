"""Address cards (vCard 2.1, 3.0, 4.0) as phones and mail programs hand them out, as a table for the import.

Tolerant on purpose: a line that cannot be read is reported and the card kept; a card without anything in it is a row
that is left out. Charsets are found per line, since 2.1 declares them there and often not at all. Runs in the reading
child. Source: RFC 2426, RFC 6350, versit vCard 2.1; decision 0024.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import card_photos, card_table
from crm_desktop.exchange.card_table import CardTable
from crm_desktop.exchange.identify import Refused

_BEGIN = re.compile(rb"\s*BEGIN\s*:\s*(\w+)", re.IGNORECASE)
_END = re.compile(rb"\s*END\s*:\s*(\w+)", re.IGNORECASE)
_CODED = re.compile(rb";(?:ENCODING=)?QUOTED-PRINTABLE(?=[;:])", re.IGNORECASE)
_PICTURES = re.compile(rb"(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY|X-MS-CARDPICTURE|X-MS-OL-DESIGN)\b", re.IGNORECASE)
_COUNTED = re.compile(rb"(?:[\w-]+\.)?SOUND\b", re.IGNORECASE)
_PHOTOS = re.compile(rb"(?:[\w-]+\.)?(?:PHOTO|LOGO|X-MS-CARDPICTURE)\b", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_LONGEST_LINE = 200_000
# Nobody has so many phones; the rest of a card is passed over.
_MOST_LINES = 5000
_LONGEST_HEAD = 1000
_NAME = re.compile(r"[\w-]+")
# A comma between quotation marks, until the head is taken apart.
_COMMA = "\x1f"
# Which number or address of several comes first.
_ORDER = ("pref", "work", "main", "voice", "cell", "home")
_NOT_TO_CALL = {"fax", "pager", "x400", "modem", "telex", "bbs", "video", "pcs"}
_ANNIVERSARIES = (
    "ANNIVERSARY", "X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY", "X-MS-ANNIVERSARY", "X-KADDRESSBOOK-X-ANNIVERSARY",
    "X-WAB-WEDDING_ANNIVERSARY",
)  # fmt: skip
_ANNIVERSARY = re.compile(r"anniversa|jahrestag|hochzeitstag|aniversario|rocznica|jubil")
_OF_NOBODY = {"assistantphone", "_$!<assistant>!$_"}


@dataclass(frozen=True)
class Line:
    """A line of a card: property, group, what is said about it (types in lower case), its raw value."""

    name: str
    group: str
    types: frozenset[str]
    value: str

    def text(self) -> str:
        """The value as text."""
        return unescaped(self.value).strip()

    def parts(self) -> list[str]:
        """The parts of a value that has several."""
        return [unescaped(part).strip() for part in split(self.value, ";")]


@dataclass
class Card:
    """The lines of one card, those of its photos apart; `closed` says that its end was found."""

    lines: list[bytes] = field(default_factory=list)
    closed: bool = False
    photos: list[bytes] = field(default_factory=list)
    pictures: int = 0


def unescaped(value: str) -> str:
    r"""A value without backslashes: "\n" is a new line, "\," a comma."""
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def split(value: str, sign: str) -> list[str]:
    """The parts of a raw value between signs that no backslash precedes."""
    return re.split(rf"(?<!\\){re.escape(sign)}", value)


def read(path: Path) -> CardTable:
    """All cards of a file.

    Raises:
        Refused: too large, or no card in it.
    """
    table, content = CardTable(), card_table.read_bytes(path)
    if content.count(b"BEGIN:VCARD") > card_table.MOST_CARDS:
        raise Refused("too_large")
    for card in cards(card_table.lines(content)):
        table.pictures += card.pictures
        _add(table, card)
    return table.finished()


# ---- lines ----------------------------------------------------------------------------------------------------------


def cards(raw: list[bytes]) -> Iterator[Card]:
    """The cards among the lines of a file; a card within a card belongs to nobody."""
    card: Card | None = None
    inner = 0
    for line in unfolded(raw):
        begin = _BEGIN.match(line)
        if begin and card is not None and (inner or (card.lines[-1:] and card.lines[-1].upper().startswith(b"AGENT"))):
            inner += 1
        elif begin:
            if card is not None:
                yield card
            card = Card()
        elif _END.match(line):
            if inner:
                inner -= 1
            elif card is not None:
                card.closed = True
                yield card
                card = None
        elif card is not None and not inner:
            _take(card, line)
    if card is not None:
        yield card


def _take(card: Card, line: bytes) -> None:
    if _PHOTOS.match(line):
        card.photos.append(line)
    elif _PICTURES.match(line):
        card.pictures += bool(_COUNTED.match(line))
    elif len(card.lines) < _MOST_LINES:
        card.lines.append(line)


def unfolded(raw: list[bytes]) -> Iterator[bytes]:
    """Lines put together again: folded ones, and those of quoted-printable that end with "="."""
    whole: list[bytes] = []
    coded = picture = False
    # So many bytes of the line are of use: all of a photo, hardly any of a sound.
    room = _LONGEST_LINE
    for line in raw:
        soft = coded and whole[-1].endswith(b"=")
        if soft:
            whole[-1] = whole[-1][:-1]
            whole.append(line)
        elif whole and (line[:1] in {b" ", b"\t"} or (picture and b":" not in line and line.strip())):
            room -= len(line)
            if room > 0 or not picture:
                whole.append(line[1:] if line[:1] in {b" ", b"\t"} else line)
        elif line.strip():
            if whole:
                yield _in_one(whole, picture=picture)
            picture = bool(_PICTURES.match(line))
            room = card_photos.LARGEST_LINE + 1000 if _PHOTOS.match(line) else 0
            whole = [line[: max(room, 200)] if picture else line]
            room -= len(line)
            coded = bool(_CODED.search(line.partition(b":")[0] + b":"))
    if whole:
        yield _in_one(whole, picture=picture)


def _in_one(whole: list[bytes], *, picture: bool) -> bytes:
    line = b"".join(whole)
    return line if picture else line[:_LONGEST_LINE]


def parsed(raw: bytes) -> Line:
    """A line taken apart.

    Raises:
        ValueError: it is no line of a card.
    """
    name, group, types, stated, value = _taken_apart(raw)
    value = _uncoded(value, {stated.get("ENCODING", ""), *types})
    return Line(name, group, frozenset(types), card_table.decoded(value, stated.get("CHARSET", "")))


def _taken_apart(raw: bytes) -> tuple[str, str, list[str], dict[str, str], bytes]:
    """Property, group, types, what else its head states, and the raw value."""
    colon = _colon(raw)
    if colon < 0:
        raise ValueError
    head, value = f"{card_table.decoded(raw[:colon])};", raw[colon + 1 :]
    # Signs between quotation marks part nothing.
    words = [word.strip(' "') for word in "".join(_hidden_signs(head)).split(";")]
    group, _dot, name = words[0].rpartition(".")
    if not _NAME.fullmatch(name):
        raise ValueError
    said = [
        (key.upper(), what) if equals else ("TYPE", key) for key, equals, what in (w.partition("=") for w in words[1:])
    ]
    types = [
        kind.strip(' "').lower() for key, what in said if key == "TYPE" for kind in what.replace(_COMMA, ",").split(",")
    ]
    types += ["pref"] if any(key == "PREF" for key, _what in said) else []
    stated = {key: what.strip(' "').lower() for key, what in said}
    return name.upper(), group.lower(), types, stated, value


def _colon(raw: bytes) -> int:
    """Where the value begins: at the first colon that does not stand between quotation marks; -1 = nowhere."""
    head = raw[:_LONGEST_HEAD]
    first = head.find(b":")
    if b'"' not in head[: max(first, 0)]:
        return first
    quoted = False
    for place, sign in enumerate(head):
        quoted ^= sign == 0x22
        if sign == 0x3A and not quoted:
            return place
    return first


def _hidden_signs(head: str) -> Iterator[str]:
    """The signs of a head, those that stand between quotation marks and would part it replaced."""
    quoted = False
    for sign in head:
        quoted ^= sign == '"'
        yield _COMMA if quoted and sign == "," else " " if quoted and sign == ";" else sign


def _uncoded(value: bytes, codes: set[str]) -> bytes:
    if "quoted-printable" in codes:
        # A new line that was coded is text, not the end of anything.
        return binascii.a2b_qp(value).replace(b"\r\n", b"\n")
    # binascii.Error is a ValueError: such a line cannot be read.
    return base64.b64decode(value) if codes & {"b", "base64"} else value


# ---- cards ----------------------------------------------------------------------------------------------------------


def _add(table: CardTable, card: Card) -> None:
    lines: list[Line] = []
    unreadable: list[bytes] = []
    for raw in card.lines:
        try:
            lines.append(parsed(raw))
        except ValueError:
            unreadable.append(raw)
    record = _record(lines) if lines else {}
    shown = record.get("name") or f"{record.get('first_name', '')} {record.get('last_name', '')}".strip()
    if any(line.name == "KIND" and line.text().lower() == "group" for line in lines):
        table.skip(shown, _("A group of cards, not somebody’s card"))
        return
    if not any(record.get(label) for label in ("name", "first_name", "last_name", "company", "email", "phone")):
        first = unreadable[0] if unreadable else b""
        table.skip(card_table.decoded(first[:200]), card_table.nothing_in_it())
        return
    if unreadable:
        table.warn(card_table.decoded(unreadable[0][:200]), _("A line of this card cannot be read; it was left out"))
    if not card.closed:
        table.warn(shown, _("The end of this card is missing; something may be missing on it"))
    record["photo"] = _photo(table, card)
    table.add({label: value for label, value in record.items() if value})


def _photo(table: CardTable, card: Card) -> str:
    """The word of the card's picture, of several that of the first photo; "" where it has none that can be kept."""
    kept = ""
    for raw in sorted(card.photos, key=_is_logo):
        try:
            content = _picture(raw)
        except card_photos.Linked:
            table.pictures += 1
        except ValueError:
            table.warn("", card_photos.unreadable())
        else:
            if kept:
                table.pictures += 1
            elif content:
                kept = table.photo(content)
    return kept


def _is_logo(raw: bytes) -> bool:
    """Whether a picture stands for the firm, or for the whole card as Outlook draws it."""
    name = raw[:100].partition(b":")[0].partition(b";")[0].upper()
    return b"LOGO" in name or b"CARDPICTURE" in name


def _picture(raw: bytes) -> bytes:
    """The bytes of a picture; none where the line is empty."""
    _name, _group, types, stated, value = _taken_apart(raw)
    coded = bool({stated.get("ENCODING", ""), *types} & {"b", "base64"})
    return card_photos.from_value(value, coded=coded) if value.strip() else b""


def _record(lines: list[Line]) -> dict[str, str]:
    by_name: dict[str, list[Line]] = {}
    for line in lines:
        by_name.setdefault(line.name, []).append(line)
    labels = {line.group: line.text().lower() for line in by_name.get("X-ABLABEL", []) if line.group}
    found = _who(by_name) | _reach(by_name, labels) | _where(by_name.get("ADR", []))
    for line in [line for line in by_name.get("BDAY", []) if line.text()][:1]:
        found |= card_table.birthday(line.text())
    found["anniversary"] = next(_anniversaries(by_name, labels), "")
    categories = [part for line in by_name.get("CATEGORIES", []) for part in split(line.value, ",")]
    found["tags"] = "; ".join(filter(None, (unescaped(part).strip() for part in categories if part != "myContacts")))
    found["notes"] = "\n".join(filter(None, (line.text() for line in by_name.get("NOTE", []))))
    return found


def _anniversaries(by_name: dict[str, list[Line]], labels: dict[str, str]) -> Iterator[str]:
    """The days that a card calls an anniversary, under whatever name its program has for it."""
    for name in _ANNIVERSARIES:
        yield from (card_table.plain_day(line.text()) for line in by_name.get(name, []))
    for line in by_name.get("X-ABDATE", []):
        if _ANNIVERSARY.search(labels.get(line.group, "")):
            yield card_table.plain_day(line.text())
    yield from (card_table.plain_day(day) for day, which in _android(by_name, "contact_event") if which == "1")


def _android(by_name: dict[str, list[Line]], kind: str) -> Iterator[tuple[str, str]]:
    """What Android keeps in lines of its own: value and which sort of it."""
    for line in by_name.get("X-ANDROID-CUSTOM", []):
        parts = [*line.parts(), "", "", ""]
        if parts[0].endswith(f"/{kind}"):
            yield parts[1], parts[2]


def _first(lines: list[Line] | None) -> str:
    return next((text for line in lines or () if (text := line.text())), "")


def _who(by_name: dict[str, list[Line]]) -> dict[str, str]:
    names = [*by_name["N"][0].parts(), "", "", "", "", ""] if "N" in by_name else [""] * 5
    family, given, middle, prefixes, suffixes = (" ".join(part.replace("\\,", ",").split()) for part in names[:5])
    organisation = [part for line in by_name.get("ORG", [])[:1] for part in line.parts()]
    company, shown = (organisation or [""])[0], _first(by_name.get("FN"))
    is_firm = "company" in _first(by_name.get("X-ABSHOWAS")).lower() or _first(by_name.get("KIND")).lower() == "org"
    found = {
        "customer_number": _first(by_name.get("X-CUSTOMER-NUMBER")),
        "kind": "company" if is_firm else "",
        "company": company or (shown if is_firm else ""),
        "department": ", ".join(filter(None, organisation[1:])),
        "job_title": _first(by_name.get("TITLE")) or _first(by_name.get("ROLE")),
        "nickname": _first(by_name.get("NICKNAME")) or next((name for name, _ in _android(by_name, "nickname")), ""),
    }
    found |= {f"custom_{number}": _first(by_name.get(f"X-CUSTOM{number}")) for number in (1, 2, 3, 4)}
    if is_firm or not (family or given):
        return found | {"name": "" if is_firm or shown == company else shown}
    last = f"{family} {suffixes}".strip() if family else ""
    return found | {"first_name": given, "middle_name": middle, "last_name": last} | card_table.titled(prefixes)


def _rank(line: Line) -> int:
    return next((place for place, kind in enumerate(_ORDER) if kind in line.types), len(_ORDER))


def _reach(by_name: dict[str, list[Line]], labels: dict[str, str]) -> dict[str, str]:
    calls = [line for line in by_name.get("TEL", []) if not (line.group and labels.get(line.group, "") in _OF_NOBODY)]
    fax = [line for line in calls if "fax" in line.types or "fax" in labels.get(line.group, "")]
    phones = sorted((line for line in calls if line not in fax and not line.types & _NOT_TO_CALL), key=_rank)
    emails = sorted((line for line in by_name.get("EMAIL", []) if "x400" not in line.types), key=_rank)
    pages = sorted(by_name.get("URL", []), key=_rank)
    found = card_table.spread("phone", (_number(line) for line in phones))
    found |= card_table.spread("email", (_without(line.text(), "mailto:") for line in emails))
    found |= card_table.spread("website", (line.text() for line in pages))
    return found | {"fax": _number(fax[0]) if fax else ""}


def _without(text: str, start: str) -> str:
    return text[len(start) :] if text.lower().startswith(start) else text


def _number(line: Line) -> str:
    number = _without(line.text(), "tel:")
    return number.replace(";ext=", " ext. ").replace("%20", " ")


def _where(lines: list[Line]) -> dict[str, str]:
    """The address that comes first in its columns, all others in one."""
    found: list[dict[str, str]] = []
    for line in sorted(lines, key=_rank):
        box, more, street, city, state, postcode, country = (*line.parts(), *[""] * 7)[:7]
        beside = "\n".join(filter(None, (more if street else "", box)))
        parts = card_table.address((street or more, beside, postcode, city, state, country))
        if any(parts.values()):
            found.append(parts)
    if not found:
        return {}
    return found[0] | {"further_address": "; ".join(map(card_table.in_one_line, found[1:]))}
