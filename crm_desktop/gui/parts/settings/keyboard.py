"""Settings, keyboard: the keys used most, and the way to all of them."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QKeySequence

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.layouts import column, frame, label, row
from crm_desktop.gui.widgets.pill import Key


class KeyboardSection(SettingsSection):
    """See the module."""

    key = "keyboard"

    def build(self) -> None:
        keys = (
            ("Ctrl+K", _("Find or do anything")),
            ("Ctrl+N", _("New, of this page")),
            ("Ctrl+Return", _("Main act of this page")),
            ("Ctrl+Z", _("Undo, on every page")),
            ("F8", _("Next problem")),
            ("F1", _("All keys")),
        )
        lines = [row(Key(_native(key), meaning), "stretch") for key, meaning in keys]
        show = Button(_("Show all keys"), "secondary", "keyboard", on=partial(self.page.go.emit, "shortcuts", {}))
        card = frame(
            "card", label(_("Used most"), "h"), *lines, 6, row(show, "stretch"), gap=10, margins=(20, 14, 20, 16)
        )
        column(self, card)


def _native(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText).replace("+", " ")
