"""One column of the board: its head with count, sums and probability, its cards, and "Add" below them.

The cards are a list view that paints only what is seen, however many there are.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QSizePolicy, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme
from crm_desktop.gui.parts import board_card, deal_words
from crm_desktop.gui.parts.board_card import CardDelegate
from crm_desktop.gui.parts.board_model import CardModel
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.layouts import column
from crm_desktop.gui.widgets.mirror import mirrored
from crm_desktop.sales.opportunity_list import BoardColumn
from crm_desktop.sales.pipeline_stages import Stage

_FADE = 28
_STEP_KEYS = {Qt.Key.Key_Left: "left", Qt.Key.Key_Right: "right", Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down"}
_MOVE = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class ColumnHead(QWidget):
    """Name, count, sums, probability, and a bar that compares the column with the fullest one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._count, self._sums, self._chance = "", "", "", ""
        self._share, self._won = 0.0, False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def tell(self, name: str, found: BoardColumn, share: float) -> None:
        """Show a column; `share` is its part of the fullest one, from 0 to 1."""
        self._name, self._count = name, formats.count(len(found.ids))
        self._sums, self._share, self._won = deal_words.sums(found.sums), share, found.stage is None
        chance = deal_words.share(found.stage.probability_bp) if found.stage is not None else ""
        self._chance = f"× {chance}" if chance else ""
        self.setAccessibleName(deal_words.head(name, len(found.ids), self._sums, chance))
        self.setToolTip(self.accessibleName())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 2 * theme.px(13) + 40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        raw = QPainter(self)
        painter = mirrored(raw, self.rect(), self.layoutDirection())
        raw.setRenderHint(QPainter.RenderHint.Antialiasing)
        tall, wide = theme.px(13) + 8, self.width()
        room = QRectF(4, 3, wide - 8, tall)
        count = QFontMetrics(theme.font("small")).horizontalAdvance(self._count)
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        raw.setFont(theme.font("b"))
        raw.setPen(theme.color("text"))
        name = raw.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, int(room.width() - count - 8))
        painter.drawText(room, left, name)
        after = raw.fontMetrics().horizontalAdvance(name) + 7
        raw.setFont(theme.font("small"))
        raw.setPen(theme.color("text3"))
        painter.drawText(room.adjusted(after, 0, 0, 0), left, self._count)
        below = room.translated(0, tall)
        chance = raw.fontMetrics().horizontalAdvance(self._chance)
        raw.setPen(theme.color("text2"))
        painter.drawText(below, right, self._chance)
        raw.setFont(theme.font("m"))
        sums = raw.fontMetrics().elidedText(self._sums, Qt.TextElideMode.ElideRight, int(below.width() - chance - 8))
        painter.drawText(below, left, sums)
        self._paint_bar(painter, QRectF(4, 2 * tall + 6, wide - 8, 3))
        raw.end()

    def _paint_bar(self, painter: QPainter, track: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("line"))
        painter.drawRoundedRect(track, 1.5, 1.5)
        if self._share > 0:
            painter.setBrush(theme.color("greenSolid" if self._won else "accent"))
            filled = QRectF(track.left(), track.top(), max(3.0, track.width() * self._share), track.height())
            painter.drawRoundedRect(filled, 1.5, 1.5)


