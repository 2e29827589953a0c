"""The lines of an invoice while they are typed: a small spreadsheet without a screen.

Each cell keeps what was typed, also where it cannot be read: then the line goes on with its old value and `unread` says
so beside the cell. Rows without any content are no lines of the invoice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from crm_desktop.billing.document import DraftLine
from crm_desktop.core import text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts import entry
from crm_desktop.gui.widgets import formats
from crm_desktop.sales import catalogue
from crm_desktop.sales.basket import GROSS
from crm_desktop.sales.tax_categories import CATEGORIES, category_name

COLUMNS = ("name", "qty", "unit", "price", "discount", "rate")
Tax = tuple[str, Decimal | None]


@dataclass(frozen=True)
class Row:
    """One line as it stands, and what was typed into it that cannot be read (column → text)."""

    line: DraftLine
    unread: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was entered yet."""
        line = self.line
        return not (line.name or line.description or line.price or line.item_id or self.unread)


class LineSheet:
    """The rows of one invoice. `tax` is what a new line starts with."""

    def __init__(self, lines: Sequence[DraftLine] = (), *, currency: str = "EUR", tax: Tax = ("S", None)) -> None:
        self.currency, self.tax = currency, tax
        self.rows: list[Row] = [Row(line) for line in lines]

    # ---- what comes out ----------------------------------------------------------------------------------------------

    def lines(self) -> tuple[DraftLine, ...]:
        """The lines of the invoice."""
        return tuple(row.line for row in self.rows if not row.is_empty)

    def full_rows(self) -> list[int]:
        """The rows that are lines of the invoice, in order."""
        return [index for index, row in enumerate(self.rows) if not row.is_empty]

    def row_of_line(self, place: int) -> int:
        """The row in which the line with this place stands, -1 if there is none."""
        full = self.full_rows()
        return full[place] if 0 <= place < len(full) else -1

    def line_of_row(self, index: int) -> int:
        """The place of a row among the lines of the invoice, -1 if it is empty."""
        if not 0 <= index < len(self.rows) or self.rows[index].is_empty:
            return -1
        return sum(not row.is_empty for row in self.rows[:index])

    def problems(self) -> dict[tuple[int, str], str]:
        """(row, column) → sentence for all that cannot be read."""
        return {(index, name): self._sentence(name) for index, row in enumerate(self.rows) for name in row.unread}

    @staticmethod
    def _sentence(name: str) -> str:
        if name == "unit":
            return _("This unit is not known. Pick one from the list.")
        if name == "rate":
            return _("This tax rate is not known. Pick one from the list.")
        if name == "discount":
            return _("Write a discount like 5% or 10.00 EUR.")
        return _("This is not a number.")

    # ---- rows --------------------------------------------------------------------------------------------------------

    def blank(self) -> Row:
        """A row without content."""
        return Row(DraftLine(name="", category=self.tax[0], rate=self.tax[1]))

    def add(self, index: int | None = None) -> int:
        """Put in an empty row, at the end or at a place; gives the place."""
        place = len(self.rows) if index is None else index
        self.rows.insert(place, self.blank())
        return place

    def remove(self, index: int) -> None:
        """Take a row out; one empty row is left."""
        del self.rows[index]
        if not self.rows:
            self.add()

    def move(self, index: int, step: int) -> int:
        """Move a row up (-1) or down (1); gives its new place."""
        target = index + step
        if not (0 <= target < len(self.rows)):
            return index
        self.rows[index], self.rows[target] = self.rows[target], self.rows[index]
        return target

    def put(self, index: int, line: DraftLine) -> None:
        """Make a row the given line; quantity and discount that were typed before stay."""
        old = self.rows[index].line
        kept = (
            replace(line, quantity=old.quantity, allowances=old.allowances) if not self.rows[index].is_empty else line
        )
        self.rows[index] = Row(kept)

    # ---- cells -------------------------------------------------------------------------------------------------------

    def shown(self, index: int, name: str) -> str:
        """What a cell shows."""
        row = self.rows[index]
        if name in row.unread:
            return row.unread[name]
        line = row.line
        if name in ("qty", "price") and row.is_empty:
            return ""
        makers = {
            "name": lambda: line.name,
            "qty": lambda: formats.quantity(line.quantity),
            "unit": lambda: _(catalogue.UNITS.get(line.unit, line.unit)),
            "price": lambda: price_text(line.price),
            "discount": lambda: entry.discount_text(next(iter(line.allowances), None), self.currency),
            "rate": lambda: tax_text((line.category, line.rate)),
        }
        return makers[name]()

    def typed(self, index: int, name: str) -> str:
        """What an editor starts with."""
        line = self.rows[index].line
        if name == "discount" and name not in self.rows[index].unread:
            return entry.discount_text(next(iter(line.allowances), None), self.currency, with_reason=True)
        return self.shown(index, name)

    def set_text(self, index: int, name: str, typed: str) -> bool:
        """Take what was typed into a cell; False where it cannot be read (it is kept and marked)."""
        row = self.rows[index]
        unread = {key: value for key, value in row.unread.items() if key != name}
        changed = self._read(row.line, name, text.tidy(typed))
        if changed is None:
            self.rows[index] = Row(row.line, unread | {name: text.tidy(typed)})
            return False
        self.rows[index] = Row(changed, unread)
        return True

    def _read(self, line: DraftLine, name: str, typed: str) -> DraftLine | None:
        readers = {"qty": self._quantity, "unit": self._unit, "price": self._price, "discount": self._discount}
        if name == "name":
            return _named(line, typed)
        if name == "rate":
            found = parse_tax(typed, self.tax)
            return None if found is None else replace(line, category=found[0], rate=found[1])
        return readers[name](line, typed)

    @staticmethod
    def _quantity(line: DraftLine, typed: str) -> DraftLine | None:
        if not typed:
            return replace(line, quantity=Decimal(1))
        found = entry.parse_quantity(typed)
        return None if found is None else replace(line, quantity=found[0], unit=found[1] or line.unit)

    @staticmethod
    def _unit(line: DraftLine, typed: str) -> DraftLine | None:
        code = entry.unit_named(typed or "C62")
        return None if code is None else replace(line, unit=code)

    @staticmethod
    def _price(line: DraftLine, typed: str) -> DraftLine | None:
        value = entry.parse_amount(typed) if typed else Decimal(0)
        return None if value is None else replace(line, price=value)

    @staticmethod
    def _discount(line: DraftLine, typed: str) -> DraftLine | None:
        rest = line.allowances[1:]
        if not typed:
            return replace(line, allowances=rest)
        before = line.allowances[0].reason if line.allowances else ""
        found = entry.parse_discount(typed, before)
        return None if found is None else replace(line, allowances=(found, *rest))

    def set_tax(self, index: int, tax: Tax) -> None:
        """Tax a line in another way."""
        row = self.rows[index]
        unread = {key: value for key, value in row.unread.items() if key != "rate"}
        self.rows[index] = Row(replace(row.line, category=tax[0], rate=tax[1]), unread)

    def set_description(self, index: int, words: str) -> None:
        """Change the text below the name of a line."""
        row = self.rows[index]
        self.rows[index] = Row(replace(row.line, description=text.tidy_lines(words)), row.unread)

    # ---- all at once -------------------------------------------------------------------------------------------------

    def paste(self, index: int, name: str, pasted: str) -> int:
        """Put cells of a spreadsheet in from this cell on, adding rows as needed; gives the number of rows."""
        rows = entry.pasted_rows(pasted)
        first = COLUMNS.index(name)
        columns = _guess(rows, self.tax) if first == 0 else COLUMNS[first:]
        for step, cells in enumerate(rows):
            place = index + step
            if place >= len(self.rows):
                self.add()
            for column, cell in zip(columns, cells, strict=False):
                if column and cell:
                    self.set_text(place, column, cell)
        return len(rows)

    def convert(self, price_mode: str) -> None:
        """Turn net prices into price tags, or price tags into net prices with up to four decimals."""
        for index, row in enumerate(self.rows):
            factor = (100 + (row.line.rate or Decimal(0))) / 100
            price = row.line.price * factor if price_mode == GROSS else row.line.price / factor
            exact = price.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
            self.rows[index] = Row(replace(row.line, price=exact.normalize() + 0), row.unread)


