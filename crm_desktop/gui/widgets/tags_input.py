"""A field of tags: each a small pill with a cross; typing offers the known ones, Enter or comma adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QSizePolicy, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import icons, theme
from crm_desktop.gui.widgets import inputs

_GAP, _PILL, _LEFT = 6, 22, 6


class TagsInput(QWidget):
    """A list of words; `value()` is `list[str]` in the order they were added."""

    edited = Signal()
    left = Signal()

    def __init__(self, known: Sequence[str] = (), hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self._state = ""
        self._rects: list[QRect] = []
        self._line = QLineEdit(self)
        self._line.setProperty("k", "bare")
        self._hint = hint or _("Add a tag")
        self._line.setPlaceholderText(self._hint)
        self._line.installEventFilter(self)
        self._line.textEdited.connect(self._typed)
        self._line.editingFinished.connect(self._take)
        self.setFocusProxy(self._line)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_known(known)

    def set_known(self, known: Sequence[str]) -> None:
        """Offer these words while typing."""
        completer = QCompleter(list(known), self)
        inputs.as_search(completer)
        completer.activated.connect(self._completed)
        self._line.setCompleter(completer)

    def setAccessibleName(self, name: str) -> None:
        """The name belongs to the part that has the focus."""
        super().setAccessibleName(name)
        self._line.setAccessibleName(name)

    def value(self) -> list[str]:
        """The words."""
        return list(self._words)

    def set_value(self, value: Any) -> None:
        """Show these words."""
        self._words = list(value or [])
        self._line.clear()
        self._arrange()

    def problem(self) -> str:
        """Never wrong."""
        return ""

    def mark(self, state: str) -> None:
        """Colour the border."""
        self._state = state
        self.update()

    def _completed(self, _text: str) -> None:
        QTimer.singleShot(0, self, self._take)

    def _typed(self, text: str) -> None:
        if text.endswith((",", ";")):
            self._take()

    def _take(self) -> None:
        word = " ".join(self._line.text().strip(" ,;").split())
        self._line.clear()
        if word and word.casefold() not in {w.casefold() for w in self._words}:
            self._words.append(word)
            self._arrange()
            self.edited.emit()
            self.left.emit()

    def remove(self, index: int) -> None:
        """Take one word out."""
        del self._words[index]
        self._arrange()
        self.edited.emit()
        self.left.emit()

    def eventFilter(self, watched: QWidget, event: Any) -> bool:
        """Backspace in the empty line takes the last word out; the frame shows the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Backspace and not self._line.text() and self._words:
                self.remove(len(self._words) - 1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._line.text():
                self._take()
                return True
        if event.type() in (event.Type.FocusIn, event.Type.FocusOut):
            self.update()
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        metrics = QFontMetrics(theme.font("smallm"))
        x, y, self._rects = _LEFT, 5, []
        for word in self._words:
            width = min(metrics.horizontalAdvance(word) + 32, max(60, self.width() - 20))
            if x + width > self.width() - _LEFT and x > _LEFT:
                x, y = _LEFT, y + _PILL + 4
            self._rects.append(QRect(x, y, width, _PILL))
            x += width + _GAP
        if x + 90 > self.width() - _LEFT and x > _LEFT:
            x, y = _LEFT, y + _PILL + 4
        self._line.setGeometry(x + 2, y, max(40, self.width() - x - 10), _PILL)
        self.setFixedHeight(max(32, y + _PILL + 5))
        self._line.setPlaceholderText("" if self._words else self._hint)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def sizeHint(self) -> QSize:
        return QSize(200, 32)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for index, rect in enumerate(self._rects):
            if rect.contains(event.position().toPoint()) and event.position().x() > rect.right() - 22:
                self.remove(index)
                return
        self._line.setFocus()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self._line.hasFocus()
        border = "focus" if focus else {"bad": "redSolid", "warn": "amberSolid"}.get(self._state, "ctl")
        width = 2 if focus else 1
        painter.setPen(QPen(theme.color(border), width))
        painter.setBrush(theme.color("card"))
        inset = width / 2
        painter.drawRoundedRect(self.rect().toRectF().adjusted(inset, inset, -inset, -inset), 6, 6)
        metrics = QFontMetrics(theme.font("smallm"))
        for word, rect in zip(self._words, self._rects, strict=True):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("greySoft"))
            painter.drawRoundedRect(rect, 5, 5)
            painter.setPen(theme.color("text"))
            painter.setFont(theme.font("smallm"))
            room = rect.adjusted(8, 0, -22, 0)
            painter.drawText(
                room, Qt.AlignmentFlag.AlignVCenter, metrics.elidedText(word, Qt.TextElideMode.ElideRight, room.width())
            )
            cross = icons.pixmap("x", "text3", 12, self.devicePixelRatioF())
            painter.drawPixmap(rect.right() - 17, rect.top() + 5, cross)
        painter.end()
