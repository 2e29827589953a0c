"""The page of one record as a form. A new record is added by the button; an edit is kept field by field.

A page says which fields there are and how they are kept; leaving, undo, problems and "Saved 10:42" are done here:

    class ItemForm(RecordForm):
        key = "product"

        def fields(self): return [Field("name", _("Name"), needed=True), …]
        def words(self): return Words(_("New product"), _("Add product"), _("Discard the new product?"))
        def load(self, record_id): return {"name": …, …}                # what the fields show
        def start(self, values): return {"unit": "C62"} | values         # what a new record starts with
        def keep(self, values, record_id): return catalogue.save(values, record_id)      # gives the id
        def named(self, record_id): return catalogue.get(record_id).name
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.gui import failures
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.form import Field, Form, Heading
from crm_desktop.gui.widgets.heads import PageHead
from crm_desktop.gui.widgets.layouts import column, scroll
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.strip import Strip

_WIDTH = 720


@dataclass(frozen=True)
class Words:
    """What the form says: title of a new record, the button that adds it, the question before it is discarded."""

    new: str
    add: str
    discard: str


class RecordForm(Page):
    """See the module."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.id: int | None = None
        self._touched = False
        self._add = Button(self.words().add, "primary", "check", on=self.primary)
        self._done = Button(pgettext("finish", "Done"), on=self.back.emit)
        self.head = PageHead(self.words().new, *self.acts(), self._done, self._add, back=self.back.emit)
        self.strip = Strip()
        self._holder = QWidget()
        self._box: QVBoxLayout = column(self._holder, self.strip, gap=12, margins=(24, 4, 20, 24))
        self.form = Form([])
        self._box.addWidget(self.form)
        self.below = QWidget()
        self.below.setMaximumWidth(_WIDTH)
        self._box.addWidget(self.below)
        self._box.addStretch(1)
        column(self, self.head, scroll(self._holder))

    # ---- for pages ---------------------------------------------------------------------------------------------------

    def words(self) -> Words:
        """What the form says."""
        raise NotImplementedError

    def fields(self) -> Sequence[Field | Heading]:
        """The fields; asked each time the form is entered."""
        raise NotImplementedError

    def acts(self) -> Sequence[QWidget]:
        """More buttons in the header."""
        return ()

    def load(self, record_id: int) -> dict[str, Any]:
        """What the fields show of a record."""
        raise NotImplementedError

    def start(self, values: dict[str, Any]) -> dict[str, Any]:
        """What the fields of a new record show; `values` are prefilled by whoever asked for it."""
        return values

    def keep(self, values: dict[str, Any], record_id: int | None) -> int:
        """Add a record or change the given fields of one; gives its id."""
        raise NotImplementedError

    def named(self, record_id: int) -> str:
        """The name of a record, for title and toast."""
        raise NotImplementedError

    def shown(self) -> None:
        """Fields were loaded or changed: show and hide what depends on them."""

    def added(self, record_id: int) -> None:
        """A record was added; it stays open for more, and Back leads past the empty form."""
        self.back.emit()
        self.go.emit(self.key, {"id": record_id})

    # ---- showing -----------------------------------------------------------------------------------------------------

    def title(self) -> str:
        return self.head.title.text()

    def activate(self, id: int = 0, **values: Any) -> None:
        """Show a record, or an empty form (id 0) with some fields prefilled."""
        self._make_form()
        self.id, self._touched = id or None, False
        self.head.say("")
        self.strip.tell("")
        self.form.load(self.start(values) if self.id is None else self.load(self.id), new=self.id is None)
        self._tell_title()
        self._add.setVisible(self.id is None)
        self._done.setVisible(self.id is not None)
        self.shown()
        first = self.form.first()
        if first is not None:
            first.setFocus()

    def _make_form(self) -> None:
        old, self.form = self.form, Form(self.fields())
        self.form.setMaximumWidth(_WIDTH)
        self.form.left.connect(self._left)
        self.form.edited.connect(self._edited)
        place = self._box.indexOf(old)
        self._box.removeWidget(old)
        old.hide()
        old.deleteLater()
        self._box.insertWidget(place, self.form)

    def refresh(self) -> None:
        """Show the record again as it is now; keep what is being typed."""
        if self.id is None or self._touched:
            return
        for name, value in self.load(self.id).items():
            if name in self.form.boxes and not self.form.input(name).hasFocus() and not self.form.input(name).problem():
                self.form.put(name, value)
        self._tell_title()
        self.shown()

    def _tell_title(self) -> None:
        name = _("Edit {name}").format(name=self.named(self.id)) if self.id is not None else self.words().new
        self.head.tell(name)
        self.changed.emit()

    # ---- keeping -----------------------------------------------------------------------------------------------------

    def _edited(self, _name: str) -> None:
        self._touched = True
        self.shown()

    def _left(self, name: str) -> None:
        self.shown()
        if self.id is not None and not self.form.input(name).problem():
            self.keep_now({name: self.form.input(name).value()})

    def keep_now(self, values: dict[str, Any]) -> bool:
        """Keep these fields of the record that is shown; problems stand beside their fields."""
        kept = []

        def write() -> None:
            try:
                kept.append(self.keep(values, self.id))
            except ValidationError as error:
                self.show_problems(error.fields)

        if not failures.guarded(write) or not kept:
            return False
        self._touched = False
        self.strip.tell("")
        for name in values:
            if name in self.form.boxes:
                self.form.boxes[name].say("")
        self._tell_title()
        self.head.saved()
        return True

    def show_problems(self, problems: dict[str, str]) -> None:
        """Show each sentence beside its field, and those without a field above the form."""
        self.strip.tell(" ".join(self.form.show_problems(problems)))

    def primary(self) -> None:
        if self.id is not None:
            self.back.emit()
            return
        try:
            values = self.form.collect()
        except ValidationError as error:
            self.show_problems(error.fields)
            return
        found = []

        def write() -> None:
            try:
                found.append(self.keep(values, None))
            except ValidationError as error:
                self.show_problems(error.fields)

        if failures.guarded(write) and found:
            self._touched = False
            self.toast.emit(_("{name} added").format(name=self.named(found[0])), True)
            self.added(found[0])

    def save_now(self) -> None:
        focus = self.focusWidget()
        if self.id is not None and focus is not None:
            focus.clearFocus()
            focus.setFocus()

    def next_problem(self) -> None:
        first = next((name for name, box in self.form.boxes.items() if box.input.problem()), None)
        if first:
            self.form.focus(first)

    def leave(self) -> bool:
        if self.id is not None:
            focus = self.focusWidget()
            if focus is not None:
                focus.clearFocus()  # the field that is being typed in keeps its text by being left
            return True
        if not (self._touched and self.form.is_changed()):
            return True
        return dialogs.confirm(
            self.words().discard, _("What you typed is not kept yet."), _("Discard"), _("Keep writing")
        )
