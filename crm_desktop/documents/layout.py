"""Pages as plain marks (texts, rules, pictures) in points from the top left corner, and the painter that makes the PDF.

Marks are collected first and painted last, so that every page can say how many there are. The painter writes one text
object a page: much faster than a call of the canvas for each text.

Source: DIN 5008 form B for the places on the sheet: address window 20/45 mm, fold marks at 105 and 210 mm, punch mark
at 148.5 mm.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from crm_desktop.documents import fonts, scripts
from crm_desktop.documents.colours import INK, rgb

_log = logging.getLogger(__name__)

MM = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 297 * MM
LEFT, RIGHT = 25 * MM, 190 * MM
GREY, LIGHT, RULE, HAIRLINE, FAINT = "#52555C", "#65686F", "#1B1C1F", "#D5D3CC", "#F1F0ED"
# Around what is painted of the letterhead, so that it can be found again; see `letter_paper.for_printed_sheets`.
LETTERHEAD_BEGINS, LETTERHEAD_ENDS = "/Letterhead BMC", "EMC"
_LOGO_PIXELS = 420
# No letter is narrower than this part of its size; bounds where a word without blanks is cut.
_NARROWEST = 0.15


class Style(NamedTuple):
    """Weight, size in points and colour of a text."""

    weight: str = fonts.REGULAR
    size: float = 9.2
    color: str = INK

    def width(self, text: str) -> float:
        """How wide a text is."""
        return fonts.width(text, self.weight, self.size)


class Text(NamedTuple):
    """A text with the left end of its base line."""

    x: float
    y: float
    text: str
    style: Style


class Rule(NamedTuple):
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    thickness: float
    color: str


class Fill(NamedTuple):
    """A coloured rectangle with its top left corner, behind everything else."""

    x: float
    y: float
    width: float
    height: float
    color: str


class Picture(NamedTuple):
    """A picture with its top left corner and size; `reader` is what reportlab draws."""

    x: float
    y: float
    width: float
    height: float
    reader: Any


@dataclass(slots=True)
class Page:
    """The marks of one page.

    `letterhead` are the marks that pre-printed paper has already; a printer that holds such paper leaves them out.
    """

    width: float = WIDTH
    height: float = HEIGHT
    texts: list[Text] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    squares: list[tuple[float, float, float, float]] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    letterhead: Page | None = None
    behind: str = ""
    # How far up the foot of the page stands, where something else takes its place.
    lifted: float = 0.0

    def text(self, x: float, y: float, text: str, style: Style) -> None:
        """Write from x to the right."""
        if text:
            self.texts.append(Text(x, y, text, style))

    def right(self, x: float, y: float, text: str, style: Style) -> None:
        """Write so that the text ends at x."""
        if text:
            self.texts.append(Text(x - fonts.width(text, style.weight, style.size), y, text, style))

    def rule(self, x1: float, y: float, x2: float, color: str = HAIRLINE, thickness: float = 0.5) -> None:
        """A level line."""
        self.rules.append(Rule(x1, y, x2, y, thickness, color))

    def take(self, other: Page, *, down: float) -> None:
        """Add the texts, rules and squares of another page, this much further down."""
        self.texts += [mark._replace(y=mark.y + down) for mark in other.texts]
        self.rules += [mark._replace(y1=mark.y1 + down, y2=mark.y2 + down) for mark in other.rules]
        self.squares += [(x, y + down, wide, high) for x, y, wide, high in other.squares]

    def upright(self, x: float, y1: float, y2: float, color: str = HAIRLINE, thickness: float = 0.5) -> None:
        """An upright line."""
        self.rules.append(Rule(x, y1, x, y2, thickness, color))


def wrap(text: str, style: Style, room: float) -> list[str]:
    """The text in lines that fit; line breaks in it stay, words longer than a line are cut."""
    found = []
    for part in fonts.tidy(text).split("\n"):
        lines = list(_wrap_line(part.strip(), style, room))
        found += scripts.kept_to_the_right(lines) if len(lines) > 1 else lines
    return found


def _wrap_line(text: str, style: Style, room: float) -> Iterator[str]:
    if style.width(text) <= room:
        yield text
        return
    blank, used, line = style.width(" "), 0.0, ""
    for word in (piece for whole in text.split(" ") if whole for piece in _cut(whole, style, room)):
        wide = style.width(word)
        if line and used + blank + wide > room:
            yield line
            line, used = word, wide
        else:
            used += wide + (blank if line else 0)
            line = f"{line} {word}" if line else word
    yield line


def _cut(word: str, style: Style, room: float) -> Iterator[str]:
    """Cut a word that is longer than a line, after - or / where one is near."""
    while style.width(word) > room and len(word) > 1:
        end = min(len(word) - 1, int(room / (style.size * _NARROWEST)) + 1)
        while end > 1 and style.width(word[:end]) > room:
            end -= 1
        nice = max(word.rfind(sign, end // 2, end) for sign in "-/.,@")
        end = nice + 1 if nice > 0 else end
        yield word[:end]
        word = word[end:]
    yield word


@lru_cache(maxsize=8)
def logo(content: bytes) -> tuple[Any, float] | None:
    """A logo ready to draw, on white and not larger than print needs, and its width by height; None if unreadable."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    try:
        with Image.open(io.BytesIO(content)) as opened:
            opened.thumbnail((_LOGO_PIXELS * 5, _LOGO_PIXELS))
            picture = opened.convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError):
        _log.warning("The logo cannot be read and is left out", exc_info=True)
        return None
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A"))
    return ImageReader(flat), picture.width / picture.height


