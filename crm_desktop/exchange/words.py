"""Words in cells that stand for one of a few things: how often, which state, which unit, how long a notice."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache

from crm_desktop.core.resources import resource
from crm_desktop.core.text import fold


@cache
def _meanings(what: str) -> dict[str, str]:
    listed = json.loads(resource("presets", "words.json").read_text(encoding="utf-8"))[what]
    return {word.strip(): meaning for meaning, words in listed.items() for word in words.split("|")}


_NOTICE = re.compile(r"(\d{1,4}|ein|eine|einen|one|un|une|uno|una|drei|sechs|zwei|three|six|two)\s*-?\s*([a-z]+)")
_NUMBER_WORDS = {"zwei": 2, "two": 2, "drei": 3, "three": 3, "sechs": 6, "six": 6}
_NOTICE_UNITS = {
    "day": ("tag", "day", "jour", "dia", "giorn", "dag", "dni"),
    "week": ("woche", "week", "sema", "settim", "tyd"),
    "month": ("mon", "mois", "mes", "mth", "mies", "maand"),
    "year": ("jahr", "year", "an", "ano", "jaar", "rok"),
}


def interval(text: str) -> str | None:
    """How often a contract is paid: "monatlich" is "month"."""
    return _meanings("interval").get(fold(text))


def contract_state(text: str) -> str | None:
    """The state of a contract: "gekündigt" is "notice_given"."""
    return _meanings("contract_state").get(fold(text))


def invoice_state(text: str) -> str | None:
    """The state of an invoice elsewhere: "paid", "open", "partial", "draft" or "cancelled"."""
    return _meanings("invoice_state").get(fold(text))


def invoice_state_words(found: Iterable[str]) -> set[str]:
    """What single folded words say about an invoice: the states, and "not"; "=" ends what must be the whole word."""
    stems = _meanings("invoice_state_stems")
    return {
        meaning
        for word in found
        for stem, meaning in stems.items()
        if (word == stem[:-1] if stem.endswith("=") else word.startswith(stem))
    }


def document_kind(text: str) -> str | None:
    """Whether a document is an "invoice", a "credit_note", or an "other" one, such as the bill of a supplier or a quote."""
    return _meanings("document_kind").get(fold(text))


def stage(text: str) -> str | None:
    """The stage of a relationship by its code: "Interessent" is "prospect"."""
    return _meanings("stage").get(fold(text))


def consent(text: str) -> str | None:
    """What somebody says about an agreement: "given", "refused", "withdrawn", or "nothing"."""
    return _meanings("consent").get(fold(text))


def is_town(text: str) -> bool:
    """Whether a text is one of the larger towns; a column that holds some of them holds towns."""
    return fold(text) in _meanings("town")


def is_first_name(text: str) -> bool:
    """Whether a word is one of the more frequent first names; a column that holds some of them holds first names."""
    return fold(text) in _meanings("first_name")


def payment_method(text: str) -> str | None:
    """How a payment came: "Überweisung" is "transfer"."""
    return _meanings("payment_method").get(fold(text))


def deal_state(text: str) -> str | None:
    """Whether a deal is "open", "won" or "lost"."""
    return _meanings("deal_state").get(fold(text))


def deal_stage(text: str) -> str | None:
    """The stage of a deal by its code: "Angebot gesendet" is "offer"."""
    return _meanings("deal_stage").get(fold(text))


def unit(text: str) -> str | None:
    """The unit as UN/ECE Recommendation 20 codes it: "Stk." is "C62"."""
    known = set(_meanings("unit").values())
    return text if text in known else _meanings("unit").get(fold(text))


def tax_category(text: str) -> str | None:
    """The tax category of EN 16931: "steuerfrei" is "E"."""
    return _meanings("tax_category").get(fold(text))


def notice(text: str) -> tuple[int, str] | None:
    """A notice period: "3 Monate zum Quartalsende" is (3, "month"); a bare number means months."""
    plain = fold(text).strip()
    if plain.isdecimal() and len(plain) < 4:
        return int(plain), "month"
    found = _NOTICE.search(plain)
    if not found:
        return None
    word = found[2]
    count = int(found[1]) if found[1].isdecimal() else _NUMBER_WORDS.get(found[1], 1)
    return next(((count, name) for name, starts in _NOTICE_UNITS.items() if _starts(word, starts)), None)


def _starts(word: str, starts: Iterable[str]) -> bool:
    return any(word.startswith(start) for start in starts)
