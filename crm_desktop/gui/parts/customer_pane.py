"""The pane beside the list of customers: what one wants to know before ringing up."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame

from crm_desktop.activity import timeline
from crm_desktop.billing import invoice_list
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import customers
from crm_desktop.customers.customer_list import CustomerRow
from crm_desktop.gui.parts import payment_credit, payment_words
from crm_desktop.gui.parts.customer_words import contact_of
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.avatar import Avatar
from crm_desktop.gui.widgets.buttons import Button, ButtonRow
from crm_desktop.gui.widgets.cards import Facts, Item, Note, Section, key_hints
from crm_desktop.gui.widgets.kind_icons import icon_of
from crm_desktop.gui.widgets.layouts import column, hairline, label, row, stack
from crm_desktop.gui.widgets.list_page import ListPage


class CustomerPane(QFrame):
    """The pane: who they are, how they like to be served, what is open, what happened lately."""

    def __init__(self, currency: str, page: ListPage) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._currency, self._page = currency, page
        self._row: CustomerRow | None = None
        self._avatar = Avatar(side=44)
        self._name = label("", "b", wrap=True)
        self._line = label("", "small", "text2", wrap=True)
        self._call = Button(_("Call"), "secondary", "phone", on=self._ring)
        self._mail = Button(_("E-mail"), "secondary", "mail", on=self._write)
        self._invoice = Button(_("New invoice"), "secondary", on=self._bill)
        self._open = Button(_("Open card"), "secondary", "square-user", on=self._open_card)
        self._acts = ButtonRow(self._invoice, self._open, self._call, self._mail)
        self._note = Note(_("How they like to be served"))
        self._facts = Facts()
        self._due = Section(_("Open"))
        self._lately = Section(_("Lately"))
        column(
            self,
            row(self._avatar, stack(self._name, self._line, gap=2), gap=12),
            12,
            self._acts,
            12,
            self._note,
            14,
            self._facts,
            12,
            hairline(),
            10,
            self._due,
            12,
            self._lately,
            "stretch",
            key_hints(("Enter", _("Open card")), ("E", _("Edit")), (_("Space"), _("Hide pane"))),
            margins=(20, 14, 20, 14),
        )

    def show_row(self, shown: CustomerRow) -> None:
        """Show a customer."""
        self._row = shown
        found = customers.get(shown.id)
        self._avatar.show_name(found.name, found.kind)
        self._name.setText(found.name)
        self._line.setText(" · ".join(part for part in (found.city, found.number) if part))
        self._call.setVisible(bool(found.phone))
        self._mail.setVisible(bool(found.email))
        self._acts.fit()
        self._note.tell(found.served_by)
        self._note.setVisible(bool(found.served_by))
        street = ", ".join(p for p in (found.street, f"{found.postcode} {found.city}".strip()) if p)
        self._facts.tell(
            [
                (_("Contact"), contact_of(found)),
                (_("Phone"), formats.isolate(found.phone)),
                (_("E-mail"), found.email),
                (_("Address"), street),
                (_("Tags"), ", ".join(found.tags)),
                (_("Credit"), payment_credit.credit_words(shown.id)),
                (_("Pays"), " · ".join(part for part in payment_words.habit(shown.id) if part)),
            ]
        )
        self._show_money(shown)
        self._show_lately(shown)

    def _show_money(self, shown: CustomerRow) -> None:
        found = invoice_list.rows(
            list(
                invoice_list.ids(
                    "open", filters=invoice_list.Filters(customer_id=shown.id), order="due_on", descending=False
                )
            )[:4]
        )
        items = [
            Item(
                _("{number}, due {day}").format(number=i.number, day=formats.day_short(i.due_on)),
                formats.money_text(i.open_minor, i.currency),
                "receipt-text",
                "red" if i.days_late > 0 else "",
                strong_right=True,
                on=partial(self._page.open_record.emit, "invoice", i.id),
            )
            for i in found
        ]
        total = formats.money_text(shown.open_minor, self._currency) if items else ""
        self._due.tell(items, total, "red" if shown.overdue else "")

    def _show_lately(self, shown: CustomerRow) -> None:
        number = len(timeline.ids(shown.id))
        items = [
            Item(
                entry.title or entry.body.split("\n")[0],
                formats.day_short(entry.happened_at.astimezone().date()),
                icon_of(entry.kind),
            )
            for entry in timeline.latest(shown.id)
        ]
        link = _("All {n}").format(n=formats.count(number)) if number > len(items) else ""
        self._lately.tell(items, link=link, on=self._open_card)

    def _open_card(self) -> None:
        if self._row is not None:
            self._page.open_id(self._row.id)

    def _bill(self) -> None:
        if self._row is not None:
            self._page.go.emit("invoice", {"id": 0, "customer": self._row.id})

    def _ring(self) -> None:
        if self._row is not None:
            QDesktopServices.openUrl(QUrl(f"tel:{self._row.phone.replace(' ', '')}"))

    def _write(self) -> None:
        if self._row is not None:
            QDesktopServices.openUrl(QUrl(f"mailto:{self._row.email}"))
