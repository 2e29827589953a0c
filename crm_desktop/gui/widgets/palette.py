"""Find or do anything: a field over the page, records and commands below it in groups.

The window hands in `find(text) -> list[Hit]` for records and the commands as hits with an `act`. Up and Down move,
Enter opens, Esc closes. An empty field shows what one had to do with last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from shiboken6 import isValid

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.core.text import fold
from crm_desktop.gui import icons, theme
from crm_desktop.gui.widgets.layouts import column, label, line_of
from crm_desktop.gui.widgets.mirror import mirrored
from crm_desktop.gui.widgets.pill import Key, paint_key

_NOWHERE = QModelIndex()
_WIDTH, _HEIGHT, _HEAD, _ROW = 640, 520, 34, 38


@dataclass(frozen=True)
class Hit:
    """One result: a record (`kind`, `id`) or something to do (`act`); with `words` it shows only when looked for."""

    group: str
    title: str
    detail: str = ""
    right: str = ""
    icon: str = "corner-down-left"
    kind: str = ""
    id: int = 0
    act: Callable[[], object] | None = None
    key: str = ""
    words: str = ""


class _Model(QAbstractListModel):
    """Headings (str) and hits."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: list[str | Hit] = []

    def show_hits(self, hits: Sequence[Hit]) -> None:
        """Show hits below a heading for each group."""
        self.beginResetModel()
        self.lines = []
        for hit in hits:
            if hit.group not in self.lines:
                self.lines.append(hit.group)
            self.lines.append(hit)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line if isinstance(line, str) else " ".join(p for p in (line.title, line.detail, line.right) if p)
        return line if role == Qt.ItemDataRole.UserRole else None

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        if isinstance(self.lines[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def _marked(painter: QPainter, at: QPointF, text: str, needle: str) -> float:
    """Draw a title with the found letters in the accent colour; gives its width."""
    metrics = QFontMetricsF(painter.font())
    place = fold(text).find(fold(needle)) if needle and len(fold(text)) == len(text) else -1
    parts = [(text, "text")]
    if place >= 0:
        end = place + len(fold(needle))
        parts = [(text[:place], "text"), (text[place:end], "accentText"), (text[end:], "text")]
    x = at.x()
    for part, role in parts:
        painter.setPen(theme.color(role))
        painter.drawText(QPointF(x, at.y()), part)
        x += metrics.horizontalAdvance(part)
    return x - at.x()


class _Delegate(QStyledItemDelegate):
    """Paints headings and hits."""

    needle = ""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Any) -> QSize:
        line = index.data(Qt.ItemDataRole.UserRole)
        return QSize(200, max(_HEAD if isinstance(line, str) else _ROW, theme.px(13) + 20))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        painter = mirrored(painter, option.rect, option.direction)
        line = index.data(Qt.ItemDataRole.UserRole)
        rect = QRectF(option.rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(line, str):
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("text2"))
            painter.drawText(rect.adjusted(22, 4, -12, 0), int(Qt.AlignmentFlag.AlignVCenter), line)
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("sel"))
            painter.drawRoundedRect(rect.adjusted(10, 0, -10, 0), 8, 8)
        ratio = option.widget.devicePixelRatioF() if option.widget else 1.0
        middle = rect.center().y()
        picture = icons.pixmap(line.icon, "accentText" if selected else "text2", 16, ratio)
        painter.drawPixmap(QPointF(rect.left() + 22, middle - 8), picture)
        self._words(painter, rect, line, ratio, selected=selected)

    def _words(self, painter: QPainter, rect: QRectF, line: Hit, ratio: float, *, selected: bool) -> None:
        font = theme.font("m")
        painter.setFont(font)
        base = rect.center().y() + QFontMetricsF(font).capHeight() / 2
        right = rect.right() - 32
        if line.key:
            width = QFontMetricsF(theme.font("smallm")).horizontalAdvance(line.key) + 12
            paint_key(painter, QRectF(right - width, rect.center().y() - 9, width, 18), line.key)
            right -= width + 8
        elif line.right:
            painter.setFont(theme.font("body"))
            painter.setPen(theme.color("text2"))
            width = QFontMetricsF(painter.font()).horizontalAdvance(line.right)
            painter.drawText(QPointF(right - width, base), line.right)
            right -= width + 12
        elif selected:
            painter.drawPixmap(
                QPointF(right - 16, rect.center().y() - 8), icons.pixmap("corner-down-left", "text2", 16, ratio)
            )
            right -= 24
        painter.setFont(font)
        left = rect.left() + 50
        title = QFontMetricsF(font).elidedText(line.title, Qt.TextElideMode.ElideRight, right - left)
        used = _marked(painter, QPointF(left, base), title, self.needle) + 12
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text2"))
        room = right - left - used
        if line.detail and room > 30:
            words = QFontMetricsF(painter.font()).elidedText(line.detail, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QPointF(left + used, base), words)


