"""An icon on a round tint, as a widget and for painters of lists."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from crm_desktop.gui import icons, theme


def paint_disc(painter: QPainter, rect: QRectF, icon: str, *, tint: str = "greySoft", ink: str = "text2") -> None:
    """Draw an icon in the middle of a round tint; the icon is about half as wide as the disc."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(tint))
    painter.drawEllipse(rect)
    side = 28 if rect.width() > 50 else 20 if rect.width() > 34 else 16
    device = painter.device()
    ratio = device.devicePixelRatioF() if device else 1.0
    corner = QRectF(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side).topLeft()
    painter.drawPixmap(corner.toPoint(), icons.pixmap(icon, ink, side, ratio))


class Disc(QWidget):
    """The disc as a widget of a fixed size."""

    def __init__(
        self, icon: str, side: int, *, tint: str = "greySoft", ink: str = "text2", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon, self._tint, self._ink = icon, tint, ink
        self.setFixedSize(side, side)

    def tell(self, icon: str, tint: str, ink: str) -> None:
        """Show another icon."""
        self._icon, self._tint, self._ink = icon, tint, ink
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_disc(painter, QRectF(self.rect()), self._icon, tint=self._tint, ink=self._ink)
        painter.end()
