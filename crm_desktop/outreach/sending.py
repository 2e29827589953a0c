"""Handing mails over to the server, one after the other; each at most once without the owner's word.

Before a mail goes out it is marked as "sending", on the disk. What the server refused before it had the whole mail is
"failed". Once the whole mail was handed over, only the server's yes makes it "sent"; a broken connection or an end of the
program in between leaves it "unsure", because the server may have taken it (RFC 5321, 4.5.4.1).

A server that says "not now" (4xx) has nothing of the mail either: it is noted as failed, and tried once more when all others
are through and a while has passed.
"""

from __future__ import annotations

import logging
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.policy import SMTP
from typing import Protocol

from crm_desktop.activity import timeline
from crm_desktop.billing import dunning_letters, invoices
from crm_desktop.core import dates
from crm_desktop.core.errors import NotFound, Problem, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.outreach import letters, mail_account, mails
from crm_desktop.outreach.mail_account import Account
from crm_desktop.outreach.mails import Mail

TIMEOUT_S = 30
# So long a server that said "not now" is left alone before it is asked once more.
AGAIN_AFTER_S = 60
_log = logging.getLogger(__name__)
# A line of the mail that begins with a dot gets a second one (RFC 5321, 4.5.2).
_LEADING_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True)
class Done:
    """How a round ended: how many were sent, failed, are unsure; and a sentence if the server ended the round."""

    sent: int
    failed: int
    unsure: int
    problem: str = ""


# How a mail ended that its server did not want now; it is kept as failed, and may be tried again.
LATER = "later"


class Broken(Exception):  # noqa: N818  (how a connection ended, told to nobody)
    """The connection is gone; nothing more can be sent over it. Its arguments: the state of the mail then, and why."""


def after_a_crash() -> int:
    """Mark as unsure what was on its way when the program ended; gives how many. Called when a file is opened."""
    with db.transaction(_("Change the queue of mails"), undoable=False):
        return db.execute(
            "UPDATE mail SET state = 'unsure', problem = ? WHERE state = 'sending'",
            [_("The program ended while this mail was on its way. It may have arrived.")],
        ).rowcount


def try_connection(account: Account) -> None:
    """Log in and out again.

    Raises:
        Problem: the server does not answer, or does not take the password; says what to do.
    """
    with connection(account):
        return


def send_all(progress: Progress | None = None) -> Done:
    """Send what waits, the oldest first, over one connection; Cancel ends it between two mails.

    Raises:
        UserError: no account is set up.
        Problem: the server cannot be reached or takes no password; nothing was sent.
        Cancelled: through `progress`; what was sent until then is sent.
    """
    account = mail_account.load()
    if not account.is_set_up:
        raise UserError(_("No mail server is set up. Enter one in Settings, or save the mail as a draft."))
    progress = progress or Progress()
    counts = {"sent": 0, "failed": 0, "unsure": 0, LATER: 0}
    waiting = [mail for mail in mails.outbox() if mail.state == "waiting"]
    later, problem = _send_some(waiting, account, progress, counts)
    if later and not problem:
        wait_a_while(progress, len(waiting) - len(later), len(waiting), len(later))
        for mail_id in later:
            mails.try_again(mail_id)
        counts[LATER] = 0
        again = [mail for mail in mails.outbox() if mail.id in later and mail.state == "waiting"]
        later, problem = _send_some(again, account, progress, counts)
    return Done(counts["sent"], counts["failed"] + counts[LATER], counts["unsure"], problem)


def _send_some(
    waiting: Sequence[Mail], account: Account, progress: Progress, counts: dict[str, int]
) -> tuple[list[int], str]:
    """Send over one connection; gives those whose server said "not now", and a sentence if the server ended it."""
    later: list[int] = []
    if not waiting:
        return later, ""
    with connection(account) as server:
        for number, mail in enumerate(waiting):
            progress(number, len(waiting), _("Sending to {address}").format(address=mail.recipient))
            try:
                state = hand_in(server, _Queued(mail), account)
            except Broken as error:
                state, problem = error.args
                counts[state] += 1
                return later, problem
            if state:
                counts[state] += 1
            if state == LATER:
                later.append(mail.id)
    return later, ""


def wait_a_while(progress: Progress, done: int, total: int, number: int) -> None:
    """Leave servers alone that said "not now", until they are asked once more.

    Raises:
        Cancelled: through `progress`.
    """
    words = ngettext(
        "{n} mail was put off by its server. It is tried once more in {seconds} seconds.",
        "{n} mails were put off by their servers. They are tried once more in {seconds} seconds.",
        number,
    )
    for left in range(AGAIN_AFTER_S, 0, -1):
        progress(done, total, words.format(n=number, seconds=left))
        progress.rest(1)


