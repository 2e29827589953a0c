"""The records of each kind in their stable JSON shapes, as `list KIND --json` prints them and `export` writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from crm_desktop.activity import reminders
from crm_desktop.activity.reminders import Reminder
from crm_desktop.billing import invoice_list
from crm_desktop.care import cases, feedback, owned_products
from crm_desktop.core import money, text
from crm_desktop.customers import customer_list, customers
from crm_desktop.db import connection as db
from crm_desktop.sales import catalogue, contracts, opportunities, opportunity_list, price_lists

Record = dict[str, Any]
_PAGE = 256


def _pages(ids: list[int], read: Callable[[list[int]], list[Any]]) -> Iterator[Any]:
    for start in range(0, len(ids), _PAGE):
        yield from read(ids[start : start + _PAGE])


def _customers(search: str) -> Iterator[Record]:
    return (customers.as_json(customers.get(i)) for i in customer_list.ids(search=search, order="number"))


def _contracts(search: str) -> Iterator[Record]:
    ids = [*contracts.ids(search=search, order="number"), *contracts.ids("ended", search=search, order="number")]
    return map(contracts.as_json, _pages(ids, contracts.rows))


def _catalogue(search: str) -> Iterator[Record]:
    return map(catalogue.as_json, _pages(catalogue.ids(search=search, order="number"), catalogue.rows))


def _invoices(search: str) -> Iterator[Record]:
    return map(invoice_list.as_json, _pages(invoice_list.ids(search=search, order="number"), invoice_list.rows))


def _reminders(search: str) -> Iterator[Record]:
    return map(reminder_as_json, reminders.everything(search))


def _opportunities(search: str) -> Iterator[Record]:
    ids = opportunity_list.ids("all", search=search)
    return map(opportunities.as_json, _pages(ids, opportunities.rows))


def _cases(search: str) -> Iterator[Record]:
    return map(cases.as_json, _pages(cases.ids("all", search=search, order="number"), cases.rows))


def _products_owned(search: str) -> Iterator[Record]:
    return map(owned_products.as_json, _pages(owned_products.ids(search), owned_products.rows))


def _feedback(search: str) -> Iterator[Record]:
    for found in feedback.everything():
        customer = customers.get(found.customer_id).name
        if all(word in text.fold(f"{customer} {found.comment} {found.code}") for word in text.fold(search).split()):
            yield feedback.as_json(found) | {"customer": customer}


def _price_lists(search: str) -> Iterator[Record]:
    return map(price_lists.as_json, price_lists.rows(price_lists.ids(search=search)))


_CAMPAIGNS = """
SELECT c.id, c.name, c.goal, c.kind, c.state, s.name AS segment, c.purpose, c.started_at AS started, c.ended_at AS ended,
  c.budget_minor AS budget, c.cost_minor AS cost, c.currency, coalesce(sum(r.state = 'waiting'), 0) AS waiting,
  coalesce(sum(r.state = 'sent'), 0) AS sent, coalesce(sum(r.state = 'failed'), 0) AS failed,
  coalesce(sum(r.state = 'unsure'), 0) AS unsure, coalesce(sum(r.state = 'skipped'), 0) AS skipped,
  coalesce(sum(r.state = 'held_out'), 0) AS held_out, coalesce(sum(r.answer = 'replied'), 0) AS replied,
  coalesce(sum(r.answer = 'bounced'), 0) AS bounced, coalesce(sum(r.answer = 'opted_out'), 0) AS opted_out
FROM campaign c LEFT JOIN segment s ON s.id = c.segment_id LEFT JOIN campaign_recipient r ON r.campaign_id = c.id
WHERE c.deleted_at IS NULL AND instr(fold(c.name || ' ' || c.goal), fold(?)) GROUP BY c.id ORDER BY c.id
"""


def _campaigns(search: str) -> Iterator[Record]:
    for row in db.records(_CAMPAIGNS, [search]):
        amounts = {name: str(money.from_minor(row[name], row["currency"])) for name in ("budget", "cost")}
        yield row | amounts


def reminder_as_json(found: Reminder) -> Record:
    """A reminder in the stable shape of `list reminders --json`."""
    return {
        "id": found.id,
        "due_date": found.due_on.isoformat(),
        "due_time": found.due_time.isoformat("minutes") if found.due_time else None,
        "title": found.title,
        "note": found.note,
        "customer": found.customer,
        "contract": found.contract,
        "invoice": found.document,
        "priority": {1: "high", 0: "usual", -1: "low"}[found.priority],
        "repeats": found.repeats,
        "repeats_from": found.repeats_from if found.repeats else None,
        "snoozes": found.snoozes,
        "origin": found.origin,
        "done": found.done,
    }


_READ: dict[str, Callable[[str], Iterator[Record]]] = {
    "customers": _customers,
    "contracts": _contracts,
    "catalogue": _catalogue,
    "invoices": _invoices,
    "reminders": _reminders,
    "opportunities": _opportunities,
    "cases": _cases,
    "products-owned": _products_owned,
    "feedback": _feedback,
    "price-lists": _price_lists,
    "campaigns": _campaigns,
}
KINDS = tuple(_READ)


def records(kind: str, search: str = "") -> Iterator[Record]:
    """The records of a kind (see `KINDS`), in order; with `search` those that contain its words."""
    return _READ[kind](search)
