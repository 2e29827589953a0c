"""Below a campaign's plan: who gets it, who is left out and why, and what each recipient reads, one after the other."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.core.progress import Progress
from crm_desktop.gui import jobs
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.layouts import column, frame, hairline, label, recolor, row
from crm_desktop.outreach import campaign_audience, campaign_running, campaign_words, campaigns
from crm_desktop.outreach.campaign_audience import Audience, Person
from crm_desktop.outreach.campaign_words import addressed
from crm_desktop.outreach.campaigns import WITH_WORDS

_AFTER_MS = 250


class CampaignPreview(QWidget):
    """See the module; `tell(id)` shows a campaign as it is kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._campaign, self._place = 0, 0
        self._people: list[Person] = []
        self.who, self.left_out = label("", "b"), label("", "small", "text2", wrap=True)
        self.trouble = label("", "body", "red", wrap=True)
        self.to, self.subject = label("", "small", "text2"), label("", "b", wrap=True)
        self.body = label("", "body", wrap=True)
        self.previous = Button(pgettext("recipient", "Previous"), "ghost", "chevron-left", on=partial(self.step, -1))
        self.next = Button(pgettext("recipient", "Next"), "ghost", "chevron-right", on=partial(self.step, 1))
        self.check = Button(_("Check all"), "secondary", "list-checks", on=self.check_all)
        self._reads = row(self.to, "stretch", self.previous, self.next)
        card = frame(
            "card", row(self.who, "stretch", self.check), self.left_out, self.trouble, hairline(), self._reads, self.subject,
            self.body, gap=10,
        )  # fmt: skip
        column(self, card)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_AFTER_MS)
        self._later.timeout.connect(self.tell_now)

    def tell(self, campaign_id: int) -> None:
        """Show a campaign soon."""
        self._campaign = campaign_id
        self._later.start()

    def tell_now(self) -> None:
        """Show who gets it and what the current one reads."""
        self._later.stop()
        try:
            campaign = campaigns.get(self._campaign)
            found = campaign_audience.plan(campaign)
        except UserError as error:
            self._say(str(error), "red")
            return
        self._people = found.reached
        self._place = min(self._place, max(len(self._people) - 1, 0))
        self._tell_who(found)
        self._say("" if self._people else campaign_running.nobody(found), "red")
        self._tell_one()

    def _tell_who(self, found: Audience) -> None:
        number = len(found.reached)
        words = ngettext("{n} person gets it", "{n} people get it", number).format(n=formats.count(number))
        if found.held_out:
            words += ", " + _("{n} held out for comparison").format(n=formats.count(found.held_out))
        self.who.setText(words)
        said = campaign_audience.words(found)
        self.left_out.setText(_("Left out: {reasons}").format(reasons="; ".join(said)) if said else "")
        self.left_out.setVisible(bool(said))

    def _say(self, words: str, tone: str) -> None:
        self.trouble.setText(words)
        recolor(self.trouble, "c", tone)
        self.trouble.setVisible(bool(words))

    def step(self, by: int) -> None:
        """Show the next recipient, or the one before."""
        if self._people:
            self._place = (self._place + by) % len(self._people)
            self._tell_one()

    def _tell_one(self) -> None:
        campaign = campaigns.get(self._campaign)
        shows = bool(self._people) and campaign.kind in WITH_WORDS
        for widget in (self.to, self.subject, self.body, self.previous, self.next):
            widget.setVisible(shows)
        self.check.setVisible(bool(self._people))
        if not shows:
            return
        one = self._people[self._place]
        place = _("{n} of {all}").format(n=formats.count(self._place + 1), all=formats.count(len(self._people)))
        self.to.setText(f"{place} · {one.name} · {one.address}" + (" · B" if one.variant == "b" else ""))
        self._place_of_words(one)

    def _place_of_words(self, one: Person) -> None:
        campaign = campaigns.get(self._campaign)
        try:
            written = next(campaign_words.write(campaign, [addressed(one)]), None)
        except UserError as error:
            self.subject.setText("")
            self.body.setText("")
            self._say(str(error), "red")
            return
        self.subject.setText(written.subject if written else "")
        self.body.setText(written.body if written and written.body else _("No words yet."))

    def check_all(self) -> None:
        """Write the text of every recipient and say what is wrong."""
        jobs.run(partial(_check, self._campaign), done=self._checked, title=_("Checking every recipient"))

    def _checked(self, found: campaign_running.Ready) -> None:
        if found.problems:
            self._say("\n".join(found.problems), "red")
        elif found.checked.hints:
            self._say("\n".join(found.checked.hints), "amber")
        else:
            words = _("All {n} were checked; nothing is missing.").format(n=formats.count(found.checked.people))
            self._say(words, "green")


def _check(campaign_id: int, _progress: Progress) -> campaign_running.Ready:
    return campaign_running.ready(campaign_id)
