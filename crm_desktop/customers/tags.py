"""Tags of customers: short words that the owner sorts by."""

from __future__ import annotations

import json
from collections.abc import Sequence

from crm_desktop.core import text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.db import connection as db


def of_customer(customer_id: int) -> list[str]:
    """The tags of a customer, by name."""
    return of_customers([customer_id]).get(customer_id, [])


def of_customers(customer_ids: Sequence[int]) -> dict[int, list[str]]:
    """The tags of customers, by name; who has none is not in it."""
    found: dict[int, list[str]] = {}
    for customer_id, name in db.query(
        "SELECT c.customer_id, t.name FROM customer_tag c JOIN tag t ON t.id = c.tag_id "
        "WHERE c.customer_id IN (SELECT value FROM json_each(?)) ORDER BY t.name",
        [json.dumps(customer_ids)],
    ):
        found.setdefault(customer_id, []).append(name)
    return found


def all_tags() -> list[tuple[str, int]]:
    """Every tag with the number of customers that carry it, by name."""
    return [
        (name, number)
        for name, number in db.query(
            "SELECT t.name, count(c.id) FROM tag t LEFT JOIN customer_tag c ON c.tag_id = t.id GROUP BY t.id ORDER BY t.name"
        )
    ]


def tag_id(name: str) -> int:
    """The id of a tag, which is made if it is new. Inside a transaction."""
    name = text.tidy(name)
    known = db.value("SELECT id FROM tag WHERE name = ?", [name])
    return int(known) if known is not None else db.insert("tag", {"name": name})


def set_for_customer(customer_id: int, names: list[str]) -> None:
    """Give a customer exactly these tags."""
    wanted = {tag_id(name) for name in names if text.tidy(name)}
    with db.transaction():
        for link_id, current in db.query("SELECT id, tag_id FROM customer_tag WHERE customer_id = ?", [customer_id]):
            if current in wanted:
                wanted.discard(current)
            else:
                db.delete("customer_tag", link_id)
        for new in sorted(wanted):
            db.insert("customer_tag", {"customer_id": customer_id, "tag_id": new})


def add_to(customer_ids: Sequence[int], names: Sequence[str]) -> int:
    """Give tags to many customers besides those they have, one step; gives how many customers."""
    words = ngettext("Tag {n} customer", "Tag {n} customers", len(customer_ids)).format(n=len(customer_ids))
    with db.transaction(words):
        wanted = [tag_id(name) for name in names if text.tidy(name)]
        db.execute_many(
            "INSERT OR IGNORE INTO customer_tag(customer_id, tag_id) VALUES(?, ?)",
            ((customer, tag) for customer in customer_ids for tag in wanted),
        )
    return len(customer_ids)


def take_from(customer_ids: Sequence[int], names: Sequence[str]) -> int:
    """Take tags away from many customers, one step; gives how many customers."""
    words = ngettext("Take a tag from {n} customer", "Take a tag from {n} customers", len(customer_ids))
    with db.transaction(words.format(n=len(customer_ids))):
        known = [db.value("SELECT id FROM tag WHERE name = ?", [text.tidy(name)]) for name in names]
        db.execute_many(
            "DELETE FROM customer_tag WHERE customer_id = ? AND tag_id = ?",
            ((customer, tag) for customer in customer_ids for tag in known if tag is not None),
        )
    return len(customer_ids)


def rename(old: str, new: str) -> None:
    """Give a tag another name; where that name is another tag's, the two become one."""
    with db.transaction(_("Rename tag {name}").format(name=old)):
        new = text.tidy(new)
        known = db.value("SELECT id FROM tag WHERE name = ?", [new])
        if known is None or known == db.value("SELECT id FROM tag WHERE name = ?", [old]):
            db.execute("UPDATE tag SET name = ? WHERE name = ?", [new, old])
        else:
            _join(old, known)


def _join(old: str, goal: int) -> None:
    """Everybody with a tag carries another instead, once."""
    for link_id, customer_id in db.query(
        "SELECT c.id, c.customer_id FROM customer_tag c JOIN tag t ON t.id = c.tag_id WHERE t.name = ?", [old]
    ):
        if db.one("SELECT 1 FROM customer_tag WHERE customer_id = ? AND tag_id = ?", [customer_id, goal]):
            db.delete("customer_tag", link_id)
        else:
            db.update("customer_tag", link_id, {"tag_id": goal})
    db.execute("DELETE FROM tag WHERE name = ?", [old])


def remove(name: str) -> None:
    """Take a tag away from every customer."""
    with db.transaction(_("Delete tag {name}").format(name=name)):
        for (link_id,) in db.query(
            "SELECT c.id FROM customer_tag c JOIN tag t ON t.id = c.tag_id WHERE t.name = ?", [name]
        ):
            db.delete("customer_tag", link_id)
        db.execute("DELETE FROM tag WHERE name = ?", [name])
