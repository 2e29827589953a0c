"""Moves customers from stage to stage by the owner's rules, each move with its reason; one step for a whole run.

All customers are looked at in one pass of SQL; after a change only those who have news are. The rules are asked in their
order, and one move may lead to the next (a first paid invoice, then the fourth order).

*Orders* are issued invoices and receipts that are not a deposit, a partial bill or a correction and were not credited as a
whole; records merged into a customer count for it. *Usual interval* is the median of the days between one day with an order
and the next, for customers who ordered on three days or more. Others with an order are measured by the median of all those
who have one, half a year at least, when all customers are looked at (that is once a day): so nobody who bought once stays a
customer for good.

What keeps rules from going back and forth:
* a move by hand (or an undone run) holds until something of the rule's kind is entered after it; silence is counted anew
  from that day;
* a rule that leads to a stage that stands before the present one looks only at orders from the day on which the present
  stage began: whoever is lost comes back by a new order, not by the old ones.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from crm_desktop.core import dates, formats, i18n
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import lifecycle, lifecycle_rules, merging
from crm_desktop.customers.lifecycle_rules import Rule
from crm_desktop.db import connection as db

_SEEN = "lifecycle.seen"
_SHOWN = 200
# So many customers are moved before others may write again.
_AT_ONCE = 1000
ORDERS = (
    "d.state = 'issued' AND d.deleted_at IS NULL AND d.kind IN ('invoice', 'receipt') "
    "AND d.type_code NOT IN ('384', '386', '326') AND NOT (d.grand_total_minor > 0 AND b.credited_minor >= d.grand_total_minor)"
)
_MERGED = """merged(lost, kept) AS MATERIALIZED (SELECT m.record_id, m.customer_id FROM timeline_entry m
  JOIN customer x ON x.id = m.record_id WHERE m.kind = 'merged' AND m.record = 'customer' AND x.archived_at IS NOT NULL)"""
# One row per customer and day with an order. The cast tells SQLite that it may join by an index.
ORDER_DAYS = f"""{_MERGED}, order_day(customer_id, day, orders) AS MATERIALIZED (
  SELECT CAST(coalesce(m.kept, d.customer_id) AS INTEGER), d.issue_on, count(*) FROM document d JOIN document_balance b ON b.id = d.id
  LEFT JOIN merged m ON m.lost = d.customer_id WHERE d.customer_id IS NOT NULL AND {ORDERS} {{only}} GROUP BY 1, 2)"""
# The median: the middle gap, or the mean of the two in the middle.
USUAL = """gap(customer_id, days) AS (SELECT customer_id,
  julianday(day) - julianday(lag(day) OVER (PARTITION BY customer_id ORDER BY day)) FROM order_day),
ranked AS (SELECT customer_id, days, row_number() OVER (PARTITION BY customer_id ORDER BY days) AS place,
  count(*) OVER (PARTITION BY customer_id) AS gaps FROM gap WHERE days IS NOT NULL),
usual(customer_id, days) AS MATERIALIZED (SELECT customer_id, avg(days) FROM ranked
  WHERE gaps >= 2 AND place IN ((gaps + 1) / 2, (gaps + 2) / 2) GROUP BY 1)"""
# What is taken where somebody has no interval of their own; nothing in a run about some customers, who have news anyway.
_LEAST_USUAL = 183
_OF_ALL = f"""max({_LEAST_USUAL}, coalesce((SELECT avg(days) FROM (SELECT days, row_number() OVER (ORDER BY days) AS place,
  count(*) OVER () AS number FROM usual) WHERE place IN ((number + 1) / 2, (number + 2) / 2)), 0))"""
_FACTS = """
CREATE TEMP TABLE lifecycle_fact AS WITH {order_days}, {usual},
total AS MATERIALIZED (SELECT customer_id, sum(orders) AS orders, max(day) AS last_on FROM order_day GROUP BY 1),
others(days) AS MATERIALIZED (SELECT {others})
SELECT c.id, c.stage_id, coalesce(s.position, 0) AS position, coalesce(nullif(s.code, ''), '#' || s.id, '') AS stage,
  coalesce((SELECT max(h.changed_on) FROM stage_change h WHERE h.customer_id = c.id), '') AS since_on,
  CASE WHEN c.stage_by_hand THEN coalesce((SELECT max(h.created_at) FROM stage_change h WHERE h.customer_id = c.id), '')
    ELSE '' END AS hand_at,
  coalesce(t.orders, 0) AS orders, t.last_on, u.days AS usual, c.created_at AS known_at,
  coalesce(u.days, CASE WHEN t.orders THEN (SELECT days FROM others) END) AS measure
