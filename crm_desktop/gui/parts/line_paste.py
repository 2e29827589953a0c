"""Cells copied from a spreadsheet, understood as lines of an invoice: which column is what, and how its numbers are written.

Two to six columns in any order are expected: a text is the name, the first numbers are quantity and price, a word we
know is the unit, per cents are tax or discount. A running number, a heading row and the amount of the line (quantity
times price) are recognised and left out. What is not understood is named in `Pasted.unused`, never dropped silently.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui.parts import entry

# Columns that are understood but not taken over: the amount of a line and its running number.
AMOUNT, COUNTING = "amount", "counting"
Cells = list[list[str]]
_NUMBER = re.compile(r"^[-+\u2212]?[\d.,'’\u00a0\u202f ]*\d$")
_SIGNS = re.compile(r"[€$£¥%]|\b[A-Z]{3}\b")
_GERMAN = re.compile(r"(?:\.\d{3},\d+|(?:^|\D)\d+,(?:\d{1,2}|\d{4,})|\d\.\d{3}\.\d{3})$")
_ENGLISH = re.compile(r"(?:,\d{3}\.\d+|(?:^|\D)\d+\.(?:\d{1,2}|\d{4,})|\d,\d{3},\d{3})$")


@dataclass(frozen=True)
class Pasted:
    """What became of a paste: how many rows, whether headings were left out, and what found no place."""

    rows: int
    headings: bool = False
    unused: tuple[str, ...] = ()

    def in_words(self, unread: int) -> str:
        """What the user is told; `unread` cells are marked in the table."""
        said = [ngettext("{n} line pasted.", "{n} lines pasted.", self.rows).format(n=self.rows)]
        if self.headings:
            said.append(_("The headings were left out."))
        if self.unused:
            said.append(_("Not understood and left out: {samples}.").format(samples=", ".join(self.unused)))
        if unread:
            words = ngettext("{n} cell is marked: please check it.", "{n} cells are marked: please check them.", unread)
            said.append(words.format(n=unread))
        return " ".join(said)


@dataclass(frozen=True)
class Table:
    """Pasted cells with the meaning of each column: one of the sheet's, `AMOUNT`, `COUNTING`, or "" for none."""

    rows: Cells
    columns: tuple[str, ...]
    headings: bool
    unused: tuple[str, ...]


def read(rows: Cells, is_usual_tax: Callable[[str], bool]) -> Table:
    """Understand a pasted table; `is_usual_tax` says whether a percentage is the tax that lines usually have."""
    body = rows[1:] if _has_headings(rows) else rows
    mark = decimal_mark(cell for row in body for cell in row)
    body = [[_plain(cell, mark) for cell in row] for row in body]
    columns = _columns(body, is_usual_tax)
    unused = tuple(f"“{sample}”" for sample in _left_out(body, columns))
    return Table(body, columns, headings=len(body) < len(rows), unused=unused)


def decimal_mark(cells: Iterable[str]) -> str:
    """The sign before the decimals where any number shows it, else an empty text: one table is written in one way."""
    found = {"de": 0, "en": 0}
    for cell in cells:
        plain = _SIGNS.sub("", cell).strip()
        if not _NUMBER.match(plain):
            continue
        found["de"] += bool(_GERMAN.search(plain))
        found["en"] += bool(_ENGLISH.search(plain))
    if found["de"] == found["en"]:
        return ""
    return "," if found["de"] > found["en"] else "."


def _plain(cell: str, mark: str) -> str:
    """A number with the point of the program's own making, its sign of currency kept; other cells as they are."""
    number = _SIGNS.sub("", cell).strip()
    if not mark or not _NUMBER.match(number) or not re.search(r"[.,]", number):
        return cell
    other = "." if mark == "," else ","
    tidy = re.sub(r"[\s'’\u00a0\u202f]", "", number.replace(other, "")).replace("\u2212", "-")
    try:
        value = Decimal(tidy.replace(mark, "."))
    except InvalidOperation:
        return cell
    return cell.replace(number, _unmistakable(value))


