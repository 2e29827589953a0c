"""Ctrl+C in a list: the selected rows as they are shown, with their headings, for a spreadsheet, a mail or a letter.

Two forms go to the clipboard: a table (HTML), whose cells a spreadsheet keeps as text where they are text, and lines with
tabs. What looks like a formula is defused in both.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication

from crm_desktop.gui.widgets import formats

if TYPE_CHECKING:
    from crm_desktop.gui.widgets.table_view import TableView

# More than anybody pastes; the export takes any number.
MOST_ROWS = 20_000
_NUMBER_KINDS = ("money", "number", "percent")
_FORMULA = ("=", "@", "+", "-")
_FOR_COUNTING = str.maketrans({"\u2212": "-", "\u2066": None, "\u2067": None, "\u2068": None, "\u2069": None})
_HARMLESS = re.compile(r"[+-][\d\s.,()/%\-]*\S{0,3}")


def copy(view: TableView) -> int:
    """Put the selected rows of a list on the clipboard; gives how many."""
    header, model = view.horizontalHeader(), view.table()
    shown = [header.logicalIndex(place) for place in range(model.columnCount())]
    columns = [section for section in shown if not header.isSectionHidden(section)]
    places = [model.place_of(row_id) for row_id in view.selected_ids()[:MOST_ROWS]]
    headings = [str(model.headerData(section, Qt.Orientation.Horizontal) or "") for section in columns]
    texts = [model.columns[section].kind not in _NUMBER_KINDS for section in columns]
    rows = [
        [
            _plain(model.cell(place, section).text, is_text=is_text)
            for section, is_text in zip(columns, texts, strict=True)
        ]
        for place in places
    ]
    if not rows:
        return 0
    mime = QMimeData()
    mime.setText("\n".join("\t".join(map(_defused, row)) for row in (headings, *rows)) + "\n")
    mime.setHtml(_table(headings, rows, texts))
    QGuiApplication.clipboard().setMimeData(mime)
    return len(rows)


def _plain(value: str, *, is_text: bool) -> str:
    """A cell as one line; the dash of an empty cell says nothing elsewhere.

    Numbers lose what only a screen needs: the long minus, and signs that keep them together among letters from the right.
    """
    if value == formats.DASH:
        return ""
    return " ".join((value if is_text else value.translate(_FOR_COUNTING)).split())


def _defused(value: str) -> str:
    is_formula = value.startswith(_FORMULA) and not _HARMLESS.fullmatch(value)
    return f"'{value}" if is_formula else value


def _table(headings: list[str], rows: list[list[str]], texts: list[bool]) -> str:
    head = "".join(f"<th>{html.escape(heading)}</th>" for heading in headings)
    lines = []
    for row in rows:
        cells = [
            f"<td{_AS_TEXT if is_text else ''}>{html.escape(value)}</td>"
            for value, is_text in zip(row, texts, strict=True)
        ]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table><tr>{head}</tr>{''.join(lines)}</table>"


# Excel and LibreOffice keep such a cell to the letter: a postcode its zero, a formula its equals sign.
_AS_TEXT = " style=\"mso-number-format:'\\@'\" data-sheets-value='text'"
