"""The table of lines: columns as wide as their content needs, rows that break over pages with the sum carried over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from crm_desktop.core import formats
from crm_desktop.core.i18n import document_text
from crm_desktop.documents import colours, fonts, kind_words, wording
from crm_desktop.documents.colours import INK
from crm_desktop.documents.layout import GREY, LEFT, MM, RIGHT, RULE, Fill, Page, Style, wrap
from crm_desktop.documents.paper import (
    ALTERNATIVE,
    COMMENT,
    HEADING,
    ITEM,
    OPTIONAL,
    POSITIONS,
    SUBTOTAL,
    Line,
    Paper,
)
from crm_desktop.sales import units

_SIZES = (8.7, 8.0, 7.2, 6.6)
_NARROWEST_DESCRIPTION = 45 * MM
_GAP = 8.0
_NAME_STEP, _SUB_STEP = 11.6, 11.4
CARRY_HEIGHT = 19.0
HEAD_HEIGHT = 19.5
# A row that is this much lower than a page stays whole; of one that is parted, so much stands before the break at least.
_NEVER_SPLIT, _FIRST_LINES = 45 * MM, 40.0


@dataclass(frozen=True)
class Row:
    """One line ready to print: the cells of its first line, then the wrapped name and what stands below it.

    `amount` is what it adds to the sum that is carried over a page. A heading, subtotal or comment has no position.
    """

    cells: tuple[tuple[str, str], ...]
    name: tuple[str, ...]
    below: tuple[str, ...]
    amount: Decimal
    role: str = ITEM
    space_above: float = 13.6
    space_below: float = 7.4

    @property
    def height(self) -> float:
        """From rule to rule; `space_above` reaches to the first base line."""
        texts = (len(self.name) - 1) * _NAME_STEP + len(self.below) * _SUB_STEP
        return self.space_above + texts + self.space_below


@dataclass(frozen=True)
class Table:
    """Rows with the places of their columns. `edges` maps a column to its right edge, for "unit" its left edge."""

    paper: Paper
    rows: tuple[Row, ...]
    headings: dict[str, str]
    edges: dict[str, float]
    description_x: float
    size: float

    @property
    def last_place(self) -> int:
        """The place, counted from 1, of the last position: what follows are comments and subtotals; 0 without any."""
        return max((place for place, row in enumerate(self.rows, start=1) if row.role in POSITIONS), default=0)

    @staticmethod
    def splits(row: Row, room: float) -> bool:
        """Whether a row is so high that it goes on on the next page; `room` is that of a page."""
        return row.height > room - _NEVER_SPLIT

    def needs(self, sums: float, room: float) -> list[float]:
        """The room that each row asks for, with all that must not be parted from it; `sums` is the height below the table.

        A heading stays with what it heads, a subtotal with the position before it, the last position with the sums.
        What together is higher than a page has `room` for is parted after all.
        """
        found: list[float] = []
        after = sums
        carry = CARRY_HEIGHT if self.paper.shows_prices else 0.0
        for place in range(len(self.rows), 0, -1):
            row = self.rows[place - 1]
            if place < len(self.rows) and not self._stays_with_next(place):
                after = carry
            need = _FIRST_LINES if self.splits(row, room) else row.height + after
            if need > room:
                need = row.height + carry
            found.append(need)
            after = need
        return found[::-1]

    def _stays_with_next(self, place: int) -> bool:
        """Whether the row at a place, counted from 1, stays with the one after it."""
        row, after = self.rows[place - 1], self.rows[place]
        if place >= self.last_place or row.role == HEADING or after.role == SUBTOTAL:
            return True
        before = self.rows[place - 2].role if place > 1 else ""
        return row.role == COMMENT and before == HEADING

    def head(self, page: Page, y: float) -> float:
        """Write the headings and the line below them; gives the y of that line."""
        look, accent = self.paper.stationery.look, self.paper.seller.accent
        style = Style(fonts.MEDIUM, min(self.size - 0.7, 8.1), colours.on(accent) if look.filled else GREY)
        if look.filled:
            page.fills.append(Fill(LEFT - 6, y - 11.5, RIGHT - LEFT + 12, 18, accent))
        page.text(LEFT, y, self.headings["position"], style)
        page.text(self.description_x, y, self.headings["name"], style)
        for column, edge in self.edges.items():
            if column != "unit":
                page.right(edge, y, self.headings[column], style)
        if not look.filled:
            page.rule(LEFT, y + 6.5, RIGHT, RULE, 0.8)
        return y + 6.5

    def first_line(self, page: Page, y: float, row: Row) -> None:
        """Write the first line of a row in reading order; y is the rule above."""
        base = y + row.space_above
        color = GREY if row.role in (OPTIONAL, ALTERNATIVE) else INK
        plain, grey = Style(size=self.size, color=color), Style(size=self.size, color=GREY)
        cells = dict(row.cells)
        page.text(LEFT, base, cells.pop("position", ""), grey)
        page.text(self.name_x(row), base, row.name[0], self._name_style(row))
        for column, text in cells.items():
            if column == "unit":
                page.text(self.edges["unit"], base, text, grey)
            else:
                strong = Style(fonts.MEDIUM, self.size, color) if column == "amount" else plain
                page.right(self.edges[column], base, text, strong)

    def name_x(self, row: Row) -> float:
        """Where the name of a row begins; a heading hangs out to the left."""
        return LEFT if row.role == HEADING else self.description_x

    def _name_style(self, row: Row) -> Style:
        """Headings are bold, comments plain, options grey."""
        if row.role == HEADING:
            return Style(fonts.BOLD, self.size + 0.4)
        if row.role == COMMENT:
            return Style(size=self.size)
        return Style(fonts.MEDIUM, self.size, GREY if row.role in (OPTIONAL, ALTERNATIVE) else INK)

    def carry(self, page: Page, y: float, word: str, amount: Decimal) -> float:
        """Write the sum so far on its own row; gives the y of the line below it."""
        style = Style(fonts.MEDIUM, self.size, GREY)
        page.text(self.description_x, y + 12.6, word, style)
        total = formats.money_plain(amount, self.paper.currency, self.paper.locale)
        page.right(RIGHT, y + 12.6, total, style)
        page.rule(LEFT, y + CARRY_HEIGHT, RIGHT)
        return y + CARRY_HEIGHT

    def texts_of(self, row: Row) -> list[tuple[str, Style, float]]:
        """What stands below the first line of a row, with style and distance to the line before."""
        name, below = self._name_style(row), Style(size=self.size - 1.1, color=GREY)
        texts = [(text, name, _NAME_STEP) for text in row.name[1:]]
        return texts + [(text, below, _SUB_STEP) for text in row.below]


def build(paper: Paper) -> Table:
    """Measure a paper's lines: the widest figures decide the columns, the description takes the rest."""
    if not paper.shows_prices:
        paper = replace(paper, lines=tuple(line for line in paper.lines if line.role != SUBTOTAL))
    cells = list(_all_cells(paper))
    headings = _headings(paper)
    shown = [name for name in headings if name not in ("position", "name") and _is_used(paper, name, cells)]
    for size in _SIZES:
        edges, left = _columns(shown, headings, cells, size)
        room = edges[shown[0]] - _widest(shown[0], headings, cells, size) - left - _GAP / 2
        if room >= _NARROWEST_DESCRIPTION or size == _SIZES[-1]:
            break
    look = paper.stationery.look
    table = Table(paper, (), headings, edges, left, size)
    name_style, below_style = Style(fonts.MEDIUM, size), Style(size=size - 1.1)
    rows = tuple(
        Row(
            tuple((column, text) for column, text in cell.items() if text and column in (*shown, "position")),
            tuple(wrap(_name(paper, line), name_style, _room(line, room, left))),
            tuple(text for part in _below(paper, line) for text in wrap(part, below_style, _room(line, room, left))),
            line.amount if line.role == ITEM and paper.shows_prices else Decimal(0),
            line.role,
            look.row_above,
            look.row_below,
        )
        for line, cell in zip(paper.lines, cells, strict=True)
    )
    return replace(table, rows=rows)


