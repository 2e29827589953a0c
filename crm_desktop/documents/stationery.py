"""How papers look: the layout, the sheet, the window of the envelope, and letter paper behind it, as plain data.

What was issued stays as it is: its bytes are stored, so a change here shows on what is made from then on.

Source: DIN 5008 form B (address at 20/45 mm); SN 010130 (window at the right, text from 118 mm); envelope #10 of the
United States: with the sheet pushed to either side, 22 to 111 mm and 64 to 80 mm are seen through its window.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

MM = 72 / 25.4
CLASSIC, MODERN, PLAIN = "classic", "modern", "plain"
LAYOUTS = (CLASSIC, MODERN, PLAIN)
A4, LETTER = "a4", "letter"
SHEETS = {A4: (210 * MM, 297 * MM), LETTER: (215.9 * MM, 279.4 * MM)}
DIN, SWISS, US = "din", "swiss", "us"


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a layout draws, and how dense its table is; lengths in points.

    `band` is the height of the coloured band at the top edge. `filled` stands for a coloured head of the table and a
    tinted total. `above_foot` is what stays free between text and foot.
    """

    name_sizes: tuple[float, ...] = (16.5, 14, 12)
    title_size: float = 18
    band: float = 0
    filled: bool = False
    mark: bool = True
    colored_title: bool = False
    row_rules: bool = True
    row_above: float = 13.6
    row_below: float = 7.4
    title_y: float = 104 * MM
    above_table: float = 10 * MM
    above_payment: float = 9 * MM
    above_closing: float = 16
    above_foot: float = 5 * MM


LOOKS = {
    CLASSIC: Look(),
    MODERN: Look(
        band=6 * MM, filled=True, mark=False, colored_title=True, title_size=19, row_above=13.4, row_below=7.2
    ),
    PLAIN: Look(
        name_sizes=(12, 11), mark=False, row_rules=False, row_above=11.8, row_below=4.0, title_size=13, title_y=98 * MM
    ),
}


def _closer(look: Look) -> Look:
    """The look where a little less room keeps a paper on one page."""
    return replace(
        look,
        row_above=min(look.row_above, 12.0),
        row_below=min(look.row_below, 4.6),
        title_y=min(look.title_y, 96 * MM),
        above_table=8 * MM,
        above_payment=6 * MM,
        above_closing=9,
        above_foot=3 * MM,
    )


_CLOSER = {name: _closer(look) for name, look in LOOKS.items()}


@dataclass(frozen=True, kw_only=True)
class Window:
    """Where the address stands. `depth` is how much room its lines have, `facts` where the facts beside it begin.

    `folds` are the places of the marks at the edge, as parts of the sheet's height: (where, how long in mm).
    """

    x: float
    sender: float
    first: float
    room: float
    depth: float
    facts: tuple[float, ...]
    facts_end: float
    folds: tuple[tuple[float, float], ...]


_RIGHT = 190 * MM
WINDOWS = {
    DIN: Window(
        x=25 * MM, sender=60.2 * MM, first=66.9 * MM, room=78 * MM, depth=29 * MM, facts=(125 * MM, 113 * MM),
        facts_end=_RIGHT, folds=((105 / 297, 3.5), (148.5 / 297, 5.5), (210 / 297, 3.5)),
    ),
    SWISS: Window(
        x=118 * MM, sender=52.2 * MM, first=58.9 * MM, room=72 * MM, depth=30 * MM, facts=(25 * MM,),
        facts_end=98 * MM, folds=((0.5, 3.5),),
    ),
    US: Window(
        x=25 * MM, sender=61.4 * MM, first=67.2 * MM, room=84 * MM, depth=19 * MM, facts=(138 * MM, 125 * MM),
        facts_end=_RIGHT, folds=((1 / 3, 3.5), (2 / 3, 3.5)),
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Stationery:
    """What a company chose. `letter_paper` is a PDF of one or two pages that lie behind; then our head and foot go.

    A name that is not known stands for the usual one. `is_close` sets everything a little closer.
    """

    layout: str = CLASSIC
    sheet: str = A4
    window: str = DIN
    letter_paper: bytes | None = None
    is_close: bool = False

    @property
    def look(self) -> Look:
        """What the layout draws."""
        looks = _CLOSER if self.is_close else LOOKS
        return looks.get(self.layout, looks[CLASSIC])

    @property
    def place(self) -> Window:
        """Where the address stands."""
        return WINDOWS.get(self.window, WINDOWS[DIN])

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the sheet in points."""
        return SHEETS.get(self.sheet, SHEETS[A4])


USUAL = Stationery()