def paint(pages: list[Page], *, title: str, author: str, language: str, foot: Callable[[int, int], str]) -> bytes:
    """The PDF of these pages; the same pages give the same bytes. `foot` words the page number."""
    from reportlab.pdfgen.canvas import Canvas

    fonts.register()
    out = io.BytesIO()
    canvas = Canvas(
        out,
        pagesize=(pages[0].width, pages[0].height),
        pageCompression=1,
        invariant=1,
        initialFontName=fonts.REGULAR,
        lang=language,
        pdfVersion=(1, 7),
    )
    canvas.setTitle(title)
    canvas.setAuthor(author)
    canvas.setSubject(title)
    canvas.setCreator("CRM Desktop")
    canvas.setProducer("CRM Desktop")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    for number, page in enumerate(pages, start=1):
        page.right(RIGHT, page.height - 6.3 * MM - page.lifted, foot(number, len(pages)), Style(size=6.5, color=LIGHT))
        _paint_page(canvas, page)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _paint_page(canvas: Any, page: Page) -> None:
    if page.behind:
        _watermark(canvas, page)
    if page.letterhead is not None:
        canvas._code.append(LETTERHEAD_BEGINS)  # noqa: SLF001  (the library has no call for marked content)
        _paint_marks(canvas, page.letterhead)
        canvas._code.append(LETTERHEAD_ENDS)  # noqa: SLF001
    _paint_marks(canvas, page)


def _paint_marks(canvas: Any, page: Page) -> None:
    for fill in page.fills:
        canvas.setFillColorRGB(*rgb(fill.color))
        canvas.rect(fill.x, page.height - fill.y - fill.height, fill.width, fill.height, stroke=0, fill=1)
    for picture in page.pictures:
        low = page.height - picture.y - picture.height
        canvas.drawImage(picture.reader, picture.x, low, picture.width, picture.height)
    _paint_rules(canvas, page)
    if page.squares:
        canvas.setFillColorRGB(*rgb(INK))
        path = canvas.beginPath()
        for x, y, wide, high in page.squares:
            path.rect(x, page.height - y - high, wide, high)
        canvas.drawPath(path, stroke=0, fill=1)
    _paint_texts(canvas, page)


def _paint_rules(canvas: Any, page: Page) -> None:
    groups: dict[tuple[float, str], list[tuple[float, float, float, float]]] = {}
    for rule in page.rules:
        ends = (rule.x1, page.height - rule.y1, rule.x2, page.height - rule.y2)
        groups.setdefault((rule.thickness, rule.color), []).append(ends)
    for (thickness, color), lines in groups.items():
        canvas.setLineWidth(thickness)
        canvas.setStrokeColorRGB(*rgb(color))
        canvas.lines(lines)


def _paint_texts(canvas: Any, page: Page) -> None:
    writer = canvas.beginText()
    color, font = "", ("", 0.0)
    for x, y, text, style in page.texts:
        if style.color != color:
            color = style.color
            writer.setFillColorRGB(*rgb(color))
        writer.setTextOrigin(x, page.height - y)
        for name, piece in fonts.runs(text, style.weight):
            if (name, style.size) != font:
                font = (name, style.size)
                writer.setFont(name, style.size)
            writer.textOut(piece)
    canvas.drawText(writer)


def _watermark(canvas: Any, page: Page) -> None:
    """A word across the page, behind everything."""
    word = page.behind
    size = min(128.0, 520 / fonts.width(word, fonts.BOLD, 1))
    canvas.saveState()
    canvas.translate(page.width / 2, page.height / 2 - 20)
    canvas.rotate(52)
    canvas.setFillColorRGB(*rgb(FAINT))
    canvas.setFont(fonts.BOLD, size)
    canvas.drawCentredString(0, -size / 3, word)
    canvas.restoreState()
