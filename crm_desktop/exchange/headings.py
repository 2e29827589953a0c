"""Column headings that people use, in seven languages, looked up by record and field.

The words stand in `resources/presets/headers.json`. "Billing Zip Code", "E-mail 2 Address" and "CompanyName" are found
through their plain form: taken apart, without accents, without what only says whose phone or which of several it is.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from crm_desktop.core import i18n
from crm_desktop.core.i18n import N_
from crm_desktop.core.resources import resource
from crm_desktop.core.text import fold

# The heading of what was noticed about rows that are saved to be mended.
NOTICED = N_("What we noticed")
KINDS = ("customers", "contracts", "catalogue", "invoices", "payments", "opportunities", "owned_products")
# How well a heading fits, from 1 (word for word) down.
EXACT, QUALIFIED, SECOND = 1.0, 0.9, 0.7

_CAMEL = re.compile(r"(?<=[a-zäöüß])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Written with a capital inside, and one word all the same.
_ONE_WORD = re.compile(r"\b(MwSt|USt|IdNr|IDs)")
_NO_WORD = re.compile(r"[^\w%#]+|_")
_EITHER = re.compile(r"(?<=\w)\s*[/|&+,;]\s*(?=\w)")
_AND = re.compile(r" (?:und|u|and|et|y|e|en|i) ")
# "telefon2": the number says which of several.
_APART = re.compile(r"(?<=[a-z])(?=\d+\b)")
# "D.N.I." and "C. P."
_INITIALS = re.compile(r"\w(?: \w)+\Z")
_LETTERS = re.compile(r" ")
_INSIDE = re.compile(r"[(\[]([^()\[\]]{3,})[)\]]\s*\Z")
_SHORTEST_CUT = 3
# How many of the headings share a word that says nothing then.
_MOST = 0.6
_TRAILING = re.compile(r"\s*(?:\((?:[^()]*)\)|\[[^\]]*\]|:|\*|[€$£])\s*$")

_SAYS_NET = re.compile(
    r"netto|\bnet\b|\bht\b|hors tax|zzgl|exkl|\bexcl|\bex (?:vat|tax|btw)|(?:ohne|without|sin|senza) |neto\b|imponibile"
)
_SAYS_GROSS = re.compile(
    r"brutto|gross|inkl|\bincl|\bttc\b|(?:mit|with|con) (?:mwst|ust|steuer|vat|tax|iva)|lordo|endpreis"
)


_RATE = re.compile(r"\d{1,2}(?:[.,]\d{1,2})?\s*%|%\s*\d{1,2}(?:[.,]\d{1,2})?")


@dataclass(frozen=True)
class Fit:
    """A field that a heading may mean, and how well it fits (0 to 1)."""

    field: str
    score: float


@lru_cache(maxsize=8192)
def normalise(label: str, *, whole: bool = False) -> str:
    """A heading for comparing: "E-Mail_Adresse (privat):" is "e mail adresse"; `whole` keeps what is in brackets."""
    text = " ".join(label.split())
    while not whole and (shorter := _TRAILING.sub("", text)) != text and shorter:
        text = shorter
    return " ".join(_NO_WORD.sub(" ", fold(_CAMEL.sub(" ", _ONE_WORD.sub(lambda word: word[0].lower(), text)))).split())


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    raw = json.loads(resource("presets", "headers.json").read_text(encoding="utf-8"))
    sections = {name: part for name, part in raw.items() if isinstance(part, dict)}
    return {
        name: {field: [normalise(word) for word in words.split("|")] for field, words in part.items()}
        for name, part in sections.items()
    } | {
        "words": {
            name: [w.strip() for w in raw[name].split("|")] for name in ("before", "before_second", "leading", "never")
        }
    }


@cache
def _fields_by_heading(kind: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for field, headings in _data()[kind].items():
        for heading in headings:
            if field not in found.setdefault(heading, []):
                found[heading].append(field)
    return {heading: tuple(fields) for heading, fields in found.items()}


@cache
def _qualifiers(name: str) -> frozenset[str]:
    return frozenset(_data()["words"][name])


def fields_of(kind: str) -> tuple[str, ...]:
    """The fields of a kind of record that a column can go to."""
    return tuple(_data()[kind])


@cache
def fits(label: str, kind: str) -> tuple[Fit, ...]:
    """The fields that a heading may mean, the best first; empty if the heading is not known."""
    heading, whole = normalise(label), normalise(label, whole=True)
    known = _fields_by_heading(kind)
    if exact := known.get(whole):
        return tuple(Fit(field, EXACT) for field in exact)
    inside = _INSIDE.search(label)
    if not heading or (inside and _is_elsewhere(normalise(inside[1]))):
        return ()
    said = _outside(label, heading, kind)
    if inside and (not said or said[0].field == "address"):
        # As in "Adres (ulica i numer)"; "PLZ (Rechnungsanschrift)" stays the postcode.
        told = tuple(Fit(fit.field, min(fit.score, QUALIFIED)) for fit in fits(inside[1], kind))
        return told or said
    return said


def _outside(label: str, heading: str, kind: str) -> tuple[Fit, ...]:
    """The fields of a heading by what stands outside of brackets."""
    known = _fields_by_heading(kind)
    if exact := known.get(heading) or known.get(_LETTERS.sub("", heading) if _INITIALS.match(heading) else ""):
        return tuple(Fit(field, EXACT) for field in exact)
    parts = [fields for part in _parts(label, heading) if (fields := known.get(part) or _plain_fields(part, known))]
    if together := next((field for field, needed in _TOGETHER if _cover(parts, needed)), ""):
        return (Fit(together, QUALIFIED),) if together in _data()[kind] else ()
    if _EITHER.search(label) and parts:
        # "Objekt / Leistung": one of the words is a known one.
        return tuple(Fit(field, SECOND) for field in parts[0])
    # "Invoice number" is no number of a customer, although "invoice street" is a street.
    of_business = kind == "customers" and any(heading in _data()["decides"][other] for other in _OF_BUSINESS)
    return () if of_business else _qualified(heading, known)


def speaks_of_others(label: str) -> bool:
    """Whether a heading speaks of a delivery or of somebody else than the customer."""
    return _is_elsewhere(normalise(label))


def _is_elsewhere(plain: str) -> bool:
    """Whether a text speaks of a delivery or of somebody else."""
    return any(word in _qualifiers("never") for word in plain.split())


_OF_BUSINESS = ("invoices", "payments", "contracts", "opportunities")

# What several words in one heading say together: "PLZ und Ort", "Straße/PLZ/Ort", "Vor- und Zuname".
_TOGETHER = (
    ("address", ("street", "city")),
    ("address", ("street", "postcode")),
    ("address", ("postcode", "city")),
    ("name", ("first_name", "last_name")),
    # "Raison sociale / Nom", "Firma/Nachname": a firm in one row, a person in the next.
    ("name", ("company", "last_name")),
    ("name", ("company", "name")),
    ("street", ("street", "house_number")),
)


def _parts(label: str, heading: str) -> list[str]:
    """The words of a heading that joins several: "Kod i miejscowość" is "kod" and "miejscowosc"."""
    joined = _EITHER.sub(" / ", " ".join(label.split()))
    parts = [normalise(part) for part in joined.split(" / ")] if " / " in joined else _AND.split(heading)
    return [part for part in parts if part] if len(parts) > 1 else []


def _cover(parts: list[tuple[str, ...]], needed: tuple[str, ...]) -> bool:
    """Whether each needed field is said by a part of its own."""
    left = list(parts)
    for field in needed:
        found = next((part for part in left if field in part), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _plain_fields(heading: str, known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(fit.field for fit in _qualified(heading, known))


def _qualified(heading: str, known: dict[str, tuple[str, ...]]) -> tuple[Fit, ...]:
    """The fields of a heading without the words that only say whose it is or which of several."""
    words = _APART.sub(" ", heading).split()
    if any(word in _qualifiers("never") for word in words):
        return ()
    before, second = _qualifiers("before"), _qualifiers("before") | _qualifiers("before_second")
    for score, idle in ((QUALIFIED, before), (SECOND, second)):
        # "1" and "value" of "E-mail 1 - Value" say nothing either.
        kept = [word for word in words if word not in idle and word != "value"]
        for plain in (" ".join(kept), *_shortened(words, idle), *_cut(heading, idle)):
            if plain and plain != heading and plain in known:
                return tuple(Fit(field, score) for field in known[plain])
    return ()


def _shortened(words: list[str], idle: frozenset[str]) -> Iterator[str]:
    """A heading less and less of its idle words, at its beginning and at its end: "billing company" is "company"."""
    for start in range(1, len(words)):
        if words[start - 1] not in idle | _qualifiers("leading"):
            break
        yield " ".join(words[start:])
    for end in range(len(words) - 1, 0, -1):
        if words[end] not in idle:
            break
        yield " ".join(words[:end])


def _cut(heading: str, idle: frozenset[str]) -> Iterator[str]:
    """A heading of one word without an idle word at its beginning or end: "telefonprivat" is "telefon"."""
    if " " in heading:
        return
    for word in idle:
        if len(word) > _SHORTEST_CUT and word in heading:
            yield from (heading.removeprefix(word), heading.removesuffix(word))


def without_common_word(labels: Sequence[str]) -> list[str]:
    """Headings without the first word that most of them share: "kun_plz" and "kun_ort" are "plz" and "ort".

    One letter at the beginning of most, as in "cName" and "dGeburtstag", goes likewise.
    """
    plain = [normalise(label).split() for label in labels]
    firsts = Counter(words[0] for words in plain if len(words) > 1)
    word, times = firsts.most_common(1)[0] if firsts else ("", 0)
    letters = sum(times for first, times in firsts.items() if len(first) == 1)
    most = max(3, _MOST * len(labels))
    shared = {word} if len(word) > 1 and times >= most else set()
    if letters >= most:
        shared = {first for first in firsts if len(first) == 1}
    if not shared or word in _qualifiers("never"):
        return list(labels)
    made = [
        " ".join(words[1:]) if len(words) > 1 and words[0] in shared else label
        for words, label in zip(plain, labels, strict=True)
    ]
    known, before = (sum(1 for label in several if fits(label, "customers")) for several in (made, labels))
    return made if known > before else list(labels)


def without_rate(label: str) -> str:
    """A heading without the tax rate in it: "USt 19 %" is "USt"; "" where there is none."""
    found = _RATE.sub(" ", label)
    return " ".join(found.split()) if found != label else ""


def price_mode(label: str) -> str:
    """Whether a heading says that prices are net or gross; "" if it says nothing."""
    plain = normalise(label, whole=True)
    return "gross" if _SAYS_GROSS.search(plain) else "net" if _SAYS_NET.search(plain) else ""


def decides(label: str, kind: str) -> bool:
    """Whether a heading is found only in lists of this kind: "Rechnungsnummer", "Notice period"."""
    return normalise(label) in _data()["decides"].get(kind, ())


@cache
def _ours() -> frozenset[str]:
    return frozenset(normalise(text) for text in i18n.on_all_screens(NOTICED))


def is_ours(label: str) -> bool:
    """Whether a heading is that of the column that we write beside rows to be mended."""
    return normalise(label) in _ours()


def is_known(label: str) -> bool:
    """Whether a heading is known for any kind of record."""
    return any(fits(label, kind) for kind in KINDS)
