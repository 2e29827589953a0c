"""What the lists of documents share: periods to choose, filters as the list understands them, amounts with currency."""

from __future__ import annotations

from datetime import date
from typing import Any

from crm_desktop.billing.invoice_list import Filters
from crm_desktop.core import dates
from crm_desktop.gui.widgets import formats


def periods() -> list[tuple[str, str]]:
    """This month, the one before, this year and three before, as "first/last" with their names."""
    today = dates.today()
    first = today.replace(day=1)
    before = dates.add_months(first, -1)
    return [
        (f"{first}/{dates.end_of_month(first)}", formats.month(first)),
        (f"{before}/{dates.end_of_month(before)}", formats.month(before)),
        *((f"{year}-01-01/{year}-12-31", str(year)) for year in range(today.year, today.year - 4, -1)),
    ]


def narrowed(filters: dict[str, Any], kinds: tuple[str, ...] = ()) -> Filters:
    """The chips above a list as filters of documents; `kinds` are those of the list."""
    first, _line, last = str(filters.get("period") or "").partition("/")
    return Filters(
        kinds=(str(filters["kind"]),) if filters.get("kind") else kinds,
        customer_id=int(filters["customer"]) if filters.get("customer") else None,
        first=date.fromisoformat(first) if first else None,
        last=date.fromisoformat(last) if last else None,
    )


def amount_text(minor: int, money: str, usual: str) -> str:
    """An amount, with its currency where that is not the usual one."""
    shown = formats.amount(minor, money)
    return shown if money == usual else f"{shown} {money}"
