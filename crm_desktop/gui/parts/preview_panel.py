"""The right side of the invoice editor: the paper, its size and language, zoom, and what will be on it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from crm_desktop.billing.document import BILLS, CREDIT_NOTE, DELIVERY_NOTE, RECEIPT, Document, Draft
from crm_desktop.company import profile
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import icons, theme, tokens
from crm_desktop.gui.parts import draft_words
from crm_desktop.gui.widgets.buttons import IconButton
from crm_desktop.gui.widgets.layouts import clear, column, label, line_of, row, scroll
from crm_desktop.gui.widgets.pdf_pages import PaperView

_ZOOMS = (1.0, 1.25, 1.5, 2.0, 2.5)
Said = tuple[str, str, str]


class PreviewPanel(QFrame):
    """See the module."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("k", "side")
        self.setAccessibleName(_("Preview"))
        self._zoom = 0
        self._language, self._pages = "", 1
        self._said: tuple[Said, ...] = ()
        self.paper = PaperView(_("Preview"))
        self._facts = label("", "small", "text2")
        self._smaller = IconButton("zoom-out", _("Smaller"), on=self._zoom_out)
        self._larger = IconButton("zoom-in", _("Larger"), on=self._zoom_in)
        head = QWidget()
        head.setFixedHeight(tokens.size("page_header"))
        line_of(
            head, label(_("Preview"), "b"), self._facts, "stretch", self._smaller, self._larger, gap=8,
            margins=(20, 0, 16, 0),
        )  # fmt: skip
        self._notes = QVBoxLayout()
        self._notes.setSpacing(8)
        content = QWidget()
        column(content, self.paper, self._notes, "stretch", gap=16, margins=(16, 0, 16, 20))
        self._area: QScrollArea = scroll(content)
        column(self, head, self._area)
        self.setMinimumWidth(280)
        theme.changed().connect(self._show_notes)
        self._tell_zoom()

    # ---- words -------------------------------------------------------------------------------------------------------

    def tell_pages(self, pages: int) -> None:
        """Say how many pages the paper has."""
        self._pages = pages
        self._tell_facts()

    def _tell_facts(self) -> None:
        number = ngettext("{n} page", "{n} pages", self._pages).format(n=self._pages)
        self._facts.setText(" · ".join(part for part in ("A4", self._language, number) if part))

    def tell_draft(self, draft: Draft, hints: Sequence[str]) -> None:
        """Say what will be on the paper, and what is odd about it."""
        self._language = draft_words.language_name(draft.language)
        self._tell_facts()
        company = profile.load()
        said: list[Said] = [("triangle-alert", "amber", hint) for hint in hints]
        asks = draft.kind in BILLS and draft.kind not in (RECEIPT, CREDIT_NOTE)
        if company.iban and draft.currency == "EUR" and asks:
            said.append(("check", "green", _("A code for banking apps will be printed.")))
        elif not company.iban and asks:
            said.append(("info", "accentText", _("Without your IBAN nobody knows where to pay. Settings has it.")))
        if draft.kind == DELIVERY_NOTE:
            said.append(
                ("info", "accentText", _("Prices are kept for the invoice; a delivery note does not print them."))
            )
        frozen = _("Once issued it stays as it is. Corrections are credit notes.")
        if draft.kind not in BILLS:
            frozen = _("Once issued it stays as it is. To change it, repeat it and issue the new one.")
        said.append(("lock", "text2", frozen))
        self._tell(said)

    def tell_issued(self, document: Document) -> None:
        """Say that the paper is final."""
        self._language = draft_words.language_name(document.language)
        self._tell_facts()
        words = _("This is the stored original. A reprint is the same, to the last byte.")
        self._tell([("lock", "text2", words)] if not document.imported else [])

    def _tell(self, said: Sequence[Said]) -> None:
        if tuple(said) != self._said:
            self._said = tuple(said)
            self._show_notes()

    def _show_notes(self) -> None:
        clear(self._notes)
        for name, role, words in self._said:
            mark = QLabel()
            mark.setPixmap(icons.pixmap(name, role, 16, self.devicePixelRatioF()))
            line = row(mark, label(words, "body", "text2", wrap=True), gap=8)
            line.setStretch(1, 1)
            holder = QWidget()
            holder.setLayout(line)
            self._notes.addWidget(holder)

    # ---- size --------------------------------------------------------------------------------------------------------

    def _zoom_in(self) -> None:
        self._set_zoom(self._zoom + 1)

    def _zoom_out(self) -> None:
        self._set_zoom(self._zoom - 1)

    def _set_zoom(self, step: int) -> None:
        self._zoom = max(0, min(len(_ZOOMS) - 1, step))
        self.paper.zoom(_ZOOMS[self._zoom])
        self._tell_zoom()

    def _tell_zoom(self) -> None:
        from PySide6.QtCore import Qt

        self._smaller.setEnabled(self._zoom > 0)
        self._larger.setEnabled(self._zoom < len(_ZOOMS) - 1)
        wide = Qt.ScrollBarPolicy.ScrollBarAsNeeded if self._zoom else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self._area.setHorizontalScrollBarPolicy(wide)
