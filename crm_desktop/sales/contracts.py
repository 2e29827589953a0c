"""Contracts: with customers, and those that the owner pays (rent, insurance).

States: draft → active → notice given → ended. A contract without an end runs until notice is given. One with an end and
a renewal goes on by that many months unless notice is given in time; `dates_of` says the last day for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from crm_desktop.company import numbering, profile
from crm_desktop.core import dates, money, text
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db

STATES = {"draft": N_("Draft"), "active": N_("Active"), "notice_given": N_("Notice given"), "ended": N_("Ended")}
INTERVALS = {
    "once": N_("once"),
    "week": N_("a week"),
    "month": N_("a month"),
    "quarter": N_("a quarter"),
    "half_year": N_("half-yearly"),
    "year": N_("a year"),
}
NOTICE_UNITS = {"day": N_("days"), "week": N_("weeks"), "month": N_("months"), "year": N_("years")}
DIRECTIONS = {"income": N_("With a customer"), "expense": N_("Paid by us")}
_PER_YEAR = {"once": 0, "week": 52, "month": 12, "quarter": 4, "half_year": 2, "year": 1}
_COLUMNS = (
    "k.id, k.number, k.direction, k.customer_id, coalesce(c.name, k.payee), k.payee, k.title, k.start_on, k.end_on, "
    "k.notice_count, k.notice_unit, k.renewal_months, k.value_minor, k.currency, k.interval, k.state, k.notes, k.updated_at"
)


@dataclass(frozen=True)
class Contract:
    """One contract. `party` is the customer's name or the payee; `value_minor` is due once per `interval`."""

    id: int
    number: str
    direction: str
    customer_id: int | None
    party: str
    payee: str
    title: str
    start_on: date | None
    end_on: date | None
    notice_count: int
    notice_unit: str
    renewal_months: int
    value_minor: int
    currency: str
    interval: str
    state: str
    notes: str
    updated_at: str

    @property
    def value_per_year_minor(self) -> int:
        """The value of a year, in minor units; 0 for a contract that is paid once."""
        return self.value_minor * _PER_YEAR[self.interval]


@dataclass(frozen=True)
class Dates:
    """The next dates of a contract: when its term ends, when it would renew, and the last day to give notice."""

    term_ends_on: date | None
    renews: bool
    last_day_to_cancel: date | None


def get(contract_id: int) -> Contract:
    """The contract by id.

    Raises:
        NotFound: there is no such contract.
    """
    found = rows([contract_id])
    if not found:
        raise NotFound(_("This contract is no longer there."))
    return found[0]


def rows(wanted: list[int]) -> list[Contract]:
    """These contracts, in the given order."""
    found = {}
    for r in db.query(
        f"SELECT {_COLUMNS} FROM contract k LEFT JOIN customer c ON c.id = k.customer_id "
        f"WHERE k.id IN ({','.join(map(str, wanted))})"
    ):
        values = list(r)
        values[7:9] = (date.fromisoformat(day) if day else None for day in r[7:9])
        found[r[0]] = Contract(*values)
    return [found[i] for i in wanted if i in found]


VIEWS = ("all", "income", "expense", "soon", "ended")
_ORDERS = {
    "number": "k.number",
    "title": "fold(k.title)",
    "party": "fold(coalesce(c.name, k.payee))",
    "start": "k.start_on",
    "end": "k.end_on IS NULL, k.end_on",
    "value": "k.value_minor",
    "state": "k.state",
}


def ids(view: str = "all", *, search: str = "", order: str = "title", descending: bool = False) -> list[int]:
    """The ids of the contracts in a view, in order; "soon" has a last day to cancel within 90 days."""
    where = {
        "all": "k.state <> 'ended'",
        "income": "k.state <> 'ended' AND k.direction = 'income'",
        "expense": "k.state <> 'ended' AND k.direction = 'expense'",
        "soon": "k.state = 'active'",
        "ended": "k.state = 'ended'",
    }[view]
    params = []
    for word in text.fold(search).split():
        where += " AND fold(k.number || ' ' || k.title || ' ' || coalesce(c.name, k.payee)) LIKE ?"
        params.append(f"%{word}%")
    by_cancel = order == "cancel"
    direction = "DESC" if descending else "ASC"
    sql = (
        "SELECT k.id FROM contract k LEFT JOIN customer c ON c.id = k.customer_id "
        f"WHERE k.deleted_at IS NULL AND {where} ORDER BY {_ORDERS['title' if by_cancel else order]} {direction}, k.id"
    )
    found = [row[0] for row in db.query(sql, params)]
    if by_cancel or view == "soon":
        found = _by_last_day(found, soon=view == "soon", descending=by_cancel and descending)
    return found


def _by_last_day(wanted: list[int], *, soon: bool, descending: bool) -> list[int]:
    days = {c.id: dates_of(c).last_day_to_cancel for c in rows(wanted)}
    limit = dates.add_days(dates.today(), 90)
    kept = [i for i in wanted if not soon or ((day := days[i]) is not None and day <= limit)]
    known = sorted((i for i in kept if days[i]), key=lambda i: str(days[i]), reverse=descending)
    return known + [i for i in kept if not days[i]]


def counts() -> dict[str, int]:
    """The number of contracts in each view."""
    return {view: len(ids(view)) for view in VIEWS}


def of_customer(customer_id: int) -> list[Contract]:
    """A customer's contracts that have not ended, then the ended ones."""
    found = db.query(
        "SELECT id FROM contract WHERE customer_id = ? AND deleted_at IS NULL ORDER BY state = 'ended', start_on",
        [customer_id],
    )
    return rows([i for (i,) in found])


