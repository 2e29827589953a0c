"""The form of a product or service: number, names per language, unit, price with up to four decimals, tax."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from PySide6.QtWidgets import QWidget

from crm_desktop.billing import drafts
from crm_desktop.company import profile
from crm_desktop.core import dates, i18n
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import failures
from crm_desktop.gui.parts import tax_choice
from crm_desktop.gui.parts.group_input import GroupInput
from crm_desktop.gui.widgets import choices
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.form import Field, Heading
from crm_desktop.gui.widgets.record_form import RecordForm, Words
from crm_desktop.sales import catalogue

_NAME, _DESCRIPTION = "name:", "description:"


def kinds() -> list[tuple[str, str]]:
    """What can be sold."""
    return [("product", _("Product")), ("service", _("Service"))]


def price_modes() -> list[tuple[str, str]]:
    """What the price means."""
    return [("net", _("without tax")), ("gross", _("with tax"))]


class ItemForm(RecordForm):
    """See the module."""

    key = "product"
    tables: ClassVar = ("item", "item_name", "tax_rate")

    def words(self) -> Words:
        return Words(_("New product or service"), _("Add to the price list"), _("Discard the new product?"))

    def acts(self) -> Sequence[QWidget]:
        self._archive = Button(_("Archive"), "ghost", "archive", on=self._toggle_archive)
        return (self._archive,)

    def fields(self) -> Sequence[Field | Heading]:
        company = profile.load()
        units = [(code, _(name)) for code, name in catalogue.UNITS.items()]
        others = [(code, name) for code, name in choices.document_languages() if code != company.language]
        own: list[Field | Heading] = [
            Field("name", _("Name"), needed=True, placeholder=_("For example Table lamp, oak")),
            Field("number", _("Number"), width=0.25, placeholder=_("given by itself")),
            Field("kind", _("Kind"), "choice", choices=kinds(), width=0.25),
            Field(
                "product_group", _("Product group"), "own", make=GroupInput, width=0.5, hint=_("Figures add up by it")
            ),
            Field("description", _("Description"), "lines", rows=2, hint=_("Stands below the name on documents")),
            Heading(_("Price")),
            Field("price", _("Price in {currency}").format(currency=company.currency), "number", width=0.25),
            Field("price_mode", _("The price is"), "choice", choices=price_modes(), width=0.25),
            Field("unit", _("per"), "search", choices=units, width=0.25),
            Field("tax", _("Tax"), "choice", choices=tax_choice.choices(self._tax()), width=0.25),
            Heading(_("After the sale"), _("Filled in when you note what a customer bought.")),
            Field("warranty_months", _("Warranty in months"), "number", decimals=0, width=0.25, hint=_("0: none")),
            Field("service_months", _("Service every … months"), "number", decimals=0, width=0.25, hint=_("0: never")),
            Heading(_("In other languages"), _("Used where a customer's documents are written in that language.")),
        ]
        for code, name in others:
            own.append(Field(_NAME + code, _("Name in {language}").format(language=name), width=0.5))
            own.append(Field(_DESCRIPTION + code, _("Description in {language}").format(language=name), width=0.5))
        return own

    def _tax(self) -> tax_choice.Tax | None:
        if self.id is None:
            return None
        found = catalogue.get(self.id)
        return found.category, found.rate_bp

    def activate(self, id: int = 0, **values: Any) -> None:
        self.id = id or None
        super().activate(id, **values)

    def load(self, record_id: int) -> dict[str, Any]:
        found = catalogue.get(record_id)
        values = {name: getattr(found, name) for name in self.form.boxes if hasattr(found, name)}
        values["tax"] = (found.category, found.rate_bp)
        for language, (name, description) in found.names.items():
            values[_NAME + language], values[_DESCRIPTION + language] = name, description
        return values

    def start(self, values: dict[str, Any]) -> dict[str, Any]:
        category, rate = drafts.usual_tax(dates.today())
        usual = {"kind": "product", "unit": "C62", "tax": (category, int((rate or Decimal(0)) * 100))}
        return usual | {"price_mode": profile.load().price_mode} | values

    def keep(self, values: dict[str, Any], record_id: int | None) -> int:
        plain = {name: value for name, value in values.items() if ":" not in name and name != "tax"}
        if "tax" in values:
            plain["category"], plain["rate_bp"] = values["tax"] or ("S", 0)
        if "price" in plain:
            plain["price"] = plain["price"] or Decimal(0)
        for name in ("warranty_months", "service_months"):
            if name in plain:
                plain[name] = int(plain[name] or 0)
        if any(":" in name for name in values):
            plain["names"] = self._names()
        return catalogue.save(plain, record_id)

    def _names(self) -> dict[str, tuple[str, str]]:
        typed = self.form.values()
        return {
            code: (typed[_NAME + code], typed[_DESCRIPTION + code])
            for code in i18n.DOCUMENT_LANGUAGES
            if typed.get(_NAME + code)
        }

    def added(self, record_id: int) -> None:
        """Back to the list, with the new entry selected."""
        self.go.emit("catalogue", {"select": record_id})

    def named(self, record_id: int) -> str:
        return catalogue.get(record_id).name

    def shown(self) -> None:
        self._archive.setVisible(self.id is not None)
        archived = self.id is not None and catalogue.get(self.id).archived
        self._archive.setText(_("Bring back") if archived else _("Archive"))
        self.head.pill.say(_("Archived") if archived else "")

    def _toggle_archive(self) -> None:
        if self.id is None:
            return
        found, item_id = catalogue.get(self.id), self.id
        if failures.guarded(lambda: catalogue.archive(item_id, archived=not found.archived)):
            words = _("{name} is offered again") if found.archived else _("{name} is offered no longer")
            self.toast.emit(words.format(name=found.name), True)
            self.shown()
