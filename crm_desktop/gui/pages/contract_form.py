"""The form of a contract: with whom, from when to when, how it is ended, what it is worth, and its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtWidgets import QWidget

from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import kind_defaults
from crm_desktop.gui.parts import contract_words
from crm_desktop.gui.parts.attached_files import AttachedFiles
from crm_desktop.gui.parts.contract_billing import ContractBilling
from crm_desktop.gui.parts.contract_sides import ContractSides
from crm_desktop.gui.parts.customer_input import CustomerInput
from crm_desktop.gui.widgets import choices, formats
from crm_desktop.gui.widgets.form import Field, Heading
from crm_desktop.gui.widgets.layouts import column, label
from crm_desktop.gui.widgets.record_form import RecordForm, Words
from crm_desktop.sales import contract_states, contracts
from crm_desktop.sales.contracts import OPEN_ENDED


def _named(found: dict[str, str]) -> list[tuple[str, str]]:
    return [(key, _(name)) for key, name in found.items()]


_USUAL_MONTHS = 12
_FIRST_STATES = {"active": contracts.STATES["active"], "draft": contracts.STATES["draft"]}
_THEN = {"renews": N_("renews"), "open": N_("goes on without end"), "ends": N_("ends by itself")}


def _goes_on(renewal_months: int) -> str:
    return "renews" if renewal_months > 0 else "open" if renewal_months < 0 else "ends"


class ContractForm(RecordForm):
    """See the module."""

    key = "contract"
    tables: ClassVar = (
        "contract", "contract_price", "contract_state", "attachment", "schedule", "schedule_period", "customer",
    )  # fmt: skip

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._next = label("", "body", "text2", wrap=True)
        self.files = AttachedFiles(self, "contract")
        self.billing = ContractBilling(self)
        self.sides = ContractSides(self)
        column(self.below, self._next, 12, self.billing, self.sides, self.files)

    def words(self) -> Words:
        return Words(_("New contract"), _("Add contract"), _("Discard the new contract?"))

    def fields(self) -> Sequence[Field | Heading]:
        return [*_who(), *_dates(), *_money()]

    def _make_form(self) -> None:
        super()._make_form()
        self.form.put_in_place_of("payee", "customer_id")

    def load(self, record_id: int) -> dict[str, Any]:
        found = contracts.get(record_id)
        values = {name: getattr(found, name) for name in self.form.boxes if name != "goes_on"}
        values["payee"] = found.payee.partition("\n")[0]
        return values | {"goes_on": _goes_on(found.renewal_months), "renewal_months": max(found.renewal_months, 0)}

    def start(self, values: dict[str, Any]) -> dict[str, Any]:
        usual = {
            "direction": "income", "state": "active", "interval": "month", "notice_unit": "month", "notice_count": 1,
            "notice_to": "term", "goes_on": "renews", "renewal_months": 12, "currency": profile.load().currency, "start_on": dates.today(),
        }  # fmt: skip
        return usual | values

    def keep(self, values: dict[str, Any], record_id: int | None) -> int:
        plain = dict(values)
        if "goes_on" in plain or "renewal_months" in plain:
            kind = plain.pop("goes_on", self.form.input("goes_on").value())
            months = int(plain.get("renewal_months") or self.form.input("renewal_months").value() or 0)
            plain["renewal_months"] = {"renews": months or _USUAL_MONTHS, "open": OPEN_ENDED}.get(kind, 0)
        for name in ("notice_count", "renewal_months", "inform_from_days", "inform_to_days"):
            if name in plain:
                plain[name] = int(plain[name] or 0)
        if "value_minor" in plain:
            plain["value_minor"] = plain["value_minor"] or 0
        if plain.keys() & {"direction", "payee", "payee_address"}:
            plain.pop("payee_address", None)
            plain |= self._party(self.form.input("direction").value())
        return contracts.save(plain, record_id)

    def _party(self, direction: str) -> dict[str, Any]:
        """Both fields of the party, since only one of them counts."""
        income = direction == "income"
        return {
            "customer_id": self.form.input("customer_id").value() if income else None,
            "payee": "" if income else self._payee(),
        }

    def _payee(self) -> str:
        """Whom we pay: the name, and the address below it."""
        name, address = (self.form.input(field).value() or "" for field in ("payee", "payee_address"))
        return f"{name.strip()}\n{address.strip()}".strip() if name.strip() else ""

    def _value_words(self) -> str:
        """What the value is: net or gross as the customer is treated, as it then stands on their bills."""
        customer_id = self.form.input("customer_id").value()
        if self.form.input("direction").value() == "expense" or not customer_id:
            return _("Value")
        gross = kind_defaults.of_customer(customer_id).price_mode == "gross"
        return _("Value with tax") if gross else _("Value without tax")

    def named(self, record_id: int) -> str:
        return contracts.get(record_id).title

    def shown(self) -> None:
        income = self.form.input("direction").value() != "expense"
        self.form.show_field("customer_id", shown=income)
        for name in ("payee", "payee_address"):
            self.form.show_field(name, shown=not income)
        self.form.input("value_minor").set_currency(self.form.input("currency").value() or "EUR")
        self.form.boxes["value_minor"].set_label(self._value_words())
        self.form.show_field("state", shown=self.id is None)
        self.form.show_field("renewal_months", shown=self.form.input("goes_on").value() == "renews")
        for name in ("inform_from_days", "inform_to_days"):
            self.form.show_field(name, shown=income)
        self.files.setVisible(self.id is not None)
        self.sides.setVisible(self.id is not None)
        self._next.setVisible(self.id is not None)
        self.billing.show_contract(self.id)
        if self.id is not None:
            self.files.show_of(self.id)
            self.sides.show_contract(contracts.get(self.id))
            self._next.setText(_next_dates(self.id))


def _who() -> list[Field | Heading]:
    return [
        Field("title", _("Title"), needed=True, placeholder=_("For example Maintenance, rent, insurance")),
        Field("direction", _("Which way"), "choice", choices=_named(contracts.DIRECTIONS), width=0.33),
        Field("customer_id", _("Customer"), "own", make=CustomerInput, width=0.67),
        Field("payee", _("Whom we pay"), width=0.67, placeholder=_("For example the landlord")),
        Field("payee_address", _("Their address"), "lines", rows=2, placeholder=_("Street, postcode and town"),
              hint=_("Stands in the window of the letter when you give notice")),
        Field("number", _("Number"), width=0.33, placeholder=_("given by itself"), break_before=True),
        Field("signed_on", _("Signed on"), "date", width=0.33),
        Field("state", _("State"), "choice", choices=_named(_FIRST_STATES), width=0.33),
    ]  # fmt: skip


def _dates() -> list[Field | Heading]:
    usual = ", ".join(map(str, contracts.usual_remind_days()))
    return [
        Heading(_("How long")),
        Field("start_on", _("Start"), "date", width=0.25),
        Field("end_on", _("End of the term"), "date", width=0.25, hint=_("Empty: it runs until notice is given")),
        Field("goes_on", _("Then it"), "choice", choices=_named(_THEN), width=0.25),
        Field("renewal_months", _("by months"), "number", decimals=0, width=0.25),
        Field("notice_count", _("Notice period"), "number", decimals=0, width=0.17, break_before=True),
        Field("notice_unit", _("Unit"), "choice", choices=_named(contracts.NOTICE_UNITS), width=0.25),
        Field("notice_to", _("Counts"), "choice", choices=_named(contracts.NOTICE_TO), width=0.42),
        Heading(_("What you hear of it")),
        Field("remind_days", _("Days before the last day to cancel"), width=0.42, placeholder=usual,
              hint=_("Empty: as in Settings, Letters about contracts")),
        Field("inform_from_days", _("Tell them from, days before"), "number", decimals=0, width=0.29,
              hint=_("0: it is not needed")),
        Field("inform_to_days", _("until, days before"), "number", decimals=0, width=0.29),
    ]  # fmt: skip


def _money() -> list[Field | Heading]:
    return [
        Heading(_("What it is worth")),
        Field("value_minor", _("Value"), "money", width=0.33),
        Field("currency", _("Currency"), "choice", choices=choices.currencies(), width=0.25),
        Field("interval", _("How often"), "choice", choices=_named(contracts.INTERVALS), width=0.33),
        Field("notes", _("Notes"), "lines", rows=3),
    ]


def _next_dates(contract_id: int) -> str:
    """The next dates in a sentence, so that one sees what the fields mean."""
    found = contracts.get(contract_id)
    days = contracts.dates_of(found)
    last, end, then = days.last_day_to_cancel, days.term_ends_on, days.cancel_ends_on
    if last and then:
        words = (
            _("Last day to cancel is {last} ({left}); otherwise it renews on {end}.")
            if days.renews
            else _("Notice by {last} ({left}) ends it on {end}.")
        )
        return words.format(
            last=formats.day_long(last), left=contract_words.days_left(last), end=formats.day_long(then)
        )
    if end:
        return _("It ends on {day}.").format(day=formats.day_long(end))
    free = contract_states.end_of_notice(found, dates.today()) if found.state == "active" else None
    return _("Notice given today ends it on {day}.").format(day=formats.day_long(free)) if free else ""
