"""The period of the figures page: a year, the last twelve months, a quarter, a month, or own days."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtGui import QAction

from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts import periods
from crm_desktop.gui.parts.periods import Period, PeriodButton
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.form import Field
from crm_desktop.insight import figures

_QUARTERS, _MONTHS, _LONGEST_YEARS = 4, 12, 10


def last_twelve_months(today: date) -> Period:
    """The month of today and the eleven before."""
    first = dates.add_months(today.replace(day=1), -11)
    return Period(_("The last 12 months"), first, dates.end_of_month(today))


def own(first: date, last: date) -> Period:
    """Any days."""
    return Period(_("{first} to {last}").format(first=formats.day(first), last=formats.day(last)), first, last)


class FigurePeriod(PeriodButton):
    """See the module; of a year it says the year that it is set against."""

    def choose(self, period: Period, *_checked: object) -> None:
        super().choose(period)
        self.tell_name()

    def tell_name(self) -> None:
        """Write the period on the button."""
        found = self.period
        if found == periods.year(found.first):
            self.setText(_("{year} against {before}").format(year=found.first.year, before=found.first.year - 1))

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        today = dates.today()
        first = today.replace(day=1)
        groups = (
            [periods.year(date(year, 1, 1)) for year in figures.years()[:_LONGEST_YEARS]],
            [last_twelve_months(today)],
            [periods.quarter(dates.add_months(first, -3 * n)) for n in range(_QUARTERS)],
            [periods.month(dates.add_months(first, -n)) for n in range(_MONTHS)],
        )
        for group in groups:
            for period in group:
                menu.addAction(self._act(period))
            menu.addSeparator()
        act = QAction(_("Own days …"), menu)
        act.triggered.connect(self._ask)
        menu.addAction(act)

    def _act(self, period: Period) -> QAction:
        act = QAction(period.name, self.menu())
        act.triggered.connect(lambda *_checked: self.choose(period))
        return act

    def _ask(self, *_checked: object) -> None:
        fields = [Field("first", _("From"), "date", width=0.5), Field("last", _("To"), "date", width=0.5)]
        values = {"first": self.period.first, "last": self.period.last}
        found = dialogs.fill_in(_("Which days?"), fields, values, act=_("Show figures"), check=check)
        if found is not None:
            self.choose(own(found["first"], found["last"]))


def check(values: dict[str, Any]) -> None:
    """Raises ValidationError where the two days are no period."""
    first, last = values.get("first"), values.get("last")
    if first is None or last is None:
        raise ValidationError({"first" if first is None else "last": _("Enter a day.")})
    if first > last:
        raise ValidationError({"last": _("The last day, {day}, lies before the first.").format(day=formats.day(last))})
