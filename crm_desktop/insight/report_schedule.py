"""When a saved report is written by itself, and which of them wait: "on the first of the month, for the month before".

A schedule is "" (by hand), "daily", "weekly", "monthly", "quarterly" or "yearly". On the first day of a new period the
report of the one before is due, or as soon as the program runs after that day; for one period it is written once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.db import connection as db
from crm_desktop.insight.task import Task

SCHEDULES = ("", "daily", "weekly", "monthly", "quarterly", "yearly")


@dataclass(frozen=True)
class Waiting:
    """A report that is due: the period that it shall show, and the folder that it goes into."""

    id: int
    name: str
    folder: str
    first: date
    last: date


def begin(schedule: str, day: date) -> date:
    """The first day of the period that a day lies in."""
    if schedule == "daily":
        return day
    if schedule == "weekly":
        return dates.add_days(day, -day.weekday())
    month = {"quarterly": (day.month - 1) // 3 * 3 + 1, "yearly": 1}.get(schedule, day.month)
    return day.replace(month=month, day=1)


def period_before(schedule: str, day: date) -> tuple[date, date]:
    """The whole period before the one that a day lies in."""
    last = dates.add_days(begin(schedule, day), -1)
    return begin(schedule, last), last


def due(day: date | None = None) -> list[Waiting]:
    """The reports that are due on a day (today): those that were not written since their period began."""
    on = day or dates.today()
    rows = db.query(
        "SELECT id, name, folder, schedule, coalesce(last_written_on, substr(created_at, 1, 10), '') FROM saved_report "
        "WHERE schedule <> '' ORDER BY name"
    )
    return [
        Waiting(row[0], row[1], row[2], *period_before(row[3], on))
        for row in rows
        if row[3] in SCHEDULES and row[4] < begin(row[3], on).isoformat()
    ]


def tasks() -> list[Task]:
    """One line of Today for all reports that cannot be written because their folder is not there."""
    stuck = [found for found in due() if not Path(found.folder).is_dir()]
    if not stuck:
        return []
    title = ngettext("The report “{name}” waits", "{n} reports wait", len(stuck)).format(
        name=stuck[0].name, n=len(stuck)
    )
    reason = _("The folder {folder} is not there. Connect the drive or choose another folder.")
    words = reason.format(folder=stuck[0].folder or "–")
    return [Task("report", "today", title, words, "open", dates.today(), record="report", record_id=stuck[0].id)]
