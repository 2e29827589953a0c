"""A field in which a customer is picked by typing a few letters or a phone number; `value()` is the id, None when empty."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import caller, customer_list
from crm_desktop.gui.widgets.suggest import SuggestInput, Suggestion


def _suggestions(text: str) -> list[Suggestion]:
    held = [found.customer_id for found in caller.holders(text)] if caller.is_number(text) else []
    rows = customer_list.rows(held) or customer_list.find(text, 8)
    return [Suggestion(row.id, row.name, row.city, row.number) for row in rows]


class CustomerInput(SuggestInput):
    """See the module; for forms as `Field(name, label, "own", make=CustomerInput)`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_suggestions, _("Type a few letters"), parent)
        self._id: int | None = None
        self._name = ""
        self.picked.connect(self._take_customer)

    def value(self) -> Any:
        """The id of the customer, None when the field is empty or none was picked."""
        return self._id if self.text().strip() and self.text().strip() == self._name else None

    def set_value(self, value: Any) -> None:
        """Show a customer by id."""
        found = customer_list.rows([int(value)]) if value else []
        self._id, self._name = (found[0].id, found[0].name) if found else (None, "")
        super().set_value(self._name)

    def written(self, value: Any) -> str:
        """A name as it is shown; an id that was picked stands for its name."""
        return value if isinstance(value, str) else self._name

    def problem(self) -> str:
        """A sentence if what was typed names nobody."""
        if self.text().strip() and self.value() is None:
            return _("Pick a customer from the list below the field.")
        return ""

    def _take_customer(self, value: Any) -> None:
        self.set_value(value)
        self.edited.emit()
        self.left.emit()
