"""A picture of initials, or the photo: a rounded square for a company, a circle for a person.

Initials stand on one of six muted colours; a photo is cut to the same shape.
"""

from __future__ import annotations

import zlib

from PySide6.QtCore import QBuffer, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QImageReader, QPainter, QPainterPath, QPaintEvent
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


def read_photo(content: bytes, side: int) -> QImage:
    """A picture that covers a square of so many pixels; without a size where it cannot be read."""
    buffer = QBuffer()
    buffer.setData(content)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    return reader.read()


def paint_photo(painter: QPainter, rect: QRectF, photo: QImage, kind: str = "company") -> None:
    """Draw the middle of a photo in the shape of the kind."""
    shape = QPainterPath()
    if kind == "person":
        shape.addEllipse(rect)
    else:
        shape.addRoundedRect(rect, rect.width() * 0.24, rect.width() * 0.24)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.setClipPath(shape)
    side = min(photo.width(), photo.height())
    part = QRectF((photo.width() - side) / 2, (photo.height() - side) / 2, side, side)
    painter.drawImage(rect, photo, part)


class Avatar(QWidget):
    """The picture as a widget of a fixed size."""

    def __init__(self, name: str = "", kind: str = "company", side: int = 44, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._kind, self._side = name, kind, side
        self._content: bytes | None = None
        self.photo = QImage()
        self.setFixedSize(side, side)

    def show_name(self, name: str, kind: str, photo: bytes | None = None) -> None:
        """Show the photo of another name, or its initials where there is none, or none that can be read."""
        self._name, self._kind = name, kind
        if photo != self._content:
            self._content = photo
            self.photo = read_photo(photo, 2 * self._side) if photo else QImage()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.photo.isNull():
            paint_avatar(painter, QRectF(self.rect()), self._name, self._kind)
        else:
            paint_photo(painter, QRectF(self.rect()), self.photo, self._kind)
        painter.end()
