"""The preview of a document: drawn in the worker thread, so that typing never waits; the newest always wins."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer

from crm_desktop.billing import drafts
from crm_desktop.billing.document import Document, Draft
from crm_desktop.billing.document_files import Printed
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.gui import jobs
from crm_desktop.gui.jobs import Job
from crm_desktop.gui.widgets import pdf_pages
from crm_desktop.gui.widgets.pdf_pages import Drawn, PaperView

_KEPT = 24


def render(document: Document) -> Printed:
    """The PDF and e-invoice of a document that gets its number now; for `invoices.issue`."""
    from crm_desktop.documents import issuing

    return issuing.print_out(document)


@dataclass(frozen=True)
class Made:
    """A draft as paper: the PDF, its pages, and what cannot be printed in a sentence."""

    content: bytes
    pages: list[Drawn]
    unprintable: str


class Preview:
    """Fills a `PaperView`. `drawn(pages, sentence)` is called after each drawing with what cannot be printed."""

    def __init__(self, view: PaperView, *, pages: int = 1) -> None:
        self.view = view
        self.content = b""
        self.drawn: Callable[[int, str], object] | None = None
        self._most = pages
        self._job: Job | None = None
        self._serial = 0
        self._kept: OrderedDict[tuple[int, int], list[Drawn]] = OrderedDict()
        self._again = QTimer(view)
        self._again.setSingleShot(True)
        self._again.setInterval(120)
        self._again.timeout.connect(self._redraw)
        view.resized.connect(self._again.start)
        view.destroyed.connect(self._stop)

    def show_stored(self, document_id: int, content: bytes | None) -> None:
        """Show a stored PDF; what was drawn once is kept."""
        self._stop()
        if content is None:
            self.content = b""
            self.view.say(_("This document came from elsewhere. Its PDF is not in this file."))
            return
        self.content = content
        key = (document_id, self.view.pixels())
        if key in self._kept:
            self._kept.move_to_end(key)
            self._show(self._kept[key])
            return
        self._start(partial(_draw_stored, content, key[1], self._most), partial(self._keep, key))

    def show_draft(self, draft: Draft) -> None:
        """Draw a draft anew.

        Raises:
            ValidationError: the amounts cannot be added up.
        """
        from crm_desktop.documents import from_record

        self.show_paper(from_record.to_paper(drafts.preview(draft)))

    def show_paper(self, paper: Any) -> None:
        """Draw a paper."""
        self._stop()
        self._start(partial(_draw_draft, paper, self.view.pixels(), self._most), self._show_made)

    def _redraw(self) -> None:
        if self.content and self._job is None:
            self._start(partial(_draw_stored, self.content, self.view.pixels(), self._most), self.view.show_pages)

    def _start(self, work: Callable[[Progress], Any], done: Callable[[Any], object]) -> None:
        self._serial += 1
        self._job = jobs.run(
            work, done=partial(self._arrived, self._serial, done), failed=partial(self._failed, self._serial)
        )

    def _arrived(self, serial: int, done: Callable[[Any], object], result: Any) -> None:
        if serial == self._serial:
            self._job = None
            done(result)

    def _stop(self, _gone: object = None) -> None:
        """Drop what is being drawn; also when the page goes away meanwhile."""
        self._serial += 1
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _keep(self, key: tuple[int, int], drawn: list[Drawn]) -> None:
        self._kept[key] = drawn
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self._show(drawn)

    def _show_made(self, made: Made) -> None:
        self.content = made.content
        self._show(made.pages, made.unprintable)

    def _show(self, drawn: list[Drawn], unprintable: str = "") -> None:
        self._job = None
        self.view.show_pages(drawn)
        if self.drawn is not None:
            self.drawn(drawn[0].pages if drawn else 0, unprintable)

    def _failed(self, serial: int, error: BaseException) -> None:
        if serial != self._serial:
            return
        self._job = None
        if not isinstance(error, UserError | Problem):
            from crm_desktop.gui import failures

            failures.show(error)
            return
        self.view.say(str(error))

    def busy(self) -> bool:
        """Whether something is being drawn."""
        return self._job is not None


def _draw_stored(content: bytes, width: int, most: int, progress: Progress) -> list[Drawn]:
    progress.check()
    return pdf_pages.draw(content, width=width, pages=range(most))


def _draw_draft(paper: Any, width: int, most: int, progress: Progress) -> Made:
    from crm_desktop.documents import commercial_pdf

    unprintable = ""
    try:
        commercial_pdf.check_characters(paper)
    except UserError as refusal:
        unprintable = str(refusal)
    content = commercial_pdf.render(paper)
    progress.check()
    return Made(content, pdf_pages.draw(content, width=width, pages=range(most)), unprintable)
