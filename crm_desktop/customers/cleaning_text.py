"""Text as it was meant: letters that were read in the wrong encoding, and names in capitals or small letters alone.

Both functions give what they were given when there is nothing to mend; neither guesses what is lost for good ("M�ller").

Source: the ways in which UTF-8 is misread as Windows-1252, Mac Roman and the code pages 437 and 850, once or several times;
quoted-printable (RFC 2045) and HTML entities left in text.
"""

from __future__ import annotations

import html
import quopri
import re
from urllib.parse import unquote

from crm_desktop.customers import cleaning_letters

_ENTITY = re.compile(r"&(?:#\d{2,5}|#x[0-9a-fA-F]{2,4}|[A-Za-z]{2,8});")
_ESCAPED = re.compile(r"\\u((?![dD][89a-fA-F])[0-9a-fA-F]{4})")
# An address line with two or more bytes of a web address, the first of which begins a letter.
_PERCENT = re.compile(r"(?:%[C-F][0-9A-F](?:%[89AB][0-9A-F])+)+", re.IGNORECASE)
_HIGH = re.compile(r"=[89A-F][0-9A-F]")
_LOST = "\ufffd"
_SHORT = 4
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SMALL = frozenset(
    [
        "von", "vom", "van", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "do", "du", "la", "le",
        "les", "zu", "zum", "zur", "am", "an", "im", "in", "bei", "ob", "unter", "und", "auf", "y", "e", "et", "vor",
        "ten", "ter", "aus", "für", "mit",
    ]
)  # fmt: skip
# Degrees that are written small before a point: "Dr. med.".
_DEGREES = frozenset(["med", "dent", "phil", "jur", "rer", "nat", "vet", "pol", "oec", "habil"])
_FORMS = {
    form.casefold(): form
    for form in [
        "GmbH", "mbH", "AG", "KG", "OHG", "UG", "GbR", "eG", "SE", "KGaA", "OG", "Ltd", "LLC", "LLP", "PLC", "Inc",
        "SA", "SARL", "SAS", "SASU", "EURL", "SRL", "SpA", "BV", "NV", "Oy", "AB", "ApS", "Co", "PartG", "PartGmbB",
        "mbB", "SCE", "SNC", "SCI",
    ]
}  # fmt: skip
# Abbreviations and names that stay as they are within other words.
_KEPT = {
    word.casefold(): word
    for word in [
        "HNO", "EDV", "IT", "TV", "KFZ", "DRK", "SPD", "CDU", "CSU", "FDP", "BMW", "VW", "DHL", "UPS", "USA", "EU",
        "UK", "II", "III", "IV", "VI", "DJ", "TÜV", "ADAC", "IHK", "HWK", "VHS", "MVZ", "EDEKA", "DEKRA", "REWE",
        "ALDI", "IKEA", "UNICEF", "UNESCO", "NATO", "IBM", "SAP", "BASF", "AXA", "TUI", "LIDL", "OBI", "DAK", "AOK",
        "ZDF", "ARD", "WDR", "NDR", "MDR", "SWR", "GEMA", "HARIBO", "OSRAM", "PC", "PR", "CNC", "LED", "SBB", "ÖBB",
        "DB", "FC", "SV", "TSV", "VfB", "VfL",
    ]
}  # fmt: skip
_USUAL = {
    word.casefold(): word
    for word in ["Dr", "Prof", "St", "Mr", "Mrs", "Ms", "Hr", "Fr", "Jr", "Sr", "Nr", "Str", "Sch"]
}
_VOWEL = re.compile(r"[aeiouyäöüàáâãåæèéêëìíîïòóôõøœùúû]", re.IGNORECASE)
# Names that are written small on purpose: a web address, signs and digits within.
_ON_PURPOSE = re.compile(r"\w[.+_@]\w|\d|[+!]")
_SMALL_FORM = re.compile(r"\be\.? ?[kvugKVUG]\b")
PERSON, COMPANY, PLACE = "person", "company", "place"


