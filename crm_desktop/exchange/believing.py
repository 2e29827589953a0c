"""Whether the contents of a column contradict its heading: a column "Mail" that holds "yes" and "no" is none of addresses."""

from __future__ import annotations

import re
from collections.abc import Callable

from crm_desktop.exchange import consent_words, due_words, headings, owners_words, targets, words
from crm_desktop.exchange.amounts import parse_amount
from crm_desktop.exchange.consent_import import FIELDS as CONSENTS
from crm_desktop.exchange.consent_import import NO_NEWSLETTER
from crm_desktop.exchange.survey import Profile
from crm_desktop.exchange.values import parse_bool, parse_kind

_OF_A_CUSTOMER = re.compile(r"(?:kd|kund|cust|client|deb)")
_PAID = {"paid", "invoice_paid"}
_SUMS = {"net", "gross", "value", "price", "amount"}
# Shares of a column's values that a field needs, or the heading is not believed.
_MUST_HOLD = {"emails": ("email", 0.2), "iban": ("iban", 0.2), "birthday": ("day", 0.2)}
_SOME = 0.2
# A number as only phones are written: "07700 900123", "+49 40 1234".
_PHONE = re.compile(r"(?:\+\d{1,3}|\(?0\d{1,5}\)?)[\s/-][\d\s/-]{5,}\Z")
_PER_CENT = re.compile(r"\d\s*%")
# As numbers, days of this century and the last are larger.
_FIRST_DAY = 3000


def is_believable(name: str, label: str, profile: Profile, kind: str) -> bool:
    """Whether the contents do not contradict what the heading says."""
    shares = profile.shares
    if not shares:
        return True
    as_numbers = profile.numbers > 0.5 * profile.filled
    if name in _MUST_HOLD:
        share, least = _MUST_HOLD[name]
        return shares[share] >= least or (name == "birthday" and as_numbers)
    if name in CONSENTS or name == NO_NEWSLETTER:
        return consent_words.share(profile.sample) > 0.5
    few = shares["distinct"] < 0.5 or len(profile.sample) < 5
    # "Paid" may hold how much, when, or whether.
    figures = sum(1 for text in profile.texts() if any(map(str.isdecimal, text)))
    how_much = shares["day"] < 0.5 and shares["wordy"] < 0.5 and figures > 0.5 * len(profile.sample)
    tests = dict.fromkeys(_PAID, how_much) | {
        "house_number": max(map(len, profile.texts())) <= 10,
        "company": shares["lettered"] > _SOME,
        "last_name": shares["lettered"] > _SOME,
        "phones": shares["email"] < _SOME,
        # A cell that says how to reach somebody names nobody.
        **dict.fromkeys(("name", "customer", "company"), shares["lettered"] > _SOME and not _reaches(shares)),
    }
    if name in {"stage", "price_list"} and kind == "customers":
        return (owners_words.are_stages if name == "stage" else owners_words.are_price_lists)(profile.texts())
    if kind == "customers":
        kinds = sum(1 for text in profile.texts() if parse_kind(text))
        # "Nr" or "ID" may be anything; "Kundennummer" is what it says, even in a list with repeated rows.
        named = len(headings.normalise(label)) > 6 or _OF_A_CUSTOMER.match(headings.normalise(label)) is not None
        tests |= {
            "number": _share(profile, _PHONE.match) < 0.5 and shares["distinct"] > (0.2 if named else 0.9),
            "credit_limit": _share(profile, parse_amount) > 0.5 or as_numbers,
            "state": _share(profile, _says_state) < 0.5 and not _share(profile, _is_small) > 0.5,
            "source": shares["wordy"] > 0.5 and shares["email"] < 0.1,
            "kind": few and kinds > 0.5 * len(profile.sample),
        }
    # A column of small numbers tells how many days, not which.
    largest = max((value for value in profile.sample if isinstance(value, int | float)), default=_FIRST_DAY)
    tests |= dict.fromkeys(targets.DAYS, shares["day"] >= _SOME or (as_numbers and largest >= _FIRST_DAY))
    if kind == "invoices":
        tests["kind"] = _share(profile, words.document_kind) > 0.5
    # A code stands for a rate that nobody here knows.
    tests["tax_rate"] = "code" not in headings.normalise(label) or _share(profile, _PER_CENT.search) > 0.5
    tests["due_days"] = _share(profile, due_words.says) > 0.5
    return tests.get(name, not (name in _SUMS and shares["wordy"] > 0.8))


def _reaches(shares: dict[str, float]) -> bool:
    return shares["email"] > 0.5 or shares["phone"] > 0.5


def _is_small(text: str) -> bool:
    """Whether a text begins with a small letter, as words do and regions do not."""
    return text[:1].islower()


def _says_state(text: str) -> bool:
    """Whether a text says how far things are, not where somebody lives: "Estado" may mean both."""
    told = words.contract_state(text) or words.stage(text) or words.deal_state(text) or words.invoice_state(text)
    return bool(told) or (len(text) > 1 and not text.isupper() and parse_bool(text) is not None)


def _share(profile: Profile, says: Callable[[str], object]) -> float:
    texts = profile.texts()
    return sum(1 for text in texts if says(text) not in {None, False}) / max(len(texts), 1)
