"""Columns of cells into columns of what the records hold; what cannot be read is reported with its row.

Each converter takes a whole column of a batch, since a list comprehension over a column costs a third of a call per cell.
`complain(place, value, reason)` notes a cell that is left empty or was mended.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.text import fold
from crm_desktop.exchange import consent_words, countries, name_order
from crm_desktop.exchange.amounts import parse_amount
from crm_desktop.exchange.consent_import import FIELDS as CONSENTS
from crm_desktop.exchange.consent_import import NO_NEWSLETTER
from crm_desktop.exchange.days import parse_day
from crm_desktop.exchange.values import (
    PLAIN_EMAIL,
    Cell,
    all_as_lines,
    all_as_text,
    as_text,
    clean_iban,
    clean_vat_id,
    is_empty,
    parse_bool,
    split_all_phones,
    split_emails,
    without_none_words,
)

Complain = Callable[[int, str, str], None]
Converter = Callable[[list[Cell], "Reading", Complain], list[Any]]
LONGEST_TEXT = 500
LONGEST_LINES = 20_000


@dataclass(frozen=True)
class Reading:
    """How the values of one column are to be read."""

    field: str
    day_order: str = "dmy"
    decimal_sign: str = "."
    since_1904: bool = False
    some_days: bool = False
    last_first: bool = False


def texts(values: list[Cell], _reading: Reading, complain: Complain) -> list[str]:
    """One line each; "-" and "n/a" are empty; what is far too long is cut."""
    found = without_none_words(all_as_text(values))
    if max(map(len, found), default=0) > LONGEST_TEXT:
        for place, text in enumerate(found):
            if len(text) > LONGEST_TEXT:
                complain(place, text[:80], _("Longer than 500 signs; it was cut"))
                found[place] = text[:LONGEST_TEXT]
    return found


def names(values: list[Cell], reading: Reading, complain: Complain) -> list[str]:
    """Names as texts; where the last name stands first, with a comma behind it."""
    found = texts(values, reading, complain)
    return list(map(name_order.with_comma, found)) if reading.last_first else found


def exact_texts(values: list[Cell], _reading: Reading, _complain: Complain) -> list[str]:
    """Numbers and codes to the letter."""
    return [_unmarked(text[:100]) for text in without_none_words(all_as_text(values))]


def _unmarked(text: str) -> str:
    """A code without the apostrophe by which a spreadsheet was told that it is text: "'01067" is "01067"."""
    return text[1:] if text[:1] == "'" and text[1:2].isdecimal() else text


def lines(values: list[Cell], _reading: Reading, complain: Complain) -> list[str]:
    """Text that may have several lines."""
    found = all_as_lines(values)
    for place, text in enumerate(found):
        if len(text) > LONGEST_LINES:
            complain(place, text[:80], _("Longer than 20,000 signs; it was cut"))
            found[place] = text[:LONGEST_LINES]
    return found


def days(values: list[Cell], reading: Reading, complain: Complain) -> list[date | None]:
    """Days; what is none is reported and left empty."""
    order, past, since = reading.day_order, reading.field in {"birthday", "anniversary"}, reading.since_1904
    found = [parse_day(v, order, past=past, since_1904=since) if v != "" else None for v in values]
    for place, day in enumerate(found):
        # "0.0.00" and "00/00/0000" are how mail programs write no day.
        if day is None and not is_empty(raw := as_text(values[place])) and raw.strip("0./- "):
            complain(place, raw, _("This is not a date; left empty"))
    return found


def amounts(values: list[Cell], reading: Reading, complain: Complain) -> list[Decimal | None]:
    """Amounts; what is none is reported and left empty."""
    sign = reading.decimal_sign
    found = [parse_amount(v, sign) if v != "" else None for v in values]
    for place, amount in enumerate(found):
        if amount is None and not is_empty(raw := as_text(values[place])):
            complain(place, raw, _("This is not an amount; left empty"))
    return found


_PER_CENT = re.compile(r"(\d{1,2}(?:[.,]\d{1,2})?)\s*%")


def rates(values: list[Cell], reading: Reading, complain: Complain) -> list[Decimal | None]:
    """Tax rates in per cent; 0.19, as Excel keeps 19 %, is 19, and so is "19 % (domestic)"."""
    sign = reading.decimal_sign
    among = [_PER_CENT.search(v) if isinstance(v, str) and parse_amount(v, sign) is None else None for v in values]
    found = amounts([v if part is None else "" for v, part in zip(values, among, strict=True)], reading, complain)
    for place, part in enumerate(among):
        rate = found[place]
        if part is not None:
            found[place] = Decimal(part[1].replace(",", "."))
        elif rate is not None and 0 < rate < 1 and isinstance(values[place], float):
            found[place] = rate * 100
    return found


def emails(values: list[Cell], _reading: Reading, complain: Complain) -> list[list[str]]:
    """All e-mail addresses of each cell."""
    found: list[list[str]] = []
    is_plain = PLAIN_EMAIL.match
    for place, text in enumerate(all_as_text(values)):
        if is_plain(text):
            found.append([text])
            continue
        if is_empty(text):
            found.append([])
            continue
        good, bad = split_emails(text)
        if bad:
            complain(place, text, _("This is not an e-mail address; left empty"))
        elif any("." not in address.partition("@")[2] for address in good):
            complain(place, text, _("There is no point behind the @; check it"))
        elif "@" not in text and good:
            complain(place, text, _("Mended to {email}").format(email=", ".join(good)))
        found.append(good)
    return found


def phones(values: list[Cell], _reading: Reading, _complain: Complain) -> list[list[str]]:
    """All phone numbers of each cell, to the letter."""
    return split_all_phones([_unmarked(text) for text in without_none_words(all_as_lines(values))])


def with_leading_zeros(
    values: list[Cell], found: list[str], lands: list[str], country: str, complain: Complain
) -> list[str]:
    """Postcodes that were numbers in the spreadsheet and lost their leading zero get it back.

    `lands` are the countries of the rows ("" = not known, then `country` is meant).
    """
    for place, value in enumerate(values):
        if isinstance(value, int) and 1000 <= value <= 9999 and (lands[place] or country) in _FIVE_DIGITS:
            found[place] = f"{value:05}"
            complain(place, str(value), _("Leading zero added: {code}").format(code=found[place]))
    return found


_FIVE_DIGITS = {"DE", "FR", "ES", "IT", "US", "FI", "EE", "HR"}


def country_codes(values: list[Cell], _reading: Reading, complain: Complain) -> list[str]:
    """Countries as two letters of ISO 3166-1."""
    found = [countries.country_code(text) or "" if text else "" for text in all_as_text(values)]
    for place, code in enumerate(found):
        if not code and not is_empty(raw := as_text(values[place])):
            complain(place, raw, _("No country is called so; left empty"))
    return found


def ibans(values: list[Cell], _reading: Reading, complain: Complain) -> list[str]:
    """IBANs without blanks; one that does not add up is reported and left empty."""
    found = [clean_iban(text) if text else "" for text in all_as_text(values)]
    for place, iban in enumerate(found):
        if not iban and not is_empty(raw := as_text(values[place])):
            complain(place, raw, _("This IBAN does not add up; left empty"))
    return found


def vat_ids(values: list[Cell], _reading: Reading, complain: Complain) -> list[str]:
    """VAT ids without blanks; one of the EU that does not add up is reported and left empty."""
    found = [clean_vat_id(text) if text and not is_empty(text) else "" for text in all_as_text(values)]
    reason = _("This VAT id does not add up; left empty")
    for place, vat_id in enumerate(found):
        if vat_id and not _adds_up(vat_id):
            complain(place, vat_id, reason)
            found[place] = ""
    return found


_EU = frozenset("AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI".split())  # noqa: SIM905


# The step from one product to the next by each digit.
_NEXT_PRODUCT = [[2 * ((digit + product) % 10 or 10) % 11 for digit in range(10)] for product in range(11)]


def _adds_up(vat_id: str) -> bool:
    if vat_id.startswith("DE") and len(vat_id) == 11 and vat_id[2:].isdecimal():
        return _german_adds_up(vat_id[2:])
    return vat_id[:2] not in _EU or _adds_up_abroad(vat_id)


def _german_adds_up(digits: str) -> bool:
    """The check digit of ISO 7064 MOD 11,10, by hand since lists of German customers are the long ones."""
    product = 10
    for digit in map(int, digits[:8]):
        product = _NEXT_PRODUCT[product][digit]
    return digits[0] != "0" and (product + int(digits[8])) % 10 == 1


@cache
def _adds_up_abroad(vat_id: str) -> bool:
    from stdnum.eu import vat

    return bool(vat.is_valid(vat_id))


def tags(values: list[Cell], _reading: Reading, _complain: Complain) -> list[list[str]]:
    """Tags of a cell, separated by commas, semicolons or Google's " ::: "."""
    texts = all_as_text(values)
    meant = {text: _tags_of(text) for text in set(texts)}
    return [meant[text] for text in texts]


