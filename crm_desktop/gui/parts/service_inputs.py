"""Fields for work done: hours as people type them, and what was done with the price list as type-ahead."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from PySide6.QtWidgets import QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts import tax_choice
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.inputs import NumberInput
from crm_desktop.gui.widgets.suggest import SuggestInput, Suggestion
from crm_desktop.sales import catalogue, work_done

_TIME_MARKS = (":", "h", "m", "s")


class HoursInput(NumberInput):
    """A quantity that also understands times: "1:30", "1h30", "90 min"."""

    def value(self) -> Decimal | None:
        typed = self.text().strip()
        if any(mark in typed.casefold() for mark in _TIME_MARKS):
            return work_done.hours_from(typed)
        return formats.parse_number(typed)

    def problem(self) -> str:
        if self.text().strip() and self.value() is None:
            return _("Write hours like 1:30 or {example}.").format(example=formats.quantity(Decimal("1.5")))
        return super().problem() if self.text().strip() else ""


def _suggestions(typed: str) -> list[Suggestion]:
    return [
        Suggestion(item.id, item.name, item.number, tax_choice.price_text(item.price))
        for item in catalogue.find(typed, 8)
    ]


class WhatInput(SuggestInput):
    """What was done: any words, or an entry of the price list; `item_id` is the one that was picked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_suggestions, _("For example Consulting"), parent, free=True)
        self.item_id: int | None = None
        self.picked.connect(self._take_item)

    def _take_item(self, value: Any) -> None:
        self.item_id = int(value)
        self.set_value(catalogue.get(self.item_id).name)
        self.edited.emit()
        self.left.emit()

    def set_item(self, item_id: int | None) -> None:
        """Say which entry of the price list the words came from."""
        self.item_id = item_id
