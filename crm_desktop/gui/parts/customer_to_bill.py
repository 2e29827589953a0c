"""On a customer's card: what of them waits to be billed, and the draft of it with one click; hidden when nothing waits."""

from __future__ import annotations

from functools import partial

from crm_desktop.billing import to_bill
from crm_desktop.billing.document import Draft
from crm_desktop.care import loyalty
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import failures
from crm_desktop.gui.parts import to_bill_words
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cards import Card, Item
from crm_desktop.gui.widgets.page import Page

_SHOWN = 4


class CustomerToBill(Card):
    """See the module."""

    def __init__(self, page: Page) -> None:
        super().__init__(_("To bill"), _("Bill this"), self.bill)
        self._page, self._customer_id = page, 0

    def show_customer(self, customer_id: int) -> None:
        """Show what waits of a customer."""
        self._customer_id = customer_id
        found = to_bill.entries(customer_id)
        self.setVisible(bool(found))
        if not found:
            return
        self.heading.setText(_("To bill: {amount}").format(amount=to_bill_words.sums(to_bill.sums(found))))
        items = [
            Item(
                entry.title,
                formats.money_text(entry.net_minor, entry.currency),
                detail=to_bill_words.detail(entry),
                on=partial(self._page.go.emit, "to_bill", {"select": customer_id}),
            )
            for entry in found[:_SHOWN]
        ]
        if len(found) > _SHOWN:
            more = _("{n} more").format(n=formats.count(len(found) - _SHOWN))
            items.append(Item(more, on=partial(self._page.go.emit, "to_bill", {"select": customer_id})))
        self.tell(items)

    def bill(self) -> None:
        """Make a draft of all that waits and open it."""
        made: list[Draft] = []
        if failures.guarded(lambda: made.extend(loyalty.bill(self._customer_id))):
            self._page.open_record.emit("draft", made[0].id)
