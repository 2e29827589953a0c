"""Figures: how the business goes in a period, against the year before and the plan; each figure opens what it counts.

The figures are read beside the window, in one go for all four views. Currencies are never added: one is shown, the
others are named and can be chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QGridLayout, QMenu, QStackedWidget, QWidget

from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.gui import jobs
from crm_desktop.gui.parts import chart_acts, figure_deals, figure_plan, figure_words, periods
from crm_desktop.gui.parts.figure_card import FigureCard
from crm_desktop.gui.parts.figure_list import FigureList
from crm_desktop.gui.parts.figure_period import FigurePeriod, own
from crm_desktop.gui.parts.figure_told import Told, ToList, ToPage, ToRecord
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.buttons import Button, menu_button
from crm_desktop.gui.widgets.layouts import column, label, row, scroll
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.segments import Segments
from crm_desktop.insight import figures
from crm_desktop.insight.figures import Figures

REPORTS = {
    "management": N_("Management report"), "journal": N_("Invoice journal"), "open-items": N_("Open items"),
    "customers": N_("Customers"),
}  # fmt: skip
# The cards: heading, kind of chart, and what says it.
CARDS: dict[str, tuple[str, str, Callable[[Figures], Told]]] = {
    "revenue": (N_("Revenue by month, without tax"), "columns", figure_words.revenue),
    "forecast": (N_("Pipeline forecast"), "columns", figure_deals.forecast),
    "ages": (N_("Open items by age"), "bars", figure_words.ages),
    "customers": (N_("Top customers"), "bars", figure_words.customers),
    "came": (N_("New and lost customers"), "bars", figure_words.came_and_went),
    "received": (N_("Received against billed"), "columns", figure_words.received),
    "pay": (N_("Average days to pay"), "bars", figure_words.days_to_pay),
    "contracts": (N_("Value under contract"), "bars", figure_deals.contracts),
    "products": (N_("Top products and services"), "bars", figure_words.products),
    "groups": (N_("Top product groups"), "bars", figure_words.groups),
    "satisfaction": (N_("Satisfaction"), "bars", figure_words.satisfaction),
    "stages": (N_("Conversion by stage"), "bars", figure_deals.stages),
    "sources": (N_("Conversion by source"), "bars", figure_deals.sources),
}
# Views with their cards: (card, row, column, columns that it spans), of six columns.
VIEWS: dict[str, tuple[str, tuple[tuple[str, int, int, int], ...]]] = {
    "overview": (
        N_("Overview"),
        (("revenue", 0, 0, 4), ("forecast", 0, 4, 2), ("ages", 1, 0, 2), ("customers", 1, 2, 2), ("came", 1, 4, 2)),
    ),
    "money": (
        N_("Money"), (("received", 0, 0, 4), ("contracts", 0, 4, 2), ("ages", 1, 0, 3), ("pay", 1, 3, 3)),
    ),
    "customers": (
        N_("Customers"),
        (("customers", 0, 0, 3), ("products", 0, 3, 3), ("groups", 1, 0, 2), ("came", 1, 2, 2), ("satisfaction", 1, 4, 2)),
    ),
    "pipeline": (N_("Pipeline"), (("forecast", 0, 0, 6), ("stages", 1, 0, 3), ("sources", 1, 3, 3))),
}  # fmt: skip


class FiguresPage(Page):
    """See the module."""

    key = "figures"
    tables = (
        "document", "payment", "allocation", "customer", "company", "opportunity", "opportunity_move", "contract",
        "contract_price", "feedback", "stage_change", "revenue_plan", "source", "pipeline_stage", "item",
    )  # fmt: skip

    # the figures that were asked for are shown
    arrived = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._currency, self._asked, self._found = "", 0, None
        self._period = FigurePeriod(periods.year(dates.today()))
        self._period.tell_name()
        self._period.chosen.connect(self.refresh)
        self.cards: list[tuple[str, FigureCard]] = []
        self._stack = QStackedWidget()
        self.views = Segments(_("Views of the figures"), self.show_view)
        for key, (name, cards) in VIEWS.items():
            self.views.add(key, _(name))
            self._stack.addWidget(scroll(self._view(cards)))
        self._money = Button("", "ghost", "coins", name=_("Choose the currency"))
        self._money.setMenu(QMenu(self._money))
        self._money.hide()
        self._report = Button(_("Excel report"), "primary", "file-spreadsheet", name=_("Write an Excel report"))
        self._report.setMenu(self._report_menu())
        more = menu_button("ellipsis", _("More"), self._more_menu())
        head = row(
            label(_("Figures"), "title"), self.views, "stretch", self._money, self._period, self._report, more,
            margins=(24, 14, 20, 14), gap=10,
        )  # fmt: skip
        column(self, head, self._stack)

    def title(self) -> str:
        return _("Figures")

    def _view(self, cards: tuple[tuple[str, int, int, int], ...]) -> QWidget:
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(24, 0, 20, 20)
        grid.setSpacing(14)
        for key, line, place, wide in cards:
            name, kind, _tell = CARDS[key]
            made = FigureCard(_(name), kind)
            made.wants.connect(self._open)
            grid.addWidget(made, line, place, 1, wide)
            self.cards.append((key, made))
        for place in range(6):
            grid.setColumnStretch(place, 1)
        grid.setRowStretch(0, 1)
        return content

    def show_view(self, key: str) -> None:
        """Show one of the `VIEWS`."""
        self.views.choose(key)
        self._stack.setCurrentIndex(list(VIEWS).index(key))

    # ---- telling -----------------------------------------------------------------------------------------------------

    def activate(self, **args: Any) -> None:
        """Enter the page, optionally in a view, or with a period: first and last day."""
        if str(args.get("view", "")) in VIEWS:
            self.show_view(str(args["view"]))
        if {"first", "last"} <= args.keys():
            self._period.choose(own(date.fromisoformat(str(args["first"])), date.fromisoformat(str(args["last"]))))
        else:
            self.refresh()

    def refresh(self) -> None:
        self._asked += 1
        chosen = self._period.period
        work = partial(_read, chosen.first, chosen.last, self._currency)
        jobs.run(work, done=partial(self._arrived, self._asked), title=_("Reading the figures"))

    def _arrived(self, number: int, found: Figures) -> None:
        """Show figures, unless others were asked for meanwhile."""
        if number == self._asked:
            self._found = found
            for key, card in self.cards:
                card.tell(CARDS[key][2](found))
            self._tell_currencies(found)
            self.arrived.emit()

    def _tell_currencies(self, found: Figures) -> None:
        self._money.setVisible(bool(found.others))
        self._money.setText(found.currency)
        menu = self._money.menu()
        menu.clear()
        for currency in sorted({found.currency, *found.others}):
            act = QAction(currency, menu)
            act.triggered.connect(partial(self._choose_currency, currency))
            menu.addAction(act)

    def _choose_currency(self, currency: str, *_checked: object) -> None:
        self._currency = currency
        self.refresh()

    # ---- opening -----------------------------------------------------------------------------------------------------

    def _open(self, wanted: object) -> None:
        if isinstance(wanted, ToPage):
            self.go.emit(wanted.page, wanted.args)
        elif isinstance(wanted, ToRecord):
            self.open_record.emit(wanted.record, wanted.id)
        elif isinstance(wanted, ToList):
            shown = FigureList(wanted)
            shown.ask()
            if shown.line is not None:
                self.open_record.emit(shown.line.record, shown.line.id)

    # ---- acts --------------------------------------------------------------------------------------------------------

    def _more_menu(self) -> QMenu:
        menu = QMenu(self)
        for words, act in (
            (_("Plan of the year …"), self.edit),
            (_("Saved reports …"), partial(self.go.emit, "reports", {})),
            (_("Copy as picture"), partial(chart_acts.copy_picture, self._stack)),
            (_("Print"), self.print_),
        ):
            menu.addAction(words, act)
        return menu

    def edit(self) -> None:
        """Enter the plan of the year that is shown."""
        currency = self._currency or profile.load().currency
        if figure_plan.edit(self._period.period.last.year, currency):
            self.refresh()

    def print_(self) -> None:
        chart_acts.print_widget(self._stack, self.title())

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
        self._save_report("management")

    def _save_report(self, kind: str, *_checked: object) -> None:
        chosen = self._period.period
        name = f"{_(REPORTS[kind])} {chosen.name}.xlsx".replace("/", "-")
        path = dialogs.choose_save_file(_("Save the report"), name, [(_("Excel workbook"), "xlsx")], "report")
        if path is None:
            return
        work = partial(_write, kind, path, chosen.first, chosen.last)
        jobs.run(work, done=self._written, title=_("Writing {file}").format(file=path.name))

    def _written(self, path: Path) -> None:
        self.toast.emit(_("Saved {file}.").format(file=path.name), False)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _read(first: date, last: date, currency: str, _progress: Progress) -> Figures:
    return figures.gather(first, last, currency)


def _write(kind: str, path: Path, first: date, last: date, progress: Progress) -> Path:
    from crm_desktop.exchange import excel_reports

    progress(0, 1, path.name)
    until = last if kind == "management" else max(first, min(last, dates.today()))
    excel_reports.write(kind, path, first, until)
    return path
