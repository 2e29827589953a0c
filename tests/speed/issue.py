"""Row 6: issue an invoice of five lines, safely on the disk, without its PDF.

Floor: the same rows written by bare SQLite in one transaction: number, head, lines, tax, postings, audit, search.
Product: `invoices.issue` on a saved draft; and `issue_draft`, which also stores the draft, as the window does.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from decimal import Decimal

from measure import DATA, choose, report, spread, timed

INVOICES = 200
LINES = [(position, f"Item {position}", 2, 1250, 1900, 2500) for position in range(5)]
TABLES = """
CREATE TABLE party(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE counter(name TEXT PRIMARY KEY, next INTEGER);
INSERT INTO counter VALUES('INV', 1);
CREATE TABLE invoice(id INTEGER PRIMARY KEY, number TEXT UNIQUE, party_id INTEGER, day TEXT, due TEXT, state TEXT,
  net INTEGER, tax INTEGER, gross INTEGER);
CREATE INDEX invoice_party ON invoice(party_id, day);
CREATE INDEX invoice_due ON invoice(state, due);
CREATE TABLE line(id INTEGER PRIMARY KEY, invoice_id INTEGER, position INTEGER, name TEXT, quantity INTEGER,
  price INTEGER, rate INTEGER, net INTEGER);
CREATE INDEX line_invoice ON line(invoice_id);
CREATE TABLE tax(id INTEGER PRIMARY KEY, invoice_id INTEGER, rate INTEGER, basis INTEGER, amount INTEGER);
CREATE INDEX tax_invoice ON tax(invoice_id);
CREATE TABLE posting(id INTEGER PRIMARY KEY, invoice_id INTEGER, account TEXT, debit INTEGER, credit INTEGER);
CREATE INDEX posting_invoice ON posting(invoice_id);
CREATE TABLE audit(id INTEGER PRIMARY KEY, at TEXT, what TEXT, invoice_id INTEGER, content TEXT);
CREATE VIRTUAL TABLE search USING fts5(number, party, name);
"""


def floor() -> None:
    """Bare SQLite, write-ahead log, waiting for the disk."""
    path = DATA / "issue-floor.db"
    for ending in ("", "-wal", "-shm"):
        DATA.joinpath(f"{path.name}{ending}").unlink(missing_ok=True)
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    raw.executescript(TABLES)
    raw.execute("INSERT INTO party VALUES(1, 'Anna Müller')")
    net = sum(line[5] for line in LINES)
    tax = net * 19 // 100

    def issue() -> None:
        raw.execute("BEGIN IMMEDIATE")
        taken = raw.execute("UPDATE counter SET next = next + 1 WHERE name = 'INV' RETURNING next - 1").fetchone()[0]
        number = f"INV-2026-{taken:05d}"
        head = (number, 1, "2026-11-22", "2026-12-06", "issued", net, tax, net + tax)
        invoice = raw.execute(
            "INSERT INTO invoice(number, party_id, day, due, state, net, tax, gross) VALUES(?,?,?,?,?,?,?,?)", head
        ).lastrowid
        raw.executemany(
            "INSERT INTO line(invoice_id, position, name, quantity, price, rate, net) VALUES(?,?,?,?,?,?,?)",
            [(invoice, *line) for line in LINES],
        )
        raw.execute("INSERT INTO tax(invoice_id, rate, basis, amount) VALUES(?,?,?,?)", (invoice, 1900, net, tax))
        raw.executemany(
            "INSERT INTO posting(invoice_id, account, debit, credit) VALUES(?,?,?,?)",
            [(invoice, "customers", net + tax, 0), (invoice, "sales", 0, net), (invoice, "tax", 0, tax)],
        )
        content = json.dumps({"number": number, "gross": net + tax})
        raw.execute(
            "INSERT INTO audit(at, what, invoice_id, content) VALUES(?,?,?,?)", ("now", "issue", invoice, content)
        )
        names = " ".join(line[1] for line in LINES)
        raw.execute("INSERT INTO search(rowid, number, party, name) VALUES(?,?,?,?)", (invoice, number, "Anna", names))
        raw.execute("COMMIT")

    issue()
    times = [timed(issue) for _ in range(INVOICES)]
    report(**spread("issue", times), **spread("all", times))


def product() -> None:
    """Our own data file, a new one."""
    from crm_desktop.billing import drafts, invoices
    from crm_desktop.billing.document import DraftLine

    customer = _new_file()
    lines = tuple(
        DraftLine(name=name, quantity=Decimal(2), price=Decimal("12.50"), rate=Decimal(19)) for _, name, *_ in LINES
    )

    def entered() -> drafts.Draft:
        return replace(drafts.begin(customer), lines=lines)

    invoices.issue_draft(entered())
    saved = [drafts.save(entered()).id for _ in range(INVOICES)]
    issue = [timed(invoices.issue, draft_id) for draft_id in saved]
    whole = [timed(invoices.issue_draft, entered()) for _ in range(INVOICES)]
    report(**spread("issue", issue), **spread("all", whole))


def _new_file() -> int:
    """A fresh data file with a company and one customer, whose id is returned."""
    from crm_desktop.company import profile
    from crm_desktop.customers import customers
    from crm_desktop.db import migrate

    path = DATA / "issue-product.crm"
    for ending in ("", "-wal", "-shm"):
        DATA.joinpath(f"{path.name}{ending}").unlink(missing_ok=True)
    migrate.open_file(path, create=True)
    profile.set_up(country="DE", language="en", currency="EUR")
    profile.save(
        {"name": "Lampenladen", "street": "Ring 1", "postcode": "10115", "city": "Berlin", "vat_id": "DE136695976"}
    )
    address = {"street": "Weg 2", "postcode": "10117", "city": "Berlin", "country": "DE"}
    return customers.save({"kind": "person", "first_name": "Anna", "last_name": "Müller", **address})


if __name__ == "__main__":
    choose(floor=floor, product=product)
