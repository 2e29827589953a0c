"""Row 11: the figures page over 100,000 customers, 100,000 invoices and 1,000,000 entries, against the SQL on the raw tables.

Floor: the same figures asked of documents, lines, payments and entries, as one would write them without kept sums; a
million entries are grouped by month, as a page of figures on the raw tables would. Product: `figures.gather` of a year.
Both report the revenue, so that a faster figure that differs is seen; the run ends with an error where they differ.
"""

from __future__ import annotations

import random
import shutil
import statistics
from datetime import date
from pathlib import Path

from measure import CUSTOMERS, DATA, choose, report, timed
from sample_data import data_file

TURNS = 5
NOON = "2026-11-24T12:00:00Z"
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
KINDS = ("call", "email", "meeting", "note", "visit")
_NET = (
    "sum((CASE d.kind WHEN 'credit_note' THEN -1 ELSE 1 END) * (d.tax_basis_minor - coalesce((SELECT sum(x.basis_minor) "
    "FROM document_deduction x WHERE x.document_id = d.id), 0)))"
)
_BILLED = "d.state = 'issued' AND d.kind IN ('invoice', 'credit_note', 'receipt') AND d.currency = 'EUR'"
RAW = (
    f"SELECT substr(d.issue_on, 1, 7), {_NET}, count(*) FROM document d WHERE {_BILLED} GROUP BY 1",
    (
        f"SELECT d.customer_id, {_NET} AS n FROM document d WHERE {_BILLED} AND d.issue_on BETWEEN '2026-01-01' AND '2026-12-31' "
        "GROUP BY 1 ORDER BY n DESC LIMIT 8"
    ),
    (
        "SELECT l.item_id, sum(l.net_minor) AS n FROM document d JOIN document_line l ON l.document_id = d.id "
        f"WHERE {_BILLED} AND d.issue_on BETWEEN '2026-01-01' AND '2026-12-31' GROUP BY 1 ORDER BY n DESC LIMIT 8"
    ),
    "SELECT substr(paid_on, 1, 7), sum(amount_minor) FROM payment GROUP BY 1",
    (
        "SELECT (julianday('2026-11-24') - julianday(d.due_on)) / 30 | 0, sum(d.due_minor - coalesce((SELECT sum(a.amount_minor) "
        f"FROM allocation a WHERE a.document_id = d.id), 0)) FROM document d WHERE {_BILLED} GROUP BY 1"
    ),
    (
        "SELECT avg(julianday(p.paid_on) - julianday(d.issue_on)) FROM document d JOIN allocation a ON a.document_id = d.id "
        "JOIN payment p ON p.id = a.payment_id WHERE p.paid_on BETWEEN '2026-01-01' AND '2026-12-31'"
    ),
    (
        "SELECT count(*) FROM (SELECT customer_id, min(issue_on) AS f FROM document d WHERE d.state = 'issued' "
        "AND d.kind IN ('invoice', 'receipt') GROUP BY 1 HAVING f BETWEEN '2026-01-01' AND '2026-12-31')"
    ),
    "SELECT substr(happened_at, 1, 7), kind, count(*) FROM timeline_entry GROUP BY 1, 2",
    "SELECT customer_id, max(happened_at) AS m FROM timeline_entry GROUP BY 1 HAVING m < '2026-06-01'",
)


def filled_file() -> Path:
    """The data file of all rows with business in it, made once."""
    path = DATA / f"figures-{CUSTOMERS}.crm"
    if path.exists():
        return path
    from crm_desktop.db import connection, derived, migrate

    part = path.with_suffix(".part")
    shutil.copy(data_file(), part)
    migrate.open_file(part)
    chance = random.Random(11)
    with connection.transaction():
        _items(connection)
        days = [f"{2021 + n % 6}-{1 + n % 11:02}-{1 + n % 28:02}" for n in range(CUSTOMERS)]
        _papers(connection, chance, days)
        entries = (
            (1 + chance.randrange(CUSTOMERS), chance.choice(KINDS),
             f"{2021 + n % 6}-{1 + n % 12:02}-{1 + n % 28:02}T09:00:00Z", "Spoke", NOON)
            for n in range(10 * CUSTOMERS)
        )  # fmt: skip
        connection.execute_many(
            "INSERT INTO timeline_entry(customer_id, kind, happened_at, title, created_at) VALUES(?, ?, ?, ?, ?)",
            entries,
        )
        connection.execute("DELETE FROM stale")
        derived.rebuild(connection.raw())
        connection.execute("DELETE FROM journal_change")
    connection.raw().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    part.rename(path)
    return path


