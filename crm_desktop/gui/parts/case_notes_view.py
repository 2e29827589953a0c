"""The notes of a case: write one with the time that it took, see them all, hand the time over to be billed."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from crm_desktop.care import case_notes
from crm_desktop.care.case_notes import Note
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import failures, theme
from crm_desktop.gui.parts import case_words
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button, IconButton
from crm_desktop.gui.widgets.inputs import LinesInput, TextInput
from crm_desktop.gui.widgets.layouts import clear, column, hairline, label, row, stack
from crm_desktop.gui.widgets.page import Page
from crm_desktop.sales import work_done

_MINUTES = 60


def minutes_of(typed: str) -> int | None:
    """A time as people type it ("1:30", "1,5", "90 min") in minutes; 0 where nothing is typed, None if it cannot be read."""
    if not typed.strip():
        return 0
    hours = work_done.hours_from(typed)
    return None if hours is None else round(hours * _MINUTES)


class CaseNotesView(QFrame):
    """A card; see the module."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.setProperty("k", "card")
        self._page, self._id = page, 0
        self.bill_button = Button(_("Bill the time"), "small", "hourglass", on=self.bill)
        self.body, self.time = LinesInput(2, _("What was done, said or ordered")), TextInput(_("1:30 or 90 min"))
        self.body.setAccessibleName(_("Note"))
        self.time.setAccessibleName(_("Time it took"))
        self.time.setFixedWidth(theme.px(120))
        self.add_button = Button(_("Add note"), "secondary", "plus", on=self.add)
        self._said = label("", "small", "red", wrap=True)
        self._said.hide()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        head = row(label(_("Notes"), "b"), "stretch", self.bill_button)
        entry = row(label(_("Time spent"), "small", "text2"), self.time, "stretch", self.add_button, gap=8)
        column(self, head, self.body, entry, self._said, self._rows, gap=8, margins=(16, 12, 16, 14))

    def show_of(self, case_id: int) -> None:
        """Show the notes of a case."""
        if case_id != self._id:
            self.body.set_value("")
            self.time.set_value("")
            self._say("")
        self._id = case_id
        clear(self._rows)
        for note in case_notes.of(case_id):
            self._rows.addWidget(hairline())
            self._rows.addWidget(self._made(note))
        left = case_notes.unbilled_minutes(case_id)
        self.bill_button.setVisible(bool(left))
        self.bill_button.setText(_("Bill {time}").format(time=case_words.time_text(left)))
        self.bill_button.setAccessibleName(self.bill_button.text())

    def _made(self, note: Note) -> QWidget:
        holder = QWidget()
        at = note.made_at.astimezone()
        time = case_words.time_text(note.minutes)
        handed = _("{time}, handed over to be billed").format(time=time) if note.billed and time else time
        line = " · ".join(part for part in (formats.when(at), handed) if part)
        words = stack(label(note.body or _("Time spent"), "body", wrap=True), label(line, "small", "text2"), gap=2)
        remove = IconButton("x", _("Remove note"), on=partial(self._remove, note.id))
        box = row(words, remove, gap=6)
        box.setStretch(0, 1)
        column(holder, box)
        return holder

    def add(self) -> None:
        """Keep what was typed as a note."""
        minutes = minutes_of(self.time.value())
        if minutes is None:
            self._say(_("Enter the time as 1:30, 1.5 or 90 min, up to a week."))
            return
        try:
            case_notes.add(self._id, self.body.value(), minutes)
        except ValidationError as error:
            self._say(" ".join(error.fields.values()))
            return
        self.body.set_value("")
        self.time.set_value("")
        self._say("")
        self._page.toast.emit(_("Note added"), True)
        self.show_of(self._id)

    def unkept(self) -> bool:
        """Whether something is typed that is no note yet."""
        return bool(str(self.body.value()).strip() or str(self.time.value()).strip())

    def _say(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))

    def _remove(self, note_id: int) -> None:
        if failures.guarded(partial(case_notes.remove, note_id)):
            self._page.toast.emit(_("Note removed"), True)
            self.show_of(self._id)

    def bill(self) -> None:
        """Hand the time over to what waits to be billed."""
        if failures.guarded(partial(case_notes.bill_time, self._id)):
            self._page.toast.emit(_("The time waits to be billed"), True)
            self.show_of(self._id)
