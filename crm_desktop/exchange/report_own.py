"""An own report: any list of records with chosen columns, a group and sums, as a typed table with formulas over it.

Sums are kept apart by group and, where the records have one, by currency: amounts of different currencies are never added.
"""

from __future__ import annotations

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
from crm_desktop.exchange import export_billing, export_tables, exporting
from crm_desktop.exchange import report_workbook as wb
from crm_desktop.exchange.report_parts import note
from crm_desktop.exchange.report_rows import Formula
from crm_desktop.exchange.report_styles import COUNT, DAY, MONEY, RATE, TEXT
from crm_desktop.exchange.report_workbook import Block, Cell, Column, Sheet

_SCALED = Decimal(1_000_000)
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

    Where `by_period` is set and the list has a day, only records of the period are shown.
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
    """The lists that there are: (name, words)."""
    return [(table.name, _(table.title)) for table in exporting.TABLES]


def columns_of(table: str) -> list[tuple[str, str, bool]]:
    """The columns of a list: (name, heading, whether it can be added up).

    Raises:
        UserError: there is no such list.
    """
    return [(name, heading(name), kind_of(name) in (MONEY, COUNT, RATE)) for name in _read(table, limit=1).names]


def heading(name: str) -> str:
    """A column in words: "net_minor" is "Net"."""
    for ending in ("_minor", "_scaled", "_bp", "_on", "_at", "_id"):
        name = name.removesuffix(ending)
    known = export_tables.HEADINGS.get(name) or export_billing.HEADINGS.get(name)
    return _(known) if known else name.replace("_", " ").capitalize()


def kind_of(name: str) -> str:
    """What a column holds, by the unit that its name carries."""
    if name.endswith("_minor"):
        return MONEY
    if name.endswith(("_on", "_at")):
        return DAY
    if name.endswith(("_scaled", "_bp")) or name in ("quantity", "days", "minutes", "points"):
        return RATE
    return TEXT


def check(own: Own) -> None:
    """Raises UserError where the report asks for a list or a column that is not there."""
    known = {name for name, _heading, _sum in columns_of(own.table)}
    for name in (*own.columns, *([own.group] if own.group else []), *own.sums):
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
    home = profile.load().currency
    shown = list(own.columns) or found.names
    has_money = any(kind_of(name) == MONEY for name in shown)
    needed = [own.group, *own.sums, *(["currency"] if has_money and "currency" in found.names else [])]
    shown += [name for name in needed if name and name not in shown]
    places = [found.names.index(name) for name in shown]
    money = found.names.index("currency") if "currency" in found.names else -1
    ordered = (
        sorted(found.rows, key=lambda r: str(r[found.names.index(own.group)] or "").casefold())
        if own.group
        else found.rows
    )
    rows = [tuple(_cell(found.names[p], row[p], row[money] if money >= 0 else home) for p in places) for row in ordered]
    columns = tuple(
        Column(heading=heading(name), kind=kind_of(name), currency=home if kind_of(name) == MONEY else "",
               total=name in own.sums and money < 0)
        for name in shown
    )  # fmt: skip
    behind = Sheet(
        name=_("Rows"), title=title, note=note(), blocks=(Block(name="Report", columns=_distinct(columns), rows=rows),),
        landscape=len(columns) > 6,
    )  # fmt: skip
    return [_summary(own, title, shown, rows), behind] if own.group or own.sums else [behind]


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


def _summary(own: Own, title: str, shown: list[str], rows: list[tuple[Cell, ...]]) -> Sheet:
    """One line per group and currency: how many, and the sums as formulas over the rows."""
    has_money = any(kind_of(name) == MONEY for name in own.sums)
    keys = [name for name in (own.group, "currency" if has_money and "currency" in shown else "") if name]
    places = [shown.index(name) for name in keys]
    groups: dict[tuple[str, ...], list[tuple[Cell, ...]]] = {}
    for row in rows:
        groups.setdefault(tuple(_words(row[place]) for place in places), []).append(row)
    columns = (
        *(Column(heading=heading(name), wide=24) for name in keys),
        Column(heading=_("Number"), kind=COUNT, total=True),
        *(Column(heading=heading(name), kind=RATE if kind_of(name) == RATE else MONEY) for name in own.sums),
    )
    lines: list[tuple[Cell, ...]] = []
    sheet = _("Rows")
    for key, within in groups.items():
        # A formula compares text; a group without a name or with signs of its own is written as a number.
        tests = ",".join(f"{wb.data_range(sheet, p, len(rows))},{_letter(i)}{{row}}" for i, p in enumerate(places))
        plain = all(_is_plain(text) for text in key) and keys
        sums = [_group_sum(shown.index(name), within, len(rows), tests if plain else "") for name in own.sums]
        lines.append((*key, len(within), *sums))
    return Sheet(name=_("Summary"), title=title, note=note(), blocks=(Block(columns=columns, rows=lines),))


def _letter(place: int) -> str:
    return f"${chr(ord('A') + wb.FIRST_COLUMN - 1 + place)}"


def _is_plain(text: str) -> bool:
    """Whether a spreadsheet finds exactly this text as a criterion."""
    return bool(text) and text[0] not in "=<>" and not set(text) & set("*?~") and not text.replace(".", "").isdigit()


def _words(cell: Cell) -> str:
    return "" if cell is None or isinstance(cell, Formula) else str(cell)


def _group_sum(place: int, within: list[tuple[Cell, ...]], number: int, tests: str) -> Cell:
    added = sum((Decimal(cell) for row in within if isinstance(cell := row[place], int | Decimal)), Decimal(0))
    summed = wb.data_range(_("Rows"), place, number)
    return Formula(f"=SUMIFS({summed},{tests})", added) if tests else added


def _table(name: str) -> export_tables.Table:
    for table in exporting.TABLES:
        if table.name == name:
            return table
    names = ", ".join(table.name for table in exporting.TABLES)
    raise UserError(_("There is no list “{name}”. There are: {names}.").format(name=name, names=names))


def _read(table: str, limit: int = -1) -> _Read:
    cursor = db.raw().execute(f"SELECT * FROM ({_table(table).sql}) LIMIT {limit}")
    return _Read([column[0] for column in cursor.description], cursor.fetchall())


def _within(found: _Read, first: date, last: date) -> _Read:
    """The rows whose first known day lies in the period; a list without a day is kept whole."""
    day = next((name for name in _DAYS if name in found.names), "")
    if not day:
        return found
    place = found.names.index(day)
    rows = [row for row in found.rows if row[place] and first.isoformat() <= str(row[place])[:10] <= last.isoformat()]
    return _Read(found.names, rows)


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
