"""Below a campaign's plan: who gets it, who is left out and why, and what each recipient reads, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.core.progress import Progress
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.layouts import column, frame, hairline, label, recolor, row
from crm_desktop.outreach import campaign_audience, campaign_running, campaign_words, campaigns
from crm_desktop.outreach.campaign_audience import Audience, Person
from crm_desktop.outreach.campaign_words import addressed
from crm_desktop.outreach.campaigns import WITH_WORDS

_AFTER_MS, _SLOW_MS = 250, 400


class CampaignPreview(QWidget):
    """See the module; `tell(id)` shows a campaign as it is kept. Recipients are gathered beside the window.

    `told(how many get it, who is left out)` says what was found.
    """

    told = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._campaign, self._place, self._serial = 0, 0, 0
        self._people: list[Person] = []
        self._job: jobs.Job | None = None
        # What was checked, and what the check said: it stands until plan or words change.
        self._verdict: tuple[object, str, str] = (None, "", "")
        self.who, self.left_out = label("", "b"), label("", "small", "text2", wrap=True)
        self.trouble = label("", "body", "red", wrap=True)
        self.to, self.subject = label("", "small", "text2"), label("", "b", wrap=True)
        self.body = label("", "body", wrap=True)
        self.previous = Button(pgettext("recipient", "Previous"), "ghost", "chevron-left", on=partial(self.step, -1))
        self.next = Button(pgettext("recipient", "Next"), "ghost", "chevron-right", on=partial(self.step, 1))
        self.check = Button(_("Check all"), "secondary", "list-checks", on=self.check_all)
        self.stop = Button(_("Cancel"), "link", on=self.cancel)
        self.again = Button(_("Gather recipients"), "secondary", "users", on=self.tell_now)
        self._reads = row(self.to, "stretch", self.previous, self.next)
        card = frame(
            "card", row(self.who, "stretch", self.stop, self.again, self.check), self.left_out, self.trouble, hairline(),
            self._reads, self.subject, self.body, gap=10,
        )  # fmt: skip
        column(self, card)
        self._later, self._slow = _once(self, _AFTER_MS, self.tell_now), _once(self, _SLOW_MS, self._gathering)
        for widget in (self.stop, self.again):
            widget.hide()
        jobs.looker().progressed.connect(self._progressed)
        self.destroyed.connect(self._drop)

    def tell(self, campaign_id: int) -> None:
        """Show a campaign soon."""
        if campaign_id != self._campaign:
            self._people, self._place = [], 0
        self._campaign = campaign_id
        self._later.start()

    def tell_now(self) -> None:
        """Gather who gets it, then show them and what the current one reads."""
        self._later.stop()
        self._drop()
        self._slow.start()
        done, failed = (partial(self._arrived, self._serial, show) for show in (self._planned, self._failed))
        # Not behind a long job of others: while a campaign goes out, nothing would be seen until that has ended.
        self._job = jobs.look(partial(_plan, self._campaign), done=done, failed=failed)

    def cancel(self) -> None:
        """Stop gathering; it can be asked for again."""
        self._drop()
        self._people = []
        self._idle()
        self.who.setText(_("The recipients were not gathered."))
        self.again.show()
        self.check.hide()

    def _arrived(self, serial: int, show: Callable[[Any], None], found: Any) -> None:
        if serial == self._serial:
            self._job = None
            show(found)

    def _drop(self, _gone: object = None) -> None:
        """Forget what is being gathered; also when the page goes away meanwhile."""
        self._serial += 1
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _gathering(self) -> None:
        self.who.setText(_("Gathering recipients …"))
        self.again.hide()
        self.check.hide()
        self.stop.show()

    def _progressed(self, job: jobs.Job, done: int, total: int, _text: str) -> None:
        if job is self._job and self.stop.isVisible():
            words = _("Gathering recipients, {n} of {all}")
            self.who.setText(words.format(n=formats.count(done), all=formats.count(total)))

    def _idle(self) -> None:
        self._slow.stop()
        self.stop.hide()
        self.again.hide()

    def _failed(self, error: BaseException) -> None:
        self._idle()
        if not isinstance(error, UserError):
            failures.show(error)
        self._people = []
        self.who.setText("")
        self.told.emit("", "")
        self._say(str(error), "red")
        self._tell_one()

    def _planned(self, found: Audience) -> None:
        self._idle()
        self._people = found.reached
        self._place = min(self._place, max(len(self._people) - 1, 0))
        self._tell_who(found)
        checked, words, tone = self._verdict
        if not self._people:
            self._say(campaign_running.nobody(found), "red")
        elif checked == _state(self._campaign):
            self._say(words, tone)
        else:
            self._say("", "red")
        self._tell_one()

    def _tell_who(self, found: Audience) -> None:
        number = len(found.reached)
        words = ngettext("{n} person gets it", "{n} people get it", number).format(n=formats.count(number))
        if found.held_out:
            words += ", " + _("{n} held out for comparison").format(n=formats.count(found.held_out))
        self.who.setText(words)
        said = campaign_audience.words(found)
        left = _("Left out: {reasons}").format(reasons="; ".join(said)) if said else ""
        self.left_out.setText(left)
        self.told.emit(words, left)
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
        done = partial(self._checked, _state(self._campaign))
        jobs.run(partial(_check, self._campaign), done=done, title=_("Checking every recipient"))

    def _checked(self, state: object, found: campaign_running.Ready) -> None:
        if found.problems:
            words, tone = "\n".join(found.problems), "red"
        elif found.checked.hints:
            words, tone = "\n".join(found.checked.hints), "amber"
        else:
            words = _("All {n} were checked; nothing is missing.").format(n=formats.count(found.checked.people))
            tone = "green"
        self._verdict = (state, words, tone)
        self._say(words, tone)


def _once(parent: QWidget, ms: int, then: Callable[[], object]) -> QTimer:
    made = QTimer(parent)
    made.setSingleShot(True)
    made.setInterval(ms)
    made.timeout.connect(then)
    return made


def _state(campaign_id: int) -> object:
    """What a check was about: plan and words."""
    return campaigns.get(campaign_id), tuple(campaigns.words(campaign_id))


def _plan(campaign_id: int, progress: Progress) -> Audience:
    return campaign_audience.plan(campaigns.get(campaign_id), progress=progress)


def _check(campaign_id: int, progress: Progress) -> campaign_running.Ready:
    return campaign_running.ready(campaign_id, progress)
