"""Fields to type into: text, several lines, number, money, day, choice, yes or no, tags, file.

All speak the same words: `value()`, `set_value(value)`, `problem()` (a sentence if what was typed cannot be read, else
""), the signals `edited` (while typing) and `left` (the field was left, or a choice made, with another value than
before), and `mark(state)` with "", "bad" or "warn" for the border.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDate, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCalendarWidget,
    QCheckBox,
    QComboBox,
    QCompleter,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QWidget,
    QWidgetAction,
)

from crm_desktop.core import dates, money
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme
from crm_desktop.gui.icons import icon
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.layouts import recolor

Choices = Sequence[tuple[Any, str]]


class TextInput(QLineEdit):
    """One line of text; `value()` is tidied of blanks at its ends.

    Where `restores`, Esc gives back what stood there; a form of something new has nothing to give back and leaves Esc to
    its page, which asks before it lets go of what was typed.
    """

    edited = Signal()
    left = Signal()

    def __init__(self, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self._kept = ""
        self.restores = True
        self.textEdited.connect(self.edited)
        self.editingFinished.connect(self._finished)

    def value(self) -> Any:
        """What was typed."""
        return self.text().strip()

    def set_value(self, value: Any) -> None:
        """Show a value; it counts as not edited."""
        self.setText(self.written(value))
        self.setCursorPosition(0)
        self._kept = self.text()
        self.mark("")

    def written(self, value: Any) -> str:
        """A value as text."""
        return str(value or "")

    def problem(self) -> str:
        """A sentence if what was typed cannot be read."""
        return ""

    def mark(self, state: str) -> None:
        """Colour the border: "bad", "warn", or "" for none."""
        recolor(self, "s", state)

    def _finished(self) -> None:
        if self.text() == self._kept:
            return
        if not self.problem():
            self.setText(self.written(self.value()))
        self._kept = self.text()
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc restores what stood there before; Ctrl+Z takes that back."""
        if event.key() == Qt.Key.Key_Escape and self.restores and self.text() != self._kept:
            self.selectAll()
            self.insert(self._kept)
            self.edited.emit()
            return
        super().keyPressEvent(event)


