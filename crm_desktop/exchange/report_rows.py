"""The rows of large tables, written straight into the sheets of a finished workbook.

A workbook of 100,000 rows made cell by cell takes a dozen times as long as its text. So openpyxl makes what has a look
(headings, sums, charts, widths, filters) and the rows are put between as XML, a thousand at a time. The same step writes
the result of each formula beside it, so that programs that do not calculate show the figures too.

Source: ECMA-376 part 1, 18.3.1 (worksheets).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
FORMULA_LIKE = ("=", "+", "-", "@", "\t", "\r")
LONGEST = 32_767
_EARLIEST = date(1900, 3, 1)
_DAY_ZERO = date(1899, 12, 30).toordinal()
_CHUNK, _MANY, _REMEMBERED = 1000, 20_000, 20_000
_NUMBERS = frozenset((int, Decimal))
_ROW = re.compile(r'<row r="(\d+)"')
_FORMULA = re.compile(r'(<c r="([A-Z]+\d+)"[^>]*><f>[^<]*</f>)<v\s*(?:/>|></v>)')
_DIMENSION = re.compile(r"<dimension [^>]*/>")


@dataclass(frozen=True)
class Formula:
    """A formula; `{row}` stands for the row in which it is written, `value` is its result where that is known."""

    text: str
    value: Decimal | int | None = None


@dataclass(frozen=True)
class Rows:
    """Rows of one table: where they begin (row and column, from 1), and a style per column.

    `text_styles` are for text that looks like a formula and must stay text.
    """

    first_row: int
    first_column: int
    values: Sequence[Sequence[Any]]
    styles: Sequence[int]
    text_styles: Sequence[int]


@dataclass
class SheetRows:
    """What is put into one sheet: tables of rows, and the results of its formulas by cell."""

    tables: list[Rows] = field(default_factory=list)
    results: dict[str, Decimal | int] = field(default_factory=dict)


def put(book: bytes, sheets: Mapping[str, SheetRows], target: Path) -> None:
    """Write the workbook with its rows; `sheets` has names of parts, for example "xl/worksheets/sheet1.xml"."""
    with zipfile.ZipFile(BytesIO(book)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for part in source.infolist():
            wanted = sheets.get(part.filename)
            if wanted is None:
                made.writestr(part, source.read(part), zipfile.ZIP_DEFLATED)
                continue
            entry = zipfile.ZipInfo(part.filename, part.date_time)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # Level 1 takes a third of the time of the usual one for a tenth more bytes.
            entry._compresslevel = 1 if sum(len(t.values) for t in wanted.tables) > _MANY else 6  # type: ignore[attr-defined]  # noqa: SLF001
            with made.open(entry, "w") as out:
                for text in _sheet(source.read(part).decode(), wanted):
                    out.write(text.encode())


def _sheet(xml: str, wanted: SheetRows) -> Iterator[str]:
    """The text of a sheet with its rows at their places."""
    xml = _DIMENSION.sub("", _FORMULA.sub(lambda found: _with_result(found, wanted.results), xml), count=1)
    xml = xml.replace("<sheetData/>", "<sheetData></sheetData>").replace("<sheetData />", "<sheetData></sheetData>")
    done = 0
    for table in sorted(wanted.tables, key=lambda t: t.first_row):
        if not table.values:
            continue
        after = (found.start() for found in _ROW.finditer(xml) if int(found[1]) > table.first_row)
        place = next(after, xml.index("</sheetData>"))
        yield xml[done:place]
        yield from _rows(table)
        done = place
    yield xml[done:]


def _with_result(found: re.Match[str], results: Mapping[str, Decimal | int]) -> str:
    value = results.get(found[2])
    return (
        found[0]
        if value is None
        else f"{found[1]}<v>{value:f}</v>"
        if isinstance(value, Decimal)
        else f"{found[1]}<v>{value}</v>"
    )


def _rows(table: Rows) -> Iterator[str]:
    letters = [get_column_letter(table.first_column + place) for place in range(len(table.styles))]
    columns = list(zip(letters, table.styles, table.text_styles, strict=True))
    parts: list[str] = []
    for number, values in enumerate(table.values, table.first_row):
        cells = [
            f'<c r="{letter}{number}" s="{style}"><v>{value}</v></c>'
            if type(value) in _NUMBERS
            else _cell(value, number, letter, style, text_style)
            for value, (letter, style, text_style) in zip(values, columns, strict=True)
        ]
        parts.append(f'<row r="{number}">{"".join(cells)}</row>')
        if len(parts) >= _CHUNK:
            yield "".join(parts)
            parts.clear()
    yield "".join(parts)
    _written.cache_clear()


def _cell(value: Any, row: int, letter: str, style: int, text_style: int) -> str:
    """One cell that is no number; text is never taken for a formula."""
    if value is None:
        return f'<c r="{letter}{row}" s="{style}"/>'
    if isinstance(value, Formula):
        text = escape(value.text.removeprefix("=").replace("{row}", str(row)))
        known = "" if value.value is None else f"<v>{value.value}</v>"
        return f'<c r="{letter}{row}" s="{style}"><f>{text}</f>{known}</c>'
    quoted, rest = _written(value)
    return f'<c r="{letter}{row}" s="{text_style if quoted else style}"{rest}'


@lru_cache(maxsize=_REMEMBERED)
def _written(value: Any) -> tuple[bool, str]:
    """Whether a text looks like a formula, and a cell after its style; lists repeat most of their values."""
    if isinstance(value, str):
        text = tidy(value)
        keep = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
        return text.startswith(FORMULA_LIKE), f' t="inlineStr"><is><t{keep}>{escape(text)}</t></is></c>'
    if isinstance(value, date):
        if value < _EARLIEST:
            return False, f' t="inlineStr"><is><t>{value.isoformat()}</t></is></c>'
        return False, f"><v>{value.toordinal() - _DAY_ZERO}</v></c>"
    return False, f"><v>{value}</v></c>"


def tidy(text: str) -> str:
    """Text without what a sheet cannot hold."""
    if not text.isprintable():
        text = _CONTROL.sub("", text)
    return text[:LONGEST]
