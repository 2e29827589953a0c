"""The workbook of one kind of record: openpyxl makes head, widths and filter, the rows go in as text (`report_rows`)."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from crm_desktop.exchange import cell_text
from crm_desktop.exchange.report_rows import Rows, SheetRows, put

_WIDEST, _LOOKED_AT = 48, 200
_NOT_IN_TITLES = str.maketrans("[]:*?/\\", "       ")


def write(path: Path, title: str, columns: list[tuple[str, str]], rows: list[list[Any]]) -> None:
    """Write the workbook; `columns` are headings with their number formats.

    Raises:
        OSError: it cannot be written.
    """
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title.translate(_NOT_IN_TITLES)[:31]
    sheet.freeze_panes = "A2"
    styles, quoted = [], []
    for place, (words, number_format) in enumerate(columns, start=1):
        cell = sheet.cell(1, place, words)
        cell.data_type, cell.font = "s", Font(bold=True)
        cell.quotePrefix = cell_text.looks_like_formula(words)
        longest = max((len(str(row[place - 1] or "")) for row in rows[:_LOOKED_AT]), default=0)
        sheet.column_dimensions[get_column_letter(place)].width = min(_WIDEST, max(len(words), longest) + 3)
        styles.append(_style(book, place, number_format, is_quoted=False))
        quoted.append(_style(book, place, "@", is_quoted=True))
    if rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    book.remove(book["styles"])
    content = BytesIO()
    book.save(content)
    put(content.getvalue(), {"xl/worksheets/sheet1.xml": SheetRows([Rows(2, 1, rows, styles, quoted)])}, path)


def _style(book: Any, place: int, number_format: str, *, is_quoted: bool) -> int:
    """The number of a look in the workbook; cells of a sheet that is thrown away make it known."""
    sheet = book["styles"] if "styles" in book.sheetnames else book.create_sheet("styles")
    cell = sheet.cell(2 if is_quoted else 1, place)
    cell.number_format, cell.quotePrefix = number_format, is_quoted
    return int(cell.style_id)
