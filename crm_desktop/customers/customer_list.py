"""The list of customers: views, filters, search as you type, sorting, and the rows that a list shows.

Ids are read once, in order; rows are read by the page. Search folds accents and finds word beginnings and, from three
letters on, the middle of words; several words must all be found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from crm_desktop.core import dates, text
from crm_desktop.db import connection as db

VIEWS = ("all", "organisations", "persons", "open", "overdue", "archived")
# Runs of letters and digits: what the search index takes for a word.
_WORD = re.compile(r"[^\W_]+")
_ORDERS = {
    "name": "l.sort_name",
    "city": "l.sort_city",
    "number": "l.number",
    "open": "l.open_minor",
    "last_contact": "l.last_contact_at",
}


@dataclass(frozen=True)
class CustomerRow:
    """What a list shows of a customer. `open_minor` in the company's currency; `overdue` when a due day has passed."""

    id: int
    number: str
    kind: str
    name: str
    city: str
    postcode: str
    country: str
    email: str
    phone: str
    open_minor: int
    overdue: bool
    last_contact: datetime | None
    tags: str
    archived: bool


@dataclass(frozen=True)
class Filters:
    """What narrows the list besides the view; empty means everything."""

    tags: tuple[str, ...] = ()
    city: str = ""
    country: str = ""
    custom: dict[str, str] = field(default_factory=dict)


def ids(
    view: str = "all",
    *,
    search: str = "",
    order: str = "name",
    descending: bool = False,
    filters: Filters | None = None,
    limit: int | None = None,
) -> list[int]:
    """The ids of the customers in a view, in order.

    With `limit`, a search looks at no more than that many hits: enough to fill the screen between two keystrokes, while
    the whole list may take ten times as long among 100,000 customers.
    """
    where, params = _where(view, filters or Filters())
    source = "customer_list l"
    if search.strip():
        condition, more = _found(search, limit)
        if condition.startswith(_HITS):
            # CROSS JOIN keeps the hits in front: else SQLite walks the whole list in order and looks each up.
            source, params = f"({condition}) h CROSS JOIN customer_list l ON l.id = h.rowid", [*more, *params]
        else:
            where.append(condition)
            params += more
    direction = "DESC" if descending else "ASC"
    empty_last = "l.last_contact_at IS NULL, " if order == "last_contact" and not descending else ""
    rows = db.raw().execute(
        f"SELECT l.id FROM {source} WHERE {' AND '.join(where)} "
        f"ORDER BY {empty_last}{_ORDERS[order]} {direction}, l.id {direction}",
        params,
    )
    return [row[0] for row in rows]


def _where(view: str, filters: Filters) -> tuple[list[str], list[object]]:
    where: list[str] = ["l.shelf = 1" if view == "archived" else "l.shelf = 0"]
    params: list[object] = []
    if view in ("organisations", "persons"):
        where.append("l.kind = ?")
        params.append("organisation" if view == "organisations" else "person")
    if view == "open":
        where.append("l.open_minor <> 0")
    if view == "overdue":
        where.append("l.oldest_due_on < ?")
        params.append(dates.today().isoformat())
    for tag in filters.tags:
        where.append(
            "EXISTS (SELECT 1 FROM customer_tag x JOIN tag t ON t.id = x.tag_id WHERE x.customer_id = l.id AND t.name = ?)"
        )
        params.append(tag)
    if filters.city:
        where.append("l.sort_city = ?")
        params.append(text.fold(filters.city))
    if filters.country:
        where.append("EXISTS (SELECT 1 FROM customer c WHERE c.id = l.id AND c.country = ?)")
        params.append(filters.country)
    for name, value in filters.custom.items():
        where.append(
            "EXISTS (SELECT 1 FROM custom_value v JOIN custom_field f ON f.id = v.field_id "
            "WHERE v.customer_id = l.id AND f.name = ? AND v.value = ?)"
        )
        params += [name, value]
    return where, params


_HITS = "SELECT rowid FROM"


def _found(search: str, limit: int | None = None) -> tuple[str, list[object]]:
    """A query of the rowids that a search finds, or a condition on `l`, with the values.

    Word beginnings are found in every field; from three letters on also the middle of name, town and phone. A single
    letter means the names that begin with it: more would be nearly everybody.
    """
    words = _WORD.findall(text.fold(search))
    if not words:
        return "0", []
    if len(words) == 1 and len(words[0]) == 1:
        return "l.sort_name >= ? AND l.sort_name < ?", [words[0], words[0] + "\U0010ffff"]
    at_most = f" LIMIT {limit}" if limit else ""
    beginnings = f"{_HITS} customer_search WHERE customer_search MATCH ?"
    values: list[object] = [" ".join(f'"{w}"*' for w in words)]
    if any(len(w) < 3 for w in words):
        return beginnings + at_most, values
    values.append(" ".join(f'"{w}"' for w in words))
    middles = f"{_HITS} customer_parts WHERE customer_parts MATCH ?"
    return f"{_HITS} ({beginnings}{at_most}) UNION {_HITS} ({middles}{at_most})", values