def _named(line: DraftLine, typed: str) -> DraftLine:
    return replace(line, name=typed)


def _guess(rows: list[list[str]], usual: Tax) -> tuple[str, ...]:
    """Which column of a pasted table is what: the first numbers are quantity and price, a unit is a word we know.

    Percentages are discounts unless the usual tax rate is among them.
    """
    width = max((len(row) for row in rows), default=0)
    if width <= 1:
        return ("name",)
    found = ["name", *[""] * (width - 1)]
    free = ["qty", "price", "discount", "rate"]
    for place in range(1, width):
        cells = [row[place] for row in rows if place < len(row) and row[place]]
        if cells and all(entry.unit_named(cell) for cell in cells) and "unit" not in found:
            found[place] = "unit"
        elif cells and all(cell.endswith("%") for cell in cells):
            found[place] = "rate" if usual in [parse_tax(cell, usual) for cell in cells] else "discount"
        elif cells and all(entry.parse_amount(cell) is not None for cell in cells):
            left = [name for name in free if name not in found]
            found[place] = left[0] if left and left[0] in ("qty", "price") else ""
    if "price" not in found and "qty" in found and width == 2:
        found[found.index("qty")] = "price"
    return tuple(found)


def price_text(price: Decimal) -> str:
    """A price with two decimals, or as many more as it has: "12.50", "0.0375"."""
    plain = price.normalize()
    exponent = plain.as_tuple().exponent
    decimals = max(2, -exponent) if isinstance(exponent, int) else 2
    return formats.number(price, decimals)


def tax_text(tax: Tax) -> str:
    """How a line is taxed: "19%", "Exempt"."""
    code, rate = tax
    if CATEGORIES[code].taxed:
        return f"{formats.quantity(rate)}%" if rate is not None else formats.DASH
    return category_name(code)


def parse_tax(typed: str, usual: Tax) -> Tax | None:
    """A rate or the name of a tax category; nothing typed means the usual one."""
    small = text.fold(typed)
    if not small:
        return usual
    rate = formats.parse_number(typed.replace("%", ""))
    if rate is not None:
        if rate:
            return "S", rate
        return usual if not CATEGORIES[usual[0]].taxed else ("Z", Decimal(0))
    for code in CATEGORIES:
        if text.fold(category_name(code)).startswith(small):
            return code, Decimal(0) if CATEGORIES[code].has_rate else None
    return None
