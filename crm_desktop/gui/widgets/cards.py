"""Parts of panes and cards: identity, label and value, notes, short rows of open items and events, figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from crm_desktop.gui import icons, theme
from crm_desktop.gui.widgets.avatar import paint_avatar
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.layouts import clear, column, hairline, label, line_of, recolor, row
from crm_desktop.gui.widgets.mirror import mirrored
from crm_desktop.gui.widgets.pill import Key

# A longer word (an e-mail address) cannot be wrapped beside its label; it is elided, with a tooltip.
_LONGEST_WORD = 172
_MOST_LARGE = 4


@dataclass(frozen=True)
class Item:
    """One short row: icon, words, and at the right a date or an amount; clickable when `on` is given."""

    text: str
    right: str = ""
    icon: str = ""
    tone: str = ""
    detail: str = ""
    avatar: str = ""
    strong_right: bool = False
    on: Callable[[], object] | None = None


class ItemRow(QAbstractButton):
    """An `Item`, painted; elides its words and shows them whole as tooltip."""

    def __init__(self, item: Item, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._pressed)
        self.show_item(item)

    def show_item(self, item: Item) -> None:
        """Show this item now."""
        self._item = item
        self.setAccessibleName(" ".join(p for p in (item.text, item.detail, item.right) if p))
        self.setToolTip(item.text if not item.detail else f"{item.text}\n{item.detail}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if item.on else Qt.FocusPolicy.NoFocus)
        if item.on is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.unsetCursor()
        self.updateGeometry()
        self.update()

    def _pressed(self) -> None:
        if self._item.on is not None:
            self._item.on()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, as the space bar does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        lines = 2 if self._item.detail else 1
        return QSize(160, lines * (theme.px(13) + 3) + (8 if lines == 2 else 12))

    def _left(self, painter: QPainter) -> int:
        item = self._item
        if item.avatar:
            paint_avatar(painter, QRectF(0, (self.height() - 28) / 2, 28, 28), item.text, item.avatar)
            return 38
        if item.icon:
            role = item.tone if item.tone in ("red", "amber", "green") and item.icon != "receipt-text" else "text2"
            picture = icons.pixmap(item.icon, role, 16, self.devicePixelRatioF())
            painter.drawPixmap(0, (theme.px(13) + 15 - 16) // 2 if item.detail else (self.height() - 16) // 2, picture)
            return 26
        return 0

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = mirrored(QPainter(self), self.rect(), self.layoutDirection())
        item, left = self._item, self._left(painter)
        right = theme.font("b" if item.strong_right else "small")
        width = QFontMetrics(right).horizontalAdvance(item.right) + (12 if item.right else 0)
        font = theme.font("m" if item.detail else "body")
        hot = self.underMouse() and item.on is not None
        painter.setFont(font)
        painter.setPen(theme.color("accentText" if hot or self.hasFocus() else "text"))
        height = self.height() // 2 + 1 if item.detail else self.height()
        room = QRectF(left, 1 if item.detail else 0, self.width() - left - width, height)
        shown = QFontMetrics(font).elidedText(item.text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.setFont(right)
        painter.setPen(theme.color(item.tone or ("text" if item.strong_right else "text2")))
        side = QRectF(0, 0, self.width(), height if item.detail else self.height())
        painter.drawText(side, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), item.right)
        if item.detail:
            small = theme.font("small")
            painter.setFont(small)
            painter.setPen(theme.color("text2"))
            below = QRectF(left, height - 1, self.width() - left, self.height() - height)
            words = QFontMetrics(small).elidedText(item.detail, Qt.TextElideMode.ElideRight, int(below.width()))
            painter.drawText(below, int(Qt.AlignmentFlag.AlignVCenter), words)
        painter.end()


def tell_rows(box: QVBoxLayout, items: Sequence[Item]) -> None:
    """Show these items in a layout; rows that are there are used again, since making and styling widgets takes long."""
    rows = [box.itemAt(place).widget() for place in range(box.count())]
    if not all(isinstance(found, ItemRow) for found in rows):
        clear(box)
        rows = []
    for place, item in enumerate(items):
        if place < len(rows):
            rows[place].show_item(item)
        else:
            box.addWidget(ItemRow(item))
    for left in rows[len(items) :]:
        box.removeWidget(left)
        left.hide()
        left.deleteLater()


class Facts(QWidget):
    """Labels and values in two columns; values may be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnMinimumWidth(0, 84)
        self._cells: list[tuple[QLabel, QLabel]] = []
        self._grid.setColumnStretch(1, 1)

    def tell(self, facts: Sequence[tuple[str, str] | tuple[str, str, str]]) -> None:
        """Show (label, value) or (label, value, tone); empty values are left out."""
        told = [f for f in facts if f[1]]
        shapes = [_is_long(f[1]) for f in told]
        if shapes != [isinstance(value, ElidedLabel) for _name, value in self._cells]:
            self._begin(told)
        for (name, value, *tone), (heading, words) in zip(told, self._cells, strict=True):
            heading.setText(name)
            words.setText(value)
            recolor(words, "c", tone[0] if tone else "")

    def _begin(self, told: Sequence[tuple[str, ...]]) -> None:
        """Make anew the labels that these facts need."""
        clear(self._grid)
        self._cells = [(label("", "body", "text2"), self._value(value)) for _name, value, *_tone in told]
        for index, (heading, words) in enumerate(self._cells):
            self._grid.addWidget(heading, index, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(words, index, 1)

    @staticmethod
    def _value(value: str) -> QLabel:
        made: QLabel = ElidedLabel("", "body") if _is_long(value) else label("", "body", wrap=True)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return made


def _is_long(value: str) -> bool:
    """Whether a value has a word that cannot be wrapped beside its label."""
    metrics = QFontMetrics(theme.font("body"))
    return "\n" not in value and max(metrics.horizontalAdvance(word) for word in value.split() or [""]) > _LONGEST_WORD


class Note(QFrame):
    """The one warm surface: how they like to be served."""

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("k", "note")
        self._icon = QLabel()
        self._text = label("", "body", wrap=True)
        self._act = Button("", "link")
        self._act.hide()
        words = label(heading, "b", wrap=True)
        head = row(self._icon, words, self._act, gap=8)
        head.setStretch(1, 1)
        column(self, head, self._text, gap=6, margins=(15, 10, 15, 12))
        theme.changed().connect(self._paint_icon)
        self._paint_icon()

    def set_act(self, text: str, on: Callable[[], object]) -> None:
        """Offer an act at the right of the heading."""
        self._act.setText(text)
        self._act.setAccessibleName(text)
        self._act.clicked.connect(on)
        self._act.show()

    def tell(self, text: str) -> None:
        """Show the note."""
        self._text.setText(text)

    def _paint_icon(self) -> None:
        self._icon.setPixmap(icons.pixmap("hand-platter", "amber", 16, self.devicePixelRatioF()))


class Section(QWidget):
    """A heading with something at its right (an amount or a link) and rows below."""

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heading = label(heading, "b")
        self._right = label("", "b")
        self._link = Button("", "link")
        self._link.hide()
        self._on: Callable[[], object] | None = None
        self._link.clicked.connect(self._pressed)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        column(self, row(self._heading, "stretch", self._right, self._link), self._rows, gap=6)

    def set_title(self, heading: str) -> None:
        """Show another heading."""
        self._heading.setText(heading)

    def _pressed(self) -> None:
        if self._on is not None:
            self._on()

    def tell(
        self,
        items: Sequence[Item],
        right: str = "",
        tone: str = "",
        link: str = "",
        on: Callable[[], object] | None = None,
    ) -> None:
        """Show these rows; without rows and amount the section hides."""
        tell_rows(self._rows, items)
        self._right.setText(right)
        self._right.setProperty("c", tone)
        self._right.style().unpolish(self._right)
        self._right.style().polish(self._right)
        self._link.setText(link)
        self._link.setAccessibleName(link)
        self._link.setVisible(bool(link))
        self._on = on
        self.setVisible(bool(items or right or link))


class Card(QFrame):
    """A white card: heading with an act at the right, content below."""

    def __init__(
        self, heading: str, act: str = "", on: Callable[[], object] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("k", "card")
        self.heading = label(heading, "b")
        self.act = Button(act, "link", on=on)
        if not act:  # showing a widget that has no parent yet would open it as a window for a moment
            self.act.hide()
        self.body = QVBoxLayout()
        self.body.setSpacing(6)
        self.head = row(self.heading, "stretch", self.act)
        column(self, self.head, self.body, gap=8, margins=(16, 12, 16, 14))

    def tell(self, items: Sequence[Item]) -> None:
        """Show rows."""
        tell_rows(self.body, items)


class Figures(QFrame):
    """Figures beside each other: small label, large figure, one line; more than four of them stand smaller."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("k", "card")
        self._box = line_of(self, gap=0, margins=(4, 12, 4, 12))
        self._parts: list[tuple[QWidget, ElidedLabel, ElidedLabel, ElidedLabel]] = []

    def tell(self, figures: Sequence[tuple[str, str, str, str]], tips: Sequence[str] = ()) -> None:
        """Show (label, figure, line, tone of the line); `tips` say on what basis each is counted."""
        if len(figures) != len(self._parts):
            self._begin(len(figures))
        for (part, heading, large, words), (name, figure, line, tone) in zip(self._parts, figures, strict=True):
            part.setAccessibleName(f"{name}: {figure}. {line}")
            heading.setText(name)
            large.setText(figure)
            words.setText(line)
            recolor(words, "c", tone or "text2")
        for place, (part, *_labels) in enumerate(self._parts):
            part.setToolTip(tips[place] if place < len(tips) else "")
            part.setAccessibleDescription(part.toolTip())

    def _begin(self, number: int) -> None:
        """Make anew the places of so many figures."""
        clear(self._box)
        self._parts = []
        size = "display" if number <= _MOST_LARGE else "h"
        for index in range(number):
            if index:
                self._box.addWidget(hairline(vertical=True))
            labels = (ElidedLabel("", "small", "text2"), ElidedLabel("", size), ElidedLabel("", "small", "text2"))
            part = QWidget()
            column(part, *labels, gap=3, margins=(12, 0, 6, 0))
            self._box.addWidget(part, 1)
            self._parts.append((part, *labels))


def _native(key: str) -> str:
    """The key as the keyboard of this language names it: "Ctrl N" is "Strg N" in German."""
    if not key.startswith("Ctrl "):
        return key
    return QKeySequence(key.replace(" ", "+")).toString(QKeySequence.SequenceFormat.NativeText).replace("+", " ")


class KeyHints(QWidget):
    """Keys and what they do, for the foot of a pane; only as many as fit, the first ones first."""

    def __init__(self, hints: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = [Key(_native(key), meaning, self) for key, meaning in hints]
        self.setFixedHeight(20)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        left = 0
        for key in self._keys:
            size = key.sizeHint()
            key.setVisible(left + size.width() <= self.width())
            mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            key.setGeometry(self.width() - left - size.width() if mirrored else left, 0, size.width(), 20)
            left += size.width() + 12


def key_hints(*hints: tuple[str, str]) -> QWidget:
    """Keys and what they do, for the foot of a pane."""
    return KeyHints(hints)
