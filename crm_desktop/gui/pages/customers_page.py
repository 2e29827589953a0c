"""Customers: the list with search as you type, and the pane with what one wants to know before ringing up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame

from crm_desktop.activity import timeline
from crm_desktop.billing import invoice_list
from crm_desktop.company import profile
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import customer_list, customers, tags
from crm_desktop.customers.customer_list import CustomerRow
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.avatar import Avatar
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Facts, Item, Note, Section, key_hints
from crm_desktop.gui.widgets.layouts import column, hairline, label, row, stack
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, Filter, ListPage, ListSpec, Sum, View
from crm_desktop.gui.widgets.timeline_view import icon_of


class CustomersPage(ListPage):
    """The list of customers."""

    key = "customers"
    quick_limit = 500
    tables = ("customer", "contact_channel", "customer_tag", "tag", "document", "payment", "timeline_entry")

    def spec(self) -> ListSpec:
        self._currency = profile.load().currency
        return ListSpec(
            title=_("Customers"),
            columns=_columns(self._currency),
            order="name",
            row="row_avatar",
            views=[
                View("all", _("All")),
                View("organisations", _("Companies")),
                View("persons", _("People")),
                View("overdue", _("Overdue"), late=True),
            ],
            filters=[
                Filter("tag", _("Tag"), "tag", lambda: [(name, name) for name, _n in tags.all_tags()]),
                Filter("shelf", _("Kept"), "archive", lambda: [("archived", _("Archived customers"))]),
                Filter("city", _("Town"), "map-pin", lambda: [(city, city) for city in customer_list.cities()]),
            ],
            search_hint=_("Find a customer"),
            empty=Empty(
                "users",
                _("No customers yet"),
                _("Bring yours from Excel or add the first one."),
                Act(_("Import spreadsheet"), self._import, "file-spreadsheet"),
                Act(_("Add customer"), self.new),
            ),
            acts=[
                Act(
                    _("Import"), self._import, "file-spreadsheet", tip=_("Import customers from a spreadsheet (Ctrl+I)")
                )
            ],
            new=Act(_("New"), self.new, "plus", tip=_("New customer (Ctrl+N)")),
        )

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        narrowed = customer_list.Filters(
            tags=(filters["tag"],) if filters.get("tag") else (), city=str(filters.get("city") or "")
        )
        view = str(filters.get("shelf") or filters.get("view") or "all")
        return customer_list.ids(
            view, search=search, order=order, descending=descending, filters=narrowed, limit=filters.get("limit")
        )

    def rows(self, ids: list[int]) -> Sequence[CustomerRow]:
        return customer_list.rows(ids)

    def counts(self) -> dict[str, int]:
        found = customer_list.counts()
        return {view.key: found[view.key] for view in self.made.views}

    def count_text(self, number: int) -> str:
        return ngettext("{n} customer", "{n} customers", number).format(n=formats.count(number))

    def sums(self, ids: list[int]) -> list[Sum]:
        total = customer_list.open_sum(ids)
        return [Sum(_("Open in this list"), formats.money_text(total, self._currency))] if total else []

    # ---- acts --------------------------------------------------------------------------------------------------------

    def make_pane(self) -> CustomerPane:
        return CustomerPane(self._currency, self)

    def open_id(self, row_id: int) -> None:
        self.open_record.emit("customer", row_id)

    def edit_id(self, row_id: int) -> None:
        self.go.emit("customer_form", {"id": row_id})

    def new(self) -> None:
        self.open_record.emit("customer", 0)

    def _import(self) -> None:
        self.go.emit("import", {})

    def delete_ids(self, ids: list[int]) -> None:
        name = customers.get(ids[0]).name
        customers.delete(ids)
        words = ngettext("{name} moved to the bin", "{n} customers moved to the bin", len(ids))
        self.toast.emit(words.format(name=name, n=len(ids)), True)

    def key_pressed(self, key: str, row_id: int) -> None:
        if key == "e":
            self.edit_id(row_id)
        elif key == "n":
            self.go.emit("customer", {"id": row_id, "write": True})


def _columns(currency: str) -> list[Column]:
    return [
        Column("name", _("Customer"), "avatar", width=300, detail="city", kind_of="kind", stretch=True),
        Column("number", _("Number"), "muted", width=96),
        Column("email", _("E-mail"), "muted", width=190, sortable=False, shown=False),
        Column("phone", _("Phone"), "muted", width=140, sortable=False, shown=False),
        Column("city", _("Town"), "muted", width=130, shown=False),
        Column("tags", _("Tags"), "muted", width=150, sortable=False, shown=False),
        Column("last_contact", _("Last contact"), "near", width=120, newest_first=True),
        Column(
            "open_minor",
            _("Open {currency}").format(currency=currency),
            "money",
            width=112,
            order="open",
            tone=lambda row: "red" if row.overdue else "",
            newest_first=True,
        ),
    ]


class CustomerPane(QFrame):
    """The pane: who they are, how they like to be served, what is open, what happened lately."""

    def __init__(self, currency: str, page: CustomersPage) -> None:
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
        self._open = Button(_("Open card"), "secondary", on=self._open_card)
        self._note = Note(_("How they like to be served"))
        self._facts = Facts()
        self._due = Section(_("Open"))
        self._lately = Section(_("Lately"))
        column(
            self,
            row(self._avatar, stack(self._name, self._line, gap=2), gap=12),
            12,
            row(self._call, self._mail, self._open, "stretch"),
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
        self._note.tell(found.served_by)
        self._note.setVisible(bool(found.served_by))
        street = ", ".join(p for p in (found.street, f"{found.postcode} {found.city}".strip()) if p)
        self._facts.tell(
            [
                (_("Phone"), formats.isolate(found.phone)),
                (_("E-mail"), found.email),
                (_("Address"), street),
                (_("Tags"), ", ".join(found.tags)),
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
        number = sum(timeline.counts(shown.id).values())
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

    def _ring(self) -> None:
        if self._row is not None:
            QDesktopServices.openUrl(QUrl(f"tel:{self._row.phone.replace(' ', '')}"))

    def _write(self) -> None:
        if self._row is not None:
            QDesktopServices.openUrl(QUrl(f"mailto:{self._row.email}"))
