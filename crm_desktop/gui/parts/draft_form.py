"""The upper part of the invoice editor: whom, when, what their order is called, when it is to be paid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from crm_desktop.billing import drafts, payments
from crm_desktop.billing.document import (
    BILLS,
    CREDIT_NOTE,
    DELIVERY_NOTE,
    INVOICE,
    ORDER_CONFIRMATION,
    QUOTE,
    RECEIPT,
    Draft,
)
from crm_desktop.company import payment_terms
from crm_desktop.core import dates
from crm_desktop.core.errors import NotFound
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.parts.customer_picker import CustomerPicker
from crm_desktop.gui.parts.period_input import PeriodInput
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.form import Field, FieldBox

# Box → line, first column and number of columns in the grid of twelve; kinds of their own below.
_USUAL_PLACES = {
    "customer": (0, 0, 6), "order_number": (0, 6, 3), "terms": (0, 9, 3), "paid_at_issue": (0, 9, 3),
    "valid_until": (0, 9, 3), "issue_on": (1, 0, 3), "service": (1, 3, 9), "exemption_reason": (2, 0, 12),
}  # fmt: skip
_PLACES_OF = {
    QUOTE: {"terms": (1, 9, 3), "service": (1, 3, 6)},
    DELIVERY_NOTE: {"order_number": (0, 6, 6)},
}
# Field of a problem → box beside which it stands.
_PLACES = {
    "customer": "customer", "buyer": "customer", "ship_to": "customer", "issue_date": "issue_on",
    "service_from": "service", "service_to": "service", "due_date": "terms", "terms": "terms",
    "paid_at_issue": "paid_at_issue", "valid_until": "valid_until", "exemption_reason": "exemption_reason",
}  # fmt: skip


def _terms() -> list[tuple[Any, str]]:
    return [(found.id, found.name) for found in payment_terms.all_terms()]


class DraftForm(QWidget):
    """The boxes; `edited` while typing, `customer_picked` when a customer was taken."""

    edited = Signal()
    customer_picked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.customer = CustomerPicker()
        self.service = PeriodInput()
        self.boxes: dict[str, FieldBox] = {
            "customer": FieldBox(Field("customer", _("Customer")), made=self.customer),
            "order_number": FieldBox(Field("order_number", _("Their order number"), max_length=80)),
            "terms": FieldBox(Field("terms", _("Pay within"), "choice", choices=_terms)),
            "paid_at_issue": FieldBox(
                Field("paid_at_issue", _("Paid with"), "choice", choices=lambda: [(k, _(v)) for k, v in payments.METHODS.items()])
            ),
            "valid_until": FieldBox(Field("valid_until", _("Valid until"), "date")),
            "issue_on": FieldBox(Field("issue_on", _("Invoice date"), "date")),
            "service": FieldBox(Field("service", _("Service date or period"), placeholder=""), made=self.service),
            "exemption_reason": FieldBox(Field("exemption_reason", _("Why no tax is charged, as printed"))),
        }  # fmt: skip
        self._lay_out()
        for box in self.boxes.values():
            box.edited.connect(self._edited)
            box.left.connect(self._left)
        self.customer.picked.connect(self.customer_picked)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        for index in range(12):
            grid.setColumnStretch(index, 1)
            grid.setColumnMinimumWidth(index, 20)
        self._grid = grid
        self._place(INVOICE)

    def _place(self, kind: str) -> None:
        """Put the boxes where those of a kind stand."""
        for name, (line, first, span) in (_USUAL_PLACES | _PLACES_OF.get(kind, {})).items():
            self._grid.removeWidget(self.boxes[name])
            self._grid.addWidget(self.boxes[name], line, first, 1, span)

    # ---- showing -----------------------------------------------------------------------------------------------------

    def load(self, draft: Draft) -> None:
        """Show a draft."""
        self.customer.set_value(draft.customer_id)
        self.boxes["terms"].read_choices()
        values = {
            "order_number": draft.order_number,
            "terms": draft.payment_terms_id,
            "paid_at_issue": draft.paid_at_issue,
            "issue_on": draft.issue_on,
            "valid_until": draft.valid_until,
            "service": (draft.service_from, draft.service_to),
            "exemption_reason": draft.exemption_reason,
        }
        for name, value in values.items():
            self.boxes[name].input.set_value(value)
            self.boxes[name].say("")
        self.boxes["customer"].say("")
        self._fit_kind(draft.kind)
        self.boxes["exemption_reason"].setVisible(bool(draft.exemption_reason))
        self.tell_due(draft)

    def _fit_kind(self, kind: str) -> None:
        """Show the boxes of a kind of document, with its words."""
        receipt = kind == RECEIPT
        self._place(kind)
        self.boxes["customer"].set_label(_("Customer, if you want one named") if receipt else _("Customer"))
        self.boxes["issue_on"].set_label(_("Invoice date") if kind == INVOICE else _("Date"))
        service = {
            DELIVERY_NOTE: _("Delivery date"),
            QUOTE: _("When it is planned, if known"),
            ORDER_CONFIRMATION: _("When it is planned, if known"),
        }
        self.boxes["service"].set_label(service.get(kind, _("Service date or period")))
        self.boxes["paid_at_issue"].setVisible(receipt)
        self.boxes["valid_until"].setVisible(kind == QUOTE)
        self.boxes["terms"].setVisible(kind not in (RECEIPT, CREDIT_NOTE, DELIVERY_NOTE))

    def apply(self, draft: Draft) -> Draft:
        """The draft with what the boxes hold; what cannot be read stays as it was."""
        start, end = self.service.value()
        if self.service.problem():
            start, end = draft.service_from, draft.service_to
        issue, valid = self.boxes["issue_on"].input, self.boxes["valid_until"].input
        if draft.kind == RECEIPT:
            draft = drafts.paid_at_once(draft, self.boxes["paid_at_issue"].input.value() or "")
        return replace(
            draft,
            customer_id=self.customer.value(),
            order_number=self.boxes["order_number"].input.value(),
            payment_terms_id=self.boxes["terms"].input.value(),
            issue_on=issue.value() if issue.value() and not issue.problem() else draft.issue_on,
            valid_until=draft.valid_until if valid.problem() else valid.value(),
            service_from=start,
            service_to=end,
            exemption_reason=self.boxes["exemption_reason"].input.value(),
        )

    def tell_due(self, draft: Draft) -> None:
        """Say below the terms when the invoice is due, and until when the discount may be taken."""
        box = self.boxes["terms"]
        try:
            terms = payment_terms.get(draft.payment_terms_id) if draft.payment_terms_id is not None else None
        except NotFound:
            terms = None
        issued = draft.issue_on or dates.today()
        if terms is None or draft.kind not in BILLS or not dates.is_plausible(issued):
            words = ""
        else:
            due = draft.due_on or payment_terms.due_on(terms, issued)
            words = _("Due {day}").format(day=formats.day_short(due))
            if until := payment_terms.discount_until(terms, issued):
                more = _("{due}, {percent} until {day}")
                words = more.format(due=words, percent=formats.percent(terms.discount_bp), day=formats.day_short(until))
        box.field = replace(box.field, hint=words)
        box.say("")

    # ---- problems ----------------------------------------------------------------------------------------------------

    @staticmethod
    def box_of(field: str) -> str:
        """The name of the box beside which the problem of a field stands; empty if it is none of these."""
        return _PLACES.get(field) or _PLACES.get(field.partition(".")[0], "")

    def unread(self) -> dict[str, str]:
        """Box → sentence for what cannot be read."""
        return {name: found for name, box in self.boxes.items() if (found := box.input.problem())}

    def say(self, said: dict[str, tuple[str, str]], fixes: dict[str, tuple[str, Callable[[], object]]]) -> None:
        """Show (sentence, "bad" or "warn") beside boxes, each with a link that mends it where there is one."""
        for name, box in self.boxes.items():
            sentence, kind = said.get(name, ("", "bad"))
            words, act = fixes.get(name, ("", None))
            box.say(sentence, kind, words if sentence else "", act)
        if "exemption_reason" in said:
            self.boxes["exemption_reason"].show()

    def focus(self, name: str) -> None:
        """Put the cursor into a box."""
        self.boxes[name].input.setFocus()

    def _edited(self, _name: str) -> None:
        self.edited.emit()

    def _left(self, _name: str) -> None:
        self.edited.emit()
