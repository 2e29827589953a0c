"""The menus of the lines of a draft: what can be done with the chosen rows, and what a line can be made."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.icons import icon


def of_rows(table: Any) -> QMenu:
    """The menu for the chosen rows of a `LinesTable`; it goes away when it closes."""
    menu = QMenu(table)
    acts = (
        ("text-cursor-input", _("Describe"), "Shift+Return", table.describe),
        ("copy", _("Duplicate"), "Ctrl+D", table.duplicate_rows),
        ("arrow-up", _("Move up"), "Alt+Up", partial(table.move_by, -1)),
        ("arrow-down", _("Move down"), "Alt+Down", partial(table.move_by, 1)),
        ("trash", _("Remove"), "Ctrl+Del", table.remove_rows),
    )
    for name, words, key, act in acts:
        menu.addAction(icon(name), words, act).setShortcut(QKeySequence(key))
    menu.addSeparator()
    add_roles(menu, table)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def add_roles(menu: QMenu, table: Any) -> None:
    """Put what a line can be made into a menu."""
    for act in table.role_acts():
        made = menu.addAction(icon(act.icon), act.text, partial(table.make_role, act.role))
        made.setShortcut(QKeySequence(act.keys))
