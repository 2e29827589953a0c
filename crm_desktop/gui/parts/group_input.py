"""A line for a product group that offers those in use; a new one is written as it is typed."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from crm_desktop.core import text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets.suggest import SuggestInput, Suggestion
from crm_desktop.sales import catalogue


def _suggestions(typed: str) -> list[Suggestion]:
    wanted = text.fold(typed)
    return [Suggestion(name, name) for name in catalogue.groups() if wanted in text.fold(name)][:8]


class GroupInput(SuggestInput):
    """See the module; for forms as `Field(name, label, "own", make=GroupInput)`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_suggestions, _("For example Lamps"), parent, free=True)
        self.picked.connect(self._take_group)

    def _first_mark(self, found: Any) -> int:
        """What was typed in full counts before a longer name that is offered."""
        typed = text.fold(self.text().strip())
        return 0 if typed and not any(text.fold(hit.text) == typed for hit in found) else -1

    def _take_group(self, name: Any) -> None:
        self.set_value(name)
        self.edited.emit()
        self.left.emit()
