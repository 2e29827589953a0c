"""Settings, backup: take everything with you into one folder, and read it back into an empty company."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.layouts import column, label, row
from crm_desktop.gui.widgets.page import Page

if TYPE_CHECKING:
    from crm_desktop.exchange.everything import ReadBack
    from crm_desktop.exchange.exporting import Exported


class TakeAllCard(QFrame):
    """See the module."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.setProperty("k", "card")
        self._page = page
        self.take = Button(_("Take everything with you"), "secondary", "download", on=self._take)
        self.bring = Button(_("Read everything back"), "ghost", "archive-restore", on=self._bring)
        note = label(
            _("One folder with workbooks, papers, e-invoices, attached files and plain tables, which other programs read. "
              "The file everything.json in it can be read back into an empty company."),
            "body", "text2", wrap=True,
        )  # fmt: skip
        column(
            self, label(_("Everything in one folder"), "h"), note, row(self.take, self.bring, "stretch"),
            gap=12, margins=(20, 14, 20, 16),
        )  # fmt: skip

    def _take(self) -> None:
        folder = dialogs.choose_folder(_("Folder for everything"), "export")
        if folder is not None:
            jobs.run(
                partial(_export, folder),
                done=self._taken,
                failed=failures.show,
                title=_("Writing everything"),
                writes=True,
            )

    def _taken(self, done: Exported) -> None:
        words = ngettext("{n} file in {folder}", "{n} files in {folder}", done.files)
        self._page.toast.emit(words.format(n=formats.count(done.files), folder=done.folder.name), False)

    def _bring(self) -> None:
        path = dialogs.choose_open_file(
            _("Read everything back"), [(_("Everything"), ["everything.json", "*.json"])], "export"
        )
        if path is not None:
            jobs.run(
                partial(_read, path),
                done=self._brought,
                failed=failures.show,
                title=_("Reading everything"),
                writes=True,
            )

    def _brought(self, found: ReadBack) -> None:
        words = ngettext("{n} customer is back", "{n} customers are back", found.customers)
        self._page.toast.emit(words.format(n=formats.count(found.customers)), False)


def _export(folder: Path, progress: Progress) -> Exported:
    from crm_desktop.exchange import exporting

    return exporting.export(exporting.place_for(folder), progress)


def _read(path: Path, progress: Progress) -> ReadBack:
    from crm_desktop.exchange import everything

    return everything.read(path, progress)
