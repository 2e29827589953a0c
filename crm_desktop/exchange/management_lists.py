"""The sheets of the management report that one drills down to: payments, customers by value, products, deals, contracts, cases.

Each is a typed table with a filter; shares are formulas over its own column. A sheet without a row is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from crm_desktop.care import cases
from crm_desktop.company import profile
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.db import connection as db
from crm_desktop.exchange import report_workbook as wb
from crm_desktop.exchange.report_parts import amounts_in, major, note, share
from crm_desktop.exchange.report_rows import Formula
from crm_desktop.exchange.report_styles import COUNT, DAY, MONEY, RATE, SHARE
from crm_desktop.exchange.report_workbook import Block, Cell, Column, Sheet
from crm_desktop.insight import day_figures, figure_ranks
from crm_desktop.insight.figure_ranks import Ranked
from crm_desktop.insight.figures import Figures
from crm_desktop.sales import contracts

_MILLION = 1_000_000


def sheets(found: Figures) -> list[Sheet]:
    """All lists that have a row."""
    builders: tuple[Callable[[Figures], Sheet], ...] = (
        _payments, _customers, _products, _groups, _forecast, _stages, _sources, _contracts, _cases,
    )  # fmt: skip
    made = (build(found) for build in builders)
    return [sheet for sheet in made if sheet.blocks[0].rows]


def _sheet(
    names: tuple[str, str, str], columns: Sequence[Column], rows: Sequence[Sequence[Cell]], currency: str
) -> Sheet:
    """A sheet: `names` are its own, its title, and that of its table."""
    name, title, table = names
    block = Block(name=table, columns=wb.with_currency(tuple(columns), currency), rows=rows)
    wide = len(columns) > 6
    return Sheet(name=name, title=title, note=note(amounts_in(currency)), blocks=(block,), landscape=wide)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def _payments(found: Figures) -> Sheet:
    rows = db.query(
        "SELECT p.paid_on, coalesce(c.name, ''), p.amount_minor, p.method, p.reference FROM payment p LEFT JOIN customer c "
        "ON c.id = p.customer_id WHERE p.currency = ? AND p.paid_on BETWEEN ? AND ? ORDER BY p.paid_on, p.id",
        [found.currency, found.first.isoformat(), found.last.isoformat()],
    )
    columns = (
        Column(heading=_("Day"), kind=DAY, wide=13), Column(heading=_("Customer")),
        Column(heading=_("Amount"), kind=MONEY, total=True), Column(heading=_("Reference")),
    )  # fmt: skip
    cells = [(_day(r[0]), r[1], major(r[2], found.currency), r[4]) for r in rows]
    return _sheet((_("Payments"), _("Payments of the period"), "Payments"), columns, cells, found.currency)


def _ranked(best: Sequence[Ranked], column: str, currency: str) -> list[tuple[Cell, Cell]]:
    """Revenue and its share of the column as a formula, from the highest to the lowest."""
    whole = sum(r.net_minor for r in best)
    last = wb.HEAD_ROW + len(best)
    cells = f"{column}${wb.HEAD_ROW + 1}:{column}${last}"
    return [
        (
            major(r.net_minor, currency),
            Formula(f"=IF(SUM({cells})=0,0,{column}{{row}}/SUM({cells}))", share(r.net_minor, whole)),
        )
        for r in best
    ]


def _customers(found: Figures) -> Sheet:
    home = profile.load().currency
    best = figure_ranks.customers(found.first, found.last, found.currency, home, 0)
    facts = {
        row[0]: row[1:]
        for row in db.query(
            "SELECT c.id, c.number, c.city, coalesce(s.orders, 0), s.first_on, s.last_on, coalesce(s.net_minor, 0) "
            "FROM customer c LEFT JOIN customer_sales s ON s.id = c.id"
        )
    }
    columns = (
        Column(heading=_("Customer no.")), Column(heading=_("Customer")), Column(heading=_("Town")),
        Column(heading=_("Revenue"), kind=MONEY, total=True), Column(heading=_("Share"), kind=SHARE),
        Column(heading=_("Orders ever"), kind=COUNT), Column(heading=_("First order"), kind=DAY, wide=13),
        Column(heading=_("Last order"), kind=DAY, wide=13),
    )  # fmt: skip
    rows = []
    for ranked, shares in zip(best, _ranked(best, "E", found.currency), strict=True):
        number, city, orders, first, last, _ever = facts.get(ranked.id, ("", "", 0, None, None, 0))
        rows.append((number, ranked.name, city, *shares, orders, _day(first), _day(last)))
    return _sheet(
        (_("Customers by value"), _("Customers by revenue of the period"), "Customer_value"),
        columns,
        rows,
        found.currency,
    )


def _products(found: Figures) -> Sheet:
    home = profile.load().currency
    best = figure_ranks.products(found.first, found.last, found.currency, home, 0)
    amounts = day_figures.quantities(found.first, found.last) if found.currency == home else {}
    columns = (
        Column(heading=_("Product or service"), wide=34), Column(heading=_("Revenue"), kind=MONEY, total=True),
        Column(heading=_("Share"), kind=SHARE), Column(heading=_("Quantity"), kind=RATE),
        Column(heading=_("Product group"), wide=24),
    )  # fmt: skip
    group_of = figure_ranks.product_groups()
    rows = [
        (ranked.name, *shares, Decimal(amounts[ranked.id]) / _MILLION if ranked.id in amounts else None,
         group_of.get(ranked.id, ""))
        for ranked, shares in zip(best, _ranked(best, "C", found.currency), strict=True)
    ]  # fmt: skip
    return _sheet((_("Products"), _("Products and services by revenue"), "Products"), columns, rows, found.currency)


def _groups(found: Figures) -> Sheet:
    sold = figure_ranks.sold(found.first, found.last, found.currency, profile.load().currency)
    best = figure_ranks.groups_of(sold, 0)
    columns = (
        Column(heading=_("Product group"), wide=34), Column(heading=_("Revenue"), kind=MONEY, total=True),
        Column(heading=_("Share"), kind=SHARE),
    )  # fmt: skip
    rows = [(ranked.name, *shares) for ranked, shares in zip(best, _ranked(best, "C", found.currency), strict=True)]
    return _sheet((_("Product groups"), _("Product groups by revenue"), "ProductGroups"), columns, rows, found.currency)


def _forecast(found: Figures) -> Sheet:
    columns = (
        Column(heading=_("Expected in"), wide=22), Column(heading=_("Deals"), kind=COUNT, total=True),
        Column(heading=_("All of it"), kind=MONEY, total=True), Column(heading=_("Likely"), kind=MONEY, total=True),
    )  # fmt: skip
    rows = [
        (
            _("Day went by") if m.late else f"{m.first:%Y-%m}" if m.first else _("No day yet"),
            m.deals, major(m.plain_minor, found.currency), major(m.weighted_minor, found.currency),
        )
        for m in found.forecast
    ]  # fmt: skip
    return _sheet((_("Pipeline"), _("What open deals may bring"), "Pipeline"), columns, rows, found.currency)


def _stages(found: Figures) -> Sheet:
    columns = (
        Column(heading=_("Stage"), wide=22), Column(heading=_("Came in"), kind=COUNT), Column(heading=_("Went further"), kind=COUNT),
        Column(heading=_("Lost"), kind=COUNT), Column(heading=_("Conversion"), kind=SHARE), Column(heading=_("Days, average"), kind=RATE),
    )  # fmt: skip
    rows = [
        (s.name, s.entered, s.on, s.lost, _quota(s.on, s.on + s.lost, "D{row}", "(D{row}+E{row})"),
         None if s.days is None else round(Decimal(s.days), 1))
        for s in found.stages if s.entered
    ]  # fmt: skip
    return _sheet((_("Stages"), _("How deals get through the stages"), "Stages"), columns, rows, found.currency)


def _sources(found: Figures) -> Sheet:
    columns = (
        Column(heading=_("Source"), wide=24), Column(heading=_("Deals"), kind=COUNT, total=True),
        Column(heading=_("Won"), kind=COUNT, total=True), Column(heading=_("Lost"), kind=COUNT, total=True),
        Column(heading=_("Conversion"), kind=SHARE), Column(heading=_("Won value"), kind=MONEY, total=True),
        Column(heading=_("Cost"), kind=MONEY, total=True),
    )  # fmt: skip
    rows = [
        (s.name or _("Nobody knows from where"), s.deals, s.won, s.lost,
         _quota(s.won, s.won + s.lost, "D{row}", "(D{row}+E{row})"),
         major(s.won_minor.get(found.currency, 0), found.currency), major(s.cost_minor, found.currency))
        for s in found.sources
    ]  # fmt: skip
    return _sheet((_("Sources"), _("What each source brings and costs"), "Sources"), columns, rows, found.currency)


def _quota(part: int, whole: int, above: str, below: str) -> Formula | None:
    """A share as a formula over its own row; nothing where nothing was closed."""
    return Formula(f"={above}/{below}", share(part, whole)) if whole else None


def _contracts(found: Figures) -> Sheet:
    states = {"draft": _("Draft"), "active": _("Running"), "notice_given": _("Cancelled"), "ended": _("Ended")}
    directions = {"income": _("customer pays"), "expense": _("we pay")}
    columns = (
        Column(heading=_("Number")), Column(heading=_("Contract"), wide=30), Column(heading=_("With")),
        Column(heading=_("Direction")), Column(heading=_("State")), Column(heading=_("From"), kind=DAY, wide=13),
        Column(heading=_("To"), kind=DAY, wide=13), Column(heading=_("A year"), kind=MONEY, total=True),
    )  # fmt: skip
    own = [c for c in contracts.rows(list(contracts.ids())) if c.currency == found.currency]
    rows = [
        (c.number, c.title, c.party, directions.get(c.direction, c.direction), states.get(c.state, c.state), c.start_on,
         c.ends_on or c.end_on, major(c.value_per_year_minor, found.currency))
        for c in own
    ]  # fmt: skip
    return _sheet((_("Contracts"), _("Contracts that run"), "Contracts"), columns, rows, found.currency)


def _cases(found: Figures) -> Sheet:
    states = {"open": _("Open"), "waiting": _("Waiting"), "solved": _("Solved"), "closed": _("Closed")}
    columns = (
        Column(heading=_("Number")), Column(heading=_("Case"), wide=30), Column(heading=_("Customer")),
        Column(heading=_("State")), Column(heading=_("Opened"), kind=DAY, wide=13),
        Column(heading=_("Solved"), kind=DAY, wide=13), Column(heading=_("Cost"), kind=MONEY, total=True),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    for case in cases.rows(list(cases.ids("all"))):
        opened = case.opened_at.astimezone().date()
        if found.first <= opened <= found.last and case.currency == found.currency:
            solved = case.solved_at.astimezone().date() if case.solved_at else None
            rows.append((case.number, case.title, case.customer, states.get(case.state, case.state), opened, solved,
                         major(case.cost_minor, found.currency)))  # fmt: skip
    return _sheet((_("Cases"), _("Cases opened in the period"), "Cases"), columns, rows, found.currency)
