"""A field with type-ahead: the best hits stand below it while one types, and Enter takes the marked one.

    field = SuggestInput(lambda text: [Suggestion(row.id, row.name, row.city) for row in customer_list.find(text)])
    field.picked.connect(self._customer_picked)        # the value of the suggestion

Up and Down move the mark, a click takes a hit, Esc closes the list. The list lies over the window and never takes the
focus. With `free=True` text that was not picked is fine too; `typed` tells it on Enter where no hit is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFontMetrics, QHideEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import icons, theme
from crm_desktop.gui.widgets.inputs import TextInput
from crm_desktop.gui.widgets.layouts import column
from crm_desktop.gui.widgets.mirror import mirrored

_ROW, _MOST = 36, 8
_NOWHERE = QModelIndex()


@dataclass(frozen=True)
class Suggestion:
    """One hit: what it stands for, its words, grey words behind them, and something at the right end."""

    value: Any
    text: str
    detail: str = ""
    right: str = ""
    icon: str = ""


class _Hits(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.hits: list[Suggestion] = []

    def show(self, hits: Sequence[Suggestion]) -> None:
        self.beginResetModel()
        self.hits = list(hits)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.hits)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        found = self.hits[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return " ".join(part for part in (found.text, found.detail, found.right) if part)
        return found if role == Qt.ItemDataRole.UserRole else None


class _Painter(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: Any) -> QSize:
        return QSize(200, max(_ROW, theme.px(13) + 20))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        painter = mirrored(painter, option.rect, option.direction)
        hit: Suggestion = index.data(Qt.ItemDataRole.UserRole)
        body = QRectF(option.rect).adjusted(4, 1, -4, -1)
        if isinstance(option.widget, QListView) and option.widget.currentIndex().row() == index.row():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("sel"))
            painter.drawRoundedRect(body, 6, 6)
        room = body.adjusted(10, 0, -10, 0)
        if hit.icon:
            picture = icons.pixmap(hit.icon, "text2", 16, painter.device().devicePixelRatioF())
            painter.drawPixmap(int(room.left()), int(room.center().y() - 8), picture)
            room.adjust(26, 0, 0, 0)
        self._words(painter, room, hit)

    @staticmethod
    def _words(painter: QPainter, room: QRectF, hit: Suggestion) -> None:
        small, strong = theme.font("small"), theme.font("m")
        width = QFontMetrics(small).horizontalAdvance(hit.right) + (12 if hit.right else 0)
        painter.setFont(small)
        painter.setPen(theme.color("text2"))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), hit.right)
        room = room.adjusted(0, 0, -width, 0)
        shown = QFontMetrics(strong).elidedText(hit.text, Qt.TextElideMode.ElideRight, int(room.width()))
        used = QFontMetrics(strong).horizontalAdvance(shown) + 10
        rest = room.adjusted(used, 0, 0, 0)
        if rest.width() > 30:
            words = QFontMetrics(small).elidedText(hit.detail, Qt.TextElideMode.ElideRight, int(rest.width()))
            painter.drawText(rest, int(Qt.AlignmentFlag.AlignVCenter), words)
        painter.setFont(strong)
        painter.setPen(theme.color("text"))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)


class SuggestList(QFrame):
    """The list below a field, laid over its window."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._model = _Hits()
        self.view = QListView()
        self.view.setModel(self._model)
        self.view.setItemDelegate(_Painter(self.view))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setMouseTracking(True)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.entered.connect(self.view.setCurrentIndex)
        self.view.clicked.connect(self._clicked)
        column(self, self.view, margins=(1, 5, 1, 5))
        self.hide()

    def offer(self, hits: Sequence[Suggestion], *, mark: int = 0) -> None:
        """Show these hits, one of them marked (-1: none)."""
        self._model.show(hits)
        self.view.setCurrentIndex(self._model.index(mark, 0) if 0 <= mark < len(hits) else _NOWHERE)

    def marked(self) -> Suggestion | None:
        """The marked hit."""
        index = self.view.currentIndex()
        return self._model.hits[index.row()] if index.isValid() and index.row() < len(self._model.hits) else None

    def count(self) -> int:
        """How many hits are offered."""
        return len(self._model.hits)

    def rect_of(self, row: int) -> Any:
        """Where a hit stands in the viewport of `view`."""
        return self.view.visualRect(self._model.index(row, 0))

    def step(self, by: int) -> None:
        """Move the mark."""
        number = self.count()
        if number:
            at = self.view.currentIndex().row() if self.view.currentIndex().isValid() else (-1 if by > 0 else 0)
            self.view.setCurrentIndex(self._model.index((at + by) % number, 0))

    def place_below(self, field: QWidget) -> None:
        """Stand below a field, or above it where there is more room."""
        window = self.parentWidget()
        rows = min(self.count(), _MOST)
        height = rows * max(_ROW, theme.px(13) + 20) + 12
        width = max(field.width(), min(380, window.width() - 24))
        below = field.mapTo(window, QPoint(0, field.height() + 3))
        x = max(8, min(below.x(), window.width() - width - 8))
        y = below.y()
        if y + height > window.height() - 8:
            y = max(8, field.mapTo(window, QPoint(0, 0)).y() - height - 3)
        self.setGeometry(x, y, width, min(height, window.height() - 16))
        self.show()
        self.raise_()

    def _clicked(self, index: QModelIndex) -> None:
        self.chosen.emit(self._model.hits[index.row()].value)

    def paintEvent(self, _event: Any) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()


