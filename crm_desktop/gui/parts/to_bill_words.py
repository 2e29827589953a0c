"""How what waits to be billed is said: "1.5 hours × 80.00", "1 – 30 Nov", sums of several currencies."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from crm_desktop.billing.recurring import BILLS, INTERVALS, Due, Schedule
from crm_desktop.billing.to_bill import Entry
from crm_desktop.core import i18n
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui.parts import tax_choice
from crm_desktop.gui.widgets import formats
from crm_desktop.sales import units


def days(first: date, last: date) -> str:
    """A period for the screen."""
    if first == last:
        return formats.day_short(first)
    return _("{first} – {last}").format(first=formats.day_short(first), last=formats.day_short(last))


def quantity(value: Decimal, unit: str) -> str:
    """A quantity with its unit in words."""
    short = {"HUR": _("h"), "MIN": _("min"), "C62": "", "LS": ""}
    word = short[unit] if unit in short else units.word(i18n.language(), unit, value)
    return _("{quantity} {unit}").format(quantity=formats.quantity(value), unit=word).strip()


def detail(entry: Entry) -> str:
    """When it was and how it comes to its amount."""
    if not isinstance(entry.record, Due):
        price = tax_choice.price_text(entry.record.price)
        amount = _("{quantity} at {price}").format(quantity=quantity(entry.quantity, entry.unit), price=price)
        return " · ".join(
            part for part in (formats.day_short(entry.first), amount, entry.detail.split("\n")[0]) if part
        )
    return " · ".join(part for part in (days(entry.first, entry.last), part_of(entry.record)) if part)


def part_of(due: Due) -> str:
    """That only a part of the period is billed, or that the price changes in it; empty for a full period."""
    if len(due.parts) > 1:
        return _("price changes on {day}").format(day=formats.day_short(due.parts[1].first))
    if due.parts and not due.parts[0].whole:
        return _("{days} of {all} days").format(days=due.parts[0].days, all=due.parts[0].of_days)
    return ""


def sums(found: dict[str, int]) -> str:
    """Sums of several currencies beside each other; they are never added."""
    return " + ".join(formats.money_text(minor, currency) for currency, minor in found.items())


def entries(count: int) -> str:
    """How many entries, in words."""
    return ngettext("{n} entry", "{n} entries", count).format(n=formats.count(count))


def rhythm(schedule: Schedule) -> str:
    """How often and when: "every month, in advance"."""
    return _("{interval}, {when}").format(interval=_(INTERVALS[schedule.interval][0]), when=_(BILLS[schedule.bill]))


STATE_TONES = {"running": "green", "paused": "amber", "ended": "grey"}


def state(key: str) -> str:
    """The state of a schedule in words."""
    return {"running": _("Running"), "paused": _("Paused"), "ended": _("Ended")}[key]
