"""The builder of a segment in plain words: rows of field, comparison and value, in groups that are joined by and or or.

`changed` is emitted at each edit; `conditions()` gives what stands there now, also rows that are not complete yet.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from crm_desktop.company import profile
from crm_desktop.core.errors import UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets import inputs
from crm_desktop.gui.widgets.buttons import Button, IconButton
from crm_desktop.gui.widgets.layouts import clear, column, label, line_of, row
from crm_desktop.insight import segment_compare, segment_fields, segments
from crm_desktop.insight.segment_compare import DAY, DAYS, TEXT_DAYS, Comparison
from crm_desktop.insight.segment_fields import CHOICE, MONEY, NUMBER, TEXT, SegmentField
from crm_desktop.insight.segments import ALL, ANY, Condition, Conditions, Group

_FIELD, _COMPARE, _VALUE, _SHORT = 200, 170, 210, 80


class _Row(QWidget):
    """One condition."""

    def __init__(self, condition: Condition, on: Callable[[], object], off: Callable[[_Row], object]) -> None:
        super().__init__()
        self._on, self._fields = on, segment_fields.all_fields()
        known = [(key, segment_fields.label_of(field)) for key, field in self._fields.items()]
        if condition.field not in self._fields:
            known.insert(0, (condition.field, _("(a field that is gone)")))
        self.field = inputs.ChoiceInput(known, searchable=True)
        self.field.setFixedWidth(_FIELD)
        self.field.setAccessibleName(_("Field"))
        self.field.set_value(condition.field)
        self.compare = inputs.ChoiceInput([])
        self.compare.setFixedWidth(_COMPARE)
        self.compare.setAccessibleName(_("Comparison"))
        self.values: list[Any] = []
        self._place = QHBoxLayout()
        self._place.setSpacing(6)
        self._away = IconButton("x", _("Take this condition away"), on=partial(off, self))
        line_of(self, self.field, self.compare, self._place, self._away, "stretch", gap=8)
        self.field.edited.connect(self._field_chosen)
        self.compare.edited.connect(self._compare_chosen)
        self._fill(condition.comparison, condition.value)

    def _now(self) -> SegmentField | None:
        return self._fields.get(str(self.field.value()))

    def _comparison(self) -> Comparison | None:
        field = self._now()
        found = [c for c in segment_compare.of_kind(field.kind) if c.key == self.compare.value()] if field else []
        return found[0] if found else None

    def _fill(self, comparison: str, value: Any) -> None:
        field = self._now()
        known = segment_compare.of_kind(field.kind) if field else ()
        self.compare.set_choices([(c.key, _(c.short)) for c in known])
        self.compare.set_value(comparison if comparison in [c.key for c in known] else known[0].key if known else None)
        self._show_value(value)

    def _field_chosen(self) -> None:
        if self._now() is not None:
            self._fill("", None)
            self._on()

    def _compare_chosen(self) -> None:
        self._show_value(self.value())
        self._on()

    def _show_value(self, value: Any) -> None:
        clear(self._place)
        field, comparison = self._now(), self._comparison()
        kind = comparison.value if comparison is not None else ""
        self.values = [_input(part, field) for part in ((TEXT, DAYS) if kind == TEXT_DAYS else (kind,)) if field]
        self.values = [made for made in self.values if made is not None]
        parts = value if isinstance(value, list | tuple) else [value]
        for place, made in enumerate(self.values):
            made.setAccessibleName(_("Value") if place == 0 else _("Days"))
            if place < len(parts):
                _put(made, parts[place])
            made.edited.connect(self._on)
            self._place.addWidget(made)
        if kind in (DAYS, TEXT_DAYS):
            self._place.addWidget(label(_("days"), "body", "text2"))

    def value(self) -> Any:
        """What the value fields hold."""
        found = [_kept(made) for made in self.values]
        comparison = self._comparison()
        if comparison is not None and comparison.value == TEXT_DAYS:
            return found
        if comparison is not None and comparison.value == CHOICE:
            return [one for one in found if one]
        return found[0] if found else None

    def fields(self) -> list[QWidget]:
        """What takes the focus, in the order of reading."""
        return [self.field, self.compare, *self.values, self._away]

    def condition(self) -> Condition:
        """The condition as it stands there."""
        return Condition(str(self.field.value()), str(self.compare.value() or ""), self.value())


def _input(kind: str, field: SegmentField | None) -> Any:
    """The input for a kind of value; None where there is no value."""
    makers: dict[str, Callable[[], Any]] = {
        TEXT: inputs.TextInput,
        NUMBER: inputs.NumberInput,
        MONEY: lambda: inputs.MoneyInput(profile.load().currency),
        DAY: inputs.DateInput,
        DAYS: lambda: inputs.NumberInput(0),
        CHOICE: lambda: inputs.ChoiceInput(list(field.choices()) if field and field.choices else [], searchable=True),
    }
    if kind not in makers:
        return None
    made = makers[kind]()
    made.setFixedWidth(_SHORT if kind == DAYS else _VALUE)
    return made


def _put(made: Any, value: Any) -> None:
    """Show a kept value, where it is of the input's kind."""
    from datetime import date

    if isinstance(made, inputs.DateInput):
        made.set_value(date.fromisoformat(value) if isinstance(value, str) and value else value)
    elif isinstance(made, inputs.NumberInput):
        made.set_value(Decimal(str(value)) if isinstance(value, int | float) else None)
    elif isinstance(made, inputs.MoneyInput):
        made.set_value(value if isinstance(value, int) else None)
    elif isinstance(made, inputs.ChoiceInput):
        made.set_value(value)
    else:
        made.set_value(str(value) if isinstance(value, str) else "")


