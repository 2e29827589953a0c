"""Whom an invoice is for: type-ahead over the customers, then their name and address with "Change"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from crm_desktop.core.errors import NotFound
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.customers import customer_list, customers
from crm_desktop.gui import theme
from crm_desktop.gui.widgets import choices, dialogs
from crm_desktop.gui.widgets.avatar import Avatar
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import column, line_of, recolor, stack
from crm_desktop.gui.widgets.suggest import SuggestInput, Suggestion

_HEIGHT = 54


@dataclass(frozen=True)
class _New:
    """A customer that is not there yet."""

    name: str


def suggestions(typed: str) -> list[Suggestion]:
    """The customers for what was typed, and at the end a new one of that name."""
    found = [
        Suggestion(row.id, row.name, row.city, row.number, "user" if row.kind == "person" else "building-2")
        for row in customer_list.find(typed, 7)
    ]
    if typed:
        words = _("New customer “{name}”").format(name=typed)
        found.append(Suggestion(_New(typed), words, icon="user-plus"))
    return found


class CustomerPicker(QStackedWidget):
    """The field; `value()` is the customer's id or None, `picked` tells that a customer was taken."""

    edited = Signal()
    left = Signal()
    picked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id: int | None = None
        self.search = SuggestInput(suggestions, _("Find a customer, or type a new name"))
        self.search.picked.connect(self._take)
        self._card = QFrame()
        self._card.setProperty("k", "sunk")
        self._avatar = Avatar(side=32)
        self._name = ElidedLabel("", "b")
        self._line = ElidedLabel("", "body", "text2")
        self.change = Button(_("Change"), "link", on=self.choose)
        words = stack(self._name, self._line, gap=2)
        line_of(self._card, self._avatar, words, self.change, gap=10, margins=(10, 6, 12, 6))
        self._card.layout().setStretch(1, 1)
        holder = QWidget()
        column(holder, self.search, "stretch")
        self.addWidget(holder)
        self.addWidget(self._card)
        self.setFocusProxy(self.search)
        self._show()

    def value(self) -> int | None:
        """The customer."""
        return self._id

    def set_value(self, value: int | None) -> None:
        """Show a customer, or the empty field."""
        self._id = value
        self._show()

    def problem(self) -> str:
        """Nothing that is picked is wrong."""
        return ""

    def mark(self, state: str) -> None:
        """Colour the border."""
        recolor(self.search, "s", state)

    def _show(self) -> None:
        if self._id is not None:
            try:
                found = customers.get(self._id)
            except NotFound:
                self._id = None
            else:
                town = f"{found.postcode} {found.city}".strip()
                self._avatar.show_name(found.name, "person" if found.kind == "person" else "company")
                self._name.setText(found.name)
                self._name.setToolTip(found.name)
                self._line.setText(", ".join(part for part in (found.street, town) if part) or _("No address yet"))
                self._line.setToolTip(self._line.text())
        chosen = self._id is not None
        self.setCurrentIndex(1 if chosen else 0)
        self.setFixedHeight(max(_HEIGHT, 2 * theme.px(13) + 28) if chosen else max(32, theme.px(13) + 19))
        self.setFocusProxy(self.change if chosen else self.search)

    def choose(self) -> None:
        """Look for another customer; leaving the field empty keeps the one that was there."""
        self.setCurrentIndex(0)
        self.setFixedHeight(max(32, theme.px(13) + 19))
        self.setFocusProxy(self.search)
        self.search.clear()
        self.search.setFocus()
        self.search.suggest()

    def _take(self, value: Any) -> None:
        taken = value
        if isinstance(value, _New):
            taken = new_customer(value.name)
        self.search.clear()
        if taken is None:
            self.search.setFocus()
            return
        self.set_value(int(taken))
        self.edited.emit()
        self.picked.emit()


def _fields() -> list[Field]:
    return [
        Field("company", _("Company"), hint=_("Leave it empty for a person")),
        Field("first_name", _("First name"), width=0.5),
        Field("last_name", _("Last name"), width=0.5),
        Field("street", _("Street and number")),
        Field("postcode", _("Postcode"), width=0.25),
        Field("city", _("Town"), width=0.75),
        Field("country", _("Country"), "search", choices=lambda: choices.countries(_("Like my own")), width=0.5),
        Field("email", _("E-mail"), width=0.5),
    ]


def new_customer(name: str) -> int | None:
    """Ask for a new customer's name and address; gives its id, or None if nothing was added."""
    made: list[int] = []

    def keep(values: dict[str, Any]) -> None:
        kind = "organisation" if values["company"] else "person"
        made.append(customers.save(values | {"kind": kind}))

    dialogs.fill_in(_("New customer"), _fields(), {"company": name, "country": ""}, act=_("Add customer"), check=keep)
    return made[0] if made else None


def mend_customer(customer_id: int) -> bool:
    """Ask for what is missing of a customer's address and tax id; True if it was kept."""
    found = customers.get(customer_id)
    names = ("street", "postcode", "city", "country", "vat_id")
    fields = [field for field in _fields() if field.name in names]
    fields.append(Field("vat_id", _("VAT id"), width=0.5))

    def keep(values: dict[str, Any]) -> None:
        customers.save(values, customer_id, loaded_at=found.updated_at)

    values = {name: getattr(found, name) for name in names}
    return dialogs.fill_in(found.name, fields, values, act=pgettext("save", "Keep"), check=keep) is not None
