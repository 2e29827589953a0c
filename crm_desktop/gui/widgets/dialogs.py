"""All questions that must be answered at once. The only module that runs `exec()`; each function gives a plain value.

Ask only where an answer is needed now and Undo cannot help. The heading is the question with the object's name, the
text its consequence, the left button keeps things as they are and has the focus.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from crm_desktop.core import preferences
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.layouts import column, label

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from crm_desktop.gui.widgets.form import Field


class Dialog(QDialog):
    """A window-modal question, 480 wide: heading, text, content of your own, buttons at the right."""

    def __init__(self, heading: str, text: str = "", *, width: int = 480, parent: QWidget | None = None) -> None:
        super().__init__(parent or QApplication.activeWindow())
        self.setWindowTitle(heading)
        self.setMinimumWidth(width)
        self.setMaximumWidth(max(width, 640))
        self.setAccessibleDescription(text)
        self.chosen = ""
        self._first: QWidget | None = None
        self._body = QVBoxLayout()
        self._body.setSpacing(12)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addStretch(1)
        head = label(heading, "h", wrap=True)
        whole = column(self, head, gap=8, margins=(20, 18, 20, 18))
        whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # see fit
        if text:
            said = label(text, "body", "text2", wrap=True)
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            said.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            whole.addWidget(said)
        whole.addLayout(self._body)
        whole.addStretch(1)
        whole.addSpacing(8)
        whole.addLayout(self._buttons)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(key), self, self.press_default)

    def press_default(self) -> None:
        """The main act, as Ctrl+Enter does it on pages."""
        for button in self.findChildren(Button):
            if button.isDefault():
                button.click()
                return

    def add(self, widget: QWidget, *, first: bool = False) -> QWidget:
        """Put a widget below the text; `first` takes the focus."""
        self._body.addWidget(widget)
        if first:
            self._first = widget
        return widget

    def add_button(self, key: str, text: str, kind: str = "secondary", *, first: bool = False) -> Button:
        """Add a button from left to right; pressing it closes the dialog with `chosen == key`."""
        made = Button(text, kind)
        made.setProperty("key", key)
        made.setAutoDefault(first)
        made.setDefault(first)
        made.clicked.connect(self._pressed)
        self._buttons.addWidget(made)
        if first and self._first is None:
            self._first = made
        return made

    def _pressed(self) -> None:
        key = str(self.sender().property("key"))
        if key == "" or self.allowed(key):
            self.chosen = key
            self.accept()

    def allowed(self, _key: str) -> bool:
        """Whether a button may close the dialog."""
        return True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()
        if self._first is not None:
            self._first.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        """Grow with the content: a sentence that comes up below a field takes no room from the others."""
        done = super().event(event)
        grown = event.type() == QEvent.Type.LayoutRequest and self.isVisible()
        if grown and self.layout().totalHeightForWidth(self.width()) > self.height():
            self.fit()
        return done

    def fit(self) -> None:
        """Be as high as the content needs: wrapped text hints at more than that."""
        self.layout().activate()
        needed = max(self.layout().totalHeightForWidth(self.width()), 0)
        self.resize(self.width(), needed or self.sizeHint().height())

    def ask(self) -> str:
        """Wait for an answer: the key of the button, "" for Esc."""
        self.exec()
        return self.chosen


def message(heading: str, text: str = "") -> None:
    """Tell something that must be read before work goes on."""
    made = Dialog(heading, text)
    made.add_button("ok", _("Close"), first=True)
    made.ask()


def confirm(question: str, consequence: str, act: str, keep: str) -> bool:
    """Ask before something that cannot be undone; True if the user wants it. `keep` has the focus."""
    made = Dialog(question, consequence)
    made.add_button("", keep, first=True)
    made.add_button("act", act, "danger")
    return made.ask() == "act"


def choose(question: str, text: str, choices: Sequence[tuple[str, str]]) -> str:
    """Ask which of several ways to go: (key, verb) from left to right, the first has the focus; "" for Esc."""
    made = Dialog(question, text)
    for index, (key, verb) in enumerate(choices):
        made.add_button(key, verb, first=index == 0)
    return made.ask()


def fault(heading: str, text: str, details: str) -> None:
    """Show a fault of the program with its details folded away and a button that copies them."""
    made = Dialog(heading, text)
    folded = QPlainTextEdit(details)
    folded.setReadOnly(True)
    folded.setAccessibleName(_("Details"))
    folded.setVisible(False)
    folded.setMinimumHeight(180)
    made.add(folded)
    shown = made.add_button("show", _("Show details"), "ghost")
    copied = made.add_button("copy", _("Copy details"))
    for button in (shown, copied):
        button.clicked.disconnect()
    shown.clicked.connect(folded.show)
    shown.clicked.connect(made.fit)
    copied.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))
    made.add_button("close", _("Close"), first=True)
    made.ask()


class _FormDialog(Dialog):
    """A dialog around a form; it stays open while something cannot be kept."""

    def __init__(self, heading: str, fields: Sequence[Field], values: dict[str, Any], check: Any, text: str) -> None:
        from crm_desktop.gui.widgets.form import Form

        super().__init__(heading, text, width=520)
        self._check = check
        self.form = Form(fields)
        self.form.load(values, new=True)
        self.add(self.form)
        self._first = self.form.first()
        self.values: dict[str, Any] | None = None

    def reject(self) -> None:
        """Esc closes; what was typed meanwhile is not let go unasked."""
        if self.form.is_changed() and not confirm(
            _("Discard what you typed?"), _("What you typed is not kept yet."), _("Discard"), _("Keep writing")
        ):
            return
        super().reject()

    def allowed(self, key: str) -> bool:
        if key in ("", "remove"):
            return True
        try:
            values = self.form.collect()
            if self._check is not None:
                self._check(values)
        except ValidationError as error:
            self.form.show_problems(error.fields)
            self.fit()
            return False
        self.values = values
        return True


def fill_in(
    heading: str,
    fields: Sequence[Field],
    values: dict[str, Any] | None = None,
    *,
    act: str,
    check: Any = None,
    text: str = "",
) -> dict[str, Any] | None:
    """Ask for a few entries: the values, or None if the user keeps things as they are.

    `check(values)` may keep them at once (for example by a `save`); its `ValidationError` is shown beside the fields and
    the dialog stays open.
    """
    made = _FormDialog(heading, fields, values or {}, check, text)
    made.add_button("", _("Cancel"))
    made.add_button("act", act, "primary").setDefault(True)
    made.ask()
    return made.values


def fill_in_then(
    heading: str,
    fields: Sequence[Field],
    values: dict[str, Any],
    *,
    acts: Sequence[tuple[str, str]],
    check: Any = None,
    text: str = "",
) -> tuple[str, dict[str, Any]]:
    """As `fill_in`, with several things that can be done with the entries: (key of the act, values); key "" is none.

    The last of the `acts` (key, words) is the usual one.
    """
    made = _FormDialog(heading, fields, values, check, text)
    made.add_button("", _("Cancel"))
    for key, words in acts[:-1]:
        made.add_button(key, words)
    made.add_button(acts[-1][0], acts[-1][1], "primary").setDefault(True)
    return made.ask(), made.values or {}


def fill_in_or_remove(
    heading: str, fields: Sequence[Field], values: dict[str, Any], *, act: str, check: Any, remove: str = ""
) -> str:
    """As `fill_in`, with a button that removes the thing: "act", "remove", or "" for keeping it as it is."""
    made = _FormDialog(heading, fields, values, check, "")
    if remove:
        made.add_button("remove", remove, "danger")
    made.add_button("", _("Cancel"))
    made.add_button("act", act, "primary").setDefault(True)
    return made.ask()


def ask_text(heading: str, name: str, value: str = "", *, act: str, text: str = "") -> str | None:
    """Ask for one line of text."""
    from crm_desktop.gui.widgets.form import Field

    found = fill_in(heading, [Field("text", name, needed=True)], {"text": value}, act=act, text=text)
    return found["text"] if found else None


# ---- files -----------------------------------------------------------------------------------------------------------


def _start_folder(purpose: str) -> str:
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    usual = documents if documents and Path(documents).is_dir() else str(Path.home())
    return str(preferences.get(f"folder/{purpose}") or usual)


def _remember(purpose: str, chosen: str, *, is_folder: bool = False) -> Path | None:
    if not chosen:
        return None
    path = Path(chosen)
    preferences.put(f"folder/{purpose}", str(path if is_folder else path.parent))
    return path


def choose_open_file(title: str, filters: Sequence[tuple[str, Sequence[str]]], purpose: str = "open") -> Path | None:
    """Let the user pick a file: filters are (name, patterns), for example ("Spreadsheets", ["*.xlsx", "*.csv"])."""
    text = ";;".join(f"{name} ({' '.join(patterns)})" for name, patterns in filters)
    chosen, _used = QFileDialog.getOpenFileName(QApplication.activeWindow(), title, _start_folder(purpose), text)
    return _remember(purpose, chosen)


def choose_open_files(title: str, filters: Sequence[tuple[str, Sequence[str]]], purpose: str = "open") -> list[Path]:
    """Let the user pick any number of files; filters as in `choose_open_file`."""
    text = ";;".join(f"{name} ({' '.join(patterns)})" for name, patterns in filters)
    chosen, _used = QFileDialog.getOpenFileNames(QApplication.activeWindow(), title, _start_folder(purpose), text)
    found = [_remember(purpose, path) for path in chosen]
    return [path for path in found if path is not None]


def choose_save_file(title: str, name: str, filters: Sequence[tuple[str, str]], purpose: str = "save") -> Path | None:
    """Let the user name a file to write; filters are (name, ending), for example ("PDF", ".pdf")."""
    filters = [(kind, f".{ending.lstrip('.')}") for kind, ending in filters]
    text = ";;".join(f"{kind} (*{ending})" for kind, ending in filters)
    proposed = str(Path(_start_folder(purpose)) / name)
    chosen, _used = QFileDialog.getSaveFileName(QApplication.activeWindow(), title, proposed, text)
    path = _remember(purpose, chosen)
    if path is not None and not path.suffix and filters:
        path = path.with_name(path.name + filters[0][1])
    return path


def choose_folder(title: str, purpose: str = "folder") -> Path | None:
    """Let the user pick a folder."""
    chosen = QFileDialog.getExistingDirectory(QApplication.activeWindow(), title, _start_folder(purpose))
    return _remember(purpose, chosen, is_folder=True)


def printer_for(title: str) -> QPrinter | None:
    """Ask for printer, copies and pages; the printer that was set up, or None."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    printer.setFullPage(True)
    dialog = QPrintDialog(printer, QApplication.activeWindow())
    dialog.setWindowTitle(title)
    return printer if dialog.exec() == QDialog.DialogCode.Accepted else None


