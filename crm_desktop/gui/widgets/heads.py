"""The head of a page that is no list: the way back, title, pills, what was saved, and the acts at the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QSizePolicy, QWidget

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import tokens
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import IconButton
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.layouts import Part, label, line_of
from crm_desktop.gui.widgets.pill import Pill


class PageHead(QWidget):
    """60 pixels: [←] title [pill] Saved 10:42 … acts. Give buttons as `acts`, the filled one last."""

    def __init__(
        self, title: str = "", *acts: Part, back: Callable[[], object] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setFixedHeight(tokens.size("page_header"))
        self.title = ElidedLabel(title, "title")
        self.title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.pill = Pill()
        self.pill.hide()
        self.state = label("", "small", "text2")
        front: list[Part] = []
        if back is not None:
            front = [IconButton("arrow-left", _("Back"), on=back, key="Esc")]
        left = 16 if back is not None else 24
        line_of(self, *front, self.title, self.pill, self.state, "stretch", *acts, gap=8, margins=(left, 0, 20, 0))

    def tell(self, title: str, pill: str = "", tone: str = "grey") -> None:
        """Show a title with an optional pill."""
        self.title.setText(title)
        self.pill.say(pill, tone)

    def saved(self) -> None:
        """Say when it was saved: now."""
        self.state.setText(_("Saved {time}").format(time=formats.clock(dates.now())))

    def say(self, text: str) -> None:
        """Say how it stands."""
        self.state.setText(text)
