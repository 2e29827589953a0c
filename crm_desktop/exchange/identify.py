"""What a file really is: its content decides, never its name.

Runs in the reading child. `identify` returns one of the readable formats or raises `Refused` with a short code, which
`reading` turns into a sentence for the user.
"""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

from crm_desktop.exchange import broken_zip

# A spreadsheet of a million filled rows unpacks to some 200 MB; bombs pack a thousand to one.
LARGEST_UNPACKED = 1_000_000_000
LARGEST_TEXT = 500_000_000
_BOMB_RATIO = 200
_BOMB_SIZE = 60_000_000
# Cells between the first and the last filled one: what the reader would have to lay out in memory.
LARGEST_RANGE = 25_000_000
# Linux keeps the reading child within its memory, whatever a file claims; elsewhere the range is checked beforehand.
MEMORY_IS_LIMITED = sys.platform.startswith("linux")

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_MAGIC = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"II*\x00", "picture"),
    (b"{\\rtf", "letter"),
    (b"\x1f\x8b", "packed"),
    (b"7z\xbc\xaf", "packed"),
    (b"Rar!", "packed"),
    (b"SQLite format 3", "database"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
)
# Possessive repetitions ("*+") give nothing back: a file of comments alone is not tried in every way to part them.
_CARDS = (
    (re.compile(rb"\s*BEGIN\s*:\s*VCARD", re.IGNORECASE), "vcard"),
    (re.compile(rb"\s*BEGIN\s*:\s*VCALENDAR", re.IGNORECASE), "ics"),
    (re.compile(rb"(?:\s++|#[^\n]*\n)*+(?:version:\s*1\s+)?+(?:\s++|#[^\n]*\n)*+dn::?\s", re.IGNORECASE), "ldif"),
)
_TEXT_MAGIC = (
    (re.compile(rb"\s*<\?xml[^>]*>.{0,400}<(?:\w+:)?Workbook", re.DOTALL), "xml_workbook"),
    (re.compile(rb"\s*<\?xml(?!.{0,2000}<(?:html|table))", re.DOTALL | re.IGNORECASE), "xml"),
)
_JSON = re.compile(rb"\s*[\[{]\s*[\[{\"}\]]")
_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*+<(?:!doctype html|html|head|body|table|meta|style|\?xml)\b", re.DOTALL | re.IGNORECASE
)
_LAST_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
_WIDE_CELL = re.compile(rb'<c r="([A-Z]{2,3})\d')
_ROW_NUMBER = re.compile(rb'<row [^>]{0,60}?\br="(\d{1,7})"')
_ODS_ROW = re.compile(
    rb'<table:table-row[^>]*number-rows-repeated="(\d+)"[^>]*>((?:(?!</table:table-row>).){0,4000})', re.DOTALL
)
_ODS_CELL = re.compile(rb"<table:table-cell([^>]*)>")
_ODS_TIMES = re.compile(rb'number-columns-repeated="(\d+)"')


