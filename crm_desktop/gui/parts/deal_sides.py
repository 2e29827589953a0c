"""Below the form of a deal: its papers, how it moved, its files, and what happened with the customer."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from crm_desktop.activity import timeline
from crm_desktop.billing import deal_drafts
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts import deal_links, deal_words
from crm_desktop.gui.parts.attached_files import AttachedFiles
from crm_desktop.gui.parts.deal_acts import DealActs
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cards import Card, Item
from crm_desktop.gui.widgets.kind_icons import icon_of
from crm_desktop.gui.widgets.layouts import column
from crm_desktop.gui.widgets.page import Page
from crm_desktop.sales import opportunities, opportunity_steps
from crm_desktop.sales.opportunities import Opportunity
from crm_desktop.sales.opportunity_steps import Move

_LATEST = 5


class DealSides(QWidget):
    """See the module."""

    def __init__(self, page: Page, acts: DealActs) -> None:
        super().__init__()
        self._page, self._acts, self._customer_id = page, acts, 0
        self._deal: Opportunity | None = None
        self.papers = Card(_("Papers"), _("Link one"), self._link)
        self.history = Card(_("How it moved"))
        self.files = AttachedFiles(page, "opportunity")
        self.happened = Card(_("Last with this customer"), _("Open card"), self._open_customer)
        column(self, self.papers, self.history, self.happened, self.files, gap=12)

    def show_deal(self, found: Opportunity) -> None:
        """Show what belongs to a deal."""
        self._customer_id, self._deal = found.customer_id, found
        papers = deal_drafts.links(found.id)
        self.papers.tell(deal_links.items(papers, self._acts))
        self.history.tell([_moved(move, found.currency) for move in opportunity_steps.history(found.id)])
        self.files.show_of(found.id)
        self.happened.heading.setText(_("Last with {name}").format(name=found.customer))
        self.happened.tell([_happened(entry) for entry in timeline.latest(found.customer_id, _LATEST)])

    def _link(self) -> None:
        if self._deal is not None and self._acts.link(self._deal):
            self.show_deal(self._deal)

    def _open_customer(self) -> None:
        self._page.open_record.emit("customer", self._customer_id)


def _moved(move: Move, currency: str) -> Item:
    if move.state != "open":
        words = _(opportunities.STATES[move.state])
    elif not move.from_stage:
        words = _("Began in {stage}").format(stage=move.to_stage)
    elif move.from_stage == move.to_stage:
        words = _("Opened again")
    else:
        words = _("{before} → {after}").format(before=move.from_stage, after=move.to_stage)
    icon = {"won": "check", "lost": "x"}.get(move.state, "arrow-right")
    tone = {"won": "green", "lost": "red"}.get(move.state, "")
    detail = deal_words.amount(move.value_minor, currency) if move.value_minor else ""
    return Item(words, formats.when(move.at), icon, tone, detail=detail)


def _happened(entry: timeline.Entry) -> Item:
    first_line = entry.body.split("\n", 1)[0]
    return Item(entry.title or first_line, formats.day_near(entry.happened_at), icon_of(entry.kind))
