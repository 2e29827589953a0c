"""How a contract is billed: not yet (one click sets it up), or how often, and when the next bill is due."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from crm_desktop.billing import recurring, recurring_edit
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import failures
from crm_desktop.gui.parts import to_bill_words
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.layouts import column, label, row
from crm_desktop.gui.widgets.page import Page
from crm_desktop.sales import contracts


def bill_regularly(page: Page, contract_id: int) -> bool:
    """Set up the regular bills of a contract and say when the first one is due; False if it cannot be."""
    made: list[int] = []
    if not failures.guarded(lambda: made.append(recurring_edit.from_contract(contract_id))):
        return False
    schedule = recurring.get(made[0])
    day = recurring.next_due_on(schedule)
    words = _("{title} is billed {interval}, next on {day}") if day else _("{title} is billed {interval}")
    interval = _(recurring.INTERVALS[schedule.interval][0])
    page.toast.emit(words.format(title=schedule.title, interval=interval, day=formats.day_near(day)), True)
    return True


class ContractBilling(QWidget):
    """See the module."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page, self._contract_id, self._schedule_id = page, 0, 0
        self._words = label("", "body", "text2", wrap=True)
        self.set_up = Button(_("Bill this regularly"), "secondary", "repeat", on=self._set_up)
        self.change = Button(_("Change how it is billed"), "secondary", "repeat", on=self._change)
        column(self, self._words, 6, row(self.set_up, self.change, "stretch"), 12)

    def show_contract(self, contract_id: int | None) -> None:
        """Show how a contract is billed; nothing where it cannot be."""
        found = contracts.get(contract_id) if contract_id is not None else None
        bills = found is not None and found.direction == "income" and found.interval in recurring.INTERVALS
        self.setVisible(bills)
        if found is None or not bills:
            return
        self._contract_id = found.id
        schedule = recurring.of_contract(found.id)
        self._schedule_id = schedule.id if schedule else 0
        self.set_up.setVisible(schedule is None)
        self.change.setVisible(schedule is not None)
        if schedule is None:
            self._words.setText(_("It is not billed by itself. What is due then waits in “To bill”; nothing is sent."))
            return
        coming = recurring.coming(schedule, 1)
        words = (
            _("Billed {rhythm}. Next from {day}: {amount} without tax.")
            if coming
            else _("Billed {rhythm}. Nothing is due.")
        )
        self._words.setText(
            words.format(
                rhythm=to_bill_words.rhythm(schedule),
                day=formats.day_long(coming[0].due_on) if coming else "",
                amount=formats.money_text(coming[0].net_minor, schedule.currency) if coming else "",
            )
        )

    def _set_up(self) -> None:
        if bill_regularly(self._page, self._contract_id):
            self.show_contract(self._contract_id)

    def _change(self) -> None:
        failures.guarded(partial(self._page.go.emit, "schedule", {"id": self._schedule_id}))
