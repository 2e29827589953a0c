"""Letters about money as PDF: reminders and account statements, on the same sheets as invoices.

A `Letter` says everything in words that are ready to be printed; `letter_words` writes it. Its head, address window,
payment code and foot are those of `commercial_pdf`; between them stand tables of any columns whose head is repeated on
each page, sums that stay together, and notes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from crm_desktop.core import dates
from crm_desktop.documents import colours, commercial_pdf, fonts, pdfa
from crm_desktop.documents.commercial_pdf import Sheets
from crm_desktop.documents.layout import GREY, LEFT, MM, RIGHT, RULE, Fill, Style, wrap
from crm_desktop.documents.paper import Paper
from crm_desktop.documents.sum_block import SumBlock
from crm_desktop.documents.wording import Row, SumRow

_SIZES = (9.2, 8.6, 8.0, 7.4)
_GAP = 4 * MM
_HEAD_HEIGHT, _STEP = 13.0, 11.4
# Rows have one line as a rule, so they stand a little closer than those of invoices.
_CLOSER = 1.8
_NOTE, _NOTE_STEP, _NOTE_GAP = Style(size=8.6, color=GREY), 12.2, 8.0
_TITLE = Style(fonts.BOLD, 11)
# A line to sign stays with the words above it.
_PARAGRAPHS = re.compile(r"\n\n(?!\n*_)")
# The type of the opening text of every paper.
_BODY, _BODY_STEP = Style(size=9.3), 14.1


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column; the `wide` one takes what the others leave, and is wrapped."""

    heading: str
    right: bool = False
    wide: bool = False
    strong: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Rows of texts, one for each column, with sums below; `title` stands above where there are several tables."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[SumRow, ...] = ()
    title: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A letter in words. `paper` brings sender, address, opening text, closing text and what is to be paid.

    `body_after` is what goes on below the tables in the type of the opening text, such as the clauses of a contract and the
    lines to sign; the closing text of `paper` stands below it in the small type of notes.
    """

    paper: Paper
    title: str
    full_title: str
    facts: tuple[Row, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    body_after: str = ""
    pay: tuple[str, ...] = ()
    with_code: bool = True


def render(letter: Letter) -> bytes:
    """The PDF/A of a letter; equal letters give equal bytes.

    Raises:
        UserError: a character cannot be printed.
        Problem: the fonts of the program are missing.
    """
    paper = letter.paper
    commercial_pdf.check_characters(replace(paper, closing=f"{paper.closing}\n{letter.body_after}"))

    def sheets(drawn: Paper) -> Sheets:
        return _LetterSheets(replace(letter, paper=drawn))

    painted = commercial_pdf.painted(sheets, paper, letter.full_title)
    return pdfa.archive(painted, paper.head.issued_on or dates.today())


def joined(contents: Iterable[bytes]) -> bytes:
    """Several PDFs as one, for the printer."""
    import pikepdf

    with pikepdf.new() as whole:
        for content in contents:
            with pikepdf.open(io.BytesIO(content)) as part:
                whole.pages.extend(part.pages)
        out = io.BytesIO()
        whole.save(out)
    return out.getvalue()


class _LetterSheets(Sheets):
    """The sheets of a letter."""

    def __init__(self, letter: Letter) -> None:
        self.letter = letter
        super().__init__(letter.paper)

    def title(self) -> str:
        return self.letter.title

    def full_title(self) -> str:
        return self.letter.full_title

    def facts(self) -> list[Row]:
        return list(self.letter.facts)

    def payment_lines(self) -> list[str]:
        return list(self.letter.pay)

    def _table(self) -> None:
        for table in self.letter.tables:
            self._write_table(table)

    def _notes(self) -> None:
        for place, note in enumerate(self.letter.notes):
            self._paragraph(note, _NOTE, _NOTE_STEP, above=0 if place else _NOTE_GAP)

    def _closing(self) -> None:
        """What goes on below the tables, paragraph by paragraph, each kept together; then the closing words."""
        for paragraph in filter(None, _PARAGRAPHS.split(self.letter.body_after)):
            self._paragraph(paragraph, _BODY, _BODY_STEP, above=_BODY_STEP)
        super()._closing()

    def _payment(self) -> None:
        if self.letter.pay:
            super()._payment()

    def _code(self) -> str | None:
        return super()._code() if self.letter.with_code else None

    def _write_table(self, table: Table) -> None:
        if table.title:
            self._need(90)
            self.y += 16
            self.page.text(LEFT, self.y, table.title, _TITLE)
            self.y += 20
        size, lefts, rights = _places(table)
        sums = SumBlock(list(table.sums))
        self._need(_HEAD_HEIGHT + 60)
        self._head(table, size, lefts, rights)
        for place, row in enumerate(table.rows):
            lines = [
                wrap(text, Style(fonts.MEDIUM, size), right - left) if column.wide else [text]
                for column, text, left, right in zip(table.columns, row, lefts, rights, strict=True)
            ]
            high = self.look.row_above + self._below_row() + (max(map(len, lines)) - 1) * _STEP
            after = sums.height if place == len(table.rows) - 1 else 0
            if self.y + high + after > self.bottom:
                self._next_page()
                self._head(table, size, lefts, rights)
            for column, texts, left, right in zip(table.columns, lines, lefts, rights, strict=True):
                self._cell(column, texts, left, right, size)
            self.y += high
            if self.look.row_rules:
                self.page.rule(LEFT, self.y, RIGHT)
        if not self.look.row_rules:
            self.page.rule(LEFT, self.y, RIGHT)
        sums.write(self)

    def _below_row(self) -> float:
        return max(self.look.row_below - _CLOSER, 3.6)

    def _cell(self, column: Column, texts: Sequence[str], left: float, right: float, size: float) -> None:
        style = Style(fonts.MEDIUM if column.strong else fonts.REGULAR, size)
        for number, text in enumerate(texts):
            base = self.y + self.look.row_above + number * _STEP
            if column.right:
                self.page.right(right, base, text, style)
            else:
                self.page.text(left, base, text, style)

    def _head(self, table: Table, size: float, lefts: Sequence[float], rights: Sequence[float]) -> None:
        style, accent = _heading(size), self.paper.seller.accent
        if self.look.filled:
            style = style._replace(color=colours.on(accent))
            self.page.fills.append(Fill(LEFT - 6, self.y - 11.5, RIGHT - LEFT + 12, 17.5, accent))
        for column, left, right in zip(table.columns, lefts, rights, strict=True):
            if column.right:
                self.page.right(right, self.y, column.heading, style)
            else:
                self.page.text(left, self.y, column.heading, style)
        if not self.look.filled:
            self.page.rule(LEFT, self.y + 6, RIGHT, RULE, 0.8)
        self.y += 6


def _heading(size: float) -> Style:
    return Style(fonts.MEDIUM, min(size - 0.7, 8.1), GREY)


def _places(table: Table) -> tuple[float, list[float], list[float]]:
    """The size of the letters, and where each column begins and ends: the wide one gets what is left."""
    for size in _SIZES:
        widths = [_widest(table, place, size) for place in range(len(table.columns))]
        rest = RIGHT - LEFT - sum(widths) - _GAP * (len(widths) - 1)
        open_one = next((place for place, column in enumerate(table.columns) if column.wide), 0)
        if rest >= 0 or size == _SIZES[-1]:
            break
    widths[open_one] = max(widths[open_one] + rest, 18 * MM)
    lefts, x = [], LEFT
    for width in widths:
        lefts.append(x)
        x += width + _GAP
    return size, lefts, [left + width for left, width in zip(lefts, widths, strict=True)]


def _widest(table: Table, place: int, size: float) -> float:
    column = table.columns[place]
    style = Style(fonts.MEDIUM if column.strong else fonts.REGULAR, size)
    texts = [style.width(row[place]) for row in table.rows]
    return max([_heading(size).width(column.heading), *texts])
