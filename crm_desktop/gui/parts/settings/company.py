"""Settings, company: who sends the documents, how it is taxed, where it is paid, its logo and colour."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPixmap
from PySide6.QtWidgets import QFrame, QLabel

from crm_desktop.company import profile, tax_rates
from crm_desktop.core.errors import Problem, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts import einvoice_fields
from crm_desktop.gui.parts.settings.colour_input import ColourInput
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.widgets import choices, dialogs
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.form import Field, Form, Heading
from crm_desktop.gui.widgets.layouts import column, frame, label, row, stack
from crm_desktop.gui.widgets.strip import Strip

_PICTURES = ["*.png", "*.jpg", "*.jpeg"]


def tax_statuses() -> list[tuple[str, str]]:
    """How one can be taxed."""
    return [
        ("regular", _("We charge tax")),
        ("small", _("Small business: no tax is charged")),
        ("none", _("Outside the scope of tax")),
    ]


def _fields() -> list[Field | Heading]:
    return [
        Field("name", _("Name of the company"), placeholder=_("As it stands on your invoices")),
        Field("tagline", _("Line below the name"), width=0.5),
        Field("owner", _("Owner"), width=0.5, hint=_("Signs letters and reminders")),
        Field("street", _("Street and number")),
        Field("postcode", _("Postcode"), width=0.25),
        Field("city", _("Town"), width=0.42),
        Field("country", _("Country"), "search", choices=choices.countries()[1:], width=0.33),
        Field("phone", _("Phone"), width=0.33),
        Field("email", _("E-mail"), width=0.33),
        Field("website", _("Web address"), width=0.33),
        Heading(_("Tax")),
        Field("tax_status", _("How you are taxed"), "choice", choices=tax_statuses(), width=0.5),
        Field("price_mode", _("You quote prices"), "choice", choices=_modes(), width=0.5),
        Field("vat_id", _("VAT id"), width=0.25),
        Field("tax_number", _("Tax number"), width=0.25),
        Field("register_number", _("Register number"), width=0.25),
        Field("seller_id", _("Own id"), width=0.25),
        Heading(_("Where you are paid")),
        Field("account_holder", _("Account holder"), width=0.5),
        Field("bank_name", _("Bank"), width=0.5),
        Field("iban", _("IBAN"), width=0.67),
        Field("bic", _("BIC"), width=0.33),
        Field("qr_iban", _("QR-IBAN"), width=0.67, hint=_("Only for Swiss payment slips")),
        *einvoice_fields.of_company(),
    ]


def _modes() -> list[tuple[str, str]]:
    return [("net", _("without tax")), ("gross", _("with tax"))]


class CompanySection(SettingsSection):
    """See the module."""

    key = "company"

    def build(self) -> None:
        self.strip = Strip()
        self.form = Form(_fields())
        self.form.left.connect(self._left)
        self._look = LogoCard(self)
        column(self, self.strip, frame("card", self.form, margins=(20, 16, 20, 18)), self._look, gap=12)

    def refresh(self) -> None:
        found = profile.load()
        for name, box in self.form.boxes.items():
            if not box.input.hasFocus():
                self.form.put(name, getattr(found, name))
        self._tell_missing(found)
        self._tell_status(found)
        self._look.refresh(found)

    def focus_field(self, name: str) -> None:
        if name in self.form.boxes:
            self.form.focus(name)

    def _left(self, name: str) -> None:
        given = self.form.input(name)
        if not given.problem():
            self.kept(partial(profile.save, {name: given.value()}), self.form, name)
            self._tell_missing(profile.load())
            self._tell_status(profile.load())

    def _tell_missing(self, found: profile.Profile) -> None:
        missing = profile.missing_for_documents(found)
        names = ", ".join(self.form.boxes[name].field.label for name in missing if name in self.form.boxes)
        if not missing:
            self.strip.tell("")
            return
        first = next(iter(missing))
        self.strip.tell(
            _("Invoices still need: {fields}").format(fields=names),
            kind="info",
            act=_("Fill in"),
            on=partial(self.focus_field, first),
        )

    def _tell_status(self, found: profile.Profile) -> None:
        self.form.show_field("qr_iban", shown=found.country in ("CH", "LI"))
        box = self.form.boxes["tax_status"]
        if found.tax_status == "small":
            reason, _code = tax_rates.small_business_reason(found.country, found.language)
            box.say(_("Documents say: {sentence}").format(sentence=reason), "warn")
        else:
            box.say("")


class LogoCard(QFrame):
    """The logo as it is printed, and the colour of the mark."""

    def __init__(self, section: SettingsSection) -> None:
        super().__init__()
        self.setProperty("k", "card")
        self.setAcceptDrops(True)
        self._section = section
        self._picture = QLabel()
        self._picture.setFixedSize(200, 96)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setStyleSheet("QLabel { background: #FFFFFF; color: #65686F; border-radius: 6px }")
        self.choose = Button(_("Choose picture"), "secondary", "image", on=self._choose)
        self.remove = Button(_("Take away"), "ghost", on=self._remove)
        self.colour = ColourInput()
        self.colour.setAccessibleName(_("Colour of your documents"))
        self.colour.left.connect(self._keep_colour)
        words = label(_("PNG or JPEG; you may drop the file here."), "small", "text2", wrap=True)
        side = stack(words, row(self.choose, self.remove, "stretch"), "stretch", gap=10)
        colour = stack(label(_("Colour of your documents"), "small", "text2"), self.colour, "stretch", gap=4)
        box = column(self, label(_("Logo and colour"), "h"), gap=12, margins=(20, 14, 20, 18))
        line = row(self._picture, side, colour, gap=20)
        line.setStretch(1, 1)
        box.addLayout(line)

    def refresh(self, found: profile.Profile) -> None:
        """Show logo and colour."""
        content, shown = profile.logo(), QPixmap()
        if content is not None and shown.loadFromData(content):
            ratio = self.devicePixelRatioF()
            room = self._picture.size() * ratio * 0.86
            shown = shown.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
            shown.setDevicePixelRatio(ratio)
            self._picture.setPixmap(shown)
        else:
            self._picture.setText(_("No logo yet"))
        self._picture.setAccessibleName(_("Logo") if content else _("No logo yet"))
        self.remove.setVisible(content is not None)
        self.colour.set_value(found.accent)

    def _choose(self) -> None:
        path = dialogs.choose_open_file(_("Choose picture"), [(_("Pictures"), _PICTURES)], "logo")
        if path is not None:
            self.take(str(path))

    def take(self, path: str) -> None:
        """Use a picture file as the logo."""

        def keep() -> None:
            try:
                content = Path(path).read_bytes()
            except OSError as error:
                raise Problem(_("The picture cannot be read: {reason}.").format(reason=error.strerror)) from error
            if not QPixmap().loadFromData(content):
                raise UserError(
                    _("This file is not a picture that can be shown. Save the logo as PNG and choose it again.")
                )
            profile.set_logo(content)

        if self._section.kept(keep):
            self._section.refresh()

    def _remove(self) -> None:
        if self._section.kept(partial(profile.set_logo, None)):
            self._section.refresh()

    def _keep_colour(self) -> None:
        if not self.colour.problem():
            self._section.kept(partial(profile.save, {"accent": self.colour.value()}))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.toLocalFile().lower().endswith((".png", ".jpg", ".jpeg")) for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.take(event.mimeData().urls()[0].toLocalFile())
