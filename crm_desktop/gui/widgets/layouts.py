"""Short words for laying widgets out: rows, columns, labels, cards, lines."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

# What may stand in a row or column: a widget, a layout, a gap in pixels, or `STRETCH`.
STRETCH = "stretch"
Part = QWidget | QLayout | int | str
Margins = tuple[int, int, int, int]


def _fill(box: QHBoxLayout | QVBoxLayout, parts: Iterable[Part], gap: int, margins: Margins) -> None:
    box.setSpacing(gap)
    box.setContentsMargins(*margins)
    for part in parts:
        if isinstance(part, QWidget):
            box.addWidget(part)
        elif isinstance(part, QLayout):
            box.addLayout(part)
        elif isinstance(part, int):
            box.addSpacing(part)
        else:
            box.addStretch(1)


def row(*parts: Part, gap: int = 8, margins: Margins = (0, 0, 0, 0)) -> QHBoxLayout:
    """Widgets side by side."""
    box = QHBoxLayout()
    _fill(box, parts, gap, margins)
    return box


def stack(*parts: Part, gap: int = 8, margins: Margins = (0, 0, 0, 0)) -> QVBoxLayout:
    """Widgets below each other."""
    box = QVBoxLayout()
    _fill(box, parts, gap, margins)
    return box


def column(owner: QWidget, *parts: Part, gap: int = 0, margins: Margins = (0, 0, 0, 0)) -> QVBoxLayout:
    """Fill a widget from top to bottom."""
    box = QVBoxLayout(owner)
    _fill(box, parts, gap, margins)
    return box


def line_of(owner: QWidget, *parts: Part, gap: int = 8, margins: Margins = (0, 0, 0, 0)) -> QHBoxLayout:
    """Fill a widget from left to right."""
    box = QHBoxLayout(owner)
    _fill(box, parts, gap, margins)
    return box


def label(text: str = "", role: str = "body", color: str = "", *, wrap: bool = False) -> QLabel:
    """Text in a type role ("title", "h", "b", "m", "body", "small" …) and a colour ("text2", "text3", "red" …)."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("t", role)
    if color:
        made.setProperty("c", color)
    made.setWordWrap(wrap)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return made


def recolor(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the style sheet looks at, and style the widget again if it changed."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def frame(kind: str, *parts: Part, gap: int = 8, margins: Margins = (16, 14, 16, 14)) -> QFrame:
    """A surface: "card", "sunk", "note", "warn", "info", "bad", "good", "pane", "foot", "top"."""
    made = QFrame()
    made.setProperty("k", kind)
    column(made, *parts, gap=gap, margins=margins)
    return made


def hairline(*, vertical: bool = False) -> QFrame:
    """One line of one pixel."""
    made = QFrame()
    made.setProperty("k", "vl" if vertical else "hl")
    return made


def scroll(content: QWidget) -> QScrollArea:
    """A column that scrolls when the window is low; never sideways."""
    area = QScrollArea()
    content.setObjectName("sa")
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def clear(box: QLayout) -> None:
    """Take everything out of a layout; its widgets go away."""
    while (item := box.takeAt(0)) is not None:
        inner, widget = item.layout(), item.widget()
        if inner is not None:
            clear(inner)
        if widget is not None:
            widget.hide()
            widget.deleteLater()
