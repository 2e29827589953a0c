"""What is wrong with an e-mail address, phone number, IBAN or VAT id, and what was probably meant.

Each function gives None when all is well, else (proposal, sentence); the proposal is "" when nobody can know it.

Source: RFC 5321 and 5322 through email-validator, E.164 through phonenumbers, ISO 13616 and the EU's rules through stdnum.
"""

from __future__ import annotations

import re
from functools import lru_cache

from crm_desktop.company import profile
from crm_desktop.core.i18n import gettext_ as _

Wrong = tuple[str, str] | None
_PLAIN_EMAIL = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+([A-Za-z]{2,})"
)
_AT = re.compile(r"\s*(?:\(at\)|\[at\]|\{at\}|\s+at\s+)\s*", re.IGNORECASE)
# Ends that nobody has, and what the finger meant.
_ENDS = {
    "con": "com", "cmo": "com", "comm": "com", "ocm": "com", "vom": "com", "dee": "de", "ded": "de", "nett": "net", "ogr": "org",
}  # fmt: skip
_HOUSES = {
    "gmial": "gmail", "gmai": "gmail", "gamil": "gmail", "gmal": "gmail", "googelmail": "googlemail", "hotmial": "hotmail",
    "hotmai": "hotmail", "outlok": "outlook", "yaho": "yahoo", "t-onlien": "t-online", "t-onilne": "t-online", "wbe": "web",
}  # fmt: skip
_PHONE_SIGNS = re.compile(r"[\d\s+()./\-–]*")
_NO_DIGIT = re.compile(r"\D+")
_SHORTEST, _LONGEST = 6, 15
# Where a number that is not dialled from abroad begins with a zero.
_WITH_ZERO = frozenset({"AT", "BE", "CH", "DE", "FR", "GB", "NL"})


def email(value: str) -> Wrong:
    """An e-mail address."""
    found = _PLAIN_EMAIL.fullmatch(value)
    if found is not None and not _slipped(value):
        return None
    proposal = _meant(value)
    if proposal == value and _is_email(value):
        return None
    sentence = _("This is no e-mail address.") if not _is_email(value) else _("This looks mistyped.")
    return (proposal if proposal != value and _is_email(proposal) else "", sentence)


def _is_email(value: str) -> bool:
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(value, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def _slipped(value: str) -> bool:
    house, _dot, end = value.rpartition("@")[2].casefold().rpartition(".")
    return end in _ENDS or house in _HOUSES


def _meant(value: str) -> str:
    found = value.strip().removeprefix("mailto:").strip(" <>;,.\"'")
    found = _AT.sub("@", found).replace(" ", "")
    name, sign, domain = found.rpartition("@")
    domain = re.sub(r"[.,]{1,}", ".", domain.replace(",", "."))
    house, dot, end = domain.rpartition(".")
    house = _HOUSES.get(house.casefold(), house)
    return f"{name.strip('.')}{sign}{house}{dot}{_ENDS.get(end.casefold(), end)}"


def phone(value: str, country: str) -> Wrong:
    """A phone number; `country` is where it is dialled from when it names none."""
    digits = _NO_DIGIT.sub("", value)
    if not _PHONE_SIGNS.fullmatch(value):
        from crm_desktop.core import text

        plain = text.split_extension(text.phone_plain(value))[0]
        digits = _NO_DIGIT.sub("", plain)
        if not _PHONE_SIGNS.fullmatch(plain.strip()):
            return "", _("This is no phone number.")
    if not _SHORTEST <= len(digits) <= _LONGEST or len(set(digits)) == 1:
        return "", _("This phone number has too few or too many digits.")
    with_zero = f"0{value.strip()}"
    if country in _WITH_ZERO and value.strip()[0] in "123456789" and _is_real(with_zero, country):
        return with_zero, _("The zero at the beginning is missing, as spreadsheets drop it.")
    if _is_possible(value, country):
        return None
    return "", _("This phone number does not exist in its country.")


def _is_possible(value: str, country: str) -> bool:
    """Whether a number may exist. Beginning and length decide, so that equal ones are asked about once."""
    digits = _NO_DIGIT.sub("", value)
    return _is_possible_shape(value.lstrip()[:1] == "+", digits[:5], len(digits), country)


@lru_cache(maxsize=100_000)
def _is_possible_shape(abroad: bool, beginning: str, length: int, country: str) -> bool:  # noqa: FBT001
    import phonenumbers

    value = f"{'+' if abroad else ''}{beginning}{'2' * (length - len(beginning))}"
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(value, country or None))
    except phonenumbers.NumberParseException:
        return not country


def _is_real(value: str, country: str) -> bool:
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(value, country))
    except phonenumbers.NumberParseException:
        return False


def iban(value: str) -> Wrong:
    """An IBAN."""
    from stdnum import iban as rules

    if rules.is_valid(value):
        return None
    compact = "".join(value.split()).upper().replace("-", "")
    zeros = compact[:2] + compact[2:].replace("O", "0").replace("I", "1")
    meant = next((one for one in (compact, zeros) if rules.is_valid(one)), "")
    return meant, _("This IBAN does not add up. Ask the customer for it again.")


def vat_id(value: str, country: str) -> Wrong:
    """A VAT id; of other countries than those of the EU nothing is said."""
    from stdnum.eu import vat

    if not value[:2].isalpha() and country:
        meant = f"{'EL' if country == 'GR' else country}{''.join(c for c in value if c.isalnum())}".upper()
        return (
            (meant if vat.is_valid(meant) else "", _("A VAT id begins with its country.")) if country in _EU else None
        )
    if value[:2].upper() not in _EU or vat.is_valid(value):
        return None
    compact = "".join(c for c in value if c.isalnum()).upper()
    zeros = compact[:2] + compact[2:].replace("O", "0").replace("I", "1")
    meant = next((one for one in {compact, zeros} - {value} if vat.is_valid(one)), "")
    return meant, _("This VAT id does not add up. It starts with the country, for example DE123456789.")


# Northern Ireland sells goods as the Union does.
_EU = profile.EU_PREFIXES | {"XI"}
