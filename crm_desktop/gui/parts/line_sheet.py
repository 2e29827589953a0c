"""The lines of an invoice while they are typed: a small spreadsheet without a screen.

Each cell keeps what was typed, also where it cannot be read: then the line goes on with its old value and `unread` says
so beside the cell. Rows without any content are no lines of the invoice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from crm_desktop.billing.document import DraftLine
from crm_desktop.core import i18n, text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts import entry, line_paste, line_roles
from crm_desktop.gui.widgets import formats
from crm_desktop.sales import units
from crm_desktop.sales.basket import GROSS, TEXTS
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
        if self.is_text:
            return False
        return not (line.name or line.description or line.price or line.item_id or self.unread)

    @property
    def is_text(self) -> bool:
        """Whether it is a heading, a subtotal or a comment: nothing is sold by it."""
        return self.line.role in TEXTS


class LineSheet:
    """The rows of one invoice. `tax` is what a new line starts with; `reprice` gives a line whose quantity changed."""

    def __init__(self, lines: Sequence[DraftLine] = (), *, currency: str = "EUR", tax: Tax = ("S", None)) -> None:
        self.currency, self.tax = currency, tax
        self.reprice: Callable[[DraftLine, DraftLine], DraftLine] = lambda _before, after: after
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

    def remove(self, places: Collection[int]) -> None:
        """Take rows out; one empty row is left."""
        self.rows = [row for place, row in enumerate(self.rows) if place not in places]
        if not self.rows:
            self.add()

    def move(self, places: Sequence[int], before: int) -> list[int]:
        """Move rows, in their order, in front of another row (or behind the last); gives their new places."""
        chosen = sorted(places)
        moved = [self.rows[place] for place in chosen]
        at = before - sum(place < before for place in chosen)
        rest = [row for place, row in enumerate(self.rows) if place not in chosen]
        self.rows = [*rest[:at], *moved, *rest[at:]]
        return list(range(at, at + len(moved)))

    def duplicate(self, places: Sequence[int]) -> list[int]:
        """Put copies of rows behind the last of them; gives the places of the copies."""
        chosen = sorted(places)
        at = chosen[-1] + 1
        self.rows[at:at] = [self.rows[place] for place in chosen]
        return list(range(at, at + len(chosen)))

    def put_back(self, rows: Sequence[Row]) -> None:
        """Let these be the rows; one empty row at least."""
        self.rows = list(rows) or [self.blank()]

    def put(self, index: int, line: DraftLine) -> None:
        """Make a row the given line; quantity and discount that were typed before stay."""
        old = self.rows[index].line
        kept = (
            replace(line, quantity=old.quantity, allowances=old.allowances) if not self.rows[index].is_empty else line
        )
        self.rows[index] = Row(replace(kept, role=old.role))

    def insert(self, place: int, lines: Sequence[DraftLine]) -> list[int]:
        """Put whole lines in at a place, instead of an empty row that stands there; gives their places."""
        if place < len(self.rows) and self.rows[place].is_empty:
            del self.rows[place]
        self.rows[place:place] = [Row(line) for line in lines]
        return list(range(place, place + len(lines)))

    def set_role(self, index: int, role: str) -> None:
        """Make a row a heading, an optional position and so on."""
        self.rows[index] = Row(line_roles.turned(self.rows[index].line, role))

    # ---- cells -------------------------------------------------------------------------------------------------------

    def shown(self, index: int, name: str) -> str:
        """What a cell shows."""
        row = self.rows[index]
        if name in row.unread:
            return row.unread[name]
        line = row.line
        if (name in ("qty", "price") and row.is_empty) or (name != "name" and row.is_text):
            return ""
        makers = {
            "name": lambda: line.name,
            "qty": lambda: formats.quantity(line.quantity),
            "unit": lambda: units.word(i18n.language(), line.unit, line.quantity),
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
        if name == "qty" and changed.quantity != row.line.quantity:
            changed = self.reprice(row.line, changed)
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

    def paste(self, index: int, name: str, pasted: str) -> line_paste.Pasted:
        """Put cells of a spreadsheet in.

        A table fills an empty row and adds rows behind it; what stands there already stays. Cells that are pasted into
        another column than the name go down that column, as in a spreadsheet.
        """
        rows = entry.pasted_rows(pasted)
        if name != "name":
            self._fill(index, COLUMNS[COLUMNS.index(name) :], rows)
            return line_paste.Pasted(len(rows))
        table = line_paste.read(rows, lambda typed: parse_tax(typed, self.tax) == self.tax)
        place = index if self.rows[index].is_empty else index + 1
        filled = place < len(self.rows) and self.rows[place].is_empty
        self.rows[place:place] = [self.blank() for _row in range(len(table.rows) - filled)]
        self._fill(place, table.columns, table.rows)
        return line_paste.Pasted(len(table.rows), table.headings, table.unused)

    def _fill(self, place: int, columns: Sequence[str], rows: list[list[str]]) -> None:
        for step, cells in enumerate(rows):
            if place + step >= len(self.rows):
                self.add()
            for column, cell in zip(columns, cells, strict=False):
                if column in COLUMNS and cell:
                    self.set_text(place + step, column, cell)

    def convert(self, price_mode: str) -> None:
        """Turn net prices into price tags, or price tags into net prices with up to four decimals."""
        for index, row in enumerate(self.rows):
            factor = (100 + (row.line.rate or Decimal(0))) / 100
            price = row.line.price * factor if price_mode == GROSS else row.line.price / factor
            exact = price.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
            self.rows[index] = Row(replace(row.line, price=exact.normalize() + 0), row.unread)


def _named(line: DraftLine, typed: str) -> DraftLine:
    return replace(line, name=typed)


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
        return formats.percentage(rate) if rate is not None else formats.DASH
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
