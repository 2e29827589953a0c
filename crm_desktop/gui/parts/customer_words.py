"""Words about a customer that several pages say."""

from __future__ import annotations

from crm_desktop.customers import customers
from crm_desktop.customers.customers import Customer


def contact_of(found: Customer) -> str:
    """The person of a company that stands on its papers; empty for a person, or where none is named."""
    if found.kind != "organisation":
        return ""
    return customers.display_name({name: getattr(found, name) for name in ("title", "first_name", "last_name")})
