"""Parts of the grid of lines: its headings, and the field for the text below a name."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QPlainTextEdit, QWidget

from crm_desktop.gui import theme
from crm_desktop.gui.parts.lines_model import AMOUNT, DISCOUNT, PRICE, QTY, RATE

_RIGHT = (QTY, PRICE, DISCOUNT, RATE, AMOUNT)


class LinesHeader(QHeaderView):
    """Headings that align like their columns."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(False)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(theme.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setFont(theme.font("smallm"))
        painter.setPen(theme.color("text2"))
        side = Qt.AlignmentFlag.AlignRight if section in _RIGHT else Qt.AlignmentFlag.AlignLeft
        words = str(self.model().headerData(section, Qt.Orientation.Horizontal) or "")
        room = rect.adjusted(8, 0, -8, 0)
        shown = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, room.width() + 2)
        painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), shown)


class LineDescription(QPlainTextEdit):
    """The text below the name of a line, over its cell."""

    kept = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.key() == Qt.Key.Key_Escape or (event.key() == Qt.Key.Key_Tab and plain):
            self.parentWidget().setFocus()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not self.isHidden():
            self.hide()
            self.kept.emit(self.toPlainText())
