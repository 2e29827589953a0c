"""What every section of the settings is: a widget that shows and keeps what belongs to one subject.

What is changed is kept when its field is left; a problem stands beside the field.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtWidgets import QWidget

from crm_desktop.core.errors import Conflict, ValidationError
from crm_desktop.gui import failures
from crm_desktop.gui.widgets.form import Form
from crm_desktop.gui.widgets.page import Page


class SettingsSection(QWidget):
    """Base of all sections; `key` names it in links (`go("settings", {"section": "taxes"})`)."""

    key: ClassVar[str] = ""

    def __init__(self, page: Page, saved: Callable[[], object]) -> None:
        super().__init__()
        self.page = page
        self.saved = saved
        self.build()

    def build(self) -> None:
        """Make the widgets."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Show what is kept now."""

    def focus_field(self, name: str) -> None:
        """Put the cursor into a field."""

    def kept(self, write: Callable[[], object], form: Form | None = None, field: str = "") -> bool:
        """Do something that keeps a change; problems stand beside their fields. True if it was kept."""
        done = []

        def act() -> None:
            try:
                write()
                done.append(True)
            except ValidationError as error:
                if form is None:
                    raise
                rest = form.show_problems(error.fields, focus=False)
                if rest:
                    raise
            except Conflict:
                self.refresh()
                raise

        failures.guarded(act)
        if done:
            if form is not None and field in form.boxes:
                form.boxes[field].say("")
            self.saved()
        return bool(done)
