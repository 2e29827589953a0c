"""What is open by how long it is late, one line of figures for each currency."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cards import Figures
from crm_desktop.gui.widgets.layouts import column
from crm_desktop.insight import open_items
from crm_desktop.insight.open_items import Age


class Ageing(QWidget):
    """See the module."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Open items by age"))
        self._strips: list[Figures] = []
        self._shown = 0
        self._box = column(self, gap=8, margins=(24, 0, 20, 10))

    def refresh(self) -> None:
        """Read the open items again."""
        found = open_items.by_age()
        while len(self._strips) < len(found):
            made = Figures()
            self._box.addWidget(made)
            self._strips.append(made)
        for place, strip in enumerate(self._strips):
            strip.setVisible(place < len(found))
        for strip, (money, ages) in zip(self._strips, found.items(), strict=False):
            strip.tell([_figure(age, money) for age in ages])
        self._shown = len(found)

    def has_figures(self) -> bool:
        """Whether anything is open."""
        return self._shown > 0


def _figure(age: Age, money: str) -> tuple[str, str, str, str]:
    amount = formats.money_text(age.open_minor, money) if age.documents else formats.DASH
    number = ngettext("{n} document", "{n} documents", age.documents).format(n=formats.count(age.documents))
    return _short_name(age), amount, number if age.documents else "", "red" if age.first and age.documents else ""


def age_name(age: Age) -> str:
    """An age group in words, as the report and every page say it."""
    if age.first == 0:
        return _("Not due yet")
    if age.last is None:
        return _("Over {n} days late").format(n=age.first - 1)
    return _("{first} to {last} days late").format(first=age.first, last=age.last)


def _short_name(age: Age) -> str:
    """The same where five stand side by side."""
    if age.first == 0:
        return _("Not due yet")
    if age.last is None:
        return _("Over {n} days").format(n=age.first - 1)
    return _("{first}–{last} days").format(first=age.first, last=age.last)