def _tags_of(text: str) -> list[str]:
    parts = text.replace(":::", ";").replace(",", ";").split(";") if not is_empty(text) else []
    return [tag[:60] for part in parts if (tag := part.strip(' *"')) and not _OF_THE_PROGRAM.match(part)]


# Groups that Google has for everybody: "* myContacts".
_OF_THE_PROGRAM = re.compile(r"\s*\* (?:my ?contacts|starred)\s*\Z", re.IGNORECASE)
_LANGUAGES = {
    **dict.fromkeys(("deutsch", "german", "allemand", "aleman", "ger", "deu", "tedesco", "duits"), "de"),
    **dict.fromkeys(("englisch", "english", "anglais", "ingles", "eng", "inglese", "engels"), "en"),
    **dict.fromkeys(("franzosisch", "french", "francais", "frances", "fra", "fre", "francese", "frans"), "fr"),
    **dict.fromkeys(("spanisch", "spanish", "espagnol", "espanol", "spa", "spagnolo", "spaans"), "es"),
}


def languages(values: list[Cell], _reading: Reading, complain: Complain) -> list[str]:
    """Languages of documents, as two letters; those without documents are reported and left empty."""
    found = [language_code(text) if text else "" for text in all_as_text(values)]
    for place, code in enumerate(found):
        if not code and not is_empty(raw := as_text(values[place])):
            complain(place, raw, _("There are no documents in this language; left empty"))
    return found


