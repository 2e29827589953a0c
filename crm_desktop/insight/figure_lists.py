"""The records behind a figure: who or what it counted, one line each, so that nobody has to believe a number.

Each list has exactly the records that its figure of `insight.figures` counted, in the same period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.db import connection as db
from crm_desktop.insight import day_figures, figures

MOST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One record that was counted: what opens it, its title, a second word, its day, and its amount in minor units."""

    record: str
    id: int
    title: str
    detail: str = ""
    day: date | None = None
    minor: int | None = None
    currency: str = ""


def new_customers(first: date, last: date) -> list[Line]:
    """Who bought for the first time in the period, the newest first."""
    return _customers(figures.new_customers(first, last))


def lost_customers(first: date, last: date) -> list[Line]:
    """Who was moved to the stage "lost" in the period, with the day of it, the newest first."""
    since = figures.lost_since(first, last)
    lines = [replace(line, day=since[line.id]) for line in _customers(list(since))]
    return sorted(lines, key=lambda line: (-(line.day or first).toordinal(), line.title))


def settled(first: date, last: date) -> list[Line]:
    """The invoices that were settled in the period with their days from issue to the last payment, the slowest first."""
    rows = db.query(
        "SELECT d.id, d.number, coalesce(json_extract(d.buyer, '$.name'), ''), max(p.paid_on) AS paid_on, "
        "CAST(julianday(max(p.paid_on)) - julianday(d.issue_on) AS INTEGER) AS waited, d.currency, d.due_minor "
        "FROM document d JOIN document_balance b ON b.id = d.id AND b.open_minor <= 0 "
        "JOIN allocation a ON a.document_id = d.id AND a.kind = 'payment' JOIN payment p ON p.id = a.payment_id "
        "WHERE d.kind = 'invoice' AND d.id IN (SELECT y.document_id FROM allocation y JOIN payment z ON z.id = y.payment_id "
        "WHERE z.paid_on BETWEEN ?1 AND ?2) GROUP BY d.id HAVING paid_on BETWEEN ?1 AND ?2 ORDER BY waited DESC, d.id",
        [first.isoformat(), last.isoformat()],
    )
    return [
        Line("draft", row[0], f"{row[1]} {row[2]}".strip(), _days(row[4]), date.fromisoformat(row[3]), row[6], row[5])
        for row in rows
    ]


def answers(first: date, last: date) -> list[Line]:
    """What customers answered in the period, the lowest marks first."""
    rows = db.query(
        "SELECT f.customer_id, c.name, f.kind, f.score, f.answered_on, f.comment FROM feedback f "
        "JOIN customer c ON c.id = f.customer_id WHERE f.score IS NOT NULL AND f.answered_on BETWEEN ? AND ? "
        "ORDER BY f.kind, f.score, f.answered_on DESC",
        [first.isoformat(), last.isoformat()],
    )
    return [
        Line("customer", r[0], r[1], f"{r[3]}/{10 if r[2] == 'nps' else 5} {r[5]}".strip(), date.fromisoformat(r[4]))
        for r in rows
    ]


def sold_of_item(item_id: int, first: date, last: date, currency: str) -> list[Line]:
    """The documents with an item in the period (0: what stands in no price list) and what was billed of it."""
    return _sold("coalesce(l.item_id, 0) = ?4", item_id, first, last, currency)


def sold_of_group(group: str, first: date, last: date, currency: str) -> list[Line]:
    """The documents with items of a product group ("": of none) in the period, and what was billed of them."""
    own = "coalesce((SELECT i.product_group FROM item i WHERE i.id = l.item_id), '') = ?4"
    return _sold(own, group, first, last, currency)


