"""The fonts on paper: Inter in three weights, Noto Sans where Inter lacks a character, a system font for Chinese and such.

A text is cut into runs, each with the first font that has its characters. What no font has is named by
`missing_characters`, so that it can be said in a plain sentence before a document is issued. Right-to-left and joining
scripts count as missing: the letters are there, but they would stand unjoined and in the wrong order.

Source: the weights are cut at set-up by `packaging/make_assets.py`; ISO 19005-3 asks that every glyph is embedded.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from crm_desktop.core import resources
from crm_desktop.core.errors import Problem
from crm_desktop.core.i18n import gettext_ as _

REGULAR, MEDIUM, BOLD = "Inter-400", "Inter-500", "Inter-600"
_FALLBACK = {REGULAR: "NotoSans-400", MEDIUM: "NotoSans-400", BOLD: "NotoSans-600"}
_SYSTEM = "System-fallback"
# TrueType fonts of the system with Chinese, Japanese and Korean; the first that exists is used.
_SYSTEM_FILES = (
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "C:/Windows/Fonts/msyh.ttc",
    "C:/Windows/Fonts/malgun.ttf",
    "C:/Windows/Fonts/msgothic.ttc",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
    "/Library/Fonts/Arial Unicode.ttf",
)
# Hebrew to Malayalam, Sinhala, Thai to Myanmar, Khmer, Mongolian: need shaping, which the PDF library does not do.
_NEEDS_SHAPING = re.compile("[\u0590-\u08ff\u0900-\u109f\u1780-\u18af\ufb1d-\ufdff\ufe70-\ufefc]")
# Longer texts are measured anew instead of being kept.
_LONG = 400
# Seen by nobody: soft hyphen, zero width signs, byte order mark, direction marks.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def tidy(text: str) -> str:
    """The text as it is printed: composed letters, no control signs; line breaks stay."""
    if text.isprintable() and unicodedata.is_normalized("NFC", text):
        return text
    composed = _UNSEEN.sub("", unicodedata.normalize("NFC", text)).replace("\r\n", "\n").replace("\t", "  ")
    return "".join(c for c in composed if c == "\n" or not unicodedata.category(c).startswith("C"))


@cache
def register() -> None:
    """Make the fonts known to reportlab; once.

    Raises:
        Problem: the fonts were not made at set-up.
    """
    from reportlab import rl_config
    from reportlab.pdfbase import pdfmetrics

    rl_config.useA85 = 0
    for name in (*_FALLBACK, *dict.fromkeys(_FALLBACK.values())):
        pdfmetrics.registerFont(_open(name, resources.asset("paper_fonts", f"{name}.ttf")))


def _open(name: str, path: Path) -> Any:
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    try:
        return TTFont(name, str(path), asciiReadable=False)
    except (TTFError, OSError) as error:
        raise Problem(_("The font {file} cannot be read. Install CRM Desktop again.").format(file=path)) from error


@cache
def _font(name: str) -> Any:
    from reportlab.pdfbase import pdfmetrics

    register()
    return pdfmetrics.getFont(name)


@cache
def _characters(name: str) -> frozenset[str]:
    return frozenset(map(chr, _font(name).face.charToGlyph))


@cache
def _system_font() -> str | None:
    """The name of a registered system font for East Asian scripts, or None if this computer has none."""
    from reportlab.pdfbase import pdfmetrics

    for candidate in map(Path, _SYSTEM_FILES):
        if candidate.is_file():
            try:
                pdfmetrics.registerFont(_open(_SYSTEM, candidate))
            except Problem:
                continue
            return _SYSTEM
    return None


def _font_for(character: str, weight: str) -> str:
    if character in _characters(weight):
        return weight
    if character in _characters(_FALLBACK[weight]):
        return _FALLBACK[weight]
    system = _system_font()
    return system if system and character in _characters(system) else weight


@lru_cache(maxsize=8192)
def runs(text: str, weight: str) -> tuple[tuple[str, str], ...]:
    """The text cut into (font name, piece); one run in the ordinary case."""
    if _characters(weight).issuperset(text):
        return ((weight, text),)
    return tuple((name, "".join(piece)) for name, piece in groupby(text, key=lambda c: _font_for(c, weight)))


@lru_cache(maxsize=16384)
def _unit_width(text: str, weight: str) -> float:
    pieces = runs(text, weight) if len(text) <= _LONG else runs.__wrapped__(text, weight)
    return sum(float(_font(name).stringWidth(piece, 1000)) for name, piece in pieces) / 1000


def width(text: str, weight: str, size: float) -> float:
    """How wide a text is in points."""
    if len(text) > _LONG:
        return _unit_width.__wrapped__(text, weight) * size
    return _unit_width(text, weight) * size


@lru_cache(maxsize=4096)
def missing_characters(text: str) -> list[str]:
    """The characters of a text that cannot be printed, in the order of their first appearance."""
    printed = tidy(text).replace("\n", "")
    if _characters(REGULAR).issuperset(printed) and not _NEEDS_SHAPING.search(printed):
        return []
    return [
        character
        for character in dict.fromkeys(printed)
        if _NEEDS_SHAPING.match(character) or character not in _characters(_font_for(character, REGULAR))
    ]
