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
from crm_desktop.db import noted
from crm_desktop.sales import contract_history, contract_prices, contract_terms
from crm_desktop.sales.contract_history import About, Line
from crm_desktop.sales.contract_prices import PriceStep
from crm_desktop.sales.contract_terms import OPEN_ENDED, Terms, Window, notice_day

__all__ = ["OPEN_ENDED", "Contract", "Dates", "notice_day"]
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
NOTICE_TO = {
    "term": N_("to the end of the term"),
    "month": N_("to the end of a month"),
    "quarter": N_("to the end of a quarter"),
    "half_year": N_("to the end of a half-year"),
    "year": N_("to the end of a year"),
    "any": N_("to any day"),
}
# So many lines stand below the name in the window of an envelope.
ADDRESS_LINES = 5
NOTICE_BY = {"us": N_("We gave notice"), "them": N_("They gave notice")}
# Days before each last day to cancel on which a contract comes up in Today, unless it says others itself.
REMIND_DAYS = (30, 7)
_REMIND_KEY = "contract_remind_days"
DIRECTIONS = {"income": N_("With a customer"), "expense": N_("Paid by us")}
# The payee is a name with the lines of an address below it; only the name says with whom.
_PARTY = "coalesce(c.name, substr(k.payee, 1, instr(k.payee || char(10), char(10)) - 1))"
_COLUMNS = (
    f"k.id, k.number, k.direction, k.customer_id, {_PARTY}, k.payee, k.title, k.start_on, k.end_on, "
    "k.notice_count, k.notice_unit, k.renewal_months, k.value_minor, k.currency, k.interval, k.state, k.notes, k.updated_at, "
    "k.notice_to, k.signed_on, k.notice_given_on, k.notice_by, k.ends_on, k.remind_days, k.inform_from_days, "
    "k.inform_to_days, k.informed_on, k.renewed_from_id"
)
_DAYS = (7, 8, 19, 20, 22, 26)


@dataclass(frozen=True)
class Contract:
    """One contract. `party` is the name of the customer or payee; `value_minor` is due once per `interval`.

    `payee` is whom we pay, with the lines of their address below the name.

    `value_minor` holds from the start; `steps` change it, `value_on` says it for a day. `renewal_months` may be
    `OPEN_ENDED`. `notice_by` says who gave notice, `ends_on` the end that it led to. `remind_days` ("90,30,7") are days
    before the last day to cancel; empty means those of the settings. `informed_on` is when the customer was last told
    that it renews, `renewed_from_id` the contract that this one follows.
    """

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
    notice_to: str = "term"
    signed_on: date | None = None
    notice_given_on: date | None = None
    notice_by: str = ""
    ends_on: date | None = None
    remind_days: str = ""
    inform_from_days: int = 0
    inform_to_days: int = 0
    informed_on: date | None = None
    renewed_from_id: int | None = None
    steps: tuple[PriceStep, ...] = ()

    @property
    def payee_address(self) -> str:
        """The lines of the address of whom we pay; empty where none is known."""
        return self.payee.partition("\n")[2]

    def value_on(self, on: date) -> int:
        """The value per interval on a day, after changes of price, in minor units."""
        return contract_prices.value_on(self.value_minor, self.steps, self.currency, on)

    @property
    def value_now_minor(self) -> int:
        """The value per interval today, or at the start of a contract that is to come."""
        return self.value_on(max(dates.today(), self.start_on or dates.today()))

    @property
    def value_per_year_minor(self) -> int:
        """The value of a year at the price of today, in minor units; 0 for a contract that is paid once."""
        return contract_prices.year_minor(self.value_now_minor, self.interval)

    @property
    def terms(self) -> Terms:
        """What it says about its time, for `contract_terms`."""
        return Terms(
            start_on=self.start_on,
            end_on=self.end_on,
            renewal_months=self.renewal_months,
            notice_count=self.notice_count,
            notice_unit=self.notice_unit,
            notice_to=self.notice_to,
            inform_from_days=self.inform_from_days,
            inform_to_days=self.inform_to_days,
        )


@dataclass(frozen=True)
class Dates:
    """The next dates of a contract: when its term ends, whether it then renews, and the last day to give notice.

    `cancel_ends_on` is the end that notice on that last day leads to, `inform` when the other side is to be told of the
    renewal.
    """

    term_ends_on: date | None
    renews: bool
    last_day_to_cancel: date | None
    cancel_ends_on: date | None = None
    inform: Window | None = None


def get(contract_id: int) -> Contract:
    """The contract by id.

    Raises:
        NotFound: there is no such contract.
    """
    found = rows([contract_id])
    if not found:
        raise NotFound(_("This contract is no longer there."))
    return found[0]


def find(number: str) -> int:
    """The id of a contract by its number.

    Raises:
        NotFound: there is none.
    """
    found = db.value("SELECT id FROM contract WHERE number = ? AND deleted_at IS NULL", [number])
    if found is None:
        raise NotFound(_("There is no contract {number}.").format(number=number))
    return int(found)


