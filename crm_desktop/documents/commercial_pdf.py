"""Documents of every kind as PDF: lays a paper out on pages of A4.

First page: mark and name, the address in the window of the envelope, facts beside it, title and greeting, the table,
the sums, how to pay with the payment code, closing words, four columns at the foot. A table that does not fit goes on
with its head repeated and the sum carried over; sums and payment stay together.

Source: DIN 5008 form B for the places; `paper.Paper` for what is printed.
"""

from __future__ import annotations

from decimal import Decimal

from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import document_text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.documents import fonts, kind_words, line_table, payment_qr, swiss_bill, wording
from crm_desktop.documents.layout import (
    GREY,
    LEFT,
    LIGHT,
    MM,
    RIGHT,
    RULE,
    Page,
    Picture,
    Rule,
    Style,
    Text,
    logo,
    paint,
    wrap,
)
from crm_desktop.documents.paper import HEADING, INVOICE, Paper

_BODY, _SMALL, _FINE = Style(size=9.3), Style(size=7.7, color=GREY), Style(size=6.5, color=GREY)
_CODE = 27 * MM
_FULL = RIGHT - LEFT
_NEXT_PAGE_TOP = 32 * MM
_NOTE, _NOTE_STEP, _NOTE_GAP = Style(size=8.8), 12.4, 8.0
_CLOSING_STEP, _CLOSING_GAP = 10.2, 16.0
_SIGNATURE = 30 * MM
_CAPTION, _CAPTION_STEP = Style(size=6.8, color=GREY), 8.0


def render(paper: Paper) -> bytes:
    """The PDF of a paper; equal papers give equal bytes.

    Raises:
        Problem: the fonts of the program are missing.
    """
    pages = Sheets(paper).lay_out()
    return paint(
        pages,
        title=wording.full_title(paper),
        author=paper.seller.name,
        language=paper.locale.replace("_", "-"),
        foot=lambda number, count: document_text(paper.language, "Page {number} of {count}").format(
            number=number, count=count
        ),
    )


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


