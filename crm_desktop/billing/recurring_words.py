"""Words in the texts of a recurring bill that change from period to period: "Hosting {month} {year}".

{month}, {quarter}, {year} (with +1 or -1 for the next or last one), {period}, {period_start} and {period_end}, filled
in the language of the document.
"""

from __future__ import annotations

import re
from datetime import date

from crm_desktop.core import dates, formats

WORDS = ("month", "quarter", "year", "period", "period_start", "period_end")
_MOVABLE = {"month": 1, "quarter": 3, "year": 12}
_WORD = re.compile(r"\{([a-z_]+)([+-]\d{1,2})?\}")


def fill(text: str, first: date, last: date, locale: str) -> str:
    """A text with its words filled in; what is no word of ours stays as it was typed."""
    if "{" not in text:
        return text

    def found(match: re.Match[str]) -> str:
        name, moved = match.group(1), int(match.group(2) or 0)
        return _filled(name, moved, first, last, locale) if _is_word(match) else match.group(0)

    return _WORD.sub(found, text)


def _is_word(match: re.Match[str]) -> bool:
    return match.group(1) in WORDS and (not match.group(2) or match.group(1) in _MOVABLE)


def unknown(text: str) -> list[str]:
    """Words in braces that would be printed as they are."""
    return [match.group(0) for match in re.finditer(r"\{[^{}]*\}", text) if not _known(match.group(0))]


def _known(word: str) -> bool:
    match = _WORD.fullmatch(word)
    return match is not None and _is_word(match)


def _filled(name: str, moved: int, first: date, last: date, locale: str) -> str:
    if name == "period":
        return formats.day_range(first, last, locale)
    if name in ("period_start", "period_end"):
        return formats.day(first if name == "period_start" else last, locale)
    from babel.dates import format_date

    # Counted from the first of the month, so that a month after 31 January is February.
    day = dates.add_months(first.replace(day=1), moved * _MOVABLE[name])
    return format_date(day, {"month": "LLLL", "quarter": "QQQ", "year": "y"}[name], locale)
