"""A short table inside a card: a handful of rows that can be clicked, for settings; no scrolling, no sorting.

It is told its columns once and its rows whenever they change:

table = RowTable([Col(_("Rate"), 90), Col(_("From"), 120), Col(_("Name"))], on=self._edit)     # on(row number)
table.tell([[Cell("19%", strong=True), Cell("1 Jan 2021"), Cell("USt.")], …])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from crm_desktop.gui import theme
from crm_desktop.gui.widgets.cells import Cell
from crm_desktop.gui.widgets.layouts import clear, column
from crm_desktop.gui.widgets.pill import paint_dot, paint_pill

_PAD = 16


@dataclass(frozen=True)
class Col:
    """A column: heading, width in pixels (0 takes what is left), and whether it stands at the right."""

    heading: str
    width: int = 0
    right: bool = False


def _places(columns: Sequence[Col], width: int) -> list[QRectF]:
    """Where the columns stand: from left to right, the free room shared by those without a width."""
    gap = 12
    room = width - 2 * _PAD - gap * (len(columns) - 1)
    fixed = sum(theme.px(c.width) for c in columns)
    open_ones = sum(c.width == 0 for c in columns)
    share = max(40, (room - fixed) // open_ones) if open_ones else 0
    squeeze = min(1.0, room / fixed) if fixed and not open_ones else 1.0
    found, x = [], float(_PAD)
    for made in columns:
        wide = (theme.px(made.width) or share) * squeeze
        found.append(QRectF(x, 0, wide, 1))
        x += wide + gap
    return found


class _Row(QAbstractButton):
    """One row, painted; a heading when it has no cells."""

    def __init__(self, columns: Sequence[Col], cells: Sequence[Cell] | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns, self._cells = columns, cells
        self.chosen = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if cells is None else Qt.FocusPolicy.TabFocus)
        if cells is not None:
            self.setAccessibleName(" ".join(cell.text for cell in cells if cell.text))
            self.setToolTip("  ".join(cell.text for cell in cells if cell.text))

    def sizeHint(self) -> QSize:
        return QSize(200, theme.px(13) + (12 if self._cells is None else 25))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._cells is not None and (self.chosen or self.underMouse()):
            painter.fillRect(self.rect(), theme.color("sel" if self.chosen else "hover"))
        painter.setPen(theme.color("line"))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, (made, place) in enumerate(zip(self._columns, _places(self._columns, self.width()), strict=True)):
            place.setHeight(self.height() - 1)
            cell = Cell(made.heading, "muted") if self._cells is None else self._cells[number]
            self._paint_cell(painter, place, cell, right=made.right)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -3), 6, 6)
        painter.end()

    def _paint_cell(self, painter: QPainter, room: QRectF, cell: Cell, *, right: bool) -> None:
        if cell.pill:
            paint_pill(painter, room, cell.text, cell.tone, selected=self.chosen)
            return
        if cell.dot:
            paint_dot(painter, QPointF(room.left() + 4, room.center().y()), cell.tone)
            room = room.adjusted(14, 0, 0, 0)
        role = "smallm" if self._cells is None else "b" if cell.strong else "body"
        inks = {"muted": "text2", "grey": "text2", "": "text"}
        painter.setFont(theme.font(role))
        painter.setPen(theme.color("text2" if cell.dot else inks.get(cell.tone, cell.tone)))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        shown = QFontMetrics(theme.font(role)).elidedText(cell.text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), shown)


class RowTable(QWidget):
    """See the module."""

    def __init__(
        self, columns: Sequence[Col], on: Callable[[int], object] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._columns, self._on = columns, on
        self._rows: list[_Row] = []
        self._box: QVBoxLayout = column(self)

    def tell(self, rows: Sequence[Sequence[Cell]], chosen: int = -1) -> None:
        """Show rows; one of them may be marked."""
        held = next((place for place, row in enumerate(self._rows) if row.hasFocus()), -1)
        clear(self._box)
        self._box.addWidget(_Row(self._columns, None))
        self._rows = []
        for number, cells in enumerate(rows):
            made = _Row(self._columns, cells)
            made.chosen = number == chosen
            if self._on is not None:
                made.setCursor(Qt.CursorShape.PointingHandCursor)
                made.clicked.connect(partial(self._on, number))
            self._box.addWidget(made)
            self._rows.append(made)
        if 0 <= held < len(self._rows):
            self._rows[held].setFocus()

    def count(self) -> int:
        """How many rows are shown."""
        return len(self._rows)

    def press(self, number: int) -> None:
        """Click a row."""
        self._rows[number].click()
