"""Recording a payment where one stands: day, amount (what is open), how; Enter books it, Esc leaves it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from crm_desktop.billing import payments
from crm_desktop.billing.bank_matching import LATEST_DISCOUNT_DAYS
from crm_desktop.billing.document import Document
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.core.money import from_minor, to_minor
from crm_desktop.gui import failures
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.form import Field, Form
from crm_desktop.gui.widgets.inputs import MoneyInput
from crm_desktop.gui.widgets.layouts import column, row


class PaymentForm(QFrame):
    """The fields; `pay(document_id, values)` books, `done()` is called when the form is to go away."""

    def __init__(self, pay: Callable[[int, dict[str, Any]], object], done: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("k", "sunk")
        self.setAccessibleName(_("Payment"))
        self._pay, self._done = pay, done
        self._document: Document | None = None
        self.form = Form(
            [
                Field("amount", _("Amount"), "money", width=0.5),
                Field("paid_on", _("Paid on"), "date", width=0.5),
                Field("method", _("How"), "choice", choices=lambda: [(k, _(v)) for k, v in payments.METHODS.items()]),
            ]
        )
        self.form.edited.connect(self._edited)
        self._discount = Button("", "link", on=self._take_discount)
        self._credit = Button(_("Keep the rest as credit"), "link", on=self._keep_credit)
        self._credit.hide()
        self.record = Button(pgettext("verb", "Record"), "secondary", "check", on=self.book)
        self._cancel = Button(_("Cancel"), "ghost", on=done)
        column(
            self,
            self.form,
            self._discount,
            self._credit,
            row(self.record, self._cancel, "stretch"),
            gap=10,
            margins=(14, 12, 14, 12),
        )

    def open_for(self, document: Document) -> None:
        """Start a payment of what is open."""
        self._document = document
        amount: Any = self.form.input("amount")
        if isinstance(amount, MoneyInput):
            amount.set_currency(document.currency)
        method = document.paid_at_issue or "transfer"
        still = to_minor(document.open, document.currency)
        self.form.load({"amount": still, "paid_on": dates.today(), "method": method})
        self._credit.hide()
        self._tell()
        self.form.focus("amount")
        amount.selectAll()

    def document_id(self) -> int:
        """The document that is paid, 0 if none."""
        return (self._document.id or 0) if self._document is not None else 0

    # ---- what it says ------------------------------------------------------------------------------------------------

    def _edited(self, _name: str) -> None:
        self._tell()

    def _reduced(self) -> tuple[int, int]:
        """The discount for early payment on the chosen day and what is to be paid with it, in minor units."""
        document, day = self._document, self._day()
        if document is None or document.paid or day is None:
            return 0, 0
        discount = payments.discount_for(document.id or 0, day, late_days=LATEST_DISCOUNT_DAYS)
        return to_minor(discount, document.currency), to_minor(document.open - discount, document.currency)

    def _late_days(self) -> int:
        """How many days after the last one for the discount the chosen day is."""
        until, day = (self._document.discount_until if self._document else None), self._day()
        return max((day - until).days, 0) if until and day else 0

    def _day(self) -> date | None:
        found: date | None = self.form.input("paid_on").value()
        return found if found is None or dates.is_plausible(found) else None

    def _tell(self) -> None:
        document = self._document
        if document is None:
            return
        minor = self.form.input("amount").value()
        shown = formats.money_text(minor, document.currency) if minor else ""
        self.record.setText(_("Record {amount}").format(amount=shown) if shown else pgettext("verb", "Record"))
        self.record.updateGeometry()
        discount, reduced = self._reduced()
        offered = discount and minor != reduced
        late = self._late_days()
        words = _("With the discount for early payment: {amount}")
        if late:
            words = ngettext(
                "With the discount, {n} day late: {amount}", "With the discount, {n} days late: {amount}", late
            )
        shown = formats.money_text(reduced, document.currency)
        self._discount.setText(words.format(amount=shown, n=late) if offered else "")
        self._discount.setVisible(bool(offered))

    def _take_discount(self) -> None:
        self.form.put("amount", self._reduced()[1])
        self._tell()
        self.form.focus("amount")

    # ---- booking -----------------------------------------------------------------------------------------------------

    def book(self) -> None:
        """Record what was entered."""
        failures.guarded(self._book)

    def _keep_credit(self) -> None:
        failures.guarded(lambda: self._book(keep_credit=True))

    def _book(self, *, keep_credit: bool = False) -> None:
        document = self._document
        if document is None:
            return
        try:
            found = self.form.collect()
            minor = found["amount"]
            reduced = self._reduced()
            values = found | {
                "amount": from_minor(minor, document.currency) if minor is not None else Decimal(0),
                "take_discount": bool(reduced[0]) and minor == reduced[1],
                "late_days": self._late_days(),
                "keep_credit": keep_credit,
            }
            self._pay(document.id or 0, values)
        except ValidationError as error:
            self.form.show_problems(error.fields)
            minor = self.form.input("amount").value() or 0
            too_much = minor > to_minor(document.open, document.currency) and document.customer_id is not None
            self._credit.setVisible("amount" in error.fields and too_much)
            return
        self._done()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.book()
        elif event.key() == Qt.Key.Key_Escape:
            self._done()
        else:
            super().keyPressEvent(event)
