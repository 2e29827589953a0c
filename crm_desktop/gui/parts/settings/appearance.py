"""Settings, appearance: light, dark or like the system; size of the text; the menu bar; the icon beside the clock."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from crm_desktop.core import preferences
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.parts.settings.tray_card import TrayCard
from crm_desktop.gui.widgets.form import Field, Form
from crm_desktop.gui.widgets.layouts import column, frame, label, row
from crm_desktop.gui.widgets.segments import Segments

_SCALES = (1.0, 1.1, 1.25, 1.5, 1.75, 2.0)


class AppearanceSection(SettingsSection):
    """See the module."""

    key = "appearance"

    def build(self) -> None:
        self.modes = Segments(_("Colours"), self._mode_chosen)
        for key, name in (("system", _("Like the system")), ("light", _("Light")), ("dark", _("Dark"))):
            self.modes.add(key, name)
        sizes = [(scale, _("{n}%").format(n=round(scale * 100))) for scale in _SCALES]
        self.form = Form(
            [
                Field("text_scale", _("Size of the text"), "choice", choices=sizes, width=0.33),
                Field("menu_bar", _("Always show the menu bar"), "bool", break_before=True,
                      hint=_("Otherwise Alt or F10 shows it")),
            ]
        )  # fmt: skip
        self.form.left.connect(self._left)
        self.tray = TrayCard(self.saved)
        column(
            self,
            frame(
                "card", label(_("Colours"), "h"), row(self.modes, "stretch"), 6, self.form,
                gap=10, margins=(20, 14, 20, 16),
            ),
            self.tray,
            gap=14,
        )  # fmt: skip

    def refresh(self) -> None:
        self.modes.choose(theme.mode())
        scale = float(preferences.get("text_scale") or 1.0)
        near = min(_SCALES, key=lambda known: abs(known - scale))
        self.form.load({"text_scale": near, "menu_bar": bool(preferences.get("menu_bar", False))})
        self.tray.refresh()

    def _mode_chosen(self, mode: str) -> None:
        preferences.put("theme", mode)
        self._apply(mode)
        self.saved()

    def _left(self, name: str) -> None:
        if name == "text_scale":
            scale = float(self.form.input(name).value())
            preferences.put(name, scale)
            self._apply(theme.mode(), scale)
        else:
            self.page.menu_bar_changed.emit()
        self.saved()

    def _apply(self, mode: str, scale: float | None = None) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, mode, scale)
