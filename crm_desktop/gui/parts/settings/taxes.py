"""Settings, taxes: the rates with the dates from which they hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from crm_desktop.company import profile, tax_rates
from crm_desktop.company.tax_rates import TaxRate
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets import choices, dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import Cell, status
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import column, frame, label, row
from crm_desktop.gui.widgets.row_table import Col, RowTable
from crm_desktop.sales.tax_categories import category_name


class TaxesSection(SettingsSection):
    """See the module."""

    key = "taxes"

    def build(self) -> None:
        self.table = RowTable(
            [Col(_("Rate"), 72, right=True), Col(_("Name"), 110), Col(_("Kind")), Col(_("From"), 110),
             Col(_("Until"), 110), Col(_("Today"), 110)],
            on=self._edit,
        )  # fmt: skip
        self.add = Button(_("Add rate"), "small", "plus", on=self._add)
        self.reload = Button(_("Start again with the usual rates"), "ghost", "rotate-ccw", on=self._reload)
        head = row(label(_("Tax rates"), "h"), "stretch", self.add, margins=(16, 0, 14, 6))
        note = label(
            _("A document uses the rate of its service date. The usual rates are general knowledge, not advice."),
            "small", "text2", wrap=True,
        )  # fmt: skip
        column(self, frame("card", head, self.table, margins=(1, 12, 1, 8)), note, row(self.reload, "stretch"), gap=12)

    def refresh(self) -> None:
        now = {rate.id for rate in tax_rates.rates_on(dates.today())}
        self._rates = sorted(tax_rates.all_rates(), key=lambda rate: rate.id not in now)
        self.table.tell([self._row(rate, current=rate.id in now) for rate in self._rates])
        country = profile.load().country
        self.reload.setVisible(country in tax_rates.preset_countries())
        self.reload.setToolTip(choices.country_name(country))

    def _row(self, rate: TaxRate, *, current: bool) -> list[Cell]:
        return [
            Cell(formats.percent(rate.rate_bp), strong=True),
            Cell(rate.name),
            Cell(category_name(rate.category), "muted"),
            Cell(formats.day(rate.valid_from), "muted"),
            Cell(formats.day(rate.valid_to) if rate.valid_to else _("open"), "muted"),
            status(_("in use") if current else _("not now"), "green" if current else "grey"),
        ]

    def _fields(self) -> list[Field]:
        kinds = [(code, category_name(code)) for code in ("S", "Z")]
        return [
            Field("rate_bp", _("Rate in percent"), "number", decimals=2, width=0.33, needed=True),
            Field("name", _("Name on documents"), width=0.33, placeholder=_("VAT")),
            Field("category", _("Kind"), "choice", choices=kinds, width=0.34),
            Field("valid_from", _("From"), "date", width=0.5, needed=True),
            Field("valid_to", _("Until"), "date", width=0.5, hint=_("Empty: until further notice")),
        ]

    def _add(self) -> None:
        names = [rate.name for rate in tax_rates.all_rates() if rate.name]
        start = {"category": "S", "name": names[0] if names else "", "valid_from": dates.today()}
        check = partial(_keep, 0)
        if dialogs.fill_in(_("New tax rate"), self._fields(), start, act=_("Add rate"), check=check) is not None:
            self.saved()
            self.refresh()

    def _edit(self, place: int) -> None:
        rate = self._rates[place]
        values = {name: getattr(rate, name) for name in ("name", "category", "valid_from", "valid_to")}
        values["rate_bp"] = Decimal(rate.rate_bp) / 100
        answer = dialogs.fill_in_or_remove(
            _("Tax rate"),
            self._fields(),
            values,
            act=pgettext("save", "Keep"),
            check=partial(_keep, rate.id),
            remove=_("Remove rate"),
        )
        if answer == "remove" and self.kept(partial(tax_rates.remove, rate.id)):
            self.page.toast.emit(_("Tax rate removed"), True)
        elif answer:
            self.saved()
        self.refresh()

    def _reload(self) -> None:
        country = profile.load().country
        if self.kept(partial(tax_rates.reload, country)):
            words = _("Usual rates of {country}").format(country=choices.country_name(country))
            self.page.toast.emit(words, True)
            self.refresh()


def _keep(rate_id: int, values: dict[str, Any]) -> None:
    rate_bp = int(((values["rate_bp"] or Decimal(0)) * 100).to_integral_value())
    start: date = values["valid_from"]
    tax_rates.save(TaxRate(rate_id, values["category"], rate_bp, values["name"], start, values["valid_to"]))
