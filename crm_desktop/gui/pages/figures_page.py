"""Figures: revenue by month against the year before, what is open by age, the top customers; and the Excel reports."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QFrame, QGridLayout, QMenu, QWidget

from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.i18n import N_, ngettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.gui import jobs
from crm_desktop.gui.parts.ageing import age_name
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.charts import ColumnChart, PartsBar, ShareBar
from crm_desktop.gui.widgets.layouts import clear, column, hairline, label, line_of, recolor, row, scroll, stack
from crm_desktop.gui.widgets.page import Page
from crm_desktop.insight import open_items, revenue

REPORTS = {"journal": N_("Invoice journal"), "open-items": N_("Open items"), "customers": N_("Customers")}
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NAME_WIDTH = 190
_AGE_COLORS = ("c1", "amberSolid", "redSolid", "redSolid", "redSolid")


class FiguresPage(Page):
    """See the module. The year is chosen in the head; every figure is in the company's currency."""

    key = "figures"
    tables = ("document", "payment", "allocation", "customer", "company")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._year = dates.today().year
        self._years = Button("", "secondary", "calendar", name=_("Choose the year"))
        self._years.setMenu(QMenu(self._years))
        self._report = Button(_("Excel report"), "primary", "file-spreadsheet", name=_("Write an Excel report"))
        self._report.setMenu(self._report_menu())
        head = row(label(_("Figures"), "title"), "stretch", self._years, self._report, margins=(24, 14, 20, 14))
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(24, 0, 20, 20)
        grid.setSpacing(14)
        grid.addWidget(self._revenue_card(), 0, 0, 1, 2)
        grid.addWidget(self._age_card(), 1, 0)
        grid.addWidget(self._top_card(), 1, 1)
        grid.setRowStretch(0, 1)
        column(self, head, scroll(content))

    def title(self) -> str:
        return _("Figures")

    # ---- cards -----------------------------------------------------------------------------------------------------

    def _revenue_card(self) -> QFrame:
        self._sum, self._compare = label("", "display"), label("", "small", "text2")
        self._legend = label("", "small", "text2")
        self._chart = ColumnChart()
        self._left_out = label("", "small", "text3", wrap=True)
        figure = row(self._sum, self._compare, "stretch", gap=12)
        head = row(label(_("Revenue by month, without tax"), "b"), "stretch", self._legend)
        return _card(head, figure, self._chart, self._left_out)

    def _age_card(self) -> QFrame:
        self._open, self._late = label("", "display"), label("", "small", "text2")
        self._ages = PartsBar()
        self._age_rows = stack(gap=0)
        head = row(label(_("Open items by age"), "b"), "stretch")
        return _card(head, row(self._open, self._late, "stretch", gap=12), self._ages, self._age_rows, "stretch")

    def _top_card(self) -> QFrame:
        self._share, self._share_text = label("", "display"), label("", "small", "text2")
        self._top_rows = stack(gap=4)
        head = row(label(_("Top customers"), "b"), "stretch")
        return _card(head, row(self._share, self._share_text, "stretch", gap=12), self._top_rows, "stretch")

    # ---- telling ---------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        self._currency = profile.load().currency
        self._fill_years()
        this, before = revenue.by_month(self._year), revenue.by_month(self._year - 1)
        self._tell_revenue(this, before)
        self._tell_ages(open_items.by_age().get(self._currency) or open_items.none_open())
        self._tell_top(revenue.top_customers(self._year), sum(this))

    def _fill_years(self) -> None:
        self._years.setText(_("{year} against {before}").format(year=self._year, before=self._year - 1))
        menu = self._years.menu()
        menu.clear()
        for year in revenue.years():
            act = QAction(str(year), menu)
            act.triggered.connect(partial(self._choose_year, year))
            menu.addAction(act)

    def _choose_year(self, year: int, *_checked: object) -> None:
        self._year = year
        self.refresh()

    def _tell_revenue(self, this: list[int], before: list[int]) -> None:
        self._sum.setText(formats.money_text(sum(this), self._currency))
        # A year that still runs is set against the same months of the year before.
        months = dates.today().month if self._year == dates.today().year else 12
        so_far, base = sum(this[:months]), sum(before[:months])
        words, tone = _comparison(so_far, base, self._year - 1)
        self._compare.setText(words)
        recolor(self._compare, "c", tone)
        self._legend.setText(_("solid {year}, light {before}").format(year=self._year, before=self._year - 1))
        labels = [formats.month(date(self._year, month, 1))[:3] for month in range(1, 13)]
        self._chart.tell(labels, this, before, (str(self._year), str(self._year - 1)), self._currency)
        others = revenue.left_out(self._year)
        self._left_out.setVisible(others > 0)
        words = ngettext(
            "{n} document in another currency is not added.", "{n} documents in other currencies are not added.", others
        )
        self._left_out.setText(words.format(n=others))

    def _tell_ages(self, ages: list[open_items.Age]) -> None:
        whole = sum(age.open_minor for age in ages)
        late = sum(age.open_minor for age in ages[1:])
        self._open.setText(formats.money_text(whole, self._currency))
        share = round(late * 100 / whole) if whole else 0
        self._late.setText(_("{n}% is late").format(n=share) if whole else _("Nothing is open"))
        self._ages.tell([(age.open_minor, role) for age, role in zip(ages, _AGE_COLORS, strict=True)])
        clear(self._age_rows)
        for age in ages:
            number = ngettext("{n} document", "{n} documents", age.documents).format(n=age.documents)
            amount = formats.amount(age.open_minor, self._currency) if age.open_minor else "–"
            words = row(label(age_name(age)), label(number, "small", "text3"), "stretch", label(amount), gap=8)
            self._age_rows.addLayout(stack(8, words, 8, hairline(), gap=0))

    def _tell_top(self, top: list[revenue.Customer], whole: int) -> None:
        part = sum(c.revenue_minor for c in top)
        self._share.setText(formats.percent(round(part * 100 / whole) * 100) if whole > 0 else "–")
        words = ngettext("of the year’s revenue comes from {n}", "of the year’s revenue comes from {n}", len(top))
        self._share_text.setText(words.format(n=len(top)) if top else _("Shows up after your first invoice."))
        clear(self._top_rows)
        for customer in top:
            name = Button("", "link", on=partial(self.open_record.emit, "customer", customer.id), name=customer.name)
            name.setText(name.fontMetrics().elidedText(customer.name, Qt.TextElideMode.ElideRight, _NAME_WIDTH - 8))
            name.setToolTip(customer.name)
            holder = QWidget()
            holder.setFixedWidth(_NAME_WIDTH)
            line_of(holder, name, "stretch")
            bar = ShareBar(customer.revenue_minor / top[0].revenue_minor)
            amount = label(formats.amount(customer.revenue_minor, self._currency))
            amount.setMinimumWidth(84)
            amount.setAlignment(_RIGHT)
            line = row(holder, bar, amount, gap=10)
            line.setStretch(1, 1)
            self._top_rows.addLayout(line)

    # ---- reports ---------------------------------------------------------------------------------------------------

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
        self._save_report("journal")

    def _save_report(self, kind: str, *_checked: object) -> None:
        name = f"{_(REPORTS[kind])} {self._year}.xlsx" if kind == "journal" else f"{_(REPORTS[kind])}.xlsx"
        path = dialogs.choose_save_file(_("Save the report"), name, [(_("Excel workbook"), "xlsx")], "report")
        if path is None:
            return
        title = _("Writing {file}").format(file=path.name)
        jobs.run(partial(_write, kind, path, self._year), done=self._written, title=title)

    def _written(self, path: Path) -> None:
        self.toast.emit(_("Saved {file}.").format(file=path.name), False)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _write(kind: str, path: Path, year: int, progress: Progress) -> Path:
    from crm_desktop.exchange import excel_reports

    progress(0, 1, path.name)
    excel_reports.write(kind, path, date(year, 1, 1), min(date(year, 12, 31), dates.today()))
    return path


def _card(*parts: object) -> QFrame:
    made = QFrame()
    made.setProperty("k", "card")
    column(made, *parts, gap=8, margins=(19, 14, 19, 14))
    return made


def _comparison(now: int, before: int, year: int) -> tuple[str, str]:
    if not before:
        return "", "text2"
    share = round((now - before) * 100 / before)
    if share >= 0:
        return _("{n}% ahead of the same months in {year}").format(n=share, year=year), "green"
    return _("{n}% behind the same months in {year}").format(n=-share, year=year), "red"
