"""Words and choices for a draft: its title, the language on paper, the taxes that may be chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from crm_desktop.billing import deductions, invoice_list, kinds, parties
from crm_desktop.billing.document import (
    CORRECTED,
    CREDIT_NOTE,
    DELIVERY_NOTE,
    DEPOSIT,
    INVOICE,
    ORDER_CONFIRMATION,
    PARTIAL,
    PROFORMA,
    QUOTE,
    RECEIPT,
    Draft,
)
from crm_desktop.company import profile, tax_rates
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui.parts.line_sheet import Tax
from crm_desktop.gui.widgets import choices, formats
from crm_desktop.sales import totals
from crm_desktop.sales.tax_categories import CATEGORIES


def today() -> date:
    """This day."""
    return dates.today()


def language_name(language: str) -> str:
    """The language of the paper in the language of the screen."""
    return dict(choices.document_languages()).get(language, language)


def usual_text(kind: str, language: str, name: str) -> str:
    """The opening ("intro") or closing text that a kind of document usually has in a language."""
    own = (profile.load().texts or {}).get(language, {})
    return kinds.texts(kind, language, own)[("intro", "closing").index(name)]


def taxes(draft: Draft) -> list[Tax]:
    """The rates of the service day, the usual one first, then the reasons for no tax."""
    found: list[Tax] = []
    for rate in tax_rates.rates_on(draft.service_day or dates.today()):
        tax = (rate.category, Decimal(rate.rate_bp) / 100)
        if tax not in found:
            found.append(tax)
    named = {code for code, _rate in found if not CATEGORIES[code].taxed}
    rest = [code for code, made in CATEGORIES.items() if not made.taxed and code not in named]
    return [*found, *((code, Decimal(0) if CATEGORIES[code].has_rate else None) for code in rest)]


def title(draft: Draft) -> str:
    """The heading of the editor."""
    named = draft.customer_id is not None or bool(draft.buyer.get("name"))
    words = _titles(draft)[0 if named else 1]
    return words.format(name=parties.name_of(draft))


def _titles(draft: Draft) -> tuple[str, str]:
    """The heading with and without a customer."""
    if draft.kind == INVOICE:
        usual = (_("Invoice for {name}"), _("New invoice"))
        if draft.deductions:
            usual = (_("Final invoice for {name}"), _("Final invoice"))
        return {
            DEPOSIT: (_("Deposit invoice for {name}"), _("Deposit invoice")),
            PARTIAL: (_("Partial invoice for {name}"), _("Partial invoice")),
            CORRECTED: (_("Corrected invoice for {name}"), _("Corrected invoice")),
        }.get(draft.type_code, usual)
    return {
        RECEIPT: (_("Receipt for {name}"), _("Sale over the counter")),
        CREDIT_NOTE: (_("Credit note for {name}"), _("Credit note for {name}")),
        QUOTE: (_("Quote for {name}"), _("New quote")),
        ORDER_CONFIRMATION: (_("Order confirmation for {name}"), _("New order confirmation")),
        DELIVERY_NOTE: (_("Delivery note for {name}"), _("New delivery note")),
        PROFORMA: (_("Proforma invoice for {name}"), _("New proforma invoice")),
    }[draft.kind]


def origin(draft: Draft) -> str:
    """What a draft follows from or corrects, in a sentence; empty where it stands alone."""
    if draft.preceding_number:
        words = _("Replaces {number} of {day}") if draft.kind == INVOICE else _("Corrects {number} of {day}")
        day = formats.day_short(draft.preceding_on) if draft.preceding_on else formats.DASH
        return words.format(number=draft.preceding_number, day=day)
    if draft.source_id is None:
        return ""
    found = next(iter(invoice_list.rows([draft.source_id])), None)
    return _("Follows from {name}").format(name=kinds.numbered(found.kind, found.number)) if found else ""


def deducted_anew(draft: Draft) -> Draft:
    """A final invoice with what is left to deduct now of the deposits and partial invoices of its order."""
    if draft.source_id is None:
        return replace(draft, deductions=())
    source = invoice_list.rows([draft.source_id])
    partials = bool(source) and source[0].kind != DELIVERY_NOTE
    sums = totals.calculate(replace(draft, deductions=()).basket())
    found = deductions.of_family(draft.source_id, partials=partials)
    return replace(draft, deductions=deductions.within(found, sums))


def stopped(kind: str, count: int) -> str:
    """How many things keep a draft from being issued."""
    if kind == RECEIPT:
        words = ngettext(
            "{n} thing stops this receipt from being issued", "{n} things stop this receipt from being issued", count
        )
    elif kind == CREDIT_NOTE:
        words = ngettext(
            "{n} thing stops this credit note from being issued",
            "{n} things stop this credit note from being issued",
            count,
        )
    elif kind == INVOICE:
        words = ngettext(
            "{n} thing stops this invoice from being issued", "{n} things stop this invoice from being issued", count
        )
    else:
        words = ngettext(
            "{n} thing stops this document from being issued", "{n} things stop this document from being issued", count
        )
    return words.format(n=count)


def issue_words(draft: Draft, number: str) -> str:
    """The words on the filled button."""
    words = _("Issue {number}, paid") if draft.kind == RECEIPT else _("Issue {number}")
    return words.format(number=number)


def issued_words(kind: str, number: str) -> str:
    """What the toast says after issuing."""
    if kind == RECEIPT:
        return _("{number} issued and paid").format(number=number)
    return _("{number} issued").format(number=number)