def rows(wanted: list[int]) -> list[CustomerRow]:
    """The rows of these customers, in the given order; ones that are gone are left out."""
    if not wanted:
        return []
    today = dates.today().isoformat()
    found = {
        row[0]: _row(row, today)
        for row in db.raw().execute(
            "SELECT c.id, c.number, c.kind, c.name, c.city, c.postcode, c.country, c.email, c.phone, l.open_minor, "
            "l.oldest_due_on, l.last_contact_at, (SELECT group_concat(t.name, ', ') FROM customer_tag x JOIN tag t ON t.id = x.tag_id "
            "WHERE x.customer_id = c.id), c.archived_at IS NOT NULL "
            f"FROM customer c JOIN customer_list l ON l.id = c.id WHERE c.id IN ({','.join(map(str, wanted))})"
        )
    }
    return [found[i] for i in wanted if i in found]


def _row(row: tuple[object, ...], today: str) -> CustomerRow:
    *head, open_minor, oldest_due, contact, tag_names, archived = row
    return CustomerRow(  # type: ignore[misc]
        *head,  # type: ignore[arg-type]
        open_minor=int(str(open_minor)),
        overdue=bool(oldest_due) and str(oldest_due) < today,
        last_contact=dates.instant_from(str(contact)) if contact else None,
        tags=str(tag_names or ""),
        archived=bool(archived),
    )


def counts() -> dict[str, int]:
    """The number of customers in each view."""
    row = db.one(
        "SELECT coalesce(sum(shelf = 0), 0), coalesce(sum(shelf = 0 AND kind = 'organisation'), 0), "
        "coalesce(sum(shelf = 0 AND kind = 'person'), 0), coalesce(sum(shelf = 0 AND open_minor <> 0), 0), "
        "coalesce(sum(shelf = 0 AND oldest_due_on < ?), 0), coalesce(sum(shelf = 1), 0) FROM customer_list",
        [dates.today().isoformat()],
    )
    return dict(zip(VIEWS, row, strict=True))


def open_sum(wanted: list[int]) -> int:
    """What these customers owe in the company's currency, in minor units."""
    if not wanted:
        return 0
    if len(wanted) > 1000:  # few owe anything: asking for those is faster than naming all
        chosen = set(wanted)
        owing = db.raw().execute("SELECT id, open_minor FROM customer_list WHERE open_minor <> 0")
        return sum(minor for customer_id, minor in owing if customer_id in chosen)
    return int(
        db.value(f"SELECT coalesce(sum(open_minor), 0) FROM customer_list WHERE id IN ({','.join(map(str, wanted))})")
        or 0
    )


def cities() -> list[str]:
    """The towns of the customers, for a filter, most frequent first."""
    return [
        city
        for (city,) in db.query(
            "SELECT city FROM customer WHERE city <> '' AND deleted_at IS NULL GROUP BY city ORDER BY count(*) DESC, city LIMIT 200"
        )
    ]


def find(search: str, limit: int = 8) -> list[CustomerRow]:
    """The best customers for what was typed, for pickers and the palette: names that begin so come first."""
    folded = text.fold(search).strip()
    if not folded:
        recent = db.query(
            "SELECT id FROM customer_list WHERE shelf = 0 ORDER BY last_contact_at DESC, id DESC LIMIT ?", [limit]
        )
        return rows([i for (i,) in recent])
    condition, values = _found(search, 2000)
    if condition.startswith(_HITS):
        condition = f"l.id IN ({condition})"
    ranked = db.query(
        f"SELECT l.id FROM customer_list l WHERE l.shelf = 0 AND {condition} "
        "ORDER BY l.sort_name NOT LIKE ? || '%', l.sort_name LIMIT ?",
        [*values, folded, limit],
    )
    return rows([i for (i,) in ranked])


def birthday_of(customer_id: int) -> date | None:
    """The birthday of a customer, or None."""
    found = db.value("SELECT birthday_on FROM customer WHERE id = ?", [customer_id])
    return date.fromisoformat(found) if found else None
