"""Keep a small data file of the present version as test data, for all later versions to open.

usage: .venv/bin/python tests/migrations/keep_release.py

Run once when a version is released; what is kept then never changes. Before its release the file of the newest version
is made anew whenever the schema changes.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RELEASED = ROOT / "tests" / "data" / "released"
sys.path.insert(0, str(ROOT))


def fill() -> None:
    """One record of each kind, as an owner would enter them."""
    from decimal import Decimal

    from crm_desktop.activity import reminders
    from crm_desktop.billing import draft_json, drafts, invoices, payments
    from crm_desktop.company import profile
    from crm_desktop.customers import contacts, custom_fields, customers
    from crm_desktop.sales import catalogue, contracts

    profile.save({"name": "Lamps", "street": "Way 1", "postcode": "24103", "city": "Kiel", "tax_number": "12/345"})
    custom_fields.save(custom_fields.CustomField(0, "Colour", "choice", ("red", "green")))
    values = {"company": "Café Ostwind", "street": "Kai 7", "city": "Łódź", "country": "PL", "tags": ["big"]}
    ostwind = customers.save(values | {"custom": {"Colour": "red"}, "more_emails": ["info@ostwind.example"]})
    contacts.save_person(contacts.Person(customer_id=ostwind, first_name="Mia", last_name="Weber"))
    customers.delete([customers.save({"first_name": "Gone", "last_name": "Away"})])
    catalogue.save({"number": "L-1", "name": "Lamp", "price": Decimal("12.3456"), "rate_bp": 1900, "category": "S"})
    contracts.save({"customer_id": ostwind, "title": "Light", "value_minor": 9900, "start_on": date(2026, 1, 1)})
    reminders.save("Call", date(2026, 12, 1), customer_id=ostwind)
    line = {
        "name": "Lamp",
        "qty": "3",
        "price": "12.3456",
        "rate": "19",
        "allowances": [{"percent": "10", "reason": "x"}],
    }
    data = {"customer": "C-0001", "issue_date": "2026-11-22", "lines": [line]}
    issued = invoices.issue_draft(draft_json.read(data), lambda _document: b"%PDF-1.7 kept")
    payments.record(issued.id or 0, Decimal("10.00"), date(2026, 11, 23))
    drafts.save(draft_json.read(data))


def main() -> None:
    """Write `vN.crm.gz` with what it holds beside it in `vN.json`."""
    from crm_desktop.company import profile
    from crm_desktop.core import dates
    from crm_desktop.db import connection, migrate

    RELEASED.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, dates.freeze(date(2026, 11, 23)):
        path = Path(folder) / "kept.crm"
        migrate.open_file(path, create=True)
        profile.set_up(country="DE", language="en", currency="EUR")
        fill()
        census = migrate.census(connection.raw())
        connection.raw().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.raw().execute("PRAGMA journal_mode = DELETE")
        connection.close()
        content = gzip.compress(path.read_bytes(), mtime=0)
    target = RELEASED / f"v{migrate.LATEST}.crm.gz"
    target.write_bytes(content)
    target.with_name(f"v{migrate.LATEST}.json").write_text(json.dumps(census, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
