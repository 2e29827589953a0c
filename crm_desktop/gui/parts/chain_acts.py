"""What one does with a quote, an order or a delivery: decide it, let the next document follow, bill a deposit or a part.

Each act makes a draft and opens it; nothing is issued here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from crm_desktop.billing import chain, deal_quotes, deductions, deposits, kinds, quotes
from crm_desktop.billing.chain import SourceLine
from crm_desktop.billing.document import (
    ALTERNATIVE,
    DELIVERY_NOTE,
    INVOICE,
    ITEM,
    OPTIONAL,
    ORDER_CONFIRMATION,
    QUOTE,
    Document,
    Draft,
)
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import from_minor, to_minor
from crm_desktop.gui import failures
from crm_desktop.gui.parts import deal_words
from crm_desktop.gui.parts.lines_choice import LinesChoice, LinesSheet, Offered
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.page import Page
from crm_desktop.sales.opportunities import Opportunity

_CHOICES = (OPTIONAL, ALTERNATIVE)


def verb(kind: str, *, final: bool = False) -> str:
    """What the button says that makes the next document."""
    if kind == INVOICE and final:
        return _("Final invoice")
    return {
        ORDER_CONFIRMATION: _("Confirm order"),
        DELIVERY_NOTE: _("Write delivery note"),
        INVOICE: _("Write invoice"),
    }.get(kind, kinds.name(kind))


class ChainActs:
    """The acts of one page; see the module."""

    def __init__(self, page: Page) -> None:
        self._page = page

    # ---- what became of a quote --------------------------------------------------------------------------------------

    def accept(self, document: Document) -> None:
        """Note that the customer wants it; the deal of the quote is won by it."""
        won: list[Opportunity] = []
        if failures.guarded(lambda: won.extend(deal_quotes.accept(document.id or 0))):
            words = _("{number} accepted").format(number=document.number)
            self._page.toast.emit(deal_words.won([deal.title for deal in won]) if won else words, True)

    def decline(self, document: Document) -> None:
        """Note that the customer does not want it, and why."""
        fields = [Field("reason", _("Why, in their words"), "lines", rows=2)]
        heading = _("Was {number} declined?").format(number=document.number)
        text = _("The reason is kept with the quote and in the customer's timeline. It may stay empty.")
        found = dialogs.fill_in(heading, fields, {}, act=_("Decline"), text=text)
        if found is None:
            return
        if failures.guarded(partial(quotes.decline, document.id or 0, found["reason"])):
            self._page.toast.emit(_("{number} declined").format(number=document.number), True)

    def reopen(self, document: Document) -> None:
        """Take the decision back."""
        if failures.guarded(partial(quotes.reopen, document.id or 0)):
            self._page.toast.emit(_("{number} is open again").format(number=document.number), True)

    # ---- what follows ------------------------------------------------------------------------------------------------

    def follow(self, document: Document, kind: str) -> None:
        """Make the next document of a kind; options of a quote are asked for where there are any."""
        options = self._options(document, kind)
        if not options:
            self._open(partial(chain.follow, document.id or 0, kind))
            return
        choice = LinesChoice(options, document.currency)
        made = LinesSheet(
            _("What does the customer want?"),
            _("{number} offers positions to choose from. What is not ticked is left out.").format(
                number=document.number
            ),
            choice,
            act=verb(kind),
            run=lambda chosen: chain.follow(document.id or 0, kind, chosen=chosen.chosen()),
        )
        self._open_made(made)

    def _options(self, document: Document, kind: str) -> list[Offered]:
        if document.kind != QUOTE:
            return []
        found, above = [], ""
        for source in chain.lines_of(document.id or 0):
            if source.line.role == ITEM:
                above = source.line.name
            elif source.line.role in _CHOICES and source.rest.get(kind):
                optional = source.line.role == OPTIONAL or not above
                detail = _("Optional") if optional else _("Instead of {name}").format(name=above)
                found.append(Offered(source.id, source.line.name, source.amount, detail))
        return found

    def part(self, document: Document, kind: str) -> None:
        """Bill or deliver chosen lines, and so much of each."""
        offered = [
            Offered(
                source.id,
                source.line.name,
                self._left_amount(source, kind),
                _("{n} left").format(n=formats.quantity(source.rest[kind])),
                source.rest[kind],
            )
            for source in chain.lines_of(document.id or 0)
            if source.rest.get(kind) and source.line.role not in _CHOICES
        ]
        heading = _("Bill which part of {number}?") if kind == INVOICE else _("Deliver which part of {number}?")
        made = LinesSheet(
            heading.format(number=document.number),
            _("Tick the lines and change how many. The rest waits."),
            LinesChoice(offered, document.currency, quantities=True),
            act=_("Write partial invoice") if kind == INVOICE else verb(kind),
            run=partial(_partly, document, kind),
            tell=partial(_sum_words, document.currency),
        )
        self._open_made(made)

    @staticmethod
    def _left_amount(source: SourceLine, kind: str) -> Decimal:
        line = source.line
        return source.amount * source.rest[kind] / line.quantity if line.quantity else source.amount

    def deposit(self, document: Document) -> None:
        """Bill a share of an order before the work."""
        money = document.currency
        total = to_minor(document.totals.grand_total, money)
        left = to_minor(deposits.left(document.id or 0), money)
        text = _("{number} is {total} with tax, {left} of it is not billed yet. The final invoice deducts the deposit.")
        fields = [
            Field("percent", _("Share in %"), "number", decimals=2, width=0.5),
            Field("amount", _("Or an amount, tax included"), "money", currency=money, width=0.5),
        ]
        made: list[Draft] = []

        def check(values: dict[str, Any]) -> None:
            amount = from_minor(values["amount"], money) if values["amount"] is not None else None
            made.append(deposits.deposit(document.id or 0, percent=values["percent"], amount=amount))

        shown = text.format(
            number=document.number,
            total=formats.money_text(total, money),
            left=formats.money_text(left, money),
        )
        heading = _("Deposit on {number}").format(number=document.number)
        if dialogs.fill_in(heading, fields, {}, act=_("Write deposit invoice"), check=check, text=shown) is not None:
            self._show(made[-1])

    # ---- opening -----------------------------------------------------------------------------------------------------

    def _open(self, make: Callable[[], Draft]) -> None:
        made: list[Draft] = []
        if failures.guarded(lambda: made.append(make())):
            self._show(made[0])

    def _open_made(self, sheet: LinesSheet) -> None:
        if sheet.ask() == "act" and sheet.made is not None:
            self._show(sheet.made)

    def _show(self, draft: Draft) -> None:
        self._page.open_record.emit("draft", draft.id or 0)


def _partly(document: Document, kind: str, choice: LinesChoice) -> Draft:
    if kind == INVOICE and document.kind in (QUOTE, ORDER_CONFIRMATION):
        return deposits.partial(document.id or 0, choice.quantities())
    return chain.follow(document.id or 0, kind, quantities=choice.quantities())


def _sum_words(currency: str, choice: LinesChoice) -> str:
    if not choice.chosen():
        return _("Nothing is ticked yet.")
    shown = formats.money_text(to_minor(choice.sum(), currency), currency)
    return _("Lines worth {amount}").format(amount=shown)


def can_bill_parts(document: Document, follows: Sequence[str]) -> bool:
    """Whether deposits and partial invoices are possible."""
    return document.kind in (QUOTE, ORDER_CONFIRMATION) and INVOICE in follows


def is_final(document: Document) -> bool:
    """Whether an invoice that follows now deducts what was billed before."""
    return bool(deductions.of_family(document.id or 0, partials=document.kind != DELIVERY_NOTE))