class Parcel(Protocol):
    """What is handed over to a server: a mail of the queue, or that of one recipient of a campaign."""

    @property
    def recipient(self) -> str:
        """Addresses, separated by commas."""

    @property
    def copies(self) -> str:
        """Addresses of those who get a copy."""

    def content(self) -> bytes:
        """The message as it goes over the line; NotFound when a file of it is gone."""

    def claim(self) -> bool:
        """Mark it as being sent, on the disk; False if it does not wait any more."""

    def note(self, state: str, problem: str) -> None:
        """Keep how it ended: "failed" or "unsure", and why."""

    def sent(self, reply: bytes | str) -> None:
        """Keep that the server took it."""


@dataclass(frozen=True)
class _Queued:
    """A mail of the queue as a parcel."""

    mail: Mail

    @property
    def recipient(self) -> str:
        return self.mail.recipient

    @property
    def copies(self) -> str:
        return self.mail.copies

    def content(self) -> bytes:
        return letters.message(self.mail, self.mail.message_id).as_bytes(policy=SMTP)

    def claim(self) -> bool:
        return _claim(self.mail.id)

    def note(self, state: str, problem: str) -> None:
        with db.transaction(_("Send mail"), undoable=False, durable=True):
            db.update("mail", self.mail.id, {"state": state, "problem": problem})

    def sent(self, reply: bytes | str) -> None:
        _sent(self.mail, reply)


def hand_in(server: smtplib.SMTP, parcel: Parcel, account: Account) -> str:
    """Send one mail; gives its state then, empty when another program took it meanwhile, LATER for "not now".

    Raises:
        Broken: the connection is gone; its state is kept all the same.
    """
    try:
        content = parcel.content()
    except NotFound as error:
        parcel.note("failed", str(error))
        return "failed"
    except (ValueError, LookupError, AttributeError):
        # What the mail library cannot write down is one strange address, and no reason to stop for the others.
        _log.exception("A mail to %r could not be written", parcel.recipient)
        parcel.note("failed", _("A mail to {address} cannot be written.").format(address=parcel.recipient))
        return "failed"
    if not parcel.claim():
        return ""
    try:
        code, refused = _envelope(server, parcel, account)
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        words = _trouble(error, account)
        parcel.note("failed", words)
        raise Broken("failed", words) from error
    if refused:
        parcel.note("failed", refused)
        _start_anew(server, account)
        return _refused(code)
    return _hand_over(server, parcel, content, account)


def _start_anew(server: smtplib.SMTP, account: Account) -> None:
    """Make the server forget the mail that it refused."""
    try:
        server.rset()
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        raise Broken("failed", _trouble(error, account)) from error


def _claim(mail_id: int) -> bool:
    """Mark a mail as being sent; False if it does not wait any more."""
    with db.transaction(_("Send mail"), undoable=False, durable=True):
        return (
            db.execute(
                "UPDATE mail SET state = 'sending', attempts = attempts + 1, tried_at = ?, problem = '' "
                "WHERE id = ? AND state = 'waiting'",
                [dates.instant_text(dates.now()), mail_id],
            ).rowcount
            == 1
        )


def _refused(code: int) -> str:
    """Whether a refusal is for good, or "not now" (RFC 5321, 4.2.1)."""
    return LATER if 400 <= code < 500 else "failed"


def _envelope(server: smtplib.SMTP, parcel: Parcel, account: Account) -> tuple[int, str]:
    """Sender and recipients; gives the code and the sentence with which the server refuses, empty when it takes all of them.

    What is no answer of a mail server counts as no.
    """
    code, reply = server.mail(account.address)
    if not _is_yes(code):
        said = _("The server does not take mails from {address}").format(address=account.address)
        return code, _said(said, code, reply)
    for address in [part.strip() for part in f"{parcel.recipient},{parcel.copies}".split(",") if part.strip()]:
        plain = _ascii(address)
        if not plain:
            return 0, _("{address} has letters that mail servers do not take.").format(address=address)
        code, reply = server.rcpt(plain)
        if not _is_yes(code):
            said = _("The server does not take mails to {address}").format(address=address)
            return code, _said(said, code, reply)
    return 0, ""


