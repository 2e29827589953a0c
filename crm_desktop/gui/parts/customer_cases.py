"""On a customer's card: their cases, the open ones first; a new one with one click."""

from __future__ import annotations

from functools import partial

from crm_desktop.care import cases
from crm_desktop.care.cases import Case
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers.customers import Customer
from crm_desktop.gui.parts import case_register, case_words
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cards import Card, Item
from crm_desktop.gui.widgets.page import Page

_SHOWN, _SOLVED = 5, 2


class CustomerCases(Card):
    """See the module."""

    def __init__(self, page: Page) -> None:
        super().__init__(_("Cases"), _("Add"), self.add)
        self._page, self._customer_id = page, 0

    def show_customer(self, found: Customer) -> None:
        """Show the cases of a customer."""
        self._customer_id = found.id
        every = cases.of_customer(found.id)
        waiting = [case for case in every if case.is_open]
        shown = [*waiting, *[case for case in every if not case.is_open][:_SOLVED]][:_SHOWN]
        open_words = _("Cases: {n} open").format(n=formats.count(len(waiting)))
        self.heading.setText(open_words if waiting else _("Cases"))
        items = [self._item(case) for case in shown]
        if len(every) > len(shown):
            more = _("{n} more").format(n=formats.count(len(every) - len(shown)))
            items.append(Item(more, on=partial(self._page.go.emit, "cases", {"view": "all", "search": found.name})))
        self.tell(items)

    def _item(self, case: Case) -> Item:
        word, tone, pill = case_words.state(case)
        due = formats.day_short(case.due_on) if case.is_open and case.due_on else word
        return Item(
            case.title,
            due,
            case_words.ICONS[case.kind],
            tone if pill else "",
            detail=" · ".join(part for part in (case.number, case_words.product(case)) if part),
            on=partial(self._page.open_record.emit, "case", case.id),
        )

    def add(self) -> None:
        """Note a complaint or request of this customer."""
        case_register.register(self._page.toast.emit, {"customer_id": self._customer_id})
