"""One form for all: a page declares its fields as data, loads a dict and collects a dict.

    form = Form([
        Field("first_name", _("First name"), width=0.5),
        Field("last_name", _("Last name"), width=0.5, needed=True),
        Heading(_("Billing address")),
        Field("country", _("Country"), "choice", choices=countries.choices(), width=0.5),
    ])
    form.load({"first_name": "Ida"})
    form.left.connect(self._keep)              # name of the field that was left with another value
    customers.save(form.collect())             # ValidationError if a field cannot be read
    form.show_problems(error.fields)           # sentence below the field, focus on the first

Kinds: text, lines, number (Decimal), money (minor units), date, choice, search (choice with type-ahead), bool, tags,
file, password, own (made by `make`; speaks the words of `inputs`). Label above, hint or problem below; "needed" is a
word; the width hints at the length.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import icons
from crm_desktop.gui.widgets import inputs
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.layouts import column, label, row
from crm_desktop.gui.widgets.tags_input import TagsInput

_COLUMNS = 12


@dataclass(frozen=True)
class Field:
    """One field; `width` is its share of the form (1, 0.5, 0.33 …), `break_before` starts a new row."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    placeholder: str = ""
    needed: bool = False
    width: float = 1.0
    choices: inputs.Choices | Callable[[], inputs.Choices] = ()
    rows: int = 3
    decimals: int = 4
    currency: str = "EUR"
    read_only: bool = False
    choose: Callable[[], Any] | None = None
    make: Callable[[], QWidget] | None = None
    break_before: bool = False
    max_length: int = 0


@dataclass(frozen=True)
class Heading:
    """A heading between fields, with an optional sentence."""

    text: str
    detail: str = ""


def _text(field: Field) -> QWidget:
    made = inputs.TextInput(field.placeholder)
    if field.max_length:
        made.setMaxLength(field.max_length)
    if field.kind == "password":
        made.setEchoMode(QLineEdit.EchoMode.Password)
    return made


def _choice(field: Field) -> QWidget:
    found = field.choices() if callable(field.choices) else field.choices
    return inputs.ChoiceInput(found, searchable=field.kind == "search")


def _tags(field: Field) -> QWidget:
    found = field.choices() if callable(field.choices) else field.choices
    return TagsInput([str(key) for key, _text in found], field.placeholder)


_MAKERS: dict[str, Callable[[Field], QWidget]] = {
    "text": _text,
    "password": _text,
    "lines": lambda f: inputs.LinesInput(f.rows, f.placeholder),
    "number": lambda f: inputs.NumberInput(f.decimals),
    "money": lambda f: inputs.MoneyInput(f.currency),
    "date": lambda f: inputs.DateInput(f.placeholder),
    "choice": _choice,
    "search": _choice,
    "bool": lambda f: inputs.SwitchInput(f.label),
    "tags": _tags,
    "file": lambda f: inputs.FileInput(f.choose or (lambda: None)),
    "own": lambda f: f.make() if f.make is not None else _text(f),
}


