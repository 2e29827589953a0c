"""Step 3 of the import: one row per column of the file, where it goes, how sure that is and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.exchange.columns import ASK, LIKELY, OUT, SURE, Choice, Matching, Question
from crm_desktop.exchange.importing import Opened
from crm_desktop.exchange.targets import FIELDS, KIND_NAMES, LEAVE_OUT, OWN_FIELD, PHOTO, WITH_OWN_FIELDS, is_enough
from crm_desktop.gui import theme
from crm_desktop.gui.parts import import_words
from crm_desktop.gui.parts.import_bits import Badge, Picture, Words
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.inputs import ChoiceInput
from crm_desktop.gui.widgets.layouts import clear, column, hairline, label, line_of, scroll

_DOTS = {SURE: "green", LIKELY: "blue", ASK: "amber", OUT: "grey"}
_WIDTHS = (0, 140, 210, 220, 132, 0)


def _confidence(name: str) -> str:
    return {SURE: _("Sure"), LIKELY: _("Likely"), ASK: _("Your call"), OUT: _("Left out")}[name]


class _Row:
    """The widgets of one column of the file in the grid."""

    def __init__(
        self,
        grid: QGridLayout,
        place: int,
        choice: Choice,
        kind: str,
        on_field: Callable[[int, str], object],
        *,
        is_of_format: bool,
    ) -> None:
        self._index = choice.column.index
        self._on_field = on_field
        self.box = ChoiceInput()
        self.box.setAccessibleName(_("“{column}” goes to").format(column=choice.column.label))
        own = _("Own field: {name}").format(name=choice.column.label)
        brought = FIELDS[kind].items()
        targets = [(name, _(text)) for name, text in brought if name != PHOTO or choice.field == PHOTO]
        extra = [(OWN_FIELD, own)] if kind in WITH_OWN_FIELDS else []
        self.box.set_choices([(LEAVE_OUT, _("Leave out")), *targets, *extra])
        self.box.left.connect(self._chosen)
        self._dot = Words()
        self._why = Words("", "small", "text2")
        examples = _("A picture") if choice.field == PHOTO else import_words.examples(choice.profile.sample)
        # The columns of address cards are ours: they have no letter, and their names can be translated.
        name = _(choice.column.label) if is_of_format else choice.column.label
        parts = (
            QWidget() if is_of_format else Badge(choice.column.letter),
            Words(name, "b"),
            Words(examples, "body", "text2"),
            self.box,
            self._dot,
            self._why,
        )
        for at, part in enumerate(parts):
            grid.addWidget(part, place, at)
        self.tell(choice)

    def tell(self, choice: Choice) -> None:
        """Show where the column goes now."""
        self.box.set_value(choice.field)
        self.box.setToolTip(self.box.currentText())  # a long name of an own field is cut in the box
        self._dot.tell(_confidence(choice.confidence), _DOTS[choice.confidence])
        self._why.tell(choice.why)

    def _chosen(self) -> None:
        self._on_field(self._index, str(self.box.value()))


class MatchStep(QWidget):
    """The table of columns, with questions below it; `on_change()` is called when the matching changed."""

    def __init__(
        self, on_change: Callable[[], object], on_kind: Callable[[str], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._on_change, self._on_kind = on_change, on_kind
        self.matching: Matching | None = None
        self._rows: dict[int, _Row] = {}
        self.kind = ChoiceInput([(key, _(name)) for key, name in KIND_NAMES.items()])
        self.kind.setAccessibleName(_("What the file holds"))
        self.kind.setMinimumWidth(theme.px(250))
        self.kind.left.connect(self._kind_chosen)
        self._about = Words("", "small", "text2")
        self._remembered = label("", "small", "green")
        top = QFrame()
        top.setProperty("k", "sunk")
        line_of(
            top, Picture("file-spreadsheet"), self._about, self._remembered, 8, self.kind, gap=10, margins=(12, 6, 6, 6)
        )
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(0)
        self._table = QWidget()
        column(self._table, self._grid, "stretch", margins=(24, 0, 20, 8))
        self._asked = QVBoxLayout()
        self._asked.setSpacing(8)
        self.sample = Words("", "body", "text2")
        below = QWidget()
        column(below, self._asked, self.sample, gap=8, margins=(24, 6, 20, 8))
        head = QWidget()
        column(head, top, margins=(24, 0, 20, 8))
        column(self, head, scroll(self._table), below)

    def show_file(self, opened: Opened, matching: Matching) -> None:
        """Show the columns of a file and where they go."""
        self._tell_about(opened, matching)
        self.matching = matching
        self.kind.set_value(matching.kind)
        self.sample.tell("")
        clear(self._grid)
        for place in range(self._grid.rowCount()):  # a file with more columns was here before
            self._grid.setRowMinimumHeight(place, 0)
        self._rows = {}
        heads = ("", _("In your file"), _("Examples"), _("Goes to"), _("How sure we are"), "")
        for at, text in enumerate(heads):
            words = label(text, "smallm", "text2")
            words.setFixedHeight(32)
            self._grid.addWidget(words, 0, at)
            self._grid.setColumnMinimumWidth(at, _WIDTHS[at])
        for at, stretch in ((1, 3), (2, 6), (3, 4), (5, 5)):
            self._grid.setColumnStretch(at, stretch)
        ours = opened.survey is not None and opened.survey.layout.is_of_format
        for place, choice in enumerate(matching.choices):
            self._grid.addWidget(hairline(), 2 * place + 1, 0, 1, 6)
            self._rows[choice.column.index] = _Row(
                self._grid, 2 * place + 2, choice, matching.kind, self._field_chosen, is_of_format=ours
            )
            self._grid.setRowMinimumHeight(2 * place + 2, 46)
        self._ask()

    def _tell_about(self, opened: Opened, matching: Matching) -> None:
        survey = opened.survey
        if survey is None:
            return
        rows = ngettext("{n} row", "{n} rows", survey.rows).format(n=formats.count(survey.rows))
        heading = (
            _("heading in row {row}").format(row=survey.layout.header_row)
            if survey.layout.header_row
            else _("no headings")
            if not survey.layout.is_of_format
            else ""
        )
        sheet = _("Sheet “{name}”").format(name=survey.sheet.name) if survey.sheet.name else opened.source.path.name
        self._about.tell(", ".join(filter(None, (sheet, heading, rows))))
        since, program = opened.remembered, matching.looks_like
        text = _("Looks like {program}").format(program=program) if program else ""
        if since:
            day = since.astimezone().date()
            text = _("Same layout as your import of {day}").format(day=formats.day(day))
            text = _("Same layout as your last import today") if day == dates.today() else text
        self._remembered.setText(text)

    def _field_chosen(self, index: int, name: str) -> None:
        if self.matching is None:
            return
        self.matching = self.matching.with_field(index, name)
        for choice in self.matching.choices:
            self._rows[choice.column.index].tell(choice)
        self._ask()
        self._on_change()

    def _kind_chosen(self) -> None:
        self._on_kind(str(self.kind.value()))

    def _ask(self) -> None:
        """Show a strip for each thing that the columns do not prove; columns that leave the same open share one."""
        clear(self._asked)
        alike: dict[tuple[str, ...], list[Question]] = {}
        for question in self.matching.questions if self.matching else ():
            alike.setdefault(tuple(question.options), []).append(question)
        for questions in alike.values():
            self._asked.addWidget(_Asked(questions, self._answered))

    def _answered(self, questions: list[Question], answer: str) -> None:
        if self.matching is None:
            return
        meant = {(q.column, q.text) for q in questions}
        asked = [replace(q, chosen=answer) if (q.column, q.text) in meant else q for q in self.matching.questions]
        self.matching = replace(self.matching, questions=asked)
        self._on_change()

    def is_enough(self) -> bool:
        """Whether enough columns go somewhere."""
        return self.matching is not None and is_enough(self.matching.kind, self.matching.fields(), asked_for=True)


class _Asked(QFrame):
    """A question about one or several columns with its answers as buttons; the chosen one is marked."""

    def __init__(
        self,
        questions: list[Question],
        on_answer: Callable[[list[Question], str], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("k", "warn")
        self._questions, self._on_answer = questions, on_answer
        self.buttons: dict[str, Button] = {}
        for key, text in questions[0].options.items():
            made = Button(text, "chip", on=self._pressed)
            made.setProperty("key", key)
            made.setCheckable(True)
            self.buttons[key] = made
        chosen = {question.chosen for question in questions}
        self._mark(chosen.pop() if len(chosen) == 1 else "")
        words = label(_asks(questions), "m", wrap=True)
        box = line_of(
            self, Picture("circle-question-mark", "amber"), words, *self.buttons.values(), margins=(13, 8, 12, 8)
        )
        box.setStretchFactor(words, 1)

    def _mark(self, answer: str) -> None:
        for key, button in self.buttons.items():
            button.setChecked(key == answer)
            button.set_icon("check" if key == answer else "")
            button.updateGeometry()

    def _pressed(self) -> None:
        answer = str(self.sender().property("key"))
        self._mark(answer)
        self._on_answer(self._questions, answer)


def _asks(questions: list[Question]) -> str:
    if len(questions) == 1:
        return questions[0].text
    others = ", ".join(_("“{column}”").format(column=question.column) for question in questions[1:])
    return _("{question} The answer also counts for {columns}.").format(question=questions[0].text, columns=others)
