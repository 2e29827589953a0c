"""A picture of initials: a rounded square for a company, a circle for a person, in one of six muted colours."""

from __future__ import annotations

import zlib

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from crm_desktop.gui import theme, tokens

_SKIPPED = {"dr", "dr.", "prof", "prof.", "the", "die", "der", "das", "von", "van", "de", "herr", "frau", "+", "&"}


def initials(name: str) -> str:
    """One or two letters: of the first two words that are no titles."""
    words = [w for w in name.replace("-", " ").split() if w.casefold() not in _SKIPPED and any(c.isalpha() for c in w)]
    letters = [next(c for c in w if c.isalpha()) for w in words[:2]]
    return "".join(letters).upper() or name[:1].upper() or "?"


def paint_avatar(painter: QPainter, rect: QRectF, name: str, kind: str = "company") -> None:
    """Draw the picture of a name; `kind` is "company" or "person"."""
    colors = tokens.avatar_colors(theme.is_dark())
    tint, ink = colors[zlib.crc32(name.encode()) % len(colors)]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tint))
    if kind == "person":
        painter.drawEllipse(rect)
    else:
        radius = rect.width() * 0.24
        painter.drawRoundedRect(rect, radius, radius)
    font = QFont(theme.font("b"))
    font.setPixelSize(max(9, round(rect.width() * 0.37)))
    painter.setFont(font)
    painter.setPen(QColor(ink))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initials(name))


class Avatar(QWidget):
    """The picture as a widget of a fixed size."""

    def __init__(self, name: str = "", kind: str = "company", side: int = 44, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._kind, self._side = name, kind, side
        self.setFixedSize(side, side)

    def show_name(self, name: str, kind: str) -> None:
        """Show the picture of another name."""
        self._name, self._kind = name, kind
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_avatar(painter, QRectF(self.rect()), self._name, self._kind)
        painter.end()
