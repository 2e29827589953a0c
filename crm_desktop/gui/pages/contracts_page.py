"""Contracts: with customers, and those that the owner pays; with the next months drawn and the last day to cancel."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget

from crm_desktop.activity import attachments
from crm_desktop.billing import recurring
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import failures, theme
from crm_desktop.gui.parts import contract_billing, contract_words, reminder_form
from crm_desktop.gui.parts.contract_timeline import ContractDelegate, Legend, MonthHeader
from crm_desktop.gui.widgets import dialogs, formats, said
from crm_desktop.gui.widgets.avatar import Avatar
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Facts, Item, Section, key_hints
from crm_desktop.gui.widgets.cells import EMPTY, Cell, status
from crm_desktop.gui.widgets.layouts import column, hairline, label, row, scroll, stack
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec, Sum, View
from crm_desktop.sales import contracts
from crm_desktop.sales.contracts import Contract


class ContractsPage(ListPage):
    """The list of contracts."""

    key = "contracts"
    tables: ClassVar = ("contract", "customer", "attachment", "schedule")

    def spec(self) -> ListSpec:
        return ListSpec(
            title=_("Contracts"),
            columns=_columns(),
            order="cancel",
            row="row_two_line",
            pane_width=324,
            views=[
                View("all", _("Running")),
                View("income", _("Customers")),
                View("expense", _("We pay")),
                View("soon", _("To decide"), late=True),
                View("ended", _("Ended")),
            ],
            search_hint=_("Find a contract"),
            empty=Empty(
                "file-pen",
                _("No contracts yet"),
                _("Add one and you will hear in time before it renews."),
                Act(_("Add contract"), self.new),
                Act(_("Import"), self._import),
            ),
            acts=[Act(_("Import"), self._import, "file-spreadsheet", tip=_("Import contracts from a spreadsheet"))],
            new=Act(_("New"), self.new, "plus", tip=_("New contract (Ctrl+N)")),
        )

    def _set_up_table(self) -> None:
        self.table.setHorizontalHeader(MonthHeader(self.table))
        self.table.setItemDelegate(ContractDelegate(self.table))
        super()._set_up_table()
        self._footer.layout().insertWidget(1, Legend())

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        view = str(filters.get("view") or "all")
        return contracts.ids(view, search=search, order=order, descending=descending)

    def rows(self, ids: list[int]) -> Sequence[Contract]:
        return contracts.rows(ids)

    def counts(self) -> dict[str, int]:
        return contracts.counts()

    def count_text(self, number: int) -> str:
        return ngettext("{n} contract", "{n} contracts", number).format(n=formats.count(number))

    def sums(self, ids: list[int]) -> list[Sum]:
        totals: dict[tuple[str, str], int] = {}
        for found in contracts.rows(ids):
            key = (found.direction, found.currency)
            totals[key] = totals.get(key, 0) + found.value_per_year_minor
        words = {"income": _("In a year"), "expense": _("Out a year")}
        return [Sum(words[d], formats.money_text(t, c)) for (d, c), t in sorted(totals.items(), reverse=True) if t]

    # ---- acts --------------------------------------------------------------------------------------------------------

    def make_pane(self) -> QWidget:
        return ContractPane(self)

    def open_id(self, row_id: int) -> None:
        self.open_record.emit("contract", row_id)

    def new(self) -> None:
        self.open_record.emit("contract", 0)

    def _import(self) -> None:
        self.go.emit("import", {"kind": "contracts"})

    def delete_ids(self, ids: list[int]) -> None:
        title = contracts.get(ids[0]).title
        contracts.delete(ids)
        self.toast.emit(said.moved_to_bin(title, len(ids)), True)

    def key_pressed(self, key: str, row_id: int) -> None:
        if key == "e":
            self.open_id(row_id)


def _columns() -> list[Column]:
    return [
        Column("title", _("Contract"), "strong", width=theme.px(244)),
        Column("number", _("Number"), "muted", width=theme.px(104), shown=False),
        Column("value_minor", _("A year"), "money", width=theme.px(88), order="value", sortable=False, cell=_per_year),
        Column("cancel", _("Cancel by"), "date", width=theme.px(116), cell=_cancel_by),
        Column("start_on", _("Start"), "date", width=theme.px(100), order="start", shown=False),
        Column("end_on", _("End"), "date", width=theme.px(100), order="end", shown=False),
        Column("notice", _("Notice"), "muted", width=theme.px(150), sortable=False, shown=False, cell=_notice),
        Column("state", _("State"), "status", width=theme.px(110), shown=False, cell=_state),
        Column(
            "timeline",
            _("Next months"),
            "text",
            width=theme.px(300),
            sortable=False,
            stretch=True,
            cell=lambda _c: Cell(""),
        ),
    ]


def _per_year(found: Contract) -> Cell:
    minor = found.value_per_year_minor or found.value_minor
    return Cell(formats.amount(minor, found.currency)) if minor else EMPTY


def _cancel_by(found: Contract) -> Cell:
    last = contracts.dates_of(found).last_day_to_cancel
    return Cell(formats.day_short(last), contract_words.tone(last) or "muted") if last else EMPTY


def _notice(found: Contract) -> Cell:
    return Cell(contract_words.notice(found), "muted")


def _state(found: Contract) -> Cell:
    tones = {"active": "green", "notice_given": "amber"}
    return status(_(contracts.STATES[found.state]), tones.get(found.state, "grey"))


class ContractPane(QFrame):
    """The pane: the dates to come, what it costs, files; and what can be done about it."""

    def __init__(self, page: ContractsPage) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._page = page
        self._shown: Contract | None = None
        self._avatar = Avatar(side=36)
        self._title, self._party = label("", "b", wrap=True), label("", "small", "text2", wrap=True)
        self._facts = Facts()
        self._files = Section(_("Files"))
        self._notes = label("", "body", "text2", wrap=True)
        edit = Button(_("Edit"), "secondary", "pencil", on=self._edit)
        remind = Button(_("Remind me"), "secondary", "bell", on=self._remind)
        self._invoice = Button(_("Invoice this"), "secondary", "receipt-text", on=self._bill)
        self._regularly = Button(_("Bill this regularly"), "secondary", "repeat", on=self._bill_regularly)
        self._cancel = Button(_("Note that notice was given…"), "secondary", "calendar-x", on=self._give_notice)
        content = QWidget()
        head = row(self._avatar, stack(self._title, self._party, gap=2), gap=12)
        head.setStretch(1, 1)
        head.setAlignment(self._avatar, Qt.AlignmentFlag.AlignTop)
        column(
            content, head, 14, row(edit, remind, "stretch"), 8, row(self._invoice, "stretch"), 8,
            row(self._regularly, "stretch"), 14, hairline(), 12,
            self._facts, 12, self._notes, 12, self._files, 12, row(self._cancel, "stretch"), "stretch",
            margins=(20, 16, 20, 8),
        )  # fmt: skip
        foot = QWidget()
        column(foot, key_hints(("Enter", _("Edit")), (_("Space"), _("Hide pane"))), margins=(20, 0, 20, 14))
        column(self, scroll(content), foot)

    def show_row(self, found: Contract) -> None:
        """Show a contract."""
        self._shown = found
        self._avatar.show_name(found.party or found.title, "company")
        self._title.setText(found.title)
        self._party.setText(" · ".join(part for part in (contract_words.party(found), found.number) if part))
        self._facts.tell(self._dates(found))
        self._notes.setText(found.notes)
        self._notes.setVisible(bool(found.notes))
        self._files.tell([Item(file.name, icon="file") for file in attachments.of("contract", found.id)])
        self._invoice.setVisible(found.direction == "income" and bool(found.customer_id) and found.state != "ended")
        self._tell_billing(found)
        self._cancel.setVisible(found.state == "active")

    def _dates(self, found: Contract) -> list[tuple[str, str] | tuple[str, str, str]]:
        days = contracts.dates_of(found)
        last, end = days.last_day_to_cancel, days.term_ends_on
        return [
            (
                _("Cancel by"),
                _("{day}, {left}").format(day=formats.day(last), left=contract_words.days_left(last)) if last else "",
                contract_words.tone(last),
            ),
            (_("Notice"), contract_words.notice(found)),
            (_("Renews on") if days.renews else _("Ends"), formats.day(end) if end else _("open")),
            (_("Renews for"), contract_words.renewal(found)),
            (_("Runs since"), formats.day(found.start_on) if found.start_on else ""),
            (_("Price"), contract_words.price(found)),
            (_("State"), _(contracts.STATES[found.state])),
        ]

    def _edit(self) -> None:
        if self._shown is not None:
            self._page.open_id(self._shown.id)

    def _remind(self) -> None:
        if self._shown is None:
            return
        day = reminder_form.ask(
            title=self._shown.title, customer_id=self._shown.customer_id, contract_id=self._shown.id
        )
        if day is not None:
            self._page.toast.emit(_("Reminder for {day} added").format(day=formats.day_near(day)), True)

    def _bill(self) -> None:
        if self._shown is not None:
            args = {"id": 0, "customer": self._shown.customer_id, "contract": self._shown.id}
            self._page.go.emit("invoice", args)

    def _tell_billing(self, found: Contract) -> None:
        bills = self._invoice.isVisibleTo(self) and found.interval in recurring.INTERVALS
        has_one = bills and recurring.of_contract(found.id) is not None
        self._regularly.setVisible(bills)
        self._regularly.setText(_("Regular bills") if has_one else _("Bill this regularly"))
        self._regularly.setAccessibleName(self._regularly.text())

    def _bill_regularly(self) -> None:
        found = self._shown
        schedule = recurring.of_contract(found.id) if found is not None else None
        if schedule is not None:
            self._page.go.emit("schedule", {"id": schedule.id})
        elif found is not None and contract_billing.bill_regularly(self._page, found.id):
            self._tell_billing(found)

    def _give_notice(self) -> None:
        found = self._shown
        if found is None:
            return
        end = contracts.dates_of(found).term_ends_on
        until = formats.day_long(end) if end else _("its end")
        question = _("Was notice given for {title}?").format(title=found.title)
        text = _("The contract then ends on {day} and does not renew. Nothing is sent by this.").format(day=until)
        if dialogs.choose(question, text, [("keep", _("Keep running")), ("note", _("Notice was given"))]) == "note":
            values = {"state": "notice_given"} | ({"end_on": end} if end else {})
            if failures.guarded(partial(contracts.save, values, found.id)):
                self._page.toast.emit(_("Notice noted: {title}").format(title=found.title), True)
