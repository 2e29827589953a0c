"""Settings, texts: what stands before and after the lines of each kind of document, per language; a sample beside it."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSizePolicy

from crm_desktop.billing import kinds, own_texts
from crm_desktop.company import profile
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts.paper_preview import Preview
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets import choices
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.form import Field, Form
from crm_desktop.gui.widgets.layouts import column, frame, label, row, stack
from crm_desktop.gui.widgets.pdf_pages import PaperView
from crm_desktop.gui.widgets.segments import Segments

_PREVIEW, _DRAW_AFTER_MS = 360, 350


def _meanings() -> list[tuple[str, str]]:
    """The words in braces and what they stand for."""
    return [
        ("{customer}", _("the customer’s name")),
        ("{date}", _("day of issue")),
        ("{due}", _("last day to pay")),
        ("{valid_until}", _("until when a quote holds")),
        ("{service}", _("day or period of service")),
        ("{order}", _("the number of their order")),
        ("{month} {quarter} {year}", _("of the service; {next} is the one after it").format(next="{month+1}")),
    ]


class TextsSection(SettingsSection):
    """See the module."""

    key = "texts"

    def build(self) -> None:
        self._language = ""
        self.languages = Segments(_("Language of the texts"), self.choose_language)
        for code, name in choices.document_languages():
            self.languages.add(code, name)
        named = [(kind, kinds.name(kind)) for kind in own_texts.KINDS]
        self.kind = Form([Field("kind", _("Kind of document"), "choice", choices=named, width=0.5)])
        self.kind.put("kind", own_texts.KINDS[0])
        self.kind.left.connect(lambda _name: self.refresh())
        self.form = Form(
            [
                Field(
                    "intro", _("Before the lines"), "lines", rows=4, hint=_("The greeting stands above it by itself")
                ),
                Field("closing", _("After the total"), "lines", rows=4),
            ]
        )
        self.footer = Form([Field("footer", _("At the foot of all papers, small"), "lines", rows=2)])
        self.usual = Button(_("Back to the usual words"), "ghost", "rotate-ccw", on=self._reset)
        self._draw_later = QTimer(self)
        self._draw_later.setSingleShot(True)
        self._draw_later.setInterval(_DRAW_AFTER_MS)
        self._draw_later.timeout.connect(self._draw)
        self.form.left.connect(self._left)
        self.footer.left.connect(self._footer_left)
        for form in (self.form, self.footer):
            form.edited.connect(lambda _name: self._draw_later.start())
        self._lay_out()

    def _lay_out(self) -> None:
        self.view = PaperView(_("Sample document"))
        self.view.setFixedWidth(_PREVIEW)
        self.view.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        self.preview = Preview(self.view)
        words = "\n".join(f"{word}  {meaning}" for word, meaning in _meanings())
        left = stack(
            frame("card", self.languages, self.kind, self.form, row(self.usual, "stretch"), gap=12),
            frame(
                "card",
                label(_("Words in braces"), "h"),
                label(_("They are filled in for each document."), "small", "text2", wrap=True),
                label(words, "small", "text2", wrap=True),
                gap=8,
            ),
            frame("card", self.footer, gap=10),
            "stretch",
            gap=12,
        )
        line = row(left, stack(self.view, "stretch"), gap=14)
        line.setStretch(0, 1)
        column(self).addLayout(line)

    # ---- showing -----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        if not self._language:
            self._language = profile.load().language
            self.languages.choose(self._language)
        said = dict(zip(own_texts.PARTS, own_texts.texts(self._kind(), self._language), strict=True))
        for name, box in self.form.boxes.items():
            if not box.input.hasFocus():
                self.form.put(name, said[name])
        if not self.footer.input("footer").hasFocus():
            self.footer.put("footer", own_texts.own(self._language).get("footer", ""))
        self._tell_own()
        self._draw()

    def choose_language(self, language: str) -> None:
        """Show the texts of a language."""
        self._language = language
        self.refresh()

    def _kind(self) -> str:
        return str(self.kind.input("kind").value())

    def _tell_own(self) -> None:
        names = {kinds.text_name(self._kind(), part) for part in own_texts.PARTS}
        self.usual.setVisible(bool(names & set(own_texts.own(self._language))))

    def _draw(self) -> None:
        from crm_desktop.documents import sample_paper

        words: dict[str, Any] = self.form.values() | self.footer.values()
        self.preview.show_paper(sample_paper.make(kind=self._kind(), language=self._language, words=words))

    # ---- keeping -----------------------------------------------------------------------------------------------------

    def _left(self, name: str) -> None:
        text = str(self.form.input(name).value() or "")
        if self.kept(partial(own_texts.keep, self._kind(), self._language, name, text), self.form, name):
            self._tell_own()

    def _footer_left(self, name: str) -> None:
        text = str(self.footer.input(name).value() or "")
        self.kept(partial(own_texts.keep_footer, self._language, text), self.footer, name)

    def _reset(self) -> None:
        if self.kept(partial(own_texts.reset, self._kind(), self._language), self.form):
            self.refresh()
