"""Arabic and Hebrew on paper: letters joined and in the order in which they are drawn.

The PDF library draws letters one after the other from left to right. `drawn` gives Arabic letters their joined forms and
puts everything that runs to the left into the order of the eye, numbers and Latin words in it as they are. Readers of
PDFs turn it back when it is copied; an /ActualText would make them turn it once too often.

Source: Unicode Standard Annex 9 (bidirectional text); decision 18.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

# Hebrew, Arabic and its joined forms.
_LEFTWARD = re.compile("[\u0590-\u06ff\u0750-\u077f\ufb1d-\ufdff\ufe70-\ufefc]")
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f]")
# Tells which way a line begins where its own first letter does not; seen by nobody and never drawn.
_MARK = "\u200f"
# What is not drawn: it stands above or below other letters, which takes tables that we do not read.
_VOWELS = re.compile("[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")


def runs_to_the_left(text: str) -> bool:
    """Whether something in a text is written from right to left."""
    return not text.isascii() and _LEFTWARD.search(text) is not None


def begins_right(text: str) -> bool:
    """Whether a text as a whole runs to the left: its first letter with a direction does."""
    if not runs_to_the_left(text):
        return False
    first = next((way for way in map(unicodedata.bidirectional, text) if way in ("L", "R", "AL")), "L")
    return first != "L"


def kept_to_the_right(lines: list[str]) -> list[str]:
    """The lines of one paragraph, each beginning at the side at which the paragraph begins."""
    if not begins_right(" ".join(lines)):
        return lines
    return [line if begins_right(line) or not line else _MARK + line for line in lines]


def bare(text: str) -> str:
    """The text without marks of direction, as it was typed."""
    return text.replace(_MARK, "")


def drawn(text: str) -> str:
    """The text as it is drawn from left to right: letters joined, brackets mirrored."""
    from bidi.algorithm import get_display

    way = "R" if begins_right(text) else "L"
    joined = _VOWELS.sub("", text)
    if _ARABIC.search(joined):
        joined = _joiner().reshape(joined)
    return bare(str(get_display(joined, base_dir=way)))


@cache
def _joiner() -> Any:
    from arabic_reshaper import ArabicReshaper

    return ArabicReshaper(configuration={"delete_harakat": True, "support_ligatures": True})


def letter_of(form: str) -> str:
    """The letter that is typed for a joined form."""
    return unicodedata.normalize("NFKC", form)
