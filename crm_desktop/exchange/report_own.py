"""An own report: any list of records with chosen columns, a group and sums, as a typed table with formulas over it.

Sums are kept apart by group and, where the records have one, by currency: amounts of different currencies are never added.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from crm_desktop.company import profile
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import from_minor
from crm_desktop.db import connection as db
from crm_desktop.exchange import export_billing, export_tables, report_lists
from crm_desktop.exchange import report_workbook as wb
from crm_desktop.exchange.report_parts import note
from crm_desktop.exchange.report_rows import Formula
from crm_desktop.exchange.report_styles import COUNT, DAY, MONEY, RATE, TEXT
from crm_desktop.exchange.report_workbook import Block, Cell, Chart, Column, Sheet

_SCALED = Decimal(1_000_000)
# As criteria a spreadsheet takes texts up to this length, and reads some as a date or a truth.
_LONGEST = 250
# So many groups make a chart that can be read.
_CHARTED = range(2, 32)
_MONTH = re.compile(r"\d{4} · \d\d")
_READ_AS = re.compile(r"(true|false|wahr|falsch|[a-zäöü]{3,9}\.?[ -]\d)", re.IGNORECASE)
_DAYS = (
    "issue_on",
    "paid_on",
    "opened_at",
    "happened_at",
    "created_at",
    "due_on",
    "start_on",
    "answered_on",
    "expected_on",
)


@dataclass(frozen=True)
class Own:
    """What a report shows: the list, its columns ("" for all), by what it is grouped, and what is added up.

    Where `by_period` is set and the list has a day, only records of the period are shown. A group "issue_on:month" or
    "issue_on:year" puts the days of a column together.
    """

    table: str
    columns: tuple[str, ...] = ()
    group: str = ""
    sums: tuple[str, ...] = ()
    by_period: bool = True


@dataclass
class _Read:
    """The rows of a list as they are stored, with the names of their columns."""

    names: list[str]
    rows: list[tuple[Any, ...]] = field(default_factory=list)


def tables() -> list[tuple[str, str]]:
    """The lists that there are, those that are asked for most first: (name, words)."""
    return [(table.name, _(table.title)) for table in report_lists.tables()]


def columns_of(table: str) -> list[tuple[str, str, bool]]:
    """The columns of a list that have a name in words: (name, heading, whether it can be added up).

    Raises:
        UserError: there is no such list.
    """
    names = [name for name in _read(table, limit=1).names if _said(name)]
    return [(name, heading(name, names), _can_be_added(name)) for name in names]


def usual_columns(table: str) -> tuple[str, ...]:
    """The columns that a new report over a list begins with."""
    return report_lists.usual_columns(table, [name for name, _heading, _sum in columns_of(table)])


def day_of(table: str) -> str:
    """The heading of the day by which a report over a list keeps to a period; "" where the list has none."""
    name = _day_of(_read(table, limit=1).names)
    return heading(name) if name else ""


def _can_be_added(name: str) -> bool:
    return kind_of(name) in (MONEY, COUNT, RATE) and not name.endswith("_bp") and not name.startswith("price_")


def heading(name: str, others: Sequence[str] = ()) -> str:
    """A column in words: "net_minor" is "Net"; a day that is called as another column says that it is a day."""
    name, _colon, span = name.partition(":")
    if span:
        return _("Month") if span == "month" else _("Year")
    base = name.removesuffix("_on").removesuffix("_at")
    if base != name and base in others:
        return _("{column}, day").format(column=heading(base))
    known = _said(name)
    return _(known) if known else name.replace("_", " ").capitalize()


def _said(name: str) -> str:
    """The heading of a column, "" for one that only programs need."""
    for ending in ("_minor", "_scaled", "_bp", "_on", "_at", "_id"):
        name = name.removesuffix(ending)
    return report_lists.HEADINGS.get(name) or export_tables.HEADINGS.get(name) or export_billing.HEADINGS.get(name, "")


def kind_of(name: str) -> str:
    """What a column holds, by the unit that its name carries; the month of a day is text."""
    if name.endswith("_minor"):
        return MONEY
    if name.endswith(("_on", "_at")):
        return DAY
    if name.endswith(("_scaled", "_bp")) or name in ("quantity", "days", "minutes", "points", "orders"):
        return RATE
    return TEXT


def groups_of(table: str) -> list[tuple[str, str]]:
    """By what a list can be grouped: (name, words); days also by month and by year."""
    found = []
    for name, text, _sum in columns_of(table):
        if kind_of(name) == DAY:
            found += [(f"{name}:month", _("{column}, by month").format(column=text)),
                      (f"{name}:year", _("{column}, by year").format(column=text))]  # fmt: skip
        elif kind_of(name) == TEXT:
            found.append((name, text))
    return found


def check(own: Own) -> None:
    """Raises UserError where the report asks for a list or a column that is not there."""
    known = set(_read(own.table, limit=1).names)
    for name in (*own.columns, *([own.group.partition(":")[0]] if own.group else []), *own.sums):
        if name not in known:
            raise UserError(
                _("The list has no column “{name}”. There are: {names}.").format(
                    name=name, names=", ".join(sorted(known))
                )
            )


def sheets(own: Own, title: str, first: date, last: date) -> list[Sheet]:
    """The report: sums by group first (where it has a group), then the rows.

    Raises:
        UserError: it asks for a list or a column that is not there.
    """
    check(own)
    found = _within(_read(own.table), first, last) if own.by_period else _read(own.table)
    _put_days_together(found, own.group)
    home = profile.load().currency
    shown = list(own.columns) or [name for name in found.names if _said(name)]
    has_money = any(kind_of(name) == MONEY for name in (*shown, *own.sums))
    has_currency = "currency" in found.names and own.table not in report_lists.IN_OWN_CURRENCY
    needed = [own.group, *own.sums, *(["currency"] if has_money and has_currency else [])]
    shown += [name for name in dict.fromkeys(needed) if name and name not in shown]
    places = [found.names.index(name) for name in shown]
    money = found.names.index("currency") if has_currency else -1
    words = report_lists.words(own.table)
    group = found.names.index(own.group) if own.group else 0
    ordered = sorted(found.rows, key=lambda r: str(r[group] or "").casefold()) if own.group else found.rows
    rows = [
        tuple(
            _cell(name, words.get(name, {}).get(row[p], row[p]), row[money] if money >= 0 else home)
            for name, p in zip(shown, places, strict=True)
        )
        for row in ordered
    ]
    columns = tuple(
        Column(heading=heading(name, shown), kind=kind_of(name), currency=home if kind_of(name) == MONEY else "",
               total=name in own.sums and money < 0)
        for name in shown
    )  # fmt: skip
    behind = Sheet(
        name=_("Rows"), title=title, note=note(), blocks=(Block(name="Report", columns=_distinct(columns), rows=rows),),
        landscape=len(columns) > 6,
    )  # fmt: skip
    if not (own.group or own.sums):
        return [behind]
    by_currency = has_currency and any(kind_of(name) == MONEY for name in own.sums)
    return [_summary(own, title, shown, rows, by_currency=by_currency), behind]


def _distinct(columns: Sequence[Column]) -> tuple[Column, ...]:
    """A table of a workbook needs headings that differ."""
    seen: dict[str, int] = {}
    made = []
    for column in columns:
        seen[column.heading] = seen.get(column.heading, 0) + 1
        number = seen[column.heading]
        text = column.heading if number == 1 else f"{column.heading} {number}"
        made.append(Column(heading=text, kind=column.kind, currency=column.currency, total=column.total))
    return tuple(made)


def _put_days_together(found: _Read, group: str) -> None:
    """Add the month or year of a day as a column of its own, where the report is grouped by it."""
    name, _colon, span = group.partition(":")
    if not span:
        return
    place = found.names.index(name)
    found.names.append(group)
    found.rows = [(*row, _part_of(str(row[place] or ""), span)) for row in found.rows]


def _part_of(day: str, span: str) -> str:
    """A month as in "2026 · 11", which no spreadsheet takes for a date; a year as it is."""
    if not day:
        return ""
    return day[:4] if span == "year" else f"{day[:4]} · {day[5:7]}"


def _summary(own: Own, title: str, shown: list[str], rows: list[tuple[Cell, ...]], *, by_currency: bool) -> Sheet:
    """One line per group and currency: how many, and the sums as formulas over the rows."""
    keys = list(dict.fromkeys(name for name in (own.group, "currency" if by_currency else "") if name))
    places = [shown.index(name) for name in keys]
    groups: dict[tuple[str, ...], list[tuple[Cell, ...]]] = {}
    for row in rows:
        groups.setdefault(tuple(_words(row[place]) for place in places), []).append(row)
    adds_up = not by_currency or len({key[-1] for key in groups}) == 1
    columns = (
        *(Column(heading=heading(name, shown), wide=24) for name in keys),
        Column(heading=_("Number"), kind=COUNT, total=True),
        *(
            Column(heading=heading(name), kind=RATE if kind_of(name) == RATE else MONEY, total=adds_up)
            for name in own.sums
        ),
    )
    lines: list[tuple[Cell, ...]] = []
    sheet, alike = _("Rows"), Counter("\n".join(key).casefold() for key in groups)
    for key, within in groups.items():
        # A formula compares text, large and small letters alike; where that could mean others as well, a number is written.
        tests = ",".join(f"{wb.data_range(sheet, p, len(rows))},{_letter(i)}{{row}}" for i, p in enumerate(places))
        plain = keys and all(_is_plain(text) for text in key) and alike["\n".join(key).casefold()] == 1
        sums = [_group_sum(shown.index(name), within, len(rows), tests if plain else "") for name in own.sums]
        lines.append((*(text or _("(without)") for text in key), len(within), *sums))
    charts: tuple[Chart, ...] = ()
    if own.group and own.sums and adds_up and len(lines) in _CHARTED:
        charts = (Chart(title=heading(own.sums[0]), block=0, column=len(keys) + 1),)
    return Sheet(
        name=_("Summary"), title=title, note=note(), blocks=(Block(columns=columns, rows=lines),), charts=charts
    )


def _letter(place: int) -> str:
    return f"${chr(ord('A') + wb.FIRST_COLUMN - 1 + place)}"


def _is_plain(text: str) -> bool:
    """Whether a spreadsheet finds exactly this text as a criterion."""
    if _MONTH.fullmatch(text):
        return True
    return 0 < len(text) < _LONGEST and text[0].isalpha() and not set(text) & set("*?~") and not _READ_AS.match(text)


def _words(cell: Cell) -> str:
    return "" if cell is None or isinstance(cell, Formula) else str(cell)


def _group_sum(place: int, within: list[tuple[Cell, ...]], number: int, tests: str) -> Cell:
    added = sum((Decimal(cell) for row in within if isinstance(cell := row[place], int | Decimal)), Decimal(0))
    summed = wb.data_range(_("Rows"), place, number)
    return Formula(f"=SUMIFS({summed},{tests})", added) if tests else added


def _table(name: str) -> export_tables.Table:
    known = {table.name: table for table in report_lists.tables()}
    if name in known:
        return known[name]
    names = ", ".join(known)
    raise UserError(_("There is no list “{name}”. There are: {names}.").format(name=name, names=names))


def _read(table: str, limit: int = -1) -> _Read:
    cursor = db.raw().execute(f"SELECT * FROM ({_table(table).sql}) LIMIT {limit}")
    return _Read([column[0] for column in cursor.description], cursor.fetchall())


def _within(found: _Read, first: date, last: date) -> _Read:
    """The rows whose first known day lies in the period; a list without a day is kept whole."""
    day = _day_of(found.names)
    if not day:
        return found
    place = found.names.index(day)
    rows = [row for row in found.rows if row[place] and first.isoformat() <= str(row[place])[:10] <= last.isoformat()]
    return _Read(found.names, rows)


def _day_of(names: Sequence[str]) -> str:
    """The day by which records belong to a period; "" without one."""
    return next((name for name in _DAYS if name in names), "")


def _cell(name: str, value: Any, currency: str) -> Cell:
    """A stored value as a cell; what is not what its column says stays text."""
    kind = kind_of(name)
    if value is None or value == "":
        return None
    try:
        if kind == MONEY:
            return from_minor(int(value), currency)
        if kind == DAY:
            return date.fromisoformat(str(value)[:10])
        if kind == RATE:
            return Decimal(str(value)) / (_SCALED if name.endswith("_scaled") else 100 if name.endswith("_bp") else 1)
    except (ValueError, InvalidOperation):
        return str(value)
    return int(value) if isinstance(value, int) else str(value)
