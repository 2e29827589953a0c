"""The owner's plan: how much revenue without tax each month shall bring, in one currency at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from crm_desktop.core import dates, money
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db


def of_months(first: date, last: date, currency: str) -> dict[str, int]:
    """Month ("2026-11") → plan in minor units, of the months that lie wholly in the period and have one."""
    begin = first if first.day == 1 else dates.end_of_month(first)
    found = db.query(
        "SELECT month, net_minor FROM revenue_plan WHERE currency = ? AND month BETWEEN ? AND ? ORDER BY month",
        [currency, begin.isoformat()[:7], last.isoformat()[:7]],
    )
    return {month: minor for month, minor in found if _is_within(month, first, last)}


def _is_within(month: str, first: date, last: date) -> bool:
    start = date.fromisoformat(f"{month}-01")
    return first <= start and dates.end_of_month(start) <= last


def check(planned: Mapping[str, int | None]) -> dict[str, str]:
    """What cannot be kept, as month → sentence."""
    words = _("A plan lies between 0 and {most}.").format(most=f"{money.LARGEST_MINOR // 100:,}")
    return {
        month: words for month, minor in planned.items() if minor is not None and not 0 <= minor <= money.LARGEST_MINOR
    }


def save(currency: str, planned: Mapping[str, int | None]) -> None:
    """Keep the plan of some months; None takes the plan of a month away.

    Raises:
        ValidationError: an amount is below zero or too large to be meant.
    """
    if problems := check(planned):
        raise ValidationError(problems)
    kept = dict(
        db.query(
            f"SELECT month, id FROM revenue_plan WHERE currency = ? AND month IN ({','.join('?' * len(planned))})",
            [currency, *planned],
        )
    )
    with db.transaction(_("Plan of revenue")):
        for month, minor in planned.items():
            if minor is None and month in kept:
                db.delete("revenue_plan", kept[month])
            elif minor is not None and month in kept:
                db.update("revenue_plan", kept[month], {"net_minor": minor})
            elif minor is not None:
                db.insert("revenue_plan", {"month": month, "currency": currency, "net_minor": minor})
