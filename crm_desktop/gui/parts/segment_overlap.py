"""Two segments side by side: a dialog with the three numbers and the names, and a click leads to a customer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts import segment_ready
from crm_desktop.gui.parts.segment_ready import WorkedOut
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.cards import Item, ItemRow
from crm_desktop.gui.widgets.inputs import ChoiceInput
from crm_desktop.gui.widgets.layouts import clear, column, label, row, scroll, stack
from crm_desktop.gui.widgets.segments import Segments
from crm_desktop.insight import segment_overlap, segments, understood
from crm_desktop.insight.segment_overlap import Overlap

_WIDTH, _HEIGHT, _SHOWN = 560, 300, 100


class OverlapDialog(dialogs.Dialog):
    """Compares a segment with another one that is chosen in it."""

    def __init__(self, segment_id: int, opens: Callable[[int], object]) -> None:
        self._segment = segments.get(segment_id)
        super().__init__(_("Compare “{name}” with another segment").format(name=self._segment.name), width=_WIDTH)
        self._opens, self.found = opens, Overlap((), (), ())
        self._worked = WorkedOut(self.compare)
        others = [(one.id, one.name) for one in segments.all_segments() if one.id != segment_id]
        self.choice = ChoiceInput(others, searchable=True)
        self.choice.setAccessibleName(_("Other segment"))
        self.choice.edited.connect(self.compare)
        self.sides = Segments(_("Which customers"), self._show_side)
        for key, words in (
            ("both", _("In both")),
            ("only_first", _("Only in this one")),
            ("only_other", _("Only in the other")),
        ):
            self.sides.add(key, words)
        self.sides.choose("both")
        self._share = label("", "small", "text2", wrap=True)
        holder = QWidget()
        self._names = stack(gap=0)
        column(holder, self._names, "stretch")
        area = scroll(holder)
        area.setFixedHeight(_HEIGHT)
        content = QWidget()
        column(content, row(self.choice), self.sides, self._share, area, gap=10)
        self.add(content)
        self.add_button("close", _("Close"), "primary").setDefault(True)
        if others:
            self.choice.set_value(others[0][0])
            self.compare()
        else:
            self._share.setText(_("There is no other segment yet. Keep a second one to compare."))

    def compare(self) -> None:
        """Show the overlap with the chosen segment."""
        other = self.choice.value()
        if not other:
            return
        if not self._worked.ready(self._segment.conditions, segments.get(int(other)).conditions):
            self._share.setText(segment_ready.not_yet().line)
            return
        self.found = segment_overlap.of(self._segment.id, int(other))
        for key in ("both", "only_first", "only_other"):
            self.sides.set_count(key, formats.count(len(getattr(self.found, key))))
        number, whole = len(self.found.both), len(self.found.both) + len(self.found.only_first)
        words = _("{percent}% of this segment ({n} of {all}) are in the other one too.")
        said = (
            words.format(percent=round(number * 100 / whole), n=number, all=whole) if whole else _("Nobody is in it.")
        )
        self._share.setText(said)
        self._show_side(self.sides.current())

    def done(self, result: int) -> None:
        self._worked.cancel()
        super().done(result)

    def _show_side(self, key: str) -> None:
        clear(self._names)
        ids = getattr(self.found, key)
        names = understood.names(ids[:_SHOWN])
        for customer in ids[:_SHOWN]:
            self._names.addWidget(ItemRow(Item(names[customer], icon="users", on=partial(self._open, customer))))
        if len(ids) > _SHOWN:
            self._names.addWidget(label(_("{n} more").format(n=formats.count(len(ids) - _SHOWN)), "small", "text3"))

    def _open(self, customer: int) -> None:
        self.accept()
        self._opens(customer)
