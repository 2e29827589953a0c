"""Birthdays out of calendars (.ics), as a table for the import; appointments become reminders (see `appointments`).

Runs in the reading child. Source: RFC 5545; how calendars name birthdays: observed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from crm_desktop.exchange import address_cards, card_table
from crm_desktop.exchange.address_cards import Line
from crm_desktop.exchange.card_table import CardTable
from crm_desktop.exchange.identify import Refused

_WORDS = (
    r"geburtstag|geb\.|birthday|b-?day|anniversaire(?: de naissance)?|cumplea[nñ]os|compleanno|verjaardag|urodziny|"
    r"date de naissance"
)
_CATEGORY = re.compile(rf"\b(?:{_WORDS}|birthdays|geburtstage|anniversaires|compleanni|verjaardagen)\b", re.IGNORECASE)
_LONGEST_TITLE = 200
_SIGNS = "🎂🎁🎉🥳🍰"
# "60th birthday", "50. Geburtstag".
_NUMBERED = r"(?:\d{1,3}(?:st|nd|rd|th|\.|º|e|ème)?\s+)?"
# The name stands behind the word, as in: Geburtstag von Anna; Anniversaire d’Anna.
_BEFORE = re.compile(
    rf"(?:{_WORDS})\s*(?:(?:von|of|de|di|van|del|della|der)\s+|d[’']|[:–—-]\s*|\s)(?P<name>.+)", re.IGNORECASE
)
# The name stands before it, as in: Anna’s birthday; Anna hat Geburtstag; Annas Geburtstag.
_AFTER = re.compile(
    rf"(?P<name>.+?)(?P<own>[’']s?|\bhat\b)?\s*(?:[,:(\[–—-]\s*)?{_NUMBERED}(?:{_WORDS})\s*[)\]]?(?:\s*\(?\d{{0,4}}\)?)?",
    re.IGNORECASE,
)
# "Anna wird 50", "Ben turns 40".
_TURNS = re.compile(r"\s+(?:wird|turns?|fête ses|cumple|compie|wordt|kończy)\s+\d{1,3}\b.*\Z", re.IGNORECASE)
_AGE = re.compile(r"\s*[(\[]?\*?\s*(?P<year>(?:19|20)\d{2})?(?:\s*,?\s*\d{1,3}\.?)?\s*[)\]]?\s*$")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_WANTED = re.compile(
    rb"\s*(?:BEGIN|END|SUMMARY|DESCRIPTION|DTSTART|RRULE|CATEGORIES|X-BIRTHDAY|X-GOOGLE-CALENDAR-CONTENT-TYPE)\s*[;:]",
    re.IGNORECASE,
)
# So many appointments and tasks are looked at, as in `calendar_events`.
_MOST_ENTRIES, _MOST_LINES = 40_000, 1_500_000


def read(path: Path) -> CardTable:
    """The birthdays of a calendar, each with the name of the person; no rows where there are none.

    Raises:
        Refused: too large.
    """
    table = CardTable()
    raw = card_table.lines(card_table.read_bytes(path))
    if len(raw) > _MOST_LINES:
        raise Refused("too_large")
    for number, lines in enumerate(_events(raw)):
        if number >= _MOST_ENTRIES:
            raise Refused("too_large")
        if found := _birthday(lines):
            table.add(found)
    return table


def _events(raw: list[bytes]) -> Iterator[dict[str, Line]]:
    """The lines of each event and task by name, the first of each; what lies within them (alarms) is passed over."""
    lines: dict[str, Line] | None = None
    inner = 0
    for line in filter(_WANTED.match, address_cards.unfolded(raw)):
        word = line.strip().upper()
        if word in {b"BEGIN:VEVENT", b"BEGIN:VTODO", b"BEGIN:VJOURNAL"}:
            lines, inner = {}, 0
        elif word in {b"END:VEVENT", b"END:VTODO", b"END:VJOURNAL"}:
            if lines:
                yield lines
            lines = None
        elif word.startswith((b"BEGIN:", b"END:")):
            inner += 1 if word.startswith(b"BEGIN:") else -1
        elif lines is not None and not inner:
            try:
                found = address_cards.parsed(line)
            except ValueError:
                continue
            lines.setdefault(found.name, found)


def _birthday(lines: dict[str, Line]) -> dict[str, str] | None:
    """The row of a birthday; None for any other event."""
    categories = f"{_text(lines, 'CATEGORIES')} {_text(lines, 'X-GOOGLE-CALENDAR-CONTENT-TYPE')}"
    plain, year = whose(_text(lines, "SUMMARY"), categories, _text(lines, "RRULE"), is_marked="X-BIRTHDAY" in lines)
    day = _DAY.match(_text(lines, "X-BIRTHDAY") or _text(lines, "DTSTART"))
    if not plain or day is None:
        return None
    return {"name": plain, "notes": _text(lines, "DESCRIPTION")} | _on(day, year)


def whose(summary: str, categories: str, rule: str, *, is_marked: bool) -> tuple[str, str]:
    """Whose birthday an appointment is, and the year of birth that its title tells ("" each where none)."""
    title = summary[:_LONGEST_TITLE].strip(f" \t\n{_SIGNS}")
    name = _name(title)
    signed = any(sign in summary for sign in _SIGNS) and "YEARLY" in rule.upper()
    if not name and (is_marked or signed or _CATEGORY.search(categories)):
        name = title
    return _without_age(name)


def _text(lines: dict[str, Line], name: str) -> str:
    return lines[name].text() if name in lines else ""


def _name(title: str) -> str:
    """Whose birthday a title names, or ""."""
    before = _BEFORE.fullmatch(title)
    if before:
        return before["name"].strip()
    after = _AFTER.fullmatch(title)
    if after is None:
        return ""
    name = after["name"].strip()
    # "Annas Geburtstag", but not "Thomas (Geburtstag)".
    glued = re.fullmatch(rf".+\w\s+{_NUMBERED}(?:{_WORDS}).*", title, re.IGNORECASE) and not after["own"]
    return name[:-1] if glued and re.search(r"[a-rt-zäöü]s$", name) and len(name) > 3 else name


def _without_age(name: str) -> tuple[str, str]:
    """A name without a year of birth or an age behind it, and that year."""
    name = _TURNS.sub("", name)
    found = _AGE.search(name)
    return (name[: found.start()].strip(), found["year"] or "") if found and found[0].strip() else (name.strip(), "")


def _on(day: re.Match[str], year: str) -> dict[str, str]:
    """The birthday; a calendar that began lately does not tell the year of birth."""
    try:
        start = date(int(day[1]), int(day[2]), int(day[3]))
    except ValueError:
        return {}
    known = year or ("" if card_table.is_recent(start) else day[1])
    return card_table.birthday(f"{known or '0000'}-{day[2]}-{day[3]}")
