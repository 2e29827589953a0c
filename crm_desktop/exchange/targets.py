"""Where a column can go: the fields of each kind of record, their names for the user, what they need at least."""

from __future__ import annotations

from crm_desktop.core.i18n import N_

LEAVE_OUT = ""
# Not a field of the record but one of the owner's own, named as the column is.
OWN_FIELD = "custom"
# What a calendar brings beside birthdays; it has no columns to be matched.
REMINDERS = "reminders"
# Only address cards bring pictures.
PHOTO = "photo"

FIELDS: dict[str, dict[str, str]] = {
    "customers": {
        "number": N_("Customer number"),
        "company": N_("Company"),
        "name": N_("Name, to be split"),
        "first_name": N_("First name"),
        "last_name": N_("Last name"),
        "name_particle": N_("Word before the last name (van, de)"),
        "emails": N_("E-mail"),
        "phones": N_("Phone"),
        "phone_code": N_("Dialling code"),
        "street": N_("Street"),
        "house_number": N_("House number"),
        "house_addition": N_("Addition to the house number"),
        "addition": N_("Second address line"),
        "postcode": N_("Postcode"),
        "city": N_("Town"),
        "address": N_("Street, postcode and town"),
        "block": N_("Name and address in one cell"),
        "state": N_("State or region"),
        "country": N_("Country"),
        "second_street": N_("Second address: street"),
        "second_addition": N_("Second address: further line"),
        "second_postcode": N_("Second address: postcode"),
        "second_city": N_("Second address: town"),
        "second_state": N_("Second address: state or region"),
        "second_country": N_("Second address: country"),
        "birthday": N_("Birthday"),
        "birth_day": N_("Birthday: day"),
        "birth_month": N_("Birthday: month"),
        "birth_year": N_("Birthday: year"),
        "anniversary": N_("Anniversary"),
        "kind": N_("Company or person"),
        "salutation": N_("Form of address"),
        "title": N_("Title before the name"),
        "website": N_("Website"),
        "vat_id": N_("VAT id"),
        "vat_country": N_("Country letters of the VAT id"),
        "tax_number": N_("Tax number"),
        "iban": N_("IBAN"),
        "bic": N_("BIC"),
        "bank_name": N_("Bank"),
        "language": N_("Language"),
        "currency": N_("Currency"),
        "tags": N_("Tags"),
        "stage": N_("Stage of the relationship"),
        "source": N_("Where they come from"),
        "price_list": N_("Price list"),
        "credit_limit": N_("Credit limit"),
        "served_by": N_("How they like to be served"),
        "photo": N_("Photo"),
        "notes": N_("Notes"),
        "consent_newsletter": N_("Consent: newsletter"),
        "consent_newsletter_no": N_("Consent: wants no newsletter"),
        "consent_post": N_("Consent: advertising by post"),
        "consent_phone": N_("Consent: advertising by phone"),
        "consent_messages": N_("Consent: short messages"),
        "consent_photos": N_("Consent: photos and references"),
        "consent_feedback": N_("Consent: being asked"),
        "consent_on": N_("Consent: day"),
        "consent_source": N_("Consent: how it was given"),
    },
    "contracts": {
        "number": N_("Contract number"),
        "customer": N_("Customer"),
        "customer_number": N_("Customer number"),
        "customer_email": N_("E-mail of the customer"),
        "phones": N_("Phone of the customer"),
        "vat_id": N_("VAT id of the customer"),
        "title": N_("Title"),
        "start": N_("Start"),
        "end": N_("End"),
        "notice": N_("Notice period"),
        "value": N_("Value"),
        "currency": N_("Currency"),
        "interval": N_("Paid every"),
        "state": N_("State"),
        "notes": N_("Notes"),
        "street": N_("Street of the customer"),
        "postcode": N_("Postcode of the customer"),
        "city": N_("Town of the customer"),
        "country": N_("Country of the customer"),
    },
    "catalogue": {
        "number": N_("Item number"),
        "name": N_("Name"),
        "description": N_("Description"),
        "kind": N_("Product or service"),
        "product_group": N_("Product group"),
        "unit": N_("Unit"),
        "price": N_("Price without tax"),
        "price_gross": N_("Price with tax"),
        "currency": N_("Currency"),
        "tax_rate": N_("Tax rate"),
        "category": N_("Tax category"),
    },
    "owned_products": {
        "customer": N_("Customer"),
        "customer_number": N_("Customer number"),
        "customer_email": N_("E-mail of the customer"),
        "vat_id": N_("VAT id of the customer"),
        "name": N_("Product"),
        "item_number": N_("Item number"),
        "serial": N_("Serial number"),
        "bought_on": N_("Bought on"),
        "warranty_until": N_("Warranty until"),
        "service_months": N_("Service every … months"),
        "next_service": N_("Next service"),
        "notes": N_("Notes"),
        "street": N_("Street of the customer"),
        "postcode": N_("Postcode of the customer"),
        "city": N_("Town of the customer"),
        "country": N_("Country of the customer"),
    },
    "invoices": {
        "number": N_("Invoice number"),
        "kind": N_("Invoice or credit note"),
        "customer": N_("Customer"),
        "customer_number": N_("Customer number"),
        "customer_email": N_("E-mail of the customer"),
        "phones": N_("Phone of the customer"),
        "issue_date": N_("Invoice date"),
        "due_date": N_("Due date"),
        "due_days": N_("Due in days"),
        "service_from": N_("Service from"),
        "service_to": N_("Service to"),
        "net": N_("Amount without tax"),
        "tax": N_("Tax"),
        "gross": N_("Amount with tax"),
        "open": N_("Open amount"),
        "paid": N_("Paid amount"),
        "paid_on": N_("Paid on"),
        "state": N_("State"),
        "currency": N_("Currency"),
        "order_number": N_("Order number of the customer"),
        "notes": N_("Notes"),
        "line_name": N_("Line: name"),
        "line_number": N_("Line: item number"),
        "quantity": N_("Line: quantity"),
        "unit": N_("Line: unit"),
        "unit_price": N_("Line: price"),
        "tax_rate": N_("Line: tax rate"),
        "discount": N_("Line: discount in %"),
        "line_total": N_("Line: amount"),
        "street": N_("Street of the customer"),
        "postcode": N_("Postcode of the customer"),
        "city": N_("Town of the customer"),
        "country": N_("Country of the customer"),
        "vat_id": N_("VAT id of the customer"),
    },
    "payments": {
        "number": N_("Invoice number"),
        "paid_on": N_("Paid on"),
        "amount": N_("Amount"),
        "currency": N_("Currency"),
        "customer": N_("Customer"),
        "customer_number": N_("Customer number"),
        "customer_email": N_("E-mail of the customer"),
        "vat_id": N_("VAT id of the customer"),
        "method": N_("Way of payment"),
        "reference": N_("Reference"),
        "notes": N_("Notes"),
    },
    "opportunities": {
        "title": N_("Title"),
        "customer": N_("Customer"),
        "customer_number": N_("Customer number"),
        "customer_email": N_("E-mail of the customer"),
        "vat_id": N_("VAT id of the customer"),
        "value": N_("Value"),
        "currency": N_("Currency"),
        "stage": N_("Stage"),
        "state": N_("Open, won or lost"),
        "probability": N_("Probability"),
        "expected_on": N_("Expected on"),
        "closed_on": N_("Closed on"),
        "next_step": N_("Next step"),
        "source": N_("Source"),
        "lost_reason": N_("Reason for losing it"),
        "notes": N_("Notes"),
    },
}
# One sheet for all: a row tells of a customer, of a contract and of an invoice.
FIELDS["mixed"] = {
    **{name: words for name, words in FIELDS["customers"].items() if name != PHOTO},
    "contract_number": N_("Contract: number"),
    "contract_title": N_("Contract: title"),
    "contract_start": N_("Contract: start"),
    "contract_end": N_("Contract: end"),
    "contract_notice": N_("Contract: notice period"),
    "contract_value": N_("Contract: value"),
    "contract_interval": N_("Contract: paid every"),
    "contract_state": N_("Contract: state"),
    "invoice_number": N_("Invoice: number"),
    "invoice_issue_date": N_("Invoice: date"),
    "invoice_due_date": N_("Invoice: due date"),
    "invoice_net": N_("Invoice: amount without tax"),
    "invoice_tax": N_("Invoice: tax"),
    "invoice_gross": N_("Invoice: amount with tax"),
    "invoice_open": N_("Invoice: open amount"),
    "invoice_paid": N_("Invoice: paid amount"),
    "invoice_paid_on": N_("Invoice: paid on"),
    "invoice_state": N_("Invoice: state"),
    "invoice_line_name": N_("Invoice line: name"),
    "invoice_quantity": N_("Invoice line: quantity"),
    "invoice_unit_price": N_("Invoice line: price"),
    "invoice_tax_rate": N_("Invoice line: tax rate"),
    "invoice_line_total": N_("Invoice line: amount"),
    "product_name": N_("Product: name"),
    "product_item_number": N_("Product: item number"),
    "product_serial": N_("Product: serial number"),
    "product_bought_on": N_("Product: bought on"),
    "product_warranty_until": N_("Product: warranty until"),
    "product_next_service": N_("Product: next service"),
    "product_notes": N_("Product: notes"),
}
KIND_NAMES = {
    "customers": N_("Customers"),
    "contracts": N_("Contracts"),
    "catalogue": N_("Products and services"),
    "invoices": N_("Invoices"),
    "payments": N_("Payments"),
    "opportunities": N_("Deals"),
    "owned_products": N_("What customers own"),
    "mixed": N_("Customers and what belongs to them"),
}
# Kinds in which a column can become a field of the owner's own.
WITH_OWN_FIELDS = {"customers", "mixed"}
# Fields that several columns may feed; the others take one column.
SEVERAL = {"emails", "phones", "notes", "tags"}
DAYS = {"birthday", "anniversary", "start", "end", "issue_date", "due_date", "service_from", "service_to", "paid_on"}
DAYS |= {"expected_on", "closed_on", "contract_start", "contract_end"}
DAYS |= {"consent_on", "bought_on", "warranty_until", "next_service"}
DAYS |= {f"product_{name}" for name in ("bought_on", "warranty_until", "next_service")}
DAYS |= {f"invoice_{name}" for name in ("issue_date", "due_date", "paid_on")}
AMOUNTS = {
    "value", "price", "price_gross", "net", "tax", "gross", "open", "paid", "quantity", "unit_price", "tax_rate",
    "line_total", "amount", "credit_limit",
}  # fmt: skip
AMOUNTS |= {"contract_value"}
AMOUNTS |= {
    f"invoice_{n}" for n in ("net", "tax", "gross", "open", "paid", "quantity", "unit_price", "tax_rate", "line_total")
}
# Prices of lines, and what proves whether they hold the tax.
LINE_PRICES = {"unit_price", "line_total", "invoice_unit_price", "invoice_line_total"}
TOTALS = {"net", "gross", "invoice_net", "invoice_gross"}
TAX_RATES = {"tax_rate", "invoice_tax_rate"}
# Columns that say who or what a row is about: a row that fills one of these is no footnote.
NAMING = {"block", "company", "name", "first_name", "last_name", "emails", "customer", "title"}

