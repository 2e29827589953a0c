"""The customer's own prices in the editor: offered with where they come from, and kept in step with the quantity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from crm_desktop.billing import drafts
from crm_desktop.billing.document import Draft, DraftLine
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.suggest import Suggestion
from crm_desktop.sales import catalogue, price_lists
from crm_desktop.sales.catalogue import Item


def source_words(item: Item, draft: Draft, quantity: Decimal = Decimal(1)) -> str:
    """Where the price of an item comes from for a draft's customer; empty for the usual price."""
    if drafts.own_price_of(item, draft, quantity) is None:
        return ""
    own = price_lists.price_of(item, draft.customer_id, quantity, draft.issue_on)
    if own is None:
        return ""
    if own.from_quantity > 1:
        words = _("{list}, from {n} on")
        return words.format(list=own.list_name, n=formats.quantity(own.from_quantity))
    return own.list_name


def suggestions(draft: Draft, price_text: Callable[[Decimal], str]) -> Callable[[str], list[Suggestion]]:
    """The items of the price list for what was typed, with the price that this customer pays."""

    def find(typed: str) -> list[Suggestion]:
        return [_suggestion(item, draft, price_text) for item in catalogue.find(typed)]

    return find


def _suggestion(item: Item, draft: Draft, price_text: Callable[[Decimal], str]) -> Suggestion:
    own = drafts.own_price_of(item, draft) or item
    price = price_text(own.price)
    if own.currency != draft.currency:
        price = f"{price} {own.currency}"
    detail = " · ".join(part for part in (item.number, source_words(item, draft)) if part)
    return Suggestion(item, item.name, detail, price, "package" if item.kind == "product" else "hammer")


def line(item: Item, draft: Draft, before: DraftLine) -> DraftLine:
    """The line for an item that was picked, at the price for the quantity that stands there already."""
    return drafts.line_of(item, draft, before.quantity)


def keep_step(draft: Draft) -> Callable[[DraftLine, DraftLine], DraftLine]:
    """What to do when a quantity changes: a price that was by list follows the new quantity, one by hand stays."""

    def follow(before: DraftLine, after: DraftLine) -> DraftLine:
        items = catalogue.rows([after.item_id]) if after.item_id and draft.customer_id else []
        if not items or drafts.line_of(items[0], draft, before.quantity).price != before.price:
            return after
        return replace(after, price=drafts.line_of(items[0], draft, after.quantity).price)

    return follow


def for_customer(draft: Draft, before: Draft) -> Draft:
    """The lines of a draft at the prices of its new customer, where they were at those of the one before."""
    lines = []
    for found in draft.lines:
        items = catalogue.rows([found.item_id]) if found.item_id else []
        if items and drafts.line_of(items[0], before, found.quantity).price == found.price:
            lines.append(replace(found, price=drafts.line_of(items[0], draft, found.quantity).price))
        else:
            lines.append(found)
    return replace(draft, lines=tuple(lines))