def _fits(hit: Hit, words: list[str]) -> bool:
    """Whether all words stand in something to do; what has words of its own is shown for them only."""
    if not words:
        return not hit.words
    said = fold(f"{hit.title} {hit.detail} {hit.words}")
    return all(word in said for word in words)


class _Frame(QFrame):
    """The panel with its soft shadow, painted by the scrim below it."""


class Palette(QWidget):
    """The scrim over the window with the panel in its upper middle; see the module."""

    def __init__(
        self,
        parent: QWidget,
        find: Callable[[str], Sequence[Hit]],
        commands: Callable[[], Sequence[Hit]],
        go: Callable[[Hit], object],
    ) -> None:
        super().__init__(parent)
        self._find, self._commands, self._go = find, commands, go
        self._before: QWidget | None = None
        self.field = QLineEdit()
        self.field.setProperty("k", "bare")
        self.field.setPlaceholderText(_("Find a customer, a document, or something to do"))
        self.field.setAccessibleName(_("Find or do anything"))
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.model = _Model(self)
        self.list = QListView()
        self.list.setAccessibleName(_("Results"))
        self.list.setModel(self.model)
        self._delegate = _Delegate(self.list)
        self.list.setItemDelegate(self._delegate)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.clicked.connect(self._clicked)
        self._foot = label("", "small", "text2")
        self._nothing = label("", "body", "text2", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._panel = self._build()
        parent.installEventFilter(self)
        self.hide()

    def _build(self) -> QFrame:
        panel = _Frame(self)
        panel.setProperty("k", "dialog")
        head = QWidget()
        head.setFixedHeight(58)
        self._icon = QLabel()
        line_of(head, self._icon, self.field, Key("Esc"), gap=12, margins=(22, 0, 20, 0))
        foot = QWidget()
        foot.setFixedHeight(42)
        line_of(
            foot,
            Key("Enter", pgettext("verb", "Open")),
            Key("↑ ↓", _("Move")),
            "stretch",
            self._foot,
            gap=14,
            margins=(20, 0, 20, 0),
        )
        rule, rule2 = QFrame(), QFrame()
        for line in (rule, rule2):
            line.setProperty("k", "hl")
        column(panel, head, rule, 4, self.list, self._nothing, 2, rule2, foot)
        return panel

    def open(self, text: str = "") -> None:
        """Show the palette, ready to type."""
        self._icon.setPixmap(icons.pixmap("search", "text2", 18, self.devicePixelRatioF()))
        self._before = QApplication.focusWidget()
        self.setGeometry(self.parentWidget().rect())
        self._place()
        self.field.setText(text)
        self._search(text)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _place(self) -> None:
        width, height = min(_WIDTH, self.width() - 32), min(_HEIGHT, self.height() - 60)
        top = max(20, min(110, (self.height() - height) // 3))
        self._panel.setGeometry((self.width() - width) // 2, top, width, height)

    def _search(self, text: str) -> None:
        self._delegate.needle = text.strip()
        words = fold(text).split()
        found = list(self._find(text))
        fits = [c for c in self._commands() if _fits(c, words)]
        found += fits
        self.model.show_hits(found if words else found[:40])
        self._foot.setText(ngettext("{n} result", "{n} results", len(found)).format(n=len(found)))
        self._nothing.setText("" if found else _("Nothing found for “{text}”.").format(text=text.strip()))
        self._nothing.setVisible(not found)
        self.list.setVisible(bool(found))
        self._select(0, 1)

    def _select(self, start: int, step: int) -> None:
        lines = self.model.lines
        place = start
        while 0 <= place < len(lines) and isinstance(lines[place], str):
            place += step
        if 0 <= place < len(lines):
            self.list.setCurrentIndex(self.model.index(place))
            if place <= 1:
                self.list.scrollToTop()

    def _clicked(self, index: QModelIndex) -> None:
        self._open_line(index.row())

    def _open_line(self, row: int) -> None:
        line = self.model.lines[row] if 0 <= row < len(self.model.lines) else None
        if isinstance(line, Hit):
            self.close_()
            self._go(line)

    def close_(self) -> None:
        """Hide the palette; the focus goes back to where it was."""
        before, self._before = self._before, None
        self.hide()
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parent() and event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self.parentWidget().rect())
            self._place()
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        row = self.list.currentIndex().row()
        if event.key() == Qt.Key.Key_Down:
            self._select(row + 1, 1)
        elif event.key() == Qt.Key.Key_Up:
            self._select(row - 1, -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_line(row)
        elif event.key() == Qt.Key.Key_Escape:
            self.close_()
        else:
            return event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._panel.geometry().contains(event.position().toPoint()):
            self.close_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("scrim"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        body = QRectF(self._panel.geometry())
        for step in range(24, 0, -2):
            shade = QColor(0, 0, 0, 2 + (24 - step) // 4)
            painter.setPen(QPen(shade, 2))
            painter.drawRoundedRect(body.adjusted(-step, -step / 2, step, step), 12 + step, 12 + step)
        painter.end()
