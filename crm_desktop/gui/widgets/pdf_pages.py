"""Pages of a PDF as pictures: for the preview beside a form, for the pane of a list, and for the printer.

pypdfium2 is not made for several threads at once, so every use goes through one lock. `draw` may run in the worker
thread: it gives plain bytes, which the window turns into pictures.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from crm_desktop.core.errors import Problem
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import theme

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

PRINT_DPI = 300
MOST_PAGES = 12
_GAP, _EDGE = 14, 7
_lock = threading.Lock()


@dataclass(frozen=True)
class Drawn:
    """One page: BGRx bytes, its size in pixels, and how many pages there are in all."""

    pixels: bytes
    width: int
    height: int
    stride: int
    pages: int

    def image(self) -> QImage:
        """The page as a picture that keeps its own copy of the bytes."""
        return QImage(self.pixels, self.width, self.height, self.stride, QImage.Format.Format_RGB32).copy()


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    import pypdfium2

    with _lock:
        document = pypdfium2.PdfDocument(content)
        try:
            yield document
        finally:
            document.close()


def page_count(content: bytes) -> int:
    """How many pages a PDF has."""
    with _opened(content) as document:
        return len(document)


def draw(content: bytes, *, width: int, pages: Sequence[int] = (0,)) -> list[Drawn]:
    """Draw pages at a width in pixels; numbers beyond the last page are left out."""
    with _opened(content) as document:
        count = len(document)
        return [_drawn(document[number], width, count) for number in pages if number < count]


def _drawn(page: Any, width: int, count: int) -> Drawn:
    bitmap = page.render(scale=width / page.get_width(), rev_byteorder=False, prefer_bgrx=True)
    drawn = Drawn(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, count)
    bitmap.close()
    page.close()
    return drawn


def print_pages(content: bytes, printer: QPrinter) -> None:
    """Print the pages that were asked for, each filling the sheet, at 300 dots per inch.

    Raises:
        Problem: the printer does not take them.
    """
    count = page_count(content)
    first = max(printer.fromPage(), 1)
    last = min(printer.toPage() or count, count)
    painter = _begun(printer)
    for number in range(first, last + 1):
        _print_page(painter, printer, content, number - 1, is_first=number == first)
    painter.end()


def print_all(contents: Iterable[bytes], printer: QPrinter) -> None:
    """Print several PDFs as one job, all pages of each; stopped by an exception, nothing of it is printed.

    Raises:
        Problem: the printer does not take them.
    """
    painter = _begun(printer)
    is_first = True
    try:
        for content in contents:
            for number in range(page_count(content)):
                _print_page(painter, printer, content, number, is_first=is_first)
                is_first = False
    except BaseException:
        printer.abort()
        raise
    finally:
        painter.end()


def _begun(printer: QPrinter) -> QPainter:
    painter = QPainter()
    if not painter.begin(printer):
        raise Problem(_("The printer does not answer. Nothing was printed. Check that it is on and try again."))
    return painter


def _print_page(painter: QPainter, printer: QPrinter, content: bytes, number: int, *, is_first: bool) -> None:
    from PySide6.QtPrintSupport import QPrinter

    if not is_first:
        printer.newPage()
    sheet = painter.viewport()
    wide = round(printer.paperRect(QPrinter.Unit.Inch).width() * PRINT_DPI)
    image = draw(content, width=wide, pages=[number])[0].image()
    fitted = image.size().scaled(sheet.size(), Qt.AspectRatioMode.KeepAspectRatio)
    painter.drawImage(QRect(QPoint(0, 0), fitted), image)


class PaperView(QWidget):
    """Pages below each other, as paper: white also in the dark theme, under a light veil there.

    `resized` is sent when pages would be sharper if they were drawn anew, `pixels` wide.
    """

    resized = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._pages: list[QPixmap] = []
        self._said = ""
        self._zoom = 1.0
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_pages(self, drawn: Sequence[Drawn]) -> None:
        """Show pages."""
        self._pages = [QPixmap.fromImage(page.image()) for page in drawn]
        self._said = ""
        number = drawn[0].pages if drawn else 0
        self.setAccessibleDescription(ngettext("{n} page", "{n} pages", number).format(n=number))
        self._fit()

    def say(self, words: str) -> None:
        """Show words instead of pages."""
        self._pages, self._said = [], words
        self.setAccessibleDescription(words)
        self._fit()

    def pixels(self) -> int:
        """How wide a page is on the screen."""
        return round(max(80, self.width() - 2 * _EDGE) * self.devicePixelRatioF())

    def pages(self) -> int:
        """How many pages are shown."""
        return len(self._pages)

    def zoom(self, factor: float) -> None:
        """Show the pages this much larger than the room is wide."""
        self._zoom = factor
        self._fit()

    def _fit(self) -> None:
        self.setMinimumWidth(round(max(160, self._room()) * self._zoom) if self._zoom > 1 else 120)
        self.updateGeometry()
        self.update()

    def _sheet_width(self) -> int:
        """The width that the pages take: less than all where the pane is some pixels too low for them."""
        needed = self.heightForWidth(self.width()) - 2 * _EDGE
        given = self.height() - 2 * _EDGE
        return self.width() if given >= needed else 2 * _EDGE + (self.width() - 2 * _EDGE) * given // needed

    def _room(self) -> int:
        parent = self.parentWidget()
        return parent.width() if parent is not None else self.width()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if not self._pages:
            return round((width - 2 * _EDGE) * 1.414) + 2 * _EDGE
        return sum(self._high(page, width) + _GAP for page in self._pages) - _GAP + 2 * _EDGE

    @staticmethod
    def _high(page: QPixmap, width: int) -> int:
        return round((width - 2 * _EDGE) * page.height() / page.width())

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(320))

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        # The height follows from `heightForWidth`, which the layout asks. A height set here would bring and take the scroll
        # bar of the pane in turn, each time with another width, until the program dies.
        if self._pages and abs(self._pages[0].width() - self.pixels()) > 1:
            self.resized.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        whole = self._sheet_width()
        width, left = whole - 2 * _EDGE, (self.width() - whole) // 2 + _EDGE
        if not self._pages:
            sheet = QRect(left, _EDGE, width, self.height() - 2 * _EDGE)
            self._edge(painter, sheet)
            painter.fillRect(sheet, QColor("#FFFFFF"))
            painter.setPen(QColor("#65686F"))
            painter.setFont(theme.font("small"))
            words = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(sheet.adjusted(24, 24, -24, -24), words, self._said)
            self._veil(painter, sheet)
        top = _EDGE
        for page in self._pages:
            sheet = QRect(left, top, width, self._high(page, whole))
            self._edge(painter, sheet)
            painter.drawPixmap(sheet, page)
            self._veil(painter, sheet)
            top += sheet.height() + _GAP
        painter.end()

    @staticmethod
    def _edge(painter: QPainter, sheet: QRect) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = QColor(0, 0, 0, 9 if not theme.is_dark() else 40)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        for spread in range(1, 6):
            painter.drawRoundedRect(QRectF(sheet).adjusted(-spread, -spread + 2, spread, spread + 2), 3, 3)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(sheet).adjusted(-0.5, -0.5, 0.5, 0.5))

    @staticmethod
    def _veil(painter: QPainter, sheet: QRect) -> None:
        if theme.is_dark():
            painter.fillRect(sheet, QColor(0, 0, 0, 26))
