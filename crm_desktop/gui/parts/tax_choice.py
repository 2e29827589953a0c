"""How something is taxed, as one choice: the rates of the settings, then the ways of not being taxed."""

from __future__ import annotations

from decimal import Decimal

from crm_desktop.company import tax_rates
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets import formats
from crm_desktop.sales.tax_categories import CATEGORIES, category_name

Tax = tuple[str, int]


def tax_name(category: str, rate_bp: int) -> str:
    """A way of being taxed in words: "19%", "Zero rate", "Reverse charge"."""
    return formats.percent(rate_bp) if CATEGORIES[category].taxed else category_name(category)


def choices(own: Tax | None = None) -> list[tuple[Tax, str]]:
    """(category, rate in hundredths of a percent) with its words; `own` is offered too where it is none of today's."""
    found: dict[Tax, str] = {}
    for rate in tax_rates.rates_on(dates.today()):
        key = (rate.category, rate.rate_bp)
        found[key] = " ".join(part for part in (tax_name(*key), rate.name if rate.rate_bp else "") if part)
    if own is not None and own not in found:
        found[own] = _("{tax}, no longer in the settings").format(tax=tax_name(*own))
    for code, category in CATEGORIES.items():
        if not category.taxed and not any(key[0] == code for key in found):
            found[code, 0] = category_name(code)
    return list(found.items())


def price_text(price: Decimal) -> str:
    """A price with two decimals, or as many more as it has: "12.50", "0.0375"."""
    exponent = price.normalize().as_tuple().exponent
    return formats.number(price, max(2, -exponent) if isinstance(exponent, int) else 2)
