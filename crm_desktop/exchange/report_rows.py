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
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

from crm_desktop.exchange.cell_text import LONGEST, looks_like_formula, tidy

_LIKE_A_SIGN = re.compile("_x[0-9A-Fa-f]{4}_")
_EARLIEST = date(1900, 3, 1)
_DAY_ZERO = date(1899, 12, 30).toordinal()
_CHUNK, _MANY, _REMEMBERED = 1000, 20_000, 20_000
_NUMBERS = frozenset((int, Decimal))
_ODD_ENDS = frozenset("=+-@ ")
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
    """The rows as text, a thousand at a time and column by column: cells of one kind need no look at each of them."""
    letters = (get_column_letter(table.first_column + place) for place in range(len(table.styles)))
    columns = [_Column(*look) for look in zip(letters, table.styles, table.text_styles, strict=True)]
    for start in range(0, len(table.values), _CHUNK):
        some = table.values[start : start + _CHUNK]
        first = table.first_row + start
        numbers = [str(number) for number in range(first, first + len(some))]
        cells = [column.cells(values, numbers) for column, values in zip(columns, zip(*some, strict=True), strict=True)]
        heads = [f'<row r="{number}">' for number in numbers]
        yield "</row>".join(map("".join, zip(heads, *cells, strict=True)))
        yield "</row>"


class _Column:
    """Writes the cells of one column; what a text or day looks like as a cell is remembered, since lists repeat them."""

    def __init__(self, letter: str, style: int, text_style: int) -> None:
        self.head, self.style, self.text_style = f'<c r="{letter}', style, text_style
        self.known: dict[Any, str] = {}

    def cells(self, values: Sequence[Any], numbers: Sequence[str]) -> list[str]:
        """The cells of some rows, each with the number of its row."""
        head, kinds = self.head, set(map(type, values))
        if kinds <= _NUMBERS:
            middle = f'" s="{self.style}"><v>'
            return [f"{head}{row}{middle}{value}</v></c>" for row, value in zip(numbers, values, strict=True)]
        if kinds == {str} and _are_plain(values):
            middle = f'" s="{self.style}" t="inlineStr"><is><t>'
            return [f"{head}{row}{middle}{value}</t></is></c>" for row, value in zip(numbers, values, strict=True)]
        if len(self.known) > _REMEMBERED:
            self.known.clear()
        return [f'{head}{row}"{self._rest(value, row)}' for row, value in zip(numbers, values, strict=True)]

    def _rest(self, value: Any, row: str) -> str:
        """A cell after its place; text is never taken for a formula."""
        if isinstance(value, Formula):
            text = escape(value.text.removeprefix("=").replace("{row}", row))
            known = "" if value.value is None else f"<v>{value.value}</v>"
            return f' s="{self.style}"><f>{text}</f>{known}</c>'
        if type(value) in _NUMBERS:
            return f' s="{self.style}"><v>{value}</v></c>'
        found = self.known.get(value)
        if found is None:
            quoted, rest = _written(value)
            self.known[value] = found = f' s="{self.text_style if quoted else self.style}"{rest}'
        return found


def _are_plain(values: Sequence[str]) -> bool:
    """Whether all texts can stand as they are: nothing to escape, no odd signs, no spaces at the ends, no formula."""
    whole = "".join(values)
    longest = max(map(len, values))
    ends = {text[:1] for text in values} | {text[-1:] for text in values}
    return (
        whole.isprintable()
        and not any(sign in whole for sign in ("&", "<", ">", "_x"))
        and ends.isdisjoint(_ODD_ENDS)
        and longest <= LONGEST // 2
    )


def _written(value: Any) -> tuple[bool, str]:
    """Whether a text looks like a formula, and a cell after its style."""
    if value is None:
        return False, "/>"
    if isinstance(value, str):
        text = tidy(value)
        keep = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
        return looks_like_formula(text), f' t="inlineStr"><is><t{keep}>{_escaped(text)}</t></is></c>'
    if isinstance(value, date):
        if value < _EARLIEST:
            return False, f' t="inlineStr"><is><t>{value.isoformat()}</t></is></c>'
        return False, f"><v>{value.toordinal() - _DAY_ZERO}</v></c>"
    return False, f"><v>{value}</v></c>"


def _escaped(text: str) -> str:
    """Text as XML; what looks like the escape of a sign ("_x000D_") stays the letters that it is."""
    return escape(_LIKE_A_SIGN.sub(r"_x005F\g<0>", text))
