"""The list of customers: views, filters, search as you type, sorting, and the rows that a list shows.

Ids are read once, in order; rows are read by the page. Search folds accents and finds word beginnings and, from three
letters on, the middle of words; several words must all be found.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

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


class CustomerRow(NamedTuple):
    """What a list shows of a customer. `open_minor` in the company's currency; `overdue` when a due day has passed.

    A tuple, since a list makes a screenful of them at each keystroke.
    """

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
    stage_id: int | None


@dataclass(frozen=True)
class Filters:
    """What narrows the list besides the view; empty means everything.

    `stage` is an id, 0 for those without one; `among` a query of ids with its parameters, for example a segment.
    """

    tags: tuple[str, ...] = ()
    city: str = ""
    country: str = ""
    custom: dict[str, str] = field(default_factory=dict)
    stage: int | None = None
    source: int | None = None
    among: tuple[str, list[Any]] | None = None


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

    With `limit`, a search gives no more than that many hits, the first that it comes across: enough to fill the screen
    between two keystrokes, while all of them may take ten times as long among 100,000 customers. Whole words come
    across first, then beginnings, then the middle of words. Fewer than `limit` are all that there are.
    """
    where, params = _where(view, filters or Filters())
    direction = "DESC" if descending else "ASC"
    empty_last = "l.last_contact_at IS NULL, " if order == "last_contact" and not descending else ""
    ordered = f"ORDER BY {empty_last}{_ORDERS[order]} {direction}, l.id {direction}"
    at_most = f" LIMIT {limit}" if limit and search.strip() else ""
    hits, values = _found(search, quick=bool(at_most)) if search.strip() else ("1", [])
    if hits.startswith(_HITS):
        # CROSS JOIN keeps the hits in front: else SQLite walks the whole list in order and looks each up. The limit
        # stands before the order, so that the middle of words is not even asked once there are enough.
        source = (
            f"(SELECT DISTINCT l.id, {_ORDERS[order]} FROM ({hits}) h CROSS JOIN customer_list l ON l.id = h.rowid "
            f"WHERE {' AND '.join(where)}{at_most}) l {ordered}"
        )
        params = [*values, *params]
    else:
        source = f"customer_list l WHERE {' AND '.join([*where, hits])} {ordered}{at_most}"
        params = [*params, *values]
    if limit:
        return [row[0] for row in db.raw().execute(f"SELECT l.id FROM {source}", params)]
    # One text instead of a hundred thousand rows: half the time.
    listed = db.raw().execute(f"SELECT json_group_array(id) FROM (SELECT l.id FROM {source})", params)
    found: list[int] = json.loads(listed.fetchone()[0])
    return found


def _where(view: str, filters: Filters) -> tuple[list[str], list[object]]:
    where, params = _of_view(view)
    for found, values in (_narrowed(filters), _of_custom(filters)):
        where += found
        params += values
    return where, params


def _of_view(view: str) -> tuple[list[str], list[object]]:
    """The condition of a view."""
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
    return where, params


def _narrowed(filters: Filters) -> tuple[list[str], list[object]]:
    """The conditions of filters by columns of the record."""
    where: list[str] = []
    params: list[object] = []
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
    if filters.stage is not None:
        where.append("l.id IN (SELECT id FROM customer WHERE stage_id = ?)")
        params.append(filters.stage)
        if not filters.stage:
            where[-1], params[-1:] = "l.id IN (SELECT id FROM customer WHERE stage_id IS NULL)", []
    if filters.source is not None:
        where.append("l.id IN (SELECT id FROM customer WHERE source_id = ?)")
        params.append(filters.source)
    if filters.among is not None:
        where.append(f"l.id IN ({filters.among[0]})")
        params += filters.among[1]
    return where, params


def _of_custom(filters: Filters) -> tuple[list[str], list[object]]:
    """The conditions of filters by fields of the owner's own."""
    where: list[str] = []
    params: list[object] = []
    for name, value in filters.custom.items():
        where.append(
            "EXISTS (SELECT 1 FROM custom_value v JOIN custom_field f ON f.id = v.field_id "
            "WHERE v.customer_id = l.id AND f.name = ? AND v.value = ?)"
        )
        params += [name, value]
    return where, params


_HITS = "SELECT rowid FROM"
# Longer beginnings stand in no index of their own: all words that begin so are gathered before the first hit comes, while
# a whole word gives its hits at once. So that is asked first.
_INDEXED_BEGINNING = 4
# A picker sorts no more hits than these by how well they fit.
_RANKED = 4000


def _found(search: str, *, quick: bool = False) -> tuple[str, list[object]]:
    """A query of the rowids that a search finds, some of them twice, or a condition on `l`, with the values.

    Word beginnings are found in every field; from three letters on also the middle of name, town and phone. A single
    letter means the names that begin with it: more would be nearly everybody. `quick` puts whole words in front.
    """
    words = _WORD.findall(text.fold(search))
    if not words:
        return "0", []
    if len(words) == 1 and len(words[0]) == 1:
        return "l.sort_name >= ? AND l.sort_name < ?", [words[0], words[0] + "\U0010ffff"]
    whole, begin = " ".join(f'"{w}"' for w in words), " ".join(f'"{w}"*' for w in words)
    asked: list[tuple[str, object]] = [("customer_search", begin)]
    if quick and any(len(w) > _INDEXED_BEGINNING for w in words):
        asked.insert(0, ("customer_search", whole))
    if all(len(w) >= 3 for w in words):
        asked.append(("customer_parts", whole))
    hits = " UNION ALL ".join(f"{_HITS} {index} WHERE {index} MATCH ?" for index, _value in asked)
    return hits, [value for _index, value in asked]


_ROWS = """
SELECT c.id, c.number, c.kind, c.name, c.city, c.postcode, c.country, c.email, c.phone, l.open_minor, l.oldest_due_on,
  l.last_contact_at, (SELECT group_concat(t.name, ', ') FROM customer_tag x JOIN tag t ON t.id = x.tag_id
    WHERE x.customer_id = c.id), c.archived_at IS NOT NULL, c.stage_id
FROM customer c JOIN customer_list l ON l.id = c.id"""

_AT_ONCE = 1000  # SQLite takes 32,766 placeholders at most


def rows(wanted: list[int]) -> list[CustomerRow]:
    """The rows of these customers, in the given order; ones that are gone are left out."""
    if not wanted:
        return []
    # Placeholders instead of the ids themselves: SQLite prepares the statement once for all pages of a length.
    found = []
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        found += db.raw().execute(f"{_ROWS} WHERE c.id IN ({', '.join('?' * len(part))})", part).fetchall()
    today = dates.today().isoformat() if any(row[10] for row in found) else ""
    by_id = {row[0]: _row(row, today) for row in found}
    return [by_id[i] for i in wanted if i in by_id]


def _row(row: tuple[Any, ...], today: str) -> CustomerRow:
    due, contact, tag_names, archived, stage_id = row[10:]
    last_contact = dates.instant_from(contact) if contact else None
    late = bool(due) and due < today
    return CustomerRow._make((*row[:10], late, last_contact, tag_names or "", archived == 1, stage_id))


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
    condition, values = _found(search)
    if condition.startswith(_HITS):
        condition = f"l.id IN (SELECT rowid FROM ({condition}) LIMIT {_RANKED})"
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
