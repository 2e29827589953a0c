"""Errors of formulas in the cells of a spreadsheet: #DIV/0!, #REF! and the like, also in German."""

from __future__ import annotations

import re

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange.convert import Complain
from crm_desktop.exchange.values import Cell

_ERROR = re.compile(r"#(?:DIV/0|N/A|NV|REF|BEZUG|NAME|VALUE|WERT|NUM|ZAHL|NULL|SPILL|ÜBERLAUF|CALC)[!?]?\Z")


def without_errors(values: list[Cell], complain: Complain) -> list[Cell]:
    """The cells of a column with the errors of formulas (#DIV/0!) emptied and reported."""
    try:
        if "#" not in "".join(values):  # type: ignore[arg-type]  # a cell that is no text raises
            return values
    except TypeError:
        if not any(type(value) is str and value[:1] == "#" for value in values):
            return values
    kept = list(values)
    for place, value in enumerate(values):
        if isinstance(value, str) and _ERROR.match(value):
            kept[place] = ""
            complain(place, value, _("An error of a formula in the spreadsheet; left empty"))
    return kept
