"""The sidebar: whose books these are, search, the sections with counts, settings, and how the backup stands.

212 pixels wide, or a rail of 56 with icons only. Each entry is a real button, so that keys and screen readers reach it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import icons, theme, tokens
from crm_desktop.gui.widgets.initials import initials
from crm_desktop.gui.widgets.mirror import mirrored


@dataclass(frozen=True)
class Entry:
    """One section: key, icon, words, and the group it stands in (1, 2; 9 = foot)."""

    key: str
    icon: str
    label: str
    group: int = 1
    key_hint: str = ""


class _Item(QAbstractButton):
    """Base of what stands in the sidebar: flat, painted, shrinks to its icon in the rail."""

    def __init__(self, name: str, icon: str, on: Callable[[], object], height: int = 33) -> None:
        super().__init__()
        self.icon_name, self.rail, self._height = icon, False, height
        self.setText(name)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(on)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses, as the space bar does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def set_rail(self, *, rail: bool) -> None:
        """Show the icon alone or with its words."""
        self.rail = rail
        self.update()

    def say_icon(self, name: str, tip: str) -> None:
        """Show another icon and text."""
        self.icon_name = name
        self.setText(tip)
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(56 if self.rail else 212, max(self._height, theme.px(13) + 20))

    def _focus_ring(self, painter: QPainter, body: QRectF) -> None:
        if self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(body.adjusted(1, 1, -1, -1), 6, 6)

    def _words(self, painter: QPainter, left: float, right: float, role: str, ink: str) -> None:
        font = theme.font(role)
        painter.setFont(font)
        painter.setPen(theme.color(ink))
        room = QRectF(left, 0, right - left, self.height())
        shown = QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _picture(self, painter: QPainter, x: float, role: str, stroke: float = icons.STROKE) -> None:
        picture = icons.pixmap(self.icon_name, role, 16, self.devicePixelRatioF(), stroke)
        painter.drawPixmap(QPointF(x, (self.height() - 16) / 2), picture)


class NavItem(_Item):
    """A section."""

    def __init__(self, entry: Entry, on: Callable[[], object]) -> None:
        super().__init__(entry.label, entry.icon, on)
        self.entry = entry
        self.setCheckable(True)
        self.setAutoExclusive(False)
        self._count, self._late = "", False
        self.setToolTip(f"{entry.label} ({entry.key_hint})" if entry.key_hint else entry.label)

    def set_count(self, count: int, *, late: bool) -> None:
        """Print how many wait; late ones in a red pill."""
        self._count, self._late = str(count) if count else "", late and count > 0
        self.setAccessibleDescription(self._count)
        self.update()

    def nextCheckState(self) -> None:
        """The window decides which section is current."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = mirrored(QPainter(self), self.rect(), self.layoutDirection())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(8, 0.5, self.width() - 17, self.height() - 1)
        chosen = self.isChecked()
        if chosen or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("sel" if chosen else "hover"))
            painter.drawRoundedRect(body, 6, 6)
        ink = "accentText" if chosen else "text2"
        stroke = icons.STROKE_SELECTED if chosen else icons.STROKE
        self._picture(painter, 20 if self.rail else 18, ink, stroke)
        if self.rail and self._late:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("redSolid"))
            painter.drawEllipse(QPointF(36, 9), 3.5, 3.5)
        if not self.rail:
            self._words(painter, 44, self.width() - 48, "b" if chosen else "m", "accentText" if chosen else "text")
            self._paint_count(painter, chosen=chosen)
        self._focus_ring(painter, body)
        painter.end()

    def _paint_count(self, painter: QPainter, *, chosen: bool) -> None:
        if not self._count:
            return
        font = theme.font("smallb" if self._late else "body")
        width = max(QFontMetrics(font).horizontalAdvance(self._count) + 12, 22)
        cap = QRectF(self.width() - 20 - width, (self.height() - 20) / 2, width, 20)
        if self._late:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("redSoft"))
            painter.drawRoundedRect(cap, 5, 5)
        painter.setFont(font)
        painter.setPen(theme.color("red" if self._late else "accentText" if chosen else "text2"))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._count)


