"""Rows that were copied in a spreadsheet or a web page, as a file that the import can read; and files that were copied."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _

_FEWEST_LINES = 2


class Pasted:
    """What was pasted last; its file lies in a folder of its own, which `ended` removes."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def take(self, data: QMimeData | None = None) -> Path:
        """The copied file, or the copied rows as a file.

        Raises:
            UserError: no rows and no file were copied.
        """
        found = data or QGuiApplication.clipboard().mimeData()
        files = [Path(url.toLocalFile()) for url in found.urls() if url.isLocalFile()]
        if files:
            return files[0]
        text = found.text().strip("\r\n")
        if len(text.splitlines()) < _FEWEST_LINES:
            raise UserError(
                _(
                    "No rows were copied. Mark the rows with their headings in your spreadsheet, "
                    "copy them with Ctrl+C and paste them here."
                )
            )
        self._folder = tempfile.TemporaryDirectory(prefix="crm-desktop-", ignore_cleanup_errors=True)
        path = Path(self._folder.name, _("Copied rows") + (".tsv" if "\t" in text else ".csv"))
        path.write_text(text + "\n", encoding="utf-8", newline="")
        return path

    def is_here(self, path: Path) -> bool:
        """Whether a file holds rows that were pasted."""
        return self._folder is not None and path.parent == Path(self._folder.name)

    def ended(self) -> Callable[[], None]:
        """What removes the rows from the disk, once nobody reads them any more."""
        folder, self._folder = self._folder, None
        return folder.cleanup if folder is not None else _nothing


def _nothing() -> None:
    pass
