"""Cells copied from a spreadsheet, understood as work done: day, customer, what, how much, price and note in any order.

A column of days is the day, one of names of customers the customer; the first words are what was done, the next ones the
note; the first numbers (or times like 1:30) are how much, the next ones the price. A heading row is left out. A row that
cannot be noted says why; nothing is dropped silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from crm_desktop.core import text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import customer_list
from crm_desktop.gui.parts import entry, line_paste
from crm_desktop.gui.widgets import formats
from crm_desktop.sales import work_done

_DAY, _CUSTOMER, _WHAT, _NOTE, _QUANTITY, _PRICE, _UNIT = (
    "done_on", "customer_id", "name", "description", "quantity", "price", "unit",
)  # fmt: skip
# Words of headings in the languages of the documents, as `text.fold` writes them.
_HEADINGS = {
    _DAY: {"date", "day", "datum", "tag", "fecha", "jour"},
    _CUSTOMER: {"customer", "client", "kunde", "kundin", "kundenname", "cliente"},
    _NOTE: {"note", "notes", "comment", "notiz", "bemerkung", "kommentar", "nota"},
    _PRICE: {"rate", "price", "preis", "satz", "stundensatz", "einzelpreis", "prix", "tarif", "precio"},
    _QUANTITY: {"hours", "quantity", "qty", "duration", "stunden", "menge", "dauer", "heures", "horas", "cantidad"},
    _UNIT: {"unit", "einheit", "unite", "unidad"},
    _WHAT: {
        "what",
        "task",
        "work",
        "description",
        "was",
        "tatigkeit",
        "leistung",
        "beschreibung",
        "travail",
        "trabajo",
    },
}


@dataclass
class Row:
    """One row: the values of a service as far as they were understood, and why it cannot be noted (or "")."""

    values: dict[str, Any] = field(default_factory=dict)
    customer: str = ""
    problem: str = ""


def read(pasted: str, customer_id: int | None = None) -> list[Row]:
    """The rows of a table as it comes from the clipboard; `customer_id` is taken where no column names the customer."""
    cells = [[cell.strip() for cell in line.split("\t")] for line in pasted.splitlines() if line.strip()]
    if not cells:
        return []
    known = _Customers()
    has_headings = len(cells) > 1 and _is_heading(cells[0], cells[1:])
    body = cells[1:] if has_headings else cells
    columns = _columns(body, _named(cells[0]) if has_headings else [], known)
    amounts = [place for place, name in enumerate(columns) if name in (_QUANTITY, _PRICE)]
    mark = line_paste.decimal_mark(row[place] for row in body for place in amounts if place < len(row))
    usual = work_done.start(customer_id)
    return [_row(row, columns, mark, known, usual) for row in body]


class _Customers:
    """Which customer a name means, looked up once a name."""

    def __init__(self) -> None:
        self._found: dict[str, int | None] = {}

    def id_of(self, name: str) -> int | None:
        """The customer with exactly this name, however its letters are written; None if there is none or several."""
        folded = text.fold(text.tidy(name))
        if folded not in self._found:
            same = [row.id for row in customer_list.find(name, 8) if text.fold(row.name) == folded] if folded else []
            self._found[folded] = same[0] if len(same) == 1 else None
        return self._found[folded]


def _quantity(cell: str, mark: str) -> Decimal | None:
    if ":" in cell or cell[-1:].casefold() in ("h", "n"):
        return work_done.hours_from(cell)
    return _number(cell, mark)


def _number(cell: str, mark: str) -> Decimal | None:
    plain = "".join(c for c in cell if c.isdigit() or c in ".,-\u2212")
    if mark and plain:
        plain = plain.replace("." if mark == "," else ",", "").replace(mark, ".").replace("\u2212", "-")
        return formats.parse_number(plain) if plain.count(".") == 0 else _plain(plain)
    return formats.parse_number(plain)


def _plain(number: str) -> Decimal | None:
    whole, _point, part = number.partition(".")
    is_number = whole.lstrip("-").isdigit() and part.isdigit()
    return Decimal(f"{whole}.{part}") if is_number else None


def _is_day(cell: str) -> bool:
    return any(sign in cell for sign in "./- ") and formats.parse_date(cell) is not None and not cell.isdigit()


def _is_amount(cell: str) -> bool:
    return (
        any(c.isdigit() for c in cell)
        and _quantity(cell, "") is not None
        and not any(c.isalpha() and c.casefold() not in "hmineurchfgbpusdt" for c in cell)
    )


def _is_heading(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row has only words while days or numbers stand below."""
    if any(_is_day(cell) or _is_amount(cell) for cell in first if cell):
        return False
    return any(_is_day(cell) or _is_amount(cell) for row in rows for cell in row if cell)


def _named(headings: Sequence[str]) -> list[str]:
    """What the headings say that their columns are; "" where they say nothing that is known."""
    found: list[str] = []
    for heading in headings:
        words = set(text.fold(heading).replace("-", " ").replace("/", " ").split())
        meaning = next((name for name, known in _HEADINGS.items() if words & known and name not in found), "")
        found.append(meaning)
    return found


def _columns(rows: Sequence[Sequence[str]], named: Sequence[str], known: _Customers) -> list[str]:
    found = [*named]
    for place in range(max(len(row) for row in rows)):
        cells = [row[place] for row in rows if place < len(row) and row[place]]
        if place >= len(found):
            found.append("")
        if not found[place]:
            found[place] = _meaning(cells, found, known)
    return found


def _meaning(cells: Sequence[str], found: Sequence[str], known: _Customers) -> str:
    if not cells:
        return ""
    if _DAY not in found and sum(map(_is_day, cells)) * 2 > len(cells):
        return _DAY
    if sum(map(_is_amount, cells)) * 2 > len(cells):
        return next((name for name in (_QUANTITY, _PRICE) if name not in found), "")
    if _UNIT not in found and all(entry.unit_named(cell) for cell in cells):
        return _UNIT
    if _CUSTOMER not in found and sum(known.id_of(cell) is not None for cell in cells) * 2 > len(cells):
        return _CUSTOMER
    return next((name for name in (_WHAT, _NOTE) if name not in found), "")


def _row(cells: Sequence[str], columns: Sequence[str], mark: str, known: _Customers, usual: dict[str, Any]) -> Row:
    typed = {name: cell for name, cell in zip(columns, cells, strict=False) if name and cell}
    made = Row(dict(usual), typed.get(_CUSTOMER, ""))
    if _CUSTOMER in typed:
        made.values[_CUSTOMER] = known.id_of(typed[_CUSTOMER])
        if made.values[_CUSTOMER]:
            made.values |= work_done.start(made.values[_CUSTOMER])
    made.values |= {name: typed[name] for name in (_WHAT, _NOTE) if name in typed}
    if _DAY in typed:
        made.values[_DAY] = formats.parse_date(typed[_DAY])
    if _QUANTITY in typed:
        made.values[_QUANTITY] = _quantity(typed[_QUANTITY], mark)
    if _PRICE in typed:
        made.values[_PRICE] = _number(typed[_PRICE], mark)
    if _UNIT in typed:
        made.values[_UNIT] = entry.unit_named(typed[_UNIT])
    made.problem = _problem(made)
    return made


def _problem(made: Row) -> str:
    if made.customer and not made.values.get(_CUSTOMER):
        return _("No customer is called “{name}”.").format(name=made.customer)
    return next(iter(work_done.check(made.values).values()), "")
