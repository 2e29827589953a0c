"""Painting from right to left: what a painter is told from the left lands as far from the right.

    painter = mirrored(painter, option.rect, option.direction)

Positions are mirrored inside the outer rectangle, pictures and letters are not; Qt turns left and right of texts around
by itself. From left to right the painter is given back as it is, so nothing is slower.
"""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter


def mirrored(painter: QPainter, outer: QRect | QRectF, direction: Qt.LayoutDirection) -> QPainter:
    """A painter for this direction of reading."""
    if direction != Qt.LayoutDirection.RightToLeft:
        return painter
    return cast("QPainter", _Mirrored(painter, QRectF(outer)))


class _Mirrored:
    """The words of a painter that the delegates use, with mirrored places; all others go to the painter itself."""

    def __init__(self, painter: QPainter, outer: QRectF) -> None:
        self._painter, self._outer = painter, outer
        painter.setLayoutDirection(Qt.LayoutDirection.RightToLeft)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._painter, name)

    def _x(self, x: float, width: float = 0) -> float:
        return self._outer.left() + self._outer.right() - x - width

    def _rect(self, rect: QRect | QRectF) -> QRectF:
        place = QRectF(rect)
        return QRectF(self._x(place.left(), place.width()), place.top(), place.width(), place.height())

    def drawText(self, rect: QRect | QRectF, flags: Any, text: str) -> None:
        """Write in a rectangle."""
        self._painter.drawText(self._rect(rect), int(flags), text)

    def fillRect(self, rect: QRect | QRectF, brush: Any) -> None:
        """Fill a rectangle."""
        self._painter.fillRect(self._rect(rect), brush)

    def drawRoundedRect(self, rect: QRect | QRectF, x_radius: float, y_radius: float) -> None:
        """A rectangle with round corners."""
        self._painter.drawRoundedRect(self._rect(rect), x_radius, y_radius)

    def drawEllipse(self, place: QRect | QRectF | QPointF, *radii: float) -> None:
        """An ellipse in a rectangle, or around a point."""
        if radii:
            point = QPointF(place)  # type: ignore[arg-type]
            self._painter.drawEllipse(QPointF(self._x(point.x()), point.y()), *radii)
        else:
            self._painter.drawEllipse(self._rect(place))  # type: ignore[arg-type]

    def drawLine(self, *ends: Any) -> None:
        """A line between two points, or four numbers."""
        points = ends if len(ends) == 2 else (QPointF(ends[0], ends[1]), QPointF(ends[2], ends[3]))
        one, other = (QPointF(self._x(QPointF(point).x()), QPointF(point).y()) for point in points)
        self._painter.drawLine(one, other)

    def drawPixmap(self, *args: Any) -> None:
        """A picture at a point or at two numbers; it is not turned around."""
        *place, picture = args
        corner = QPointF(place[0]) if len(place) == 1 else QPointF(place[0], place[1])
        wide = picture.width() / picture.devicePixelRatio()
        self._painter.drawPixmap(QPointF(self._x(corner.x(), wide), corner.y()), picture)