class CardList(QListView):
    """The cards of a column. It tells where the keys lead, what was opened, and a click on the foot of a card."""

    opened = Signal(int)
    go = Signal(str)
    move_key = Signal(str)
    letter = Signal(str)
    foot = Signal(int)
    menu = Signal(int, QPoint)
    entered_by_focus = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = CardModel(self)
        self.setModel(self.cards)
        self.setItemDelegate(CardDelegate(self))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setProperty("k", "bare")
        self.setStyleSheet("QListView{background:transparent;border:none;padding:0}")
        self.verticalScrollBar().setSingleStep(board_card.height() // 3)
        self.activated.connect(self._activated)

    def _activated(self, index: QModelIndex) -> None:
        found = self.cards.card(index.row())
        if found is not None:
            self.opened.emit(found.id)

    def tell(self, ids: list[int]) -> None:
        """Show these cards; the scroll position stays."""
        at = self.verticalScrollBar().value()
        self.cards.tell(ids)
        self.setMaximumHeight(max(1, len(ids)) * board_card.height() if ids else 0)
        self.doItemsLayout()
        self.verticalScrollBar().setValue(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = _STEP_KEYS.get(Qt.Key(event.key()))
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if name and held == _MOVE:
            self.move_key.emit(name)
        elif name in ("left", "right") and held == Qt.KeyboardModifier.NoModifier:
            self.go.emit(name)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and held == Qt.KeyboardModifier.NoModifier:
            self._activated(self.currentIndex())
        elif event.text().isalpha() and held == Qt.KeyboardModifier.NoModifier:
            self.letter.emit(event.text().lower())
        elif name in ("up", "down") or event.key() in _SCROLL_KEYS:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        at = event.position()
        index = self.indexAt(at.toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            body = QRectF(self.visualRect(index)).adjusted(0, 0, 0, -board_card.GAP)
            if board_card.foot_of(body).contains(at):
                self.foot.emit(self.cards.ids[index.row()])

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self.entered_by_focus.emit()
        return super().event(event)

    def contextMenuEvent(self, event: object) -> None:
        index = self.currentIndex()
        if index.isValid():
            below = self.visualRect(index).bottomLeft() + QPoint(20, -20)
            self.menu.emit(self.cards.ids[index.row()], self.viewport().mapToGlobal(below))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The last card fades while there are more below."""
        super().paintEvent(event)
        bar = self.verticalScrollBar()
        if bar.value() >= bar.maximum():
            return
        room = QRectF(self.viewport().rect())
        room.setTop(room.bottom() - _FADE)
        clear = theme.color("sunk")
        clear.setAlpha(0)
        fade = QLinearGradient(room.topLeft(), room.bottomLeft())
        fade.setColorAt(0, clear)
        fade.setColorAt(1, theme.color("sunk"))
        painter = QPainter(self.viewport())
        painter.fillRect(room, fade)
        painter.end()

    def chosen(self) -> int:
        """The id of the chosen card, 0 without one."""
        place = self.currentIndex().row()
        return self.cards.ids[place] if self.currentIndex().isValid() and place < len(self.cards.ids) else 0

    def choose(self, place: int) -> None:
        """Choose the card at a place and bring it into sight; -1 chooses none."""
        if place < 0:
            self.selectionModel().clear()
            return
        index = self.cards.index(place)
        self.setCurrentIndex(index)
        self.scrollTo(index)


_SCROLL_KEYS = (Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class ColumnView(QFrame):
    """Head, cards and "Add" of a column."""

    add_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage: Stage | None = None
        self.head, self.list = ColumnHead(), CardList()
        self.add = Button(_("Add"), "ghost", "plus", on=self._add)
        self.add.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._box = column(self, self.head, 4, self.list, self.add, gap=0, margins=(8, 8, 8, 8))
        self._box.setStretchFactor(self.list, 1000)
        self._box.addStretch(1)

    def tell(self, name: str, found: BoardColumn, share: float) -> None:
        """Show a column."""
        self.stage = found.stage
        self.head.tell(name, found, share)
        self.list.setAccessibleName(name)
        self.list.tell(found.ids)
        self.list.setVisible(bool(found.ids))
        self.add.setVisible(found.stage is not None)
        self.add.setAccessibleName(_("Add a deal to {stage}").format(stage=name))

    def _add(self) -> None:
        if self.stage is not None:
            self.add_wanted.emit(self.stage.id)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("sunk"))
        painter.drawRoundedRect(QRectF(self.rect()), 10, 10)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.list.scheduleDelayedItemsLayout()
