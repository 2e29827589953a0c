"""On a customer's card: their deals with stage and next step, and a new one with one click."""

from __future__ import annotations

from functools import partial

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers.customers import Customer
from crm_desktop.gui.parts import deal_words
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cards import Card, Item
from crm_desktop.gui.widgets.page import Page
from crm_desktop.sales import opportunities
from crm_desktop.sales.opportunities import Opportunity

_SHOWN = 4


class CustomerDeals(Card):
    """See the module."""

    def __init__(self, page: Page) -> None:
        super().__init__(_("Deals"), _("New deal"), self.begin)
        self._page, self._customer_id = page, 0

    def show_customer(self, found: Customer) -> None:
        """Show the deals of a customer, open ones first."""
        self._customer_id = found.id or 0
        deals = opportunities.of_customer(self._customer_id)
        items = [self._item(deal) for deal in deals[:_SHOWN]]
        if len(deals) > _SHOWN:
            more = _("{n} more").format(n=formats.count(len(deals) - _SHOWN))
            items.append(Item(more, on=partial(self._page.go.emit, "pipeline", {"view": "list", "search": found.name})))
        self.tell(items)

    def _item(self, deal: Opportunity) -> Item:
        money = deal_words.amount(deal.value_minor, deal.currency) if deal.value_minor else ""
        icon, tone = {"won": ("check", "green"), "lost": ("x", "")}.get(deal.state, ("square-kanban", ""))
        if deal.stale:
            icon, tone = "hourglass", "amber"
        open_it = partial(self._page.open_record.emit, "opportunity", deal.id)
        return Item(deal.title, money, icon, tone, detail=_detail(deal), on=open_it)

    def begin(self) -> None:
        """Write a new deal of this customer."""
        self._page.go.emit("opportunity", {"id": 0, "customer_id": self._customer_id})


def _detail(deal: Opportunity) -> str:
    if deal.state != "open":
        closed = formats.day_near(deal.closed_on)
        state = _(opportunities.STATES[deal.state])
        return " · ".join(part for part in (state, closed, deal.lost_reason) if part)
    if deal.stale:
        return f"{deal.stage} · {deal_words.silent(deal)}"
    day = f", {deal_words.day(deal.next_on)}" if deal.next_on else ""
    return f"{deal.stage} · {deal.next_step}{day}" if deal.next_step else f"{deal.stage}{day}"
