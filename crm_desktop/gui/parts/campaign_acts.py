"""What is done with campaigns: start after a question, go on, pause, cancel, read answers from a mailbox."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.parts.campaign_words import kind_word
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.page import Page
from crm_desktop.outreach import campaign_audience, campaign_running, campaigns, labels, mail_account
from crm_desktop.outreach.bounces import Found
from crm_desktop.outreach.campaign_audience import Audience
from crm_desktop.outreach.campaign_running import Ready
from crm_desktop.outreach.campaigns import Campaign

_SHOWN = 12
Work = Callable[[], object]


class CampaignActs:
    """The acts of a page; `changed()` is called when something was done. A running round can be paused through it."""

    def __init__(self, page: Page, changed: Callable[[], object]) -> None:
        self._page, self._changed = page, changed
        self.job: jobs.Job | None = None

    # ---- starting and going on ---------------------------------------------------------------------------------------

    def start(self, campaign_id: int) -> None:
        """Check, ask with the number and those left out, write down who gets it, and run; the window stays live meanwhile."""
        if self.job is None or not self.job.running:
            work = partial(_ready, campaign_id)
            self.job = jobs.run(work, done=partial(self._start, campaign_id), title=_("Checking every recipient"))

    def _start(self, campaign_id: int, found: Ready) -> None:
        campaign = campaigns.get(campaign_id)
        if found.problems:
            dialogs.message(_("“{name}” cannot start yet").format(name=campaign.name), "\n".join(found.problems))
            return
        if not _sure(campaign, found.audience):
            return
        # Where it shall go is asked before anything is written down, so that a No leaves plan and words open.
        work = self._work(campaign)
        if work is None:
            words = _("Nothing was started; “{name}” is planned as before.")
            self._page.toast.emit(words.format(name=campaign.name), False)
            return
        title = _("Starting “{name}”").format(name=campaign.name)
        done = partial(self._started, work)
        self.job = jobs.run(partial(_begin, campaign_id), done=done, title=title, writes=True)

    def _started(self, work: Work, _number: int) -> None:
        work()
        self._changed()

    def go_on(self, campaign_id: int) -> None:
        """Let a campaign run on with those who wait."""
        failures.guarded(partial(self._go_on, campaign_id))

    def _go_on(self, campaign_id: int) -> None:
        campaign = campaigns.get(campaign_id)
        work = self._work(campaign)
        if work is None:
            if campaign.state == "running":
                campaign_running.pause(campaign_id)
        else:
            if campaign.state == "paused":
                campaign_running.resume(campaign_id)
            work()
        self._changed()

    def _work(self, campaign: Campaign) -> Work | None:
        """What is to be done for those who wait, after asking where; None when the owner does not say."""
        ways: dict[str, Callable[[Campaign], Work | None]] = {
            "email": self._send, "draft": self._drafts, "letter": self._letters, "labels": self._labels, "call": self._calls,
        }  # fmt: skip
        return ways[campaign.kind](campaign)

    def _send(self, campaign: Campaign) -> Work | None:
        account = mail_account.load()
        if account.needs_password and not _password(account):
            return None
        return partial(self._run, partial(campaign_running.send, campaign.id), campaign)

    def _drafts(self, campaign: Campaign) -> Work | None:
        chosen = dialogs.choose_folder(_("Where shall the folder with the drafts go?"), "campaigns")
        if chosen is None:
            return None
        folder = campaign_running.drafts_folder(campaign, chosen)
        return partial(self._run, partial(_write_drafts, campaign.id, folder), campaign, folder)

    def _letters(self, campaign: Campaign) -> Work | None:
        target = dialogs.choose_save_file(_("Save the letters"), f"{campaign.name}.pdf", [("PDF", ".pdf")], "campaigns")
        return None if target is None else partial(self._run, partial(_print_letters, campaign.id, target), campaign)

    def _labels(self, campaign: Campaign) -> Work | None:
        chosen = dialogs.fill_in(
            _("Labels for {name}").format(name=campaign.name),
            [
                Field("sheet", _("Sheet"), "choice", choices=[(k, _(s.name)) for k, s in labels.SHEETS.items()], width=0.67),
                Field("first", _("First free label"), "number", decimals=0, width=0.33,
                      hint=_("Counted from the left, row by row")),
            ],
            {"sheet": "3x8", "first": 1},
            act=_("Save labels"),
        )  # fmt: skip
        if chosen is None:
            return None
        target = dialogs.choose_save_file(_("Save the labels"), f"{campaign.name}.pdf", [("PDF", ".pdf")], "campaigns")
        work = partial(_print_labels, campaign.id, chosen["sheet"], int(chosen["first"] or 1))
        return None if target is None else partial(self._run, partial(work, target), campaign)

    def _calls(self, campaign: Campaign) -> Work | None:
        return partial(self._page.go.emit, "campaign_people", {"campaign": campaign.id})

    def _run(self, work: Callable[[Progress], Any], campaign: Campaign, folder: Path | None = None) -> None:
        title = _("Campaign “{name}”").format(name=campaign.name)
        done = partial(self._done, campaign.id, folder)
        self.job = jobs.run(work, done=done, failed=self._failed, title=title)

    def _done(self, campaign_id: int, folder: Path | None, result: Any) -> None:
        campaign = campaigns.get(campaign_id)
        problem = getattr(result, "problem", "")
        sent = campaigns.counts(campaign_id)["sent"]
        words = ngettext("“{name}”: {n} is out.", "“{name}”: {n} are out.", sent)
        if folder is not None:
            words = ngettext("{n} draft is in the folder {folder}.", "{n} drafts are in the folder {folder}.", sent)
        words = words.format(name=campaign.name, n=formats.count(sent), folder=formats.isolate(str(folder)))
        self._page.toast.emit(f"{words} {problem}".strip(), False)
        self._changed()

    def _failed(self, error: BaseException) -> None:
        self._changed()
        failures.show(error)

    # ---- stopping ----------------------------------------------------------------------------------------------------

    def pause(self, campaign_id: int) -> None:
        """Stop for now; it goes on where it stopped."""
        if failures.guarded(partial(campaign_running.pause, campaign_id)):
            if self.job is not None and self.job.running:
                self.job.cancel()
            self._changed()

    def cancel(self, campaign_id: int) -> None:
        """Ask, then end a campaign for those who wait."""
        campaign, left = campaigns.get(campaign_id), campaigns.counts(campaign_id)["waiting"]
        words = ngettext("{n} recipient gets nothing.", "{n} recipients get nothing.", left).format(
            n=formats.count(left)
        )
        question = _("End “{name}” now?").format(name=campaign.name)
        if dialogs.confirm(question, words, _("End campaign"), _("Keep it")):
            failures.guarded(partial(campaign_running.cancel, campaign_id))
            self._changed()

    # ---- answers -----------------------------------------------------------------------------------------------------

    def read_mailbox(self) -> None:
        """Choose a mailbox file, show what it says, take it over."""
        path = dialogs.choose_open_file(
            _("A mailbox with answers"), [(_("Mailbox or mail"), ["*.mbox", "*.mbx", "*.eml"])], "mailbox"
        )
        if path is not None:
            jobs.run(partial(_judge, path), done=self._offer, title=_("Reading {file}").format(file=path.name))

    def _offer(self, found: list[Found]) -> None:
        from crm_desktop.outreach import bounces

        if not found:
            dialogs.message(
                _("Nothing for your campaigns"), _("No mail there came back, asks for no more, or answers a campaign.")
            )
            return
        question = ngettext("Take over {n} answer?", "Take over {n} answers?", len(found))
        lines = [_line(one) for one in found[:_SHOWN]] + (["…"] if len(found) > _SHOWN else [])
        key = dialogs.choose(
            question.format(n=formats.count(len(found))),
            "\n".join(lines),
            [("", _("Leave them")), ("take", _("Take over"))],
        )
        if key == "take":
            taken: list[int] = []
            if failures.guarded(lambda: taken.append(bounces.take_over(found))):
                words = ngettext("{n} answer taken over", "{n} answers taken over", taken[0])
                self._page.toast.emit(words.format(n=formats.count(taken[0])), True)
                self._changed()


def _line(one: Found) -> str:
    said = {
        "bounced": _("{name}: {address} does not work"), "opted_out": _("{name} wants no more mails"),
        "replied": _("{name} replied"),
    }[one.kind]  # fmt: skip
    words = said.format(name=one.name, address=one.address)
    return f"{words} · {one.said[:60]}" if one.said else words


def _sure(campaign: Campaign, audience: Audience) -> bool:
    number = len(audience.reached)
    n = formats.count(number)
    what = {
        "email": _("{n} e-mails go out one after the other; what is out cannot be taken back."),
        "draft": _("{n} drafts are written into a folder; you send them from your mail program."),
        "letter": _("{n} letters are made as one PDF and noted as sent with each customer."),
        "labels": _("{n} labels are made and noted as sent with each customer."),
        "call": _("{n} calls are put on a list; nobody is called by itself."),
    }[campaign.kind].format(n=n)
    asked = ngettext("Start “{name}” for {n} person?", "Start “{name}” for {n} people?", number)
    question = asked.format(name=campaign.name, n=n)
    reasons = campaign_audience.words(audience)
    if reasons:
        what += "\n\n" + _("Left out: {reasons}").format(reasons="; ".join(reasons))
    act = _("{kind}: start for {n}").format(kind=kind_word(campaign.kind), n=n)
    return dialogs.confirm(question, what, act, _("Not yet"))


def _password(account: mail_account.Account) -> bool:
    secret = dialogs.fill_in(
        _("Password of {user}").format(user=account.user),
        [Field("secret", _("Password"), "password", needed=True), Field("keep", _("Keep it on this computer"), "bool")],
        {"keep": True},
        act=_("Send"),
    )
    if secret is None:
        return False
    mail_account.use_password(account, secret["secret"], keep=secret["keep"])
    return True


# ---- in the worker ---------------------------------------------------------------------------------------------------


def _ready(campaign_id: int, progress: Progress) -> Ready:
    return campaign_running.ready(campaign_id, progress)


def _begin(campaign_id: int, progress: Progress) -> int:
    return campaign_running.start(campaign_id, progress)


def _write_drafts(campaign_id: int, folder: Path, progress: Progress) -> int:
    return campaign_running.write_drafts(campaign_id, folder, progress)


def _print_letters(campaign_id: int, target: Path, progress: Progress) -> int:
    from crm_desktop.outreach import campaign_paper

    return campaign_paper.print_all(campaign_id, target, progress)


def _print_labels(campaign_id: int, sheet: str, first: int, target: Path, _progress: Progress) -> int:
    from crm_desktop.outreach import campaign_paper

    return campaign_paper.print_labels(campaign_id, target, sheet, first)


def _judge(path: Path, progress: Progress) -> list[Found]:
    from crm_desktop.exchange import mailbox_files
    from crm_desktop.outreach import bounces

    return bounces.judge(mailbox_files.read(path, progress))
