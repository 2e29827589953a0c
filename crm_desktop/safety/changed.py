"""What a step of the history changed, record by record, in the words and forms of the owner."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.billing import wording
from crm_desktop.company import profile
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import lifecycle
from crm_desktop.db import connection as db
from crm_desktop.safety import person_words
from crm_desktop.sales import pipeline_stages

# Table → the word for one of its records.
KINDS = {
    "allocation": N_("Payment of an invoice"), "attachment": N_("File"), "bank_statement": N_("Bank statement"),
    "bank_transaction": N_("Bank transaction"), "campaign": N_("Campaign"), "campaign_text": N_("Text of a campaign"),
    "campaign_recipient": N_("Answer to a campaign"),
    "case_due": N_("When cases are due"), "case_note": N_("Note on a case"), "checklist": N_("Checklist"),
    "checklist_run": N_("Checklist of a customer"), "checklist_step": N_("Step of a checklist"),
    "checklist_task": N_("Step of a checklist"), "company": N_("Company profile"), "competitor": N_("Competitor"),
    "consent": N_("Consent"), "contact_channel": N_("E-mail or phone"), "contact_person": N_("Contact person"),
    "contract": N_("Contract"), "contract_price": N_("Change of price"), "contract_state": N_("State of a contract"),
    "custom_field": N_("Own field"), "custom_value": N_("Own field"), "customer": N_("Customer"),
    "customer_address": N_("Address"), "customer_date": N_("Day to remember"), "customer_relation": N_("Relation"),
    "customer_tag": N_("Tag"), "document": N_("Invoice"), "document_adjustment": N_("Discount or charge"),
    "document_deduction": N_("Deducted deposit"), "document_line": N_("Line of an invoice"),
    "document_tax": N_("Tax of an invoice"), "dunning_item": N_("Invoice in a reminder"),
    "dunning_letter": N_("Payment reminder"), "dunning_level": N_("Level of reminders"), "feedback": N_("Feedback"),
    "interest_rate": N_("Interest on late payments"), "item": N_("Product or service"), "item_name": N_("Translation"),
    "letter_text": N_("Text of a letter"), "lifecycle_rule": N_("Rule for stages"), "lifecycle_stage": N_("Customer stage"),
    "loyalty_entry": N_("Loyalty points"), "loyalty_level": N_("Loyalty level"), "mail_text": N_("Text of an e-mail"),
    "number_series": N_("Numbering"), "opportunity": N_("Deal"), "opportunity_link": N_("Paper of a deal"),
    "opportunity_move": N_("Move of a deal"), "owned_product": N_("Product of a customer"), "owner_rule": N_("Rule"),
    "payment": N_("Payment"), "payment_terms": N_("Payment terms"), "pipeline_stage": N_("Stage of the pipeline"),
    "price_list": N_("Customer prices"), "price_list_price": N_("Price of a customer"),
    "received_document": N_("Received invoice"), "reminder": N_("Reminder"), "revenue_plan": N_("Plan of a month"),
    "saved_report": N_("Saved report"), "scenario": N_("Scenario"), "scenario_draft": N_("Prepared e-mail"),
    "schedule": N_("Schedule"), "schedule_period": N_("Billed period"), "schedule_price": N_("Change of price"),
    "segment": N_("Segment"), "service": N_("Service"), "source": N_("Source"), "stage_change": N_("Change of stage"),
    "setting": N_("Setting"),
    "support_case": N_("Case"), "tag": N_("Tag"), "tax_rate": N_("Tax rate"), "timeline_entry": N_("Timeline"),
}  # fmt: skip
# Columns that tell a record from others of its kind, best first; and the records it belongs to, which tell it too.
_NAMING = ("name", "title", "number", "value", "last_name", "street", "paid_on", "party", "file_name", "subject")
_BELONGS = {
    "tag_id": "tag", "customer_id": "customer", "item_id": "item", "document_id": "document", "contract_id": "contract",
    "opportunity_id": "opportunity", "case_id": "support_case", "campaign_id": "campaign", "checklist_id": "checklist",
    "price_list_id": "price_list", "schedule_id": "schedule", "field_id": "custom_field",
}  # fmt: skip
# What a column that names another record is called, and the table of that record.
_LINKS = {
    "customer_id": (N_("Customer"), "customer"), "contact_person_id": (N_("Contact person"), "contact_person"),
    "stage_id": (N_("Stage"), "stage"), "source_id": (N_("Source"), "source"), "item_id": (N_("Product or service"), "item"),
    "price_list_id": (N_("Customer prices"), "price_list"), "payment_terms_id": (N_("Payment terms"), "payment_terms"),
    "competitor_id": (N_("Competitor"), "competitor"), "segment_id": (N_("Segment"), "segment"),
}  # fmt: skip
# Names of fields that the words of a person's record do not have, by column without its suffix.
_FIELDS = {
    "addition": N_("Addition"), "end": N_("End"), "start": N_("Start"), "expected": N_("Expected"), "next": N_("Next"),
    "next_step": N_("Next step"), "probability": N_("Probability"), "unit": N_("Unit"), "price": N_("Price"),
    "quantity": N_("Quantity"), "rate": N_("Tax rate"), "solution": N_("Solution"), "priority": N_("Priority"),
    "cost": N_("Cost"), "budget": N_("Budget"), "goal": N_("Goal"), "credit_limit": N_("Credit limit"),
    "days": N_("Days"), "intro": N_("Opening text"), "closing": N_("Closing text"), "valid_until": N_("Valid until"),
    "due_time": N_("Time of day"), "serial": N_("Serial number"), "bought": N_("Bought"), "discount": N_("Discount"),
    "warranty_until": N_("Warranty until"), "next_service": N_("Next service"), "order_number": N_("Order number"),
    "product_group": N_("Product group"), "line_total": N_("Sum of the lines"), "net": N_("Without tax"),
    "closed": N_("Closed"), "birthday": N_("Birthday"), "invoice_email": N_("E-mail for invoices"),
    "buyer_reference": N_("Buyer reference"), "pattern": N_("Pattern"),
}  # fmt: skip
_SCALES = {"_scaled": Decimal(1_000_000), "_bp": Decimal(100)}
_CODES = ("kind", "state", "direction", "interval", "einvoice_format", "purpose", "language", "currency")


@dataclass(frozen=True)
class Value:
    """One field that changed: its name, what stood there and what stands there now; empty where there is nothing."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """One record that a step changed: the word for it, its name, "i"nserted, "u"pdated or "d"eleted, and its fields."""

    kind: str
    name: str
    operation: str
    values: tuple[Value, ...]


def of_step(step_id: int, limit: int = 12) -> list[Change]:
    """What a step changed, in the order in which it happened."""
    found = db.query(
        "SELECT table_name, row_id, operation, before, after FROM journal_change WHERE step_id = ? ORDER BY id LIMIT ?",
        [step_id, limit],
    )
    return [_change(*row) for row in found]


def _change(table: str, row_id: int, operation: str, before: str | None, after: str | None) -> Change:
    if table == "setting":  # what is kept there is no text that somebody reads
        return Change(_(KINDS[table]), "", operation, ())
    old, new = json.loads(before or "{}"), json.loads(after or "{}")
    now = {} if old or new else _row(table, row_id) or _last_known(table, row_id)
    values = tuple(_values(table, old, new)) if operation == "u" else ()
    if old.get("deleted_at") != new.get("deleted_at") and operation == "u":  # into the bin, or out of it
        operation, values = "d" if new["deleted_at"] else "i", ()
    return Change(_(KINDS.get(table, N_("Entry"))), _name(new or old or now), operation, values)


def name_of(table: str, row_id: int) -> str:
    """The name of a record as it stands now; empty where it is gone or has none."""
    return _name(_row(table, row_id))


def _row(table: str, row_id: int | None) -> dict[str, Any]:
    return {} if table == "setting" else (db.records(f"SELECT * FROM {table} WHERE id = ?", [row_id]) or [{}])[0]


def _last_known(table: str, row_id: int) -> dict[str, Any]:
    """What a record held before it went, as the history says."""
    before = db.value(
        "SELECT before FROM journal_change WHERE table_name = ? AND row_id = ? AND before IS NOT NULL ORDER BY id DESC LIMIT 1",
        [table, row_id],
    )
    return dict(json.loads(before or "{}"))


def _name(record: dict[str, Any]) -> str:
    """What tells a record from others: its own name, else those of the records that it belongs to."""
    own = next((str(record[column]) for column in _NAMING if record.get(column)), "")
    if own:
        return own
    owners = [_name(_row(table, record[column])) for column, table in _BELONGS.items() if record.get(column)]
    return " · ".join(name for name in owners[:2] if name)


def _values(table: str, old: dict[str, Any], new: dict[str, Any]) -> list[Value]:
    found = []
    for column, value in new.items():
        if value == old.get(column):
            continue
        if column in _LINKS:
            word, linked = _LINKS[column]
            shown = [_linked(table, linked, record.get(column)) for record in (old, new)]
            found.append(Value(_(word), *shown))
        elif word := _field(column):
            found.append(Value(word, *(_shown(column, record.get(column), new) for record in (old, new))))
    return found


def _field(column: str) -> str:
    """The name of a field; empty for what the owner did not enter: time stamps, computed sums, marks of ours."""
    bare = column
    for suffix in ("_minor", "_scaled", "_bp", "_on"):
        bare = bare.removesuffix(suffix)
    if column.endswith(("_at", "_id")) or column in _CODES:
        return ""
    word = _FIELDS.get(bare) or person_words.FIELDS.get(bare)
    return _(word) if word else ""


def _linked(table: str, linked: str, row_id: int | None) -> str:
    if not row_id:
        return ""
    if linked == "stage":
        return _stage(table, row_id)
    return _name(_row(linked, row_id))


def _stage(table: str, stage_id: int) -> str:
    """The name of a stage of customers or of deals, whichever the record has."""
    if table == "customer":
        return lifecycle.label(stage_id)
    return next((stage.name for stage in pipeline_stages.all_stages() if stage.id == stage_id), "")


def _shown(column: str, value: object, record: dict[str, Any]) -> str:
    """A stored value as it is read: amounts with their currency, days and numbers in the forms of the owner's language."""
    if value is None or value == "":
        return ""
    if column.endswith("_minor") and isinstance(value, int):
        return wording.amount(value, str(record.get("currency") or profile.load().currency))
    if column.endswith("_on"):
        return _day(str(value))
    for suffix, scale in _SCALES.items():
        if column.endswith(suffix) and isinstance(value, int):
            number = Decimal(value) / scale
            return wording.percent(number) if suffix == "_bp" or "percent" in column else wording.number(number)
    return str(value).replace("\n", " ")


def _day(value: str) -> str:
    try:
        return wording.day(date.fromisoformat(value))
    except ValueError:  # a birthday without its year, or a text of an old file
        return value
