"""When an invoice is due, out of the words of a file: "14", "30 Tage netto", "2/10 net 30", "Due on receipt"."""

from __future__ import annotations

import re

from crm_desktop.core.text import fold

LONGEST_DAYS = 365
_AT_ONCE = re.compile(
    r"\b(?:sofort|bar\b|vorkasse|vorauskasse|on receipt|upon receipt|immediate|prepaid|cash|comptant|a reception|al contado|contado|"
    r"inmediato|a vista|rimessa diretta|immediato|contant|bij ontvangst|direct|gotowka|od razu|przedplata)"
)
_DAY = r"(?:t(?:g|age?n?)?\b|days?|d\b|jours?|j\b|dias?|giorni|gg|dagen|dni)"
_NET = (
    re.compile(r"\bn(?:et(?:to)?)?\s*(\d{1,3})\b"),
    re.compile(rf"\b(\d{{1,3}})\s*{_DAY}?\s*(?:rein )?net(?:to)?\b"),
)
_DAYS = re.compile(rf"\b(\d{{1,3}})\s*{_DAY}")
_ALONE = re.compile(r"\d{1,3}(?:[.,]0+)?\Z")


def days(text: str) -> int | None:
    """In how many days an invoice is due; None where the text does not say."""
    plain = fold(text).strip()
    if _ALONE.match(plain):
        found = [int(re.split(r"[.,]", plain)[0])]
    elif net := next(filter(None, (pattern.search(plain) for pattern in _NET)), None):
        found = [int(net[1])]
    else:
        # "10 Tage 2 % Skonto, 30 Tage": the longest is when all is due.
        found = [int(number) for number in _DAYS.findall(plain)] or [0 for _word in [_AT_ONCE.search(plain)] if _word]
    return max(found) if found and max(found) <= LONGEST_DAYS else None


def says(text: str) -> bool:
    """Whether a text says in how many days an invoice is due."""
    return days(text) is not None