def is_lost(value: str) -> bool:
    """Whether a letter is lost for good."""
    return _LOST in value


def decoded(value: str) -> str:
    """Text with its letters as they were meant: "MÃ¼ller", "M&uuml;ller" and "M=C3=BCller" are "Müller"."""
    found = value
    if "&" in found and _ENTITY.search(found):
        found = html.unescape(found)
    if "=" in found and _HIGH.search(found):
        found = _unquoted(found)
    if "\\u" in found:
        found = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), found)
    if "%" in found:
        found = _PERCENT.sub(lambda some: unquote(some[0]), found)
    return found if found.isascii() else cleaning_letters.read_again(found)


def _unquoted(value: str) -> str:
    raw = quopri.decodestring(value.encode("utf-8"))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace") if raw != value.encode("utf-8") else value


def cased(value: str, *, of: str = COMPANY, starts_small: bool = False) -> str:
    """A name that stands in capitals or in small letters alone, in usual letters: "MÜLLER GMBH" is "Müller GmbH".

    Companies are called in capitals (IKEA, BASF SE) or small letters (momox) on purpose: short words and single small ones
    stay. `of` is what is named; a last name `starts_small` where its first word is a small one ("VAN DER BERG").
    """
    words = list(_WORD.finditer(value))
    plain = [word[0] for word in words if word[0].casefold() not in _FORMS]
    core = "".join(plain)
    if len(core) < 3 or not (_is_upper(core) or core.islower()):
        return value
    if of == COMPANY and _is_on_purpose(value, plain):
        return value
    out, at = [], 0
    for place, word in enumerate(words):
        first = place == 0 and not starts_small
        degree = word[0].lower() in _DEGREES and value[word.end() : word.end() + 1] == "." and place > 0
        out += [value[at : word.start()], word[0].lower() if degree else _cased_word(word[0], of, first=first)]
        at = word.end()
    found = "".join([*out, value[at:]])
    return found if [w for w in plain if w not in found] else value


def is_in_capitals(value: str) -> bool:
    """Whether a name stands in capitals, whatever follows as its legal form."""
    return _is_upper("".join(word for word in _WORD.findall(value) if word.casefold() not in _FORMS))


def _is_upper(text: str) -> bool:
    """Whether a text stands in capitals; programs that know no accents leave those small: "CAFé OSTWIND"."""
    if text.replace("ß", "SS").isupper():
        return True
    plain = "".join(sign for sign in text if sign.isascii())
    return len(plain) > _SHORT and plain.isupper()


def _is_on_purpose(value: str, plain: list[str]) -> bool:
    """Whether a company may be called so."""
    forms = [word for word in _WORD.findall(value) if word.casefold() in _FORMS]
    if "".join(plain).islower():
        bare = _SMALL_FORM.sub("", value)
        small = bare == value and not forms and (len(plain) == 1 or _ON_PURPOSE.search(value) is not None)
        return small or any(not form.islower() for form in forms)
    shouted = any(form.isupper() and not _FORMS[form.casefold()].isupper() for form in forms)
    return all(len(word) <= _SHORT for word in plain) and not shouted


def _cased_word(word: str, of: str, *, first: bool) -> str:
    small = word.lower()
    known = _FORMS.get(small) or (_KEPT.get(small) if of == COMPANY else None) or _USUAL.get(small)
    if known:
        return known
    if small in _SMALL and not first:
        return small
    if of == COMPANY and word.isupper() and len(word) <= _SHORT and not _VOWEL.search(word):
        return word
    if small.startswith("mc") and len(small) > 4:
        return f"Mc{small[2:].capitalize()}"
    head, sign, rest = small.partition("’" if "’" in small else "'")
    # O'Brien and D'Angelo, but l'atelier's small ends stay: "Anna's".
    return f"{head.capitalize()}{sign}{rest.capitalize() if len(head) == 1 else rest}"
