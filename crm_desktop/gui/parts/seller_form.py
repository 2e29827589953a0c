"""What an invoice must say about its writer, asked once with the first one, on the page itself."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from crm_desktop.company import profile
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.form import Field, Form
from crm_desktop.gui.widgets.layouts import column, label, row

_NAMES = ("name", "street", "postcode", "city", "tax_number", "vat_id", "iban", "bank_name")
_RARE = ("phone", "email")


class SellerForm(QFrame):
    """The card; `kept` is sent when the profile was completed."""

    kept = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("k", "card")
        self.setAccessibleName(_("Your company"))
        self.form = Form(
            [
                Field("name", _("Your name or company"), width=0.5),
                Field("street", _("Street and number"), width=0.5),
                Field("postcode", _("Postcode"), width=0.25),
                Field("city", _("Town"), width=0.25),
                Field("tax_number", _("Tax number"), width=0.25),
                Field("vat_id", _("or VAT id"), width=0.25),
                Field("iban", _("IBAN, to be paid"), width=0.5),
                Field("bank_name", _("Bank"), width=0.5),
                Field("phone", _("Phone"), width=0.5),
                Field("email", _("E-mail"), width=0.5),
            ]
        )
        self._show_rare({})
        self.keep = Button(_("Keep and go on"), "secondary", "check", on=self._keep)
        column(
            self,
            label(_("Who writes this invoice?"), "h"),
            label(_("Asked once. It stands on every invoice; Settings has the rest."), "body", "text2", wrap=True),
            4,
            self.form,
            row(self.keep, "stretch"),
            gap=8,
            margins=(16, 14, 16, 14),
        )

    def load(self) -> None:
        """Show what is known."""
        found = profile.load()
        self.form.load({name: getattr(found, name) for name in (*_NAMES, *_RARE)})

    def say(self, problems: dict[str, str]) -> None:
        """Show what is missing beside the fields, without moving the cursor."""
        self._show_rare(problems)
        known = {name: sentence for name, sentence in problems.items() if name in self.form.boxes}
        untouched = {name: said for name, said in known.items() if not self.form.input(name).value()}
        self.form.show_problems(untouched, focus=False)

    def _show_rare(self, problems: dict[str, str]) -> None:
        """Fields that only some e-invoices ask for stay away until one does."""
        for name in _RARE:
            self.form.show_field(name, shown=name in problems)

    def focus(self) -> None:
        """Put the cursor into the first empty field."""
        shown = [name for name in (*_NAMES, *_RARE) if not self.form.boxes[name].isHidden()]
        first = next((name for name in shown if not self.form.input(name).value()), _NAMES[0])
        self.form.focus(first)

    def _keep(self) -> None:
        try:
            profile.save(self.form.collect())
        except ValidationError as error:
            self.form.show_problems(error.fields)
            return
        self.kept.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._keep()
        else:
            super().keyPressEvent(event)
