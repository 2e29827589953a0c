"""One line to write down what happened: type, press Enter; or choose first what it was (a call, a mail, a visit).

Whoever listens to `typed` may say below the line how it is understood.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import icons, theme
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.layouts import column, line_of
from crm_desktop.gui.widgets.pill import Key

_HIGH, _HIGHER = 40, 64


class QuickAdd(QWidget):
    """`added(kind, text)` when something was written; `asked(kind)` for kinds that need more than a line.

    `typed(kind, text)` follows each change of the line.
    """

    added = Signal(str, str)
    typed = Signal(str, str)
    asked = Signal(str)

    def __init__(
        self,
        kinds: Sequence[tuple[str, str, str]],
        *,
        more: Sequence[tuple[str, str, str]] = (),
        parent: QWidget | None = None,
    ) -> None:
        """Kinds are (key, word, icon); the first is what Enter writes. `more` only asks."""
        super().__init__(parent)
        self._kinds, self._kind = list(kinds), kinds[0][0]
        self._more = {key for key, _word, _icon in more}
        self.setFixedHeight(_HIGH)
        self._line = QLineEdit()
        self._line.setProperty("k", "bare")
        self._line.setPlaceholderText(_("What happened?"))
        self._line.setAccessibleName(_("Write what happened"))
        self._line.returnPressed.connect(self._write)
        self._line.textChanged.connect(self._tell_typed)
        self._line.installEventFilter(self)
        self.setFocusProxy(self._line)
        self._icon = QLabel()
        self._buttons: dict[str, Button] = {}
        for key, word, icon in (*kinds, *more):
            made = Button(word, "ghost", icon, on=self._pressed)
            made.setProperty("key", key)
            made.setCheckable(key not in self._more)
            self._buttons[key] = made
        self._said = ElidedLabel("", "small", "text2")
        self._said.setAccessibleName(_("How it is understood"))
        self._said.hide()
        upper = QWidget()
        upper.setFixedHeight(_HIGH)
        box = line_of(upper, self._icon, self._line, *self._buttons.values(), Key("N"), gap=0, margins=(16, 4, 12, 4))
        box.insertSpacing(1, 10)
        box.setStretch(2, 1)
        lower = QWidget()
        line_of(lower, self._said, margins=(42, 0, 12, 8))
        column(self, upper, lower)
        self._choose(self._kind)
        theme.changed().connect(self._paint_icon)

    def start(self, kind: str = "") -> None:
        """Put the cursor into the line, for a kind."""
        self._choose(kind or self._kinds[0][0])
        self._line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def text(self) -> str:
        """What is typed and not written yet."""
        return self._line.text()

    def put(self, text: str) -> None:
        """Put words into the line, to be gone on with."""
        self._line.setText(text)

    def tell(self, words: str) -> None:
        """Say below the line how it is understood; nothing takes the room away again."""
        self._said.setText(words)
        self._said.setVisible(bool(words))
        self.setFixedHeight(_HIGHER if words else _HIGH)

    def said(self) -> str:
        """What stands below the line."""
        return self._said.text() if not self._said.isHidden() else ""

    def _tell_typed(self) -> None:
        # What is typed needs the room more than the words of the buttons do.
        for button in self._buttons.values():
            button.set_compact(compact=bool(self._line.text()))
        self.typed.emit(self._kind, self._line.text())

    def _choose(self, kind: str) -> None:
        self._kind = kind
        for key, button in self._buttons.items():
            button.setChecked(key == kind and (key != self._kinds[0][0] or self._line.hasFocus()))
        self._paint_icon()

    def _paint_icon(self) -> None:
        self._icon.setPixmap(icons.pixmap("plus", "text2", 16, self.devicePixelRatioF()))

    def _pressed(self) -> None:
        key = str(self.sender().property("key"))
        if key in self._more:
            self.asked.emit(key)
            return
        self._choose(key)
        self._tell_typed()
        if self._line.text().strip():
            self._write()
        else:
            self._line.setFocus()

    def _write(self) -> None:
        text = self._line.text().strip()
        if text:
            self._line.clear()
            self.added.emit(self._kind, text)
            self._choose(self._kinds[0][0])

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            if self._line.text():
                self._line.clear()
            else:
                self._line.clearFocus()
            return True
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self._line.hasFocus()
        width = 2 if focus else 1
        painter.setPen(QPen(theme.color("focus" if focus else "ctl"), width))
        painter.setBrush(theme.color("card"))
        inset = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 8, 8)
        painter.end()
