"""Countries as people write them ("Deutschland", "U.K.", "Alemania", "D") to their two letters of ISO 3166-1."""

from __future__ import annotations

import re
from functools import cache

from crm_desktop.core.text import fold

_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pl")
# What CLDR does not know: car plates, three letters (ISO 3166-1 alpha-3), everyday names.
_EXTRA = {
    "AT": "a aut osterreich", "AU": "aus", "BE": "b bel", "BR": "bra bresil", "CA": "cdn can", "CH": "sui che",
    "CN": "chn prc china", "CZ": "cze tschechische_republik czech_republic tschechei", "DE": "d deu ger brd",
    "DK": "dnk", "ES": "e esp", "FI": "fin", "FR": "f fra", "GB": "uk gbr u.k. great_britain england scotland wales "
    "northern_ireland grossbritannien schottland britain united_kingdom", "GR": "grc hellas", "HU": "h hun",
    "IE": "irl eire republic_of_ireland", "IN": "ind", "IT": "i ita", "JP": "jpn", "LI": "fl", "LU": "l lux",
    "NL": "nld holland the_netherlands paises_bajos", "NO": "n nor", "PL": "pol", "PT": "p prt", "RU": "rus "
    "russian_federation russische_foderation", "SE": "s swe", "SK": "svk slowakische_republik", "SI": "svn",
    "TR": "tur turkey turkei", "US": "usa u.s. u.s.a. america amerika "
    "united_states_of_america vereinigte_staaten_von_amerika", "VN": "vietnam",
    "KR": "south_korea korea sudkorea", "MK": "macedonia mazedonien",
    "AE": "uae vae", "CI": "ivory_coast", "SZ": "swaziland", "MM": "burma",
}  # fmt: skip


def _key(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", fold(name)).strip(" .")


@cache
def _names() -> dict[str, str]:
    from babel import Locale

    found: dict[str, str] = {}
    for language in reversed(_LANGUAGES):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"ZZ", "EU", "EZ", "UN", "XA", "XB", "QO"}:
                found[_key(name)] = found[_key(code)] = code
    found |= {_key(name): code for code, names in _EXTRA.items() for name in names.split()}
    return found


@cache
def country_code(name: str) -> str | None:
    """The two letters of a country written by name, by code or as on a car plate; None if nothing is meant by it."""
    return _names().get(_key(name))


def share_of_countries(values: list[str]) -> float:
    """How many of the values are countries: between 0 and 1."""
    return sum(1 for value in values if country_code(value)) / len(values) if values else 0.0