class _Company(_Item):
    """Whose books are open; opens the menu of companies."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = mirrored(QPainter(self), self.rect(), self.layoutDirection())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mark = QRectF(14, (self.height() - 28) / 2, 28, 28)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("raised") if theme.is_dark() else theme.color("text"))
        painter.drawRoundedRect(mark, 7, 7)
        painter.setPen(theme.color("text") if theme.is_dark() else QColor("#FFFFFF"))
        painter.setFont(theme.font("smallb"))
        painter.drawText(mark, Qt.AlignmentFlag.AlignCenter, initials(self.text()))
        if not self.rail:
            self._words(painter, 52, self.width() - 38, "b", "text")
            picture = icons.pixmap("chevrons-up-down", "text2", 14, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(self.width() - 29, (self.height() - 14) / 2), picture)
        self._focus_ring(painter, QRectF(8, 2, self.width() - 16, self.height() - 4))
        painter.end()


class _Search(_Item):
    """Looks like a field and opens the palette."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = mirrored(QPainter(self), self.rect(), self.layoutDirection())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(12.5, 0.5, self.width() - 26, self.height() - 1)
        painter.setPen(QPen(theme.color("focus" if self.hasFocus() else "ctl"), 2 if self.hasFocus() else 1))
        painter.setBrush(theme.color("card"))
        painter.drawRoundedRect(body, 6, 6)
        self._picture(painter, 20 if self.rail else 22, "text2")
        if not self.rail:
            key = QKeySequence("Ctrl+K").toString(QKeySequence.SequenceFormat.NativeText).replace("+", " ")
            width = QFontMetrics(theme.font("small")).horizontalAdvance(key)
            self._words(painter, 46, self.width() - width - 30, "body", "text3")
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("text2"))
            room = QRectF(0, 0, self.width() - 23, self.height())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), key)
        painter.end()


class _Backup(_Item):
    """How the backup stands."""

    good = True

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = mirrored(QPainter(self), self.rect(), self.layoutDirection())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(theme.color("line"))
        painter.drawLine(0, 0, self.width(), 0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._picture(painter, 20 if self.rail else 18, "green" if self.good else "amber")
        if not self.rail:
            self._words(painter, 44, self.width() - 12, "small", "text2")
        self._focus_ring(painter, QRectF(4, 3, self.width() - 8, self.height() - 6))
        painter.end()


class Sidebar(QFrame):
    """See the module. Signals: `chosen(key)`, `search()`, `company()`, `backup()`."""

    chosen = Signal(str)
    search = Signal()
    company = Signal()
    backup = Signal()

    def __init__(self, entries: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("k", "side")
        self.setAccessibleName(_("Sections"))
        self.items: dict[str, NavItem] = {}
        self._rail = False
        self.company_item = _Company("", "briefcase", self.company.emit, 56)
        self.search_item = _Search(_("Search or do…"), "search", self.search.emit, 32)
        self.backup_item = _Backup("", "shield-check", self.backup.emit, 42)
        self._box = QVBoxLayout(self)
        self._box.setSpacing(0)
        self._box.setContentsMargins(0, 0, 0, 0)
        self.show_entries(entries)
        self.set_rail(rail=False)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these sections; also after the language changed."""
        self.search_item.say_icon("search", _("Search or do…"))
        self.setAccessibleName(_("Sections"))
        for item in self.items.values():
            item.setParent(None)
        self.items = {}
        while self._box.count():
            self._box.takeAt(0)
        self._box.addWidget(self.company_item)
        self._box.addSpacing(2)
        self._box.addWidget(self.search_item)
        self._box.addSpacing(11)
        group = 1
        for entry in entries:
            if entry.group != group:
                self._box.addSpacing(12) if entry.group < 9 else self._box.addStretch(1)
                group = entry.group
            self._add(entry)
        if group < 9:
            self._box.addStretch(1)
        self._box.addSpacing(8)
        self._box.addWidget(self.backup_item)

    def _add(self, entry: Entry) -> None:
        item = NavItem(entry, self._pressed)
        item.set_rail(rail=self._rail)
        self.items[entry.key] = item
        self._box.addWidget(item)

    def _pressed(self) -> None:
        sender = self.sender()
        if isinstance(sender, NavItem):
            self.chosen.emit(sender.entry.key)

    def set_current(self, key: str) -> None:
        """Mark the current section."""
        for name, item in self.items.items():
            item.setChecked(name == key)

    def set_count(self, key: str, count: int, *, late: bool = False) -> None:
        """Print how many wait in a section."""
        if key in self.items:
            self.items[key].set_count(count, late=late)

    def set_rail(self, *, rail: bool) -> None:
        """Show icons only, or everything."""
        self._rail = rail
        self.setFixedWidth(tokens.size("sidebar_rail" if rail else "sidebar"))
        for item in (*self.items.values(), self.company_item, self.search_item, self.backup_item):
            item.set_rail(rail=rail)

    def tell_company(self, name: str) -> None:
        """Show whose books are open."""
        self.company_item.say_icon("briefcase", name)

    def tell_backup(self, text: str, *, good: bool) -> None:
        """Show how the backup stands."""
        self.backup_item.good = good
        self.backup_item.say_icon("shield-check" if good else "shield-alert", text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down move between the sections."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        items = [self.company_item, self.search_item, *self.items.values(), self.backup_item]
        focus = self.focusWidget()
        if event.key() in steps and focus in items:
            place = (items.index(focus) + steps[Qt.Key(event.key())]) % len(items)
            items[place].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(theme.color("line"))
        x = self.width() - 1 if self.layoutDirection() == Qt.LayoutDirection.LeftToRight else 0
        painter.drawLine(x, 0, x, self.height())
        painter.end()