FROM customer c LEFT JOIN lifecycle_stage s ON s.id = c.stage_id LEFT JOIN total t ON t.customer_id = c.id
LEFT JOIN usual u ON u.customer_id = c.id WHERE c.deleted_at IS NULL AND c.archived_at IS NULL {one}"""
_UNDONE = """UPDATE lifecycle_fact SET hand_at = max(hand_at, coalesce((
  SELECT max(s.made_at) FROM journal_step s JOIN journal_change j ON j.step_id = s.id
  WHERE s.kind = 'undo' AND s.undone_by IS NULL AND j.table_name = 'stage_change' AND j.operation = 'd'
  AND json_extract(j.before, '$.customer_id') = lifecycle_fact.id AND json_extract(j.before, '$.rule_id') IS NOT NULL
  AND EXISTS (SELECT 1 FROM journal_change m WHERE m.step_id = s.undo_of AND m.table_name = 'stage_change' AND m.row_id = j.row_id)
), ''))
WHERE id IN (SELECT json_extract(j.before, '$.customer_id') FROM journal_step s JOIN journal_change j ON j.step_id = s.id
  WHERE s.kind = 'undo' AND s.undone_by IS NULL AND j.table_name = 'stage_change' AND j.operation = 'd')"""
_BILL = f"d.customer_id IN {merging.family_sql('f.id')} AND d.state = 'issued' AND d.deleted_at IS NULL"
_PAID = (
    "FROM document d JOIN document_balance b ON b.id = d.id LEFT JOIN allocation a ON a.document_id = d.id "
    f"LEFT JOIN payment p ON p.id = a.payment_id WHERE {_BILL} AND d.kind IN ('invoice', 'receipt') "
    "AND b.open_minor <= 0 AND b.credited_minor < max(d.grand_total_minor, 1)"
)
_BILLED = f"FROM document d WHERE {_BILL} AND d.kind IN ('invoice', 'receipt')"
# Event → where it is found, and when it was entered.
_EVENTS = {
    "opportunity": ("FROM opportunity d WHERE d.customer_id = f.id AND d.deleted_at IS NULL", "d.created_at"),
    "quote": (f"FROM document d WHERE {_BILL} AND d.kind = 'quote'", "coalesce(d.issued_at, d.created_at)"),
    "first_invoice": (_BILLED, "coalesce(d.issued_at, d.created_at)"),
    "first_paid_invoice": (_PAID, "max(coalesce(d.issued_at, d.created_at), coalesce(p.created_at, ''))"),
    "orders": (_BILLED, "coalesce(d.issued_at, d.created_at)"),
}
_DAYS = {"opportunity": "date(d.created_at, 'localtime')"}
# The day here on which somebody put the customer into a stage; "" where a rule did.
_HAND_ON = "coalesce(date(f.hand_at, 'localtime'), '')"
_CONTACT = (
    "(SELECT max(t.happened_at) FROM timeline_entry t WHERE t.customer_id = f.id "
    "AND t.kind IN ('call', 'email', 'meeting', 'letter', 'message', 'visit'))"
)


@dataclass(frozen=True)
class Proposal:
    """What a rule would do with one customer: stages by name, and why."""

    customer_id: int
    name: str
    from_stage: str
    to_stage: str
    reason: str


# ---- running ---------------------------------------------------------------------------------------------------------


def run(customer_ids: Collection[int] | None = None) -> int:
    """Ask all rules that are on about all customers, or about some; gives how many moved. One step that can be undone.

    The first run of a large company moves nearly everybody: it is written in parts, so that the owner's own work never
    waits long, all in the same step as long as nothing else is done meanwhile.
    """
    with _facts(customer_ids):
        moves = _cascade([rule for rule in lifecycle_rules.rules() if rule.is_on])
    chains: dict[int, list[lifecycle.Move]] = {}
    for move in moves:
        chains.setdefault(move[0], []).append(move)
    waiting, moved = list(chains.values()), 0
    for start in range(0, len(waiting), _AT_ONCE):
        with db.transaction(_("Rules of the customer stages"), merge=start > 0):
            part = _still_so(waiting[start : start + _AT_ONCE])
            lifecycle.write_moves(move for chain in part for move in chain)
            moved += len(part)
    return moved


def _still_so(chains: list[list[lifecycle.Move]]) -> list[list[lifecycle.Move]]:
    """Those whose customer is still in the stage that the rules saw: the owner may have moved them in between."""
    marks = ",".join("?" * len(chains))
    now = dict(db.query(f"SELECT id, stage_id FROM customer WHERE id IN ({marks})", [chain[0][0] for chain in chains]))
    return [chain for chain in chains if chain[0][0] in now and now[chain[0][0]] == chain[0][1]]


def tend() -> int:
    """What is due since the last time: everybody once a day and after a rule was changed, else those with news.

    Safe to call at any time and twice; gives how many moved.
    """
    day, last, newest = *_seen(), int(db.value("SELECT coalesce(max(id), 0) FROM journal_change"))
    if day != dates.today().isoformat() or newest < last or _rules_changed(last):
        moved = run()
    else:
        news = _with_news(last) if newest > last else []
        moved = run(news) if news else 0
    # Not the newest by now: the owner may have written while the rules were asked.
    _remember(newest)
    return moved


def _seen() -> tuple[str, int]:
    found = str(db.value("SELECT value FROM setting WHERE key = ?", [_SEEN]) or "")
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d) (\d+)", found)
    return (match[1], int(match[2])) if match else ("", 0)


def _remember(newest: int) -> None:
    value = f"{dates.today().isoformat()} {newest}"
    if db.value("SELECT value FROM setting WHERE key = ?", [_SEEN]) != value:
        with db.transaction(undoable=False):
            db.execute("INSERT OR REPLACE INTO setting VALUES(?, ?)", [_SEEN, value])


def _rules_changed(last: int) -> bool:
    sql = "SELECT 1 FROM journal_change WHERE id > ? AND table_name IN ('lifecycle_rule', 'lifecycle_stage') LIMIT 1"
    return db.one(sql, [last]) is not None


def _with_news(last: int) -> list[int]:
    """The customers of documents, payments and deals that were written since; with those they were merged into."""
    rows = db.query(
        "WITH j AS MATERIALIZED (SELECT DISTINCT table_name, row_id FROM journal_change WHERE id > ?1 "
        "AND table_name IN ('document', 'allocation', 'opportunity')), who(id) AS ("
        "SELECT json_extract(before, '$.customer_id') FROM journal_change WHERE id > ?1 AND table_name = 'stage_change' "
        "AND operation = 'd' UNION "
        "SELECT d.customer_id FROM j JOIN document d ON d.id = j.row_id WHERE j.table_name = 'document' UNION "
        "SELECT d.customer_id FROM j JOIN allocation a ON a.id = j.row_id JOIN document d ON d.id = a.document_id "
        "WHERE j.table_name = 'allocation' UNION SELECT o.customer_id FROM j JOIN opportunity o ON o.id = j.row_id "
        "WHERE j.table_name = 'opportunity') SELECT id FROM who WHERE id IS NOT NULL UNION "
        "SELECT m.customer_id FROM who JOIN timeline_entry m ON m.record_id = who.id "
        "WHERE m.kind = 'merged' AND m.record = 'customer'",
        [last],
    )
    return [i for (i,) in rows]


# ---- trying ----------------------------------------------------------------------------------------------------------


def proposals(rule: Rule) -> tuple[int, list[Proposal]]:
    """What a rule would do now if it stood alone: how many it would move, and the first 200 by name. Nothing is written."""
    with _facts(None):
        moves = _moves_of(rule)
    names = {stage.id: stage.label for stage in lifecycle.stages()} | {None: _("no stage")}
    shown = moves[:_SHOWN]
    marks = ",".join("?" * len(shown))
    who = dict(db.query(f"SELECT id, name FROM customer WHERE id IN ({marks})", [move[0] for move in shown]))
    found = [
        Proposal(customer, who.get(customer, ""), names.get(before, ""), names.get(after, ""), reason)
        for customer, before, after, reason, _rule in shown
    ]
    return len(moves), sorted(found, key=lambda p: p.name.casefold())


# ---- the pass --------------------------------------------------------------------------------------------------------


@contextmanager
def _facts(customer_ids: Collection[int] | None) -> Iterator[None]:
    """The facts of the customers as a temporary table, for as long as the block runs."""
    only = one = ""
    if customer_ids is not None:
        listed = ",".join(str(int(i)) for i in customer_ids) or "NULL"
        one = f"AND c.id IN ({listed})"
        only = f"AND (d.customer_id IN ({listed}) OR m.kept IN ({listed}))"
    connection = db.raw()
    connection.execute("DROP TABLE IF EXISTS temp.lifecycle_fact")
    others = "NULL" if one else _OF_ALL
    connection.execute(_FACTS.format(order_days=ORDER_DAYS.format(only=only), usual=USUAL, others=others, one=one))
    try:
        connection.execute("CREATE UNIQUE INDEX temp.lifecycle_fact_id ON lifecycle_fact(id)")
        connection.execute(_UNDONE)
        yield
    finally:
        connection.execute("DROP TABLE temp.lifecycle_fact")


def _cascade(rules: list[Rule]) -> list[lifecycle.Move]:
    """The moves of all rules in their order; each sees the stages that those before it gave."""
    goals = {stage.id: stage for stage in lifecycle.stages()}
    today = dates.today().isoformat()
    found: list[lifecycle.Move] = []
    for rule in rules:
        moves = _moves_of(rule)
        goal = goals[rule.to_stage_id]
        db.raw().executemany(
            "UPDATE lifecycle_fact SET stage_id = ?, position = ?, stage = ?, since_on = ? WHERE id = ?",
            ((goal.id, goal.position, goal.key, today, customer) for customer, *_rest in moves),
        )
        found += moves
    return found


def _moves_of(rule: Rule) -> list[lifecycle.Move]:
    condition, params = _condition(rule)
    marks = ",".join("?" * len(rule.from_stages))
    rows = db.query(
        f"SELECT f.id, f.stage_id, f.orders, f.last_on, f.usual, f.measure, f.since_on, f.position FROM lifecycle_fact f "
        f"WHERE f.stage IN ({marks}) AND f.stage_id IS NOT ? AND {condition} ORDER BY f.id",
        [*rule.from_stages, rule.to_stage_id, *params],
    )
    goal = lifecycle.get(rule.to_stage_id).position
    return [
        (i, stage, rule.to_stage_id, _reason(rule, orders, last, usual, measure, back=position > goal), rule.id or None)
        for i, stage, orders, last, usual, measure, _since, position in rows
    ]


def _condition(rule: Rule) -> tuple[str, list[Any]]:
    """A condition on `f` with its values; see the module for what it stands for."""
    today = dates.today().isoformat()
    number = float(rule.number)
    if rule.event == "quiet":
        base = f"max(f.last_on, {_HAND_ON})"
        return f"f.measure IS NOT NULL AND julianday(?) - julianday({base}) > ? * f.measure", [today, number]
    if rule.event == "idle_days":
        met = f"nullif(max(coalesce(f.last_on, ''), coalesce(date({_CONTACT}, 'localtime'), '')), '')"
        base = f"max(coalesce({met}, date(f.known_at, 'localtime')), {_HAND_ON})"
        return f"julianday(?) - julianday({base}) >= ?", [today, number]
    source, entered = _EVENTS[rule.event]
    day = _DAYS.get(rule.event, "d.issue_on")
    goal = lifecycle.get(rule.to_stage_id).position
    newer = f"(f.hand_at = '' OR {entered} > f.hand_at) AND (f.position <= ? OR {day} >= f.since_on)"
    condition, params = f"EXISTS (SELECT 1 {source} AND {newer})", [goal]
    if rule.event == "orders":
        return f"f.orders >= ? AND {condition}", [number, *params]
    return condition, params


def _reason(
    rule: Rule, orders: int, last: str | None, usual: float | None, measure: float | None, *, back: bool
) -> str:
    if back and rule.event in ("first_invoice", "first_paid_invoice") and last:
        return _("Ordered again on {day}.").format(day=_day(last))
    if rule.event == "orders":
        return ngettext("{n} order.", "{n} orders.", orders).format(n=orders)
    if rule.event == "quiet" and last and usual:
        days = round(usual)
        words = ngettext(
            "No order since {day}; usually every day.", "No order since {day}; usually every {n} days.", days
        )
        return words.format(day=_day(last), n=days)
    if rule.event == "quiet" and last and measure:
        words = _("No order since {day}; too few orders for an interval of their own, so {n} days count as usual.")
        return words.format(day=_day(last), n=round(measure))
    return lifecycle_rules.when(rule) + "."


@lru_cache(maxsize=4096)
def _written(day: str, language: str) -> str:
    return formats.day(date.fromisoformat(day), formats.locale_name(language))


def _day(day: str) -> str:
    return _written(day, i18n.language())


def usual_interval(customer_id: int) -> float | None:
    """The usual days between two orders of a customer, or None for fewer than three days with an order."""
    only = "AND (d.customer_id = :id OR m.kept = :id)"
    found = db.value(
        f"WITH {ORDER_DAYS.format(only=only)}, {USUAL} SELECT days FROM usual WHERE customer_id = :id",
        {"id": customer_id},
    )
    return None if found is None else float(found)
