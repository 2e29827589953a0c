"""Text files with separators: their charset, their separator, their rows. Runs in the reading child.

Charset: byte-order mark, then strict UTF-8, then UTF-16 by its zeros, then the old code pages, of which the one wins
whose letters look like words; the page of the computer's language wins a draw.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

from crm_desktop.exchange import cell_text
from crm_desktop.exchange.identify import Refused

DELIMITERS = (";", ",", "\t", "|")
_SAMPLE = 1 << 18
_FIELD_LIMIT = 8_000_000
_WIDTH_ROWS = 50
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PAGES = (
    "cp1252",
    "cp1250",
    "iso8859_2",
    "mac_roman",
    "cp850",
    "cp852",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp932",
    "gb18030",
    "cp949",
)
_PAGE_OF_LANGUAGE = {
    **dict.fromkeys(("pl", "cs", "sk", "hu", "ro", "hr", "sl", "sr"), "cp1250"),
    **dict.fromkeys(("ru", "uk", "bg", "be", "mk"), "cp1251"),
    "el": "cp1253",
    "tr": "cp1254",
    "he": "cp1255",
    "ar": "cp1256",
    "ja": "cp932",
    "zh": "gb18030",
    "ko": "cp949",
    **dict.fromkeys(("lt", "lv", "et"), "cp1257"),
}
_USUAL = {
    "cp1252": "äöüßÄÖÜéèêëàâçñóíáúãõøåæœîïôûùÉÀÇÑÓÍÁÚØÅÆ",
    "cp1250": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻčďěňřšťůžýáíéúČĎĚŇŘŠŤŮŽÝÁÍÉÚőűŐŰăâîșțäöüßÄÖÜ",
    "cp1251": "".join(map(chr, range(0x410, 0x450))) + "ёЁіїєІЇЄґ",
    "cp1253": "".join(map(chr, range(0x386, 0x3CF))),
    "cp1254": "ğışöüçĞİŞÖÜÇ",
}
_USUAL |= {"mac_roman": _USUAL["cp1252"], "cp850": _USUAL["cp1252"]}
_USUAL |= {"iso8859_2": _USUAL["cp1250"], "cp852": _USUAL["cp1250"]}
_SIGNS = "€£§°²³½«»–—’‘“”„…©®™´· \u00a0ºª"
_ASIAN = {"cp932", "gb18030", "cp949"}


@dataclass(frozen=True)
class Dialect:
    """How a text file is written: `encoding` as Python names it, `delimiter` one sign."""

    encoding: str
    delimiter: str


def find_encoding(path: Path, language: str) -> str:
    """The charset of a text file; `language` is that of the computer and decides a draw."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if head.count(0) > len(head) // 5:
        return "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
    if _decodes(path, "utf-8"):
        return "utf-8"
    own = _PAGE_OF_LANGUAGE.get(language, "cp1252")
    pages = dict.fromkeys((own, *_PAGES))
    return max(pages, key=lambda page: (_likeness(head, page), page == own))


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _likeness(sample: bytes, page: str) -> float:
    """How much the signs beyond ASCII look like letters inside words: about 2 a sign if right, below 0 if wrong."""
    text = sample.decode(page, "replace")
    foreign = [(i, c) for i, c in enumerate(text[:100_000]) if c > "\x7f"]
    if not foreign:
        return 0.0
    if page in _ASIAN:
        east = sum(
            1 for i, c in foreign if _is_eastern(c) and (_is_eastern(text[i - 1]) or _is_eastern(text[i + 1 : i + 2]))
        )
        return 1.9 if east > 0.85 * len(foreign) and "\ufffd" not in text[:-1] else -5.0
    usual = _USUAL.get(page, "")
    return sum(_worth(c, text[i - 1 : i], text[i + 1 : i + 2], usual) for i, c in foreign) / len(foreign)


def _is_eastern(sign: str) -> bool:
    return (
        "\u3040" <= sign <= "\u30ff" or "\u4e00" <= sign <= "\u9fff" or "\uac00" <= sign <= "\ud7a3" or sign in "々〇ー"
    )


