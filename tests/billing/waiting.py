"""A small business in which something waits to be billed; used by several tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.billing import recurring_edit, to_bill
from crm_desktop.sales import contracts, work_done


def hours(customer_id: int, name: str = "Consulting", **values: Any) -> int:
    """Work of an hour and a half, noted."""
    usual = {"customer_id": customer_id, "name": name, "quantity": Decimal("1.5"), "price": Decimal(80)}
    return work_done.save(usual | values)


def contract(party: int, **values: Any) -> int:
    """A contract with a customer that goes on, 240.00 a month."""
    usual = {
        "direction": "income", "title": "Maintenance", "customer_id": party, "start_on": date(2026, 1, 31),
        "value_minor": 24000, "interval": "month", "state": "active", "renewal_months": 12,
    }  # fmt: skip
    return contracts.save(usual | values)


def waiting() -> list[str]:
    """What waits, in the order of the days: title, first day, minor units without tax."""
    return [f"{e.title} {e.first:%d.%m.} {e.net_minor}" for e in to_bill.entries()]


def free(customer_id: int, **values: Any) -> int:
    """A schedule without a contract, 31.00 a month from September on."""
    usual = {"customer_id": customer_id, "title": "Hosting", "price": Decimal(31), "anchor_on": date(2026, 9, 1)}
    return recurring_edit.save(usual | {"start_on": values.get("anchor_on", date(2026, 9, 1))} | values)
