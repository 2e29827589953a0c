"""Where the owner is at home, as far as the computer says: what a new data file starts with before anybody chose."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from crm_desktop.core import preferences
from crm_desktop.core.i18n import DOCUMENT_LANGUAGES, SCREEN_LANGUAGES

_LOCALE = re.compile(r"([a-z]{2,3})(?:[_-]([A-Za-z]{2}))?(?:[.@].*)?\Z")
_COUNTRY = {"de": "DE", "fr": "FR", "es": "ES", "it": "IT", "nl": "NL", "pl": "PL"}


@dataclass(frozen=True)
class Home:
    """A language of the screen, a country (ISO 3166-1 alpha-2) and its currency."""

    language: str
    country: str
    currency: str


def guess(wanted_language: str = "") -> Home:
    """The home that the computer's settings speak of; the euro zone's largest country where they say nothing."""
    language, country = _from_system()
    chosen = wanted_language or str(preferences.get("language") or "") or language
    country = country or _COUNTRY.get(language, "DE")
    return Home(chosen if chosen in SCREEN_LANGUAGES else "en", country, currency_of(country))


def screen_language() -> str:
    """The language to speak: the chosen one, else the computer's."""
    chosen = str(preferences.get("language") or "") or _from_system()[0]
    return chosen if chosen in SCREEN_LANGUAGES else "en"


def _from_system() -> tuple[str, str]:
    """Language and country of the computer, both empty when it does not say."""
    found = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    match = _LOCALE.match(found or _of_windows())
    return (match.group(1), (match.group(2) or "").upper()) if match else ("", "")


def _of_windows() -> str:
    """The language of a Windows user ("de_DE"), which no environment variable tells; empty elsewhere."""
    if os.name != "nt":
        return ""
    import locale

    return locale.getlocale()[0] or ""


def paper_language(country: str, screen: str) -> str:
    """The language of documents in a country: its own if papers can be written in it, else that of the screen.

    Where a country has several (Switzerland), the one of the screen is preferred.
    """
    from babel.languages import get_official_languages

    own = [language for language in get_official_languages(country, de_facto=True) if language in DOCUMENT_LANGUAGES]
    return screen if screen in own or not own else own[0]


def currency_of(country: str) -> str:
    """The currency of a country today."""
    from babel.core import UnknownLocaleError
    from babel.numbers import get_territory_currencies

    try:
        found = get_territory_currencies(country)
    except UnknownLocaleError:
        found = []
    return found[0] if found else "EUR"
