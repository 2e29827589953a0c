"""How many things wait in each section of the sidebar, and whether something is late."""

from __future__ import annotations

from crm_desktop.billing import invoice_list
from crm_desktop.insight import today
from crm_desktop.sales import contracts


def counts(sections: set[str]) -> dict[str, tuple[int, bool]]:
    """Section → (number, late); 0 prints nothing."""
    found: dict[str, tuple[int, bool]] = {}
    if "today" in sections:
        found["today"] = (today.count(), False)
    if "invoices" in sections:
        found["invoices"] = (invoice_list.counts().get("overdue", 0), True)
    if "contracts" in sections:
        found["contracts"] = (contracts.counts().get("soon", 0), True)
    return found
