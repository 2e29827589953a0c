"""What a file says about the time of a contract: "3 Monate zum Jahresende", "gekündigt zum 31.12.2026"."""

from __future__ import annotations

import re
from datetime import date

from crm_desktop.core.text import fold
from crm_desktop.exchange import words
from crm_desktop.exchange.days import parse_day
from crm_desktop.exchange.invoice_states import DAY

# To which days notice counts, in words of de en fr es it nl pl; what holds another comes first.
_NOTICE_TO = {
    "half_year": r"halbjahr|half[ -]?year|semest",
    "quarter": r"viertel|quart(?:al|er)|trimest|kwarta",
    "year": r"jahres|(?:ende|end) (?:des|eines|of (?:the |a |each |any )?)\s?(?:kalender|calendar )?(?:jahr|year)|year[ -]?end|31\.\s?12\b|"
    r"(?:fin|final|fine|einde|koniec)\W(?:\w+\W){0,2}(?:annee|ano|anno|jaar|roku)|jaareinde|fin d'annee|calendar year",
    "month": r"monats|(?:ende|end) (?:des|eines|of (?:the |a |each |any )?)\s?(?:monat|month)|month[ -]?end|zum (?:1\.|ersten)(?!\d)|"
    r"(?:fin|final|fine|einde|koniec)\W(?:\w+\W){0,2}(?:mois|mes|mese|maand|miesiaca)|calendar month",
    "term": r"laufzeit|vertragsende|vertragsablauf|ablauf|end of (?:the )?(?:term|contract)|renewal|verlangerung|echeance|vencimiento|"
    r"scadenza|looptijd|contracteinde|koniec umowy",
    "any": r"jederzeit|taglich|any ?time|any day|tout moment|cualquier momento|qualsiasi momento|te allen tijde|w kazdej chwili|"
    r"zu jedem tag",
}
_PATTERNS = {to: re.compile(pattern) for to, pattern in _NOTICE_TO.items()}
# A word that leads to the day on which notice counts.
_LEADS = re.compile(r"\b(?:zum|zur|to the|pour|au|al|per|tegen|na)\b")
_NOTICE_GIVEN = re.compile(r"kundig|notice|cancel|terminat|resili|denonc|disdett|disdic|opgezeg|wypowie|rescind|baja")
_ENDED = re.compile(r"beendet|ended|expired|abgelaufen|scadut|beeindig|zakoncz|termine")
_NOT = re.compile(r"\b(?:nicht|un|not|kein|non|no|niet|nie)\b|ungekund")
_GIVEN_ON = re.compile(r"\b(?:am|vom|on|from|le|du|il|el|op|dnia)\s*$")
_CANNOT = re.compile(r"kundbar")

# What a heading says about how often an amount is due; what holds another comes first.
_PER = {
    "week": r"\bwoche|wochent|week|hebdo|semana|settiman|tygod",
    "half_year": r"halbjahr|half[ -]?year|semest|polrocz|halfjaar",
    "quarter": r"viertel|quartal|quarter|trimest|kwarta",
    "month": r"monat|month|mensu|mensil|maand|mies|\bmrr\b|\bmtl",
    "year": r"jahr|year|annu|\banual|\banno|jaar|roczn|\barr\b|\bp a\b",
}
_PER_PATTERNS = {interval: re.compile(pattern) for interval, pattern in _PER.items()}
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def per(heading: str) -> str:
    """How often the amounts below a heading are due: "Monatsbeitrag" is "month"; "" where it does not say."""
    plain = fold(heading)
    return next((interval for interval, pattern in _PER_PATTERNS.items() if pattern.search(plain)), "")


def value_in(minor: int, told_per: str, paid_every: str) -> int | None:
    """An amount per month, say, as it is paid every quarter; None where that makes no whole amount."""
    if not {told_per, paid_every} <= _MONTHS.keys():
        return None
    whole, rest = divmod(minor * _MONTHS[paid_every], _MONTHS[told_per])
    return None if rest else whole


def notice_to(text: str) -> str | None:
    """To which days notice counts ("year", "quarter", "any" …); None where the text does not say."""
    plain = fold(text)
    return next((to for to, pattern in _PATTERNS.items() if pattern.search(plain)), None)


def names_an_end(text: str) -> bool:
    """Whether a text leads to an end, understood or not: "4 Wochen zum 15."."""
    return bool(_LEADS.search(fold(text)))


def state(text: str, order: str = "dmy") -> tuple[str | None, date | None, date | None]:
    """The state of a contract, the day on which notice was given, and the day to which it counts, as far as they are told."""
    known = words.contract_state(text)
    if known:
        return known, None, None
    plain = fold(text)
    ends_it = _NOTICE_GIVEN.search(plain)
    if ends_it and (_NOT.search(plain) or _CANNOT.search(plain)):
        return "active", None, None
    code = "notice_given" if ends_it else "ended" if _ENDED.search(plain) else None
    if code is None:
        return next(filter(None, map(words.contract_state, re.findall(r"[^\W\d_]+", text))), None), None, None
    return code, *_days(text, order)


def _days(text: str, order: str) -> tuple[date | None, date | None]:
    """The day on which notice was given and the day to which it counts; a lone day is the latter."""
    given = ends = None
    for found in DAY.finditer(text):
        day = parse_day(found[0].rstrip("."), order)
        if day is None:
            continue
        if _GIVEN_ON.search(fold(text[: found.start()])):
            given = day
        else:
            ends = day
    return given, ends
