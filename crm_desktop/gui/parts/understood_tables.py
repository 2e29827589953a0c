"""The tables of the page about customers understood, as data: columns, and a row for each group, act, pair, competitor, source."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cells import EMPTY, Cell
from crm_desktop.gui.widgets.row_table import Col
from crm_desktop.insight import company_reasons, customer_groups, customer_value, figure_ranks, value_reasons
from crm_desktop.insight.baskets import Pair
from crm_desktop.insight.customer_value import Known, Value
from crm_desktop.insight.market import Against, From
from crm_desktop.insight.next_action import Action
from crm_desktop.insight.wallet import Share

RISK_TONES = {"low": "green", "medium": "amber", "high": "red", "": ""}
Row = list[Cell]


def money(minor: int | None, currency: str) -> Cell:
    """An amount, or a dash where there is none."""
    return Cell(formats.amount(minor, currency)) if minor is not None else EMPTY


def group_columns() -> list[Col]:
    """Groups beside each other."""
    return [
        Col(_("Group"), 150),
        Col(_("Who they are")),
        Col(_("Customers"), 84, right=True),
        Col(_("Of turnover"), 88, right=True),
    ]


def group_rows(known: Known) -> list[Row]:
    """One row for each group, in their order."""
    sizes = customer_value.sizes(known)
    brought = dict.fromkeys(customer_groups.KEYS, 0)
    for value in known.customers.values():
        if value.group:
            brought[value.group] += value.net_minor
    whole = sum(brought.values())
    rows = []
    for key in customer_groups.KEYS:
        group = customer_groups.BY_KEY[key]
        share = _share(brought[key], whole)
        name = Cell(group.name, group.tone, dot=True)
        rows.append(
            [name, Cell(_(group.meaning), "muted"), Cell(formats.count(sizes.get(key, 0)), strong=True), Cell(share)]
        )
    return rows


def _share(part: int, whole: int) -> str:
    """A share in whole per cent; what is little is not said to be nothing."""
    if whole <= 0:
        return formats.DASH
    if 0 < part * 200 < whole:
        return _("under {percent}").format(percent=formats.percentage(Decimal(1)))
    return formats.percentage(Decimal(round(part * 100 / whole)))


def member_columns(currency: str) -> list[Col]:
    """The customers of a group."""
    return [
        Col(_("Customer")), Col(_("Orders"), 64, right=True),
        Col(_("Brought {currency}").format(currency=currency), 116, right=True), Col(_("Last order"), 96, right=True),
        Col(_("Next expected"), 112, right=True), Col(_("Risk of leaving"), 116, right=True),
        Col(_("In 12 months {currency}").format(currency=currency), 132, right=True),
    ]  # fmt: skip


def member_row(value: Value, name: str, currency: str) -> Row:
    """One customer."""
    return [
        Cell(name, strong=True), Cell(formats.count(value.orders)), money(value.net_minor, currency),
        Cell(formats.day(value.last_on), "muted"),
        Cell(formats.day(value.next_on), "muted") if value.next_on else EMPTY,
        Cell(value_reasons.risk_words(value), RISK_TONES[value.risk]) if value.risk else EMPTY,
        money(value.future_minor, currency),
    ]  # fmt: skip


def spent(shares: Sequence[Share]) -> str:
    """What a group of customers spends on, in one line; "" where no product has a group."""
    words = [
        f"{share.name or figure_ranks.no_group()} {formats.percent(share.percent * 100)}"
        for share in shares
        if share.percent
    ]
    return _("They spend on: {shares}").format(shares=_(", ").join(words)) if words else ""


def act_columns(currency: str) -> list[Col]:
    """What to do today."""
    return [
        Col(_("Customer"), 160), Col(_("What to do"), 136), Col(_("Why")),
        Col(_("Worth {currency}").format(currency=currency), 96, right=True), Col(_("How that is counted"), 150, right=True),
    ]  # fmt: skip


def act_row(action: Action, formula: str, currency: str) -> Row:
    """One act; the reason ends with how they like to be served."""
    served = _("{reason} Likes to be served: {how}").format(reason=action.reason, how=action.served_by)
    return [
        Cell(action.name, strong=True), Cell(action.words), Cell(served if action.served_by else action.reason, "muted"),
        money(action.worth_minor, currency), Cell(formula.partition(" = ")[0], "muted"),
    ]  # fmt: skip


def pair_columns() -> list[Col]:
    """Products bought together."""
    return [
        Col(_("Who buys")), Col(_("also buys")), Col(_("In numbers"), 110, right=True), Col(_("So often"), 84, right=True),
        Col(_("Of all"), 84, right=True), Col(_("Against chance"), 110, right=True),
    ]  # fmt: skip


def pair_row(pair: Pair, names: dict[int, str]) -> Row:
    """One pair with confidence, support and lift."""
    of = _("{both} of {all}").format(both=formats.count(pair.both), all=formats.count(pair.with_first))
    return [
        Cell(names.get(pair.first, formats.DASH), strong=True), Cell(names.get(pair.other, formats.DASH), strong=True), Cell(of),
        Cell(formats.percent(round(pair.confidence * 100) * 100)), Cell(formats.percentage(Decimal(f"{pair.support * 100:.1f}")), "muted"),
        Cell(f"× {_tenths(pair.lift)}", "muted"),
    ]  # fmt: skip


def _tenths(value: float) -> str:
    return formats.number(Decimal(f"{value:.1f}"))


def against_columns(currency: str) -> list[Col]:
    """Competitors."""
    return [
        Col(_("Competitor"), 180), Col(_("Won"), 60, right=True), Col(_("Lost"), 60, right=True),
        Col(_("Lost {currency}").format(currency=currency), 110, right=True), Col(_("Why lost, what we know")),
    ]  # fmt: skip


def against_row(found: Against, currency: str) -> Row:
    """One competitor."""
    reasons = _(", ").join(f"{words} ({n})" for words, n in found.reasons)
    known = " · ".join(
        " ".join(part.split()) for part in (reasons, found.strengths, found.weaknesses, found.note) if part
    )
    return [
        Cell(found.name, strong=True), Cell(formats.count(found.won)), Cell(formats.count(found.lost)),
        money(found.lost_minor, currency), Cell(known or formats.DASH, "muted"),
    ]  # fmt: skip


def source_columns(currency: str) -> list[Col]:
    """Sources of customers."""
    return [
        Col(_("Source")), Col(_("Spent {currency}").format(currency=currency), 110, right=True),
        Col(_("Customers"), 84, right=True), Col(_("Bought"), 72, right=True), Col(_("Deals won"), 84, right=True),
        Col(_("Costs each"), 100, right=True), Col(_("Brings each"), 100, right=True),
    ]  # fmt: skip


def source_row(found: From, currency: str) -> Row:
    """One source."""
    won = _("{won} of {all}").format(won=found.won, all=found.deals) if found.deals else formats.DASH
    return [
        Cell(found.name, strong=True), money(found.cost_minor or None, currency), Cell(formats.count(found.customers)),
        Cell(formats.count(found.buying)), Cell(won, "muted"), money(found.cost_each if found.cost_minor else None, currency),
        money(found.brings_each, currency),
    ]  # fmt: skip


def figures(known: Known, nps: int | None, currency: str) -> Sequence[tuple[str, str, str, str]]:
    """The figures at the top: label, figure, line, tone."""
    values = list(known.customers.values())
    back = sum(value.orders > 1 for value in values)
    leaving = company_reasons.leaving(known)
    future = sum(value.future_minor or 0 for value in values)
    not_yet = value_reasons.not_yet(known.missing) if known.missing else ""
    share = _("{percent}% came back").format(percent=round(back * 100 / len(values))) if values else ""
    return (
        (_("Customers who bought"), formats.count(len(values)), share, ""),
        (_("Will bring in 12 months"), formats.DASH if not_yet else formats.money_text(future, currency),
         not_yet or _("expected orders × their worth"), ""),
        (_("High risk of leaving"), formats.DASH if not_yet else formats.count(len(leaving)),
         not_yet or _("of those who came back"), "" if not_yet or not leaving else "red"),
        (_("Net promoter score"), formats.DASH if nps is None else formats.count(nps),
         _("Nobody has answered yet") if nps is None else _("from −100 to 100"), ""),
    )  # fmt: skip
