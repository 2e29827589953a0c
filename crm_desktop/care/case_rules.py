"""By when a case is to be done: a number of days per kind and priority, counted as working days or as days.

Working days are Monday to Friday. The owner changes the days in Settings; a case keeps the day that it was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.db import noted

KINDS = {
    "question": N_("Question"),
    "complaint": N_("Complaint"),
    "return": N_("Return"),
    "repair": N_("Repair"),
    "maintenance": N_("Maintenance"),
}
LOW, NORMAL, HIGH = -1, 0, 1
PRIORITIES = {HIGH: N_("High"), NORMAL: N_("Normal"), LOW: N_("Low")}
LONGEST_DAYS = 365
_USUAL_DAYS = 7
_WORKING_KEY = "case_due_working_days"
_SATURDAY = 5


@dataclass(frozen=True)
class Rule:
    """So many days for a kind of case, by its priority."""

    kind: str
    low: int
    normal: int
    high: int


def rules() -> list[Rule]:
    """The days of every kind, in the order of `KINDS`."""
    found = {(kind, priority): days for kind, priority, days in db.query("SELECT kind, priority, days FROM case_due")}
    return [
        Rule(kind, *(found.get((kind, priority), _USUAL_DAYS) for priority in (LOW, NORMAL, HIGH))) for kind in KINDS
    ]


def set_rule(rule: Rule) -> None:
    """Change the days of a kind; cases that are there keep their day.

    Raises:
        ValidationError: a number is not from 0 to 365; field → sentence.
    """
    wanted = {"low": (LOW, rule.low), "normal": (NORMAL, rule.normal), "high": (HIGH, rule.high)}
    sentence = _("Enter a number of days from 0 to {most}.").format(most=LONGEST_DAYS)
    problems = {name: sentence for name, (_priority, days) in wanted.items() if not 0 <= days <= LONGEST_DAYS}
    if problems:
        raise ValidationError(problems)
    with db.transaction(_("Change when cases are due")):
        for priority, days in wanted.values():
            row_id = db.value("SELECT id FROM case_due WHERE kind = ? AND priority = ?", [rule.kind, priority])
            if row_id is None:
                db.insert("case_due", {"kind": rule.kind, "priority": priority, "days": days})
            else:
                db.update("case_due", int(row_id), {"days": days})


def counts_working_days() -> bool:
    """Whether Saturdays and Sundays are left out; they are unless the owner says otherwise."""
    return bool(db.value("SELECT value FROM setting WHERE key = ?", [_WORKING_KEY]) != "0")


def count_working_days(*, working: bool) -> None:
    """Leave Saturdays and Sundays out from now on, or count them."""
    with db.transaction(_("Change settings"), merge=True):
        noted.put_setting(_WORKING_KEY, "1" if working else "0")


def add_working_days(day: date, days: int) -> date:
    """The day after so many working days; 0 is the day itself, or the Monday after a weekend."""
    while day.weekday() >= _SATURDAY:
        day = dates.add_days(day, 1)
    weeks, rest = divmod(days, _SATURDAY)
    day = dates.add_days(day, weeks * 7)
    over_weekend = 2 if day.weekday() + rest >= _SATURDAY else 0
    return dates.add_days(day, rest + over_weekend)


def due_on(kind: str, priority: int, opened: date) -> date:
    """By when a case that was opened on a day is to be done."""
    days = db.value("SELECT days FROM case_due WHERE kind = ? AND priority = ?", [kind, priority])
    days = _USUAL_DAYS if days is None else int(days)
    return add_working_days(opened, days) if counts_working_days() else dates.add_days(opened, days)
