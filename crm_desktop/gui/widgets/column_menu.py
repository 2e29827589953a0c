"""The menu in which the columns of a list are chosen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QWidget

if TYPE_CHECKING:
    from crm_desktop.gui.widgets.list_page import ListPage


def open_menu(page: ListPage, below: QWidget) -> None:
    """Open the menu below a button; the first column always stays."""
    menu = QMenu(page)
    header = page.table.horizontalHeader()
    for index, made in enumerate(page.made.columns):
        act = menu.addAction(made.heading)
        act.setCheckable(True)
        act.setChecked(not header.isSectionHidden(index))
        act.setEnabled(index > 0)
        act.toggled.connect(partial(_toggle, page, index))
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(below.mapToGlobal(below.rect().bottomLeft()))


def _toggle(page: ListPage, index: int, shown: bool) -> None:
    page.show_column(index, shown=shown)
