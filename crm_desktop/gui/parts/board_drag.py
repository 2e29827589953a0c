"""Dragging a card of the board: a picture of it follows the pointer, a line shows where it will lie; Esc leaves it.

Done with plain mouse events, like the dragging of lines: nothing leaves the board, and a drag to its edge scrolls it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from crm_desktop.gui import theme
from crm_desktop.gui.parts import board_card

if TYPE_CHECKING:
    from crm_desktop.gui.parts.board import Board
    from crm_desktop.gui.parts.board_column import CardList

_EDGE, _STEP, _TICK_MS = 36, 14, 30


class _Place(QWidget):
    """The line where the card will lie."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(self.rect(), 1.5, 1.5)
        painter.end()


class CardDrag(QObject):
    """Watches the cards of a board; `dropped(id, column, place)` is called when one was dragged."""

    def __init__(self, board: Board, dropped: Callable[[int, int, int], object]) -> None:
        super().__init__(board)
        self._board, self._dropped = board, dropped
        self._from: QPoint | None = None
        self._card, self._goal = 0, (-1, -1)
        self._at = QPoint()
        self._place = _Place(board)
        self._picture = QLabel(board)
        self._picture.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._picture.hide()
        self._scroll = QTimer(self)
        self._scroll.setInterval(_TICK_MS)
        self._scroll.timeout.connect(self._scroll_on)

    def watch(self, cards: CardList) -> None:
        """Follow the mouse over the cards of a column."""
        cards.viewport().installEventFilter(self)
        cards.installEventFilter(self)

    @property
    def active(self) -> bool:
        """Whether a card is being dragged now."""
        return self._goal[0] >= 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the mouse from the press on a card on."""
        if self.active and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self._end()
            return True
        if not isinstance(event, QMouseEvent):
            return False
        cards = next((view.list for view in self._board.columns if view.list.viewport() is watched), None)
        if cards is None:
            return False
        at = cards.viewport().mapTo(self._board, event.position().toPoint())
        if event.type() == QEvent.Type.MouseButtonPress:
            return self._press(cards, event, at)
        if event.type() == QEvent.Type.MouseMove:
            return self._move(cards, event, at)
        return event.type() == QEvent.Type.MouseButtonRelease and self._release()

    def _press(self, cards: CardList, event: QMouseEvent, at: QPoint) -> bool:
        index = cards.indexAt(event.position().toPoint())
        self._from = at if event.button() == Qt.MouseButton.LeftButton and index.isValid() else None
        self._card = cards.cards.ids[index.row()] if index.isValid() else 0
        return False

    def _move(self, cards: CardList, event: QMouseEvent, at: QPoint) -> bool:
        if self._from is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return False
        if not self.active:
            if (at - self._from).manhattanLength() < QApplication.startDragDistance():
                return True
            self._begin(cards)
        self._at = at
        self._follow()
        return True

    def _begin(self, cards: CardList) -> None:
        rect = cards.visualRect(cards.cards.index(cards.cards.place_of(self._card)))
        rect = rect.adjusted(0, 0, 0, -board_card.GAP)
        taken = cards.viewport().grab(rect)
        self._picture.setPixmap(_faded(taken))
        self._picture.resize(rect.size())
        self._offset = self._from - cards.viewport().mapTo(self._board, rect.topLeft()) if self._from else QPoint()
        self._picture.show()
        cards.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        self._scroll.start()

    def _follow(self) -> None:
        self._picture.move(self._at - self._offset)
        self._picture.raise_()
        column = self._board.column_at(self._at.x())
        cards = self._board.columns[column].list
        y = cards.viewport().mapFrom(self._board, self._at).y() + cards.verticalOffset()
        place = min(len(cards.cards.ids), max(0, round(y / board_card.height())))
        self._goal = (column, place)
        self._show_place(column, place)

    def _show_place(self, column: int, place: int) -> None:
        view = self._board.columns[column]
        cards, room = view.list, view.contentsRect()
        y = cards.mapTo(self._board, QPoint(0, 0)).y() if cards.cards.ids else view.add.mapTo(self._board, QPoint()).y()
        y += place * board_card.height() - cards.verticalOffset() - board_card.GAP // 2 - 1
        left = view.mapTo(self._board, room.topLeft()).x()
        top = view.mapTo(self._board, QPoint(0, 0)).y() + view.head.height()
        self._place.setGeometry(QRect(left + 8, max(top, min(y, self._board.height() - 4)), room.width() - 16, 3))
        self._place.show()
        self._place.raise_()

    def _scroll_on(self) -> None:
        """Scroll the board and the column under the pointer while it is near an edge."""
        across = self._board.horizontalScrollBar()
        step = _near(self._at.x(), self._board.viewport().width())
        if self._board.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            step = -step
        down = self._board.columns[self._goal[0]].list.verticalScrollBar()
        across.setValue(across.value() + step)
        down.setValue(down.value() + _near(self._at.y() - 76, self._board.viewport().height() - 76))
        self._follow()

    def _release(self) -> bool:
        if not self.active:
            self._from = None
            return False
        card, goal = self._card, self._goal
        self._end()
        self._dropped(card, *goal)
        return True

    def _end(self) -> None:
        self._goal, self._from = (-1, -1), None
        self._scroll.stop()
        self._place.hide()
        self._picture.hide()
        for view in self._board.columns:
            view.list.viewport().unsetCursor()


def _near(at: int, length: int) -> int:
    """How far to scroll in one step for a pointer at a place of a length."""
    if at < _EDGE:
        return -_STEP
    return _STEP if at > length - _EDGE else 0


def _faded(picture: QPixmap) -> QPixmap:
    made = QPixmap(picture.size())
    made.setDevicePixelRatio(picture.devicePixelRatio())
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setOpacity(0.85)
    painter.drawPixmap(0, 0, picture)
    painter.end()
    return made