@cache
def language_code(text: str) -> str:
    """The language of documents that a text means, or ""."""
    # "German / Deutsch", as Odoo writes it.
    word = fold(text.partition(" / ")[0])
    short = word[:2] if len(word) == 2 or word[2:3] in {"-", "_"} else ""
    return short if short in {"de", "en", "fr", "es"} else _LANGUAGES.get(word, "")


def currencies(values: list[Cell], _reading: Reading, complain: Complain) -> list[str]:
    """Currencies as three letters of ISO 4217."""
    from crm_desktop.exchange.amounts import currency_in

    found = []
    for place, text in enumerate(all_as_text(values)):
        code = currency_in(text) or (text.upper() if len(text) == 3 and text.isalpha() else "")
        if text and not code:
            complain(place, text, _("No currency is called so; left empty"))
        found.append(code)
    return found


def own_texts(values: list[Cell], reading: Reading, _complain: Complain) -> list[str]:
    """Values of a field of the owner's own that holds text; among days in words also those that are numbers or days."""
    if reading.some_days:
        values = [_as_day(value, reading) for value in values]
    return [text[:LONGEST_TEXT] for text in without_none_words(all_as_text(values))]


def _as_day(value: Cell, reading: Reading) -> Cell:
    """A day of the spreadsheet as people write it; anything else as it is."""
    serial = type(value) in {int, float} and isinstance(value, int | float) and value in _LIKELY_DAYS
    if not serial and not isinstance(value, date):
        return value
    day = parse_day(value, since_1904=reading.since_1904)
    if day is None:
        return value
    return f"{day:%m/%d/%Y}" if reading.day_order == "mdy" else f"{day:%d.%m.%Y}"


