"""The papers of a deal as rows: quotes, invoices, contracts, each with what became of it; a click opens it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from crm_desktop.billing import kinds, quotes
from crm_desktop.billing.deal_drafts import Link
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts import deal_words
from crm_desktop.gui.parts.deal_acts import DealActs
from crm_desktop.gui.parts.document_words import kind_icon
from crm_desktop.gui.widgets.cards import Item
from crm_desktop.sales import contracts


def items(found: Sequence[Link], acts: DealActs) -> list[Item]:
    """One row a paper."""
    return [_item(one, acts) for one in found]


def _item(one: Link, acts: DealActs) -> Item:
    money = deal_words.amount(one.value_minor, one.currency)
    if one.record == "contract":
        words = _(contracts.STATES[one.state])
        detail = " · ".join((_("Contract"), words))
        return Item(
            one.title or one.number,
            money,
            "file-pen",
            detail=detail,
            on=partial(acts.show_link, one),
        )
    state = _(quotes.STATES[one.outcome]) if one.outcome else ""
    if one.state == "draft":
        state = _("Draft")
    words = " · ".join(part for part in (kinds.name(one.kind), state) if part)
    return Item(
        one.number or kinds.name(one.kind), money, kind_icon(one.kind), detail=words, on=partial(acts.show_link, one)
    )
