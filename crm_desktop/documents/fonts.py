"""The fonts on paper: Inter in three weights, Noto Sans where Inter lacks a character, then Arabic and the system's fonts.

The Swiss payment slip has Arimo instead of Inter.

A text is cut into runs in the order in which they are drawn, each with the first font that has its characters. What no
font has is named by `missing_characters`, so that it can be said in a plain sentence before a document is issued.
Arabic and Hebrew are put in order by `scripts`; scripts that need more than that, from Hindi to Thai, count as missing.

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
from crm_desktop.documents import scripts

REGULAR, MEDIUM, BOLD = "Inter-400", "Inter-500", "Inter-600"
# Of the Swiss payment slip, whose style guide names the fonts: Arimo has the outlines and widths of Liberation Sans.
SLIP, SLIP_BOLD = "Arimo-400", "Arimo-700"
_FALLBACK = {
    REGULAR: ("NotoSans-400", "NotoSansArabic-400"),
    MEDIUM: ("NotoSans-400", "NotoSansArabic-400"),
    BOLD: ("NotoSans-600", "NotoSansArabic-600"),
    SLIP: ("NotoSans-400", "NotoSansArabic-400"),
    SLIP_BOLD: ("NotoSans-600", "NotoSansArabic-600"),
}
# Read only when they are needed, since few papers have a slip.
_SELDOM = (SLIP, SLIP_BOLD)
# TrueType fonts of the system with Chinese, Japanese and Korean, then with Hebrew; those that exist are asked in turn.
_SYSTEM_FILES = (
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "C:/Windows/Fonts/msyh.ttc",
    "C:/Windows/Fonts/malgun.ttf",
    "C:/Windows/Fonts/msgothic.ttc",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
    "/Library/Fonts/Arial Unicode.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "C:/Windows/Fonts/arial.ttf",
    "/System/Library/Fonts/Supplemental/Arial.ttf",
)
# Syriac to Malayalam, Sinhala, Thai to Myanmar, Khmer, Mongolian: need shaping, which the PDF library does not do.
_NEEDS_SHAPING = re.compile("[\u0700-\u109f\u1780-\u18af]")
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
    for name in dict.fromkeys((*_FALLBACK, *(name for names in _FALLBACK.values() for name in names))):
        if name not in _SELDOM:
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
    if name in _SELDOM:
        pdfmetrics.registerFont(_open(name, resources.asset("paper_fonts", f"{name}.ttf")))
    return pdfmetrics.getFont(name)


@cache
def _characters(name: str) -> frozenset[str]:
    return frozenset(map(chr, _font(name).face.charToGlyph))


@cache
def _system_fonts() -> tuple[str, ...]:
    """The names of the system's fonts that may help out, registered."""
    from reportlab.pdfbase import pdfmetrics

    found = []
    for candidate in map(Path, _SYSTEM_FILES):
        if candidate.is_file():
            try:
                pdfmetrics.registerFont(_open(f"System-{candidate.stem}", candidate))
            except Problem:
                continue
            found.append(f"System-{candidate.stem}")
    return tuple(found)


def _font_for(character: str, weight: str) -> str:
    for name in (weight, *_FALLBACK[weight]):
        if character in _characters(name):
            return name
    return next((name for name in _system_fonts() if character in _characters(name)), weight)


@lru_cache(maxsize=8192)
def runs(text: str, weight: str) -> tuple[tuple[str, str], ...]:
    """The text cut into (font name, piece) from left to right; one run in the ordinary case."""
    if _characters(weight).issuperset(text):
        return ((weight, text),)
    if scripts.runs_to_the_left(text):
        text = scripts.drawn(text)
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
    shown = scripts.drawn(printed) if scripts.runs_to_the_left(printed) else printed
    return list(
        dict.fromkeys(
            scripts.letter_of(character)
            for character in shown
            if _NEEDS_SHAPING.match(character) or character not in _characters(_font_for(character, REGULAR))
        )
    )
