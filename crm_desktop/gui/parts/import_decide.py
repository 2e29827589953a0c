"""In the check of an import: by what known customers are found, and what becomes of each row that means one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange.deciding import AUTO, CHANGED, KEEP, KEYS, NEW, PAID_SINCE, UPDATE, Decisions
from crm_desktop.exchange.result import ImportResult
from crm_desktop.gui.parts.import_table import Line, LineTable, row_number
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import Cell, Column, status
from crm_desktop.gui.widgets.inputs import ChoiceInput, SwitchInput
from crm_desktop.gui.widgets.layouts import column, label, line_of


class DecidePanel(QWidget):
    """The rows that mean, or may mean, a customer who is there; each gets an act, or all like it at once.

    `on_decide(decisions)` is called when something was decided; the check then runs again.
    """

    def __init__(self, on_decide: Callable[[Decisions], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on_decide = on_decide
        self._decisions = Decisions()
        self.key = ChoiceInput()
        self.key.setAccessibleName(_("Find known customers by"))
        self.key.setFixedWidth(330)
        self.key.edited.connect(self._key_chosen)
        self.table = LineTable(
            _("Rows to decide about"),
            [
                row_number(),
                Column("value", _("In your file"), "strong", width=230, sortable=False),
                Column("record", _("Known as"), width=230, sortable=False),
                Column("reason", _("Why it is asked"), "muted", stretch=True, sortable=False),
                Column("act", _("What happens"), "status", width=190, sortable=False, cell=_act_cell),
            ],
            _("Nothing is to be decided: no row changes a customer who is there."),
        )
        self.buttons = {
            UPDATE: Button(_("Update"), "small", on=partial(self._decide, UPDATE)),
            KEEP: Button(_("Keep mine"), "small", on=partial(self._decide, KEEP)),
            NEW: Button(_("Make new"), "small", on=partial(self._decide, NEW)),
        }
        self.all_like = SwitchInput(_("Same for all like this"))
        self.table.view.selection_changed.connect(self._tell_buttons)
        bar = QWidget()
        self._find_by = label(_("Find known customers by"), "body", "text2")
        line_of(
            bar, self._find_by, self.key, "stretch",
            *self.buttons.values(), self.all_like, gap=8, margins=(24, 0, 20, 6),
        )  # fmt: skip
        column(self, bar, self.table).setStretch(1, 1)

    def show_result(self, result: ImportResult, decisions: Decisions) -> None:
        """Show the rows of a dry run that was made with these decisions."""
        self._decisions = decisions
        people = result.kind == "customers"
        self.setVisible(people or bool(result.outcome.doubts))
        for part in (self._find_by, self.key):
            part.setVisible(people)
        asked = bool(result.outcome.doubts)
        for act, button in self.buttons.items():
            button.setVisible(asked and (people or act != NEW))
        self.all_like.setVisible(asked)
        self.key.set_choices([(key, _(name)) for key, name in KEYS.items()])
        self.key.set_value(decisions.key or AUTO)
        current = self.table.view.current_id() if self.table.model.ids else 0
        doubts = sorted(result.outcome.doubts, key=lambda doubt: doubt.row)
        self.table.show_lines(
            [
                Line(at, d.row, value=d.name, record=d.known, reason=_why(d.case), case=d.case, act=d.act)
                for at, d in enumerate(doubts, 1)
            ]
        )
        if doubts and not (current and self.table.view.select_id(current)):
            self.table.view.select_first()
        self._tell_buttons()

    def _chosen(self) -> list[Line]:
        return self.table.chosen()

    def _tell_buttons(self) -> None:
        chosen = self._chosen()
        for act, button in self.buttons.items():
            button.setEnabled(any(line.act != act for line in chosen))
        self.all_like.setEnabled(bool(chosen))

    def _key_chosen(self) -> None:
        # Under another key other rows mean other customers, so what was decided for single rows is asked again.
        self._on_decide(Decisions(str(self.key.value()), taken_in=self._decisions.taken_in))

    def _decide(self, act: str) -> None:
        chosen = self._chosen()
        if self.all_like.value():
            cases = {line.case for line in chosen}
            like = {line.row for line in self.table.lines() if line.case in cases}
            rows = {row: kept for row, kept in self._decisions.rows.items() if row not in like}
            self.all_like.set_value(False)
            self._on_decide(
                replace(self._decisions, rows=rows, all_like={**self._decisions.all_like, **dict.fromkeys(cases, act)})
            )
        else:
            rows = {**self._decisions.rows, **{line.row: act for line in chosen}}
            self._on_decide(replace(self._decisions, rows=rows))


def _why(case: str) -> str:
    if case == CHANGED:
        return _("Your file says something else about this customer")
    if case == PAID_SINCE:
        return _("Paid in your file, open here")
    return _("A customer has the same name or e-mail address")


def _act_cell(line: Line) -> Cell:
    booked = line.case == PAID_SINCE
    words = {
        UPDATE: _("A payment is booked") if booked else _("Is updated"),
        KEEP: _("Stays as it is"),
        NEW: _("Becomes a new one"),
    }
    return status(words[line.act], {UPDATE: "blue", KEEP: "grey", NEW: "green"}[line.act])
