"""Fields for a birthday and other days whose year need not be known, and for a number of days."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.inputs import DateInput, TextInput

_CARD = re.compile(r"--(\d{1,2})-?(\d{1,2})")
_YEARS_BACK = 100


class BirthdayInput(DateInput):
    """A day with or without a year: "12 May 1980", "12.05.", "May 12", "--05-12"; without one its year is `NO_YEAR`."""

    def value(self) -> date | None:
        return parse_birthday(self.text())

    def written(self, value: Any) -> str:
        return formats.birthday(value) if value else ""

    def problem(self) -> str:
        found = self.value()
        if found is not None and found.year == dates.NO_YEAR:
            return ""
        if self.text().strip() and found is None:
            return _("This is not a day. Write it like {example}; the year may be left out.").format(
                example=formats.date_hint()
            )
        if found is not None and found > dates.today():
            return _("This birthday is still to come. Check the year.")
        return super().problem()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Without a year, a step up or down would make one."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not event.modifiers():
            TextInput.keyPressEvent(self, event)
        else:
            super().keyPressEvent(event)


class YearlyDayInput(BirthdayInput):
    """As `BirthdayInput`, for a day that may still be to come."""

    def value(self) -> date | None:
        without_year = parse_birthday(self.text())
        if without_year is not None and without_year.year == dates.NO_YEAR:
            return without_year
        return formats.parse_date(self.text())

    def problem(self) -> str:
        return "" if self.value() is not None else super().problem()


def parse_birthday(text: str) -> date | None:
    """The birthday that was typed, or None where it cannot be one; two digits of a year are one that has been."""
    tidy = text.strip().rstrip(".").strip()
    if card := _CARD.fullmatch(tidy):
        try:
            return date(dates.NO_YEAR, int(card[1]), int(card[2]))
        except ValueError:
            return None
    without_year = formats.parse_date(f"{tidy} {dates.NO_YEAR}") if tidy else None
    found = without_year or formats.parse_date(text)
    if found is not None and found > dates.today() and not re.search(r"\d{4}", tidy):
        return found.replace(year=found.year - _YEARS_BACK) if (found.month, found.day) != (2, 29) else found
    return found


class DaysInput(TextInput):
    """A number of days; `value()` is an `int`, or None when empty or no number."""

    def value(self) -> int | None:
        text = self.text().strip()
        return int(text) if text.isdecimal() and len(text) < 6 else None

    def written(self, value: Any) -> str:
        return "" if value is None else str(value)

    def problem(self) -> str:
        if self.text().strip() and self.value() is None:
            return _("This is not a number of days. Write it like {example}.").format(example=60)
        return ""