def _sold(which: str, value: int | str, first: date, last: date, currency: str) -> list[Line]:
    """The documents with lines of a kind (`which`, ?4); a final invoice without what its deposits and parts had."""
    own = (
        "SELECT d.id, CASE d.kind WHEN 'credit_note' THEN -l.net_minor ELSE l.net_minor END AS net FROM document d "
        "JOIN document_line l ON l.document_id = d.id WHERE d.state = 'issued' AND d.deleted_at IS NULL AND l.role = 'item' "
        f"AND d.kind IN ('invoice', 'credit_note', 'receipt') AND d.issue_on BETWEEN ?1 AND ?2 AND {which}"
    )
    before = (
        f"SELECT f.id, -f.sign * l.net_minor FROM ({day_figures.FINALS}) f CROSS JOIN document_line l "
        f"ON l.document_id = f.deducted_id AND l.role = 'item' WHERE {which}"
    )
    rows = db.query(
        "SELECT d.id, d.number, coalesce(json_extract(d.buyer, '$.name'), ''), d.issue_on, sum(s.net) AS net "
        f"FROM ({own} UNION ALL {before}) s JOIN document d ON d.id = s.id WHERE d.currency = ?3 "
        "GROUP BY d.id HAVING net <> 0 ORDER BY d.issue_on DESC, d.id DESC",
        [first.isoformat(), last.isoformat(), currency, value],
    )
    return [Line("draft", r[0], r[1], r[2], date.fromisoformat(r[3]), r[4], currency) for r in rows]


def expected(first: date | None, currency: str, today: date, *, late: bool) -> list[Line]:
    """The open deals that are expected in a month (None: that have no day), or whose day went by."""
    when = "o.expected_on IS NULL"
    if late:
        when = "o.expected_on < ?2"
    elif first is not None:
        when = "o.expected_on >= ?2 AND substr(o.expected_on, 1, 7) = ?3"
    rows = db.query(
        "SELECT o.id, o.title, c.name, o.expected_on, o.value_minor FROM opportunity o JOIN customer c ON c.id = o.customer_id "
        f"AND c.deleted_at IS NULL WHERE o.state = 'open' AND o.deleted_at IS NULL AND o.currency = ?1 AND {when} "
        "ORDER BY o.expected_on, o.id",
        [currency, today.isoformat(), f"{first:%Y-%m}" if first else ""][: 1 + when.count("?")],
    )
    return [_deal(row, currency) for row in rows]


def moved_in_stage(stage_id: int, since: date) -> list[Line]:
    """The deals that came into a stage since a day."""
    rows = db.query(
        "SELECT DISTINCT o.id, o.title, c.name, o.expected_on, o.value_minor, o.currency FROM opportunity_move m "
        "JOIN opportunity o ON o.id = m.opportunity_id AND o.deleted_at IS NULL JOIN customer c ON c.id = o.customer_id "
        "WHERE m.to_stage_id = ? AND m.moved_at >= ? ORDER BY o.id DESC",
        [stage_id, since.isoformat()],
    )
    return [_deal(row[:5], row[5]) for row in rows]


def of_source(source_id: int | None, since: date) -> list[Line]:
    """The deals that came from a source (None: from nobody knows where) and began since a day."""
    rows = db.query(
        "SELECT o.id, o.title, c.name, o.expected_on, o.value_minor, o.currency FROM opportunity o JOIN customer c "
        "ON c.id = o.customer_id WHERE o.deleted_at IS NULL AND o.source_id IS ? AND o.created_at >= ? ORDER BY o.id DESC",
        [source_id, since.isoformat()],
    )
    return [_deal(row[:5], row[5]) for row in rows]


def _deal(row: Sequence[object], currency: str) -> Line:
    deal_id, title, customer, day, minor = row
    expected_on = date.fromisoformat(str(day)) if day else None
    return Line(
        "opportunity", int(str(deal_id)), str(title), str(customer), expected_on, int(str(minor or 0)), currency
    )


def _customers(ids: list[int]) -> list[Line]:
    rows = db.query(
        "SELECT c.id, c.name, c.city, s.first_on FROM customer c LEFT JOIN customer_sales s ON s.id = c.id "
        f"WHERE c.id IN ({','.join(map(str, ids))}) ORDER BY s.first_on DESC, c.name"
    )
    return [Line("customer", r[0], r[1], r[2], date.fromisoformat(r[3]) if r[3] else None) for r in rows]


def _days(number: int) -> str:
    return ngettext("after {n} day", "after {n} days", number).format(n=number)


def rest_words(found: int) -> str:
    """What a list says that has more lines than it shows; "" where it shows all."""
    return _("The first {most} of {n} are shown.").format(most=MOST, n=f"{found:,}") if found > MOST else ""
