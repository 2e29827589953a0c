"""A repetition in words: "every last Friday", "alle 3 Monate nach Erledigung", "jeden 31.", "every other Tuesday at 9".

English and German are understood at any time, whatever the language of the screen; how a rule is said follows the screen.
A rule as it is stored is understood too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any

from crm_desktop.activity import recurrence
from crm_desktop.activity.recurrence import LAST, MOST, WORKDAYS, Rule, Unit
from crm_desktop.core import text
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import N_, ngettext
from crm_desktop.core.i18n import gettext_ as _

DAY_NAMES = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))
MONTH_NAMES = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"), N_("August"),
    N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip
# What is said when the words are not understood.
_EXAMPLES = N_("Write it like “every last Friday”, “every 2 weeks on Monday” or “every 3 months after done”.")

_DAYS = {
    "mo": 0, "mon": 0, "monday": 0, "montag": 0, "tu": 1, "tue": 1, "tues": 1, "tuesday": 1, "di": 1, "dienstag": 1,
    "we": 2, "wed": 2, "wednesday": 2, "mi": 2, "mittwoch": 2, "th": 3, "thu": 3, "thur": 3, "thurs": 3, "thursday": 3,
    "do": 3, "donnerstag": 3, "fr": 4, "fri": 4, "friday": 4, "freitag": 4, "sa": 5, "sat": 5, "saturday": 5,
    "samstag": 5, "sonnabend": 5, "su": 6, "sun": 6, "sunday": 6, "so": 6, "sonntag": 6,
}  # fmt: skip
_MONTHS = {
    "january": 1, "jan": 1, "januar": 1, "jaenner": 1, "janner": 1, "february": 2, "feb": 2, "februar": 2, "march": 3,
    "mar": 3, "marz": 3, "maerz": 3, "april": 4, "apr": 4, "may": 5, "mai": 5, "june": 6, "jun": 6, "juni": 6, "july": 7,
    "jul": 7, "juli": 7, "august": 8, "aug": 8, "september": 9, "sep": 9, "sept": 9, "october": 10, "oct": 10,
    "oktober": 10, "okt": 10, "november": 11, "nov": 11, "december": 12, "dec": 12, "dezember": 12, "dez": 12,
}  # fmt: skip
_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "ein": 1, "eine": 1, "einen": 1, "zwei": 2, "drei": 3, "vier": 4, "funf": 5, "fuenf": 5,
    "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwolf": 12, "zwoelf": 12, "other": 2,
    "andere": 2, "anderen": 2, "anderer": 2, "anderes": 2,
}  # fmt: skip
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": LAST, "erst": 1, "zweit": 2, "dritt": 3,
    "viert": 4, "funft": 5, "fuenft": 5, "letzt": LAST, "sixth": 6, "sechst": 6,
}  # fmt: skip
# A word → unit and how many of them.
_UNITS: dict[str, tuple[Unit, int]] = {
    "day": ("day", 1), "days": ("day", 1), "daily": ("day", 1), "tag": ("day", 1), "tage": ("day", 1),
    "tagen": ("day", 1), "taglich": ("day", 1), "taeglich": ("day", 1), "week": ("week", 1), "weeks": ("week", 1),
    "weekly": ("week", 1), "woche": ("week", 1), "wochen": ("week", 1), "wochentlich": ("week", 1),
    "woechentlich": ("week", 1), "fortnight": ("week", 2), "fortnightly": ("week", 2), "biweekly": ("week", 2),
    "zweiwochentlich": ("week", 2), "vierzehntaglich": ("week", 2), "vierzehntagig": ("week", 2), "month": ("month", 1),
    "months": ("month", 1), "monthly": ("month", 1), "monat": ("month", 1), "monate": ("month", 1),
    "monaten": ("month", 1), "monats": ("month", 1), "monatlich": ("month", 1), "quarter": ("month", 3),
    "quarters": ("month", 3), "quarterly": ("month", 3), "quartal": ("month", 3), "quartale": ("month", 3),
    "quartals": ("month", 3), "vierteljahr": ("month", 3), "vierteljahrlich": ("month", 3), "halbjahr": ("month", 6),
    "halbjahrlich": ("month", 6), "half-yearly": ("month", 6), "year": ("year", 1), "years": ("year", 1),
    "yearly": ("year", 1), "annually": ("year", 1), "annual": ("year", 1), "jahr": ("year", 1), "jahre": ("year", 1),
    "jahren": ("year", 1), "jahres": ("year", 1), "jahrlich": ("year", 1), "jaehrlich": ("year", 1),
}  # fmt: skip
_WORKING = frozenset((
    "weekday", "weekdays", "workday", "workdays", "werktag", "werktage", "werktags", "arbeitstag", "arbeitstage",
    "wochentag", "wochentags", "werktaglich",
))  # fmt: skip
_MONTH_END = frozenset(("monatsende", "ultimo", "monatsletzten", "monatsletzter"))
_FILLERS = frozenset((
    "every", "each", "all", "alle", "jede", "jeden", "jeder", "jedes", "jedem", "on", "the", "of", "at", "in", "a", "am",
    "im", "an", "and", "und", "um", "uhr", "den", "der", "des", "dem", "die", "das", "zum", "always", "immer", "repeat",
    "oclock", "ein", "einmal", "once",
))  # fmt: skip
_PARTING = frozenset(("of", "des", "im", "in", "every", "each", "jedes", "jeden"))
_DONE = re.compile(
    r"\b(?:(?:after|from|once|when)\s+(?:it\s+(?:is|was)\s+|being\s+)?(?:done|completion|completed|finished|finishing)"
    r"|(?:nach|ab|seit)\s+(?:dem\s+|der\s+)?(?:erledigung|erledigen|erledigt|fertigstellung)|nachdem\s+(?:es\s+)?erledigt(?:\s+ist)?)\b"
)
_SHORTER = (
    (
        re.compile(r"\b(?:end of (?:the|each|every) month|month'?s? end|ende (?:des|jedes) monats|monatsende)\b"),
        "ultimo",
    ),
    (re.compile(r"\bhalf[ -]?year(?:ly)?\b|\bhalbes jahr\b|\bsix[ -]monthly\b"), "halbjahr"),
    (re.compile(r"\b(\d+)-?(?:taglich|taegig|tagig)\b"), r"\1 tage"),
    (re.compile(r"\bworking days?\b|\bbusiness days?\b"), "workday"),
)
_TIME = re.compile(
    r"\b(?:at|um)\s+(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|uhr)?\b|\b(\d{1,2})[:.](\d{2})(?!\d|\.)\s*(?:uhr)?|\b(\d{1,2})\s*(am|pm|uhr)\b"
)
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.|te|ten|ter)")
_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.?|(\d{2})-(\d{2})")


@dataclass
class _Heard:
    """What was understood so far."""

    unit: Unit | None = None
    every: int = 1
    times: int = 1
    weekdays: set[int] = field(default_factory=set)
    nth: int = 0
    day: int = 0
    month: int = 0
    number: int | None = None
    ordinal: int = 0


def read(words: str) -> tuple[Rule | None, str]:
    """The rule that the words mean, and "due" or "done"; no rule for no words, "never" and "nie".

    Raises:
        ValidationError: a word is not understood, or there is no such repetition.
    """
    said = text.fold(text.tidy(words)).strip(" .,;")
    if said in ("", "never", "nie", "no", "nein", "not", "nicht", "once", "einmal"):
        return None, "due"
    stored = _stored(said)
    if stored is not None:
        return stored, "due"
    said, counted_from = _DONE.subn(" ", said)
    said, at = _without_time(said)
    for pattern, shorter in _SHORTER:
        said = pattern.sub(shorter, said)
    heard = _Heard()
    for word in said.replace(",", " ").split():
        _hear(heard, word)
    rule = replace(_rule(heard, words), at=at)
    if counted_from and (rule.weekdays or rule.day or rule.month):
        raise _problem(_("Counted from when it is done, only days, weeks, months or years are possible."))
    return rule, "done" if counted_from else "due"


def _stored(said: str) -> Rule | None:
    """A rule in the form in which it is stored, None for other words."""
    try:
        return recurrence.rule_from(said)
    except ValueError:
        return None


def _problem(sentence: str) -> ValidationError:
    return ValidationError({"repeats": f"{sentence} {_(_EXAMPLES)}"})


def _without_time(said: str) -> tuple[str, time | None]:
    found = _TIME.search(said)
    if found is None or (found[4] and _DATE.fullmatch(found[0].strip()) and int(found[5]) <= 12 and "." in found[0]):
        return said, None
    hour, minute = int(found[1] or found[4] or found[6]), int(found[2] or found[5] or 0)
    half = found[3] or found[7]
    if half in ("am", "pm"):
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59:
        raise _problem(_("There is no such time of day."))
    return f"{said[: found.start()]} {said[found.end() :]}", time(hour, minute)


def _hear(heard: _Heard, word: str) -> None:
    """Take in one word."""
    if word in _PARTING and heard.ordinal:
        # "the 31st of every month"
        heard.day, heard.ordinal = 31 if heard.ordinal == LAST else heard.ordinal, 0
    if word in _FILLERS and not (word in _NUMBERS and not heard.number):
        return
    if word in _UNITS:
        _hear_unit(heard, *_UNITS[word])
    elif (day := _weekday(word)) is not None:
        heard.weekdays |= {day}
        _nth(heard)
    elif word in _WORKING:
        heard.weekdays |= set(WORKDAYS)
        _nth(heard)
    elif word in _MONTH_END:
        heard.unit, heard.day = "month", 31
    elif word in _MONTHS:
        heard.unit, heard.month = "year", _MONTHS[word]
    else:
        _hear_number(heard, word)


def _hear_number(heard: _Heard, word: str) -> None:
    """A number, an ordinal, a day of the year, or nothing that is known."""
    if (number := _number(word)) is not None:
        heard.number = number
    elif (ordinal := _ordinal(word)) is not None:
        heard.ordinal = ordinal
    elif found := _DATE.fullmatch(word):
        heard.unit = "year"
        heard.day, heard.month = (int(found[1]), int(found[2])) if found[1] else (int(found[4]), int(found[3]))
    else:
        raise _problem(_("“{word}” was not understood.").format(word=word))


def _hear_unit(heard: _Heard, unit: Unit, times: int) -> None:
    """A unit takes the number before it: 3 months, every second week, the 15th day, the last day."""
    if unit == "day" and heard.ordinal and (heard.ordinal == LAST or heard.unit in ("month", "year")):
        heard.day, heard.ordinal = 31 if heard.ordinal == LAST else heard.ordinal, 0
        heard.unit = heard.unit or "month"
        return
    if unit == "day" and heard.ordinal:
        # "the first day of the month", or "every third day": what follows decides.
        heard.day, heard.every, heard.unit, heard.ordinal = heard.ordinal, heard.ordinal, "day", 0
        return
    if heard.unit == "day" and unit in ("month", "year"):
        heard.every, heard.unit = 1, None
    if heard.unit is None or (heard.unit, unit) in (("week", "month"), ("month", "year"), ("week", "year")):
        heard.unit = unit if not (heard.unit == "month" and unit == "year" and heard.day) else heard.unit
    heard.times = max(heard.times, times)
    if heard.number is not None or heard.ordinal > 0:
        heard.every = heard.ordinal if heard.number is None else heard.number
    heard.number, heard.ordinal = None, 0


def _nth(heard: _Heard) -> None:
    """A weekday takes the ordinal before it: the last Friday; "every other Friday" are weeks."""
    if heard.ordinal:
        heard.nth, heard.ordinal = heard.ordinal, 0
    elif heard.number == 2:
        heard.every, heard.number = 2, None


def _weekday(word: str) -> int | None:
    plain = word.rstrip(".")
    if plain in _DAYS:
        return _DAYS[plain]
    return _DAYS.get(plain[:-1]) if plain.endswith("s") and len(plain) > 5 else None


def _number(word: str) -> int | None:
    return int(word) if word.isdecimal() and len(word) < 5 else _NUMBERS.get(word)


def _ordinal(word: str) -> int | None:
    if found := _ORDINAL.fullmatch(word):
        return int(found[1])
    if word in _ORDINALS:
        return _ORDINALS[word]
    return next((_ORDINALS[word[: -len(end)]] for end in ("en", "er", "es", "em", "e") if word.endswith(end)
                 and word[: -len(end)] in _ORDINALS), None)  # fmt: skip


def _rule(heard: _Heard, words: str) -> Rule:
    """What was heard, as a rule."""
    day = heard.day
    if not heard.nth and not heard.weekdays and heard.unit in (None, "month", "year"):
        # "on the 31st", "am 24. Dezember", "24 December"
        day = day or heard.ordinal or heard.number or 0
        day = 31 if day == LAST else day
    unit = heard.unit or ("month" if heard.nth or day else "week" if heard.weekdays else None)
    if unit is None:
        raise _problem(_("“{words}” does not say how often.").format(words=words.strip()))
    if heard.weekdays and unit == "day":
        unit = "week"
    found: dict[str, Any] = {"every": heard.every * heard.times, "weekdays": tuple(sorted(heard.weekdays))}
    found |= {"nth": heard.nth, "day": day if unit in ("month", "year") else 0}
    found |= {"month": heard.month if unit == "year" else 0}
    if found["every"] > MOST:
        raise _problem(_("Up to {n} days, weeks, months or years can lie between.").format(n=MOST))
    try:
        return Rule(unit, **found)
    except ValueError as error:
        raise _problem(_("There is no such repetition.")) from error


def _listed(rule: Rule) -> str:
    if rule.weekdays == WORKDAYS:
        return _("working day")
    return ", ".join(_(DAY_NAMES[day]) for day in rule.weekdays)


def words(rule: Rule, repeats_from: str = "due") -> str:
    """A rule as it is said, in the language of the screen: "every 2 weeks on Monday", "every 3 months after done"."""
    said = _counted(rule)
    if rule.nth:
        said = _of_month(rule)
    elif rule.weekdays == WORKDAYS and rule.every == 1:
        said = _("every working day")
    elif rule.weekdays and rule.every == 1:
        said = _("every {days}").format(days=_listed(rule))
    elif rule.weekdays:
        said = _("{every} on {days}").format(every=said, days=_listed(rule))
    elif rule.month and rule.day:
        said = _("{every} on {day} {month}").format(every=said, day=rule.day, month=_(MONTH_NAMES[rule.month - 1]))
    elif rule.month:
        said = _("{every} in {month}").format(every=said, month=_(MONTH_NAMES[rule.month - 1]))
    elif rule.day == 31:
        said = _("{every} on the last day").format(every=said)
    elif rule.day:
        said = _("{every} on day {day}").format(every=said, day=rule.day)
    if repeats_from == "done":
        said = _("{every} after done").format(every=said)
    return _("{every} at {time}").format(every=said, time=f"{rule.at:%H:%M}") if rule.at else said


def _counted(rule: Rule) -> str:
    n = rule.every
    return {
        "day": ngettext("every day", "every {n} days", n),
        "week": ngettext("every week", "every {n} weeks", n),
        "month": ngettext("every month", "every {n} months", n),
        "year": ngettext("every year", "every {n} years", n),
    }[rule.unit].format(n=n)


def _of_month(rule: Rule) -> str:
    """Such a day of a month: the last Friday."""
    days = {
        1: _("every first {days} of the month"),
        2: _("every second {days} of the month"),
        3: _("every third {days} of the month"),
        4: _("every fourth {days} of the month"),
        5: _("every fifth {days} of the month"),
        LAST: _("every last {days} of the month"),
    }[rule.nth].format(days=_listed(rule))
    if rule.unit == "year":
        month = _(MONTH_NAMES[rule.month - 1]) if rule.month else ""
        days = _("{days}, {every} in {month}").format(days=days, every=_counted(rule), month=month)
        return days if month else f"{days}, {_counted(rule)}"
    return days if rule.every == 1 else _("{days}, {every}").format(days=days, every=_counted(rule))
