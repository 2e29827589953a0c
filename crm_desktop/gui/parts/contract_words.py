"""How contracts are put into words: notice period, price, state, days left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui.widgets import formats
from crm_desktop.sales import contract_terms, contracts
from crm_desktop.sales.contracts import Contract

# Days before the last day to cancel from which it wants a look, and from which it presses.
SOON, NOW = 45, 14


def notice(contract: Contract) -> str:
    """The notice period: "3 months to the end of a quarter", "1 month before the end", or that there is none."""
    n, unit, kind = contract.notice_count, contract.notice_unit, contract_terms.kind_of(contract.terms)
    if not n:
        return _("none")
    if kind == "term":
        return _ends(n)[unit].format(n=n)
    return _("{period} {to_the_end}").format(
        period=_periods(n)[unit].format(n=n), to_the_end=_(contracts.NOTICE_TO[kind])
    )


def _ends(n: int) -> dict[str, str]:
    return {
        "day": ngettext("{n} day before the end", "{n} days before the end", n),
        "week": ngettext("{n} week before the end", "{n} weeks before the end", n),
        "month": ngettext("{n} month before the end", "{n} months before the end", n),
        "year": ngettext("{n} year before the end", "{n} years before the end", n),
    }


def _periods(n: int) -> dict[str, str]:
    return {
        "day": ngettext("{n} day", "{n} days", n),
        "week": ngettext("{n} week", "{n} weeks", n),
        "month": ngettext("{n} month", "{n} months", n),
        "year": ngettext("{n} year", "{n} years", n),
    }


def renewal(contract: Contract) -> str:
    """By how much it renews: "12 months", "by itself never"."""
    n = contract.renewal_months
    if not contract.end_on:
        return _("runs until notice is given")
    if n < 0:
        return _("goes on without end")
    return ngettext("{n} month", "{n} months", n).format(n=n) if n else _("not by itself")


def state(contract: Contract) -> str:
    """In which state it is, with the end of a notice: "Notice given, ends 31 January 2027"."""
    word = _(contracts.STATES[contract.state])
    if contract.state == "notice_given" and contract.ends_on is not None:
        return _("{state}, ends {day}").format(state=word, day=formats.day_long(contract.ends_on))
    return word


def next_step(contract: Contract) -> str:
    """The next change of price in a sentence; empty if there is none ahead."""
    ahead = [step.from_on for step in contract.steps if step.from_on > dates.today()]
    if not ahead:
        return ""
    value = formats.money_text(contract.value_on(ahead[0]), contract.currency)
    return _("{amount} from {day}").format(amount=value, day=formats.day(ahead[0]))


@dataclass(frozen=True)
class Marks:
    """What the timeline marks besides the next last day: later last days, changes of price, days to tell the other side."""

    later: tuple[date, ...]
    prices: tuple[date, ...]
    windows: tuple[contract_terms.Window, ...]


def marks(contract: Contract, first: date, last: date) -> Marks:
    """The marks of a contract between two days."""
    ends_on = contract.ends_on or (contract.end_on if contract.renewal_months == 0 else None) or last
    prices = tuple(s.from_on for s in contract.steps if first <= s.from_on <= min(last, ends_on))
    if contract.state != "active":
        return Marks((), prices, ())
    days = [day for day, _end in contract_terms.cancel_days(contract.terms, dates.today(), last)]
    return Marks(tuple(days[1:]), prices, tuple(contract_terms.windows(contract.terms, dates.today(), last)))


def ahead(contract: Contract, first: date, last: date) -> str:
    """What is ahead in sentences: the same as the timeline draws, for its tooltip and for screen readers."""
    days, found = contracts.dates_of(contract), marks(contract, first, last)
    end, cancel = days.term_ends_on, days.last_day_to_cancel
    lines = [state(contract)] if contract.state != "active" else []
    if cancel is not None:
        words = _("Last day to cancel: {day} ({left})")
        lines.append(words.format(day=formats.day_long(cancel), left=days_left(cancel)))
    if end is not None:
        words = _("Renews after {day}") if days.renews else _("Ends on {day}")
        lines.append(words.format(day=formats.day_long(end)))
    if found.later:
        later = ", ".join(formats.day(day) for day in found.later[:6])
        lines.append(_("Later last days: {days}").format(days=later))
    for day in found.prices:
        value = formats.money_text(contract.value_on(day), contract.currency)
        lines.append(_("From {day}: {amount}").format(day=formats.day_long(day), amount=value))
    for window in found.windows:
        words = _("Tell them from {first} to {last}")
        lines.append(words.format(first=formats.day(window.first), last=formats.day(window.last)))
    return "\n".join(lines)


def price(contract: Contract) -> str:
    """The value with its interval: "€148.00 a month"."""
    if not contract.value_now_minor:
        return ""
    value = formats.money_text(contract.value_now_minor, contract.currency)
    return _("{amount} {interval}").format(amount=value, interval=_(contracts.INTERVALS[contract.interval]))


def party(contract: Contract) -> str:
    """With whom: "Hotel Alsterblick GmbH", "Nordnetz · we pay"."""
    if contract.direction == "expense":
        return _("{name} · we pay").format(name=contract.party)
    return contract.party


def party_and_once(contract: Contract) -> str:
    """With whom; before it the price of what is paid once, which has no place in a column of years."""
    once = price(contract) if contract.interval == "once" else ""
    return " · ".join(part for part in (once, party(contract)) if part)


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
