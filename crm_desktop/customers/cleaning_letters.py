"""Letters as they were meant, where text was read in the wrong encoding, once or several times.

UTF-8 that somebody read by another code page shows pairs that nobody writes ("Ã¼", "Ă¶", "√º"). Each pair is read again by
every page that it may come from; a reading is taken only when it is whole: nothing suspicious is left and every letter is
one that names are written with. Central European text that was read as western ("Ma³gorzata") is known by signs inside words.

Source: the encodings of Python's `codecs`, named after IANA and the vendors; RFC 3629 (UTF-8).
"""

from __future__ import annotations

import re
from functools import cache

# In the order in which they are met; the first one wins where two give text that is as good.
_PAGES = ("cp1252", "latin-1", "cp1250", "iso8859-15", "cp850", "cp437", "cp852", "mac_roman", "cp1257", "cp1251")
# Pages whose pairs are ordinary writing in some language: there all that is not plain has to be such a pair.
_WHOLE = frozenset({"cp1251"})
_LEADS = (*range(0xC2, 0xD2), *range(0xD7, 0xDA))
_LONG_LEADS = (*range(0xE2, 0xF0),)
_DEEPEST = 4
_COMMON = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿĀāĂăĄąĆćČčĎďĐđĒēĖėĘęĚěĞğĢģĪīĮįİıĶķĹĺĻļĽľŁłŃńŅņŇňŌōŐőŒœŔŕŘř"
    "ŚśŞşŠšŢţŤťŪūŮůŰűŲųŶŷŹźŻżŽžȘșȚț„“”‚‘’–—…•€£§©®™°²³½¼¾«»·¿¡ºª´×±µ\u00a0\u2011\u2212"
)
_ODD_INSIDE = re.compile(r"[^\W\d_][³¹¿][^\W\d_]|£[^\W\d_]")


def read_again(value: str) -> str:
    """The text as it was meant, or the value itself where nothing better is known."""
    # Quotation marks around a letter („Ä“) are no pair.
    if value.isascii() or ("„" in value and "“" in value):
        return value
    if not _any_pairs().search(value):
        return _central(value)
    best, best_left = value, (_badness(value), len(value))
    for page in _PAGES:
        text = value
        for _depth in range(_DEEPEST):
            other = _once(text, page)
            if other == text:
                break
            text = other
            left = (_badness(text), len(text))
            if left < best_left:
                best, best_left = text, left
    return best if not best_left[0] else value


def _once(value: str, page: str) -> str:
    """Every pair of a page read as UTF-8."""
    if page in _WHOLE and not _pairs(page).sub("", value).isascii():
        return value
    return _pairs(page).sub(lambda found: _utf8(found[0], page), value)


def _utf8(text: str, page: str) -> str:
    try:
        return b"".join(_byte(sign, page) for sign in text).decode("utf-8")
    except UnicodeDecodeError:
        return text


def _byte(sign: str, page: str) -> bytes:
    try:
        return sign.encode(page)
    except UnicodeEncodeError:
        # Windows leaves places open, which programs fill with the control character of the same number.
        return bytes([ord(sign)])


@cache
def _pairs(page: str) -> re.Pattern[str]:
    """What UTF-8 looks like when it is read by a page: runs of a beginning with what follows it."""
    short, long, more = (_class(some, page) for some in (_LEADS, _LONG_LEADS, range(0x80, 0xC0)))
    emoji = _class((0xF0,), page)
    return re.compile(f"(?:{short}{more}|{long}{more}{{2}}|{emoji}{more}{{3}})+")


def _class(numbers: tuple[int, ...] | range, page: str) -> str:
    signs = []
    for number in numbers:
        try:
            signs.append(bytes([number]).decode(page))
        except UnicodeDecodeError:
            if page.startswith("cp125"):
                signs.append(chr(number))
    return f"[{re.escape(''.join(signs))}]"


@cache
def _any_pairs() -> re.Pattern[str]:
    return re.compile("|".join(_pairs(page).pattern for page in _PAGES))


def _badness(value: str) -> int:
    """How much in a text nobody writes: pairs of code pages, unusual letters, large and small ones mixed."""
    pairs: int = max(
        sum(_utf8(run, page) != run for run in _pairs(page).findall(value)) for page in _PAGES if _may_be(value, page)
    )
    odd = sum(1 for sign in value if not sign.isascii() and not _is_common(sign))
    return 2 * pairs + odd + _mixed(value)


def _may_be(value: str, page: str) -> bool:
    return page not in _WHOLE or _pairs(page).sub("", value).isascii()


def _is_common(sign: str) -> bool:
    code = ord(sign)
    scripts = 0x0370 <= code < 0x0460 or 0x0590 <= code < 0x0700 or 0x3040 <= code < 0xA000 or 0xAC00 <= code < 0xD7A4
    return sign in _COMMON or scripts or code >= 0x1F000 or sign == "\ufffd"


def _mixed(value: str) -> int:
    """Accented capitals within small letters, and small ones before capitals."""
    return sum(
        (sign.isupper() and before.isalpha() and after.islower())
        or (sign.islower() and not before.islower() and after.isupper())
        for before, sign, after in zip(f" {value}", value, f"{value[1:]} ", strict=False)
        if not sign.isascii()
    )


def _central(value: str) -> str:
    """Central European text that was read as western."""
    if not _ODD_INSIDE.search(value):
        return value
    for page in ("cp1250", "iso8859-2"):
        try:
            meant = value.encode("cp1252").decode(page)
        except UnicodeError:
            continue
        if all(sign.isascii() or sign in _COMMON for sign in meant) and not _mixed(meant):
            return meant
    return value
