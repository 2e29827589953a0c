"""Work done for a customer: noted in a moment, changed while it waits to be billed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from PySide6.QtWidgets import QWidget

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts import tax_choice
from crm_desktop.gui.parts.customer_input import CustomerInput
from crm_desktop.gui.parts.service_inputs import HoursInput, WhatInput
from crm_desktop.gui.widgets import choices, formats
from crm_desktop.gui.widgets.form import Field, Heading
from crm_desktop.gui.widgets.layouts import column, label
from crm_desktop.gui.widgets.record_form import RecordForm, Words
from crm_desktop.sales import catalogue, work_done


class ServiceForm(RecordForm):
    """See the module."""

    key = "service"
    tables: ClassVar = ("service", "item", "customer", "document")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sum = label("", "b")
        self._held = label("", "body", "text2", wrap=True)
        column(self.below, self._sum, 4, self._held)
        self._seen: tuple[Any, Any] = (None, None)

    def words(self) -> Words:
        return Words(_("Note work"), _("Note it"), _("Discard what you noted?"))

    def fields(self) -> Sequence[Field | Heading]:
        units = [(code, _(name)) for code, name in catalogue.UNITS.items()]
        modes = [("net", _("without tax")), ("gross", _("with tax"))]
        return [
            Field("customer_id", _("Customer"), "own", make=CustomerInput, needed=True, width=0.67),
            Field("done_on", _("Day"), "date", width=0.33),
            Field("name", _("What was done"), "own", make=WhatInput, needed=True),
            Field("quantity", _("How much"), "own", make=HoursInput, width=0.25, hint=_("Hours also as 1:30")),
            Field("unit", _("Unit"), "search", choices=units, width=0.25),
            Field("price", _("Price of one"), "number", decimals=4, width=0.25),
            Field("currency", _("Currency"), "choice", choices=choices.currencies(), width=0.25),
            Field("price_mode", _("The price is"), "choice", choices=modes, width=0.25, break_before=True),
            Field("tax", _("Tax"), "choice", choices=tax_choice.choices(self._own_tax()), width=0.25),
            Field("description", _("Note"), "lines", rows=2, hint=_("Stands below the line on the invoice")),
        ]

    def _own_tax(self) -> tax_choice.Tax | None:
        if self.id is None:
            return work_done.usual_tax(dates.today())
        found = work_done.get(self.id)
        return found.category, found.rate_bp

    def activate(self, id: int = 0, **values: Any) -> None:
        self.id = id or None
        self._seen = (None, None)
        super().activate(id, **values)
        self._seen = self._asked()
        if self.id is None and self.form.input("customer_id").value():
            self.form.focus("name")

    def load(self, record_id: int) -> dict[str, Any]:
        found = work_done.get(record_id)
        values = {name: getattr(found, name) for name in self.form.boxes if hasattr(found, name)}
        self.form.input("name").set_item(found.item_id)
        return values | {"tax": (found.category, found.rate_bp)}

    def start(self, values: dict[str, Any]) -> dict[str, Any]:
        customer_id = values.get("customer") or values.get("customer_id")
        usual = work_done.start(customer_id)
        return usual | {"tax": (usual["category"], usual["rate_bp"])} | values | {"customer_id": customer_id}

    def keep(self, values: dict[str, Any], record_id: int | None) -> int:
        plain = {name: value for name, value in values.items() if name != "tax"}
        if "tax" in values:
            plain["category"], plain["rate_bp"] = values["tax"] or ("Z", 0)
        if "name" in plain:
            plain["item_id"] = self._item()
        for name in ("price", "quantity"):
            if name in plain:
                plain[name] = plain[name] or Decimal(0)
        return work_done.save(plain, record_id)

    def _item(self) -> int | None:
        item_id: int | None = self.form.input("name").item_id
        known = catalogue.rows([item_id]) if item_id else []
        return known[0].id if known and known[0].name == self.form.input("name").value() else None

    def named(self, record_id: int) -> str:
        return work_done.get(record_id).name

    def added(self, record_id: int) -> None:
        """Back to where one came from."""
        self.back.emit()

    # ---- what depends on what ----------------------------------------------------------------------------------------

    def _asked(self) -> tuple[Any, Any]:
        return self.form.input("customer_id").value(), self._item()

    def shown(self) -> None:
        """Another customer or another entry of the price list brings its price."""
        customer_id, item_id = asked = self._asked()
        before, self._seen = self._seen, asked
        if self._touched and asked != before:
            if item_id != before[1] and item_id is not None:
                self._take(work_done.from_item(item_id))
            elif customer_id != before[0] and self.id is None:
                self._take(work_done.start(customer_id, item_id))
        self._tell_sum()
        held = work_done.get(self.id) if self.id is not None else None
        words = {
            "draft": _("It is on a draft. Change it there, or delete the draft first."),
            "billed": _("Billed with {number}. It stays as it is."),
            "not_billed": _("It is not to be billed."),
        }
        text = words.get(held.state, "") if held is not None else ""
        self._held.setText(text.format(number=held.number if held is not None else ""))

    def _take(self, values: dict[str, Any]) -> None:
        found = values | {"tax": (values["category"], values["rate_bp"])}
        taken = {name: found[name] for name in ("price", "unit", "price_mode", "currency", "tax") if name in found}
        for name, value in taken.items():
            self.form.put(name, value)
        if self.id is not None:
            self.keep_now(taken)

    def _tell_sum(self) -> None:
        values = self.form.values()
        if not values.get("quantity") or not values.get("price"):
            self._sum.setText("")
            return
        tax = values.get("tax") or ("Z", 0)
        currency = values.get("currency") or "EUR"
        minor = work_done.net_minor(values["quantity"] * values["price"], values["price_mode"], tax[1], currency)
        words = _("{amount} without tax")
        self._sum.setText(words.format(amount=formats.money_text(minor, currency)))
