"""The words of units beside a quantity: 1 month, 2 months, 1.5 hours; in each language of documents.

Source: `resources/presets/units.json`; one or many as Unicode CLDR has it (in French 1,5 is still one: "1,5 heure").
"""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from typing import Any

from crm_desktop.core import resources


@cache
def _known() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(resources.resource("presets", "units.json").read_bytes())
    return found


def word(language: str, code: str, quantity: Decimal) -> str:
    """The word for a unit beside this quantity: "month", "months", "kg"; a code that we do not know stays as it is.

    Args:
        language: of the document or of the screen; one that has no words of its own gets the English ones.
        code: of UN/ECE Recommendation 20.
        quantity: how many; its sign does not matter.
    """
    known = _known()
    words: list[str] | None = (known.get(language) or known["en"]).get(code)
    if words is None:
        return str(known["signs"].get(code, code))
    return words[0] if _is_one(language, abs(quantity)) else words[1]


def _is_one(language: str, quantity: Decimal) -> bool:
    return quantity < 2 if language == "fr" else quantity == 1