def _worth(sign: str, before: str, after: str, usual: str) -> float:
    if sign in usual:
        # A capital in the middle of a word of small letters is what a wrong page makes of an accent.
        return -1.0 if sign.isupper() and before.islower() else 2.0
    if sign in _SIGNS:
        return -2.0 if before.isalpha() and after.isalpha() and sign not in "’´–" else 1.0
    return 0.0 if sign.isalpha() else -3.0


def find_delimiter(sample: str) -> str:
    """The separator that gives the most even table: many rows of the same width, the wider the better."""
    csv.field_size_limit(_FIELD_LIMIT)
    first = sample.split("\n", 1)[0].strip().strip('"').lower()
    if first.startswith("sep=") and len(first) == 5:
        return first[4]
    return max(DELIMITERS, key=lambda sign: _evenness(sample, sign))


def _evenness(sample: str, delimiter: str) -> float:
    rows = [
        row
        for _, row in zip(range(400), csv.reader(sample.splitlines(keepends=True), delimiter=delimiter), strict=False)
    ]
    widths = [len(row) for row in rows[:-1] or rows if any(cell.strip() for cell in row)]
    # Wide rows tell more than title lines of one cell.
    counted = Counter(width for width in widths if width > 1)
    if not counted:
        return 0.0
    width, times = max(counted.items(), key=lambda item: (item[1] * item[0], item[0]))
    return times / len(widths) * (1 + min(width, 12) / 12)


def read_sample(path: Path, encoding: str) -> str:
    """The beginning of the file as text, cut at a line's end."""
    with _open(path, encoding) as stream:
        text = stream.read(_SAMPLE)
    whole = text.rfind("\n")
    return text[: whole + 1] if whole > 0 and len(text) == _SAMPLE else text


def find_dialect(path: Path, language: str, encoding: str = "", delimiter: str = "") -> Dialect:
    """Charset and separator; what is given is taken as it is.

    Raises:
        Refused: the file holds no text at all, or nothing readable.
    """
    encoding = encoding or find_encoding(path, language)
    sample = read_sample(path, encoding).replace("\0", "")
    if not sample.strip(" \t\r\n\ufeff;,|"):
        raise Refused("empty")
    if (
        sample.count("\ufffd") + sum(1 for c in sample[:5000] if c < " " and c not in "\t\r\n\f\x1a")
        > len(sample) // 50
    ):
        raise Refused("unreadable")
    return Dialect(encoding, delimiter or find_delimiter(sample))


def _open(path: Path, encoding: str) -> TextIO:
    return path.open(encoding=encoding, errors="replace", newline="")


def _lines(stream: TextIO) -> Iterator[str]:
    """Lines without the zeros that no table needs; old Mac files end their lines with a bare return."""
    for line in stream:
        yield line.replace("\0", "") if "\0" in line else line


@dataclass(frozen=True)
class OpenQuote:
    """A quotation mark that does not end where it should: the row and line of the file (1-based) where it stands.

    `lines` is how many lines it took in, 1 where it was read as a sign of its own line only.
    """

    row: int
    line: int
    lines: int


def _look_through(path: Path, encoding: str) -> tuple[int, bool]:
    """How many quotation marks the file has, and whether apostrophes may stand in front of what looks like a formula."""
    state = path.stat()
    return _looked_through(path, encoding, (state.st_size, state.st_mtime_ns))


@lru_cache(maxsize=4)
def _looked_through(path: Path, encoding: str, _state: tuple[int, int]) -> tuple[int, bool]:
    """The same, once for each state of a file: one of half a gigabyte takes seconds, and its rows are asked for again."""
    quotes, is_defused = 0, False
    with _open(path, encoding) as stream:
        for block in iter(lambda: stream.read(1 << 20), ""):
            quotes += block.count('"')
            is_defused = is_defused or any(f"'{sign}" in block for sign in cell_text.SIGNS)
    return quotes, is_defused


