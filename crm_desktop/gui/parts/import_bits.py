"""Small painted parts of the import: the line of steps, words that elide, the badge of a column, a figure card."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QWidget

from crm_desktop.gui import icons, theme
from crm_desktop.gui.widgets.disc import paint_disc
from crm_desktop.gui.widgets.layouts import column, label, line_of
from crm_desktop.gui.widgets.pill import paint_dot


class StepBar(QWidget):
    """The steps in one line: a green check for what is done, a filled number for now."""

    def __init__(self, steps: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps = list(steps)
        self._now = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.tell(0)

    def tell(self, now: int) -> None:
        """Show which step it is, from 0."""
        self._now = now
        self.setAccessibleName(f"{now + 1}/{len(self._steps)} {self._steps[now]}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, 36)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, middle = 0.0, self.height() / 2
        for number, name in enumerate(self._steps):
            if number:
                painter.setPen(QPen(theme.color("line2"), 1))
                painter.drawLine(QPointF(left + 14, middle), QPointF(left + 46, middle))
                left += 60
            self._paint_mark(painter, QRectF(left, middle - 11, 22, 22), number)
            font = theme.font("b" if number == self._now else "m")
            painter.setFont(font)
            painter.setPen(theme.color("text" if number == self._now else "text2"))
            width = QFontMetrics(font).horizontalAdvance(name)
            painter.drawText(QRectF(left + 30, 0, width + 4, self.height()), int(Qt.AlignmentFlag.AlignVCenter), name)
            left += 30 + width
        painter.end()

    def _paint_mark(self, painter: QPainter, room: QRectF, number: int) -> None:
        if number < self._now:
            paint_disc(painter, room, "check", tint="greenSoft", ink="green")
            return
        now = number == self._now
        painter.setPen(Qt.PenStyle.NoPen if now else QPen(theme.color("line2"), 1))
        painter.setBrush(theme.color("accent" if now else "card"))
        painter.drawEllipse(room.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setFont(theme.font("smallb"))
        painter.setPen(theme.color("onAccent" if now else "text2"))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, str(number + 1))


class Words(QWidget):
    """One line of words that elides where there is no room, and shows them whole as tooltip; with a dot if wanted."""

    def __init__(self, text: str = "", role: str = "body", ink: str = "text", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role, self._ink, self._dot, self._text = role, ink, "", ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.tell(text)

    def tell(self, text: str, dot: str = "") -> None:
        """Show other words, with a dot of this tone before them."""
        self._text, self._dot = text.replace("\n", " "), dot
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.update()

    def text(self) -> str:
        """The words that are shown, whole."""
        return self._text

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(theme.font(self._role)).horizontalAdvance(self._text) + 14, theme.px(13) + 9)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        left = 0
        if self._dot:
            paint_dot(painter, QPointF(5, self.height() / 2), self._dot)
            left = 18
        font = theme.font(self._role)
        painter.setFont(font)
        painter.setPen(theme.color(self._ink))
        shown = QFontMetrics(font).elidedText(self._text, Qt.TextElideMode.ElideRight, self.width() - left)
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()


class Badge(QWidget):
    """The letter of a column in its file."""

    def __init__(self, letter: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letter = letter
        self.setFixedSize(26 if len(letter) > 1 else 20, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("greySoft"))
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        painter.setFont(theme.font("smallm"))
        painter.setPen(theme.color("text2"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._letter)
        painter.end()


class FigureCard(QAbstractButton):
    """A large number with what it counts and one line below; framed while it is chosen."""

    def __init__(
        self, icon: str, tone: str, on: Callable[[], object] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon, self._tone, self._figure, self._name, self._line = icon, tone, "", "", ""
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        if on is not None:
            self.clicked.connect(on)

    def tell(self, figure: str, name: str, line: str, icon: str = "") -> None:
        """Show these words, with another icon if wanted."""
        self._figure, self._name, self._line, self._icon = figure, name, line, icon or self._icon
        self.setAccessibleName(f"{figure} {name}. {line}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, max(78, theme.px(22) + theme.px(12) + 42))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        framed = self.isChecked() or self.hasFocus()
        painter.setPen(QPen(theme.color("focus" if framed else "line"), 2 if framed else 1))
        painter.setBrush(theme.color("hover" if self.underMouse() and not framed else "card"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        middle = self.height() / 2
        paint_disc(painter, QRectF(16, middle - 19, 38, 38), self._icon, tint=f"{self._tone}Soft", ink=_ink(self._tone))
        large = theme.font("display")
        width = QFontMetrics(large).horizontalAdvance(self._figure)
        top = QRectF(66, middle - 28, self.width() - 76, 30)
        painter.setFont(large)
        painter.setPen(theme.color("text"))
        painter.drawText(top, int(Qt.AlignmentFlag.AlignVCenter), self._figure)
        painter.setFont(theme.font("m"))
        self._elided(painter, top.adjusted(width + 9, 4, 0, 0), self._name)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text2"))
        self._elided(painter, QRectF(66, middle + 3, self.width() - 76, 22), self._line)
        painter.end()

    def _elided(self, painter: QPainter, room: QRectF, text: str) -> None:
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)


def _ink(tone: str) -> str:
    return "accentText" if tone == "blue" else "text2" if tone == "grey" else tone


class Trouble(QWidget):
    """A strip that says what is missing; gone while nothing is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        strip = QFrame()
        strip.setProperty("k", "warn")
        self._words = label("", "m", wrap=True)
        line_of(strip, Picture("circle-alert", "amber"), self._words, margins=(13, 8, 12, 8)).setStretch(1, 1)
        column(self, strip, margins=(24, 0, 20, 8))
        self.hide()

    def tell(self, sentence: str) -> None:
        """Show a sentence, or nothing where it is empty."""
        self._words.setText(sentence)
        self.setVisible(bool(sentence))

    def text(self) -> str:
        """What it says."""
        return self._words.text()


class Picture(QWidget):
    """An icon of 16 pixels that follows the theme."""

    def __init__(self, name: str, role: str = "text2", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._role = name, role
        self.setFixedSize(16, 16)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(0, 0, icons.pixmap(self._name, self._role, 16, self.devicePixelRatioF()))
        painter.end()
