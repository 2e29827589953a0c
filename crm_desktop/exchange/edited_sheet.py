"""Reads a workbook of customers that was edited elsewhere: what was written then, and what stands in each row now.

Rows may be sorted, filtered, copied and added, columns moved and left out. A row belongs to the customer whose record
stands in its hidden cell; where that does not fit the number beside it, because only the shown columns were sorted or
copied, the number decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.exchange import cell_text
from crm_desktop.exchange.edited_columns import COLUMNS, HIDDEN_COLUMNS, HIDDEN_HEADINGS, MARK, OWN, SHEET, column_words


@dataclass(frozen=True)
class Row:
    """A row of the shown sheet: its number, the customer (0 for none that we wrote), and its cells by column."""

    number: int
    customer_id: int
    cells: list[str]


@dataclass(frozen=True)
class Edited:
    """What a workbook holds: columns, the cells that were written (id → cells), the rows now.

    `missing` are headings that are not there any more, `strange` those that nobody wrote.
    """

    names: list[str]
    written: dict[int, list[str]]
    rows: list[Row]
    missing: list[str]
    strange: list[str]


def read(path: Path, progress: Progress) -> Edited:
    """Read it.

    Raises:
        UserError: it is no workbook of this kind, or cannot be read.
        Cancelled: through `progress`.
    """
    from crm_desktop.exchange import reading

    with reading.open_file(path, progress) as source:
        hidden = next((sheet for sheet in source.sheets if sheet.name == SHEET), None)
        kept = list(_rows_of(source, hidden)) if hidden else []
        if hidden is None or len(kept) < 2 or kept[0][1][:1] != [MARK]:
            raise UserError(_("{file} was not written for editing by this program.").format(file=path.name))
        shown = next(sheet for sheet in source.sheets if sheet.name != SHEET)
        lines = list(_rows_of(source, shown))
    names = [name for name in kept[1][1][HIDDEN_COLUMNS:] if name]
    written = {int(cells[0]): _fitted(cells, names) for _row, cells in kept[2:] if cells[0].isdigit()}
    words = _fitted(kept[0][1], names)
    if not any(words):  # written before headings were noted
        words = [column_words(name) if name.startswith(OWN) or name in COLUMNS else name for name in names]
    return _matched(names, written, words, lines)


def _matched(
    names: list[str], written: dict[int, list[str]], words: list[str], lines: list[tuple[int, list[str]]]
) -> Edited:
    shown = lines[0][1] if lines else []
    at = {heading.casefold(): place for place, heading in reversed(list(enumerate(shown))) if heading}
    places = [at.get(heading.casefold()) for heading in words]
    known = {*(heading.casefold() for heading in words), *HIDDEN_HEADINGS}
    finder = _Finder(names, written, places, at.get(HIDDEN_HEADINGS[0], 0 if shown[:1] == [""] else None))
    blank = [""] * len(names)
    rows = []
    for number, cells in lines[1:]:
        customer_id = finder.customer(cells)
        stood = written.get(customer_id, blank)
        values = [
            was if place is None else _restored(cells[place] if place < len(cells) else "", was)
            for place, was in zip(places, stood, strict=True)
        ]
        rows.append(Row(number, customer_id, values))
    missing = [heading for heading, place in zip(words, places, strict=True) if place is None]
    return Edited(names, written, rows, missing, [h for h in shown if h and h.casefold() not in known])


class _Finder:
    """Says to whom a row belongs."""

    def __init__(
        self, names: list[str], written: dict[int, list[str]], places: list[int | None], record: int | None
    ) -> None:
        self._record, self._number_at = record, names.index("number") if "number" in names else 0
        self._place, self._written = places[self._number_at] if names else None, written
        self._by_number = {cells[self._number_at]: row_id for row_id, cells in written.items()} if names else {}

    def customer(self, cells: list[str]) -> int:
        """The id of the customer, 0 for one that we did not write."""
        told = cells[self._record] if self._record is not None and self._record < len(cells) else ""
        known = int(told) if told.isdigit() and int(told) in self._written else 0
        number = cells[self._place] if self._place is not None and self._place < len(cells) else ""
        if known and number in ("", self._written[known][self._number_at]):
            return known
        return self._by_number.get(number, known)


def _fitted(cells: list[str], names: list[str]) -> list[str]:
    found = cells[HIDDEN_COLUMNS : HIDDEN_COLUMNS + len(names)]
    return [*found, *([""] * (len(names) - len(found)))]


def _rows_of(source: Any, sheet: Any) -> Iterator[tuple[int, list[str]]]:
    left = source.left(sheet)
    for batch in source.rows(sheet):
        for place, cells in enumerate(zip(*batch.columns, strict=True)):
            yield batch.first_row + place, [""] * left + [_as_text(cell) for cell in cells]


def _as_text(value: Any) -> str:
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute) else value.isoformat(" ", "minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if not isinstance(value, date) else value.isoformat()


def _restored(value: str, was: str) -> str:
    """What looks like a formula comes back without the apostrophe that defused it; line ends as they were."""
    if value == was:
        return was
    found = value.replace("\r\n", "\n").replace("_x000D_", "")
    return was if found.strip() == was.strip() else cell_text.restored(found)