class Refused(Exception):  # noqa: N818
    """The file cannot be read; the code names the sentence for the user."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def identify(path: Path) -> str:
    """The format by content: "xlsx", "xlsb", "xls", "ods", "html", "vcard", "ics", "ldif", "json" or "text".

    Raises:
        Refused: it is none of these, empty, protected by a password, or too large.
    """
    with path.open("rb") as file:
        head = file.read(65536)
    if not head:
        raise Refused("empty")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _identify_zip(path)
    if head.startswith(_OLE):
        return _identify_ole(path)
    for magic, code in _MAGIC:
        if head.startswith(magic) and not (len(magic) == 2 and _is_texty(head)):
            raise Refused(code)
    return _identify_text(path, head)


def _is_texty(head: bytes) -> bool:
    control = sum(head.count(bytes([c])) for c in range(32) if c not in {9, 10, 12, 13, 26, 27})
    return control <= max(len(head) // 100, 3)


def _identify_text(path: Path, head: bytes) -> str:
    if path.stat().st_size > LARGEST_TEXT:
        raise Refused("too_large")
    plain = head.removeprefix(b"\xef\xbb\xbf")
    start = head.decode("utf-16", "ignore").encode() if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else plain
    card = next((form for pattern, form in _CARDS if pattern.match(start)), None)
    if card:
        return card
    if _JSON.match(start.removeprefix(b"\xef\xbb\xbf")):
        return "json"
    for pattern, code in _TEXT_MAGIC:
        if pattern.match(plain):
            raise Refused(code)
    if _HTML.match(plain):
        if b"<table" not in head.lower() and b"<tr" not in path.read_bytes()[:5_000_000].lower():
            raise Refused("web_page")
        return "html"
    wide = head[:2] in {b"\xff\xfe", b"\xfe\xff"} or head.count(0) > len(head) // 5
    if not wide and not _is_texty(head):
        raise Refused("unreadable")
    return "text"


def _identify_zip(path: Path) -> str:
    try:
        if broken_zip.has_huge_directory(path):
            raise Refused("too_large")
        with zipfile.ZipFile(path) as archive:
            names = {name.lower().lstrip("/") for name in archive.namelist()}
            _refuse_bombs(archive)
            if "mimetype" in names and archive.read("mimetype")[:46].startswith(b"application/vnd.oasis"):
                return _identify_open_document(archive)
    except broken_zip.ERRORS as error:
        raise Refused("damaged") from error
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "word/document.xml" in names:
        raise Refused("letter")
    raise Refused("numbers" if "index/document.iwa" in names else "packed")


def _identify_open_document(archive: zipfile.ZipFile) -> str:
    kind = archive.read("mimetype")
    if b"spreadsheet" not in kind:
        raise Refused("letter")
    if "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise Refused("protected")
    _check_ods_range(archive)
    _check_whole(archive, "content.xml")
    return "ods"


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if sum(member.file_size for member in members) > LARGEST_UNPACKED or len(members) > 20_000:
        raise Refused("too_large")
    for member in members:
        if member.file_size > _BOMB_SIZE and member.file_size > _BOMB_RATIO * max(member.compress_size, 1):
            raise Refused("too_large")


def _identify_ole(path: Path) -> str:
    content = path.read_bytes()[:20_000_000]
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Refused("protected")
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        return "xls"
    if "WordDocument".encode("utf-16-le") in content:
        raise Refused("letter")
    raise Refused("damaged")


def _check_ods_range(archive: zipfile.ZipFile) -> None:
    """Refuse repeated cells that would fill the whole sheet; empty repeats at the end are how LibreOffice saves."""
    with archive.open("content.xml") as stream:
        carry = b""
        while block := stream.read(1 << 22):
            text = carry + block
            for repeated in _ODS_ROW.finditer(text):
                cells = [cell[1] for cell in _ODS_CELL.finditer(repeated[2]) if b"office:value" in cell[1]]
                times = sum(int(found[1]) if (found := _ODS_TIMES.search(cell)) else 1 for cell in cells)
                if times * int(repeated[1]) > LARGEST_RANGE:
                    raise Refused("too_large")
            carry = text[-4096:]


def _check_whole(archive: zipfile.ZipFile, member: str) -> None:
    """Refuse XML that breaks off or is none: its reader waits for an end that never comes."""
    from xml.parsers import expat

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = _refuse_entities
    try:
        with archive.open(member) as stream:
            while block := stream.read(1 << 20):
                parser.Parse(block)
            parser.Parse(b"", True)  # noqa: FBT003  (expat takes it by place)
    except expat.ExpatError as error:
        raise Refused("damaged", str(error)) from error


def _refuse_entities(*_about: object) -> None:
    raise Refused("damaged", "declares entities of its own")


def check_xlsx_range(path: Path, member: str) -> None:
    """Refuse a sheet whose filled cells span more than can be laid out, whatever range the file claims.

    Raises:
        Refused: too large.
    """
    rows, widest = 0, b""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
            carry = b""
            while block := stream.read(1 << 22):
                text = carry + block
                wide = {found[1] for found in _WIDE_CELL.finditer(text)} if _has_wide(text) else set()
                widest = max([widest, *wide], key=lambda letters: (len(letters), letters))
                tail = _ROW_NUMBER.findall(text[text.rfind(b"<row ") :]) or [b"0"]
                rows = max(rows, int(tail[-1]))
                carry = text[-64:]
    except broken_zip.ERRORS as error:
        raise Refused("damaged") from error
    if rows * _column_number(widest or b"Z") > LARGEST_RANGE:
        raise Refused("too_large")


def _has_wide(text: bytes) -> bool:
    return _WIDE_CELL.search(text) is not None


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
