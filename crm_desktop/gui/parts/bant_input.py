"""Budget, authority, need and time of a lead as a short checklist: four questions, three answers each, a note, the score."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme
from crm_desktop.gui.widgets.inputs import TextInput
from crm_desktop.gui.widgets.layouts import column, label, stack
from crm_desktop.gui.widgets.segments import Segments
from crm_desktop.sales import bant


class BantInput(QWidget):
    """A field of a form; `value()` holds the points of each question and the notes, as the columns are called."""

    edited = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answers: dict[str, Segments] = {}
        self.notes: dict[str, TextInput] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setContentsMargins(0, 0, 0, 0)
        for line, (name, (_letter, word, question)) in enumerate(bant.QUESTIONS.items()):
            self._add(grid, line, name, (_(word), _(question)))
        grid.setColumnStretch(2, 1)
        self.score = label("", "small", "text2", wrap=True)
        column(self, grid, self.score, gap=8)
        self.setFocusProxy(self.notes["budget"])

    def _add(self, grid: QGridLayout, line: int, name: str, words: tuple[str, str]) -> None:
        asked = stack(label(words[0], "b"), label(words[1], "small", "text2"), gap=1)
        answers = Segments(words[1], partial(self._answered, name))
        for point, answer in bant.ANSWERS.items():
            answers.add(str(point), _(answer))
        answers.setMinimumWidth(answers.sizeHint().width())
        note = TextInput(_("What do we know?"))
        note.setMinimumWidth(theme.px(140))
        note.setAccessibleName(_("Note about {name}").format(name=words[0]))
        note.edited.connect(self.edited)
        note.left.connect(self.left)
        self.answers[name], self.notes[name] = answers, note
        grid.addLayout(asked, line, 0)
        grid.addWidget(answers, line, 1)
        grid.addWidget(note, line, 2)

    def points(self) -> list[int]:
        """The answers in the order of the letters."""
        return [int(answers.current() or 0) for answers in self.answers.values()]

    def value(self) -> dict[str, Any]:
        """Points by question, and the notes under "bant_notes"."""
        notes = {name: note.value() for name, note in self.notes.items() if note.value()}
        return dict(zip(self.answers, self.points(), strict=True)) | {"bant_notes": notes}

    def set_value(self, value: Any) -> None:
        """Show points and notes; None is nothing known."""
        found = value or {}
        for name, answers in self.answers.items():
            answers.choose(str(found.get(name) or 0))
            self.notes[name].set_value((found.get("bant_notes") or {}).get(name, ""))
        self._tell()

    def problem(self) -> str:
        """Nothing can be wrong here."""
        return ""

    def mark(self, state: str) -> None:
        """Nothing can be wrong here, so nothing is marked."""

    def hasFocus(self) -> bool:
        """Whether one of its parts has the keys."""
        held = self.focusWidget()
        return held is not None and held.hasFocus()

    def _answered(self, _name: str, _point: str) -> None:
        self._tell()
        self.edited.emit()
        self.left.emit()

    def _tell(self) -> None:
        self.score.setText(_("Score: {formula}").format(formula=bant.formula(self.points())))
