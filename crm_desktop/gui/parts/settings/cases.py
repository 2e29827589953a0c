"""Settings, cases: in how many days which kind is to be done, and whether Saturdays and Sundays count."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from crm_desktop.care import case_rules
from crm_desktop.care.case_rules import KINDS, Rule
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.cells import Cell
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.inputs import SwitchInput
from crm_desktop.gui.widgets.layouts import column, frame, label, row
from crm_desktop.gui.widgets.row_table import Col, RowTable


class CasesSection(SettingsSection):
    """See the module."""

    key = "cases"

    def build(self) -> None:
        self.table = RowTable(
            [Col(_("What it is")), Col(_("High priority"), 130, right=True), Col(_("Normal"), 130, right=True),
             Col(_("Low"), 130, right=True)],
            on=self._edit,
        )  # fmt: skip
        self.working = SwitchInput(_("Leave Saturdays and Sundays out"))
        self.working.setAccessibleName(_("Leave Saturdays and Sundays out"))
        self.working.left.connect(self._keep_working)
        head = row(label(_("A case is due after"), "h"), "stretch", margins=(16, 0, 14, 6))
        note = label(
            _("Each case can have another day by hand. Cases that are there keep their day."),
            "small",
            "text2",
            wrap=True,
        )
        column(
            self, frame("card", head, self.table, margins=(1, 12, 1, 8)), row(self.working, "stretch"), note, gap=12
        )  # fmt: skip

    def refresh(self) -> None:
        self._rules = case_rules.rules()
        self.table.tell([_row(rule) for rule in self._rules])
        self.working.set_value(case_rules.counts_working_days())

    def _keep_working(self) -> None:
        self.kept(partial(case_rules.count_working_days, working=bool(self.working.value())))
        self.refresh()

    def _edit(self, place: int) -> None:
        rule = self._rules[place]
        fields = [
            Field("high", _("High priority"), "number", decimals=0, width=0.33, needed=True),
            Field("normal", _("Normal"), "number", decimals=0, width=0.33, needed=True),
            Field("low", _("Low"), "number", decimals=0, width=0.33, needed=True),
        ]

        def keep(values: dict[str, Any]) -> None:
            case_rules.set_rule(Rule(rule.kind, **{name: int(values[name] or 0) for name in values}))

        heading = _("{kind}: due after how many days?").format(kind=_(KINDS[rule.kind]))
        values = {name: Decimal(getattr(rule, name)) for name in ("high", "normal", "low")}
        if dialogs.fill_in(heading, fields, values, act=pgettext("save", "Keep"), check=keep) is not None:
            self.saved()
            self.refresh()


def _row(rule: Rule) -> list[Cell]:
    days = [ngettext("{n} day", "{n} days", n).format(n=n) for n in (rule.high, rule.normal, rule.low)]
    return [Cell(_(KINDS[rule.kind]), strong=True), *[Cell(text, "muted") for text in days]]
