"""Mails that came back and replies that ask for no more, found in a mailbox; shown first, then taken over.

Reading the foreign file is done in a child process (`exchange.mailbox_files`); here what it said is matched with those who got
a campaign: by the Message-ID of ours that the answer names, else by the address. A mail that came back counts only when it is
for good (status 5.x, "failed"); a delay is no bounce.

Source: RFC 3464 (delivery status notifications), RFC 5322 3.6.4 (In-Reply-To, References).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm_desktop.activity import timeline
from crm_desktop.core import dates, text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import tags
from crm_desktop.db import connection as db
from crm_desktop.db import noted
from crm_desktop.outreach import campaign_results, campaigns
from crm_desktop.outreach.campaigns import USUAL_PURPOSE, Campaign

BOUNCED, OPTED_OUT, REPLIED = "bounced", "opted_out", "replied"
# What people write who want no more; whole words, in the first lines of their own text.
_NO_MORE = re.compile(
    r"\b(unsubscribe|abmelden|abmeldung|abbestellen|austragen|opt[- ]?out|remove me|no more mails?|keine (weiteren )?(e-?)?mails|"
    r"désabonner|désinscrire|desuscribir|darme de baja|disiscrivi)\b",
    re.IGNORECASE,
)
_OWN_LINES = 12


@dataclass(frozen=True)
class Found:
    """One thing that a mailbox says about a customer, before it is taken over."""

    kind: str
    customer_id: int
    name: str
    address: str
    said: str
    recipient_id: int | None = None
    campaign_id: int | None = None
    person_id: int | None = None


def judge(mails: Iterable[Mapping[str, Any]]) -> list[Found]:
    """What the mails of a mailbox mean for customers; one finding an address and kind, bounces first.

    Each mail has sender, subject, text, answers (Message-IDs that it names), failed (addresses), said (the server's words).
    """
    found: dict[tuple[str, int, int | None], Found] = {}
    for mail in mails:
        for one in _judged(mail):
            found.setdefault((one.kind, one.customer_id, one.person_id), one)
    order = (BOUNCED, OPTED_OUT, REPLIED)
    return sorted(found.values(), key=lambda one: (order.index(one.kind), text.fold(one.name)))


def _judged(mail: Mapping[str, Any]) -> list[Found]:
    if mail["failed"]:
        matched = (_match(mail["answers"], address, BOUNCED, str(mail["said"])) for address in mail["failed"])
        return [one for one in matched if one is not None]
    if mail["is_report"]:
        return []
    kind = OPTED_OUT if wants_no_more(str(mail["subject"]), str(mail["text"])) else REPLIED
    one = _match(mail["answers"], str(mail["sender"]), kind, _first_words(mail))
    # A mail that answers none of ours and asks for nothing is no business of a campaign.
    return [one] if one is not None and (kind == OPTED_OUT or one.recipient_id is not None) else []


def wants_no_more(subject: str, words: str) -> bool:
    """Whether somebody asks for no more mails, in the subject or their own first lines (quoted ones do not count)."""
    own = [line for line in words.splitlines() if line.strip() and not line.lstrip().startswith(">")][:_OWN_LINES]
    return bool(_NO_MORE.search("\n".join([subject.rsplit(":", maxsplit=1)[-1], *own])))


def _first_words(mail: Mapping[str, Any]) -> str:
    own = [
        line.strip() for line in str(mail["text"]).splitlines() if line.strip() and not line.lstrip().startswith(">")
    ]
    return " ".join([str(mail["subject"]), *own[:2]])[:160]


def _match(answers: Sequence[str], address: str, kind: str, said: str) -> Found | None:
    """The recipient whose mail is named, else the newest one with this address, else a customer with it."""
    for message_id in answers:
        row = db.one(
            "SELECT r.customer_id, r.name, r.address, r.id, r.campaign_id, r.contact_person_id FROM campaign_recipient r "
            "WHERE r.message_id = ? AND r.message_id <> ''",
            [f"<{message_id.strip('<> ')}>"],
        )
        if row is not None:
            return _found(kind, row, said)
    if kind == REPLIED:
        return None
    row = db.one(
        "SELECT customer_id, name, address, id, campaign_id, contact_person_id FROM campaign_recipient WHERE lower(address) = lower(?) "
        "AND state IN ('sent', 'unsure') ORDER BY id DESC LIMIT 1",
        [address],
    )
    if row is not None:
        return _found(kind, row, said)
    row = db.one(
        "SELECT id, name, email, NULL, NULL, NULL FROM customer WHERE lower(email) = lower(?1) AND deleted_at IS NULL UNION ALL "
        "SELECT c.id, c.name, p.email, NULL, NULL, p.id FROM contact_person p JOIN customer c ON c.id = p.customer_id "
        "WHERE lower(p.email) = lower(?1) AND c.deleted_at IS NULL LIMIT 1",
        [address],
    )
    return _found(kind, row, said) if row is not None else None


def _found(kind: str, row: Sequence[Any], said: str) -> Found:
    customer_id, name, address, recipient_id, campaign_id, person_id = row
    return Found(kind, customer_id, name, address, said, recipient_id, campaign_id, person_id)


def take_over(found: Sequence[Found]) -> int:
    """Write findings down: answers, tags on addresses that do not work, consent withdrawn; gives how many were new."""
    number = 0
    with db.transaction(_("Take over answers to campaigns")):
        for one in found:
            number += _take(one)
    return number


def _take(one: Found) -> int:
    if one.recipient_id is not None:
        known = campaigns.recipient(one.recipient_id)
        if known.answer == one.kind:
            return 0
        now = dates.instant_text(dates.now())
        noted.update("campaign_recipient", one.recipient_id, {"answer": one.kind, "answered_at": now})
    campaign = campaigns.get(one.campaign_id) if one.campaign_id else None
    title = {
        BOUNCED: _("Mail to {address} came back"), OPTED_OUT: _("Wants no more mails"), REPLIED: _("Replied to a campaign"),
    }[one.kind].format(address=one.address)  # fmt: skip
    about = ("campaign", campaign.id) if campaign else None
    timeline.record(one.customer_id, "campaign", title, body=one.said, about=about)
    if one.kind == BOUNCED and one.person_id is None:
        tags.add_to([one.customer_id], [_("E-mail does not arrive")])
    elif one.kind == OPTED_OUT:
        _withdraw(one, campaign)
    return 1


def _withdraw(one: Found, campaign: Campaign | None) -> None:
    """Take consent back for mails, and for the purpose of the campaign where that is another one."""
    purposes = dict.fromkeys([USUAL_PURPOSE["email"], *([campaign.purpose] if campaign and campaign.purpose else [])])
    for purpose in purposes:
        campaign_results.withdraw(
            one.customer_id, one.person_id, purpose, source=_("Their reply by mail"), why=one.said
        )
