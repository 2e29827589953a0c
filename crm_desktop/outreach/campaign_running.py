"""Running a campaign: start (writes down who gets it), pause, go on, cancel; mails one at a time, drafts, paper, calls.

A mail has the guarantees of `sending`: marked on the disk before it goes out, sent only when the server says so, "unsure"
where the connection or the program ended in between; nothing is sent twice by itself. The server may drop the connection:
it is opened again; after several times in a row without one mail sent, the campaign pauses and says why.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from crm_desktop.activity import timeline
from crm_desktop.core import dates
from crm_desktop.core.errors import Cancelled, NotFound, Problem, UserError
from crm_desktop.core.i18n import document_text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.db import noted
from crm_desktop.outreach import campaign_audience, campaign_words, campaigns, mail_account, sending
from crm_desktop.outreach.campaign_words import Checked, Written, addressed
from crm_desktop.outreach.campaigns import NOT_ASKED, Campaign, Recipient
from crm_desktop.outreach.mail_account import Account
from crm_desktop.outreach.sending import Done

# So many lost connections in a row, without a mail sent in between, pause a campaign.
MOST_BREAKS = 5
# So few texts are written at once, since a server that hangs up makes those that were left be written again.
_AT_ONCE = 50
CONFIRM_FROM = 20
_NO_FILE_SIGNS = str.maketrans(dict.fromkeys('<>:"/\\|?*\r\n\t', "-"))


@dataclass(frozen=True)
class Ready:
    """Whether a campaign can start: who gets it, what the check said, and what else stands in the way."""

    audience: campaign_audience.Audience
    checked: Checked
    problems: tuple[str, ...]


def ready(campaign_id: int, progress: Progress | None = None) -> Ready:
    """Check everything on every recipient; nothing is written.

    Raises:
        Cancelled: through `progress`.
    """
    campaign = campaigns.get(campaign_id)
    problems: list[str] = []
    try:
        audience = campaign_audience.plan(campaign, progress=progress)
    except UserError as error:
        audience, problems = campaign_audience.Audience(), [str(error)]
    people = [addressed(person) for person in audience.reached]
    checked = campaign_words.check(campaign, people, progress)
    if not people and not problems:
        problems.append(nobody(audience))
    if campaign.kind == "email" and not mail_account.load().is_set_up:
        problems.append(_("No mail server is set up. Enter one in Settings, or choose “E-mail drafts”."))
    return Ready(audience, checked, tuple(problems + checked.problems))


def nobody(audience: campaign_audience.Audience) -> str:
    """Why nobody gets it, and what to do."""
    if not audience.in_segment:
        return _("The segment has no customers. Choose another one, or change its conditions.")
    n = campaign_audience.counted(audience.in_segment)
    reasons = "; ".join(campaign_audience.words(audience))
    said = _("Nobody is left: of {n} customers {reasons}.").format(n=n, reasons=reasons)
    if "consent" not in audience.left_out:
        return said
    if set(audience.left_out) == {"consent"}:
        said = _("None of the {n} customers has agreed.").format(n=n)
    way_out = _("Note their consent on the customer's page, or choose “{choice}” at “{field}”.").format(
        choice=_(NOT_ASKED), field=_("They agreed to")
    )
    return f"{said} {way_out}"


def start(campaign_id: int, progress: Progress | None = None) -> int:
    """Write down who gets a campaign and let it run; gives how many get it. Nothing goes out yet.

    Raises:
        UserError: something is missing, or it has started already.
        Cancelled: through `progress`; nothing was written.
    """
    campaign = campaigns.get(campaign_id)
    if not campaign.is_draft:
        raise UserError(_("“{name}” has started already.").format(name=campaign.name))
    found = ready(campaign_id, progress)
    if found.problems:
        raise UserError(found.problems[0])
    now = dates.instant_text(dates.now())
    with db.transaction(_("Start campaign {name}").format(name=campaign.name), undoable=False, durable=True):
        db.execute_many(
            "INSERT OR IGNORE INTO campaign_recipient(campaign_id, customer_id, contact_person_id, address, name, variant, "
            "language, state) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
            [_line(campaign_id, person) for person in found.audience.people],
        )
        db.update("campaign", campaign_id, {"state": "running", "started_at": now, "updated_at": now})
    return len(found.audience.reached)


def _line(campaign_id: int, one: campaign_audience.Person) -> tuple[object, ...]:
    state = "held_out" if one.held_out else "waiting"
    who = (campaign_id, one.customer_id, one.contact_person_id, one.address, one.name)
    return (*who, one.variant, one.language, state)


def pause(campaign_id: int) -> None:
    """Stop a campaign for now; `resume` goes on with those who wait."""
    _move(campaign_id, "paused", ("running",), _("Pause campaign {name}"))


def resume(campaign_id: int) -> None:
    """Let a paused campaign run again."""
    _move(campaign_id, "running", ("paused",), _("Go on with campaign {name}"))


def cancel(campaign_id: int) -> int:
    """End a campaign before everybody got it; gives how many get nothing."""
    campaign = campaigns.get(campaign_id)
    with db.transaction(_("Cancel campaign {name}").format(name=campaign.name), undoable=False, durable=True):
        left = db.execute(
            "UPDATE campaign_recipient SET state = 'skipped', reason = ? WHERE campaign_id = ? AND state = 'waiting'",
            [_("The campaign was cancelled."), campaign_id],
        ).rowcount
        _move(campaign_id, "done", ("running", "paused"), _("Cancel campaign {name}"))
    return int(left)


def _move(campaign_id: int, state: str, allowed: Sequence[str], title: str) -> None:
    campaign = campaigns.get(campaign_id)
    if campaign.state not in allowed:
        words = _("“{name}” is “{state}” by now; nothing was changed.")
        raise UserError(words.format(name=campaign.name, state=_(campaigns.STATES[campaign.state])))
    now = dates.instant_text(dates.now())
    ended = {"ended_at": now} if state == "done" else {}
    with db.transaction(title.format(name=campaign.name), undoable=False, durable=True):
        db.update("campaign", campaign_id, {"state": state, "updated_at": now} | ended)


def finish(campaign_id: int) -> bool:
    """Mark a running campaign as done when nobody waits any more; gives whether it is done."""
    left = campaigns.counts(campaign_id)
    if left["waiting"] or left["sending"]:
        return False
    if campaigns.get(campaign_id).state in ("running", "paused"):
        _move(campaign_id, "done", ("running", "paused"), _("Campaign {name} is done"))
    return True


def after_a_crash() -> int:
    """What was on its way when the program ended is unsure, what ran is paused; gives how many are unsure."""
    running = db.one("SELECT 1 FROM campaign WHERE state = 'running' AND kind <> 'call'")
    if running is None and db.one("SELECT 1 FROM campaign_recipient WHERE state = 'sending'") is None:
        return 0
    with db.transaction(_("Pause campaigns"), undoable=False, durable=True):
        unsure = db.execute(
            "UPDATE campaign_recipient SET state = 'unsure', reason = ? WHERE state = 'sending'",
            [_("The program ended while this mail was on its way. It may have arrived.")],
        ).rowcount
        db.execute("UPDATE campaign SET state = 'paused' WHERE state = 'running' AND kind <> 'call'")
    return int(unsure)


def try_again(campaign_id: int, recipient_ids: Sequence[int] = ()) -> int:
    """Put those who got nothing back into the queue; unsure ones only where they are named. Gives how many."""
    asked = recipient_ids or [r.id for r in campaigns.recipients(campaign_id, "failed")]
    with db.transaction(_("Try again"), undoable=False, durable=True):
        number = 0
        for recipient_id in asked:
            number += db.execute(
                "UPDATE campaign_recipient SET state = 'waiting', reason = '' WHERE id = ? AND campaign_id = ? "
                "AND state IN ('failed', 'unsure')",
                [recipient_id, campaign_id],
            ).rowcount
        if number and campaigns.get(campaign_id).state == "done":
            db.update("campaign", campaign_id, {"state": "paused", "ended_at": None})
    return number


def arrived(recipient_id: int) -> None:
    """Note that a mail of which nobody was sure did arrive."""
    found = campaigns.recipient(recipient_id)
    if found.state == "unsure":
        mark_sent(campaigns.get(found.campaign_id), [found])


def mark_sent(campaign: Campaign, found: Sequence[Recipient], bodies: dict[int, str] | None = None) -> None:
    """Note that recipients got it, in their timelines too, all at once."""
    now = dates.instant_text(dates.now())
    with db.transaction(_("Campaign {name}").format(name=campaign.name), undoable=False, durable=True):
        for one in found:
            db.update("campaign_recipient", one.id, {"state": "sent", "sent_at": one.sent_at or now, "reason": ""})
            timeline.record(
                one.customer_id,
                "campaign",
                _entry(campaign, one),
                body=(bodies or {}).get(one.id, ""),
                about=("campaign", campaign.id),
            )


def _entry(campaign: Campaign, one: Recipient) -> str:
    said = _("{kind}: {name}").format(kind=_(campaigns.KINDS[campaign.kind]), name=campaign.name)
    return said if one.contact_person_id is None else _("{entry} (to {person})").format(entry=said, person=one.name)


# ---- by mail ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Parcel:
    """The mail of one recipient, as `sending` hands it in."""

    campaign: Campaign
    to: Recipient
    written: Written
    account: Account
    message_id: str
    copies: str = ""

    @property
    def recipient(self) -> str:
        return self.to.address

    def content(self) -> bytes:
        return message(self.written, self.account, self.message_id).as_bytes(policy=SMTP)

    def claim(self) -> bool:
        with db.transaction(_("Send campaign"), undoable=False, durable=True):
            return (
                db.execute(
                    "UPDATE campaign_recipient SET state = 'sending', attempts = attempts + 1, message_id = ?, reason = '' "
                    "WHERE id = ? AND state = 'waiting' AND "
                    "(SELECT state FROM campaign WHERE id = campaign_id) = 'running'",
                    [self.message_id, self.to.id],
                ).rowcount
                == 1
            )

    def note(self, state: str, problem: str) -> None:
        with db.transaction(_("Send campaign"), undoable=False, durable=True):
            db.update("campaign_recipient", self.to.id, {"state": state, "reason": problem})

    def sent(self, _reply: bytes | str) -> None:
        body = f"{self.written.subject}\n\n{self.written.body}"
        mark_sent(self.campaign, [self.to], {self.to.id: body})


def message(written: Written, account: Account, message_id: str = "") -> EmailMessage:
    """The mail of one recipient; it says how to get no more of them (RFC 2369, List-Unsubscribe)."""
    built = EmailMessage()
    if account.address:
        built["From"] = Address(account.name, addr_spec=account.address)
        word = document_text(written.language, "Unsubscribe")
        built["List-Unsubscribe"] = f"<mailto:{account.address}?subject={word}>"
    built["To"] = written.address
    built["Subject"] = written.subject
    built["Date"] = dates.now()
    if message_id:
        built["Message-ID"] = message_id
    built.set_content(written.body + "\n")
    return built


def send(campaign_id: int, progress: Progress | None = None) -> Done:
    """Send to those who wait, one after the other; Cancel of the progress pauses the campaign between two mails.

    Raises:
        UserError: it is no running campaign by mail, or no account is set up.
        Cancelled: through `progress`; the campaign is paused and goes on where it stopped.
    """
    campaign, account = campaigns.get(campaign_id), mail_account.load()
    if campaign.kind != "email" or campaign.state != "running":
        raise UserError(_("“{name}” does not run now.").format(name=campaign.name))
    if not account.is_set_up:
        raise UserError(_("No mail server is set up. Enter one in Settings, or choose “E-mail drafts”."))
    run = _Round(campaign, account, progress or Progress())
    try:
        problem = run.go()
    except (Cancelled, Problem):
        if campaigns.get(campaign_id).state == "running":
            pause(campaign_id)
        raise
    if problem:
        pause(campaign_id)
    finish(campaign_id)
    return Done(run.counts["sent"], run.counts["failed"], run.counts["unsure"], problem)


class _Round:
    """One round over those who wait, over as many connections as the server makes necessary."""

    def __init__(self, campaign: Campaign, account: Account, progress: Progress) -> None:
        self.campaign, self.account, self.progress = campaign, account, progress
        self.counts = {"sent": 0, "failed": 0, "unsure": 0, sending.LATER: 0}
        self.later: list[int] = []
        left = campaigns.counts(campaign.id)
        self.total = sum(left.values()) - left["held_out"] - left["skipped"]
        self.done = self.total - left["waiting"]

    def go(self) -> str:
        """Send, and once more to whom it was put off; gives a sentence when the server ended it."""
        problem = self._everybody()
        if not problem and self.later and campaigns.get(self.campaign.id).state == "running":
            later, self.later = self.later, []
            self.done -= len(later)
            sending.wait_a_while(self.progress, self.done, self.total, len(later))
            self.counts[sending.LATER] -= try_again(self.campaign.id, later)
            problem = self._everybody()
        self.counts["failed"] += self.counts.pop(sending.LATER)
        return problem

    def _everybody(self) -> str:
        """Send to those who wait; gives a sentence when the server ended it."""
        breaks, problem = 0, ""
        while breaks < MOST_BREAKS and campaigns.recipients(self.campaign.id, "waiting", limit=1):
            before = self.counts["sent"]
            try:
                with sending.connection(self.account) as server:
                    if not self._some(server):
                        return ""
            except sending.Broken as error:
                state, problem = error.args
                self.counts[state] += 1
                self.done += 1
            except Problem as error:
                # A server that cannot even be reached at the start is no matter of waiting.
                if not self.counts["sent"] and not breaks:
                    raise
                problem = str(error)
            else:
                continue
            breaks = breaks + 1 if self.counts["sent"] == before else 1
        return problem if breaks >= MOST_BREAKS else ""

    def _some(self, server: object) -> bool:
        """Send the next of those who wait over one connection; False when the campaign was paused meanwhile."""
        found = campaigns.recipients(self.campaign.id, "waiting", limit=_AT_ONCE)
        written = {one.address: one for one in campaign_words.write(self.campaign, [addressed(r) for r in found])}
        domain = self.account.address.rpartition("@")[2] or "localhost"
        for one in found:
            self.progress(self.done, self.total, _("Sending to {address}").format(address=one.address))
            words = written.get(one.address)
            if words is None:
                skip(one)
                continue
            # The same number on a second try, so that the other side can see that it is the same mail.
            message_id = one.message_id or f"<{uuid.uuid4()}@{domain}>"
            parcel = _Parcel(self.campaign, one, words, self.account, message_id)
            state = sending.hand_in(server, parcel, self.account)  # type: ignore[arg-type]
            if not state:
                return False
            self.counts[state] += 1
            self.done += 1
            if state == sending.LATER:
                self.later.append(one.id)
        return True


def skip(found: Recipient) -> None:
    """Leave a recipient out who is no longer there."""
    gone = _("This customer is no longer there.")
    left = _("This person is no longer with the customer, or the address changed.")
    reason = left if db.one("SELECT 1 FROM customer WHERE id = ?", [found.customer_id]) else gone
    with db.transaction(_("Leave out {name}").format(name=found.name), undoable=False):
        db.update("campaign_recipient", found.id, {"state": "skipped", "reason": reason})


def drafts_folder(campaign: Campaign, chosen: Path) -> Path:
    """The folder of a campaign's own below the one that was chosen, so that its drafts do not lie among other files."""
    name = campaign.name.translate(_NO_FILE_SIGNS)[:80].strip(" .") or "campaign"
    return chosen if chosen.name == name else chosen / name


