"""The menu of “Later”: in an hour, this afternoon, tomorrow at 9, Monday at 9, in a week, or a day of one's own.

The choice that was taken last is chosen when the menu opens, so that Enter takes it again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from crm_desktop.activity import snoozing
from crm_desktop.activity.snoozing import Choice
from crm_desktop.core import dates, preferences
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.form import Field

_LAST = "snooze/last"
Chosen = Callable[[date, time | None], object]


class LaterMenu(QMenu):
    """See the module; `chosen` gets day and hour, `hours` says whether hours of today make sense."""

    def __init__(self, chosen: Chosen, hours: Callable[[], bool], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen, self._hours = chosen, hours
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Offer what makes sense at this hour."""
        self.clear()
        last = preferences.get(_LAST)
        active: QAction | None = None
        for choice in snoozing.choices(_clock(), hours=self._hours()):
            act = self.addAction(f"{choice.words}\t{_when(choice)}", partial(self._take, choice))
            active = act if choice.key == last else active
        self.addSeparator()
        self.addAction(_("Pick a day…"), self._pick)
        if active is not None:
            self.setActiveAction(active)

    def _take(self, choice: Choice) -> None:
        preferences.put(_LAST, choice.key)
        self._chosen(choice.day, choice.at)

    def _pick(self) -> None:
        day = ask_day()
        if day is not None:
            self._chosen(day, None)


def ask_day() -> date | None:
    """A day of one's own, or None."""
    found = dialogs.fill_in(
        _("When shall it come back?"),
        [Field("day", _("Day"), "date", needed=True, hint=_("“+14” is in two weeks"))],
        {"day": dates.add_days(dates.today(), 7)},
        act=_("Later"),
    )
    return found["day"] if found else None


def _when(choice: Choice) -> str:
    at = f"{choice.at:%H:%M}" if choice.at else ""
    day = "" if choice.day == dates.today() else formats.day_short(choice.day)
    return " ".join(part for part in (day, at) if part)


def _clock() -> datetime:
    """The time on the owner's clock, without a zone."""
    return dates.now().astimezone().replace(tzinfo=None)
