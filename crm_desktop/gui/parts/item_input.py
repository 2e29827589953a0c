"""A field in which an entry of the price list is picked by typing a few letters; `value()` is its id, None when empty."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts import tax_choice
from crm_desktop.gui.widgets.suggest import SuggestInput, Suggestion
from crm_desktop.sales import catalogue


def _suggestions(typed: str) -> list[Suggestion]:
    return [
        Suggestion(item.id, item.name, item.number, tax_choice.price_text(item.price))
        for item in catalogue.find(typed, 8)
    ]


class ItemInput(SuggestInput):
    """See the module; for forms as `Field(name, label, "own", make=ItemInput)`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_suggestions, _("Type a few letters"), parent)
        self._id: int | None = None
        self._name = ""
        self.picked.connect(self._take_item)

    def value(self) -> Any:
        """The id of the entry, None when the field is empty or none was picked."""
        return self._id if self.text().strip() and self.text().strip() == self._name else None

    def set_value(self, value: Any) -> None:
        """Show an entry by id."""
        found = catalogue.rows([int(value)]) if value else []
        self._id, self._name = (found[0].id, found[0].name.strip()) if found else (None, "")
        super().set_value(self._name)

    def written(self, value: Any) -> str:
        """A name as it is shown; an id that was picked stands for its name."""
        return value if isinstance(value, str) else self._name

    def problem(self) -> str:
        """A sentence if what was typed names nothing."""
        if self.text().strip() and self.value() is None:
            return _("Pick an entry from the list below the field.")
        return ""

    def _take_item(self, value: Any) -> None:
        self.set_value(value)
        self.edited.emit()
        self.left.emit()
