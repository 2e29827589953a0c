"""The words for what is stored on a person: headings of kinds of records and names of fields, for a paper that they read."""

from __future__ import annotations

from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _

# Kinds of records in the order in which they are told; others follow under their own name.
SECTIONS = {
    "customer": N_("Customer"),
    "contact_person": N_("Contact persons"),
    "customer_address": N_("Further addresses"),
    "contact_channel": N_("Further e-mails and numbers"),
    "custom_value": N_("Own fields"),
    "customer_tag": N_("Tags"),
    "customer_date": N_("Days to remember"),
    "customer_relation": N_("Relations"),
    "consent": N_("Consent"),
    "document": N_("Invoices and other documents"),
    "payment": N_("Payments"),
    "bank_transaction": N_("Bank transactions"),
    "dunning_letter": N_("Payment reminders"),
    "contract": N_("Contracts"),
    "opportunity": N_("Deals"),
    "support_case": N_("Cases"),
    "case_note": N_("Notes on cases"),
    "owned_product": N_("Products of customers"),
    "service": N_("Work noted"),
    "schedule": N_("Recurring bills"),
    "reminder": N_("Reminders"),
    "timeline_entry": N_("Timeline"),
    "mail": N_("E-mails"),
    "campaign_recipient": N_("Campaigns"),
    "scenario_draft": N_("Prepared mails"),
    "feedback": N_("Feedback"),
    "loyalty_entry": N_("Loyalty points"),
    "stage_change": N_("Changes of stage"),
    "attachment": N_("Files"),
    "history": N_("Changes in the history"),
}
FIELDS = {
    "number": N_("Number"), "kind": N_("Kind"), "name": N_("Name"), "company": N_("Company"),
    "salutation": N_("Form of address"), "title": N_("Title"), "first_name": N_("First name"), "last_name": N_("Last name"),
    "street": N_("Street"), "postcode": N_("Postcode"), "city": N_("Town"), "state": N_("State"), "country": N_("Country"),
    "email": N_("E-mail"), "phone": N_("Phone"), "website": N_("Website"), "vat_id": N_("VAT id"),
    "tax_number": N_("Tax number"), "iban": N_("IBAN"), "bic": N_("BIC"), "bank_name": N_("Bank"),
    "birthday": N_("Birthday"), "language": N_("Language"), "currency": N_("Currency"), "notes": N_("Notes"),
    "note": N_("Note"), "role": N_("Role"), "purpose": N_("For what"), "source": N_("Source"), "amount": N_("Amount"),
    "paid": N_("Paid on"), "issue": N_("Invoice date"), "due": N_("Due"), "happened": N_("When"), "body": N_("Text"),
    "subject": N_("Subject"), "recipient": N_("Recipient"), "description": N_("Description"), "score": N_("Score"),
    "comment": N_("Comment"), "created": N_("Created"), "grand_total": N_("With tax"), "points": N_("Points"),
    "reason": N_("Reason"), "reference": N_("Reference"), "served_by": N_("How they like to be served"), "value": N_("Value"),
    "text": N_("Text"), "when": N_("When"), "what": N_("What"),
}  # fmt: skip


def section(table: str) -> str:
    """The heading of a kind of record."""
    return _(SECTIONS[table]) if table in SECTIONS else table.replace("_", " ").capitalize()


def field_name(column: str) -> str:
    """The name of a field, without the suffix that tells how it is stored."""
    return _(FIELDS[column]) if column in FIELDS else column.replace("_", " ").capitalize()