def _headings(paper: Paper) -> dict[str, str]:
    say = paper.language
    sign = formats.currency_sign(paper.currency, paper.locale)
    return {
        "position": document_text(say, "No."),
        "name": document_text(say, "Description"),
        "quantity": document_text(say, "Quantity"),
        "unit": "",
        "price": document_text(say, "Unit price"),
        "discount": document_text(say, "Disc."),
        "rate": wording.tax_heading(paper),
        "amount": document_text(say, "Total {currency}").format(currency=sign),
    }


def _is_used(paper: Paper, column: str, cells: list[dict[str, str]]) -> bool:
    if not paper.shows_prices:
        return column in ("quantity", "unit")
    if column == "rate":
        return paper.shows_tax
    if column == "discount":
        return any(cell["discount"] for cell in cells)
    return True


def _room(line: Line, room: float, left: float) -> float:
    """Headings and comments have the whole width, since nothing stands beside them."""
    return RIGHT - left if line.role in (HEADING, COMMENT) else room


def _name(paper: Paper, line: Line) -> str:
    """The name of a line; of a subtotal the usual word where it has none, of a comment its text."""
    if line.role == SUBTOTAL and not line.name.strip():
        return document_text(paper.language, "Subtotal")
    return line.name or (line.description if line.role in (HEADING, COMMENT) else "")


