"""BANT: budget, authority, need and time of a lead as four questions, and the score that they give.

Each answer counts 0 (not known), 1 (partly) or 2 (clear) points; the score is the points of 8 in percent, half up.
"""

from __future__ import annotations

from collections.abc import Sequence

from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _

# name of the column → letter on the card, word, question
QUESTIONS = {
    "budget": (N_("B"), N_("Budget"), N_("Is there money for it?")),
    "authority": (N_("A"), N_("Authority"), N_("Do we talk to the one who decides?")),
    "need": (N_("N"), N_("Need"), N_("Do they really need it?")),
    "timing": (N_("T"), N_("Time"), N_("Is it clear by when?")),
}
ANSWERS = {0: N_("Not known"), 1: N_("Partly"), 2: N_("Clear")}
_MOST = 2 * len(QUESTIONS)


def score(points: Sequence[int]) -> int:
    """The score from 0 to 100 of the four answers."""
    return (sum(points) * 200 + _MOST) // (2 * _MOST)


def formula(points: Sequence[int]) -> str:
    """How the score comes about: "B 2 + A 1 + N 2 + T 0 = 5 of 8 points = 63 of 100"."""
    letters = (_(letter) for letter, _word, _question in QUESTIONS.values())
    parts = " + ".join(f"{letter} {point}" for letter, point in zip(letters, points, strict=True))
    words = _("{parts} = {points} of {most} points = {score} of 100")
    return words.format(parts=parts, points=sum(points), most=_MOST, score=score(points))


def letters() -> list[str]:
    """The four letters as they stand on a card."""
    return [_(letter) for letter, _word, _question in QUESTIONS.values()]