class Sheets:
    """The pages of one paper while they are filled from top to bottom; `y` is where the next thing may begin."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.pages: list[Page] = []
        self.footer, self.footer_rule = self._measure_footer()
        self.bottom = self.footer_rule - 5 * MM
        self.y = 0.0
        self.page = self._new_page()

    def lay_out(self) -> list[Page]:
        """Fill the pages."""
        self._letterhead()
        top = max(self._address(), self._facts())
        self._title(top)
        self._table()
        self._notes()
        self._payment()
        self._paragraph(self.paper.closing, _SMALL, _CLOSING_STEP, above=_CLOSING_GAP)
        self._signature()
        self._slip()
        return self.pages

    # ---- words that letters choose themselves ------------------------------------------------------------------------

    def title(self) -> str:
        """The words in large letters."""
        return wording.title(self.paper)

    def full_title(self) -> str:
        """Kind and number, for the head of following pages."""
        return wording.full_title(self.paper)

    def facts(self) -> list[wording.Row]:
        """The block beside the address."""
        return wording.facts(self.paper)

    def payment_lines(self) -> list[str]:
        """How to pay, in sentences."""
        return wording.payment_lines(self.paper)

    # ---- pages ------------------------------------------------------------------------------------------------------

    def _new_page(self) -> Page:
        page = Page()
        if self.paper.is_draft:
            page.behind = document_text(self.paper.language, "DRAFT")
        page.rule(LEFT, self.footer_rule, RIGHT)
        page.texts += self.footer
        self.pages.append(page)
        return page

    def _next_page(self) -> None:
        """Begin a following page with a short head that says whose it is."""
        self.page = self._new_page()
        style = Style(size=8, color=GREY)
        label = self.full_title()
        if self.paper.is_copy:
            copy = document_text(self.paper.language, "Copy")
            label = f"{label} · {copy}"
        room = _FULL - style.width(label) - 12
        name = wrap(self.paper.seller.name, style, max(room, 100))
        for row, line in enumerate(name):
            self.page.text(LEFT, 19 * MM - (len(name) - 1 - row) * 9.5, line, style)
        self.page.right(RIGHT, 19 * MM, label, style)
        self.page.rule(LEFT, 22 * MM, RIGHT)
        self.y = _NEXT_PAGE_TOP

    def _need(self, height: float) -> None:
        """Go to the next page unless this much still fits."""
        if self.y + height > self.bottom:
            self._next_page()

    def _paragraph(self, text: str, style: Style, step: float, above: float = 0.0) -> None:
        """Write a text over the full width, line by line over pages."""
        if not text.strip():
            return
        self.y += above
        lines = wrap(text, style, _FULL)
        if len(lines) <= 6:
            self._need(step * len(lines))
        for line in lines:
            self._need(step)
            self.y += step
            self.page.text(LEFT, self.y, line, style)

    def _measure_footer(self) -> tuple[list[Text], float]:
        """The columns at the foot as marks, and the y of the rule above them; more lines push it up."""
        places = (25 * MM, 65 * MM, 113 * MM, 160 * MM)
        rooms = (37 * MM, 45 * MM, 44 * MM, 30 * MM)
        columns = [
            [line for text in column for line in wrap(text, _FINE, room)]
            for column, room in zip(wording.footer_columns(self.paper), rooms, strict=True)
        ]
        extra = wrap(self.paper.footer, _FINE, _FULL) if self.paper.footer else []
        depth = max(*map(len, columns), 2) + len(extra)
        rule = 285.3 * MM - (depth - 1) * 9.9 - 11
        page = Page()
        for place, column in zip(places, columns, strict=True):
            for row, line in enumerate(column):
                style = Style(fonts.MEDIUM, 6.5) if place == LEFT and line == self.paper.seller.name else _FINE
                page.text(place, rule + 11 + row * 9.9, line, style)
        for row, line in enumerate(extra, start=depth - len(extra)):
            page.text(LEFT, rule + 11 + row * 9.9, line, _FINE)
        return page.texts, rule

    # ---- head -------------------------------------------------------------------------------------------------------

    def _letterhead(self) -> None:
        seller, x, top = self.paper.seller, LEFT, 15 * MM
        mark = logo(seller.logo) if seller.logo else None
        is_word = False
        if mark:
            reader, ratio = mark
            is_word = ratio > 2.2
            high = min(14 * MM if is_word else 10 * MM, 70 * MM / ratio)
            self.page.pictures.append(Picture(x, top, high * ratio, high, reader))
            x += high * ratio + 3.2 * MM
        else:
            self.page.rules.append(Rule(LEFT, 13.5 * MM, LEFT + 10 * MM, 13.5 * MM, 2.0, seller.accent))
        if not is_word:
            self._name(x, top)
        if self.paper.is_copy:
            self._stamp(document_text(self.paper.language, "Copy"))
        if self.paper.address:
            for y, length in ((105, 3.5), (148.5, 5.5), (210, 3.5)):
                self.page.rule(0, y * MM, length * MM, LIGHT, 0.4)

    def _name(self, x: float, top: float) -> None:
        """The company's name beside its mark, smaller where it is long."""
        seller, room = self.paper.seller, RIGHT - x - (32 * MM if self.paper.is_copy else 0)
        size = next((s for s in (16.5, 14, 12) if fonts.width(seller.name, fonts.BOLD, s) <= room), 12)
        style = Style(fonts.BOLD, size)
        base = top + 5.2 * MM
        for line in wrap(seller.name, style, room):
            self.page.text(x, base, line, style)
            base += size * 1.15
        for line in wrap(seller.tagline, Style(size=8.8), room) if seller.tagline else []:
            self.page.text(x, base - size * 1.15 + 14.6, line, Style(size=8.8, color=GREY))
            base += 11

    def _stamp(self, word: str) -> None:
        style = Style(fonts.BOLD, 11, self.paper.seller.accent)
        x1, x2, y1, y2 = RIGHT - style.width(word) - 18, RIGHT, 15 * MM, 15 * MM + 21
        for ends in ((x1, y1, x2, y1), (x1, y2, x2, y2), (x1, y1, x1, y2), (x2, y1, x2, y2)):
            self.page.rules.append(Rule(*ends, 1.2, style.color))
        self.page.text(x1 + 9, y2 - 6.6, word, style)

    def _address(self) -> float:
        """The address in the window with the sender's line above it; gives where it ends."""
        paper, seller, room = self.paper, self.paper.seller, 78 * MM
        if not paper.address:
            return 46 * MM
        sender = " · ".join(filter(None, (seller.name, seller.street, f"{seller.postcode} {seller.city}".strip())))
        lines = wrap(sender, Style(size=6.8), room)
        for row, line in enumerate(lines):
            self.page.text(LEFT, 60.2 * MM - (len(lines) - 1 - row) * 8, line, Style(size=6.8, color=LIGHT))
        self.page.rule(LEFT, 61.7 * MM, LEFT + 75 * MM)
        for size, step in ((10.2, 14.1), (9.4, 11.6), (8.4, 10.2), (7.4, 8.8)):
            rows = [
                (line, Style(fonts.MEDIUM if place == 0 else fonts.REGULAR, size))
                for place, text in enumerate(paper.address)
                for line in wrap(text, Style(fonts.MEDIUM, size), room)
            ]
            if len(rows) * step <= 29 * MM:
                break
        base = 66.9 * MM
        for line, style in rows:
            self.page.text(LEFT, base, line, style)
            base += step
        return base

    def _facts(self) -> float:
        """The facts beside the address; gives where they end."""
        rows = self.facts()
        step = 14.45 if len(rows) <= 9 else 12.6
        y = (51.5 if self.paper.address or self.paper.is_copy else 46) * MM
        label_style = Style(size=8.6, color=GREY)
        widest = max((label_style.width(label) + Style(size=9.2).width(value) + 10 for label, value in rows), default=0)
        left = 125 * MM if widest <= RIGHT - 125 * MM else 113 * MM
        for place, (label, value) in enumerate(rows):
            style = Style(fonts.MEDIUM if place == 0 else fonts.REGULAR, 9.2)
            self.page.text(left, y, label, label_style)
            for line in wrap(value, style, RIGHT - left - label_style.width(label) - 9):
                self.page.right(RIGHT, y, line, style)
                y += step
        return y

    def _title(self, top: float) -> None:
        paper = self.paper
        self.y = max(104 * MM, top + 5 * MM) if paper.address else 51 * MM
        self.page.text(LEFT, self.y, self.title(), Style(fonts.BOLD, 18))
        if not paper.address:
            self.y = max(self.y, top - 8 * MM)
        self._paragraph(paper.intro, _BODY, 14.1, above=7)
        if paper.delivery:
            label = document_text(paper.language, "Delivery address: {lines}")
            text = label.format(lines=", ".join(paper.delivery))
            self._paragraph(text, Style(size=8.6, color=GREY), 12.5, above=4)
        self.y += 10 * MM

    # ---- table ------------------------------------------------------------------------------------------------------

    def _table(self) -> None:
        table = line_table.build(self.paper)
        sums = SumBlock(wording.sum_rows(self.paper))
        self._need(line_table.HEAD_HEIGHT + 60)
        self.y = table.head(self.page, self.y)
        carried = Decimal(0)
        capacity = self.bottom - _NEXT_PAGE_TOP - 60 * MM
        for place, row in enumerate(table.rows, start=1):
            after = line_table.CARRY_HEIGHT
            if row.role == HEADING and place < len(table.rows):
                # A heading at the foot of a page heads nothing.
                after += table.rows[place].height
            if place == table.last_place and sums.height < capacity:
                tail = sum(text.height for text in table.rows[place:])
                after = tail + self._kept_together(sums.height, row.height + tail, capacity, first=place == 1)
            splits = row.height > capacity
            if self.y + (40 if splits else row.height + after) > self.bottom:
                self._break_table(table, carried)
            table.first_line(self.page, self.y, row)
            carried += row.amount
            self._row_texts(table, row, carried if splits else None)
            self.page.rule(LEFT, self.y, RIGHT)
        if not table.rows:
            self.page.rule(LEFT, self.y, RIGHT)
        sums.write(self)

    def _kept_together(self, sums: float, last_row: float, capacity: float, *, first: bool) -> float:
        """How much stays with the last line: the sums, and what follows them where all of it fits on one page.

        Two pages read best with the last line, the sums, how to pay and the closing words on the second one.
        """
        everything = sums + self._below_sums()
        return everything if not first and last_row + everything < capacity else sums

    def _row_texts(self, table: line_table.Table, row: line_table.Row, carried: Decimal | None) -> None:
        """Write what stands below a row's first line; `carried` is given for a row that is longer than a page."""
        self.y += line_table.FIRST_BASE
        for text, style, step in table.texts_of(row):
            if carried is not None and self.y + step + 8 + line_table.CARRY_HEIGHT > self.bottom:
                self._break_table(table, carried)
                step = line_table.FIRST_BASE  # noqa: PLW2901  (the first line on the new page stands below a rule)
            self.y += step
            self.page.text(table.name_x(row), self.y, text, style)
        self.y += line_table.BELOW

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
        # Closing words alone on the next page would look forgotten: how to pay goes there with them.
        room, closing = self.bottom - _NEXT_PAGE_TOP, self._closing_height()
        self._need(min(height + closing if height + closing <= room else height, room))
        self.y += 9 * MM
        top = self.y
        if code:
            self._draw_code(code, top)
        self._pay_texts(lines, rows, left)
        self.y = max(self.y, top + _CODE + 6 + len(self._caption()) * _CAPTION_STEP if code else 0)

    def _payment_parts(self) -> tuple[str | None, float, list[str], list[wording.Row], float]:
        """What is said about paying: the code's content, where the texts begin, sentences, rows, and the height of it."""
        code = None if self.paper.is_draft else self._code()
        left = 60 * MM if code else LEFT
        style = Style(fonts.BOLD, 9.6)
        lines = [line for text in self.payment_lines() for line in wrap(text, style, RIGHT - left)]
        rows = [] if self.paper.slip else wording.bank_rows(self.paper)
        below = 9 * MM + 6 + len(self._caption()) * _CAPTION_STEP
        return code, left, lines, rows, max(24 + len(lines) * 15 + len(rows) * 12.8, _CODE + below if code else 0)

    def _slip(self) -> None:
        """The Swiss payment slip takes the foot of the last page; the page's own foot moves above it."""
        if self.paper.slip is None:
            return
        room = swiss_bill.SLIP - 3 * MM
        if self.y > self.bottom - room:
            self._next_page()
        page = self.page
        kept = [mark for mark in page.texts if mark not in self.footer]
        page.texts[:] = kept + [mark._replace(y=mark.y - room) for mark in self.footer]
        page.rules[:] = [
            rule._replace(y1=rule.y1 - room, y2=rule.y2 - room) if rule.y1 == rule.y2 == self.footer_rule else rule
            for rule in page.rules
        ]
        page.lifted = room
        swiss_bill.draw(page, self.paper.slip, self.paper.language)

    def _signature(self) -> None:
        """The sentence that the customer signs, with lines for place, day and name; kept together."""
        sentence = kind_words.signature(self.paper)
        if not sentence:
            return
        self._need(_SIGNATURE)
        self.y += 11 * MM
        self.page.text(LEFT, self.y, sentence, _NOTE)
        self.y += 15 * MM
        say, middle = self.paper.language, LEFT + _FULL * 0.4
        labels = (document_text(say, "Place, date"), document_text(say, "Signature"))
        for left, right, label in ((LEFT, middle - 5 * MM, labels[0]), (middle, RIGHT, labels[1])):
            self.page.rule(left, self.y, right, RULE, 0.6)
            self.page.text(left, self.y + 9, label, _CAPTION)
        self.y += 9

    def _closing_height(self) -> float:
        if not self.paper.closing.strip():
            return 0.0
        return _CLOSING_GAP + _CLOSING_STEP * len(wrap(self.paper.closing, _SMALL, _FULL))

    def _below_sums(self) -> float:
        """The height of everything that follows the sums."""
        notes = [len(wrap(note, _NOTE, _FULL)) for note in wording.tax_notes(self.paper) if note.strip()]
        payment = self._payment_parts()[-1]
        signed = _SIGNATURE if kind_words.signature(self.paper) else 0
        return sum(_NOTE_GAP + _NOTE_STEP * count for count in notes) + payment + self._closing_height() + signed

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

    def write(self, sheets: Sheets) -> None:
        """Write the rows below the table."""
        sheets.y += 4
        for row, lines in self.rows:
            sheets._need(self._height(row, lines))  # noqa: SLF001  (part of the same page builder)
            if row.ruled:
                sheets.page.rule(self.left, sheets.y + 5, RIGHT, RULE, 0.8)
            sheets.y += self.STRONG_STEP if row.ruled else self.STEP
            for place, line in enumerate(lines):
                sheets.y += 12 if place else 0
                sheets.page.text(self.left, sheets.y, line, self._label(row))
            sheets.page.right(RIGHT, sheets.y, row.amount, self._style(row))