def _items(connection: object) -> None:
    rows = ((n, f"P-{n}", f"Lamp {n}", "EUR", NOON, NOON) for n in range(1, 301))
    connection.execute_many(
        "INSERT INTO item(id, number, name, currency, created_at, updated_at) VALUES(?, ?, ?, ?, ?, ?)", rows
    )


def _papers(connection: object, chance: random.Random, days: list[str]) -> None:
    """As many invoices as customers, two lines each; nine in ten are paid two weeks later."""
    nets = [chance.randrange(1000, 900000) for _day in days]
    connection.execute_many(
        "INSERT INTO document(id, kind, customer_id, language, currency, price_mode, issue_on, due_on, tax_basis_minor, "
        "grand_total_minor, due_minor, created_at, updated_at) VALUES(?, 'invoice', ?, 'en', 'EUR', 'net', ?, ?, ?, ?, ?, ?, ?)",
        (
            (n, 1 + chance.randrange(CUSTOMERS), day, day, net, net * 119 // 100, net * 119 // 100, NOON, NOON)
            for n, (day, net) in enumerate(zip(days, nets, strict=True), 1)
        ),
    )
    connection.execute_many(
        "INSERT INTO document_line(document_id, position, role, item_id, name, quantity_scaled, price_scaled, category, "
        "rate_bp, net_minor) VALUES(?, ?, 'item', ?, 'Lamp', 1000000, 1000000, 'S', 1900, ?)",
        (
            (n, place, 1 + chance.randrange(300), part)
            for n, net in enumerate(nets, 1)
            for place, part in ((1, net // 2), (2, net - net // 2))
        ),
    )
    connection.execute("UPDATE document SET state = 'issued', number = 'R-' || id")
    paid = [(n, day, net * 119 // 100) for n, (day, net) in enumerate(zip(days, nets, strict=True), 1) if n % 10]
    connection.execute_many(
        "INSERT INTO payment(id, customer_id, paid_on, amount_minor, currency, created_at) "
        "SELECT ?, customer_id, date(?, '+14 days'), ?, 'EUR', ? FROM document WHERE id = ?",
        ((n, day, minor, NOON, n) for n, day, minor in paid),
    )
    connection.execute_many(
        "INSERT INTO allocation(payment_id, document_id, kind, amount_minor, made_on) "
        "VALUES(?, ?, 'payment', ?, date(?, '+14 days'))",
        ((n, n, minor, day) for n, day, minor in paid),
    )


def _same(found: object, months: list[tuple]) -> None:
    """Raises where the kept figures are not those of the raw documents."""
    raw = {month: net for month, net, _documents in months}
    ours = {step.first.isoformat()[:7]: step.net_minor for step in found.steps}
    if {month: raw.get(month, 0) for month in ours} != ours:
        raise SystemExit("the figures differ from the raw documents")


def _open() -> None:
    from crm_desktop.db import migrate

    migrate.open_file(filled_file())


def floor() -> None:
    """The raw tables."""
    from crm_desktop.db import connection

    _open()
    bare = connection.raw()

    def run() -> None:
        for sql in RAW:
            bare.execute(sql).fetchall()

    first = timed(run)
    report(first=first, page=statistics.median(timed(run) for _turn in range(2)))


def product() -> None:
    """All figures of a year."""
    from crm_desktop.core import dates
    from crm_desktop.db import connection
    from crm_desktop.insight import figures

    _open()
    with dates.freeze(dates.instant_from(NOON)):
        first = timed(figures.gather, FIRST, LAST)
        _same(figures.gather(FIRST, LAST), connection.query(RAW[0]))
        report(first=first, page=statistics.median(timed(figures.gather, FIRST, LAST) for _turn in range(TURNS)))


if __name__ == "__main__":
    choose(floor=floor, product=product)
