"""The pane of the list of contracts: the dates to come, what it costs, its history and files, and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QMenu, QWidget

from crm_desktop.activity import attachments
from crm_desktop.billing import recurring
from crm_desktop.company import letter_texts
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts import contract_acts, contract_billing, contract_words, reminder_form
from crm_desktop.gui.parts.button_rows import ButtonRows
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.avatar import Avatar
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Facts, Item, Section, key_hints
from crm_desktop.gui.widgets.layouts import column, hairline, label, row, scroll, stack
from crm_desktop.gui.widgets.page import Page
from crm_desktop.sales import contract_states, contract_terms, contracts
from crm_desktop.sales.contracts import Contract

if TYPE_CHECKING:
    from crm_desktop.gui.widgets.list_page import ListPage

_HISTORY = 4


class ContractPane(QFrame):
    """The pane: the dates to come, what it costs, files; and what can be done about it."""

    def __init__(self, page: ListPage) -> None:
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
        self._invoice = Button(_("Invoice this"), "secondary", "receipt-text", on=self._do(contract_acts.invoice))
        self._regularly = Button(_("Bill this regularly"), "secondary", "repeat", on=self._bill_regularly)
        self._history = Section(_("History"))
        self._make_state_acts()
        self._acts = ButtonRows(edit, remind, self._letters, self._invoice, self._regularly)
        content = QWidget()
        head = row(self._avatar, stack(self._title, self._party, gap=2), gap=12)
        head.setStretch(1, 1)
        head.setAlignment(self._avatar, Qt.AlignmentFlag.AlignTop)
        column(
            content, head, 14, self._states, 8, self._acts, 14, hairline(), 12, self._facts, 12, self._notes, 12, self._files,
            12, self._history, "stretch", margins=(20, 16, 20, 8),
        )  # fmt: skip
        foot = QWidget()
        column(foot, key_hints(("Enter", _("Edit")), (_("Space"), _("Hide pane"))), margins=(20, 0, 20, 14))
        column(self, scroll(content), foot)

    def _make_state_acts(self) -> None:
        """The acts that lead to another state; only those that can be done now are shown."""
        self.activate = Button(_("Let it run"), "secondary", "circle-check", on=self._do(self._activate))
        self.renew = Button(
            _("Prepare renewal quote"), "secondary", "file-check", on=self._do(contract_acts.renewal_quote)
        )
        self.next_term = Button(_("Next contract"), "secondary", "repeat", on=self._do(contract_acts.renew))
        self.notice = Button(_("Notice…"), "secondary", "calendar-x", on=self._do(contract_acts.give_notice))
        self.withdraw = Button(_("Withdraw notice"), "secondary", "undo-2", on=self._do(contract_acts.withdraw))
        self.end = Button(_("End it"), "secondary", "x", on=self._do(self._end))
        self._states = ButtonRows(self.activate, self.renew, self.notice, self.withdraw, self.next_term, self.end)
        self._letters = Button(_("Letter"), "secondary", "file-text")
        menu = QMenu(self)
        for purpose, words in letter_texts.PURPOSES.items():
            menu.addAction(_(words), partial(self._letter, purpose))
        self._letters.setMenu(menu)

    def _do(self, act: Callable[[Page, int], object]) -> Callable[[], None]:
        def done() -> None:
            if self._shown is not None:
                act(self._page, self._shown.id)

        return done

    def _activate(self, page: Page, contract_id: int) -> None:
        contract_acts.activate(page, [contract_id])

    def _end(self, page: Page, contract_id: int) -> None:
        contract_acts.end(page, [contract_id])

    def _letter(self, purpose: str) -> None:
        if self._shown is not None:
            contract_acts.letter(self._page, self._shown.id, purpose)

    def _tell_state_acts(self, found: Contract) -> None:
        is_active, ours = found.state == "active", found.direction == "income"
        self.activate.setVisible(found.state == "draft")
        self.renew.setVisible(ours and found.state in ("active", "notice_given"))
        self.next_term.setVisible(is_active or found.state == "notice_given")
        self.notice.setVisible(is_active)
        self.withdraw.setVisible(found.state == "notice_given")
        self.end.setVisible(found.state in ("draft", "notice_given"))
        self._states.setVisible(found.state != "ended")
        self._states.pack()

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
        self._tell_state_acts(found)
        changes = contract_states.history(found.id)[:_HISTORY]
        self._history.tell([Item(_said(change), formats.day(change.from_on)) for change in changes])

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
            (
                _("Start") if _is_ahead(found) else _("Runs since"),
                formats.day(found.start_on) if found.start_on else "",
            ),
            (_("Price"), contract_words.price(found)),
            (_("Then"), contract_words.next_step(found)),
            (_("Tell them"), _window(days.inform)),
            (_("Follows"), contracts.get(found.renewed_from_id).number if found.renewed_from_id else ""),
            (_("State"), contract_words.state(found)),
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

    def _tell_billing(self, found: Contract) -> None:
        bills = self._invoice.isVisibleTo(self) and found.interval in recurring.INTERVALS
        made = recurring.of_contract(found.id) if bills else None
        has_one = made is not None
        self._invoice.setVisible(self._invoice.isVisibleTo(self) and not (made is not None and made.is_on))
        self._regularly.setVisible(bills)
        self._regularly.setText(_("Regular bills") if has_one else _("Bill this regularly"))
        self._regularly.setAccessibleName(self._regularly.text())
        self._acts.pack()

    def _bill_regularly(self) -> None:
        found = self._shown
        schedule = recurring.of_contract(found.id) if found is not None else None
        if schedule is not None:
            self._page.go.emit("schedule", {"id": schedule.id})
        elif found is not None and contract_billing.bill_regularly(self._page, found.id):
            self._tell_billing(found)


def _is_ahead(found: Contract) -> bool:
    return found.state == "draft" or (found.start_on is not None and found.start_on > dates.today())


def _said(change: contract_states.Change) -> str:
    state = _(contracts.STATES.get(change.state, change.state))
    return f"{state} · {change.reason}" if change.reason else state


def _window(window: contract_terms.Window | None) -> str:
    if window is None:
        return ""
    return _("{first} to {last}").format(first=formats.day(window.first), last=formats.day(window.last))
