"""Paints a calendar by month or week, on the screen and on paper: a grid of days with their entries as short lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme
from crm_desktop.gui.widgets import formats
from crm_desktop.insight.agenda import Entry

HEAD, LINE, _NUMBER = 30, 21, 28
# A week has room for two lines an entry; in a month an entry gets the second one where its day has the room.
_TALL_LINE, _SECOND = 39, 15
# Before the words of an entry is its dot.
_INDENT, _MARGIN = 17, 4
# Words may be parted after a space or a hyphen: a number of an invoice is as wide as a day.
_PART = re.compile(r"[^\s-]*(?:-|\s+|$)")
# How an entry is coloured by its kind: dot and tint; a late one is red.
TONES = {
    "reminder": "accentText", "step": "c3", "contract": "amber", "due": "green", "birthday": "c5", "case": "red",
    "service": "c4",
}  # fmt: skip
Ink = Callable[[str], QColor]


@dataclass
class Sheet:
    """What is painted: the days in rows of seven, their entries, and what is chosen."""

    days: list[date]
    entries: dict[date, list[Entry]]
    month: int
    chosen: date | None = None
    focus: bool = False
    target: date | None = None
    dragged: Entry | None = None
    mirrored: bool = False
    spots: list[tuple[QRectF, Entry]] = field(default_factory=list)


def cell(room: QRectF, sheet: Sheet, place: int) -> QRectF:
    """Where a day is painted; the head of weekdays is above."""
    rows = len(sheet.days) // 7
    width, height = room.width() / 7, (room.height() - HEAD) / rows
    return QRectF(room.left() + _column(sheet, place) * width, room.top() + HEAD + place // 7 * height, width, height)


def _column(sheet: Sheet, place: int) -> int:
    """The column of a day, from the left; weeks begin at the right where one reads from there."""
    return 6 - place % 7 if sheet.mirrored else place % 7


def day_at(room: QRectF, sheet: Sheet, x: float, y: float) -> date | None:
    """The day at a point."""
    places = range(len(sheet.days))
    return next((sheet.days[place] for place in places if cell(room, sheet, place).contains(x, y)), None)


def paint(painter: QPainter, room: QRectF, sheet: Sheet, ink: Ink) -> None:
    """Paint everything; `sheet.spots` then says where each entry is."""
    sheet.spots.clear()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _weekdays(painter, room, sheet, ink)
    for place, day in enumerate(sheet.days):
        _cell(painter, cell(room, sheet, place), day, sheet, ink)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(ink("line"), 1))
    for row in range(len(sheet.days) // 7 + 1):
        y = cell(room, sheet, row * 7).top() if row * 7 < len(sheet.days) else room.bottom() - 1
        painter.drawLine(int(room.left()), int(y), int(room.right()), int(y))
    for column in range(1, 7):
        x = int(room.left() + column * room.width() / 7)
        painter.drawLine(x, int(room.top() + HEAD), x, int(room.bottom()))


def _weekdays(painter: QPainter, room: QRectF, sheet: Sheet, ink: Ink) -> None:
    locale = formats.locale()
    painter.setFont(theme.font("cap"))
    for place, day in enumerate(sheet.days[:7]):
        left = room.left() + _column(sheet, place) * room.width() / 7
        box = QRectF(left + 10, room.top(), room.width() / 7 - 12, HEAD)
        painter.setPen(ink("text2"))
        kind = locale.FormatType.LongFormat if box.width() > 90 else locale.FormatType.ShortFormat
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), locale.standaloneDayName(day.isoweekday(), kind))


def _cell(painter: QPainter, box: QRectF, day: date, sheet: Sheet, ink: Ink) -> None:
    week = len(sheet.days) == 7
    outside = not week and day.month != sheet.month
    painter.setPen(Qt.PenStyle.NoPen)
    fill = "sunk" if outside or (day.weekday() > 4 and not week) else "card"
    painter.fillRect(box, ink("sel" if day == sheet.target else fill))
    if day == sheet.chosen:
        painter.setBrush(ink("sel") if sheet.focus else ink("selInactive"))
        painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), 6, 6)
        if sheet.focus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(ink("focus"), 2))
            painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), 6, 6)
    _number(painter, box, day, outside=outside, ink=ink)
    _lines(painter, box, sheet.entries.get(day, ()), sheet, ink)


def _number(painter: QPainter, box: QRectF, day: date, *, outside: bool, ink: Ink) -> None:
    words = formats.day_short(day) if day.day == 1 else str(day.day)
    today = day == dates.today()
    painter.setFont(theme.font("smallb" if today else "smallm"))
    wide = QFontMetricsF(painter.font()).horizontalAdvance(words)
    spot = QRectF(box.left() + 6, box.top() + 5, max(22.0, wide + 10), 20)
    if today:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink("accent"))
        painter.drawRoundedRect(spot, 10, 10)
    painter.setPen(ink("onAccent" if today else "text3" if outside else "text2"))
    painter.drawText(spot, int(Qt.AlignmentFlag.AlignCenter), words)


def _lines(painter: QPainter, box: QRectF, entries: Sequence[Entry], sheet: Sheet, ink: Ink) -> None:
    line, height = _TALL_LINE if len(sheet.days) == 7 else LINE, box.height() - _NUMBER - 2
    room = int(height // line)
    shown = len(entries) if len(entries) <= room else max(0, room - 1)
    top, spare = box.top() + _NUMBER, height - line * len(entries)
    for entry in entries[:shown]:
        more = _SECOND if line == LINE and spare >= _SECOND and not _fits(entry, box.width() - 8) else 0
        spare -= more
        spot = QRectF(box.left() + 4, top, box.width() - 8, line + more - 2)
        sheet.spots.append((spot, entry))
        paint_entry(painter, spot, entry, ink, faded=entry is sheet.dragged)
        top += line + more
    if shown < len(entries):
        painter.setFont(theme.font("smallm"))
        painter.setPen(ink("text2"))
        words = _("{n} more").format(n=formats.count(len(entries) - shown))
        spot = QRectF(box.left() + 10, min(top, box.bottom() - LINE), box.width() - 14, LINE - 2)
        painter.drawText(spot, int(Qt.AlignmentFlag.AlignVCenter), words)


def _fits(entry: Entry, width: float) -> bool:
    """Whether the words of an entry have room in one line."""
    metrics = QFontMetricsF(theme.font("smallm" if entry.late else "small"))
    return metrics.horizontalAdvance(_words(entry)) <= width - _INDENT - _MARGIN


def _words(entry: Entry) -> str:
    return f"{entry.at:%H:%M} {entry.title}" if entry.at else entry.title


def paint_entry(painter: QPainter, spot: QRectF, entry: Entry, ink: Ink, *, faded: bool = False) -> None:
    """One line: a dot in the colour of its kind, the hour, the words; what is to come has an empty dot."""
    tone = ink("red" if entry.late else TONES[entry.kind])
    if not entry.done and not entry.to_come and not faded:
        tint = QColor(tone)
        tint.setAlpha(26)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        painter.drawRoundedRect(spot, 4, 4)
    first = QRectF(spot.left(), spot.top(), spot.width(), min(spot.height(), LINE - 2))
    dot = QRectF(spot.left() + 6, first.center().y() - 3, 6, 6)
    painter.setPen(QPen(tone, 1.4))
    painter.setBrush(Qt.BrushStyle.NoBrush if entry.to_come or entry.done else tone)
    painter.drawEllipse(dot)
    font = theme.font("smallm" if entry.late else "small")
    font.setStrikeOut(entry.done)
    painter.setFont(font)
    painter.setPen(ink("text3" if entry.done or entry.to_come or faded else "red" if entry.late else "text"))
    words = _words(entry)
    metrics, room = QFontMetricsF(font), first.adjusted(_INDENT, 0, -_MARGIN, 0)
    head, rest = _in_two(words, metrics, room.width()) if spot.height() > LINE else (words, "")
    elide = Qt.TextElideMode.ElideRight
    painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), metrics.elidedText(head, elide, room.width()))
    if rest:
        below = room.translated(0, LINE - 5)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignVCenter), metrics.elidedText(rest, elide, room.width()))


def _in_two(words: str, metrics: QFontMetricsF, width: float) -> tuple[str, str]:
    """Words on two lines: as many as fit on the first."""
    parts = [part for part in _PART.findall(words) if part]
    fitting = 1
    while fitting < len(parts) and metrics.horizontalAdvance("".join(parts[: fitting + 1]).rstrip()) <= width:
        fitting += 1
    return "".join(parts[:fitting]).rstrip(), "".join(parts[fitting:])
