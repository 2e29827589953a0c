"""Levels of reminders for money: from how many days after the due date each holds, what it costs and what it says.

Days may be negative: a friendly note before an invoice is due. A level is known by its `position`, which letters keep, and
stands in order of its days. Until the owner changes something, the usual levels hold without being stored. The words of a
letter come from the level in the customer's language; what a level leaves open is said in the program's own words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from string import Formatter
from typing import Any

from crm_desktop.core import text
from crm_desktop.core.errors import NotFound, UserError, ValidationError
from crm_desktop.core.i18n import document_text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import LARGEST_MINOR
from crm_desktop.db import connection as db

# What may stand in braces: numbers of the open invoices, due date of the oldest one, sum asked for, last day to pay, how
# many days the oldest is late, name of the customer, name of the company.
FIELDS = ("number", "date", "amount", "deadline", "days", "name", "company")
FARTHEST_DAYS, LONGEST_DEADLINE = 999, 90
NOTE_POSITION, NOTE_DAYS = 0, -3
TONES = ("note", "first", "second", "last")


@dataclass(frozen=True, slots=True)
class Words:
    """What a letter says in one language: its title and the text above the table. Empty means the program's own."""

    title: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """One level. `fee_minor` is in the company's currency; `texts` maps language to `Words`."""

    position: int
    name: str
    days: int
    deadline_days: int = 10
    fee_minor: int = 0
    with_interest: bool = False
    texts: Mapping[str, Words] = field(default_factory=dict)

    @property
    def before_due(self) -> bool:
        """Whether it is a note that comes before an invoice is late."""
        return self.days <= 0


def usual() -> list[Level]:
    """The levels that hold until the owner changes them: three, without fees and interest."""
    return [
        Level(1, _("First reminder"), 7),
        Level(2, _("Second reminder"), 21),
        Level(3, _("Last reminder"), 35, deadline_days=7),
    ]


def friendly_note() -> Level:
    """The note before the due date, which the owner may add."""
    return Level(NOTE_POSITION, _("Friendly note"), NOTE_DAYS, deadline_days=0)


def levels() -> list[Level]:
    """All levels in the order of their days."""
    found = db.query(
        "SELECT position, name, days, deadline_days, fee_minor, with_interest, texts FROM dunning_level ORDER BY days"
    )
    return [_level(row) for row in found] or usual()


def _level(row: tuple[Any, ...]) -> Level:
    position, name, days, deadline, fee, interest, texts = row
    words = {language: Words(**said) for language, said in json.loads(texts).items()}
    return Level(position, name, days, deadline, fee, bool(interest), words)


def get(position: int) -> Level:
    """A level by its position.

    Raises:
        NotFound: there is no such level.
    """
    for level in levels():
        if level.position == position:
            return level
    raise NotFound(_("This level of reminders is no longer there."))


def keep_usual() -> None:
    """Store the usual levels if none are stored yet, so that letters can rely on them; no step of History."""
    with db.transaction():
        if db.one("SELECT 1 FROM dunning_level") is None:
            for level in usual():
                db.insert("dunning_level", _row(level))


def _row(level: Level) -> dict[str, object]:
    texts = {
        language: {"title": text.tidy(words.title), "body": text.tidy_lines(words.body)}
        for language, words in level.texts.items()
        if text.tidy(words.title) or text.tidy_lines(words.body)
    }
    return {
        "position": level.position,
        "name": text.tidy(level.name),
        "days": level.days,
        "deadline_days": level.deadline_days,
        "fee_minor": level.fee_minor,
        "with_interest": int(level.with_interest),
        "texts": json.dumps(texts, ensure_ascii=False),
    }


def next_position() -> int:
    """A position that no level and no letter ever had."""
    used = db.value(
        "SELECT max(p) FROM (SELECT max(position) AS p FROM dunning_level UNION ALL SELECT max(level) FROM dunning_item)"
    )
    return max(used or 0, *(level.position for level in usual())) + 1


def save(level: Level) -> Level:
    """Change a level, or add one whose position is new; gives it as it is kept.

    Raises:
        ValidationError: a value cannot be kept; field → sentence.
    """
    with db.transaction():
        keep_usual()
        if found := _problems(level):
            raise ValidationError(found)
        with db.transaction(_("Edit reminder level {name}").format(name=text.tidy(level.name))):
            known = db.value("SELECT id FROM dunning_level WHERE position = ?", [level.position])
            if known is None:
                db.insert("dunning_level", _row(level))
            else:
                db.update("dunning_level", known, _row(level))
    return get(level.position)


