"""The timeline in the list of contracts: the next 24 months as a painted column, with the last days to cancel.

The bar runs in colour to the last day to cancel (diamond), in grey to the end of the term (dot), dashed where it renews,
with the last days of later terms as outlines. A tick below is a change of price, a bracket above the days on which the
other side is to be told. `contract_words.ahead` says the same in words, as the tooltip and for screen readers.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractItemView, QSizePolicy, QStyle, QStyleOptionViewItem, QToolTip, QWidget

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme
from crm_desktop.gui.parts import contract_words
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cells import Cell, Column
from crm_desktop.gui.widgets.initials import paint_avatar
from crm_desktop.gui.widgets.pill import paint_pill, pill_width
from crm_desktop.gui.widgets.table_model import ROW_ROLE
from crm_desktop.gui.widgets.table_view import Delegate, Header, TableView
from crm_desktop.sales import contracts
from crm_desktop.sales.contracts import Contract

MONTHS = 24
# Months are named where they have so many pixels, else each third one.
_ROOM_FOR_NAME = 30
_SOLID = {"red": "redSolid", "amber": "amberSolid", "": "accent"}


def first_day() -> date:
    """Where the timeline begins: the first of this month."""
    return dates.today().replace(day=1)


def place(day: date, room: QRectF) -> float:
    """The x of a day; days outside are held at the ends."""
    start, end = first_day(), dates.add_months(first_day(), MONTHS)
    share = (day - start).days / (end - start).days
    return room.left() + room.width() * min(1.0, max(0.0, share))


def _named(room: QRectF) -> list[int]:
    """Which of the months have a line and a name: all of them, or the first of each quarter where there is less room."""
    if room.width() / MONTHS >= _ROOM_FOR_NAME:
        return list(range(MONTHS))
    return [month for month in range(MONTHS) if dates.add_months(first_day(), month).month % 3 == 1]


class ContractDelegate(Delegate):
    """Paints title over party in the first column, and the timeline in its own."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        self._row: Contract | None = index.data(ROW_ROLE)
        view, selected = option.widget, bool(option.state & QStyle.StateFlag.State_Selected)
        active = view is None or view.hasFocus() or view.isActiveWindow()
        hover = isinstance(view, TableView) and view.hover_row == index.row()
        self._under = ("sel" if active else "selInactive") if selected else "hover" if hover else "canvas"
        super().paint(painter, option, index)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Any) -> bool:
        column: Column | None = (
            index.model().headerData(index.column(), Qt.Orientation.Horizontal, ROW_ROLE) if index.isValid() else None
        )
        if event.type() == QEvent.Type.ToolTip and column is not None and column.key == "timeline":
            QToolTip.showText(event.globalPos(), str(index.data() or ""), view)
            return True
        return super().helpEvent(event, view, option, index)

    def _content(self, painter: QPainter, room: QRectF, cell: Cell, column: Column, *, selected: bool) -> None:
        if self._row is None or column.key not in ("title", "timeline"):
            super()._content(painter, room, cell, column, selected=selected)
        elif column.key == "title":
            self._title(painter, room, self._row)
        else:
            self._timeline(painter, room, self._row, selected=selected)

    def _title(self, painter: QPainter, room: QRectF, shown: Contract) -> None:
        side = 28.0
        picture = QRectF(room.left(), room.center().y() - side / 2, side, side)
        paint_avatar(painter, picture, shown.party or shown.title, "company")
        words = room.adjusted(38, 8, 0, -8)
        half = words.height() / 2
        for role, ink, text, top in (
            ("b", "text", shown.title, 0.0),
            ("small", "text2", contract_words.party_and_once(shown), half),
        ):
            painter.setFont(theme.font(role))
            painter.setPen(theme.color(ink))
            line = QRectF(words.left(), words.top() + top, words.width(), half)
            fits = QFontMetrics(theme.font(role)).elidedText(text, Qt.TextElideMode.ElideRight, int(line.width()))
            painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), fits)

    def _timeline(self, painter: QPainter, room: QRectF, shown: Contract, *, selected: bool) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(theme.color("line"))
        for month in _named(room):
            x = int(place(dates.add_months(first_day(), month), room))
            painter.drawLine(x, int(room.top()), x, int(room.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._bars(painter, room, shown)
        x = place(dates.today(), room)
        painter.fillRect(QRectF(x - 0.75, room.top(), 1.5, room.height()), theme.color("accent"))
        self._marks(painter, room, shown, selected=selected)

    def _bars(self, painter: QPainter, room: QRectF, shown: Contract) -> None:
        days, middle = contracts.dates_of(shown), room.center().y()
        last, end = days.last_day_to_cancel, days.term_ends_on
        left = place(max(shown.start_on or first_day(), first_day()), room)
        right = place(end, room) if end else room.right()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("line2"))
        painter.drawRoundedRect(QRectF(left, middle - 5, max(0.0, right - left), 10), 5, 5)
        until = min(place(last, room), right) if last else right
        tint = QColor(theme.color(_SOLID[contract_words.tone(last)] if shown.state == "active" else "ctl"))
        tint.setAlphaF(0.42)
        painter.setBrush(tint)
        painter.drawRoundedRect(QRectF(left, middle - 5, max(0.0, until - left), 10), 5, 5)
        goes_on = shown.state == "active" and shown.renewal_months != 0
        if end and goes_on and right < room.right():
            painter.setPen(QPen(theme.color("ctl"), 1.4, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(right + 6, middle), QPointF(room.right(), middle))

    def _marks(self, painter: QPainter, room: QRectF, shown: Contract, *, selected: bool) -> None:
        days, middle = contracts.dates_of(shown), room.center().y()
        last, end = days.last_day_to_cancel, days.term_ends_on
        start, limit = first_day(), dates.add_months(first_day(), MONTHS)
        self._small_marks(painter, room, shown)
        if end and start <= end < limit:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("ctl"))
            painter.drawEllipse(QPointF(place(end, room), middle), 3.5, 3.5)
        if last and start <= last < limit:
            tone = contract_words.tone(last)
            self._diamond(painter, QPointF(place(last, room), middle), _SOLID[tone])
            if tone:
                text = contract_words.days_left(last)
                x = max(place(end, room), place(last, room)) + 12 if end else place(last, room) + 12
                x = min(x, room.right() - pill_width(text))
                pill = QRectF(x, middle - 10, pill_width(text), 20)
                painter.fillRect(pill.adjusted(-3, 0, 3, 0), theme.color(self._under))
                paint_pill(painter, pill, text, tone, selected=selected)

    def _small_marks(self, painter: QPainter, room: QRectF, shown: Contract) -> None:
        """Later last days as outlines, changes of price as ticks below the bar, days to tell the other side above it."""
        ahead, middle = (
            contract_words.marks(shown, first_day(), dates.add_months(first_day(), MONTHS)),
            room.center().y(),
        )
        painter.setPen(QPen(theme.color("ctl"), 1.2))
        for day in ahead.later:
            self._outline(painter, QPointF(place(day, room), middle))
        for day in ahead.prices:
            x = place(day, room)
            painter.fillRect(QRectF(x - 1, middle + 7, 2, 8), theme.color("text2"))
        for window in ahead.windows:
            left, right = place(window.first, room), place(window.last, room)
            painter.fillRect(QRectF(left, middle - 11, max(3.0, right - left), 3), theme.color("amberSolid"))

    def _outline(self, painter: QPainter, at: QPointF) -> None:
        painter.setBrush(theme.color(self._under))
        corners = [(0, -5), (5, 0), (0, 5), (-5, 0)]
        painter.drawPolygon(QPolygonF([QPointF(at.x() + x, at.y() + y) for x, y in corners]))

    def _diamond(self, painter: QPainter, at: QPointF, role: str) -> None:
        painter.setPen(QPen(theme.color("card"), 1.6))
        painter.setBrush(theme.color(role))
        corners = [QPointF(at.x(), at.y() - 7), QPointF(at.x() + 7, at.y()), QPointF(at.x(), at.y() + 7)]
        painter.drawPolygon(QPolygonF([*corners, QPointF(at.x() - 7, at.y())]))


class MonthHeader(Header):
    """Names the months over the timeline."""

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        column: Column | None = self.model().headerData(section, Qt.Orientation.Horizontal, ROW_ROLE)
        if column is None or column.key != "timeline":
            super().paintSection(painter, rect, section)
            return
        painter.fillRect(rect, theme.color("canvas"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(theme.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setFont(theme.font("smallm"))
        painter.setPen(theme.color("text2"))
        room, free = QRectF(rect.adjusted(8, 0, -8, 0)), 0.0
        months = _named(room)
        for month in months:
            day = dates.add_months(first_day(), month)
            name = formats.locale().standaloneMonthName(day.month, formats.locale().FormatType.ShortFormat).rstrip(".")
            if day.month == 1 and len(months) < MONTHS:
                name = str(day.year)
            x, width = place(day, room), QFontMetrics(painter.font()).horizontalAdvance(name)
            if x >= free and x + width + 4 < rect.right():
                painter.drawText(
                    QRectF(x + 4, rect.top(), width + 4, rect.height()), Qt.AlignmentFlag.AlignVCenter, name
                )
                free = x + width + 10


class Legend(QWidget):
    """What the marks of the timeline mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(1)
        self.setAccessibleName(". ".join(self._words()))

    def _words(self) -> tuple[str, ...]:
        return _("last day to cancel"), _("renews or ends"), _("new price"), _("tell them")

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(theme.font("small"))
        return QSize(sum(metrics.horizontalAdvance(words) + 34 for words in self._words()), 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, x = self.height() / 2, 6.0
        painter.setFont(theme.font("small"))
        for place_, words in enumerate(self._words()):
            width = painter.fontMetrics().horizontalAdvance(words)
            if x + 12 + width > self.width():
                break  # what has no room is in the tooltip of each row
            painter.setPen(Qt.PenStyle.NoPen)
            self._sign(painter, place_, x, middle)
            painter.setPen(theme.color("text2"))
            painter.drawText(QRectF(x + 11, 0, width + 4, self.height()), Qt.AlignmentFlag.AlignVCenter, words)
            x += width + 32
        painter.end()

    def _sign(self, painter: QPainter, place_: int, x: float, middle: float) -> None:
        if place_ == 0:
            corners = [(0, -5), (5, 0), (0, 5), (-5, 0)]
            painter.setBrush(theme.color("text2"))
            painter.drawPolygon(QPolygonF([QPointF(x + a, middle + b) for a, b in corners]))
        elif place_ == 1:
            painter.setBrush(theme.color("ctl"))
            painter.drawEllipse(QPointF(x, middle), 4, 4)
        elif place_ == 2:
            painter.fillRect(QRectF(x - 1, middle - 4, 2, 8), theme.color("text2"))
        else:
            painter.fillRect(QRectF(x - 5, middle - 1.5, 12, 3), theme.color("amberSolid"))
