"""All figures of a period in one currency: what the figures page, the terminal and the management workbook tell alike.

How each is made:

* Revenue: what was billed without tax by invoices and receipts on their issue day, credit notes as less, and a final
  invoice without what its deposits had. `gross_minor` is the same with tax as it stands on the papers.
* Received: payments by their day; what went back counts as less.
* The year before: the same days a year earlier; of a period that still runs only the days that went by in both.
* Plan: what the owner entered for the months that lie wholly in the period.
* Open items: what is open today, by age, whatever the period.
* New customers bought for the first time in the period; lost ones were moved to the stage "lost" in it.
* Days to pay: from issue to the last payment, on the average of the invoices that were settled in the period.
* Customers, products and product groups rank in the company's currency from kept figures, in another one from its few
  documents. A product counts in the group that it has today.

Figures of the pipeline and of contracts are those of today, conversions those of the deals of the period.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from crm_desktop.care import feedback
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.db import connection as db
from crm_desktop.insight import day_figures, figure_ranks, open_items, pipeline_figures, plans
from crm_desktop.insight.day_figures import Sold
from crm_desktop.insight.figure_ranks import Ranked
from crm_desktop.sales import contract_prices

_DAYS_SHOWN = 31


@dataclass(frozen=True, slots=True)
class Step:
    """One column of the charts: a month of the period, or a day of a short one; amounts in minor units.

    `before_minor` is the revenue of the same days a year earlier; `plan_minor` is None where nothing was planned.
    """

    first: date
    last: date
    net_minor: int
    before_minor: int
    plan_minor: int | None
    gross_minor: int
    received_minor: int
    documents: int


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Answers of a period: net promoter score (−100 to 100), mean of 1 to 5, how many were asked and answered."""

    nps: int | None
    average: Decimal | None
    asked: int
    answered: int


