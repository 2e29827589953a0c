"""Making and changing schedules: from a contract with one click, from an invoice to repeat, or typed; steps of price.

Days are settled here too: held by a draft or bill, or skipped. Nothing settles a day twice.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.billing import contract_schedules, recurring, recurring_words, rows
from crm_desktop.billing.recurring import BEFORE, INTERVALS, Schedule
from crm_desktop.billing.recurring_periods import Range, Rhythm, Step
from crm_desktop.company import profile
from crm_desktop.core import dates, text
from crm_desktop.core.errors import Conflict, UserError, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import kind_defaults
from crm_desktop.db import connection as db
from crm_desktop.sales import contracts, work_done
from crm_desktop.sales.work_done import LARGEST_PRICE, SCALE

LONGEST_LEAD = 365
_DAYS = {
    "anchor_on": "anchor_on",
    "end_on": "end_on",
    "pause_from": "pause_from_on",
    "pause_to": "pause_to_on",
}
_PLAIN = (
    "customer_id", "contract_id", "template_id", "title", "bill", "lead_days", "line_name", "line_description", "intro",
    "unit", "price_mode", "currency", "category", "rate_bp",
)  # fmt: skip


def start(customer_id: int | None = None) -> dict[str, Any]:
    """What a new schedule starts with: every month from the first of the next month on, in advance.

    Prices are net or gross as the customer is treated.
    """
    company, today = profile.load(), dates.today()
    category, rate_bp = work_done.usual_tax(today)
    own = db.value("SELECT currency FROM customer WHERE id = ?", [customer_id]) if customer_id else ""
    first = dates.add_days(dates.end_of_month(today), 1)
    return {
        "customer_id": customer_id, "contract_id": None, "template_id": None, "title": "", "interval": "month",
        "anchor_on": first, "start_on": first, "end_on": None, "pause_from": None, "pause_to": None, "bill": "advance",
        "lead_days": 0, "prorate": True, "line_name": "", "line_description": "", "intro": "", "unit": "MON",
        "price": Decimal(0), "price_mode": kind_defaults.of_customer(customer_id).price_mode, "currency": own or company.currency,
        "category": category, "rate_bp": rate_bp, "is_on": True,
    }  # fmt: skip


def from_contract(contract_id: int) -> int:
    """Bill a contract regularly; gives the id of its schedule, made now or there already.

    Its value is net or gross as the customer is treated. Periods count from the start of the contract. Billing begins
    with the period of today, or after what was invoiced for the contract by hand.

    Raises:
        NotFound: the contract is no longer there.
        UserError: it is paid by us, or only once.
    """
    contract = contracts.get(contract_id)
    if contract.direction != "income" or not contract.customer_id:
        raise UserError(_("Only a contract with a customer can be billed."))
    if contract.interval not in INTERVALS:
        raise UserError(_("This contract is paid once. Write its invoice with “Invoice this”."))
    found = db.one("SELECT id, deleted_at FROM schedule WHERE contract_id = ?", [contract_id])
    with db.transaction(_("Bill {title} regularly").format(title=contract.title)):
        if found is not None:
            db.update("schedule", found[0], {"deleted_at": None, "is_on": 1})
            return int(found[0])
        anchor = contract.start_on or dates.today().replace(day=1)
        _words, months, weeks = INTERVALS[contract.interval]
        first = _first_day(contract_id, Rhythm(anchor, months, weeks))
        own = {"contract_id": contract_id, "title": contract.title, "interval": contract.interval}
        own |= {"anchor_on": anchor, "start_on": first, "currency": contract.currency}
        own["unit"] = recurring.UNITS.get(contract.interval, "LS")
        made = save(start(contract.customer_id) | own)
        contract_schedules.copy_steps(contract_id)
        return made


def _first_day(contract_id: int, rhythm: Rhythm) -> date:
    """Where billing begins: the period of today, or the one after what was invoiced for the contract already."""
    day = max(dates.today(), rhythm.anchor)
    billed = db.value(
        "SELECT max(coalesce(service_to_on, service_from_on, issue_on)) FROM document WHERE contract_id = ? "
        "AND kind = 'invoice' AND deleted_at IS NULL",
        [contract_id],
    )
    number = rhythm.number_of(day)
    if billed and date.fromisoformat(billed) >= rhythm.first_day(number):
        number = rhythm.number_of(date.fromisoformat(billed)) + 1
    return rhythm.first_day(number)


def repeat(document_id: int, interval: str, first: date) -> int:
    """Repeat an invoice from a day on, with its lines, discounts and texts; gives the id of the schedule.

    Raises:
        NotFound: the invoice is no longer there.
        ValidationError: it has no customer record.
    """
    template = rows.read_draft(document_id)
    title = next((line.name for line in template.lines if line.name), "")
    own = {"template_id": document_id, "title": title or _("Invoice"), "interval": interval, "anchor_on": first}
    same = {"currency": template.currency, "price_mode": template.price_mode, "start_on": first, "prorate": False}
    return save(start(template.customer_id) | own | same)


def check(values: dict[str, Any]) -> dict[str, str]:
    """What cannot be kept, as field → sentence."""
    found = _check_days(values)
    if not values.get("customer_id"):
        found["customer_id"] = _("Choose the customer.")
    if not values.get("title"):
        found["title"] = _("Give it a title, for example “Hosting”.")
    if not 0 <= values["lead_days"] <= LONGEST_LEAD:
        found["lead_days"] = _("From 0 to {count} days.").format(count=LONGEST_LEAD)
    price = values["price"]
    if price is None or not 0 <= price < LARGEST_PRICE:
        found["price"] = _("Enter the price of one period, 0 or more.")
    elif price != round(price, 4):
        found["price"] = _("Please use at most {count} decimals.").format(count=4)
    for name in ("line_name", "line_description", "intro"):
        if wrong := recurring_words.unknown(values.get(name) or ""):
            found[name] = _("{word} is no word that is filled in. There are: {words}.").format(
                word=wrong[0], words=", ".join(f"{{{word}}}" for word in recurring_words.WORDS)
            )
    return found


def _check_days(values: dict[str, Any]) -> dict[str, str]:
    found = {}
    for name in ("anchor_on", "start_on", "end_on", "pause_from", "pause_to"):
        day = values.get(name)
        if day is not None and not dates.is_plausible(day):
            found[name] = _("The year {year} cannot be right. Check the date.").format(year=day.year)
    if values.get("anchor_on") is None:
        found["anchor_on"] = _("Enter the first day of a period.")
    begin, end = values.get("start_on") or values.get("anchor_on"), values.get("end_on")
    if begin and end and end < begin:
        found["end_on"] = _("The end lies before the start.")
    pause, again = values.get("pause_from"), values.get("pause_to")
    if again and (pause is None or again < pause):
        found["pause_to"] = _("The pause ends before it begins.")
    return found


def save(values: dict[str, Any], schedule_id: int | None = None) -> int:
    """Add a schedule, or change the given fields of one; gives the id.

    Args:
        values: names as in `Schedule`; `end_on` is the schedule's own end.
        schedule_id: the schedule to change; None adds one.

    Raises:
        ValidationError: an entry cannot be kept.
    """
    before = start(values.get("customer_id"))
    if schedule_id is not None:
        made = recurring.get(schedule_id)
        before = {name: getattr(made, name) for name in before} | {"end_on": made.own_end_on}
    multiline = ("line_description", "intro")
    own = {
        name: (text.tidy_lines(value) if name in multiline else text.tidy(value)) if isinstance(value, str) else value
        for name, value in values.items()
        if name in before
    }
    if problems := check(before | own):
        raise ValidationError(problems)
    title = _("New schedule {title}") if schedule_id is None else _("Edit schedule {title}")
    with db.transaction(title.format(title=(before | own)["title"])):
        return _write(before | own if schedule_id is None else own, before, schedule_id)


def _write(own: dict[str, Any], before: dict[str, Any], schedule_id: int | None) -> int:
    now = dates.instant_text(dates.now())
    stored: dict[str, Any] = {name: own[name] for name in _PLAIN if name in own}
    for name, column in _DAYS.items():
        if name in own:
            stored[column] = own[name].isoformat() if own[name] else None
    if "interval" in own:
        _words, stored["interval_months"], stored["interval_weeks"] = INTERVALS[own["interval"]]
    if "price" in own:
        stored["price_scaled"] = int(own["price"] * SCALE)
    for name in ("prorate", "is_on"):
        if name in own:
            stored[name] = int(own[name])
    if schedule_id is None:
        schedule_id = db.insert("schedule", stored | {"created_at": now, "updated_at": now})
    else:
        db.update("schedule", schedule_id, stored | {"updated_at": now})
    if "start_on" in own or "anchor_on" in own:
        merged = before | own
        _write_start(schedule_id, merged["start_on"] or merged["anchor_on"], merged["anchor_on"])
    return schedule_id


def _write_start(schedule_id: int, first: date, anchor: date) -> None:
    """Keep the first day that is billed, where it is not the anchor."""
    row_id = db.value(
        "SELECT id FROM schedule_period WHERE schedule_id = ? AND from_on = ?", [schedule_id, BEFORE.isoformat()]
    )
    to_on = dates.add_days(first, -1).isoformat()
    if first == anchor:
        if row_id is not None:
            db.delete("schedule_period", row_id)
    elif row_id is not None:
        db.update("schedule_period", row_id, {"to_on": to_on})
    else:
        _insert_period(schedule_id, (BEFORE, dates.add_days(first, -1)), "skipped", None)


def delete(schedule_ids: list[int]) -> None:
    """Move schedules to the bin; what was billed stays billed."""
    titles = ", ".join(made.title for made in recurring.rows(schedule_ids)[:3])
    with db.transaction(_("Delete schedule {title}").format(title=titles)):
        for schedule_id in schedule_ids:
            db.update("schedule", schedule_id, {"deleted_at": dates.instant_text(dates.now())})


# ---- price ----------------------------------------------------------------------------------------------------------


def save_step(schedule_id: int, step: Step) -> int:
    """Add a change of price (id 0) or change it; gives its id.

    Raises:
        ValidationError: it says neither a price nor per cents, or another change is on that day.
    """
    problems = _check_step(schedule_id, step)
    if problems:
        raise ValidationError(problems)
    values = {
        "schedule_id": schedule_id,
        "from_on": step.from_on.isoformat(),
        "kind": "price" if step.price is not None else "percent",
        "price_scaled": None if step.price is None else int(step.price * SCALE),
        "percent_scaled": None if step.percent is None else int(step.percent * SCALE),
        "note": text.tidy(step.note),
    }
    with db.transaction(_("Change of price for {title}").format(title=recurring.get(schedule_id).title)):
        if step.id:
            db.update("schedule_price", step.id, values)
            return step.id
        return db.insert("schedule_price", values)


def _check_step(schedule_id: int, step: Step) -> dict[str, str]:
    found = {}
    if not dates.is_plausible(step.from_on):
        found["from_on"] = _("The year {year} cannot be right. Check the date.").format(year=step.from_on.year)
    elif db.one(
        "SELECT 1 FROM schedule_price WHERE schedule_id = ? AND from_on = ? AND id <> ?",
        [schedule_id, step.from_on.isoformat(), step.id],
    ):
        found["from_on"] = _("The price changes on this day already.")
    if (step.price is None) == (step.percent is None):
        found["price"] = _("Enter either a price or a percentage.")
    elif step.price is not None and not 0 <= step.price < LARGEST_PRICE:
        found["price"] = _("Enter the price of one period, 0 or more.")
    elif step.percent is not None and not -100 <= step.percent <= 1000:
        found["percent"] = _("A percentage lies between −100 and 1000.")
    return found


def remove_step(step_id: int) -> None:
    """Take a change of price away."""
    with db.transaction(_("Take a change of price away")):
        db.delete("schedule_price", step_id)


# ---- settled days ---------------------------------------------------------------------------------------------------


def skip(due: list[recurring.Due]) -> None:
    """Let these periods not be billed.

    Raises:
        Conflict: one of them is settled already.
    """
    if not due:
        return
    with db.transaction(_("Skip {title}").format(title=due[0].schedule.title)):
        for entry in due:
            settle(entry.schedule.id, (entry.piece.first, entry.piece.last), None)


def skipped(schedule: Schedule) -> list[tuple[int, Range]]:
    """The periods that were skipped, with the id that `unskip` takes, newest first."""
    return [
        (row_id, (date.fromisoformat(first), date.fromisoformat(last)))
        for row_id, first, last in db.query(
            "SELECT id, from_on, to_on FROM schedule_period WHERE schedule_id = ? AND state = 'skipped' AND from_on <> ? "
            "ORDER BY from_on DESC",
            [schedule.id, BEFORE.isoformat()],
        )
    ]


def unskip(period_id: int) -> None:
    """Let a skipped period be billed after all."""
    with db.transaction(_("Bill a skipped period after all")):
        db.execute("DELETE FROM schedule_period WHERE id = ? AND state = 'skipped'", [period_id])


def settle(schedule_id: int, days: Range, document_id: int | None) -> None:
    """Hold days for a draft, or skip them (no draft). What a draft in the bin or a deleted one held of them is free.

    Raises:
        Conflict: some of these days are settled already.
    """
    inside = "p.schedule_id = ? AND p.from_on <= ? AND p.to_on >= ?"
    params = [schedule_id, days[1].isoformat(), days[0].isoformat()]
    with db.transaction():
        if db.one(f"SELECT 1 FROM schedule_period p WHERE {inside} AND {recurring.HOLDS}", params):
            raise Conflict(_("A part of this period is billed already. The list shows what still waits."))
        for (row_id,) in db.query(f"SELECT p.id FROM schedule_period p WHERE {inside}", params):
            db.delete("schedule_period", row_id)
        _insert_period(schedule_id, days, "skipped" if document_id is None else "billed", document_id)


def _insert_period(schedule_id: int, days: Range, state: str, document_id: int | None) -> None:
    values = {"schedule_id": schedule_id, "from_on": days[0].isoformat(), "to_on": days[1].isoformat(), "state": state}
    db.insert("schedule_period", values | {"document_id": document_id, "made_at": dates.instant_text(dates.now())})
