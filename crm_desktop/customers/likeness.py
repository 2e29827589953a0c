"""How alike two customers are: what is compared, the points that each likeness gives, and the reasons in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from crm_desktop.core import text
from crm_desktop.core.i18n import gettext_ as _

# From so many points of a hundred two customers are shown as a pair.
SHOWN_FROM = 60
# Words of a name that say nothing about who it is.
_FORMS = frozenset({
    "gmbh", "mbh", "ag", "kg", "ohg", "ug", "gbr", "ek", "ev", "eg", "se", "kgaa", "co", "cie", "ltd", "limited", "llc",
    "llp", "plc", "inc", "corp", "sa", "sarl", "sas", "srl", "spa", "bv", "nv", "oy", "ab", "as", "aps", "doo", "sro", "the",
    "der", "die", "das", "le", "la", "les", "and", "und", "et", "y", "e", "mr", "mrs", "ms", "herr", "frau",
})  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_TRUNK = re.compile(r"\(0\)")
_LEAST_DIGITS = 6
_TOWN_BEGINNING = 3
_SAME, _NEAR, _ALIKE = 97, 86, 75
_POINTS = {
    "email": 60, "phone": 45, "vat_id": 60, "iban": 60, "address": 35, "town": 15, "same_name": 55, "near_name": 45,
    "alike_name": 25,
}  # fmt: skip


class Traits(NamedTuple):
    """What is compared of a customer, ready for comparing. `name` and `sorted_name` without legal forms and blanks."""

    id: int
    name: str
    sorted_name: str
    digits: str
    town: str
    postcode: str
    street: str
    emails: frozenset[str]
    phones: frozenset[str]
    iban: str
    vat_id: str
    birthday: str

    @property
    def whole(self) -> str:
        """Name and beginning of the town in one run of letters: what a slip of the finger is looked for in.

        Two towns that differ by one slip have beginnings that differ by no more than one.
        """
        return self.name + self.town[:_TOWN_BEGINNING]


def traits(
    customer_id: int,
    name: str,
    *,
    town: str = "",
    postcode: str = "",
    street: str = "",
    country: str = "",
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    iban: str = "",
    vat_id: str = "",
    birthday: str = "",
) -> Traits:
    """The traits of a customer from the fields of its record; `country` is where phone numbers without a + belong."""
    kept = words_of(name)
    joined = "".join(kept)
    return Traits(
        customer_id,
        joined,
        " ".join(sorted(kept)) if len(kept) > 1 else joined,
        "" if joined.isalpha() else text.digits_of(joined),
        _letters(town),
        postcode.replace(" ", ""),
        _letters(street),
        frozenset(email.strip().casefold() for email in emails if email),
        frozenset(found for phone in phones if phone and (found := phone_key(phone, country))),
        iban.replace(" ", "").upper(),
        vat_id.replace(" ", "").upper(),
        birthday,
    )


def words_of(name: str) -> list[str]:
    """The words of a name without accents, capitals, legal forms and the like."""
    words = _WORD.findall(text.fold(name))
    return [word for word in words if word not in _FORMS] or words


def _letters(value: str) -> str:
    return "".join(_WORD.findall(text.fold(value))) if value else ""


def phone_key(phone: str, country: str) -> str:
    """The digits of a number with its country code, however it is written; empty when it is no whole number."""
    digits = text.digits_of(_TRUNK.sub("", phone))
    if not phone.lstrip().startswith("+"):
        if digits.startswith("00"):
            digits = digits[2:]
        elif digits.startswith("0"):
            # Italians keep the nought after the country code.
            digits = _calling_code(country) + (digits if country == "IT" else digits[1:])
        else:
            digits = _calling_code(country) + digits
    return digits if len(digits) >= _LEAST_DIGITS else ""


@cache
def _calling_code(country: str) -> str:
    from phonenumbers import country_code_for_region

    return str(country_code_for_region(country) or "")


def compare(one: Traits, other: Traits) -> tuple[int, tuple[str, ...]]:
    """The score of a pair from 0 to 100, and the keys of its reasons (see `reason_words`), the strongest first."""
    found = [
        key
        for key, same in (
            ("vat_id", one.vat_id and one.vat_id == other.vat_id),
            ("iban", one.iban and one.iban == other.iban),
            ("email", not one.emails.isdisjoint(other.emails)),
            ("phone", not one.phones.isdisjoint(other.phones)),
        )
        if same
    ]
    found += _names(one, other)
    found += _places(one, other)
    total = sum(_POINTS[key] for key in found)
    if not (one.town or one.postcode) or not (other.town or other.postcode):
        total += 8  # nothing is known that speaks against the same place
    total -= _against(one, other, found)
    return max(0, min(100, total)), tuple(found)


def _names(one: Traits, other: Traits) -> list[str]:
    from rapidfuzz import fuzz

    if not one.name or not other.name:
        return []
    alike = max(fuzz.ratio(one.name, other.name), fuzz.ratio(one.sorted_name, other.sorted_name))
    if one.digits != other.digits:
        alike = min(alike, _ALIKE)  # "Branch 1" and "Branch 2" are two
    if alike >= _SAME:
        return ["same_name"]
    if alike >= _NEAR:
        return ["near_name"]
    return ["alike_name"] if alike >= _ALIKE else []


def _places(one: Traits, other: Traits) -> list[str]:
    from rapidfuzz import fuzz

    same = bool(one.postcode and one.postcode == other.postcode) or bool(
        one.town and other.town and fuzz.ratio(one.town, other.town) >= _ALIKE
    )
    if same and one.street and other.street and fuzz.ratio(one.street, other.street) >= 90:
        return ["address", "town"]
    return ["town"] if same else []


def _against(one: Traits, other: Traits, found: list[str]) -> int:
    """Points that speak against the pair: two birthdays, two VAT ids, other addresses everywhere."""
    minus = 0
    if one.birthday and other.birthday and one.birthday != other.birthday:
        minus += 40
    if one.vat_id and other.vat_id and one.vat_id != other.vat_id:
        minus += 20
    if one.emails and other.emails and one.phones and other.phones and not {"email", "phone"} & set(found):
        minus += 10
    return minus


def reason_words(reasons: Iterable[str]) -> list[str]:
    """Reasons as a user reads them: "same phone number", "nearly the same name"."""
    words = {
        "vat_id": _("same VAT id"),
        "iban": _("same IBAN"),
        "email": _("same e-mail address"),
        "phone": _("same phone number"),
        "address": _("same address"),
        "town": _("same town"),
        "same_name": _("same name"),
        "near_name": _("nearly the same name"),
        "alike_name": _("a similar name"),
    }
    return [words[reason] for reason in reasons]
