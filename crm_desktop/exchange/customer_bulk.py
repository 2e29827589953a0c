"""New customers of a file written column by column: no step for a single row, since there may be 100,000 of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, repeat

from crm_desktop.db import bulk
from crm_desktop.exchange.customer_columns import SEVERAL, Column, CustomerColumns

Ids = Sequence[int]


def write(
    batch: CustomerColumns,
    ids: Ids,
    numbers: list[str],
    now: str,
    *,
    tag_id: Callable[[str], int],
    field_id: Callable[[str], int],
) -> None:
    """Insert the customers of a batch with these ids and numbers, their further channels, tags and own fields."""
    _insert("customer", ids, _columns(batch, numbers), {"created_at": now, "updated_at": now})
    for kind in ("email", "phone"):
        further = [(ids[place], kind, value) for place, value in batch.further(f"{kind}s")]
        if further:
            bulk.insert_rows("contact_channel", ("customer_id", "kind", "value"), further)
    if any(batch.values.get("tags", ())):
        rows = _tagged(ids, batch.values["tags"], tag_id)
        bulk.insert_rows("customer_tag", ("customer_id", "tag_id"), rows, or_ignore=True)
    for name, column in batch.own.items():
        if any(column):
            values = zip(ids, repeat(field_id(name)), column, strict=False)
            filled = values if all(column) else (row for row in values if row[2])
            bulk.insert_rows("custom_value", ("customer_id", "field_id", "value"), filled)


def _columns(batch: CustomerColumns, numbers: list[str]) -> dict[str, Column]:
    """The columns of the table that are filled; the others have their defaults."""
    found = {key: column for key, column in batch.values.items() if key not in {"number", "emails", "phones", "tags"}}
    found |= {kind: batch.firsts(f"{kind}s") for kind in ("email", "phone") if f"{kind}s" in batch.values}
    return {"number": numbers, "name": batch.names} | {name: column for name, column in found.items() if any(column)}


def _insert(table: str, ids: Ids, columns: dict[str, Column], same: dict[str, str]) -> None:
    rows = zip(ids, *columns.values(), *map(repeat, same.values()), strict=False)
    bulk.insert_rows(table, ["id", *columns, *same], rows)


def _tagged(ids: Ids, column: Column, tag_id: Callable[[str], int]) -> Iterable[tuple[int, int]]:
    meant = {text: [tag_id(tag) for tag in text.split(SEVERAL)] for text in dict.fromkeys(column) if text}
    return chain.from_iterable(
        zip(repeat(customer_id), meant[text], strict=False)
        for customer_id, text in zip(ids, column, strict=True)
        if text
    )
