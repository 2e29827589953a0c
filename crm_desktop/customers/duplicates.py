"""Customers that may be the same: all pairs for a review, and the likely ones while somebody types a new customer.

Pairs are looked for where one of these agrees: e-mail, phone, IBAN, VAT id, address, the words of the name in any order,
or name and town but for one letter (each text is filed under itself and under itself without each of its letters, so
that two that differ by one slip meet; Source: Garbe, SymSpell). `likeness` then gives each its score and reasons.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crm_desktop.company import profile
from crm_desktop.core import text
from crm_desktop.core.progress import Progress
from crm_desktop.customers import likeness
from crm_desktop.customers.likeness import SHOWN_FROM, Traits
from crm_desktop.db import connection as db

_KEY = "not_duplicates"
# What more customers than these share says nothing: a mailbox of a trade fair, "unknown".
_TOO_COMMON = 30
_AT_ONCE = 1000
_SELECT = (
    "SELECT id, name, city, postcode, street, country, email, phone, iban, vat_id, coalesce(birthday_on, '') FROM customer "
    "WHERE deleted_at IS NULL AND archived_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two customers that may be the same, the older first; `score` up to 100, `reasons` for `likeness.reason_words`."""

    first: int
    second: int
    score: int
    reasons: tuple[str, ...]


# ---- all pairs -------------------------------------------------------------------------------------------------------


def find_all(progress: Progress | None = None) -> list[Pair]:
    """Every pair worth a look, the likeliest first, without those that the owner called different.

    Raises:
        Cancelled: the user asked to stop.
    """
    tell = progress or Progress()
    tell(0, 0)
    people = _all_traits(tell)
    apart = not_duplicates()
    tried: set[int] = set()
    found = []
    for one, other in _meetings(people, tell):
        low, high = (one, other) if one < other else (other, one)
        both = low << 32 | high
        if both in tried:
            continue
        tried.add(both)
        score, reasons = likeness.compare(people[low], people[high])
        if score >= SHOWN_FROM:
            first, second = people[low].id, people[high].id
            if (first, second) not in apart:
                found.append(Pair(first, second, score, reasons))
    return sorted(found, key=lambda pair: (-pair.score, pair.first, pair.second))


def _all_traits(tell: Progress, condition: str = "", values: list[int] | None = None) -> list[Traits]:
    home = profile.load().country
    emails, phones = _more("email", condition, values or []), _more("phone", condition, values or [])
    found = []
    for place, row in enumerate(db.query(f"{_SELECT}{condition} ORDER BY id", values or [])):
        if place % _AT_ONCE == 0:
            tell.check()
        found.append(_traits(row, home, emails.get(row[0], ()), phones.get(row[0], ())))
    return found


def _more(kind: str, condition: str, values: list[int]) -> dict[int, list[str]]:
    """The further addresses or numbers of those customers."""
    found: dict[int, list[str]] = {}
    named = condition.replace(" id ", " customer_id ")
    sql = f"SELECT customer_id, value FROM contact_channel WHERE kind = ?{named}"
    for customer_id, value in db.query(sql, [kind, *values]):
        found.setdefault(customer_id, []).append(value)
    return found


def _traits(row: tuple[Any, ...], home: str, emails: Any = (), phones: Any = ()) -> Traits:
    customer_id, name, city, postcode, street, country, email, phone, iban, vat_id, birthday = row
    return likeness.traits(
        customer_id, name, town=city, postcode=postcode, street=street, country=country or home,
        emails=(email, *emails), phones=(phone, *phones), iban=iban, vat_id=vat_id, birthday=birthday,
    )  # fmt: skip


def _meetings(people: list[Traits], tell: Progress) -> Iterator[tuple[int, int]]:
    """Places of two in `people` that have something in common; a pair may come several times."""
    shelves: dict[object, list[int]] = {}
    for place, one in enumerate(people):
        for key in _exact_keys(one):
            shelves.setdefault(key, []).append(place)
    for shelf in shelves.values():
        if 1 < len(shelf) <= _TOO_COMMON:
            yield from _pairs(shelf)
    shelves.clear()
    yield from _slips(people, tell)


