"""Words about a customer that several pages say."""

from __future__ import annotations

from crm_desktop.company import profile
from crm_desktop.customers import customers
from crm_desktop.customers.contacts import Address
from crm_desktop.customers.customers import Customer

# Where the town stands before the postcode, with the state between them.
_TOWN_FIRST = ("AU", "CA", "NZ", "US")


def contact_of(found: Customer) -> str:
    """The person of a company that stands on its papers; empty for a person, or where none is named."""
    if found.kind != "organisation":
        return ""
    return customers.display_name({name: getattr(found, name) for name in ("title", "first_name", "last_name")})


def town_line(found: Customer | Address) -> str:
    """Postcode and town as people in the country write them: "01067 Dresden", "Springfield, IL 62701"."""
    if (found.country or profile.load().country) in _TOWN_FIRST:
        rest = f"{found.state} {found.postcode}".strip()
        return ", ".join(part for part in (found.city, rest) if part)
    return f"{found.postcode} {found.city}".strip()
