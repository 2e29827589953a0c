"""The management report: how the business goes in a period, as a workbook that follows its own data.

The first sheet has the key figures, revenue by month with charts, and by year. All of them are formulas over the typed
tables on the sheets behind (days, payments, journal, open items, customers …), and the result of each formula is written
beside it, so that programs that do not calculate show it too. The figures are those of `insight.figures`, to the cent.

Everything is in one currency; what there is in others stands for itself below, and is never added.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.core import dates, formats
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.exchange import excel_reports, management_lists, management_notes, management_reach
from crm_desktop.exchange import report_workbook as wb
from crm_desktop.exchange.report_parts import amounts_in, locale, major, note, period_words, share
from crm_desktop.exchange.report_rows import Formula
from crm_desktop.exchange.report_styles import COUNT, DAY, MONEY, SHARE
from crm_desktop.exchange.report_workbook import Block, Cell, Chart, Column, Figure, Sheet
from crm_desktop.insight import day_figures, figures, open_items
from crm_desktop.insight.figures import Figures, Step

_YEARS = 10
# Places of the columns of the sheet of days.
_DAY, _NET, _GROSS, _RECEIVED, _DOCUMENTS = range(5)


def sheets(first: date, last: date) -> list[Sheet]:
    """All sheets of the report, those without a single row left out."""
    found = figures.gather(first, last)
    made = _Report(found)
    items = [item for item in open_items.items() if item.currency == found.currency]
    behind = [
        made.days_sheet(),
        *_journal(found),
        *_ageing(found, items),
        *management_lists.sheets(found),
        *management_reach.sheets(found),
    ]
    return [made.cover(), *behind, management_notes.sheet(found)]


def _journal(found: Figures) -> list[Sheet]:
    """The documents of the period with their tax, and the sums by rate; only those of the report's currency."""
    made = excel_reports.invoice_journal(found.first, found.last)
    own = [s for s in made[1:] if s.blocks[0].columns[6].currency == found.currency]
    if not own or not own[0].blocks[0].rows:
        return []
    several = len(made) > 2
    rate = [b for b in made[0].blocks if b.columns[0].heading == _("Rate")]
    mine = [b for b in rate if not several or found.currency in b.title]
    vat = Sheet(name=_("VAT"), title=_("VAT by rate"), note=note(amounts_in(found.currency)), blocks=tuple(mine))
    return [vat, *own]


def _ageing(found: Figures, items: list[open_items.OpenItem]) -> list[Sheet]:
    """What is open by age, and the rows behind it."""
    if not items:
        return []
    made = excel_reports.open_item_list(dates.today())
    name = next(s.name for s in made[1:] if s.blocks[0].columns[-1].currency == found.currency)
    block = excel_reports.by_age(found.currency, name, items, several=False)
    summary = Sheet(
        name=_("Ageing"), title=_("Open items by age"), note=note(amounts_in(found.currency)), blocks=(block,),
        charts=(Chart(title=_("Open by age, {currency}").format(currency=found.currency), block=0, column=2),),
    )  # fmt: skip
    return [summary, next(s for s in made[1:] if s.name == name)]


@dataclass(frozen=True)
class _Day:
    """A line of the sheet of days."""

    on: date
    net: int
    gross: int
    received: int
    documents: int


