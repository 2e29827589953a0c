"""The price list: products and services with unit, price and tax."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import theme
from crm_desktop.gui.parts import tax_choice
from crm_desktop.gui.parts.group_input import GroupInput
from crm_desktop.gui.widgets import choices, dialogs, formats, said
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Facts, Item, Section, key_hints
from crm_desktop.gui.widgets.cells import Cell
from crm_desktop.gui.widgets.filter_row import Filter
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import column, hairline, label, row
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec, View
from crm_desktop.sales import catalogue
from crm_desktop.sales.catalogue import Item as Product

# The choice of a filter that stands for entries without a group.
_NONE = "\x00"


def unit_name(code: str) -> str:
    """The plain word for a unit of UN/ECE Recommendation 20."""
    return _(catalogue.UNITS.get(code, code))


def mode_name(mode: str) -> str:
    """Whether a price contains the tax."""
    return _("with tax") if mode == "gross" else _("without tax")


def with_and_without(item: Product) -> tuple[Decimal, Decimal]:
    """The price without and with its tax, the other one reckoned for showing."""
    factor = 1 + Decimal(item.rate_bp) / 10000
    if item.price_mode == "gross":
        return (item.price / factor).quantize(Decimal("0.01")), item.price
    return item.price, (item.price * factor).quantize(Decimal("0.01"))


class CataloguePage(ListPage):
    """The list of products and services."""

    key = "catalogue"
    tables: ClassVar = ("item", "item_name")

    def spec(self) -> ListSpec:
        return ListSpec(
            title=_("Price list"),
            columns=[
                Column("name", _("Name"), "strong", width=theme.px(280), stretch=True),
                Column("number", _("Number"), "muted", width=theme.px(80)),
                Column("kind", _("Kind"), "muted", width=theme.px(96), sortable=False, shown=False, cell=_kind),
                Column("product_group", _("Product group"), "muted", width=theme.px(110), order="group"),
                Column("unit", _("Unit"), "muted", width=theme.px(90), cell=lambda i: Cell(unit_name(i.unit), "muted")),
                Column(
                    "price",
                    _("Price"),
                    "money",
                    width=theme.px(104),
                    cell=lambda i: Cell(tax_choice.price_text(i.price)),
                ),
                Column("price_mode", "", "muted", width=theme.px(86), sortable=False, cell=_mode),
                Column("rate_bp", _("Tax"), "text", width=theme.px(64), order="tax", right=True, cell=_tax),
            ],
            order="name",
            views=[
                View("all", _("All")),
                View("products", _("Products")),
                View("services", _("Services")),
                View("archived", _("Archived")),
            ],
            filters=[Filter("group", _("Product group"), "shapes", _groups)],
            search_hint=_("Find a product"),
            empty=Empty(
                "package",
                _("Nothing on the price list yet"),
                _("What stands here is picked with two letters when you write an invoice."),
                Act(_("Add product"), self.new, "plus"),
                Act(_("Import"), self._import, "file-spreadsheet"),
            ),
            acts=[
                Act(
                    _("Product group"), self.set_group, "shapes", tip=_("Put the selected entries into a product group")
                ),
                Act(_("Import"), self._import, "file-spreadsheet", tip=_("Import a price list from a spreadsheet")),
            ],
            new=Act(_("New"), self.new, "plus", tip=_("New product or service (Ctrl+N)")),
        )

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        view = str(filters.get("view") or "all")
        return catalogue.ids(view, search=search, order=order, descending=descending, group=_group(filters))

    def rows(self, ids: list[int]) -> Sequence[Product]:
        return catalogue.rows(ids)

    def counts(self) -> dict[str, int]:
        return catalogue.counts(_group(self._filters.values()))

    def _build(self) -> None:
        super()._build()
        self.group_act = self._acts.findChildren(Button)[0]
        self.group_act.hide()

    def tell_sums(self) -> None:
        """Several selected entries can be put into a group together; the button shows then."""
        super().tell_sums()
        many = len(self.table.selected_ids()) > 1
        if self.group_act.isHidden() == many:
            self.group_act.setVisible(many)
            self._acts.updateGeometry()
            QTimer.singleShot(0, self._acts, self._acts.fit)

    def set_group(self) -> None:
        """Ask for a product group and put the selected entries into it."""
        chosen = self.table.selected_ids()
        words = ngettext("Product group of {n} entry", "Product group of {n} entries", len(chosen))
        field = Field("group", _("Product group"), "own", make=GroupInput, hint=_("Leave it empty to take them out"))

        def keep(typed: dict[str, Any]) -> None:
            catalogue.move_to_group(chosen, typed["group"])

        heading = words.format(n=formats.count(len(chosen)))
        if dialogs.fill_in(heading, [field], {}, act=_("Keep"), check=keep) is not None:
            words = ngettext("{n} entry changed", "{n} entries changed", len(chosen))
            self.toast.emit(words.format(n=formats.count(len(chosen))), True)

    def count_text(self, number: int) -> str:
        return ngettext("{n} entry", "{n} entries", number).format(n=formats.count(number))

    def make_pane(self) -> ItemPane:
        return ItemPane(self)

    def open_id(self, row_id: int) -> None:
        self.open_record.emit("product", row_id)

    def new(self) -> None:
        self.open_record.emit("product", 0)

    def duplicate(self) -> None:
        if not self.table.current_id():
            return
        found = catalogue.get(self.table.current_id())
        names = ("kind", "description", "unit", "price", "price_mode", "product_group")
        values = {name: getattr(found, name) for name in names} | {"tax": (found.category, found.rate_bp)}
        self.go.emit("product", {"id": 0, "name": _("{name}, copy").format(name=found.name)} | values)

    def delete_ids(self, ids: list[int]) -> None:
        name = catalogue.get(ids[0]).name
        catalogue.delete(ids)
        self.toast.emit(said.moved_to_bin(name, len(ids)), True)

    def key_pressed(self, key: str, row_id: int) -> None:
        if key == "e":
            self.open_id(row_id)

    def _import(self) -> None:
        self.go.emit("import", {"kind": "catalogue"})


def _kind(item: Product) -> Cell:
    return Cell(_("Service") if item.kind == "service" else _("Product"), "muted")


def _groups() -> list[tuple[str, str]]:
    named = [(name, name) for name in catalogue.groups()]
    return [*named, (_NONE, _("No product group"))]


def _group(filters: dict[str, Any]) -> str | None:
    """The group that the list is narrowed to; "" is those without one."""
    chosen = filters.get("group")
    return None if not chosen else "" if chosen == _NONE else str(chosen)


def _mode(item: Product) -> Cell:
    return Cell(mode_name(item.price_mode), "muted")


def _tax(item: Product) -> Cell:
    return Cell(tax_choice.tax_name(item.category, item.rate_bp))


class ItemPane(QFrame):
    """The pane: price with and without tax, description, names in other languages."""

    def __init__(self, page: CataloguePage) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._page, self._id = page, 0
        self._name = label("", "b", wrap=True)
        self._number = label("", "small", "text2")
        self._facts = Facts()
        self._text = label("", "body", "text2", wrap=True)
        self._names = Section(_("In other languages"))
        edit = Button(_("Edit"), "secondary", "pencil", on=self._edit)
        copy = Button(_("Duplicate"), "secondary", "copy", on=page.duplicate, tip=_("Duplicate (Ctrl+D)"))
        column(
            self, self._name, 2, self._number, 12, row(edit, copy, "stretch"), 14, hairline(), 12, self._facts, 12,
            self._text, 14, self._names, "stretch", key_hints(("Enter", _("Edit")), (_("Space"), _("Hide pane"))),
            margins=(20, 18, 20, 14),
        )  # fmt: skip

    def show_row(self, found: Product) -> None:
        """Show a product or service."""
        self._id = found.id
        net, gross = with_and_without(found)
        per = _("{amount} {currency} per {unit}")
        texts = [
            per.format(amount=tax_choice.price_text(v), currency=found.currency, unit=unit_name(found.unit))
            for v in (net, gross)
        ]
        self._name.setText(found.name)
        kind = _("Service") if found.kind == "service" else _("Product")
        self._number.setText(" · ".join(part for part in (found.number, kind) if part))
        tax = tax_choice.tax_name(found.category, found.rate_bp)
        group = [(_("Product group"), found.product_group)] if found.product_group else []
        self._facts.tell([(_("Without tax"), texts[0]), (_("With tax"), texts[1]), (_("Tax"), tax), *group])
        self._text.setText(found.description)
        self._text.setVisible(bool(found.description))
        languages = dict(choices.document_languages())
        own = [Item(name, languages.get(code, code), "languages") for code, (name, _more) in found.names.items()]
        self._names.tell(own)

    def _edit(self) -> None:
        self._page.open_id(self._id)
