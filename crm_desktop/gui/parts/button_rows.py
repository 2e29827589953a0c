"""Buttons side by side in as many rows as their words need: what does not fit beside the others begins a new row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from crm_desktop.gui.widgets.buttons import Button

_GAP = 8


class ButtonRows(QWidget):
    """See the module; which of its buttons show is theirs to say, `pack` puts them in their places."""

    def __init__(self, *buttons: Button) -> None:
        super().__init__()
        self._buttons: Sequence[Button] = buttons
        for button in buttons:
            button.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(160, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.pack()

    def pack(self) -> None:
        """Put the buttons that are shown into rows."""
        x = y = 0
        shown = [button for button in self._buttons if not button.isHidden()]
        for button in shown:
            size = button.sizeHint()
            wide = min(size.width(), max(self.width(), 1))
            if x and x + wide > self.width():
                x, y = 0, y + size.height() + _GAP
            left = self.width() - x - wide if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else x
            button.setGeometry(QRect(left, y, wide, size.height()))
            x += wide + _GAP
        self.setFixedHeight(y + shown[-1].sizeHint().height() if shown else 0)
