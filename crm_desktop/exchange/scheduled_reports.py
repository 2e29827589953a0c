"""Saved reports that write themselves: once for each period, into their folder.

What keeps one from its file is kept with the report and said in Today, and it is tried again until the file is there. A file
is whole or not there at all.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

from crm_desktop.core import dates
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.insight import report_schedule
from crm_desktop.insight.report_schedule import Waiting

RETRY_AFTER = timedelta(minutes=10)
_log = logging.getLogger(__name__)


def tend() -> int:
    """Write what is due into its folders; gives how many reports were written.

    What cannot be written keeps its sentence for Today and stays due: a folder is looked for each time, anything else is
    tried again after a while, so that a report that fails does not keep the program busy.
    """
    return sum(not _write_due(waiting) for waiting in report_schedule.due() if not _rests(waiting))


def _rests(waiting: Waiting) -> bool:
    """Whether a report failed a moment ago."""
    return bool(waiting.failed_at) and dates.now() - dates.instant_from(str(waiting.failed_at)) < RETRY_AFTER


def retry(report_id: int) -> str:
    """Write a scheduled report now if it is due; gives what keeps it from its file, "" when it is written or not due."""
    return next((_write_due(waiting) for waiting in report_schedule.due() if waiting.id == report_id), "")


def _write_due(waiting: Waiting) -> str:
    """Write a report and keep how that went; gives what is in the way, "" when the file is there."""
    if not report_schedule.has_folder(waiting):
        return report_schedule.no_folder(waiting.folder)
    problem = _trouble(waiting)
    kept = {"problem": problem, "failed_at": dates.instant_text(dates.now()) if problem else None}
    title = _("Report {name} could not be written") if problem else _("Report {name} written")
    with db.transaction(title.format(name=waiting.name), undoable=not problem):
        written = {} if problem else {"last_written_on": dates.today().isoformat()}
        db.update("saved_report", waiting.id, kept | written)
    return problem


def _trouble(waiting: Waiting) -> str:
    """Write the file of a report; gives what is in the way, "" when it is there."""
    # Slow to load, and most days nothing is due.
    from crm_desktop.exchange import exporting, saved_reports

    name = exporting.file_name(f"{waiting.name} {waiting.first} {waiting.last}")
    try:
        saved_reports.write(
            saved_reports.get(waiting.id), Path(waiting.folder) / f"{name}.xlsx", waiting.first, waiting.last
        )
    except (Problem, UserError) as error:
        return str(error)
    except Exception:  # noqa: BLE001  (told to the owner)
        # A fault of ours in one report must not hide: it is logged in full, and the owner is told which report it is.
        _log.exception("The scheduled report %s failed", waiting.id)
        return _("A fault of the program kept it from being made. The log has the details; “About” names its folder.")
    return ""
