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
    """A report that is due: the period that it shall show, the folder that it goes into, and what kept it from that."""

    id: int
    name: str
    folder: str
    first: date
    last: date
    problem: str = ""
    failed_at: str | None = None


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
        "SELECT id, name, folder, schedule, coalesce(last_written_on, substr(created_at, 1, 10), ''), problem, failed_at "
        "FROM saved_report WHERE schedule <> '' ORDER BY name"
    )
    return [
        Waiting(row[0], row[1], row[2], *period_before(row[3], on), row[5], row[6])
        for row in rows
        if row[3] in SCHEDULES and row[4] < begin(row[3], on).isoformat()
    ]


def has_folder(waiting: Waiting) -> bool:
    """Whether the folder of a report is there."""
    return bool(waiting.folder) and Path(waiting.folder).is_dir()


def no_folder(folder: str) -> str:
    """What is said where the folder of a report is gone."""
    return _("The folder {folder} is not there. Connect the drive or choose another folder.").format(
        folder=folder or "–"
    )


def problems() -> dict[int, str]:
    """What keeps reports that are due from being written, by report."""
    said = {one.id: one.problem if has_folder(one) else no_folder(one.folder) for one in due()}
    return {report_id: problem for report_id, problem in said.items() if problem}


def tasks() -> list[Task]:
    """One line of Today for all reports that could not be written; it leads to the first of them."""
    stuck = problems()
    if not stuck:
        return []
    first, reason = next(iter(stuck.items()))
    name = str(db.value("SELECT name FROM saved_report WHERE id = ?", [first]))
    title = ngettext("The report “{name}” was not written", "{n} reports were not written", len(stuck))
    words = reason if len(stuck) == 1 else f"{name}: {reason}"
    said = title.format(name=name, n=len(stuck))
    return [Task("report", "today", said, words, "open", dates.today(), record="report", record_id=first)]
