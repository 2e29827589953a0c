"""Text: folding for search and comparing, tidying what people type."""

from __future__ import annotations

import re
import unicodedata

# Letters that Unicode does not take apart into base letter and accent.
_PLAIN = {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"}


class _Folded(dict[int, str]):
    """What each letter folds to, worked out when it is first met: folding runs over every customer of an import."""

    def __missing__(self, code: int) -> str:
        # Taken apart first: some letters have a capital inside ("ℌ"), or one that is in the table ("ǽ").
        apart = unicodedata.normalize("NFKD", chr(code)).casefold()
        plain = "".join(_PLAIN.get(letter, letter) for letter in apart)
        folded = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
        self[code] = folded
        return folded


_FOLDED = _Folded()
_LONG = 30
_ACCENTED = re.compile(r"[^\x00-\x7f]")
_SPACE = re.compile(r"\s+")
_EXTENSION = re.compile(
    r"[\s,;]*(?:ext(?:ension|n)?|x|durchwahl|dw|nebenstelle|nst|poste|#)[\s.:]*(\d{1,6})\s*$", re.IGNORECASE
)
# A number with words for its last digits, as shops advertise: "0800 FLOWERS".
_LETTERED = re.compile(r"[\s+()./-]*(?:\d[\s+()./-]*){3,7}[A-Z][A-Z\s-]{2,}")
_LABEL = re.compile(r"^[^:]*:\s*(?=[+(\d])")
_KEYS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_PLAIN_NUMBER = re.compile(r"^[\d\s+()./-]*$", re.ASCII)
_NO_DIGIT = re.compile(r"\D+")


def fold(text: str) -> str:
    """Small letters without accents, for comparing: "Łódź ÜBER" is "lodz uber"."""
    if text.isascii():
        return text.lower()
    small = text.casefold()
    # In a long text most letters are plain: looking up the others alone takes half of a `translate`.
    return small.translate(_FOLDED) if len(small) < _LONG else _ACCENTED.sub(_folded, small)


def _folded(found: re.Match[str]) -> str:
    return _FOLDED[ord(found[0])]


def tidy(text: str) -> str:
    """One line without blanks at its ends or doubled inside; no control characters."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    visible = "".join(c if c.isprintable() or c.isspace() else "" for c in unicodedata.normalize("NFC", text))
    return _SPACE.sub(" ", visible).strip()


def tidy_lines(text: str) -> str:
    """Several lines, each without blanks at its end; line feeds as line ends; no blank lines at the ends."""
    if text.isascii() and text.isprintable():
        return text.rstrip()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = ("".join(c for c in unicodedata.normalize("NFC", line) if c.isprintable() or c == "\t") for line in lines)
    return "\n".join(line.rstrip() for line in kept).strip("\n")


def phone_plain(text: str) -> str:
    """A phone number in plain digits and signs: without a label before it ("Mobile: …"), letters of "0800 FLOWERS" as keys."""
    if not text.isascii():
        text = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in unicodedata.normalize("NFKC", text))
    if ":" in text:
        text = _LABEL.sub("", text)
    return text.translate(_KEYS) if _LETTERED.fullmatch(text) else text


def split_extension(text: str) -> tuple[str, str]:
    """A phone number and the digits of its extension, which may be empty: "040 1234 ext. 5" is "040 1234" and "5"."""
    found = _EXTENSION.search(text)
    return (text[: found.start()], found[1]) if found is not None else (text, "")


def phone_tail(text: str) -> str:
    """The last six digits of a phone number without its extension: the same however the number is written.

    Six, since national numbers can be that short, and what stands before them depends on the spelling: 0…, +49…, (0).
    """
    if (plain := text.lstrip("+")).isdecimal() and plain.isascii():
        return plain[-6:]
    if not text.isascii() or not _PLAIN_NUMBER.match(text):
        text = split_extension(phone_plain(text))[0]
    return digits_of(text.replace("(0)", ""))[-6:]


def digits_of(text: str) -> str:
    """Only the digits, for finding a phone number however it is written."""
    plain = text.lstrip("+")
    return plain if plain.isdecimal() else _NO_DIGIT.sub("", text)
