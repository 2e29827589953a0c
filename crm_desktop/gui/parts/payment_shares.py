"""What a payment is for: any number of documents, each with its share, and what stays as credit.

A document is found by its number or its customer; a customer brings all that is open. Discount for early payment and
the writing off of a small difference are one click beside the document that earns them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crm_desktop.billing import bank_evidence, invoice_list, payments
from crm_desktop.billing.bank_evidence import Claim
from crm_desktop.billing.bank_matching import LATEST_DISCOUNT_DAYS, Part
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.money import to_minor
from crm_desktop.customers import customer_list
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button, IconButton
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.inputs import MoneyInput
from crm_desktop.gui.widgets.layouts import clear, column, label, recolor, row, stack
from crm_desktop.gui.widgets.suggest import SuggestInput, Suggestion

_INPUT_WIDTH = 104


@dataclass
class _Line:
    """One document of the payment while it is shared out."""

    claim: Claim
    amount_minor: int
    discount_minor: int = 0
    write_off_minor: int = 0
    late_days: int = 0

    def part(self) -> Part:
        """It as it is booked."""
        return Part(
            document_id=self.claim.id,
            number=self.claim.number,
            amount_minor=self.amount_minor,
            discount_minor=self.discount_minor,
            write_off_minor=self.write_off_minor,
            late_days=self.late_days if self.discount_minor else 0,
        )


class ShareSheet(QWidget):
    """See the module. `changed` tells that something was shared out another way."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[_Line] = []
        self._minor, self._currency, self._day = 0, "EUR", date.min
        self.customer_id: int | None = None
        self._customer = ""
        self.search = SuggestInput(self._suggest, _("Number of an invoice, or a customer"))
        self.search.picked.connect(self._picked)
        self._rows = stack(gap=10)
        self._rest = label("", "body", "text2", wrap=True)
        column(self, self.search, self._rows, self._rest, gap=10)

    # ---- what it holds -----------------------------------------------------------------------------------------------

    def start(
        self, minor: int, currency: str, day: date, *, customer_id: int | None = None, customer: str = ""
    ) -> None:
        """Share out a payment anew; with a customer, whatever is left over is theirs."""
        self._minor, self._currency, self._day = minor, currency, day
        self.customer_id, self._customer = customer_id, customer
        self._lines = []
        self._show()

    def take_parts(self, parts: Sequence[Part]) -> None:
        """Start from what was proposed."""
        for part in parts:
            for claim in bank_evidence.open_claims(document_id=part.document_id):
                line = _Line(claim, part.amount_minor, part.discount_minor, part.write_off_minor)
                line.late_days = self._late(claim)
                self._lines.append(line)
        self._show()

    def tell_payment(self, minor: int, currency: str, day: date) -> None:
        """The amount or the day of the payment changed."""
        if currency != self._currency:
            self._lines = [line for line in self._lines if line.claim.currency == currency]
        only = len(self._lines) == 1 and self._lines[0].amount_minor == min(
            self._minor, self._lines[0].claim.open_minor
        )
        self._minor, self._currency, self._day = minor, currency, day
        if only and minor > 0:
            self._lines[0].amount_minor = min(minor, self._lines[0].claim.open_minor)
        self._show()

    def add_customer(self, customer_id: int) -> None:
        """Bring what is open of a customer, the earliest due first, as far as the money goes."""
        claims = bank_evidence.open_claims(customer_id=customer_id)
        self.customer_id = customer_id
        self._customer = claims[0].customer if claims else ""
        for claim in claims:
            if claim.currency == self._currency and (claim.open_minor > 0) == (self._minor >= 0) and self.rest():
                self._add(claim)
        self._show()

    def add_document(self, document_id: int) -> None:
        """Bring one document."""
        for claim in bank_evidence.open_claims(document_id=document_id):
            if claim.currency == self._currency:
                self._add(claim)
        self._show()

    def _add(self, claim: Claim) -> None:
        if any(line.claim.id == claim.id for line in self._lines):
            return
        rest = self.rest()
        share = claim.open_minor
        if (share > 0) == (self._minor > 0):
            share = min(share, rest) if share > 0 else max(share, rest)
        line = _Line(claim, share, late_days=self._late(claim))
        self._lines.append(line)
        if self.customer_id is None:
            self.customer_id, self._customer = claim.customer_id, claim.customer

    def _late(self, claim: Claim) -> int:
        return max((self._day - claim.discount_until).days, 0) if claim.discount_until else 0

    def parts(self) -> tuple[Part, ...]:
        """The shares."""
        return tuple(line.part() for line in self._lines if line.amount_minor or line.discount_minor)

    def rest(self) -> int:
        """What is not shared out, in minor units; below zero more is shared out than there is."""
        return self._minor - sum(line.amount_minor for line in self._lines)

    def show_problems(self, found: dict[str, str]) -> None:
        """Show why it cannot be booked so."""
        self._rest.setText(" ".join(found.values()))
        recolor(self._rest, "c", "red")

    # ---- showing -----------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        clear(self._rows)
        for line in self._lines:
            self._rows.addWidget(self._row(line))
        self._tell_rest()

    def _row(self, line: _Line) -> QWidget:
        made = QWidget()
        claim = line.claim
        field = MoneyInput(self._currency)
        field.setFixedWidth(_INPUT_WIDTH)
        field.set_value(line.amount_minor)
        field.setAccessibleName(_("Share of {number}").format(number=claim.number))
        field.edited.connect(partial(self._typed, line, field))
        away = IconButton("x", _("Leave {number} out").format(number=claim.number), on=partial(self._remove, line))
        words = _("{amount} open, {customer}").format(
            customer=claim.customer or _("Sale over the counter"),
            amount=formats.money_text(abs(claim.open_minor), claim.currency),
        )
        offers = row(*self._offers(line), "stretch")
        names = stack(label(claim.number, "b"), ElidedLabel(words, "small", "text2"), offers, gap=2)
        head = row(names, field, away, gap=6)
        head.setStretch(0, 1)
        column(made, head)
        return made

    def _offers(self, line: _Line) -> list[QWidget]:
        """Discount and writing off, where the document earns them."""
        claim, money, made = line.claim, self._currency, list[QWidget]()
        if claim.discount_minor and line.late_days <= LATEST_DISCOUNT_DAYS and self._minor > 0:
            words = _("Discount {amount}")
            if line.late_days:
                words = ngettext("Discount {amount}, {n} day late", "Discount {amount}, {n} days late", line.late_days)
            taken = bool(line.discount_minor)
            words = _("No discount") if taken else words
            text = words.format(amount=formats.money_text(claim.discount_minor, money), n=line.late_days)
            made.append(Button(text, "link", on=partial(self._discount, line)))
        missing = claim.open_minor - line.amount_minor - line.discount_minor
        limit = to_minor(payments.write_off_limit(), money)
        if line.write_off_minor or 0 < missing <= limit:
            words = _("Leave the rest open") if line.write_off_minor else _("Write off {amount}")
            text = words.format(amount=formats.money_text(missing, money))
            made.append(Button(text, "link", on=partial(self._write_off, line, missing)))
        return made

    def _tell_rest(self) -> None:
        rest, money = self.rest(), formats.money_text(abs(self.rest()), self._currency)
        words = ""
        if self._minor and rest and (rest > 0) == (self._minor > 0):
            words = _("{amount} stays as credit of {name}.") if self._customer else _("{amount} is left over.")
            if self._minor < 0:
                words = _("{amount} goes back from the credit of {name}.") if self._customer else words
        elif self._minor and rest:
            words = _("{amount} more is shared out than there is.")
        self._rest.setText(words.format(amount=money, name=self._customer))
        self._rest.setVisible(bool(words))
        recolor(self._rest, "c", "text2")

    # ---- acts --------------------------------------------------------------------------------------------------------

    def _typed(self, line: _Line, field: Any) -> None:
        line.amount_minor = field.value() or 0
        line.write_off_minor = 0
        self._tell_rest()
        self.changed.emit()

    def _remove(self, line: _Line) -> None:
        self._lines.remove(line)
        self._show()
        self.changed.emit()

    def _discount(self, line: _Line) -> None:
        line.discount_minor = 0 if line.discount_minor else line.claim.discount_minor
        line.write_off_minor = 0
        line.amount_minor = min(line.amount_minor, line.claim.open_minor - line.discount_minor)
        self._show()
        self.changed.emit()

    def _write_off(self, line: _Line, missing: int) -> None:
        line.write_off_minor = 0 if line.write_off_minor else missing
        self._show()
        self.changed.emit()

    # ---- finding -----------------------------------------------------------------------------------------------------

    def _suggest(self, typed: str) -> list[Suggestion]:
        found = [
            Suggestion(
                ("document", found.id), found.number, found.customer,
                formats.money_text(found.open_minor, found.currency), "receipt-text",
            )
            for found in invoice_list.rows(invoice_list.ids("open", search=typed)[:40])
            if found.currency == self._currency and found.open_minor
        ]  # fmt: skip
        people = customer_list.find(typed, 3) if typed else []
        everything = _("all that is open")
        return found[:5] + [
            Suggestion(("customer", p.id), p.name, p.city, everything, "user" if p.kind == "person" else "building-2")
            for p in people
        ]

    def _picked(self, value: tuple[str, int]) -> None:
        self.search.clear()
        kind, row_id = value
        if kind == "document":
            self.add_document(row_id)
        else:
            self.add_customer(row_id)
            self._customer = self._customer or next((p.name for p in customer_list.rows([row_id])), "")
            self._tell_rest()
        self.changed.emit()
