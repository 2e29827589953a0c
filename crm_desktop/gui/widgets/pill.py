"""A short word on a tint, for exceptions, tags and keys; painted in lists and as a widget."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from crm_desktop.gui import theme

_TINTS = {"red": "redSoft", "amber": "amberSoft", "green": "greenSoft", "blue": "blueSoft", "grey": "greySoft"}
_DOTS = {"red": "redSolid", "amber": "amberSolid", "green": "greenSolid", "blue": "accent", "grey": "ctl"}


def pill_width(text: str) -> int:
    """How wide a pill with this text is."""
    return round(QFontMetricsF(theme.font("smallm")).horizontalAdvance(text)) + 16


def paint_pill(painter: QPainter, rect: QRectF, text: str, tone: str, *, selected: bool = False) -> None:
    """Draw a pill of 20 pixels height in the middle of `rect`, from its left; on a selected row in card colour."""
    height = max(20.0, theme.px(12) + 8.0)
    body = QRectF(rect.left(), rect.center().y() - height / 2, min(pill_width(text), rect.width()), height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("card" if selected else _TINTS.get(tone, "greySoft")))
    painter.drawRoundedRect(body, 5, 5)
    painter.setFont(theme.font("smallm"))
    painter.setPen(theme.color(tone if tone in _TINTS else "grey"))
    shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, int(body.width()) - 4)
    painter.drawText(body, Qt.AlignmentFlag.AlignCenter, shown)


def paint_dot(painter: QPainter, center: QPointF, tone: str) -> None:
    """Draw the dot of a normal state."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(_DOTS.get(tone, "ctl")))
    painter.drawEllipse(center, 3.5, 3.5)


class Pill(QWidget):
    """A pill as a widget."""

    def __init__(self, text: str = "", tone: str = "grey", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._tone = text, tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def say(self, text: str, tone: str = "grey") -> None:
        """Show another word; without one the pill hides."""
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(pill_width(self._text), max(20, theme.px(12) + 8))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_pill(painter, QRectF(self.rect()), self._text, self._tone)
        painter.end()


class Key(QWidget):
    """A key cap with its meaning beside it: [Enter] Open card."""

    def __init__(self, key: str, meaning: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key, self._meaning = key, meaning
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _cap(self) -> int:
        return round(QFontMetricsF(theme.font("smallm")).horizontalAdvance(self._key)) + 10

    def sizeHint(self) -> QSize:
        words = QFontMetricsF(theme.font("small")).horizontalAdvance(self._meaning)
        return QSize(max(20, self._cap()) + (round(words) + 7 if self._meaning else 0), 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_key(painter, QRectF(0, 1, max(20, self._cap()), 18), self._key)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text2"))
        rest = self.rect().adjusted(max(20, self._cap()) + 6, 0, 0, 0)
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, self._meaning)
        painter.end()


def paint_key(painter: QPainter, rect: QRectF, key: str) -> None:
    """Draw a key cap."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("line2"), 1))
    painter.setBrush(theme.color("card"))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setFont(theme.font("smallm"))
    painter.setPen(theme.color("text2"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, key)
