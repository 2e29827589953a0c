"""Settings, appearance: what goes on when the window is closed: the icon beside the clock, its messages, quiet hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from crm_desktop.core import preferences
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import tray_wishes
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.form import Field, Form
from crm_desktop.gui.widgets.layouts import column, frame, label


def _hours() -> list[tuple[int, str]]:
    return [(hour, formats.clock(datetime(2000, 1, 1, hour))) for hour in range(24)]  # noqa: DTZ001  (the clock on the wall)


class TrayCard(QWidget):
    """See the module; what is changed holds at once."""

    def __init__(self, saved: Callable[[], object]) -> None:
        super().__init__()
        self._saved = saved
        self._said = label("", "small", "amber", wrap=True)
        self.form = Form(
            [
                Field("tray", _("Keep an icon beside the clock"), "bool",
                      hint=_("Reminders then also come when the window is closed")),
                Field("notices", _("Show messages"), "bool", break_before=True, hint=_("Never with a sound")),
                Field("quiet_from", _("Quiet from"), "choice", choices=_hours, width=0.4, break_before=True),
                Field("quiet_to", _("until"), "choice", choices=_hours, width=0.4,
                      hint=_("The same hour twice: never quiet")),
            ]
        )  # fmt: skip
        self.form.left.connect(self._left)
        inside = frame(
            "card", label(_("When the window is closed"), "h"), self._said, self.form, gap=10, margins=(20, 14, 20, 16)
        )
        column(self, inside)

    def refresh(self) -> None:
        """Show what is kept."""
        start, end = tray_wishes.quiet_hours()
        values = {
            "tray": bool(tray_wishes.wanted()),
            "notices": tray_wishes.notices(),
            "quiet_from": start,
            "quiet_to": end,
        }
        self.form.load(values)
        self._tell()

    def _tell(self) -> None:
        """Messages need the icon, and the icon a desktop that has a place for it."""
        possible = QSystemTrayIcon.isSystemTrayAvailable()
        self._said.setText("" if possible else _("This desktop has no place for icons beside the clock."))
        self._said.setVisible(not possible)
        on = bool(self.form.input("tray").value())
        notices = on and bool(self.form.input("notices").value())
        for name, usable in (("notices", on), ("quiet_from", notices), ("quiet_to", notices)):
            self.form.boxes[name].setEnabled(usable)

    def _left(self, _name: str) -> None:
        values = self.form.values()
        preferences.put("tray", bool(values["tray"]))
        preferences.put("tray_notices", bool(values["notices"]))
        preferences.put("quiet_hours", [values["quiet_from"], values["quiet_to"]])
        self._tell()
        running = getattr(self.window(), "tray", None)
        if running is not None:
            running.start() if values["tray"] else running.stop()
        self._saved()
