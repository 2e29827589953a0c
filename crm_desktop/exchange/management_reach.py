"""The sheets of the management report on customers who come back, and on campaigns: figures as formulas over the rows behind.

Cohorts count all customers that are neither archived nor deleted, whatever the period; campaigns are those that started in
the period. A sheet without a row is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.exchange import report_workbook as wb
from crm_desktop.exchange.report_parts import amounts_in, major, note, share
from crm_desktop.exchange.report_rows import Formula
from crm_desktop.exchange.report_styles import COUNT, DAY, MONEY, SHARE
from crm_desktop.exchange.report_workbook import Block, Cell, Chart, Column, Sheet
from crm_desktop.insight import campaign_figures, cohorts, order_history
from crm_desktop.insight.campaign_figures import Reached
from crm_desktop.insight.cohorts import MOST, Cohort
from crm_desktop.insight.figures import Figures

# Places of the columns behind the cohorts, and behind the campaigns.
_FIRST, _LATER = 2, 4
_NUMBER, _REPLIES, _NO_MORE, _BOUGHT, _NET = 0, 5, 6, 7, 8


def sheets(found: Figures) -> list[Sheet]:
    """All sheets that have a row."""
    return [*_cohorts(), *_campaigns(found)]


# ---- who comes back ----------------------------------------------------------------------------------------------------


def _cohorts() -> list[Sheet]:
    """The last quarters of first orders, and behind them each quarter in which one of these customers ordered."""
    orders = order_history.read()
    shown = cohorts.cohorts(found.ordered for found in orders.values())[-MOST:]
    if not shown:
        return []
    earliest = shown[0].begins
    days = {i: [order_history.ordinal(day) for day in found.ordered] for i, found in orders.items()}
    rows = _quarters({i: found for i, found in days.items() if found[0] >= earliest})
    name, title = _("Cohorts"), _("Who comes back, by the quarter of the first order")
    behind = _("Quarters with orders")
    columns = (
        Column(heading=_("First order"), wide=14), Column(heading=_("Customers"), kind=COUNT),
        *(Column(heading=f"+{k}", kind=SHARE) for k in range(1, MOST + 1)),
    )  # fmt: skip
    lines = [_cohort_line(cohort, behind, len(rows)) for cohort in shown]
    block = Block(name="Cohorts", columns=columns, rows=lines)
    chart = Chart(title=_("New customers by quarter"), block=0, column=1)
    words = _("+1 is the share that ordered again in the quarter after the first one.")
    return [
        Sheet(name=name, title=title, note=note(words), blocks=(block,), charts=(chart,), landscape=True),
        Sheet(
            name=behind, title=_("In which quarters customers ordered"), note=note(),
            blocks=(Block(name="Customer_quarters", columns=_quarter_columns(), rows=rows),),
        ),
    ]  # fmt: skip


def _quarter_columns() -> tuple[Column, ...]:
    return (
        Column(heading=_("Customer no.")), Column(heading=_("Customer")), Column(heading=_("First order"), wide=14),
        Column(heading=_("Quarter"), wide=14), Column(heading=_("Quarters later"), kind=COUNT),
    )  # fmt: skip


def _quarters(days: dict[int, list[date]]) -> list[tuple[Cell, ...]]:
    """Each customer and quarter with an order once."""
    known = {row[0]: row[1:] for row in db.query("SELECT id, number, name FROM customer")}
    rows: list[tuple[Cell, ...]] = []
    for customer_id, ordered in days.items():
        first = cohorts.quarter(ordered[0])
        who = (*known.get(customer_id, ("", "")), _label(first))
        rows += [(*who, _label(q), q - first) for q in sorted({cohorts.quarter(day) for day in ordered})]
    return rows


def _label(quarter: int) -> str:
    return Cohort(date(quarter // 4, quarter % 4 * 3 + 1, 1), 0, ()).label


def _cohort_line(cohort: Cohort, behind: str, number: int) -> tuple[Cell, ...]:
    first, later = (wb.data_range(behind, place, number) for place in (_FIRST, _LATER))
    shares = [
        Formula(f"=COUNTIFS({first},$B{{row}},{later},{k})/$C{{row}}", share(back, cohort.customers))
        for k, back in enumerate(cohort.returned[:MOST], 1)
    ]
    empty = [None] * (MOST - len(shares))
    return (cohort.label, Formula(f"=COUNTIFS({first},$B{{row}},{later},0)", cohort.customers), *shares, *empty)


# ---- campaigns -----------------------------------------------------------------------------------------------------------


def _campaigns(found: Figures) -> list[Sheet]:
    """The campaigns that started in the period, and behind them everybody who got one."""
    started = db.query(
        "SELECT id, name, kind, substr(started_at, 1, 10), cost_minor FROM campaign WHERE deleted_at IS NULL AND started_at "
        "IS NOT NULL AND currency = ? AND substr(started_at, 1, 10) BETWEEN ? AND ? ORDER BY started_at, id",
        [found.currency, found.first.isoformat(), found.last.isoformat()],
    )
    if not started:
        return []
    got = {row[0]: [one for one in campaign_figures.reached(row[0]) if not one.is_held_out] for row in started}
    behind = _("Reached by campaigns")
    rows = _reached_rows(started, got, found.currency)
    kinds = {
        "email": _("E-mail"), "draft": _("E-mail drafts"), "letter": _("Letters"), "labels": _("Address labels"),
        "call": _("Call list"),
    }  # fmt: skip
    lines: list[tuple[Cell, ...]] = [
        (_number(number), row[1], kinds.get(row[2], row[2]), date.fromisoformat(row[3]),
         *_measured(got[row[0]], behind, len(rows), found.currency), major(row[4], found.currency),
         Formula("=J{row}-K{row}", major(sum(one.net_minor for one in got[row[0]]) - row[4], found.currency)))
        for number, row in enumerate(started, 1)
    ]  # fmt: skip
    block = Block(name="Campaigns", columns=wb.with_currency(_campaign_columns(), found.currency), rows=lines)
    sheet = Sheet(
        name=_("Campaigns"), title=_("Campaigns started in the period"), note=note(amounts_in(found.currency)),
        blocks=(block,), landscape=True,
    )  # fmt: skip
    return [sheet, _behind(behind, rows, found.currency)] if rows else [sheet]


def _number(place: int) -> str:
    """What a campaign is called in formulas, since names may hold signs that a spreadsheet reads as a pattern."""
    return f"C{place}"


def _campaign_columns() -> tuple[Column, ...]:
    return (
        Column(heading=_("No."), wide=8), Column(heading=_("Campaign"), wide=30), Column(heading=_("How it goes out")),
        Column(heading=_("Started"), kind=DAY, wide=13), Column(heading=_("Customers"), kind=COUNT, total=True),
        Column(heading=_("Replies"), kind=COUNT, total=True), Column(heading=_("Want no more"), kind=COUNT, total=True),
        Column(heading=_("Bought"), kind=COUNT, total=True), Column(heading=_("Revenue"), kind=MONEY, total=True),
        Column(heading=_("Cost"), kind=MONEY, total=True), Column(heading=_("Revenue less cost"), kind=MONEY, total=True),
    )  # fmt: skip


def _measured(got: Sequence[Reached], behind: str, number: int, currency: str) -> tuple[Cell, ...]:
    """Customers, replies, opt-outs, buyers and revenue of one campaign as formulas over the rows behind."""
    if not number:
        return (0, 0, 0, 0, major(0, currency))
    places = (_REPLIES, _NO_MORE, _BOUGHT, _NET)
    own = wb.data_range(behind, _NUMBER, number)
    values: tuple[Decimal | int, ...] = (
        sum(one.replied for one in got), sum(one.opted_out for one in got), sum(one.orders > 0 for one in got),
        major(sum(one.net_minor for one in got), currency),
    )  # fmt: skip
    sums = (
        Formula(f"=SUMIFS({wb.data_range(behind, place, number)},{own},$B{{row}})", value)
        for place, value in zip(places, values, strict=True)
    )
    return (Formula(f"=COUNTIFS({own},$B{{row}})", len(got)), *sums)


def _reached_rows(
    started: Sequence[Sequence[object]], got: dict[int, list[Reached]], currency: str
) -> list[tuple[Cell, ...]]:
    known = {row[0]: row[1:] for row in db.query("SELECT id, number, name FROM customer")}
    return [
        (_number(number), str(row[1]), *known.get(one.customer_id, ("", "")), date.fromisoformat(one.first_on), one.replied,
         one.opted_out, int(one.orders > 0), major(one.net_minor, currency))
        for number, row in enumerate(started, 1)
        for one in got[int(str(row[0]))]
    ]  # fmt: skip


def _behind(name: str, rows: Sequence[Sequence[Cell]], currency: str) -> Sheet:
    columns = (
        Column(heading=_("No."), wide=8), Column(heading=_("Campaign"), wide=30), Column(heading=_("Customer no.")),
        Column(heading=_("Customer")), Column(heading=_("Sent"), kind=DAY, wide=13),
        Column(heading=_("Replies"), kind=COUNT, total=True), Column(heading=_("Want no more"), kind=COUNT, total=True),
        Column(heading=_("Bought"), kind=COUNT, total=True), Column(heading=_("Revenue"), kind=MONEY, total=True),
    )  # fmt: skip
    block = Block(name="Campaign_reached", columns=wb.with_currency(columns, currency), rows=rows)
    title = _("Who got a campaign, and what they bought")
    return Sheet(name=name, title=title, note=note(amounts_in(currency)), blocks=(block,), landscape=True)
