"""The calendar itself, by month or week: choose a day by mouse or arrows, drag a reminder to another day.

Keys: arrows move by day and week, PageUp and PageDown by month or week, Home and T to today, Enter opens the day, N is new.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import theme
from crm_desktop.gui.parts import calendar_paint
from crm_desktop.gui.parts.calendar_paint import Sheet
from crm_desktop.gui.widgets import formats
from crm_desktop.insight.agenda import Entry

_WEEKS = 6
# A press that moves less is a click.
_DRAG_FROM = 8


class CalendarView(QWidget):
    """See the module. `moved(reminder id, day)` comes when one was dropped, `asked("open"|"new")` with a key."""

    chosen = Signal(object)
    moved = Signal(int, object)
    asked = Signal(str)
    turned = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._by_week = False
        self._day = dates.today()
        self._sheet = Sheet([], {}, 0)
        self._pressed: tuple[QPointF, Entry] | None = None
        self._drag_at: QPointF | None = None
        self.choose(self._day)

    # ---- what is shown -----------------------------------------------------------------------------------------------

    @property
    def day(self) -> date:
        """The chosen day."""
        return self._day

    @property
    def by_week(self) -> bool:
        """Whether a week is shown, else a month."""
        return self._by_week

    def span(self) -> tuple[date, date]:
        """The first and the last day shown."""
        return self._sheet.days[0], self._sheet.days[-1]

    def title(self) -> str:
        """What is shown: "November 2026", or the first and last day of the week."""
        if not self._by_week:
            return formats.month(self._day)
        first, last = self.span()
        return f"{formats.day_short(first)} {formats.DASH} {formats.day(last)}"

    def show_week(self, *, by_week: bool) -> None:
        """Show a week or a month around the chosen day."""
        self._by_week = by_week
        self.choose(self._day)

    def choose(self, day: date) -> None:
        """Choose a day and turn to where it is."""
        before = self._sheet.days[:1]
        self._day = day
        self._sheet.days = self._days()
        self._sheet.month = day.month
        self._sheet.chosen = day
        if before != self._sheet.days[:1] or self._sheet.month != day.month:
            self.turned.emit()
        self._tell()
        self.update()
        self.chosen.emit(day)

    def _days(self) -> list[date]:
        start = formats.locale().firstDayOfWeek().value
        first = self._day if self._by_week else self._day.replace(day=1)
        first = dates.add_days(first, -((first.isoweekday() - start) % 7))
        return [dates.add_days(first, n) for n in range(7 if self._by_week else 7 * _WEEKS)]

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these entries on their days."""
        found: dict[date, list[Entry]] = {}
        for entry in entries:
            found.setdefault(entry.day, []).append(entry)
        self._sheet.entries = found
        self._tell()
        self.update()

    def entries_of(self, day: date) -> list[Entry]:
        """What stands on a day."""
        return self._sheet.entries.get(day, [])

    def _tell(self) -> None:
        """Say the chosen day and what it holds to who cannot see it."""
        found = self.entries_of(self._day)
        number = ngettext("{n} entry", "{n} entries", len(found)).format(n=len(found))
        words = ". ".join([formats.weekday(self._day), number, *(entry.title for entry in found[:5])])
        self.setAccessibleName(_("Calendar"))
        self.setAccessibleDescription(words)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def paint_on(self, painter: QPainter, room: QRectF, ink: calendar_paint.Ink) -> None:
        """Paint the same days elsewhere, on paper."""
        sheet = Sheet(self._sheet.days, self._sheet.entries, self._sheet.month)
        calendar_paint.paint(painter, room, sheet, ink)

    # ---- painting ----------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(700, 600)

    def minimumSizeHint(self) -> QSize:
        return QSize(420, 360)

    def _room(self) -> QRectF:
        return QRectF(self.rect())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._sheet.focus = self.hasFocus()
        self._sheet.mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        calendar_paint.paint(painter, self._room(), self._sheet, theme.color)
        if self._drag_at is not None and self._sheet.dragged is not None:
            spot = QRectF(self._drag_at.x() + 6, self._drag_at.y() + 6, 180, calendar_paint.LINE)
            painter.setPen(theme.color("line2"))
            painter.setBrush(theme.color("raised"))
            painter.drawRoundedRect(spot.adjusted(-2, -2, 2, 2), 5, 5)
            calendar_paint.paint_entry(painter, spot, self._sheet.dragged, theme.color)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        """The whole words of an entry as a tooltip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            entry = self.entry_at(QPointF(event.pos()))
            words = "\n".join(part for part in (entry.title, entry.detail) if part) if entry else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    # ---- mouse -------------------------------------------------------------------------------------------------------

    def entry_at(self, point: QPointF) -> Entry | None:
        """The entry at a point."""
        return next((entry for spot, entry in self._sheet.spots if spot.contains(point)), None)

    def day_at(self, point: QPointF) -> date | None:
        """The day at a point."""
        return calendar_paint.day_at(self._room(), self._sheet, point.x(), point.y())

    def center_of(self, day: date, entry: int | None = None) -> QPointF:
        """The middle of a day, or of one of its entries."""
        if entry is not None:
            wanted = self.entries_of(day)[entry]
            return next(spot.center() for spot, found in self._sheet.spots if found is wanted)
        return calendar_paint.cell(self._room(), self._sheet, self._sheet.days.index(day)).center()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        entry, day = self.entry_at(event.position()), self.day_at(event.position())
        movable = entry is not None and entry.reminder_id is not None and not entry.done and not entry.to_come
        self._pressed = (event.position(), entry) if movable and entry is not None else None
        if day is not None and day != self._day:
            self._select(day)

    def _select(self, day: date) -> None:
        """Choose a day that is shown already, without turning the page under the pointer."""
        self._day = self._sheet.chosen = day
        self._tell()
        self.update()
        self.chosen.emit(day)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        start, entry = self._pressed
        if self._drag_at is None and (event.position() - start).manhattanLength() < _DRAG_FROM:
            return
        self._drag_at, self._sheet.dragged = event.position(), entry
        self._sheet.target = self.day_at(event.position())
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        entry, day, dragging = self._sheet.dragged, self.day_at(event.position()), self._drag_at is not None
        self._let_go()
        if dragging and entry is not None and entry.reminder_id is not None and day not in (None, entry.day):
            self.moved.emit(entry.reminder_id, day)

    def _let_go(self) -> None:
        self._pressed = self._drag_at = self._sheet.dragged = self._sheet.target = None
        self.unsetCursor()
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.asked.emit("open" if self.entry_at(event.position()) is not None else "new")

    # ---- keys --------------------------------------------------------------------------------------------------------

    def turn(self, by: int) -> None:
        """Go on or back by a month or a week."""
        self.choose(dates.add_days(self._day, 7 * by) if self._by_week else dates.add_months(self._day, by))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        forward = -1 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 1
        steps = {Qt.Key.Key_Left: -forward, Qt.Key.Key_Right: forward, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}
        if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            event.ignore()
        elif key == Qt.Key.Key_Escape and self._drag_at is not None:
            self._let_go()
        elif key in steps:
            self.choose(dates.add_days(self._day, steps[Qt.Key(key)]))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.turn(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in (Qt.Key.Key_T, Qt.Key.Key_Home):
            self.choose(dates.today())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.asked.emit("open")
        elif key == Qt.Key.Key_N:
            self.asked.emit("new")
        else:
            event.ignore()
