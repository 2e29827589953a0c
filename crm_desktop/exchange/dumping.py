"""The content of the data file as sorted text, one record a line: for comparing two states with any diff tool.

A line is the table and the record as JSON with sorted names. The business form names records by their numbers instead
of their ids and leaves out journal, import log, counters and time stamps, so that the same business gives the same text
in whatever order it was entered. Stored bytes are shown as their SHA-256; what is computed from other tables is left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from crm_desktop.company import numbering
from crm_desktop.db import connection as db

# What no business is in: bookkeeping of the program itself.
_OURS = {
    "journal_step", "journal_change", "journal_open", "journal_table", "derived_source", "derived", "stale",
    "import_run", "import_mapping", "number_counter", "owner_rule_run", "segment_count", "file_text",
    "calendar_day",
}  # fmt: skip
# Bookkeeping that says nothing about any state of the content.
_NEVER = {"derived", "derived_source", "journal_table", "stale", "journal_open", "calendar_day"}
# Time stamps of which only "is it so" is business.
_FLAGS = {"deleted_at": "deleted", "archived_at": "archived", "done_at": "done", "sent_at": "sent"}
# How a record is named where another refers to it.
_NAMES = {
    "attachment": "owner || ' ' || name",
    "bank_statement": "file_name",
    "bank_transaction": "booked_on || ' ' || amount_minor || ' ' || purpose",
    "campaign": "name",
    "campaign_recipient": "address",
    "case_note": "substr(body, 1, 60)",
    "checklist": "name",
    "checklist_run": "name || ' ' || started_on",
    "checklist_task": "title",
    "competitor": "name",
    "consent": "purpose || ' ' || state || ' ' || on_day_on",
    "contact_person": "first_name || ' ' || last_name",
    "contract": "number",
    "custom_field": "name",
    "customer": "number",
    "customer_address": "street || ' ' || postcode || ' ' || city",
    "customer_date": "title || ' ' || day_on",
    "document": "kind || ' ' || coalesce(number, 'draft')",
    "document_line": "(SELECT kind || ' ' || coalesce(d.number, 'draft') FROM document d WHERE d.id = document_id) || ' ' || position",
    "dunning_letter": "number",
    "feedback": "kind || ' ' || asked_on",
    "item": "number",
    "lifecycle_rule": "event || ' ' || position",
    "lifecycle_stage": "code || name",
    "loyalty_entry": "made_on || ' ' || points",
    "mail": "purpose || ' ' || recipient || ' ' || subject",
    "opportunity": "title || ' ' || value_minor || ' ' || currency",
    "owned_product": "name || ' ' || serial",
    "owner_rule": "name",
    "owner_rule_run": "event_key",
    "payment": "paid_on || ' ' || amount_minor || ' ' || currency",
    "payment_terms": "name",
    "pipeline_stage": "code || name",
    "price_list": "name",
    "received_document": "sender || ' ' || number",
    "reminder": "due_on || ' ' || title",
    "scenario": "name",
    "schedule": "title",
    "segment": "name",
    "service": "done_on || ' ' || name",
    "source": "name",
    "stage_change": "changed_on || ' ' || coalesce((SELECT s.code || s.name FROM lifecycle_stage s WHERE s.id = to_stage_id), '')",
    "stored_file": "sha256",
    "support_case": "number",
    "tag": "name",
    "timeline_entry": "kind || ' ' || title",
}
# References that the schema does not declare.
_LOOSE = {
    ("company", "payment_terms_id"): "payment_terms",
    ("document", "contact_person_id"): "contact_person",
    ("document", "delivery_address_id"): "customer_address",
    ("document", "payment_terms_id"): "payment_terms",
    ("document", "schedule_id"): "schedule",
    ("document_line", "item_id"): "item",
    ("document_line", "source_line_id"): "document_line",
    ("scenario_draft", "mail_id"): "mail",
}
# Columns that name the table of the id beside them.
_EITHER = {
    ("attachment", "owner_id"): "owner",
    ("timeline_entry", "record_id"): "record",
    ("mail", "record_id"): "record",
    ("opportunity_link", "record_id"): "record",
    ("feedback", "record_id"): "record",
    ("loyalty_entry", "record_id"): "record",
}
# Records that are named otherwise than their table.
_TABLES = {"case": "support_case"}
# What is invented anew for each record and says nothing.
_INVENTED = {("mail", "message_id"), ("feedback", "code"), ("campaign_recipient", "message_id")}
# JSON that names records by their ids beside their numbers or names.
_WITH_IDS = {("dunning_letter", "content"), ("mail", "files"), ("erasure", "kept")}


def lines(*, business: bool = False) -> Iterator[str]:
    """The content, sorted; `business` as the module says."""
    for table in _tables(business=business):
        yield from sorted(_table_lines(table, business=business))


def text(*, business: bool = False) -> str:
    """All lines in one text, each with its line end."""
    return "".join(f"{line}\n" for line in lines(business=business))


def _tables(*, business: bool) -> list[str]:
    derived = [name for (name,) in db.query("SELECT name FROM derived")]
    indexes = [name for (name,) in db.query("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'")]
    skip = (_OURS if business else _NEVER) | {*derived, *indexes}
    found = db.query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'")
    # A full-text table keeps its content in tables of its own: NAME_data, NAME_idx …
    shadows = tuple(f"{name}_" for name in indexes)
    return sorted(name for (name,) in found if name not in skip and not name.startswith(shadows))


def _table_lines(table: str, *, business: bool) -> Iterator[str]:
    references = _references(table)
    name_of = cache(_name_of)  # per table and dump: names change between two dumps
    cursor = db.raw().execute(f"SELECT * FROM {table}{_used() if business and table == 'stored_file' else ''}")
    columns = [column[0] for column in cursor.description]
    for values in cursor:
        plain = {column: _plain(value) for column, value in zip(columns, values, strict=True)}
        if business:
            plain = dict(_business(table, plain, references, name_of))
            if table == "setting" and str(plain["key"]).startswith(numbering.LEFT_OUT):
                continue
        yield f"{table} {json.dumps(plain, ensure_ascii=False, sort_keys=True)}"


def _used() -> str:
    """Bytes that no record needs are no business: an undone import leaves them."""
    users = db.query(
        'SELECT m.name, f."from" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f '
        "WHERE m.type = 'table' AND f.\"table\" = 'stored_file'"
    )
    return f" WHERE id IN ({' UNION '.join(f'SELECT {column} FROM {table}' for table, column in users)})"


def _plain(value: Any) -> Any:
    return f"sha256:{hashlib.sha256(value).hexdigest()}" if isinstance(value, bytes) else value


def _references(table: str) -> dict[str, str]:
    """Column → table that it refers to."""
    declared = {row[3]: row[2] for row in db.query(f"PRAGMA foreign_key_list({table})")}
    return declared | {column: goal for (owner, column), goal in _LOOSE.items() if owner == table}


def _business(table: str, row: dict[str, Any], references: dict[str, str], name_of: Any) -> Iterator[tuple[str, Any]]:
    for column, value in row.items():
        if column in _FLAGS:
            if value is not None:
                yield _FLAGS[column], True
        elif column == "id" or column.endswith("_at") or value in (None, "") or (table, column) in _INVENTED:
            continue
        elif (table, column) in _WITH_IDS:
            yield column, _without_ids(json.loads(value))
        elif column in references:
            yield column.removesuffix("_id"), name_of(references[column], value)
        elif (table, column) in _EITHER:
            yield (
                column.removesuffix("_id") + "_of",
                name_of(_TABLES.get(row[_EITHER[table, column]], row[_EITHER[table, column]]), value),
            )
        else:
            yield column, value


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_ids(part) for name, part in value.items() if name != "id" and not name.endswith("_id")}
    return [_without_ids(part) for part in value] if isinstance(value, list) else value


def _name_of(table: str, row_id: int) -> Any:
    expression = _NAMES.get(table)
    found = db.value(f"SELECT {expression} FROM {table} WHERE id = ?", [row_id]) if expression else None
    return row_id if found is None else found
