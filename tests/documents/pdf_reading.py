"""What a reader sees of a PDF: texts with their boxes, and the pages as pictures."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

import pypdfium2


@dataclass(frozen=True)
class Box:
    """A piece of text with its place in points; y grows upwards as in the PDF."""

    page: int
    text: str
    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Box) -> bool:
        """Whether two texts cover each other by more than a hair."""
        return (
            min(self.right, other.right) - max(self.left, other.left) > 0.8
            and min(self.top, other.top) - max(self.bottom, other.bottom) > 0.8
        )


def boxes(content: bytes) -> list[Box]:
    """Every piece of text on every page."""
    found = []
    with closing(pypdfium2.PdfDocument(content)) as document:
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            for place in range(text.count_rects()):
                left, bottom, right, top = text.get_rect(place)
                found.append(Box(number, text.get_text_bounded(left, bottom, right, top), left, bottom, right, top))
            text.close()
            page.close()
    return found


def texts(content: bytes) -> list[str]:
    """The text of each page."""
    found = []
    with closing(pypdfium2.PdfDocument(content)) as document:
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            found.append(text.get_text_range().replace("\r\n", "\n"))
            text.close()
            page.close()
    return found


def picture(content: bytes, page: int = 0, scale: float = 3.0):
    """A page as a picture."""
    with closing(pypdfium2.PdfDocument(content)) as document:
        sheet = document[page]
        made = sheet.render(scale=scale).to_pil()
        sheet.close()
        return made


def collisions(content: bytes) -> list[tuple[str, str]]:
    """Pairs of texts that cover each other."""
    found = boxes(content)
    return [
        (one.text, other.text)
        for place, one in enumerate(found)
        for other in found[place + 1 :]
        if one.page == other.page and one.overlaps(other)
    ]


def outside(content: bytes) -> list[str]:
    """Texts that reach over the margins of the sheet: 25 mm left, 20 mm right, the foot."""
    millimetre = 72 / 25.4
    return [
        box.text
        for box in boxes(content)
        if box.left < 25 * millimetre - 1
        or box.right > 190 * millimetre + 1.5
        or box.bottom < 4 * millimetre
        or box.top > 288 * millimetre
    ]
