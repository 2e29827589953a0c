"""Settings, paper: layout, sheet, window of the envelope, letter paper, and the names of saved files; a sample beside it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QSizePolicy

from crm_desktop.company import paper_choices, profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Problem
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts.paper_preview import Preview
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets import dialogs
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.form import Field, Form
from crm_desktop.gui.widgets.layouts import column, frame, label, row, stack
from crm_desktop.gui.widgets.pdf_pages import PaperView

_PREVIEW = 360
_FILES = ["*.pdf", "*.png", "*.jpg", "*.jpeg"]


def layouts() -> list[tuple[str, str]]:
    """How papers can look."""
    return [("classic", _("Classic")), ("modern", _("With your colour")), ("plain", _("Plain and compact"))]


def sheets() -> list[tuple[str, str]]:
    """What one can print on."""
    return [("a4", _("A4")), ("letter", _("US Letter"))]


def windows() -> list[tuple[str, str]]:
    """Where the window of the envelope can be."""
    return [
        ("din", _("At the left (Germany and most others)")),
        ("swiss", _("At the right (Switzerland)")),
        ("us", _("At the left, low (US envelope no. 10)")),
    ]


class PaperSection(SettingsSection):
    """See the module."""

    key = "paper"

    def build(self) -> None:
        self.look = Form(
            [
                Field("layout", _("Layout"), "choice", choices=layouts()),
                Field("paper", _("Sheet"), "choice", choices=sheets()),
                Field("window", _("Window of your envelopes"), "choice", choices=windows()),
            ]
        )
        self.look.left.connect(self._keep_look)
        self.names = Form(
            [
                Field("file_name", _("Name of saved PDFs"), placeholder="{number} {customer}"),
                Field("folders", _("Folders of batches and of the archive"), placeholder="{year}/{month}"),
            ]
        )
        self.names.left.connect(self._keep_names)
        self._example = label("", "small", "text2", wrap=True)
        self.view = PaperView(_("Sample invoice"))
        self.view.setFixedWidth(_PREVIEW)
        self.view.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        self.preview = Preview(self.view)
        where = label(
            _("Logo and colour are in the subject “Company”. What is issued stays as it is; new documents look like this."),
            "small", "text2", wrap=True,
        )  # fmt: skip
        left = stack(
            frame("card", label(_("Look"), "h"), self.look, where, gap=10),
            self._letter_card(),
            frame("card", label(_("Saved files"), "h"), self.names, self._example, gap=10),
            "stretch",
            gap=12,
        )
        line = row(left, stack(self.view, "stretch"), gap=14)
        line.setStretch(0, 1)
        column(self).addLayout(line)

    def _letter_card(self) -> Any:
        self.choose = Button(_("Choose file"), "secondary", "file-up", on=self._choose)
        self.remove = Button(_("Take away"), "ghost", on=self._remove)
        self.letter = Form(
            [
                Field("with_letter_paper", _("Put it behind new documents"), "bool"),
                Field("printed_sheets", _("The printer holds sheets with a printed letterhead"), "bool"),
            ]
        )
        self.letter.left.connect(self._keep_letter)
        self._state = label("", "small", "text2", wrap=True)
        words = label(
            _("A PDF of one or two pages (the second goes behind all that follow), a PNG or a JPEG. Our head and foot are "
              "left out then, so it must say your name, address and tax number. On printed sheets only what is "
              "missing there is printed; saved and mailed files stay whole."), "small", "text2", wrap=True,
        )  # fmt: skip
        return frame(
            "card", label(_("Letter paper"), "h"), words, self._state, row(self.choose, self.remove, "stretch"),
            self.letter, gap=10,
        )  # fmt: skip

    def refresh(self) -> None:
        company, choices = profile.load(), paper_choices.load()
        for name in ("layout", "paper", "window"):
            self.look.put(name, getattr(company, name))
        has_paper = company.letter_paper_file_id is not None
        self._state.setText(_("Letter paper is there.") if has_paper else _("No letter paper yet."))
        self.remove.setVisible(has_paper)
        self.letter.boxes["with_letter_paper"].setEnabled(has_paper)
        self.letter.put("with_letter_paper", has_paper and choices.with_letter_paper)
        self.letter.put("printed_sheets", choices.printed_sheets)
        self._show_names(choices)
        self._show_sample()

    def focus_field(self, name: str) -> None:
        for form in (self.look, self.letter, self.names):
            if name in form.boxes:
                form.focus(name)

    # ---- keeping -----------------------------------------------------------------------------------------------------

    def _keep_look(self, name: str) -> None:
        if self.kept(partial(profile.save, {name: self.look.input(name).value()}), self.look, name):
            self._show_sample()

    def _keep_letter(self, name: str) -> None:
        if self.kept(partial(paper_choices.save, {name: bool(self.letter.input(name).value())}), self.letter, name):
            self._show_sample()

    def _keep_names(self, name: str) -> None:
        from crm_desktop.documents import file_names

        values = {field: str(self.names.input(field).value() or "") for field in self.names.boxes}
        if self.kept(partial(file_names.keep, **values), self.names, name):
            self._show_names(paper_choices.load())

    def _show_names(self, choices: paper_choices.PaperChoices) -> None:
        from crm_desktop.documents import file_names

        folders = file_names.FOLDERS if choices.folders is None else choices.folders
        for name, value in (("file_name", choices.file_name or file_names.NAME), ("folders", folders)):
            if not self.names.boxes[name].input.hasFocus():
                self.names.put(name, value)
        sample = file_names.About(
            number="2026-0141", customer=_("Example customer"), kind=_("Invoice"), issued_on=dates.today()
        )
        path = file_names.folders_of(sample, folders) / f"{file_names.name_of(sample, choices.file_name)}.pdf"
        words = " ".join(f"{{{word}}}" for word in file_names.WORDS)
        self._example.setText(_("For example {path}. Words you can use: {words}").format(path=path, words=words))

    # ---- letter paper ------------------------------------------------------------------------------------------------

    def _choose(self) -> None:
        path = dialogs.choose_open_file(_("Choose letter paper"), [(_("Letter paper"), _FILES)], "logo")
        if path is not None:
            self.take(path)

    def take(self, path: Path) -> None:
        """Use a file as letter paper."""

        def keep() -> None:
            from crm_desktop.documents import letter_paper

            try:
                content = path.read_bytes()
            except OSError as error:
                raise Problem(_("The file cannot be read: {reason}.").format(reason=error.strerror)) from error
            profile.set_letter_paper(letter_paper.made_of(content))

        if self.kept(keep):
            self.refresh()

    def _remove(self) -> None:
        if self.kept(partial(profile.set_letter_paper, None)):
            self.refresh()

    def _show_sample(self) -> None:
        from crm_desktop.documents import sample_paper

        self.preview.show_paper(sample_paper.make())
