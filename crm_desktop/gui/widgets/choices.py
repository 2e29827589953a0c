"""What can be chosen in several forms: countries, languages of documents, currencies; in the language of the screen."""

from __future__ import annotations

from functools import cache

from crm_desktop.core import i18n
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.text import fold

_NEAR = ("DE", "AT", "CH", "FR", "NL", "BE", "LU", "PL", "CZ", "DK", "IT", "ES", "GB", "IE", "US")
_CURRENCIES = ("EUR", "CHF", "GBP", "USD", "PLN", "CZK", "DKK", "SEK", "NOK", "HUF", "JPY")


@cache
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    from babel import Locale

    names = {code: name for code, name in Locale(language).territories.items() if len(code) == 2 and code.isalpha()}
    left_out = {"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"}
    rest = sorted((code for code in names if code not in left_out and code not in _NEAR), key=lambda c: fold(names[c]))
    return tuple((code, names[code]) for code in (*_NEAR, *rest))


def countries(empty: str = "") -> list[tuple[str, str]]:
    """(code, name), neighbours first; `empty` is the text of no country."""
    return [("", empty), *_countries(i18n.language())]


def country_name(code: str) -> str:
    """The name of a country in the language of the screen."""
    return dict(_countries(i18n.language())).get(code, code)


def document_languages(empty: str = "") -> list[tuple[str, str]]:
    """(code, name) of the languages that documents are written in."""
    names = {"en": _("English"), "de": _("German"), "fr": _("French"), "es": _("Spanish")}
    found = [(code, names[code]) for code in i18n.DOCUMENT_LANGUAGES]
    return [("", empty), *found] if empty else found


def currencies(empty: str = "") -> list[tuple[str, str]]:
    """(code, code) of usual currencies."""
    found = [(code, code) for code in _CURRENCIES]
    return [("", empty), *found] if empty else found
