"""Second thoughts about a guess: columns looked at together. A first name without a last name is a whole name, and so on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import headings, targets, words
from crm_desktop.exchange.columns import ASK, LIKELY, SURE, Choice
from crm_desktop.exchange.names import is_organisation, split_address
from crm_desktop.exchange.targets import LEAVE_OUT, OWN_FIELD

_NAMES = {"company", "name", "first_name", "last_name"}
# Columns that only a list of people or firms has.
_REACHED = {"emails", "phones", "address"}
# "Wohnt" may head whole addresses, streets or towns.
_LIVES = re.compile(r"wohn|live|habit|viv|abit|woon|mieszk")
_PERSON = re.compile(
    r"ansprech|kontaktperson|contact (?:person|name)|interlocut|persona de contacto|referente|contactpersoon"
)


def refine(choices: list[Choice], kind: str, *, has_heading: bool) -> list[Choice]:
    """Look at the columns together: a first name without a last name is a whole name, and so on."""
    if kind in targets.WITH_OWN_FIELDS:
        fields = {c.field for c in choices}
        if not has_heading or (fields & _REACHED and not fields & _NAMES):
            choices = _postcodes_beside_towns(choices)
            choices = _without_headings(choices, LEAVE_OUT if not has_heading else OWN_FIELD)
        choices = _firms_beside_persons(_whole_names(choices))
        choices = _whole_addresses(choices)
    return [_with_reason(choice) for choice in choices]


def _firms_beside_persons(choices: list[Choice]) -> list[Choice]:
    """Where a column names the person to talk to, the column "Name" names the firm."""
    name, company = _find(choices, "name"), _find(choices, "company")
    if name is None or company is not None or _PERSON.search(headings.normalise(name.column.label)):
        return choices
    person = next(
        (c for c in choices if c.field == OWN_FIELD and _PERSON.search(headings.normalise(c.column.label))), None
    )
    if person is None or person.profile.shares.get("wordy", 0) < 0.8:
        return choices
    why = _("Beside the person to talk to")
    return _put(_put(choices, name, "company", why), person, "name", _("The person to talk to"))


def _postcodes_beside_towns(choices: list[Choice]) -> list[Choice]:
    """Postcode and town by content: numbers of one length, and words right of them."""
    if {"postcode", "city"} & {choice.field for choice in choices}:
        return choices
    # The first column is more likely a number of the rows.
    for code, town in pairwise(choices[1:]):
        free = {code.field, town.field} <= {LEAVE_OUT, OWN_FIELD} and code.profile.shares and town.profile.shares
        if not free or code.profile.shares["postcode"] < 0.9 or town.profile.shares["wordy"] < 0.9:
            continue
        if any(map(str.isdecimal, "".join(town.profile.texts()[:50]))):
            continue
        texts = code.profile.texts()
        if all(len(text) == len(texts[0]) and text[:1].isdecimal() for text in texts) and len(texts[0]) in {4, 5, 6}:
            choices = _put(choices, code, "postcode", _("Numbers like postcodes, beside words"))
            return _put(choices, town, "city", _("Words beside postcodes"))
    return choices


def _without_headings(choices: list[Choice], unused: str) -> list[Choice]:
    """Number and name by content alone: the number is what differs in every row, the name the wordiest text."""

    def pick(name: str, candidates: list[Choice], why: str) -> None:
        if candidates:
            best = candidates[0]
            choices[choices.index(best)] = replace(best, field=name, confidence=LIKELY, why=why)

    rest = [c for c in choices if c.field == unused and c.profile.shares]
    wordy = [c for c in rest if c.profile.shares["wordy"] > 0.8 and c.profile.shares["distinct"] > 0.5]
    wordy.sort(key=lambda c: (c.profile.shares["spaced"], c.profile.shares["distinct"]), reverse=True)
    firms = sum(1 for text in wordy[0].profile.texts() if is_organisation(text)) if wordy else 0
    is_list_of_firms = bool(wordy) and firms > 0.25 * len(wordy[0].profile.sample)
    pick("company" if is_list_of_firms else "name", wordy, _("Words, different in nearly every row"))
    codes = [
        c for c in rest if c.profile.shares["code"] > 0.9 and c.profile.shares["distinct"] == 1 and c not in wordy[:1]
    ]
    codes = [c for c in codes if c.profile.shares["day"] < 0.2 and not _holds_fractions(c)]
    codes.sort(key=lambda c: any(ch.isalpha() for text in c.profile.texts()[:20] for ch in text), reverse=True)
    pick("number", codes, _("Numbers, all different"))
    if not any(c.field == "city" for c in choices):
        pick("city", [c for c in choices if c.field == unused and _holds_towns(c)], _("Names of towns"))
    return [_asked_about(c) if c.field == unused == LEAVE_OUT else c for c in choices]


def _holds_towns(choice: Choice) -> bool:
    """Whether the words of a column are towns: none holds digits, and some are well known."""
    texts = set(choice.profile.texts()) - {""}
    known = sum(1 for text in texts if words.is_town(text))
    return known > 0.2 * len(texts) and not any(map(str.isdecimal, "".join(texts)))


def _asked_about(choice: Choice) -> Choice:
    """A column without a heading that nothing explains: who knows it should say what it holds."""
    if not choice.profile.shares:
        return choice
    return replace(choice, confidence=ASK, why=_("Left out, unless you say what it holds"))


def _holds_fractions(choice: Choice) -> bool:
    texts = choice.profile.texts()
    return sum(1 for text in texts if "," in text) > 0.2 * len(texts)


def _find(choices: Sequence[Choice], name: str) -> Choice | None:
    return next((choice for choice in choices if choice.field == name), None)


def _put(choices: list[Choice], old: Choice, name: str, why: str) -> list[Choice]:
    return [replace(c, field=name, confidence=LIKELY, why=why) if c is old else c for c in choices]


def _whole_names(choices: list[Choice]) -> list[Choice]:
    first, last, name = (_find(choices, field) for field in ("first_name", "last_name", "name"))
    for lone, other in ((first, last), (last, first)):
        spaced = lone.profile.shares.get("spaced", 0) if lone else 0
        if lone and not other and not name and spaced > 0.5:
            return _put(choices, lone, "name", _("Will be split into first and last name"))
    return choices


def _whole_addresses(choices: list[Choice]) -> list[Choice]:
    """A street that holds postcodes is a whole address; an address that holds none is a street."""
    has_code = _find(choices, "postcode") is not None
    for name in ("street", "address", "city"):
        choice = _find(choices, name)
        if choice is None:
            continue
        texts = [text for value, text in zip(choice.profile.sample, choice.profile.texts(), strict=True) if value]
        split = sum(1 for value in choice.profile.sample if isinstance(value, str) and split_address(value).is_split)
        if not has_code and split > 0.5 * max(len(texts), 1):
            return _put(choices, choice, "address", _("Will be split at the postcode"))
        if name == "address" and not _find(choices, "street"):
            lives = _LIVES.match(headings.normalise(choice.column.label)) and not _find(choices, "city")
            town = lives and not any(map(str.isdecimal, "".join(texts)))
            return _put(choices, choice, "city" if town else "street", choice.why)
    return choices


def _with_reason(choice: Choice) -> Choice:
    """Add to the reason what the user may want to know of the contents."""
    name, profile, shares = choice.field, choice.profile, choice.profile.shares
    if not shares or choice.confidence == ASK:
        return choice
    notes = []
    if name == "number" and shares["distinct"] == 1 and choice.confidence == SURE:
        notes.append(_("all different"))
    if (
        name in targets.DAYS
        and profile.day_order.proved
        and profile.day_order.day_first + profile.day_order.month_first
    ):
        notes.append(_("day first") if profile.day_order.order == "dmy" else _("month first"))
    if name == "name" and any("," in text for text in profile.texts()[:50]):
        notes.append(_("split at the comma"))
    return replace(choice, why=" · ".join([choice.why, *notes])) if notes else choice
