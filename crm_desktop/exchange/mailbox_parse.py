"""A mailbox (mbox, or one .eml) as plain data about answers to our mails; runs in the reading child.

Each mail gives sender, subject, text, the Message-IDs that it answers, and where it is a report of delivery (RFC 3464) the
addresses that failed for good with the server's words.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import Message
from typing import Any

from crm_desktop.exchange import mail_parse
from crm_desktop.exchange.identify import Refused

LARGEST_FILE, MOST_MAILS, LARGEST_MAIL = 300_000_000, 50_000, 2_000_000
_LONGEST_TEXT = 4000
_FROM = re.compile(rb"(?m)^From .*?\d{4}.*\r?\n|^From - .*\r?\n")
_ID = re.compile(r"<[^<>\s]{3,250}>")
_BARE = re.compile(r"(?im)^(?:message-id|in-reply-to|references):\s*(<[^<>\s]{3,250}>)")


def read(content: bytes) -> list[dict[str, Any]]:
    """All mails of a mailbox.

    Raises:
        Refused: it is empty, too large, or no mailbox.
    """
    if not content.strip():
        raise Refused("empty")
    if len(content) > LARGEST_FILE:
        raise Refused("too_large")
    found = []
    for number, part in enumerate(_mails(content)):
        if number >= MOST_MAILS:
            break
        mail = _mail(part[:LARGEST_MAIL])
        if mail is not None:
            found.append(mail)
    if not found:
        raise Refused("no_mail")
    return found


def _mails(content: bytes) -> Iterator[bytes]:
    """The mails of a mbox, which begin with a "From " line after an empty one; else the whole as one mail."""
    if not content.lstrip(b"\xef\xbb\xbf\r\n").startswith(b"From "):
        yield content
        return
    places = [m for m in _FROM.finditer(content) if not m.start() or _after_empty_line(content, m.start())]
    for number, place in enumerate(places):
        end = places[number + 1].start() if number + 1 < len(places) else len(content)
        yield content[place.end() : end]


def _after_empty_line(content: bytes, place: int) -> bool:
    return content[max(0, place - 4) : place].endswith((b"\n\n", b"\r\n\r\n"))


def _mail(content: bytes) -> dict[str, Any] | None:
    try:
        plain = mail_parse.read(content)
    except Refused:
        return None
    message = email.message_from_bytes(content.lstrip(b"\xef\xbb\xbf\r\n"), policy=email.policy.compat32)
    failed, said = _failed(message)
    return {
        "sender": plain.sender[1],
        "subject": plain.subject,
        "text": plain.text[:_LONGEST_TEXT],
        "answers": _answers(message, content if failed else b""),
        "failed": failed,
        "said": said,
        "is_report": _is_report(message),
    }


def _is_report(message: Message) -> bool:
    kinds = [part.get_content_type() for part, _n in zip(message.walk(), range(200), strict=False)]
    return "message/delivery-status" in kinds or str(message.get("auto-submitted", "no")).lower() not in ("no", "")


def _answers(message: Message, whole: bytes) -> list[str]:
    """The Message-IDs that a mail names; of a report also that of the mail that came back within it."""
    named = " ".join(str(message.get(name, "")) for name in ("in-reply-to", "references"))
    found = _ID.findall(named)
    own = str(message.get("message-id", "")).strip()
    found += [one for one in _BARE.findall(whole.decode("latin-1")) if one != own]
    return list(dict.fromkeys(found))[:20]


def _failed(message: Message) -> tuple[list[str], str]:
    """Addresses that a report says failed for good, and the words of the server."""
    addresses, said = [], ""
    for part, _n in zip(message.walk(), range(200), strict=False):
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if not isinstance(block, Message):
                continue
            action = str(block.get("action", "")).strip().lower()
            status = str(block.get("status", "")).strip()
            to = str(block.get("final-recipient", "") or block.get("original-recipient", ""))
            if action == "failed" and not status.startswith("4."):
                addresses.append(to.rpartition(";")[2].strip().strip("<>"))
                said = said or " ".join(str(block.get("diagnostic-code", "") or status).split())[:200]
    return [address for address in addresses if "@" in address], said
