"""Writes the workbook of customers for editing, see `edited_book`: openpyxl makes what has a look, the rows go in as text.

The rows are read from the data file a batch at a time, so that 100,000 customers take seconds and little memory.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from io import SEEK_END, BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, overload

import openpyxl
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.customers import customers
from crm_desktop.customers.customers import Customer
from crm_desktop.exchange import cell_text
from crm_desktop.exchange.edited_book import cells_maker, fingerprint
from crm_desktop.exchange.edited_columns import HIDDEN_COLUMNS, HIDDEN_HEADINGS, MARK, SHEET, headings
from crm_desktop.exchange.report_rows import Rows, SheetRows, put

_BATCH = 1000


def write(path: Path, wanted: list[int], names: list[str], progress: Progress) -> None:
    """Write these customers with these columns.

    Raises:
        OSError: the file cannot be written.
        Cancelled: through `progress`; nothing is left of it.
    """
    book, (text, quoted) = _empty_book(names, len(wanted))
    words = _("Writing {file}").format(file=path.name)
    width = len(names) + HIDDEN_COLUMNS
    part = path.with_name(f".{path.name}.part")
    try:
        with TemporaryFile() as kept:
            rows = _Customers(wanted, names, lambda done: progress(done, 2 * len(wanted), words), kept)
            sheets = {
                f"xl/worksheets/sheet{number}.xml": SheetRows([Rows(first, 1, rows, [text] * width, [quoted] * width)])
                for number, first in ((1, 2), (2, 3))
            }
            put(book, sheets, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _empty_book(names: list[str], rows: int) -> tuple[bytes, tuple[int, int]]:
    """The workbook with its headings, and the styles of text and of text that looks like a formula."""
    book = openpyxl.Workbook()
    shown = book.active
    shown.title = _("Customers")[:31]
    hidden = book.create_sheet(SHEET)
    hidden.sheet_state = "veryHidden"
    _dress(shown, names, rows)
    words = headings(names)
    for place, heading in enumerate([*HIDDEN_HEADINGS, *words], 1):
        cell = shown.cell(1, place, heading)
        cell.number_format, cell.font = "@", Font(bold=True)
        # A heading stays text, whatever a field of the owner's own is called.
        cell.data_type, cell.quotePrefix = "s", cell_text.looks_like_formula(heading)
    styles = []
    for row, cells in enumerate(([MARK, str(len(names)), *words], [*HIDDEN_HEADINGS, *names]), 1):
        for place, value in enumerate(cells, 1):
            cell = hidden.cell(row, place, value)
            cell.number_format, cell.data_type = "@", "s"
        styles.append(hidden.cell(row, 1))
    styles[1].quotePrefix = True
    content = BytesIO()
    book.save(content)
    return content.getvalue(), (styles[0].style_id, styles[1].style_id)


class _Customers(Sequence[list[Any]]):
    """The rows of customers, read from the data file a batch at a time as they are asked for; `told` hears how many were.

    Both sheets ask for all of them, one after the other: the second time they come from the file `kept`.
    """

    def __init__(self, ids: list[int], names: list[str], told: Callable[[int], object], kept: IO[bytes]) -> None:
        self._ids, self._cells, self._told, self._kept = ids, cells_maker(names), told, kept
        self._done, self._places = 0, dict[tuple[int, int], int]()

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, place: int) -> list[Any]: ...

    @overload
    def __getitem__(self, place: slice) -> list[list[Any]]: ...

    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, int):
            return self[place : place + 1 or None][0]
        self._told(self._done)
        first, last, _step = place.indices(len(self._ids))
        self._done += last - first
        known = self._places.get((first, last))
        if known is not None:
            self._kept.seek(known)
            return pickle.load(self._kept)  # noqa: S301 - written by ourselves, just before
        rows = [self._row(customer) for customer in customers.many(self._ids[first:last])]
        self._places[first, last] = self._kept.seek(0, SEEK_END)
        pickle.dump(rows, self._kept, pickle.HIGHEST_PROTOCOL)
        return rows

    def __iter__(self) -> Iterator[list[Any]]:
        for first in range(0, len(self._ids), _BATCH):
            yield from self[first : first + _BATCH]

    def _row(self, customer: Customer) -> list[Any]:
        values = self._cells(customer)
        return [str(customer.id), fingerprint(values), *(value or None for value in values)]


def _dress(sheet: Any, names: list[str], rows: int) -> None:
    sheet.freeze_panes = "C2"
    for place in range(1, HIDDEN_COLUMNS + 1):
        sheet.column_dimensions[get_column_letter(place)].hidden = True
    for place, name in enumerate(names, start=HIDDEN_COLUMNS + 1):
        wide = 34 if name in ("notes", "served_by", "street", "email") else 18
        sheet.column_dimensions[get_column_letter(place)].width = wide
    # From the hidden columns on: sorting by the filter must move them as well.
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(names) + HIDDEN_COLUMNS)}{rows + 1}"
