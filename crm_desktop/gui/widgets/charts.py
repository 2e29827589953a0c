"""Charts painted with the palette's colours: columns of two years, a bar in parts, bars beside names.

Each chart has its figures as a sentence in its accessible description, as a tooltip and as a table, so nothing is told by
colour or length alone. Columns start at zero; text stands on the card, never on colour. Arrows go from bar to bar, Enter
or a click opens what the bar counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from crm_desktop.core import money
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.chart_legend import dashes

_LEFT, _BOTTOM, _TOP = 52, 26, 8
# Up to so many columns are drawn wide.
_FEW = 6
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEADING = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def nice_step(largest: int, lines: int = 4) -> int:
    """The distance of grid lines: 1, 2, 2.5 or 5 times a power of ten, so that `lines` of them hold the largest value."""
    wanted = max(1, -(-largest // lines))
    power = 10 ** (len(str(wanted)) - 1)
    return next(int(f * power) for f in (1, 2, 2.5, 5, 10) if f * power >= wanted)


class Chart(QWidget):
    """What all charts share: the bar under the pointer or the arrows, its sentence, and opening it."""

    # the place of the bar that was clicked or entered
    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._over = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Chart"))

    def bars(self) -> int:
        """How many bars there are to go to."""
        return 0

    def sentence(self, index: int) -> str:
        """What one bar says."""
        raise NotImplementedError

    def table(self) -> list[list[str]]:
        """The figures as rows of text, the headings first."""
        raise NotImplementedError

    def place_of(self, index: int) -> QRectF:
        """Where one bar stands, with the room around it."""
        raise NotImplementedError

    def picture(self) -> QPixmap:
        """The chart as it is shown."""
        return self.grab()

    def _told(self) -> None:
        self._over = min(self._over, self.bars() - 1)
        self.setAccessibleDescription("; ".join(self.sentence(i) for i in range(self.bars())))
        self.update()

    def _point(self, index: int) -> None:
        if index != self._over:
            self._over = index
            self.update()
            if index >= 0:
                QToolTip.showText(
                    self.mapToGlobal(self.place_of(index).topLeft().toPoint()), self.sentence(index), self
                )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(next((i for i in range(self.bars()) if self.place_of(i).contains(event.position())), -1))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._over >= 0:
            self.opened.emit(self._over)

    def leaveEvent(self, event: QEvent) -> None:
        self._over = -1
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason) and self.bars():
            self._point(max(0, self._over))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._over = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go to a bar, Enter opens it."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self.bars() - 1}
        key = Qt.Key(event.key())
        if key in steps and self.bars():
            self._point(max(0, min(self.bars() - 1, self._over + steps[key])))
        elif key in ends:
            self._point(ends[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._over >= 0 and not event.modifiers():
            self.opened.emit(self._over)
        else:
            event.ignore()


class ColumnChart(Chart):
    """Columns per month: this year solid, the year before light beside it, a line where something was planned. Minor units.

    A dashed outline around the solid column is its total: what is there and what is expected on top of it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: list[str] = []
        self._now: list[int] = []
        self._before: list[int] = []
        self._plan: list[int | None] = []
        self._total: list[int | None] = []
        self._names, self._total_name, self._currency = ("", ""), "", "EUR"
        self.empty_text = _("Shows up after your first invoice.")
        self.setMinimumHeight(200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def tell(
        self,
        labels: Sequence[str],
        now: Sequence[int],
        before: Sequence[int],
        names: tuple[str, str],
        currency: str,
        *,
        plan: Sequence[int | None] = (),
        total: Sequence[int | None] = (),
        total_name: str = "",
    ) -> None:
        """Show values per label: `now` and `before`, called `names`; without `before` there is one column a label.

        `plan` is a line per label, `total` an outline called `total_name`, each None where there is none. A currency of ""
        counts things.
        """
        self._labels, self._now, self._before = list(labels), list(now), list(before)
        self._plan = list(plan) or [None] * len(labels)
        self._total = list(total) or [None] * len(labels)
        self._names, self._total_name, self._currency = names, total_name, currency
        self._told()

    def bars(self) -> int:
        return len(self._labels)

    def _amount(self, value: int) -> str:
        return formats.money_text(value, self._currency) if self._currency else formats.count(value)

    def sentence(self, index: int) -> str:
        told = [f"{self._names[0]} {self._amount(self._now[index])}"]
        total, planned = self._total[index], self._plan[index]
        if total is not None:
            told.append(f"{self._total_name} {self._amount(total)}")
        if self._before:
            told.append(f"{self._names[1]} {self._amount(self._before[index])}")
        if planned is not None:
            told.append(_("plan {amount}").format(amount=self._amount(planned)))
        return f"{self._labels[index]}: {', '.join(told)}"

    def table(self) -> list[list[str]]:
        columns: list[tuple[str, Sequence[int | None]]] = [(self._names[0], self._now)]
        columns += [(self._total_name, self._total)] if self._has(self._total) else []
        columns += [(self._names[1], self._before)] if self._before else []
        columns += [(_("Plan"), self._plan)] if self._has(self._plan) else []
        rows = [["", *(name for name, _values in columns)]]
        for index, label in enumerate(self._labels):
            found = (values[index] for _name, values in columns)
            rows.append([label, *(formats.DASH if value is None else self._amount(value) for value in found)])
        return rows

    @staticmethod
    def _has(values: Sequence[int | None]) -> bool:
        return any(value is not None for value in values)

    def sizeHint(self) -> QSize:
        return QSize(560, 260)

    def _plot(self) -> QRectF:
        return QRectF(_LEFT, _TOP, self.width() - _LEFT - 4, self.height() - _TOP - _BOTTOM)

    def place_of(self, index: int) -> QRectF:
        plot = self._plot()
        width = plot.width() / max(1, len(self._labels))
        return QRectF(plot.left() + index * width, plot.top(), width, plot.height())

    def _scale(self) -> tuple[int, int, int]:
        """The distance of the grid lines, how many lie below zero, and how many there are."""
        values = [0, *self._now, *self._before, *(p for p in (*self._plan, *self._total) if p is not None)]
        high, low = max(values), min(values)
        step = nice_step(max(high, -low))
        below = -(low // step) if low < 0 else 0
        return step, below, below + (4 if low >= 0 else max(1, -(-high // step)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = self._scale()
        is_empty = not any(self._now) and not any(self._before) and not any(self._total)
        self._paint_grid(painter, *scale, only_zero=is_empty)
        for index in range(len(self._labels)):
            self._paint_slot(painter, index, *scale)
        if is_empty:
            painter.setPen(theme.color("text3"))
            painter.drawText(self._plot(), Qt.AlignmentFlag.AlignCenter, self.empty_text)
        if self.hasFocus() and self._over < 0:
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _paint_grid(self, painter: QPainter, step: int, below: int, lines: int, *, only_zero: bool) -> None:
        plot = self._plot()
        painter.setFont(theme.font("small"))
        for line in (below,) if only_zero else range(lines + 1):
            y = plot.bottom() - plot.height() * line / lines
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            painter.setPen(QPen(theme.color("line2" if line == below else "grid"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
            painter.setPen(theme.color("text3"))
            value = step * (line - below)
            words = short_amount(value, self._currency) if self._currency else formats.count(value)
            painter.drawText(QRectF(0, y - 9, _LEFT - 10, 18), _RIGHT, words)

    def _paint_slot(self, painter: QPainter, index: int, step: int, below: int, lines: int) -> None:
        slot, unit = self.place_of(index), self._plot().height() / (step * lines)
        zero = self._plot().bottom() - step * below * unit
        if index == self._over:
            painter.setPen(QPen(theme.color("focus"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(slot.adjusted(3, -6, -3, 0), 6, 6)
        width = min(16.0 if len(self._labels) > _FEW else 40.0, slot.width() * (0.3 if self._before else 0.5))
        middle = slot.center().x()
        left = middle + 1.5 if self._before else middle - width / 2
        if self._before:
            self._paint_column(painter, middle - width - 1.5, width, zero, self._before[index] * unit, solid=False)
        self._paint_column(painter, left, width, zero, self._now[index] * unit, solid=True)
        self._paint_total(painter, index, QRectF(left, 0, width, zero), unit)
        planned = self._plan[index]
        if planned is not None:
            painter.setPen(QPen(theme.color("text"), 1.5, Qt.PenStyle.DashLine))
            y = zero - planned * unit
            painter.drawLine(QPointF(middle - width - 4, y), QPointF(middle + width + 4, y))
        painter.setFont(theme.font("smallb" if index == self._over else "small"))
        painter.setPen(theme.color("text" if index == self._over else "text2"))
        text_room = QRectF(slot.left(), slot.bottom() + 6, slot.width(), 18)
        painter.drawText(text_room, Qt.AlignmentFlag.AlignCenter, self._shown_label(index, slot.width()))

    def _paint_total(self, painter: QPainter, index: int, above: QRectF, unit: float) -> None:
        """The outline from the head of a column up to its total; few columns have the amount above it."""
        total = self._total[index]
        if total is None or total <= self._now[index]:
            return
        solid = max(0, self._now[index]) * unit
        outline = above.adjusted(0.5, above.height() - total * unit + 0.5, -0.5, -solid)
        painter.setPen(dashes())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(outline, 2, 2)
        if len(self._labels) <= _FEW and not self._before:
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("text2"))
            room = self.place_of(index)
            words = short_amount(total, self._currency) if self._currency else formats.count(total)
            place = QRectF(room.left(), max(0.0, outline.top() - 18), room.width(), 16)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)

    def _shown_label(self, index: int, width: float) -> str:
        """The label; of labels that are wider than their column only every second, third … one."""
        metrics = QFontMetrics(theme.font("small"))
        widest = max((metrics.horizontalAdvance(text) for text in self._labels), default=0) + 4
        every = max(1, -(-widest // max(1, int(width))))
        return self._labels[index] if index % every == 0 or index == self._over else ""

    @staticmethod
    def _paint_column(painter: QPainter, x: float, width: float, zero: float, height: float, *, solid: bool) -> None:
        if abs(height) < 1:
            return
        column = QRectF(x, min(zero, zero - height), width, abs(height))
        fill = QColor(theme.color("c1" if solid else "c2"))
        painter.setPen(Qt.PenStyle.NoPen if solid else QPen(fill, 1))
        if not solid:
            fill.setAlpha(70)
            column.adjust(0.5, 0.5, -0.5, 0)
        painter.setBrush(fill)
        painter.drawRoundedRect(column, 2, 2)


def short_amount(minor: int, currency: str) -> str:
    """An amount for an axis: whole units, thousands as "20k"."""
    units = minor // 10 ** money.digits(currency)
    return f"{formats.count(units // 1000)}k" if abs(units) >= 10_000 and units % 1000 == 0 else formats.count(units)


@dataclass(frozen=True)
class Bar:
    """One line of a `BarChart`: its name, a second word, how long the bar is against the others, and the figure as text."""

    name: str
    value: int
    text: str
    detail: str = ""
    color: str = "c1"


class BarChart(Chart):
    """Bars beside names, one below the other, with the figure at the right."""

    def __init__(self, heading: str, figure: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: list[Bar] = []
        self._headings = (heading, figure)
        self.empty_text = _("Shows up after your first invoice.")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def tell(self, bars: Sequence[Bar]) -> None:
        """Show these bars in this order."""
        self._bars = list(bars)
        self.setMinimumHeight(max(2, len(self._bars)) * self._height())
        self.updateGeometry()
        self._told()

    def bars(self) -> int:
        return len(self._bars)

    def sentence(self, index: int) -> str:
        bar = self._bars[index]
        return f"{bar.name}: {bar.text}" + (f", {bar.detail}" if bar.detail else "")

    def table(self) -> list[list[str]]:
        has_detail = any(bar.detail for bar in self._bars)
        rows = [[bar.name, bar.text, *([bar.detail] if has_detail else [])] for bar in self._bars]
        return [[*self._headings, *([""] if has_detail else [])], *rows]

    def sizeHint(self) -> QSize:
        return QSize(260, max(2, len(self._bars)) * self._height())

    @staticmethod
    def _height() -> int:
        return theme.px(13) + 19

    def place_of(self, index: int) -> QRectF:
        room = self.height() / max(1, len(self._bars))
        height = min(float(self._height() + 10), room)
        return QRectF(0, index * height, self.width(), height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("body"))
        if not self._bars:
            painter.setPen(theme.color("text3"))
            painter.drawText(QRectF(self.rect()), _LEADING | Qt.TextFlag.TextWordWrap, self.empty_text)
        metrics = QFontMetrics(theme.font("body"))
        longest = max((bar.value for bar in self._bars), default=0)
        figures = max((metrics.horizontalAdvance(bar.text) for bar in self._bars), default=0)
        names = max((metrics.horizontalAdvance(bar.name) for bar in self._bars), default=0)
        wide = min(names + 4, int(self.width() * 0.46))
        for index, bar in enumerate(self._bars):
            share = bar.value / longest if longest > 0 else 0
            self._paint_bar(painter, index, wide, figures, share)
        painter.end()

    def _paint_bar(self, painter: QPainter, index: int, wide: int, figures: int, share: float) -> None:
        bar, place = self._bars[index], self.place_of(index)
        if index == self._over:
            painter.setPen(QPen(theme.color("focus"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(place.adjusted(-1, 1, 1, -1), 6, 6)
        painter.setPen(theme.color("text"))
        name = QFontMetrics(painter.font()).elidedText(bar.name, Qt.TextElideMode.ElideRight, wide)
        painter.drawText(QRectF(4, place.top(), wide, place.height()), _LEADING, name)
        painter.drawText(place.adjusted(0, 0, -4, 0), _RIGHT, bar.text)
        left = wide + 14 + self._paint_detail(painter, place, wide, bar.detail)
        room = self.width() - left - figures - 18
        if room > 10 and share > 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(bar.color))
            painter.drawRoundedRect(QRectF(left, place.center().y() - 3.5, max(4.0, room * share), 7), 3, 3)

    def _paint_detail(self, painter: QPainter, place: QRectF, wide: int, detail: str) -> int:
        """Paint the second words where there is room for those of all bars; gives the width that they take."""
        metrics = QFontMetrics(theme.font("small"))
        needed = max(metrics.horizontalAdvance(bar.detail) for bar in self._bars)
        if not needed or self.width() < wide + needed + 200:
            return 0
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text3"))
        painter.drawText(QRectF(wide + 14, place.top(), needed + 2, place.height()), _LEADING, detail)
        painter.setFont(theme.font("body"))
        return needed + 16


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