_WHO = ("customer", "customer_number", "customer_email", "vat_id")
# One of each group must be there, or nothing can be imported.
NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "customers": (("company", "name", "last_name", "first_name", "emails", "block"),),
    "contracts": (_WHO, ("title", "number"), ("start", "end", "notice", "value")),
    "catalogue": (("name", "description"), ("price", "price_gross")),
    "invoices": (("number",), ("issue_date",), _WHO, ("gross", "net", "open", "unit_price", "line_total")),
    "payments": (("paid_on",), ("amount",), ("number", *_WHO)),
    "mixed": (
        ("company", "name", "last_name", "first_name", "emails"),
        ("contract_number", "contract_title", "invoice_number", "product_name", "product_serial"),
    ),
    "owned_products": (_WHO, ("name", "serial", "item_number"), ("serial", "bought_on", "warranty_until")),
    "opportunities": (_WHO, ("title",), ("value", "stage", "state", "probability", "expected_on", "closed_on")),
}
# Asked for by name ("--kind invoices"), a list may do with less.
NEEDED_AT_LEAST: dict[str, tuple[tuple[str, ...], ...]] = {
    "customers": NEEDED["customers"],
    "contracts": (_WHO, ("title", "number")),
    "catalogue": (("name", "description"),),
    "invoices": (("number",), ("issue_date",), _WHO),
    "payments": NEEDED["payments"],
    "owned_products": (_WHO, ("name", "serial", "item_number")),
    "opportunities": (_WHO, ("title",)),
    "mixed": NEEDED["mixed"],
}


def is_enough(kind: str, fields: set[str], *, asked_for: bool = False) -> bool:
    """Whether these fields are enough to import records of a kind."""
    return all(fields & set(group) for group in (NEEDED_AT_LEAST if asked_for else NEEDED)[kind])