class SuggestInput(TextInput):
    """See the module."""

    picked = Signal(object)
    typed = Signal(str)

    def __init__(
        self,
        source: Callable[[str], Sequence[Suggestion]],
        hint: str = "",
        parent: QWidget | None = None,
        *,
        free: bool = False,
    ) -> None:
        super().__init__(hint, parent)
        self._source, self._free = source, free
        self._list: SuggestList | None = None
        self.setAccessibleName(hint)
        self.textEdited.connect(self.suggest)

    def suggest(self, _text: str = "") -> None:
        """Look for hits and show them."""
        found = list(self._source(self.text().strip()))
        if not found:
            self.close_list()
            return
        hits = self._hits()
        hits.offer(found, mark=self._first_mark(found))
        hits.place_below(self)
        self.setAccessibleDescription(ngettext("{n} hit below", "{n} hits below", len(found)).format(n=len(found)))

    def _first_mark(self, _found: Sequence[Suggestion]) -> int:
        return 0 if self.text().strip() or not self._free else -1

    def hits(self) -> SuggestList | None:
        """The list while it is shown."""
        return self._list if self._list is not None and self._list.isVisible() else None

    def _hits(self) -> SuggestList:
        if self._list is None or self._list.parentWidget() is not self.window():
            self._list = SuggestList(self.window())
            self._list.chosen.connect(self._take)
        return self._list

    def close_list(self) -> None:
        """Hide the hits."""
        if self._list is not None:
            self._list.hide()

    def take_marked(self) -> bool:
        """Take the marked hit; False if none is."""
        shown = self.hits()
        marked = shown.marked() if shown is not None else None
        if marked is None:
            return False
        self._take(marked.value)
        return True

    def _take(self, value: Any) -> None:
        self.close_list()
        self.picked.emit(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shown = self.hits()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and plain:
            if shown is None:
                self.suggest()
            else:
                shown.step(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            if not self.take_marked():
                self.typed.emit(self.text().strip())
        elif event.key() == Qt.Key.Key_Escape and shown is not None:
            self.close_list()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.close_list()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.close_list()

    def event(self, event: QEvent) -> bool:
        """Take the list along when the field goes away."""
        if event.type() == QEvent.Type.DeferredDelete and self._list is not None:
            self._list.hide()
            self._list.deleteLater()
            self._list = None
        return super().event(event)
