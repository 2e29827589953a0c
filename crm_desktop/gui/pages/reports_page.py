"""Saved reports: written again with one click, or by themselves into a folder."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.gui import jobs
from crm_desktop.gui.parts import figure_report_form, periods
from crm_desktop.gui.parts.figure_period import FigurePeriod
from crm_desktop.gui.parts.figure_report_form import KIND_NAMES, SCHEDULE_NAMES
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import Cell
from crm_desktop.gui.widgets.layouts import column, frame, label, row, scroll
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.row_table import Col, RowTable
from crm_desktop.insight import report_schedule


class ReportsPage(Page):
    """See the module. A click on a report asks what to do with it."""

    key = "reports"
    tables = ("saved_report",)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._period = FigurePeriod(periods.year(dates.today()))
        self._new = Button(_("New report"), "primary", "plus", on=self.new)
        head = row(label(_("Reports"), "title"), "stretch", self._period, self._new, margins=(24, 14, 20, 14))
        self.table = RowTable(
            [Col(_("Name")), Col(_("What it shows")), Col(_("Written")), Col(_("Last written"), 120)], on=self._ask
        )
        self.table.setAccessibleName(_("Saved reports"))
        self._empty = label(
            _("No report is saved yet. A saved report is written again with one click, or by itself each month."),
            "body", "text2", wrap=True,
        )  # fmt: skip
        holder = QWidget()
        card = frame("card", self._empty, self.table, margins=(1, 10, 1, 8))
        self._empty.setContentsMargins(16, 4, 16, 6)
        column(holder, card, "stretch", margins=(24, 0, 20, 20))
        column(self, head, scroll(holder))
        self.reports: list[Any] = []
        self.problems: dict[int, str] = {}

    def title(self) -> str:
        return _("Reports")

    def activate(self, **args: Any) -> None:
        """Enter the page; `id` opens one report, or what kept it from being written."""
        self.refresh()
        wanted = int(args.get("id") or 0)
        place = next((n for n, report in enumerate(self.reports) if report.id == wanted), -1)
        if place >= 0 and self.problems.get(wanted):
            self._ask(place)
        elif place >= 0 and figure_report_form.ask(wanted):
            self.refresh()

    def refresh(self) -> None:
        from crm_desktop.exchange import saved_reports

        self.reports, self.problems = saved_reports.all_reports(), report_schedule.problems()
        self._empty.setVisible(not self.reports)
        self.table.setVisible(bool(self.reports))
        self.table.tell([_cells(report, self.problems.get(report.id, "")) for report in self.reports])

    def new(self) -> None:
        if figure_report_form.ask():
            self.refresh()

    def _ask(self, place: int) -> None:
        report = self.reports[place]
        problem = self.problems.get(report.id, "")
        acts = [("", _("Close")), ("delete", _("Delete")), ("change", _("Change"))]
        acts += [("again", _("Try again"))] if problem else [("write", _("Write now"))]
        words = _("{what}, written {when}.").format(
            what=_(KIND_NAMES[report.kind]), when=_(SCHEDULE_NAMES[report.schedule])
        )
        said = _("Not written: {problem}").format(problem=problem) if problem else ""
        chosen = dialogs.choose(report.name, "\n\n".join(filter(None, (words, said))), acts)
        if chosen == "delete":
            self._delete(report.id)
        elif chosen == "change" and figure_report_form.ask(report.id):
            self.refresh()
        elif chosen == "write":
            self.write(report)
        elif chosen == "again":
            jobs.run(partial(_again, report.id), done=self._tried, title=_("Writing {file}").format(file=report.name))

    def _tried(self, problem: str) -> None:
        self.toast.emit(problem or _("The report is written."), False)
        self.refresh()

    def _delete(self, report_id: int) -> None:
        from crm_desktop.exchange import saved_reports

        saved_reports.delete(report_id)
        self.refresh()
        self.toast.emit(_("Report deleted."), True)

    def write(self, report: Any) -> None:
        """Write a report for the period of the head and open it."""
        chosen = self._period.period
        name = f"{report.name} {chosen.name}.xlsx".replace("/", "-")
        path = dialogs.choose_save_file(_("Save the report"), name, [(_("Excel workbook"), "xlsx")], "report")
        if path is not None:
            work = partial(_write, report, path, chosen)
            jobs.run(work, done=self._written, title=_("Writing {file}").format(file=path.name))

    def _written(self, path: Path) -> None:
        self.toast.emit(_("Saved {file}.").format(file=path.name), False)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _cells(report: Any, problem: str) -> list[Cell]:
    return [
        Cell(report.name, strong=True),
        Cell(_(KIND_NAMES[report.kind])),
        Cell(_(SCHEDULE_NAMES[report.schedule]), "muted"),
        Cell(_("Not written"), "red") if problem else Cell(formats.day(report.last_written_on), "muted"),
    ]


def _again(report_id: int, _progress: Progress) -> str:
    from crm_desktop.exchange import scheduled_reports

    return scheduled_reports.retry(report_id)


def _write(report: Any, path: Path, period: periods.Period, progress: Progress) -> Path:
    from crm_desktop.exchange import saved_reports

    progress(0, 1, path.name)
    saved_reports.write(report, path, period.first, period.last)
    return path
