"""Settings, bookkeeping: the accounts that sales and payments are handed over to, and the bookkeeper's numbers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from crm_desktop.company import ledger_accounts
from crm_desktop.company.ledger_accounts import CHARTS, GROUPS, Accounts
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.form import Field, Form
from crm_desktop.gui.widgets.layouts import column, frame, label

_MAPPINGS = ("sales", "deposits", "discounts", "losses")
_SINGLE = ("consultant", "client", "chart", "bank", "cash", "transit", "rounding", "small_business", "charges")


def group_words(group: str) -> str:
    """What a group of sales is called."""
    names = {
        "S": _("other rates"), "Z": _("zero rate"), "E": _("exempt"), "AE": _("reverse charge"), "K": _("within the EU"),
        "G": _("export"), "O": _("no tax"), "": _("others"),
    }  # fmt: skip
    return names.get(group) or formats.percent(int(group.removeprefix("S")) * 100)


class BookkeepingSection(SettingsSection):
    """See the module."""

    key = "bookkeeping"

    def build(self) -> None:
        self.head = Form(self._head_fields())
        self.accounts = Form(self._account_fields())
        for form in (self.head, self.accounts):
            form.left.connect(partial(self._keep, form))
        hint = label(
            _("These are the usual accounts of the chart. Show them to your bookkeeper before you hand over the first file."),
            "small", "text2", wrap=True,
        )  # fmt: skip
        column(
            self,
            frame("card", label(_("Your bookkeeper"), "h"), self.head),
            frame("card", label(_("Accounts"), "h"), hint, self.accounts),
            gap=14,
        )

    def _head_fields(self) -> list[Field]:
        months = [(n, formats.month(date(dates.today().year, n, 1)).rsplit(" ", 1)[0]) for n in range(1, 13)]
        return [
            Field("consultant", _("Consultant number"), width=0.5),
            Field("client", _("Client number"), width=0.5),
            Field("chart", _("Chart of accounts"), "choice", choices=[(c, c) for c in CHARTS], width=0.5),
            Field("year_start", _("Business year begins in"), "choice", choices=months, width=0.5),
        ]

    def _account_fields(self) -> list[Field]:
        single = {
            "bank": _("Bank"), "cash": _("Cash"), "transit": _("Cards and online payments"), "rounding": _("Rounding"),
            "small_business": _("Sales as a small business"),
            "charges": _("Fees and interest of reminders"),
        }  # fmt: skip
        headings = {
            "sales": _("Sales, {group}"), "deposits": _("Deposits, {group}"), "discounts": _("Discounts, {group}"),
            "losses": _("Losses, {group}"),
        }  # fmt: skip
        fields = [Field(name, words, width=0.33) for name, words in single.items()]
        fields.append(Field("debtors", _("First account of customers"), "number", decimals=0, width=0.33))
        for name in _MAPPINGS:
            groups = GROUPS if name == "sales" else ("S19", "S7", "")
            fields += [
                Field(f"{name}.{group}", headings[name].format(group=group_words(group)), width=0.33)
                for group in groups
            ]
        return fields

    def refresh(self) -> None:
        values = _flat(ledger_accounts.load())
        for form in (self.head, self.accounts):
            form.load({name: values[name] for name in form.boxes})

    def focus_field(self, name: str) -> None:
        for form in (self.head, self.accounts):
            if name in form.boxes:
                form.boxes[name].input.setFocus()

    def _keep(self, form: Form, name: str) -> None:
        value = form.boxes[name].input.value()
        if self.kept(partial(ledger_accounts.save, _change(name, value)), form, name) and name == "chart":
            self.refresh()


def _flat(accounts: Accounts) -> dict[str, Any]:
    values = asdict(accounts)
    flat = {name: values[name] for name in _SINGLE}
    flat |= {"year_start": accounts.year_start, "debtors": Decimal(accounts.debtors)}
    for name in _MAPPINGS:
        flat |= {f"{name}.{group}": number for group, number in values[name].items()}
    return flat


def _change(name: str, value: Any) -> dict[str, Any]:
    mapping, _dot, group = name.partition(".")
    if mapping in _MAPPINGS:
        return {mapping: getattr(ledger_accounts.load(), mapping) | {group: value}}
    if name in ("year_start", "debtors"):
        return {name: int(value or 0)}
    return {name: value}
