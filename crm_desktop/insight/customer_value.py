"""What is known of every buying customer: group, usual interval, next order, risk of leaving, and what they will bring.

* Usual interval: the median of the days between orders, from three orders on; the next order is expected that long after
  the last one.
* Expected orders in 12 months and the chance that a customer still buys: the BG/NBD model (`purchase_model`).
* Worth of an order: the Gamma-Gamma model. What a customer will bring in 12 months is the one times the other; lifetime
  value is that with what they brought already.

The models are fitted to at most `SAMPLE` customers, chosen by a fixed seed, and then asked for all. Everything is kept in
memory until an order, a merger or a new day changes it.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from statistics import median

from crm_desktop.core import dates
from crm_desktop.core.progress import Progress
from crm_desktop.insight import customer_groups, order_history, purchase_model
from crm_desktop.insight.cohorts import Cohort, cohorts
from crm_desktop.insight.customer_groups import Marks
from crm_desktop.insight.order_history import Orders
from crm_desktop.insight.purchase_model import History, Purchases, Worth

SAMPLE, SEED = 2000, 6
WEEK, YEAR_WEEKS = 7, 365 / 7
ORDERS_FOR_INTERVAL = 3
# So much longer than usual may a customer be silent and is still in their rhythm; without one, so many days. Silent for
# `SILENT` times as long as usual, they are far out of it.
RHYTHM, FRESH_DAYS, SILENT = 1.5, 30, 3
# Without an interval of their own they are far out of it after `SILENT` times that of all customers, within these days.
LATELY_DAYS = (180, 365)
# Chances of still buying from which on the risk is low, medium; below: high.
RISKS = ((0.8, "low"), (0.5, "medium"), (0.0, "high"))
_STEP = 2000
# Where a model asks for histories that nearly agree, it is asked once.
_ROUND_WEEKS = 1


@dataclass(frozen=True, slots=True)
class Value:
    """What is known of one customer; None where too little is known. Money in minor units of the company's currency."""

    customer_id: int
    orders: int
    first_on: date
    last_on: date
    net_minor: int
    history: History
    interval: int | None
    next_on: date | None
    marks: Marks | None
    alive: float | None
    expected: float | None
    worth_minor: int | None

    @property
    def future_minor(self) -> int | None:
        """What the customer will bring in 12 months."""
        if self.expected is None or self.worth_minor is None:
            return None
        return round(self.expected * self.worth_minor)

    @property
    def lifetime_minor(self) -> int | None:
        """What the customer brought and will bring in 12 months."""
        return None if self.future_minor is None else self.net_minor + self.future_minor

    @property
    def group(self) -> str:
        """The key of the group, or nothing."""
        return self.marks.group if self.marks else ""

    @property
    def risk(self) -> str:
        """low, medium, high, or nothing: of one order the model says nothing (its chance is always 1)."""
        if self.alive is None or not self.history.repeats:
            return ""
        return next(name for least, name in RISKS if self.alive >= least)


@dataclass(frozen=True)
class Known:
    """The figures of all buying customers by id, the models behind them, and the cohorts."""

    customers: dict[int, Value] = field(default_factory=dict)
    purchases: Purchases | None = None
    worth: Worth | None = None
    cohorts: tuple[Cohort, ...] = ()
    repeating: int = 0
    fitted_on: int = 0

    @property
    def missing(self) -> int:
        """How many more customers must come back before the models say anything."""
        return 0 if self.purchases else max(1, purchase_model.LEAST_REPEATING - self.repeating)


_kept: list[tuple[tuple[object, ...], Known]] = []
_one_at_a_time = threading.Lock()


def kept() -> Known | None:
    """The figures if they stand in memory and still hold; else None, at once."""
    state = order_history.state()
    return next((known for of, known in _kept if of == state), None)


def latest() -> Known | None:
    """The figures of today as they were last worked out, at once, even when an order came since."""
    now = order_history.state()[:2]
    return next((known for of, known in _kept if of[:2] == now), None)


def known(progress: Progress | None = None) -> Known:
    """The figures; made anew when something changed, which for 100,000 customers takes some seconds: call it in a job."""
    with _one_at_a_time:
        found = kept()
        if found is None:
            state = order_history.state()
            found = computed(order_history.read(progress), progress)
            _kept[:] = [(state, found)]
        return found


def of_customer(customer_id: int) -> Value | None:
    """The figures of one customer; None while they never bought."""
    return known().customers.get(customer_id)


def tend() -> int:
    """Have the figures ready before somebody asks; does nothing to the file."""
    known()
    return 0


