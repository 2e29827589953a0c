"""How long issued papers must be kept, and when a customer without business is due to be erased.

The owner enters the years; 10 are proposed, and what the law of the company's country says stands beside it. Years are
counted from the end of the calendar year in which the paper was issued.

Source: the laws named in `resources/presets/keeping.json`, each with the days for which it holds.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from crm_desktop.billing.document import BILLS
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.resources import resource
from crm_desktop.db import connection as db
from crm_desktop.db import noted

PROPOSED_YEARS, QUIET_YEARS, LONGEST_YEARS = 10, 3, 40
_KEY = "privacy"


@dataclass(frozen=True)
class Keeping:
    """Years for which bills and other papers are kept, and after which a customer without business is due."""

    bill_years: int = PROPOSED_YEARS
    letter_years: int = PROPOSED_YEARS
    quiet_years: int = QUIET_YEARS


@dataclass(frozen=True)
class Law:
    """What the law of a country says on a day: years, and where it stands."""

    country: str
    bill_years: int
    letter_years: int
    source: str
    since: date


def settings() -> Keeping:
    """What the owner entered."""
    stored = db.value("SELECT value FROM setting WHERE key = ?", [_KEY])
    return Keeping(**json.loads(stored)) if stored else Keeping()


def set_settings(values: dict[str, Any]) -> None:
    """Change some of the years.

    Raises:
        ValidationError: a number that cannot be meant; field → sentence.
    """
    found = replace(settings(), **values)
    sentence = _("Enter a number of years from 1 to {most}.").format(most=LONGEST_YEARS)
    problems = {name: sentence for name, years in asdict(found).items() if not 1 <= years <= LONGEST_YEARS}
    if problems:
        raise ValidationError(problems)
    with db.transaction(_("Change settings"), merge=True):
        noted.put_setting(_KEY, json.dumps(asdict(found)))


def law(country: str, day: date | None = None) -> Law | None:
    """What the law of a country says on a day, or None where we do not know it."""
    on = (day or dates.today()).isoformat()
    known = json.loads(resource("presets", "keeping.json").read_text(encoding="utf-8"))
    for entry in known.get(country, ()):
        if entry["from"] <= on <= entry.get("to", "9999"):
            since = date.fromisoformat(entry["from"])
            return Law(country, entry["bills"], entry["letters"], entry["law"], since)
    return None


def until(kind: str, issued_on: date) -> date:
    """The last day on which a paper of a kind has to be kept."""
    chosen = settings()
    years = chosen.bill_years if kind in BILLS else chosen.letter_years
    return date(min(issued_on.year + years, dates.LATEST.year), 12, 31)
