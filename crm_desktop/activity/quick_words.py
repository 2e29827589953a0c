"""The words by which a quick line is understood, in English and German: what it was, which way, when, how long.

Patterns are tried where the reader stands, so each begins with its first letter; small and capital letters are the same
unless a pattern says otherwise. What a word means in the other language decides what is left out: "so", "do" and "am" are
no days on their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_I = re.IGNORECASE


@dataclass(frozen=True)
class KindWord:
    """Words that say what an entry is; `name_after` where a name may follow at once ("called Anna")."""

    pattern: re.Pattern[str]
    kind: str
    channel: str = ""
    direction: str = ""
    name_after: bool = False


def _kind(words: str, kind: str, channel: str = "", direction: str = "", *, name_after: bool = False) -> KindWord:
    return KindWord(re.compile(rf"(?:{words})(?![\w-])", _I), kind, channel, direction, name_after)


# Longer ones first. "brief" is a letter in German and an adjective in English: not before another kind.
KINDS = (
    _kind(r"video[ -]?call|videoanruf|videokonferenz|zoom(?: call)?|teams(?: call)?", "meeting", "video"),
    _kind(r"missed call|verpasster anruf", "call", "phone", "in"),
    _kind(
        r"phone[ -]?call|call|telephone call|telefonat|anruf|telefongespräch|telefoniert|telefonisch", "call", "phone"
    ),
    _kind(r"called|phoned|rang|angerufen", "call", "phone", "out", name_after=True),
    _kind(r"whats ?app(?:[ -]?(?:message|nachricht|text|chat))?", "message", "whatsapp"),
    _kind(r"signal[ -](?:message|nachricht)", "message", "signal"),
    _kind(r"telegram[ -](?:message|nachricht)", "message", "telegram"),
    _kind(r"sms|text message", "message", "sms"),
    _kind(r"texted", "message", "sms", "out", name_after=True),
    _kind(r"chat[ -]?(?:message|nachricht)?", "message", "chat"),
    _kind(r"message|nachricht", "message"),
    _kind(r"messaged", "message", "", "out", name_after=True),
    _kind(r"e-?mail|mail", "email", "email"),
    _kind(r"e-?mailed|mailed|gemailt", "email", "email", "out", name_after=True),
    _kind(r"letter|brief(?!\s+(?:call|e-?mail|mail|meeting|visit|note|chat|message|talk))|schreiben", "letter", "post"),
    _kind(r"meeting|appointment|besprechung|treffen|termin", "meeting"),
    _kind(r"met|getroffen", "meeting", name_after=True),
    _kind(r"site visit|visit|besuch|vor[- ]ort(?:[- ]termin)?|on[- ]site", "visit"),
    _kind(r"visited|besucht", "visit", "", "out", name_after=True),
    _kind(r"note|notiz|memo|vermerk", "note"),
)
# What somebody did, behind the name: "Anna called", "Anna hat angerufen", "Anna rief an".
DEEDS = (
    _kind(r"(?:has )?(?:called|phoned|rang|rung)(?: (?:back|in))?", "call", "phone", "in"),
    _kind(r"hat (?:zurück|an)gerufen|hat telefoniert|rief an|rief zurück|ruft an", "call", "phone", "in"),
    _kind(r"(?:e-?mailed|mailed)(?: us)?|hat gemailt|mailte", "email", "email", "in"),
    _kind(r"texted(?: us)?|sent a message|hat (?:eine )?nachricht geschickt", "message", "", "in"),
    _kind(r"came (?:by|in|over)|stopped by|dropped (?:by|in)|visited us|kam vorbei|war da|war hier|hat uns besucht", "visit",
          "", "in"),
)  # fmt: skip

DIRECTIONS = (
    (re.compile(r"(?:incoming|inbound|received|eingehende[rs]?|eingegangene[rs]?|erhaltene[rs]?)(?!\w)", _I), "in"),
    (re.compile(r"(?:outgoing|outbound|sent|ausgehende[rs]?|gesendete[rs]?|geschickte[rs]?)(?!\w)", _I), "out"),
)
# What leads to a name: (pattern, direction).
WHO = (
    (re.compile(r"(?:together )?with\s+", _I), ""),
    (re.compile(r"mit\s+", _I), ""),
    (re.compile(r"(?:from|by|von|durch)\s+", _I), "in"),
    (re.compile(r"(?:to|an|bei)\s+", _I), "out"),
)
ABOUT = re.compile(
    r"(?:about|regarding|concerning|re:|because of|due to|wegen|bzgl\.?|bezüglich|betr\.?|betreffend|über|zum thema)\s+",
    _I,
)
# Words between recognised parts that say nothing themselves.
GLUE = re.compile(r"(?:for|at|on|um|am|gegen|für|the|ein(?:e|en)?|a|an)\s+(?=\S)", _I)

TITLES = r"(?:(?:Mrs?|Ms|Miss|Dr|Prof|Herrn?|Frau|Hr|Fr|Familie|Fam)\.?\s+)"
# A name that nobody knows yet must begin with capitals; up to three words.
NAME = re.compile(
    rf"{TITLES}{{0,3}}[A-ZÀ-ÖØ-ÞŁŚŻŠČŽ][\w'’-]*(?:\s+(?:(?:von|van|de|zu|der|den)\s+)*[A-ZÀ-ÖØ-ÞŁŚŻŠČŽ][\w'’-]*){{0,2}}"
)

# What asks for a reminder. The German verb may stand at the end: "Dienstag nachfassen".
MARKER = re.compile(
    r"(?<!\w)(?:follow[ -]?up|remind(?:er)?(?: me)?|call (?:them |her |him )?back|ring (?:them |her |him )?back|check back|chase"
    r"|get back to (?:them|her|him)|nachfassen|nachhaken|nachfragen|wiedervorlage|wv|erinnerung|erinner[en]|erinnere mich"
    r"|mich erinnern|zurückrufen|rückruf|zurueckrufen|rueckruf)(?!\w)",
    _I,
)
# Markers that say nothing of what is to be done: such a reminder is called after what it is about.
PLAIN_MARKER = re.compile(r"remind.*|erinner.*|mich erinnern|wiedervorlage|wv", _I)
# What joins a follow-up without a comma: "… about lamp and follow up Tuesday".
JOINED = re.compile(r"\s+(?:and|then|und|dann|->|→)\s+(?=(?:then |dann |bitte |please )?$)", _I)
LEADING = re.compile(
    r"^(?:(?:please|bitte|then|dann|to|that|dass|daran|an|me|mich|zu|about|wegen|and|und|on|am|at|um|by|bis)(?!\w)[\s:]*|[\s:,–-]+)+",
    _I,
)
TRAILING = re.compile(r"(?:[\s,:;–-]+|(?<!\w)(?:on|am|at|um|by|bis|and|und|then|dann|to|zu))+$", _I)
