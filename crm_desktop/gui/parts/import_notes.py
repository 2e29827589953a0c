"""In the check of an import: what was noticed, row by row; rows that look like no records can be taken in all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange.deciding import Decisions
from crm_desktop.exchange.result import ImportResult
from crm_desktop.gui.parts.import_table import Line, LineTable, row_number
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import Column
from crm_desktop.gui.widgets.layouts import column, label, line_of

_OUT, _IN = "out", "in"


class NotesPanel(QWidget):
    """The rows that want a look; `on_decide(decisions)` is called when one is to be taken in, or left out again."""

    def __init__(self, on_decide: Callable[[Decisions], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on_decide = on_decide
        self._decisions = Decisions()
        self._before: dict[int, Line] = {}
        self.table = LineTable(
            _("What we noticed"),
            [
                row_number(),
                Column("column", _("Column"), "strong", width=180, sortable=False),
                Column("value", _("In your file"), width=320, sortable=False),
                Column("reason", _("What we noticed and what happens"), stretch=True, sortable=False),
            ],
            _("Nothing wants a look. All rows can be read."),
        )
        self.take_in = Button(_("Take in all the same"), "small", on=self._take_in)
        self.leave_out = Button(_("Leave out again"), "small", on=self._leave_out)
        self._whole = label("", "small", "text2", wrap=True)
        self.table.view.selection_changed.connect(self._tell_buttons)
        self._bar = QWidget()
        line_of(self._bar, self._whole, self.take_in, self.leave_out, gap=8, margins=(24, 0, 20, 6)).setStretch(0, 1)
        column(self, self._bar, self.table).setStretch(1, 1)

    def show_result(self, result: ImportResult, decisions: Decisions) -> None:
        """Show what a dry run with these decisions noticed."""
        self._decisions = decisions
        sifted = result.outcome.sifted
        found = [Line(0, n.row, n.column, n.value, n.reason) for n in result.outcome.warnings]
        for note in result.outcome.skipped:
            if note.row > result.header_row:
                words = _("Left out: {reason}").format(reason=note.reason)
                found.append(Line(0, note.row, note.column, note.value, words, case=_OUT if note.row in sifted else ""))
        for row in decisions.taken_in:
            value = self._before[row].value if row in self._before else ""
            found.append(Line(0, row, value=value, reason=_("Taken in, as you said"), case=_IN))
        found.sort(key=lambda line: line.row)
        self.table.show_lines([replace(line, id=at) for at, line in enumerate(found, 1)])
        self._before |= {line.row: line for line in found if line.case == _OUT}
        self._tell_buttons()

    def _rows(self, case: str) -> frozenset[int]:
        return frozenset(line.row for line in self.table.chosen() if line.case == case)

    def _tell_buttons(self) -> None:
        """Say the whole sentence of the chosen line, which its cell may cut, and offer what can be done with it."""
        chosen = self.table.chosen()
        self._whole.setText(chosen[0].reason if len(chosen) == 1 else "")
        self.take_in.setVisible(bool(self._rows(_OUT)))
        self.leave_out.setVisible(bool(self._rows(_IN)))
        self._bar.setVisible(bool(chosen))

    def _take_in(self) -> None:
        self._decide(self._decisions.taken_in | self._rows(_OUT))

    def _leave_out(self) -> None:
        self._decide(self._decisions.taken_in - self._rows(_IN))

    def _decide(self, rows: frozenset[int]) -> None:
        self._on_decide(replace(self._decisions, taken_in=rows))
