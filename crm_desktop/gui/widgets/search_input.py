"""The field in which one searches as one types; apart from the fields of forms, since every list has it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from crm_desktop.gui.icons import icon


class SearchInput(QLineEdit):
    """Search as you type: `searched` tells the text shortly after the last key; Esc empties it."""

    searched = Signal(str)

    def __init__(self, hint: str, parent: QWidget | None = None, *, wait_ms: int = 5) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setClearButtonEnabled(False)
        self.addAction(icon("search", "text3"), QLineEdit.ActionPosition.LeadingPosition)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(wait_ms)
        self._timer.timeout.connect(self._tell)
        self.textChanged.connect(self._timer.start)

    def _tell(self) -> None:
        self.searched.emit(self.text())

    def flush(self) -> None:
        """Search at once if keys are still waiting."""
        if self._timer.isActive():
            self._timer.stop()
            self._tell()

    def event(self, event: QEvent) -> bool:
        # On Linux a line of text takes Ctrl+E for "go to its end"; here it exports the list, as everywhere on the page.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.keyCombination() == (Qt.Modifier.CTRL | Qt.Key.Key_E)
        ):
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self.flush()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.flush()
            event.ignore()
        else:
            super().keyPressEvent(event)
