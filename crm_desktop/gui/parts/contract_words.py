"""How contracts are put into words: notice period, price, state, days left."""

from __future__ import annotations

from datetime import date

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui.widgets import formats
from crm_desktop.sales import contracts
from crm_desktop.sales.contracts import Contract

# Days before the last day to cancel from which it wants a look, and from which it presses.
SOON, NOW = 45, 14


def notice(contract: Contract) -> str:
    """The notice period: "1 month before the end", or that there is none."""
    n = contract.notice_count
    if not n:
        return _("none")
    units = {
        "day": ngettext("{n} day before the end", "{n} days before the end", n),
        "week": ngettext("{n} week before the end", "{n} weeks before the end", n),
        "month": ngettext("{n} month before the end", "{n} months before the end", n),
        "year": ngettext("{n} year before the end", "{n} years before the end", n),
    }
    return units[contract.notice_unit].format(n=n)


def renewal(contract: Contract) -> str:
    """By how much it renews: "12 months", "by itself never"."""
    n = contract.renewal_months
    if not n:
        return _("not by itself") if contract.end_on else _("runs until notice is given")
    return ngettext("{n} month", "{n} months", n).format(n=n)


def price(contract: Contract) -> str:
    """The value with its interval: "€148.00 a month"."""
    if not contract.value_minor:
        return ""
    value = formats.money_text(contract.value_minor, contract.currency)
    return _("{amount} {interval}").format(amount=value, interval=_(contracts.INTERVALS[contract.interval]))


def party(contract: Contract) -> str:
    """With whom: "Hotel Alsterblick GmbH", "Nordnetz · we pay"."""
    if contract.direction == "expense":
        return _("{name} · we pay").format(name=contract.party)
    return contract.party


def days_left(day: date) -> str:
    """How long there is: "6 days left", "last day"."""
    n = (day - dates.today()).days
    return ngettext("{n} day left", "{n} days left", n).format(n=n) if n > 0 else _("last day")


def tone(last_day: date | None) -> str:
    """How pressing a last day is: "red", "amber" or ""."""
    if last_day is None:
        return ""
    left = (last_day - dates.today()).days
    return "red" if left <= NOW else "amber" if left <= SOON else ""
