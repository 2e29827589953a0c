"""The sheets of a workbook of customers for editing: its columns, their headings, and what marks it as ours."""

from __future__ import annotations

from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import custom_fields

MARK, SHEET = "crm-desktop customers 1", "crm-desktop"
COLUMNS = {
    "number": N_("Number"), "company": N_("Company"), "salutation": N_("Form of address"), "title": N_("Title"),
    "first_name": N_("First name"), "last_name": N_("Last name"), "addition": N_("Second address line"),
    "street": N_("Street"), "postcode": N_("Postcode"), "city": N_("Town"), "state": N_("State"),
    "country": N_("Country"), "email": N_("E-mail"), "more_emails": N_("More e-mails"), "phone": N_("Phone"),
    "more_phones": N_("More phones"), "website": N_("Website"), "vat_id": N_("VAT id"), "tax_number": N_("Tax number"),
    "iban": N_("IBAN"), "bic": N_("BIC"), "bank_name": N_("Bank"), "birthday": N_("Birthday"),
    "language": N_("Language"), "tags": N_("Tags"), "served_by": N_("How they like to be served"), "notes": N_("Notes"),
}  # fmt: skip
OWN = "own:"
LISTS = ("more_emails", "more_phones", "tags")
# The record and the fingerprint of what was written: the first two columns, which are not shown.
HIDDEN_HEADINGS = ("crm-record", "crm-written")
HIDDEN_COLUMNS = len(HIDDEN_HEADINGS)


def columns() -> list[str]:
    """The columns of the sheet: ours, and the fields of the owner's own."""
    return [*COLUMNS, *(OWN + own.name for own in custom_fields.all_fields())]


def column_words(name: str) -> str:
    """What a column is called."""
    return name.removeprefix(OWN) if name.startswith(OWN) else _(COLUMNS[name])


def headings(names: list[str]) -> list[str]:
    """The headings of these columns, no two alike: a field of the owner's own may be called as one of ours."""
    taken = {heading.casefold() for heading in HIDDEN_HEADINGS}
    found = []
    for name in names:
        heading, number = column_words(name), 1
        while heading.casefold() in taken:
            number += 1
            heading = f"{column_words(name)} ({number})"
        taken.add(heading.casefold())
        found.append(heading)
    return found
