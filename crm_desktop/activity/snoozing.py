"""When a reminder may come back: in an hour, this afternoon, tomorrow at 9, on Monday at 9, next week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from crm_desktop.core.i18n import gettext_ as _

MORNING, AFTERNOON = time(9), time(15)


@dataclass(frozen=True)
class Choice:
    """One way to put something off; `at` is None where only the day counts. `key` stays the same in every language."""

    key: str
    words: str
    day: date
    at: time | None = None


def choices(now: datetime, *, hours: bool = True) -> list[Choice]:
    """The choices at a moment on the owner's clock; without `hours` only those of other days, without their hour.

    No day is offered twice, and no hour that is nearly over.
    """
    today = now.date()
    soon = now + timedelta(hours=1)
    found = []
    if hours:
        found.append(Choice("hour", _("In an hour"), soon.date(), soon.time().replace(second=0, microsecond=0)))
        if soon < datetime.combine(today, AFTERNOON):
            found.append(Choice("afternoon", _("This afternoon"), today, AFTERNOON))
    morning = MORNING if hours else None
    tomorrow, monday = today + timedelta(days=1), today + timedelta(days=7 - today.weekday())
    found.append(Choice("tomorrow", _("Tomorrow"), tomorrow, morning))
    if monday != tomorrow:
        found.append(Choice("monday", _("Next Monday"), monday, morning))
    week = today + timedelta(days=7)
    if week != monday:
        found.append(Choice("week", _("In a week"), week))
    return found
