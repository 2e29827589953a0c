"""Amounts as people write them in spreadsheets: "1.234,50 €", "(400.00)", "$96.68 ", "1'234.50 CHF".

One value rarely says whether its only comma or dot is the decimal sign; the whole column does. `DecimalSign.of` proves
it on all values, and `parse_amount` then reads each of them; a value that proves itself is never bent to the column's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from crm_desktop.core.money import LARGEST_MINOR

SYMBOLS = {
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
    "¥": "JPY",
    "zł": "PLN",
    "kč": "CZK",
    "ft": "HUF",
    "fr.": "CHF",
    "euro": "EUR",
}
_SYMBOL_AT = re.compile(
    r"€|\$|£|¥|zł|kč|\bft\b|\bfr\.|\b(?:"
    r"EUR|USD|CHF|GBP|PLN|CZK|HUF|SEK|NOK|DKK|RON|BGN|JPY|CNY|INR|CAD|AUD|NZD|TRY|MXN|BRL|ZAR|RUB|UAH|ISK|SGD|HKD|ILS"
    r"|AED|SAR|EURO|KN|LEI)\b",
    re.IGNORECASE,
)
_GROUPING = str.maketrans(dict.fromkeys(" \u00a0\u202f\u2009'\u2019\u2018`´", ""))
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2012": "-"})
_DASH_CENTS = re.compile(r"[,.][-\u2013\u2014]{1,2}$")
_DIGITS = re.compile(r"[\d.,]*\d[\d.,]*\Z")
_LONGEST = 60
_LARGEST = Decimal(LARGEST_MINOR)


def currency_in(text: str) -> str | None:
    """The currency that stands beside an amount: "12,50 €" is EUR; None where there is none."""
    for found in _SYMBOL_AT.findall(text):
        known = SYMBOLS.get(found.lower())
        if known:
            return known
        if len(found) == 3 and found.upper() != "LEI":
            return str(found).upper()
    return None


def _bare(text: str) -> tuple[str, bool] | None:
    """Digits with their dots and commas, and whether the amount is negative; None for anything else."""
    if len(text) > _LONGEST:
        return None
    rest = _DASH_CENTS.sub("", _SYMBOL_AT.sub("", text.strip()).strip()).translate(_MINUS).translate(_GROUPING)
    negative = False
    if rest.startswith("(") and rest.endswith(")"):
        negative, rest = True, rest[1:-1]
    if rest.startswith("-") or rest.endswith("-"):
        negative, rest = not negative, rest.strip("-")
    rest = rest.removeprefix("+").removesuffix("%")
    return (rest, negative) if rest.isascii() and _DIGITS.match(rest) else None


def _own_sign(digits: str) -> str | None:
    """The decimal sign that the value itself proves: "," or "."; "" where it has none; None where both fit."""
    dot, comma = digits.rfind("."), digits.rfind(",")
    if dot < 0 and comma < 0:
        return ""
    if dot >= 0 and comma >= 0:
        return "." if dot > comma else ","
    sign = "." if dot >= 0 else ","
    if digits.count(sign) > 1:
        return ""
    before, after = digits.split(sign)
    if len(after) != 3 or len(before) > 3 or not before or before.startswith("0"):
        return sign
    return None


def _groups_hold(whole: str, sign: str) -> bool:
    """Whether what stands before the decimal sign is plain digits, or digits in groups of three."""
    other = "," if sign == "." else "."
    if sign in whole:
        return False
    first, *rest = whole.split(other)
    # Indian grouping (1,00,000) has pairs, except for the last group.
    return not rest or (0 < len(first) <= 3 and len(rest[-1]) == 3 and all(len(group) in {2, 3} for group in rest[:-1]))


def _number(digits: str, sign: str) -> Decimal | None:
    whole, _, part = digits.rpartition(sign) if sign and sign in digits else (digits, "", "")
    if sign == "":
        repeated = "." if "." in whole else ","
        if repeated in whole and not _groups_hold(whole, "," if repeated == "." else "."):
            return None
    elif not _groups_hold(whole, sign) or not (part.isdigit() or not part):
        return None
    plain = whole.replace(".", "").replace(",", "")
    return Decimal(f"{plain or 0}.{part or 0}") if part else Decimal(plain or 0)


def parse_amount(value: object, sign: str = ".") -> Decimal | None:
    """Read an amount; `sign` is the column's decimal sign and decides where the value alone does not.

    Returns None for anything that is not one amount within what the data file can hold.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        number = Decimal(repr(value)) if abs(value) < 1e15 else None
        return number if number is None or not isinstance(value, float) else round(number, 10).normalize() + 0
    found = _bare(value) if isinstance(value, str) else None
    if not found:
        return None
    digits, negative = found
    own = _own_sign(digits)
    number = _number(digits, sign if own is None else own)
    if number is None or number > _LARGEST:
        return None
    return -number if negative else number


@dataclass(frozen=True)
class DecimalSign:
    """What a whole column says about its decimal sign.

    `sign` is used for values that do not prove it themselves; `doubtful` counts those, where nothing decided for them.
    """

    sign: str
    proved: bool
    doubtful: int
    example: str = ""
    commas: int = 0
    dots: int = 0

    @classmethod
    def of(cls, values: Iterable[object], default: str = ".") -> DecimalSign:
        """Look at every text of the column; numbers of the spreadsheet prove nothing and need nothing."""
        commas = dots = doubtful = 0
        example = ""
        for value in values:
            found = _bare(value) if isinstance(value, str) else None
            if found is None:
                continue
            own = _own_sign(found[0])
            if own is None:
                doubtful += 1
                example = example or str(value).strip()
            commas, dots = commas + (own == ","), dots + (own == ".")
        return cls._decide(commas, dots, doubtful, example, default)

    @classmethod
    def sum(cls, parts: Iterable[DecimalSign], default: str = ".") -> DecimalSign:
        """What several stretches of a column say together."""
        known = list(parts)
        commas, dots = sum(p.commas for p in known), sum(p.dots for p in known)
        unproved = sum(p.doubtful for p in known)
        return cls._decide(commas, dots, unproved, next((p.example for p in known if p.example), ""), default)

    @classmethod
    def _decide(cls, commas: int, dots: int, doubtful: int, example: str, default: str) -> DecimalSign:
        sign = default if commas == dots else "," if commas > dots else "."
        return cls(sign, commas != dots or not doubtful, doubtful, example, commas, dots)

    @property
    def tells(self) -> bool:
        """Whether some value fits one sign alone."""
        return self.commas != self.dots

    @property
    def asks(self) -> bool:
        """Whether the user should be asked: values fit both ways and nothing, or both, is proved."""
        return bool(self.doubtful) and (not self.proved or bool(self.commas and self.dots))


def share_of_amounts(values: Iterable[object]) -> float:
    """How many of the filled values are amounts with decimals or a currency: between 0 and 1."""
    filled = [v for v in values if v not in {"", None}]
    return sum(1 for v in filled if _looks_like_money(v)) / len(filled) if filled else 0.0


def _looks_like_money(value: object) -> bool:
    if isinstance(value, float):
        return True
    if not isinstance(value, str) or parse_amount(value) is None:
        return False
    digits = _bare(value)
    return bool(currency_in(value)) or (digits is not None and bool(_own_sign(digits[0])))
