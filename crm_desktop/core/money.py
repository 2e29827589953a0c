"""Money: integers of minor units with a currency; `Decimal` while calculating; never `float`.

Source: ISO 4217 for the minor units; half up away from zero as the billing rules ask.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

# Currencies whose minor unit is not a hundredth (ISO 4217, table A.1).
_DIGITS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"), 0
    ),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
# The largest amount of minor units that the data file takes: far above any invoice, far below 2**63.
LARGEST_MINOR = 10**15


def digits(currency: str) -> int:
    """Number of decimals of a currency's amounts: 2 for EUR, 0 for JPY."""
    return _DIGITS.get(currency, 2)


def round_amount(value: Decimal, currency: str) -> Decimal:
    """Round half up, away from zero, to the currency's own minor unit."""
    return value.quantize(Decimal(1).scaleb(-digits(currency)), rounding=ROUND_HALF_UP)


def to_minor(amount: Decimal, currency: str) -> int:
    """Turn an amount into whole minor units; the amount is rounded half up first."""
    return int(round_amount(amount, currency).scaleb(digits(currency)))


def from_minor(minor: int, currency: str) -> Decimal:
    """Turn minor units into an amount with all the currency's decimals: 1250 EUR is 12.50."""
    return Decimal(minor).scaleb(-digits(currency))
