"""To bill: what waits, customer by customer, with sum and oldest day; a draft of it is two clicks away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from crm_desktop.billing import credit_notes, to_bill
from crm_desktop.billing.recurring import Due
from crm_desktop.billing.to_bill import Account, Entry, Held
from crm_desktop.care import loyalty
from crm_desktop.company import profile
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import failures, jobs, theme
from crm_desktop.gui.icons import icon
from crm_desktop.gui.parts import service_paste_dialog, to_bill_words
from crm_desktop.gui.parts.deposit_rest_strip import DepositRestStrip
from crm_desktop.gui.parts.to_bill_pane import ToBillPane
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button, menu_button
from crm_desktop.gui.widgets.cells import EMPTY, Cell
from crm_desktop.gui.widgets.layouts import line_of
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec, Sum
from crm_desktop.gui.widgets.strip import Strip
from crm_desktop.sales import timer, work_done


class ToBillPage(ListPage):
    """The list of customers for whom something waits."""

    key = "to_bill"
    tables: ClassVar = (
        "service", "schedule", "schedule_price", "schedule_period", "contract", "customer", "document", "setting",
        "payment", "allocation",
    )  # fmt: skip

    def spec(self) -> ListSpec:
        self._currency = profile.load().currency
        self._accounts: dict[int, Account] = {}
        self._held: Held | None = None
        return ListSpec(
            title=_("To bill"),
            columns=[
                Column("customer", _("Customer"), "strong", width=theme.px(240), stretch=True),
                Column("count", _("Waiting"), "muted", width=theme.px(110), newest_first=True, cell=_count),
                Column("oldest", _("Oldest"), "date", width=theme.px(104), cell=_oldest),
                Column(
                    "sum",
                    _("Sum {currency}").format(currency=self._currency),
                    width=theme.px(120),
                    right=True,
                    newest_first=True,
                    cell=self._sum,
                ),
            ],
            order="oldest",
            pane_width=380,
            search_hint=_("Find a customer"),
            empty=Empty(
                "receipt-text",
                _("Nothing waits to be billed"),
                _("Note hours and jobs as you do them, or let a contract be billed regularly; what is due shows here."),
                Act(_("Note work"), self.new, "plus"),
                Act(_("Recurring bills"), partial(self.go.emit, "schedules", {})),
            ),
            acts=[
                Act(_("Note work"), self.new, "plus", tip=_("Note work (Ctrl+N)")),
                Act(_("Bill all"), self.bill_all, "receipt-text", tip=_("Make a draft for every customer in the list")),
            ],
        )

    def _header(self) -> Any:
        holder = super()._header()
        menu = QMenu(self)
        menu.addAction(icon("clock"), _("Start the timer for this customer"), self.start_timer)
        menu.addAction(icon("clipboard"), _("Paste work from a spreadsheet"), self.paste)
        menu.addAction(icon("list"), _("All work noted"), partial(self.go.emit, "services", {}))
        menu.addAction(icon("repeat"), _("Recurring bills"), partial(self.go.emit, "schedules", {}))
        self.more = menu_button("ellipsis", _("More"), menu)
        holder.layout().addWidget(self.more)
        return holder

    def _build(self) -> None:
        super()._build()
        self.again = Strip()
        self.keep_button = Button(_("Leave it"), "ghost", on=self._leave_credited)
        self._credited = QWidget()
        line_of(self._credited, self.again, self.keep_button, margins=(24, 0, 20, 8))
        self._credited.layout().setStretch(0, 1)
        self._credited.hide()
        self.rest = DepositRestStrip(self)
        self._split.widget(0).layout().insertWidget(1, self._credited)
        self._split.widget(0).layout().insertWidget(1, self.rest)

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        found = to_bill.accounts(search)
        self._accounts = {account.id: account for account in found}
        keys: dict[str, Any] = {
            "customer": lambda a: a.customer.casefold(),
            "count": lambda a: len(a.entries),
            "oldest": lambda a: a.oldest,
            "sum": lambda a: a.sums.get(self._currency, 0),
        }
        return [account.id for account in sorted(found, key=keys[order], reverse=descending)]

    def rows(self, ids: list[int]) -> Sequence[Account]:
        return [self._accounts[i] for i in ids if i in self._accounts]

    def count_text(self, number: int) -> str:
        return ngettext("{n} customer", "{n} customers", number).format(n=formats.count(number))

    def sums(self, ids: list[int]) -> list[Sum]:
        found = to_bill.sums(entry for account in self.rows(ids) for entry in account.entries)
        return [Sum(_("Without tax"), formats.money_text(minor, currency)) for currency, minor in found.items()]

    def _sum(self, account: Account) -> Cell:
        own = account.sums.get(self._currency)
        if len(account.sums) == 1 and own is not None:
            return Cell(formats.amount(own, self._currency), strong=True)
        return Cell(to_bill_words.sums(account.sums), strong=True) if account.sums else EMPTY

    def _read(self) -> None:
        super()._read()
        failures.guarded(self._offer_again)
        failures.guarded(self.rest.refresh)

    def _offer_again(self) -> None:
        """What a fully credited invoice held may be billed again."""
        held = self._held = next(iter(to_bill.credited()), None)
        self._credited.setVisible(held is not None)
        if held is None:
            return
        words = ngettext(
            "{number} for {customer} was credited in full. {n} entry on it can be billed again.",
            "{number} for {customer} was credited in full. {n} entries on it can be billed again.",
            held.count,
        )
        self.again.tell(
            words.format(number=held.number, customer=held.customer, n=held.count),
            kind="info",
            act=_("Bill again"),
            on=self._bill_again,
        )

    def _bill_again(self) -> None:
        if self._held is not None and failures.guarded(partial(credit_notes.release, self._held.document_id)):
            self.toast.emit(_("It waits to be billed again"), True)

    def _leave_credited(self) -> None:
        if self._held is not None:
            failures.guarded(partial(to_bill.keep, self._held.document_id))

    # ---- acts --------------------------------------------------------------------------------------------------------

    def make_pane(self) -> ToBillPane:
        return ToBillPane(self)

    def open_id(self, row_id: int) -> None:
        self.bill(row_id, None)

    def primary(self) -> None:
        if self.pane is not None and self.pane.isVisible():
            self.pane.bill()
        elif self.table.current_id():
            self.bill(self.table.current_id(), None)

    def bill(self, customer_id: int, chosen: list[str] | None) -> None:
        """Make a draft of what waits of a customer and open it."""
        made: list[Any] = []
        if not failures.guarded(lambda: made.extend(loyalty.bill(customer_id, chosen))):
            self.refresh()
            return
        if len(made) > 1:
            words = ngettext("{n} draft made", "{n} drafts made, because not all fits on one", len(made))
            self.toast.emit(words.format(n=len(made)), True)
        self.open_record.emit("draft", made[0].id)

    def bill_all(self) -> None:
        """Make a draft for every customer in the list; one can stop it, then none is made."""
        wanted = list(self.model.ids)
        if wanted:
            work = partial(_bill_all, wanted)
            jobs.run(work, done=self._billed_all, failed=failures.show, title=_("Making drafts"), writes=True)

    def _billed_all(self, count: int) -> None:
        words = ngettext(
            "{n} draft made. Look it over and issue it.", "{n} drafts made. Look them over and issue them.", count
        )
        self.toast.emit(words.format(n=formats.count(count)), True)
        self.go.emit("invoices", {"view": "drafts"})

    def new(self) -> None:
        self.go.emit("service", {"id": 0, "customer": self.table.current_id() or None})

    def edit_entry(self, entry: Entry) -> None:
        """Open the service or the schedule behind an entry."""
        if isinstance(entry.record, Due):
            self.go.emit("schedule", {"id": entry.record.schedule.id})
        else:
            self.go.emit("service", {"id": entry.record.id})

    def set_aside(self, entry: Entry) -> None:
        """Let an entry not be billed."""
        if failures.guarded(partial(to_bill.leave, [entry])):
            words = _("Skipped: {name}") if entry.is_period else _("Not to be billed: {name}")
            self.toast.emit(words.format(name=entry.title), True)

    def remove(self, entry: Entry) -> None:
        """Move a service to the bin."""
        if not isinstance(entry.record, Due) and failures.guarded(partial(work_done.delete, [entry.record.id])):
            self.toast.emit(_("{title} moved to the bin").format(title=entry.title), True)

    def open_customer(self, customer_id: int) -> None:
        """Open the customer's card."""
        self.open_record.emit("customer", customer_id)

    def start_timer(self) -> None:
        """Take the time of work for the chosen customer."""
        failures.guarded(partial(timer.start, self.table.current_id() or None))

    def paste(self) -> None:
        """Note the rows that were copied from a spreadsheet."""
        count = service_paste_dialog.ask(QGuiApplication.clipboard().text(), self.table.current_id() or None)
        if count:
            words = ngettext("{n} entry noted", "{n} entries noted", count)
            self.toast.emit(words.format(n=formats.count(count)), True)


def _bill_all(wanted: list[int], progress: Any) -> int:
    return len(loyalty.bill_all(wanted, progress))


def _count(account: Account) -> Cell:
    return Cell(to_bill_words.entries(len(account.entries)), "muted")


def _oldest(account: Account) -> Cell:
    return Cell(formats.day_short(account.oldest), "muted")
