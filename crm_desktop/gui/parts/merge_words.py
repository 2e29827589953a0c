"""What two records of a customer say, in words for laying them side by side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from crm_desktop.billing import invoice_list
from crm_desktop.company import payment_terms, profile
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import kind_defaults, lifecycle
from crm_desktop.customers.customers import Customer
from crm_desktop.customers.merging import CUSTOM
from crm_desktop.gui.widgets import choices, formats
from crm_desktop.sales import price_lists, sources


def label_of(key: str) -> str:
    """The heading of what is chosen together; own fields have the name that the owner gave them."""
    if key.startswith(CUSTOM):
        return key.removeprefix(CUSTOM)
    return {
        "name": _("Name"),
        "address": _("Address"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "website": _("Web"),
        "birthday": _("Birthday"),
        "vat_id": _("VAT id"),
        "tax_number": _("Tax number"),
        "bank": _("IBAN"),
        "language": _("Documents"),
        "currency": _("Currency"),
        "payment_terms_id": _("Pay within"),
        "buyer_reference": _("Reference"),
        "einvoice": _("E-invoice"),
        "invoice_email": _("Invoices to"),
        "dunning_hold": _("No reminders"),
        "stage_id": _("Stage"),
        "source_id": _("Source"),
        "touch_days": _("Stay in touch"),
        "price_list_id": _("Price list"),
        "credit_limit_minor": _("Credit limit"),
        "price_mode": _("Prices"),
        "tone": _("Tone"),
        "served_by": _("Served how"),
        "notes": _("Notes"),
    }[key]


def text_of(key: str, values: dict[str, Any]) -> str:
    """One side of a choice in one line; empty when nothing is known."""
    if key == "name":
        person = " ".join(values[name] for name in ("title", "first_name", "last_name") if values[name])
        return ", ".join(dict.fromkeys(part for part in (values["name"], person) if part))
    if key == "address":
        town = f"{values['postcode']} {values['city']}".strip()
        return ", ".join(part for part in (values["addition"], values["street"], town, values["state"]) if part)
    if key == "language":
        return dict(choices.document_languages()).get(values["language"], "")
    if key == "payment_terms_id":
        known = {found.id: found.name for found in payment_terms.all_terms()}
        return known.get(values[key], "")
    if key in (*_NAMED, "price_mode", "tone", "credit_limit_minor"):
        return _named(key, values[key])
    parts = [formats.day(value) if isinstance(value, date) else str(value) for value in values.values() if value]
    return " · ".join(" ".join(part.split()) for part in parts)


# What is kept as an id → where its name is found.
_NAMED: dict[str, Callable[[], list[tuple[int, str]]]] = {
    "stage_id": lambda: [(stage.id, stage.label) for stage in lifecycle.stages()],
    "source_id": lambda: [(source.id, source.name) for source in sources.all_sources()],
    "price_list_id": price_lists.choices,
}


def _named(key: str, value: Any) -> str:
    """The name of what is kept as an id or a code, "" for nothing."""
    if key == "credit_limit_minor":
        return "" if value is None else formats.money_text(value, profile.load().currency)
    if key == "price_mode":
        return kind_defaults.price_mode_words(value)
    if key == "tone":
        return kind_defaults.tone_words(value)
    return dict(_NAMED[key]()).get(value, "")


def about(customer: Customer) -> str:
    """What tells a record from another: number, since when, how many documents."""
    number = len(invoice_list.ids(filters=invoice_list.Filters(customer_id=customer.id)))
    words = ngettext("{n} document", "{n} documents", number).format(n=formats.count(number))
    since = _("since {day}").format(day=formats.day(date.fromisoformat(customer.created_at[:10])))
    return " · ".join((formats.isolate(customer.number), since, words))
