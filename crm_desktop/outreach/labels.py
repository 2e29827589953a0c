"""Sheets of address labels on A4: 3 × 8 of 70 × 37 mm, 2 × 7 of 99.1 × 38.1 mm; a used sheet goes on where it was left.

Source: the measures that makers of A4 labels print on their packs (3 × 8 without margins at the sides; 2 × 7 with 4.65 mm
at the sides, 15.15 mm above, 2.5 mm between).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.documents import fonts, layout
from crm_desktop.documents.layout import MM, Page, Style

_SIZES = (10.0, 9.0, 8.0, 7.0)
_INSIDE = 6 * MM
_LEAD = 1.24
_MOST_LINES = 7


@dataclass(frozen=True)
class Sheet:
    """One kind of sheet; measures in millimetres, `across` and `down` count labels."""

    name: str
    across: int
    down: int
    width: float
    height: float
    left: float
    top: float
    gap: float = 0.0

    @property
    def labels(self) -> int:
        """How many labels a sheet has."""
        return self.across * self.down


SHEETS = {
    "3x8": Sheet(N_("3 × 8 labels, 70 × 37 mm"), 3, 8, 70, 37, 0, 0.5),
    "2x7": Sheet(N_("2 × 7 labels, 99.1 × 38.1 mm"), 2, 7, 99.1, 38.1, 4.65, 15.15, 2.5),
}


def sheet(addresses: Sequence[Sequence[str]], kind: str = "3x8", first: int = 1, title: str = "") -> bytes:
    """Addresses (lines each) as PDF; `first` is the first free label, counted from the left in rows, from 1.

    Raises:
        UserError: there is no such place on the sheet, or nobody to write to.
    """
    form = SHEETS[kind]
    if not 1 <= first <= form.labels:
        raise UserError(_("The first label is a number from 1 to {n}.").format(n=form.labels))
    if not addresses:
        raise UserError(_("Nobody waits for a label any more."))
    pages = [Page() for _sheet in range((first - 1 + len(addresses) - 1) // form.labels + 1)]
    for number, lines in enumerate(addresses, start=first - 1):
        page, place = divmod(number, form.labels)
        _write(pages[page], form, place, lines)
    return layout.paint(pages, title=title or _("Labels"), author="", language="", foot=lambda _page, _of: "")


def _write(page: Page, form: Sheet, place: int, lines: Sequence[str]) -> None:
    """Write one label: as large as its longest line allows, in the middle of its height."""
    row, column = divmod(place, form.across)
    x = (form.left + column * (form.width + form.gap)) * MM + _INSIDE
    top = (form.top + row * form.height) * MM
    room = form.width * MM - 2 * _INSIDE
    shown = list(lines)[:_MOST_LINES]
    size = next((s for s in _SIZES if all(Style(size=s).width(line) <= room for line in shown)), _SIZES[-1])
    style = Style(fonts.REGULAR, size)
    step = size * _LEAD
    y = top + (form.height * MM - step * len(shown)) / 2 + size
    for number, line in enumerate(shown):
        page.text(x, y + number * step, _fitting(line, style, room), style)


def _fitting(line: str, style: Style, room: float) -> str:
    """A line that is cut where the label ends."""
    if style.width(line) <= room:
        return line
    while line and style.width(f"{line}…") > room:
        line = line[:-1]
    return f"{line}…"
