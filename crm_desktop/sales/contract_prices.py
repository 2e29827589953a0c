"""What a contract costs on which day: its value, and the steps by which it changes; what is under contract.

Steps are kept in `contract_price`: from a day on another price, or so many per cent more (or less) than before, rounded
to the smallest coin each time. Where a contract is billed regularly, `billing.contract_schedules` keeps both alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm_desktop.core import dates, money, text
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import kind_defaults
from crm_desktop.db import connection as db

SCALE = 1_000_000
PER_YEAR = {"once": 0, "week": 52, "month": 12, "quarter": 4, "half_year": 2, "year": 1}


@dataclass(frozen=True)
class PriceStep:
    """From a day on: another value per interval in minor units, or so many per cent more (or less) than before."""

    from_on: date
    value_minor: int | None = None
    percent: Decimal | None = None
    note: str = ""
    id: int = 0


@dataclass(frozen=True)
class UnderContract:
    """What runs under contract in one direction and currency, in minor units; `taxed_minor` of a year is with tax."""

    direction: str
    currency: str
    contracts: int
    month_minor: int
    year_minor: int
    taxed_minor: int = 0


# ---- pure ------------------------------------------------------------------------------------------------------------


def values(base_minor: int, steps: Iterable[PriceStep], currency: str) -> list[tuple[date, int]]:
    """From which day which value holds, the first one since ever."""
    found = [(date.min, base_minor)]
    for step in sorted(steps, key=lambda s: s.from_on):
        before = money.from_minor(found[-1][1], currency)
        if step.value_minor is not None:
            found.append((step.from_on, step.value_minor))
        else:
            changed = money.round_amount(before * (100 + (step.percent or Decimal(0))) / 100, currency)
            found.append((step.from_on, money.to_minor(changed, currency)))
    return found


def value_on(base_minor: int, steps: Iterable[PriceStep], currency: str, on: date) -> int:
    """The value per interval on a day, in minor units."""
    return [minor for since, minor in values(base_minor, steps, currency) if since <= on][-1]


def year_minor(value_minor: int, interval: str) -> int:
    """The value of a year; 0 for what is paid once."""
    return value_minor * PER_YEAR[interval]


# ---- kept ------------------------------------------------------------------------------------------------------------


def steps_of(contract_ids: Sequence[int]) -> dict[int, tuple[PriceStep, ...]]:
    """The steps of contracts, by day."""
    found: dict[int, tuple[PriceStep, ...]] = {}
    for row in db.query(
        "SELECT contract_id, from_on, value_minor, percent_scaled, note, id FROM contract_price "
        f"WHERE contract_id IN ({','.join(map(str, contract_ids))}) ORDER BY from_on"
    ):
        percent = None if row[3] is None else Decimal(row[3]) / SCALE
        step = PriceStep(date.fromisoformat(row[1]), row[2], percent, row[4], row[5])
        found[row[0]] = (*found.get(row[0], ()), step)
    return found


def check(contract_id: int, step: PriceStep) -> dict[str, str]:
    """What cannot be kept, as field → sentence."""
    found = {}
    if not dates.is_plausible(step.from_on):
        found["from_on"] = _("The year {year} cannot be right. Check the date.").format(year=step.from_on.year)
    elif db.one(
        "SELECT 1 FROM contract_price WHERE contract_id = ? AND from_on = ? AND id <> ?",
        [contract_id, step.from_on.isoformat(), step.id],
    ):
        found["from_on"] = _("The price changes on this day already.")
    if (step.value_minor is None) == (step.percent is None):
        found["value_minor"] = _("Enter either a price or a percentage.")
    elif step.value_minor is not None and not 0 <= step.value_minor <= money.LARGEST_MINOR:
        found["value_minor"] = _("Enter the price of one period, 0 or more.")
    elif step.percent is not None and not -100 <= step.percent <= 1000:
        found["percent"] = _("A percentage lies between −100 and 1000.")
    return found


def save_step(contract_id: int, step: PriceStep) -> int:
    """Add a change of price (id 0) or change it; gives its id. See `billing.contract_schedules` for both at once.

    Raises:
        ValidationError: it says neither a price nor per cents, or another change is on that day.
    """
    if problems := check(contract_id, step):
        raise ValidationError(problems)
    stored = {
        "contract_id": contract_id,
        "from_on": step.from_on.isoformat(),
        "kind": "price" if step.value_minor is not None else "percent",
        "value_minor": step.value_minor,
        "percent_scaled": None if step.percent is None else int(step.percent * SCALE),
        "note": text.tidy(step.note),
    }
    with db.transaction(_("Change of price")):
        if step.id:
            db.update("contract_price", step.id, stored)
            return step.id
        return db.insert("contract_price", stored)


# ---- figures ---------------------------------------------------------------------------------------------------------


def under_contract(on: date | None = None) -> list[UnderContract]:
    """What runs under contract on a day (today), after changes of price: in and out, each currency for itself."""
    day = on or dates.today()
    rows = db.query(
        "SELECT id, direction, currency, value_minor, interval FROM contract WHERE deleted_at IS NULL "
        "AND state IN ('active', 'notice_given') AND coalesce(start_on, ?1) <= ?1 AND coalesce(ends_on, ?1) >= ?1 "
        "AND (end_on IS NULL OR end_on >= ?1 OR (state = 'active' AND renewal_months <> 0)) AND interval <> 'once'",
        [day.isoformat()],
    )
    steps, taxed = steps_of([row[0] for row in rows]), with_tax()
    sums: dict[tuple[str, str], list[int]] = {}
    for contract_id, direction, currency, base, interval in rows:
        value = year_minor(value_on(base, steps.get(contract_id, ()), currency, day), interval)
        own = sums.setdefault((direction, currency), [0, 0, 0])
        own[0] += 1
        own[1] += value
        own[2] += value if contract_id in taxed else 0
    return [
        UnderContract(direction, currency, number, twelfth(year), year, of_it)
        for (direction, currency), (number, year, of_it) in sorted(sums.items(), key=lambda item: item[0], reverse=True)
    ]


def with_tax() -> set[int]:
    """The contracts whose price has tax in it: with customers at home who are told prices with tax."""
    rows = db.query(
        "SELECT k.id FROM contract k JOIN customer c ON c.id = k.customer_id WHERE k.direction = 'income' "
        "AND (SELECT tax_status FROM company) = 'regular' AND c.country IN ('', (SELECT country FROM company)) "
        f"AND {kind_defaults.PRICE_MODE_SQL} = 'gross'"
    )
    return {contract_id for (contract_id,) in rows}


def tax_note(year: int, taxed: int, amount: str) -> str:
    """What is said beside a sum of contracts that have tax in their price, wholly or in part; `amount` is that part."""
    if not taxed:
        return ""
    return _("with tax") if taxed == year else _("of it {amount} with tax").format(amount=amount)


def twelfth(minor: int) -> int:
    """A month's part of a year, rounded to the smallest coin."""
    return (minor * 2 + 12) // 24
