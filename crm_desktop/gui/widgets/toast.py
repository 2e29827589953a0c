"""The toast: what just happened, at the bottom of the window, with Undo where it can be taken back.

It stays 6 seconds, 10 with Undo, and as long as the pointer or the focus is on it. It never takes the focus.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPoint, QPropertyAnimation, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetrics, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import icons, theme, tokens
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.layouts import line_of


def less_motion() -> bool:
    """Whether the system asks for less motion; then nothing moves."""
    app = QApplication.instance()
    return (
        not isinstance(app, QApplication)
        or app.style().styleHint(app.style().StyleHint.SH_Widget_Animation_Duration) == 0
    )


class _ToastButton(Button):
    """Text on ink."""

    def _colors(self) -> tuple[str, str, str]:
        return ("", "", "accentText")

    def _paint_content(self, painter: QPainter, ink: str) -> None:
        painter.setFont(theme.font("b"))
        painter.setPen(theme.color("accentText") if theme.is_dark() else QColor("#A9BFFF"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._plain())


class Toast(QWidget):
    """One line over the bottom of its parent; `tell(…)` shows it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text, self._icon, self._key = "", "check", ""
        self._act: Callable[[], object] | None = None
        self._button = _ToastButton("", "small")
        self._button.clicked.connect(self._pressed)
        self._button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        line_of(self, "stretch", self._button, gap=8, margins=(16, 8, 76, 8))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._maybe_hide)
        self._move = QPropertyAnimation(self, b"pos", self)
        self._move.setDuration(int(tokens.tokens()["motion"]["toast_in_ms"]))
        self._move.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.setAccessibleName("")
        self.hide()
        parent.installEventFilter(self)

    def tell(
        self, text: str, *, act: str = "", on: Callable[[], object] | None = None, icon: str = "check", key: str = ""
    ) -> None:
        """Show what happened, with an act (usually Undo) and its key."""
        self._text, self._icon, self._act = text, icon, on
        self._key = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) if key else ""
        self._button.setText(act)
        self._button.setAccessibleName(act)
        self._button.setVisible(bool(act))
        self.setAccessibleName(text)
        self.setAccessibleDescription(text)
        self._place()
        self.show()
        self.raise_()
        motion = tokens.tokens()["motion"]
        self._timer.start(int(motion["toast_undo_stay_ms" if act else "toast_stay_ms"]))
        if not less_motion():
            end = self.pos()
            self._move.setStartValue(end + QPoint(0, 16))
            self._move.setEndValue(end)
            self._move.start()

    def tell_undoable(self, text: str, undo: Callable[[], object]) -> None:
        """Show what happened with Undo."""
        self.tell(text, act=_("Undo"), on=undo, key="Ctrl+Z")

    @property
    def text(self) -> str:
        """What is shown."""
        return self._text

    def _pressed(self) -> None:
        act = self._act
        self.hide()
        if act is not None:
            act()

    def _maybe_hide(self) -> None:
        if self.underMouse() or self._button.hasFocus():
            self._timer.start(1000)
        else:
            self.hide()

    def _place(self) -> None:
        words = QFontMetrics(theme.font("m")).horizontalAdvance(self._text)
        key = QFontMetrics(theme.font("smallm")).horizontalAdvance(self._key) + 22 if self._key else 0
        acts = self._button.sizeHint().width() + 16 if not self._button.isHidden() else 0
        parent = self.parentWidget()
        width = min(words + acts + key + 66, parent.width() - 48)
        self.layout().setContentsMargins(16, 6, key + 12, 6)
        self.setGeometry((parent.width() - width) // 2, parent.height() - 44 - 20, width, 44)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("line2"), 1) if theme.is_dark() else Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("raised") if theme.is_dark() else theme.color("text"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        ink = theme.color("text") if theme.is_dark() else QColor("#FFFFFF")
        painter.drawPixmap(
            16, 14, icons.pixmap(self._icon, "text" if theme.is_dark() else "card", 16, self.devicePixelRatioF())
        )
        painter.setPen(ink)
        painter.setFont(theme.font("m"))
        room = self.rect().adjusted(
            42, 0, -(self.width() - self._button.x()) if not self._button.isHidden() else -12, 0
        )
        shown = QFontMetrics(painter.font()).elidedText(self._text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        if self._key:
            self._paint_key(painter, ink)
        painter.end()

    def _paint_key(self, painter: QPainter, ink: QColor) -> None:
        width = QFontMetrics(theme.font("smallm")).horizontalAdvance(self._key) + 12
        cap = QRectF(self.width() - width - 12.5, 12.5, width, 19)
        faint = QColor(ink)
        faint.setAlpha(90)
        painter.setPen(QPen(faint, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(cap, 4, 4)
        painter.setFont(theme.font("smallm"))
        ink.setAlpha(210)
        painter.setPen(ink)
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)
