"""A table of lines of the import: what is left out, what changes, what the user decides about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cells import Cell, Column
from crm_desktop.gui.widgets.layouts import column, label
from crm_desktop.gui.widgets.table_model import TableModel
from crm_desktop.gui.widgets.table_view import TableView


@dataclass(frozen=True)
class Line:
    """One line of a table below the figures."""

    id: int
    row: int
    column: str = ""
    value: str = ""
    reason: str = ""
    record: str = ""
    old: str = ""
    new: str = ""
    case: str = ""
    act: str = ""


class Lines:
    """The lines that a table shows, as its model asks for them."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def ids(self, _order: str, _descending: bool, _filters: dict[str, Any], _search: str) -> list[int]:
        """All lines, in the order of the file."""
        return list(range(1, len(self.lines) + 1))

    def rows(self, ids: list[int]) -> list[Line]:
        """These lines."""
        return [self.lines[line_id - 1] for line_id in ids]


class LineTable(QWidget):
    """A table of lines, or a sentence where there are none."""

    def __init__(self, name: str, columns: Sequence[Column], nothing: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = Lines()
        self.model = TableModel(self._lines, columns)
        self.view = TableView(name, row_height=theme.row_height("row_edit"))
        self.view.show_model(self.model)
        header = self.view.horizontalHeader()
        for at, made in enumerate(columns):
            header.resizeSection(at, made.width)
            if made.stretch:
                header.setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
        self._nothing = label(nothing, "body", "text2")
        self._nothing.setContentsMargins(24, 12, 20, 0)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        column(self, self._nothing, self.view).setStretch(1, 1)

    def lines(self) -> list[Line]:
        """All lines."""
        return self._lines.lines

    def chosen(self) -> list[Line]:
        """The lines that are selected."""
        return self._lines.rows(self.view.selected_ids())

    def show_lines(self, lines: list[Line]) -> None:
        """Show these lines."""
        self._lines.lines = lines
        self.model.refresh()
        self._nothing.setVisible(not lines)
        self.view.setVisible(bool(lines))


def row_number() -> Column:
    """The column of the row in the file."""
    return Column("row", _("Row"), "text", width=84, right=True, sortable=False, cell=_row_cell)


def _row_cell(line: Line) -> Cell:
    return Cell(formats.count(line.row) if line.row else "", "muted")
