"""Payments: all money that came in and went back, what it settled, and the credit that customers have left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any, ClassVar

from PySide6.QtWidgets import QFrame, QWidget

from crm_desktop.billing import booking, payment_list, payments
from crm_desktop.billing.payment_list import PaymentRow
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.money import from_minor
from crm_desktop.gui import failures
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Facts, Item, Section, key_hints
from crm_desktop.gui.widgets.cells import Cell
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import column, hairline, label, row
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, Filter, ListPage, ListSpec, Sum, View


class PaymentsPage(ListPage):
    """See the module."""

    key = "payments"
    tables: ClassVar = ("payment", "allocation", "customer", "bank_transaction")

    def spec(self) -> ListSpec:
        self._currency = profile.load().currency
        return ListSpec(
            title=_("Payments"),
            columns=[
                Column("paid_on", _("Day"), "date", width=84, newest_first=True),
                Column("customer", _("Customer"), "strong", width=200, stretch=True),
                Column("numbers", _("For"), width=160, sortable=False, cell=_settles),
                Column("method", _("How"), "muted", width=110, cell=_how),
                Column("reference", _("Reference"), "muted", width=180, sortable=False, shown=False),
                Column("note", _("Note"), "muted", width=140, sortable=False, shown=False),
                Column("credit_minor", _("Left as credit"), "money", width=104, sortable=False, currency="currency"),
                Column(
                    "amount_minor",
                    _("Amount {currency}").format(currency=self._currency),
                    width=110,
                    order="amount",
                    right=True,
                    newest_first=True,
                    cell=partial(_amount, self._currency),
                ),
            ],
            order="paid_on",
            descending=True,
            row="row_compact",
            pane_width=344,
            views=[
                View("all", _("All")),
                View("in", _("Came in")),
                View("back", _("Went back")),
                View("credit", _("With credit left")),
            ],
            filters=[Filter("period", _("Paid"), "calendar", _periods)],
            search_hint=_("Find a payment"),
            empty=Empty(
                "banknote",
                _("No payments yet"),
                _("Read a bank statement, or enter what was paid."),
                Act(_("Enter a payment"), self.new, "plus"),
                Act(_("Read a statement"), partial(self.go.emit, "bank", {}), "landmark"),
            ),
            new=Act(_("New"), self.new, "plus", tip=_("Enter a payment (Ctrl+N)")),
        )

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        first, _line, last = str(filters.get("period") or "").partition("/")
        return payment_list.ids(
            str(filters.get("view") or "all"),
            search=search,
            order=order,
            descending=descending,
            first=date.fromisoformat(first) if first else None,
            last=date.fromisoformat(last) if last else None,
        )

    def rows(self, ids: list[int]) -> Sequence[PaymentRow]:
        return payment_list.rows(ids)

    def counts(self) -> dict[str, int]:
        return payment_list.counts()

    def count_text(self, number: int) -> str:
        return ngettext("{n} payment", "{n} payments", number).format(n=formats.count(number))

    def sums(self, ids: list[int]) -> list[Sum]:
        return [Sum(_("Together"), formats.money_text(minor, money)) for money, minor in payment_list.sums(ids).items()]

    def make_pane(self) -> PaymentPane:
        return PaymentPane(self)

    def new(self) -> None:
        self.open_record.emit("payment", 0)

    def open_id(self, row_id: int) -> None:
        found = payment_list.rows([row_id])
        if found and found[0].document_id:
            self.open_record.emit("invoice", found[0].document_id)
        elif found and found[0].customer_id:
            self.open_record.emit("customer", found[0].customer_id)

    def delete_ids(self, ids: list[int]) -> None:
        booking.delete(ids)
        words = ngettext("{n} payment deleted", "{n} payments deleted", len(ids))
        self.toast.emit(words.format(n=formats.count(len(ids))), True)

    def use_credit(self, shown: PaymentRow) -> None:
        """Share the credit of a customer out over what is open, by the form of a payment without new money."""
        used = booking.use_credit(shown.customer_id or 0, shown.currency)
        words = ngettext("Credit set against {n} invoice", "Credit set against {n} invoices", used)
        self.toast.emit(words.format(n=used) if used else _("Nothing of this customer is open"), bool(used))

    def pay_back(self, shown: PaymentRow) -> None:
        """Note that credit went back to the customer."""
        field = Field("amount", _("Amount"), "money", currency=shown.currency, width=0.5)

        def keep(values: dict[str, Any]) -> None:
            amount = from_minor(values["amount"] or 0, shown.currency)
            booking.refund_credit(shown.customer_id or 0, amount, values["paid_on"], currency=shown.currency)

        done = dialogs.fill_in(
            _("Pay credit back to {name}").format(name=shown.customer),
            [field, Field("paid_on", _("Paid on"), "date", width=0.5)],
            {"amount": shown.credit_minor, "paid_on": dates.today()},
            act=_("Record"),
            check=keep,
        )
        if done:
            money = formats.money_text(done["amount"], shown.currency)
            self.toast.emit(_("{amount} paid back to {name}").format(amount=money, name=shown.customer), True)


class PaymentPane(QFrame):
    """A payment at one glance, what it settled, and the way back."""

    def __init__(self, page: PaymentsPage) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Payment"))
        self._page = page
        self.row: PaymentRow | None = None
        self._amount = label("", "h")
        self._line = label("", "body", "text2", wrap=True)
        self._for = Section(_("Settles"))
        self._facts = Facts()
        self.use_button = Button(_("Set against what is open"), "secondary", "check", on=self._does(page.use_credit))
        self.back_button = Button(_("Pay back…"), "ghost", on=self._does(page.pay_back))
        self.delete_button = Button(_("Delete"), "danger", on=self._does(lambda shown: page.delete_ids([shown.id])))
        self._credit = QWidget()
        self._credit_words = label("", "b")
        column(self._credit, self._credit_words, row(self.use_button, self.back_button, "stretch"), gap=8)
        column(
            self, self._amount, 2, self._line, 14, self._for, 12, self._credit, 12, hairline(), 12, self._facts, 12,
            row(self.delete_button, "stretch"), "stretch",
            key_hints(("Enter", _("Open invoice")), ("Del", _("Delete"))),
            margins=(20, 18, 20, 14),
        )  # fmt: skip

    def _does(self, act: Any) -> Any:
        def run() -> None:
            if self.row is not None:
                failures.guarded(partial(act, self.row))

        return run

    def show_row(self, shown: PaymentRow) -> None:
        """Show a payment."""
        self.row = shown
        self._amount.setText(formats.money_text(shown.amount_minor, shown.currency))
        words = _("came in on {day}") if shown.amount_minor > 0 else _("went back on {day}")
        self._line.setText(words.format(day=formats.day_long(shown.paid_on)))
        self._for.tell([self._item(part) for part in payment_list.parts(shown.id)])
        left = formats.money_text(shown.credit_minor, shown.currency)
        self._credit_words.setText(_("{amount} left as credit").format(amount=left))
        self._credit.setVisible(bool(shown.credit_minor and shown.customer_id))
        self._facts.tell(
            [
                (_("Customer"), shown.customer),
                (_("How"), _(payments.METHODS.get(shown.method, payments.METHODS["other"]))),
                (_("Reference"), shown.reference),
                (_("Note"), shown.note),
                (_("Source"), _("bank statement") if shown.from_bank else _("entered by hand")),
            ]
        )

    def _item(self, part: payment_list.Settles) -> Item:
        kinds = {"discount": _("discount for early payment"), "write_off": _("written off"), "refund": _("paid back")}
        open_it = partial(self._page.open_record.emit, "invoice", part.document_id)
        return Item(
            part.number,
            formats.money_text(part.amount_minor, part.currency),
            "receipt-text",
            detail=kinds.get(part.kind, ""),
            on=open_it,
        )


def _settles(shown: PaymentRow) -> Cell:
    return Cell(shown.numbers) if shown.numbers else Cell(_("Credit"), "muted")


def _how(shown: PaymentRow) -> Cell:
    return Cell(_(payments.METHODS.get(shown.method, payments.METHODS["other"])), "muted")


def _amount(currency: str, shown: PaymentRow) -> Cell:
    amount = formats.amount(shown.amount_minor, shown.currency)
    return Cell(amount if shown.currency == currency else f"{amount} {shown.currency}", strong=True)


def _periods() -> list[tuple[str, str]]:
    today = dates.today()
    first = today.replace(day=1)
    before = dates.add_months(first, -1)
    return [
        (f"{first}/{dates.end_of_month(first)}", formats.month(first)),
        (f"{before}/{dates.end_of_month(before)}", formats.month(before)),
        *((f"{year}-01-01/{year}-12-31", str(year)) for year in range(today.year, today.year - 4, -1)),
    ]
