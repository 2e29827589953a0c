"""Deposit invoices (type 386) before the work and partial invoices (326) along the way, both for an order or a quote.

A deposit bills a share of the whole order, in proportion to its tax rates. A partial invoice bills chosen lines. The
final invoice (`chain.follow(…, "invoice")`) lists everything and deducts both, per rate, with number and date.

Source: docs/decisions/0020-deposits.md; § 14 Abs. 5 UStG; UNTDID 1001.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from crm_desktop.billing import chain, deductions, drafts, family, rows, wording
from crm_desktop.billing.document import (
    DEPOSIT,
    INVOICE,
    ORDER_CONFIRMATION,
    PARTIAL,
    QUOTE,
    Deduction,
    Document,
    Draft,
    DraftLine,
)
from crm_desktop.core import formats
from crm_desktop.core.errors import Conflict, ValidationError
from crm_desktop.core.i18n import document_text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import from_minor, round_amount, to_minor
from crm_desktop.sales import totals
from crm_desktop.sales.basket import GROSS
from crm_desktop.sales.totals import TaxGroup

Key = tuple[str, Decimal | None]


def why_not(document: Document) -> str | None:
    """The reason why no deposit or partial invoice can be made for a document, or None."""
    if document.kind not in (QUOTE, ORDER_CONFIRMATION):
        return _("Deposits are for quotes and orders.")
    if reason := chain.why_not(document):
        return reason
    if INVOICE not in chain.next_kinds(document):
        return _("{number} is billed in full already.").format(number=document.number)
    return None


def left(order_id: int) -> Decimal:
    """What of an order, with tax, no deposit or partial invoice has billed yet.

    Raises:
        NotFound: it is no longer there.
    """
    return sum(_rest(rows.read_document(order_id), gross=True).values(), Decimal(0))


def deposit(order_id: int, *, percent: Decimal | None = None, amount: Decimal | None = None) -> Draft:
    """A deposit invoice for a quote or order, as a saved draft: one line for each tax rate of the order.

    Args:
        order_id: an issued quote or order confirmation.
        percent: so much of the order, in its own price mode.
        amount: or exactly this amount, tax included.

    Raises:
        ValidationError: neither or both are given, or it is more than what is left to bill; field → sentence.
        Conflict: there is nothing to make a deposit for.
        NotFound: the order is no longer there.
    """
    order = rows.read_document(order_id)
    if reason := why_not(order):
        raise Conflict(reason)
    gross = amount is not None or order.price_mode == GROSS
    rest = _rest(order, gross=gross)
    wanted = _wanted(order, percent, amount, sum(rest.values(), Decimal(0)), gross=gross)
    shares = totals.split(wanted, list(rest.values()), order.currency)
    name = _name(order, percent)
    lines = tuple(
        DraftLine(name=name, unit="LS", price=share, category=category, rate=rate)
        for (category, rate), share in zip(rest, shares, strict=True)
        if share
    )
    draft = replace(
        _begin(order, DEPOSIT, lines), price_mode=GROSS if gross else order.price_mode, service_from=None, charges=()
    )
    return drafts.save(replace(draft, allowances=()))


def _rest(order: Document, *, gross: bool) -> dict[Key, Decimal]:
    """What is left to bill of each tax group of an order: with tax, or without."""

    def size(part: TaxGroup | Deduction) -> Decimal:
        return part.basis + part.tax if gross else part.basis

    rest = {(group.category, group.rate): size(group) for group in order.totals.breakdown}
    for part in deductions.of_family(order.id or 0, partials=True):
        key = part.category, part.rate
        rest[key] = max(rest.get(key, Decimal(0)) - size(part), Decimal(0))
    return rest


def _wanted(order: Document, percent: Decimal | None, amount: Decimal | None, rest: Decimal, *, gross: bool) -> Decimal:
    if (percent is None) == (amount is None):
        raise ValidationError({"amount": _("Enter either an amount or a percentage.")})
    if percent is not None:
        if not percent.is_finite() or not 0 < percent <= 100:
            raise ValidationError({"percent": _("A deposit is more than 0% and at most 100%.")})
        whole = order.totals.grand_total if gross else order.totals.tax_basis
        wanted = round_amount(whole * percent / 100, order.currency)
    else:
        wanted = round_amount(amount or Decimal(0), order.currency)
    if wanted <= 0:
        raise ValidationError({"amount": _("Enter an amount above 0.")})
    if wanted > rest:
        shown = wording.amount(to_minor(rest, order.currency), order.currency)
        sentence = _("Only {amount} of {number} is left to bill.").format(amount=shown, number=order.number)
        raise ValidationError({"percent" if percent is not None else "amount": sentence})
    return from_minor(to_minor(wanted, order.currency), order.currency)


def _name(order: Document, percent: Decimal | None) -> str:
    say = order.language
    whole = {
        QUOTE: document_text(say, "Deposit on quote {number}"),
        ORDER_CONFIRMATION: document_text(say, "Deposit on order {number}"),
    }
    share = {
        QUOTE: document_text(say, "Deposit of {percent} on quote {number}"),
        ORDER_CONFIRMATION: document_text(say, "Deposit of {percent} on order {number}"),
    }
    if percent is None:
        return whole[order.kind].format(number=order.number)
    shown = formats.percent(percent, formats.locale_name(say, order.buyer.get("country", "")))
    return share[order.kind].format(percent=shown, number=order.number)


def partial(order_id: int, quantities: Mapping[int, Decimal] | None = None) -> Draft:
    """A partial invoice for lines of a quote or order, as a saved draft; all that is left unless lines are named.

    Discounts of the order in per cent hold here too; those in money wait for the final invoice.

    Raises:
        Conflict: there is nothing left to bill.
        NotFound: the order is no longer there.
    """
    order = rows.read_document(order_id)
    if reason := why_not(order):
        raise Conflict(reason)
    lines = chain.take(order, family.Lines(order_id), INVOICE, quantities=quantities)
    if not lines:
        raise Conflict(_("{number} is billed in full already.").format(number=order.number))
    draft = _begin(order, PARTIAL, lines)
    return drafts.save(
        replace(
            draft,
            allowances=tuple(entry for entry in draft.allowances if entry.amount is None),
            charges=tuple(entry for entry in draft.charges if entry.amount is None),
        )
    )


def _begin(order: Document, type_code: str, lines: tuple[DraftLine, ...]) -> Draft:
    return replace(chain.begin(order, INVOICE, lines), type_code=type_code)