def _all_cells(paper: Paper) -> Iterator[dict[str, str]]:
    """The cells of each line; only positions are numbered."""
    place = 0
    for line in paper.lines:
        if line.role in POSITIONS:
            place += 1
            yield _cells(paper, place, line)
        else:
            amount = formats.money_plain(line.amount, paper.currency, paper.locale) if line.role == SUBTOTAL else ""
            yield dict.fromkeys(_headings(paper), "") | {"amount": amount}


def _cells(paper: Paper, place: int, line: Line) -> dict[str, str]:
    locale = paper.locale
    price = formats.money_plain(line.price, paper.currency, locale)
    if line.base_quantity != 1:
        price = f"{price} / {formats.number(line.base_quantity, locale)}"
    return {
        "position": str(place),
        "quantity": formats.number(line.quantity, locale),
        "unit": units.word(paper.language, line.unit, line.quantity),
        "price": price,
        "discount": formats.percent(line.adjustments[0].percent or Decimal(0), locale) if _in_column(line) else "",
        "rate": formats.percent(line.rate, locale) if line.rate is not None else "",
        "amount": formats.money_plain(line.amount, paper.currency, locale),
    }


def _in_column(line: Line) -> bool:
    """Whether the line's only adjustment is a plain percentage, which the column of discounts can show."""
    if len(line.adjustments) != 1:
        return False
    only = line.adjustments[0]
    return only.percent is not None and not only.is_charge


def _below(paper: Paper, line: Line) -> list[str]:
    """What stands below the name: item number, description, discounts with their reason."""
    texts = (
        [document_text(paper.language, "Item no. {number}").format(number=line.item_number)] if line.item_number else []
    )
    if line.description and (line.name or line.role in POSITIONS):
        texts.append(line.description)
    if note := kind_words.role_note(paper, line.role):
        texts.append(note)
    if not paper.shows_prices:
        return texts
    for entry in line.adjustments:
        if _in_column(line) and not entry.reason:
            continue
        signed = entry.amount if entry.is_charge else -entry.amount
        amount = formats.money_plain(signed, paper.currency, paper.locale)
        texts.append(f"{wording.adjustment(paper, entry)}: {amount}")
    return texts


def _widest(column: str, headings: dict[str, str], cells: list[dict[str, str]], size: float) -> float:
    """The room that a column needs, its heading included; figures of one length are equally wide."""
    weight = fonts.MEDIUM if column == "amount" else fonts.REGULAR
    longest: dict[int, str] = {}
    for cell in cells:
        longest.setdefault(len(cell[column]), cell[column])
    top = sorted(longest)[-3:]
    content = max((fonts.width(longest[length], weight, size) for length in top), default=0.0)
    if column == "unit":
        content = max((fonts.width(text, weight, size) for text in {cell["unit"] for cell in cells}), default=0.0)
    return max(content, fonts.width(headings[column], fonts.MEDIUM, min(size - 0.7, 8.1)))


def _columns(
    shown: list[str], headings: dict[str, str], cells: list[dict[str, str]], size: float
) -> tuple[dict[str, float], float]:
    """Right edges of the columns from right to left (left edge of "unit"), and where the description starts."""
    smallest = {"amount": 22 * MM, "price": 16 * MM, "rate": 9 * MM, "discount": 9 * MM, "unit": 8 * MM}
    edges, x = {}, RIGHT
    for column in reversed(shown):
        room = max(_widest(column, headings, cells, size) + _GAP, smallest.get(column, 0) if size == _SIZES[0] else 0)
        edges[column] = x if column != "unit" else x - room + _GAP / 2
        x -= room
    ordered = {column: edges[column] for column in shown}
    number = max(
        fonts.width(headings["position"], fonts.MEDIUM, 8.1), fonts.width(str(len(cells)), fonts.REGULAR, size)
    )
    return ordered, LEFT + max(8 * MM, number + 7)
