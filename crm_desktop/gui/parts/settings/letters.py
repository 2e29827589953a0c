"""Settings, letters about contracts: their words per purpose and language, a preview beside them, and when contracts come up."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSizePolicy

from crm_desktop.company import letter_texts, profile
from crm_desktop.company.letter_texts import FIELDS, PURPOSES, LetterText
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.gui import jobs
from crm_desktop.gui.parts.paper_preview import Preview
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets import choices
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.form import Field, Form
from crm_desktop.gui.widgets.layouts import column, frame, label, row, stack
from crm_desktop.gui.widgets.pdf_pages import PaperView
from crm_desktop.gui.widgets.segments import Segments
from crm_desktop.sales import contracts

_PREVIEW, _DRAW_AFTER_MS = 360, 350


class LettersSection(SettingsSection):
    """See the module."""

    key = "letters"

    def build(self) -> None:
        self._language, self._drawn = "", 0
        self.languages = Segments(_("Language of the letters"), self.choose_language)
        for code, name in choices.document_languages():
            self.languages.add(code, name)
        named = [(purpose, _(words)) for purpose, words in PURPOSES.items()]
        self.purpose = Form([Field("purpose", _("Letter"), "choice", choices=named, width=0.5)])
        self.purpose.put("purpose", "contract")
        self.purpose.left.connect(lambda _name: self.refresh())
        self.form = Form(
            [
                Field("subject", _("Heading"), needed=True),
                Field("body", _("Text"), "lines", rows=11, hint=_("The greeting stands above it by itself")),
            ]
        )
        self.usual = Button(_("Back to the usual words"), "ghost", "rotate-ccw", on=self._reset)
        self.days = Form(
            [Field("remind_days", _("Days before the last day to cancel"), width=0.6, hint=_("For example 90, 30, 7"))]
        )
        self._draw_later = QTimer(self)
        self._draw_later.setSingleShot(True)
        self._draw_later.setInterval(_DRAW_AFTER_MS)
        self._draw_later.timeout.connect(self._draw)
        self.form.left.connect(self._left)
        self.form.edited.connect(lambda _name: self._draw_later.start())
        self.days.left.connect(self._days_left)
        self._lay_out()

    def _lay_out(self) -> None:
        self.view = PaperView(_("Sample letter"))
        self.view.setFixedWidth(_PREVIEW)
        self.view.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        self.preview = Preview(self.view)
        words = "\n".join(f"{{{word}}}  {_(meaning)}" for word, meaning in FIELDS.items())
        advice = _(
            "The ready-made words are plain and no legal advice. Have them looked at where much depends on them."
        )
        left = stack(
            frame("card", self.languages, self.purpose, self.form, row(self.usual, "stretch"),
                  label(advice, "small", "text2", wrap=True), gap=12),
            frame("card", label(_("When contracts come up in Today"), "h"), self.days, gap=10),
            frame("card", label(_("Words in braces"), "h"), label(words, "small", "text2", wrap=True), gap=8),
            "stretch",
            gap=12,
        )  # fmt: skip
        line = row(left, stack(self.view, "stretch"), gap=14)
        line.setStretch(0, 1)
        column(self).addLayout(line)

    # ---- showing -----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        if not self._language:
            self._language = profile.load().language
            self.languages.choose(self._language)
        found = letter_texts.get(self._purpose(), self._language)
        for name, box in self.form.boxes.items():
            if not box.input.hasFocus():
                self.form.put(name, getattr(found, name))
        if not self.days.input("remind_days").hasFocus():
            self.days.put("remind_days", ", ".join(map(str, contracts.usual_remind_days())))
        self.usual.setVisible(found.own)
        self._draw()

    def choose_language(self, language: str) -> None:
        """Show the letters of a language."""
        self._language = language
        self.refresh()

    def _purpose(self) -> str:
        return str(self.purpose.input("purpose").value())

    def _written(self) -> LetterText:
        values = self.form.values()
        return LetterText(self._purpose(), self._language, str(values["subject"] or ""), str(values["body"] or ""))

    def _draw(self) -> None:
        self._drawn += 1
        jobs.run(partial(_sample, self._written()), done=partial(self._show, self._drawn))

    def _show(self, number: int, content: bytes) -> None:
        """Show a sample, unless a newer one is on its way."""
        if number == self._drawn:
            self.preview.show_stored(-number, content)

    # ---- keeping -----------------------------------------------------------------------------------------------------

    def _left(self, name: str) -> None:
        before, written = letter_texts.get(self._purpose(), self._language), self._written()
        if (before.subject, before.body) == (written.subject, written.body):
            return
        if self.kept(partial(letter_texts.save, written), self.form, name):
            self.usual.show()

    def _days_left(self, name: str) -> None:
        written = str(self.days.input(name).value() or "")
        self.kept(partial(contracts.save_usual_remind_days, written), self.days, name)

    def _reset(self) -> None:
        if self.kept(partial(letter_texts.remove, self._purpose(), self._language), self.form):
            self.refresh()


def _sample(text: LetterText, progress: Progress) -> bytes:
    from crm_desktop.documents import contract_paper

    progress.check()
    return contract_paper.sample(text)
