"""What every page is: a widget in the middle of the window that shows records and can be refreshed.

The window makes a page when it is first shown, calls `activate(**args)` each time it is entered (also by Back), and
`refresh()` when a table named in `tables` was written while the page is visible; a hidden page is refreshed when it is
entered next. Pages never import each other: they ask the window with `self.open_record.emit("customer", 17)` or
`self.go.emit("invoices", {"view": "overdue"})`.

A page in full:

    class NotesPage(Page):
        key = "notes"
        tables = ("note",)

        def __init__(self, parent=None):
            super().__init__(parent)
            self._text = label("", "body")
            column(self, self._text, margins=(24, 0, 20, 0))

        def title(self):
            return _("Notes")

        def activate(self, id=0):
            self._id = id
            self.refresh()

        def refresh(self):
            self._text.setText(notes.text_of(self._id))

        def new(self):
            self.open_record.emit("note", 0)

A list needs less: see `list_page.ListPage`. A page is registered as one line in `gui/page_table.py`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget


class Page(QWidget):
    """Base of all pages. Override what the page can do; a command that is not overridden is greyed in the menus."""

    key: ClassVar[str] = ""
    # Tables whose change makes this page stale.
    tables: ClassVar[tuple[str, ...]] = ()
    # Editors want the narrow sidebar below 1360 px.
    rail: ClassVar[bool] = False

    # kind ("customer", "contact", "invoice", "contract", "product", "reminder" …) and id; id 0 makes a new one
    open_record = Signal(str, int)
    # page key and the arguments for its activate()
    go = Signal(str, dict)
    # leave this page for the one before
    back = Signal()
    # what happened; with an undoable step it offers Undo (`True`), see `toast_text`
    toast = Signal(str, bool)
    # the words of title() or the reachable commands changed
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")

    def title(self) -> str:
        """The words for the window title and for the history of Back."""
        return ""

    def activate(self, **args: Any) -> None:
        """Show what `args` ask for; called each time the page is entered."""
        self.refresh()

    def place(self) -> dict[str, Any] | None:
        """The arguments for `activate` that lead back to what is shown now; None where those it was given do."""
        return None

    def refresh(self) -> None:
        """Read the records again; keep selection, scroll position and typed text."""

    def leave(self) -> bool:
        """Called before another page is shown: keep what was typed. False stays on the page."""
        return True

    def primary(self) -> None:
        """The main act of the page, Ctrl+Enter."""

    def new(self) -> None:
        """Make a new record of this page, Ctrl+N."""

    def find(self) -> None:
        """Put the cursor into the filter of this list, Ctrl+F."""

    def print_(self) -> None:
        """Print or preview, Ctrl+P."""

    def mail(self) -> None:
        """Write a mail about the record, Ctrl+Shift+M."""

    def export(self) -> None:
        """Export this list, Ctrl+E."""

    def edit(self) -> None:
        """Edit the selected record, F2."""

    def delete(self) -> None:
        """Move the selected records to the bin, Delete."""

    def duplicate(self) -> None:
        """Make a copy of the selected record, Ctrl+D."""

    def save_now(self) -> None:
        """Keep what was typed so far, Ctrl+S; always harmless."""

    def next_problem(self) -> None:
        """Go to the next field with a problem, F8."""

    def undo_here(self) -> bool:
        """Take back what was just done on this page and is no step of the journal yet; False if there is nothing."""
        return False

    def redo_here(self) -> bool:
        """Do again what `undo_here` took back; False if there is nothing."""
        return False

    def toggle_pane(self) -> None:
        """Show or hide the pane, Ctrl+Shift+D."""

    def can(self, command: str) -> bool:
        """Whether the page offers a command: the name of one of the methods above."""
        return getattr(type(self), command) is not getattr(Page, command)

    def areas(self) -> list[QWidget]:
        """The areas of the page in the order of F6; each can take the focus."""
        return [self]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave keys that no part of the page wanted to the window."""
        event.ignore()
