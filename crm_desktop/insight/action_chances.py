"""How the next best actions are weighed: the chance in percent that an act brings its amount; ours until the owner says otherwise.

Ours are estimates. What the owner entered is kept with the company, and only where it differs from ours, so that better
estimates of a later version reach everybody else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.db import noted

_KEY = "next_action.chances"


@dataclass(frozen=True, slots=True)
class Chance:
    """What a chance is about, of which amount it is, and our estimate in percent."""

    what: str
    amount: str
    percent: int


# By the rule of `next_action` that it weighs.
OURS = {
    "late": Chance(N_("Money that is late comes after a reminder"), N_("of the amount that is late"), 50),
    "unhappy": Chance(N_("Who was unhappy stays after a call"), N_("of their purchases in a year"), 20),
    "contract": Chance(N_("A contract that ends is renewed after an offer"), N_("of its value in a year"), 50),
    "leaving": Chance(N_("Who fell silent comes back after a call"), N_("of their purchases in a year"), 10),
    "due": Chance(N_("An order that is due comes because you called"), N_("of the worth of an order"), 20),
    "offer": Chance(N_("Somebody takes up an offer"), N_("of the worth of an order"), 10),
}


def in_use() -> dict[str, int]:
    """The chances that count now, in percent, by rule."""
    return {rule: ours.percent for rule, ours in OURS.items()} | _own()


def is_own() -> bool:
    """Whether the owner changed any of them."""
    return bool(_own())


def _own() -> dict[str, int]:
    kept = db.value("SELECT value FROM setting WHERE key = ?", [_KEY])
    found: dict[str, Any] = json.loads(kept) if kept else {}
    return {rule: int(percent) for rule, percent in found.items() if rule in OURS}


def check(percents: Mapping[str, Any]) -> dict[str, str]:
    """What cannot be kept, as rule → sentence."""
    return {
        rule: _("A chance lies between 0 and 100 percent.")
        for rule, percent in percents.items()
        if percent is not None and not 0 <= percent <= 100
    }


def save(percents: Mapping[str, Any]) -> None:
    """Keep chances in whole percent; None means ours.

    Raises:
        ValidationError: one of them is below 0 or above 100.
    """
    if problems := check(percents):
        raise ValidationError(problems)
    given = {rule: int(percent) for rule, percent in percents.items() if rule in OURS and percent is not None}
    own = {rule: percent for rule, percent in (_own() | given).items() if percent != OURS[rule].percent}
    own = {rule: percent for rule, percent in own.items() if rule in given or rule not in percents}
    with db.transaction(_("How the next acts are weighed")):
        noted.put_setting(_KEY, json.dumps(own) if own else None)


def reset() -> None:
    """Use ours again."""
    save(dict.fromkeys(OURS))
