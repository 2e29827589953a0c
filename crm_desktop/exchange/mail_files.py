"""Files that are dropped on a customer: mails become entries of the timeline, all others are attached.

A mail is read in a child process. Its direction and the person follow from the addresses: ours, the customer's, those of
their people. The same mail is never written twice, by its Message-ID.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crm_desktop.activity import attachments, timeline
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import N_, ngettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.customers import contacts, customers, merging
from crm_desktop.db import connection as db
from crm_desktop.db import noted
from crm_desktop.exchange import reading
from crm_desktop.exchange.foreign_child import Child
from crm_desktop.exchange.identify import Refused
from crm_desktop.exchange.mail_parse import LARGEST_FILE, MailFile

_log = logging.getLogger(__name__)
ENDINGS = (".eml", ".msg")
_SENTENCES = {
    "empty": N_("“{name}” is empty."),
    "no_mail": N_("“{name}” is no mail. What can be read: .eml, and .msg of Outlook."),
    "damaged": N_("“{name}” is damaged or was not copied completely. Save it from the mail program once more."),
    "too_large": N_("“{name}” is too large. Mails up to 60 MB can be kept; save its attachments as files instead."),
    "slow": N_("“{name}” takes too long to read. It was left out."),
}


@dataclass(frozen=True)
class Who:
    """Whom the addresses of a mail name: direction ("in", "out" or ""), name, and the contact person's id if known."""

    direction: str = ""
    name: str = ""
    person_id: int | None = None


@dataclass
class Taken:
    """What became of dropped files: entries made, files attached, mails that were there, and what could not be taken."""

    entries: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def words(self) -> str:
        """What happened, in one or a few sentences."""
        parts = []
        if self.entries:
            parts.append(
                ngettext("{n} mail written down", "{n} mails written down", len(self.entries)).format(
                    n=len(self.entries)
                )
            )
        if self.files:
            parts.append(ngettext("{n} file attached", "{n} files attached", len(self.files)).format(n=len(self.files)))
        return ". ".join([*parts, *self.known, *self.problems])


def is_mail(path: Path) -> bool:
    """Whether a file is read as a mail."""
    return path.suffix.lower() in ENDINGS


def take(customer_id: int, paths: Sequence[Path], progress: Progress | None = None) -> Taken:
    """Take files into a customer's timeline, in one step that can be undone.

    One that cannot be taken does not stop the others: its sentence is in `problems`.

    Raises:
        Cancelled: the user asked to stop; nothing was written.
    """
    progress = progress or Progress()
    taken = Taken()
    read: list[MailFile] = []
    others: list[Path] = []
    with Child(progress) as child:
        for done, path in enumerate(paths):
            progress(done, len(paths), path.name)
            if not is_mail(path):
                others.append(path)
                continue
            try:
                read.append(_read(child, path))
            except (UserError, Problem) as error:
                taken.problems.append(str(error))
    title = ngettext("Add {n} file", "Add {n} files", len(paths)).format(n=len(paths))
    with db.transaction(title):
        for mail in read:
            _keep(customer_id, mail, taken)
        for path in others:
            try:
                taken.files.append(attachments.attach("customer", customer_id, path))
            except (UserError, Problem) as error:
                taken.problems.append(str(error))
    return taken


def _read(child: Child, path: Path) -> MailFile:
    reading.check_path(path)
    if path.stat().st_size > LARGEST_FILE:
        raise _refusal("too_large", path.name)
    try:
        mail: MailFile = child.ask("mail", path.name, path.read_bytes())
    except Refused as refusal:
        _log.info("A mail was refused %s: %s", refusal.code, refusal.detail)
        raise _refusal(refusal.code, path.name) from refusal
    except OSError as error:
        raise Problem(_("{file} cannot be read: {reason}.").format(file=path.name, reason=error.strerror)) from error
    return mail


def _refusal(code: str, name: str) -> UserError:
    return UserError(_(_SENTENCES.get(code, _SENTENCES["damaged"])).format(name=name))


def _keep(customer_id: int, mail: MailFile, taken: Taken) -> None:
    subject = mail.subject or _("Without a subject")
    known = db.value(
        f"SELECT 1 FROM timeline_entry WHERE message_id = ?2 AND customer_id IN {merging.family_sql('?1')}",
        [customer_id, mail.message_id],
    )
    if known is not None:
        taken.known.append(_("The mail “{subject}” is there already.").format(subject=subject))
        return
    who = whom(customer_id, mail)
    with db.transaction():
        entry = timeline.add(
            customer_id,
            "email",
            subject,
            body=mail.text,
            happened_at=mail.sent_at or dates.now(),
            direction=who.direction,
            who=who.name,
            person_id=who.person_id,
            channel="email",
            message_id=mail.message_id,
        )
        for name, media_type, content in mail.attachments:
            attachments.keep(timeline.OWNER, entry, name, content, media_type)
        _note_reply(mail)
    taken.entries.append(entry)
    if mail.left_out:
        words = ngettext(
            "{n} attachment of “{subject}” could not be taken along.",
            "{n} attachments of “{subject}” could not be taken along.",
            mail.left_out,
        )
        taken.problems.append(words.format(n=mail.left_out, subject=subject))


def _note_reply(mail: MailFile) -> None:
    """Where a mail answers one of a campaign, its recipient has replied."""
    places = ", ".join("?" * len(mail.answers))
    asked = f"SELECT id FROM campaign_recipient WHERE answer = '' AND message_id <> '' AND message_id IN ({places})"
    answered_at = dates.instant_text(mail.sent_at or dates.now())
    for (recipient_id,) in db.query(asked, list(mail.answers)):
        noted.update("campaign_recipient", recipient_id, {"answer": "replied", "answered_at": answered_at})


def whom(customer_id: int, mail: MailFile) -> Who:
    """Direction and person of a mail by its addresses."""
    own = {profile.load().email.lower()} - {""}
    theirs = _addresses_of(customer_id)
    sender = mail.sender[1].lower()
    to = [(name, address.lower()) for name, address in mail.recipients]
    if sender in theirs or (sender and sender not in own and any(address in own for _name, address in to)):
        return _who("in", mail.sender[0], sender, theirs)
    if sender in own or any(address in theirs for _name, address in to):
        name, address = next((found for found in to if found[1] in theirs), next(iter(to), ("", "")))
        return _who("out", name, address, theirs)
    return Who("", mail.sender[0] or mail.sender[1])


def _who(direction: str, name: str, address: str, theirs: dict[str, tuple[str, int | None]]) -> Who:
    known, person = theirs.get(address, ("", None))
    return Who(direction, known or name or address, person)


def _addresses_of(customer_id: int) -> dict[str, tuple[str, int | None]]:
    """The addresses of a customer and their people: address → name ("" for the customer), id of the person."""
    found = customers.get(customer_id)
    theirs: dict[str, tuple[str, int | None]] = {
        address.lower(): ("", None) for address in (found.email, found.invoice_email, *found.more_emails) if address
    }
    for person in contacts.people(customer_id):
        if person.email:
            theirs[person.email.lower()] = (person.name, person.id)
    return theirs
