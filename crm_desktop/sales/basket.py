"""What is to be added up: lines, discounts and charges, as they were entered. `totals.calculate` adds them up.

The shape is that of `DRAFT.json` (see `billing/draft_json.py`) without names and texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

NET, GROSS = "net", "gross"
# What a line is: only an item counts in the sums; optional and alternative positions of a quote show their price.
ITEM, OPTIONAL, ALTERNATIVE, HEADING, SUBTOTAL, COMMENT = (
    "item", "optional", "alternative", "heading", "subtotal", "comment",
)  # fmt: skip
POSITIONS, TEXTS = (ITEM, OPTIONAL, ALTERNATIVE), (HEADING, SUBTOTAL, COMMENT)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A discount or a charge: an amount, or a percentage; on a line or on the whole document.

    `category` and `rate` are for charges of the whole document, and for a discount that belongs to one tax group only.
    """

    amount: Decimal | None = None
    percent: Decimal | None = None
    reason: str = ""
    category: str | None = None
    rate: Decimal | None = None


def without_percent(reason: str, percent: Decimal | None) -> str:
    """A reason without the percentage that stands beside it anyway: "Gold" of "Gold: 5 %"."""
    if percent is None:
        return reason
    return reason.removesuffix(f": {percent.normalize():f} %")


@dataclass(frozen=True, slots=True)
class Line:
    """One line. A return has a negative quantity, never a negative price.

    `price` is for `base_quantity` units: 12.50 for 100 screws. `rate` is a percentage, None for O. `role`: only items
    are added up; optional and alternative positions have an amount of their own, headings, subtotals and comments none.
    """

    quantity: Decimal
    price: Decimal
    category: str = "S"
    rate: Decimal | None = None
    base_quantity: Decimal = Decimal(1)
    allowances: tuple[Adjustment, ...] = ()
    charges: tuple[Adjustment, ...] = ()
    role: str = ITEM


@dataclass(frozen=True, slots=True)
class Basket:
    """Lines with the discounts and charges of the whole document.

    `price_mode` says whether prices, discounts and charges are `net` or `gross`. `cash_step` is the smallest coin, for
    example 0.05 for CHF in cash. The tax in a second currency is either given (`tax_total_accounting`) or converted
    with `exchange_rate`: so many units of `tax_currency` for one of `currency`.
    """

    lines: tuple[Line, ...]
    currency: str = "EUR"
    price_mode: str = NET
    allowances: tuple[Adjustment, ...] = ()
    charges: tuple[Adjustment, ...] = ()
    prepaid: Decimal = Decimal(0)
    cash_step: Decimal | None = None
    tax_currency: str | None = None
    tax_total_accounting: Decimal | None = None
    exchange_rate: Decimal | None = None
