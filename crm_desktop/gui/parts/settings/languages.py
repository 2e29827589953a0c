"""Settings, language and formats: of the screen on this computer, and of the documents of the business."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from crm_desktop.company import profile
from crm_desktop.core import dates, i18n, preferences
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets import choices, formats
from crm_desktop.gui.widgets.form import Field, Form
from crm_desktop.gui.widgets.layouts import column, frame, label

_SCREEN_NAMES = {"en": "English", "de": "Deutsch"}
_FORMATS = ("de_DE", "de_AT", "de_CH", "en_GB", "en_US", "en_IE")


def _formats() -> list[tuple[str, str]]:
    names = {
        "de_DE": _("Germany"), "de_AT": _("Austria"), "de_CH": _("Switzerland"), "en_GB": _("United Kingdom"),
        "en_US": _("United States"), "en_IE": _("Ireland"),
    }  # fmt: skip
    fitting = [name for name in _FORMATS if name.startswith(i18n.language())]
    return [("", _("As on this computer")), *((name, names[name]) for name in fitting)]


class LanguagesSection(SettingsSection):
    """See the module."""

    key = "languages"

    def build(self) -> None:
        screen = [(code, _SCREEN_NAMES[code]) for code in i18n.SCREEN_LANGUAGES]
        self.screen = Form(
            [
                Field("language", _("Language of the program"), "choice", choices=screen, width=0.5),
                Field("formats", _("Numbers and dates as in"), "choice", choices=_formats(), width=0.5),
            ]
        )
        self._example = label("", "small", "text2")
        self.business = Form(
            [
                Field("language", _("Documents in"), "choice", choices=choices.document_languages(), width=0.5),
                Field("currency", _("Currency"), "choice", choices=choices.currencies(), width=0.5,
                      hint=_("For new documents; written ones keep theirs")),
            ]
        )  # fmt: skip
        self.screen.left.connect(self._screen_left)
        self.business.left.connect(self._business_left)
        one = frame(
            "card", label(_("On this computer"), "h"), self.screen, self._example, gap=10, margins=(20, 14, 20, 16)
        )
        words = label(_("A customer may have a language and a currency of their own."), "small", "text2")
        two = frame("card", label(_("On your documents"), "h"), words, self.business, gap=10, margins=(20, 14, 20, 16))
        column(self, one, two, gap=12)

    def refresh(self) -> None:
        found = profile.load()
        self.screen.load({"language": i18n.language(), "formats": str(preferences.get("formats") or "")})
        self.business.load({"language": found.language, "currency": found.currency})
        self._tell_example(found.currency)

    def _tell_example(self, currency: str) -> None:
        text = _("For example {number}, {money}, {day}").format(
            number=formats.number(Decimal("1234.5")),
            money=formats.money_text(133785, currency),
            day=formats.day(dates.today()),
        )
        self._example.setText(text)

    def _screen_left(self, name: str) -> None:
        preferences.put(name, self.screen.input(name).value() or None)
        if name == "language":
            i18n.use_language(str(self.screen.input("language").value()))
            preferences.put("formats", None)
        formats.use_locale(str(preferences.get("formats") or ""))
        self.saved()
        self._tell_example(profile.load().currency)
        self.page.language_changed.emit(i18n.language())

    def _business_left(self, name: str) -> None:
        self.kept(partial(profile.save, {name: self.business.input(name).value()}), self.business, name)
        self._tell_example(profile.load().currency)
