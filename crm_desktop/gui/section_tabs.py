"""The row of tabs above the pages of one section, for instance invoices, what is to be billed, payments."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import failures, tokens
from crm_desktop.gui.navigation import Pages
from crm_desktop.gui.page_table import PageEntry
from crm_desktop.gui.widgets.layouts import line_of


class SectionTabs(QWidget):
    """Shows the tabs of the section that the shown page belongs to; hidden where it has none."""

    def __init__(self, pages: Pages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages = pages
        self._keys: list[str] = []
        self.bar = QTabBar()
        self.bar.setObjectName("section")
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(True)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)
        self.bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.bar.setAccessibleName(_("Pages of this section"))
        self.setFixedHeight(tokens.size("section_tabs"))
        line_of(self, self.bar, "stretch", gap=0, margins=(16, 0, 16, 0))
        self.bar.tabBarClicked.connect(self._chosen)
        self.bar.currentChanged.connect(self._moved)
        pages.shown.connect(self._shown)
        self.hide()

    def _shown(self, key: str) -> None:
        entry = self._pages.entries[key]
        found = self._section(entry) if entry.tab else []
        self.setVisible(len(found) > 1)
        self.bar.blockSignals(True)  # noqa: FBT003
        keys = [e.key for e in found]
        if keys != self._keys:
            self._fill(found)
        if key in keys:
            self.bar.setCurrentIndex(keys.index(key))
        self.bar.blockSignals(False)  # noqa: FBT003

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
