"""Customer prices: lists with a percentage on everything, fixed prices and prices from a quantity on; who has them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from PySide6.QtWidgets import QFrame, QWidget

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext, pgettext
from crm_desktop.core.money import to_minor
from crm_desktop.gui import failures, theme
from crm_desktop.gui.parts import tax_choice
from crm_desktop.gui.widgets import choices, dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Facts, Item, Section, key_hints
from crm_desktop.gui.widgets.cells import EMPTY, Cell, status
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import column, hairline, label, row, scroll
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec, View
from crm_desktop.sales import catalogue, price_lists
from crm_desktop.sales.price_lists import Price, PriceList

_SHOWN = 60


class PriceListsPage(ListPage):
    """The price lists."""

    key = "price_lists"
    tables: ClassVar = ("price_list", "price_list_price", "customer", "item")

    def spec(self) -> ListSpec:
        return ListSpec(
            title=_("Customer prices"),
            columns=[
                Column("name", _("Name"), "strong", width=theme.px(220), stretch=True),
                Column("percent", _("On everything"), width=theme.px(110), right=True, cell=_percent),
                Column("prices", _("Fixed prices"), "number", width=theme.px(100), sortable=False),
                Column("customers", _("Customers"), "number", width=theme.px(96), sortable=False),
                Column("valid_to", _("Valid"), "muted", width=theme.px(170), cell=_valid),
            ],
            order="name",
            pane_width=360,
            views=[View("all", _("All")), View("now", _("Now")), View("ended", _("Ended"))],
            search_hint=_("Find a price list"),
            empty=Empty(
                "tags",
                _("All customers pay the same so far"),
                _("Give some their own prices: so much percent less, a fixed price, or less from a quantity on."),
                Act(_("New price list"), self.new, "plus"),
            ),
            new=Act(_("New"), self.new, "plus", tip=_("New price list (Ctrl+N)")),
        )

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        view = str(filters.get("view") or "all")
        return price_lists.ids(view, search=search, order=order, descending=descending)

    def rows(self, ids: list[int]) -> Sequence[PriceList]:
        return price_lists.rows(ids)

    def counts(self) -> dict[str, int]:
        return {view: len(price_lists.ids(view)) for view in price_lists.VIEWS}

    def count_text(self, number: int) -> str:
        return ngettext("{n} price list", "{n} price lists", number).format(n=formats.count(number))

    def make_pane(self) -> QWidget:
        return PriceListPane(self)

    # ---- acts --------------------------------------------------------------------------------------------------------

    def new(self) -> None:
        made: list[int] = []
        start = price_lists.start()
        dialogs.fill_in(
            _("New price list"),
            _fields(),
            {"currency": start.currency, "price_mode": start.price_mode, "percent": None},
            act=_("Add price list"),
            check=lambda values: made.append(price_lists.save(values)),
            text=_("Choose it for a customer on the customer's page, Edit."),
        )
        if made:
            self.toast.emit(_("{name} added").format(name=price_lists.get(made[-1]).name), True)
            self.refresh()
            self.table.select_id(made[-1])

    def open_id(self, row_id: int) -> None:
        found = price_lists.get(row_id)
        names = ("name", "percent", "currency", "price_mode", "valid_from", "valid_to", "note")
        answer = dialogs.fill_in_or_remove(
            _("Price list"),
            _fields(),
            {name: getattr(found, name) for name in names},
            act=pgettext("save", "Keep"),
            check=lambda values: price_lists.save(values, row_id),
            remove=_("Delete price list"),
        )
        if answer == "remove":
            self.delete_ids([row_id])

    def delete_ids(self, ids: list[int]) -> None:
        name = price_lists.get(ids[0]).name
        if failures.guarded(partial(price_lists.remove, ids)):
            words = ngettext("{name} deleted", "{n} price lists deleted", len(ids))
            self.toast.emit(words.format(name=name, n=len(ids)), True)

    def edit_price(self, price: Price) -> None:
        """Add a fixed price, or change one."""
        items = [(item.id, f"{item.name} · {tax_choice.price_text(item.price)}") for item in _items()]
        fields = [
            Field("item_id", _("Product or service"), "search", choices=[(None, ""), *items], needed=True),
            Field("price", _("Price"), "number", decimals=4, width=0.5, needed=True),
            Field("from_quantity", _("From how many on"), "number", decimals=3, width=0.5, hint=_("Empty: always")),
        ]
        values = {
            "item_id": price.item_id or None,
            "price": price.price or None,
            "from_quantity": price.from_quantity or None,
        }
        answer = dialogs.fill_in_or_remove(
            _("Fixed price"),
            fields,
            values,
            act=pgettext("save", "Keep") if price.id else _("Add"),
            check=lambda typed: price_lists.set_price(_price(price, typed)),
            remove=_("Remove") if price.id else "",
        )
        if answer == "remove" and failures.guarded(partial(price_lists.remove_price, price.id)):
            self.toast.emit(_("Price removed"), True)

    def key_pressed(self, key: str, row_id: int) -> None:
        if key == "e":
            self.open_id(row_id)


def _price(before: Price, typed: dict[str, Any]) -> Price:
    return Price(
        id=before.id,
        list_id=before.list_id,
        item_id=typed["item_id"] or 0,
        price=typed["price"] if typed["price"] is not None else Decimal(-1),
        from_quantity=typed["from_quantity"] or Decimal(0),
    )


def _items() -> list[catalogue.Item]:
    return catalogue.rows(catalogue.ids("all"))


def _fields() -> list[Field]:
    modes = [("net", _("without tax")), ("gross", _("with tax"))]
    return [
        Field("name", _("Name"), needed=True, placeholder=_("For example Hotels"), width=0.67),
        Field("percent", _("On everything, in percent"), "number", decimals=2, width=0.33, hint=_("−10 is ten less")),
        Field("currency", _("Currency"), "choice", choices=choices.currencies(), width=0.33),
        Field("price_mode", _("Fixed prices are"), "choice", choices=modes, width=0.33),
        Field("valid_from", _("Valid from"), "date", width=0.5, break_before=True, hint=_("Empty: always")),
        Field("valid_to", _("Valid until"), "date", width=0.5, hint=_("Empty: without end")),
        Field("note", _("Note"), "lines", rows=2),
    ]


def percent_text(found: PriceList) -> str:
    """What happens to every price: "−8%"."""
    return formats.percentage(found.percent) if found.percent else ""


def _percent(found: PriceList) -> Cell:
    return Cell(percent_text(found)) if found.percent else EMPTY


def _valid(found: PriceList) -> Cell:
    if not found.holds_on(dates.today()):
        ended = found.valid_to is not None and found.valid_to < dates.today()
        return status(_("Ended") if ended else _("Later"), "grey")
    return Cell(valid_text(found), "muted")


def valid_text(found: PriceList) -> str:
    """From when to when a list holds."""
    if found.valid_from and found.valid_to:
        return _("{first} – {last}").format(first=formats.day(found.valid_from), last=formats.day(found.valid_to))
    if found.valid_from:
        return _("from {day}").format(day=formats.day(found.valid_from))
    return _("until {day}").format(day=formats.day(found.valid_to)) if found.valid_to else _("always")


class PriceListPane(QFrame):
    """The pane: what the list says, its fixed prices, and who has it."""

    def __init__(self, page: PriceListsPage) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._page = page
        self.shown: PriceList | None = None
        self._name = label("", "b", wrap=True)
        self._facts = Facts()
        self._note = label("", "body", "text2", wrap=True)
        self._prices = Section(_("Fixed prices"))
        edit = Button(_("Edit"), "secondary", "pencil", on=self._edit)
        self.add = Button(_("Add price"), "secondary", "plus", on=self.add_price)
        content = QWidget()
        column(
            content, self._name, 12, row(self.add, edit, "stretch"), 14, hairline(), 12, self._facts, 12, self._note, 12,
            self._prices, "stretch", margins=(20, 18, 20, 8),
        )  # fmt: skip
        foot = QWidget()
        column(foot, key_hints(("Enter", _("Edit")), (_("Space"), _("Hide pane"))), margins=(20, 0, 20, 14))
        column(self, scroll(content), foot)

    def show_row(self, found: PriceList) -> None:
        """Show a price list."""
        self.shown = found
        self._name.setText(found.name)
        customers = ngettext("{n} customer", "{n} customers", found.customers).format(n=formats.count(found.customers))
        self._facts.tell(
            [
                (_("On everything"), percent_text(found) or _("the usual price")),
                (_("Valid"), valid_text(found)),
                (_("Fixed prices"), _("with tax") if found.price_mode == "gross" else _("without tax")),
                (pgettext("price list", "Paid by"), customers),
            ]
        )
        self._note.setText(found.note)
        self._note.setVisible(bool(found.note))
        prices = price_lists.prices(found.id)
        self._prices.tell([self._item(found, price) for price in prices[:_SHOWN]], link=_("Add"), on=self.add_price)

    def _item(self, found: PriceList, price: Price) -> Item:
        worth = (
            formats.money_text(to_minor(price.price, found.currency), found.currency)
            if price.price == round(price.price, 2)
            else tax_choice.price_text(price.price)
        )
        more = _("from {n} on").format(n=formats.quantity(price.from_quantity)) if price.from_quantity else _("always")
        return Item(price.item, worth, detail=more, on=partial(self._page.edit_price, price))

    def add_price(self) -> None:
        """Add a fixed price."""
        if self.shown is not None:
            self._page.edit_price(Price(list_id=self.shown.id, item_id=0))

    def _edit(self) -> None:
        if self.shown is not None:
            self._page.open_id(self.shown.id)
