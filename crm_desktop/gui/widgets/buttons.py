"""Buttons, painted by hand: filled, outlined, ghost, small, link, danger, and icons alone.

Each takes a verb with its object ("Issue RE-2026-0152"). Exactly one button of a page may be "primary".
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QWidget

from crm_desktop.gui import icons, theme

_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_PADDING = {"small": 9, "link": 0, "chip": 9, "segment": 12}
_FONTS = {"primary": "b", "small": "smallm", "chip": "smallm", "link": "m"}


class Button(QPushButton):
    """A button of one of the kinds "secondary", "primary", "ghost", "small", "link", "danger", "chip", "segment"."""

    def __init__(
        self,
        text: str = "",
        kind: str = "secondary",
        icon: str = "",
        *,
        on: Callable[[], object] | None = None,
        tip: str = "",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._kind, self._icon_name, self._key, self._count = kind, icon, "", ""
        self._count_role, self._compact, self._own_tip = "text3", False, bool(tip)
        self.setToolTip(tip)
        self.setAccessibleName(name or text.replace("&", "") or tip)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        if kind == "link":
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        if on is not None:
            self.clicked.connect(on)

    def set_key(self, key: str) -> None:
        """Print a key beside the text, for example the Enter sign."""
        self._key = key
        self.updateGeometry()

    def set_count(self, count: str, *, late: bool = False) -> None:
        """Print a number after the text in grey, or in red where something is late."""
        self._count, self._count_role = count, "red" if late else "text3"
        self.updateGeometry()
        self.update()

    def set_compact(self, *, compact: bool) -> None:
        """Leave out a count or the words beside an icon, where room is scarce."""
        if self._compact != compact:
            self._compact = compact
            if self._icon_only(compact=True) and not self._own_tip:
                self.setToolTip(self._plain() if compact else "")
            self.updateGeometry()
            self.update()

    def _count_shown(self, *, compact: bool) -> str:
        return "" if compact and self._count_role != "red" else self._count

    def set_kind(self, kind: str) -> None:
        """Look like another kind."""
        self._kind = kind
        self.updateGeometry()
        self.update()

    def set_icon(self, name: str) -> None:
        """Show another icon."""
        self._icon_name = name
        self.update()

    def _font_role(self) -> str:
        return "b" if self._kind == "segment" and self.isChecked() else _FONTS.get(self._kind, "m")

    def _height(self) -> int:
        if self._kind in ("small", "chip"):
            return max(26, theme.px(12) + 14)
        if self._kind == "link":
            return theme.px(13) + 9
        return max(32, theme.px(13) + 19)

    def _icon_only(self, *, compact: bool) -> bool:
        return compact and bool(self._icon_name) and self._kind not in ("segment", "primary", "chip")

    def width_for(self, *, compact: bool) -> int:
        """How wide the button is; a compact one leaves out a count that is not late, or all words but its icon."""
        if not self.text() or self._icon_only(compact=compact):
            return self._height()
        width = theme.text_width(self._plain(), "b" if self._kind == "segment" else self._font_role())
        if self._icon_name:
            width += 16 + (7 if self.text() else 0)
        if self._count_shown(compact=compact):
            width += 6 + theme.text_width(self._count)
        if self._key:
            width += 24
        if self.menu() is not None and self.text():
            width += 18
        return width + 2 * _PADDING.get(self._kind, 13)

    def sizeHint(self) -> QSize:
        """As wide as icon, text and key need."""
        return QSize(self.width_for(compact=self._compact), self._height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _metrics(self, role: str) -> QFontMetrics:
        return QFontMetrics(theme.font(role))

    def _plain(self) -> str:
        return self.text().replace("&&", "\0").replace("&", "").replace("\0", "&")

    def _colors(self) -> tuple[str, str, str]:
        """Fill, border and ink roles of the present state; "" is nothing."""
        hover = self.underMouse() and self.isEnabled()
        down = self.isDown() or (self.isCheckable() and self.isChecked())
        if not self.isEnabled():
            flat = self._kind in ("ghost", "link", "segment", "icon")
            return ("", "", "disabled") if flat else ("sunk", "line2", "disabled")
        if self._kind == "primary":
            return ("accentHover" if hover or down else "accent", "", "onAccent")
        if self._kind == "link":
            return ("", "", "accentText")
        if self._kind in ("ghost", "icon", "segment"):
            ink = "text" if down or (self._kind == "segment" and hover) else "text2"
            return ("selInactive" if down else "hover" if hover else "", "", ink)
        ink = "red" if self._kind == "danger" else "text"
        return ("hover" if hover or down else "card", "line2", ink)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface, the focus ring, then icon, text, count and key in reading order."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, border, ink = self._colors()
        self._paint_surface(painter, fill, border)
        self._paint_content(painter, ink)
        painter.end()

    def _paint_surface(self, painter: QPainter, fill: str, border: str) -> None:
        focus = self.hasFocus() and self._kind != "link"
        pen = QPen(theme.color(border), 1) if border else QPen(Qt.PenStyle.NoPen)
        inset = 0.5 if border else 0.0
        if focus and self._kind != "primary":
            pen, inset = QPen(theme.color("focus"), 2), 1.0
        painter.setPen(pen)
        painter.setBrush(theme.color(fill) if fill else QColor(0, 0, 0, 0))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 6, 6)
        if focus and self._kind == "primary":
            painter.setPen(QPen(theme.color("onAccent"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3, 3, -3, -3), 4, 4)

    def _paint_content(self, painter: QPainter, ink: str) -> None:
        alone = not self.text() or self._icon_only(compact=self._compact)
        words = "" if alone else self._plain()
        metrics = self._metrics(self._font_role())
        room = self.width() - (0 if self._kind == "link" else 8) - (23 if self._icon_name else 0)
        if metrics.horizontalAdvance(words) > room:
            words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        width = metrics.horizontalAdvance(words)
        icon_width = (16 + (0 if alone else 7)) if self._icon_name else 0
        count = self._count_shown(compact=self._compact)
        count_width = 6 + self._metrics("body").horizontalAdvance(count) if count else 0
        key_width = 24 if self._key else 18 if self.menu() is not None and self.text() else 0
        left = max(0, (self.width() - width - icon_width - count_width - key_width) // 2)
        if self._icon_name:
            picture = icons.pixmap(self._icon_name, ink, 16, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(self._mirror(left, 16), (self.height() - 16) / 2), picture)
        painter.setFont(theme.font(self._font_role()))
        painter.setPen(theme.color(ink))
        room = QRect(self._mirror(left + icon_width, width + 2), 0, width + 2, self.height())
        if self._kind == "link" and self.hasFocus():
            painter.drawLine(room.left(), self.height() - 3, room.right(), self.height() - 3)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute, words)
        if count:
            painter.setFont(theme.font("body"))
            painter.setPen(theme.color(self._count_role))
            x = self._mirror(left + icon_width + width + 6, count_width)
            painter.drawText(QRect(x, 0, count_width, self.height()), Qt.AlignmentFlag.AlignVCenter, count)
        if key_width:
            name = self._key or "chevron-down"
            x = self._mirror(left + icon_width + width + count_width + 8, 14)
            painter.drawPixmap(
                QPointF(x, (self.height() - 14) / 2), icons.pixmap(name, ink, 14, self.devicePixelRatioF())
            )

    def _mirror(self, left: int, width: int) -> int:
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            return self.width() - left - width
        return left

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button, as the space bar does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~_KEYPAD:
            self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the hover colour."""
        super().enterEvent(event)
        self.update()


