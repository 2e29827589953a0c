"""Alt alone or F10 shows the menu bar where it is hidden, and hides it again."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMainWindow

from crm_desktop.core import preferences


class MenuKeys(QObject):
    """An event filter for the native window alone: one on the application would slow down everything."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._alt = False

    def forget(self) -> None:
        """A command ran: the Alt key that is down belongs to it."""
        self._alt = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look for Alt that is pressed and released without another key."""
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress:
            self._alt = False
        elif isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress:
            self._alt = event.key() == Qt.Key.Key_Alt
            if event.key() == Qt.Key.Key_F10:
                self.show_menu_bar()
                return True
        elif isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyRelease and event.key() == Qt.Key.Key_Alt:
            if self._alt:
                self.show_menu_bar()
            self._alt = False
        return False

    def show_menu_bar(self) -> None:
        """Show the menu bar and go into it, or hide it."""
        bar = self._window.menuBar()
        hide = bar.isVisible() and not preferences.get("menu_bar", False)
        bar.setVisible(not hide)
        if not hide and bar.actions():
            bar.setFocus(Qt.FocusReason.MenuBarFocusReason)
            bar.setActiveAction(bar.actions()[0])