def write_drafts(campaign_id: int, folder: Path, progress: Progress | None = None) -> int:
    """Write one .eml file a recipient, to be sent from the owner's own mail program; gives how many.

    A file has the same name each time, so that going on after a pause or a crash leaves no second one.

    Raises:
        UserError: the campaign does not run.
        Problem: the folder cannot be written.
        Cancelled: through `progress`; the campaign is paused.
    """
    campaign, account = campaigns.get(campaign_id), mail_account.load()
    if campaign.kind != "draft" or campaign.state != "running":
        raise UserError(_("“{name}” does not run now.").format(name=campaign.name))
    found = campaigns.recipients(campaign_id, "waiting")
    progress = progress or Progress()
    number = 0
    try:
        for start_at in range(0, len(found), _AT_ONCE):
            folder.mkdir(exist_ok=True)
            progress(start_at, len(found), str(folder))
            some = found[start_at : start_at + _AT_ONCE]
            number += _write_some(campaign, account, folder, some)
    except Cancelled:
        pause(campaign_id)
        raise
    except OSError as error:
        pause(campaign_id)
        words = _("{folder} cannot be written: {reason}. Choose another folder and go on.")
        raise Problem(words.format(folder=folder, reason=error.strerror)) from error
    finish(campaign_id)
    return number


