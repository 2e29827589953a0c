"""Which rows belong to a customer, found through the foreign keys of the schema, and how they are destroyed.

A table that a later version adds with a foreign key to `customer` goes by itself. What other records need is not removed
but emptied of words (`BLANKED`); what the law wants to be kept is left to `erasure` (`_APART`).
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

# Rows that are not destroyed with the customer as such.
_APART = ("document", "payment", "dunning_letter")
# Rows that stay as figures, with their words gone: table → column → what stands there then.
BLANKED: dict[str, dict[str, str]] = {
    "contract": {"payee": "", "notes": "", "notes_on_bill": ""},
    "opportunity": {"next_step": "", "bant_notes": "{}", "lost_reason": "", "notes": ""},
    "support_case": {"description": "", "solution": ""},
}
# The owners of attached files by the table that holds their records.
_FILE_OWNERS = {"support_case": "case"}
_KEPT_OF_CUSTOMER = ("id", "number", "kind", "country", "language", "currency", "created_at")
DOCUMENT_PARTS = ("document_line", "document_adjustment", "document_tax", "document_deduction", "document_file")
Owned = dict[str, set[int]]


def neutral_name() -> str:
    """What stands where a name stood."""
    return _("Erased")


def listed(ids: Iterable[int]) -> str:
    """Ids for `IN (SELECT value FROM json_each(?))`."""
    return json.dumps(sorted(ids))


def references(table: str) -> list[tuple[str, str]]:
    """Tables with a foreign key to this one, and the column that holds it."""
    return [
        (name, column)
        for name, column in db.query(
            'SELECT m.name, f."from" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f '
            "WHERE m.type = 'table' AND f.\"table\" = ? ORDER BY m.name",
            [table],
        )
    ]


def owned_by(customer_ids: Iterable[int]) -> Owned:
    """The rows of customers: table → ids, also those that are only in the history any more; without `_APART`."""
    found: Owned = {"customer": set(customer_ids)}
    waiting = ["customer"]
    while waiting:
        parent = waiting.pop()
        for table, column in references(parent):
            if table in _APART:
                continue
            new = _rows_of(table, column, found[parent]) - found.get(table, set())
            if new:
                found.setdefault(table, set()).update(new)
                waiting.append(table)
    return found


def _rows_of(table: str, column: str, parents: set[int]) -> set[int]:
    now = db.query(f"SELECT id FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))", [listed(parents)])
    return {row_id for (row_id,) in now} | journaled(table, column, parents)


def journaled(table: str, column: str, parents: set[int]) -> set[int]:
    """Rows that belonged to these parents at any time that the history knows."""
    rows = db.query(
        f"SELECT DISTINCT row_id FROM journal_change WHERE table_name = ?1 AND (json_extract(before, '$.{column}') IN "
        f"(SELECT value FROM json_each(?2)) OR json_extract(after, '$.{column}') IN (SELECT value FROM json_each(?2)))",
        [table, listed(parents)],
    )
    return {row_id for (row_id,) in rows}


# ---- destroying ------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def thawed() -> Iterator[None]:
    """Issued documents may be emptied inside: their freezing triggers are dropped and made again in the same transaction."""
    triggers = db.query(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%!_frozen!_%' ESCAPE '!'"
    )
    for name, _sql in triggers:
        db.raw().execute(f"DROP TRIGGER {name}")
    yield
    for _name, sql in triggers:
        db.raw().execute(sql)


def remove_files(owners: dict[str, set[int]]) -> int:
    """Take attached files away, and their bytes where nobody else uses them; gives how many."""
    number, ever = 0, _attachments_ever(owners)
    for table, ids in owners.items():
        rows = db.query(
            "SELECT id, file_id FROM attachment WHERE owner = ? AND owner_id IN (SELECT value FROM json_each(?))",
            [_FILE_OWNERS.get(table, table), listed(ids)],
        )
        for attachment_id, file_id in rows:
            db.delete("attachment", attachment_id)
            remove_bytes(file_id)
        ever |= {attachment_id for attachment_id, _file_id in rows}
        number += len(rows)
    gone = db.query(
        "SELECT DISTINCT json_extract(before, '$.file_id') FROM journal_change WHERE table_name = 'attachment' "
        "AND before IS NOT NULL AND row_id IN (SELECT value FROM json_each(?))",
        [listed(ever)],
    )
    forget("attachment", ever)
    for (file_id,) in gone:
        # Taken away before, or with an import that was taken back: its bytes are still there.
        remove_bytes(file_id)
    return number


def _attachments_ever(owners: dict[str, set[int]]) -> set[int]:
    found: set[int] = set()
    for table, ids in owners.items():
        rows = db.query(
            "SELECT DISTINCT row_id FROM journal_change WHERE table_name = 'attachment' "
            "AND json_extract(before, '$.owner') = ? AND json_extract(before, '$.owner_id') IN (SELECT value FROM json_each(?))",
            [_FILE_OWNERS.get(table, table), listed(ids)],
        )
        found |= {row_id for (row_id,) in rows}
    return found


def remove_bytes(file_id: int | None) -> None:
    """Delete stored bytes, and the words read from them, when no record needs them any more."""
    if file_id is None:
        return
    users = [
        (table, column)
        for table, column in references("stored_file")
        if table != "file_text" and db.value(f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1", [file_id])
    ]
    if not users:
        db.execute("DELETE FROM file_text WHERE file_id = ?", [file_id])
        db.delete("stored_file", file_id)


def remove_rows(owned: Owned) -> None:
    """Delete the rows of a customer; customer, deals, contracts and cases stay, emptied of words."""
    now = dates.instant_text(dates.now())
    for table, ids in owned.items():
        chosen = listed(ids)
        if table == "customer":
            _blank_customers(chosen, now)
        elif table in BLANKED:
            said = {"title": neutral_name(), **BLANKED[table]}
            columns = ", ".join(f"{name} = ?" for name in said)
            db.execute(
                f"UPDATE {table} SET {columns} WHERE id IN (SELECT value FROM json_each(?))", [*said.values(), chosen]
            )
        else:
            db.execute(f"DELETE FROM {table} WHERE id IN (SELECT value FROM json_each(?))", [chosen])
    _close(owned, now)


def _blank_customers(chosen: str, now: str) -> None:
    columns = db.query("SELECT name, type, \"notnull\" FROM pragma_table_info('customer')")
    empty = {name: "''" if kind == "TEXT" and needed else "NULL" for name, kind, needed in columns}
    empty |= {name: "0" for name, kind, needed in columns if kind == "INTEGER" and needed}
    changed = ", ".join(f"{name} = {value}" for name, value in empty.items() if name not in _KEPT_OF_CUSTOMER)
    db.execute(f"UPDATE customer SET {changed} WHERE id IN (SELECT value FROM json_each(?))", [chosen])
    db.execute(
        "UPDATE customer SET name = ?, archived_at = ?, erased_at = ?, updated_at = ? "
        "WHERE id IN (SELECT value FROM json_each(?))",
        [neutral_name(), now, now, dates.stamp(), chosen],
    )


def _close(owned: Owned, now: str) -> None:
    """What was open of a customer is open no more."""
    day = now[:10]
    for table, changes, where in (
        ("opportunity", "state = 'lost', closed_on = ?1", "state = 'open'"),
        ("support_case", "state = 'closed', closed_at = ?1", "state <> 'closed'"),
        ("contract", "state = 'ended'", "state <> 'ended'"),
    ):
        ids = listed(owned.get(table, ()))
        db.execute(
            f"UPDATE {table} SET {changes} WHERE {where} AND id IN (SELECT value FROM json_each(?2))",
            [now if table == "support_case" else day, ids],
        )


# ---- history ---------------------------------------------------------------------------------------------------------


def forget(table: str, ids: Iterable[int]) -> None:
    """Take rows out of the history."""
    db.execute(
        "DELETE FROM journal_change WHERE table_name = ? AND row_id IN (SELECT value FROM json_each(?))",
        [table, listed(ids)],
    )


def mend_steps() -> None:
    """Steps of which nothing is left tell nothing any more and have no way back."""
    db.execute(
        "UPDATE journal_step SET undoable = 0, title = ? "
        "WHERE NOT EXISTS (SELECT 1 FROM journal_change c WHERE c.step_id = journal_step.id)",
        [neutral_name()],
    )


# ---- words elsewhere -------------------------------------------------------------------------------------------------

# Texts of other records in which somebody may be named: table → columns. The program writes the first ones itself.
_TITLES = {"journal_step": ("title",), "import_run": ("file_name", "result"), "owner_rule_run": ("did",)}
_TEXTS = {
    "timeline_entry": ("title", "body", "who"),
    "reminder": ("title", "note"),
    "mail": ("subject", "body", "recipient", "copies"),
    "case_note": ("body",),
    "support_case": ("title", "description", "solution"),
    "opportunity": ("title", "next_step", "notes"),
    "service": ("name", "description"),
    "customer": ("notes", "served_by"),
    "customer_relation": ("note",),
    "contract": ("title", "notes"),
    "journal_change": ("before", "after"),
    "campaign": ("note",),
}
_SHORT = 8


def words_of(owned: Owned) -> tuple[set[str], set[str]]:
    """Names by which these rows may be found in texts of others, and addresses (e-mail, phone, IBAN)."""
    names: set[str] = set()
    reached: set[str] = set()
    for table in ("customer", "contact_person"):
        for row in _records(table, owned):
            full = f"{row['first_name']} {row['last_name']}".strip()
            names |= {full, str(row.get("name", "")), str(row.get("company", ""))}
            reached |= {str(row.get(column, "")) for column in ("email", "phone", "iban", "invoice_email")}
    reached |= {str(row["value"]) for row in _records("contact_channel", owned)}
    return {word for word in names if len(word) > 2}, {word for word in reached if len(word) > 5}


def _records(table: str, owned: Owned) -> list[dict[str, Any]]:
    """Rows as they are and as they were: a former name is a name."""
    chosen = listed(owned.get(table, ()))
    now = db.records(f"SELECT * FROM {table} WHERE id IN (SELECT value FROM json_each(?))", [chosen])
    images = db.query(
        "SELECT before FROM journal_change WHERE table_name = ? AND before IS NOT NULL "
        "AND row_id IN (SELECT value FROM json_each(?))",
        [table, chosen],
    )
    return [*now, *(json.loads(before) for (before,) in images)]


def redact(names: set[str], reached: set[str]) -> None:
    """Replace names and addresses of an erased customer in the texts of others.

    What another customer is called or reached by stays; so do short names that may be common words, but for the titles
    that the program wrote itself.
    """
    for word in sorted(reached, key=len, reverse=True):
        if not is_reached_by(word):
            _replace(word, _TITLES | _TEXTS)
    for word in sorted(names, key=len, reverse=True):
        if not is_called(word):
            _replace(word, _TITLES | _TEXTS if is_whole(word) else _TITLES)


def is_whole(name: str) -> bool:
    """Whether a name can be told from common words: two words, or a long one."""
    return " " in name or len(name) >= _SHORT


def is_called(name: str, but: Iterable[int] = ()) -> bool:
    """Whether a customer or contact who is there is called so, other than these customers."""
    return _is_used(name, ("name", "company", "first_name || ' ' || last_name"), listed(but))


def is_reached_by(word: str, but: Iterable[int] = ()) -> bool:
    """Whether a customer or contact who is there has this e-mail address, phone number or IBAN, other than these."""
    return _is_used(word, ("email", "phone", "invoice_email", "iban"), listed(but))


def is_reached_by_others(word: str, person_id: int) -> bool:
    """Whether somebody other than this contact person has this e-mail address or phone number."""
    if db.value(
        "SELECT 1 FROM contact_person WHERE (email = ?1 OR phone = ?1) AND id <> ?2 LIMIT 1", [word, person_id]
    ):
        return True
    where = "email = ?1 OR phone = ?1 OR invoice_email = ?1"
    return bool(
        db.value(f"SELECT 1 FROM customer WHERE {where} LIMIT 1", [word])
        or db.value("SELECT 1 FROM contact_channel WHERE value = ? LIMIT 1", [word])
    )


def _is_used(word: str, columns: tuple[str, ...], but: str) -> bool:
    there = " OR ".join(f"{column} = ?1" for column in columns)
    people = " OR ".join(
        f"{column} = ?1" for column in columns if column not in ("name", "company", "iban", "invoice_email")
    )
    others = "NOT IN (SELECT value FROM json_each(?2)) LIMIT 1"
    return any(
        db.value(f"SELECT 1 FROM {table} WHERE ({where}) AND {owner} {others}", [word, but])
        for table, where, owner in (
            ("customer", there, "id"),
            ("contact_person", people, "customer_id"),
            ("contact_channel", "value = ?1", "customer_id"),
        )
    )


def _replace(word: str, places: dict[str, tuple[str, ...]]) -> None:
    for table, columns in places.items():
        for column in columns:
            db.execute(
                f"UPDATE {table} SET {column} = replace({column}, ?1, ?2) WHERE instr({column}, ?1) > 0",
                [word, neutral_name()],
            )
