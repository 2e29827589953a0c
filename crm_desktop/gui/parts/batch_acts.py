"""Several documents at once: print them as one job of the printer, or save their PDFs into a folder.

Both run beside the window with progress and Cancel, and give out the stored bytes, each read when its turn comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFrame

from crm_desktop.billing import invoices
from crm_desktop.billing.document import Document
from crm_desktop.core.errors import NotFound, Problem
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.core.progress import Progress
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.parts.document_acts import DocumentActs, file_name, for_printer, open_path
from crm_desktop.gui.widgets import dialogs, formats, pdf_pages
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.layouts import label, line_of


@dataclass(frozen=True)
class Result:
    """How many were given out, and how many have no PDF: drafts, and imported documents without lines."""

    done: int
    without: int
    folder: Path | None = None


class BatchActs:
    """The acts of one list."""

    def __init__(self, deeds: DocumentActs) -> None:
        self._deeds = deeds

    def print_(self, document_ids: Sequence[int]) -> None:
        """Ask for the printer once and print all; without a printer the PDFs are saved instead."""
        if not dialogs.has_printer():
            self.save(document_ids)
            return
        title = ngettext("Print {n} document", "Print {n} documents", len(document_ids))
        printer = dialogs.printer_for(title.format(n=formats.count(len(document_ids))))
        if printer is not None:
            work = partial(_print_all, self._deeds, list(document_ids), printer)
            jobs.run(work, done=self._printed, failed=failures.show, title=_("Printing"), writes=True)

    def save(self, document_ids: Sequence[int]) -> None:
        """Ask for a folder and save all PDFs there."""
        folder = dialogs.choose_folder(_("Save the PDFs into this folder"), "pdf")
        if folder is not None:
            work = partial(_save_all, self._deeds, list(document_ids), folder)
            jobs.run(work, done=self._saved, failed=failures.show, title=_("Saving PDFs"), writes=True)

    def _printed(self, result: Result) -> None:
        words = ngettext("{n} document goes to the printer", "{n} documents go to the printer", result.done)
        self._deeds.say(words.format(n=formats.count(result.done)) + _left_out(result.without))

    def _saved(self, result: Result) -> None:
        words = ngettext("{n} PDF saved", "{n} PDFs saved", result.done).format(n=formats.count(result.done))
        show = partial(open_path, result.folder or Path())
        self._deeds.tell(words + _left_out(result.without), pgettext("verb", "Show"), show)


def _left_out(count: int) -> str:
    if not count:
        return ""
    words = ngettext(", {n} has none (drafts and imported ones)", ", {n} have none (drafts and imported ones)", count)
    return words.format(n=formats.count(count))


def _papers(deeds: DocumentActs, document_ids: Sequence[int], progress: Progress) -> Iterator[tuple[int, Path, bytes]]:
    """Id, path and PDF of each document that has one, told one by one."""
    for place, document_id in enumerate(document_ids):
        progress(place, len(document_ids), "")
        document = invoices.get(document_id)
        if document.number is None:
            continue
        try:
            yield document_id, path_of(document), deeds.stored(document_id)
        except NotFound:
            continue


def path_of(document: Document) -> Path:
    """Where the PDF lies below the chosen folder: the company's folders, then its name."""
    from crm_desktop.documents import file_names

    return Path(file_names.folders_of(file_names.about(document))) / file_name(document)


def _save_all(deeds: DocumentActs, document_ids: Sequence[int], folder: Path, progress: Progress) -> Result:
    saved = 0
    for document_id, name, content in _papers(deeds, document_ids, progress):
        path = _free(folder / name, content)
        _make_folder(path.parent)
        deeds.write(path, content)
        invoices.mark_sent(document_id)
        saved += 1
    return Result(saved, len(document_ids) - saved, folder)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sentence = _("The folder “{name}” could not be made: {reason}. Choose another one.")
        raise Problem(sentence.format(name=folder.name, reason=error.strerror)) from error


def _free(wanted: Path, content: bytes) -> Path:
    """A name that replaces nothing but the same file."""
    path, number = wanted, 2
    while path.is_file() and path.read_bytes() != content:
        path = wanted.with_name(f"{wanted.name.removesuffix('.pdf')} ({number}).pdf")
        number += 1
    return path


def _print_all(deeds: DocumentActs, document_ids: Sequence[int], printer: Any, progress: Progress) -> Result:
    printed: list[int] = []

    def contents() -> Iterator[bytes]:
        for document_id, _name, content in _papers(deeds, document_ids, progress):
            printed.append(document_id)
            yield for_printer(content)

    pdf_pages.print_all(contents(), printer)
    for document_id in printed:
        invoices.mark_sent(document_id)
    return Result(len(printed), len(document_ids) - len(printed))


class BulkBar(QFrame):
    """Above the footer of a list while several rows are selected: how many, and what can be done with all of them."""

    def __init__(self, acts: BatchActs, selected: Callable[[], Sequence[int]]) -> None:
        super().__init__()
        self.setProperty("k", "foot")
        self.setAccessibleName(_("Several selected"))
        self._acts, self._selected = acts, selected
        self.words = label("", "b")
        self.print_button = Button(_("Print…"), "secondary", "printer", on=self._print)
        self.save_button = Button(_("Save PDFs…"), "secondary", "download", on=self._save)
        line_of(self, self.words, 8, self.print_button, self.save_button, "stretch", margins=(24, 7, 20, 7))
        self.hide()

    def tell(self) -> None:
        """Show the bar where two or more rows are selected."""
        count = len(self._selected())
        self.setVisible(count > 1)
        self.words.setText(_("{n} selected").format(n=formats.count(count)))

    def _print(self) -> None:
        failures.guarded(lambda: self._acts.print_(self._selected()))

    def _save(self) -> None:
        failures.guarded(lambda: self._acts.save(self._selected()))
