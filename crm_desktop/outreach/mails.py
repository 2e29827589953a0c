"""The queue of mails: each is sent once, or named as not sent.

States of a mail: waiting → sending → sent; failed (the server took none of it: it can be tried again); unsure (the
connection broke after the whole mail was handed over, or the program ended meanwhile: it may have arrived, so it is
never tried again by itself; the owner decides); given_up.

Source: RFC 5321 4.5.3.2, 4.5.4.1 (who is responsible for a mail when).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, UserError, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.outreach import letters, mail_account
from crm_desktop.outreach.letters import Attached, Letter

STATES = ("waiting", "sending", "sent", "failed", "unsure", "given_up")
_COLUMNS = (
    "id", "message_id", "purpose", "customer_id", "record", "record_id", "recipient", "copies", "subject", "body",
    "files", "state", "attempts", "problem", "queued_at", "tried_at", "sent_at",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Mail(Letter):
    """A mail in the queue."""

    id: int
    message_id: str
    state: str
    attempts: int
    problem: str
    queued_at: datetime
    sent_at: datetime | None = None
    tried_at: datetime | None = None


# ---- the queue ------------------------------------------------------------------------------------------------------


def queue(letter: Letter) -> int:
    """Put a mail into the queue; gives its id.

    Raises:
        ValidationError: an address or the subject is missing or cannot be right.
    """
    problems = letters.check(letter)
    if problems:
        raise ValidationError(problems)
    account = mail_account.load()
    domain = account.address.rpartition("@")[2] or "localhost"
    with db.transaction(_("Queue mail “{subject}”").format(subject=letter.subject), undoable=False, durable=True):
        return db.insert(
            "mail",
            {
                "message_id": f"<{uuid.uuid4()}@{domain}>",
                "purpose": letter.purpose,
                "customer_id": letter.customer_id,
                "record": letter.record,
                "record_id": letter.record_id,
                "recipient": ", ".join(letters.addresses(letter.recipient)),
                "copies": ", ".join(letters.addresses(letter.copies)),
                "subject": text.tidy(letter.subject),
                "body": text.tidy_lines(letter.body),
                "files": json.dumps([vars(file) for file in letter.files]),
                "state": "waiting",
                "queued_at": dates.instant_text(dates.now()),
            },
        )


def get(mail_id: int) -> Mail:
    """A mail by id.

    Raises:
        NotFound: there is no such mail.
    """
    found = listed("id = ?", [mail_id])
    if not found:
        raise NotFound(_("This mail is no longer there."))
    return found[0]


def listed(where: str = "1", params: Sequence[Any] = (), limit: int = 1000) -> list[Mail]:
    """Mails, the newest first."""
    sql = f"SELECT {', '.join(_COLUMNS)} FROM mail WHERE {where} ORDER BY id DESC LIMIT ?"
    return [_mail(row) for row in db.records(sql, [*params, limit])]


VIEWS = {
    "outbox": "state IN ('waiting', 'sending', 'failed', 'unsure')",
    "sent": "state = 'sent'",
    "all": "1",
}
_ORDERS = {"queued_at": "id", "recipient": "recipient", "subject": "subject", "state": "state", "sent_at": "sent_at"}


def ids(view: str = "outbox", *, search: str = "", order: str = "queued_at", descending: bool = True) -> list[int]:
    """The mails of a view that hold a text in address or subject."""
    side = "DESC" if descending else "ASC"
    found = db.query(
        f"SELECT id FROM mail WHERE {VIEWS[view]} AND instr(fold(recipient || ' ' || subject), fold(?)) "
        f"ORDER BY {_ORDERS[order]} {side}, id {side}",
        [search],
    )
    return [row[0] for row in found]


def rows(wanted: Sequence[int]) -> list[Mail]:
    """Mails by id, in the order of the ids."""
    places = ", ".join("?" * len(wanted))
    found = {mail.id: mail for mail in listed(f"id IN ({places})", list(wanted), len(wanted))}
    return [found[i] for i in wanted if i in found]


def counts() -> dict[str, int]:
    """How many mails each view holds."""
    return {name: int(db.value(f"SELECT count(*) FROM mail WHERE {where}")) for name, where in VIEWS.items()}


def outbox() -> list[Mail]:
    """What is not sent yet, the oldest first."""
    return listed("state IN ('waiting', 'sending', 'failed', 'unsure')")[::-1]


def of_record(record: str, record_id: int) -> list[Mail]:
    """The mails about a document or letter, the newest first."""
    return listed("record = ? AND record_id = ?", [record, record_id])


def _mail(row: dict[str, Any]) -> Mail:
    values = dict(row)
    values["files"] = tuple(Attached(**file) for file in json.loads(row["files"]))
    for name in ("queued_at", "tried_at", "sent_at"):
        values[name] = dates.instant_from(row[name]) if row[name] else None
    return Mail(**values)


def give_up(mail_id: int) -> None:
    """Do not send a mail after all; it stays in the list as given up.

    Raises:
        UserError: it is sent already.
    """
    _decide(mail_id, "given_up", ("waiting", "failed", "unsure"))


def try_again(mail_id: int) -> None:
    """Put a mail back into the queue, also one of which it is not sure whether it arrived.

    Raises:
        UserError: it is sent already, or on its way.
    """
    _decide(mail_id, "waiting", ("failed", "unsure", "given_up"))


def arrived(mail_id: int) -> None:
    """Note that an unsure mail did arrive, as the customer or the mail program says."""
    _decide(mail_id, "sent", ("unsure",))


def _decide(mail_id: int, state: str, allowed: tuple[str, ...]) -> None:
    with db.transaction(_("Change the queue of mails"), undoable=False, durable=True):
        mail = get(mail_id)
        if mail.state not in allowed:
            raise UserError(
                _("This mail is “{state}” by now; nothing was changed.").format(state=state_name(mail.state))
            )
        sent = {"sent_at": dates.instant_text(dates.now())} if state == "sent" else {}
        db.update("mail", mail_id, {"state": state, "problem": ""} | sent)


def state_name(state: str) -> str:
    """The state in a word."""
    names = {
        "waiting": _("waiting"), "sending": _("on its way"), "sent": _("sent"), "failed": _("not sent"),
        "unsure": _("perhaps sent"), "given_up": _("given up"),
    }  # fmt: skip
    return names[state]
