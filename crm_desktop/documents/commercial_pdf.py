"""Documents of every kind as PDF: lays a paper out on pages of A4.

First page: mark and name, the address in the window of the envelope, facts beside it, title and greeting, the table,
the sums, how to pay with the payment code, closing words, four columns at the foot. A table that does not fit goes on
with its head repeated and the sum carried over; the sums stay with the last line, and what follows them goes over alone.

Source: DIN 5008 form B for the places; `paper.Paper` for what is printed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import document_text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.documents import colours, fonts, kind_words, letter_paper, line_table, payment_qr, swiss_bill, wording
from crm_desktop.documents.colours import INK
from crm_desktop.documents.layout import GREY, LEFT, MM, RIGHT, RULE, Fill, Page, Style, paint, wrap
from crm_desktop.documents.paper import INVOICE, Paper
from crm_desktop.documents.sheet_frame import FULL, SheetFrame
from crm_desktop.documents.sum_block import SumBlock

_BODY, _SMALL = Style(size=9.3), Style(size=7.7, color=GREY)
_CODE = 27 * MM
_NOTE, _NOTE_STEP, _NOTE_GAP = Style(size=8.8), 12.4, 8.0
_CLOSING_STEP = 10.2
_SIGNATURE = 30 * MM
_CAPTION, _CAPTION_STEP = Style(size=6.8, color=GREY), 8.0


def render(paper: Paper) -> bytes:
    """The PDF of a paper; equal papers give equal bytes.

    Raises:
        Problem: the fonts of the program are missing.
    """
    return painted(Sheets, paper, wording.full_title(paper))


def painted(sheets: Callable[[Paper], Sheets], paper: Paper, title: str) -> bytes:
    """The PDF of the sheets that a paper fills, on letter paper where the company has it.

    Where nothing but how to pay or closing words would go over, all is set a little closer if that saves the page.
    """
    usual = sheets(paper)
    pages = usual.lay_out()
    if len(pages) > usual.pages_with_sums:
        closer = sheets(replace(paper, stationery=replace(paper.stationery, is_close=True))).lay_out()
        pages = closer if len(closer) < len(pages) else pages
    words = document_text(paper.language, "Page {number} of {count}")
    made = paint(
        pages,
        title=title,
        author=paper.seller.name,
        language=paper.locale.replace("_", "-"),
        foot=lambda number, count: words.format(number=number, count=count),
    )
    behind = paper.stationery.letter_paper
    return made if behind is None else letter_paper.put_behind(made, behind)


def check_characters(paper: Paper) -> None:
    """Refuse a paper with characters that cannot be printed; to be asked before issuing.

    Raises:
        UserError: names the characters and the text in which they stand.
    """
    for text in wording.texts(paper):
        if missing := fonts.missing_characters(text):
            signs = " ".join(dict.fromkeys(missing))
            raise UserError(
                _(
                    "“{signs}” in “{text}” cannot be printed: no font on this computer has it. Write it differently."
                ).format(signs=signs, text=text if len(text) <= 60 else text[:60] + "…")
            )


class Sheets(SheetFrame):
    """What a document says, from its title to the last line, on the sheets of `SheetFrame`."""

    def lay_out(self) -> list[Page]:
        """Fill the pages."""
        self._letterhead()
        top = max(self._address(), self._facts())
        self._title(top)
        self._table()
        self.pages_with_sums = len(self.pages)
        self._notes()
        self._payment()
        self._closing()
        self._signature()
        self._slip()
        return self.pages

    # ---- words that letters choose themselves ------------------------------------------------------------------------

    def title(self) -> str:
        """The words in large letters."""
        return wording.title(self.paper)

    def payment_lines(self) -> list[str]:
        """How to pay, in sentences."""
        return wording.payment_lines(self.paper)

    def _title(self, top: float) -> None:
        paper = self.paper
        # A payment slip leaves less of the page, so the title stands as high as the address lets it.
        highest = self.look.title_y if paper.slip is None else 92 * MM
        self.y = max(highest, top + 5 * MM) if paper.address else (57 if self.has_letter_paper else 51) * MM
        color = colours.readable(paper.seller.accent) if self.look.colored_title else INK
        self.page.text(LEFT, self.y, self.title(), Style(fonts.BOLD, self.look.title_size, color))
        if not paper.address:
            self.y = max(self.y, top - 8 * MM)
        self._paragraph(paper.intro, _BODY, 14.1, above=7)
        if paper.delivery:
            label = document_text(paper.language, "Delivery address: {lines}")
            text = label.format(lines=", ".join(paper.delivery))
            self._paragraph(text, Style(size=8.6, color=GREY), 12.5, above=4)
        self.y += self.look.above_table

    # ---- table ------------------------------------------------------------------------------------------------------

    def _table(self) -> None:
        table = line_table.build(self.paper)
        sums = SumBlock(wording.sum_rows(self.paper))
        room = self.bottom - self.next_top - line_table.HEAD_HEIGHT - line_table.CARRY_HEIGHT
        needs = table.needs(sums.height, room)
        self._need(line_table.HEAD_HEIGHT + min(needs[0] if needs else sums.height, room))
        self.y = table.head(self.page, self.y)
        carried = Decimal(0)
        for row, need in zip(table.rows, needs, strict=True):
            if self.y + need > self.bottom:
                self._break_table(table, carried)
            table.first_line(self.page, self.y, row)
            carried += row.amount
            self._row_texts(table, row, carried if table.splits(row, room) else None)
            if self.look.row_rules:
                self.page.rule(LEFT, self.y, RIGHT)
        if not table.rows or not self.look.row_rules:
            self.page.rule(LEFT, self.y, RIGHT)
        sums.write(self)

    def _row_texts(self, table: line_table.Table, row: line_table.Row, carried: Decimal | None) -> None:
        """Write what stands below a row's first line; `carried` is given for a row that is longer than a page."""
        self.y += row.space_above
        for text, style, step in table.texts_of(row):
            if carried is not None and self.y + step + 8 + line_table.CARRY_HEIGHT > self.bottom:
                self._break_table(table, carried)
                step = row.space_above  # noqa: PLW2901  (the first line on the new page stands below a rule)
            self.y += step
            self.page.text(table.name_x(row), self.y, text, style)
        self.y += row.space_below

    def _break_table(self, table: line_table.Table, carried: Decimal) -> None:
        say = self.paper.language
        if len(table.rows) > 1 and carried:
            table.carry(self.page, self.y, document_text(say, "Carried forward"), carried)
        self._next_page()
        self.y = table.head(self.page, self.y)
        if carried:
            self.y = table.carry(self.page, self.y, document_text(say, "Brought forward"), carried)

    # ---- below the table --------------------------------------------------------------------------------------------

    def _notes(self) -> None:
        for note in wording.tax_notes(self.paper):
            self._paragraph(note, _NOTE, _NOTE_STEP, above=_NOTE_GAP)

    def _payment(self) -> None:
        """How to pay, with the payment code beside it; kept together."""
        code, left, lines, rows, height = self._payment_parts()
        if not lines and not rows:
            return
        # What follows the sums may go over alone: the page before is filled first.
        self._need(min(height, self.bottom - self.next_top))
        self.y += self.look.above_payment
        top = self.y
        if code:
            self._draw_code(code, top)
        self._pay_texts(lines, rows, left)
        self.y = max(self.y, top + _CODE + 6 + len(self._caption()) * _CAPTION_STEP if code else 0)

    def _closing(self) -> None:
        """The closing words; a little closer to what stands before where they just fit on the page then."""
        spare = self.bottom - self.y - _CLOSING_STEP * len(wrap(self.paper.closing, _SMALL, FULL))
        usual = self.look.above_closing
        above = spare - 0.1 if usual * 0.5 < spare < usual else usual
        self._paragraph(self.paper.closing, _SMALL, _CLOSING_STEP, above=above)

    def _payment_parts(self) -> tuple[str | None, float, list[str], list[wording.Row], float]:
        """What is said about paying: the code's content, where the texts begin, sentences, rows, and the height of it."""
        code = None if self.paper.is_draft else self._code()
        left = 60 * MM if code else LEFT
        style = Style(fonts.BOLD, 9.6)
        lines = [line for text in self.payment_lines() for line in wrap(text, style, RIGHT - left)]
        rows = [] if self.paper.slip else wording.bank_rows(self.paper)
        below = self.look.above_payment + 6 + len(self._caption()) * _CAPTION_STEP
        return (
            code,
            left,
            lines,
            rows,
            max(self.look.above_payment + len(lines) * 15 + len(rows) * 12.8, _CODE + below if code else 0),
        )

    def _slip(self) -> None:
        """The Swiss payment slip at the foot where the paper left room for it, else on a last page of its own.

        A short foot above it takes the place of the usual one.
        """
        if self.paper.slip is None:
            return
        lines = self.short_foot()
        if self.y + 6.5 * MM + self.FOOT_STEP * len(lines) > self._sheet().height - swiss_bill.SLIP:
            self._next_page()
        page = self.page
        if self.has_letter_paper:
            page.fills.append(Fill(0, page.height - swiss_bill.SLIP, page.width, swiss_bill.SLIP, "#FFFFFF"))
        self.lift_foot(lines, page.height - swiss_bill.SLIP)
        part = Page()
        swiss_bill.draw(part, self.paper.slip, self.paper.language)
        page.take(part, down=page.height - part.height)

    def _signature(self) -> None:
        """The sentence that the customer signs, with lines for place, day and name; kept together."""
        sentence = kind_words.signature(self.paper)
        if not sentence:
            return
        self._need(_SIGNATURE)
        self.y += 11 * MM
        self.page.text(LEFT, self.y, sentence, _NOTE)
        self.y += 15 * MM
        say, middle = self.paper.language, LEFT + FULL * 0.4
        labels = (document_text(say, "Place, date"), document_text(say, "Signature"))
        for left, right, label in ((LEFT, middle - 5 * MM, labels[0]), (middle, RIGHT, labels[1])):
            self.page.rule(left, self.y, right, RULE, 0.6)
            self.page.text(left, self.y + 9, label, _CAPTION)
        self.y += 9

    def _code(self) -> str | None:
        if self.paper.kind != INVOICE or self.paper.slip is not None or not wording.bank_rows(self.paper):
            return None
        seller = self.paper.seller
        return payment_qr.payload(
            name=seller.bank.holder or seller.name,
            iban=seller.bank.iban,
            amount=self.paper.sums.due,
            currency=self.paper.currency,
            text=self.paper.head.number,
            bic=seller.bank.bic,
        )

    def _draw_code(self, content: str, top: float) -> None:
        modules, bars = payment_qr.squares(content)
        side = _CODE / modules
        self.page.squares += [
            (LEFT + column * side, top + row * side, length * side, side) for column, row, length in bars
        ]
        for row, line in enumerate(self._caption()):
            self.page.text(LEFT, top + _CODE + 12 + row * _CAPTION_STEP, line, _CAPTION)

    def _caption(self) -> list[str]:
        """The words below the code, no wider than it: beside them stands the next column."""
        return wrap(document_text(self.paper.language, "Scan with your banking app"), _CAPTION, _CODE)

    def _pay_texts(self, lines: list[str], rows: list[wording.Row], left: float) -> None:
        base = self.y + 7
        for place, line in enumerate(lines):
            self.page.text(left, base, line, Style(fonts.BOLD, 9.6) if place == 0 else Style(size=8.8))
            base += 14.8
        base += 3.2
        labels = Style(size=8.6, color=GREY)
        values = left + max([labels.width(label) for label, _value in rows], default=0) + 5 * MM
        for label, value in rows:
            style = Style(fonts.MEDIUM if label == "IBAN" or value == self.paper.head.number else fonts.REGULAR, 8.8)
            self.page.text(left, base, label, labels)
            for line in wrap(value, style, RIGHT - values):
                self.page.text(values, base, line, style)
                base += 12.8
        self.y = base - 12.8 if rows else base - 18
