"""The pane beside the list of deals: who, how much, what is known, what comes next, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QMenu, QWidget

from crm_desktop.billing import deal_drafts
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.gui.parts import deal_links, deal_words
from crm_desktop.gui.parts.deal_acts import DealActs
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.avatar import Avatar
from crm_desktop.gui.widgets.buttons import Button, menu_button
from crm_desktop.gui.widgets.cards import Facts, Section, key_hints
from crm_desktop.gui.widgets.layouts import column, hairline, label, row, scroll, stack
from crm_desktop.sales import bant
from crm_desktop.sales.opportunities import Opportunity

Fact = tuple[str, str] | tuple[str, str, str]


class DealPane(QFrame):
    """See the module."""

    def __init__(self, acts: DealActs) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._acts, self._shown = acts, None
        self._avatar = Avatar(side=36)
        self._title, self._customer = label("", "b", wrap=True), label("", "small", "text2", wrap=True)
        self._facts, self._score = Facts(), label("", "small", "text2", wrap=True)
        self._notes = label("", "body", "text2", wrap=True)
        self.links = Section(_("Papers"))
        self.win = Button(_("Won"), "secondary", "check", on=self._win)
        self.lose = Button(_("Lost…"), "secondary", "x", on=self._lose)
        self.reopen = Button(_("Reopen"), "secondary", "rotate-ccw", on=self._reopen)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        more = menu_button("ellipsis", _("More to do with this deal"), self._menu)
        content, foot = QWidget(), QWidget()
        head = row(self._avatar, stack(self._title, self._customer, gap=2), gap=12)
        head.setStretch(1, 1)
        head.setAlignment(self._avatar, Qt.AlignmentFlag.AlignTop)
        column(
            content, head, 14, row(self.win, self.lose, self.reopen, more, "stretch"), 14, hairline(), 12, self._facts, 8,
            self._score, 12, self._notes, 12, self.links, "stretch", margins=(20, 16, 20, 8),
        )  # fmt: skip
        column(
            foot, key_hints(("Enter", pgettext("verb", "Open")), (_("Space"), _("Hide pane"))), margins=(20, 0, 20, 14)
        )
        column(self, scroll(content), foot)

    def show_row(self, found: Opportunity) -> None:
        """Show a deal."""
        self._shown = found
        self._avatar.show_name(found.customer, "person" if found.customer_kind == "person" else "company")
        self._title.setText(found.title)
        self._customer.setText(found.customer)
        self._facts.tell(_facts(found))
        self._score.setText(bant.formula(found.points))
        self._score.setVisible(found.state == "open")
        self._notes.setText(found.notes)
        self._notes.setVisible(bool(found.notes))
        self.win.setVisible(found.state == "open")
        self.lose.setVisible(found.state == "open")
        self.reopen.setVisible(found.state != "open")
        papers = deal_drafts.links(found.id)
        self.links.tell(deal_links.items(papers, self._acts))
        self.links.setVisible(bool(papers))

    def _fill_menu(self) -> None:
        self._menu.clear()
        if self._shown is not None:
            made = self._acts.menu(self._shown, self)
            self._menu.addActions(made.actions())

    def _win(self) -> None:
        if self._shown is not None:
            self._acts.win(self._shown)

    def _lose(self) -> None:
        if self._shown is not None:
            self._acts.lose(self._shown)

    def _reopen(self) -> None:
        if self._shown is not None:
            self._acts.reopen(self._shown)


def _facts(found: Opportunity) -> list[Fact]:
    money = deal_words.amount(found.value_minor, found.currency)
    likely = _("{value} × {chance}").format(value=money, chance=deal_words.share(found.probability_bp))
    if found.state == "open":
        step = deal_words.next_step(found)
        day = formats.day_near(found.next_on) if found.next_on else ""
        return [
            (_("Stage"), found.stage),
            (_("Value"), likely if found.value_minor else ""),
            (_("Likely"), deal_words.amount(found.weighted_minor, found.currency) if found.value_minor else ""),
            (_("Expected on"), formats.day(found.expected_on) if found.expected_on else ""),
            (_("Next step"), ", ".join(part for part in (step, day) if part)),
            (_("Last touched"), deal_words.silent(found), "amber") if found.stale
            else (_("Last touched"), formats.day_near(found.touched_at)),
            (_("Source"), found.source),
        ]  # fmt: skip
    return [
        (_("Value"), money if found.value_minor else ""),
        (_("Won on") if found.state == "won" else _("Lost on"), formats.day(found.closed_on)),
        (_("Why"), found.lost_reason if found.state == "lost" else deal_words.why(found)),
        (_("Who got it"), found.competitor),
        (_("Stage before"), found.stage),
        (_("Source"), found.source),
    ]
