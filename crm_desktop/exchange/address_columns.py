"""Addresses among the columns of a sheet: a street that is a whole address, towns with their postcodes, known by content."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.text import fold
from crm_desktop.exchange import headings
from crm_desktop.exchange.columns import LIKELY, Choice
from crm_desktop.exchange.names import split_address, split_block, split_town
from crm_desktop.exchange.targets import LEAVE_OUT, OWN_FIELD

# "Wohnt" may head whole addresses, streets or towns.
_LIVES = re.compile(r"wohn|live|habit|viv|abit|woon|mieszk")
_NUMBER = re.compile(r"(?:nr|no|n|num|numero|number|hnr|hs nr|nummer)\Z")
_HOUSE = re.compile(r"\d{1,4}\s?[a-z]?(?:\s?[-/+]\s?\d*\s?[a-z]?)?(?: ?bis| ?ter)?\Z", re.IGNORECASE)
_ENDS_IN_NUMBER = re.compile(r"[^\d]{3,}\d{1,4}\s?[a-z]?(?:\s?[-/]\s?\d+\s?[a-z]?)?\Z", re.IGNORECASE)
_BEGINS_WITH_NUMBER = re.compile(r"\d{1,5}\s?[a-z]?,?\s[^\d]{4,}\Z", re.IGNORECASE)
_STREET = re.compile(
    r"str\b|str\.|strasse|weg\b|gasse|platz|allee|\bring|damm\b|ufer|markt|steig|hof\b|chaussee|straat|laan\b|plein|kade|"
    r"dreef|\bul\b|ulica|aleja|\bal\b|\brue\b|avenue|\bplace\b|chemin|\bvia\b|viale|piazza|corso|\bcalle|\bc/|avda|plaza|"
    r"street|\bst\b|road|\brd\b|lane|drive|\bave\b|\bway\b|\brua\b|praca|postfach|postbus"
)
# So small a share of the values is an exception.
_FEW = 0.3
_MOST = 0.7
_CODES = frozenset((4, 5, 6))
_COUNTY = re.compile(r"county|landkreis|distrito")
# Postcodes that no other number looks like: British, Dutch, Polish, Portuguese, Canadian.
_PLAINLY_CODE = re.compile(
    r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{4} ?[A-Z]{2}|\d{2}-\d{3}|\d{4}-\d{3}|[A-Z]\d[A-Z] ?\d[A-Z]\d"
)
_PARTS = frozenset(("street", "address", "postcode", "city", "country", "block"))
_REGION = re.compile(r"land|kanton|region|prov|county|depart|comunidad|wojew|woj|distrito|gewest")


def whole_addresses(choices: list[Choice]) -> list[Choice]:
    """A street that holds postcodes is a whole address, towns with postcodes likewise; an address without any is a street."""
    choices = _regions(_house_numbers(choices))
    if _find(choices, "postcode") is None or _find(choices, "city") is None:
        choices = _with_codes(choices)
    address = _find(choices, "address")
    if address is None:
        return choices
    if _find(choices, "street"):
        rival = _share_towns(address) < 1 - _FEW
        return _put(choices, address, OWN_FIELD, _("Kept as a field of your own")) if rival else choices
    if max(_share_whole(address), _share_towns(address)) <= _FEW:
        lives = _LIVES.match(headings.normalise(address.column.meaning)) and not _find(choices, "city")
        town = lives and not any(map(str.isdecimal, "".join(address.profile.texts())))
        return _put(choices, address, "city" if town else "street", address.why)
    return choices


def _with_codes(choices: list[Choice]) -> list[Choice]:
    """Columns that hold postcodes beside other parts of an address, where no column holds them alone."""
    why = _("Will be split at the postcode")
    for name in ("street", "address"):
        found = _find(choices, name)
        if found is not None and _share_whole(found) > _FEW and _find(choices, "postcode") is None:
            return _put(choices, found, "address", why)
    for name in ("city", "postcode"):
        found, other = _find(choices, name), _find(choices, "postcode" if name == "city" else "city")
        if found is not None and other is None and _share_towns(found) > 0.5:
            return _put(choices, found, "address", why)
    return choices


def blocks(choices: list[Choice]) -> list[Choice]:
    """Addresses that begin with the name, as on a letter, where no other column has names."""
    found = _find(choices, "address") or _find(choices, "street") or _find(choices, "company")
    if found is None or _share(found, lambda text: bool(split_block(text).names)) <= 0.5:
        return choices
    return _put(choices, found, "block", _("Name and address in one cell"))


def _regions(choices: list[Choice]) -> list[Choice]:
    """A region is part of an address: where there is none, "Estado" says something else."""
    state = _find(choices, "state")
    if state is not None and _COUNTY.match(headings.normalise(state.column.meaning)):
        # Of both, the state is the region.
        rival = next((c for c in choices if headings.normalise(c.column.meaning) == "state"), None)
        if rival is not None and rival.field == OWN_FIELD:
            choices = _put(choices, state, OWN_FIELD, _("Kept as a field of your own"))
            return _put(choices, rival, "state", state.why)
    if state is None or {c.field for c in choices} & _PARTS or _REGION.search(headings.normalise(state.column.meaning)):
        return choices
    return _put(choices, state, OWN_FIELD, _("Kept as a field of your own"))


def _house_numbers(choices: list[Choice]) -> list[Choice]:
    """A column "Nr." right of streets without numbers holds the numbers of the houses."""
    for street, number in pairwise(choices):
        if street.field != "street" or number.field not in {"number", OWN_FIELD, LEAVE_OUT}:
            continue
        is_named = _NUMBER.match(headings.normalise(number.column.meaning)) is not None
        bare = _share(street, lambda text: text[-1:].isdecimal()) < _FEW
        if is_named and bare and _share(number, lambda text: bool(_HOUSE.match(text))) > _MOST:
            return _put(choices, number, "house_number", _("Numbers beside streets"))
    return choices


def by_contents(choices: list[Choice], *, has_heading: bool) -> list[Choice]:
    """Streets, and postcodes with their towns, in columns without a heading."""
    for name, holds, why in (
        ("street", _holds_streets, _("Holds streets")),
        ("address", _holds_code_towns, _("Postcodes and towns")),
        ("postcode", _holds_plain_codes, _("Holds postcodes")),
    ):
        taken = {choice.field for choice in choices}
        blocked = name in taken or (name == "address" and taken & {"postcode", "city"})
        free = (c for c in choices if is_free(c, has_heading=has_heading) and holds(c))
        found = None if blocked else next(free, None)
        if found is not None:
            choices = _put(choices, found, name, why)
    return choices


def postcodes_beside_towns(choices: list[Choice]) -> list[Choice]:
    """Postcode and town by content: numbers of the usual length, and words right of them."""
    if {"postcode", "city"} & {choice.field for choice in choices}:
        return choices
    # The first column is more likely a number of the rows.
    for code, town in pairwise(choices[1:]):
        free = {code.field, town.field} <= {LEAVE_OUT, OWN_FIELD} and code.profile.shares and town.profile.shares
        if not free or code.profile.shares["postcode"] < 0.9 or town.profile.shares["wordy"] < 0.9:
            continue
        if any(map(str.isdecimal, "".join(town.profile.texts()[:50]))):
            continue
        lengths = [len(text.strip()) for text in code.profile.texts() if text[:1].isdecimal()]
        usual = max(set(lengths), key=lengths.count, default=0)
        # Neighbours have postcodes of another length.
        fit = lengths.count(usual) > _MOST * len(code.profile.texts()) and set(lengths) <= _CODES
        if fit and usual in _CODES:
            choices = _put(choices, code, "postcode", _("Numbers like postcodes, beside words"))
            return _put(choices, town, "city", _("Words beside postcodes"))
    return choices


def is_free(choice: Choice, *, has_heading: bool) -> bool:
    """Whether a column goes nowhere yet and has no heading that could say what it is."""
    nameless = not has_heading or choice.column.label == choice.column.letter
    return nameless and choice.field in {LEAVE_OUT, OWN_FIELD} and bool(choice.profile.shares)


def _holds_streets(choice: Choice) -> bool:
    shaped = _share(choice, lambda text: bool(_ENDS_IN_NUMBER.match(text) or _BEGINS_WITH_NUMBER.match(text)))
    return shaped > 0.6 and _share(choice, lambda text: bool(_STREET.search(fold(text)))) > _FEW


def _holds_code_towns(choice: Choice) -> bool:
    return _share_towns(choice) > _MOST


def _holds_plain_codes(choice: Choice) -> bool:
    return _share(choice, lambda text: bool(_PLAINLY_CODE.fullmatch(text))) > _MOST


def _share_whole(choice: Choice) -> float:
    return _share(choice, lambda text: split_address(text).is_split)


def _share_towns(choice: Choice) -> float:
    return _share(choice, lambda text: split_town(text).is_split)


def _share(choice: Choice, holds: Callable[[str], bool]) -> float:
    """How many of the texts of a column are so, between 0 and 1; cells of numbers are none of it."""
    texts = [value for value in choice.profile.sample if isinstance(value, str) and value.strip()]
    return sum(1 for text in texts if holds(text.strip())) / max(len(choice.profile.sample), 1)


def _find(choices: Sequence[Choice], name: str) -> Choice | None:
    return next((choice for choice in choices if choice.field == name), None)


def _put(choices: list[Choice], old: Choice, name: str, why: str) -> list[Choice]:
    return [replace(c, field=name, confidence=LIKELY, why=why) if c is old else c for c in choices]
