"""The calendar itself, by month or by the hours of a week: choose a day by mouse or arrows, drag a reminder elsewhere.

Keys: arrows move by day and week, in the week also by half hours; with Ctrl and Shift they take the reminder along. PageUp
and PageDown turn by month or week, Home and T go to today, Enter opens what is there, N is new.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

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
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollBar, QToolTip, QWidget

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import theme
from crm_desktop.gui.parts import calendar_paint, calendar_week
from crm_desktop.gui.parts.calendar_paint import Sheet
from crm_desktop.gui.parts.calendar_week import HOUR, STEP_MINUTES, WORK_FROM, Grid
from crm_desktop.gui.widgets import formats
from crm_desktop.insight.agenda import Entry

_WEEKS = 6
# A press that moves less is a click.
_DRAG_FROM = 8
# So near to an edge, a drag scrolls the hours by so much.
_EDGE, _SCROLL = 24, 11
_TAKE_ALONG = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class CalendarView(QWidget):
    """See the module.

    `moved(reminder id, day)` comes when one was put on another day, `placed(reminder id, day, time or None)` when it was put
    on an hour of the week, `asked("open"|"new")` with a key or a double click.
    """

    chosen = Signal(object)
    moved = Signal(int, object)
    placed = Signal(int, object, object)
    asked = Signal(str)
    turned = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._by_week = False
        self._hour: time | None = None
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bar.setAccessibleName(_("Hours"))
        self._bar.setSingleStep(HOUR // 2)
        self._bar.valueChanged.connect(lambda _value: self.update())
        self._bar.hide()
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

    @property
    def hour(self) -> time | None:
        """The chosen half hour of the week; None for the whole day, and in a month."""
        return self._hour if self._by_week else None

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
        self._by_week, self._hour = by_week, None
        self.choose(self._day)
        self._place_bar()
        self._bar.setVisible(by_week)
        self._bar.setValue(WORK_FROM * HOUR)

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
        self._place_bar()
        self._tell()
        self.update()

    def entries_of(self, day: date) -> list[Entry]:
        """What stands on a day."""
        return self._sheet.entries.get(day, [])

    def at_hand(self) -> list[Entry]:
        """What stands on the chosen day, in the week at the chosen half hour."""
        found = self.entries_of(self._day)
        if not self._by_week:
            return found
        return [e for e in found if (calendar_week.step_of(e.at) if e.at else None) == self._hour]

    def _tell(self) -> None:
        """Say the chosen day or half hour and what it holds to who cannot see it."""
        found = self.at_hand() if self.hour else self.entries_of(self._day)
        number = ngettext("{n} entry", "{n} entries", len(found)).format(n=len(found))
        hour = [f"{self.hour:%H:%M}"] if self.hour else []
        words = ". ".join([formats.weekday(self._day), *hour, number, *(entry.title for entry in found[:5])])
        self.setAccessibleName(_("Calendar"))
        self.setAccessibleDescription(words)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def paint_on(self, painter: QPainter, room: QRectF, ink: calendar_paint.Ink) -> None:
        """Paint the same days elsewhere, on paper."""
        sheet = Sheet(self._sheet.days, self._sheet.entries, self._sheet.month)
        if not self._by_week:
            calendar_paint.paint(painter, room, sheet, ink)
            return
        grid = Grid(room, sheet)
        calendar_week.paint(painter, Grid(room, sheet, grid.hours.height() / 24), ink)

    # ---- painting ----------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(700, 600)

    def minimumSizeHint(self) -> QSize:
        return QSize(420, 360)

    def _room(self) -> QRectF:
        if not self._by_week:
            return QRectF(self.rect())
        bar, mirrored = self._bar.sizeHint().width(), self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return QRectF(self.rect()).adjusted(bar if mirrored else 0, 0, 0 if mirrored else -bar, 0)

    def grid(self) -> Grid:
        """Where everything of the week stands now."""
        self._sheet.mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return Grid(self._room(), self._sheet, HOUR, self._bar.value())

    def _place_bar(self) -> None:
        """The bar beside the hours, as long as what can be seen of them."""
        hours = self.grid().hours
        seen = int(hours.height())
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        wide = self._bar.sizeHint().width()
        self._bar.setGeometry(0 if mirrored else self.width() - wide, int(hours.top()), wide, seen)
        self._bar.setPageStep(max(1, seen))
        self._bar.setRange(0, max(0, 24 * HOUR - seen))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        before = self._bar.value() or WORK_FROM * HOUR
        self._place_bar()
        self._bar.setValue(before)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the hours."""
        if self._by_week:
            self._bar.wheelEvent(event)
        else:
            super().wheelEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._sheet.focus = self.hasFocus()
        self._sheet.mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if self._by_week:
            calendar_week.paint(painter, self.grid(), theme.color, self._hour)
        else:
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
        if self._by_week:
            place = self.grid().place_at(point)
            return place[0] if place else None
        return calendar_paint.day_at(self._room(), self._sheet, point.x(), point.y())

    def center_of(self, day: date, entry: int | None = None) -> QPointF:
        """The middle of a day, or of one of its entries."""
        if entry is not None:
            wanted = self.entries_of(day)[entry]
            return next(spot.center() for spot, found in self._sheet.spots if found is wanted)
        if self._by_week:
            return self.grid().slot(day, self._hour).center()
        return calendar_paint.cell(self._room(), self._sheet, self._sheet.days.index(day)).center()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        entry, day = self.entry_at(event.position()), self.day_at(event.position())
        self._pressed = (event.position(), entry) if entry is not None and _is_movable(entry) else None
        if self._by_week and (place := self.grid().place_at(event.position())) is not None:
            self._hour = (calendar_week.step_of(entry.at) if entry.at else None) if entry else place[1]
            self.update()
        if day is not None and (day != self._day or self._by_week):
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
        self._scroll_at(event.position())
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        entry, day, dragging = self._sheet.dragged, self.day_at(event.position()), self._drag_at is not None
        place = self.grid().place_at(event.position()) if self._by_week else None
        self._let_go()
        if not dragging or entry is None or entry.reminder_id is None or day is None:
            return
        if place is not None and place != (entry.day, entry.at):
            self._put(entry.reminder_id, *place)
        elif place is None and day != entry.day:
            self.moved.emit(entry.reminder_id, day)

    def _put(self, reminder_id: int, day: date, at: time | None) -> None:
        """Put a reminder on an hour of the week, and go there."""
        self.placed.emit(reminder_id, day, at)
        self._hour = calendar_week.step_of(at) if at else None
        self.choose(day)
        self._show_hour()

    def _scroll_at(self, point: QPointF) -> None:
        hours = self.grid().hours
        if self._by_week and hours.top() < point.y() < hours.top() + _EDGE:
            self._bar.setValue(self._bar.value() - _SCROLL)
        elif self._by_week and point.y() > hours.bottom() - _EDGE:
            self._bar.setValue(self._bar.value() + _SCROLL)

    def _show_hour(self) -> None:
        """Scroll so far that the chosen half hour can be seen."""
        if self._hour is None:
            return
        top, seen = calendar_week.minutes_of(self._hour) * HOUR // 60, int(self.grid().hours.height())
        self._bar.setValue(min(top, max(self._bar.value(), top + HOUR // 2 - seen)))

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
        if event.modifiers() == _TAKE_ALONG and key in steps:
            self._take_along(steps[Qt.Key(key)])
        elif event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            event.ignore()
        elif key == Qt.Key.Key_Escape and self._drag_at is not None:
            self._let_go()
        elif key in steps and self._by_week and abs(steps[Qt.Key(key)]) == 7:
            self._hour = _later(self._hour, steps[Qt.Key(key)] // 7)
            self.choose(self._day)
            self._show_hour()
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

    def _take_along(self, step: int) -> None:
        """Move the first reminder that is chosen: by a day, by a week in a month, by half an hour in a week."""
        entry = next((found for found in self.at_hand() if _is_movable(found)), None)
        if entry is None or entry.reminder_id is None:
            return
        if not self._by_week:
            self.moved.emit(entry.reminder_id, dates.add_days(entry.day, step))
            self.choose(dates.add_days(entry.day, step))
        elif abs(step) == 7:
            self._put(entry.reminder_id, entry.day, _later(entry.at, step // 7))
        else:
            self._put(entry.reminder_id, dates.add_days(entry.day, step), entry.at)


def _is_movable(entry: Entry) -> bool:
    return entry.reminder_id is not None and not entry.done and not entry.to_come


def _later(at: time | None, steps: int) -> time | None:
    """Half an hour later or earlier; from the whole day to where work begins, and from midnight back to it."""
    if at is None:
        return time(WORK_FROM) if steps > 0 else None
    minutes = calendar_week.minutes_of(at) + steps * STEP_MINUTES
    return calendar_week.at_minutes(minutes) if minutes >= 0 else None
