"""The pane beside the list of cases: who, what, by when, the product and its warranty, notes; solve, wait, answer."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QMenu, QWidget

from crm_desktop.care import case_notes, cases
from crm_desktop.care.case_rules import KINDS, PRIORITIES
from crm_desktop.care.cases import Case
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.customers import customers
from crm_desktop.gui.parts import case_words
from crm_desktop.gui.parts.case_acts import CaseActs
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.avatar import Avatar
from crm_desktop.gui.widgets.buttons import Button, menu_button
from crm_desktop.gui.widgets.cards import Facts, Item, Note, Section, key_hints
from crm_desktop.gui.widgets.layouts import column, hairline, label, row, scroll, stack
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.pill import Pill

_NOTES = 4


class CasePane(QFrame):
    """See the module."""

    def __init__(self, page: Page, acts: CaseActs) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._page, self.acts = page, acts
        self.shown: Case | None = None
        self._number, self._pill = label("", "h"), Pill()
        self._title = label("", "b", wrap=True)
        self._avatar, self._who = Avatar(side=28), label("", "body", wrap=True)
        self._card = Button(_("Open card"), "link", on=self._open_card)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.solve_button = Button(_("Solve"), "secondary", "check", on=self._solve)
        self.wait_button = Button(_("Wait"), "secondary", "hourglass", on=self._wait)
        self.reopen_button = Button(_("Open again"), "secondary", "rotate-ccw", on=self._reopen)
        self.edit_button = Button(_("Edit"), "secondary", "pencil", on=self.edit)
        self._note = Note(_("How they like to be served"))
        self._facts = Facts()
        self._text = label("", "body", "text2", wrap=True)
        self._solution = Section(_("Solution"))
        self._solved = label("", "body", wrap=True)
        self._notes = Section(_("Notes"))
        self._lay_out()

    def _lay_out(self) -> None:
        more = menu_button("ellipsis", _("More"), self._menu)
        head = row(self._number, self._pill, "stretch", more, gap=8)
        who = row(self._avatar, self._who, self._card, gap=10)
        who.setStretch(1, 1)
        who.setAlignment(self._avatar, Qt.AlignmentFlag.AlignTop)
        acts = row(self.solve_button, self.reopen_button, self.wait_button, self.edit_button, "stretch", gap=8)
        content = QWidget()
        column(
            content, head, 4, self._title, 10, who, 12, acts, 14, hairline(), 12, stack(self._note, self._facts, gap=12), 12,
            self._text, 12, stack(self._solution, self._solved, gap=4), 12, self._notes, "stretch",
            margins=(20, 16, 20, 8),
        )  # fmt: skip
        foot = QWidget()
        to_open = ("Enter", pgettext("verb", "Open"))
        self._keys = key_hints(to_open, ("S", _("Solve")), ("W", _("Wait")))
        self._keys_closed = key_hints(to_open)
        column(foot, self._keys, self._keys_closed, margins=(20, 0, 20, 14))
        column(self, scroll(content), foot)

    def show_row(self, found: Case) -> None:
        """Show a case."""
        self.shown = found
        word, tone, _pill = case_words.state(found)
        self._number.setText(found.number)
        self._pill.say(word, tone)
        self._title.setText(found.title)
        self._avatar.show_name(found.customer, found.customer_kind)
        owner = customers.get(found.customer_id)
        self._who.setText("\n".join(part for part in (found.customer, formats.isolate(owner.phone)) if part))
        self.solve_button.setVisible(found.is_open)
        self.wait_button.setVisible(found.is_open)
        waits = found.state == cases.WAITING
        self.wait_button.setText(_("Go on") if waits else _("Wait"))
        self.wait_button.set_icon("arrow-right" if waits else "hourglass")
        self.reopen_button.setVisible(not found.is_open)
        self._keys.setVisible(found.is_open)
        self._keys_closed.setVisible(not found.is_open)
        self._note.tell(owner.served_by)
        self._note.setVisible(bool(owner.served_by))
        self._tell_facts(found)
        self._text.setText(found.description)
        self._text.setVisible(bool(found.description))
        self._solution.setVisible(bool(found.solution))
        self._solved.setText(found.solution)
        self._solved.setVisible(bool(found.solution))
        self._tell_notes(found)

    def _tell_facts(self, found: Case) -> None:
        cost = formats.money_text(found.cost_minor, found.currency) if found.cost_minor else ""
        closed = found.solved_at.astimezone().date() if found.solved_at else None
        self._facts.tell(
            [
                (_("What it is"), _(KINDS[found.kind])),
                (_("Due"), *case_words.due(found)),
                (_("Priority"), _(PRIORITIES[found.priority]), "red" if found.priority > 0 else ""),
                (_("Product"), case_words.product(found)),
                (_("Warranty"), *case_words.warranty(found.warranty_until)),
                (_("Invoice"), found.document),
                (_("Since"), formats.day(found.opened_at.astimezone().date())),
                (_("Solved"), formats.day(closed) if closed else ""),
                (_("Time spent"), case_words.time_text(found.minutes)),
                (_("Cost"), cost),
            ]
        )

    def _tell_notes(self, found: Case) -> None:
        notes = case_notes.of(found.id)
        items = [
            Item(
                note.body.split("\n")[0] or _("Time spent"),
                " · ".join(
                    part
                    for part in (
                        case_words.time_text(note.minutes),
                        formats.day_short(note.made_at.astimezone().date()),
                    )
                    if part
                ),
                "sticky-note",
            )
            for note in notes[:_NOTES]
        ]
        self._notes.tell(items, link=_("Add"), on=self.edit)

    def _fill_menu(self) -> None:
        if self.shown is not None:
            self.acts.fill(self._menu, cases.get(self.shown.id))
            if self.shown.document_id:
                show = partial(self._page.open_record.emit, "invoice", self.shown.document_id)
                self._menu.addAction(_("Open {number}").format(number=self.shown.document), show)

    def _solve(self) -> None:
        if self.shown is not None:
            self.acts.solve(self.shown.id)

    def _wait(self) -> None:
        if self.shown is not None:
            self.acts.wait(self.shown.id)

    def _reopen(self) -> None:
        if self.shown is not None:
            self.acts.reopen(self.shown.id)

    def edit(self) -> None:
        """Open the case."""
        if self.shown is not None:
            self._page.open_record.emit("case", self.shown.id)

    def _open_card(self) -> None:
        if self.shown is not None:
            self._page.open_record.emit("customer", self.shown.customer_id)