class IconButton(Button):
    """A button of one icon, 32 by 32; its name is told to screen readers and shown as tooltip."""

    def __init__(
        self,
        icon: str,
        name: str,
        *,
        on: Callable[[], object] | None = None,
        key: str = "",
        parent: QWidget | None = None,
    ) -> None:
        tip = f"{name} ({key})" if key else name
        super().__init__("", "icon", icon, on=on, tip=tip, name=name, parent=parent)


def menu_button(icon: str, name: str, menu: QMenu) -> IconButton:
    """An icon button that opens a menu, for example the three dots."""
    made = IconButton(icon, name)
    made.clicked.connect(lambda: menu.popup(made.mapToGlobal(made.rect().bottomLeft())))
    return made


class ButtonRow(QWidget):
    """Buttons side by side; where they do not all fit, those with an icon show it alone."""

    def __init__(self, *buttons: Button, gap: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons, self._gap = buttons, gap
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(gap)
        for button in buttons:
            box.addWidget(button)
        box.addStretch(1)

    def _total(self, *, compact: bool) -> int:
        shown = [b for b in self._buttons if not b.isHidden()]
        return sum(b.width_for(compact=compact) for b in shown) + self._gap * max(0, len(shown) - 1)

    def sizeHint(self) -> QSize:
        return QSize(self._total(compact=False), 32)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._total(compact=True), 32)

    def fit(self) -> None:
        """Choose between words and icons alone; called when the width or what is shown changes."""
        compact = self._total(compact=False) > self.width()
        for button in self._buttons:
            button.set_compact(compact=compact)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()
