"""Text as it was meant: letters that were read in the wrong encoding, and names in capitals or small letters alone.

Both functions give what they were given when there is nothing to mend; neither guesses what is lost for good ("M�ller").

Source: the ways in which UTF-8 is misread as Windows-1252, Mac Roman and the code pages 437 and 850, once or several times;
quoted-printable (RFC 2045) and HTML entities left in text.
"""

from __future__ import annotations

import html
import quopri
import re

# What misread text has in it, and what hardly anybody writes: the first letters of UTF-8 pairs in each code page.
_SUSPICIOUS = re.compile(
    r"[ÃÂâÅÄÐÑÎ][\u0080-\u00bf\u2010-\u203a\u20ac\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2122]"
)
_OTHER_PAGES = re.compile(r"[├┬√┼][\u0080-\uffff]")
_QUOTED = re.compile(r"(?:=[0-9A-F]{2})+")
_ENTITY = re.compile(r"&(?:#\d{2,5}|#x[0-9a-fA-F]{2,4}|[A-Za-z]{2,8});")
_LOST = "\ufffd"
_AT_MOST = 3
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SMALL = frozenset(
    [
        "von",
        "vom",
        "van",
        "der",
        "den",
        "de",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "das",
        "do",
        "du",
        "la",
        "le",
        "les",
        "zu",
        "zum",
        "zur",
        "am",
        "an",
        "im",
        "in",
        "bei",
        "ob",
        "unter",
        "und",
        "auf",
        "y",
        "e",
        "et",
    ]
)
_FORMS = {
    form.casefold(): form
    for form in [
        "GmbH",
        "mbH",
        "AG",
        "KG",
        "OHG",
        "UG",
        "GbR",
        "eG",
        "SE",
        "KGaA",
        "OG",
        "e.K.",
        "e.U.",
        "Ltd",
        "LLC",
        "LLP",
        "PLC",
        "Inc",
        "SA",
        "SARL",
        "SAS",
        "SASU",
        "EURL",
        "SRL",
        "SpA",
        "BV",
        "NV",
        "Oy",
        "AB",
        "ApS",
        "HNO",
        "EDV",
        "IT",
        "TV",
        "KFZ",
        "DRK",
        "SPD",
        "CDU",
        "BMW",
        "VW",
        "DHL",
        "UPS",
        "USA",
        "EU",
        "UK",
        "II",
        "III",
        "IV",
        "DJ",
    ]
}


def is_lost(value: str) -> bool:
    """Whether a letter is lost for good."""
    return _LOST in value


def decoded(value: str) -> str:
    """Text with its letters as they were meant: "MÃ¼ller", "M&uuml;ller" and "M=C3=BCller" are "Müller"."""
    found = value
    if "&" in found and _ENTITY.search(found):
        found = html.unescape(found)
    if "=" in found and _QUOTED.search(found):
        found = _unquoted(found)
    if found.isascii():
        return found
    for _again in range(_AT_MOST):
        better = _once(found)
        if better == found:
            break
        found = better
    return found


def _unquoted(value: str) -> str:
    raw = quopri.decodestring(value.encode("utf-8"))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace") if raw != value.encode("utf-8") else value


def _once(value: str) -> str:
    if _SUSPICIOUS.search(value):
        return _read_again(value, "cp1252")
    if _OTHER_PAGES.search(value):
        for page in ("cp850", "cp437", "mac_roman"):
            better = _read_again(value, page)
            if better != value:
                return better
    return value


def _read_again(value: str, page: str) -> str:
    """The bytes that somebody read by a code page, read as UTF-8; the value itself where that is not possible."""
    raw = bytearray()
    for letter in value:
        try:
            raw += letter.encode(page)
        except UnicodeEncodeError:
            # Windows leaves five places open, which programs fill with the control character of the same number.
            if page != "cp1252" or not 0x80 <= ord(letter) <= 0x9F:
                return value
            raw.append(ord(letter))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return value


def cased(value: str, *, is_person: bool = False) -> str:
    """A name that stands in capitals or in small letters alone, in usual letters: "MÜLLER GMBH" is "Müller GmbH".

    A short word in capitals of a company may be its name (IKEA): single words of up to four letters stay.
    """
    if not (value.isupper() or value.islower() or "ß" in value):
        return value
    letters = [c for c in value if c.isalpha()]
    in_capitals = value.replace("ß", "SS").isupper()
    if len(letters) < 3 or not (in_capitals or value.islower()):
        return value
    if in_capitals and not is_person and len(letters) <= 4 and " " not in value.strip():
        return value
    words = list(_WORD.finditer(value))
    out, at = [], 0
    for place, word in enumerate(words):
        out += [value[at : word.start()], _cased_word(word[0], first=place == 0)]
        at = word.end()
    return "".join([*out, value[at:]])


def _cased_word(word: str, *, first: bool) -> str:
    small = word.lower()
    if small in _FORMS:
        return _FORMS[small]
    if small in _SMALL and not first:
        return small
    if small.startswith("mc") and len(small) > 4:
        return f"Mc{small[2:].capitalize()}"
    head, sign, rest = small.partition("’" if "’" in small else "'")
    # O'Brien and D'Angelo, but l'atelier's small ends stay: "Anna's".
    return f"{head.capitalize()}{sign}{rest.capitalize() if len(head) == 1 else rest}"
