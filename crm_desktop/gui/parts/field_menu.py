"""A button with all fields that a text may use; a click writes one where the text was last edited."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPlainTextEdit, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.form import Form


class FieldMenu(Button):
    """See the module.

    Args:
        form: gives the form that holds the texts.
        texts: names of its fields that may be written into; the first one is taken where none was edited yet.
        known: gives name and meaning of each field.
    """

    def __init__(
        self, form: Callable[[], Form], texts: Sequence[str], known: Callable[[], list[tuple[str, str]]]
    ) -> None:
        super().__init__(_("Insert a field"), "ghost", "text-cursor-input")
        self._form, self._texts, self._known = form, texts, known
        self._last = ""
        self._menu = QMenu(self)
        self._menu.setAccessibleName(_("Insert a field"))
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._noticed)

    def _noticed(self, _old: QWidget | None, now: QWidget | None) -> None:
        boxes = self._form().boxes
        self._last = next((name for name in self._texts if name in boxes and boxes[name].input is now), self._last)

    def _fill(self) -> None:
        self._menu.clear()
        for name, meaning in self._known():
            words = _("{field}: {meaning}").format(field=f"{{{name}}}", meaning=meaning)
            self._menu.addAction(words, partial(self.write, name))

    def write(self, name: str) -> None:
        """Write a field where the text was last edited."""
        box = self._form().input(self._last or self._texts[0])
        field = f"{{{name}}}"
        if isinstance(box, QPlainTextEdit):
            box.insertPlainText(field)
        elif isinstance(box, QLineEdit):
            place = box.cursorPosition()
            box.setText(box.text()[:place] + field + box.text()[place:])
            box.setCursorPosition(place + len(field))
            box.textEdited.emit(box.text())
        box.setFocus()
