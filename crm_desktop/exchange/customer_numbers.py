"""Which numbers are those of customers.

"Client" may hold them in place of names; "Lp." and "Nº" may only count rows, where a customer stands in several.
"""

from __future__ import annotations

import re
from dataclasses import replace

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.text import fold
from crm_desktop.exchange import headings
from crm_desktop.exchange.columns import LIKELY, OUT, Choice
from crm_desktop.exchange.survey import Profile
from crm_desktop.exchange.targets import LEAVE_OUT

# "Kundennummer", "KdNr", "Client no" name the customer; "Nr", "Lp." and "#" may count anything.
_OF_A_CUSTOMER = re.compile(r"(?:kd|kund|cust|client|deb|klant|klient|patien|mitgl|member|socio)")
_WHO = {"customer", "customer_number", "customer_email", "vat_id"}
_FEW = 0.2
_IDENTITY = ("emails", "phones", "tax_number", "vat_id", "company", "name")


def refine(choices: list[Choice], kind: str) -> list[Choice]:
    """Look at the numbers of a sheet once more."""
    if kind in {"customers", "mixed"}:
        return _without_counts(choices)
    return choices if {c.field for c in choices} & _WHO else _with_codes(choices, kind)


def _with_codes(choices: list[Choice], kind: str) -> list[Choice]:
    """The column of customers holds their numbers, where no other names them."""
    for choice in choices:
        shares = choice.profile.shares
        named = any(fit.field == "customer" for fit in headings.fits(choice.column.meaning, kind))
        if choice.field == LEAVE_OUT and named and shares and shares["lettered"] < _FEW and shares["day"] < _FEW:
            found = replace(choice, field="customer_number", confidence=LIKELY, why=_("Numbers in place of names"))
            return [found if c is choice else c for c in choices]
    return choices


def _without_counts(choices: list[Choice]) -> list[Choice]:
    """Without a customer number that counts rows, where an e-mail, a phone or a name stands in several of them."""
    number = next((choice for choice in choices if choice.field == "number"), None)
    if number is None or _OF_A_CUSTOMER.search(headings.normalise(number.column.label)) or not _counts(number.profile):
        return choices
    if not any(choice.field in _IDENTITY and _repeats(choice) for choice in choices):
        return choices
    why = _("Counts the rows; the same customer stands in several")
    return [replace(c, field=LEAVE_OUT, confidence=OUT, why=why) if c is number else c for c in choices]


def _counts(profile: Profile) -> bool:
    """Whether the values are 1, 2, 3 …, as far as they were looked at."""
    texts = [text.rstrip(".") for text in profile.texts() if text]
    return len(texts) > 1 and texts == [str(at) for at in range(1, len(texts) + 1)]


def _repeats(choice: Choice) -> bool:
    found: set[str] = set()
    for text in choice.profile.texts():
        plain = re.sub(r"\D", "", text) if choice.field == "phones" else fold(text)
        if len(plain) > 3 and plain in found:
            return True
        found.add(plain)
    return False
