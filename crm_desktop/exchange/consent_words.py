"""What a cell says about consent: yes, no, taken back, or the day on which it was given."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crm_desktop.core import dates
from crm_desktop.exchange import words
from crm_desktop.exchange.days import parse_day
from crm_desktop.exchange.values import Cell, as_text, is_empty, parse_bool

NOTHING = "nothing"
_PARTED = re.compile(r"\s*([^\d,;:(]+?)\s*[,;:(]?\s*(?:am |on |le |el |il |op |dnia )?(\d[\d./-]{5,9})\s*\)?\s*")


def read(value: Cell, day_order: str = "dmy") -> str | None:
    """A state, with the day behind it where there is one ("given 2024-05-03"); "" says nothing, None is not understood."""
    text = as_text(value)
    if is_empty(text):
        return ""
    state = _state(value)
    if state is not None:
        return "" if state == NOTHING else state
    parted = _PARTED.fullmatch(text)
    state = _state(parted[1]) if parted else "given"
    day = parse_day(parted[2] if parted else value, day_order)
    if state in (None, NOTHING) or day is None or day > dates.today():
        return None
    return f"{state} {day.isoformat()}"


def _state(value: Cell) -> str | None:
    said = parse_bool(value)
    return words.consent(as_text(value)) if said is None else "given" if said else "refused"


def share(values: Sequence[Cell]) -> float:
    """Which part of some cells can be read so, 0 to 1."""
    filled = [value for value in values if not is_empty(as_text(value))]
    return sum(read(value) is not None for value in filled) / len(filled) if filled else 0.0
