"""Second thoughts about a guess: columns looked at together. A first name without a last name is a whole name, and so on."""

from __future__ import annotations

import re
from dataclasses import replace

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import address_columns, headings, name_columns, targets, words
from crm_desktop.exchange.columns import ASK, LIKELY, SURE, Choice
from crm_desktop.exchange.names import is_organisation
from crm_desktop.exchange.targets import LEAVE_OUT, OWN_FIELD

# Columns that only a list of people or firms has.
_REACHED = {"emails", "phones", "address"}
_ACCOUNT = re.compile(r"(?:konto|kto|account|compte|cuenta|conto)(?: (?:nr|nummer|no|number|num|numero))?\Z")
_BANK = re.compile(r"\b(?:blz|bankleitzahl|bank|iban|bic|kontoinhaber|sort code|routing|banque|banco|banca)\b")


def refine(choices: list[Choice], kind: str, *, has_heading: bool) -> list[Choice]:
    """Look at the columns together: a first name without a last name is a whole name, and so on."""
    if kind in targets.WITH_OWN_FIELDS:
        choices = address_columns.by_contents(choices, has_heading=has_heading)
        choices = name_columns.by_contents(choices, has_heading=has_heading)
        fields = {c.field for c in choices}
        if not has_heading or (fields & _REACHED and not fields & name_columns.NAMES):
            choices = address_columns.postcodes_beside_towns(choices)
            choices = _without_headings(choices, LEAVE_OUT if not has_heading else OWN_FIELD)
            choices = name_columns.beside_firms(choices, has_heading=has_heading)
        choices = address_columns.whole_addresses(name_columns.refine(_bank_accounts(choices)))
        if kind == "customers" and not {c.field for c in choices} & {*name_columns.NAMES, "emails"}:
            choices = name_columns.people(address_columns.blocks(choices))
    return [_with_reason(choice) for choice in choices]


def _bank_accounts(choices: list[Choice]) -> list[Choice]:
    """A "Konto" beside a bank or its number is a bank account, not the number of the customer."""
    number = next(
        (c for c in choices if c.field == "number" and _ACCOUNT.match(headings.normalise(c.column.meaning))), None
    )
    if number is None or not any(_BANK.search(headings.normalise(c.column.meaning)) for c in choices):
        return choices
    kept = _("Kept as a field of your own")
    return [replace(c, field=OWN_FIELD, confidence=ASK, why=kept) if c is number else c for c in choices]


def _without_headings(choices: list[Choice], unused: str) -> list[Choice]:
    """Number and name by content alone: the number is what differs in every row, the name the wordiest text."""

    def pick(name: str, candidates: list[Choice], why: str) -> None:
        if candidates:
            best = candidates[0]
            choices[choices.index(best)] = replace(best, field=name, confidence=LIKELY, why=why)

    rest = [c for c in choices if c.field == unused and c.profile.shares]
    wordy = [c for c in rest if c.profile.shares["wordy"] > 0.8 and c.profile.shares["distinct"] > 0.5]
    wordy.sort(key=lambda c: (c.profile.shares["spaced"], c.profile.shares["distinct"]), reverse=True)
    firms = sum(1 for text in wordy[0].profile.texts() if is_organisation(text)) if wordy else 0
    is_list_of_firms = bool(wordy) and firms > 0.25 * len(wordy[0].profile.sample)
    if not name_columns.NAMES & {c.field for c in choices}:
        pick("company" if is_list_of_firms else "name", wordy, _("Words, different in nearly every row"))
    codes = [
        c for c in rest if c.profile.shares["code"] > 0.9 and c.profile.shares["distinct"] == 1 and c not in wordy[:1]
    ]
    codes = [c for c in codes if c.profile.shares["day"] < 0.2 and not _holds_fractions(c)]
    codes.sort(key=lambda c: any(ch.isalpha() for text in c.profile.texts()[:20] for ch in text), reverse=True)
    pick("number", codes, _("Numbers, all different"))
    if not any(c.field == "city" for c in choices):
        pick("city", [c for c in choices if c.field == unused and _holds_towns(c)], _("Names of towns"))
    return [_asked_about(c) if c.field == unused == LEAVE_OUT else c for c in choices]


def _holds_towns(choice: Choice) -> bool:
    """Whether the words of a column are towns: none holds digits, and some are well known."""
    texts = set(choice.profile.texts()) - {""}
    known = sum(1 for text in texts if words.is_town(text))
    return known > 0.2 * len(texts) and not any(map(str.isdecimal, "".join(texts)))


def _asked_about(choice: Choice) -> Choice:
    """A column without a heading that nothing explains: who knows it should say what it holds."""
    if not choice.profile.shares:
        return choice
    return replace(choice, confidence=ASK, why=_("Left out, unless you say what it holds"))


def _holds_fractions(choice: Choice) -> bool:
    texts = choice.profile.texts()
    return sum(1 for text in texts if "," in text) > 0.2 * len(texts)


def _with_reason(choice: Choice) -> Choice:
    """Add to the reason what the user may want to know of the contents."""
    name, profile, shares = choice.field, choice.profile, choice.profile.shares
    if not shares or choice.confidence == ASK:
        return choice
    notes = []
    if name == "number" and shares["distinct"] == 1 and choice.confidence == SURE:
        notes.append(_("all different"))
    if (
        name in targets.DAYS
        and profile.day_order.proved
        and profile.day_order.day_first + profile.day_order.month_first
    ):
        notes.append(_("day first") if profile.day_order.order == "dmy" else _("month first"))
    if name == "name" and any("," in text for text in profile.texts()[:50]):
        notes.append(_("split at the comma"))
    return replace(choice, why=" · ".join([choice.why, *notes])) if notes else choice
