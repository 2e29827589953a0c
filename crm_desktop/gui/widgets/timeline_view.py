"""The timeline: what happened, newest first, grouped by month, with measured rows and icons on a hairline.

A source gives ids once and rows in pages, as for lists; each row becomes a `Happening`. Only the pages that are
looked at are read: rows that were not seen yet have a guessed height.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from crm_desktop.gui import icons, theme
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.kind_icons import icon_of
from crm_desktop.gui.widgets.mirror import mirrored
from crm_desktop.gui.widgets.pill import paint_pill, pill_width

__all__ = ["Happening", "TimelineView", "icon_of"]
_NOWHERE = QModelIndex()
_STEP = 40
_LEFT, _RIGHT, _DATE, _ICON = 60, 24, 92, 26


@dataclass(frozen=True)
class Happening:
    """One entry as painted: bold words, plain words after them, a detail below, an amount or a pill at the right."""

    id: int
    at: datetime
    icon: str
    title: str
    rest: str = ""
    detail: str = ""
    amount: str = ""
    tone: str = ""
    pill: str = ""


class _Model(QAbstractListModel):
    """Entries in steps of forty: more are fetched when the end comes into view."""

    def __init__(self, rows: Callable[[list[int]], Sequence[Happening]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = rows
        self.ids: list[int] = []
        self.shown: list[Happening] = []

    def show_ids(self, ids: list[int]) -> None:
        """Show these entries, of which the first step is read now."""
        self.beginResetModel()
        keep = max(_STEP, len(self.shown)) if self.ids else _STEP
        self.ids = ids
        self.shown = list(self._read(ids[: min(keep, 1000)]))
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.shown)

    def canFetchMore(self, _parent: QModelIndex | QPersistentModelIndex) -> bool:
        return len(self.shown) < len(self.ids)

    def fetchMore(self, _parent: QModelIndex | QPersistentModelIndex) -> None:
        first = len(self.shown)
        more = self._read(self.ids[first : first + _STEP])
        if not more:
            self.ids = self.ids[:first]
            return
        self.beginInsertRows(_NOWHERE, first, first + len(more) - 1)
        self.shown += more
        self.endInsertRows()

    def starts_month(self, row: int) -> bool:
        """Whether a month begins with this row."""
        here = self.shown[row].at.astimezone()
        before = self.shown[row - 1].at.astimezone() if row else None
        return before is None or (before.year, before.month) != (here.year, here.month)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        found = self.shown[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return " ".join(
                p for p in (formats.when(found.at), found.title, found.rest, found.detail, found.amount) if p
            )
        return found if role == Qt.ItemDataRole.UserRole else None


def _lines(text: str, width: float) -> list[str]:
    """A text in at most two lines, the last one elided."""
    return _wrapped(text, width, theme.px(13))


@lru_cache(maxsize=2000)
def _wrapped(text: str, width: float, _size: int, most: int = 2) -> list[str]:
    font = theme.font("body")
    metrics = QFontMetricsF(font)
    flat = " ".join(text.split())
    if metrics.horizontalAdvance(flat) <= width:
        return [flat]
    layout = QTextLayout(flat, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    found, start = [], 0
    while len(found) < most:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        start = line.textStart()
        found.append(flat[start : start + line.textLength()].strip())
    layout.endLayout()
    if found:
        found[-1] = metrics.elidedText(flat[start:].strip(), Qt.TextElideMode.ElideRight, width)
    return found


class _Delegate(QStyledItemDelegate):
    """Paints entries with the month above the first of each."""

    def _head(self) -> int:
        return theme.px(12) + 20

    def _row(self) -> int:
        return max(40, theme.px(13) + 27)

    def _width(self, option: QStyleOptionViewItem) -> float:
        area = option.widget.viewport().width() if isinstance(option.widget, QAbstractItemView) else option.rect.width()
        return area - _LEFT - _RIGHT - _DATE

    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:
        found: Happening = index.data(Qt.ItemDataRole.UserRole)
        height = self._row() + (self._head() if index.model().starts_month(index.row()) else 0)
        if found.detail:
            lines = len(_lines(found.detail, self._width(option)))
            height += lines * (theme.px(13) + 3) + 2
        return QSize(200, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        painter = mirrored(painter, option.rect, option.direction)
        found: Happening = index.data(Qt.ItemDataRole.UserRole)
        rect = QRectF(option.rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = rect.top()
        if index.model().starts_month(index.row()):
            painter.setFont(theme.font("smallb"))
            painter.setPen(theme.color("text2"))
            head = QRectF(rect.left() + 20, top, rect.width() - 40, self._head())
            painter.drawText(head, int(Qt.AlignmentFlag.AlignVCenter), formats.month(found.at.astimezone().date()))
            top += self._head()
        body = QRectF(rect.left(), top, rect.width(), rect.bottom() - top)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("sel"))
            painter.drawRoundedRect(body.adjusted(8, 1, -8, -1), 8, 8)
        self._disc(painter, body, found, option)
        self._first_line(painter, body, found)
        if found.detail:
            self._detail(painter, body, found, self._width(option))

    def _disc(self, painter: QPainter, body: QRectF, found: Happening, option: QStyleOptionViewItem) -> None:
        x, middle = body.left() + 34, body.top() + self._row() / 2
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(QPointF(x, body.top()), QPointF(x, body.bottom() + 1))
        tint = {"red": "redSoft", "green": "greenSoft"}.get(found.tone)
        painter.setPen(Qt.PenStyle.NoPen if tint else QPen(theme.color("line"), 1))
        painter.setBrush(theme.color(tint or "card"))
        painter.drawEllipse(QPointF(x, middle), _ICON / 2, _ICON / 2)
        ratio = option.widget.devicePixelRatioF() if option.widget else 1.0
        picture = icons.pixmap(found.icon, found.tone if tint else "text2", 14, ratio)
        painter.drawPixmap(QPointF(x - 7, middle - 7), picture)

    def _first_line(self, painter: QPainter, body: QRectF, found: Happening) -> None:
        line = QRectF(body.left() + _LEFT, body.top(), body.width() - _LEFT - _RIGHT, self._row())
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text2"))
        when = formats.when(found.at)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), when)
        right = line.right() - max(_DATE, QFontMetricsF(painter.font()).horizontalAdvance(when) + 12)
        if found.amount:
            painter.setFont(theme.font("b"))
            painter.setPen(theme.color(found.tone or "text2"))
            width = QFontMetricsF(painter.font()).horizontalAdvance(found.amount)
            painter.drawText(
                QRectF(right - width, line.top(), width + 1, line.height()),
                int(Qt.AlignmentFlag.AlignVCenter),
                found.amount,
            )
            right -= width + 12
        if found.pill:
            width = pill_width(found.pill)
            paint_pill(
                painter, QRectF(right - width, line.top(), width, line.height()), found.pill, found.tone or "grey"
            )
            right -= width + 12
        font = theme.font("b")
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        room = right - line.left()
        title = QFontMetrics(font).elidedText(found.title, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(
            QRectF(line.left(), line.top(), room, line.height()), int(Qt.AlignmentFlag.AlignVCenter), title
        )
        used = QFontMetricsF(font).horizontalAdvance(title) + 6
        if found.rest and room - used > 20:
            painter.setFont(theme.font("body"))
            painter.setPen(theme.color("text2"))
            words = QFontMetrics(painter.font()).elidedText(found.rest, Qt.TextElideMode.ElideRight, int(room - used))
            painter.drawText(
                QRectF(line.left() + used, line.top(), room - used, line.height()),
                int(Qt.AlignmentFlag.AlignVCenter),
                words,
            )

    def _detail(self, painter: QPainter, body: QRectF, found: Happening, width: float) -> None:
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("text2"))
        height = theme.px(13) + 3
        top = body.top() + self._row() - 9
        for number, text in enumerate(_lines(found.detail, width)):
            place = QRectF(body.left() + _LEFT, top + number * height, width + 2, height)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), text)


class TimelineView(QListView):
    """See the module; `opened(id)` for Enter and double click, `removed(id)` for Delete."""

    opened = Signal(int)
    removed = Signal(int)

    def __init__(
        self, name: str, rows: Callable[[list[int]], Sequence[Happening]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._model = _Model(rows, self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(_STEP)
        self.doubleClicked.connect(self._double_clicked)

    def show_ids(self, ids: Sequence[int]) -> None:
        """Show these entries; the scroll position is kept."""
        place = self.verticalScrollBar().value()
        self._model.show_ids(list(ids))
        self.verticalScrollBar().setValue(place)

    def current(self) -> Happening | None:
        """The entry with the focus."""
        index = self.currentIndex()
        return self._model.shown[index.row()] if index.isValid() else None

    def _double_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(self._model.shown[index.row()].id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        found = self.current()
        if found is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.opened.emit(found.id)
        elif found is not None and event.key() == Qt.Key.Key_Delete:
            self.removed.emit(found.id)
        elif event.key() == Qt.Key.Key_Escape or (event.text().isalnum() and not event.modifiers()):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if not self.indexAt(event.position().toPoint()).isValid():
            self.clearSelection()
