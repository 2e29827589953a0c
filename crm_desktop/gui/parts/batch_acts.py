"""Several documents at once: issue drafts, print as one job of the printer, or save the PDFs into a folder.

All run beside the window with progress and Cancel, and give out the stored bytes, each read when its turn comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFrame

from crm_desktop.billing import drafts, invoices
from crm_desktop.billing.document import Document
from crm_desktop.core import dates, preferences
from crm_desktop.core.errors import NotFound, Problem
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.core.progress import Progress
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.parts import batch_issue
from crm_desktop.gui.parts.document_acts import DocumentActs, file_name, for_printer, open_path
from crm_desktop.gui.widgets import dialogs, formats, pdf_pages
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import label, line_of

_REMEMBERED, _FLAT, _FOLDERS = "batch/folders", "flat", "folders"


@dataclass(frozen=True)
class Result:
    """How many were given out, and how many have no PDF: drafts, and imported documents without lines."""

    done: int
    without: int
    folder: Path | None = None


class BatchActs:
    """The acts of one list."""

    def __init__(self, deeds: DocumentActs) -> None:
        self.deeds = deeds

    def print_(self, document_ids: Sequence[int]) -> None:
        """Ask for the printer once and print all; without a printer the PDFs are saved instead."""
        if not dialogs.has_printer():
            self.save(document_ids)
            return
        title = ngettext("Print {n} document", "Print {n} documents", len(document_ids))
        printer = dialogs.printer_for(title.format(n=formats.count(len(document_ids))))
        if printer is not None:
            work = partial(_print_all, self.deeds, list(document_ids), printer)
            jobs.run(work, done=self._printed, failed=failures.show, title=_("Printing"), writes=True)

    def save(self, document_ids: Sequence[int]) -> None:
        """Ask how they shall lie and for a folder, and save all PDFs there."""
        pattern = _ask_folders(len(document_ids))
        folder = None if pattern is None else dialogs.choose_folder(_("Save the PDFs into this folder"), "pdf")
        if folder is not None:
            work = partial(_save_all, self.deeds, list(document_ids), folder, pattern or "")
            jobs.run(work, done=self._saved, failed=failures.show, title=_("Saving PDFs"), writes=True)

    def _printed(self, result: Result) -> None:
        words = ngettext("{n} document goes to the printer", "{n} documents go to the printer", result.done)
        self.deeds.say(words.format(n=formats.count(result.done)) + _left_out(result.without))

    def _saved(self, result: Result) -> None:
        words = ngettext("{n} PDF saved", "{n} PDFs saved", result.done).format(n=formats.count(result.done))
        show = partial(open_path, result.folder or Path())
        self.deeds.tell(words + _left_out(result.without), pgettext("verb", "Show"), show)


def _ask_folders(count: int) -> str | None:
    """The pattern of the folders that the user wants, empty for none; None if nothing shall be saved.

    The answer of the last time stands there already.
    """
    from crm_desktop.documents import file_names

    pattern = file_names.pattern_of_folders() or file_names.FOLDERS
    shown = file_names.folders_of(_example(), pattern)
    ways = [(_FLAT, _("All in one folder")), (_FOLDERS, _("In folders such as {example}").format(example=shown))]
    usual = _FOLDERS if file_names.pattern_of_folders() else _FLAT
    words = ngettext("Save {n} PDF", "Save {n} PDFs", count).format(n=formats.count(count))
    found = dialogs.fill_in(
        words,
        [Field("way", _("How they lie"), "choice", choices=ways)],
        {"way": preferences.get(_REMEMBERED) or usual},
        act=_("Choose folder"),
        text=_("What the folders are called is set in Settings, Paper."),
    )
    if found is None:
        return None
    preferences.put(_REMEMBERED, found["way"])
    return "" if found["way"] == _FLAT else pattern


def _example() -> Any:
    from crm_desktop.documents import file_names

    return file_names.About(
        number="2026-0141", customer=_("Example customer"), kind=_("Invoice"), issued_on=dates.today()
    )


def _left_out(count: int) -> str:
    if not count:
        return ""
    words = ngettext(", {n} has none (drafts and imported ones)", ", {n} have none (drafts and imported ones)", count)
    return words.format(n=formats.count(count))


def _papers(
    deeds: DocumentActs, document_ids: Sequence[int], progress: Progress, folders: str = ""
) -> Iterator[tuple[int, Path, bytes]]:
    """Id, path and PDF of each document that has one, told one by one."""
    for place, document_id in enumerate(document_ids):
        progress(place, len(document_ids), "")
        document = invoices.get(document_id)
        if document.number is None:
            continue
        try:
            yield document_id, path_of(document, folders), deeds.stored(document_id)
        except NotFound:
            continue


def path_of(document: Document, folders: str) -> Path:
    """Where the PDF lies below the chosen folder: folders by their pattern, then its name."""
    from crm_desktop.documents import file_names

    return Path(file_names.folders_of(file_names.about(document), folders)) / file_name(document)


def _save_all(
    deeds: DocumentActs, document_ids: Sequence[int], folder: Path, folders: str, progress: Progress
) -> Result:
    saved = 0
    for document_id, name, content in _papers(deeds, document_ids, progress, folders):
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
        self.issue_button = Button("", "secondary", "check", on=self._issue)
        self.print_button = Button(_("Print…"), "secondary", "printer", on=self._print)
        self.save_button = Button(_("Save PDFs…"), "secondary", "download", on=self._save)
        acts = (self.issue_button, self.print_button, self.save_button)
        line_of(self, self.words, 8, *acts, "stretch", margins=(24, 7, 20, 7))
        self.hide()

    def tell(self) -> None:
        """Show the bar where two or more rows are selected; drafts can be issued, the others printed and saved."""
        selected = self._selected()
        self.setVisible(len(selected) > 1)
        if len(selected) > 1:
            self.words.setText(_("{n} selected").format(n=formats.count(len(selected))))
            unissued = len(drafts.among(selected))
            self.issue_button.setText(batch_issue.act_words(unissued))
            self.issue_button.setVisible(unissued > 0)
            for button in (self.print_button, self.save_button):
                button.setVisible(unissued < len(selected))

    def _issue(self) -> None:
        failures.guarded(lambda: batch_issue.start(self._acts.deeds, drafts.among(self._selected())))

    def _print(self) -> None:
        failures.guarded(lambda: self._acts.print_(self._selected()))

    def _save(self) -> None:
        failures.guarded(lambda: self._acts.save(self._selected()))
