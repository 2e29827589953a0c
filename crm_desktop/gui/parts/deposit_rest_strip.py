"""Above what waits to be billed: the rest of an order of which a deposit was billed, with the step to its final invoice."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from crm_desktop.billing import deposit_rest, invoices
from crm_desktop.billing.deposit_rest import Rest
from crm_desktop.billing.document import INVOICE
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import failures
from crm_desktop.gui.parts.chain_acts import ChainActs
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.layouts import column, frame, label, row, stack
from crm_desktop.gui.widgets.page import Page


class DepositRestStrip(QWidget):
    """See the module; hidden where no rest waits. One is shown at a time, the next when it is begun or left."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._acts = ChainActs(page)
        self._rest: Rest | None = None
        self.said, self.more = label("", "b", wrap=True), label("", "small", "text2", wrap=True)
        self.write_button = Button(_("Write final invoice"), "link", on=self._write)
        self.leave_button = Button(_("Leave it"), "ghost", on=self._leave)
        inside = row(stack(self.said, self.more, gap=2), self.write_button, self.leave_button, gap=12)
        inside.setStretch(0, 1)
        holder = frame("info", margins=(13, 8, 6, 8))
        holder.layout().addLayout(inside)  # type: ignore[attr-defined]
        column(self, holder, margins=(24, 0, 20, 8))
        self.hide()

    def refresh(self) -> None:
        """Ask what waits and say the first of it."""
        found = deposit_rest.waiting()
        self._rest = found[0] if found else None
        self.setVisible(self._rest is not None)
        if self._rest is not None:
            sentence, more = _words(self._rest, len(found))
            self.said.setText(sentence)
            self.more.setText(more)

    def _write(self) -> None:
        if self._rest is not None:
            order_id = self._rest.order_id
            failures.guarded(lambda: self._acts.follow(invoices.get(order_id), INVOICE))

    def _leave(self) -> None:
        if self._rest is not None:
            failures.guarded(partial(deposit_rest.leave, self._rest.order_id))


def _words(rest: Rest, count: int) -> tuple[str, str]:
    """What waits, and below it for whom and what is taken off."""
    shown = partial(formats.money_text, currency=rest.currency)
    sentence = _("{amount} of {number} is still to be billed.").format(
        amount=shown(rest.left_minor), number=rest.number
    )
    taken, unpaid = shown(rest.deposits_minor), shown(rest.unpaid_minor)
    words = _("Deposits of {amount} are taken off.")
    if rest.unpaid_minor:
        words = _("Deposits of {amount} are taken off, {unpaid} of them is not paid yet.")
    more = [rest.customer, words.format(amount=taken, unpaid=unpaid)]
    if others := count - 1:
        more.append(ngettext("{n} more order waits.", "{n} more orders wait.", others).format(n=others))
    return sentence, " · ".join(part for part in more if part)
