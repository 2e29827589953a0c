"""Contracts: with customers, and those that the owner pays; with the next months drawn and the last day to cancel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import theme
from crm_desktop.gui.parts import contract_acts, contract_timeline, contract_words
from crm_desktop.gui.parts.contract_pane import ContractPane
from crm_desktop.gui.parts.contract_timeline import ContractDelegate, Legend, MonthHeader
from crm_desktop.gui.widgets import formats, said
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import EMPTY, Cell, status
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec, Sum, View
from crm_desktop.sales import contract_prices, contracts
from crm_desktop.sales.contracts import Contract

# From this width of the page on the footer says the sums of a month as well.
_ROOM_FOR_MONTHS = 1250


class ContractsPage(ListPage):
    """The list of contracts."""

    key = "contracts"
    tables: ClassVar = ("contract", "contract_price", "contract_state", "customer", "attachment", "schedule")

    def spec(self) -> ListSpec:
        return ListSpec(
            title=_("Contracts"),
            columns=_columns(),
            order="cancel",
            row="row_two_line",
            pane_width=324,
            views=[
                View("running", _("Running")),
                View("soon", _("To decide"), late=True),
                View("income", _("Customers")),
                View("expense", _("We pay")),
                View("draft", _("Drafts")),
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
            acts=[
                Act(
                    _("Change prices…"),
                    self._raise_prices,
                    "percent",
                    tip=_("Change the prices of all selected contracts"),
                ),
                Act(_("Import"), self._import, "file-spreadsheet", tip=_("Import contracts from a spreadsheet")),
            ],
            new=Act(_("New"), self.new, "plus", tip=_("New contract (Ctrl+N)")),
        )

    def _set_up_table(self) -> None:
        self.table.setHorizontalHeader(MonthHeader(self.table))
        self.table.setItemDelegate(ContractDelegate(self.table))
        super()._set_up_table()
        self._footer.layout().insertWidget(1, Legend())

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        view = str(filters.get("view") or "running")
        return contracts.ids(view, search=search, order=order, descending=descending)

    def rows(self, ids: list[int]) -> Sequence[Contract]:
        return contracts.rows(ids)

    def counts(self) -> dict[str, int]:
        return contracts.counts()

    def count_text(self, number: int) -> str:
        return ngettext("{n} contract", "{n} contracts", number).format(n=formats.count(number))

    def sums(self, ids: list[int]) -> list[Sum]:
        """What comes in and goes out in a year, and apart from it what is paid once."""
        totals: dict[tuple[str, str], int] = {}
        once: dict[tuple[str, str], int] = {}
        taxed: dict[tuple[str, str], int] = {}
        with_tax = contract_prices.with_tax()
        for found in contracts.rows(ids):
            key = (found.direction, found.currency)
            totals[key] = totals.get(key, 0) + found.value_per_year_minor
            taxed[key] = taxed.get(key, 0) + (found.value_per_year_minor if found.id in with_tax else 0)
            once[key] = once.get(key, 0) + (found.value_now_minor if found.interval == "once" else 0)
        words = {"income": _("In a year"), "expense": _("Out a year")}
        words_once = {"income": _("In once"), "expense": _("Out once")}
        found_sums = []
        for (way, currency), total in sorted(totals.items(), reverse=True):
            if total:
                found_sums.append(Sum(words[way], formats.money_text(total, currency)))
                if taxed[(way, currency)]:
                    found_sums.append(Sum(_("with tax in it"), formats.money_text(taxed[(way, currency)], currency)))
                if self.width() >= _ROOM_FOR_MONTHS:
                    found_sums.append(Sum(_("a month"), formats.money_text(contract_prices.twelfth(total), currency)))
        for (way, currency), total in sorted(once.items(), reverse=True):
            if total:
                found_sums.append(Sum(words_once[way], formats.money_text(total, currency)))
        return found_sums

    # ---- acts --------------------------------------------------------------------------------------------------------

    def make_pane(self) -> QWidget:
        return ContractPane(self)

    def _build(self) -> None:
        super()._build()
        self._acts.findChildren(Button)[0].hide()

    def tell_sums(self) -> None:
        """The prices of selected contracts can be changed together; the button shows then."""
        super().tell_sums()
        change = self._acts.findChildren(Button)[0]
        many = len(self.table.selected_ids()) > 1
        if change.isHidden() == many:
            change.setVisible(many)
            self._acts.updateGeometry()
            QTimer.singleShot(0, self._acts, self._acts.fit)

    def _raise_prices(self) -> None:
        if contract_acts.raise_prices(self, self.table.selected_ids()):
            self.refresh()

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
            cell=_ahead,
        ),
    ]


def _ahead(found: Contract) -> Cell:
    first = contract_timeline.first_day()
    return Cell(contract_words.ahead(found, first, dates.add_months(first, contract_timeline.MONTHS)))


def _per_year(found: Contract) -> Cell:
    minor = found.value_per_year_minor
    return Cell(formats.amount(minor, found.currency)) if minor else EMPTY


def _cancel_by(found: Contract) -> Cell:
    last = contracts.dates_of(found).last_day_to_cancel
    return Cell(formats.day_short(last), contract_words.tone(last) or "muted") if last else EMPTY


def _notice(found: Contract) -> Cell:
    return Cell(contract_words.notice(found), "muted")


def _state(found: Contract) -> Cell:
    tones = {"active": "green", "notice_given": "amber"}
    return status(_(contracts.STATES[found.state]), tones.get(found.state, "grey"))
