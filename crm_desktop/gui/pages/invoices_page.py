"""Invoices, credit notes and receipts: the list with what is open and what is late, and the pane with the first page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from PySide6.QtWidgets import QMenu

from crm_desktop.billing import invoice_list
from crm_desktop.billing.invoice_list import InvoiceRow
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Conflict
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import customers
from crm_desktop.gui.icons import icon
from crm_desktop.gui.parts.batch_acts import BatchActs, BulkBar
from crm_desktop.gui.parts.document_acts import DocumentActs
from crm_desktop.gui.parts.document_filters import amount_text, narrowed, periods
from crm_desktop.gui.parts.document_pane import DocumentPane
from crm_desktop.gui.parts.document_words import SOON_DAYS, status_word
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import menu_button
from crm_desktop.gui.widgets.cells import EMPTY, Cell, status
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, Filter, ListPage, ListSpec, Sum, View

_NARROWEST_PANE = 340


class InvoicesPage(ListPage):
    """The list of documents."""

    key = "invoices"
    tables: ClassVar = ("document", "payment", "allocation", "customer", "document_file")

    def spec(self) -> ListSpec:
        self._currency = profile.load().currency
        self._deeds = DocumentActs(self)
        return ListSpec(
            title=_("Invoices"),
            columns=_columns(self._currency),
            order="issue_on",
            descending=True,
            row="row_compact",
            pane_width=356,
            views=[
                View("all", _("All")),
                View("drafts", _("Drafts")),
                View("open", _("Open")),
                View("overdue", _("Overdue"), late=True),
                View("paid", _("Paid")),
            ],
            filters=[
                Filter("period", _("Issued"), "calendar", periods),
                Filter("kind", _("Kind"), "file", lambda: [(k, _(v)) for k, v in invoice_list.KINDS.items()]),
                Filter("customer", _("Customer"), "users", self._customers),
            ],
            search_hint=_("Find an invoice"),
            empty=Empty(
                "receipt-text",
                _("No invoices yet"),
                _("The first one takes a minute. What is missing is asked on the way."),
                Act(_("Write an invoice"), self.new, "plus"),
                Act(_("Sale over the counter"), self.counter_sale),
            ),
            new=Act(_("New"), self.new, "plus", tip=_("New invoice (Ctrl+N)")),
        )

    def _header(self) -> Any:
        holder = super()._header()
        menu = QMenu(self)
        menu.addAction(icon("store"), _("Sale over the counter"), self.counter_sale)
        menu.addAction(icon("copy"), _("Repeat the selected one"), self.duplicate)
        menu.addAction(icon("file-spreadsheet"), _("Import invoices"), partial(self.go.emit, "import", {}))
        self.more = menu_button("ellipsis", _("More ways to start"), menu)
        box = holder.layout()
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
            filters=narrowed(filters),
        )

    def rows(self, ids: list[int]) -> Sequence[InvoiceRow]:
        return invoice_list.rows(ids)

    def counts(self) -> dict[str, int]:
        return invoice_list.counts(narrowed(self._filters.values()))

    def count_text(self, number: int) -> str:
        return ngettext("{n} document", "{n} documents", number).format(n=formats.count(number))

    def sums(self, ids: list[int]) -> list[Sum]:
        late = set(invoice_list.ids("overdue", filters=narrowed(self._filters.values())))
        overdue = invoice_list.sums([i for i in ids if i in late]) if late else {}
        found = [
            Sum(_("Overdue"), formats.money_text(still, money), "red") for money, (_total, still) in overdue.items()
        ]
        everything = invoice_list.sums(list(ids))
        return found + [
            Sum(_("Open"), formats.money_text(still, money)) for money, (_total, still) in everything.items() if still
        ]

    def _customers(self) -> list[tuple[int, str]]:
        found = {
            row.customer_id: row.customer for row in invoice_list.rows(invoice_list.ids()[:400]) if row.customer_id
        }
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
        self.open_record.emit("draft", 0)

    def counter_sale(self) -> None:
        """Start a sale over the counter: no customer record, paid on the spot, a receipt."""
        self.go.emit("invoice", {"id": 0, "kind": "receipt"})

    def duplicate(self) -> None:
        if self.table.current_id():
            self._deeds.guarded(self._deeds.repeat, self.table.current_id())

    def print_(self) -> None:
        if len(self.table.selected_ids()) > 1:
            self.bulk.print_button.click()
        elif self.table.current_id():
            self._deeds.guarded(self._deeds.print_, self.table.current_id())

    def mail(self) -> None:
        if self.table.current_id():
            self._deeds.guarded(self._deeds.mail, self.table.current_id())

    def delete_ids(self, ids: list[int]) -> None:
        issued = [row for row in invoice_list.rows(ids) if row.state != "draft"]
        if issued:
            sentence = _("{number} is issued and stays. Cancel it with a credit note: More, Correct.")
            raise Conflict(sentence.format(number=issued[0].number))
        self._deeds.delete_drafts(ids)

    def key_pressed(self, key: str, row_id: int) -> None:
        if key == "p" and self.pane is not None:
            self.pane.record_payment()
        elif key == "e":
            self.open_id(row_id)


def _columns(currency: str) -> list[Column]:
    return [
        Column("number", _("Number"), width=136, order="issue_on", newest_first=True, cell=_number),
        Column("customer", _("Customer"), width=170, stretch=True),
        Column("issue_on", _("Issued"), "date", width=92, order="issue_on", shown=False, newest_first=True),
        Column("order_number", _("Their order"), "muted", width=110, sortable=False, shown=False),
        Column("due_on", _("Due"), width=74, cell=_due),
        Column("state", _("Status"), width=106, cell=_status),
        Column(
            "gross_minor",
            _("Total {currency}").format(currency=currency),
            width=90,
            order="total",
            right=True,
            newest_first=True,
            cell=partial(_total, currency),
        ),
        Column(
            "open_minor",
            _("Open {currency}").format(currency=currency),
            width=92,
            order="open",
            right=True,
            newest_first=True,
            cell=partial(_open, currency),
        ),
    ]


def _number(row: InvoiceRow) -> Cell:
    return Cell(row.number, strong=True) if row.number else Cell(_("Draft"), "muted")


def _due(row: InvoiceRow) -> Cell:
    if not row.open_minor or row.kind == "credit_note" or row.due_on is None:
        return EMPTY
    return Cell(formats.day_short(row.due_on), "red" if row.days_late else "muted")


def _status(row: InvoiceRow) -> Cell:
    state = row.state
    if state == "open" and row.due_on is not None and (row.due_on - dates.today()).days <= SOON_DAYS:
        state = "due_soon"
    word, tone, pill = status_word(state, row.kind)
    return status(word, tone, pill=pill)


def _total(currency: str, row: InvoiceRow) -> Cell:
    sign = -1 if row.kind == "credit_note" else 1
    return Cell(amount_text(sign * row.gross_minor, row.currency, currency))


def _open(currency: str, row: InvoiceRow) -> Cell:
    if not row.open_minor:
        return EMPTY
    return Cell(amount_text(row.open_minor, row.currency, currency), "red" if row.days_late else "", strong=True)
