"""Scenarios: which mails are prepared when something happens, switched on or off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar, NamedTuple

from PySide6.QtWidgets import QFrame, QWidget

from crm_desktop.core import text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.gui import failures, theme
from crm_desktop.gui.parts import scenario_trials
from crm_desktop.gui.parts.trial_run import TrialRun
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import Cell, status
from crm_desktop.gui.widgets.layouts import column, hairline, label, row, scroll
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec, View
from crm_desktop.outreach import scenarios
from crm_desktop.outreach.scenarios import Scenario


class ScenarioRow(NamedTuple):
    """One line of the list."""

    id: int
    name: str
    sentence: str
    is_on: bool


class ScenariosPage(ListPage):
    """The list of scenarios."""

    key = "scenarios"
    tables: ClassVar = ("scenario", "scenario_draft", "segment", "lifecycle_stage")

    def spec(self) -> ListSpec:
        return ListSpec(
            title=_("Scenarios"),
            columns=[
                Column("name", _("Scenario"), "strong", width=theme.px(200)),
                Column("sentence", _("What it does"), "muted", width=theme.px(380), sortable=False, stretch=True),
                Column("is_on", _("State"), "status", width=theme.px(80), sortable=False, cell=_state),
            ],
            order="name",
            pane_width=350,
            views=[View("all", _("All")), View("on", pgettext("switched", "On")), View("off", pgettext("switched", "Off"))],
            search_hint=_("Find a scenario"),
            empty=Empty(
                "mail",
                _("No scenarios yet"),
                _("A scenario prepares a mail when something happens: somebody bought, paid late, has a birthday, or did not "
                  "answer for 30 days. Each mail waits for your yes."),
                Act(_("New scenario"), self.new, "plus"),
            ),
            acts=[Act(_("Prepared e-mails"), lambda: self.go.emit("prepared_mails", {}), "inbox")],
            new=Act(_("New scenario"), self.new, "plus", tip=_("New scenario (Ctrl+N)")),
        )  # fmt: skip

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        view, words = filters.get("view") or "all", text.fold(search).split()
        found = [
            one.id for one in scenarios.everything()
            if view in ("all", "on" if one.is_on else "off") and all(word in text.fold(one.name) for word in words)
        ]  # fmt: skip
        return found[::-1] if descending else found

    def rows(self, ids: list[int]) -> Sequence[ScenarioRow]:
        known = {one.id: one for one in scenarios.everything()}
        return [ScenarioRow(i, known[i].name, scenarios.sentence(known[i]), known[i].is_on) for i in ids if i in known]

    def counts(self) -> dict[str, int]:
        found = scenarios.everything()
        on = sum(one.is_on for one in found)
        return {"all": len(found), "on": on, "off": len(found) - on}

    def count_text(self, number: int) -> str:
        return ngettext("{n} scenario", "{n} scenarios", number).format(n=formats.count(number))

    def make_pane(self) -> QWidget:
        return ScenarioPane(self)

    def open_id(self, row_id: int) -> None:
        self.go.emit("scenario", {"id": row_id})

    def new(self) -> None:
        self.go.emit("scenario", {"id": 0})

    def delete_ids(self, ids: list[int]) -> None:
        name = scenarios.get(ids[0]).name
        for scenario_id in ids:
            scenarios.delete(scenario_id)
        words = ngettext("Scenario “{name}” deleted", "{n} scenarios deleted", len(ids))
        self.toast.emit(words.format(name=name, n=len(ids)), True)


def _state(found: ScenarioRow) -> Cell:
    return status(pgettext("switched", "On"), "green") if found.is_on else status(pgettext("switched", "Off"), "grey")


class ScenarioPane(QFrame):
    """The pane: the sentence, on and off, and what it would have written in the last twelve months."""

    def __init__(self, page: ScenariosPage) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._page = page
        self._scenario: Scenario | None = None
        self._title, self._sentence = label("", "h", wrap=True), label("", "body", wrap=True)
        self.switch = Button("", "secondary", on=self._switch)
        edit = Button(_("Edit"), "secondary", "pencil", on=self._edit)
        self.trial = TrialRun(_("In the last twelve months"), partial(scenario_trials.told, page))
        content = QWidget()
        column(
            content, self._title, 8, self._sentence, 14, row(edit, self.switch, "stretch"), 14, hairline(), 12, self.trial,
            "stretch", margins=(20, 16, 20, 8),
        )  # fmt: skip
        column(self, scroll(content))

    def show_row(self, found: ScenarioRow) -> None:
        """Show a scenario."""
        self._scenario = scenarios.get(found.id)
        self._title.setText(found.name)
        self._sentence.setText(found.sentence)
        self.switch.setText(_("Switch off") if found.is_on else _("Switch on"))
        self.trial.attempt(self._scenario, partial(scenario_trials.attempt, self._scenario))

    def _edit(self) -> None:
        if self._scenario is not None:
            self._page.open_id(self._scenario.id)

    def _switch(self) -> None:
        made = self._scenario
        if made is not None and failures.guarded(partial(scenarios.switch, made.id, is_on=not made.is_on)):
            words = _("“{name}” is off") if made.is_on else _("“{name}” is on, for what happens from today on")
            self._page.toast.emit(words.format(name=made.name), True)
