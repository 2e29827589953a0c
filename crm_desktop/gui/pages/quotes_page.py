"""Quotes, order confirmations, delivery notes and proforma invoices: what is promised, what became of it, what is next."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from PySide6.QtWidgets import QMenu

from crm_desktop.billing import invoice_list, kinds
from crm_desktop.billing.document import DELIVERY_NOTE, OFFERS, ORDER_CONFIRMATION, PROFORMA, QUOTE
from crm_desktop.billing.invoice_list import InvoiceRow
from crm_desktop.company import profile
from crm_desktop.core.errors import Conflict
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import customers
from crm_desktop.gui import theme
from crm_desktop.gui.icons import icon
from crm_desktop.gui.parts.batch_acts import BatchActs, BulkBar
from crm_desktop.gui.parts.document_acts import DocumentActs
from crm_desktop.gui.parts.document_filters import amount_text, narrowed, periods
from crm_desktop.gui.parts.document_pane import DocumentPane
from crm_desktop.gui.parts.document_words import kind_icon, status_word
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import menu_button
from crm_desktop.gui.widgets.cells import EMPTY, Cell, status
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, Filter, ListPage, ListSpec, Sum, View

_NARROWEST_PANE = 340


class QuotesPage(ListPage):
    """The list of promises and slips."""

    key = "quotes"
    tables: ClassVar = ("document", "customer", "document_file")

    def spec(self) -> ListSpec:
        self._currency = profile.load().currency
        self._deeds = DocumentActs(self)
        return ListSpec(
            title=_("Quotes"),
            columns=_columns(self._currency),
            order="issue_on",
            descending=True,
            row="row_compact",
            pane_width=356,
            views=[
                View("all", _("All")),
                View("drafts", _("Drafts")),
                View("open", _("Open")),
                View("accepted", _("Accepted")),
                View("declined", _("Declined")),
                View("expired", _("Expired")),
                View("billed", _("Billed")),
            ],
            filters=[
                Filter("period", _("Issued"), "calendar", periods),
                Filter("kind", _("Kind"), "file", lambda: [(kind, kinds.name(kind)) for kind in OFFERS]),
                Filter("customer", _("Customer"), "users", self._customers),
            ],
            search_hint=_("Find a quote or order"),
            empty=Empty(
                "file-check",
                _("No quotes yet"),
                _("A quote becomes an order, a delivery note and an invoice with one click each, nothing typed twice."),
                Act(_("Write a quote"), self.new, "plus"),
                Act(_("Write a delivery note"), partial(self.begin, DELIVERY_NOTE)),
            ),
            new=Act(_("New"), self.new, "plus", tip=_("New quote (Ctrl+N)")),
        )

    def _header(self) -> Any:
        holder = super()._header()
        menu = QMenu(self)
        for kind in (ORDER_CONFIRMATION, DELIVERY_NOTE, PROFORMA):
            menu.addAction(icon(kind_icon(kind)), kinds.name(kind), partial(self.begin, kind))
        menu.addAction(icon("copy"), _("Repeat the selected one"), self.duplicate)
        self.more = menu_button("ellipsis", _("More ways to start"), menu)
        box: Any = holder.layout()
        box.insertWidget(box.count() - 1, self.more)
        return holder

    def _build(self) -> None:
        super()._build()
        self.bulk = BulkBar(BatchActs(self._deeds), self.table.selected_ids)
        left: Any = self._split.widget(0)
        layout = left.layout()
        layout.insertWidget(layout.count() - 1, self.bulk)

    def _selection_changed(self) -> None:
        super()._selection_changed()
        self.bulk.tell()

    def refresh(self) -> None:
        super().refresh()
        self.bulk.tell()

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        return invoice_list.ids(
            str(filters.get("view") or "all"),
            search=search,
            order=order,
            descending=descending,
            filters=narrowed(filters, OFFERS),
        )

    def rows(self, ids: list[int]) -> Sequence[InvoiceRow]:
        return invoice_list.rows(ids)

    def counts(self) -> dict[str, int]:
        return invoice_list.counts(narrowed(self._filters.values(), OFFERS))

    def count_text(self, number: int) -> str:
        return ngettext("{n} document", "{n} documents", number).format(n=formats.count(number))

    def sums(self, ids: list[int]) -> list[Sum]:
        """What the quotes, orders and proforma invoices come to; a delivery note repeats its order."""
        counted = [row.id for row in invoice_list.rows(ids) if row.kind in (QUOTE, ORDER_CONFIRMATION)]
        found = invoice_list.sums(counted) if counted else {}
        return [
            Sum(_("Quotes and orders"), formats.money_text(total, money)) for money, (total, _open) in found.items()
        ]

    def _customers(self) -> list[tuple[int, str]]:
        ids = invoice_list.ids(filters=invoice_list.Filters(kinds=OFFERS))[:400]
        found = {row.customer_id: row.customer for row in invoice_list.rows(ids) if row.customer_id}
        chosen = self._filters.values().get("customer")
        if chosen and chosen not in found:
            found[chosen] = customers.get(chosen).name
        return sorted(found.items(), key=lambda pair: pair[1].casefold())[:60]

    def activate(self, view: str = "", search: str = "", select: int = 0, **filters: Any) -> None:
        """Enter the list; `select` shows a document even where the view or a filter would hide it."""
        super().activate(view, search, select, **filters)
        if select and self.model.place_of(select) < 0:
            self.clear_filters()
            self.table.select_id(select)

    # ---- acts --------------------------------------------------------------------------------------------------------

    def make_pane(self) -> DocumentPane:
        return DocumentPane(self, self._deeds)

    def _place_pane(self) -> None:
        super()._place_pane()
        if self.pane is not None:
            self.pane.setMinimumWidth(_NARROWEST_PANE)

    def open_id(self, row_id: int) -> None:
        self.open_record.emit("draft", row_id)

    def new(self) -> None:
        self.begin(QUOTE)

    def begin(self, kind: str) -> None:
        """Write a new document of a kind."""
        self.go.emit("invoice", {"id": 0, "kind": kind, "customer": self._filters.values().get("customer") or 0})

    def duplicate(self) -> None:
        if self.table.current_id():
            self._deeds.guarded(self._deeds.repeat, self.table.current_id())

    def print_(self) -> None:
        if len(self.table.selected_ids()) > 1:
            self.bulk.print_button.click()
        elif self.table.current_id():
            self._deeds.guarded(self._deeds.print_, self.table.current_id())

    def delete_ids(self, ids: list[int]) -> None:
        issued = [row for row in invoice_list.rows(ids) if row.state != "draft"]
        if issued:
            raise Conflict(_("{number} is issued and stays. A quote can be declined.").format(number=issued[0].number))
        self._deeds.delete_drafts(ids)

    def key_pressed(self, key: str, row_id: int) -> None:
        if key == "e":
            self.open_id(row_id)


def _columns(currency: str) -> list[Column]:
    return [
        Column("number", _("Number"), width=theme.px(136), order="issue_on", newest_first=True, cell=_number),
        Column("kind", _("Kind"), width=theme.px(142), sortable=False, cell=_kind),
        Column("customer", _("Customer"), width=theme.px(150), stretch=True),
        Column("issue_on", _("Issued"), "date", width=theme.px(84), order="issue_on", shown=False, newest_first=True),
        Column("valid_until", _("Valid until"), width=theme.px(80), sortable=False, cell=_valid),
        Column("state", _("Status"), width=theme.px(118), cell=_status),
        Column("order_number", _("Their order"), "muted", width=theme.px(110), sortable=False, shown=False),
        Column(
            "gross_minor",
            _("Total {currency}").format(currency=currency),
            width=theme.px(96),
            order="total",
            right=True,
            newest_first=True,
            cell=partial(_total, currency),
        ),
    ]


def _number(row: InvoiceRow) -> Cell:
    return Cell(row.number, strong=True) if row.number else Cell(_("Draft"), "muted")


def _kind(row: InvoiceRow) -> Cell:
    return Cell(kinds.name(row.kind), "muted")


def _valid(row: InvoiceRow) -> Cell:
    if row.kind != QUOTE or row.valid_until is None:
        return EMPTY
    return Cell(formats.day_short(row.valid_until), "amber" if row.state == "expired" else "muted")


def _status(row: InvoiceRow) -> Cell:
    word, tone, pill = status_word(row.state, row.kind)
    return status(word, tone, pill=pill)


def _total(currency: str, row: InvoiceRow) -> Cell:
    if row.kind == DELIVERY_NOTE:
        return EMPTY
    return Cell(amount_text(row.gross_minor, row.currency, currency), strong=True)