def _kept(made: Any) -> Any:
    """A value as it goes into JSON."""
    value = made.value()
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value.isoformat() if isinstance(made, inputs.DateInput) and value is not None else value


class _GroupBox(QFrame):
    """Conditions that are joined by the same word."""

    def __init__(self, group: Group, on: Callable[[], object], gone: Callable[[_GroupBox], object]) -> None:
        super().__init__()
        self._on, self._gone = on, gone
        self.match = inputs.ChoiceInput([(ALL, _("All of these hold")), (ANY, _("At least one of these holds"))])
        self.match.set_value(group.match)
        self.match.setFixedWidth(_FIELD + 30)
        self.match.setAccessibleName(_("How these conditions are joined"))
        self.match.edited.connect(on)
        self.add = Button(_("Condition"), "small", "plus", on=self.add_row)
        self.rows: list[_Row] = []
        self._box = QVBoxLayout()
        self._box.setSpacing(6)
        column(self, row(self.match, self.add, "stretch", gap=10), self._box, gap=6, margins=(0, 2, 0, 4))
        for condition in group.conditions:
            self._put_row(condition)

    def _put_row(self, condition: Condition) -> _Row:
        made = _Row(condition, self._on, self._off)
        self.rows.append(made)
        self._box.addWidget(made)
        return made

    def add_row(self) -> None:
        """Offer another condition."""
        self._put_row(Condition("city", "is", "")).field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._on()

    def _off(self, gone: _Row) -> None:
        self.rows.remove(gone)
        self._box.removeWidget(gone)
        gone.hide()
        gone.deleteLater()
        if not self.rows:
            self._gone(self)
        self._on()

    def fields(self) -> list[QWidget]:
        """What takes the focus, in the order of reading."""
        return [self.match, self.add, *(part for made in self.rows for part in made.fields())]

    def group(self) -> Group:
        """The group as it stands there."""
        return Group(tuple(made.condition() for made in self.rows), str(self.match.value() or ALL))


class SegmentBuilder(QWidget):
    """See the module."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.groups: list[_GroupBox] = []
        # What Tab comes from into the first field.
        self.comes_after: QWidget | None = None
        self.match = inputs.ChoiceInput([(ALL, _("and")), (ANY, _("or"))])
        self.match.setFixedWidth(90)
        self.match.setAccessibleName(_("How the groups are joined"))
        self.match.edited.connect(self.changed)
        self._between = label(_("Between the groups:"), "body", "text2")
        self.more = Button(_("Group of conditions"), "ghost", "plus", on=self.add_group)
        self._box = QVBoxLayout()
        self._box.setSpacing(6)
        foot = row(self.more, self._between, self.match, "stretch", gap=8)
        column(self, self._box, foot, "stretch", gap=4)
        self.show_conditions(Conditions())

    def show_conditions(self, found: Conditions) -> None:
        """Show the conditions of a segment; an empty one offers its first group."""
        clear(self._box)
        self.groups = []
        for group in [g for g in found.groups if g.conditions] or [Group()]:
            self._put(group)
        self.match.set_value(found.match)
        self._tell()

    def _put(self, group: Group) -> _GroupBox:
        made = _GroupBox(group, self._edited, self._gone)
        self.groups.append(made)
        self._box.addWidget(made)
        return made

    def add_group(self) -> None:
        """Begin another group."""
        self._put(Group()).add_row()
        self._tell()

    def _gone(self, box: _GroupBox) -> None:
        if len(self.groups) > 1:
            self.groups.remove(box)
            self._box.removeWidget(box)
            box.hide()
            box.deleteLater()

    def _edited(self) -> None:
        self._tell()
        self.changed.emit()

    def _tell(self) -> None:
        several = len(self.groups) > 1
        self.match.setVisible(several)
        self._between.setVisible(several)
        for box in self.groups:
            box.match.setVisible(len(box.rows) > 1)
        self.order_tabs()

    def order_tabs(self) -> None:
        """Let Tab go through the fields as they are read; new ones would come last of the whole window."""
        fields = [part for box in self.groups for part in box.fields()]
        chain = [*([self.comes_after] if self.comes_after is not None else []), *fields, self.more, self.match]
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    def wanted_height(self) -> int:
        """How high the builder is with all its rows; counted, since a layout does not know rows that are not shown yet."""
        line = self.match.sizeHint().height()
        rows = sum(len(box.rows) for box in self.groups)
        return rows * (line + 6) + len(self.groups) * (line + 18) + line + 8

    def conditions(self) -> Conditions:
        """What stands there now."""
        groups = tuple(group for group in (box.group() for box in self.groups) if group.conditions)
        return Conditions(groups, str(self.match.value() or ALL))


def askable(found: Conditions) -> tuple[Conditions, str]:
    """The conditions that can be asked already, and what is wrong with the first that cannot."""
    problem, groups = "", []
    for group in found.groups:
        kept = []
        for condition in group.conditions:
            try:
                segments.check(segments.where(condition))
            except UserError as error:
                problem = problem or str(error)
            else:
                kept.append(condition)
        if kept:
            groups.append(Group(tuple(kept), group.match))
    return Conditions(tuple(groups), found.match), problem
