"""The words of a paper: PDF, office files, web pages and plain text; runs in the reading child.

What a file is, its content says; the name only tells plain text from a web page. Packed files are read in pieces and no
further than there are words to keep, so that a small file that unpacks to a mountain ends early.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, Any

from crm_desktop.exchange import broken_zip
from crm_desktop.exchange.identify import Refused
from crm_desktop.exchange.web_text import words_of

MOST_LETTERS = 2_000_000
MOST_PAGES = 3000
# What may be unpacked of one member of an office file.
LARGEST_MEMBER = 150_000_000
_PLAIN_ENDINGS = (".txt", ".md", ".csv", ".tsv", ".log", ".xml", ".json", ".ics", ".vcf", ".ini")
_WEB_ENDINGS = (".html", ".htm", ".xhtml")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def read(name: str, content: bytes) -> str:
    """The words of a file.

    Raises:
        Refused: "empty", "protected", "damaged", "too_large" or "unreadable".
    """
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if content[:1024].lstrip().startswith(b"%PDF"):
        found = _pdf(content)
    elif content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        found = _packed(content)
    elif content.startswith(_OLE):
        raise Refused("protected" if "EncryptedPackage".encode("utf-16-le") in content[:2_000_000] else "unreadable")
    elif ending in _WEB_ENDINGS:
        found = words_of(_decoded(content), MOST_LETTERS)
    elif ending == ".eml":
        from crm_desktop.exchange import mail_parse

        mail = mail_parse.read(content)
        found = f"{mail.subject}\n{mail.text}"
    elif ending in _PLAIN_ENDINGS and b"\x00\x00" not in content[:4096]:
        found = _decoded(content)
    else:
        raise Refused("unreadable")
    if not found.strip():
        raise Refused("empty")
    return found[:MOST_LETTERS]


def _decoded(content: bytes) -> str:
    content = content[: MOST_LETTERS * 4]
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _pdf(content: bytes) -> str:
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise Refused("protected" if "password" in str(error).lower() else "damaged", str(error)) from error
    found, letters = [], 0
    try:
        for number in range(min(len(pdf), MOST_PAGES)):
            page = pdf[number]
            words = page.get_textpage().get_text_bounded()
            page.close()
            found.append(words)
            letters += len(words)
            if letters > MOST_LETTERS:
                break
    finally:
        pdf.close()
    return "\n".join(found)


# ---- office files ----------------------------------------------------------------------------------------------------


class _Limited(io.RawIOBase):
    """A member of a packed file that ends with a refusal when too much comes out of it."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner, self._left = inner, LARGEST_MEMBER

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._inner.read(len(buffer))
        self._left -= len(piece)
        if self._left < 0:
            raise Refused("too_large")
        buffer[: len(piece)] = piece
        return len(piece)


def _packed(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if len(names) > 20_000:
                raise Refused("too_large")
            if (
                "META-INF/manifest.xml" in names
                and b"encryption-data" in archive.read("META-INF/manifest.xml")[:1_000_000]
            ):
                raise Refused("protected")
            members, reader = _plan(names)
            return _joined(archive, members, reader)
    except (*broken_zip.PACKED, KeyError) as error:
        raise Refused("damaged", str(error)) from error


def _joined(archive: zipfile.ZipFile, members: list[str], reader: Callable[[IO[bytes]], Iterator[str]]) -> str:
    found: list[str] = []
    letters = 0
    for member in members:
        with archive.open(member) as stream:
            for words in reader(io.BufferedReader(_Limited(stream))):
                found.append(words)
                letters += len(words) + 1
                if letters > MOST_LETTERS:
                    return "".join(found)
    return "".join(found)


def _plan(names: list[str]) -> tuple[list[str], Callable[[IO[bytes]], Iterator[str]]]:
    """Which members of an office file hold its words, and who reads them."""
    if "word/document.xml" in names:
        more = ("word/header", "word/footer", "word/footnotes", "word/endnotes", "word/comments")
        rest = sorted(name for name in names if name.startswith(more) and name.endswith(".xml"))
        return ["word/document.xml", *rest], _paragraphs
    if "xl/workbook.xml" in names:
        sheets = sorted(name for name in names if name.startswith("xl/worksheets/") and name.endswith(".xml"))
        shared = [name for name in ("xl/workbook.xml", "xl/sharedStrings.xml") if name in names]
        return [*shared, *sheets], _cells
    slides = sorted(
        name for name in names if name.startswith(("ppt/slides/slide", "ppt/notesSlides/")) and name.endswith(".xml")
    )
    if slides:
        return slides, _paragraphs
    if "content.xml" in names and "mimetype" in names:
        return ["content.xml"], _open_document
    raise Refused("unreadable")


def _elements(stream: IO[bytes]) -> Iterator[tuple[str, Any]]:
    """The elements of an XML member as they end, by their name without its space; entities are never resolved."""
    from lxml import etree

    try:
        for _event, element in etree.iterparse(
            stream,
            events=("end",),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            recover=True,
        ):
            if isinstance(element.tag, str):
                yield element.tag.rpartition("}")[2], element
    except etree.XMLSyntaxError as error:
        raise Refused("damaged", str(error)) from error


def _paragraphs(stream: IO[bytes]) -> Iterator[str]:
    """Word and PowerPoint: runs of text, a line for each paragraph."""
    for name, element in _elements(stream):
        if name == "t":
            yield element.text or ""
        elif name in ("tab", "br"):
            yield " "
        elif name in ("p", "tr"):
            yield "\n"
            element.clear()


def _cells(stream: IO[bytes]) -> Iterator[str]:
    """Excel: shared and inline texts, numbers, names of sheets."""
    for name, element in _elements(stream):
        if name == "t":
            yield f"{element.text or ''} "
        elif name == "sheet" and element.get("name"):
            yield f"{element.get('name')}\n"
        elif name == "v":
            cell = element.getparent()
            if cell is None or cell.get("t") != "s":  # "s" is the place of a shared text
                yield f"{element.text or ''} "
        elif name in ("si", "row"):
            yield "\n"
            element.clear()


def _open_document(stream: IO[bytes]) -> Iterator[str]:
    """OpenDocument texts, tables and slides: the words of each paragraph."""
    for name, element in _elements(stream):
        if name in ("p", "h"):
            yield "".join(element.itertext()) + "\n"
            element.clear()
        elif name == "table-row":
            element.clear()
