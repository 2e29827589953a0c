"""How cases are put into words and colours, the same in list, pane, form and cards."""

from __future__ import annotations

from datetime import date

from crm_desktop.care import cases
from crm_desktop.care.case_rules import KINDS, PRIORITIES
from crm_desktop.care.cases import Case
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui.widgets import formats

ICONS = {
    "question": "message-circle-question-mark",
    "complaint": "message-square-warning",
    "return": "undo-2",
    "repair": "hammer",
    "maintenance": "wrench",
}
_TONES = {cases.OPEN: "blue", cases.WAITING: "grey", cases.SOLVED: "green", cases.CLOSED: "grey"}


def kinds() -> list[tuple[str, str]]:
    """What a case can be."""
    return [(key, _(name)) for key, name in KINDS.items()]


def priorities() -> list[tuple[int, str]]:
    """How pressing a case can be."""
    return [(key, _(name)) for key, name in PRIORITIES.items()]


def state(found: Case) -> tuple[str, str, bool]:
    """Word, tone, and whether it is an exception that gets a pill."""
    if found.is_late:
        return _("Late"), "red", True
    if found.is_open and found.due_on == dates.today():
        return _("Due today"), "amber", True
    return _(cases.STATES[found.state]), _TONES[found.state], False


def due(found: Case) -> tuple[str, str]:
    """By when it is to be done, with the days that are left or over, and the tone of that."""
    if found.due_on is None:
        return "", ""
    words = _("{day}, {ago}").format(day=formats.day(found.due_on), ago=formats.ago(found.due_on))
    if not found.is_open:
        return formats.day(found.due_on), ""
    return words, "red" if found.is_late else "amber" if found.due_on == dates.today() else ""


def warranty(until: date | None) -> tuple[str, str]:
    """Whether there is warranty: "under warranty until …", and the tone of that."""
    if until is None:
        return "", ""
    if until >= dates.today():
        return _("Under warranty until {day}").format(day=formats.day(until)), "green"
    return _("Warranty ended on {day}").format(day=formats.day(until)), "amber"


def warranty_short(until: date | None) -> str:
    """The same in few words, for short rows."""
    if until is None:
        return ""
    day = formats.day_short(until)
    return (
        _("warranty until {day}").format(day=day)
        if until >= dates.today()
        else _("no warranty since {day}").format(day=day)
    )


def product(found: Case) -> str:
    """What it is about: the product with its serial number."""
    return " · ".join(part for part in (found.product, found.serial) if part)


def time_text(minutes: int) -> str:
    """A time: "1:45 h"."""
    return _("{hours}:{minutes} h").format(hours=minutes // 60, minutes=f"{minutes % 60:02}") if minutes else ""


def number_of(count: int) -> str:
    """How many cases."""
    return ngettext("{n} case", "{n} cases", count).format(n=formats.count(count))