def _exact_keys(one: Traits) -> Iterator[object]:
    yield from (("email", email) for email in one.emails)
    yield from (("phone", phone) for phone in one.phones)
    if one.iban:
        yield "iban", one.iban
    if one.vat_id:
        yield "vat_id", one.vat_id
    if one.street and one.postcode:
        yield "address", one.postcode, one.street
    yield "name", one.sorted_name


def _slips(people: list[Traits], tell: Progress) -> Iterator[tuple[int, int]]:
    """Places of two whose name and town are the same but for one letter too many, too few, other or exchanged."""
    shelves: dict[int, int | list[int]] = {}
    crowded: list[list[int]] = []
    total = len(people)
    for place, one in enumerate(people):
        if place % _AT_ONCE == 0:
            tell(place, total)
        whole = one.whole
        keys = {hash(whole[:at] + whole[at + 1 :]) for at in range(len(whole))}
        keys.add(hash(whole))
        for key in keys:
            there = shelves.setdefault(key, place)
            if there is place:
                continue
            if isinstance(there, list):
                there.append(place)
            else:
                both = [there, place]
                shelves[key] = both
                crowded.append(both)
    tell(total, total)
    for shelf in crowded:
        if len(shelf) <= _TOO_COMMON:
            yield from _pairs(shelf)


def _pairs(shelf: list[int]) -> Iterator[tuple[int, int]]:
    for at, one in enumerate(shelf):
        for other in shelf[at + 1 :]:
            if one != other:
                yield one, other


def still_there(pairs: list[Pair]) -> list[Pair]:
    """Those of the pairs of an earlier search that still stand: both are there, and nobody called them different."""
    named = list({i for pair in pairs for i in (pair.first, pair.second)})
    there: set[int] = set()
    for start in range(0, len(named), _AT_ONCE):
        part = named[start : start + _AT_ONCE]
        there |= {
            i
            for (i,) in db.query(
                f"SELECT id FROM customer WHERE id IN ({', '.join('?' * len(part))}) AND deleted_at IS NULL "
                "AND archived_at IS NULL",
                part,
            )
        }
    apart = not_duplicates()
    return [p for p in pairs if p.first in there and p.second in there and (p.first, p.second) not in apart]


def apart_pairs() -> list[Pair]:
    """The pairs that were called different and of which both are still there, the likeliest first."""
    known = sorted(not_duplicates())
    named = sorted({i for pair in known for i in pair})
    people: dict[int, Traits] = {}
    for start in range(0, len(named), _AT_ONCE):
        part = named[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(part))
        people |= {found.id: found for found in _all_traits(Progress(), f" AND id IN ({marks})", part)}
    pairs = [
        Pair(first, second, *likeness.compare(people[first], people[second]))
        for first, second in known
        if first in people and second in people
    ]
    return sorted(pairs, key=lambda pair: (-pair.score, pair.first, pair.second))


def state() -> tuple[int, int, str]:
    """Something that changes whenever customers do: a search with the same state would find the same."""
    found = db.one("SELECT count(*), coalesce(max(id), 0), coalesce(max(updated_at), '') FROM customer")
    return found[0], found[1], found[2]


def pair_of(one: int, other: int) -> Pair:
    """Two customers as a pair, whatever their score."""
    first, second = sorted((one, other))
    people = {p.id: p for p in _all_traits(Progress(), " AND id IN (?, ?)", [first, second])}
    if len(people) < 2:
        return Pair(first, second, 0, ())
    return Pair(first, second, *likeness.compare(people[first], people[second]))


# ---- pairs that are none ---------------------------------------------------------------------------------------------


def not_duplicates() -> set[tuple[int, int]]:
    """The pairs that the owner called different, the smaller id first."""
    kept = db.value("SELECT value FROM setting WHERE key = ?", [_KEY])
    return {(first, second) for first, second in json.loads(kept or "[]")}


