"""Recurring bills: schedules made from contracts, typed freely, or "repeat this invoice every …".

A schedule says what falls due when; nothing is billed by itself. What is due waits in `to_bill` until a draft is made of
it, is skipped, or the schedule is paused. A day is billed once: `schedule_period` holds the days that were.

A schedule of a contract takes customer, value, currency, interval, title and end from the contract as it is now. The
first day that is billed may lie after the anchor: then one row from `BEFORE` on says that all days before are settled.

How they are made and changed stands in `recurring_edit`.

Source: docs/decisions/0022-recurring.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any

from crm_desktop.billing.recurring_periods import Part, Piece, Range, Rhythm, Span, Step, parts, pieces, prices
from crm_desktop.core import dates, money, text
from crm_desktop.core.errors import NotFound
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.sales.work_done import from_scaled, net_minor

# Key → words, months, weeks. The keys of a contract's interval are among them.
INTERVALS: dict[str, tuple[str, int, int]] = {
    "week": (N_("every week"), 0, 1),
    "two_weeks": (N_("every 2 weeks"), 0, 2),
    "four_weeks": (N_("every 4 weeks"), 0, 4),
    "month": (N_("every month"), 1, 0),
    "two_months": (N_("every 2 months"), 2, 0),
    "quarter": (N_("every quarter"), 3, 0),
    "half_year": (N_("every half-year"), 6, 0),
    "year": (N_("every year"), 12, 0),
    "two_years": (N_("every 2 years"), 24, 0),
}
BILLS = {"advance": N_("in advance"), "arrears": N_("in arrears")}
UNITS = {"week": "WEE", "month": "MON", "year": "ANN"}
BEFORE = dates.EARLIEST
_BEFORE_TEXT = BEFORE.isoformat()
_COLUMNS = (
    "id", "customer_id", "contract_id", "template_id", "title", "interval_months", "interval_weeks", "anchor_on",
    "end_on", "pause_from_on", "pause_to_on", "bill", "lead_days", "prorate", "line_name", "line_description", "intro",
    "unit", "price_scaled", "price_mode", "currency", "category", "rate_bp", "is_on", "updated_at",
)  # fmt: skip
_OF_CONTRACT = (
    "customer_id", "title", "end_on", "renewal_months", "value_minor", "currency", "interval", "state", "deleted_at",
    "ends_on",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """One schedule. `price` is that of a full period; `interval` as in `INTERVALS`; `stopped` says why nothing falls due.

    `start_on` is the first day that is billed, `anchor_on` the day from which periods are counted. `settled` are the days
    that were billed or skipped.
    """

    id: int
    customer_id: int
    customer: str
    contract_id: int | None
    template_id: int | None
    title: str
    interval: str
    anchor_on: date
    start_on: date
    end_on: date | None
    pause_from: date | None
    pause_to: date | None
    bill: str
    lead_days: int
    prorate: bool
    line_name: str
    line_description: str
    intro: str
    unit: str
    price: Decimal
    price_mode: str
    currency: str
    category: str
    rate_bp: int
    is_on: bool
    stopped: str
    updated_at: str
    own_end_on: date | None = None
    template_net_minor: int = 0
    steps: tuple[Step, ...] = ()
    settled: tuple[Range, ...] = ()

    @property
    def rhythm(self) -> Rhythm:
        """How its periods follow each other."""
        _words, months, weeks = INTERVALS[self.interval]
        return Rhythm(self.anchor_on, months, weeks)

    @property
    def span(self) -> Span:
        """The days that are billed."""
        pauses = ((self.pause_from, self.pause_to or dates.LATEST),) if self.pause_from else ()
        return Span(self.start_on, self.end_on, pauses, self.settled)

    def due_on(self, piece: Piece) -> date:
        """The day from which a piece can be billed."""
        day = piece.first if self.bill == "advance" else dates.add_days(piece.last, 1)
        return dates.add_days(day, -self.lead_days)


@dataclass(frozen=True)
class Due:
    """A piece of a schedule that is or will be due, with what it costs without tax in minor units."""

    schedule: Schedule
    piece: Piece
    due_on: date
    parts: tuple[Part, ...]
    net_minor: int

    @property
    def key(self) -> str:
        """What names it in a list."""
        return f"period:{self.schedule.id}:{self.piece.first}:{self.piece.last}"


# ---- reading --------------------------------------------------------------------------------------------------------


def get(schedule_id: int) -> Schedule:
    """The schedule by id.

    Raises:
        NotFound: there is none.
    """
    found = rows([schedule_id])
    if not found:
        raise NotFound(_("This schedule is no longer there."))
    return found[0]


def of_contract(contract_id: int) -> Schedule | None:
    """The schedule of a contract, or None."""
    found = db.value("SELECT id FROM schedule WHERE contract_id = ? AND deleted_at IS NULL", [contract_id])
    return None if found is None else get(int(found))


def rows(wanted: list[int]) -> list[Schedule]:
    """These schedules, in the given order."""
    listed = ",".join(map(str, wanted))
    own = ", ".join(f"s.{name}" for name in _COLUMNS)
    theirs = ", ".join(f"k.{name} AS k_{name}" for name in _OF_CONTRACT)
    steps, settled = _steps(listed), _settled(listed)
    found = {}
    for record in db.records(
        f"SELECT {own}, {theirs}, c.name AS customer, coalesce(t.tax_basis_minor, 0) AS template_net_minor "
        "FROM schedule s LEFT JOIN contract k ON k.id = s.contract_id "
        "JOIN customer c ON c.id = coalesce(k.customer_id, s.customer_id) "
        f"LEFT JOIN document t ON t.id = s.template_id WHERE s.id IN ({listed})"
    ):
        record["steps"], record["settled"] = steps.get(record["id"], ()), settled.get(record["id"], ())
        made = _made(record)
        found[made.id] = made
    return [found[i] for i in wanted if i in found]


def _steps(listed: str) -> dict[int, tuple[Step, ...]]:
    found: dict[int, tuple[Step, ...]] = {}
    for schedule_id, row_id, from_on, price, percent, note in db.query(
        f"SELECT schedule_id, id, from_on, price_scaled, percent_scaled, note FROM schedule_price "
        f"WHERE schedule_id IN ({listed}) ORDER BY from_on"
    ):
        step = Step(
            date.fromisoformat(from_on),
            None if price is None else from_scaled(price),
            None if percent is None else from_scaled(percent),
            note,
            row_id,
        )
        found[schedule_id] = (*found.get(schedule_id, ()), step)
    return found


# A period holds its days while it is skipped, or on a draft or bill that is not in the bin.
HOLDS = "(p.state = 'skipped' OR EXISTS (SELECT 1 FROM document d WHERE d.id = p.document_id AND d.deleted_at IS NULL))"


def _settled(listed: str) -> dict[int, tuple[Range, ...]]:
    """The settled days of each schedule, neighbours joined: years of bills become one range."""
    found: dict[int, list[tuple[str, str]]] = {}
    for schedule_id, first, last in db.query(
        f"SELECT p.schedule_id, p.from_on, p.to_on FROM schedule_period p WHERE p.schedule_id IN ({listed}) AND {HOLDS} "
        "ORDER BY p.from_on"
    ):
        own = found.setdefault(schedule_id, [])
        if own and own[-1][1] == _day_before(first) and own[-1][0] != _BEFORE_TEXT:
            own[-1] = (own[-1][0], last)
        else:
            own.append((first, last))
    return {
        schedule_id: tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in ranges)
        for schedule_id, ranges in found.items()
    }


@lru_cache(maxsize=4096)
def _day_before(day: str) -> str:
    return dates.add_days(date.fromisoformat(day), -1).isoformat()


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _made(record: dict[str, Any]) -> Schedule:
    of_contract = {name: record.pop(f"k_{name}") for name in _OF_CONTRACT}
    before = [last for first, last in record["settled"] if first == BEFORE]
    anchor = date.fromisoformat(record["anchor_on"])
    months, weeks = record.pop("interval_months"), record.pop("interval_weeks")
    made = Schedule(
        **{name: record.pop(name) for name in _SAME_NAMES},
        interval=next((key for key, (_w, m, w) in INTERVALS.items() if (m, w) == (months, weeks)), "month"),
        anchor_on=anchor,
        start_on=dates.add_days(before[0], 1) if before else anchor,
        end_on=_day(record["end_on"]),
        own_end_on=_day(record["end_on"]),
        pause_from=_day(record["pause_from_on"]),
        pause_to=_day(record["pause_to_on"]),
        prorate=bool(record["prorate"]) and record["template_id"] is None,
        template_id=record["template_id"],
        price=from_scaled(record["price_scaled"]),
        is_on=bool(record["is_on"]),
        stopped="" if record["is_on"] else "off",
    )
    return _like_contract(made, of_contract) if made.contract_id else made


_SAME_NAMES = (
    "id", "customer_id", "customer", "contract_id", "title", "bill", "lead_days", "line_name", "line_description",
    "intro", "unit", "price_mode", "currency", "category", "rate_bp", "updated_at", "template_net_minor", "steps",
    "settled",
)  # fmt: skip


def _like_contract(made: Schedule, contract: dict[str, Any]) -> Schedule:
    """What the contract says goes before what was kept when the schedule was made."""
    interval = contract["interval"] if contract["interval"] in INTERVALS else made.interval
    ends = _day(contract["ends_on"]) or _day(contract["end_on"])
    if contract["state"] == "active" and contract["renewal_months"]:
        ends = None  # it renews, and so do its bills
    if contract["deleted_at"] or contract["interval"] == "once":
        stopped = "no_contract"
    elif contract["state"] == "draft" or (contract["state"] == "ended" and ends is None):
        stopped = contract["state"]
    else:
        stopped = made.stopped
    return replace(
        made,
        customer_id=contract["customer_id"] or made.customer_id,
        title=contract["title"],
        interval=interval,
        unit=UNITS.get(interval, "LS"),
        price=money.from_minor(contract["value_minor"], contract["currency"]),
        currency=contract["currency"],
        end_on=min((day for day in (ends, made.own_end_on) if day), default=None),
        stopped=stopped,
    )


_ORDERS = {"title": "fold(coalesce(k.title, s.title))", "customer": "fold(c.name)"}
VIEWS = ("all", "paused", "ended")


def ids(view: str = "all", *, search: str = "", order: str = "next", descending: bool = False) -> list[int]:
    """The ids of the schedules in a view: "all" that go on, "paused" ones (or switched off), "ended" ones; in order."""
    where, params = "s.deleted_at IS NULL", []
    for word in text.fold(search).split():
        where += " AND fold(coalesce(k.title, s.title) || ' ' || c.name) LIKE ?"
        params.append(f"%{word}%")
    sql = (
        "SELECT s.id FROM schedule s LEFT JOIN contract k ON k.id = s.contract_id "
        f"JOIN customer c ON c.id = coalesce(k.customer_id, s.customer_id) WHERE {where} "
        f"ORDER BY {_ORDERS.get(order, _ORDERS['customer'])} {'DESC' if descending else 'ASC'}, s.id"
    )
    found = [made for made in rows([row[0] for row in db.query(sql, params)]) if state(made) in _STATES_OF[view]]
    if order == "next":
        found.sort(key=lambda s: next_due_on(s) or dates.LATEST, reverse=descending)
    return [made.id for made in found]


_STATES_OF = {"all": ("running", "paused"), "paused": ("paused",), "ended": ("ended",)}


def counts() -> dict[str, int]:
    """The number of schedules in each view."""
    return {view: len(ids(view, order="title")) for view in VIEWS}


def state(schedule: Schedule, on: date | None = None) -> str:
    """Whether it is "running", "paused" (or switched off) or "ended", as seen on a day (today)."""
    on = on or dates.today()
    # A pause without end hides all that would follow it.
    goes_on = replace(schedule, stopped="", pause_from=schedule.pause_from if schedule.pause_to else None)
    if schedule.stopped == "ended" or next_due_on(goes_on) is None:
        return "ended"
    in_pause = schedule.pause_from and schedule.pause_from <= on <= (schedule.pause_to or dates.LATEST)
    return "paused" if schedule.stopped or in_pause else "running"


def next_due_on(schedule: Schedule) -> date | None:
    """The day from which the next piece can be billed; None when there is none."""
    found = coming(schedule, 1)
    return found[0].due_on if found else None


def coming(schedule: Schedule, count: int = 12) -> list[Due]:
    """The next pieces that nobody billed or skipped yet, oldest first."""
    if schedule.stopped:
        return []
    return [
        _due(schedule, piece)
        for piece in islice(pieces(schedule.rhythm, schedule.span, prorate=schedule.prorate), count)
    ]


def due(customer_id: int | None = None, on: date | None = None) -> list[Due]:
    """Everything that can be billed on a day (today), oldest first; of one customer or of all."""
    on, found = on or dates.today(), []
    listed = db.query(
        "SELECT s.id FROM schedule s LEFT JOIN contract k ON k.id = s.contract_id "
        "JOIN customer c ON c.id = coalesce(k.customer_id, s.customer_id) WHERE s.deleted_at IS NULL AND s.is_on = 1 "
        "AND c.deleted_at IS NULL AND (?1 IS NULL OR c.id = ?1) ORDER BY s.id",
        [customer_id],
    )
    for schedule in rows([row[0] for row in listed]):
        found += _due_of(schedule, on)
    return sorted(found, key=lambda d: (d.due_on, d.piece.first, d.schedule.id))


def _due_of(schedule: Schedule, on: date) -> list[Due]:
    if schedule.stopped:
        return []
    until = dates.add_days(on, schedule.lead_days)
    found = pieces(schedule.rhythm, schedule.span, prorate=schedule.prorate, until=until)
    return [_due(schedule, piece) for piece in found if schedule.due_on(piece) <= on]


def _due(schedule: Schedule, piece: Piece) -> Due:
    day = schedule.due_on(piece)
    if schedule.template_id is not None:
        return Due(schedule, piece, day, (), schedule.template_net_minor)
    timeline = prices(schedule.price, schedule.steps, schedule.currency)
    made = parts(piece, timeline, schedule.currency, split=schedule.prorate)
    amount = sum((part.amount for part in made), Decimal(0))
    net = net_minor(amount, schedule.price_mode, schedule.rate_bp, schedule.currency)
    return Due(schedule, piece, day, tuple(made), net)
