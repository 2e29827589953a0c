"""The frame of every paper: pages with head and foot, the address in the window, the facts beside it, the mark of copies.

What pre-printed paper would have stands on the letterhead of a page; with letter paper behind it, it is left out, and
head and foot keep its room free.
"""

from __future__ import annotations

from crm_desktop.core.i18n import document_text
from crm_desktop.documents import colours, fonts, scripts, wording
from crm_desktop.documents.layout import (
    GREY,
    LEFT,
    LIGHT,
    MM,
    RIGHT,
    Fill,
    Page,
    Picture,
    Rule,
    Style,
    Text,
    logo,
    wrap,
)
from crm_desktop.documents.paper import Paper
from crm_desktop.documents.stationery import DIN, WINDOWS

_FINE = Style(size=6.5, color=GREY)
FULL = RIGHT - LEFT
# How much room head and foot of letter paper get.
_PAPER_HEAD, _PAPER_FOOT = 52 * MM, 30 * MM


class SheetFrame:
    """The pages of one paper while they are filled from top to bottom; `y` is where the next thing may begin."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        # Over the counter there is no envelope: the facts stand at the right as usual.
        self.look, self.window = paper.stationery.look, paper.stationery.place if paper.address else WINDOWS[DIN]
        self.has_letter_paper = paper.stationery.letter_paper is not None
        self.next_top = _PAPER_HEAD if self.has_letter_paper else 32 * MM
        self.pages: list[Page] = []
        # How many pages there are when the sums have been written; what is on later ones went over alone.
        self.pages_with_sums = 0
        self.footer, self.footer_rule = self._measure_footer()
        self.bottom = self.footer_rule - (1 * MM if self.has_letter_paper else self.look.above_foot)
        self.y = 0.0
        self.page = self._new_page()

    # ---- words that letters choose themselves ------------------------------------------------------------------------

    def full_title(self) -> str:
        """Kind and number, for the head of following pages."""
        return wording.full_title(self.paper)

    def facts(self) -> list[wording.Row]:
        """The block beside the address."""
        return wording.facts(self.paper)

    # ---- pages ------------------------------------------------------------------------------------------------------

    def _new_page(self) -> Page:
        page = self._sheet()
        if self.paper.is_draft:
            page.behind = document_text(self.paper.language, "DRAFT")
        page.letterhead = self._sheet()
        if self.has_letter_paper:
            page.lifted = _PAPER_FOOT - 8 * MM
        else:
            page.letterhead.rule(LEFT, self.footer_rule, RIGHT)
            page.letterhead.texts += self.footer
            if self.look.band:
                high = 2.2 * MM if self.pages else self.look.band
                page.letterhead.fills.append(Fill(0, 0, page.width, high, self.paper.seller.accent))
        self.pages.append(page)
        return page

    def _sheet(self) -> Page:
        return Page(*self.paper.stationery.size)

    def _next_page(self) -> None:
        """Begin a following page with a short head that says whose it is."""
        self.page = self._new_page()
        style = Style(size=8, color=GREY)
        label = self.full_title()
        if self.paper.is_copy:
            copy = document_text(self.paper.language, "Copy")
            label = f"{label} · {copy}"
        base = self.next_top - 13 * MM
        if not self.has_letter_paper and self.page.letterhead is not None:
            room = FULL - style.width(label) - 12
            name = wrap(self.paper.seller.name, style, max(room, 100))
            for row, line in enumerate(name):
                self.page.letterhead.text(LEFT, base - (len(name) - 1 - row) * 9.5, line, style)
        self.page.right(RIGHT, base, label, style)
        self.page.rule(LEFT, base + 3 * MM, RIGHT)
        self.y = self.next_top

    def _need(self, height: float) -> None:
        """Go to the next page unless this much still fits."""
        if self.y + height > self.bottom:
            self._next_page()

    def _paragraph(self, text: str, style: Style, step: float, above: float = 0.0) -> None:
        """Write a text over the full width, line by line over pages; what runs to the left stands at the right."""
        if not text.strip():
            return
        self.y += above
        lines = wrap(text, style, FULL)
        if len(lines) <= 6:
            self._need(step * len(lines))
        for line in lines:
            self._need(step)
            self.y += step
            if scripts.begins_right(line):
                self.page.right(RIGHT, self.y, line, style)
            else:
                self.page.text(LEFT, self.y, line, style)

    def _measure_footer(self) -> tuple[list[Text], float]:
        """The columns at the foot as marks, and the y of the rule above them; more lines push it up."""
        if self.has_letter_paper:
            return [], self._sheet().height - _PAPER_FOOT
        places = (25 * MM, 65 * MM, 113 * MM, 160 * MM)
        rooms = (37 * MM, 45 * MM, 44 * MM, 30 * MM)
        columns = [
            [line for text in column for line in wrap(text, _FINE, room)]
            for column, room in zip(wording.footer_columns(self.paper), rooms, strict=True)
        ]
        extra = wrap(self.paper.footer, _FINE, FULL) if self.paper.footer else []
        depth = max(*map(len, columns), 2) + len(extra)
        page = self._sheet()
        rule = page.height - 11.7 * MM - (depth - 1) * self.FOOT_STEP - 11
        for place, column in zip(places, columns, strict=True):
            for row, line in enumerate(column):
                style = Style(fonts.MEDIUM, 6.5) if place == LEFT and line == self.paper.seller.name else _FINE
                page.text(place, rule + 11 + row * self.FOOT_STEP, line, style)
        for row, line in enumerate(extra, start=depth - len(extra)):
            page.text(LEFT, rule + 11 + row * self.FOOT_STEP, line, _FINE)
        return page.texts, rule

    FOOT_STEP = 9.9

    def short_foot(self) -> list[str]:
        """The foot without the bank, in as few lines as it takes; none on letter paper."""
        if self.has_letter_paper:
            return []
        who, reach, _bank, tax = wording.footer_columns(self.paper)
        # Blanks that do not break keep a label with its number.
        pieces = [piece.replace(" ", "\u00a0") for piece in (*who, *reach, *tax)]
        lines = wrap(" · ".join(pieces), _FINE, FULL - 25 * MM)
        return lines + (wrap(self.paper.footer, _FINE, FULL - 25 * MM) if self.paper.footer else [])

    def lift_foot(self, lines: list[str], top: float) -> None:
        """Put a short foot and the number of the page above what takes the place of the usual foot from `top` on."""
        base, foot = top - 5 * MM, self.page.letterhead
        self.page.lifted = self.page.height - base - 6.3 * MM
        if self.has_letter_paper or foot is None:
            return
        foot.texts[:] = [mark for mark in foot.texts if mark not in self.footer]
        foot.rules[:] = [rule for rule in foot.rules if not rule.y1 == rule.y2 == self.footer_rule]
        for row, line in enumerate(reversed(lines)):
            foot.text(LEFT, base - row * self.FOOT_STEP, line, _FINE)

    # ---- head -------------------------------------------------------------------------------------------------------

    def _letterhead(self) -> None:
        seller, x, top, head = self.paper.seller, LEFT, 15 * MM, self.page.letterhead
        if self.paper.is_copy:
            self._stamp(document_text(self.paper.language, "Copy").upper())
        if self.has_letter_paper or head is None:
            return
        mark = logo(seller.logo) if seller.logo else None
        is_word = False
        if mark:
            reader, ratio = mark
            is_word = ratio > 2.2
            high = min(14 * MM if is_word else 10 * MM, 70 * MM / ratio)
            head.pictures.append(Picture(x, top, high * ratio, high, reader))
            x += high * ratio + 3.2 * MM
        elif self.look.mark:
            head.rules.append(Rule(LEFT, 13.5 * MM, LEFT + 10 * MM, 13.5 * MM, 2.0, seller.accent))
        if not is_word:
            self._name(head, x, top)
        if self.paper.address:
            for place, length in self.window.folds:
                head.rule(0, place * head.height, length * MM, LIGHT, 0.4)

    def _name(self, head: Page, x: float, top: float) -> None:
        """The company's name beside its mark, smaller where it is long."""
        seller, room = self.paper.seller, RIGHT - x - (32 * MM if self.paper.is_copy else 0)
        sizes = self.look.name_sizes
        size = next((s for s in sizes if fonts.width(seller.name, fonts.BOLD, s) <= room), sizes[-1])
        style = Style(fonts.BOLD, size)
        base = top + 5.2 * MM
        for line in wrap(seller.name, style, room):
            head.text(x, base, line, style)
            base += size * 1.15
        for line in wrap(seller.tagline, Style(size=8.8), room) if seller.tagline else []:
            head.text(x, base - size * 1.15 + 14.6, line, Style(size=8.8, color=GREY))
            base += 11

    def _stamp(self, word: str) -> None:
        """The word that marks a further copy; it is printed on any paper."""
        style = Style(fonts.BOLD, 11, colours.readable(self.paper.seller.accent))
        x1, x2, y1, y2 = RIGHT - style.width(word) - 18, RIGHT, 15 * MM, 15 * MM + 21
        for ends in ((x1, y1, x2, y1), (x1, y2, x2, y2), (x1, y1, x1, y2), (x2, y1, x2, y2)):
            self.page.rules.append(Rule(*ends, 1.2, style.color))
        self.page.text(x1 + 9, y2 - 6.6, word, style)

    def _address(self) -> float:
        """The address in the window with the sender's line above it; gives where it ends."""
        paper, place = self.paper, self.window
        if not paper.address:
            return 46 * MM
        self._sender()
        for size, step in ((10.2, 14.1), (9.4, 11.6), (8.4, 10.2), (7.4, 8.8)):
            rows = [
                (line, Style(fonts.MEDIUM if number == 0 else fonts.REGULAR, size))
                for number, text in enumerate(paper.address)
                for line in wrap(text, Style(fonts.MEDIUM, size), place.room)
            ]
            if len(rows) * step <= place.depth:
                break
        base = place.first
        for line, style in rows:
            self.page.text(place.x, base, line, style)
            base += step
        return base

    def _sender(self) -> None:
        """The line above the address that says who sends it; letter paper has its own."""
        seller, place, head = self.paper.seller, self.window, self.page.letterhead
        if self.has_letter_paper or head is None:
            return
        style = Style(size=6.8, color=LIGHT)
        sender = " · ".join(filter(None, (seller.name, seller.street, f"{seller.postcode} {seller.city}".strip())))
        lines = wrap(sender, style, place.room)
        for row, line in enumerate(lines):
            head.text(place.x, place.sender - (len(lines) - 1 - row) * 8, line, style)
        head.rule(place.x, place.sender + 1.5 * MM, place.x + min(75 * MM, place.room))

    def _facts(self) -> float:
        """The facts beside the address; gives where they end."""
        rows, end = self.facts(), self.window.facts_end
        step = 14.45 if len(rows) <= 9 else 12.6
        y = (51.5 if self.paper.address or self.paper.is_copy or self.has_letter_paper else 46) * MM
        label_style = Style(size=8.6, color=GREY)
        widest = max((label_style.width(label) + Style(size=9.2).width(value) + 10 for label, value in rows), default=0)
        left = next((x for x in self.window.facts if widest <= end - x), self.window.facts[-1])
        for place, (label, value) in enumerate(rows):
            style = Style(fonts.MEDIUM if place == 0 else fonts.REGULAR, 9.2)
            self.page.text(left, y, label, label_style)
            for line in wrap(value, style, end - left - label_style.width(label) - 9):
                self.page.right(end, y, line, style)
                y += step
        return y
