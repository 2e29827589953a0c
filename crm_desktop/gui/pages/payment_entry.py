"""Entering a payment by hand over any number of documents: how much, when, how, and what it is for."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtWidgets import QWidget

from crm_desktop.billing import bank_booking, booking, payments
from crm_desktop.billing.settlement import Words
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import from_minor
from crm_desktop.gui import failures
from crm_desktop.gui.parts.payment_shares import ShareSheet
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.form import Field, Form
from crm_desktop.gui.widgets.heads import PageHead
from crm_desktop.gui.widgets.layouts import column, label, scroll
from crm_desktop.gui.widgets.page import Page

_WIDTH = 560


class PaymentEntry(Page):
    """See the module."""

    key = "payment"
    tables: ClassVar = ("document", "allocation")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._currency, self._recorded = "EUR", False
        self.record = Button(_("Record"), "primary", "check", on=self.primary)
        self.head = PageHead(_("Enter a payment"), self.record, back=self.back.emit)
        self.form = Form(
            [
                Field("amount", _("Amount"), "money", width=0.33, hint=_("With a minus sign if it went back")),
                Field("currency", _("Currency"), width=0.17, max_length=3),
                Field("paid_on", _("Paid on"), "date", width=0.25),
                Field("method", _("How"), "choice", width=0.25,
                      choices=lambda: [(k, _(v)) for k, v in payments.METHODS.items()]),
                Field("reference", _("Reference"), placeholder=_("What the statement says")),
            ]
        )  # fmt: skip
        self.form.edited.connect(self._edited)
        self.shares = ShareSheet()
        self.shares.changed.connect(self._tell)
        holder, inner = QWidget(), QWidget()
        inner.setMaximumWidth(_WIDTH)
        column(inner, self.form, 8, label(_("What it is for"), "h"), self.shares, gap=10)
        column(holder, inner, "stretch", margins=(24, 4, 20, 24))
        column(self, self.head, scroll(holder))

    def title(self) -> str:
        return _("Enter a payment")

    def activate(self, id: int = 0, customer_id: int = 0, document_id: int = 0, amount: int = 0, **_args: Any) -> None:
        """Start a payment; of a customer's open documents, or of one document, where they are given."""
        self._currency, self._recorded = profile.load().currency, False
        values = {"amount": amount or None, "currency": self._currency, "paid_on": dates.today(), "method": "transfer"}
        self.form.load(values | {"reference": ""}, new=True)
        self.shares.start(amount, self._currency, dates.today())
        if document_id:
            self.shares.add_document(document_id)
        elif customer_id:
            self.shares.add_customer(customer_id)
        self._tell()
        self.form.focus("amount")

    def _edited(self, _name: str) -> None:
        currency = str(self.form.input("currency").value() or "").upper()
        if len(currency) == 3 and currency != self._currency:
            self._currency = currency
            self.form.input("amount").set_currency(currency)
        day = self.form.input("paid_on").value()
        self.shares.tell_payment(self.form.input("amount").value() or 0, self._currency, day or dates.today())
        self._tell()

    def _tell(self) -> None:
        minor = self.form.input("amount").value()
        shown = formats.money_text(minor, self._currency) if minor else ""
        self.record.setText(_("Record {amount}").format(amount=shown) if shown else _("Record"))
        self.record.setAccessibleName(self.record.text())
        self.record.updateGeometry()

    def primary(self) -> None:
        """Record what was entered."""
        failures.guarded(self._record)

    def _record(self) -> None:
        try:
            found = self.form.collect()
            booking.book(
                [bank_booking.share_of(part, self._currency) for part in self.shares.parts()],
                from_minor(found["amount"] or 0, self._currency),
                found["paid_on"],
                customer_id=self.shares.customer_id,
                currency=self._currency,
                words=Words(method=found["method"], reference=found["reference"]),
                keep_credit=True,
            )
        except ValidationError as error:
            known = {name: sentence for name, sentence in error.fields.items() if name in self.form.boxes}
            self.form.show_problems(known)
            self.shares.show_problems({n: s for n, s in error.fields.items() if n not in known})
            return
        money = formats.money_text(found["amount"], self._currency)
        self._recorded = True
        self.toast.emit(_("{amount} recorded").format(amount=money), True)
        self.back.emit()

    def leave(self) -> bool:
        """What was typed and not recorded is not let go unasked."""
        if self._recorded or not self.form.is_changed():
            return True
        words = _("What you typed is not kept yet.")
        return dialogs.confirm(_("Discard what you typed?"), words, _("Discard"), _("Keep writing"))