def _write_some(campaign: Campaign, account: Account, folder: Path, some: Sequence[Recipient]) -> int:
    written = {one.address: one for one in campaign_words.write(campaign, [addressed(r) for r in some])}
    domain = account.address.rpartition("@")[2] or "localhost"
    bodies = {}
    made = []
    for one in some:
        words = written.get(one.address)
        if words is None:
            skip(one)
            continue
        message_id = one.message_id or f"<{uuid.uuid4()}@{domain}>"
        built = message(words, account, message_id)
        built["X-Unsent"] = "1"
        name = one.name.translate(_NO_FILE_SIGNS)[:70].strip(" .")
        (folder / f"{name} {one.id}.eml").write_bytes(built.as_bytes(policy=SMTP))
        bodies[one.id] = f"{words.subject}\n\n{words.body}"
        made.append((one, message_id))
    with db.transaction(_("Campaign {name}").format(name=campaign.name), undoable=False, durable=True):
        for one, message_id in made:
            db.update("campaign_recipient", one.id, {"message_id": message_id})
        mark_sent(campaign, [one for one, _id in made], bodies)
    return len(made)


# ---- by phone --------------------------------------------------------------------------------------------------------


def note_call(recipient_id: int, *, reached: bool, words: str = "") -> None:
    """Note how a call of a call list ended.

    Raises:
        UserError: the campaign does not run.
        NotFound: there is no such call.
    """
    found = campaigns.recipient(recipient_id)
    campaign = campaigns.get(found.campaign_id)
    if campaign.kind != "call":
        raise NotFound(_("This is no call list."))
    now = dates.instant_text(dates.now())
    said = _("Reached") if reached else _("Not reached")
    with db.transaction(_("Call {name}").format(name=found.name), durable=True):
        answer = "reached" if reached else "not_reached"
        called = {"state": "sent", "sent_at": now, "answer": answer, "answered_at": now}
        noted.update("campaign_recipient", found.id, called)
        title = _("{entry}: {outcome}").format(entry=_entry(campaign, found), outcome=said)
        timeline.record(found.customer_id, "campaign", title, body=words, about=("campaign", campaign.id))
        finish(campaign.id)
