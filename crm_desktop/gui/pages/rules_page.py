"""The owner's rules: each in one sentence, switched on or off, with what it did in the pane."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar, NamedTuple

from PySide6.QtWidgets import QFrame, QWidget

from crm_desktop.core import dates, text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.gui import failures, theme
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Item, Section, key_hints
from crm_desktop.gui.widgets.cells import Cell, status
from crm_desktop.gui.widgets.layouts import column, frame, hairline, label, row, scroll
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec, View
from crm_desktop.workflow import rules, running
from crm_desktop.workflow.resting import Rest
from crm_desktop.workflow.rules import Rule
from crm_desktop.workflow.running import Done

_SHOWN = 30


class RuleRow(NamedTuple):
    """One line of the list."""

    id: int
    name: str
    sentence: str
    is_on: bool
    rule: Rule
    rests: Rest | None = None


class RulesPage(ListPage):
    """The list of rules."""

    key = "rules"
    tables: ClassVar = ("owner_rule", "owner_rule_run", "segment", "lifecycle_stage", "journal_step", "setting")

    def spec(self) -> ListSpec:
        return ListSpec(
            title=_("Rules"),
            columns=[
                Column("name", _("Rule"), "strong", width=theme.px(190)),
                Column("sentence", _("What it does"), "muted", width=theme.px(360), sortable=False, stretch=True),
                Column("is_on", _("State"), "status", width=theme.px(112), sortable=False, cell=_state),
            ],
            order="name",
            pane_width=340,
            views=[
                View("all", _("All")),
                View("on", pgettext("rule", "On")),
                View("look", _("Needs a look"), late=True),
                View("off", pgettext("rule", "Off")),
            ],
            search_hint=_("Find a rule"),
            empty=Empty(
                "workflow",
                _("No rules yet"),
                _("A rule does a small thing by itself: when an invoice is paid, remind me to say thanks; when a case is "
                  "closed, give a tag. You see what it would have done before you switch it on."),
                Act(_("New rule"), self.new, "plus"),
            ),
            new=Act(_("New rule"), self.new, "plus", tip=_("New rule (Ctrl+N)")),
        )  # fmt: skip

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        view = filters.get("view") or "all"
        words = text.fold(search).split()
        found = [
            rule.id
            for rule in rules.rules()
            if view in ("all", _view_of(rule))
            and all(word in text.fold(f"{rule.name} {rules.sentence(rule)}") for word in words)
        ]
        return found[::-1] if descending else found

    def rows(self, ids: list[int]) -> Sequence[RuleRow]:
        known = {rule.id: rule for rule in rules.rules()}
        return [
            RuleRow(i, known[i].name, rules.sentence(known[i]), known[i].is_on, known[i], rules.rests(known[i]))
            for i in ids
            if i in known
        ]

    def counts(self) -> dict[str, int]:
        found = [_view_of(rule) for rule in rules.rules()]
        return {"all": len(found)} | {view: found.count(view) for view in ("on", "look", "off")}

    def count_text(self, number: int) -> str:
        return ngettext("{n} rule", "{n} rules", number).format(n=formats.count(number))

    def make_pane(self) -> QWidget:
        return RulePane(self)

    def open_id(self, row_id: int) -> None:
        self.go.emit("rule", {"id": row_id})

    def new(self) -> None:
        self.go.emit("rule", {"id": 0})

    def delete_ids(self, ids: list[int]) -> None:
        name = rules.get(ids[0]).name
        rules.delete(ids)
        words = ngettext("Rule “{name}” deleted", "{n} rules deleted", len(ids))
        self.toast.emit(words.format(name=name, n=len(ids)), True)


def _view_of(rule: Rule) -> str:
    """The view in which a rule stands besides all of them."""
    if not rule.is_on:
        return "off"
    return "on" if rules.rests(rule) is None else "look"


def _state(found: RuleRow) -> Cell:
    if found.rests is not None:
        return status(_("Needs a look"), "amber", pill=True)
    return status(pgettext("rule", "On"), "green") if found.is_on else status(pgettext("rule", "Off"), "grey")


def switch(page: Any, rule: Rule) -> bool:
    """Switch a rule on or off and say so; False when it cannot be switched."""
    if not failures.guarded(partial(rules.switch, rule.id, is_on=not rule.is_on)):
        return False
    words = _("“{name}” is off") if rule.is_on else _("“{name}” is on, for what happens from today on")
    page.toast.emit(words.format(name=rule.name), True)
    return True


class RulePane(QFrame):
    """The pane: the sentence, on and off, and what the rule did, each act with a way back."""

    def __init__(self, page: RulesPage) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._page = page
        self._rule: Rule | None = None
        self._title, self._sentence = label("", "b", wrap=True), label("", "body", wrap=True)
        self.switch = Button("", "secondary", on=self._switch)
        edit = Button(_("Edit"), "secondary", "pencil", on=self._edit)
        self._why, self._help = label("", "b", "amber", wrap=True), label("", "body", wrap=True)
        self._rests = QWidget()
        column(self._rests, frame("warn", self._why, self._help, gap=4, margins=(15, 10, 15, 12)), 14)
        self.did = Section(_("What it did"))
        content = QWidget()
        column(
            content, self._title, 8, self._sentence, 14, self._rests, row(edit, self.switch, "stretch"), 14, hairline(), 12, self.did,
            "stretch", margins=(20, 16, 20, 8),
        )  # fmt: skip
        foot = QWidget()
        column(foot, key_hints(("Enter", _("Edit")), (_("Space"), _("Hide pane"))), margins=(20, 0, 20, 14))
        column(self, scroll(content), foot)

    def show_row(self, found: RuleRow) -> None:
        """Show a rule."""
        self._rule = found.rule
        self._title.setText(found.name)
        self._sentence.setText(found.sentence)
        self.switch.setText(_("Switch off") if found.is_on else _("Switch on"))
        self._rests.setVisible(found.rests is not None)
        if found.rests is not None:
            self._why.setText(_("It is on, but rests: {reason}").format(reason=found.rests.reason))
            self._help.setText(found.rests.advice)
        done = running.done(found.id, _SHOWN)
        self.did.tell(did_items(self._page, done), "" if done else _("Nothing yet"))

    def _edit(self) -> None:
        if self._rule is not None:
            self._page.open_id(self._rule.id)

    def _switch(self) -> None:
        if self._rule is not None:
            switch(self._page, self._rule)


def did_items(page: Any, found: Sequence[Done]) -> list[Item]:
    """What rules did, one row each; a click opens the customer."""
    return [
        Item(
            one.customer,
            formats.day_near(dates.instant_from(one.ran_at).astimezone().date()),
            "undo-2" if one.undone else "check",
            detail=_("undone: {what}").format(what=one.did) if one.undone else one.did,
            on=partial(page.open_record.emit, "customer", one.customer_id) if one.customer_id else None,
        )
        for one in found
    ]
