"""The words of a caller's card."""

from __future__ import annotations

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers.caller import Holder
from crm_desktop.gui.parts import timeline_words
from crm_desktop.gui.widgets import formats
from crm_desktop.insight.caller_facts import CallerFacts, Owed


def facts(found: CallerFacts) -> list[tuple[str, str, str]]:
    """What stands on the card: label, value, tone."""
    last = found.last
    contact = ""
    if last is not None:
        about = " · ".join(
            part for part in (dict(timeline_words.kinds()).get(last.kind, ""), last.who, last.title) if part
        )
        contact = f"{formats.day_near(last.happened_at)}: {about}"
    promise = found.promise
    late = promise is not None and promise.due_on < dates.today()
    told = f"{formats.day_near(promise.due_on)}: {promise.title}" if promise is not None else _("Nothing promised")
    money = [(_owed(owed), "red" if owed.late_minor else "") for owed in found.owed] or [(_("Nothing to pay"), "")]
    complaints = [(f"{one.number}: {one.title}", "red") for one in found.complaints] or [(_("None open"), "")]
    more = ngettext("{n} other case is open", "{n} other cases are open", found.other_cases).format(n=found.other_cases)
    return [
        *((_("Invoices") if not place else " ", words, tone) for place, (words, tone) in enumerate(money)),
        *((_("Complaints") if not place else " ", words, tone) for place, (words, tone) in enumerate(complaints)),
        (_("Cases"), more if found.other_cases else "", ""),
        (_("Last contact"), contact or _("Nothing written yet"), ""),
        (_("Promised"), told, "red" if late else ""),
    ]


def _owed(owed: Owed) -> str:
    count = ngettext("{n} invoice", "{n} invoices", owed.invoices).format(n=owed.invoices)
    words = _("{amount} open, {invoices}").format(
        amount=formats.money_text(owed.open_minor, owed.currency), invoices=count
    )
    if not owed.late_minor or owed.due_on is None:
        return words
    days = (dates.today() - owed.due_on).days
    late = ngettext("{amount} late by {n} day", "{amount} late by {n} days", days)
    return f"{words}. {late.format(amount=formats.money_text(owed.late_minor, owed.currency), n=days)}"


def choice(holder: Holder) -> tuple[str, str]:
    """A customer to choose from: name, and whose number it is."""
    archived = _("Archived") if holder.archived else ""
    return holder.name, " · ".join(
        part for part in (holder.person, holder.city, formats.isolate(holder.phone), archived) if part
    )


def under_name(found: CallerFacts, holder: Holder | None) -> str:
    """What stands below the name: who it is there, number of the customer, town, and the number that calls."""
    parts = [holder.person if holder else "", found.number, found.city, formats.isolate(holder.phone) if holder else ""]
    return "  ·  ".join(part for part in parts if part)


def clock(seconds: int) -> str:
    """How long a call has lasted: "2:05"."""
    return formats.isolate(f"{seconds // 60}:{seconds % 60:02}")
