"""The small editor of the plan: what revenue each month of a year shall bring."""

from __future__ import annotations

from datetime import date
from typing import Any

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.form import Field
from crm_desktop.insight import plans


def edit(year: int, currency: str) -> bool:
    """Ask for the plan of a year and keep it; whether it was kept."""
    months = [f"{year}-{month:02}" for month in range(1, 13)]
    fields = [
        Field(month, formats.month(date.fromisoformat(f"{month}-01")), "money", width=1 / 3, currency=currency)
        for month in months
    ]
    known = plans.of_months(date(year, 1, 1), date(year, 12, 31), currency)

    def keep(values: dict[str, Any]) -> None:
        plans.save(currency, {month: values.get(month) for month in months})

    heading = _("Plan of {year} in {currency}").format(year=year, currency=currency)
    text = _("Revenue without tax that each month shall bring. A month that is left empty has no plan.")
    return dialogs.fill_in(heading, fields, dict(known), act=_("Keep the plan"), check=keep, text=text) is not None
