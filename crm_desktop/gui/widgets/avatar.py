"""A picture of initials, or the photo: a rounded square for a company, a circle for a person.

A photo is cut to the same shape as the initials.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from crm_desktop.gui.widgets.initials import paint_avatar


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
