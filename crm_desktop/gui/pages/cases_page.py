"""Cases: questions, complaints, returns, repairs and maintenance, the most pressing first, with the pane to work them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtWidgets import QWidget

from crm_desktop.care import case_rules, cases
from crm_desktop.care.case_rules import KINDS, PRIORITIES
from crm_desktop.care.cases import Case
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme
from crm_desktop.gui.parts import case_register, case_words
from crm_desktop.gui.parts.case_acts import CaseActs
from crm_desktop.gui.parts.case_pane import CasePane
from crm_desktop.gui.widgets import formats, said
from crm_desktop.gui.widgets.cells import EMPTY, Cell, status
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, Filter, ListPage, ListSpec, Sum, View


class CasesPage(ListPage):
    """The list of cases."""

    key = "cases"
    tables: ClassVar = ("support_case", "case_note", "customer", "owned_product", "document")

    def spec(self) -> ListSpec:
        self.deeds = CaseActs(self)
        return ListSpec(
            title=_("Cases"),
            columns=[
                Column("number", _("Number"), "strong", width=theme.px(134), newest_first=True),
                Column("title", _("What it is about"), width=theme.px(170), stretch=True, cell=_title),
                Column("customer", _("Customer"), width=theme.px(150)),
                Column("kind", _("Kind"), "muted", width=theme.px(108), cell=_kind),
                Column("priority", _("Priority"), "muted", width=theme.px(84), shown=False, cell=_priority),
                Column("due_on", _("Due"), width=theme.px(76), cell=_due),
                Column("state", _("State"), "status", width=theme.px(96), cell=_state),
                Column("opened_at", _("Since"), "instant", width=theme.px(92), shown=False, newest_first=True),
            ],
            order="due_on",
            row="row_compact",
            pane_width=356,
            views=[
                View("open", _("All open")),
                View("due", _("Due"), late=True),
                View("waiting", _("Waiting")),
                View("solved", _("Solved")),
                View("all", _("All")),
            ],
            filters=[
                Filter("kind", _("Kind"), "shapes", lambda: [(key, _(name)) for key, name in KINDS.items()]),
            ],
            search_hint=_("Find a case"),
            empty=Empty(
                "life-buoy",
                _("No open cases"),
                _("Complaints, questions and repairs are noted here, with the day by which they are to be done."),
                Act(_("Note a complaint"), self.new, "plus"),
            ),
            new=Act(_("New"), self.new, "plus", tip=_("New case (Ctrl+N)")),
        )

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        view, kind = str(filters.get("view") or "open"), str(filters.get("kind") or "")
        return cases.ids(view, kind=kind, search=search, order=order, descending=descending)

    def rows(self, ids: list[int]) -> Sequence[Case]:
        return cases.rows(ids)

    def counts(self) -> dict[str, int]:
        kind = str(self._filters.values().get("kind") or "")
        return cases.counts(kind if kind in case_rules.KINDS else "")

    def count_text(self, number: int) -> str:
        return case_words.number_of(number)

    def sums(self, ids: list[int]) -> list[Sum]:
        totals: dict[str, int] = {}
        for found in cases.rows(list(ids)):
            totals[found.currency] = totals.get(found.currency, 0) + found.cost_minor
        return [Sum(_("Cost"), formats.money_text(minor, currency)) for currency, minor in totals.items() if minor]

    def activate(self, view: str = "", search: str = "", select: int = 0, **filters: Any) -> None:
        """Enter the list; `select` shows a case even where the view or a filter would hide it."""
        super().activate(view, search, select, **filters)
        if select and self.model.place_of(select) < 0:
            self._view_chosen("all")
            self.clear_filters()
            self.table.select_id(select)

    # ---- acts --------------------------------------------------------------------------------------------------------

    def make_pane(self) -> QWidget:
        return CasePane(self, self.deeds)

    def open_id(self, row_id: int) -> None:
        self.open_record.emit("case", row_id)

    def new(self) -> None:
        case_id = case_register.register(self.toast.emit)
        if case_id is not None:
            self.refresh()
            self.table.select_id(case_id)

    def mail(self) -> None:
        if self.table.current_id():
            self.deeds.answer(self.table.current_id())

    def delete_ids(self, ids: list[int]) -> None:
        number = cases.get(ids[0]).number
        cases.delete(ids)
        self.toast.emit(said.moved_to_bin(number, len(ids)), True)

    def key_pressed(self, key: str, row_id: int) -> None:
        found = cases.get(row_id)
        if key == "s" and found.is_open:
            self.deeds.solve(row_id)
        elif key == "w" and found.is_open:
            self.deeds.wait(row_id)
        elif key == "e":
            self.open_id(row_id)


def _title(found: Case) -> Cell:
    return Cell(found.title, strong=found.priority > 0 and found.is_open)


def _kind(found: Case) -> Cell:
    return Cell(_(KINDS[found.kind]), "muted")


def _priority(found: Case) -> Cell:
    return Cell(_(PRIORITIES[found.priority]), "red" if found.priority > 0 and found.is_open else "muted")


def _due(found: Case) -> Cell:
    if found.due_on is None or not found.is_open:
        return EMPTY
    return Cell(formats.day_short(found.due_on), case_words.due(found)[1] or "muted")


def _state(found: Case) -> Cell:
    word, tone, pill = case_words.state(found)
    return status(word, tone, pill=pill)
