"""A mail file as plain data: .eml by the standard library, .msg by oxmsg; runs in the reading child.

Gives sender, recipients, day, subject, text, Message-ID and attachments. What a header or a part does not let itself be
decoded is left as it stands; only a file that is no mail at all is refused.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import email.utils
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from typing import Any

from crm_desktop.exchange.identify import Refused
from crm_desktop.exchange.web_text import words_of

LARGEST_FILE = 60_000_000
MOST_ATTACHMENTS, MOST_PARTS, MOST_PEOPLE, MOST_ANSWERED = 200, 2000, 500, 50
_ID = re.compile(r"<[^<>\s]{3,250}>")
LONGEST_TEXT = 200_000
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_HEADS = ("from", "to", "subject", "date", "message-id", "received", "sender", "return-path")
# Properties of Outlook that oxmsg has no name of its own for, or gives no access to.
_RECIPIENT_TYPE, _INTERNET_ID, _DELIVERED, _HIDDEN, _SHORT_NAME, _DISPLAY_NAME = (
    0x0C15,
    0x1035,
    0x0E06,
    0x7FFE,
    0x3704,
    0x3001,
)


@dataclass(frozen=True)
class MailFile:
    """What a mail says. People are (name, address); attachments (name, media type, bytes); `sent_at` aware or None.

    `message_id` is never empty: a mail without one gets one made of its content. `left_out` counts attachments that could
    not be taken along.
    """

    sender: tuple[str, str]
    recipients: list[tuple[str, str]]
    subject: str
    sent_at: datetime | None
    text: str
    message_id: str
    attachments: list[tuple[str, str, bytes]] = field(default_factory=list)
    left_out: int = 0
    # The Message-IDs of the mails that this one answers, with their angle brackets.
    answers: list[str] = field(default_factory=list)


def read(content: bytes) -> MailFile:
    """Take a mail file apart.

    Raises:
        Refused: it is empty, too large, damaged, or no mail ("no_mail").
    """
    if not content.strip():
        raise Refused("empty")
    if len(content) > LARGEST_FILE:
        raise Refused("too_large")
    return _read_msg(content) if content.startswith(_OLE) else _read_eml(content)


def _id_of(written: str, content: bytes) -> str:
    return written.strip().strip("<>").strip() or f"sha256:{hashlib.sha256(content).hexdigest()}"


def _cut(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]} …"


# ---- .eml -----------------------------------------------------------------------------------------------------------


def _read_eml(content: bytes) -> MailFile:
    # The plain policy: the one with rich headers raises for headers that break the rules, as those of spam do.
    message = email.message_from_bytes(content.lstrip(b"\xef\xbb\xbf\r\n"), policy=email.policy.compat32)
    if not any(message.get(name) for name in _HEADS):
        raise Refused("no_mail")
    plain, web, attachments, left = _parts(message)
    return MailFile(
        sender=next(iter(_people([*_values(message, "from"), *_values(message, "sender")])), ("", "")),
        recipients=_people([value for name in ("to", "cc", "bcc") for value in _values(message, name)]),
        subject=_header(next(iter(_values(message, "subject")), "")),
        sent_at=_day(next(iter(_values(message, "date")), "")) or _received(message),
        text=_cut("\n".join(plain)) or _cut(words_of("\n".join(web))),
        message_id=_id_of(next(iter(_values(message, "message-id")), ""), content),
        attachments=attachments,
        left_out=left,
        answers=_answered(message),
    )


def _answered(message: Message) -> list[str]:
    named = " ".join(value for name in ("in-reply-to", "references") for value in _values(message, name))
    return list(dict.fromkeys(_ID.findall(named[:20_000])))[:MOST_ANSWERED]


def _values(message: Message, name: str) -> list[str]:
    """The raw texts of a header; what `Message` itself gives has lost the letters that are not announced."""
    return [str(value) for key, value in message.raw_items() if key.lower() == name]


def _header(written: str) -> str:
    """A header in words: encoded words are decoded, bytes that are not announced are taken as UTF-8 or Latin."""
    flat = " ".join(written.replace("\r", " ").replace("\n", " ").split())
    with contextlib.suppress(Exception):
        flat = str(make_header(decode_header(flat)))
    if any("\udc80" <= letter <= "\udcff" for letter in flat):
        flat = _decoded(flat.encode("utf-8", "surrogateescape"), "")
    return flat.strip()


def _decoded(content: bytes, charset: str) -> str:
    for name in (charset, "utf-8"):
        with contextlib.suppress(LookupError, UnicodeDecodeError, ValueError):
            if name:
                return content.decode(name)
    return content.decode("cp1252", "replace")


def _people(headers: list[str]) -> list[tuple[str, str]]:
    found = email.utils.getaddresses([" ".join(header.split())[:20_000] for header in headers])
    people = [(_header(name), address.strip()) for name, address in found]
    return [(name, address) for name, address in people if "@" in address][:MOST_PEOPLE]


def _day(written: str) -> datetime | None:
    with contextlib.suppress(ValueError, TypeError, OverflowError, IndexError):
        found = email.utils.parsedate_to_datetime(written)
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        if 1970 <= aware.year <= 2199:
            return aware.astimezone(UTC)
    return None


def _received(message: Message) -> datetime | None:
    """When the last server took it, where the mail itself names no day."""
    first = next(iter(_values(message, "received")), "")
    return _day(first.rpartition(";")[2].strip()) if first else None


def _parts(message: Message) -> tuple[list[str], list[str], list[tuple[str, str, bytes]], int]:
    """Plain texts, web texts, attachments, and how many of these were left out."""
    plain: list[str] = []
    web: list[str] = []
    attachments: list[tuple[str, str, bytes]] = []
    left = 0
    for number, part in enumerate(_walk(message)):
        if number >= MOST_PARTS:
            break
        name = _file_name(part)
        kind = part.get_content_type()
        if not name and kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
            (plain if kind == "text/plain" else web).append(_text_of(part))
        elif name or part.get_content_disposition() == "attachment" or kind == "message/rfc822":
            if _is_picture_of_text(part):
                continue
            content = _bytes_of(part)
            if len(attachments) >= MOST_ATTACHMENTS or not content:
                left += 1
                continue
            attachments.append((name or _name_for(part, len(attachments) + 1), kind, content))
    return plain, web, attachments, left


def _walk(message: Message) -> Iterator[Message]:
    """The parts that hold something, without going into mails that are attached."""
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        payload = part.get_payload()
        if part.is_multipart() and part.get_content_type() != "message/rfc822" and isinstance(payload, list):
            waiting[:0] = [piece for piece in payload if isinstance(piece, Message)]
        else:
            yield part


def _file_name(part: Message) -> str:
    with contextlib.suppress(Exception):
        name = part.get_filename() or ""
        return _plain_name(_header(name))
    return ""


def _plain_name(name: str) -> str:
    """The name of a file without any folder, and not endless."""
    last = name.replace("\\", "/").rpartition("/")[2].strip(" .")
    return "".join(letter for letter in last if letter.isprintable())[-150:]


def _name_for(part: Message, number: int) -> str:
    if part.get_content_type() == "message/rfc822":
        inner = _inner(part)
        subject = _header(next(iter(_values(inner, "subject")), "")) if inner is not None else ""
        return _plain_name(f"{subject.replace('/', '-') or 'mail'}.eml")
    import mimetypes

    return f"attachment-{number}{mimetypes.guess_extension(part.get_content_type()) or '.bin'}"


def _inner(part: Message) -> Message | None:
    """The mail that is attached as a part."""
    payload = part.get_payload()
    first = payload[0] if isinstance(payload, list) and payload else None
    return first if isinstance(first, Message) else None


def _is_picture_of_text(part: Message) -> bool:
    """A logo or a smiley that stands in the text: shown there, no file of its own."""
    return bool(
        part.get_content_maintype() == "image"
        and part.get("content-id")
        and part.get_content_disposition() != "attachment"
    )


def _bytes_of(part: Message) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = _inner(part)
        with contextlib.suppress(Exception):
            return inner.as_bytes() if inner is not None else b""
        return b""
    with contextlib.suppress(Exception):
        found = part.get_payload(decode=True)
        return found if isinstance(found, bytes) else b""
    return b""


def _text_of(part: Message) -> str:
    return _decoded(_bytes_of(part), str(part.get_content_charset() or ""))


# ---- .msg -----------------------------------------------------------------------------------------------------------


def _read_msg(content: bytes) -> MailFile:
    import oxmsg

    message = oxmsg.Message.load(content)
    kind = message.message_class.lower()
    if kind and not kind.startswith(("ipm.note", "ipm.schedule", "report.")):
        raise Refused("no_mail", kind)
    heads = message.message_headers
    own = {name.lower(): str(value) for name, value in heads.items()}
    people = [(who.name.strip(), who.email_address.strip()) for who in list(message.recipients)[:MOST_PEOPLE]]
    known = [(name if name != address else "", address) for name, address in people if "@" in address]
    attachments, left = _msg_attachments(message)
    return MailFile(
        sender=next(iter(_people([own.get("from", ""), message.sender or ""])), ("", "")),
        recipients=known or _people([own.get("to", ""), own.get("cc", "")]),
        subject=message.subject.strip() or _header(own.get("subject", "")),
        sent_at=_utc(message.sent_date or message.properties.date_prop_value(_DELIVERED)) or _day(own.get("date", "")),
        text=_cut(message.body or "") or _cut(words_of(message.html_body or "")),
        message_id=_id_of(message.properties.str_prop_value(_INTERNET_ID) or own.get("message-id", ""), content),
        attachments=attachments,
        left_out=left,
    )


def _utc(found: datetime | None) -> datetime | None:
    if found is None or not 1970 <= found.year <= 2199:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _msg_attachments(message: Any) -> tuple[list[tuple[str, str, bytes]], int]:
    found: list[tuple[str, str, bytes]] = []
    left = 0
    for attached in message.attachments:
        own = attached.properties
        if own.int_prop_value(_HIDDEN):
            continue
        content = attached.file_bytes
        if not content or len(found) >= MOST_ATTACHMENTS:
            left += 1
            continue
        name = attached.file_name or own.str_prop_value(_SHORT_NAME) or own.str_prop_value(_DISPLAY_NAME) or ""
        found.append((_plain_name(name) or f"attachment-{len(found) + 1}.bin", attached.mime_type or "", content))
    return found, left
