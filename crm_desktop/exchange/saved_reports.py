"""Reports that the owner keeps: what they show, written again by name, or by themselves into a folder.

A saved report is one of the standing reports (`excel_reports.KINDS`) or an own one ("list", see `report_own`). With a
schedule it is written when its period begins (see `insight.report_schedule` and `scheduled_reports`).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, UserError, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.exchange import excel_reports, report_csv, report_own
from crm_desktop.exchange import report_workbook as wb
from crm_desktop.exchange.report_own import Own
from crm_desktop.exchange.report_parts import company_name
from crm_desktop.insight import report_schedule

OWN = "list"
KINDS = (*excel_reports.KINDS, OWN)
_COLUMNS = "id, name, kind, spec, schedule, folder, last_written_on, problem"


@dataclass(frozen=True)
class SavedReport:
    """A saved report; `own` is None for one of the standing reports. `folder` is "" where nothing is written by itself.

    `problem` says what kept the last scheduled run from its file.
    """

    id: int
    name: str
    kind: str
    own: Own | None
    schedule: str
    folder: str
    last_written_on: date | None
    problem: str = ""


def all_reports() -> list[SavedReport]:
    """All of them, by name."""
    return [_read(row) for row in db.query(f"SELECT {_COLUMNS} FROM saved_report ORDER BY name")]


def find(name: str) -> SavedReport:
    """A report by its name.

    Raises:
        NotFound: there is none.
    """
    row = db.one(f"SELECT {_COLUMNS} FROM saved_report WHERE name = ?", [text.tidy(name)])
    if row is None:
        raise NotFound(_("There is no saved report “{name}”.").format(name=name))
    return _read(row)


def get(report_id: int) -> SavedReport:
    """A report by its id.

    Raises:
        NotFound: it was deleted.
    """
    row = db.one(f"SELECT {_COLUMNS} FROM saved_report WHERE id = ?", [report_id])
    if row is None:
        raise NotFound(_("This saved report was deleted."))
    return _read(row)


def _read(row: tuple[Any, ...]) -> SavedReport:
    spec = json.loads(row[3] or "{}")
    own = None
    if row[2] == OWN:
        own = Own(
            str(spec.get("table", "")), tuple(spec.get("columns", ())), str(spec.get("group", "")),
            tuple(spec.get("sums", ())), bool(spec.get("by_period", True)),
        )  # fmt: skip
    written = date.fromisoformat(row[6]) if row[6] else None
    return SavedReport(row[0], row[1], row[2], own, row[4], row[5], written, row[7])


def check(values: dict[str, Any], report_id: int = 0) -> dict[str, str]:
    """What cannot be kept, as field → sentence."""
    found: dict[str, str] = {}
    name = text.tidy(str(values.get("name") or ""))
    if not name:
        found["name"] = _("Give the report a name.")
    elif db.one("SELECT 1 FROM saved_report WHERE name = ? AND id <> ?", [name, report_id]):
        found["name"] = _("Another report has this name.")
    if values.get("kind") not in KINDS:
        found["kind"] = _("Choose what the report shows.")
    schedule = values.get("schedule") or ""
    if schedule not in report_schedule.SCHEDULES:
        found["schedule"] = _("Choose when the report is written.")
    elif schedule and not (values.get("folder") and Path(str(values["folder"])).is_dir()):
        found["folder"] = _("This folder is not there. Choose the folder that the report goes into.")
    if values.get("kind") == OWN and "kind" not in found:
        try:
            report_own.check(values.get("own") or Own(""))
        except UserError as error:
            found["own"] = str(error)
    return found


def save(values: dict[str, Any], report_id: int = 0) -> int:
    """Keep a report: name, kind, own (an `Own`), schedule, folder; gives its id. Its first period is the one to come.

    Raises:
        ValidationError: see `check`.
    """
    if problems := check(values, report_id):
        raise ValidationError(problems)
    own = values.get("own")
    stored = {
        "name": text.tidy(str(values["name"])),
        "kind": values["kind"],
        "spec": json.dumps(asdict(own)) if isinstance(own, Own) else "{}",
        "schedule": values.get("schedule") or "",
        "folder": str(values.get("folder") or ""),
        "updated_at": dates.stamp(),
        "problem": "",
        "failed_at": None,
    }
    with db.transaction(_("Saved report {name}").format(name=stored["name"])):
        if report_id:
            db.update("saved_report", report_id, stored)
            return report_id
        return db.insert("saved_report", stored | {"created_at": dates.instant_text(dates.now())})


def delete(report_id: int) -> None:
    """Forget a report; files that were written stay."""
    name = get(report_id).name
    with db.transaction(_("Delete report {name}").format(name=name)):
        db.delete("saved_report", report_id)


def write(report: SavedReport, path: Path, first: date | None = None, last: date | None = None) -> None:
    """Write a report to a workbook or a .csv file; the period is this year up to today, unless it is given.

    Raises:
        UserError: the period ends before it begins, or the report asks for what is not there.
        Problem: the file cannot be written.
    """
    if report.own is None:
        excel_reports.write(report.kind, path, first, last)
        return
    until = last or dates.today()
    begin = first or until.replace(month=1, day=1)
    if begin > until:
        raise UserError(_("The period ends before it begins. Exchange the two days."))
    sheets = report_own.sheets(report.own, report.name, begin, until)
    if path.suffix.lower() == ".csv":
        report_csv.write(path, sheets)
    else:
        wb.write(path, sheets, company=company_name(), title=report.name)
