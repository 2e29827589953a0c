"""The files of a record: add, open, remove; also by dropping them here. Copies lie inside the data file."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from crm_desktop.activity import attachments
from crm_desktop.activity.attachments import Attachment
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import failures
from crm_desktop.gui.parts import file_reading
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button, IconButton
from crm_desktop.gui.widgets.cards import Item, ItemRow
from crm_desktop.gui.widgets.layouts import clear, column, label, row
from crm_desktop.gui.widgets.page import Page


def size_text(size: int) -> str:
    """The size of a file: "412 KB", "2.5 MB"."""
    if size < 1024 * 1024:
        return _("{n} KB").format(n=formats.count(max(1, round(size / 1024))))
    return _("{n} MB").format(n=formats.count(round(size / 1024 / 1024)))


class AttachedFiles(QFrame):
    """A card with the files of one record; `owner` is one of `attachments.OWNERS`."""

    def __init__(self, page: Page, owner: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("k", "card")
        self.setAcceptDrops(True)
        self._page, self._owner, self._id = page, owner, 0
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self._none = label(_("No files yet. Add them or drop them here."), "body", "text2", wrap=True)
        self.add = Button(_("Add file"), "small", "paperclip", on=self._choose)
        column(
            self, row(label(_("Files"), "b"), "stretch", self.add), self._none, self._rows, gap=8,
            margins=(16, 12, 16, 14),
        )  # fmt: skip

    def show_of(self, record_id: int) -> None:
        """Show the files of a record."""
        self._id = record_id
        clear(self._rows)
        found = attachments.of(self._owner, record_id)
        self._none.setVisible(not found)
        for file in found:
            holder = QWidget()
            item = ItemRow(Item(file.name, size_text(file.size), "file", on=partial(self._open, file)))
            remove = IconButton("x", _("Remove {file}").format(file=file.name), on=partial(self._remove, file))
            column(holder, row(item, remove, gap=6))
            self._rows.addWidget(holder)

    def attach(self, path: Path) -> None:
        """Keep a copy of a file with the record."""
        if failures.guarded(partial(attachments.attach, self._owner, self._id, path)):
            self._page.toast.emit(_("{file} added").format(file=path.name), True)
            file_reading.read_new()
            self.show_of(self._id)

    def _choose(self) -> None:
        path = dialogs.choose_open_file(_("Add file"), [(_("All files"), ["*"])], "attach")
        if path is not None:
            self.attach(path)

    def _open(self, file: Attachment) -> None:
        def show() -> None:
            name, content = attachments.content(file.id)
            path = Path(tempfile.mkdtemp(prefix="crm-desktop-")) / Path(name).name
            path.write_bytes(content)
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

        failures.guarded(show)

    def _remove(self, file: Attachment) -> None:
        if failures.guarded(partial(attachments.remove, file.id)):
            self._page.toast.emit(_("{file} removed").format(file=file.name), True)
            self.show_of(self._id)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._id and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.attach(Path(url.toLocalFile()))
