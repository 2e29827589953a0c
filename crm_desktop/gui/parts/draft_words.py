"""Words and choices for a draft: its title, the language on paper, the taxes that may be chosen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from crm_desktop.billing import parties
from crm_desktop.billing.document import CREDIT_NOTE, RECEIPT, Draft
from crm_desktop.company import profile, tax_rates
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts.line_sheet import Tax
from crm_desktop.gui.widgets import choices
from crm_desktop.sales.tax_categories import CATEGORIES


def today() -> date:
    """This day."""
    return dates.today()


def language_name(language: str) -> str:
    """The language of the paper in the language of the screen."""
    return dict(choices.document_languages()).get(language, language)


def usual_text(language: str, name: str) -> str:
    """The company's opening ("intro") or closing text in a language."""
    return (profile.load().texts or {}).get(language, {}).get(name, "")


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
    if draft.kind == RECEIPT:
        words = _("Receipt for {name}") if named else _("Sale over the counter")
    elif draft.kind == CREDIT_NOTE:
        words = _("Credit note for {name}")
    else:
        words = _("Invoice for {name}") if named else _("New invoice")
    return words.format(name=parties.name_of(draft))


def issue_words(draft: Draft, number: str) -> str:
    """The words on the filled button."""
    words = _("Issue {number}, paid") if draft.kind == RECEIPT else _("Issue {number}")
    return words.format(number=number)


def issued_words(kind: str, number: str) -> str:
    """What the toast says after issuing."""
    if kind == RECEIPT:
        return _("{number} issued and paid").format(number=number)
    return _("{number} issued").format(number=number)
