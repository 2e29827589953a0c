"""The form of a customer: everything that belongs to the record.

A new customer is added by the button; an edit is kept field by field, so that Undo takes back one field at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from crm_desktop.company import payment_terms, profile
from crm_desktop.core.errors import Conflict, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.customers import custom_fields, customer_list, customers, duplicates, tags
from crm_desktop.customers.custom_fields import CustomField
from crm_desktop.gui import failures
from crm_desktop.gui.parts import customer_dealings, einvoice_fields
from crm_desktop.gui.widgets import choices, dialogs
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.form import Field, Form, Heading
from crm_desktop.gui.widgets.heads import PageHead
from crm_desktop.gui.widgets.layouts import column, row, scroll
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.segments import Segments
from crm_desktop.gui.widgets.special_inputs import BirthdayInput, DaysInput
from crm_desktop.gui.widgets.strip import Strip

_ORGANISATION_ONLY = ("company", "vat_id", "buyer_reference")
_LISTS = ("more_emails", "more_phones")
_WIDTH = 720
# What tells whether a new customer is known already, looked at when no key follows.
_TELLING = (
    "company", "title", "first_name", "last_name", "street", "postcode", "city", "country", "email", "phone", "vat_id", "iban",
)  # fmt: skip
_LOOK_AFTER_MS = 250


def _fields(own: Sequence[CustomField]) -> list[Field | Heading]:
    return [
        *_who(),
        *_where(),
        *_reach(),
        *customer_dealings.fields(),
        *_paper(),
        *einvoice_fields.of_customer(),
        *_notes(),
        *_own(own),
    ]


def _who() -> list[Field | Heading]:
    return [
        Field("company", _("Company"), placeholder=_("For example Hotel Alsterblick GmbH")),
        Field("salutation", _("Salutation"), width=0.25),
        Field("title", _("Title"), width=0.25),
        Field("first_name", _("First name"), width=0.5),
        Field("last_name", _("Last name"), width=0.5),
        Field("number", _("Customer number"), width=0.25, placeholder=_("given by itself")),
        Field("birthday", _("Birthday"), "own", width=0.25, make=BirthdayInput, hint=_("The year may be left out")),
    ]


def _where() -> list[Field | Heading]:
    return [
        Heading(_("Billing address")),
        Field("addition", _("Addition"), placeholder=_("Department, floor, care of")),
        Field("street", _("Street and number")),
        Field("postcode", _("Postcode"), width=0.25),
        Field("city", _("Town"), width=0.75),
        Field("country", _("Country"), "search", choices=lambda: choices.countries(_("Like my own")), width=0.5),
        Field("state", _("State or canton"), width=0.5),
    ]


def _reach() -> list[Field | Heading]:
    more = _("Several: one per line")
    return [
        Heading(_("How to reach them")),
        Field("email", _("E-mail"), width=0.5, hint=_("Invoices go here")),
        Field("phone", _("Phone"), width=0.5),
        Field("more_emails", _("More e-mail addresses"), "lines", rows=2, width=0.5, placeholder=more),
        Field("more_phones", _("More phone numbers"), "lines", rows=2, width=0.5, placeholder=more),
        Field("website", _("Web address")),
    ]


def _terms() -> list[tuple[Any, str]]:
    return [(None, _("As usual")), *((found.id, found.name) for found in payment_terms.all_terms())]


def _paper() -> list[Field | Heading]:
    return [
        Heading(_("On paper and payment")),
        Field(
            "language",
            _("Language of documents"),
            "choice",
            choices=lambda: choices.document_languages(_("As usual")),
            width=0.33,
        ),
        Field("currency", _("Currency"), "choice", choices=lambda: choices.currencies(_("As usual")), width=0.33),
        Field("payment_terms_id", _("Pay within"), "choice", choices=_terms, width=0.34),
        Field("vat_id", _("VAT id"), width=0.33),
        Field("tax_number", _("Tax number"), width=0.33),
        Field("buyer_reference", _("Reference they want printed"), width=0.34),
        Field("iban", _("IBAN"), width=0.5),
        Field("bic", _("BIC"), width=0.25),
        Field("bank_name", _("Bank"), width=0.25),
        Field("dunning_hold", _("No reminders for money, because"), hint=_("Empty: reminders are proposed as usual")),
    ]


def _tones() -> list[tuple[Any, str]]:
    return [("", _("As usual")), ("formal", _("Formal")), ("friendly", _("Friendly"))]


def _notes() -> list[Field | Heading]:
    return [
        Heading(_("Good to know")),
        Field(
            "served_by",
            _("How they like to be served"),
            "lines",
            rows=2,
            placeholder=_("Ring first, then write. Closed on Mondays."),
        ),
        Field(
            "touch_days",
            _("Hear from them every … days"),
            "own",
            width=0.5,
            make=DaysInput,
            hint=_("Empty: as their tags say. 0: never"),
        ),
        Field("tone", _("How you write to them"), "choice", width=0.5, choices=_tones),
        Field("tags", _("Tags"), "tags", choices=lambda: [(name, name) for name, _n in tags.all_tags()]),
        Field("notes", _("Notes"), "lines", rows=3),
    ]


def _own(found: Sequence[CustomField]) -> list[Field | Heading]:
    if not found:
        return []
    kinds = {"text": "text", "number": "number", "date": "date", "choice": "choice", "bool": "bool"}
    return [
        Heading(_("Own fields")),
        *(
            Field(
                f"custom:{f.name}",
                f.name,
                kinds[f.kind],
                width=0.5,
                decimals=6,
                choices=[("", ""), *((c, c) for c in f.choices)],
            )
            for f in found
        ),
    ]


class CustomerForm(Page):
    """The page with the form."""

    key = "customer_form"
    tables: ClassVar = ("custom_field",)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id: int | None = None
        self._loaded_at: str | None = None
        self._touched = False
        self._add = Button(_("Add customer"), "primary", "check", on=self.primary)
        self._done = Button(pgettext("finish", "Done"), on=self.back.emit)
        self._head = PageHead(_("New customer"), self._done, self._add, back=self.back.emit)
        self._strip, self.hint = Strip(), Strip()
        self.hint.setMaximumWidth(_WIDTH)
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(_LOOK_AFTER_MS)
        self._look.timeout.connect(self._tell_known)
        self._kind = Segments(_("Kind of customer"), self._kind_chosen)
        self._kind.add("organisation", _("Company"))
        self._kind.add("person", _("Person"))
        self._holder = QWidget()
        self._form = Form([])
        self._box = column(
            self._holder, row(self._kind, "stretch"), self._strip, self.hint, gap=12, margins=(24, 4, 20, 24)
        )
        column(self, self._head, scroll(self._holder))
        self._build_form()

    def _build_form(self) -> None:
        self._own = custom_fields.all_fields()
        old, self._form = self._form, Form(_fields(self._own))
        self._form.setMaximumWidth(_WIDTH)
        self._form.left.connect(self._left)
        self._form.edited.connect(self._edited)
        self._box.removeWidget(old)
        old.deleteLater()
        self._box.addWidget(self._form)

    # ---- showing -----------------------------------------------------------------------------------------------------

    def title(self) -> str:
        return self._head.title.text()

    def activate(self, id: int = 0, **values: Any) -> None:
        """Show the form of a customer, or an empty one (id 0) with some fields prefilled."""
        if self._own != custom_fields.all_fields():
            self._build_form()
        self._id, self._touched = id or None, False
        self._head.say("")
        self._strip.tell("")
        self.hint.tell("")
        if self._id is None:
            self._head.tell(_("New customer"))
            usual = dict.fromkeys(("language", "currency", "einvoice_format", "electronic_scheme", "tone"), "")
            self._form.load({"country": profile.load().country} | usual | customer_dealings.USUAL | values, new=True)
            self._kind.choose(str(values.get("kind", "organisation")))
        else:
            self._load()
        self._add.setVisible(self._id is None)
        self._done.setVisible(self._id is not None)
        self._show_kind()
        self._form.focus("company" if self._kind.current() == "organisation" else "first_name")
        self.changed.emit()

    def _load(self) -> None:
        found = customers.get(self._id or 0)
        self._loaded_at = found.updated_at
        self._head.tell(_("Edit {name}").format(name=found.name))
        self._kind.choose(found.kind)
        values = {name: getattr(found, name) for name in self._form.boxes if hasattr(found, name)}
        values |= {name: "\n".join(getattr(found, name)) for name in _LISTS}
        values |= {f"custom:{f.name}": _shown(f, found.custom.get(f.name, "")) for f in self._own}
        self._form.load(values)

    def _kind_chosen(self, kind: str) -> None:
        self._show_kind()
        if self._id is not None:
            self._keep({"kind": kind})

    def _show_kind(self) -> None:
        organisation = self._kind.current() == "organisation"
        for name in _ORGANISATION_ONLY:
            self._form.show_field(name, shown=organisation)
        self._form.show_field("birthday", shown=not organisation)

    # ---- keeping -----------------------------------------------------------------------------------------------------

    def _edited(self, name: str) -> None:
        self._touched = True
        if self._id is None and name in _TELLING:
            self._look.start()

    def _tell_known(self) -> None:
        """Say quietly who is known already and looks like the one that is typed."""
        if self._id is not None:
            return
        values = {name: self._form.input(name).value() for name in _TELLING}
        found = customer_list.rows([pair.second for pair in duplicates.similar(values, 1)])
        if not found:
            self.hint.tell("")
            return
        known = found[0]
        named = ", ".join(part for part in (known.name, known.city) if part)
        self.hint.tell(
            _("{name} looks the same").format(name=named), kind="info", act=_("Open it"),
            on=lambda: self.open_record.emit("customer", known.id),
        )  # fmt: skip

    def _left(self, name: str) -> None:
        if self._id is None or self._form.input(name).problem():
            return
        self._keep(self._stored({name: self._form.input(name).value()}))

    def _stored(self, values: dict[str, Any]) -> dict[str, Any]:
        plain = {name: value for name, value in values.items() if not name.startswith("custom:")}
        for name in _LISTS:
            if name in plain:
                plain[name] = [line.strip() for line in plain[name].splitlines() if line.strip()]
        own = {
            name.removeprefix("custom:"): _as_text(value)
            for name, value in values.items()
            if name.startswith("custom:")
        }
        if own:
            plain["custom"] = own
        return plain

    def _keep(self, values: dict[str, Any]) -> bool:
        try:
            customers.save(values, self._id, loaded_at=self._loaded_at)
        except ValidationError as error:
            self._show_problems(error.fields)
            return False
        except Conflict as error:
            self._load()
            self._strip.tell(str(error), kind="warn")
            return False
        found = customers.get(self._id or 0)
        self._loaded_at, self._touched = found.updated_at, False
        self._head.tell(_("Edit {name}").format(name=found.name))
        self._head.saved()
        self._strip.tell("")
        return True

    def _show_problems(self, problems: dict[str, str]) -> None:
        renamed = {
            "company" if self._kind.current() == "organisation" and n == "name" else n: s for n, s in problems.items()
        }
        if "name" in renamed:
            renamed["last_name"] = renamed.pop("name")
        rest = self._form.show_problems(renamed)
        self._strip.tell(" ".join(rest))

    def primary(self) -> None:
        if self._id is not None:
            self.back.emit()
            return
        try:
            values = self._stored(self._form.collect())
            found = customers.save(values | {"kind": self._kind.current()})
        except ValidationError as error:
            self._show_problems(error.fields)
            return
        self._touched = False
        self.toast.emit(_("{name} added").format(name=customers.get(found).name), True)
        self.open_record.emit("customer", found)

    def save_now(self) -> None:
        if self._id is None:
            return
        failures.guarded(lambda: self._keep(self._stored(self._form.collect())))

    def next_problem(self) -> None:
        first = next((name for name, box in self._form.boxes.items() if box.input.problem()), None)
        if first:
            self._form.focus(first)

    def leave(self) -> bool:
        if self._id is not None:
            focus = self.focusWidget()
            if focus is not None:
                focus.clearFocus()  # the field that is being typed in keeps its text by being left
            return True
        if not (self._touched and self._form.is_changed()):
            return True
        return dialogs.confirm(
            _("Discard the new customer?"),
            _("What you typed is not kept yet."),
            _("Discard"),
            _("Keep writing"),
        )


def _shown(field: CustomField, value: str) -> Any:
    from datetime import date

    if field.kind == "date":
        return date.fromisoformat(value) if value else None
    if field.kind == "bool":
        return value == "1"
    return value or None


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    return "" if value is None else str(value)