def has_printer() -> bool:
    """Whether a printer is set up on this computer."""
    from PySide6.QtPrintSupport import QPrinterInfo

    return bool(QPrinterInfo.availablePrinterNames())


def print_pdf(content: bytes, title: str) -> str:
    """Print a PDF as it is: "printed", "save" if there is no printer and the user wants the file instead, or "".

    Raises:
        Problem: the printer does not take it.
    """
    if not has_printer():
        text = _("You can save the PDF instead and print it elsewhere.")
        made = Dialog(_("No printer is set up on this computer"), text)
        made.add_button("", _("Cancel"))
        made.add_button("save", _("Save PDF"), "primary", first=True)
        return made.ask()
    printer = printer_for(title)
    if printer is None:
        return ""
    from crm_desktop.gui.widgets import pdf_pages

    pdf_pages.print_pages(content, printer)
    return "printed"


def ask_password(heading: str, text: str = "") -> str | None:
    """Ask for a password."""
    from crm_desktop.gui.widgets.form import Field

    found = fill_in(heading, [Field("text", _("Password"), "password", needed=True)], act=_("Unlock"), text=text)
    return found["text"] if found else None


def label_of(dialog: QDialog) -> str:
    """The heading of a dialog, for tests."""
    found = dialog.findChildren(QLabel)
    return found[0].text() if found else dialog.windowTitle()
