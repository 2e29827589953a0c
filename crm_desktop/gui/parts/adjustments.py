"""Discounts and charges on the whole document: a row each with amount or percentage, reason, and the tax of a charge.

`allowances()` and `charges()` are what the rows hold; rows without content count for nothing. A row that cannot be read
is told by `unread()` and keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from crm_desktop.billing.document import Draft
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme
from crm_desktop.gui.parts import entry
from crm_desktop.gui.parts.line_sheet import Tax, tax_text
from crm_desktop.gui.widgets.buttons import Button, IconButton
from crm_desktop.gui.widgets.inputs import ChoiceInput, TextInput
from crm_desktop.gui.widgets.layouts import column, label, line_of, row
from crm_desktop.sales.basket import Adjustment

ALLOWANCES, CHARGES = "allowances", "charges"


class AdjustmentRow(QWidget):
    """One discount or charge while it is typed; `edited` with each key, `gone` when it is taken out."""

    edited = Signal()
    gone = Signal(QWidget)

    def __init__(self, kind: str, found: Adjustment | None, currency: str, taxes: Sequence[Tax]) -> None:
        super().__init__()
        self.kind, self._found = kind, found or Adjustment()
        is_charge = kind == CHARGES
        words = label(_("Charge") if is_charge else _("Discount"), "small", "text2")
        words.setMinimumWidth(theme.px(58))
        self.value = TextInput(_("10.00 EUR or 5%") if is_charge else _("5% or 10.00 EUR"))
        self.value.setFixedWidth(theme.px(112))
        self.reason = TextInput(_("Reason, for example freight") if is_charge else _("Reason, as printed"))
        self.value.setAccessibleName(_("Charge on everything") if is_charge else _("Discount on everything"))
        self.reason.setAccessibleName(_("Reason, as printed"))
        self.tax = ChoiceInput()
        self.tax.setAccessibleName(_("Tax of this charge"))
        self.tax.setFixedWidth(theme.px(118))
        self.tax.setVisible(is_charge)
        self.remove = IconButton("x", _("Take out"), on=self._remove)
        self._said = label("", "small", "red", wrap=True)
        self._said.hide()
        fields = row(words, self.value, self.reason, self.tax, self.remove, gap=8)
        fields.setStretchFactor(self.reason, 1)
        column(self, fields, self._said, gap=4)
        self.offer(taxes)
        self._load(currency)
        for box in (self.value, self.reason, self.tax):
            box.edited.connect(self.edited)
            box.left.connect(self.edited)

    def offer(self, taxes: Sequence[Tax]) -> None:
        """Offer these taxes for a charge, after that of the lines."""
        own: Tax | None = None
        if self._found.category is not None:
            own = (self._found.category, self._found.rate)
        every = list(dict.fromkeys([*taxes, *([own] if own else [])]))
        self.tax.set_choices([(None, _("Tax of the lines")), *((tax, tax_text(tax)) for tax in every)])

    def _load(self, currency: str) -> None:
        is_new = self._found.amount is None and self._found.percent is None
        self.value.set_value("" if is_new else entry.discount_text(self._found, currency))
        self.reason.set_value(self._found.reason)
        self.tax.set_value(None if self._found.category is None else (self._found.category, self._found.rate))

    def adjustment(self) -> Adjustment | None:
        """What the row says; None while it is empty or cannot be read."""
        typed = str(self.value.value())
        reader = entry.parse_charge if self.kind == CHARGES else entry.parse_discount
        found = reader(typed, str(self.reason.value())) if typed else None
        if found is None:
            return None
        if self.kind == CHARGES:
            tax = self.tax.value()
            return replace(found, category=tax[0] if tax else None, rate=tax[1] if tax else None)
        return replace(found, category=self._found.category, rate=self._found.rate)

    def is_unread(self) -> bool:
        """Whether something was typed that is neither an amount nor a percentage."""
        return bool(self.value.value()) and self.adjustment() is None

    def say(self, sentence: str) -> None:
        """Show what is wrong below the row; nothing with an empty sentence."""
        self.value.mark("bad" if sentence else "")
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))
        self.value.setAccessibleDescription(sentence)

    def _remove(self) -> None:
        self.gone.emit(self)


class AdjustmentsInput(QWidget):
    """See the module. `edited` is sent after each change."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[AdjustmentRow] = []
        self._currency, self._taxes = "EUR", list[Tax]()
        self.add_discount = Button(_("Discount"), "ghost", "plus", on=self._add_discount)
        self.add_discount.setToolTip(_("A discount on everything, as an amount or a percentage"))
        self.add_charge = Button(_("Freight or other charge"), "ghost", "plus", on=self._add_charge)
        self.add_charge.setToolTip(_("A charge on everything, with its own tax rate"))
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        buttons = QWidget()
        line_of(buttons, self.add_discount, self.add_charge, "stretch", gap=4)
        column(self, self._list, buttons, gap=4)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def load(self, draft: Draft, taxes: Sequence[Tax]) -> None:
        """Show the discounts and charges of a draft."""
        self._currency, self._taxes = draft.currency, list(taxes)
        for made in list(self.rows):
            self._drop(made)
        for kind, entries in ((ALLOWANCES, draft.allowances), (CHARGES, draft.charges)):
            for found in entries:
                self._add(kind, found)

    def tell_draft(self, draft: Draft, taxes: Sequence[Tax]) -> None:
        """Say which taxes may be chosen now."""
        self._currency, self._taxes = draft.currency, list(taxes)
        for made in self.rows:
            made.offer(taxes)

    def allowances(self) -> tuple[Adjustment, ...]:
        """The discounts, in order."""
        return self._of(ALLOWANCES)

    def charges(self) -> tuple[Adjustment, ...]:
        """The charges, in order."""
        return self._of(CHARGES)

    def _of(self, kind: str) -> tuple[Adjustment, ...]:
        return tuple(found for made in self.rows if made.kind == kind and (found := made.adjustment()) is not None)

    # ---- problems ----------------------------------------------------------------------------------------------------

    def unread(self) -> list[tuple[str, str]]:
        """(field, sentence) of each row that cannot be read; the field is that of `say` and `focus_field`."""
        sentence = _("Write an amount like 10.00 EUR or a percentage like 5%.")
        return [(f"adjustment.{place}", sentence) for place, made in enumerate(self.rows) if made.is_unread()]

    def row_of(self, field: str) -> AdjustmentRow | None:
        """The row to which a problem belongs: "adjustment.1" by its place, "charges.0" by its place among the read."""
        kind, _dot, rest = field.partition(".")
        number = int(rest) if rest.isdigit() else -1
        if kind == "adjustment":
            fitting = self.rows
        elif kind in (ALLOWANCES, CHARGES):
            fitting = [made for made in self.rows if made.kind == kind and made.adjustment() is not None]
        else:
            return None
        return fitting[number] if 0 <= number < len(fitting) else None

    def say(self, said: dict[str, str]) -> None:
        """Show field → sentence below the rows and clear the others."""
        found = {id(self.row_of(field)): sentence for field, sentence in said.items()}
        for made in self.rows:
            made.say(found.get(id(made), ""))

    def focus_field(self, field: str) -> bool:
        """Put the cursor where a problem is; False if it is none of these rows."""
        made = self.row_of(field)
        if made is not None:
            made.value.setFocus(Qt.FocusReason.OtherFocusReason)
        return made is not None

    # ---- rows --------------------------------------------------------------------------------------------------------

    def _add_discount(self) -> None:
        self._add(ALLOWANCES).value.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add_charge(self) -> None:
        self._add(CHARGES).value.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, kind: str, found: Adjustment | None = None) -> AdjustmentRow:
        made = AdjustmentRow(kind, found, self._currency, self._taxes)
        made.edited.connect(self.edited)
        made.gone.connect(self._take_out)
        # Discounts stand before charges, as on paper.
        place = sum(other.kind == ALLOWANCES for other in self.rows) if kind == ALLOWANCES else len(self.rows)
        self.rows.insert(place, made)
        self._list.insertWidget(place, made)
        made.show()
        return made

    def _take_out(self, made: QWidget) -> None:
        if isinstance(made, AdjustmentRow):
            self._drop(made)
            self.add_discount.setFocus(Qt.FocusReason.OtherFocusReason)
            self.edited.emit()

    def _drop(self, made: AdjustmentRow) -> None:
        self.rows.remove(made)
        self._list.removeWidget(made)
        made.hide()
        made.deleteLater()
