"""On a customer's card: what they own, with warranty and next service; add, edit, service, complain."""

from __future__ import annotations

from functools import partial
from typing import Any

from crm_desktop.care import cases, owned_products
from crm_desktop.care.owned_products import OwnedProduct
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.customers.customers import Customer
from crm_desktop.gui import failures
from crm_desktop.gui.parts import case_register, case_words
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.cards import Card, Item
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.page import Page
from crm_desktop.sales import catalogue

_SHOWN = 6


class CustomerProducts(Card):
    """See the module."""

    def __init__(self, page: Page) -> None:
        super().__init__(_("What they own"), _("Add"), self.add)
        self._page, self._customer_id = page, 0
        self._everything = False

    def show_customer(self, found: Customer) -> None:
        """Show what a customer owns."""
        if found.id != self._customer_id:
            self._everything = False
        self._customer_id = found.id
        owned = owned_products.of_customer(found.id)
        shown = owned if self._everything else owned[:_SHOWN]
        items = [self._item(product) for product in shown]
        if len(owned) > len(shown):
            more = _("{n} more").format(n=formats.count(len(owned) - len(shown)))
            items.append(Item(more, on=partial(self._show_all, found)))
        self.tell(items)

    def _show_all(self, found: Customer) -> None:
        self._everything = True
        self.show_customer(found)

    def _item(self, product: OwnedProduct) -> Item:
        due, right, tone = product.next_service, "", ""
        if due is not None:
            right = formats.day_short(due)
            tone = "amber" if due <= dates.add_days(dates.today(), owned_products.SERVICE_AHEAD_DAYS) else ""
        detail = " · ".join(
            part for part in (product.serial, case_words.warranty_short(product.warranty_until)) if part
        )
        return Item(
            product.name, right, "wrench" if due else "package-check", tone, detail, on=partial(self.edit, product.id)
        )

    def add(self) -> None:
        """Note a product that the customer owns."""
        values = {"bought": dates.today()}
        made = dialogs.fill_in(
            _("What do they own?"),
            _fields(new=True),
            values,
            act=_("Add"),
            check=lambda typed: owned_products.save(_plain(typed) | {"customer_id": self._customer_id}),
        )
        if made is not None:
            self._page.toast.emit(_("{name} added").format(name=made["name"] or _("Product")), True)

    def edit(self, product_id: int) -> None:
        """Change a product, complain about it, or open its maintenance."""
        found = owned_products.get(product_id)
        names = ("name", "serial", "bought", "warranty_until", "service_months", "next_service", "notes")
        values = {name: getattr(found, name) for name in names}
        acts = [("remove", _("Remove")), ("case", _("Note a complaint")), ("keep", pgettext("save", "Keep"))]
        if found.next_service is not None:
            acts.insert(2, ("service", _("Make maintenance case")))
        key, _values = dialogs.fill_in_then(
            found.name,
            _fields(new=False),
            values,
            acts=acts,
            check=lambda typed: owned_products.save(_plain(typed), product_id),
            text=" · ".join(part for part in (found.document, case_words.warranty(found.warranty_until)[0]) if part),
        )
        self._do(key, found)

    def _do(self, key: str, found: OwnedProduct) -> None:
        if key == "remove" and failures.guarded(partial(owned_products.delete, [found.id])):
            self._page.toast.emit(_("{name} moved to the bin").format(name=found.name), True)
        elif key == "case":
            known = {"customer_id": found.customer_id, "owned_product_id": found.id, "kind": "repair"}
            case_register.register(self._page.toast.emit, known)
        elif key == "service":
            self._page.open_record.emit("case", cases.maintain(found.id))


def _fields(*, new: bool) -> list[Field]:
    items = [(item.id, item.name) for item in catalogue.rows(catalogue.ids("products"))]
    first = (
        [Field("item_id", _("From the price list"), "search", choices=[(None, pgettext("product", "None")), *items])]
        if new
        else []
    )
    own = _("Empty: as the price list says") if new else ""
    return [
        *first,
        Field("name", _("What it is"), placeholder=_("For example Chandelier"), needed=not new, width=0.6),
        Field("serial", _("Serial number"), width=0.4),
        Field("bought", _("Bought on"), "date", width=0.5),
        Field("warranty_until", _("Warranty until"), "date", width=0.5, hint=own),
        Field("service_months", _("Service every … months"), "number", decimals=0, width=0.5, hint=own),
        Field("next_service", _("Next service"), "date", width=0.5),
        Field("notes", _("Notes"), "lines", rows=2),
    ]


def _plain(typed: dict[str, Any]) -> dict[str, Any]:
    return dict(typed) | {"service_months": int(typed["service_months"] or 0)}
