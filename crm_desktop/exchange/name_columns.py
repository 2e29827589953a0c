"""Names among the columns of a sheet: half a name beside the other half, first and last names known by content."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import headings, words
from crm_desktop.exchange.address_columns import is_free
from crm_desktop.exchange.columns import ASK, LIKELY, Choice
from crm_desktop.exchange.names import is_organisation, split_name
from crm_desktop.exchange.targets import LEAVE_OUT, OWN_FIELD

NAMES = {"company", "name", "first_name", "last_name"}
_PERSON = re.compile(
    r"ansprech|kontaktperson|contact (?:person|name)|interlocut|persona de contacto|referente|contactpersoon"
)
# So small a share of the values is an exception; so many known first names prove a column.
_FEW = 0.3
_ENOUGH = 0.2


def refine(choices: list[Choice]) -> list[Choice]:
    """Look at the columns of names together."""
    return _firms_beside_persons(_half_names(_whole_names(choices)))


def _firms_beside_persons(choices: list[Choice]) -> list[Choice]:
    """Where a column names the person to talk to, the column "Name" names the firm."""
    name, company = _find(choices, "name"), _find(choices, "company")
    if name is None or company is not None or _PERSON.search(headings.normalise(name.column.meaning)):
        return choices
    person = next(
        (c for c in choices if c.field == OWN_FIELD and _PERSON.search(headings.normalise(c.column.meaning))), None
    )
    if person is None or person.profile.shares.get("wordy", 0) < 0.8:
        return choices
    why = _("Beside the person to talk to")
    return _put(_put(choices, name, "company", why), person, "name", _("The person to talk to"))


def _whole_names(choices: list[Choice]) -> list[Choice]:
    first, last, name = (_find(choices, field) for field in ("first_name", "last_name", "name"))
    for lone, other in ((first, last), (last, first)):
        spaced = lone.profile.shares.get("spaced", 0) if lone else 0
        if lone and not other and not name and spaced > 0.5:
            return _put(choices, lone, "name", _("Will be split into first and last name"))
    return choices


def _half_names(choices: list[Choice]) -> list[Choice]:
    """A "Name" beside "Vorname" is the last name, a "Name" beside "Surname" the first name."""
    first, last, name = (_find(choices, field) for field in ("first_name", "last_name", "name"))
    if name is None or (first is None) == (last is None):
        return choices
    # Where firms or whole names stand among them, each row is looked at for itself.
    texts = name.profile.texts()
    whole = sum(1 for text in texts if split_name(text).first)
    if whole > _FEW * len(texts) or any(map(is_organisation, texts)):
        return choices
    if last is None:
        return _put(choices, name, "last_name", _("Beside the first name"))
    return _put(choices, name, "first_name", _("Beside the last name"))


def by_contents(choices: list[Choice], *, has_heading: bool) -> list[Choice]:
    """First and last names side by side, in columns without a heading; a "Name" beside first names is the last name."""
    for one, two in pairwise(choices):
        free = [is_free(choice, has_heading=has_heading) for choice in (one, two)]
        named = [choice.field in {"name", "last_name"} for choice in (one, two)]
        if not all(a or b for a, b in zip(free, named, strict=True)) or not any(free):
            continue
        if not (_single_words(one) and _single_words(two)):
            continue
        first, last = sorted((one, two), key=_share_of_first_names, reverse=True)
        known, other = _share_of_first_names(first), _share_of_first_names(last)
        if known >= _ENOUGH and known >= 2 * other and first.field in {LEAVE_OUT, OWN_FIELD}:
            choices = _put(choices, first, "first_name", _("Holds first names"))
            choices = _put(choices, last, "last_name", _("Beside the first name"))
            break
    return choices if _find(choices, "company") else _with_firms(choices, has_heading=has_heading)


def _with_firms(choices: list[Choice], *, has_heading: bool) -> list[Choice]:
    """Firms in a column without a heading, beside the names of people."""
    free = [c for c in choices if is_free(c, has_heading=has_heading)] if _find(choices, "last_name") else []
    best = max(free, key=_share_of_firms, default=None)
    return choices if best is None or _share_of_firms(best) < _FEW else _put(choices, best, "company", _("Holds firms"))


def beside_firms(choices: list[Choice], *, has_heading: bool) -> list[Choice]:
    """Whole names of people in a column without a heading, beside firms."""
    if _find(choices, "company") is None or {"name", "last_name", "first_name"} & {c.field for c in choices}:
        return choices
    for choice in choices:
        spaced = choice.profile.shares.get("spaced", 0) > 0.5 and choice.profile.shares.get("wordy", 0) > 0.8
        if is_free(choice, has_heading=has_heading) and spaced and _share_of_first_names(choice) >= _FEW:
            return _put(choices, choice, "name", _("The person to talk to"))
    return choices


def _share_of_firms(choice: Choice) -> float:
    texts = choice.profile.texts()
    return sum(1 for text in texts if is_organisation(text)) / max(len(texts), 1)


def people(choices: list[Choice]) -> list[Choice]:
    """Names of people or firms under a heading that nobody knows, where no other column says who a row is about."""
    for choice in choices:
        shares = choice.profile.shares
        if choice.field not in {LEAVE_OUT, OWN_FIELD} or not shares or shares["distinct"] < 0.5:
            continue
        texts = choice.profile.texts()
        named = sum(1 for text in texts if any(map(words.is_first_name, text.replace(",", " ").split()[:3])))
        firms = sum(1 for text in texts if is_organisation(text))
        if shares["spaced"] > 0.5 and shares["wordy"] > 0.8 and max(named, firms) > _FEW * len(texts):
            return [
                replace(c, field="name", confidence=ASK, why=_("Holds names")) if c is choice else c for c in choices
            ]
    return choices


def _single_words(choice: Choice) -> bool:
    shares = choice.profile.shares
    if not shares or shares["wordy"] < 0.9 or shares["spaced"] > _FEW or shares["distinct"] < _FEW:
        return False
    return not any(map(str.isdecimal, "".join(choice.profile.texts())))


def _share_of_first_names(choice: Choice) -> float:
    texts = choice.profile.texts()
    return sum(1 for text in texts if words.is_first_name(text.split()[0] if text.split() else "")) / max(len(texts), 1)


def _find(choices: Sequence[Choice], name: str) -> Choice | None:
    return next((choice for choice in choices if choice.field == name), None)


def _put(choices: list[Choice], old: Choice, name: str, why: str) -> list[Choice]:
    return [replace(c, field=name, confidence=LIKELY, why=why) if c is old else c for c in choices]
