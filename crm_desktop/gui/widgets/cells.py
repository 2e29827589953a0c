"""What stands in the cells of a list, as data: columns, and the words and tones that a delegate paints.

A column is declared once by its page:

    Column("name", _("Customer"), "avatar", width=280, detail="city", kind_of="kind", stretch=True)
    Column("open_minor", _("Open EUR"), "money", width=96, order="open", tone=lambda row: "red" if row.overdue else "")
    Column("state", _("Status"), "status", width=110, cell=lambda row: status(_("Overdue"), "red", pill=True))

Kinds: text, strong (weight 500), muted, money (minor units), number, percent (hundredths of a percent), date, instant,
near (a day as people say it), avatar (picture, name, grey words), status (dot and word, pill for exceptions), bool.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets import formats


@dataclass(frozen=True, slots=True)
class Cell:
    """Painted content. `tone`: "", "muted", "strong", "red", "amber", "green", "blue", "grey"."""

    text: str
    tone: str = ""
    detail: str = ""
    pill: bool = False
    dot: bool = False
    avatar: str = ""
    strong: bool = False
    share: int = -1  # 0 to 100 draws a short bar before the text


EMPTY = Cell(formats.DASH, "muted")


def status(word: str, tone: str = "grey", *, pill: bool = False) -> Cell:
    """A state in words: a dot for normal ones, a pill for exceptions."""
    return Cell(word, tone, pill=pill, dot=not pill)


@dataclass(frozen=True)
class Column:
    """One column: where its value comes from and how it looks.

    `key` is an attribute of the row; `order` the name that the source sorts by ("" = `key`); `sortable=False` switches
    that off. `detail`, `kind_of`, `currency` name attributes of the row; `tone` and `cell` are functions of the row.
    """

    key: str
    heading: str
    kind: str = "text"
    width: int = 120
    order: str = ""
    sortable: bool = True
    shown: bool = True
    stretch: bool = False
    right: bool = False
    detail: str = ""
    kind_of: str = ""
    currency: str = ""
    tone: Callable[[Any], str] | None = None
    cell: Callable[[Any], Cell] | None = None
    # Sorting starts with the largest or newest.
    newest_first: bool = False

    @property
    def align_right(self) -> bool:
        """Whether heading and content stand at the right."""
        return self.right or self.kind in ("money", "number", "percent")

    @property
    def sort_key(self) -> str:
        """What the source is asked to sort by."""
        return self.order or self.key


def _money(value: Any, column: Column, row: Any) -> Cell:
    if not value and column.tone is None:
        return EMPTY
    return Cell(formats.amount(value, getattr(row, column.currency, "") or "EUR")) if value else EMPTY


_MAKERS: dict[str, Callable[[Any, Column, Any], Cell]] = {
    "text": lambda value, _column, _row: Cell(str(value)) if value not in (None, "") else EMPTY,
    "strong": lambda value, _column, _row: Cell(str(value), strong=True) if value not in (None, "") else EMPTY,
    "muted": lambda value, _column, _row: Cell(str(value), "muted") if value not in (None, "") else EMPTY,
    "money": _money,
    "number": lambda value, _column, _row: EMPTY if value is None else Cell(formats.quantity(Decimal(value))),
    "percent": lambda value, _column, _row: EMPTY if value is None else Cell(formats.percent(value)),
    "date": lambda value, _column, _row: Cell(formats.day_short(value), "muted") if value else EMPTY,
    "near": lambda value, _column, _row: Cell(formats.day_near(value), "muted") if value else EMPTY,
    "instant": lambda value, _column, _row: Cell(formats.when(value), "muted") if value else EMPTY,
    "status": lambda value, _column, _row: status(str(value or "")),
    "bool": lambda value, _column, _row: Cell(_("Yes")) if value else EMPTY,
    "avatar": lambda value, column, row: Cell(
        str(value),
        detail=str(getattr(row, column.detail, "") or "") if column.detail else "",
        avatar="person" if getattr(row, column.kind_of, "") == "person" else "company",
        strong=True,
    ),
}


def cell_of(column: Column, row: Any) -> Cell:
    """The cell of a row in a column."""
    if column.cell is not None:
        return column.cell(row)
    made = _MAKERS[column.kind](getattr(row, column.key, None), column, row)
    tone = column.tone(row) if column.tone is not None else ""
    if tone and made is not EMPTY:
        strong = made.strong or tone == "red"
        made = Cell(made.text, tone, made.detail, made.pill, made.dot, made.avatar, strong, made.share)
    return made
