"""The cards at the right of a customer's page: how to serve them, people, how to reach them, addresses, contracts."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtWidgets import QScrollArea, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.core.money import to_minor
from crm_desktop.customers import contacts, custom_fields, customers
from crm_desktop.customers.contacts import Address, Person
from crm_desktop.customers.customers import Customer
from crm_desktop.gui import failures
from crm_desktop.gui.parts import customer_sections, payment_credit, payment_words
from crm_desktop.gui.parts.card_faults import CardFaults
from crm_desktop.gui.parts.customer_input import CustomerInput
from crm_desktop.gui.parts.customer_to_bill import CustomerToBill
from crm_desktop.gui.parts.customer_words import contact_of, town_line
from crm_desktop.gui.widgets import choices, dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Card, Facts, Item, Note
from crm_desktop.gui.widgets.form import Field
from crm_desktop.gui.widgets.layouts import column, scroll
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.special_inputs import BirthdayInput
from crm_desktop.sales import contracts


class CustomerSides(QWidget):
    """A column of cards, 308 wide, that scrolls by itself."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._customer: Customer | None = None
        self.setFixedWidth(308)
        self._note = Note(_("How they like to be served"))
        self._note.set_act(_("Edit"), self._edit_note)
        self.to_bill = CustomerToBill(page)
        self._people = Card(_("People"), _("Add"), self._add_person)
        self._reach = Card(_("Details"), _("Edit"), page.edit)
        self._facts = Facts()
        self._reach.body.addWidget(self._facts)
        self._addresses = Card(_("Addresses"), _("Add"), self._add_address)
        self._contracts = Card(_("Contracts"), _("Add"), self._add_contract)
        upper = customer_sections.make(customer_sections.SIDES, page)
        lower = customer_sections.make(customer_sections.LOWER_SIDES, page)
        self._sections = [*upper, *lower]
        self.faults = CardFaults()
        holder = QWidget()
        column(
            holder,
            self._note,
            self.to_bill,
            *upper,
            self._people,
            self._reach,
            self._addresses,
            self._contracts,
            *lower,
            "stretch",
            gap=12,
        )
        self._area: QScrollArea = scroll(holder)
        column(self, self._area)

    def show_customer(self, found: Customer) -> None:
        """Show the cards of a customer."""
        self._customer = found
        self._note.tell(found.served_by or _("Nothing noted yet."))
        shown = (
            (self.to_bill, lambda: self.to_bill.show_customer(found.id)),
            (self._people, lambda: self._show_people(found)),
            (self._reach, lambda: self._show_facts(found)),
            (self._addresses, lambda: self._show_addresses(found)),
            (self._contracts, lambda: self._show_contracts(found)),
        )
        for card, act in shown:
            self.faults.show(card, act)
        customer_sections.show(self._sections, found, self.faults)

    # ---- note --------------------------------------------------------------------------------------------------------

    def _edit_note(self) -> None:
        found = self._customer
        if found is None:
            return
        dialogs.fill_in(
            _("How does {name} like to be served?").format(name=found.name),
            [Field("served_by", _("What everybody should know"), "lines", rows=4)],
            {"served_by": found.served_by},
            act=pgettext("save", "Keep"),
            check=lambda values: customers.save(values, found.id),
        )

    # ---- people ------------------------------------------------------------------------------------------------------

    def _show_people(self, found: Customer) -> None:
        self._people.setVisible(found.kind == "organisation")
        main = contact_of(found)
        first = [Item(main, avatar="person", detail=_("Named on paper"), on=self._page.edit)] if main else []
        items = [
            Item(person.name, avatar="person", detail=_line_of(person), on=partial(self._edit_person, person))
            for person in contacts.people(found.id)
        ]
        self._people.tell([*first, *items])

    def _add_person(self) -> None:
        if self._customer is not None:
            self._edit_person(Person(customer_id=self._customer.id))

    def _edit_person(self, person: Person) -> None:
        fields = [
            Field("salutation", _("Salutation"), width=0.5),
            Field("title", _("Title"), width=0.5),
            Field("first_name", _("First name"), width=0.5),
            Field("last_name", _("Last name"), width=0.5),
            Field("role", _("What they do or decide"), placeholder=_("Head of housekeeping, decides")),
            Field("email", _("E-mail"), width=0.5),
            Field("phone", _("Phone"), width=0.5),
            Field("birthday", _("Birthday"), "own", width=0.5, make=BirthdayInput),
        ]
        if person.id:
            fields.append(Field("customer_id", _("Belongs to"), "own", make=CustomerInput))
        values = {field.name: getattr(person, field.name) for field in fields}

        def keep(found: dict[str, Any]) -> None:
            belongs = found.pop("customer_id", None) or person.customer_id
            contacts.save_person(replace(person, customer_id=belongs, **found))

        self._edit(
            _("Edit {name}").format(name=person.name) if person.id else _("Add a person"),
            fields,
            values,
            keep,
            partial(contacts.remove_person, person.id) if person.id else None,
        )

    def _edit(self, heading: str, fields: list[Field], values: dict[str, Any], keep: Any, remove: Any) -> None:
        done = dialogs.fill_in_or_remove(
            heading,
            fields,
            values,
            act=pgettext("save", "Keep") if remove else _("Add"),
            check=keep,
            remove=_("Remove") if remove else "",
        )
        if done == "remove" and remove is not None and failures.guarded(remove):
            self._page.toast.emit(_("Removed"), True)

    # ---- facts -------------------------------------------------------------------------------------------------------

    def _show_facts(self, found: Customer) -> None:
        address = "\n".join(p for p in (found.addition, found.street, town_line(found)) if p)
        emails = "\n".join(e for e in (found.email, *found.more_emails) if e)
        phones = "\n".join(formats.isolate(p) for p in (found.phone, *found.more_phones) if p)
        own = [(f.name, _own_text(f, found.custom.get(f.name, ""))) for f in custom_fields.all_fields()]
        self._facts.tell(
            [
                (_("Phone"), phones),
                (_("E-mail"), emails),
                (_("Web"), found.website),
                (_("Address"), address),
                (_("Birthday"), formats.birthday(found.birthday) if found.birthday else ""),
                (_("VAT id"), found.vat_id),
                (_("IBAN"), formats.isolate(found.iban)),
                (_("Documents"), dict(choices.document_languages()).get(found.language, "")),
                (_("Credit"), payment_credit.credit_words(found.id)),
                (_("Pays"), "\n".join(part for part in payment_words.habit(found.id) if part)),
                (_("Notes"), found.notes),
                *own,
            ]
        )

    # ---- addresses ---------------------------------------------------------------------------------------------------

    def _show_addresses(self, found: Customer) -> None:
        items = [
            Item(
                address.name or _address_kind(address.kind),
                detail=", ".join(p for p in (address.street, town_line(address)) if p),
                on=partial(self._edit_address, address),
            )
            for address in contacts.addresses(found.id)
        ]
        self._addresses.tell(items)

    def _add_address(self) -> None:
        if self._customer is not None:
            self._edit_address(Address(customer_id=self._customer.id, country=self._customer.country))

    def _edit_address(self, address: Address) -> None:
        kinds = [(kind, _address_kind(kind)) for kind in ("delivery", "billing")]
        fields = [
            Field("kind", _("Used for"), "choice", choices=kinds, width=0.5),
            Field("name", _("Name"), break_before=True),
            Field("addition", _("Addition")),
            Field("street", _("Street and number")),
            Field("postcode", _("Postcode"), width=0.3),
            Field("city", _("Town"), width=0.7),
            Field("country", _("Country"), "search", choices=choices.countries(_("Like my own")), width=0.5),
            Field("state", _("State or canton"), width=0.5),
        ]
        values = {field.name: getattr(address, field.name) for field in fields}
        self._edit(
            _("Edit address") if address.id else _("Add an address"),
            fields,
            values,
            lambda found: contacts.save_address(replace(address, **found)),
            partial(contacts.remove_address, address.id) if address.id else None,
        )

    # ---- contracts ---------------------------------------------------------------------------------------------------

    def _show_contracts(self, found: Customer) -> None:
        items = []
        for contract in contracts.of_customer(found.id):
            last = contracts.dates_of(contract).last_day_to_cancel
            ends = _("until {day}").format(day=formats.day(contract.end_on)) if contract.end_on else _("open end")
            words = _("last day to cancel {day}").format(day=formats.day(last)) if last else ends
            amount = formats.money_text(contract.value_minor, contract.currency)
            items.append(
                Item(
                    contract.title,
                    amount,
                    detail=words,
                    on=partial(self._page.open_record.emit, "contract", contract.id),
                )
            )
        self._contracts.tell(items)

    def _add_contract(self) -> None:
        if self._customer is not None:
            self._page.go.emit("contract", {"id": 0, "customer_id": self._customer.id})

    def first_button(self) -> Button:
        """The first thing that can have the focus."""
        return self._people.act


def _line_of(person: Person) -> str:
    return " · ".join(part for part in (person.role, formats.isolate(person.phone)) if part) or person.email


def _address_kind(kind: str) -> str:
    return _("Delivery") if kind == "delivery" else _("Billing")


def _own_text(own: custom_fields.CustomField, value: str) -> str:
    from datetime import date
    from decimal import Decimal

    if not value:
        return ""
    if own.kind == "date":
        return formats.day(date.fromisoformat(value))
    if own.kind == "number":
        amount = Decimal(value)
        return (
            formats.money_text(to_minor(amount, own.currency), own.currency)
            if own.currency
            else formats.quantity(amount)
        )
    return (_("Yes") if value == "1" else _("No")) if own.kind == "bool" else value
