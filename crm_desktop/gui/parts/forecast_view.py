"""What is expected of open deals, month by month: all of it and weighted by probability, as a chart and as a table."""

from __future__ import annotations

from collections import Counter

from PySide6.QtWidgets import QWidget

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui.parts import deal_words
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cells import Cell
from crm_desktop.gui.widgets.chart_legend import Legend
from crm_desktop.gui.widgets.charts import ColumnChart
from crm_desktop.gui.widgets.layouts import column, frame, label, row, scroll
from crm_desktop.gui.widgets.row_table import Col, RowTable
from crm_desktop.insight import pipeline_figures
from crm_desktop.insight.pipeline_figures import Month

_MONTHS = 6


class ForecastView(QWidget):
    """See the module."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figure, self.said = label("", "display"), label("", "body", "text2", wrap=True)
        self.chart = ColumnChart()
        self.chart.setMinimumHeight(220)
        self.table = RowTable(
            [
                Col(_("Expected in")), Col(_("Deals"), 80, right=True), Col(_("All of it"), 150, right=True),
                Col(_("Likely"), 150, right=True),
            ]
        )  # fmt: skip
        self.table.setAccessibleName(_("Forecast by month"))
        holder = QWidget()
        holder.setObjectName("canvas")
        legend = Legend()
        legend.tell([("solid", _("Likely")), ("dashed", _("All of it"))])
        heading = row(label(_("Likely in the next months"), "h"), "stretch", legend)
        drawn = frame("card", heading, self.figure, self.said, self.chart, gap=6)
        listed = frame("card", label(_("Month by month"), "h"), self.table, margins=(1, 14, 1, 8))
        listed.layout().itemAt(0).widget().setContentsMargins(16, 0, 16, 0)
        note = label(
            _("Likely is value times probability of each deal. Currencies are not added up."), "small", "text2"
        )
        column(holder, drawn, listed, note, "stretch", gap=14, margins=(24, 4, 20, 24))
        column(self, scroll(holder))

    def refresh(self) -> None:
        """Read the figures again."""
        found = pipeline_figures.forecast()
        currency = self._currency(found)
        self._draw([month for month in found if month.currency == currency], currency)
        self.table.tell([_row(month) for month in found])

    @staticmethod
    def _currency(found: list[Month]) -> str:
        """The currency that is drawn: that of most deals."""
        deals: Counter[str] = Counter()
        for month in found:
            deals[month.currency] += month.deals
        return deals.most_common(1)[0][0] if deals else "EUR"

    def _draw(self, found: list[Month], currency: str) -> None:
        first = dates.today().replace(day=1)
        months = [dates.add_months(first, number) for number in range(_MONTHS)]
        by_month = {month.first: month for month in found if month.first}
        likely = [by_month[m].weighted_minor if m in by_month else 0 for m in months]
        plain = [by_month[m].plain_minor if m in by_month else 0 for m in months]
        labels = [
            formats.locale().standaloneMonthName(month.month, formats.locale().FormatType.ShortFormat)
            for month in months
        ]
        totals = [minor or None for minor in plain]
        self.chart.tell(labels, likely, [], (_("Likely"), ""), currency, total=totals, total_name=_("All of it"))
        self.figure.setText(deal_words.amount(sum(likely), currency))
        words = ngettext(
            "of {amount} in the next {n} month, by the expected days of open deals",
            "of {amount} in the next {n} months, by the expected days of open deals",
            _MONTHS,
        )
        self.said.setText(words.format(amount=deal_words.amount(sum(plain), currency), n=_MONTHS))


def _row(month: Month) -> list[Cell]:
    if month.late:
        name = Cell(_("Day went by"), "amber", strong=True)
    else:
        name = Cell(formats.month(month.first), strong=True) if month.first else Cell(_("No day yet"), "muted")
    return [
        name,
        Cell(formats.count(month.deals), "muted"),
        Cell(formats.money_text(month.plain_minor, month.currency), "muted"),
        Cell(formats.money_text(month.weighted_minor, month.currency), strong=True),
    ]
