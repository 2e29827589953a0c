"""About: the version, what the program promises, and the licences of everything it is made of."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QModelIndex, QStringListModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QListView, QPlainTextEdit, QWidget

from crm_desktop import APP_NAME, __version__
from crm_desktop.core import preferences, resources
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets.heads import PageHead
from crm_desktop.gui.widgets.layouts import column, frame, label, row
from crm_desktop.gui.widgets.page import Page
from crm_desktop.safety import company_files


def licences() -> list[dict[str, Any]]:
    """Name, version, licence and text of each part, by name; none where the set-up has not made the list."""
    try:
        found: list[dict[str, Any]] = json.loads(resources.asset("licences.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return sorted(found, key=lambda part: str(part["name"]).casefold())


class AboutPage(Page):
    """The page."""

    key = "about"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = licences()
        self._file = label("", "body", "text2", wrap=True)
        facts = frame(
            "card",
            label(_("{name} {version}").format(name=APP_NAME, version=__version__), "h"),
            label(
                _("Your customers, contracts and invoices stay in one file on this computer."),
                "body",
                "text2",
                wrap=True,
            ),
            self._file,
            gap=6,
        )
        self._list = QListView()
        self._list.setAccessibleName(_("Parts"))
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        names = [_("{name} {version}, {licence}").format_map(part) for part in self._parts]
        self._list.setModel(QStringListModel(names, self))
        self._list.selectionModel().currentChanged.connect(self._chosen)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setAccessibleName(_("Text of the licence"))
        self._list.setSpacing(4)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        parts = frame("card", self._list, margins=(8, 6, 2, 6))
        parts.setFixedWidth(380)
        both = row(parts, self._text, gap=12)
        both.setStretch(1, 1)
        body = QWidget()
        heading = label(_("Made with the work of others"), "h")
        column(body, facts, 20, heading, 8, both, margins=(24, 4, 20, 20))
        body.layout().setStretch(4, 1)
        column(self, PageHead(_("About"), back=self.back.emit), body)

    def title(self) -> str:
        return _("About")

    def activate(self, **_args: Any) -> None:
        if company_files.is_open():
            words = _("Data file: {file}\nSettings and logs: {folder}")
            self._file.setText(words.format(file=company_files.path(), folder=preferences.folder()))
        if self._parts and not self._list.currentIndex().isValid():
            self._list.setCurrentIndex(self._list.model().index(0, 0))
        self._list.setFocus()

    def _chosen(self, index: QModelIndex) -> None:
        self._text.setPlainText(str(self._parts[index.row()]["text"]))
