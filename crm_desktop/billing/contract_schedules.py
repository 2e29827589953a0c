"""What contracts and their regular bills have in common: changes of price kept in both, and what is still to be billed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from crm_desktop.billing import recurring
from crm_desktop.core import dates, money
from crm_desktop.core.errors import UserError, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.db import connection as db
from crm_desktop.sales import contract_prices, contracts
from crm_desktop.sales.contract_prices import PriceStep
from crm_desktop.sales.work_done import SCALE

_PERCENT = (Decimal(-100), Decimal(1000))


@dataclass(frozen=True)
class Left:
    """What a contract still brings in until a day: so many bills over so much, without tax, in minor units."""

    bills: int
    net_minor: int
    currency: str


def left_to_bill(contract_id: int, until: date) -> Left | None:
    """What its regular bills still ask for until a day, or None without any."""
    schedule = recurring.of_contract(contract_id)
    if schedule is None:
        return None
    ends = min(until, schedule.own_end_on) if schedule.own_end_on else until
    found = recurring.coming(replace(schedule, end_on=ends), 400)
    return Left(len(found), sum(due.net_minor for due in found), schedule.currency)


def save_step(contract_id: int, step: PriceStep) -> int:
    """Add or change a change of price of a contract and, alike, of its regular bills; gives its id.

    Raises:
        ValidationError: it says neither a price nor per cents, or another change is on that day.
    """
    contract = contracts.get(contract_id)
    with db.transaction(_("Change of price for {title}").format(title=contract.title)):
        if step.id:
            _forget_in_schedule(contract_id, _day_of(step.id))
        made = contract_prices.save_step(contract_id, step)
        _into_schedule(contract_id, step, contract.currency)
    return made


def remove_step(contract_id: int, step_id: int) -> None:
    """Take a change of price away, also from the regular bills."""
    with db.transaction(_("Take a change of price away")):
        _forget_in_schedule(contract_id, _day_of(step_id))
        db.delete("contract_price", step_id)


def copy_steps(contract_id: int) -> None:
    """Let regular bills that were just set up have the changes of price of their contract."""
    currency = contracts.get(contract_id).currency
    with db.transaction():
        for step in contract_prices.steps_of([contract_id]).get(contract_id, ()):
            _into_schedule(contract_id, step, currency)


def raise_prices(contract_ids: Sequence[int], percent: Decimal, from_on: date, note: str = "") -> int:
    """Change the prices of several contracts by so many per cent from a day on, as one step; gives how many.

    Where there is a change on that day already, this one takes its place. Regular bills change alike.

    Raises:
        ValidationError: the percentage or the day cannot be right.
        UserError: none of them is under contract on that day.
    """
    problems = {}
    if not _PERCENT[0] <= percent <= _PERCENT[1] or not percent:
        problems["percent"] = _("A percentage lies between −100 and 1000, and is not 0.")
    if not dates.is_plausible(from_on):
        problems["from_on"] = _("The year {year} cannot be right. Check the date.").format(year=from_on.year)
    if problems:
        raise ValidationError(problems)
    chosen = [c for c in contracts.rows(list(contract_ids)) if c.state in ("draft", "active", "notice_given")]
    chosen = [c for c in chosen if c.ends_on is None or c.ends_on >= from_on]
    if not chosen:
        raise UserError(_("None of these contracts runs on that day. Choose others, or another day."))
    words = ngettext("Change the price of {n} contract", "Change the prices of {n} contracts", len(chosen))
    with db.transaction(words.format(n=len(chosen))):
        for contract in chosen:
            old = next((s for s in contract.steps if s.from_on == from_on), None)
            save_step(contract.id, PriceStep(from_on, None, percent, note, old.id if old else 0))
    return len(chosen)


def _day_of(step_id: int) -> str:
    return str(db.value("SELECT from_on FROM contract_price WHERE id = ?", [step_id]) or "")


def _forget_in_schedule(contract_id: int, day: str) -> None:
    for (row_id,) in db.query(
        "SELECT p.id FROM schedule_price p JOIN schedule s ON s.id = p.schedule_id WHERE s.contract_id = ? AND p.from_on = ?",
        [contract_id, day],
    ):
        db.delete("schedule_price", row_id)


def _into_schedule(contract_id: int, step: PriceStep, currency: str) -> None:
    """The same change for the regular bills; one that stood on that day gives way."""
    schedule_id = db.value("SELECT id FROM schedule WHERE contract_id = ?", [contract_id])
    if schedule_id is None:
        return
    _forget_in_schedule(contract_id, step.from_on.isoformat())
    price = None if step.value_minor is None else int(money.from_minor(step.value_minor, currency) * SCALE)
    db.insert(
        "schedule_price",
        {
            "schedule_id": schedule_id,
            "from_on": step.from_on.isoformat(),
            "kind": "percent" if price is None else "price",
            "price_scaled": price,
            "percent_scaled": None if step.percent is None else int(step.percent * SCALE),
            "note": step.note,
        },
    )
