"""Revenue: what was invoiced without tax, by month and by customer.

Invoices and receipts count in the month of their issue date, credit notes against it. Only documents in the company's
currency are added; `left_out` tells how many are in others.
"""

from __future__ import annotations

from dataclasses import dataclass

from crm_desktop.billing.document import TURNOVER_SQL
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.db import connection as db

_SIGNED = f"sum({TURNOVER_SQL})"
_BILLED = "d.state = 'issued' AND d.kind IN ('invoice', 'credit_note', 'receipt')"


@dataclass(frozen=True)
class Customer:
    """A customer's part of a year's revenue, without tax, in minor units."""

    id: int
    name: str
    revenue_minor: int


def by_month(year: int) -> list[int]:
    """The revenue of the twelve months of a year, without tax, in minor units."""
    found = dict(
        db.query(
            f"SELECT CAST(substr(d.issue_on, 6, 2) AS INTEGER), {_SIGNED} FROM document d WHERE {_BILLED} "
            "AND d.currency = ? AND d.issue_on BETWEEN ? AND ? GROUP BY 1",
            [profile.load().currency, f"{year:04}-01-01", f"{year:04}-12-31"],
        )
    )
    return [found.get(month, 0) for month in range(1, 13)]


def years() -> list[int]:
    """The years in which documents were issued, newest first; at least this one."""
    found = {
        int(y) for (y,) in db.query(f"SELECT DISTINCT substr(d.issue_on, 1, 4) FROM document d WHERE {_BILLED}") if y
    }
    return sorted(found | {dates.today().year}, reverse=True)


def left_out(year: int) -> int:
    """The number of documents of a year in other currencies than the company's."""
    return int(
        db.value(
            f"SELECT count(*) FROM document d WHERE {_BILLED} AND d.currency <> ? AND d.issue_on BETWEEN ? AND ?",
            [profile.load().currency, f"{year:04}-01-01", f"{year:04}-12-31"],
        )
    )


def top_customers(year: int, limit: int = 6) -> list[Customer]:
    """The customers with the highest revenue of a year, highest first; without those at or below zero."""
    rows = db.query(
        f"SELECT c.id, c.name, {_SIGNED} AS revenue FROM document d JOIN customer c ON c.id = d.customer_id "
        f"WHERE {_BILLED} AND d.currency = ? AND d.issue_on BETWEEN ? AND ? "
        "GROUP BY c.id HAVING revenue > 0 ORDER BY revenue DESC, c.id LIMIT ?",
        [profile.load().currency, f"{year:04}-01-01", f"{year:04}-12-31", limit],
    )
    return [Customer(*row) for row in rows]