def _hand_over(server: smtplib.SMTP, parcel: Parcel, content: bytes, account: Account) -> str:
    """The mail itself. Until the server has said "go on" it has nothing; from the last line on it may have it all."""
    try:
        code, reply = server.docmd("DATA")
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        words = _trouble(error, account)
        parcel.note("failed", words)
        raise Broken("failed", words) from error
    if code == 354:
        try:
            server.send(_LEADING_DOT.sub(b"..", content) + b".\r\n")
            code, reply = server.getreply()
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            words = _("The connection broke before the server said whether it has this mail. It may have arrived.")
            parcel.note("unsure", words)
            raise Broken("unsure", words) from error
        if not 200 <= code < 600:
            words = _("The server gave no answer that a mail server gives. The mail may have arrived.")
            parcel.note("unsure", words)
            raise Broken("unsure", words)
    if not _is_yes(code):
        parcel.note("failed", _said(_("The server did not take this mail"), code, reply))
        if code < 200:
            raise Broken("failed", _("The server gave no answer that a mail server gives."))
        return _refused(code)
    parcel.sent(reply)
    return "sent"


def _is_yes(code: int) -> bool:
    return 200 <= code < 300


def _ascii(address: str) -> str:
    """An address as it is said to a server: a domain with other letters in its plain form; "" where that is not enough."""
    local, _at, domain = address.rpartition("@")
    try:
        local.encode("ascii")
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return ""


def _sent(mail: Mail, reply: bytes | str) -> None:
    """The proof: when it was sent, to whom, and what the server said; in the customer's timeline too."""
    with db.transaction(_("Send mail"), undoable=False, durable=True):
        now = dates.instant_text(dates.now())
        db.update("mail", mail.id, {"state": "sent", "sent_at": now, "problem": ""})
        if mail.record == "document" and mail.record_id is not None:
            invoices.mark_sent(mail.record_id)
        elif mail.record == "dunning_letter" and mail.record_id is not None:
            dunning_letters.mark_sent([mail.record_id])
        if mail.customer_id is not None:
            proof = _("Sent to {address}. The server answered: {reply}").format(
                address=mail.recipient, reply=_plain(reply) or "–"
            )
            files = "\n".join(file.name for file in mail.files)
            timeline.record(
                mail.customer_id,
                "email",
                mail.subject,
                body="\n\n".join(filter(None, (mail.body, files, proof))),
                about=(mail.record, mail.record_id) if mail.record and mail.record_id is not None else None,
            )


# ---- the connection -------------------------------------------------------------------------------------------------


@contextmanager
def connection(account: Account) -> Iterator[smtplib.SMTP]:
    """A server that has taken the password; Problem when it cannot be reached."""
    try:
        server = _open(account)
    except (OSError, smtplib.SMTPException) as error:
        raise Problem(_trouble(error, account)) from error
    try:
        yield server
    finally:
        _close(server)


def _open(account: Account) -> smtplib.SMTP:
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if account.security == "tls":
        server = smtplib.SMTP_SSL(account.host, account.port, timeout=TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(account.host, account.port, timeout=TIMEOUT_S)
    try:
        if account.security == "starttls":
            server.starttls(context=context)
        if account.user:
            server.login(account.user, mail_account.password(account) or "")
        else:
            server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _close(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        # Everything was said already; a server that hangs up first is no trouble.
        server.close()


def _trouble(error: Exception, account: Account) -> str:
    """What is wrong with the server, and what to do."""
    sentences: dict[type[Exception], str] = {
        smtplib.SMTPAuthenticationError: _(
            "{server} does not take user name and password. Check both; some providers want an app password."
        ),
        smtplib.SMTPNotSupportedError: _(
            "{server} does not offer this kind of encryption or login. Choose another one in Settings."
        ),
        ssl.SSLError: _(
            "The encrypted connection to {server} failed: {reason}. Check port and encryption in Settings."
        ),
        TimeoutError: _("{server} does not answer. Try again later, or check server and port in Settings."),
        socket.gaierror: _("There is no server called {host}, or there is no internet now."),
        smtplib.SMTPResponseException: _("{server} refuses; it says: {reason}."),
        Exception: _("{server} cannot be reached, or hung up: {reason}. Nothing is lost; try again later."),
    }
    # smtplib tells a time-out as a lost connection.
    found = TimeoutError() if "timed out" in str(error) else error
    sentence = next(words for kind, words in sentences.items() if isinstance(found, kind))
    reason = getattr(error, "smtp_error", None) or getattr(error, "reason", None) or str(error) or type(error).__name__
    return sentence.format(server=f"{account.host}:{account.port}", host=account.host, reason=_plain(reason))


def _said(what: str, code: int, reply: bytes | str) -> str:
    return _("{what}; it says: {reply}").format(what=what, reply=f"{code} {_plain(reply)}".strip())


def _plain(reply: bytes | str) -> str:
    words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(words.split())[:200]