class FieldBox(QWidget):
    """Label, input, and below it the hint or the problem with an optional fix. Its signals name the field."""

    edited = Signal(str)
    left = Signal(str)

    def __init__(self, field: Field, parent: QWidget | None = None, *, made: QWidget | None = None) -> None:
        """Make the input of the field's kind, or take one that was `made` elsewhere and speaks the same words."""
        super().__init__(parent)
        self.field = field
        self.input: Any = made or _MAKERS[field.kind](field)
        self.input.setAccessibleName(field.label)
        self.input.setAccessibleDescription(field.hint)
        self.input.edited.connect(self._edited)
        self.input.left.connect(self._left)
        self._label = ElidedLabel(field.label, "small", "text2")
        self._label.setBuddy(self.input)
        self._icon = QLabel()
        self._said = label(field.hint, "small", "text3", wrap=True)
        self._fix = Button("", "link")
        self._fix_act: Callable[[], object] | None = None
        self._fix.clicked.connect(self._mend)
        self._fix.hide()
        self._icon.hide()
        head = row(self._label, *([label(_("needed"), "small", "text3")] if field.needed else []), "stretch", gap=6)
        foot = row(self._icon, self._said, self._fix, gap=5)
        foot.setStretchFactor(self._said, 1)
        box = column(self, gap=4)
        if field.kind == "bool":
            box.addSpacing(2)
        else:
            box.addLayout(head)
        box.addWidget(self.input)
        box.addLayout(foot)
        box.addStretch(1)
        self._said.setVisible(bool(field.hint))
        if field.read_only:
            self.set_read_only(read_only=True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def read_choices(self) -> None:
        """Offer what there is to choose now, where the field asks for it."""
        if not callable(self.field.choices):
            return
        found = self.field.choices()
        if isinstance(self.input, inputs.ChoiceInput):
            self.input.set_choices(found)
        elif isinstance(self.input, TagsInput):
            self.input.set_known([str(key) for key, _text in found])

    def set_read_only(self, *, read_only: bool) -> None:
        """Let the field only be read."""
        if hasattr(self.input, "setReadOnly"):
            self.input.setReadOnly(read_only)
        else:
            self.input.setEnabled(not read_only)

    def set_label(self, words: str) -> None:
        """Show other words above the field."""
        self._label.setText(words)
        self.input.setAccessibleName(words)

    def say(self, sentence: str, state: str = "bad", fix: str = "", on: Callable[[], object] | None = None) -> None:
        """Show a problem ("bad") or a doubt ("warn") below the field, or the hint again with an empty sentence."""
        self.input.mark(state if sentence else "")
        shown = sentence or self.field.hint
        self._said.setText(shown)
        self._said.setVisible(bool(shown))
        color = {"bad": "red", "warn": "amber"}[state] if sentence else "text3"
        self._said.setProperty("c", color)
        self._said.style().unpolish(self._said)
        self._said.style().polish(self._said)
        self._icon.setVisible(bool(sentence))
        if sentence:
            name = "circle-alert" if state == "bad" else "triangle-alert"
            self._icon.setPixmap(icons.pixmap(name, color, 14, self.devicePixelRatioF()))
        self._fix.setVisible(bool(fix))
        self._fix.setText(fix)
        self._fix.setAccessibleName(fix)
        self._fix_act = on
        self.input.setAccessibleDescription(shown)

    def _edited(self) -> None:
        self.edited.emit(self.field.name)

    def _left(self) -> None:
        self.say(self.input.problem())
        self.left.emit(self.field.name)

    def _mend(self) -> None:
        if self._fix_act is not None:
            self._fix_act()


class Form(QWidget):
    """Fields in rows; see the module."""

    edited = Signal(str)
    left = Signal(str)

    def __init__(self, fields: Sequence[Field | Heading], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[str, FieldBox] = {}
        self._headings: dict[str, QWidget] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(12)
        for index in range(_COLUMNS):
            self._grid.setColumnStretch(index, 1)
        self._line = self._used = 0
        self._loaded: dict[str, Any] = {}
        self._entered = False
        for field in fields:
            self._add_heading(field) if isinstance(field, Heading) else self._add(field)
        self._grid.setRowStretch(self._line + 1, 1)

    def sizeHint(self) -> QSize:
        return QSize(440, super().sizeHint().height())

    def _add_heading(self, heading: Heading) -> None:
        if self._used or self._line:
            self._line, self._used = self._line + 1, 0
        holder = QWidget()
        column(holder, label(heading.text, "h"), gap=2, margins=(0, 8 if self._line else 0, 0, 0))
        if heading.detail:
            holder.layout().addWidget(label(heading.detail, "small", "text2", wrap=True))
        self._grid.addWidget(holder, self._line, 0, 1, _COLUMNS)
        self._headings[heading.text] = holder
        self._line += 1

    def _add(self, field: Field) -> None:
        span = max(1, round(_COLUMNS * field.width))
        if field.break_before or self._used + span > _COLUMNS:
            self._line, self._used = self._line + 1, 0
        box = FieldBox(field)
        box.edited.connect(self.edited)
        box.left.connect(self.left)
        self._grid.addWidget(box, self._line, self._used, 1, span)
        self._used += span
        self.boxes[field.name] = box

    def input(self, name: str) -> Any:
        """The input widget of a field."""
        return self.boxes[name].input

    def show_field(self, name: str, *, shown: bool) -> None:
        """Show or hide a field; a hidden one is still collected."""
        self.boxes[name].setVisible(shown)

    def show_heading(self, text: str, *, shown: bool) -> None:
        """Show or hide a heading whose fields are shown or hidden as well."""
        self._headings[text].setVisible(shown)

    def put_in_place_of(self, name: str, other: str) -> None:
        """Let a field stand where another stands, for two of which only one is shown at a time."""
        place: Any = self._grid.getItemPosition(self._grid.indexOf(self.boxes[other]))
        self._grid.removeWidget(self.boxes[name])
        self._grid.addWidget(self.boxes[name], *place)

    def load(self, values: dict[str, Any], *, new: bool = False) -> None:
        """Show these values; fields that are not named become empty. In a form of something `new`, Esc restores nothing."""
        for name, box in self.boxes.items():
            if self._entered:
                box.read_choices()
            box.input.set_value(values.get(name))
            box.say("")
            for line in (box.input, *box.input.findChildren(inputs.TextInput)):
                line.restores = not new
        self._loaded, self._entered = self._state(), True

    def _state(self) -> dict[str, Any]:
        """What stands in the fields, also where it cannot be read."""
        lines = {name: box.input.text() for name, box in self.boxes.items() if isinstance(box.input, QLineEdit)}
        return {name: box.input.value() for name, box in self.boxes.items()} | lines

    def is_changed(self) -> bool:
        """Whether something else stands in a field than was loaded."""
        return self._state() != self._loaded

    def put(self, name: str, value: Any) -> None:
        """Show one value."""
        self.boxes[name].input.set_value(value)
        self.boxes[name].say("")

    def values(self) -> dict[str, Any]:
        """What the fields hold now, readable or not; text "" and None where empty."""
        return {name: box.input.value() for name, box in self.boxes.items() if not box.field.read_only}

    def collect(self) -> dict[str, Any]:
        """The values, ready to be kept.

        Raises:
            ValidationError: a field cannot be read or is needed and empty.
        """
        problems = {name: box.input.problem() for name, box in self.boxes.items()}
        for name, box in self.boxes.items():
            empty = box.input.value() in ("", None, [])
            if box.field.needed and empty and not problems[name]:
                problems[name] = _("{field} is needed.").format(field=box.field.label)
        found = {name: sentence for name, sentence in problems.items() if sentence}
        if found:
            raise ValidationError(found)
        return self.values()

    def show_problems(self, problems: dict[str, str], *, focus: bool = True) -> list[str]:
        """Show each sentence below its field and clear the others; gives those that belong to no field."""
        for name, box in self.boxes.items():
            box.say(problems.get(name, ""))
        mine = [name for name in self.boxes if name in problems]
        if mine and focus:
            self.focus(mine[0])
        return [sentence for name, sentence in problems.items() if name not in self.boxes]

    def focus(self, name: str) -> None:
        """Put the cursor into a field."""
        self.boxes[name].input.setFocus(Qt.FocusReason.OtherFocusReason)

    def first(self) -> QWidget | None:
        """The input that takes the focus first."""
        return next((box.input for box in self.boxes.values() if not box.field.read_only), None)
