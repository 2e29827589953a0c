"""Dragging lines of an invoice by their grip: a line shows where they will stand; Esc leaves them where they are.

Done with plain mouse events instead of Qt's drag and drop: nothing leaves the table, and the page goes on meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from crm_desktop.gui import theme


class _Place(QWidget):
    """The line between two rows where they will stand."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, 1, self.width(), 2, theme.color("accent"))
        painter.end()


class RowDrag(QObject):
    """Watches the grip column of a table; `dropped(rows, before)` is called when rows were dragged.

    `chosen()` gives the selected rows: they move together when one of them is dragged.
    """

    def __init__(
        self,
        view: QTableView,
        column: int,
        chosen: Callable[[], list[int]],
        dropped: Callable[[list[int], int], object],
    ) -> None:
        super().__init__(view)
        self._view, self._column, self._chosen, self._dropped = view, column, chosen, dropped
        self._from: QPoint | None = None
        self._rows: list[int] = []
        self._before = -1
        self._place = _Place(view.viewport())
        view.installEventFilter(self)
        view.viewport().installEventFilter(self)
        view.viewport().setMouseTracking(True)

    @property
    def active(self) -> bool:
        """Whether rows are being dragged now."""
        return self._before >= 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the mouse from the grip on."""
        if self.active and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self._end()
            return True
        if not isinstance(event, QMouseEvent) or watched is not self._view.viewport():
            return False
        if event.type() == QEvent.Type.MouseButtonPress:
            return self._press(event)
        if event.type() == QEvent.Type.MouseMove:
            return self._move(event)
        return event.type() == QEvent.Type.MouseButtonRelease and self._release()

    def _press(self, event: QMouseEvent) -> bool:
        index = self._view.indexAt(event.position().toPoint())
        self._from = None
        if event.button() != Qt.MouseButton.LeftButton or index.column() != self._column:
            return False
        held = event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
        if held:
            return False
        self._from = event.position().toPoint()
        chosen = self._chosen()
        self._rows = chosen if index.row() in chosen else [index.row()]
        # Several chosen rows stay chosen, so that they can be dragged together.
        return index.row() in chosen and len(chosen) > 1

    def _move(self, event: QMouseEvent) -> bool:
        at = event.position().toPoint()
        if self._from is None or not event.buttons() & Qt.MouseButton.LeftButton:
            grip = self._view.indexAt(at).column() == self._column
            self._view.viewport().setCursor(Qt.CursorShape.OpenHandCursor if grip else Qt.CursorShape.ArrowCursor)
            return False
        if not self.active and (at - self._from).manhattanLength() < QApplication.startDragDistance():
            return True
        if not self.active:
            self._view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        self._before = self._row_at(at.y())
        self._show_place()
        return True

    def _row_at(self, y: int) -> int:
        """The row before which a drop at this height puts them."""
        count = self._view.model().rowCount()
        row = self._view.rowAt(max(0, y))
        if row < 0:
            return count
        return row + (y > self._view.rowViewportPosition(row) + self._view.rowHeight(row) // 2)

    def _show_place(self) -> None:
        view = self._view
        count = view.model().rowCount()
        below = self._before >= count
        last = count - 1
        y = view.rowViewportPosition(last) + view.rowHeight(last) if below else view.rowViewportPosition(self._before)
        self._place.setGeometry(0, min(max(0, y - 2), view.viewport().height() - 3), view.viewport().width(), 3)
        self._place.show()
        self._place.raise_()

    def _release(self) -> bool:
        if not self.active:
            self._from = None
            return False
        rows, before = self._rows, self._before
        self._end()
        if rows != list(range(before - len(rows), before)) and before not in rows:
            self._dropped(rows, before)
        return True

    def _end(self) -> None:
        self._before, self._from = -1, None
        self._place.hide()
        self._view.viewport().unsetCursor()
