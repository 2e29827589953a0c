"""Cells into what the records hold: text to the letter, e-mails, phones, yes and no, numbers and rates.

Postcodes, phone numbers and customer numbers are text and stay so, with their leading zeros; a number of the
spreadsheet becomes the text that the user saw in the cell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal

from crm_desktop.core.text import fold, tidy, tidy_lines

Cell = str | int | float | bool | date | datetime | time | None

EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
# What needs no second look, as most addresses.
PLAIN_EMAIL = re.compile(r"[\w+-][\w.+-]*@[\w-]+(?:\.[\w-]+)+\Z")
_EMAIL_WHOLE = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(?:\.[^@\s,;<>\".]+)*\Z")
_AT_WORD = re.compile(r"\s*[\[({]\s*(?:at|ät)\s*[\])}]\s*|\s+at\s+", re.IGNORECASE)
_DOT_WORD = re.compile(r"\s*[\[({]\s*(?:dot|punkt)\s*[\])}]\s*", re.IGNORECASE)
_PHONE = re.compile(r"[+(\d][\d\s()/.\-–+]{4,28}\d(?:\s?(?:ext|x|dw|app)\.?\s?\d{1,6})?\Z", re.IGNORECASE)
_PHONE_BREAK = re.compile(r"\s+/\s+|\s*;\s*|\s*\n\s*|\s+(?:oder|or|und|and|ou|o)\s+|\s*:::\s*|\s*,\s+(?=[+0(])")
_MAY_BREAK = re.compile(r"[\s;,]|:::")
_SEVERAL = re.compile(r"\s*:::\s*|[;,\s]+")
_VAT_COUNTRIES = "AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO|PL|PT|RO|SE|SI|SK|XI"
_VAT_ID = re.compile(rf"(?:{_VAT_COUNTRIES})[A-Z0-9+*]{{6,13}}\Z|CHE-?[\d.]{{9,11}}(?: ?(?:MWST|TVA|IVA))?\Z")
_VAT_FILL = re.compile(r"[\s./-]")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}\Z")
_LONGEST = 1000
_WHOLE_NUMBER = 7
_NONE_WORDS = {"-", "–", "—", "n/a", "n.a.", "na", "null", "none", "nan", "k.a.", "#n/a", "#nv", "./.", "?"}
_YES = {"yes", "y", "ja", "j", "true", "wahr", "1", "x", "oui", "o", "si", "s", "vrai", "on", "aktiv", "active", "tak"}
_NO = {"no", "n", "nein", "false", "falsch", "0", "non", "faux", "off", "inaktiv", "inactive", "nie", "nee"}


def as_text(value: Cell) -> str:
    """A cell as one line of text, as the user saw it: 1001.0 is "1001", a day is "2026-11-24"."""
    if isinstance(value, str):
        return tidy(value)
    return "" if value is None else _shown(value)


def all_as_text(values: list[Cell]) -> list[str]:
    """A whole column as texts; one look at all of it spares most columns the look at each cell."""
    try:
        joined = "".join(values)  # type: ignore[arg-type]  # a cell that is no text raises, which is what we want to know
    except TypeError:
        return [as_text(value) for value in values]
    if joined.isprintable() and "  " not in joined and unicodedata.is_normalized("NFC", joined):
        return [value.strip() for value in values]  # type: ignore[union-attr]
    return [as_text(value) for value in values]


def all_as_lines(values: list[Cell]) -> list[str]:
    """A whole column as texts that may have several lines, see `all_as_text`."""
    try:
        joined = "".join(values)  # type: ignore[arg-type]  # a cell that is no text raises, which is what we want to know
    except TypeError:
        return [as_lines(value) for value in values]
    if joined.isprintable() and unicodedata.is_normalized("NFC", joined):
        return [value.strip() for value in values]  # type: ignore[union-attr]
    return [as_lines(value) for value in values]


def without_none_words(texts: list[str]) -> list[str]:
    """The texts, with those emptied that say "nothing here" (see `is_empty`)."""
    return [text if len(text) > 5 or text.lower() not in _NONE_WORDS else "" for text in texts]


def as_lines(value: Cell) -> str:
    """A cell as text that may have several lines."""
    return tidy_lines(value).strip() if isinstance(value, str) else as_text(value)


def _shown(value: float | date | time) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e17:
            return str(int(value))
        return format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def is_empty(text: str) -> bool:
    """Whether a text says "nothing here": empty, a dash, n/a."""
    return not text or (len(text) <= 5 and text.lower() in _NONE_WORDS)


def parse_bool(value: Cell) -> bool | None:
    """Yes or no in six languages; None for anything else."""
    if isinstance(value, bool):
        return value
    word = fold(as_text(value))
    return True if word in _YES else False if word in _NO else None


_ORGANISATION = {"organisation", "organization", "firma", "company", "business", "unternehmen", "geschaftskunde", "b2b",
                 "gewerblich", "gewerbe", "entreprise", "societe", "empresa", "azienda", "bedrijf", "juristische person"}  # fmt: skip
_PERSON = {"person", "privat", "private", "privatperson", "privatkunde", "individual", "b2c", "consumer", "endkunde",
           "particulier", "particular", "privato", "persona", "naturliche person", "verbraucher"}  # fmt: skip


def parse_kind(text: str) -> str | None:
    """Organisation or person, as a word in several languages says it; None for anything else."""
    word = fold(text)
    return "organisation" if word in _ORGANISATION else "person" if word in _PERSON else None


def split_emails(text: str) -> tuple[list[str], list[str]]:
    """The e-mail addresses of a cell and what in it is none; "(at)" is mended, "mailto:" dropped."""
    if len(text) > _LONGEST:
        return [], [text[:_LONGEST]]
    if "@" not in text:
        text = _DOT_WORD.sub(".", _AT_WORD.sub("@", text))
    good: list[str] = []
    bad: list[str] = []
    if "<" in text:
        text = " ".join(re.findall(r"<([^<>]+)>", text)) or text
    for part in _SEVERAL.split(text):
        address = part.strip("<>\"'.()").removeprefix("mailto:").removeprefix("MAILTO:")
        if not address or address == "*":
            continue
        (good if _EMAIL_WHOLE.match(address) else bad).append(address)
    return good, bad


def split_phones(text: str) -> list[str]:
    """The phone numbers of a cell, each to the letter; "040 12345 / 0171 998877" are two, "040/12345" is one."""
    if len(text) > _LONGEST:
        return [text[:_LONGEST]]
    if not _PHONE_BREAK.search(text):
        return [text]
    parts = [part.strip() for part in _PHONE_BREAK.split(text)]
    digits = [sum(c.isdecimal() for c in part) for part in parts]
    # "04105 / 55 66 77" is a dialling code and its number.
    is_code = parts[0][:1] in {"0", "("} and digits[0] < _WHOLE_NUMBER and parts[1][:1] not in {"0", "+", "("}
    return [p for p in parts if p] if min(digits) >= 5 and not is_code else [text]


def split_all_phones(texts: list[str]) -> list[list[str]]:
    """The phone numbers of each cell of a column; one look at all of it shows whether any cell may hold several."""
    if max(map(len, texts), default=0) <= _LONGEST and not _MAY_BREAK.search("|".join(texts)):
        return [[text] if text else [] for text in texts]
    return [split_phones(text) if text else [] for text in texts]


def looks_like_phone(text: str) -> bool:
    """Whether a text is shaped like a phone number."""
    return bool(_PHONE.match(text)) and sum(c.isdecimal() for c in text) >= 6


def clean_iban(text: str) -> str:
    """An IBAN without blanks in capitals, or "" if its check digits are wrong. Source: ISO 13616."""
    plain = re.sub(r"[\s-]", "", text).upper().removeprefix("IBAN").lstrip(":")
    if not _IBAN.match(plain):
        return ""
    digits = "".join(str(int(c, 36)) for c in plain[4:] + plain[:4])
    return plain if int(digits) % 97 == 1 else ""


def looks_like_vat_id(text: str) -> bool:
    """Whether a text is shaped like a VAT id: two letters of a country, then digits."""
    plain = _VAT_FILL.sub("", text).upper()
    return bool(_VAT_ID.match(plain)) and sum(c.isdecimal() for c in plain) >= 5 and not clean_iban(plain)


def clean_vat_id(text: str) -> str:
    """A VAT id in capitals without blanks and dots."""
    if text.isalnum():
        return text.upper()
    upper = text.strip().upper()
    return upper if upper.startswith("CHE") else _VAT_FILL.sub("", upper)


def filled(values: Iterable[Cell]) -> list[Cell]:
    """The cells that hold something."""
    return [v for v in values if v is not None and v != ""]
