"""Phones of a sheet that need a second look: numbers of the spreadsheet that lost their 0, and words where a number belongs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange.values import EMAIL, Cell, split_phones

Complain = Callable[[int, str, str], None]
# Countries in which a number dialled at home begins with 0.
_WITH_ZERO = frozenset(
    ("AL", "AT", "AU", "BA", "BE", "BG", "CH", "CN", "DE", "EG", "FI", "FR", "GB", "HR", "ID", "IE", "IL", "IN", "JP", "KR",
     "LI", "MA", "ME", "MK", "MY", "NL", "NZ", "PH", "PK", "RO", "RS", "SE", "SI", "SK", "TH", "TR", "TW", "UA", "VN", "ZA")
)  # fmt: skip
_DIGITS = range(6, 14)
# "Tel.:", "Mail", "e-mail:" before what they announce.
_LABEL = re.compile(
    r"\b(?:tel(?:efon)?|phone|mobile?|handy|e-?mail|mail|tlf|gsm)\b\.?\s*:?\s*|[^\W\d_]+\.?:\s*", re.IGNORECASE
)
_NUMBER = re.compile(r"\D*(?:\d\D*){3}")


def mend(
    values: Sequence[Cell], found: list[list[str]], lands: Sequence[str], country: str, complain: Complain
) -> None:
    """Give numbers of the spreadsheet their leading 0 back where that makes a real phone number of the country.

    `lands` are the countries of the rows ("" = not known, then `country` is meant).
    """
    for place, value in enumerate(values):
        if type(value) not in {int, float} or not found[place]:
            continue
        digits = found[place][0]
        if digits.isdecimal() and len(digits) in _DIGITS and _lacks_zero(digits, lands[place] or country):
            found[place] = [f"0{digits}"]
            complain(place, digits, _("Leading zero added: {code}").format(code=found[place][0]))


@cache
def _lacks_zero(digits: str, country: str) -> bool:
    """Whether a number is a real one of the country with a 0 before it."""
    import phonenumbers

    try:
        return country in _WITH_ZERO and phonenumbers.is_valid_number(phonenumbers.parse(f"0{digits}", country))
    except phonenumbers.NumberParseException:
        return False


def join_codes(codes: list[str], found: list[list[str]], lands: Sequence[str], country: str) -> None:
    """Put dialling codes of a column of their own before the numbers that lack them; the column is empty then."""
    for place, code in enumerate(codes):
        codes[place] = ""
        number = found[place][0] if found[place] else ""
        if not code or not number or number[0] in "+0(":
            continue
        lacks = code.isdecimal() and code[0] != "0" and _lacks_zero(f"{code}{number}", lands[place] or country)
        found[place] = [f"{'0' if lacks else ''}{code} {number}", *found[place][1:]]


def take_words(found: list[list[str]], complain: Complain) -> list[str]:
    """Words that stand where a phone belongs ("verstorben"), taken out of the numbers; "" where there are none."""
    words = [""] * len(found)
    for place, several in enumerate(found):
        if several and not _NUMBER.match(several[0]) and not any(map(_NUMBER.match, several)):
            words[place] = ", ".join(several)
            found[place] = []
            complain(place, words[place], _("No phone number; kept as a note"))
    return words


def take_emails(found: list[list[str]]) -> list[list[str]]:
    """E-mail addresses that stand among the phones of a cell ("Tel. 040 1234, ina@lang.example"), taken out of them."""
    taken: list[list[str]] = [[] for _several in found]
    for place, several in enumerate(found):
        text = "\n".join(several)
        if "@" in text and (addresses := [address.strip("():") for address in EMAIL.findall(text)]):
            taken[place] = addresses
            rest = _LABEL.sub("", EMAIL.sub(" ", text)).strip(" /,;|:\n\t")
            found[place] = [p for part in split_phones(rest) if (p := part.strip(" /,;|"))] if rest else []
    return taken if any(taken) else []


def together(one: list[Any], other: list[Any]) -> list[Any]:
    """The notes or lists of the rows, with further ones behind them."""
    joined = zip(one, other, strict=True)
    return [[*a, *b] if isinstance(b, list) else "\n".join(filter(None, (a, b))) for a, b in joined]
