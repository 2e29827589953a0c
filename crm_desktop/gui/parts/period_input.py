"""A day or a period in one field, typed as people write it: "3-4 Nov", "November", "today"."""

from __future__ import annotations

from datetime import date
from typing import Any

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts import entry
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.inputs import TextInput


def example() -> str:
    """How a period may be typed: "23–24 Nov", "23.–24. Nov"."""
    today = dates.today()
    first = dates.add_days(today, -1) if today.day > 1 else today
    words = formats.day_short(today).rstrip(".")
    day = str(today.day)
    if not words.startswith(day):
        return f"{formats.day_short(first)} {formats.DASH} {words}"
    mark = "." if words.startswith(f"{day}.") else ""
    return f"{first.day}{mark}{formats.DASH}{words}"


class PeriodInput(TextInput):
    """`value()` is (first day, last day or None); both None when empty or not readable."""

    def value(self) -> tuple[date | None, date | None]:
        return entry.parse_period(self.text()) or (None, None)

    def written(self, value: Any) -> str:
        return entry.period_text(*value) if value else ""

    def problem(self) -> str:
        if not self.text().strip():
            return ""
        found = entry.parse_period(self.text())
        if found is None or found[0] is None:
            return _("This is not a day or a period. Write it like {example}.").format(example=example())
        for day in found:
            if day is not None and not dates.is_plausible(day):
                return _("The year is {year}. Days from 1900 to 2199 can be kept.").format(year=day.year)
        if found[1] is not None and found[1] < found[0]:
            return _("The last day, {day}, lies before the first.").format(day=formats.day(found[1]))
        return ""
