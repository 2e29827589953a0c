"""The form of a recurring bill: for whom, how often, from when, what it costs; with the next periods below."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from PySide6.QtWidgets import QWidget

from crm_desktop.billing import recurring, recurring_edit
from crm_desktop.billing.recurring_words import WORDS
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts import tax_choice
from crm_desktop.gui.parts.customer_input import CustomerInput
from crm_desktop.gui.parts.schedule_sides import ScheduleSides
from crm_desktop.gui.widgets import choices
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.form import Field, Heading
from crm_desktop.gui.widgets.layouts import column
from crm_desktop.gui.widgets.record_form import RecordForm, Words
from crm_desktop.sales import catalogue, work_done

# What a contract says is changed in the contract.
_OF_CONTRACT = ("customer_id", "title", "interval", "price", "currency", "unit")
_OF_TEMPLATE = ("price", "price_mode", "currency", "unit", "tax", "line_name", "line_description", "prorate")


class ScheduleForm(RecordForm):
    """See the module."""

    key = "schedule"
    tables: ClassVar = ("schedule", "schedule_price", "schedule_period", "contract", "customer", "document")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sides = ScheduleSides(self)
        column(self.below, self.sides)

    def words(self) -> Words:
        return Words(_("New recurring bill"), _("Bill this regularly"), _("Discard the new recurring bill?"))

    def acts(self) -> Sequence[QWidget]:
        self._contract = Button(_("Open contract"), "ghost", "file-pen", on=self._open_contract)
        self._contract.hide()
        return (self._contract,)

    def fields(self) -> Sequence[Field | Heading]:
        made = recurring.get(self.id) if self.id is not None else None
        found = [*_who(), *_when(), *_what(self._own_tax()), *_texts()]
        fixed: tuple[str, ...] = ()
        if made is not None:
            fixed = (*(_OF_CONTRACT if made.contract_id else ()), *(_OF_TEMPLATE if made.template_id else ()))
        return [f for f in found if isinstance(f, Heading) or f.name not in fixed]

    def _own_tax(self) -> tax_choice.Tax | None:
        if self.id is None:
            return None
        found = recurring.get(self.id)
        return found.category, found.rate_bp

    def activate(self, id: int = 0, **values: Any) -> None:
        self.id = id or None
        super().activate(id, **values)

    def load(self, record_id: int) -> dict[str, Any]:
        found = recurring.get(record_id)
        values = {name: getattr(found, name) for name in self.form.boxes if hasattr(found, name)}
        return values | {"tax": (found.category, found.rate_bp), "end_on": found.own_end_on}

    def start(self, values: dict[str, Any]) -> dict[str, Any]:
        customer_id = values.get("customer") or values.get("customer_id")
        usual = recurring_edit.start(customer_id)
        return usual | {"tax": (usual["category"], usual["rate_bp"])} | values | {"customer_id": customer_id}

    def keep(self, values: dict[str, Any], record_id: int | None) -> int:
        plain = {name: value for name, value in values.items() if name != "tax"}
        if "tax" in values:
            plain["category"], plain["rate_bp"] = values["tax"] or work_done.usual_tax(dates.today())
        if "price" in plain:
            plain["price"] = plain["price"] if plain["price"] is not None else Decimal(0)
        if "lead_days" in plain:
            plain["lead_days"] = int(plain["lead_days"] or 0)
        if record_id is None and plain.get("start_on") is None:
            plain["start_on"] = plain.get("anchor_on")
        return recurring_edit.save(plain, record_id)

    def named(self, record_id: int) -> str:
        return recurring.get(record_id).title

    def _edited(self, name: str) -> None:
        if name == "customer_id" and self.id is None:
            usual = recurring_edit.start(self.form.input("customer_id").value() or None)
            for own in ("price_mode", "currency"):
                self.form.put(own, usual[own])
        super()._edited(name)

    def shown(self) -> None:
        self.sides.setVisible(self.id is not None)
        made = recurring.get(self.id) if self.id is not None else None
        self._contract.setVisible(made is not None and made.contract_id is not None)
        if made is not None:
            self.sides.show_schedule(made)

    def _open_contract(self) -> None:
        made = recurring.get(self.id) if self.id is not None else None
        if made is not None and made.contract_id is not None:
            self.open_record.emit("contract", made.contract_id)


def _who() -> list[Field | Heading]:
    return [
        Field("title", _("What"), needed=True, placeholder=_("For example Hosting, rent, subscription")),
        Field("customer_id", _("Customer"), "own", make=CustomerInput, needed=True, width=0.67),
        Field("is_on", _("Is billed"), "bool", width=0.33),
    ]


def _when() -> list[Field | Heading]:
    intervals = [(key, _(words)) for key, (words, _months, _weeks) in recurring.INTERVALS.items()]
    bills = [(key, _(words)) for key, words in recurring.BILLS.items()]
    return [
        Heading(_("How often")),
        Field("interval", _("How often"), "choice", choices=intervals, width=0.33),
        Field(
            "anchor_on",
            _("A period begins on"),
            "date",
            width=0.33,
            hint=_("31 January: on the last of shorter months"),
        ),
        Field("start_on", _("Billed from"), "date", width=0.33, hint=_("Empty: from that day on")),
        Field("bill", _("When"), "choice", choices=bills, width=0.33, break_before=True),
        Field("lead_days", _("Days before"), "number", decimals=0, width=0.33, hint=_("So many days earlier")),
        Field("end_on", _("Ends on"), "date", width=0.33),
        Field("pause_from", _("Paused from"), "date", width=0.33, break_before=True),
        Field("pause_to", _("to"), "date", width=0.33, hint=_("Empty: until further notice")),
        Field("prorate", _("Parts of a period by days"), "bool", width=0.33),
    ]


def _what(own_tax: tax_choice.Tax | None) -> list[Field | Heading]:
    units = [(code, _(name)) for code, name in catalogue.UNITS.items()]
    modes = [("net", _("without tax")), ("gross", _("with tax"))]
    return [
        Heading(_("What it costs")),
        Field("price", _("Price of a period"), "number", decimals=4, width=0.25),
        Field("currency", _("Currency"), "choice", choices=choices.currencies(), width=0.25),
        Field("price_mode", _("The price is"), "choice", choices=modes, width=0.25),
        Field("tax", _("Tax"), "choice", choices=partial(tax_choice.choices, own_tax), width=0.25),
        Field("unit", _("Unit"), "search", choices=units, width=0.25),
    ]


def _texts() -> list[Field | Heading]:
    words = " ".join(f"{{{word}}}" for word in WORDS)
    detail = _("Words that are filled in: {words}; also with +1 or −1, as in {example}.")
    return [
        Heading(_("On the invoice"), detail.format(words=words, example="{month+1}")),
        Field("line_name", _("Line"), placeholder=_("as above"), width=0.5),
        Field("line_description", _("Below it"), "lines", rows=2, hint=_("The period is added by itself"), width=0.5),
        Field("intro", _("Text above the lines"), "lines", rows=2),
    ]
