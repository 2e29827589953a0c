"""The legend of a column chart: a small drawing of each kind of column with its name; names that find no room are cut.

legend.tell([("solid", "2026"), ("light", "2025"), ("dashed", "with open deals"), ("line", "plan")])
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme

_MARK, _GAP, _BETWEEN = 11, 6, 14


class Legend(QWidget):
    """See the module."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: list[tuple[str, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def tell(self, entries: Sequence[tuple[str, str]]) -> None:
        """Show these kinds of columns: "solid", "light", "dashed" or "line", with their names."""
        self._entries = [(kind, name) for kind, name in entries if name]
        said = {"solid": _("solid"), "light": _("light"), "dashed": _("dashed outline"), "line": _("dashed line")}
        self.setAccessibleName("; ".join(f"{name}: {said[kind]}" for kind, name in self._entries))
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The names, for whoever reads instead of looking."""
        return ", ".join(name for _kind, name in self._entries)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(theme.font("small"))
        wide = sum(_MARK + _GAP + metrics.horizontalAdvance(name) + _BETWEEN for _kind, name in self._entries)
        return QSize(wide, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:
        """The marks alone: a card may be narrower than its legend."""
        return QSize((_MARK + _BETWEEN) * len(self._entries), self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """Tell the whole legend under the pointer, also where names are cut."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.text(), self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("small"))
        metrics = QFontMetrics(theme.font("small"))
        lacking = max(0, self.sizeHint().width() - self.width())
        cut = -(-lacking // max(1, len(self._entries)))
        x, middle = 0.0, self.height() / 2
        for kind, name in self._entries:
            paint_mark(painter, QRectF(x, middle - _MARK / 2, _MARK, _MARK), kind)
            room = metrics.horizontalAdvance(name) - cut
            painter.setPen(theme.color("text2"))
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, max(0, room) + 1)
            place = QRectF(x + _MARK + _GAP, 0, max(0, room) + 2, self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter, shown)
            x += _MARK + _GAP + max(0, room) + _BETWEEN
        painter.end()


def paint_mark(painter: QPainter, place: QRectF, kind: str) -> None:
    """Paint a small column of a kind."""
    if kind == "line":
        painter.setPen(QPen(theme.color("text"), 1.5, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(place.left(), place.center().y()), QPointF(place.right(), place.center().y()))
        return
    inside = place.adjusted(0.5, 0.5, -0.5, -0.5)
    fill = QColor(theme.color("c1" if kind == "solid" else "c2"))
    painter.setPen(QPen(fill, 1) if kind == "light" else Qt.PenStyle.NoPen)
    if kind == "dashed":
        painter.setPen(dashes())
    fill.setAlpha({"solid": 255, "light": 70, "dashed": 0}[kind])
    painter.setBrush(fill)
    painter.drawRoundedRect(inside, 2.5, 2.5)


def dashes() -> QPen:
    """The outline of what is expected on top of what is there."""
    pen = QPen(theme.color("text2"), 1)
    pen.setDashPattern([3, 2])
    return pen