def keep_apart(one: int, other: int, *, apart: bool = True) -> None:
    """Remember that two customers are different, or with `apart=False` let them be asked about again."""
    pair = (min(one, other), max(one, other))
    with db.transaction():
        known = not_duplicates()
        known = known | {pair} if apart else known - {pair}
        db.execute("INSERT OR REPLACE INTO setting VALUES(?, ?)", [_KEY, json.dumps(sorted(known))])


# ---- while typing ----------------------------------------------------------------------------------------------------

_CANDIDATES = 200
_WORD = re.compile(r"[^\W_]+")
# A hint may be a little bolder than the review: what is typed is not complete yet.
_HINTED_FROM = 50
_BEGINNING = 4
# So many of the candidates by name are compared in full.
_COMPARED = 12
_LAST_DIGITS = 7
# A name so alike ends the looking for further ones.
_CLOSE = 90


def similar(values: dict[str, Any], limit: int = 3) -> list[Pair]:
    """The known customers that look like one being typed, the likeliest first; `Pair.first` is 0, the one typed.

    Args:
        values: fields of the customer form, of which name parts, e-mail, phone, town and ids are looked at.
        limit: how many at most.
    """
    from crm_desktop.customers import customers

    home = profile.load().country
    name = customers.display_name({**values, "email": ""})
    typed = likeness.traits(
        0, name, town=str(values.get("city") or ""), postcode=str(values.get("postcode") or ""),
        street=str(values.get("street") or ""), country=str(values.get("country") or home),
        emails=(str(values.get("email") or ""),), phones=(str(values.get("phone") or ""),),
        iban=str(values.get("iban") or ""), vat_id=str(values.get("vat_id") or ""),
    )  # fmt: skip
    near = _near(typed, name)
    people = _all_traits(Progress(), f" AND id IN ({', '.join('?' * len(near))})", near) if near else []
    found = [Pair(0, known.id, *likeness.compare(typed, known)) for known in people]
    likely = [pair for pair in found if pair.score >= _HINTED_FROM]
    return sorted(likely, key=lambda pair: (-pair.score, pair.second))[:limit]


def _near(typed: Traits, name: str) -> list[int]:
    """Ids of customers with the same e-mail, phone or VAT id in the search index, and of the most alike names there."""
    addresses = (" ".join(f'"{word}"' for word in _WORD.findall(email)) for email in typed.emails)
    asked = [("customer_search", words) for words in addresses if words]
    asked += [("customer_search", f'"{typed.vat_id.casefold()}"')] if typed.vat_id.isalnum() else []
    asked += [("customer_parts", f'"{phone[-_LAST_DIGITS:]}"') for phone in typed.phones]
    found: dict[int, None] = {}
    for index, match in asked:
        sql = f"SELECT rowid FROM {index} WHERE {index} MATCH ? LIMIT {_CANDIDATES}"
        found |= dict.fromkeys(i for (i,) in db.query(sql, [match]))
    return [*(found | dict.fromkeys(_named_alike(name, typed.town)))]


def _named_alike(name: str, town: str) -> list[int]:
    """Ids of customers of whose names a word begins like one of this name, the most alike of them."""
    from rapidfuzz import fuzz, process

    folded = text.fold(name)
    words = sorted(likeness.words_of(name), key=len, reverse=True)[:2]
    if not words:
        return []
    asked = [" ".join(f'name: "{word[:2]}"*' for word in words)] if len(words) > 1 else []
    asked += [f'name: "{word[:_BEGINNING]}"* rest: "{town[:_BEGINNING]}"*' for word in words if town]
    asked += [f'name: "{word[:_BEGINNING]}"*' for word in words]
    names: dict[int, str] = {}
    best: list[tuple[str, float, int]] = []
    for match in asked:
        sql = f"SELECT rowid, name FROM customer_search WHERE customer_search MATCH ? LIMIT {_CANDIDATES}"
        names |= dict(db.query(sql, [match]))
        best = process.extract(folded, names, scorer=fuzz.token_sort_ratio, limit=_COMPARED, score_cutoff=60)
        if best and best[0][1] >= _CLOSE:
            break
    return [customer_id for _name, _score, customer_id in best]
