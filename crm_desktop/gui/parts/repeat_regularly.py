"""Repeating an invoice regularly: how often, from when; what is due then waits in “To bill”."""

from __future__ import annotations

from typing import Any

from crm_desktop.billing import recurring, recurring_edit
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.page import Page


def ask(page: Page, document_id: int) -> None:
    """Ask how often an invoice is to be repeated, and show the schedule that was made of it."""
    intervals = [(key, _(words)) for key, (words, _months, _weeks) in recurring.INTERVALS.items()]
    fields = [
        Field("interval", _("How often"), "choice", choices=intervals, width=0.5),
        Field("first", _("First on"), "date", needed=True, width=0.5, hint=_("Periods are counted from this day")),
    ]
    made: list[int] = []

    def keep(values: dict[str, Any]) -> None:
        if values["first"] is None:
            raise ValidationError({"first": _("Enter the first day of a period.")})
        made.append(recurring_edit.repeat(document_id, values["interval"], values["first"]))

    text = _("Lines, discounts and texts are those of this invoice. What is due waits in “To bill”; nothing is sent.")
    start = {"interval": "month", "first": dates.add_months(dates.today(), 1)}
    dialogs.fill_in(_("Repeat this invoice regularly"), fields, start, act=_("Repeat it"), check=keep, text=text)
    if made:
        page.go.emit("schedule", {"id": made[0]})
