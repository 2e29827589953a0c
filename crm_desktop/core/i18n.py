"""Translations by gettext: of the screen in the owner's language, of documents in the customer's.

Texts are marked with `_("…")` or `ngettext(one, many, n)` and filled with `.format(name=…)`. They are translated when
the function runs, never at import. Two catalogues: `crm_desktop` for screen and terminal, `documents` for paper.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import cache

from crm_desktop.core import resources

SCREEN_LANGUAGES = ("en", "de")
DOCUMENT_LANGUAGES = ("en", "de", "fr", "es")


class _Current:
    language = "en"
    screen: gettext.NullTranslations = gettext.NullTranslations()


@cache
def _catalogue(domain: str, language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(domain, resources.translations(), [language], fallback=True)


def use_language(language: str) -> None:
    """Show the screen in this language; an unknown one falls back to English."""
    _Current.language = language if language in SCREEN_LANGUAGES else "en"
    _Current.screen = _catalogue("crm_desktop", _Current.language)


def read_again() -> None:
    """Read the translations again: they were made just now."""
    _catalogue.cache_clear()
    use_language(_Current.language)


def language() -> str:
    """The language of the screen, for example "de"."""
    return _Current.language


def gettext_(message: str) -> str:
    """The message in the language of the screen."""
    return _Current.screen.gettext(message)


def on_all_screens(message: str) -> list[str]:
    """The message in every language that a screen can have."""
    return [_catalogue("crm_desktop", language).gettext(message) for language in SCREEN_LANGUAGES]


def plurals_on_all_screens(words: Callable[[Callable[[str, str, int], str], int], str]) -> list[str]:
    """What `words` says for one and for many in every language that a screen can have; it is given the `ngettext` to ask."""
    catalogues = [_catalogue("crm_desktop", language) for language in SCREEN_LANGUAGES]
    return [words(catalogue.ngettext, number) for catalogue in catalogues for number in (1, 2)]


def ngettext(one: str, many: str, number: int) -> str:
    """The message for this number, in the language of the screen."""
    return _Current.screen.ngettext(one, many, number)


def pgettext(context: str, message: str) -> str:
    """The message in the language of the screen where one English word needs two translations."""
    return _Current.screen.pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802  (the name that extraction tools know)
    """Mark a text for translation that is translated later, where it is shown."""
    return message


def document_text(language: str, message: str) -> str:
    """The message in the language of a document."""
    return _catalogue("documents", language).gettext(message)


_ = gettext_
