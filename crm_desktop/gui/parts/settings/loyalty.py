"""Settings, loyalty: levels by turnover with their discount, and points; both off until they are switched on."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from crm_desktop.care import loyalty
from crm_desktop.care.loyalty import Level
from crm_desktop.company import profile
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import Cell
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.inputs import SwitchInput
from crm_desktop.gui.widgets.layouts import column, frame, label, row
from crm_desktop.gui.widgets.row_table import Col, RowTable


class LoyaltySection(SettingsSection):
    """See the module."""

    key = "loyalty"

    def build(self) -> None:
        self.levels = SwitchInput(_("Levels with a discount"))
        self.points = SwitchInput(_("Points for paid invoices"))
        for name, switch in (("levels", self.levels), ("points", self.points)):
            switch.setAccessibleName(_("Levels with a discount") if name == "levels" else _("Points for paid invoices"))
            switch.left.connect(partial(self._switch, name))
        self.table = RowTable(
            [Col(_("Level")), Col(_("From a turnover of"), 160, right=True), Col(_("Discount"), 110, right=True)],
            on=self._edit,
        )
        self.add = Button(_("Add level"), "small", "plus", on=self._add)
        self.change_months = Button(_("Change"), "small", on=self._change_months)
        self.change_points = Button(_("Change"), "small", on=self._change_points)
        self._months, self._rule = label("", "body", "text2", wrap=True), label("", "body", "text2", wrap=True)
        self._none = label(_("No levels yet."), "body", "text2")
        self._none.setContentsMargins(16, 6, 16, 10)
        head = row(self.levels, "stretch", self.add, margins=(16, 0, 14, 6))
        counted = row(self._months, self.change_months, gap=12, margins=(16, 4, 14, 6))
        counted.setStretch(0, 1)
        rule = row(self._rule, self.change_points, gap=12)
        rule.setStretch(0, 1)
        note = label(
            _("The discount stands on new invoices and quotes with its reason; you can take it out there. Points follow "
              "from paid invoices by themselves and go back when one is credited."),
            "small", "text2", wrap=True,
        )  # fmt: skip
        column(
            self, frame("card", head, self._none, self.table, counted, margins=(1, 12, 1, 8)),
            frame("card", self.points, rule), note, gap=12,
        )  # fmt: skip

    def refresh(self) -> None:
        chosen, self._currency = loyalty.settings(), profile.load().currency
        self._levels = loyalty.levels()
        self.levels.set_value(chosen.levels)
        self.points.set_value(chosen.points)
        self.table.tell([self._row(level) for level in self._levels])
        self.table.setVisible(bool(self._levels))
        self._none.setVisible(not self._levels)
        words = ngettext(
            "The turnover without tax of the last month counts.",
            "The turnover without tax of the last {n} months counts.",
            chosen.months,
        )
        self._months.setText(words.format(n=chosen.months))
        self._rule.setText(self._rule_words(chosen))

    def _rule_words(self, chosen: loyalty.Settings) -> str:
        rule = _("One point for each {amount} paid, worth {value}.").format(
            amount=formats.money_text(chosen.per_minor, self._currency),
            value=formats.money_text(chosen.value_minor, self._currency),
        )
        if not chosen.expiry_months:
            return _("{rule} Points never expire.").format(rule=rule)
        expiry = ngettext(
            "Points expire after {n} month.", "Points expire after {n} months.", chosen.expiry_months
        ).format(n=chosen.expiry_months)
        return f"{rule} {expiry}"

    def _row(self, level: Level) -> list[Cell]:
        return [
            Cell(level.name, strong=True),
            Cell(formats.money_text(level.from_minor, self._currency)),
            Cell(formats.percent(level.discount_bp)),
        ]

    def _switch(self, name: str) -> None:
        switch = self.levels if name == "levels" else self.points
        self.kept(partial(loyalty.set_settings, {name: bool(switch.value())}))
        self.refresh()

    # ---- levels ------------------------------------------------------------------------------------------------------

    def _fields(self) -> list[Field]:
        return [
            Field("name", _("Name"), needed=True, placeholder=_("For example Gold")),
            Field("from_minor", _("From a turnover of"), "money", currency=self._currency, width=0.5),
            Field("discount", pgettext("loyalty", "Discount in percent"), "number", decimals=2, width=0.5),
        ]

    def _add(self) -> None:
        check = partial(_keep, Level(0, "", 0, 0))
        if dialogs.fill_in(_("New level"), self._fields(), {}, act=_("Add level"), check=check) is not None:
            self.saved()
            self.refresh()

    def _edit(self, place: int) -> None:
        level = self._levels[place]
        values = {"name": level.name, "from_minor": level.from_minor, "discount": Decimal(level.discount_bp) / 100}
        answer = dialogs.fill_in_or_remove(
            _("Level"), self._fields(), values, act=pgettext("save", "Keep"), check=partial(_keep, level),
            remove=_("Remove level"),
        )  # fmt: skip
        if answer == "remove" and self.kept(partial(loyalty.remove_level, level.id)):
            self.page.toast.emit(_("{name} is no longer a level").format(name=level.name), True)
        elif answer:
            self.saved()
        self.refresh()

    # ---- rules -------------------------------------------------------------------------------------------------------

    def _change_months(self) -> None:
        field = Field("months", _("Months"), "number", decimals=0, width=0.5, needed=True)
        self._ask(_("Which turnover counts?"), [field], {"months": Decimal(loyalty.settings().months)}, ("months",))

    def _change_points(self) -> None:
        chosen = loyalty.settings()
        fields = [
            Field("per_minor", _("One point for each"), "money", currency=self._currency, width=0.5),
            Field("value_minor", _("A point is worth"), "money", currency=self._currency, width=0.5),
            Field("expiry_months", _("Expire after months"), "number", decimals=0, width=0.5, hint=_("0 is never")),
        ]
        values = {
            "per_minor": chosen.per_minor, "value_minor": chosen.value_minor, "expiry_months": Decimal(chosen.expiry_months),
        }  # fmt: skip
        self._ask(_("Points"), fields, values, tuple(values))

    def _ask(self, heading: str, fields: list[Field], values: dict[str, Any], names: tuple[str, ...]) -> None:
        def keep(typed: dict[str, Any]) -> None:
            loyalty.set_settings({name: int(typed[name] or 0) for name in names})

        if dialogs.fill_in(heading, fields, values, act=pgettext("save", "Keep"), check=keep) is not None:
            self.saved()
            self.refresh()


def _keep(level: Level, values: dict[str, Any]) -> None:
    discount_bp = int(((values["discount"] or Decimal(0)) * 100).to_integral_value())
    loyalty.save_level(
        replace(level, name=values["name"] or "", from_minor=values["from_minor"] or 0, discount_bp=discount_bp)
    )
