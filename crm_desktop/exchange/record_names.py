"""What records are called where an import that is taken back has to leave them."""

from __future__ import annotations

from crm_desktop.db import connection as db

_NAMES_OF = {
    "customer": "SELECT number || ' ' || name FROM customer WHERE id = ?",
    "contract": "SELECT number || ' ' || title FROM contract WHERE id = ?",
    "item": "SELECT number || ' ' || name FROM item WHERE id = ?",
    "document": "SELECT number FROM document WHERE id = ?",
    "opportunity": "SELECT title FROM opportunity WHERE id = ?",
    "reminder": "SELECT title FROM reminder WHERE id = ?",
    "owned_product": "SELECT name || ' ' || serial FROM owned_product WHERE id = ?",
    "payment": "SELECT paid_on || ' ' || reference FROM payment WHERE id = ?",
}


def names_of_records(left: list[tuple[str, int]]) -> list[str]:
    """The names of records, given by table and id; what nobody would miss by name is left out."""
    names = (db.value(_NAMES_OF[table], [row_id]) for table, row_id in left if table in _NAMES_OF)
    return [name for name in names if name]
