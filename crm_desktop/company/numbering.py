"""Number series: a pattern per kind of record, with a gapless counter.

A number is taken inside the transaction that writes the record, so a failure gives it back. A series counts afresh each
year or never. `preview` shows a number without taking it.

*Source*: consecutive numbers: Directive 2006/112/EC art. 226 (2), § 14 Abs. 4 Nr. 4 UStG.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from crm_desktop.core import text
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

KINDS = (
    "invoice", "credit_note", "receipt", "quote", "order_confirmation", "delivery_note", "proforma", "dunning_letter",
    "customer", "contract", "item", "case",
)  # fmt: skip
_PREFIXES = {
    "de": {
        "invoice": "RE", "credit_note": "RK", "receipt": "BE", "quote": "AN", "order_confirmation": "AB",
        "delivery_note": "LS", "proforma": "PF", "dunning_letter": "MA", "customer": "K", "contract": "V", "item": "A",
        "case": "VG",
    },
    "en": {
        "invoice": "INV", "credit_note": "CN", "receipt": "RC", "quote": "QU", "order_confirmation": "OC",
        "delivery_note": "DN", "proforma": "PF", "dunning_letter": "RM", "customer": "C", "contract": "CT", "item": "P",
        "case": "CA",
    },
}  # fmt: skip
_NEVER = ("customer", "item")
_TOKEN = re.compile(r"\{(year|year2|month|counter)(?::0?(\d))?\}")
LARGEST_COUNTER = 10**9
# Settings that name counters which were left out on purpose: `number_left_out.KIND.PERIOD.FIRST` = last.
LEFT_OUT = "number_left_out."


@dataclass(frozen=True)
class Series:
    """One series: its pattern such as `RE-{year}-{counter:04}`, and whether it starts again every year."""

    kind: str
    pattern: str
    reset: str


def set_up(language: str) -> None:
    """Write the series that a new data file starts with."""
    with db.transaction():
        for kind, prefix in _PREFIXES.get(language, _PREFIXES["en"]).items():
            never = kind in _NEVER
            pattern = f"{prefix}-{{counter:04}}" if never else f"{prefix}-{{year}}-{{counter:04}}"
            db.insert("number_series", {"kind": kind, "pattern": pattern, "reset": "never" if never else "yearly"})


def series(kind: str) -> Series:
    """The series of a kind of record."""
    return Series(*db.one("SELECT kind, pattern, reset FROM number_series WHERE kind = ?", [kind]))


def all_series() -> list[Series]:
    """Every series, in the order of `KINDS`."""
    return [series(kind) for kind in KINDS]


def check(pattern: str, reset: str) -> str | None:
    """A sentence about what is wrong with a pattern, or None."""
    if "{" in _TOKEN.sub("", pattern) or "}" in _TOKEN.sub("", pattern):
        return _("Only {year}, {year2}, {month} and {counter} can stand in braces.")
    names = [name for name, _width in _TOKEN.findall(pattern)]
    if names.count("counter") != 1:
        return _("The pattern needs the running number once, for example RE-{year}-{counter:04}.")
    if reset == "yearly" and not {"year", "year2"} & set(names):
        return _("A number that starts again every year needs the year in it, or numbers would repeat.")
    if len(pattern) > 40:
        return _("The pattern is too long; a number has up to 30 characters.")
    return None


def save(kind: str, pattern: str, reset: str) -> None:
    """Change a series from now on; numbers already given stay.

    Raises:
        ValidationError: the pattern has no running number, or would repeat numbers.
    """
    pattern = text.tidy(pattern)
    problem = check(pattern, reset)
    if problem:
        raise ValidationError({"pattern": problem})
    with db.transaction(_("Change numbering")):
        db.execute("UPDATE number_series SET pattern = ?, reset = ? WHERE kind = ?", [pattern, reset, kind])


def render(pattern: str, counter: int, day: date) -> str:
    """A number by its pattern: `RE-{year}-{counter:04}` with 152 in 2026 is RE-2026-0152."""
    values = {"year": f"{day.year:04}", "year2": f"{day.year % 100:02}", "month": f"{day.month:02}"}

    def token(found: re.Match[str]) -> str:
        name, width = found.groups()
        return str(counter).zfill(int(width or 1)) if name == "counter" else values[name]

    return _TOKEN.sub(token, pattern)


def _period(reset: str, day: date) -> str:
    return str(day.year) if reset == "yearly" else ""


def last_counter(kind: str, day: date) -> int:
    """The counter that was given last in the period of a day; 0 if none."""
    return int(
        db.value(
            "SELECT last FROM number_counter WHERE kind = ? AND period = ?", [kind, _period(series(kind).reset, day)]
        )
        or 0
    )


def preview(kind: str, day: date, *, ahead: int = 1) -> str:
    """The number that would be given on a day, without taking it; `ahead` 2 is the one after it."""
    return render(series(kind).pattern, last_counter(kind, day) + ahead, day)


def take(kind: str, day: date) -> str:
    """Take the next number. Must run inside the transaction that writes the record."""
    found = series(kind)
    period = _period(found.reset, day)
    with db.transaction():
        db.execute(
            "INSERT INTO number_counter VALUES(?, ?, 1) ON CONFLICT(kind, period) DO UPDATE SET last = last + 1",
            [kind, period],
        )
        counter = db.value("SELECT last FROM number_counter WHERE kind = ? AND period = ?", [kind, period])
    return render(found.pattern, int(counter), day)


def set_next(kind: str, day: date, number: int) -> None:
    """Let the series go on with this counter.

    Raises:
        ValidationError: the counter was given already.
    """
    last = last_counter(kind, day)
    if not last < number <= LARGEST_COUNTER:
        raise ValidationError({"next": _("Choose a number higher than {last}, the last one given.").format(last=last)})
    with db.transaction(_("Change numbering"), undoable=False):
        _go_on_after(kind, day, number - 1)


def _go_on_after(kind: str, day: date, counter: int) -> None:
    """Raise the counter and note which numbers were left out on purpose, so that nobody takes them for lost."""
    period, last = _period(series(kind).reset, day), last_counter(kind, day)
    if counter <= last:
        return
    db.execute(
        "INSERT INTO number_counter VALUES(?1, ?2, ?3) ON CONFLICT(kind, period) DO UPDATE SET last = ?3",
        [kind, period, counter],
    )
    db.execute("INSERT OR REPLACE INTO setting VALUES(?, ?)", [f"{LEFT_OUT}{kind}.{period}.{last + 1}", str(counter)])


def left_out(kind: str, day: date) -> list[range]:
    """The counters of the period of a day that were left out on purpose: by the owner or by numbers from elsewhere."""
    head = f"{LEFT_OUT}{kind}.{_period(series(kind).reset, day)}."
    rows = db.query("SELECT key, value FROM setting WHERE substr(key, 1, ?) = ?", [len(head), head])
    return [range(int(key[len(head) :]), int(last) + 1) for key, last in rows]


def counter_of(kind: str, number: str, day: date) -> int | None:
    """The counter inside a number that follows the series' pattern of that day, or None if it does not follow it."""
    return counter_in(series(kind).pattern, number, day)