class NumberInput(TextInput):
    """A number with up to `decimals` decimals; `value()` is a `Decimal`, or None when empty."""

    def __init__(self, decimals: int = 6, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._decimals = decimals
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def value(self) -> Decimal | None:
        return formats.parse_number(self.text())

    def written(self, value: Any) -> str:
        return "" if value is None or value == "" else formats.quantity(Decimal(value))

    def problem(self) -> str:
        found = self.value()
        if self.text().strip() and found is None:
            return _("This is not a number.")
        if found is not None and abs(found) >= Decimal(10) ** 12:
            return _("This number is too large.")
        exponent = found.as_tuple().exponent if found is not None else 0
        if isinstance(exponent, int) and -exponent > self._decimals:
            return _("At most {n} digits after the point.").format(n=self._decimals)
        return ""


class MoneyInput(TextInput):
    """An amount; `value()` is whole minor units of its currency, or None when empty."""

    def __init__(self, currency: str = "EUR", parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._currency = currency
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def set_currency(self, currency: str) -> None:
        """Read and write amounts of another currency: 120.00 EUR becomes 120 JPY. The same one again changes nothing."""
        if currency == self._currency:
            return
        value = self.value()
        if value is not None:
            value = money.to_minor(money.from_minor(value, self._currency), currency)
        self._currency = currency
        self.setText(self.written(value))

    def value(self) -> int | None:
        return formats.parse_money(self.text(), self._currency)

    def written(self, value: Any) -> str:
        return "" if value is None or value == "" else formats.amount(int(value), self._currency)

    def problem(self) -> str:
        if self.text().strip() and self.value() is None:
            return _("This is not an amount. Write it like {example}.").format(
                example=formats.amount(123450, self._currency)
            )
        return ""


class DateInput(TextInput):
    """A day, typed in any usual form or picked; `value()` is a `date`, or None when empty or not readable.

    Arrow up and down change it by a day; "+14" is in two weeks; the calendar opens with Alt+Down.
    """

    def __init__(self, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(hint or formats.date_hint(), parent)
        self._calendar = QAction(icon("calendar", "text3"), _("Pick a day"), self)
        self._calendar.triggered.connect(self._pick)
        self.addAction(self._calendar, QLineEdit.ActionPosition.TrailingPosition)

    def value(self) -> date | None:
        return formats.parse_date(self.text())

    def written(self, value: Any) -> str:
        return "" if not value else formats.day(value)

    def problem(self) -> str:
        found = self.value()
        if self.text().strip() and found is None:
            return _("This is not a day. Write it like {example}.").format(example=formats.date_hint())
        if found is not None and not dates.is_plausible(found):
            return _("The year is {year}. Days from 1900 to 2199 can be kept.").format(year=found.year)
        return ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        if event.key() in steps and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            day = self.value() or dates.today()
            self.setText(formats.day(dates.add_days(day, steps[Qt.Key(event.key())])))
            self.edited.emit()
        elif event.key() == Qt.Key.Key_Down and event.modifiers() == Qt.KeyboardModifier.AltModifier:
            self._pick()
        else:
            super().keyPressEvent(event)

    def _pick(self) -> None:
        menu = QMenu(self)
        calendar = QCalendarWidget()
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.setFirstDayOfWeek(formats.locale().firstDayOfWeek())
        day = self.value() or dates.today()
        calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        calendar.clicked.connect(self._picked)
        calendar.activated.connect(self._picked)
        act = QWidgetAction(menu)
        act.setDefaultWidget(calendar)
        menu.addAction(act)
        calendar.clicked.connect(menu.close)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def _picked(self, day: QDate) -> None:
        self.setText(formats.day(date(day.year(), day.month(), day.day())))
        self.edited.emit()
        self._finished()


class LinesInput(QPlainTextEdit):
    """Several lines of text, as high as `rows`; Tab leaves the field."""

    edited = Signal()
    left = Signal()

    def __init__(self, rows: int = 3, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self._kept = ""
        self.setFixedHeight(rows * (theme.px(13) + 4) + 22)
        self.textChanged.connect(self.edited)

    def value(self) -> str:
        """What was typed."""
        return self.toPlainText().strip()

    def set_value(self, value: Any) -> None:
        """Show a text; it counts as not edited."""
        self.blockSignals(True)
        self.setPlainText(str(value or ""))
        self.blockSignals(False)
        self._kept = self.value()
        self.mark("")

    def sizeHint(self) -> QSize:
        """As high as its rows; the style sheet takes the minimum away that a fixed height sets."""
        return QSize(super().sizeHint().width(), self.maximumHeight())

    def problem(self) -> str:
        """Nothing typed here is wrong."""
        return ""

    def mark(self, state: str) -> None:
        """Colour the border."""
        recolor(self, "s", state)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.value() != self._kept:
            self._kept = self.value()
            self.left.emit()


def as_search(completer: QCompleter) -> None:
    """Let a completer find what is typed anywhere in its words, in a list that looks as the theme has it."""
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    # The list is a window of its own: it needs a ground, which lists inside a page must not have.
    completer.popup().setProperty("k", "popup")


class ChoiceInput(QComboBox):
    """One of several; typing goes to the first that begins so. `value()` is the key of the choice."""

    edited = Signal()
    left = Signal()

    def __init__(self, choices: Choices = (), *, searchable: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxVisibleItems(14)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self._values: list[Any] = []
        if searchable:
            self._make_searchable()
        self.set_choices(choices)
        self.activated.connect(self._chosen)

    def _make_searchable(self) -> None:
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.lineEdit().setProperty("k", "bare")
        completer = QCompleter(self.model(), self)
        as_search(completer)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(completer)
        self.lineEdit().editingFinished.connect(self._typed)

    def setAccessibleName(self, name: str) -> None:
        """Name the field, and the line inside one that can be searched."""
        super().setAccessibleName(name)
        if self.isEditable():
            self.lineEdit().setAccessibleName(name)

    def set_choices(self, choices: Choices) -> None:
        """Offer other choices, (key, text); the value is kept if it is still among them."""
        before = self.value() if self._values else None
        self.blockSignals(True)
        self.clear()
        self._values = [key for key, _text in choices]
        self.addItems([text for _key, text in choices])
        self.blockSignals(False)
        if before in self._values:
            self.set_value(before)

    def value(self) -> Any:
        """The key of the choice, None if there is none."""
        index = self.currentIndex()
        return self._values[index] if 0 <= index < len(self._values) else None

    def set_value(self, value: Any) -> None:
        """Choose by key; an unknown key leaves the field empty."""
        self.setCurrentIndex(self._values.index(value) if value in self._values else -1)
        self.mark("")

    def problem(self) -> str:
        """A sentence if the typed text is none of the choices."""
        if self.isEditable() and self.currentText().strip() and self.findText(self.currentText()) < 0:
            return _("Pick one of the list.")
        return ""

    def mark(self, state: str) -> None:
        """Colour the border."""
        recolor(self, "s", state)

    def _chosen(self, _index: int) -> None:
        self.edited.emit()
        self.left.emit()

    def _typed(self) -> None:
        index = self.findText(self.currentText(), Qt.MatchFlag.MatchFixedString)
        if index < 0:
            index = self.findText(self.currentText(), Qt.MatchFlag.MatchStartsWith)
        if index >= 0 and self.currentText().strip() and index != self.currentIndex():
            self.setCurrentIndex(index)
            self._chosen(index)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling the page must not change a value by the way."""
        event.ignore()


class SwitchInput(QCheckBox):
    """Yes or no."""

    edited = Signal()
    left = Signal()

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.clicked.connect(self._clicked)

    def value(self) -> bool:
        """Whether it is ticked."""
        return self.isChecked()

    def set_value(self, value: Any) -> None:
        """Tick it or not."""
        self.setChecked(bool(value))

    def problem(self) -> str:
        """Never wrong."""
        return ""

    def mark(self, _state: str) -> None:
        """A tick has no border to colour."""

    def _clicked(self) -> None:
        self.edited.emit()
        self.left.emit()


class FileInput(TextInput):
    """The path of a file; a button at its end opens the file dialog."""

    def __init__(self, choose: Callable[[], Path | None], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._choose = choose
        act = QAction(icon("folder-open", "text3"), _("Choose file"), self)
        act.triggered.connect(self._pick)
        self.addAction(act, QLineEdit.ActionPosition.TrailingPosition)

    def problem(self) -> str:
        text = self.text().strip()
        return _("There is no such file.") if text and not Path(text).is_file() else ""

    def _pick(self) -> None:
        chosen = self._choose()
        if chosen is not None:
            self.setText(str(chosen))
            self.edited.emit()
            self._finished()
