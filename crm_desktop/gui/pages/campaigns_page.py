"""Campaigns: what is planned, runs, rests or is done, with what each brought in the pane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from PySide6.QtWidgets import QFrame, QWidget

from crm_desktop.core import dates, text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.gui import failures, theme
from crm_desktop.gui.parts import campaign_words
from crm_desktop.gui.parts.campaign_acts import CampaignActs
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Facts, key_hints
from crm_desktop.gui.widgets.cells import Cell, status
from crm_desktop.gui.widgets.layouts import column, hairline, label, row, scroll
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec, View
from crm_desktop.gui.widgets.pill import Pill
from crm_desktop.outreach import campaign_results, campaigns
from crm_desktop.outreach.campaign_results import Result
from crm_desktop.outreach.campaigns import Campaign


class CampaignRow(NamedTuple):
    """One line of the list; `people` is how many got it, of how many."""

    id: int
    name: str
    kind: str
    state: str
    people: str
    buyers: int
    net_minor: int
    currency: str
    started: Any
    result: Result


class CampaignsPage(ListPage):
    """The list of campaigns."""

    key = "campaigns"
    tables: ClassVar = ("campaign", "campaign_recipient", "campaign_text", "document")

    def spec(self) -> ListSpec:
        self.acts = CampaignActs(self, self.refresh)
        return ListSpec(
            title=_("Campaigns"),
            columns=_columns(),
            order="id",
            descending=True,
            pane_width=360,
            views=[View("all", _("All")), *(View(k, _(w)) for k, w in campaigns.STATES.items())],
            search_hint=_("Find a campaign"),
            empty=Empty(
                "megaphone",
                _("No campaigns yet"),
                _("A campaign writes to a group of customers: by e-mail, letter or phone. Choose the group, write the words, "
                  "look at each one, then start. Nothing goes out by itself."),
                Act(_("New campaign"), self.new, "plus"),
                Act(_("Build a segment"), lambda: self.go.emit("segments", {}), "list-filter"),
            ),
            acts=[
                Act(_("Read answers"), self.acts.read_mailbox, "inbox",
                    tip=_("Mails that came back or ask for no more, from a mailbox file")),
                Act(_("Export"), self.export, "file-spreadsheet", tip=_("Export this list (Ctrl+E)")),
            ],
            new=Act(_("New campaign"), self.new, "plus", tip=_("New campaign (Ctrl+N)")),
        )  # fmt: skip

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        view, words = filters.get("view") or "all", text.fold(search).split()
        found = [
            c for c in campaigns.everything()
            if view in ("all", c.state) and all(word in text.fold(f"{c.name} {c.goal}") for word in words)
        ]  # fmt: skip
        keys = {"name": lambda c: text.fold(c.name), "started": lambda c: c.started_at or "", "id": lambda c: c.id}
        return [c.id for c in sorted(found, key=keys.get(order, keys["id"]), reverse=descending)]

    def rows(self, ids: list[int]) -> Sequence[CampaignRow]:
        known = {c.id: c for c in campaigns.everything()}
        return [_row(known[i]) for i in ids if i in known]

    def counts(self) -> dict[str, int]:
        found = campaigns.everything()
        return {"all": len(found)} | {state: sum(c.state == state for c in found) for state in campaigns.STATES}

    def count_text(self, number: int) -> str:
        return ngettext("{n} campaign", "{n} campaigns", number).format(n=formats.count(number))

    def make_pane(self) -> QWidget:
        return CampaignPane(self)

    def open_id(self, row_id: int) -> None:
        self.go.emit("campaign", {"id": row_id})

    def new(self) -> None:
        self.go.emit("campaign", {"id": 0})

    def delete_ids(self, ids: list[int]) -> None:
        name = campaigns.get(ids[0]).name
        for campaign_id in ids:
            campaigns.delete(campaign_id)
        words = ngettext("Campaign “{name}” deleted", "{n} campaigns deleted", len(ids))
        self.toast.emit(words.format(name=name, n=len(ids)), True)


def _row(found: Campaign) -> CampaignRow:
    left, result = campaigns.counts(found.id), campaign_results.measure(found.id)
    total = sum(left.values()) - left["held_out"]
    people = f"{formats.count(left['sent'])} / {formats.count(total)}" if total else ""
    started = dates.instant_from(found.started_at) if found.started_at else None
    return CampaignRow(
        found.id, found.name, campaign_words.kind_word(found.kind), found.state, people, result.got.buyers,
        result.got.net_minor, found.currency, started, result,
    )  # fmt: skip


def _state(found: CampaignRow) -> Cell:
    return status(
        _(campaigns.STATES[found.state]), campaign_words.STATE_TONES[found.state], pill=found.state == "paused"
    )


def _columns() -> list[Column]:
    return [
        Column("name", _("Campaign"), "strong", width=theme.px(220), stretch=True),
        Column("kind", _("How"), "muted", width=theme.px(104), sortable=False),
        Column("state", _("State"), "status", width=theme.px(84), sortable=False, cell=_state),
        Column("people", _("Sent"), width=theme.px(76), sortable=False, right=True),
        Column("buyers", _("Bought"), "number", width=theme.px(64), sortable=False),
        Column("net_minor", _("Revenue"), "money", width=theme.px(88), sortable=False, currency="currency"),
        Column("started", _("Started"), "instant", width=theme.px(110), newest_first=True, shown=False),
    ]


class CampaignPane(QFrame):
    """The pane: how far it is, what can be done, what it brought, and whether that can be told."""

    def __init__(self, page: CampaignsPage) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._page, self._campaign = page, 0
        self._title, self._pill = label("", "h", wrap=True), Pill()
        self._goal, self.progress = label("", "body", "text2", wrap=True), label("", "b", wrap=True)
        self.facts, self.verdict = Facts(), label("", "small", "text2", wrap=True)
        self.start = Button(_("Plan and words"), "secondary", "pencil", on=self._open)
        self.go_on = Button(_("Go on"), "secondary", "play", on=lambda: page.acts.go_on(self._campaign))
        self.pause = Button(_("Pause"), "secondary", "pause", on=lambda: page.acts.pause(self._campaign))
        self.cancel = Button(pgettext("verb", "End"), "ghost", "x", on=lambda: page.acts.cancel(self._campaign))
        self.people = Button(_("Recipients"), "secondary", "users", on=self._people)
        self.copy = Button(_("Copy"), "ghost", "copy", on=lambda: failures.guarded(self._copy))
        content = QWidget()
        column(
            content, self._title, 8, row(self._pill, "stretch"), 6, self._goal, 12, self.progress, 10,
            row(self.go_on, self.pause, self.start, "stretch"), 6, row(self.people, self.cancel, self.copy, "stretch"), 12,
            hairline(), 12, self.facts, 10, self.verdict, "stretch", margins=(20, 16, 20, 8),
        )  # fmt: skip
        foot = QWidget()
        column(
            foot, key_hints(("Enter", pgettext("verb", "Open")), (_("Space"), _("Hide pane"))), margins=(20, 0, 20, 14)
        )
        column(self, scroll(content), foot)

    def show_row(self, found: CampaignRow) -> None:
        """Show a campaign."""
        campaign, left = campaigns.get(found.id), campaigns.counts(found.id)
        result = found.result  # worked out once for the row: with ten thousand recipients it takes a moment
        self._campaign = found.id
        self._title.setText(campaign.name)
        self._pill.say(_(campaigns.STATES[campaign.state]), campaign_words.STATE_TONES[campaign.state])
        self._goal.setText(campaign.goal)
        self._goal.setVisible(bool(campaign.goal))
        self.progress.setText(_("Not started yet") if campaign.is_draft else campaign_words.progress_words(left))
        self.start.setText(_("Plan and words") if campaign.is_draft else _("Plan"))
        self.go_on.setVisible(campaign.state == "paused" or (campaign.state == "running" and campaign.kind == "call"))
        self.pause.setVisible(campaign.state == "running")
        self.cancel.setVisible(campaign.state in ("running", "paused"))
        self.people.setVisible(not campaign.is_draft)
        self._better = result.better
        self.copy.setText(
            _("Copy with text {better}").format(better=result.better.upper()) if result.better else _("Copy")
        )
        self.facts.tell(campaign_words.result_facts(result))
        self.verdict.setText("\n".join(campaign_words.verdicts(result)))

    def _open(self) -> None:
        self._page.open_id(self._campaign)

    def _people(self) -> None:
        self._page.go.emit("campaign_people", {"campaign": self._campaign})

    def _copy(self) -> None:
        self._page.open_id(campaigns.copy(self._campaign, better=self._better))
