"""Settings, payment terms: when invoices are due, and what an early payment earns."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from crm_desktop.billing import payments
from crm_desktop.company import payment_terms, profile
from crm_desktop.company.payment_terms import Terms
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.core.money import from_minor, to_minor
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import EMPTY, Cell
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import column, frame, label, row
from crm_desktop.gui.widgets.row_table import Col, RowTable


def bases() -> list[tuple[str, str]]:
    """From when the days are counted."""
    return [
        ("date", _("days after the invoice")),
        ("month_end", _("days after the end of the month")),
        ("day_of_next_month", _("as the day of the next month")),
    ]


def rule(terms: Terms) -> str:
    """Terms in a sentence: "14 days after the invoice"."""
    if terms.basis == "day_of_next_month":
        return _("on day {n} of the next month").format(n=max(terms.days, 1))
    if terms.basis == "date" and not terms.days:
        return _("at once")
    days = ngettext("{n} day", "{n} days", terms.days).format(n=terms.days)
    if terms.basis == "month_end":
        return _("{days} after the end of the month").format(days=days) if terms.days else _("at the end of the month")
    return _("{days} after the invoice").format(days=days)


class TermsSection(SettingsSection):
    """See the module."""

    key = "terms"

    def build(self) -> None:
        self.table = RowTable(
            [Col(_("Name")), Col(_("Due"), 220), Col(_("Discount"), 130), Col(_("Written today"), 110), Col("", 60)],
            on=self._edit,
        )
        self.add = Button(_("Add terms"), "small", "plus", on=self._add)
        head = row(label(_("Payment terms"), "h"), "stretch", self.add, margins=(16, 0, 14, 6))
        self.limit = label("", "body", "text2", wrap=True)
        self.change_limit = Button(_("Change"), "small", on=self._change_limit)
        small = row(self.limit, self.change_limit, gap=12)
        small.setStretch(0, 1)
        terms = frame("card", head, self.table, margins=(1, 12, 1, 8))
        column(self, terms, frame("card", label(_("Small differences"), "h"), small), gap=14)

    def refresh(self) -> None:
        self._terms, usual = payment_terms.all_terms(), profile.load().payment_terms_id
        self.table.tell([_row(terms, usual=terms.id == usual) for terms in self._terms])
        currency = profile.load().currency
        shown = formats.money_text(to_minor(payments.write_off_limit(), currency), currency)
        words = _("Up to {amount} may be written off when a payment is a little too small.")
        self.limit.setText(words.format(amount=shown))

    def _change_limit(self) -> None:
        currency = profile.load().currency
        field = Field("write_off_limit", _("Up to"), "money", currency=currency, width=0.5)

        def keep(values: dict[str, Any]) -> None:
            payments.set_write_off_limit(from_minor(values["write_off_limit"] or 0, currency))

        values = {"write_off_limit": to_minor(payments.write_off_limit(), currency)}
        heading = _("Write off small differences")
        if dialogs.fill_in(heading, [field], values, act=pgettext("save", "Keep"), check=keep) is not None:
            self.saved()
            self.refresh()

    def _fields(self) -> list[Field]:
        return [
            Field("name", _("Name"), needed=True, placeholder=_("For example 14 days")),
            Field("days", _("Days"), "number", decimals=0, width=0.25, needed=True),
            Field("basis", _("counted"), "choice", choices=bases(), width=0.75),
            Field("discount_bp", _("Discount in percent"), "number", decimals=2, width=0.5),
            Field("discount_days", _("if paid within days"), "number", decimals=0, width=0.5),
            Field("usual", _("The usual terms for new customers"), "bool"),
        ]

    def _add(self) -> None:
        start = {"days": Decimal(14), "basis": "date", "discount_bp": None, "discount_days": None}
        found = dialogs.fill_in(
            _("New payment terms"), self._fields(), start, act=_("Add terms"), check=partial(_keep, 0)
        )
        if found is not None:
            self.saved()
            self.refresh()

    def _edit(self, place: int) -> None:
        terms = self._terms[place]
        usual = terms.id == profile.load().payment_terms_id
        values = {
            "name": terms.name, "days": Decimal(terms.days), "basis": terms.basis, "usual": usual,
            "discount_bp": Decimal(terms.discount_bp) / 100 if terms.discount_bp else None,
            "discount_days": Decimal(terms.discount_days) if terms.discount_bp else None,
        }  # fmt: skip
        answer = dialogs.fill_in_or_remove(
            _("Payment terms"), self._fields(), values, act=pgettext("save", "Keep"), check=partial(_keep, terms.id),
            remove="" if usual else _("Remove terms"),
        )  # fmt: skip
        if answer == "remove" and self.kept(partial(payment_terms.remove, terms.id)):
            self.page.toast.emit(_("{name} is offered no longer").format(name=terms.name), True)
        elif answer:
            self.saved()
        self.refresh()


def _row(terms: Terms, *, usual: bool) -> list[Cell]:
    discount = EMPTY
    if terms.discount_bp:
        words = ngettext("{rate} in {n} day", "{rate} in {n} days", terms.discount_days)
        discount = Cell(words.format(rate=formats.percent(terms.discount_bp), n=terms.discount_days))
    due = formats.day_short(payment_terms.due_on(terms, dates.today()))
    mark = Cell(_("usual"), "blue", pill=True) if usual else Cell("")
    return [Cell(terms.name, strong=True), Cell(rule(terms), "muted"), discount, Cell(due, "muted"), mark]


def _keep(terms_id: int, values: dict[str, Any]) -> None:
    discount_bp = int(((values["discount_bp"] or Decimal(0)) * 100).to_integral_value())
    kept = payment_terms.save(
        Terms(
            terms_id,
            values["name"],
            int(values["days"] or 0),
            values["basis"],
            discount_bp,
            int(values["discount_days"] or 0) if discount_bp else 0,
        )
    )
    if values["usual"]:
        profile.save({"payment_terms_id": kept})
