"""Above the footer of the list of deals while several are selected: what can be done with all of them in one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFrame, QMenu

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts.deal_acts import DealActs
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.layouts import label, line_of


class DealBulk(QFrame):
    """See the module."""

    def __init__(self, acts: DealActs, selected: Callable[[], Sequence[int]]) -> None:
        super().__init__()
        self.setProperty("k", "foot")
        self.setAccessibleName(_("Several selected"))
        self._acts, self._selected = acts, selected
        self.words = label("", "b")
        self.move = Button(_("Move to"), "secondary", "arrow-right", on=self._open_stages)
        self.change = Button(_("Change…"), "secondary", "pencil", on=self._change)
        self.lose = Button(_("Lost…"), "secondary", "x", on=self._lose)
        line_of(self, self.words, 8, self.move, self.change, self.lose, "stretch", margins=(24, 7, 20, 7))
        self.hide()

    def tell(self, view: str) -> None:
        """Show the bar where two or more deals of a list are selected."""
        selected = self._selected() if view in ("list", "won", "lost") else []
        self.setVisible(len(selected) > 1)
        if len(selected) > 1:
            self.words.setText(_("{n} selected").format(n=formats.count(len(selected))))
            self.lose.setVisible(view == "list")
            self.move.setText(_("Move to") if view == "list" else _("Reopen in"))

    def _open_stages(self) -> None:
        menu = self.menu_of_stages()
        menu.popup(self.move.mapToGlobal(self.move.rect().bottomLeft()))

    def menu_of_stages(self) -> QMenu:
        """The stages into which the selected deals can be moved."""
        menu = QMenu(self)
        self._acts.fill_stages(menu, self._move)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _move(self, stage_id: int) -> None:
        self._acts.move_many(list(self._selected()), stage_id)

    def _change(self) -> None:
        self._acts.change_many(list(self._selected()))

    def _lose(self) -> None:
        self._acts.lose_many(list(self._selected()))
