"""Who gets a campaign and what became of each; a call list is worked through here, one key a line."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar, NamedTuple

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import failures, theme
from crm_desktop.gui.parts.campaign_words import RECIPIENT_TONES
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import Cell, status
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, Filter, ListPage, ListSpec, View
from crm_desktop.outreach import campaign_list, campaign_results, campaign_running, campaigns

# What is offered for each kind of campaign, in the order of the buttons; for letters and labels only answers.
_OFFERED = {"reached": ("call",), "not_reached": ("call",), "arrived": ("email",), "again": ("email",)}
_BUTTONS = ("reached", "not_reached", "replied", "opted_out", "arrived", "again")


class PersonRow(NamedTuple):
    """One recipient."""

    id: int
    name: str
    address: str
    state: str
    answer: str
    sent: Any
    reason: str
    customer_id: int


class CampaignPeoplePage(ListPage):
    """The recipients of one campaign."""

    key = "campaign_people"
    tables: ClassVar = ("campaign_recipient", "campaign")
    _campaign = 0
    _writes_drafts = False

    def spec(self) -> ListSpec:
        return ListSpec(
            title=_("Recipients"),
            columns=[
                Column("name", _("Customer"), "strong", width=theme.px(200), stretch=True),
                Column("address", _("Address or phone"), "muted", width=theme.px(230)),
                Column("state", _("State"), "status", width=theme.px(110), cell=self._state),
                Column("answer", _("Answer"), width=theme.px(130)),
                Column("sent", _("Sent"), "instant", width=theme.px(120), newest_first=True),
                Column("reason", _("Why"), "muted", width=theme.px(240), sortable=False),
            ],
            order="id",
            views=[
                View("all", _("All")), View("waiting", _("Waiting")), View("sent", _("Sent")),
                View("trouble", _("Not sent"), late=True), View("left_out", _("Left out")),
            ],
            filters=[Filter("answer", _("Answer"), "inbox", _answers)],
            search_hint=_("Find a recipient"),
            empty=Empty("users", _("Nobody yet"), _("Start the campaign; then everybody who gets it stands here.")),
            acts=[
                Act(_("Reached [R]"), partial(self._answer, "reached"), "phone", tip=_("The call reached them (R)")),
                Act(_("Not reached [N]"), partial(self._answer, "not_reached"), "x", tip=_("Nobody answered (N)")),
                Act(_("Replied"), partial(self._answer, "replied"), "mail", tip=_("They answered in some way")),
                Act(_("Wants no more"), partial(self._answer, "opted_out"), "shield-alert",
                    tip=_("Takes back their consent for what this was about; pressed again, restores it")),
                Act(_("It arrived"), self._arrived, "check", tip=_("A mail that was perhaps sent did arrive")),
                Act(_("Try again"), self._again, "send", tip=_("Put the marked ones back into the queue")),
            ],
        )  # fmt: skip

    def activate(self, view: str = "", search: str = "", select: int = 0, *, campaign: int = 0, **filters: Any) -> None:
        """Show the recipients of a campaign."""
        self._campaign = campaign or self._campaign
        if self._campaign:
            shown = campaigns.get(self._campaign)
            self._writes_drafts = shown.kind == "draft"
            self._title.setText(shown.name)
            for act, button in zip(_BUTTONS, self._acts.findChildren(Button), strict=True):
                button.setVisible(shown.kind in _OFFERED.get(act, (shown.kind,)))
        super().activate(view, search, select, **filters)

    def place(self) -> dict[str, Any] | None:
        return {"campaign": self._campaign}

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        view, answer = (str(filters.get(name) or "") for name in ("view", "answer"))
        return campaign_list.ids(self._campaign, view, answer=answer, search=search, order=order, descending=descending)

    def rows(self, ids: list[int]) -> Sequence[PersonRow]:
        return [_row(one) for one in campaign_list.lines(ids)]

    def counts(self) -> dict[str, int]:
        left = campaigns.counts(self._campaign)
        views = {view: sum(left[s] for s in states) for view, states in campaign_list.VIEWS.items()}
        return {"all": sum(left.values())} | views

    def count_text(self, number: int) -> str:
        return ngettext("{n} recipient", "{n} recipients", number).format(n=formats.count(number))

    def _state(self, found: PersonRow) -> Cell:
        words = _(campaigns.RECIPIENT_STATES[found.state])
        if found.state == "sent" and self._writes_drafts:
            words = _("Draft written")
        return status(words, RECIPIENT_TONES[found.state], pill=found.state in ("failed", "unsure"))

    def open_id(self, row_id: int) -> None:
        self.open_record.emit("customer", campaigns.recipient(row_id).customer_id)

    def key_pressed(self, key: str, row_id: int) -> None:
        if key in ("r", "n") and campaigns.get(self._campaign).kind == "call":
            self._answer("reached" if key == "r" else "not_reached")

    def _answer(self, answer: str) -> None:
        """Note the answer of the row that is marked, and go to the next one."""
        row_id = self.table.current_id()
        if row_id:
            place = self.model.place_of(row_id)
            if failures.guarded(partial(self._note, row_id, answer)):
                following = self.model.ids[place + 1] if place + 1 < len(self.model.ids) else row_id
                self.refresh()
                self.table.select_id(following)
                if answer == "opted_out":
                    self._tell_out(row_id)

    def _tell_out(self, row_id: int) -> None:
        found = campaigns.recipient(row_id)
        out = _("{name} gets no more of this; the consent is withdrawn.")
        words = out if found.answer == "opted_out" else _("{name}: that is taken back.")
        self.toast.emit(words.format(name=found.name), True)

    def _note(self, row_id: int, answer: str) -> None:
        found = campaigns.recipient(row_id)
        calls = campaigns.get(found.campaign_id).kind == "call"
        if calls and (answer in ("reached", "not_reached") or (answer == "opted_out" and found.state == "waiting")):
            campaign_running.note_call(row_id, reached=answer != "not_reached")
        if answer == "opted_out" or not calls or answer == "replied":
            campaign_results.note_answer(row_id, "" if answer == found.answer == "opted_out" else answer)

    def _arrived(self) -> None:
        for row_id in self.table.selected_ids():
            failures.guarded(partial(campaign_running.arrived, row_id))
        self.refresh()

    def _again(self) -> None:
        number: list[int] = []
        chosen = self.table.selected_ids()
        if failures.guarded(lambda: number.append(campaign_running.try_again(self._campaign, chosen))) and number[0]:
            words = ngettext(
                "{n} waits again. Go on with the campaign.", "{n} wait again. Go on with the campaign.", number[0]
            )
            self.toast.emit(words.format(n=formats.count(number[0])), False)
        self.refresh()


def _answers() -> list[tuple[str, str]]:
    known = [(key, _(words)) for key, words in campaigns.ANSWERS.items() if key]
    return [("any", _("Any answer")), ("none", _("No answer yet")), *known]


def _row(one: campaign_list.Line) -> PersonRow:
    sent = dates.instant_from(one.sent_at) if one.sent_at else None
    answer = _(campaigns.ANSWERS[one.answer]) if one.answer else ""
    return PersonRow(one.id, one.name, one.address, one.state, answer, sent, one.reason, one.customer_id)
