"""Strips across a page: problems above a form, sample data, a newer state of things."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QLabel, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import icons, theme
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.layouts import label, line_of, recolor
from crm_desktop.gui.widgets.pill import Key

_ICONS = {
    "bad": ("circle-alert", "red"),
    "warn": ("info", "amber"),
    "info": ("info", "accentText"),
    "good": ("check", "green"),
}


class Strip(QFrame):
    """One sentence on a tint with an act: "1 thing stops this invoice from being issued   1 hint      Show next [F8]"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = "bad"
        self._on: Callable[[], object] | None = None
        self._icon = QLabel()
        self._sentence = label("", "b")
        self._more = ElidedLabel("", "body", "text2")
        self._button = Button("", "link")
        self._button.clicked.connect(self._pressed)
        self._key = Key("F8")
        line_of(
            self,
            self._icon,
            self._sentence,
            self._more,
            "stretch",
            self._button,
            self._key,
            gap=8,
            margins=(13, 8, 13, 8),
        )
        self.hide()
        theme.changed().connect(self._paint_icon)

    def tell(
        self,
        sentence: str,
        more: str = "",
        *,
        kind: str = "bad",
        act: str = "",
        on: Callable[[], object] | None = None,
        key: str = "",
    ) -> None:
        """Show a sentence; kinds are "bad", "warn", "info", "good". Without a sentence the strip hides."""
        self._kind, self._on = kind, on
        if sentence:
            self._show_kind()
        self._sentence.setText(sentence)
        self._more.setText(more)
        self._more.setToolTip(more)
        self._button.setText(act)
        self._button.setAccessibleName(act)
        self._button.setVisible(bool(act))
        self._key.setVisible(bool(key))
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))

    def tell_problems(
        self, problems: int, hints: int, stopped: str, on: Callable[[], object], *, said: str = ""
    ) -> None:
        """Show how many problems stand in the way; `stopped` is the sentence for them, on is "Show next" (F8).

        `said` is what is wrong where no field has room to say it.
        """
        if problems:
            self.tell(stopped, said or self._hints(hints), act=_("Show next"), on=on, key="F8")
        else:
            self.tell("")

    @staticmethod
    def _hints(hints: int) -> str:
        from crm_desktop.core.i18n import ngettext

        return ngettext("{n} hint", "{n} hints", hints).format(n=hints) if hints else ""

    def _show_kind(self) -> None:
        recolor(self, "k", self._kind)
        recolor(self._sentence, "c", {"bad": "red", "warn": "amber", "good": "green"}.get(self._kind, ""))
        self._paint_icon()

    def _paint_icon(self) -> None:
        name, role = _ICONS[self._kind]
        self._icon.setPixmap(icons.pixmap(name, role, 16, self.devicePixelRatioF()))

    def _pressed(self) -> None:
        if self._on is not None:
            self._on()
