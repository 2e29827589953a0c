"""For the bookkeeper: figures for the VAT return of a period, and everything that is handed over."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QFrame, QMenu, QWidget

from crm_desktop.company import profile
from crm_desktop.core import dates, preferences
from crm_desktop.core.i18n import N_, ngettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.gui import jobs
from crm_desktop.gui.parts import periods
from crm_desktop.gui.parts.numbers_card import NumbersCard
from crm_desktop.gui.parts.periods import Period, PeriodButton
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import Cell
from crm_desktop.gui.widgets.inputs import ChoiceInput
from crm_desktop.gui.widgets.layouts import clear, column, label, row, scroll, stack
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.row_table import Col, RowTable
from crm_desktop.insight import vat_figures
from crm_desktop.insight.vat_figures import Figures, Sum

REPORTS = {
    "vat": N_("VAT figures"), "journal": N_("Invoice journal"), "payments": N_("Payments"),
    "open-items": N_("Open items"), "customers": N_("Customers"), "numbers": N_("Numbers"),
}  # fmt: skip
_METHOD = "vat_method"


class BookkeepingPage(Page):
    """See the module. The period is chosen in the head and holds for everything on the page."""

    key = "bookkeeping"
    tables = ("document", "payment", "allocation", "company", "document_deduction", "number_series", "setting")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._period = PeriodButton(periods.month(dates.add_months(dates.today().replace(day=1), -1)))
        self._period.chosen.connect(self.refresh)
        self._report = Button(_("Report"), "primary", "file-spreadsheet", name=_("Write a report"))
        self._report.setMenu(self._report_menu())
        head = row(label(_("Bookkeeping"), "title"), "stretch", self._period, self._report, margins=(24, 14, 20, 14))
        content = QWidget()
        self._numbers = NumbersCard()
        column(
            content, self._vat_card(), self._numbers, self._hand_over_card(), "stretch", gap=14, margins=(24, 0, 20, 20)
        )
        column(self, head, scroll(content))

    def title(self) -> str:
        return _("Bookkeeping")

    # ---- cards -------------------------------------------------------------------------------------------------------

    def _vat_card(self) -> QFrame:
        self._method = ChoiceInput([("agreed", _("By invoice (agreed)")), ("received", _("By payment (received)"))])
        self._method.setMinimumWidth(230)
        self._method.setAccessibleName(_("How tax falls due"))
        self._method.set_value(str(preferences.get(_METHOD) or "agreed"))
        self._method.edited.connect(self._choose_method)
        self._due, self._due_words = label("", "display"), label("", "small", "text2")
        self._tables = stack(gap=14)
        head = row(label(_("Figures for the VAT return"), "b"), "stretch", self._method)
        hint = label(_("Which way holds for you, your tax office has told you."), "small", "text3", wrap=True)
        return _card(head, row(self._due, self._due_words, "stretch", gap=12), self._tables, hint)

    def _hand_over_card(self) -> QFrame:
        acts = (
            ("datev", "file-output", _("Bookings for DATEV"), _("Two files that a German bookkeeper reads in."), self.save_datev),
            ("archive", "archive", _("Archive of documents"),
             _("PDFs and e-invoices by year and month, with a list and checksums."), self.save_archive),
        )  # fmt: skip
        lines: list[Any] = []
        for _key, icon, name, words, act in acts:
            lines.append(row(stack(label(name, "m"), label(words, "small", "text2"), gap=2), "stretch",
                             Button(_("Save to a folder"), "secondary", icon, on=act, name=name), gap=12))  # fmt: skip
        settings = Button(_("Accounts of the bookkeeping"), "link", on=self._show_accounts)
        return _card(row(label(_("Hand over"), "b"), "stretch", settings), *lines)

    def _show_accounts(self) -> None:
        self.go.emit("settings", {"section": "bookkeeping"})

    # ---- telling -----------------------------------------------------------------------------------------------------

    def activate(self, **args: Any) -> None:
        if {"first", "last", "name"} <= args.keys():
            self._period.choose(Period(args["name"], args["first"], args["last"]))
        else:
            self.refresh()

    def _choose_method(self) -> None:
        preferences.put(_METHOD, self._method.value())
        self.refresh()

    def refresh(self) -> None:
        period = self._period.period
        found = vat_figures.figures(period.first, period.last, str(self._method.value()))
        home = profile.load().currency
        self._due.setText(formats.money_text(found.tax_due().get(home, 0), home))
        words = ngettext("tax from {n} document", "tax from {n} documents", len({e.document_id for e in found.entries}))
        self._due_words.setText(words.format(n=len({e.document_id for e in found.entries})))
        clear(self._tables)
        self._tell_sums(found, home)
        self._tell_acquirers(found)
        self._numbers.tell(range(period.first.year, period.last.year + 1))

    def _tell_sums(self, found: Figures, home: str) -> None:
        sums = found.sums()
        if not sums:
            nothing = {
                "agreed": _("No invoice was issued in this period."),
                "received": _("No payment came in this period."),
            }
            self._tables.addWidget(label(nothing[found.method], "body", "text2"))
            return
        for currency in dict.fromkeys(s.currency for s in sums):
            if currency != home:
                self._tables.addWidget(
                    label(_("In {currency}, without a rate of exchange on the document").format(currency=currency), "m")
                )
            table = RowTable(
                [
                    Col(_("Rate")),
                    Col(_("Documents"), 100, right=True),
                    Col(_("Net"), 130, right=True),
                    Col(_("Tax"), 130, right=True),
                ]
            )
            table.tell([_sum_cells(s) for s in sums if s.currency == currency])
            self._tables.addWidget(table)

    def _tell_acquirers(self, found: Figures) -> None:
        acquirers = found.acquirers()
        if not acquirers:
            return
        kinds = {"K": _("Goods"), "AE": _("Services")}
        table = RowTable(
            [Col(_("VAT id"), 150), Col(_("Customer")), Col(_("Kind"), 110), Col(_("Net"), 130, right=True)]
        )
        table.tell(
            [
                [
                    Cell(a.vat_id),
                    Cell(a.customer),
                    Cell(kinds[a.category]),
                    Cell(formats.money_text(a.basis_minor, a.currency)),
                ]
                for a in acquirers
            ]
        )
        self._tables.addWidget(label(_("To businesses in the EU, for the recapitulative statement"), "m"))
        self._tables.addWidget(table)

    # ---- handing over ------------------------------------------------------------------------------------------------

    def _report_menu(self) -> QMenu:
        menu = QMenu(self._report)
        for kind, name in REPORTS.items():
            act = QAction(_(name), menu)
            act.triggered.connect(partial(self._save_report, kind))
            menu.addAction(act)
        return menu

    def primary(self) -> None:
        self._report.showMenu()

    def export(self) -> None:
        self._save_report("vat")

    def _save_report(self, kind: str, *_checked: object) -> None:
        name = f"{_(REPORTS[kind])} {self._period.period.name}.xlsx"
        kinds = [(_("Excel workbook"), "xlsx"), (_("Table (CSV)"), "csv")]
        path = dialogs.choose_save_file(_("Save the report"), name, kinds, "report")
        if path is not None:
            title = _("Writing {file}").format(file=path.name)
            jobs.run(partial(_write_report, kind, path, self._period.period), done=self._written, title=title)

    def _written(self, path: Path) -> None:
        self.toast.emit(_("Saved {file}.").format(file=path.name), False)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def save_datev(self) -> None:
        """Write the two files for DATEV into a folder."""
        self._to_folder(_("Folder for DATEV"), _write_datev)

    def save_archive(self) -> None:
        """Write or bring up to date the archive of documents."""
        self._to_folder(_("Folder of the archive"), _write_archive)

    def _to_folder(self, title: str, work: Callable[[Path, Period, Progress], str]) -> None:
        folder = dialogs.choose_folder(title, "bookkeeping")
        if folder is not None:
            jobs.run(partial(work, folder, self._period.period), done=self._handed_over, title=title)

    def _handed_over(self, words: str) -> None:
        self.toast.emit(words, False)


def _write_report(kind: str, path: Path, period: Period, progress: Progress) -> Path:
    from crm_desktop.exchange import excel_reports

    progress(0, 1, path.name)
    excel_reports.write(kind, path, period.first, period.last)
    return path


def _write_datev(folder: Path, period: Period, progress: Progress) -> str:
    from crm_desktop.exchange import datev

    progress(0, 1, folder.name)
    done = datev.write(folder, period.first, period.last)
    words = ngettext(
        "Saved {n} booking for DATEV in {folder}.", "Saved {n} bookings for DATEV in {folder}.", done.bookings
    ).format(n=done.bookings, folder=folder)
    return " ".join([words, *done.notices()])


def _write_archive(folder: Path, period: Period, progress: Progress) -> str:
    from crm_desktop.exchange import archive

    done = archive.write(folder, period.first, period.last, progress)
    words = ngettext(
        "The archive holds {n} file of this period.", "The archive holds {n} files of this period.", done.files
    )
    if done.differing:
        more = _("{file} there is not what was issued; it was left as it is.").format(file=done.differing[0])
        return f"{words.format(n=done.files)} {more}"
    return words.format(n=done.files)


def _sum_cells(one: Sum) -> list[Cell]:
    return [
        Cell(_group_name(one), strong=True),
        Cell(str(one.documents)),
        Cell(formats.amount(one.basis_minor, one.currency)),
        Cell(formats.amount(one.tax_minor, one.currency)),
    ]


def _group_name(one: Sum) -> str:
    names = {
        "AE": _("reverse charge"), "K": _("within the EU"), "G": _("export"), "E": _("exempt"), "O": _("no tax"),
    }  # fmt: skip
    if one.category in names or one.rate is None:
        return names.get(one.category, one.category)
    return formats.percent(int(one.rate * 100))


def _card(*parts: object) -> QFrame:
    made = QFrame()
    made.setProperty("k", "card")
    column(made, *parts, gap=10, margins=(19, 14, 19, 14))
    return made
