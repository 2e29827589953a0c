"""A card of the board, painted: title, customer, value, the four letters of BANT, and what comes next or keeps it waiting."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import icons, theme
from crm_desktop.gui.parts import deal_words
from crm_desktop.gui.parts.board_model import ROW_ROLE
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.initials import paint_avatar
from crm_desktop.gui.widgets.mirror import mirrored
from crm_desktop.sales import bant
from crm_desktop.sales.opportunities import Opportunity

GAP = 9
_PAD = 12
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTER = int(Qt.AlignmentFlag.AlignCenter)
# How an answer is painted: fill and ink.
_LETTER = {0: ("", "text3"), 1: ("amberSoft", "amber"), 2: ("greenSoft", "green")}


def height() -> int:
    """The height of a card with the gap below it; it grows with larger text."""
    return 117 + GAP + 4 * (theme.px(13) - 13)


def _line(body: QRectF, number: int) -> QRectF:
    """The room of one of the four lines."""
    tall = theme.px(13) + 7
    return QRectF(body.left() + _PAD, body.top() + 9 + number * (tall + 4.5), body.width() - 2 * _PAD, tall)


def foot_of(body: QRectF) -> QRectF:
    """The room below the hairline, where a won deal offers its invoice."""
    tall = theme.px(13) + 16
    return QRectF(body.left(), body.bottom() - tall, body.width(), tall)


def _elided(painter: QPainter, text: str, width: float) -> str:
    return QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, int(width))


class CardDelegate(QStyledItemDelegate):
    """See the module."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        found: Opportunity | None = index.data(ROW_ROLE)
        if found is None:
            return
        view: QWidget = option.widget
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        drawn = mirrored(painter, option.rect, option.direction)
        body = QRectF(option.rect).adjusted(0, 0, 0, -GAP)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        _paint_frame(
            drawn,
            body,
            chosen=chosen,
            focused=view.hasFocus(),
            over=bool(option.state & QStyle.StateFlag.State_MouseOver),
        )
        _paint_words(drawn, body, found)
        _paint_letters(drawn, body, found)
        _paint_foot(drawn, foot_of(body), found)


def _paint_frame(painter: QPainter, body: QRectF, *, chosen: bool, focused: bool, over: bool) -> None:
    thick = 2 if chosen else 1
    role = ("focus" if focused else "accent") if chosen else ("line2" if over else "line")
    painter.setPen(QPen(theme.color(role), thick))
    painter.setBrush(theme.color("card"))
    half = thick / 2
    painter.drawRoundedRect(body.adjusted(half, half, -half, -half), 8, 8)


def _paint_words(painter: QPainter, body: QRectF, found: Opportunity) -> None:
    title, customer, value = _line(body, 0), _line(body, 1), _line(body, 2)
    painter.setFont(theme.font("b"))
    painter.setPen(theme.color("text"))
    painter.drawText(title, _LEFT, _elided(painter, found.title, title.width()))
    side = 18
    picture = QRectF(customer.left(), customer.center().y() - side / 2, side, side)
    kind = "person" if found.customer_kind == "person" else "company"
    paint_avatar(painter, picture, found.customer, kind)
    painter.setFont(theme.font("small"))
    painter.setPen(theme.color("text2"))
    room = customer.adjusted(side + 6, 0, 0, 0)
    painter.drawText(room, _LEFT, _elided(painter, found.customer, room.width()))
    painter.setFont(theme.font("h"))
    painter.setPen(theme.color("text"))
    if found.value_minor:
        room = value.adjusted(0, 2, -_letters_width() - 6, 2)
        text = deal_words.amount(found.value_minor, found.currency)
        if QFontMetrics(painter.font()).horizontalAdvance(text) > room.width():
            painter.setFont(theme.font("smallb"))
        painter.drawText(room, _LEFT, _elided(painter, text, room.width()))


def _letters_width() -> float:
    return 4 * (theme.px(12) + 5) + 3 * 3


def _paint_letters(painter: QPainter, body: QRectF, found: Opportunity) -> None:
    """The letters of BANT; of a won deal nothing has to be known any more, so its day stands there."""
    if found.state != "open":
        _paint_ended(painter, _line(body, 2), found)
        return
    line, side = _line(body, 2), theme.px(12) + 5
    x = line.right() - _letters_width()
    painter.setFont(theme.font("smallb"))
    for letter, point in zip(bant.letters(), found.points, strict=True):
        fill, ink = _LETTER[point]
        box = QRectF(x, line.center().y() + 2 - (side + 1) / 2, side, side + 1)
        painter.setPen(QPen(theme.color("line2"), 1) if not fill else Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(fill) if fill else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(theme.color(ink))
        painter.drawText(box, _CENTER, letter)
        x += side + 3


def _paint_ended(painter: QPainter, line: QRectF, found: Opportunity) -> None:
    """The day on which a deal was won, at the right of its value."""
    painter.setFont(theme.font("small"))
    painter.setPen(theme.color("green" if found.state == "won" else "text2"))
    room = line.adjusted(line.width() - _letters_width(), 2, 0, 2)
    painter.drawText(room, _RIGHT, _elided(painter, formats.day_near(found.closed_on), room.width()))


def _foot(found: Opportunity) -> tuple[str, str, str, str, str]:
    """Icon, its words, their colour, the words at the right, their colour."""
    if found.state == "won":
        if found.followed:
            return "check", _("Invoice or contract made"), "text2", "", ""
        return "receipt-text", _("Invoice it"), "accentText", "", ""
    if found.quote_accepted:
        return "circle-check", _("Quote accepted"), "green", "", ""
    if found.stale:
        return "hourglass", deal_words.silent(found), "amber", "", ""
    if found.next_on is None:
        return "arrow-right", deal_words.next_step(found), "text2" if found.next_step else "text3", "", ""
    late = found.next_on < dates.today()
    return (
        "arrow-right",
        deal_words.next_step(found),
        "text2",
        deal_words.day(found.next_on),
        "red" if late else "text2",
    )


def _paint_foot(painter: QPainter, room: QRectF, found: Opportunity) -> None:
    inner = room.adjusted(_PAD, 0, -_PAD, 0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setPen(QPen(theme.color("line"), 1))
    painter.drawLine(QPointF(inner.left(), room.top()), QPointF(inner.right(), room.top()))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    name, words, ink, right, right_ink = _foot(found)
    role = ink if ink != "text3" else "text2"
    flipped = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft and name == "arrow-right"
    picture = icons.pixmap("arrow-left" if flipped else name, role, 14)
    painter.drawPixmap(QPointF(inner.left(), inner.center().y() - 7), picture)
    painter.setFont(theme.font("small"))
    wide = QFontMetrics(painter.font()).horizontalAdvance(right)
    if right:
        painter.setPen(theme.color(right_ink))
        painter.drawText(inner, _RIGHT, right)
    painter.setPen(theme.color(ink))
    place = inner.adjusted(20, 0, -wide - (6 if right else 0), 0)
    painter.drawText(place, _LEFT, _elided(painter, words, place.width()))
