"""Received: e-invoices from suppliers. Drop a file or choose it; it is checked, filed, and waits to be paid."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from crm_desktop.billing import received_documents
from crm_desktop.billing.received_documents import Received
from crm_desktop.core import dates
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.gui import failures, jobs, theme
from crm_desktop.gui.parts.received_pane import ReceivedPane
from crm_desktop.gui.widgets import dialogs, formats, said
from crm_desktop.gui.widgets.cells import EMPTY, Cell, status
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec, Sum, View


class ReceivedPage(ListPage):
    """The list of received e-invoices."""

    key = "received"
    tables: ClassVar = ("received_document",)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)

    def spec(self) -> ListSpec:
        return ListSpec(
            title=_("Received"),
            columns=_columns(),
            order="due_on",
            pane_width=380,
            views=[
                View("open", _("To pay")),
                View("due", _("Overdue"), late=True),
                View("odd", _("To check")),
                View("paid", _("Paid")),
                View("all", _("All")),
            ],
            search_hint=_("Find a sender or number"),
            empty=Empty(
                "file-down",
                _("No invoices received yet"),
                _("Drop an e-invoice here: a PDF with Factur-X or ZUGFeRD, an XRechnung or a Peppol file."),
                Act(_("Read a file"), self.new, "plus"),
            ),
            new=Act(_("Read a file"), self.new, "plus", tip=_("Read an e-invoice (Ctrl+N)")),
        )

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        view = str(filters.get("view") or "open")
        return received_documents.ids(view, search=search, order=order, descending=descending)

    def rows(self, ids: list[int]) -> Sequence[Received]:
        return received_documents.rows(ids)

    def counts(self) -> dict[str, int]:
        return received_documents.counts()

    def count_text(self, number: int) -> str:
        return ngettext("{n} document", "{n} documents", number).format(n=formats.count(number))

    def sums(self, ids: list[int]) -> list[Sum]:
        totals: dict[str, int] = {}
        for found in received_documents.rows(ids):
            sign = -1 if found.kind == "credit_note" else 1
            totals[found.currency] = totals.get(found.currency, 0) + sign * found.gross_minor
        return [Sum(_("Together"), formats.money_text(minor, currency)) for currency, minor in sorted(totals.items())]

    # ---- acts --------------------------------------------------------------------------------------------------------

    def make_pane(self) -> QWidget:
        return ReceivedPane(self)

    def new(self) -> None:
        """Choose a file and read it."""
        path = dialogs.choose_open_file(_("Read an e-invoice"), [(_("E-invoices"), ["*.pdf", "*.xml"])], "received")
        if path is not None:
            self.read([path])

    def read(self, paths: list[Path]) -> None:
        """Read files and file what they say; what cannot be read is told at the end."""
        jobs.run(partial(_read_all, paths), done=self._file_all, title=_("Reading e-invoices"))

    def _file_all(self, found: tuple[list[Any], list[str]]) -> None:
        from crm_desktop.exchange import received

        read, refused = found
        filed: list[int] = []
        for one in read:
            try:
                filed.append(received.keep(one))
            except UserError as error:
                refused.append(str(error))
        if refused:
            dialogs.message(_("Not everything could be filed"), "\n\n".join(refused))
        if filed:
            self._show_filed(filed)

    def _show_filed(self, filed: list[int]) -> None:
        rows = received_documents.rows(filed)
        odd = sum(bool(row.findings) for row in rows)
        words = ngettext("{n} e-invoice filed", "{n} e-invoices filed", len(rows)).format(n=formats.count(len(rows)))
        if odd:
            words = ngettext("{filed}; {n} to check", "{filed}; {n} to check", odd).format(filed=words, n=odd)
        self.toast.emit(words, True)
        self.refresh()

    def mark_paid(self, ids: list[int], *, paid: bool) -> None:
        """Note that documents were paid today, or were not after all."""
        if failures.guarded(partial(received_documents.mark_paid, ids, dates.today() if paid else None)):
            self.toast.emit(_("Marked as paid") if paid else _("Marked as not paid"), True)

    def delete_ids(self, ids: list[int]) -> None:
        name = received_documents.get(ids[0]).sender
        received_documents.delete(ids)
        self.toast.emit(said.moved_to_bin(name, len(ids)), True)

    def key_pressed(self, key: str, row_id: int) -> None:
        if key == "p":
            self.mark_paid([row_id], paid=received_documents.get(row_id).paid_on is None)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.read([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])


def _read_all(paths: list[Path], progress: Progress) -> tuple[list[Any], list[str]]:
    """What was read, and the sentences about what could not be."""
    from crm_desktop.exchange import received

    read, refused = [], []
    for place, path in enumerate(paths):
        progress(place, len(paths), path.name)
        try:
            read.append(received.read(path, progress))
        except (UserError, Problem) as error:
            refused.append(str(error))
    return read, refused


def _columns() -> list[Column]:
    return [
        Column("sender", _("Sender"), "strong", width=theme.px(220), stretch=True),
        Column("number", _("Number"), width=theme.px(122)),
        Column("issue_on", _("Date"), "date", width=theme.px(76), newest_first=True),
        Column("due_on", _("Due"), "date", width=theme.px(76), cell=_due),
        Column(
            "gross_minor", _("To pay"), width=theme.px(120), order="gross", right=True, newest_first=True, cell=_gross
        ),
        Column("findings", _("Check"), "status", width=theme.px(120), newest_first=True, cell=_findings),
        Column("paid_on", _("Paid on"), "date", width=theme.px(96), shown=False),
        Column("format", _("Format"), "muted", width=theme.px(100), sortable=False, shown=False),
    ]


def _due(found: Received) -> Cell:
    return Cell(formats.day_short(found.due_on), "red" if found.is_late else "muted") if found.due_on else EMPTY


def _gross(found: Received) -> Cell:
    minor = -found.gross_minor if found.kind == "credit_note" else found.gross_minor
    return Cell(formats.money_text(minor, found.currency), strong=True)


def _findings(found: Received) -> Cell:
    number = len(found.findings)
    if not number:
        return status(_("Adds up"), "green")
    return status(ngettext("{n} finding", "{n} findings", number).format(n=number), "amber", pill=True)
