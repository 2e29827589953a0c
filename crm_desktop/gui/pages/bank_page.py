"""Bank statements: what came in and went out, which document it is probably for, and booking it with one click.

Transactions whose text names an open document and whose amount fits are ticked; one button books all that are ticked.
Everything else has its reason beside it and is decided one by one. Nothing is booked by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from crm_desktop.billing import bank_booking, bank_matching, bank_statements
from crm_desktop.billing.bank_booking import Choice
from crm_desktop.billing.bank_matching import MATCH, Proposal
from crm_desktop.billing.bank_statements import Kept
from crm_desktop.company import profile
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.gui import failures, jobs, theme
from crm_desktop.gui.parts import payment_bank_file
from crm_desktop.gui.parts.payment_bank_pane import BankPane, BankRow, state_words
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cells import EMPTY, Cell, status
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec, Sum, View
from crm_desktop.gui.widgets.strip import Strip


class BankPage(ListPage):
    """See the module."""

    key = "bank"
    tables: ClassVar = (
        "bank_transaction", "bank_statement", "payment", "allocation", "document", "customer", "received_document",
    )  # fmt: skip

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.strip = Strip()
        left: Any = self._split.widget(0)
        left.layout().insertWidget(2, self.strip)
        self.table.clicked.connect(self._clicked)
        self._tell_ticked()

    def spec(self) -> ListSpec:
        self._currency = profile.load().currency
        self._found: dict[int, Proposal] = {}
        self._changed_by_hand: dict[int, bool] = {}
        self._asked = 0
        return ListSpec(
            title=_("Bank"),
            columns=[
                Column("ticked", _("Book"), width=theme.px(78), sortable=False, cell=_tick),
                Column("booked_on", _("Day"), "date", width=72, newest_first=True),
                Column("party", _("Name and text"), width=220, stretch=True, cell=_party),
                Column("goes_to", _("For"), width=150, sortable=False, cell=_goes_to),
                Column("state", _("Status"), width=124, cell=_status),
                Column(
                    "amount_minor",
                    _("Amount {currency}").format(currency=self._currency),
                    width=104,
                    order="amount",
                    right=True,
                    newest_first=True,
                    cell=partial(_amount, self._currency),
                ),
                Column("purpose", _("Text"), "muted", width=200, shown=False),
                Column("file_name", _("File"), "muted", width=120, sortable=False, shown=False),
            ],
            order="booked_on",
            descending=True,
            row="row_compact",
            pane_width=356,
            views=[
                View("open", _("To book")),
                View("booked", _("Booked")),
                View("ignored", _("Ignored")),
                View("all", _("All")),
            ],
            search_hint=_("Find a transaction"),
            empty=Empty(
                "landmark",
                _("No bank statement yet"),
                _(
                    "Download it from your bank as camt.053, MT940 or CSV and drop it here. Nothing is booked by itself."
                ),
                Act(_("Read a statement"), self.new, "file-down"),
            ),
            acts=[Act(_("Read a statement"), self.new, "file-down", tip=_("Read a bank statement (Ctrl+N)"))],
            new=Act(_("Book"), self.primary, "check", tip=_("Book all that are ticked (Ctrl+Enter)")),
        )

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        view = str(filters.get("view") or "open")
        return bank_statements.ids(view, search=search, order=order, descending=descending)

    def rows(self, ids: list[int]) -> Sequence[BankRow]:
        return [
            BankRow(found.id, found, self._found.get(found.id), self.is_ticked(found.id))
            for found in bank_statements.rows(ids)
        ]

    def counts(self) -> dict[str, int]:
        return bank_statements.counts()

    def count_text(self, number: int) -> str:
        return ngettext("{n} transaction", "{n} transactions", number).format(n=formats.count(number))

    def sums(self, ids: list[int]) -> list[Sum]:
        found = []
        for money, (came, went) in bank_statements.sums(ids).items():
            found += [Sum(_("In"), formats.money_text(came, money))] if came else []
            found += [Sum(_("Out"), formats.money_text(went, money))] if went else []
        return found

    def make_pane(self) -> BankPane:
        return BankPane(self)

    def _no_hits(self) -> Empty:
        """All is booked: that is no filter without hits."""
        if self._view != "open" or self._narrowed():
            return super()._no_hits()
        read = Act(_("Read a statement"), self.new, "file-down")
        return Empty("check", _("Nothing waits to be booked"), _("Booked and ignored ones are a click away."), read)

    # ---- what they probably are --------------------------------------------------------------------------------------

    def activate(self, view: str = "", search: str = "", select: int = 0, path: str = "", **filters: Any) -> None:
        """Enter the list; `path` reads a statement at once."""
        super().activate(view, search, select, **filters)
        self._look()
        if path:
            self.read_file(Path(path))

    def refresh(self) -> None:
        super().refresh()
        self._look()

    def _look(self) -> None:
        """Find out in the background what the open transactions are."""
        self._asked += 1
        if self.counts()["open"]:
            jobs.run(_propose, done=partial(self._looked, self._asked))
        else:
            self._looked(self._asked, {})

    def _looked(self, asked: int, found: dict[int, Proposal]) -> None:
        if asked != self._asked:
            return
        self._found = found
        self._changed_by_hand = {i: ticked for i, ticked in self._changed_by_hand.items() if i in found}
        self.model.refresh()
        self._fill_pane()
        self._tell_ticked()

    # ---- ticks -------------------------------------------------------------------------------------------------------

    def is_ticked(self, row_id: int) -> bool:
        """Whether a transaction is booked with the others: matches are, unless the owner said otherwise."""
        proposal = self._found.get(row_id)
        if proposal is None or not proposal.is_complete:
            return False
        return self._changed_by_hand.get(row_id, proposal.strength == MATCH)

    def ticked(self) -> list[int]:
        """The ticked transactions."""
        return [row_id for row_id in self._found if self.is_ticked(row_id)]

    def tick(self, ids: list[int]) -> None:
        """Tick transactions, or take the tick away where the first of them has one."""
        possible = [i for i in ids if i in self._found and self._found[i].is_complete]
        if possible:
            wanted = not self.is_ticked(possible[0])
            self._changed_by_hand |= dict.fromkeys(possible, wanted)
            self.model.refresh()
            self._tell_ticked()

    def _clicked(self, index: QModelIndex) -> None:
        if self.made.columns[index.column()].key == "ticked":
            self.tick([self.model.ids[index.row()]])

    def _tell_ticked(self) -> None:
        number = len(self.ticked())
        if self.new_button is not None:
            words = ngettext("Book {n} ticked", "Book {n} ticked", number) if number else _("Nothing ticked")
            self.new_button.setText(words.format(n=formats.count(number)))
            self.new_button.setAccessibleName(self.new_button.text())
            self.new_button.setEnabled(number > 0)
            self.new_button.setVisible(bool(self.counts()["open"]))
            self.new_button.updateGeometry()

    # ---- acts --------------------------------------------------------------------------------------------------------

    def primary(self) -> None:
        """Book all that are ticked."""
        choices = [bank_booking.chosen(self._found[row_id]) for row_id in self.ticked()]
        if choices:
            self._book(choices)

    def book_choice(self, choice: Choice) -> None:
        """Book one transaction."""
        self._book([choice])

    def _book(self, choices: list[Choice]) -> None:
        title = ngettext("Booking {n} transaction", "Booking {n} transactions", len(choices))
        work = partial(_carry_out, choices)
        jobs.run(work, done=self._booked, title=title.format(n=formats.count(len(choices))), writes=True)

    def _booked(self, number: int) -> None:
        if self.pane is not None:
            self.pane.close_shares()
        words = ngettext("{n} transaction booked", "{n} transactions booked", number)
        self.toast.emit(words.format(n=formats.count(number)), True)

    def ignore_ids(self, ids: list[int]) -> None:
        """Put transactions aside."""
        number = bank_statements.ignore(ids)
        words = ngettext("{n} transaction ignored", "{n} transactions ignored", number)
        self.toast.emit(words.format(n=formats.count(number)), bool(number))

    def bring_back(self, ids: list[int]) -> None:
        """Let ignored ones wait again."""
        number = bank_statements.bring_back(ids)
        words = ngettext("{n} transaction waits again", "{n} transactions wait again", number)
        self.toast.emit(words.format(n=formats.count(number)), bool(number))

    def take_back(self, row_id: int) -> None:
        """Take a booking back."""
        bank_booking.take_back(row_id)
        self.toast.emit(_("Booking taken back"), True)

    def open_document(self, document_id: int) -> None:
        """Show a document."""
        self.open_record.emit("invoice", document_id)

    def open_id(self, row_id: int) -> None:
        if self.pane is not None and self.pane.isVisible():
            self.pane.choose()

    def delete_ids(self, ids: list[int]) -> None:
        self.ignore_ids(ids)

    def key_pressed(self, key: str, row_id: int) -> None:
        found = bank_statements.get(row_id)
        if key == "t":
            self.tick(self.table.selected_ids())
        elif key == "i":
            act = self.bring_back if found.state == "ignored" else self.ignore_ids
            failures.guarded(partial(act, self.table.selected_ids()))
        elif key in ("b", "c") and self.pane is not None:
            (self.pane.book if key == "b" else self.pane.choose)()

    # ---- reading a statement -----------------------------------------------------------------------------------------

    def new(self) -> None:
        """Choose a statement and read it."""
        path = payment_bank_file.choose()
        if path is not None:
            self.read_file(path)

    def read_file(self, path: Path) -> None:
        """Read a statement and show what it holds."""
        self.strip.tell("")
        payment_bank_file.StatementReading(path, self._was_read).start()

    def _was_read(self, kept: Kept) -> None:
        self._show_view("open")
        self._look()
        payment_bank_file.tell(self.strip, kept, partial(self._show_view, "ignored"))
        self.toast.emit(payment_bank_file.kept_words(kept), bool(kept.new))

    def _show_view(self, key: str) -> None:
        self.views.choose(key)
        self._view_chosen(key)
        self._middle.currentWidget().setFocus(Qt.FocusReason.OtherFocusReason)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.read_file(paths[0])


def _propose(progress: Progress) -> dict[int, Proposal]:
    return bank_matching.proposals(progress=progress)


def _carry_out(choices: list[Choice], progress: Progress) -> int:
    return bank_booking.book(choices, progress)


# ---- cells ----------------------------------------------------------------------------------------------------------


def _tick(row: BankRow) -> Cell:
    if row.ticked:
        return Cell("✓", "green", strong=True)
    ready = row.proposal is not None and row.proposal.is_complete and row.transaction.state == "open"
    return Cell("○", "muted") if ready else Cell("")


def _party(row: BankRow) -> Cell:
    found = row.transaction
    return Cell(found.party or found.purpose or formats.DASH, strong=True, detail=found.purpose if found.party else "")


def _goes_to(row: BankRow) -> Cell:
    found, proposal = row.transaction, row.proposal
    if found.state == "booked":
        return Cell(found.document_numbers or _("Credit"), "muted")
    if found.state != "open" or proposal is None or not proposal.is_complete:
        return EMPTY
    if proposal.payment_id:
        return Cell(_("Entered by hand"), "muted")
    if proposal.received_id:
        return Cell(_("Received invoice"), "muted")
    return Cell(", ".join(part.number for part in proposal.parts) or _("Credit"))


def _status(row: BankRow) -> Cell:
    word, tone, pill = state_words(row)
    return status(word, tone, pill=pill)


def _amount(currency: str, row: BankRow) -> Cell:
    found = row.transaction
    shown = formats.amount(found.amount_minor, found.currency)
    return Cell(shown if found.currency == currency else f"{shown} {found.currency}", strong=found.amount_minor > 0)
