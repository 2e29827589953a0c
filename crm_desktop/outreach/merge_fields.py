"""Texts with fields and conditions: {first_name}, {first_name|friend}, {if city = Hamburg}…{else}…{end}.

There are fields and conditions and nothing else: no loops, no sums, no code; what a field holds is never read as a text with
fields again. Length, nesting and result are limited. A brace of its own is written twice: {{ and }}.
Comparisons: = and != (letters large or small are the same), "contains", > and < of numbers and days; {if phone} asks whether
there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from crm_desktop.core import text
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _

LONGEST, LONGEST_RESULT, DEEPEST, MOST_PARTS = 20_000, 60_000, 4, 500
_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_ASKED = re.compile(r"(.+?)\s*(!=|<>|=|>|<|\bcontains\b)\s*(.*)", re.DOTALL)
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Field:
    """A field and the words that stand in where it is empty."""

    name: str
    instead: str = ""


@dataclass(frozen=True)
class Asked:
    """A condition: a field, a comparison ("" asks whether it is filled) and a value."""

    name: str
    comparison: str = ""
    value: str = ""


@dataclass
class Choice:
    """What stands where a condition holds, and where it does not."""

    asked: Asked
    yes: list[Part] = field(default_factory=list)
    no: list[Part] = field(default_factory=list)
    has_else: bool = False


Part = str | Field | Choice


def parse(template: str, known: Sequence[str]) -> list[Part]:
    """Take a text apart.

    Raises:
        UserError: it names a field that there is not, a condition is not closed, or it is too long or too nested.
    """
    if len(template) > LONGEST:
        raise UserError(_("This text is longer than {n} letters. Shorten it.").format(n=LONGEST))
    reader, end = _Reader(known), 0
    for number, piece in enumerate(_PIECE.finditer(template)):
        if number > MOST_PARTS:
            raise UserError(_("This text has more than {n} fields and conditions. Shorten it.").format(n=MOST_PARTS))
        reader.here.append(template[end : piece.start()])
        end = piece.end()
        if piece.group(1) is None:
            reader.here.append(_brace(piece.group()))
        else:
            reader.take(piece.group(1).strip())
    reader.here.append(template[end:])
    if reader.open_ones:
        asked = reader.open_ones[-1].asked
        raise UserError(
            _("The condition {field} has no {end}. Write {end} where it is over.").format(
                field=f"{{if {asked.name} …}}", end="{end}"
            )
        )
    return reader.whole


class _Reader:
    """What was read so far, and which conditions are open."""

    def __init__(self, known: Sequence[str]) -> None:
        self.names = {text.fold(name): name for name in known}
        self.whole: list[Part] = []
        self.here = self.whole
        self.open_ones: list[Choice] = []
        self._places: list[list[Part]] = []

    def take(self, word: str) -> None:
        """What stands between two braces."""
        said = text.fold(word)
        if said == "end":
            _need(self.open_ones, "{end}")
            self.open_ones.pop()
            self.here = self._places.pop()
        elif said == "else":
            _need(self.open_ones, "{else}")
            self.here = _turn(self.open_ones[-1])
        elif said.startswith("if "):
            self._open(Choice(_asked(word[3:], self.names)))
        else:
            name, _bar, instead = word.partition("|")
            self.here.append(Field(_known(name, self.names), instead.strip()))

    def _open(self, choice: Choice) -> None:
        if len(self.open_ones) >= DEEPEST:
            raise UserError(_("Conditions stand in each other more than {n} deep. Make it simpler.").format(n=DEEPEST))
        self.here.append(choice)
        self._places.append(self.here)
        self.open_ones.append(choice)
        self.here = choice.yes


def _brace(found: str) -> str:
    if len(found) == 1:
        raise UserError(
            _(
                "A brace “{brace}” stands alone. Fields look like {{first_name}}; a brace of its own is written twice."
            ).format(brace=found)
        )
    return found[0]


def _need(open_ones: list[Choice], word: str) -> None:
    if not open_ones:
        raise UserError(_("{word} stands where no condition is open.").format(word=word))


def _turn(choice: Choice) -> list[Part]:
    if choice.has_else:
        raise UserError(_("A condition has {word} twice.").format(word="{else}"))
    choice.has_else = True
    return choice.no


def _known(name: str, names: Mapping[str, str]) -> str:
    wanted = text.fold(name.strip())
    if wanted in names:
        return names[wanted]
    shown = name.strip()[:40]
    if wanted.split(" ")[0] in ("for", "while", "loop", "repeat"):
        raise UserError(
            _("{field} is not known: there are fields and conditions here, but no loops.").format(field=f"{{{shown}}}")
        )
    usual = " ".join(f"{{{one}}}" for one in list(names.values())[:14])
    raise UserError(
        _("There is no field {field}. There are, among others: {fields}").format(field=f"{{{shown}}}", fields=usual)
    )


def _asked(words: str, names: Mapping[str, str]) -> Asked:
    found = _ASKED.fullmatch(words.strip())
    if found is None:
        return Asked(_known(words, names))
    value = found[3].strip().strip("“”\"'").strip()
    return Asked(_known(found[1], names), "!=" if found[2] == "<>" else found[2], value)


def fields_in(parts: Sequence[Part]) -> Iterator[Field]:
    """The fields that are written, also those within conditions."""
    for part in parts:
        if isinstance(part, Field):
            yield part
        elif isinstance(part, Choice):
            yield from fields_in(part.yes)
            yield from fields_in(part.no)


def fill(parts: Sequence[Part], values: Mapping[str, str]) -> str:
    """The text for one recipient.

    Raises:
        UserError: it becomes too long.
    """
    said = "".join(_filled(parts, values))
    if len(said) > LONGEST_RESULT:
        raise UserError(_("With its fields filled in, this text is longer than {n} letters.").format(n=LONGEST_RESULT))
    return re.sub(r"\n{3,}", "\n\n", said).strip()


def _filled(parts: Sequence[Part], values: Mapping[str, str]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, Field):
            yield (values.get(part.name) or part.instead)[:LONGEST_RESULT]
        else:
            yield from _filled(part.yes if holds(part.asked, values) else part.no, values)


def holds(asked: Asked, values: Mapping[str, str]) -> bool:
    """Whether a condition holds for somebody."""
    value = values.get(asked.name) or ""
    if not asked.comparison:
        return bool(value.strip())
    if asked.comparison in "<>":
        return _beyond(value, asked)
    one, other = text.fold(value).strip(), text.fold(asked.value).strip()
    if asked.comparison == "contains":
        return bool(other) and other in one
    return (one == other) is (asked.comparison == "=")


def _beyond(value: str, asked: Asked) -> bool:
    """More or less: of numbers where both are, else in the order of letters, which is that of ISO days."""
    if _NUMBER.fullmatch(value.strip()) and _NUMBER.fullmatch(asked.value):
        try:
            one, other = Decimal(value.strip().replace(",", ".")), Decimal(asked.value.replace(",", "."))
        except InvalidOperation:
            return False
        return one > other if asked.comparison == ">" else one < other
    if not value:
        return False
    return value > asked.value if asked.comparison == ">" else value < asked.value