def read_rows(path: Path, dialect: Dialect, found: list[OpenQuote] | None = None) -> Iterator[list[str]]:
    """All rows, blank ones too, as lists of texts; quotation marks that end nowhere are added to `found`."""
    csv.field_size_limit(_FIELD_LIMIT)
    quotes, is_defused = _look_through(path, dialect.encoding)
    found = found if found is not None else []
    rows = _rows_as_written(path, dialect, found, quotes)
    # Text that was defused for a spreadsheet is what it was before: phone numbers, too.
    return ([cell_text.restored(cell) for cell in row] for row in rows) if is_defused else rows


def _rows_as_written(path: Path, dialect: Dialect, found: list[OpenQuote], quotes: int) -> Iterator[list[str]]:
    with _open(path, dialect.encoding) as stream:
        lines = _lines(stream)
        if quotes % 2:
            for number, (line, row) in enumerate(_rows_despite_open_quote(lines, dialect.delimiter), 1):
                if line:
                    found.append(OpenQuote(number, line, 1))
                yield row
            return
        kept: list[str] = []
        reader = csv.reader(
            _keeping(lines, kept) if quotes else lines,
            delimiter=dialect.delimiter,
            skipinitialspace=dialect.delimiter != "\t",
        )
        yield from _watched(reader, kept, dialect.delimiter, found) if quotes else reader


def _keeping(lines: Iterator[str], kept: list[str]) -> Iterator[str]:
    """The lines, each of which is put into a list as it is read."""
    for line in lines:
        kept.append(line)
        yield line


def _watched(reader: Any, kept: list[str], delimiter: str, found: list[OpenQuote]) -> Iterator[list[str]]:
    """The rows of a reader; a text that took in what looks like whole rows is added to `found`.

    Where each of its lines is as wide as a row, they are rows: its quotation mark is a sign of its own line only. `kept`
    are the lines of the row read last.
    """
    last = width = number = 0
    for row in reader:
        lines, end = kept.copy(), reader.line_num
        kept.clear()
        number += 1
        if end - last > 1 and width > 2:
            if all(line.count(delimiter) == width - 1 for line in lines):
                found.append(OpenQuote(number, last + 1, 1))
                yield from (_alone(line, delimiter) for line in lines)
                number += len(lines) - 1
                last = end
                continue
            inner = (line for cell in row if "\n" in cell for line in cell.split("\n")[1:])
            if any(line.count(delimiter) >= width - 1 for line in inner):
                found.append(OpenQuote(number, last + 1, end - last))
        last = end
        width = max(width, len(row)) if number < _WIDTH_ROWS else width
        yield row


def _alone(line: str, delimiter: str) -> list[str]:
    """The cells of a line that is a row, whatever its quotation marks say."""
    if line.count('"') % 2:
        return _literally(line, delimiter)
    return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])


def _rows_despite_open_quote(lines: Iterator[str], delimiter: str, first: int = 1) -> Iterator[tuple[int, list[str]]]:
    """Rows of a file in which a quotation mark is never closed: it counts as a sign of its own line only.

    Each comes with the number of its line where that was done, else with 0; `first` is the number of the first line.
    """
    pending: list[str] = []
    for number, line in enumerate(lines, first):
        pending.append(line)
        start = number - len(pending) + 1
        if sum(part.count('"') for part in pending) % 2 == 0:
            for row in csv.reader(pending, delimiter=delimiter, skipinitialspace=True):
                yield 0, row
            pending = []
        elif len(pending) > 30 or (len(pending) > 1 and _is_complete(line, delimiter, pending[0])):
            yield start, _literally(pending.pop(0), delimiter)
            yield from _rows_despite_open_quote(iter(pending), delimiter, start + 1)
            pending = []
    for place, line in enumerate(pending):
        yield start + place if '"' in line else 0, _literally(line, delimiter)


def _is_complete(line: str, delimiter: str, first: str) -> bool:
    """Whether a line without quotation marks has the width of a row of its own."""
    return '"' not in line and line.count(delimiter) > 0 and line.count(delimiter) == first.count(delimiter)


def _literally(line: str, delimiter: str) -> list[str]:
    return [re.sub(r'^"', "", cell).strip() for cell in line.rstrip("\r\n").split(delimiter)]
