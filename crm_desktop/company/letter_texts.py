"""The words of letters about contracts, per purpose and language: ready-made ones, until the owner writes own ones.

A purpose has one usual text (its name is empty) and any number of named ones. A text holds words in braces; `fill` puts
in what they stand for. `{terms}` stands alone in its paragraph: there the table of what is agreed is printed. The
ready-made texts are plain and are no legal advice.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from crm_desktop.core import dates, resources, text
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import DOCUMENT_LANGUAGES, N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

PURPOSES = {
    "contract": N_("Contract"),
    "cancellation": N_("Cancellation letter"),
    "renewal": N_("Offer to renew"),
    "information": N_("News of a renewal"),
}
FIELDS = {
    "customer": N_("the other side’s name"),
    "company": N_("your company"),
    "owner": N_("you"),
    "title": N_("what the contract is about"),
    "number": N_("its number"),
    "their_number": N_("its number in a sentence"),
    "today": N_("the day of the letter"),
    "start": N_("its start"),
    "end": N_("the end of the term; in a cancellation the end that it leads to"),
    "last_day": N_("the last day to cancel"),
    "notice": N_("the notice period"),
    "renewal": N_("by how much it renews"),
    "next_start": N_("the first day of the next term"),
    "next_value": N_("the price of the next term"),
    "value": N_("the price today"),
    "interval": N_("per month, per year"),
    "terms": N_("a table of all that is agreed, in a line of its own"),
}
_FIELD = re.compile(r"\{([^{}]*)\}")
_LONGEST = 20_000


@dataclass(frozen=True)
class LetterText:
    """Subject and body of a letter, with words in braces. `own` is whether the owner wrote it."""

    purpose: str
    language: str
    subject: str
    body: str
    name: str = ""
    own: bool = False


@lru_cache(maxsize=1)
def _ready_made() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(resources.resource("presets", "letter_texts.json").read_text(encoding="utf-8"))
    return found


def words(language: str) -> dict[str, Any]:
    """The words of the table of what is agreed, in a language of documents."""
    found: dict[str, Any] = _ready_made()["words"]
    chosen: dict[str, Any] = found.get(language, found["en"])
    return chosen


def get(purpose: str, language: str, name: str = "") -> LetterText:
    """The text for a purpose in a language: the owner's own of that name, else the ready-made one."""
    say = language if language in DOCUMENT_LANGUAGES else "en"
    row = db.one(
        "SELECT subject, body FROM letter_text WHERE purpose = ? AND language = ? AND name = ?", [purpose, say, name]
    )
    return LetterText(purpose, say, row[0], row[1], name, own=True) if row else usual(purpose, say)


def usual(purpose: str, language: str) -> LetterText:
    """The ready-made text."""
    found = _ready_made()["texts"][purpose]
    chosen = found.get(language, found["en"])
    return LetterText(purpose, language, chosen["subject"], chosen["body"])


def names(purpose: str, language: str) -> list[str]:
    """The names of a purpose's texts; the usual one, whose name is empty, first."""
    rows = db.query(
        "SELECT name FROM letter_text WHERE purpose = ? AND language = ? AND name <> '' ORDER BY fold(name)",
        [purpose, language],
    )
    return ["", *(row[0] for row in rows)]


def save(wanted: LetterText) -> None:
    """Keep the owner's own words.

    Raises:
        ValidationError: a word in braces that there is not, or nothing written; field → sentence.
    """
    values = {"subject": text.tidy(wanted.subject), "body": text.tidy_lines(wanted.body)}
    if problems := check(values):
        raise ValidationError(problems)
    key = [wanted.purpose, wanted.language, text.tidy(wanted.name)]
    stored = values | {"updated_at": dates.stamp()}
    with db.transaction(_("Change the words of letters")):
        found = db.value("SELECT id FROM letter_text WHERE purpose = ? AND language = ? AND name = ?", key)
        if found is not None:
            db.update("letter_text", found, stored)
        else:
            db.insert("letter_text", dict(zip(("purpose", "language", "name"), key, strict=True)) | stored)


def remove(purpose: str, language: str, name: str = "") -> None:
    """Go back to the ready-made words; a named text is gone."""
    with db.transaction(_("Change the words of letters")):
        found = db.value(
            "SELECT id FROM letter_text WHERE purpose = ? AND language = ? AND name = ?", [purpose, language, name]
        )
        if found is not None:
            db.delete("letter_text", found)


def check(values: dict[str, str]) -> dict[str, str]:
    """What is wrong with subject and body, as field → sentence."""
    found = {}
    for field, value in values.items():
        unknown = [word for word in _FIELD.findall(value) if word not in FIELDS]
        if not value.strip():
            found[field] = _("Write something here.")
        elif unknown:
            known = ", ".join(f"{{{word}}}" for word in FIELDS)
            found[field] = _("{word} is no word that is filled in. There are: {words}.").format(
                word=f"{{{unknown[0]}}}", words=known
            )
        elif len(value) > _LONGEST:
            found[field] = _("This text is too long for a letter.")
    return found


def fill(template: str, values: dict[str, str]) -> str:
    """A text with its words put in; one that is not known stays as it is written."""
    return _FIELD.sub(lambda found: values.get(found.group(1), found.group(0)), template)


# What may be empty without leaving a gap in a sentence.
_MAY_LACK = ("their_number", "terms", "company", "owner", "number")


def lacking(written: LetterText, values: dict[str, str]) -> list[str]:
    """The words in braces of a text for which there is nothing to put in, so that a sentence would have a gap."""
    used = dict.fromkeys(_FIELD.findall(written.subject + "\n" + written.body))
    return [word for word in used if word in FIELDS and word not in _MAY_LACK and not values.get(word)]


def parts(body: str) -> tuple[str, str, bool]:
    """What stands before and after the table of what is agreed, and whether there is one."""
    before, found, after = body.partition("{terms}")
    return before.strip(), after.strip(), bool(found)
