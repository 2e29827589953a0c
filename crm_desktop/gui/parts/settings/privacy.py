"""Settings, privacy: for how many years papers are kept, and when a customer without business is due to be erased."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.form import Field, Form
from crm_desktop.gui.widgets.layouts import column, frame, label, row
from crm_desktop.safety import erasure_words, keeping

_NAMES = ("bill_years", "letter_years", "quiet_years")


class PrivacySection(SettingsSection):
    """See the module."""

    key = "privacy"

    def build(self) -> None:
        self.form = Form(
            [
                Field("bill_years", _("Invoices and receipts, years"), "number", decimals=0, width=0.5),
                Field("letter_years", _("Quotes, orders, letters, years"), "number", decimals=0, width=0.5),
                Field("quiet_years", _("Customers without business, years"), "number", decimals=0, width=0.5),
            ]
        )
        self.form.left.connect(self._keep)
        self._law = label("", "body", "text2", wrap=True)
        note = label(
            _("Years count from the end of the year in which a paper was issued. Nothing is erased by itself: what is due "
              "waits in a list."),
            "body", "text2", wrap=True,
        )  # fmt: skip
        show = Button(
            _("What is due to be erased"), "secondary", "shield-check", on=partial(self.page.go.emit, "privacy", {})
        )
        column(
            self,
            frame("card", self.form, self._law, note, row(show, "stretch"), gap=12, margins=(20, 14, 20, 16)),
            gap=12,
        )

    def refresh(self) -> None:
        chosen = keeping.settings()
        self.form.load({name: Decimal(getattr(chosen, name)) for name in _NAMES})
        self._law.setText(erasure_words.law())

    def focus_field(self, name: str) -> None:
        self.form.focus(name)

    def _keep(self, name: str) -> None:
        value = int(self.form.values()[name] or 0)
        self.kept(partial(keeping.set_settings, {name: value}), self.form, name)
