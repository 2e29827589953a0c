"""One kind of record as a file: a plain table (CSV), JSON, a workbook. No text becomes a formula in any of them.

A cell of a workbook holds 32,767 signs. Longer text is cut there and says so; CSV and JSON have all of it.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import from_minor
from crm_desktop.customers import custom_fields
from crm_desktop.db import connection as db
from crm_desktop.exchange import cell_text, export_billing, export_tables

if TYPE_CHECKING:
    from crm_desktop.exchange.export_tables import Table

_SUFFIX = re.compile(r"_(minor|scaled|bp|on|at)$")
_OWN_FIELDS = "own_fields"
# Before these days a workbook has no day, since its calendar begins there; they stand as text.
_FIRST_DAY, _DAY_ZERO = date(1900, 3, 1), datetime(1899, 12, 30)  # noqa: DTZ001 - a day of workbooks has no zone
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Rows:
    """The rows of one kind of record with Decimals, days and instants; `amounts` are the places of amounts of money."""

    columns: list[str]
    rows: list[list[Any]]
    amounts: frozenset[int] = frozenset()
    own: int | None = None

    def records(self) -> Iterator[dict[str, Any]]:
        """Each row for JSON: column → text, number or null."""
        for row in self.rows:
            yield dict(zip(self.columns, map(_jsonable, row), strict=True))


def read(table: Table) -> Rows:
    """The rows of a kind of record, its columns named without what says how they are stored.

    Fields of the owner's own become columns of their own.
    """
    cursor = db.raw().execute(table.sql)
    stored = [column[0] for column in cursor.description]
    money = stored.index("currency") if "currency" in stored else None
    rows = [
        [
            _value(name, value, row[money] if money is not None else "EUR")
            for name, value in zip(stored, row, strict=True)
        ]
        for row in cursor
    ]
    amounts = frozenset(place for place, name in enumerate(stored) if name.endswith("_minor"))
    found = Rows([_SUFFIX.sub("", name) for name in stored], rows, amounts)
    return _with_own_fields(found) if _OWN_FIELDS in stored else found


def _value(column: str, value: Any, currency: str) -> Any:
    if value is None or value == "":
        return None
    suffix = column.rpartition("_")[2]
    if suffix == "minor":
        return from_minor(value, currency)
    if suffix in ("scaled", "bp"):
        number = Decimal(value).scaleb(-6 if suffix == "scaled" else -2)
        return number.to_integral_value() if number == number.to_integral_value() else number.normalize()
    if suffix == "on":
        return date.fromisoformat(value)
    return dates.instant_from(value) if suffix == "at" else value


def _with_own_fields(found: Rows) -> Rows:
    """The fields of the owner's own as columns at the end, in the owner's order, by their names."""
    place, fields = found.columns.index(_OWN_FIELDS), custom_fields.all_fields()
    columns = [name for name in found.columns if name != _OWN_FIELDS]
    rows = []
    for row in found.rows:
        values = json.loads(row[place]) if row[place] else {}
        rows.append([*row[:place], *row[place + 1 :], *(_own(field.kind, values.get(field.name)) for field in fields)])
    names = [_free_name(field.name, columns) for field in fields]
    amounts = frozenset(at - (at > place) for at in found.amounts)
    return Rows([*columns, *names], rows, amounts, own=len(columns))


def _free_name(name: str, taken: list[str]) -> str:
    return f"{name} (own)" if name in taken else name


def _own(kind: str, value: str | None) -> Any:
    if not value:
        return None
    try:
        if kind == "date":
            return date.fromisoformat(value)
        return Decimal(value) if kind == "number" else value
    except (ValueError, ArithmeticError):
        return value


def _jsonable(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return dates.instant_text(value)
    return value.isoformat() if isinstance(value, date) else value


# ---- plain -----------------------------------------------------------------------------------------------------------


def write_csv(path: Path, found: Rows) -> None:
    """Write a plain table.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(map(cell_text.defused, found.columns))
        writer.writerows(map(_csv_cell, row) for row in found.rows)


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    return cell_text.defused(value) if isinstance(value, str) else str(_jsonable(value))


def write_json(path: Path, records: Iterable[dict[str, Any]]) -> int:
    """Write records as a list with one record a line; gives how many.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    number = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("[")
        for number, record in enumerate(records, start=1):
            file.write(("," if number > 1 else "") + "\n" + json.dumps(record, ensure_ascii=False))
        file.write("\n]\n")
    return number


# ---- workbooks -------------------------------------------------------------------------------------------------------


def write_workbook(path: Path, title: str, found: Rows) -> None:
    """Write a workbook of one sheet; its cells stay what they are when somebody edits them.

    Raises:
        OSError: it cannot be written.
    """
    from crm_desktop.exchange import export_workbook  # openpyxl is slow to import

    path.parent.mkdir(parents=True, exist_ok=True)
    headings = [heading(name) if found.own is None or at < found.own else name for at, name in enumerate(found.columns)]
    rows = [[_cell(value) for value in row] for row in found.rows]
    formats = [_number_format(place in found.amounts, found.rows, place) for place in range(len(headings))]
    export_workbook.write(path, title, list(zip(headings, formats, strict=True)), rows)


def heading(column: str) -> str:
    """The heading of a column in the owner's language; one without shows its own name."""
    known = export_tables.HEADINGS.get(column) or export_billing.HEADINGS.get(column)
    return _(known) if known else column.replace("_", " ").capitalize()


def _cell(value: Any) -> Any:
    """A value as workbooks count: an instant in days since their first one, in the time of this computer."""
    if not isinstance(value, datetime):
        return value
    passed = value.astimezone().replace(tzinfo=None) - _DAY_ZERO
    if passed.days < (_FIRST_DAY - _DAY_ZERO.date()).days:
        return dates.instant_text(value)
    seconds = Decimal(passed.seconds) / _SECONDS_A_DAY
    return (passed.days + seconds).quantize(Decimal("1.000000000"))


def _number_format(is_amount: bool, rows: list[list[Any]], place: int) -> str:  # noqa: FBT001
    """The format of a column by what stands in it: amounts with the decimals of their currency, text as text."""
    values = [row[place] for row in rows if row[place] is not None]
    if is_amount:
        digits = max((-int(value.as_tuple().exponent) for value in values), default=2)
        return "#,##0" + (f".{'0' * digits}" if digits > 0 else "")
    if any(isinstance(value, str) for value in values):
        return "@"
    if values and all(isinstance(value, datetime) for value in values):
        return "yyyy-mm-dd hh:mm"
    return "yyyy-mm-dd" if values and isinstance(values[0], date) else "General"
