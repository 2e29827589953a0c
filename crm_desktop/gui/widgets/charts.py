"""Charts painted with the palette's colours: columns of two years, a bar in parts, bars beside names.

Each chart has its figures as a sentence in its accessible description and as a tooltip, so nothing is told by colour
or length alone. Columns start at zero; text stands on the card, never on colour.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme
from crm_desktop.gui.widgets import formats

_LEFT, _BOTTOM, _TOP = 52, 26, 8


def nice_step(largest: int, lines: int = 4) -> int:
    """The distance of grid lines: 1, 2, 2.5 or 5 times a power of ten, so that `lines` of them hold the largest value."""
    wanted = max(1, -(-largest // lines))
    power = 10 ** (len(str(wanted)) - 1)
    return next(int(f * power) for f in (1, 2, 2.5, 5, 10) if f * power >= wanted)


class ColumnChart(QWidget):
    """Columns per month: this year solid, the year before light behind it. Values in minor units."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: list[str] = []
        self._now: list[int] = []
        self._before: list[int] = []
        self._names, self._currency, self._over = ("", ""), "EUR", -1
        self.setMouseTracking(True)
        self.setMinimumHeight(200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("Chart"))

    def tell(
        self, labels: Sequence[str], now: Sequence[int], before: Sequence[int], names: tuple[str, str], currency: str
    ) -> None:
        """Show values per label: `now` and `before`, called `names`."""
        self._labels, self._now, self._before = list(labels), list(now), list(before)
        self._names, self._currency = names, currency
        self.setAccessibleDescription("; ".join(self._sentence(i) for i in range(len(self._labels))))
        self.update()

    def _sentence(self, index: int) -> str:
        pairs = ((self._names[0], self._now), (self._names[1], self._before))
        told = ", ".join(f"{name} {formats.money_text(values[index], self._currency)}" for name, values in pairs)
        return f"{self._labels[index]}: {told}"

    def sizeHint(self) -> QSize:
        return QSize(560, 260)

    def _plot(self) -> QRectF:
        return QRectF(_LEFT, _TOP, self.width() - _LEFT - 4, self.height() - _TOP - _BOTTOM)

    def _slot(self, index: int) -> QRectF:
        plot = self._plot()
        width = plot.width() / max(1, len(self._labels))
        return QRectF(plot.left() + index * width, plot.top(), width, plot.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        largest = max([0, *self._now, *self._before])
        step = nice_step(largest)
        self._paint_grid(painter, step)
        for index in range(len(self._labels)):
            self._paint_slot(painter, index, step * 4)
        if largest == 0:
            painter.setPen(theme.color("text3"))
            painter.drawText(self._plot(), Qt.AlignmentFlag.AlignCenter, _("Shows up after your first invoice."))
        painter.end()

    def _paint_grid(self, painter: QPainter, step: int) -> None:
        plot = self._plot()
        painter.setFont(theme.font("small"))
        for line in range(5):
            y = plot.bottom() - plot.height() * line / 4
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            painter.setPen(QPen(theme.color("line2" if line == 0 else "grid"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
            painter.setPen(theme.color("text3"))
            place = QRectF(0, y - 9, _LEFT - 10, 18)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, right, short_amount(step * line, self._currency))

    def _paint_slot(self, painter: QPainter, index: int, top: int) -> None:
        slot = self._slot(index)
        if index == self._over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(slot.adjusted(3, -6, -3, 0), 6, 6)
        width = min(16.0, slot.width() * 0.3)
        middle = slot.center().x()
        self._paint_column(painter, QRectF(middle - width - 1.5, 0, width, 0), self._before[index] / top, solid=False)
        self._paint_column(painter, QRectF(middle + 1.5, 0, width, 0), self._now[index] / top, solid=True)
        painter.setFont(theme.font("smallb" if index == self._over else "small"))
        painter.setPen(theme.color("text" if index == self._over else "text2"))
        below = QRectF(slot.left(), slot.bottom() + 6, slot.width(), 18)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._labels[index])

    def _paint_column(self, painter: QPainter, place: QRectF, share: float, *, solid: bool) -> None:
        plot = self._plot()
        height = max(0.0, share) * plot.height()
        if height < 1:
            return
        column = QRectF(place.left(), plot.bottom() - height, place.width(), height)
        fill = QColor(theme.color("c1" if solid else "c2"))
        painter.setPen(Qt.PenStyle.NoPen if solid else QPen(fill, 1))
        if not solid:
            fill.setAlpha(70)
            column.adjust(0.5, 0.5, -0.5, 0)
        painter.setBrush(fill)
        painter.drawRoundedRect(column, 2, 2)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = next((i for i in range(len(self._labels)) if self._slot(i).contains(event.position())), -1)
        if over != self._over:
            self._over = over
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._over = -1
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._over >= 0:
            QToolTip.showText(event.globalPos(), self._sentence(self._over), self)
            return True
        return super().event(event)


def short_amount(minor: int, currency: str) -> str:
    """An amount for an axis: whole units, thousands as "20k"."""
    units = minor // 100
    return f"{formats.count(units // 1000)}k" if units >= 10_000 and units % 1000 == 0 else formats.count(units)


class PartsBar(QWidget):
    """One bar in parts, for what is open by age. `tell` takes (amount, colour role) from left to right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: list[tuple[int, str]] = []
        self.setFixedHeight(14)

    def tell(self, parts: Sequence[tuple[int, str]]) -> None:
        """Show the parts; ones of zero take no room."""
        self._parts = [(amount, role) for amount, role in parts if amount > 0]
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = sum(amount for amount, _role in self._parts)
        if not whole:
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(QRectF(self.rect()), 3, 3)
        room, left = self.width() - 2 * max(0, len(self._parts) - 1), 0.0
        for amount, role in self._parts:
            width = max(3.0, room * amount / whole)
            painter.setBrush(theme.color(role))
            painter.drawRoundedRect(QRectF(left, 0, width, self.height()), 3, 3)
            left += width + 2
        painter.end()


class ShareBar(QWidget):
    """A thin bar whose length is a share from 0 to 1."""

    def __init__(self, share: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = share
        self.setFixedHeight(20)
        self.setMinimumWidth(40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("c1"))
        painter.drawRoundedRect(QRectF(0, 6.5, max(4.0, self.width() * self._share), 7), 3, 3)
        painter.end()