@dataclass(frozen=True)
class Figures:
    """The figures of a period; see the module. `others` are currencies with figures that are not added here."""

    first: date
    last: date
    currency: str
    others: tuple[str, ...]
    steps: tuple[Step, ...]
    before_so_far_minor: int
    net_so_far_minor: int
    ages: tuple[open_items.Age, ...]
    customers: tuple[Ranked, ...]
    products: tuple[Ranked, ...]
    groups: tuple[Ranked, ...]
    new_customers: int
    lost_customers: int
    settled: int
    settled_days: int
    forecast: tuple[pipeline_figures.Month, ...]
    stages: tuple[pipeline_figures.StageFigures, ...]
    sources: tuple[pipeline_figures.SourceFigures, ...]
    contracts: tuple[contract_prices.UnderContract, ...]
    satisfaction: Satisfaction

    @property
    def net_minor(self) -> int:
        """Revenue of the period, without tax."""
        return sum(step.net_minor for step in self.steps)

    @property
    def gross_minor(self) -> int:
        """What was billed in the period, with tax."""
        return sum(step.gross_minor for step in self.steps)

    @property
    def before_minor(self) -> int:
        """Revenue of the same days a year earlier."""
        return sum(step.before_minor for step in self.steps)

    @property
    def received_minor(self) -> int:
        """What was paid to us in the period."""
        return sum(step.received_minor for step in self.steps)

    @property
    def documents(self) -> int:
        """How many invoices, receipts and credit notes were issued in the period."""
        return sum(step.documents for step in self.steps)

    @property
    def plan_minor(self) -> int | None:
        """What was planned for the months of the period; None without a plan."""
        planned = [step.plan_minor for step in self.steps if step.plan_minor is not None]
        return sum(planned) if planned else None

    @property
    def open_minor(self) -> int:
        """What is open today."""
        return sum(age.open_minor for age in self.ages)

    @property
    def late_minor(self) -> int:
        """What of it is late."""
        return sum(age.open_minor for age in self.ages[1:])

    @property
    def days_to_pay(self) -> Decimal | None:
        """Days from issue to payment on the average, with one decimal; None where nothing was settled."""
        if not self.settled:
            return None
        return (Decimal(self.settled_days) / self.settled).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was billed in the period."""
        return not self.documents


def gather(first: date, last: date, currency: str = "") -> Figures:
    """All figures of a period, in a currency (the company's own)."""
    home = profile.load().currency
    wanted = currency or home
    sold, paid = day_figures.sales(first, last), day_figures.received(first, last)
    earlier = day_figures.sales(dates.add_months(first, -12), year_before(last)).get(wanted, [])
    aged = open_items.by_age()
    expected, under = pipeline_figures.forecast(), contract_prices.under_contract()
    planned = plans.of_months(first, last, wanted)
    days = _Days(sold.get(wanted, []), earlier, paid.get(wanted, {}), planned)
    until = min(dates.today(), last)
    items = figure_ranks.sold(first, last, wanted, home)
    settled, waited = day_figures.settled(first, last)
    others = {*sold, *paid, *aged, *(m.currency for m in expected), *(c.currency for c in under)} - {wanted}
    return Figures(
        first, last, wanted, tuple(sorted(others)),
        tuple(days.step(*span) for span in _spans(first, last)),
        _net(earlier, year_before(until)), _net(days.sold, until),
        tuple(aged.get(wanted) or open_items.none_open()),
        tuple(figure_ranks.customers(first, last, wanted, home)), tuple(figure_ranks.products_of(items)),
        tuple(figure_ranks.groups_of(items)),
        len(new_customers(first, last)), len(lost_customers(first, last)), settled, waited,
        tuple(m for m in expected if m.currency == wanted),
        tuple(pipeline_figures.by_stage(first)), tuple(pipeline_figures.by_source(first)),
        tuple(c for c in under if c.currency == wanted), _satisfaction(first, last),
    )  # fmt: skip


def years() -> list[int]:
    """The years in which something was billed, newest first; at least this one."""
    row = db.one("SELECT min(day_on), max(day_on) FROM day_figures")
    this = dates.today().year
    oldest, newest = (int(day[:4]) if day else this for day in row)
    return list(range(max(newest, this), min(oldest, this) - 1, -1))


def year_before(day: date) -> date:
    """The same day a year earlier; the last day of a month stays the last one."""
    before = dates.add_months(day, -12)
    return dates.end_of_month(before) if day == dates.end_of_month(day) else before


def _net(sold: list[Sold], until: date) -> int:
    """What was billed up to a day."""
    end = until.isoformat()
    return sum(day.net_minor for day in sold if day.day_on <= end)


def _spans(first: date, last: date) -> list[tuple[date, date]]:
    """The parts of a period that become columns: days of a short one, else months."""
    if day_figures.days_between(first, last) <= _DAYS_SHOWN:
        days = (dates.add_days(first, number) for number in range(day_figures.days_between(first, last)))
        return [(day, day) for day in days]
    found, start = [], first
    while start <= last:
        end = min(dates.end_of_month(start), last)
        found.append((start, end))
        start = dates.add_days(end, 1)
    return found


@dataclass(frozen=True, slots=True)
class _Days:
    """What the days of a period hold in one currency: billed, billed a year earlier, paid, and the plan of its months."""

    sold: list[Sold]
    earlier: list[Sold]
    paid: dict[str, int]
    planned: dict[str, int]

    def step(self, start: date, end: date) -> Step:
        """One column."""
        since, until = start.isoformat(), end.isoformat()
        then, till = dates.add_months(start, -12).isoformat(), year_before(end).isoformat()
        within = [day for day in self.sold if since <= day.day_on <= until]
        # The plan of a month that is shown day by day stands at its last day, so that the sum holds.
        has_plan = end == dates.end_of_month(end) and (start.day == 1 or start == end)
        return Step(
            start,
            end,
            sum(day.net_minor for day in within),
            sum(day.net_minor for day in self.earlier if then <= day.day_on <= till),
            self.planned.get(until[:7]) if has_plan else None,
            sum(day.gross_minor for day in within),
            sum(minor for day, minor in self.paid.items() if since <= day <= until),
            sum(day.documents for day in within),
        )


def new_customers(first: date, last: date) -> list[int]:
    """The customers that bought for the first time in the period; one that was merged counts with the one that was kept."""
    days = [first.isoformat(), last.isoformat()]
    came = {row[0] for row in db.query("SELECT id FROM customer_sales WHERE first_on BETWEEN ? AND ?", days)}
    for lost, kept in figure_ranks.merged().items():
        own = db.value("SELECT first_on FROM customer_sales WHERE id = ?", [lost])
        came -= {lost}
        if own and own < days[0]:
            came -= {kept}
        elif own and own <= days[1]:
            before = db.value("SELECT first_on FROM customer_sales WHERE id = ?", [kept])
            came |= {kept} if not before or before >= days[0] else set()
    return sorted(came)


def lost_customers(first: date, last: date) -> list[int]:
    """The customers that were moved to the stage "lost" in the period, by a rule or by hand."""
    return list(lost_since(first, last))


def lost_since(first: date, last: date) -> dict[int, date]:
    """The same with the day on which each was moved last."""
    rows = db.query(
        "SELECT x.customer_id, max(x.changed_on) FROM stage_change x JOIN lifecycle_stage s ON s.id = x.to_stage_id "
        "WHERE s.code = 'lost' AND x.changed_on BETWEEN ? AND ? GROUP BY 1 ORDER BY 1",
        [first.isoformat(), last.isoformat()],
    )
    return {customer_id: date.fromisoformat(day) for customer_id, day in rows}


def _satisfaction(first: date, last: date) -> Satisfaction:
    asked, answered = feedback.answer_share(first, last)
    return Satisfaction(
        feedback.nps(first, last), feedback.average(feedback.SATISFACTION, first, last), asked, answered
    )
