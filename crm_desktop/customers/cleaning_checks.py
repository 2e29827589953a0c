"""What is wrong with an e-mail address, phone number, IBAN or VAT id, and what was probably meant.

Each function gives None when all is well, else (proposal, sentence); the proposal is "" when nobody can know it.

Source: RFC 5321 and 5322 through email-validator, E.164 through phonenumbers, ISO 13616 and the EU's rules through stdnum.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from crm_desktop.company import profile
from crm_desktop.core.i18n import gettext_ as _

Wrong = tuple[str, str] | None
_PLAIN_EMAIL = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+([A-Za-z]{2,})"
)
_AT = re.compile(r"\s*(?:\(at\)|\[at\]|\{at\}|\s+at\s+)\s*", re.IGNORECASE)
# Ends that nobody has, and what the finger meant.
_ENDS = {
    "con": "com", "cmo": "com", "comm": "com", "ocm": "com", "vom": "com", "cim": "com", "xom": "com", "dom": "com",
    "dee": "de", "ded": "de", "ed": "de", "d": "de", "nett": "net", "ner": "net", "ogr": "org", "orgg": "org",
}  # fmt: skip
_HOUSES = {
    "gmial": "gmail", "gmai": "gmail", "gamil": "gmail", "gmal": "gmail", "googelmail": "googlemail", "hotmial": "hotmail",
    "hotmai": "hotmail", "outlok": "outlook", "yaho": "yahoo", "t-onlien": "t-online", "t-onilne": "t-online", "wbe": "web",
    "t-onlin": "t-online", "tonline": "t-online", "t-onlne": "t-online", "gnail": "gmail", "gmaill": "gmail", "gmil": "gmail",
    "goglemail": "googlemail", "googlmail": "googlemail", "homail": "hotmail", "hotmal": "hotmail", "hotnail": "hotmail",
    "outloo": "outlook", "oulook": "outlook", "outlock": "outlook", "yahooo": "yahoo", "iclod": "icloud", "icoud": "icloud",
    "freent": "freenet", "frenet": "freenet", "freenett": "freenet",
}  # fmt: skip
# Houses that give addresses under one end alone.
_ONE_END = {"gmail": "com", "googlemail": "com", "icloud": "com"}
_IN_BRACKETS = re.compile(r"[^<>@]*<\s*([^<>\s]+@[^<>\s]+)\s*>")
_PHONE_SIGNS = re.compile(r"[\d\s+()./\-–]*")
_ALL_ALIKE = re.compile(r"(\d)\1{6}\Z")
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
    if (proposal == value or value.startswith('"')) and _is_email(value) and not _slipped(value):
        return None
    sentence = _("This is no e-mail address.") if not _is_email(value) else _("This looks mistyped.")
    return (proposal if proposal != value and _is_email(proposal) else "", sentence)


def _is_email(value: str) -> bool:
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(value, check_deliverability=False, test_environment=True, allow_quoted_local=True)
    except EmailNotValidError:
        return False
    return True


def _slipped(value: str) -> bool:
    house, _dot, end = value.rpartition("@")[2].casefold().rpartition(".")
    return (
        end in _ENDS
        or house in _HOUSES
        or _ONE_END.get(house, end) != end
        or (len(end) == 2 and end not in _countries())
    )


@cache
def _countries() -> frozenset[str]:
    """The ends that countries have."""
    from babel import Locale

    codes = {str(code).lower() for code in Locale("en").territories if len(str(code)) == 2}
    return frozenset((codes - {"zz", "xa", "xb", "qo", "ez", "un"}) | {"uk", "eu", "su"})


def _meant(value: str) -> str:
    named = _IN_BRACKETS.fullmatch(value.strip())
    found = (named[1] if named else value).strip().removeprefix("mailto:").strip(" <>;,.\"'")
    found = re.sub(r"@{2,}", "@", _AT.sub("@", found).replace(" ", ""))
    name, sign, domain = found.rpartition("@")
    domain = re.sub(r"[.,]{1,}", ".", domain.replace(",", "."))
    house, dot, end = domain.rpartition(".")
    if not house and end.casefold() in _ONE_END:
        house, dot, end = end, ".", _ONE_END[end.casefold()]
    house = _HOUSES.get(house.casefold(), house)
    end = _ONE_END.get(house.casefold(), _ENDS.get(end.casefold(), end))
    return f"{name.strip('.')}{sign}{house}{dot}{end}"


def phone(value: str, country: str) -> Wrong:
    """A phone number; `country` is where it is dialled from when it names none."""
    digits = _NO_DIGIT.sub("", value)
    if not _PHONE_SIGNS.fullmatch(value):
        from crm_desktop.core import text

        plain = text.split_extension(text.phone_plain(value))[0]
        digits = _NO_DIGIT.sub("", plain)
        if not _PHONE_SIGNS.fullmatch(plain.strip()):
            return "", _("This is no phone number.")
    if not _SHORTEST <= len(digits) <= _LONGEST or len(set(digits)) == 1 or _ALL_ALIKE.search(digits):
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


def is_iban(value: str) -> bool:
    """Whether an IBAN adds up; a bank that went by another name since is no fault."""
    from stdnum import exceptions
    from stdnum import iban as rules

    try:
        rules.validate(value)
    except exceptions.InvalidComponent:
        return bool(rules.is_valid(value, check_country=False))
    except exceptions.ValidationError:
        return False
    return True


def iban(value: str) -> Wrong:
    """An IBAN."""
    if is_iban(value):
        return None
    compact = "".join(value.split()).upper().replace("-", "")
    zeros = compact[:2] + compact[2:].replace("O", "0").replace("I", "1")
    meant = next((one for one in (compact, zeros) if is_iban(one)), "")
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


# ---- postcodes -------------------------------------------------------------------------------------------------------

# Where letters need none.
WITHOUT_POSTCODE = frozenset(
    [
        "AE", "AG", "AN", "AO", "AW", "BF", "BI", "BJ", "BO", "BS", "BW", "BZ", "CD", "CF", "CG", "CI", "CK", "CM",
        "DJ", "DM", "ER", "FJ", "GA", "GD", "GH", "GM", "GN", "GQ", "GY", "HK", "IE", "JM", "KI", "KM", "KN", "KP",
        "LY", "MO", "MR", "MW", "NR", "NU", "PA", "QA", "RW", "SB", "SC", "SL", "SR", "SS", "ST", "SY", "TD", "TG",
        "TK", "TL", "TO", "TT", "TV", "UG", "VU", "WS", "YE", "ZW",
    ]
)  # fmt: skip
_FIVE = r"\d{5}"
_FOUR = r"\d{4}"
_POSTCODES = (
    dict.fromkeys(("DE", "FR", "ES", "IT", "FI", "EE", "HR", "TR", "MX"), _FIVE)
    | dict.fromkeys(("AT", "CH", "BE", "DK", "NO", "HU", "BG", "SI", "AU", "LI"), _FOUR)
    | {
        "LU": r"(?:L-)?\d{4}", "NL": r"\d{4} ?[A-Za-z]{2}", "PL": r"\d{2}-\d{3}", "US": r"\d{5}(?:-\d{4})?",
        "SE": r"\d{3} ?\d{2}", "CZ": r"\d{3} ?\d{2}", "SK": r"\d{3} ?\d{2}", "GR": r"\d{3} ?\d{2}", "PT": r"\d{4}(?:-\d{3})?",
    }
)  # fmt: skip
_LOST_ZERO = frozenset({"DE", "FR", "ES", "IT", "EE", "FI", "HR", "US"})


def postcode(value: str, country: str) -> Wrong:
    """A postcode by the form that its country has; of countries that we do not know nothing is said."""
    form = _POSTCODES.get(country)
    plain = re.sub(rf"^{country}?-?\s?", "", value.strip(), flags=re.IGNORECASE) if country else value.strip()
    if form is None or re.fullmatch(form, value.strip()) or re.fullmatch(form, plain):
        return None
    if country in _LOST_ZERO and re.fullmatch(_FOUR, plain):
        return f"0{plain}", _("The zero at the beginning is missing, as spreadsheets drop it.")
    return "", _("Postcodes of this country look otherwise.")