def computed(orders: dict[int, Orders], progress: Progress | None = None) -> Known:
    """The figures from the orders of all customers."""
    progress = progress or Progress()
    today = dates.today().toordinal()
    facts = {customer: _facts(found, today) for customer, found in orders.items()}
    histories = [fact.history for fact in facts.values()]
    sample = histories if len(histories) <= SAMPLE else random.Random(SEED).sample(histories, SAMPLE)
    progress(1, 3)
    purchases = purchase_model.fit_purchases(sample)
    progress.check()
    worth = purchase_model.fit_worth(sample)
    progress(2, 3)
    marked = _marked(list(facts.values()), today)
    asked = _Asked(purchases, worth)
    values = {}
    for place, (customer, fact) in enumerate(facts.items()):
        if not place % _STEP:
            progress(2 * len(facts) + place, 3 * len(facts))
        values[customer] = asked.value(customer, fact, marked[place] if marked else None)
    made = tuple(cohorts(found.ordered for found in orders.values()))
    repeating = sum(history.repeats > 0 for history in histories)
    return Known(values, purchases, worth, made, repeating, len(sample))


@dataclass(frozen=True, slots=True)
class _Facts:
    days: list[int]
    net: int
    interval: int | None
    history: History


def _facts(orders: Orders, today: int) -> _Facts:
    days = orders.ordered
    repeats, net = len(days) - 1, sum(orders.days.values())
    value = max(0.0, (net - orders.days[days[0]]) / repeats) if repeats else 0.0
    gaps = [after - before for before, after in pairwise(days)]
    interval = max(1, round(median(gaps))) if len(days) >= ORDERS_FOR_INTERVAL else None
    history = History(repeats, (days[-1] - days[0]) / WEEK, (today - days[0]) / WEEK, value)
    return _Facts(days, net, interval, history)


def _marked(facts: list[_Facts], today: int) -> list[Marks]:
    """The marks of all, or nothing where there are too few customers for fifths."""
    if len(facts) < customer_groups.LEAST_CUSTOMERS:
        return []
    lately = silent_from([f.interval for f in facts if f.interval])
    rhythm = [_rhythm(f, today - f.days[-1], lately) for f in facts]
    return customer_groups.marks(
        [f.days[-1] for f in facts], [len(f.days) for f in facts], [f.net for f in facts], rhythm
    )


def silent_from(intervals: list[int]) -> int:
    """After how many days without an order nobody without an interval of their own counts as having bought lately.

    Three times the usual interval of all customers, but half a year at least and a year at most.
    """
    least, most = LATELY_DAYS
    return max(least, min(most, round(SILENT * median(intervals)))) if intervals else least


def _rhythm(fact: _Facts, quiet: int, lately: int) -> int:
    """1 within their rhythm, −1 far out of it, 0 between or unknown."""
    if quiet <= (fact.interval * RHYTHM if fact.interval else FRESH_DAYS):
        return 1
    return -1 if quiet > (fact.interval * SILENT if fact.interval else lately) else 0


class _Asked:
    """Asks the models, each nearly equal history once."""

    def __init__(self, purchases: Purchases | None, worth: Worth | None) -> None:
        self._purchases, self._worth = purchases, worth
        self._said: dict[tuple[int, float, float], tuple[float, float]] = {}

    def value(self, customer: int, fact: _Facts, marks: Marks | None) -> Value:
        """The figures of one customer."""
        last = fact.days[-1]
        alive, expected = self._buys(fact.history)
        return Value(
            customer_id=customer,
            orders=len(fact.days),
            first_on=date.fromordinal(fact.days[0]),
            last_on=date.fromordinal(last),
            net_minor=fact.net,
            history=fact.history,
            interval=fact.interval,
            next_on=date.fromordinal(last + fact.interval) if fact.interval else None,
            marks=marks,
            alive=alive,
            expected=expected,
            worth_minor=self._brings(fact),
        )

    def _buys(self, history: History) -> tuple[float | None, float | None]:
        if self._purchases is None:
            return None, None
        key = (history.repeats, round(history.last_week, _ROUND_WEEKS), round(history.known_weeks, _ROUND_WEEKS))
        if key not in self._said:
            asked = History(*key)
            alive = self._purchases.alive(asked)
            self._said[key] = alive, self._purchases.expected(asked, YEAR_WEEKS)
        return self._said[key]

    def _brings(self, fact: _Facts) -> int | None:
        """What an order is worth; nobody's mean runs away, since the model needs q > 1 to have one."""
        if self._worth is None or self._worth.q <= 1:
            return None if self._worth is None else round(max(0, fact.net) / len(fact.days))
        return max(0, round(self._worth.mean(fact.history)))


def sizes(found: Known) -> Counter[str]:
    """How many customers are in each group."""
    return Counter(value.group for value in found.customers.values() if value.group)


def in_group(found: Known, group: str) -> list[Value]:
    """The customers of a group, those who brought most first."""
    return sorted(
        (v for v in found.customers.values() if v.group == group), key=lambda v: (-v.net_minor, v.customer_id)
    )
