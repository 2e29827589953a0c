"""On a customer's page: group, rhythm, risk and what they will bring, what to offer, and the one thing to do next."""

from __future__ import annotations

from crm_desktop.billing import wording
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers.customers import Customer
from crm_desktop.gui.parts import understood_why
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cards import Card, Item
from crm_desktop.gui.widgets.page import Page
from crm_desktop.insight import baskets, customer_groups, customer_value, next_action, value_reasons
from crm_desktop.insight.customer_value import Known, Value
from crm_desktop.insight.next_action import Action

_ICONS = {
    "call": "phone", "offer": "package", "ask": "star", "renew": "file-pen", "remind": "bell", "thank": "heart-handshake",
    "leave": "hourglass", "solve": "life-buoy", "reminder": "bell", "step": "check",
}  # fmt: skip
_RISK_TONES = {"low": "green", "medium": "amber", "high": "red"}


class CustomerValue(Card):
    """See the module. Hidden while nothing was bought, and until the figures were worked out beside the window."""

    def __init__(self, _page: Page) -> None:
        super().__init__(_("How they buy"), _("Why these figures"), self.explain)
        self._name = ""
        self._value: Value | None = None
        self._known: Known | None = None

    def show_customer(self, found: Customer) -> None:
        """Show what is known of a customer."""
        self._name, self._known = found.name, customer_value.latest()
        self._value = self._known.customers.get(found.id or 0) if self._known else None
        if self._known is not None and self._value is not None:
            action = next_action.of_customer(found.id or 0, self._known, baskets.latest())
            self.tell([*_figures(self._value), *_next(action)])
        self.setVisible(self._value is not None)

    def explain(self) -> None:
        """Tell how each figure is made."""
        if self._value is not None and self._known is not None:
            understood_why.show(self._name, self._value, self._known, leads=False)


def _figures(value: Value) -> list[Item]:
    currency, items = profile.load().currency, []
    if value.marks:
        group = customer_groups.BY_KEY[value.group]
        items.append(Item(group.name, icon="users", tone=group.tone, detail=_(group.meaning)))
    if value.interval and value.next_on:
        past = value.next_on < dates.today()
        words = _("Every {n} days, was due {day}") if past else _("Every {n} days, next {day}")
        said = words.format(n=formats.count(value.interval), day=formats.day(value.next_on))
        items.append(Item(said, icon="repeat"))
    if value.alive is not None:
        items.append(_risk(value))
    if value.lifetime_minor is not None and value.future_minor is not None:
        future = _("{amount} of it in the coming 12 months").format(amount=wording.amount(value.future_minor, currency))
        worth = wording.amount(value.lifetime_minor, currency)
        items.append(Item(_("Lifetime value"), worth, "coins", detail=future))
    return items


def _risk(value: Value) -> Item:
    words = value_reasons.risk_words(value)
    if not value.risk:  # a sentence, which finds no room at the right
        return Item(_("Risk of leaving"), icon="hourglass", detail=words)
    return Item(_("Risk of leaving"), words, "hourglass", _RISK_TONES[value.risk])


def _next(action: Action | None) -> list[Item]:
    if action is None:
        return []
    return [Item(_("Next: {act}").format(act=action.words), "", _ICONS[action.act], detail=action.reason)]
