"""F6: the focus goes from area to area of the window: the sidebar, then what the shown page names as its areas."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.sidebar import Sidebar


def move(sidebar: Sidebar, page: Page | None, step: int) -> None:
    """Move the focus to the next area (1) or the one before (-1), to the first widget there that takes it."""
    first: QWidget = next(iter(sidebar.items.values()), sidebar)
    areas = [first, *(page.areas() if page else [])]
    focus = QApplication.focusWidget()
    at = next((i for i, a in enumerate(areas) if focus and (a is focus or a.isAncestorOf(focus))), 0)
    if focus is not None and sidebar.isAncestorOf(focus):
        at = 0
    target = areas[(at + step) % len(areas)]
    if target.focusPolicy() == Qt.FocusPolicy.NoFocus and not target.focusProxy():
        target = next((w for w in target.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus), target)
    target.setFocus(Qt.FocusReason.TabFocusReason)
