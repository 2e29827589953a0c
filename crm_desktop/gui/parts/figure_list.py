"""What a figure counted, as a list in a dialog: a click or Enter on a line opens the record."""

from __future__ import annotations

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui.parts.figure_told import ToList
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.cells import Cell
from crm_desktop.gui.widgets.layouts import scroll
from crm_desktop.gui.widgets.row_table import Col, RowTable
from crm_desktop.insight import figure_lists
from crm_desktop.insight.figure_lists import Line


class FigureList(dialogs.Dialog):
    """See the module; `line` is the one that shall be opened, None after closing."""

    def __init__(self, wanted: ToList) -> None:
        self.lines = wanted.lines()
        number = len(self.lines)
        said = ngettext("{n} is counted.", "{n} are counted.", number).format(n=formats.count(number))
        super().__init__(wanted.title, f"{said} {figure_lists.rest_words(number)}".strip(), width=640)
        self.line: Line | None = None
        shown = self.lines[: figure_lists.MOST]
        has_amounts = any(line.minor is not None for line in shown)
        columns = [Col(_("Name")), Col(_("What")), Col(_("Day"), 100)]
        self.table = RowTable([*columns, *([Col(_("Amount"), 120, right=True)] if has_amounts else [])], on=self._open)
        self.table.setAccessibleName(wanted.title)
        self.table.tell([_cells(line)[: 4 if has_amounts else 3] for line in shown])
        holder = scroll(self.table)
        holder.setMinimumHeight(min(440, 38 * (len(shown) + 1)))
        self.add(holder)
        self.add_button("", _("Close"), first=True)

    def _open(self, place: int) -> None:
        self.line = self.lines[place]
        self.accept()


def _cells(line: Line) -> list[Cell]:
    amount = formats.money_text(line.minor, line.currency) if line.minor is not None else formats.DASH
    return [
        Cell(line.title, strong=True),
        Cell(line.detail, "muted"),
        Cell(formats.day(line.day), "muted"),
        Cell(amount),
    ]