class _Report:
    """The cover and the sheet of days that its formulas read."""

    def __init__(self, found: Figures) -> None:
        self.found, self.currency = found, found.currency
        self.name = _("Days")
        self.days = _days(found)

    # ---- days ------------------------------------------------------------------------------------------------------

    def days_sheet(self) -> Sheet:
        """One line per day on which something was billed or paid, of up to ten years."""
        columns = (
            Column(heading=_("Day"), kind=DAY, wide=13),
            *(self._money(text, total=True) for text in (_("Revenue"), _("Billed with tax"), _("Received"))),
            Column(heading=_("Documents"), kind=COUNT, total=True),
        )
        rows: list[tuple[Cell, ...]] = [
            (d.on, *(major(minor, self.currency) for minor in (d.net, d.gross, d.received)), d.documents)
            for d in self.days
        ]
        block = Block(name="Days", columns=columns, rows=rows)
        return Sheet(
            name=self.name,
            title=_("Revenue and payments by day"),
            note=note(amounts_in(self.currency)),
            blocks=(block,),
        )

    def _money(self, heading: str, *, total: bool = False) -> Column:
        return Column(heading=heading, kind=MONEY, currency=self.currency, total=total)

    def _sum(self, column: int, first: date, last: date) -> Formula:
        """What a column of the days adds up to from one day to another."""
        end = dates.add_days(last, 1)
        cells = [wb.data_range(self.name, place, len(self.days)) for place in (column, _DAY)]
        within = ",".join(
            f'{cells[1]},"{sign}"&DATE({day.year},{day.month},{day.day})' for sign, day in ((">=", first), ("<", end))
        )
        added = sum(self._of(d, column) for d in self.days if first <= d.on <= last)
        value: Decimal | int = added if column == _DOCUMENTS else major(added, self.currency)
        return Formula(f"=SUMIFS({cells[0]},{within})", value)

    @staticmethod
    def _of(day: _Day, column: int) -> int:
        return {_NET: day.net, _GROSS: day.gross, _RECEIVED: day.received, _DOCUMENTS: day.documents}[column]

    # ---- cover -----------------------------------------------------------------------------------------------------

    def cover(self) -> Sheet:
        """Key figures, revenue by month (by day in a short period) with charts, by year, and other currencies."""
        found = self.found
        blocks = [self._by_step(), self._by_year(), self._key_figures()]
        if found.others:
            blocks.append(_others(found))
        period = period_words(found.first, found.last)
        named = _("Figures in {currencies} stand for themselves below.").format(currencies=", ".join(found.others))
        return Sheet(
            name=_("Overview"),
            title=_("Management report, {period}").format(period=period),
            note=note(amounts_in(found.currency), named if found.others else ""),
            figures=self._figures(),
            blocks=tuple(blocks),
            charts=(
                Chart(title=_("Revenue against the year before"), block=0, column=1, more=(2,)),
                Chart(title=_("Received against billed"), block=0, column=7, more=(6,)),
                Chart(title=_("Revenue by year"), block=1, column=1),
            ),
            landscape=True,
        )

    def _figures(self) -> tuple[Figure, ...]:
        found, span = self.found, (self.found.first, self.found.last)
        made = [
            Figure(label=_("Revenue"), value=self._sum(_NET, *span), currency=self.currency),
            Figure(label=_("Year before"), value=self._sum(_NET, *_earlier(*span)), currency=self.currency),
            Figure(label=_("Received"), value=self._sum(_RECEIVED, *span), currency=self.currency),
            Figure(label=_("Open today"), value=major(found.open_minor, self.currency), currency=self.currency),
            Figure(label=_("Late"), value=major(found.late_minor, self.currency), currency=self.currency, alert=found.late_minor > 0),
            Figure(label=_("New customers"), value=found.new_customers, kind=COUNT),
            Figure(label=_("Documents"), value=self._sum(_DOCUMENTS, *span), kind=COUNT),
        ]  # fmt: skip
        return tuple(made)

    def _by_step(self) -> Block:
        """The columns of the figures page as rows: revenue, year before, difference, change, plan, billed, received."""
        money = [self._money(text, total=True) for text in (_("Revenue"), _("Year before"), _("Difference"))]
        columns = (
            Column(heading=_("Day") if self._is_daily() else _("Month"), wide=20),
            *money,
            Column(heading=_("Change"), kind=SHARE),
            *(self._money(text, total=True) for text in (_("Plan"), _("Billed with tax"), _("Received"))),
            Column(heading=_("Documents"), kind=COUNT, total=True),
        )
        title = _("Revenue by day") if self._is_daily() else _("Revenue by month")
        return Block(title=title, columns=columns, rows=[self._step_row(step) for step in self.found.steps])

    def _is_daily(self) -> bool:
        return bool(self.found.steps) and self.found.steps[0].first == self.found.steps[0].last

    def _step_row(self, step: Step) -> tuple[Cell, ...]:
        span = (step.first, step.last)
        difference = step.net_minor - step.before_minor
        name = formats.day(step.first, locale()) if step.first == step.last else formats.month(step.first, locale())
        return (
            name,
            self._sum(_NET, *span),
            self._sum(_NET, *_earlier(*span)),
            Formula("=C{row}-D{row}", major(difference, self.currency)),
            Formula("=IF(D{row}=0,0,E{row}/D{row})", share(difference, step.before_minor))
            if step.before_minor > 0
            else None,
            major(step.plan_minor, self.currency) if step.plan_minor is not None else None,
            self._sum(_GROSS, *span),
            self._sum(_RECEIVED, *span),
            self._sum(_DOCUMENTS, *span),
        )

    def _by_year(self) -> Block:
        """Each year with data, up to ten."""
        columns = (
            Column(heading=_("Year"), wide=20),
            *(self._money(text) for text in (_("Revenue"), _("Billed with tax"), _("Received"))),
            Column(heading=_("Documents"), kind=COUNT),
        )
        rows: list[tuple[Cell, ...]] = []
        for year in sorted(figures.years()[:_YEARS]):
            span = (date(year, 1, 1), date(year, 12, 31))
            rows.append((str(year), *(self._sum(place, *span) for place in (_NET, _GROSS, _RECEIVED, _DOCUMENTS))))
        return Block(title=_("By year"), columns=columns, rows=rows)

    def _key_figures(self) -> Block:
        """What is no sum over days; a figure that there is nothing for stays empty."""
        found, said = self.found, self.found.satisfaction
        rows: list[tuple[Cell, ...]] = [
            (_("Lost customers"), found.lost_customers),
            (_("Days to pay, average"), found.days_to_pay),
            (_("Invoices settled"), found.settled),
            (_("Net promoter score (−100 to 100)"), said.nps),
            (_("Satisfaction (1 to 5)"), said.average),
            (_("Customers asked"), said.asked),
            (_("Customers who answered"), said.answered),
        ]
        columns = (Column(heading=_("More figures"), wide=32), Column(heading=_("Value"), kind="rate"))
        return Block(title=_("Customers and payment"), columns=columns, rows=rows)