def _problems(level: Level) -> dict[str, str]:
    found = {}
    if not text.tidy(level.name):
        found["name"] = _("Give the level a name, for example “First reminder”.")
    if not -FARTHEST_DAYS <= level.days <= FARTHEST_DAYS:
        found["days"] = _("Days go from 999 before to 999 after the due date.")
    elif any(other.days == level.days for other in levels() if other.position != level.position):
        found["days"] = _("Another level begins on that day. Choose other days.")
    if not 0 <= level.deadline_days <= LONGEST_DEADLINE:
        found["deadline_days"] = _("The time to pay goes from 0 to 90 days.")
    if not 0 <= level.fee_minor < LARGEST_MINOR // 10**6:
        found["fee_minor"] = _("This fee cannot be right. Please check it.")
    for language, words in level.texts.items():
        for part in ("title", "body"):
            if sentence := wrong_fields(getattr(words, part)):
                found[f"{part}_{language}"] = sentence
    return found


def wrong_fields(said: str) -> str:
    """What is wrong with the fields in braces of a text, in a sentence; empty if nothing is."""
    listed = " ".join(f"{{{name}}}" for name in FIELDS)
    try:
        used = list(Formatter().parse(said))
    except ValueError:
        return _("A brace is open here. Fields are written like {number}; there are: {fields}").format(
            number="{number}", fields=listed
        )
    for _literal, name, form, conversion in used:
        if name is not None and (name not in FIELDS or form or conversion):
            return _("{name} is not a field. There are: {fields}").format(name=f"{{{name}}}", fields=listed)
    return ""


def remove(position: int) -> None:
    """Take a level away; letters that were made keep it.

    Raises:
        UserError: it is the last one.
        NotFound: there is no such level.
    """
    with db.transaction():
        keep_usual()
        level = get(position)
        if len(levels()) == 1:
            raise UserError(_("One level stays. Without levels nothing could be proposed."))
        with db.transaction(_("Remove reminder level {name}").format(name=level.name)):
            db.delete("dunning_level", db.value("SELECT id FROM dunning_level WHERE position = ?", [position]))


# ---- words ----------------------------------------------------------------------------------------------------------


def tone(level: Level, known: list[Level] | None = None) -> str:
    """How firmly a level speaks when it has no words of its own: one of `TONES`, by its place among the levels."""
    if level.before_due:
        return "note"
    late = [other.position for other in (levels() if known is None else known) if not other.before_due]
    place = late.index(level.position) if level.position in late else 0
    if place == 0:
        return "first"
    return "last" if place == len(late) - 1 and place > 1 else "second"


def own_words(language: str, how: str) -> Words:
    """The program's own words in a language, for one of `TONES`."""
    titles = {
        "note": document_text(language, "Note on a coming payment"),
        "first": document_text(language, "Payment reminder"),
        "second": document_text(language, "Second payment reminder"),
        "last": document_text(language, "Last payment reminder"),
    }
    bodies = {
        "note": document_text(
            language,
            "this is only a friendly note: {amount} for {number} will be due on {date}. "
            "If you have arranged the payment already, all is well.",
        ),
        "first": document_text(
            language,
            "perhaps it escaped your attention: what is listed below has not been paid yet. Please transfer {amount} "
            "by {deadline}. If your payment has crossed this letter: thank you, then all is well.",
        ),
        "second": document_text(
            language,
            "we wrote to you about this before and have found no payment so far. Please transfer {amount} by {deadline}. "
            "If something about our invoice is unclear, please call us.",
        ),
        "last": document_text(
            language,
            "in spite of our reminders, what is listed below is still open. Please transfer {amount} by {deadline} at the "
            "latest. After that day we shall have to take further steps, which cause you more costs.",
        ),
    }
    return Words(titles[how], bodies[how])


def words(level: Level, language: str, known: list[Level] | None = None) -> Words:
    """What a level says in a language: the owner's words, else the program's own."""
    said, own = level.texts.get(language, Words()), own_words(language, tone(level, known))
    return replace(own, **{name: value for name in ("title", "body") if (value := getattr(said, name))})


def fill(said: str, values: Mapping[str, str]) -> str:
    """A text with its fields filled in; what is no field stays as it is written."""
    if wrong_fields(said):
        return said
    return said.format(**{name: values.get(name, "") for name in FIELDS})