def counter_in(pattern: str, number: str, day: date) -> int | None:
    """The counter inside a number made by a pattern on a day, or None if the pattern does not make such numbers."""
    match = _made_by(pattern, day.year, day.month).fullmatch(number)
    return int(match.group(1)) if match else None


@lru_cache(maxsize=256)
def _made_by(pattern: str, year: int, month: int) -> re.Pattern[str]:
    """What the numbers of a pattern look like in a month; worked out once, since reports ask for each number."""
    fixed = {"year": f"{year:04}", "year2": f"{year % 100:02}", "month": f"{month:02}"}
    parts, end = [], 0
    for found in _TOKEN.finditer(pattern):
        parts.append(re.escape(pattern[end : found.start()]))
        name = found.group(1)
        parts.append(r"(\d{1,9})" if name == "counter" else re.escape(fixed[name]))
        end = found.end()
    parts.append(re.escape(pattern[end:]))
    return re.compile("".join(parts))


def raise_past(kind: str, number: str, day: date) -> None:
    """Set the counter after a number that came from elsewhere (an import), if it follows the pattern."""
    counter = counter_of(kind, number, day)
    if counter is None:
        return
    with db.transaction():
        _go_on_after(kind, day, counter)


def take_free(kind: str, day: date, table: str) -> str:
    """The next number that no record of a table carries yet: owners may type numbers of their own."""
    while True:
        number = take(kind, day)
        if db.one(f"SELECT 1 FROM {table} WHERE number = ?", [number]) is None:
            return number
