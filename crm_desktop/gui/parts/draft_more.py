"""What only some invoices need, folded away: language, currency, contact person, delivery address, own due day, note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from crm_desktop.billing import drafts
from crm_desktop.billing.document import BILLS, CREDIT_NOTE, DELIVERY_NOTE, INVOICE, RECEIPT, Draft
from crm_desktop.company import profile
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import contacts
from crm_desktop.gui.widgets import choices, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.form import Field, Form
from crm_desktop.gui.widgets.layouts import column, row

_DAYS = ("due_on",)
_TEXTS = ("language", "currency", "exchange_rate", "buyer_reference", "payment_reference", "internal_note")
# Fields beside which a problem can stand.
BESIDE = ("buyer_reference", "currency", "exchange_rate")
_LINKS = ("contact_person_id", "delivery_address_id")


def _fields() -> list[Field]:
    return [
        Field("language", _("Language of this document"), "choice", choices=choices.document_languages, width=0.25),
        Field("currency", _("Currency"), "choice", choices=choices.currencies, width=0.25),
        Field("due_on", _("Due on another day"), "date", width=0.25, placeholder=_("as the terms say")),
        Field("buyer_reference", _("Reference they want printed"), width=0.25, max_length=80),
        Field("contact_person_id", _("For the attention of"), "choice", width=0.5),
        Field("payment_reference", _("Payment reference"), width=0.25, max_length=35, placeholder=_("by itself")),
        Field("exchange_rate", _("The day's rate"), "number", decimals=6, width=0.25),
        Field("delivery_address_id", _("Delivered to"), "choice", width=0.5),
        Field("internal_note", _("Own note, never printed"), "lines", rows=2),
    ]


class DraftMore(QWidget):
    """A link and, once it was pressed, the fields. While they are folded away, one line beside the link says what is in them."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._customer: int | None = -1
        self._home = ""
        self.toggle = Button(_("More details"), "link", "chevron-down", on=self._toggle)
        self.form = Form(_fields())
        self.form.hide()
        self.form.edited.connect(self._edited)
        self.form.left.connect(self._edited)
        self.said = ElidedLabel("", "body", "text2")
        self.said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        head = row(self.toggle, self.said, gap=16)
        head.setStretch(1, 1)
        column(self, head, self.form, gap=8)

    def load(self, draft: Draft) -> None:
        """Show a draft; the fields stay folded away or not, so that nothing below them moves."""
        self._offer(draft.customer_id)
        self.form.load({name: getattr(draft, name) for name in (*_DAYS, *_TEXTS, *_LINKS)})
        self._home = profile.load().currency
        self.form.show_field("due_on", shown=draft.kind in BILLS and draft.kind not in (RECEIPT, CREDIT_NOTE))
        self.form.show_field("payment_reference", shown=draft.kind == INVOICE)
        self._show_rate(draft)
        self._tell(draft)

    def _tell(self, draft: Draft) -> None:
        """Say in one line what is unusual."""
        chosen = {name: self.form.input(name).currentText() for name in _LINKS if getattr(draft, name)}
        due = formats.day_short(draft.due_on) if draft.due_on and not self.form.boxes["due_on"].isHidden() else ""
        found = [
            (_("Reference: {value}"), draft.buyer_reference),
            (_("For the attention of {value}"), chosen.get("contact_person_id", "")),
            (_("Delivered to {value}"), chosen.get("delivery_address_id", "")),
            (_("Due {value}"), due),
            (_("Currency: {value}"), draft.currency if draft.currency != self._home else ""),
            (_("Payment reference: {value}"), draft.payment_reference),
            (_("Note: {value}"), draft.internal_note.replace("\n", " ")),
        ]
        self.said.setText(" · ".join(words.format(value=value) for words, value in found if value))
        self.said.setToolTip(self.said.text())

    def _show_rate(self, draft: Draft) -> None:
        """The rate of the day matters where the currency is not our own."""
        money = self.form.input("currency").value() or draft.currency
        words = _("Rate: 1 {currency} in {home}").format(currency=money, home=self._home)
        self.form.boxes["exchange_rate"].set_label(words)
        self.form.show_field("exchange_rate", shown=money != self._home and draft.kind != DELIVERY_NOTE)

    def say(self, said: dict[str, tuple[str, str]]) -> None:
        """Show (sentence, "bad" or "warn") beside the fields that only matter to some customers."""
        for name in BESIDE:
            sentence, kind = said.get(name, ("", "bad"))
            self.form.boxes[name].say(sentence, kind)
            if sentence:
                self._show(shown=True)

    def _offer(self, customer_id: int | None) -> None:
        """Offer the people and addresses of the customer."""
        if customer_id == self._customer:
            return
        self._customer = customer_id
        people: Sequence[contacts.Person] = contacts.people(customer_id) if customer_id else ()
        places: Sequence[contacts.Address] = contacts.addresses(customer_id) if customer_id else ()
        named = [(person.id, f"{person.first_name} {person.last_name}".strip()) for person in people]
        reached = [
            (place.id, ", ".join(part for part in (place.name, place.street, place.city) if part))
            for place in places
            if place.kind == "delivery"
        ]
        self.form.input("contact_person_id").set_choices([(None, _("Nobody in particular")), *named])
        self.form.input("delivery_address_id").set_choices([(None, _("The same address")), *reached])
        self.form.show_field("contact_person_id", shown=bool(named))
        self.form.show_field("delivery_address_id", shown=bool(reached))

    def apply(self, draft: Draft) -> Draft:
        """The draft with what the fields hold."""
        found: dict[str, Any] = self.form.values()
        if self.form.input("due_on").problem():
            found["due_on"] = draft.due_on
        found["language"] = found["language"] or draft.language
        money = found.pop("currency") or draft.currency
        rate = draft.exchange_rate if self.form.input("exchange_rate").problem() else found.pop("exchange_rate")
        found.pop("exchange_rate", None)
        made = replace(draft, **found)
        self._show_rate(replace(made, currency=money))
        self._tell(replace(made, currency=money))
        if (money, rate) == (draft.currency, draft.exchange_rate):
            return made
        return drafts.in_currency(made, money, rate)

    def show_problem(self, name: str, sentence: str, kind: str) -> None:
        """Show a problem beside a field and unfold for it."""
        self.form.boxes[name].say(sentence, kind)
        if sentence:
            self._show(shown=True)

    def problem(self) -> str:
        """A sentence if the due day cannot be read."""
        return str(self.form.input("due_on").problem())

    def _toggle(self) -> None:
        self._show(shown=self.form.isHidden())

    def _show(self, *, shown: bool) -> None:
        self.form.setVisible(shown)
        self.said.setVisible(not shown)
        self.toggle.set_icon("chevron-up" if shown else "chevron-down")

    def _edited(self, _name: str) -> None:
        self.edited.emit()
