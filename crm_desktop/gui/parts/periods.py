"""The periods that figures are asked for: months, quarters, years, as a menu."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button

_MONTHS, _QUARTERS, _YEARS = 13, 5, 4


@dataclass(frozen=True)
class Period:
    """A period with its name: "October 2026", "3rd quarter 2026", "2026"."""

    name: str
    first: date
    last: date


def month(day: date) -> Period:
    """The month of a day."""
    first = day.replace(day=1)
    return Period(formats.month(first), first, dates.end_of_month(first))


def quarter(day: date) -> Period:
    """The quarter of a day."""
    number = (day.month - 1) // 3
    first = date(day.year, 3 * number + 1, 1)
    name = _("Quarter {n} of {year}").format(n=number + 1, year=day.year)
    return Period(name, first, dates.end_of_month(dates.add_months(first, 2)))


def year(day: date) -> Period:
    """The year of a day."""
    return Period(str(day.year), date(day.year, 1, 1), date(day.year, 12, 31))


def choices(today: date) -> list[list[Period]]:
    """What the menu offers, in groups, the newest first."""
    return [
        [month(dates.add_months(today.replace(day=1), -n)) for n in range(_MONTHS)],
        [quarter(dates.add_months(today.replace(day=1), -3 * n)) for n in range(_QUARTERS)],
        [year(date(today.year - n, 1, 1)) for n in range(_YEARS)],
    ]


class PeriodButton(Button):
    """Shows the chosen period; its menu offers others. `chosen` comes after a choice."""

    chosen = Signal()

    def __init__(self, period: Period, parent: QWidget | None = None) -> None:
        super().__init__("", "secondary", "calendar", name=_("Choose the period"), parent=parent)
        self.period = period
        self.setText(period.name)
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        for number, group in enumerate(choices(dates.today())):
            if number:
                menu.addSeparator()
            for period in group:
                act = QAction(period.name, menu)
                act.triggered.connect(partial(self.choose, period))
                menu.addAction(act)

    def choose(self, period: Period, *_checked: object) -> None:
        """Show another period."""
        self.period = period
        self.setText(period.name)
        self.chosen.emit()
