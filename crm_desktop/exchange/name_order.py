"""Whole names that stand with the last name first and no comma: "Rossi Giovanna" below "Cognome e nome"."""

from __future__ import annotations

import re

from crm_desktop.exchange import headings, words
from crm_desktop.exchange.columns import Choice
from crm_desktop.exchange.names import PARTICLES, is_organisation, split_name

_LAST_THEN_FIRST = re.compile(
    r"^(?:(?:nach|familien|zu)?name|cognome|nazwisko|apellidos?|achternaam|last name|surname|nom|apelido)\b"
    r".*\b(?:vorname|nome|imie|nombres?|voornaam|first name|given names?|forename|prenom)\b"
)
# Without a heading that says so, names must prove it: so many, and so many more than the other way round.
_FEWEST, _TIMES = 3, 5


def is_last_first(choice: Choice) -> bool:
    """Whether the names of a column begin with the last name, by its heading and by the first names that are known."""
    if choice.field != "name":
        return False
    begins = ends = 0
    names = choice.profile.texts()
    for name in names:
        first, last = _known_first_names(name)
        begins += first and not last
        ends += last and not first
    if _LAST_THEN_FIRST.search(headings.normalise(choice.column.label)):
        return ends >= begins
    return ends >= _FEWEST and ends >= _TIMES * begins and 2 * ends >= len(names)


def with_comma(name: str) -> str:
    """A name of such a column as "Rossi, Giovanna"; what is a business, or stands the other way round, stays."""
    parts = name.split()
    first, last = _known_first_names(name)
    if (
        (len(parts) == 2 and split_name(name).title)
        or len(parts) < 2
        or "," in name
        or is_organisation(name)
        or (first and not last)
    ):
        return name
    end = 1
    while end < len(parts) - 1 and parts[end - 1].lower() in PARTICLES:
        end += 1
    if last:
        # "García López Ana María": what is no first name before them belongs to the last name.
        start = len(parts) - 1
        while start > end and words.is_first_name(parts[start - 1]):
            start -= 1
        end = start
    return f"{' '.join(parts[:end])}, {' '.join(parts[end:])}"


def _known_first_names(name: str) -> tuple[bool, bool]:
    """Whether the first and the last word of a name are known first names."""
    parts = name.split()
    if len(parts) < 2 or "," in name:
        return False, False
    return words.is_first_name(parts[0]), words.is_first_name(parts[-1])
