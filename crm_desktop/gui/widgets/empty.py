"""What a page shows instead of nothing: an icon, one sentence, one helpful line, one or two acts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from crm_desktop.gui import icons, theme
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.layouts import clear, column, label, row


@dataclass(frozen=True)
class Act:
    """Something that can be done: a verb with its object, and what happens."""

    text: str
    on: Callable[[], object]
    icon: str = ""
    kind: str = "secondary"
    tip: str = ""


@dataclass(frozen=True)
class Empty:
    """The empty state of a list."""

    icon: str
    sentence: str
    line: str = ""
    primary: Act | None = None
    secondary: Act | None = None


class EmptyState(QWidget):
    """Shows an `Empty` in the middle of its area."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._empty: Empty | None = None
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence = label("", "h")
        self._line = label("", "body", "text2", wrap=True)
        for words in (self._sentence, self._line):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._line.setMinimumWidth(380)
        self._acts = row("stretch", "stretch")
        column(
            self,
            "stretch",
            self._picture,
            14,
            self._sentence,
            6,
            self._line,
            16,
            self._acts,
            "stretch",
            "stretch",
            margins=(24, 0, 24, 0),
        )
        theme.changed().connect(self._paint_icon)

    def tell(self, empty: Empty) -> None:
        """Show this."""
        if empty == self._empty:
            return
        self._empty = empty
        self._sentence.setText(empty.sentence)
        self._line.setText(empty.line)
        self._line.setVisible(bool(empty.line))
        clear(self._acts)
        self._acts.addStretch(1)
        for act, kind in ((empty.primary, "primary"), (empty.secondary, "secondary")):
            if act is not None:
                self._acts.addWidget(Button(act.text, kind, act.icon, on=act.on, tip=act.tip))
        self._acts.addStretch(1)
        self._paint_icon()

    def _paint_icon(self) -> None:
        if self._empty is not None:
            ratio = self.devicePixelRatioF()
            self._picture.setPixmap(icons.pixmap(self._empty.icon, "text3", 44, ratio, icons.STROKE_EMPTY))
