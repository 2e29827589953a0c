"""A bank transaction at one glance: who, how much, what the text says, what speaks for which document, and the acts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from crm_desktop.billing.bank_booking import Choice
from crm_desktop.billing.bank_matching import MATCH, NONE, Part, Proposal
from crm_desktop.billing.bank_statements import Transaction
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import failures
from crm_desktop.gui.parts.payment_shares import ShareSheet
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Facts, Item, Section, key_hints
from crm_desktop.gui.widgets.layouts import column, hairline, label, row, scroll
from crm_desktop.gui.widgets.pill import Pill


@dataclass(frozen=True, slots=True)
class BankRow:
    """A transaction with what it probably is, as the list shows it. `proposal` is None while it is being looked for."""

    id: int
    transaction: Transaction
    proposal: Proposal | None
    ticked: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transaction, name)


class BankActs(Protocol):
    """What the pane asks of its page."""

    def book_choice(self, choice: Choice) -> None:
        """Book one transaction."""

    def ignore_ids(self, ids: list[int]) -> None:
        """Put transactions aside."""

    def bring_back(self, ids: list[int]) -> None:
        """Let ignored ones wait again."""

    def take_back(self, row_id: int) -> None:
        """Take a booking back."""

    def open_document(self, document_id: int) -> None:
        """Show a document."""


def state_words(shown: BankRow) -> tuple[str, str, bool]:
    """Word, tone and whether it is a pill."""
    if shown.transaction.state == "booked":
        return _("Booked"), "green", False
    if shown.transaction.state == "ignored":
        return _("Ignored"), "grey", False
    strength = shown.proposal.strength if shown.proposal is not None else ""
    if strength == MATCH:
        return _("Match"), "green", True
    if strength and strength != NONE:
        return _("Suggestion"), "amber", True
    return (_("To decide"), "grey", True) if strength else (_("To book"), "grey", False)


def part_words(part: Part, currency: str) -> str:
    """What is settled beside the money, in words."""
    found = []
    if part.discount_minor:
        found.append(_("discount {amount}").format(amount=formats.money_text(part.discount_minor, currency)))
    if part.write_off_minor:
        found.append(_("written off {amount}").format(amount=formats.money_text(part.write_off_minor, currency)))
    return ", ".join(found)


class BankPane(QFrame):
    """See the module."""

    def __init__(self, acts: BankActs) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Bank transaction"))
        self._acts = acts
        self.row: BankRow | None = None
        self._party = label("", "h", wrap=True)
        self._pill = Pill()
        self._amount = label("", "b")
        self._reason = label("", "body", wrap=True)
        self._reason_box = QFrame()
        self._reason_box.setProperty("k", "note")
        column(self._reason_box, self._reason, margins=(14, 10, 14, 12))
        self._parts = Section(_("Will be settled"))
        self._facts = Facts()
        self._make_acts()
        self.shares = ShareSheet()
        self._share_box = QWidget()
        done, leave = row(self.share_button, self.leave_button, "stretch"), self.shares
        column(self._share_box, leave, done, gap=12)
        self._share_box.hide()
        whole = QWidget()
        head = row(self._party, self._pill, gap=8)
        head.setStretch(0, 1)
        column(
            whole, head, 4, self._amount, 12, self._reason_box, 12, self._parts,
            12, self._act_row, self._share_box, 14, hairline(), 12, self._facts, "stretch",
            key_hints(("B", _("Book")), ("C", _("Choose")), ("I", _("Ignore")), ("T", _("Tick"))),
            margins=(20, 18, 20, 14),
        )  # fmt: skip
        column(self, scroll(whole))

    def _make_acts(self) -> None:
        self.book_button = Button(_("Book"), "secondary", "check", on=self.book)
        self.choose_button = Button(_("Choose…"), "secondary", "search", on=self.choose)
        self.credit_button = Button(_("Keep as credit"), "link", on=self._keep_as_credit)
        self.ignore_button = Button(_("Ignore"), "ghost", on=self._ignore)
        self.back_button = Button(_("Bring back"), "secondary", "undo-2", on=self._bring_back)
        self.undo_button = Button(_("Take back"), "secondary", "undo-2", on=self._take_back)
        self.share_button = Button(_("Book"), "secondary", "check", on=self.book_shares)
        self.leave_button = Button(_("Cancel"), "ghost", on=self.close_shares)
        self._act_row = QWidget()
        first = row(
            self.book_button, self.choose_button, self.back_button, self.undo_button, self.ignore_button, "stretch"
        )
        column(self._act_row, first, row(self.credit_button, "stretch"), gap=8)

    # ---- showing -----------------------------------------------------------------------------------------------------

    def show_row(self, shown: BankRow) -> None:
        """Show a transaction."""
        if self.row is not None and self.row.id != shown.id:
            self.close_shares()
        self.row = shown
        found, proposal = shown.transaction, shown.proposal
        self._party.setText(found.party or _("Without a name"))
        self._pill.say(*state_words(shown)[:2])
        came = _("{amount} came in on {day}") if found.amount_minor > 0 else _("{amount} went out on {day}")
        money = formats.money_text(abs(found.amount_minor), found.currency)
        self._amount.setText(came.format(amount=money, day=formats.day_long(found.booked_on)))
        waits = found.state == "open"
        self._reason.setText(proposal.reason if proposal is not None and waits else "")
        self._reason_box.setVisible(bool(self._reason.text()))
        self._show_parts(proposal if waits else None)
        self._show_acts(shown)
        self._facts.tell(
            [
                (_("Text"), found.purpose),
                (_("Reference"), found.end_to_end),
                (_("Account"), formats.isolate(found.party_iban) if found.party_iban else ""),
                (_("Booked for"), found.document_numbers),
                (_("File"), found.file_name),
            ]
        )

    def _show_parts(self, proposal: Proposal | None) -> None:
        money = self.row.transaction.currency if self.row is not None else "EUR"
        items = [
            Item(
                part.number,
                formats.money_text(part.amount_minor, money),
                "receipt-text",
                detail=part_words(part, money),
                on=partial(self._acts.open_document, part.document_id),
            )
            for part in (proposal.parts if proposal is not None else ())
        ]
        if proposal is not None and proposal.credit_minor and proposal.customer_id:
            items.append(Item(_("Credit of {name}").format(name=proposal.customer),
                              formats.money_text(proposal.credit_minor, money), "user"))  # fmt: skip
        self._parts.tell(items)

    def _show_acts(self, shown: BankRow) -> None:
        state, proposal = shown.transaction.state, shown.proposal
        waits, ready = state == "open", proposal is not None and proposal.is_complete
        sharing = self._share_box.isVisibleTo(self)
        self._act_row.setVisible(not sharing)
        self.book_button.setVisible(waits and ready)
        self.choose_button.setVisible(waits)
        self.choose_button.setText(_("Otherwise…") if ready else _("Choose…"))
        self.ignore_button.setVisible(waits)
        self.back_button.setVisible(state == "ignored")
        self.undo_button.setVisible(state == "booked")
        known = proposal is not None and proposal.customer_id is not None and shown.transaction.amount_minor > 0
        self.credit_button.setVisible(waits and known and not (proposal and proposal.parts))

    # ---- acts --------------------------------------------------------------------------------------------------------

    def book(self) -> None:
        """Book what is proposed; without a proposal the owner chooses."""
        from crm_desktop.billing import bank_booking

        proposal = self.row.proposal if self.row is not None else None
        if proposal is None or not proposal.is_complete:
            self.choose()
        else:
            self._acts.book_choice(bank_booking.chosen(proposal))

    def choose(self) -> None:
        """Let the owner share the transaction out by hand."""
        if self.row is None or self.row.transaction.state != "open":
            return
        found, proposal = self.row.transaction, self.row.proposal
        self.shares.start(
            found.amount_minor,
            found.currency,
            found.booked_on,
            customer_id=proposal.customer_id if proposal else None,
            customer=proposal.customer if proposal else "",
        )
        if proposal is not None:
            self.shares.take_parts(proposal.parts)
        self._act_row.hide()
        self._parts.hide()
        self._share_box.show()
        self.shares.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_shares(self) -> None:
        """Put the sharing out away."""
        self._share_box.hide()
        if self.row is not None:
            self._show_acts(self.row)
            self._show_parts(self.row.proposal if self.row.transaction.state == "open" else None)

    def book_shares(self) -> None:
        """Book it as it was shared out."""
        if self.row is None:
            return
        parts, customer = self.shares.parts(), self.shares.customer_id
        if not parts and customer is None:
            self.shares.show_problems({"search": _("Choose an invoice or a customer first.")})
            return
        self._acts.book_choice(Choice(transaction_id=self.row.id, parts=parts, customer_id=customer))

    def _keep_as_credit(self) -> None:
        if self.row is not None and self.row.proposal is not None:
            self._acts.book_choice(Choice(transaction_id=self.row.id, customer_id=self.row.proposal.customer_id))

    def _with_row(self, act: Callable[[BankRow], object]) -> None:
        shown = self.row
        if shown is not None:
            failures.guarded(lambda: act(shown))

    def _ignore(self) -> None:
        self._with_row(lambda shown: self._acts.ignore_ids([shown.id]))

    def _bring_back(self) -> None:
        self._with_row(lambda shown: self._acts.bring_back([shown.id]))

    def _take_back(self) -> None:
        self._with_row(lambda shown: self._acts.take_back(shown.id))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._share_box.isVisibleTo(self) and event.key() == Qt.Key.Key_Escape:
            self.close_shares()
        elif self._share_box.isVisibleTo(self) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.book_shares()
        else:
            super().keyPressEvent(event)