def rows(wanted: list[int]) -> list[Contract]:
    """These contracts, in the given order."""
    found, steps = {}, contract_prices.steps_of(wanted)
    for r in db.query(
        f"SELECT {_COLUMNS} FROM contract k LEFT JOIN customer c ON c.id = k.customer_id "
        f"WHERE k.id IN ({','.join(map(str, wanted))})"
    ):
        values: list[Any] = list(r)
        for place in _DAYS:
            values[place] = date.fromisoformat(r[place]) if r[place] else None
        found[r[0]] = Contract(*[*values, steps.get(r[0], ())])
    return [found[i] for i in wanted if i in found]


VIEWS = ("running", "income", "expense", "soon", "draft", "ended")
# Of one that came with its notice but without its last day nobody knows whether it still runs: that is to be decided.
_NO_LAST_DAY = "(k.state = 'notice_given' AND coalesce(k.ends_on, k.end_on) IS NULL)"
_RUNNING = f"k.state IN ('active', 'notice_given') AND NOT {_NO_LAST_DAY}"
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
    """The ids of the contracts in a view, in order; "soon" has a last day to cancel within 90 days, or none after notice.

    A draft binds nobody, so only "draft" and "all" (which is all that has not ended) have it.
    """
    where = {
        "all": "k.state <> 'ended'",
        "running": _RUNNING,
        "income": f"{_RUNNING} AND k.direction = 'income'",
        "expense": f"{_RUNNING} AND k.direction = 'expense'",
        "soon": f"(k.state = 'active' OR {_NO_LAST_DAY})",
        "draft": "k.state = 'draft'",
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
    found = rows(wanted)
    days = {c.id: dates_of(c).last_day_to_cancel for c in found if not soon or reminds(c)}
    asked = {c.id for c in found if soon and c.state == "notice_given"}
    limit = dates.add_days(dates.today(), 90)
    kept = [i for i in wanted if not soon or i in asked or ((day := days.get(i)) is not None and day <= limit)]
    known = sorted((i for i in kept if days.get(i)), key=lambda i: str(days[i]), reverse=descending)
    return known + [i for i in kept if not days.get(i)]


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
    if contract.state != "active":
        return Dates(contract.ends_on or contract.end_on, renews=False, last_day_to_cancel=None)
    terms = contract.terms
    found = contract_terms.next_cancel(terms, on)
    last, end = found or (None, None)
    return Dates(
        contract_terms.term_end(terms, on),
        contract.renewal_months > 0 and contract.end_on is not None,
        last,
        end,
        contract_terms.next_window(terms, on),
    )


def binds_again(contract: Contract) -> bool:
    """Whether it goes on for long when nobody gives notice in time, so that somebody has to decide."""
    terms = contract.terms
    return (terms.renewal_months > 0 and terms.end_on is not None) or terms.notice_to in ("half_year", "year")


def reminds(contract: Contract, usual: tuple[int, ...] = REMIND_DAYS) -> tuple[int, ...]:
    """The days before a last day to cancel on which it comes up, the most days first; empty if it never does."""
    return _days_in(contract.remind_days) or (usual if binds_again(contract) else ())


def _days_in(written: str) -> tuple[int, ...]:
    own = [int(part) for part in written.replace(" ", "").split(",") if part.isdigit()]
    return tuple(sorted(own, reverse=True))


def usual_remind_days() -> tuple[int, ...]:
    """The days before a last day to cancel on which contracts come up that say nothing of their own."""
    kept = db.value("SELECT value FROM setting WHERE key = ?", [_REMIND_KEY])
    return _days_in(kept) if kept else REMIND_DAYS


def save_usual_remind_days(written: str) -> None:
    """Keep them, as "90, 30, 7".

    Raises:
        ValidationError: these are no days.
    """
    problems = _check_reminding({"remind_days": written})
    if problems or not _days_in(written):
        raise ValidationError(problems or {"remind_days": _("Write at least one day, for example 30.")})
    with db.transaction(_("When contracts come up")):
        noted.put_setting(_REMIND_KEY, written.strip())


def check(values: dict[str, Any], contract_id: int | None = None) -> dict[str, str]:
    """What cannot be kept, as field → sentence."""
    found = _check_party(values) | _check_days(values)
    if not values.get("title"):
        found["title"] = _("Give the contract a title, for example “Maintenance”.")
    if not 0 <= values.get("notice_count", 0) <= 1000:
        found["notice_count"] = _("A notice period goes from 0 to 1000.")
    if not OPEN_ENDED <= values.get("renewal_months", 0) <= 240:
        found["renewal_months"] = _("A renewal goes from 0 to 240 months.")
    if abs(values.get("value_minor", 0)) > money.LARGEST_MINOR:
        found["value_minor"] = _("This value is too large.")
    found |= _check_reminding(values)
    if values.get("number") and db.one(
        "SELECT 1 FROM contract WHERE number = ? AND deleted_at IS NULL AND id IS NOT ?",
        [values["number"], contract_id],
    ):
        found["number"] = _("The number {number} belongs to another contract.").format(number=values["number"])
    return found


def _check_reminding(values: dict[str, Any]) -> dict[str, str]:
    found = {}
    parts = [part.strip() for part in (values.get("remind_days") or "").split(",") if part.strip()]
    if any(not part.isdigit() or int(part) > 1000 for part in parts):
        found["remind_days"] = _("Write days with commas between them, for example 90, 30, 7.")
    first, last = values.get("inform_from_days", 0) or 0, values.get("inform_to_days", 0) or 0
    if not 0 <= first <= 1000 or not 0 <= last <= 1000:
        found["inform_from_days"] = _("From 0 to {count} days.").format(count=1000)
    elif first < last:
        found["inform_to_days"] = _("The last day to tell them lies after the first one, so it has fewer days.")
    return found


def _check_party(values: dict[str, Any]) -> dict[str, str]:
    if values.get("direction", "income") == "income" and not values.get("customer_id"):
        return {"customer_id": _("Choose the customer of this contract.")}
    if values.get("direction") == "expense" and not values.get("payee") and not values.get("customer_id"):
        return {"payee": _("Write whom you pay, for example the landlord.")}
    if len((values.get("payee") or "").splitlines()) > ADDRESS_LINES + 1:
        return {"payee_address": _("An address has up to {count} lines.").format(count=ADDRESS_LINES)}
    return {}


def _check_days(values: dict[str, Any]) -> dict[str, str]:
    start, end = values.get("start_on"), values.get("end_on")
    found = {
        name: _("The year {year} cannot be right. Check the date.").format(year=day.year)
        for name, day in (("start_on", start), ("end_on", end), ("signed_on", values.get("signed_on")))
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
    own = {k: text.tidy(v) if isinstance(v, str) and k not in ("notes", "payee") else v for k, v in values.items()}
    if "payee" in own:
        own["payee"] = text.tidy_lines((own["payee"] or "").strip())
    before = {} if contract_id is None else {k: v for k, v in vars(get(contract_id)).items() if k not in _NOT_KEPT}
    problems = check(before | own, contract_id)
    if problems:
        raise ValidationError(problems)
    stored = {k: v.isoformat() if isinstance(v, date) else v for k, v in own.items()}
    title = _("New contract {title}") if contract_id is None else _("Edit contract {title}")
    with db.transaction(title.format(title=own.get("title") or before.get("title"))):
        if contract_id is None:
            return _add(stored)
        db.update("contract", contract_id, stored | {"updated_at": dates.stamp()})
        if own.get("state", before["state"]) != before["state"]:
            note_state(contract_id, own["state"], dates.today())
    return contract_id


_NOT_KEPT = ("id", "party", "steps")


def _add(stored: dict[str, Any]) -> int:
    """A new row, with a number if none is given, its first state, and its line in the customer's timeline."""
    stored["number"] = stored.get("number") or numbering.take_free("contract", dates.today(), "contract")
    stored.setdefault("currency", profile.load().currency)
    made = db.insert("contract", stored | {"created_at": dates.instant_text(dates.now()), "updated_at": dates.stamp()})
    note_begin(made)
    return made


def note_state(contract_id: int, state: str, from_on: date, reason: str = "") -> None:
    """Note a state in the history of a contract, and in the timeline of its customer; inside the act that changes it."""
    found = get(contract_id)
    words = _("Contract “{title}”: {state}").format(title=found.title, state=_(STATES[state]))
    _note(found, Line(state=state, from_on=from_on, words=words, reason=reason))


def note_begin(contract_id: int) -> None:
    """Write the lines with which the history of a contract begins, by the state and the days that it has."""
    found = get(contract_id)
    since = found.notice_given_on if found.state == "notice_given" else found.ends_on or found.end_on
    for state, day, reason in contract_history.first_states(found.state, found.start_on, since):
        said = _("Contract “{title}” began") if reason else _("Contract “{title}”: {state}")
        words = said.format(title=found.title, state=_(STATES[state]))
        quiet = since is None and state in ("notice_given", "ended")
        _note(found, Line(state=state, from_on=day, words=words, reason=reason, begins=bool(reason), quiet=quiet))


def _note(found: Contract, line: Line) -> None:
    about = About(
        contract_id=found.id,
        customer_id=found.customer_id,
        year_minor=found.value_per_year_minor,
        currency=found.currency,
    )
    contract_history.write(about, line)


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
    found = dates_of(contract)
    last = found.last_day_to_cancel
    return {
        "id": contract.id,
        "number": contract.number,
        "customer": contract.party,
        "title": contract.title,
        "start": contract.start_on.isoformat() if contract.start_on else None,
        "end": contract.end_on.isoformat() if contract.end_on else None,
        "notice": notice_text(contract),
        "notice_to": contract.notice_to,
        "last_day": last.isoformat() if last else None,
        "ends": found.term_ends_on.isoformat() if found.term_ends_on else None,
        "value": str(money.from_minor(contract.value_now_minor, contract.currency)),
        "currency": contract.currency,
        "interval": contract.interval,
        "state": contract.state,
    }
