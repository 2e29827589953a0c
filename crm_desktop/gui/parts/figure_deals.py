"""What the cards of the figures page say about deals and contracts: forecast, conversion by stage and source, contracts."""

from __future__ import annotations

from functools import partial

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui.parts.deal_words import amount
from crm_desktop.gui.parts.figure_told import Columns, Opening, Told, ToList, ToPage
from crm_desktop.gui.parts.figure_words import of_today
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.charts import Bar
from crm_desktop.insight import figure_lists
from crm_desktop.insight.figures import Figures
from crm_desktop.insight.pipeline_figures import Month

_MONTHS = 4


def forecast(found: Figures) -> Told:
    """What is expected of open deals in the next months; those whose day went by or that have none are told below."""
    today = dates.today()
    months = [dates.add_months(today.replace(day=1), n) for n in range(_MONTHS)]
    by_month = {m.first: m for m in found.forecast if m.first is not None and not m.late}
    shown = [by_month.get(month) or Month(month, False, found.currency, 0, 0, 0) for month in months]
    names = formats.locale()
    labels = [names.standaloneMonthName(m.month, names.FormatType.ShortFormat).rstrip(".") for m in months]
    opens: list[Opening | None] = [
        ToList(
            _("Deals expected in {month}").format(month=formats.month(month)),
            partial(figure_lists.expected, month, found.currency, today, late=False),
        )
        for month in months
    ]
    columns = Columns(
        labels,
        [m.weighted_minor for m in shown],
        [],
        (_("Likely"), ""),
        found.currency,
        total=[m.plain_minor or None for m in shown],
        total_name=_("All of it"),
    )
    likely, plain = (sum(getattr(m, key) for m in found.forecast) for key in ("weighted_minor", "plain_minor"))
    words = _("likely, of {amount} in open deals").format(amount=amount(plain, found.currency))
    return Told(
        amount(likely, found.currency), words, "text2", ToPage("pipeline", {"view": "list"}), columns, bars_open=opens,
        note=f"{_outside(found, set(months))} {of_today(found)}".strip(), empty=_("Shows up with your first deal."),
    )  # fmt: skip


def _outside(found: Figures, months: set[object]) -> str:
    """What the columns of the forecast leave out, so that they and the large figure agree."""
    late = sum(m.weighted_minor for m in found.forecast if m.late)
    other = sum(m.weighted_minor for m in found.forecast if not m.late and m.first not in months)
    notes = []
    if late:
        notes.append(_("{amount} of deals whose day went by.").format(amount=amount(late, found.currency)))
    if other:
        notes.append(_("{amount} of deals later or without a day.").format(amount=amount(other, found.currency)))
    return " ".join(notes)


def stages(found: Figures) -> Told:
    """How many deals went on from each stage."""
    seen = [s for s in found.stages if s.entered]
    bars, opens = [], []
    for stage in seen:
        share = stage.conversion_bp
        number = ngettext("{n} deal came in", "{n} deals came in", stage.entered).format(n=formats.count(stage.entered))
        went = formats.percent(round(share, -2)) if share is not None else formats.DASH
        bars.append(Bar(stage.name, share or 0, went, number))
        opens.append(ToList(stage.name, partial(figure_lists.moved_in_stage, stage.stage_id, found.first)))
    entered = sum(s.entered for s in seen[:1])
    words = ngettext("deal came into the first stage", "deals came into the first stage", entered)
    return Told(
        formats.count(entered) if seen else formats.DASH, words if seen else "", bars=bars, bars_open=opens,
        opens=opens[0] if opens else None, note=_("Share of those that left a stage and went further."),
        empty=_("Shows up when deals move."),
    )  # fmt: skip


def sources(found: Figures) -> Told:
    """What share of closed deals each source won."""
    bars, opens = [], []
    for source in found.sources:
        share = source.conversion_bp
        won = _("{won} of {closed} won").format(won=source.won, closed=source.won + source.lost)
        shown = formats.percent(round(share, -2)) if share is not None else formats.DASH
        name = source.name or _("Nobody knows from where")
        bars.append(Bar(name, share or 0, shown, won))
        opens.append(ToList(name, partial(figure_lists.of_source, source.source_id, found.first)))
    won = sum(s.won for s in found.sources)
    words = ngettext("deal was won", "deals were won", won)
    return Told(
        formats.count(won) if bars else formats.DASH, words if bars else "", "text2",
        ToPage("pipeline", {"view": "won"}) if bars else None, bars=bars, bars_open=opens,
        empty=_("Shows up with your first deal."),
    )  # fmt: skip


def contracts(found: Figures) -> Told:
    """What runs under contract, by year."""
    names = {"income": _("Customers pay"), "expense": _("We pay")}
    views = {"income": "income", "expense": "expense"}
    bars, opens = [], []
    for under in found.contracts:
        number = ngettext("{n} contract", "{n} contracts", under.contracts).format(n=formats.count(under.contracts))
        color = "c1" if under.direction == "income" else "c2"
        bars.append(
            Bar(
                names.get(under.direction, under.direction),
                under.year_minor,
                amount(under.year_minor, found.currency),
                number,
                color,
            )
        )
        opens.append(ToPage("contracts", {"view": views.get(under.direction, "running")}))
    income, taxed = (
        sum(getattr(c, name) for c in found.contracts if c.direction == "income")
        for name in ("year_minor", "taxed_minor")
    )
    some = _("Of it {amount} has tax in it: contracts of customers who are told prices with tax.")
    note = some.format(amount=amount(taxed, found.currency)) if taxed else ""
    if taxed and taxed == income:
        note = _("With tax: all of these customers are told prices with tax.")
    return Told(
        amount(income, found.currency) if bars else formats.DASH, _("a year from customers") if bars else "", "text2",
        ToPage("contracts", {"view": "income"}) if bars else None, bars=bars, bars_open=opens,
        empty=_("Shows up with your first contract."), note=f"{note} {of_today(found)}".strip(),
    )  # fmt: skip