def _unmistakable(value: Decimal) -> str:
    """A number that no format reads as thousands: "1.2340" instead of "1.234"."""
    shown = f"{value:f}"
    whole, point, part = shown.partition(".")
    return f"{whole}.{part}0" if point and len(part) == 3 else shown


def _has_headings(rows: Cells) -> bool:
    """Whether the first row names columns: no number in it, but numbers below."""
    if len(rows) < 2 or any(entry.parse_amount(cell.rstrip("%")) is not None for cell in rows[0] if cell):
        return False
    return any(
        all(place < len(row) and entry.parse_amount(row[place].rstrip("%")) is not None for row in rows[1:])
        for place in range(1, len(rows[0]))
    )


def _columns(rows: Cells, is_usual_tax: Callable[[str], bool]) -> tuple[str, ...]:
    width = max((len(row) for row in rows), default=0)
    found = [""] * width
    for place in range(width):
        cells = [row[place] for row in rows if place < len(row) and row[place]]
        found[place] = _meaning(cells, is_usual_tax, found)
    if "name" not in found and width:
        found[0] = "name"
    numbers = [place for place, meaning in enumerate(found) if meaning == "number"]
    name = found.index("name") if "name" in found else -1
    numbers = _without_counting(rows, numbers, name, found)
    for meaning, place in zip(_amounts(len(numbers)), numbers, strict=False):
        found[place] = meaning
    _drop_sums(rows, found)
    return tuple("" if meaning == "number" else meaning for meaning in found)


def _amounts(count: int) -> tuple[str, ...]:
    return ("price",) if count == 1 else ("qty", "price", AMOUNT)


def _meaning(cells: Sequence[str], is_usual_tax: Callable[[str], bool], found: Sequence[str]) -> str:
    if not cells:
        return ""
    if all(cell.endswith("%") for cell in cells):
        kind = "rate" if any(is_usual_tax(cell) for cell in cells) else "discount"
        return kind if kind not in found else ""
    if all(entry.parse_amount(cell) is not None for cell in cells):
        return "number"
    if "unit" not in found and all(entry.unit_named(cell) for cell in cells):
        return "unit"
    return "name" if "name" not in found else ""


def _without_counting(rows: Cells, numbers: list[int], name: int, found: list[str]) -> list[int]:
    """Leave out a number before the name: a running one, or one of an article while quantity and price stand behind."""
    if len(numbers) < 2 or numbers[0] > name:
        return numbers
    first = [entry.parse_amount(row[numbers[0]]) or Decimal(0) for row in rows if numbers[0] < len(row)]
    counts = first[0] <= 10 and all(b - a in (1, 10) for a, b in pairwise(first))
    if counts and (len(first) > 1 or len(numbers) > 2):
        found[numbers[0]] = COUNTING
        return numbers[1:]
    return numbers[1:] if len(numbers) > 2 else numbers


def _drop_sums(rows: Cells, found: list[str]) -> None:
    """Take the third number as the amount of the line where it is about quantity times price; else it is unused."""
    if AMOUNT not in found:
        return
    qty, price, amount = (found.index(meaning) for meaning in ("qty", "price", AMOUNT))
    for row in rows:
        values = [entry.parse_amount(row[place]) if place < len(row) else None for place in (qty, price, amount)]
        count, each, total = values
        if count is None or each is None or total is None:
            continue
        if abs(count * each) < abs(total) * Decimal("0.5") or abs(count * each) > abs(total) * 2:
            found[amount] = "number"
            return


def _left_out(rows: Cells, columns: Sequence[str]) -> list[str]:
    """A sample of each column with content that has no meaning."""
    left = []
    for place, meaning in enumerate(columns):
        sample = next((row[place] for row in rows if place < len(row) and row[place]), "")
        if not meaning and sample:
            left.append(sample if len(sample) <= 24 else sample[:23] + "…")
    return left