def dates_of(contract: Contract, on: date | None = None) -> Dates:
    """The next dates of a contract, as seen on a day (today).

    A term that is over renews by `renewal_months` again and again until it ends in the future.
    """
    on = on or dates.today()
    end, renews = contract.end_on, contract.renewal_months > 0 and contract.state == "active"
    if contract.state in ("draft", "ended"):
        return Dates(end, renews=False, last_day_to_cancel=None)
    if end is not None and renews:
        anchor, terms = end, 0
        while end < on:
            terms += 1
            end = _months_later(anchor, terms * contract.renewal_months)
    last = notice_day(end, contract.notice_count, contract.notice_unit) if end and renews else None
    if last is not None and last < on and end is not None:
        anchor_end = _months_later(end, contract.renewal_months)
        last = notice_day(anchor_end, contract.notice_count, contract.notice_unit)
    return Dates(end, renews, last)


def _months_later(day: date, months: int) -> date:
    """Months later; the last day of a month stays the last day of a month."""
    moved = dates.add_months(day, months)
    return dates.end_of_month(moved) if day == dates.end_of_month(day) else moved


def notice_day(end: date, count: int, unit: str) -> date:
    """The last day on which notice can be given so that the contract ends on `end`."""
    if unit in ("day", "week"):
        return dates.add_days(end, -count * (7 if unit == "week" else 1))
    return _months_later(end, -count * (12 if unit == "year" else 1))


def check(values: dict[str, Any], contract_id: int | None = None) -> dict[str, str]:
    """What cannot be kept, as field → sentence."""
    found = _check_party(values) | _check_days(values)
    if not values.get("title"):
        found["title"] = _("Give the contract a title, for example “Maintenance”.")
    if not 0 <= values.get("notice_count", 0) <= 1000:
        found["notice_count"] = _("A notice period goes from 0 to 1000.")
    if not 0 <= values.get("renewal_months", 0) <= 240:
        found["renewal_months"] = _("A renewal goes from 0 to 240 months.")
    if abs(values.get("value_minor", 0)) > money.LARGEST_MINOR:
        found["value_minor"] = _("This value is too large.")
    if values.get("number") and db.one(
        "SELECT 1 FROM contract WHERE number = ? AND deleted_at IS NULL AND id IS NOT ?",
        [values["number"], contract_id],
    ):
        found["number"] = _("The number {number} belongs to another contract.").format(number=values["number"])
    return found


def _check_party(values: dict[str, Any]) -> dict[str, str]:
    if values.get("direction", "income") == "income" and not values.get("customer_id"):
        return {"customer_id": _("Choose the customer of this contract.")}
    if values.get("direction") == "expense" and not values.get("payee") and not values.get("customer_id"):
        return {"payee": _("Write whom you pay, for example the landlord.")}
    return {}


def _check_days(values: dict[str, Any]) -> dict[str, str]:
    start, end = values.get("start_on"), values.get("end_on")
    found = {
        name: _("The year {year} cannot be right. Check the date.").format(year=day.year)
        for name, day in (("start_on", start), ("end_on", end))
        if day and not dates.is_plausible(day)
    }
    if start and end and end < start:
        found["end_on"] = _("The end lies before the start.")
    return found


def save(values: dict[str, Any], contract_id: int | None = None) -> int:
    """Add a contract, or change the given fields of one; gives the id.

    Args:
        values: names as in `Contract`; days as `date`.
        contract_id: the contract to change; None adds one, with a number if none is given.

    Raises:
        ValidationError: an entry cannot be kept.
    """
    own = {k: text.tidy(v) if isinstance(v, str) and k != "notes" else v for k, v in values.items()}
    before = (
        {} if contract_id is None else {k: v for k, v in vars(get(contract_id)).items() if k not in ("id", "party")}
    )
    problems = check(before | own, contract_id)
    if problems:
        raise ValidationError(problems)
    stored = {k: v.isoformat() if isinstance(v, date) else v for k, v in own.items()}
    now = dates.instant_text(dates.now())
    title = _("New contract {title}") if contract_id is None else _("Edit contract {title}")
    with db.transaction(title.format(title=own.get("title") or before.get("title"))):
        if contract_id is None:
            stored["number"] = stored.get("number") or numbering.take_free("contract", dates.today(), "contract")
            stored.setdefault("currency", profile.load().currency)
            return db.insert("contract", stored | {"created_at": now, "updated_at": dates.stamp()})
        db.update("contract", contract_id, stored | {"updated_at": dates.stamp()})
    return contract_id


def delete(contract_ids: list[int]) -> None:
    """Move contracts to the bin."""
    titles = ", ".join(c.title for c in rows(contract_ids)[:3])
    with db.transaction(_("Delete contract {title}").format(title=titles)):
        for contract_id in contract_ids:
            db.update("contract", contract_id, {"deleted_at": dates.instant_text(dates.now())})


def notice_text(contract: Contract) -> str:
    """The notice period in short, stable words: "3 months"; empty without one."""
    return (
        f"{contract.notice_count} {contract.notice_unit}{'s' * (contract.notice_count != 1)}"
        if contract.notice_count
        else ""
    )


def as_json(contract: Contract) -> dict[str, Any]:
    """The contract in the stable shape of `list contracts --json`."""
    return {
        "id": contract.id,
        "number": contract.number,
        "customer": contract.party,
        "title": contract.title,
        "start": contract.start_on.isoformat() if contract.start_on else None,
        "end": contract.end_on.isoformat() if contract.end_on else None,
        "notice": notice_text(contract),
        "value": str(money.from_minor(contract.value_minor, contract.currency)),
        "currency": contract.currency,
        "interval": contract.interval,
        "state": contract.state,
    }
