"""How a reminder repeats, in words as people say it, with the next five days below while one types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import islice
from typing import Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from crm_desktop.activity import recurrence, recurrence_words
from crm_desktop.activity.recurrence import LAST, Rule
from crm_desktop.core import dates
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.icons import icon
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.inputs import TextInput
from crm_desktop.gui.widgets.layouts import column, label

_SHOWN = 5


def usual(day: date) -> list[tuple[Rule, str]]:
    """Repetitions that are often wanted, for something that is due on a day."""
    weekday = (day.weekday(),)
    return [
        (Rule("day"), "due"),
        (Rule("week", 1, recurrence.WORKDAYS), "due"),
        (Rule("week", 1, weekday), "due"),
        (Rule("week", 2, weekday), "due"),
        (Rule("month", day=day.day), "due"),
        (Rule("month", 1, weekday, LAST), "due"),
        (Rule("month", 3), "done"),
        (Rule("year"), "due"),
    ]


class RepeatInput(QWidget):
    """`value()` is what was typed; `start` gives the day from which the preview counts."""

    edited = Signal()
    left = Signal()

    def __init__(self, start: Callable[[], date | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._start = start
        self.words = TextInput(_("For example: every last Friday"))
        self.words.edited.connect(self._edited)
        self.words.left.connect(self.left)
        self._menu = QMenu(self)
        pick = QAction(icon("chevron-down", "text3"), _("Usual repetitions"), self)
        pick.triggered.connect(self._offer)
        self.words.addAction(pick, QLineEdit.ActionPosition.TrailingPosition)
        self.preview = label("", "small", "text2", wrap=True)
        self.preview.hide()
        column(self, self.words, 4, self.preview)
        self.setFocusProxy(self.words)

    def value(self) -> str:
        """The words."""
        return self.words.text().strip()

    def set_value(self, value: Any) -> None:
        """Show words."""
        self.words.set_value(value)
        self.look_ahead()

    def written(self, value: Any) -> str:
        """The words as they are shown."""
        return self.words.written(value)

    def setText(self, text: str) -> None:
        """Type words."""
        self.words.setText(text)
        self.look_ahead()

    def text(self) -> str:
        """What is typed."""
        return self.words.text()

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.words.setAccessibleName(name)

    def setAccessibleDescription(self, text: str) -> None:
        super().setAccessibleDescription(text)
        self.words.setAccessibleDescription(text)

    def problem(self) -> str:
        """A sentence if the words are not understood."""
        try:
            recurrence_words.read(self.value())
        except ValidationError as error:
            return error.fields["repeats"]
        return ""

    def mark(self, state: str) -> None:
        """Colour the border of the field."""
        self.words.mark(state)

    def _edited(self) -> None:
        self.look_ahead()
        self.edited.emit()

    def look_ahead(self) -> None:
        """Show what was understood and the next days on which it falls."""
        try:
            rule, counted = recurrence_words.read(self.value())
        except ValidationError:
            rule, counted = None, "due"
        if rule is not None:
            self.preview.setText(_ahead(rule, counted, self._start() or dates.today()))
        self.preview.setVisible(rule is not None)

    def _offer(self) -> None:
        self._menu.clear()
        for rule, counted in usual(self._start() or dates.today()):
            words = recurrence_words.words(rule, counted)
            self._menu.addAction(words, partial(self._take, words))
        self._menu.popup(self.words.mapToGlobal(QPoint(0, self.words.height() + 2)))

    def _take(self, words: str) -> None:
        self.words.setText(words)
        self._edited()
        self.left.emit()


def _ahead(rule: Rule, counted: str, start: date) -> str:
    """What was understood, and its next days."""
    words = recurrence_words.words(rule, counted)
    first = recurrence.first(rule, start) if counted == "due" else start
    days = list(islice(recurrence.occurrences(rule, first), _SHOWN))
    listed = ", ".join(_day(day) for day in days)
    if counted == "done":
        return _("{words}. If always done on its day: {days}").format(words=_begun(words), days=listed)
    return _("{words}: {days}").format(words=_begun(words), days=listed)


def _begun(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _day(day: date) -> str:
    """A day with its weekday, and its year where that is another one."""
    weekday = formats.locale().dayName(day.isoweekday(), formats.locale().FormatType.ShortFormat)
    written = formats.day_short(day) if day.year == dates.today().year else formats.day(day)
    return f"{weekday} {written}"
