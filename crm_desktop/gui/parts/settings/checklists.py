"""Settings, checklists: what is done for a new customer, step by step with its days, and what starts it."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from crm_desktop.activity import checklists
from crm_desktop.activity.checklists import Checklist, Step
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import Cell
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import column, frame, label, row
from crm_desktop.gui.widgets.row_table import Col, RowTable

# A line of the editor: the days in front, then the step.
_LINE = re.compile(r"^\s*(?:(\d{1,4})\s*[:.\-)]?\s+)?(.+?)\s*$")


def start_words(starts: str) -> str:
    """What starts a list, in words."""
    words = {"hand": _("by hand"), "won": _("with a won deal"), "first_invoice": _("with the first invoice")}
    return words[starts]


def steps_from(lines: str) -> tuple[Step, ...]:
    """Steps as they are typed, one a line: "7 Send the papers" is due after seven days."""
    found = [_LINE.match(line) for line in lines.splitlines() if line.strip()]
    return tuple(Step(match[2], int(match[1] or 0)) for match in found if match)


def lines_of(steps: tuple[Step, ...]) -> str:
    """Steps as they are typed."""
    return "\n".join(f"{step.days_after} {step.title}" for step in steps)


class ChecklistsSection(SettingsSection):
    """See the module."""

    key = "checklists"

    def build(self) -> None:
        self.table = RowTable(
            [Col(_("Checklist")), Col(_("Begins"), 190), Col(_("Steps"), 90), Col("", 70)], on=self._edit
        )
        self.add = Button(_("Add checklist"), "small", "plus", on=self._add)
        self._none = label(_("None yet. For example: welcome letter, papers, first visit."), "body", "text2")
        self._none.setContentsMargins(16, 6, 16, 10)
        head = row(label(_("Checklists"), "h"), "stretch", self.add, margins=(16, 0, 14, 6))
        said = label(
            _("A checklist begins once per customer. Its steps show on the customer's page and in Today on their days. What has "
              "begun stays as it is when you change the list here."),
            "small", "text2", wrap=True,
        )  # fmt: skip
        column(self, frame("card", head, self._none, self.table, margins=(1, 12, 1, 8)), said, gap=12)

    def refresh(self) -> None:
        self._lists = checklists.all_lists()
        self.table.tell([_row(found) for found in self._lists])
        self.table.setVisible(bool(self._lists))
        self._none.setVisible(not self._lists)

    def _fields(self) -> list[Field]:
        starts = [(key, start_words(key)) for key in checklists.STARTS]
        return [
            Field("name", _("Name"), width=0.6, needed=True, placeholder=_("For example New customer")),
            Field("starts", _("Begins"), "choice", choices=starts, width=0.4),
            Field("steps", _("Steps, one per line, with the days in front"), "lines", rows=6, needed=True,
                  placeholder=_("0 Welcome letter\n7 Papers\n30 First visit"),
                  hint=_("“7 Papers” is due seven days after the start")),
            Field("is_on", _("Offered and begun by itself"), "bool"),
        ]  # fmt: skip

    def _add(self) -> None:
        start = {"starts": checklists.HAND, "is_on": True}
        made = dialogs.fill_in(
            _("New checklist"), self._fields(), start, act=_("Add checklist"), check=partial(_keep, Checklist(0, ""))
        )
        if made is not None:
            self._changed()

    def _edit(self, place: int) -> None:
        found = self._lists[place]
        values = {"name": found.name, "starts": found.starts, "steps": lines_of(found.steps), "is_on": found.is_on}
        answer = dialogs.fill_in_or_remove(
            found.name, self._fields(), values, act=pgettext("save", "Keep"), check=partial(_keep, found),
            remove=_("Delete checklist"),
        )  # fmt: skip
        if answer == "remove" and self.kept(partial(checklists.remove, found.id)):
            self.page.toast.emit(_("Checklist “{name}” deleted").format(name=found.name), True)
            self.refresh()
        elif answer:
            self._changed()

    def _changed(self) -> None:
        self.saved()
        self.refresh()


def _row(found: Checklist) -> list[Cell]:
    steps = ngettext("{n} step", "{n} steps", len(found.steps)).format(n=len(found.steps))
    state = Cell("") if found.is_on else Cell(_("off"), "grey", pill=True)
    return [Cell(found.name, strong=True), Cell(start_words(found.starts), "muted"), Cell(steps, "muted"), state]


def _keep(known: Checklist, values: dict[str, Any]) -> None:
    notes = {step.title: step.note for step in known.steps}
    steps = tuple(Step(step.title, step.days_after, notes.get(step.title, "")) for step in steps_from(values["steps"]))
    checklists.save(Checklist(known.id, values["name"], values["starts"], steps, known.note, values["is_on"]))
