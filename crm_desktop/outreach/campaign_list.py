"""The recipients of a campaign as a list: found, filtered and sorted in SQL, read in pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from crm_desktop.core import text
from crm_desktop.db import connection as db

# View → the states that it shows.
VIEWS = {
    "waiting": ("waiting", "sending"),
    "sent": ("sent",),
    "trouble": ("failed", "unsure"),
    "left_out": ("skipped", "held_out"),
}
# What a filter by answer asks for; "none" is who got it and gave no answer.
_ANSWERED = {"none": "answer = '' AND state IN ('sent', 'unsure')", "any": "answer <> ''"}
_ORDERS = {
    "id": "id", "name": "name COLLATE NOCASE", "address": "lower(address)", "state": "state", "answer": "answer",
    "sent": "sent_at", "reason": "reason",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One recipient as the list shows it."""

    id: int
    name: str
    address: str
    state: str
    answer: str
    sent_at: str | None
    reason: str
    customer_id: int


def ids(
    campaign_id: int, view: str = "", *, answer: str = "", search: str = "", order: str = "id", descending: bool = False
) -> list[int]:
    """The recipients of a view, by their ids, in order; every word of the search is in the name or the address."""
    where, params = ["campaign_id = ?"], [campaign_id, *VIEWS.get(view, ())]
    if view in VIEWS:
        where.append(f"state IN ({', '.join('?' * len(VIEWS[view]))})")
    if answer in _ANSWERED:
        where.append(_ANSWERED[answer])
    elif answer:
        where.append("answer = ?")
        params.append(answer)
    for word in text.fold(search).split():
        where.append("instr(fold(name || ' ' || address), ?)")
        params.append(word)
    way = "DESC" if descending else "ASC"
    sql = f"SELECT id FROM campaign_recipient WHERE {' AND '.join(where)} ORDER BY {_ORDERS.get(order, 'id')} {way}, id {way}"
    return [i for (i,) in db.query(sql, params)]


def lines(recipient_ids: Sequence[int]) -> list[Line]:
    """Recipients by their ids, in that order, read in one statement."""
    rows = db.query(
        "SELECT id, name, address, state, answer, sent_at, reason, customer_id FROM campaign_recipient "
        "WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(recipient_ids))],
    )
    known = {row[0]: Line(*row) for row in rows}
    return [known[i] for i in recipient_ids if i in known]
