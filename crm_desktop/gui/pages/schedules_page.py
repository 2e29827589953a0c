"""Recurring bills: every schedule with the day and amount of its next bill, and the periods to come in the pane."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from PySide6.QtWidgets import QFrame, QWidget

from crm_desktop.billing import recurring, recurring_edit
from crm_desktop.billing.recurring import Schedule
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import failures, theme
from crm_desktop.gui.parts import to_bill_words
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.avatar import Avatar
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Facts, Item, Section, key_hints
from crm_desktop.gui.widgets.cells import EMPTY, Cell, status
from crm_desktop.gui.widgets.layouts import column, hairline, label, row, scroll, stack
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec, View

_COMING = 12


class SchedulesPage(ListPage):
    """The list of schedules."""

    key = "schedules"
    tables: ClassVar = ("schedule", "schedule_price", "schedule_period", "contract", "customer", "document")

    def spec(self) -> ListSpec:
        return ListSpec(
            title=_("Recurring bills"),
            columns=[
                Column("title", _("What"), "strong", width=theme.px(200), stretch=True),
                Column("customer", _("Customer"), width=theme.px(160)),
                Column("rhythm", _("How often"), "muted", width=theme.px(120), sortable=False, cell=_rhythm),
                Column("next", _("Next"), "date", width=theme.px(96), cell=_next),
                Column("amount", _("Without tax"), width=theme.px(100), sortable=False, right=True, cell=_amount),
                Column("state", _("State"), "status", width=theme.px(96), sortable=False, shown=False, cell=_state),
            ],
            order="next",
            pane_width=340,
            views=[View("all", _("Running")), View("paused", _("Paused")), View("ended", _("Ended"))],
            search_hint=_("Find a recurring bill"),
            empty=Empty(
                "repeat",
                _("Nothing is billed regularly yet"),
                _("Open a contract and choose “Bill this regularly”, or set up rent, hosting or a subscription here."),
                Act(_("New recurring bill"), self.new, "plus"),
                Act(_("Contracts"), partial(self.go.emit, "contracts", {})),
            ),
            new=Act(_("New"), self.new, "plus", tip=_("New recurring bill (Ctrl+N)")),
        )

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        view = str(filters.get("view") or "all")
        return recurring.ids(view, search=search, order=order, descending=descending)

    def rows(self, ids: list[int]) -> Sequence[Schedule]:
        return recurring.rows(ids)

    def counts(self) -> dict[str, int]:
        return recurring.counts()

    def count_text(self, number: int) -> str:
        return ngettext("{n} recurring bill", "{n} recurring bills", number).format(n=formats.count(number))

    def make_pane(self) -> QWidget:
        return SchedulePane(self)

    def open_id(self, row_id: int) -> None:
        self.go.emit("schedule", {"id": row_id})

    def new(self) -> None:
        self.go.emit("schedule", {"id": 0})

    def delete_ids(self, ids: list[int]) -> None:
        title = recurring.get(ids[0]).title
        recurring_edit.delete(ids)
        words = ngettext("{title} moved to the bin", "{n} recurring bills moved to the bin", len(ids))
        self.toast.emit(words.format(title=title, n=len(ids)), True)


def _rhythm(found: Schedule) -> Cell:
    return Cell(_(recurring.INTERVALS[found.interval][0]), "muted")


def _next(found: Schedule) -> Cell:
    day = recurring.next_due_on(found)
    return Cell(formats.day_short(day)) if day else EMPTY


def _amount(found: Schedule) -> Cell:
    due = recurring.coming(found, 1)
    return Cell(formats.money_text(due[0].net_minor, found.currency)) if due else EMPTY


def _state(found: Schedule) -> Cell:
    key = recurring.state(found)
    return status(to_bill_words.state(key), to_bill_words.STATE_TONES[key])


class SchedulePane(QFrame):
    """The pane: the next periods with their amounts; pause and go on."""

    def __init__(self, page: SchedulesPage) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._page = page
        self._shown: Schedule | None = None
        self._avatar = Avatar(side=36)
        self._title, self._party = label("", "b", wrap=True), label("", "small", "text2", wrap=True)
        self._facts, self._coming = Facts(), Section(_("Next periods"))
        self.switch = Button(_("Switch off"), "secondary", on=self._toggle)
        edit = Button(_("Edit"), "secondary", "pencil", on=self._edit)
        head = row(self._avatar, stack(self._title, self._party, gap=2), gap=12)
        head.setStretch(1, 1)
        content = QWidget()
        column(
            content, head, 14, row(edit, self.switch, "stretch"), 14, hairline(), 12, self._facts, 12, self._coming,
            "stretch", margins=(20, 16, 20, 8),
        )  # fmt: skip
        foot = QWidget()
        column(foot, key_hints(("Enter", _("Edit")), (_("Space"), _("Hide pane"))), margins=(20, 0, 20, 14))
        column(self, scroll(content), foot)

    def show_row(self, found: Schedule) -> None:
        """Show a schedule."""
        self._shown = found
        self._avatar.show_name(found.customer, "company")
        self._title.setText(found.title)
        self._party.setText(found.customer)
        pause = ""
        if found.pause_from:
            until = formats.day(found.pause_to) if found.pause_to else _("open")
            pause = _("{first} – {last}").format(first=formats.day(found.pause_from), last=until)
        self._facts.tell(
            [
                (_("How often"), to_bill_words.rhythm(found)),
                (_("Follows"), _("the contract") if found.contract_id else ""),
                (_("Ends"), formats.day(found.end_on) if found.end_on else _("open")),
                (_("Paused"), pause),
            ]
        )
        coming = recurring.coming(found, _COMING)
        self._coming.tell(
            [
                Item(
                    to_bill_words.days(due.piece.first, due.piece.last),
                    formats.money_text(due.net_minor, found.currency),
                    detail=to_bill_words.part_of(due),
                )
                for due in coming
            ],
            link="" if coming else _("Nothing more"),
        )
        self.switch.setText(_("Switch off") if found.is_on else _("Switch on"))

    def _edit(self) -> None:
        if self._shown is not None:
            self._page.open_id(self._shown.id)

    def _toggle(self) -> None:
        found = self._shown
        if found is not None and failures.guarded(partial(recurring_edit.save, {"is_on": not found.is_on}, found.id)):
            words = _("{title} is billed again") if not found.is_on else _("{title} is billed no longer")
            self._page.toast.emit(words.format(title=found.title), True)
