"""How a customer pays, in one sentence."""

from __future__ import annotations

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui.widgets import formats
from crm_desktop.insight import payment_habits


def habit(customer_id: int) -> tuple[str, str]:
    """How punctually a customer pays, and from how many invoices that is known; empty while nothing was paid."""
    found = payment_habits.of_customer(customer_id)
    if found is None:
        return "", ""
    days = abs(found.days)
    if found.days > 0:
        words = ngettext("on average {n} day late", "on average {n} days late", days)
    elif found.days < 0:
        words = ngettext("on average {n} day early", "on average {n} days early", days)
    else:
        words = _("on average on the day")
    reason = ngettext("from {n} paid invoice", "from {n} paid invoices", found.invoices)
    return words.format(n=formats.count(days)), reason.format(n=formats.count(found.invoices))
