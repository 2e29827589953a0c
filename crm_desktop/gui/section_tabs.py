"""The row of tabs above the pages of one section, for instance invoices, what is to be billed, payments."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QCursor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QTabBar, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import failures, theme, tokens
from crm_desktop.gui.navigation import Pages
from crm_desktop.gui.page_table import PageEntry
from crm_desktop.gui.widgets.layouts import line_of

if TYPE_CHECKING:
    from crm_desktop.gui.widgets.palette import Hit

_SIDE = 10


class _Bar(QTabBar):
    """The tabs, painted: words, and an accent line under the shown one."""

    def __init__(self) -> None:
        super().__init__()
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def tabSizeHint(self, index: int) -> QSize:
        width = QFontMetrics(theme.font("b")).horizontalAdvance(self.tabText(index))
        return QSize(width + 2 * _SIDE, tokens.size("section_tabs"))

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        hovered = self.tabAt(self.mapFromGlobal(QCursor.pos())) if self.underMouse() else -1
        for index in range(self.count()):
            room, chosen = self.tabRect(index), index == self.currentIndex()
            painter.setFont(theme.font("b" if chosen else "body"))
            painter.setPen(theme.color("text" if chosen or index == hovered else "text2"))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), self.tabText(index))
            if chosen:
                line = QRect(room.left() + _SIDE - 2, room.bottom() - 1, room.width() - 2 * _SIDE + 4, 2)
                painter.fillRect(line, theme.color("accent"))
                if self.hasFocus():
                    painter.setPen(QPen(theme.color("focus"), 2))
                    painter.drawRoundedRect(room.adjusted(3, 4, -3, -5), 6, 6)


class SectionTabs(QWidget):
    """Shows the tabs of the section that the shown page belongs to; hidden where it has none."""

    def __init__(self, pages: Pages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages = pages
        self._keys: list[str] = []
        self.bar = _Bar()
        self.bar.setAccessibleName(_("Pages of this section"))
        self.setFixedHeight(tokens.size("section_tabs"))
        line_of(self, self.bar, "stretch", gap=0, margins=(24 - _SIDE, 0, 16, 0))
        self.bar.tabBarClicked.connect(self._chosen)
        self.bar.currentChanged.connect(self._moved)
        pages.shown.connect(self._shown)
        self.hide()

    def _shown(self, key: str) -> None:
        entry = self._pages.entries[key]
        found = self._section(entry) if entry.tab else []
        self.setVisible(len(found) > 1)
        self.bar.blockSignals(True)
        keys = [e.key for e in found]
        words = [self.bar.tabText(place) for place in range(self.bar.count())]
        if keys != self._keys or words != [_(e.tab) for e in found]:  # the language may be another one
            self._fill(found)
        if key in keys:
            self.bar.setCurrentIndex(keys.index(key))
        self.bar.blockSignals(False)

    def hits(self, known: Sequence[Hit]) -> list[Hit]:
        """The pages behind the tabs and the sections of the settings for the palette, without what it knows already."""
        from crm_desktop.gui import settings_finder
        from crm_desktop.gui.widgets.palette import Hit

        there = {hit.title for hit in known}
        pages = [e for e in self._pages.entries.values() if e.tab and e.parent and _(e.tab) not in there]
        icon = "corner-down-left"
        found = [Hit(_("Go to"), _(e.tab), icon=e.icon or icon, act=partial(self._pages.go, e.key)) for e in pages]
        return found + settings_finder.hits(self._pages.go)

    def _section(self, entry: PageEntry) -> list[PageEntry]:
        section = entry.parent or entry.key
        return [e for e in self._pages.entries.values() if e.tab and (e.parent or e.key) == section]

    def _fill(self, entries: list[PageEntry]) -> None:
        while self.bar.count():
            self.bar.removeTab(0)
        for entry in entries:
            self.bar.addTab(_(entry.tab))
        self._keys = [entry.key for entry in entries]

    def _chosen(self, index: int) -> None:
        if 0 <= index < len(self._keys) and self._keys[index] != self._pages.key():
            failures.guarded(lambda: self._pages.go(self._keys[index]))
            self._shown(self._pages.key())

    def _moved(self, index: int) -> None:
        if self.bar.hasFocus():
            self._chosen(index)
            self.bar.setFocus(Qt.FocusReason.TabFocusReason)
