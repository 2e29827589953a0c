"""What cannot be added up: values that are absurd, too precise, or contradict each other, each with a plain sentence.

Field names are `lines.0.qty`, `lines.0.price`, `lines.0.rate`, `lines.0.allowances.0`, `allowances.0`, `charges.0`,
`prepaid`, `payable_rounding`; positions count from 0 in names and from 1 in sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, localcontext

from crm_desktop.core import formats, i18n
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.money import LARGEST_MINOR, digits
from crm_desktop.sales.basket import GROSS, ITEM, NET, POSITIONS, Adjustment, Basket, Line
from crm_desktop.sales.tax_categories import CATEGORIES

DECIMALS = 6
QUANTITY_BELOW = Decimal(10**9)
PRICE_BELOW = Decimal(10**11)
_HUNDRED = Decimal(100)


def refusals(basket: Basket) -> dict[str, str]:
    """Field → sentence for everything that keeps a basket from being added up; empty if all is well."""
    found: dict[str, str] = {}
    for position, line in enumerate(basket.lines):
        if line.role not in POSITIONS:
            continue
        for field, sentence in _line(line, basket.currency):
            text = _("Line {line}: {sentence}").format(line=position + 1, sentence=sentence)
            found.setdefault(f"lines.{position}.{field}", text)
    for field, sentence in _document(basket):
        found.setdefault(field, sentence)
    return found


def _line(line: Line, currency: str) -> Iterator[tuple[str, str]]:
    quantity, price = _quantity(line.quantity), _price(line.price)
    if quantity:
        yield "qty", quantity
    if price:
        yield "price", price
    if _size(line.base_quantity, QUANTITY_BELOW) or line.base_quantity <= 0:
        yield "base_qty", _("The price is for how many units? This must be above zero.")
    elif not quantity and not price and not _fits(line, currency):
        yield "price", _("Quantity times price is too large. Please check both.")
    if sentence := _rate(line.category, line.rate):
        yield "rate", sentence
    yield from _adjustments(line.allowances, line.charges)


def _document(basket: Basket) -> Iterator[tuple[str, str]]:
    if basket.price_mode not in (NET, GROSS):
        yield "price_mode", _("Prices are either net or gross.")
    if _size(basket.prepaid, PRICE_BELOW):
        yield "prepaid", _("The amount already paid is too large. Please check it.")
    step = basket.cash_step
    if step is not None and (_size(step, _HUNDRED) or step <= 0):
        yield "payable_rounding", _("Rounding in cash needs the smallest coin, for example 0.05.")
    rate = basket.exchange_rate
    if rate is not None and (_size(rate, PRICE_BELOW, 12) or rate <= 0):
        yield "exchange_rate", _("The exchange rate must be above zero.")
    yield from _adjustments(basket.allowances, basket.charges)
    groups = {(line.category, line.rate) for line in basket.lines if line.role == ITEM}
    for name, entries in (("allowances", basket.allowances), ("charges", basket.charges)):
        for position, entry in enumerate(entries):
            if entry.category is not None and (sentence := _rate(entry.category, entry.rate)):
                yield f"{name}.{position}", sentence
            elif entry.category is None and name == "charges" and len(groups) > 1:
                yield (
                    f"{name}.{position}",
                    _("Choose the tax rate of this charge, because the lines have different ones."),
                )


def _adjustments(allowances: tuple[Adjustment, ...], charges: tuple[Adjustment, ...]) -> Iterator[tuple[str, str]]:
    for position, entry in enumerate(allowances):
        if sentence := _adjustment(entry, _HUNDRED):
            yield f"allowances.{position}", sentence
    for position, entry in enumerate(charges):
        if sentence := _adjustment(entry, Decimal(1000)):
            yield f"charges.{position}", sentence


def _adjustment(entry: Adjustment, largest_percent: Decimal) -> str:
    if (entry.amount is None) == (entry.percent is None):
        return _("Enter either an amount or a percentage.")
    if entry.percent is not None:
        if _size(entry.percent, largest_percent + 1) or not 0 <= entry.percent <= largest_percent:
            return _("A percentage lies between 0 and {largest}.").format(largest=largest_percent)
        return ""
    amount = entry.amount if entry.amount is not None else Decimal(0)
    if sentence := _size(amount, PRICE_BELOW):
        return sentence
    return _("Enter the amount without a minus sign.") if amount < 0 else ""


def _quantity(value: Decimal) -> str:
    if not value.is_finite() or abs(value) >= QUANTITY_BELOW:
        return _("The quantity {value} is too large. Please check it.").format(value=_short(value))
    return _size(value, QUANTITY_BELOW)


def _price(value: Decimal) -> str:
    if not value.is_finite() or abs(value) >= PRICE_BELOW:
        return _("The price {value} is too large. Please check it.").format(value=_short(value))
    if value < 0:
        return _("A price cannot be below zero. For a return, make the quantity negative instead.")
    return _size(value, PRICE_BELOW)


def _size(value: Decimal, below: Decimal, decimals: int = DECIMALS) -> str:
    if not value.is_finite() or abs(value) >= below:
        return _("{value} is too large. Please check it.").format(value=_short(value))
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -decimals:
        return _("Please use at most {count} decimals.").format(count=decimals)
    return ""


def _rate(code: str, rate: Decimal | None) -> str:
    category = CATEGORIES.get(code)
    if category is None:
        return _("There is no tax category {code}.").format(code=code)
    if rate is None:
        return _("Choose a tax rate.") if category.taxed else ""
    if _size(rate, Decimal(1000), 2) or not 0 <= rate <= _HUNDRED:
        return _("A tax rate lies between 0 and 100 %, with at most 2 decimals.")
    if rate and not category.taxed:
        return _("With “{category}” the tax rate is 0.").format(category=_(category.name))
    return ""


def _fits(line: Line, currency: str) -> bool:
    with localcontext(prec=60):
        return abs(line.quantity * line.price / line.base_quantity).scaleb(digits(currency)) < LARGEST_MINOR


def _short(value: Decimal) -> str:
    if not value.is_finite() or value.adjusted() > 20:
        return str(value)
    return formats.number(value, formats.locale_name(i18n.language()))
