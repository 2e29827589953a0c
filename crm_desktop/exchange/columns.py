"""What becomes of the columns of a sheet: where each goes, how sure that is and why, and what has to be asked.

`guessing` finds it out, `mappings` takes it from the user. What is ambiguous is asked, with a default that follows from
the country.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from crm_desktop.company import profile
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import headings, targets
from crm_desktop.exchange.survey import Profile
from crm_desktop.exchange.tables import Column
from crm_desktop.exchange.targets import LEAVE_OUT, OWN_FIELD
from crm_desktop.sales.basket import GROSS, NET

SURE, LIKELY, ASK, OUT = "sure", "likely", "ask", "out"
_MOBILE = re.compile(r"mobil|handy|cell|portable|movil|gsm|komork")
_PRIVATE = re.compile(r"home|priv|other|second|zweit|[2-9]|perso|casa")


@dataclass(frozen=True)
class Choice:
    """What becomes of one column: its field ("" = left out, "custom" = a field of the owner's own)."""

    column: Column
    profile: Profile
    field: str
    confidence: str
    why: str


@dataclass(frozen=True)
class Question:
    """Something that a column does not prove; `options` map answers to what the user reads, `chosen` is our default."""

    field: str
    column: str
    text: str
    options: dict[str, str]
    chosen: str

    def assumed(self) -> str:
        """The answer that counts, with the question."""
        return _("Assumed: {answer}. {question}").format(answer=self.options[self.chosen], question=self.text)


@dataclass
class Matching:
    """What a sheet is taken for: the kind of records and where each column goes.

    `looks_like` names the program that the sheet comes from, where its headings tell ("Google Contacts").
    """

    kind: str
    choices: list[Choice]
    questions: list[Question] = field(default_factory=list)
    looks_like: str = ""

    def mapping(self) -> dict[str, str]:
        """Our field → label of the column; further columns of the same field are numbered from 2, as `phones_2`."""
        found: dict[str, str] = {}
        for choice in self.ordered():
            name = f"custom.{choice.column.label}" if choice.field == OWN_FIELD else choice.field
            number = 2
            while name in found:
                name = f"{choice.field}_{number}"
                number += 1
            found[name] = choice.column.label
        return found

    def ordered(self) -> list[Choice]:
        """The columns that are used; of several phones the business one comes first, then mobile, then private."""
        used = [choice for choice in self.choices if choice.field != LEAVE_OUT]
        return sorted(used, key=lambda c: _rank(c.column.meaning) if c.field in {"phones", "emails"} else 0)

    def fields(self) -> set[str]:
        """The fields that some column goes to."""
        return {choice.field for choice in self.choices} - {LEAVE_OUT}

    def with_field(self, index: int, name: str) -> Matching:
        """The same with one column going elsewhere; a field that takes one column is freed from its former one."""
        frees = name not in targets.SEVERAL | {OWN_FIELD, LEAVE_OUT}
        mine, moved = _("You chose this"), _("Another column goes there now")
        changed = [
            replace(c, field=name, confidence=SURE if name else OUT, why=mine)
            if c.column.index == index
            else replace(c, field=LEAVE_OUT, confidence=OUT, why=moved)
            if frees and c.field == name
            else c
            for c in self.choices
        ]
        answers = {(q.column, *q.options): q.chosen for q in self.questions}
        asked = [replace(q, chosen=answers.get((q.column, *q.options), q.chosen)) for q in questions(changed)]
        return Matching(self.kind, changed, asked, self.looks_like)


def _rank(label: str) -> int:
    plain = headings.normalise(label)
    return 2 if _PRIVATE.search(plain) else 1 if _MOBILE.search(plain) else 0


def questions(choices: Sequence[Choice]) -> list[Question]:
    """What the columns do not prove and the user should decide."""
    asked = []
    proved = {c.profile.day_order.order for c in choices if c.profile.day_order.tells}
    signs = {c.profile.decimal_sign.sign for c in choices if c.profile.decimal_sign.tells}
    for choice in choices:
        days, amounts = choice.profile.day_order, choice.profile.decimal_sign
        is_own_day = choice.field == OWN_FIELD and choice.profile.shares.get("day", 0) > 0.6
        if (choice.field in targets.DAYS or is_own_day) and days.asks:
            # What another column proves is likely here too.
            usual = next(iter(proved)) if len(proved) == 1 and not days.proved else days.order
            asked.append(_ask_order(choice, days.example, usual))
        elif choice.field in targets.AMOUNTS and amounts.asks:
            usual = next(iter(signs)) if len(signs) == 1 and not amounts.proved else amounts.sign
            asked.append(_ask_sign(choice, amounts.example, usual))
    return [*asked, *_ask_tax(choices)]


def _ask_tax(choices: Sequence[Choice]) -> list[Question]:
    """With or without tax, where lines have prices and tax rates and neither headings nor totals tell."""
    fields = {choice.field for choice in choices}
    prices = [choice for choice in choices if choice.field in targets.LINE_PRICES]
    told = any(headings.price_mode(choice.column.label) for choice in prices)
    if not prices or told or not fields & targets.TAX_RATES or fields & targets.TOTALS:
        return []
    first = prices[0]
    text = _("Are the prices in column “{column}” with or without tax?").format(column=first.column.label)
    options = {NET: _("Without tax"), GROSS: _("With tax")}
    return [Question(first.field, first.column.label, text, options, profile.load().price_mode)]


def price_mode(matching: Matching) -> str:
    """Whether the prices of lines hold the tax, unless the totals of a document prove otherwise."""
    asked = next((q.chosen for q in matching.questions if set(q.options) == {NET, GROSS}), "")
    told = (headings.price_mode(c.column.label) for c in matching.choices if c.field in targets.LINE_PRICES)
    return asked or next(filter(None, told), NET)


def _ask_order(choice: Choice, example: str, chosen: str) -> Question:
    text = _("“{example}” in column “{column}” can be read in two ways. Which comes first?").format(
        example=example, column=choice.column.label
    )
    return Question(choice.field, choice.column.label, text, {"dmy": _("The day"), "mdy": _("The month")}, chosen)


def _ask_sign(choice: Choice, example: str, chosen: str) -> Question:
    text = _("“{example}” in column “{column}” can be read in two ways. What is the decimal sign?").format(
        example=example, column=choice.column.label
    )
    return Question(choice.field, choice.column.label, text, {",": _("The comma"), ".": _("The point")}, chosen)
