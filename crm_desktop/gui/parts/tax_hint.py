"""A quiet hint for customers abroad: how such sales are usually taxed and why, each taken over with one click.

It shows while the lines are still taxed as at home, and can be put away for the draft.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from crm_desktop.billing import usual_tax
from crm_desktop.billing.document import DELIVERY_NOTE, Draft
from crm_desktop.billing.usual_tax import PRODUCT, SERVICE, Suggestion
from crm_desktop.core.errors import NotFound
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts.line_sheet import tax_text
from crm_desktop.gui.widgets.buttons import Button, IconButton
from crm_desktop.gui.widgets.layouts import clear, label, line_of
from crm_desktop.sales.basket import POSITIONS
from crm_desktop.sales.tax_categories import CATEGORIES


class TaxHint(QFrame):
    """See the module. `chosen` carries the tax (category, rate) for all lines."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("k", "info")
        self.setAccessibleName(_("Usual tax"))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self._told: tuple[Suggestion, ...] = ()
        self._away = False
        self.buttons: list[Button] = []
        box = line_of(self, self._rows, IconButton("x", _("Leave it"), on=self._leave), gap=8, margins=(13, 6, 6, 6))
        box.setStretch(0, 1)
        self.hide()

    def begin(self) -> None:
        """Another draft is shown: what was put away may show again."""
        self._away = False

    def tell(self, draft: Draft) -> None:
        """Show what is usual for a draft, where its lines are taxed another way."""
        found = () if self._away else _suggestions(draft)
        if found != self._told:
            self._told = found
            self._show(found)
        self.setVisible(bool(found))

    def _show(self, found: tuple[Suggestion, ...]) -> None:
        clear(self._rows)
        self.buttons = []
        for suggestion in found:
            tax = (suggestion.category, suggestion.rate)
            words = _("Use “{tax}”").format(tax=tax_text(tax))
            made = Button(words, "link", on=partial(self.chosen.emit, tax))
            holder = QWidget()
            box = line_of(holder, label(suggestion.reason, "body", wrap=True), made, gap=8)
            box.setStretch(0, 1)
            self._rows.addWidget(holder)
            self.buttons.append(made)

    def _leave(self) -> None:
        self._away = True
        self.hide()


def _suggestions(draft: Draft) -> tuple[Suggestion, ...]:
    """What is usual for products and for services, where it differs from the tax of all lines that are taxed."""
    lines = [line for line in draft.lines if line.role in POSITIONS]
    at_home = all(CATEGORIES[line.category].taxed for line in lines)
    if draft.customer_id is None or draft.kind == DELIVERY_NOTE or not at_home:
        return ()
    try:
        both = [usual_tax.usual_tax_for(draft.customer_id, kind, draft.service_day) for kind in (PRODUCT, SERVICE)]
    except NotFound:
        return ()
    return tuple(dict.fromkeys(found for found in both if found.reason and not CATEGORIES[found.category].taxed))