# Days as Excel counts them, from 1980 to 2064.
_LIKELY_DAYS = range(29_221, 60_000)


def own_days(values: list[Cell], reading: Reading, complain: Complain) -> list[str]:
    """Values of a field of the owner's own that holds days."""
    return [day.isoformat() if day else "" for day in days(values, reading, complain)]


def own_amounts(values: list[Cell], reading: Reading, complain: Complain) -> list[str]:
    """Values of a field of the owner's own that holds numbers."""
    if all(type(value) is int or value == "" for value in values):
        return list(map(str, values))
    return ["" if amount is None else format(amount, "f") for amount in amounts(values, reading, complain)]


def own_bools(values: list[Cell], _reading: Reading, _complain: Complain) -> list[str]:
    """Values of a field of the owner's own that holds yes or no."""
    return [{True: "1", False: "0", None: ""}[parse_bool(value)] for value in values]


def consents(values: list[Cell], reading: Reading, complain: Complain) -> list[str]:
    """Yes, no, taken back, or the day of it, see `consent_words`; what is none of them is reported and left empty."""
    found = [consent_words.read(value, reading.day_order) if value != "" else "" for value in values]
    for place, said in enumerate(found):
        if said is None:
            complain(place, as_text(values[place])[:200], _("This is neither yes, no nor a past day; left empty"))
    return [said or "" for said in found]


def past_days(values: list[Cell], reading: Reading, complain: Complain) -> list[date | None]:
    """Days that cannot lie ahead; one that does is reported and left empty."""
    found, today = days(values, reading, complain), dates.today()
    for place, day in enumerate(found):
        if day is not None and day > today:
            complain(place, as_text(values[place]), _("This day lies ahead; left empty"))
            found[place] = None
    return found


_BY_FIELD: dict[str, Converter] = {
    **dict.fromkeys(("number", "house_number", "house_addition", "phone_code", "bic", "tax_number"), exact_texts),
    **dict.fromkeys(("customer_number", "line_number"), exact_texts),
    **dict.fromkeys(("notes", "served_by", "address", "block", "description"), lines),
    **dict.fromkeys(
        (
            "birthday",
            "anniversary",
            "start",
            "end",
            "issue_date",
            "due_date",
            "service_from",
            "service_to",
            "paid_on",
            "expected_on",
            "closed_on",
            "bought_on",
            "warranty_until",
            "next_service",
        ),
        days,
    ),
    **dict.fromkeys((*CONSENTS, NO_NEWSLETTER), consents),
    "consent_on": past_days,
    **dict.fromkeys(("serial", "item_number"), exact_texts),
    "service_months": amounts,
    "name": names,
    **dict.fromkeys(("value", "price", "price_gross", "net", "tax", "gross", "open", "paid", "quantity"), amounts),
    **dict.fromkeys(("unit_price", "line_total", "amount", "credit_limit"), amounts),
    "probability": rates,
    "tax_rate": rates,
    "discount": rates,
    "emails": emails,
    "customer_email": emails,
    "phones": phones,
    "postcode": exact_texts,
    "second_postcode": exact_texts,
    "country": country_codes,
    "second_country": country_codes,
    "iban": ibans,
    "vat_id": vat_ids,
    "tags": tags,
    "language": languages,
    "currency": currencies,
    "custom.date": own_days,
    "custom.number": own_amounts,
    "custom.bool": own_bools,
    "custom.text": own_texts,
}


def converter(field: str) -> Converter:
    """The converter of a field; the fields of the owner's own are "custom." and their kind."""
    plain = field.removeprefix("contract_").removeprefix("invoice_").removeprefix("product_")
    return _BY_FIELD.get(plain, texts)
