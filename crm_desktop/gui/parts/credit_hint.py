"""A line in the editor that warns when a bill takes a customer beyond the credit limit that the owner gave them."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QWidget

from crm_desktop.billing.document import INVOICE, ORDER_CONFIRMATION, QUOTE, Draft
from crm_desktop.company import profile
from crm_desktop.core import money
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.layouts import label, line_of
from crm_desktop.insight import reliability
from crm_desktop.sales.totals import Totals

# What a customer comes to owe, or is promised.
_KINDS = (INVOICE, QUOTE, ORDER_CONFIRMATION)


class CreditHint(QFrame):
    """See the module. It warns and never forbids."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("k", "warn")
        self.words = label("", "body", wrap=True)
        line_of(self, self.words, margins=(13, 8, 13, 8)).setStretch(0, 1)
        self.hide()

    def tell(self, draft: Draft, sums: Totals | None) -> None:
        """Show by how much the draft exceeds the limit, or nothing."""
        text = _warning(draft, sums)
        self.words.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))


def _warning(draft: Draft, sums: Totals | None) -> str:
    currency = profile.load().currency
    if draft.customer_id is None or draft.kind not in _KINDS or sums is None or draft.currency != currency:
        return ""
    over = reliability.over_limit(draft.customer_id, money.to_minor(sums.due, currency))
    if not over:
        return ""
    is_open = reliability.open_minor(draft.customer_id)
    return _("{open} is open with this customer. With this document the credit limit is exceeded by {over}.").format(
        open=formats.money_text(is_open, currency), over=formats.money_text(over, currency)
    )
