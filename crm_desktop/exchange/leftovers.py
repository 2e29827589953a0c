"""The rows of an import that want a look, as a workbook: mend them there and import that file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crm_desktop.core.errors import Problem
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import headings
from crm_desktop.exchange.importing import Opened
from crm_desktop.exchange.result import ImportResult
from crm_desktop.exchange.survey import Survey, below_heading
from crm_desktop.exchange.values import Cell


def reasons(result: ImportResult) -> dict[int, str]:
    """What was noticed per row of the file, below its heading; totals, headings and notes are nothing to be mended."""
    found: dict[int, list[str]] = {}
    for note in (*result.outcome.warnings, *result.outcome.skipped):
        if note.row > result.header_row and note.row not in result.outcome.sifted:
            text = f"{note.column}: {note.reason}" if note.column else note.reason
            found.setdefault(note.row, []).append(text)
    return {row: "; ".join(texts) for row, texts in found.items()}


def save(opened: Opened, result: ImportResult, path: Path) -> int:
    """Write the rows that want a look as a workbook with the headings of the file; gives how many.

    Raises:
        Problem: the workbook cannot be written.
    """
    import openpyxl

    wanted = reasons(result)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_("To mend"))
    survey = opened.survey
    if survey is not None:
        # All headings, also of columns that are empty: by them the file is known again, with what was chosen for it.
        heads = survey.layout.headings
        places = [heads.index(label) for label in survey.layout.labels]
        sheet.append([*map(_text_cell(sheet), heads), _(headings.NOTICED)])
        for number, row in _rows(opened, survey):
            if number in wanted:
                cells: list[Cell] = [""] * len(heads)
                for place, cell in zip(places, row, strict=True):
                    cells[place] = cell
                sheet.append([*map(_text_cell(sheet), cells), wanted[number]])
    try:
        book.save(path)
    except OSError as error:
        sentence = _("“{name}” could not be written. Close it in other programs, or choose another place.")
        raise Problem(sentence.format(name=path.name)) from error
    return len(wanted)


def _rows(opened: Opened, survey: Survey) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    for batch in opened.source.rows(survey.sheet):
        columns, size = below_heading(batch, survey.layout)
        first = batch.first_row + batch.size - size
        yield from ((first + place, row) for place, row in enumerate(zip(*columns, strict=True)))


def _text_cell(sheet: Any) -> Any:
    """Makes cells in which a text that begins like a formula stays a text."""
    from openpyxl.cell import WriteOnlyCell

    def make(value: Cell) -> Any:
        if not isinstance(value, str):
            return value
        cell = WriteOnlyCell(sheet, value="".join(c for c in value if c >= " " or c in "\t\n")[:32_000])
        cell.data_type = "s"
        return cell

    return make
