"""Paints a week by hours: a row for what has no hour, below it the hours of seven days with entries where they begin.

Hours at which one works are light. Entries that begin together stand beside each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme
from crm_desktop.gui.parts.calendar_paint import LINE, Ink, Sheet, paint_entry
from crm_desktop.gui.widgets import formats
from crm_desktop.insight.agenda import Entry

HOUR, GUTTER, HEAD, STEP_MINUTES = 44, 52, 34, 30
WORK_FROM, WORK_TO = 8, 18
_DAY_MINUTES = 24 * 60
# Entries have no end; each is drawn so long where there is room, and at least one step.
_LONG_MINUTES = 60
_MOST_WITHOUT_HOUR = 4


@dataclass(frozen=True)
class Grid:
    """Where everything of a week stands: `offset` is how far the hours are scrolled, `hour` their height."""

    room: QRectF
    sheet: Sheet
    hour: float = HOUR
    offset: float = 0.0

    @property
    def all_day(self) -> QRectF:
        """The row for what has no hour, as high as the fullest day needs."""
        lines = max((sum(e.at is None for e in self.sheet.entries.get(d, ())) for d in self.sheet.days), default=0)
        height = max(1, min(lines, _MOST_WITHOUT_HOUR)) * LINE + 8
        return QRectF(self.room.left(), self.room.top() + HEAD, self.room.width(), height)

    @property
    def hours(self) -> QRectF:
        """What can be seen of the hours."""
        top = self.all_day.bottom()
        return QRectF(self.room.left(), top, self.room.width(), max(0.0, self.room.bottom() - top))

    def column(self, day: date) -> tuple[float, float]:
        """The left edge and the width of a day; the first is at the right where one reads from there."""
        place = self.sheet.days.index(day)
        width = (self.room.width() - GUTTER) / 7
        if self.sheet.mirrored:
            return self.room.left() + (6 - place) * width, width
        return self.room.left() + GUTTER + place * width, width

    def top_of(self, minutes: float) -> float:
        """Where a minute of the day stands."""
        return self.hours.top() - self.offset + minutes / 60 * self.hour

    def slot(self, day: date, at: time | None) -> QRectF:
        """The field of one step of a day, or its field of what has no hour."""
        left, width = self.column(day)
        if at is None:
            return QRectF(left, self.all_day.top(), width, self.all_day.height())
        return QRectF(left, self.top_of(minutes_of(at)), width, self.hour * STEP_MINUTES / 60)

    def place_at(self, point: QPointF) -> tuple[date, time | None] | None:
        """The day and the step at a point; without an hour above the hours; None beside the week."""
        for day in self.sheet.days:
            left, width = self.column(day)
            if not left <= point.x() < left + width or not self.room.top() <= point.y() <= self.room.bottom():
                continue
            if point.y() < self.hours.top():
                return day, None
            minutes = (point.y() - self.hours.top() + self.offset) / self.hour * 60
            return day, at_minutes(minutes // STEP_MINUTES * STEP_MINUTES)
        return None


def minutes_of(at: time) -> int:
    """The minute of the day."""
    return at.hour * 60 + at.minute


def at_minutes(minutes: float) -> time:
    """The time of a minute of the day; the day's first and last step beyond its ends."""
    kept = int(min(max(minutes, 0), _DAY_MINUTES - STEP_MINUTES))
    return time(kept // 60, kept % 60)


def step_of(at: time) -> time:
    """The step in which a time lies."""
    return at_minutes(minutes_of(at) // STEP_MINUTES * STEP_MINUTES)


def lanes(entries: Sequence[Entry]) -> list[tuple[Entry, int, int, int]]:
    """Entries with an hour: each with its length in minutes, its lane, and how many lanes stand beside each other there."""
    timed = sorted((e for e in entries if e.at is not None), key=lambda e: minutes_of(e.at or time.min))
    found: list[tuple[Entry, int, int, int]] = []
    group: list[tuple[Entry, int]] = []
    ends: list[int] = []
    for entry in timed:
        start = minutes_of(entry.at or time.min)
        if group and start >= max(ends):
            found += _grouped(group, len(ends), start)
            group, ends = [], []
        lane = next((n for n, end in enumerate(ends) if end <= start), len(ends))
        ends[lane : lane + 1] = [start + STEP_MINUTES]
        group.append((entry, lane))
    return found + _grouped(group, len(ends), _DAY_MINUTES)


def _grouped(group: list[tuple[Entry, int]], number: int, until: int) -> list[tuple[Entry, int, int, int]]:
    """Alone, an entry is as long as the room until the next one lets it be."""
    if len(group) == 1:
        entry = group[0][0]
        free = until - minutes_of(entry.at or time.min)
        return [(entry, max(STEP_MINUTES, min(_LONG_MINUTES, free)), 0, 1)]
    return [(entry, STEP_MINUTES, lane, number) for entry, lane in group]


# ---- painting --------------------------------------------------------------------------------------------------------


def paint(painter: QPainter, grid: Grid, ink: Ink, at: time | None = None) -> None:
    """Paint the week; `sheet.spots` then says where each entry can be seen. `at` is the chosen step."""
    sheet = grid.sheet
    sheet.spots.clear()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.save()
    painter.setClipRect(grid.hours)
    _hours(painter, grid, ink)
    if at is not None:
        _chosen(painter, grid, at, ink)
    for day in sheet.days:
        _timed(painter, grid, day, ink)
    _now(painter, grid, ink)
    painter.restore()
    painter.fillRect(
        QRectF(grid.room.left(), grid.room.top(), grid.room.width(), grid.hours.top() - grid.room.top()), ink("card")
    )
    if at is None:
        _chosen(painter, grid, None, ink)
    for day in sheet.days:
        _head(painter, grid, day, ink)
        _without_hour(painter, grid, day, ink)
    _frame(painter, grid, ink)


def _hours(painter: QPainter, grid: Grid, ink: Ink) -> None:
    """The fields of the hours, light where one works, with a line and a label for each."""
    painter.fillRect(grid.hours, ink("sunk"))
    for day in grid.sheet.days:
        left, width = grid.column(day)
        if day.weekday() < 5:
            top = grid.top_of(WORK_FROM * 60)
            painter.fillRect(QRectF(left, top, width, (WORK_TO - WORK_FROM) * grid.hour), ink("card"))
        if day == grid.sheet.target:
            painter.fillRect(QRectF(left, grid.hours.top(), width, grid.hours.height()), ink("sel"))
    gutter = grid.room.right() - GUTTER if grid.sheet.mirrored else grid.room.left()
    painter.setFont(theme.font("cap"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for hour in range(24):
        y = grid.top_of(hour * 60)
        painter.setPen(QPen(ink("line"), 1))
        painter.drawLine(int(grid.room.left()), int(y), int(grid.room.right()), int(y))
        painter.setPen(ink("text2" if WORK_FROM <= hour < WORK_TO else "text3"))
        spot = QRectF(gutter, y + 2, GUTTER - 8, 18)
        painter.drawText(spot, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop), f"{hour:02}:00")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _chosen(painter: QPainter, grid: Grid, at: time | None, ink: Ink) -> None:
    sheet = grid.sheet
    if sheet.chosen not in sheet.days or sheet.chosen is None:
        return
    spot = grid.slot(sheet.chosen, at).adjusted(2, 1, -2, -1)
    painter.setPen(QPen(ink("focus"), 2) if sheet.focus else Qt.PenStyle.NoPen)
    painter.setBrush(ink("sel" if sheet.focus else "selInactive"))
    painter.drawRoundedRect(spot, 4, 4)


def _timed(painter: QPainter, grid: Grid, day: date, ink: Ink) -> None:
    left, width = grid.column(day)
    for entry, length, lane, number in lanes(grid.sheet.entries.get(day, ())):
        wide = (width - 6) / number
        top = grid.top_of(minutes_of(entry.at or time.min))
        spot = QRectF(left + 3 + lane * wide, top + 1, wide - 1, length / 60 * grid.hour - 2)
        if (seen := spot.intersected(grid.hours)).height() > 3:
            grid.sheet.spots.append((seen, entry))
        if not entry.done and not entry.to_come:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink("card"))
            painter.drawRoundedRect(spot, 4, 4)
        # Beside others there is room for a word or two, and the place says the hour.
        shown = entry if number == 1 else replace(entry, at=None)
        paint_entry(painter, spot, shown, ink, faded=entry is grid.sheet.dragged)


def _now(painter: QPainter, grid: Grid, ink: Ink) -> None:
    """A red line at this minute of today."""
    if dates.today() not in grid.sheet.days:
        return
    left, width = grid.column(dates.today())
    y = grid.top_of(minutes_of(dates.now().astimezone().time()))
    painter.setPen(QPen(ink("red"), 1.5))
    painter.drawLine(QPointF(left, y), QPointF(left + width, y))
    painter.setBrush(ink("red"))
    painter.drawEllipse(QPointF(left + width if grid.sheet.mirrored else left, y), 3, 3)


def _head(painter: QPainter, grid: Grid, day: date, ink: Ink) -> None:
    """The weekday and its number; that of today in a circle."""
    left, width = grid.column(day)
    locale, today = formats.locale(), day == dates.today()
    kind = locale.FormatType.LongFormat if width > 150 else locale.FormatType.ShortFormat
    name = locale.standaloneDayName(day.isoweekday(), kind)
    painter.setFont(theme.font("cap"))
    painter.setPen(ink("text" if today else "text2"))
    wide = QFontMetricsF(painter.font()).horizontalAdvance(name)
    flags = int(Qt.AlignmentFlag.AlignVCenter)
    painter.drawText(QRectF(left + 8, grid.room.top(), wide + 4, HEAD), flags, name)
    words = formats.day_short(day) if day.day == 1 else str(day.day)
    painter.setFont(theme.font("smallb" if today else "smallm"))
    spot = QRectF(
        left + wide + 14,
        grid.room.top() + 7,
        max(22.0, QFontMetricsF(painter.font()).horizontalAdvance(words) + 10),
        20,
    )
    if today:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink("accent"))
        painter.drawRoundedRect(spot, 10, 10)
    painter.setPen(ink("onAccent" if today else "text2"))
    painter.drawText(spot, int(Qt.AlignmentFlag.AlignCenter), words)


def _without_hour(painter: QPainter, grid: Grid, day: date, ink: Ink) -> None:
    row = grid.slot(day, None)
    if day == grid.sheet.target:
        painter.fillRect(row, ink("sel"))
    entries = [entry for entry in grid.sheet.entries.get(day, ()) if entry.at is None]
    shown = len(entries) if len(entries) <= _MOST_WITHOUT_HOUR else _MOST_WITHOUT_HOUR - 1
    for place, entry in enumerate(entries[:shown]):
        spot = QRectF(row.left() + 3, row.top() + 4 + place * LINE, row.width() - 6, LINE - 2)
        grid.sheet.spots.append((spot, entry))
        paint_entry(painter, spot, entry, ink, faded=entry is grid.sheet.dragged)
    if shown < len(entries):
        painter.setFont(theme.font("smallm"))
        painter.setPen(ink("text2"))
        words = _("{n} more").format(n=formats.count(len(entries) - shown))
        spot = QRectF(row.left() + 9, row.top() + 4 + shown * LINE, row.width() - 12, LINE - 2)
        painter.drawText(spot, int(Qt.AlignmentFlag.AlignVCenter), words)


def _frame(painter: QPainter, grid: Grid, ink: Ink) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(ink("line"), 1))
    for y in (grid.all_day.top(), grid.hours.top()):
        painter.drawLine(int(grid.room.left()), int(y), int(grid.room.right()), int(y))
    for day in grid.sheet.days:
        left, width = grid.column(day)
        x = int(left + width if grid.sheet.mirrored else left)
        painter.drawLine(x, int(grid.room.top() + HEAD), x, int(grid.room.bottom()))
    gutter = grid.room.right() - GUTTER if grid.sheet.mirrored else grid.room.left()
    painter.setFont(theme.font("cap"))
    painter.setPen(ink("text3"))
    spot = QRectF(gutter, grid.all_day.top() + 5, GUTTER - 8, 18)
    metrics = QFontMetricsF(painter.font())
    words = metrics.elidedText(_("all day"), Qt.TextElideMode.ElideRight, spot.width())
    painter.drawText(spot, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop), words)
