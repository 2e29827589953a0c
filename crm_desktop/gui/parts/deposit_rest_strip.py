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
from crm_desktop.gui.widgets.layouts import line_of
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.strip import Strip


class DepositRestStrip(QWidget):
    """See the module; hidden where no rest waits. One is shown at a time, the next when it is begun or left."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._acts = ChainActs(page)
        self._rest: Rest | None = None
        self.strip = Strip()
        self.leave_button = Button(_("Leave it"), "ghost", on=self._leave)
        line_of(self, self.strip, self.leave_button, margins=(24, 0, 20, 8))
        self.layout().setStretch(0, 1)  # type: ignore[attr-defined]
        self.hide()

    def refresh(self) -> None:
        """Ask what waits and say the first of it."""
        found = deposit_rest.waiting()
        self._rest = found[0] if found else None
        self.setVisible(self._rest is not None)
        if self._rest is not None:
            self.strip.tell(*_words(self._rest, len(found)), kind="info", act=_("Write final invoice"), on=self._write)

    def _write(self) -> None:
        if self._rest is not None:
            order_id = self._rest.order_id
            failures.guarded(lambda: self._acts.follow(invoices.get(order_id), INVOICE))

    def _leave(self) -> None:
        if self._rest is not None:
            failures.guarded(partial(deposit_rest.leave, self._rest.order_id))


def _words(rest: Rest, count: int) -> tuple[str, str]:
    """The sentence, and what stands behind it where there is room."""
    shown = partial(formats.money_text, currency=rest.currency)
    words = _("{amount} of {number} for {customer} is still to be billed.")
    sentence = words.format(amount=shown(rest.left_minor), number=rest.number, customer=rest.customer)
    more = [_("Deposits of {amount} are taken off").format(amount=shown(rest.deposits_minor))]
    if rest.unpaid_minor:
        more = [
            _("Deposits of {amount} are taken off, {unpaid} of them is not paid yet").format(
                amount=shown(rest.deposits_minor), unpaid=shown(rest.unpaid_minor)
            )
        ]
    if count > 1:
        more.append(ngettext("{n} more order waits", "{n} more orders wait", count - 1).format(n=count - 1))
    return sentence, " · ".join(more)
