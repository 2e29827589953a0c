"""The sums under a table, right aligned."""

from __future__ import annotations

from crm_desktop.documents import colours, fonts, wording
from crm_desktop.documents.layout import GREY, MM, RIGHT, RULE, Fill, Style, wrap
from crm_desktop.documents.sheet_frame import SheetFrame


class SumBlock:
    """The sums under the table, right aligned, kept on one page."""

    STEP, STRONG_STEP = 14.8, 21.0

    def __init__(self, rows: list[wording.SumRow]) -> None:
        need = max(
            (self._style(row).width(row.label) + self._style(row).width(row.amount) + 16 for row in rows), default=0
        )
        self.left = RIGHT - max(78 * MM, min(need, 150 * MM))
        self.rows = [
            (row, wrap(row.label, self._label(row), RIGHT - self.left - self._style(row).width(row.amount) - 10))
            for row in rows
        ]
        self.height = 8 + sum(self._height(row, lines) for row, lines in self.rows)

    def _style(self, row: wording.SumRow) -> Style:
        return Style(fonts.BOLD, 12.4) if row.strong else Style(size=9.2)

    def _label(self, row: wording.SumRow) -> Style:
        return Style(fonts.BOLD, 11) if row.strong else Style(size=9.2, color=GREY)

    def _height(self, row: wording.SumRow, lines: list[str]) -> float:
        return (self.STRONG_STEP if row.ruled else self.STEP) + (len(lines) - 1) * 12

    def write(self, sheets: SheetFrame) -> None:
        """Write the rows below the table."""
        sheets.y += 4
        for row, lines in self.rows:
            sheets._need(self._height(row, lines))  # noqa: SLF001  (part of the same page builder)
            if row.strong and sheets.look.filled:
                high, pale = self._height(row, lines), colours.tint(sheets.paper.seller.accent)
                sheets.page.fills.append(Fill(self.left - 6, sheets.y + 4, RIGHT - self.left + 12, high + 2, pale))
            elif row.ruled:
                sheets.page.rule(self.left, sheets.y + 5, RIGHT, RULE, 0.8)
            sheets.y += self.STRONG_STEP if row.ruled else self.STEP
            for place, line in enumerate(lines):
                sheets.y += 12 if place else 0
                sheets.page.text(self.left, sheets.y, line, self._label(row))
            sheets.page.right(RIGHT, sheets.y, row.amount, self._style(row))
