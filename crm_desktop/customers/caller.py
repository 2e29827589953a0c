"""Who calls: the customers that hold a phone number, however it is written here or there.

Candidates are those with the same last six digits (the derived table `customer_phone`); then the numbers themselves are
compared, each read as one of its country: +49 40 …, 0049 40 …, 040 …, (040) …, +49 (0)40 … are the same. A number
without a country is one of the company's country where that makes sense, else one of the customer's. An extension counts
only where both have one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from crm_desktop.company import profile
from crm_desktop.core import text
from crm_desktop.customers import merging
from crm_desktop.db import connection as db

_FEWEST_DIGITS = 3
_MOST_DIGITS = 20
_SCHEME = re.compile(r"^\s*(?:tel|callto|sip|sips|phone)\s*:\s*(?://)?", re.IGNORECASE)
_PARAMETER = re.compile(r"[;?&@].*$")
_NUMBER = re.compile(r"^[\s+()\d./\\–—‐-]*$")


class Number(NamedTuple):
    """A phone number in its one form: "+4940123456", or only its digits where no country can be found."""

    digits: str
    extension: str
    is_valid: bool


@dataclass(frozen=True)
class Holder:
    """A customer that holds a number: which customer, which of their numbers, and whose it is ("" = their own)."""

    customer_id: int
    name: str
    city: str
    phone: str
    person_id: int | None
    person: str
    archived: bool


def from_link(link: str) -> str:
    """The number in a `tel:` link, or in anything that was pasted, as one would type it."""
    from urllib.parse import unquote

    number = link.strip()
    if _SCHEME.match(number):
        extension = re.search(r";ext=(\d{1,6})", number, re.IGNORECASE)
        number = unquote(_PARAMETER.sub("", _SCHEME.sub("", number)))
        number = f"{number} ext. {extension[1]}" if extension else number
    return text.tidy(number)


def is_number(typed: str) -> bool:
    """Whether what was typed or pasted looks like a phone number: digits with the signs that stand in numbers."""
    number = from_link(typed)
    digits = text.digits_of(number)
    if not 6 <= len(digits) <= _MOST_DIGITS:
        return False
    if _SCHEME.match(typed.strip()):
        return True
    plain = text.split_extension(number)[0]
    return bool(_NUMBER.match(plain)) and (number.lstrip()[:1] in "+(0" or len(digits) >= 7)


@lru_cache(maxsize=4096)
def normal(number: str, country: str) -> Number:
    """A number in its one form, read as one of `country` (ISO code) where it names none itself."""
    import phonenumbers

    plain, extension = text.split_extension(text.phone_plain(number))
    plain = plain.replace("(0)", " ").strip()
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    digits = text.digits_of(plain)
    if not _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS:
        return Number(digits, extension, is_valid=False)
    cleaned = ("+" if plain.lstrip(" (").startswith("+") else "") + digits
    try:
        found = phonenumbers.parse(cleaned, country.upper() or None)
    except phonenumbers.NumberParseException:
        return Number(digits, extension, is_valid=False)
    form = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return Number(form, extension, phonenumbers.is_valid_number(found))


def _same(one: Number, other: Number) -> bool:
    return one.digits == other.digits and (not one.extension or not other.extension or one.extension == other.extension)


def _readings(number: str, first: str, second: str) -> list[Number]:
    """A number as one of the first country, and where that makes no sense as one of the second."""
    found = normal(number, first)
    if found.is_valid or not second or second == first:
        return [found]
    other = normal(number, second)
    return [other] if other.is_valid else [found, other]


_CANDIDATES = """
WITH who AS MATERIALIZED (SELECT rowid AS id FROM customer_phone WHERE customer_phone MATCH ?1)
SELECT c.id, c.name, c.city, c.country, c.archived_at IS NOT NULL, n.phone, n.person_id, n.person FROM (
  SELECT w.id AS customer_id, x.phone, NULL AS person_id, '' AS person, 1 AS place FROM who w JOIN customer x ON x.id = w.id
  UNION ALL SELECT w.id, k.value, NULL, '', 2 FROM who w JOIN contact_channel k ON k.customer_id = w.id AND k.kind = 'phone'
  UNION ALL SELECT w.id, p.phone, p.id, trim(p.title || ' ' || p.first_name || ' ' || p.last_name), 0
    FROM who w JOIN contact_person p ON p.customer_id = w.id) n
JOIN customer c ON c.id = n.customer_id WHERE c.deleted_at IS NULL AND phone_tail(n.phone) = ?2
ORDER BY c.archived_at IS NOT NULL, c.id, n.place"""


def holders(number: str) -> list[Holder]:
    """The customers that hold a number, each once: a person before the company's own line, archived ones last."""
    number = from_link(number)
    tail = text.phone_tail(number)
    if len(tail) < _FEWEST_DIGITS:
        return []
    home = profile.load().country
    found: dict[int, Holder] = {}
    for customer_id, name, city, country, archived, phone, person_id, person in db.query(
        _CANDIDATES, [f'"{tail}"', tail]
    ):
        if customer_id in found:
            continue
        # The owner types numbers as here; what stands with a customer abroad may be written as there.
        calls, held = _readings(number, home, country), _readings(phone, country or home, home)
        if any(_same(one, other) for one in calls for other in held):
            found[customer_id] = Holder(customer_id, name, city, phone, person_id, person, bool(archived))
    return [holder for holder in found.values() if not (holder.archived and merging.merged_into(holder.customer_id))]


def shown(number: str) -> str:
    """A number as it is best kept: in its international form where it makes sense, else as it was written."""
    import phonenumbers

    number = from_link(number)
    found = normal(number, profile.load().country)
    if not found.is_valid:
        return number
    parsed = phonenumbers.parse(found.digits, None)
    words = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return f"{words} ext. {found.extension}" if found.extension else words
