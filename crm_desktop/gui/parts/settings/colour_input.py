"""A colour: six that go well with paper, or any written as #RRGGBB."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme
from crm_desktop.gui.widgets.inputs import TextInput
from crm_desktop.gui.widgets.layouts import column, row

COLOURS = {
    "#8A5A16": N_("Bronze"),
    "#1B1C1F": N_("Ink"),
    "#2449B8": N_("Blue"),
    "#17693A": N_("Green"),
    "#9B1C31": N_("Wine"),
    "#5B3E8C": N_("Violet"),
}
_WRITTEN = re.compile(r"#[0-9A-Fa-f]{6}")


class _Swatch(QAbstractButton):
    """One colour to pick."""

    def __init__(self, colour: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = colour
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFixedSize(26, 26)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(26, 26)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.hasFocus():
            painter.setPen(QPen(theme.color("focus" if self.hasFocus() else "text2"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.setBrush(QColor(self._colour))
        painter.drawEllipse(QRectF(self.rect()).adjusted(4.5, 4.5, -4.5, -4.5))
        painter.end()


class ColourInput(QWidget):
    """See the module; speaks the words of `inputs`."""

    edited = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = TextInput("#RRGGBB")
        self.line.setFixedWidth(96)
        self.line.left.connect(self._typed)
        self._swatches = {colour: _Swatch(colour, _(name)) for colour, name in COLOURS.items()}
        for colour, swatch in self._swatches.items():
            swatch.clicked.connect(partial(self._picked, colour))
        column(self, row(*self._swatches.values(), gap=2), row(self.line, "stretch"), gap=8)
        self.setFocusProxy(self.line)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.line.setAccessibleName(name)

    def value(self) -> str:
        """The colour as #RRGGBB."""
        return str(self.line.value()).upper()

    def set_value(self, value: Any) -> None:
        """Show a colour."""
        self.line.set_value(str(value or "").upper())
        for colour, swatch in self._swatches.items():
            swatch.setChecked(colour == self.value())

    def problem(self) -> str:
        """A sentence if what was typed is no colour."""
        return "" if _WRITTEN.fullmatch(self.value()) else _("Write a colour like #8A5A16.")

    def mark(self, state: str) -> None:
        """Colour the border."""
        self.line.mark(state)

    def _picked(self, colour: str) -> None:
        self.set_value(colour)
        self.left.emit()

    def _typed(self) -> None:
        self.line.mark("bad" if self.problem() else "")
        self.line.setToolTip(self.problem())
        if not self.problem():
            self.set_value(self.value())
            self.left.emit()
