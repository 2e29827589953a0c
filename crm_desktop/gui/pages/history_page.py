"""History: every change of the last 90 days, what it touched, and the way back, also after a restart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import failures
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Facts, Item, Section, key_hints
from crm_desktop.gui.widgets.cells import Cell, status
from crm_desktop.gui.widgets.layouts import column, hairline, label, row
from crm_desktop.gui.widgets.list_page import Column, Empty, ListPage, ListSpec, View
from crm_desktop.safety import changed, undo
from crm_desktop.safety.undo import Step

_ICONS = {"i": "plus", "u": "pen-line", "d": "trash"}
_MOST = 5000


class HistoryPage(ListPage):
    """The list of steps."""

    key = "history"
    # Each change adds a step, whatever it was about.
    tables = tuple(changed.KINDS)

    def spec(self) -> ListSpec:
        return ListSpec(
            title=_("History"),
            columns=[
                Column("made_at", _("When"), "instant", width=120, sortable=False),
                Column(
                    "title", _("What was done"), "strong", width=320, stretch=True, sortable=False, cell=_title_cell
                ),
                Column("changes", _("Records"), "number", width=90, sortable=False),
                Column("state", _("State"), "status", width=150, sortable=False, cell=_state_cell),
            ],
            order="",
            row="row_compact",
            views=[View("all", _("All")), View("standing", _("Can be undone"))],
            search_hint=_("Find a change"),
            empty=Empty(
                "rotate-ccw-clock",
                _("Nothing was changed yet"),
                _("Whatever you change is listed here for 90 days and can be taken back."),
            ),
        )

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        found = undo.steps(_MOST, search)
        self._steps = {step.id: step for step in found}
        only = filters.get("view") == "standing"
        return [step.id for step in found if not only or (step.can_undo and step.kind != "undo")]

    def rows(self, ids: list[int]) -> Sequence[Step]:
        return [self._steps[i] for i in ids if i in self._steps]

    def count_text(self, number: int) -> str:
        return ngettext("{n} change in 90 days", "{n} changes in 90 days", number).format(n=formats.count(number))

    # ---- acts --------------------------------------------------------------------------------------------------------

    def make_pane(self) -> StepPane:
        return StepPane(self)

    def open_id(self, row_id: int) -> None:
        self.take_back(row_id)

    def take_back(self, step_id: int) -> None:
        """Undo one step, or redo it where the step is itself an undo."""
        failures.guarded(lambda: self._take_back(step_id))

    def _take_back(self, step_id: int) -> None:
        done = undo.undo_step(step_id)
        self.toast.emit(_("Taken back: {title}").format(title=undo.told(done)), True)
        # The button in the pane goes away with what can be undone; the focus stays in the list.
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()


def _title_cell(step: Step) -> Cell:
    words = {"undo": _("Undone: {title}"), "redo": _("Done again: {title}")}.get(step.kind, "{title}")
    return Cell(
        words.format(title=step.title), "muted" if step.undone or step.kind != "do" else "", strong=step.kind == "do"
    )


def _state_cell(step: Step) -> Cell:
    if step.undone:
        return status(_("Taken back"), "amber")
    return status(_("Done"), "green") if step.can_undo else status(_("Stays"))


class StepPane(QFrame):
    """The pane: what a step changed, and the button that takes it back."""

    def __init__(self, page: HistoryPage) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._page, self._step_id = page, 0
        self._title = label("", "b", wrap=True)
        self._facts = Facts()
        self._act = Button("", "secondary", "undo-2", on=self._pressed)
        self._why = label("", "small", "text2", wrap=True)
        self._changes = Section(_("What changed"))
        column(
            self,
            self._title,
            12,
            self._facts,
            14,
            row(self._act, "stretch"),
            self._why,
            14,
            hairline(),
            12,
            self._changes,
            "stretch",
            key_hints(("Enter", _("Take back")), (_("Ctrl Z"), _("Undo the last change"))),
            margins=(20, 18, 20, 14),
        )

    def _pressed(self) -> None:
        self._page.take_back(self._step_id)

    def show_row(self, step: Step) -> None:
        """Show a step."""
        self._step_id = step.id
        self._title.setText(_title_cell(step).text)
        day = formats.day_long(step.made_at.astimezone().date())
        self._facts.tell(
            [
                (_("When"), _("{day}, {time}").format(day=day, time=formats.clock(step.made_at))),
                (_("Records"), formats.count(step.changes)),
                (_("State"), _state_cell(step).text),
            ]
        )
        self._act.setText(_("Do again") if step.kind == "undo" else _("Take back"))
        self._act.setAccessibleName(self._act.text())
        self._act.setVisible(step.can_undo)
        self._why.setText("" if step.can_undo else _why_not(step))
        self._why.setVisible(not step.can_undo)
        self._show_changes(step)

    def _show_changes(self, step: Step) -> None:
        found = changed.of_step(step.id)
        items = [
            Item(f"{c.kind}: {c.name}" if c.name else c.kind, icon=_ICONS[c.operation], detail=_values(c))
            for c in found
        ]
        rest = step.changes - len(found)
        more = _("and {n} more").format(n=formats.count(rest)) if rest > 0 else ""
        self._changes.tell(items, more)


def _values(change: changed.Change) -> str:
    """The first values that changed: "Town: Kiel → Hamburg"."""
    words = _("{field}: {old} → {new}")
    return ", ".join(
        words.format(field=one.field, old=one.old or formats.DASH, new=one.new or formats.DASH)
        for one in change.values[:2]
    )


def _why_not(step: Step) -> str:
    if step.undone:
        return _("This was taken back. The step that took it back can be undone in turn.")
    return _("This stays. An issued document is corrected with a credit note; what left the bin is gone.")
