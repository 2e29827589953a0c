"""The page of a case: who, what, by when, which product and invoice, how it was solved, notes with time, files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtWidgets import QMenu, QWidget

from crm_desktop.billing import invoice_list
from crm_desktop.care import cases, owned_products
from crm_desktop.care.owned_products import OwnedProduct
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.customers import contacts
from crm_desktop.gui.parts import case_words
from crm_desktop.gui.parts.attached_files import AttachedFiles
from crm_desktop.gui.parts.case_acts import CaseActs
from crm_desktop.gui.parts.case_notes_view import CaseNotesView
from crm_desktop.gui.parts.customer_input import CustomerInput
from crm_desktop.gui.parts.item_input import ItemInput
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button, menu_button
from crm_desktop.gui.widgets.form import Field, Heading
from crm_desktop.gui.widgets.inputs import Choices
from crm_desktop.gui.widgets.layouts import column
from crm_desktop.gui.widgets.record_form import RecordForm, Words

_MOST_INVOICES = 60


class CaseForm(RecordForm):
    """See the module."""

    key = "case"
    tables: ClassVar = ("support_case", "case_note", "owned_product", "attachment", "service", "document", "customer")

    def __init__(self, parent: QWidget | None = None) -> None:
        self.deeds = CaseActs(self)
        super().__init__(parent)
        self._customer: int | None = None
        self.notes = CaseNotesView(self)
        self.files = AttachedFiles(self, "case")
        column(self.below, self.notes, 12, self.files)

    def words(self) -> Words:
        return Words(_("New case"), _("Note it"), _("Discard the new case?"))

    def acts(self) -> Sequence[QWidget]:
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.more = menu_button("ellipsis", _("More"), self._menu)
        self.answer_button = Button(pgettext("act", "Answer"), "ghost", "mail", on=self.mail)
        self.wait_button = Button(_("Wait"), "ghost", "hourglass", on=self._wait)
        self.solve_button = Button(_("Solve"), "secondary", "check", on=self._solve)
        self.reopen_button = Button(_("Open again"), "secondary", "rotate-ccw", on=self._reopen)
        return (self.more, self.answer_button, self.wait_button, self.solve_button, self.reopen_button)

    def fields(self) -> Sequence[Field | Heading]:
        return [
            Field("customer_id", _("Customer"), "own", make=CustomerInput, needed=True, width=0.67),
            Field("kind", _("What it is"), "choice", choices=case_words.kinds(), width=0.33),
            Field("title", _("What is it about?"), needed=True, placeholder=_("For example Lamp flickers")),
            Field("description", _("What happened"), "lines", rows=3),
            Field("priority", _("Priority"), "choice", choices=case_words.priorities(), width=0.33),
            Field("due_on", _("Due"), "date", width=0.33, hint=_("Empty: by rule, see Settings")),
            Field("contact_person_id", _("Who asked"), "choice", choices=[(None, _("Nobody named"))], width=0.33),
            Heading(_("What it belongs to")),
            Field("owned_product_id", _("Product they own"), "choice", choices=[(None, pgettext("product", "None"))]),
            Field("document_id", _("Invoice"), "search", choices=[(None, _("None"))], width=0.5),
            Field("item_id", _("Or an entry of the price list"), "own", make=ItemInput, width=0.5),
            Heading(_("How it was solved")),
            Field("solution", _("Solution"), "lines", rows=3),
            Field("cost_minor", _("What it cost us"), "money", width=0.33),
        ]

    # ---- showing -----------------------------------------------------------------------------------------------------

    def activate(self, id: int = 0, customer: int = 0, **values: Any) -> None:
        """Show a case, or an empty form; `customer` and other fields may be filled in."""
        self._customer = None
        super().activate(id, **(values | ({"customer_id": customer} if customer else {})))
        if self.id is None and self.form.input("customer_id").value():
            self.form.focus("title")

    def load(self, record_id: int) -> dict[str, Any]:
        found = cases.get(record_id)
        self._offer(found.customer_id, found.document_id, found.document)
        values = {name: getattr(found, name) for name in self.form.boxes}
        return values | {"cost_minor": found.cost_minor or None}

    def start(self, values: dict[str, Any]) -> dict[str, Any]:
        self._offer(values.get("customer_id"))
        return {"kind": "complaint", "priority": 0} | values

    def _offer(self, customer_id: int | None, document_id: int | None = None, number: str = "") -> None:
        """Offer the products and invoices of a customer."""
        self._customer = customer_id
        nothing = {"owned_product_id": pgettext("product", "None"), "document_id": _("None")}
        nothing |= {"contact_person_id": _("Nobody named")}
        owned = owned_products.of_customer(customer_id) if customer_id else []
        products: Choices = [(product.id, _product_words(product)) for product in owned]
        bills = _invoices(customer_id) if customer_id else []
        if document_id and document_id not in dict(bills):
            bills = [(document_id, number), *bills]
        named: Choices = [(person.id, person.name) for person in contacts.people(customer_id)] if customer_id else []
        for name, offered in (("owned_product_id", products), ("document_id", bills), ("contact_person_id", named)):
            before = self.form.input(name).value()
            self.form.input(name).set_choices([(None, nothing[name]), *offered])
            self.form.input(name).set_value(before if before in dict(offered) else None)

    def keep(self, values: dict[str, Any], record_id: int | None) -> int:
        return cases.save(values, record_id)

    def named(self, record_id: int) -> str:
        return cases.get(record_id).number

    def _tell_title(self) -> None:
        super()._tell_title()
        if self.id is not None:
            found = cases.get(self.id)
            word, tone, _pill = case_words.state(found)
            self.head.tell(_("{number}: {title}").format(number=found.number, title=found.title), word, tone)

    def shown(self) -> None:
        customer_id = self.form.input("customer_id").value()
        if customer_id != self._customer:
            self._offer(customer_id)
        found = cases.get(self.id) if self.id is not None else None
        is_open = found is not None and found.is_open
        for button in (self.solve_button, self.wait_button):
            button.setVisible(is_open)
        self.wait_button.setText(_("Go on") if found is not None and found.state == cases.WAITING else _("Wait"))
        self.reopen_button.setVisible(found is not None and not is_open)
        for part in (self.answer_button, self.more, self.notes, self.files):
            part.setVisible(found is not None)
        if found is not None:
            self.notes.show_of(found.id)
            self.files.show_of(found.id)

    # ---- acts --------------------------------------------------------------------------------------------------------

    def _fill_menu(self) -> None:
        if self.id is not None:
            self.deeds.fill(self._menu, cases.get(self.id))

    def _solve(self) -> None:
        if self.id is not None and self.deeds.solve(self.id):
            self.refresh()

    def _wait(self) -> None:
        if self.id is not None:
            self.deeds.wait(self.id)
            self.refresh()

    def _reopen(self) -> None:
        if self.id is not None:
            self.deeds.reopen(self.id)
            self.refresh()

    def mail(self) -> None:
        if self.id is not None:
            self.deeds.answer(self.id)

    def leave(self) -> bool:
        if self.id is not None and self.notes.unkept():
            self.notes.add()
        return super().leave()


def _product_words(product: OwnedProduct) -> str:
    """A product with its serial number and whether it is under warranty."""
    parts = (product.name, product.serial, case_words.warranty(product.warranty_until)[0])
    return " · ".join(part for part in parts if part)


def _invoices(customer_id: int) -> list[tuple[int, str]]:
    """The customer's bills, the newest first."""
    found = invoice_list.ids(filters=invoice_list.Filters(customer_id=customer_id), order="issue_on", descending=True)
    return [
        (
            bill.id,
            " · ".join(
                part
                for part in (
                    bill.number,
                    formats.day(bill.issue_on),
                    formats.money_text(bill.gross_minor, bill.currency),
                )
                if part
            ),
        )
        for bill in invoice_list.rows(list(found)[:_MOST_INVOICES])
        if bill.state != "draft"
    ]