def _earlier(first: date, last: date) -> tuple[date, date]:
    """The same days a year earlier."""
    return dates.add_months(first, -12), figures.year_before(last)


def _others(found: Figures) -> Block:
    """One line for each other currency."""
    columns = (
        Column(heading=_("Currency")),
        *(
            Column(heading=text, kind="rate")
            for text in (_("Revenue"), _("Billed with tax"), _("Received"), _("Open today"))
        ),
    )
    rows: list[tuple[Cell, ...]] = []
    for currency in found.others:
        other = figures.gather(found.first, found.last, currency)
        minors = (other.net_minor, other.gross_minor, other.received_minor, other.open_minor)
        rows.append((currency, *(major(minor, currency) for minor in minors)))
    return Block(title=_("Other currencies"), columns=columns, rows=rows, sums=False)


def _days(found: Figures) -> list[_Day]:
    """Every day of the last ten years (or further back, where the period wants it) with a sale or a payment."""
    years = figures.years()[:_YEARS]
    first = min(date(years[-1], 1, 1), dates.add_months(found.first, -12))
    last = max(date(years[0], 12, 31), found.last)
    sold = {d.day_on: d for d in day_figures.sales(first, last).get(found.currency, [])}
    paid: dict[str, int] = day_figures.received(first, last).get(found.currency, {})
    return [_day(on, sold.get(on), paid.get(on, 0)) for on in _in_order(sold, paid)]


def _in_order(sold: Iterable[str], paid: Iterable[str]) -> list[str]:
    return sorted({*sold, *paid})


def _day(on: str, sold: Any, paid: int) -> _Day:
    if sold is None:
        return _Day(date.fromisoformat(on), 0, 0, paid, 0)
    return _Day(date.fromisoformat(on), sold.net_minor, sold.gross_minor, paid, sold.documents)
