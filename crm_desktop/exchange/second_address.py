"""Parts of a customer that programs keep in columns of their own: a private address, the day and month of a birthday.

A customer has one address here: that of the first columns, or where these are empty in a row, that of the second ones.
Where a row has both, the second one becomes a note.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.text import fold

Record = dict[str, Any]
_ADDRESS = ("street", "addition", "postcode", "city", "state", "country")
_BIRTHDAY = ("birth_year", "birth_month", "birth_day")
_PREFIX = "second_"
PARTS = frozenset((*(f"{_PREFIX}{name}" for name in _ADDRESS), *_BIRTHDAY))
# What says where somebody is; a country alone does not.
_PLACE = ("street", "postcode", "city", "address")


def join(raw: Record) -> Record:
    """A row of a file with such parts where they belong."""
    if PARTS.isdisjoint(raw):
        return raw
    made = {key: value for key, value in raw.items() if key not in PARTS}
    second = {name: raw[f"{_PREFIX}{name}"] for name in _ADDRESS if f"{_PREFIX}{name}" in raw}
    if not any(name in made for name in _PLACE):
        made |= second
    elif any(name in second for name in _PLACE) and _differ(made, second):
        made = _with_note(made, _("Further address: {address}").format(address=_in_one_line(second)))
    return _with_birthday(made, *(str(raw.get(name, "")) for name in _BIRTHDAY))


def _differ(one: Record, other: Record) -> bool:
    """Whether two addresses are different places; one that only repeats the country or less says nothing new."""
    return any(fold(other[name]) != fold(one.get(name, "")) for name in _PLACE if name in other)


def _in_one_line(parts: Record) -> str:
    place = f"{parts.get('postcode', '')} {parts.get('city', '')}".strip()
    listed = (parts.get("street"), parts.get("addition"), place, parts.get("state"), parts.get("country"))
    return ", ".join(filter(None, listed))


def _with_note(made: Record, note: str) -> Record:
    return made | {"notes": f"{made['notes']}\n{note}" if made.get("notes") else note}


def _with_birthday(made: Record, year: str, month: str, day: str) -> Record:
    """The birthday of its parts; what makes no day is kept as a note."""
    said = [part for part in (day, month, year) if part]
    if not said or "birthday" in made:
        return made
    try:
        return made | {"birthday": date(int(year or dates.NO_YEAR), int(month), int(day))}
    except ValueError:
        return _with_note(made, _("Born: {parts}").format(parts=".".join(said)))
