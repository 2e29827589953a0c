"""The numbers given in a year, for the bookkeeper: one line per series, and in amber what there is to say about it."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QWidget

from crm_desktop.billing import kinds, number_report
from crm_desktop.billing.number_report import SeriesReport
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cells import Cell, status
from crm_desktop.gui.widgets.layouts import clear, column, label, stack
from crm_desktop.gui.widgets.row_table import Col, RowTable

# More sentences than these stand in the report only.
_TOLD = 6


class NumbersCard(QFrame):
    """See the module."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("k", "card")
        self._empty = label(_("No document was issued in this year."), "body", "text2")
        self._table = RowTable(
            [
                Col(_("Kind")),
                Col(_("First"), 160),
                Col(_("Last"), 160),
                Col(_("How many"), 90, right=True),
                Col("", 170),
            ]
        )
        self._remarks = stack(gap=3)
        column(
            self, label(_("Numbers"), "b"), self._empty, self._table, self._remarks, gap=10, margins=(19, 14, 19, 14)
        )

    def tell(self, years: range) -> None:
        """Show the series of these years, those first of which there is something to say."""
        found = sorted(number_report.report(years=years), key=lambda series: series.is_clean)
        self._empty.setVisible(not found)
        self._table.setVisible(bool(found))
        self._table.tell([_cells(series) for series in found])
        clear(self._remarks)
        sentences = [(words, not series.is_clean) for series in found for words in series.remarks()]
        for words, is_alert in sentences[:_TOLD]:
            self._remarks.addWidget(label(words, "small", "amber" if is_alert else "text2", wrap=True))
        if len(sentences) > _TOLD:
            more = len(sentences) - _TOLD
            words = ngettext("{n} more is in the report.", "{n} more are in the report.", more).format(n=more)
            self._remarks.addWidget(label(words, "small", "text2"))


def _cells(series: SeriesReport) -> list[Cell]:
    name = kinds.name(series.kind)
    return [
        Cell(f"{name} {series.period}".strip(), strong=True),
        Cell(series.first),
        Cell(series.last),
        Cell(formats.count(series.count)),
        _state(series),
    ]


def _state(series: SeriesReport) -> Cell:
    missing = series.counted(number_report.MISSING)
    if missing:
        return status(ngettext("{n} missing", "{n} missing", missing).format(n=missing), "amber", pill=True)
    if series.disorders:
        return status(_("Dates out of order"), "amber", pill=True)
    return status(_("Gaps explained") if series.gaps else _("Complete"), "green")
