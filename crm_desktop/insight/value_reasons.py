"""Why a figure is what it is: for each figure of a customer its formula in plain words and the numbers that went in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from crm_desktop.billing import wording
from crm_desktop.care import feedback
from crm_desktop.company import profile
from crm_desktop.core import formats, i18n
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.insight import (
    customer_groups,
    customer_value,
    figure_ranks,
    order_history,
    reliability,
    segment_values,
    wallet,
)
from crm_desktop.insight.customer_value import Known, Value

_GAPS_SHOWN = 15


@dataclass(frozen=True, slots=True)
class Why:
    """One figure: its name, the figure in words, how it is made, and what went in (label, value)."""

    key: str
    name: str
    figure: str
    formula: str
    inputs: tuple[tuple[str, str], ...] = ()


def not_yet(missing: int) -> str:
    """What stands in the place of a figure that needs more customers who came back."""
    words = ngettext(
        "Not enough known yet: shows up after {n} more customer came back.",
        "Not enough known yet: shows up after {n} more customers came back.",
        missing,
    )
    return words.format(n=missing)


def risk_words(value: Value) -> str:
    """The risk of leaving in words with its percentage."""
    if value.alive is None:
        return ""
    if not value.risk:
        return _("Not known from one order")
    return _("{risk}, {percent}%").format(
        risk=_(segment_values.RISKS[value.risk]), percent=max(1, min(99, round((1 - value.alive) * 100)))
    )


def of(value: Value, known: Known) -> list[Why]:
    """All figures of a customer, each with its formula and inputs."""
    return [make(value, known) for make in _PARTS]


def money(minor: int) -> str:
    """An amount in the company's currency."""
    return wording.amount(minor, profile.load().currency)


def number(value: float, places: str = "0.1") -> str:
    """A number with so many decimals, as the owner writes it."""
    return formats.number(Decimal(str(value)).quantize(Decimal(places)), formats.locale_name(i18n.language()))


def _basis(value: Value) -> tuple[tuple[str, str], ...]:
    return (
        (_("Orders"), str(value.orders)),
        (_("First order"), wording.day(value.first_on)),
        (_("Last order"), wording.day(value.last_on)),
    )


def _group(value: Value, known: Known) -> Why:
    name, marks = _("Group"), value.marks
    if marks is None:
        words = _("Not enough known yet: shows up after {n} customers bought.").format(
            n=customer_groups.LEAST_CUSTOMERS
        )
        return Why("group", name, words, "")
    group = customer_groups.BY_KEY[marks.group]
    formula = _(
        "Each customer gets three marks from 1 to 5, by the fifth of your customers in which they stand: how recent the "
        "last order is, how many orders there were, how much they brought. Whoever is within their own rhythm gets at least "
        "4 for the first, whoever is silent three times as long as usual at most 2; with fewer than three orders, three times "
        "what is usual among all your customers counts, between half a year and a year. {group} are those who {meaning}."
    ).format(group=group.name, meaning=_(group.meaning))
    inputs = (
        (_("Last order"), _("{what}: mark {mark}").format(what=wording.day(value.last_on), mark=marks.recency)),
        (_("Orders"), _("{what}: mark {mark}").format(what=value.orders, mark=marks.frequency)),
        (_("Brought"), _("{what}: mark {mark}").format(what=money(value.net_minor), mark=marks.value)),
        (_("Compared with"), _("{n} customers").format(n=len(known.customers))),
    )
    return Why("group", name, group.name, formula, inputs)


def _interval(value: Value, _known: Known) -> Why:
    name = _("Usual interval and next order")
    if value.interval is None or value.next_on is None:
        return Why("interval", name, _("Not enough known yet: shows up after the third order."), "", _basis(value))
    figure = ngettext("every {n} day, next expected on {day}", "every {n} days, next expected on {day}", value.interval)
    formula = _(
        "The middle one of all gaps between two orders; the next order is expected that long after the last one. "
        "Orders are days with an invoice or receipt that was not cancelled."
    )
    shown = figure.format(n=value.interval, day=wording.day(value.next_on))
    return Why("interval", name, shown, formula, (*_basis(value), (_("Days between orders, sorted"), _gaps(value))))


def _gaps(value: Value) -> str:
    """The gaps between the orders from the shortest to the longest; of many those in the middle."""
    days = order_history.of_customer(value.customer_id)
    gaps = sorted(after - before for before, after in pairwise(days))
    cut = max(0, len(gaps) - _GAPS_SHOWN) // 2
    words = _(", ").join(str(gap) for gap in gaps[cut : len(gaps) - cut])
    return f"… {words} …" if cut else words


def _risk(value: Value, known: Known) -> Why:
    name = _("Risk of leaving")
    if value.alive is None:
        return Why("risk", name, not_yet(known.missing), "")
    if not value.risk:
        formula = _(
            "Who ordered on one day only shows no rhythm, so nothing can be said. It shows up after the second order."
        )
        return Why("risk", name, risk_words(value), formula, (*_history(value), *model(known)))
    formula = _(
        "1 less the chance that they still buy, by the BG/NBD model (Fader, Hardie, Lee 2005): how often and how lately "
        "somebody ordered, set against how your own customers come back and leave. Below {low}% low, below {medium}% "
        "medium, else high."
    ).format(low=round(100 - customer_value.RISKS[0][0] * 100), medium=round(100 - customer_value.RISKS[1][0] * 100))
    return Why("risk", name, risk_words(value), formula, (*_history(value), *model(known)))


def _expected(value: Value, known: Known) -> Why:
    name = _("Orders expected in 12 months")
    if value.expected is None:
        return Why("expected", name, not_yet(known.missing), "")
    formula = _("By the same model, from the same numbers, for the coming 365 days.")
    return Why("expected", name, number(value.expected), formula, (*_history(value), *model(known)))


def _lifetime(value: Value, known: Known) -> Why:
    name = _("Lifetime value")
    if value.lifetime_minor is None or value.worth_minor is None or value.expected is None:
        return Why("lifetime", name, not_yet(known.missing), "", ((_("Brought so far"), money(value.net_minor)),))
    formula = _(
        "Brought so far + orders expected in 12 months × worth of an order. The worth is their own average, drawn towards "
        "that of all customers the fewer orders there were (Gamma-Gamma model, Fader and Hardie 2013). Without tax, only "
        "in your own currency."
    )
    inputs = (
        (_("Brought so far"), money(value.net_minor)),
        (_("Orders expected"), number(value.expected, "0.01")),
        (_("Worth of an order"), money(value.worth_minor)),
        (_("Expected in 12 months"), money(value.future_minor or 0)),
        (_("Their own average"), money(round(value.history.value)) if value.history.repeats else "–"),
        *worth_model(known),
    )
    return Why("lifetime", name, money(value.lifetime_minor), formula, inputs)


def _history(value: Value) -> tuple[tuple[str, str], ...]:
    return (
        (_("Came back"), ngettext("{n} time", "{n} times", value.history.repeats).format(n=value.history.repeats)),
        (_("From first to last order"), _("{n} weeks").format(n=number(value.history.last_week))),
        (_("From first order to today"), _("{n} weeks").format(n=number(value.history.known_weeks))),
    )


def model(known: Known) -> tuple[tuple[str, str], ...]:
    """The numbers of the fitted model of purchases, and how many customers it was fitted to."""
    found = known.purchases
    if found is None:
        return ()
    numbers = "  ".join(f"{name} {number(getattr(found, name), '0.001')}" for name in ("r", "alpha", "a", "b"))
    return (
        (_("The model of your customers"), numbers),
        (_("Learned from"), _("{n} customers").format(n=known.fitted_on)),
    )


def worth_model(known: Known) -> tuple[tuple[str, str], ...]:
    """The numbers of the fitted model of what an order is worth."""
    found = known.worth
    if found is None:
        return ()
    numbers = "  ".join(f"{name} {number(getattr(found, name), '0.001')}" for name in ("p", "q", "gamma"))
    return ((_("The model of what an order is worth"), numbers),)


def _wallet(value: Value, _known: Known) -> Why:
    shares, currency = wallet.of_customer(value.customer_id), profile.load().currency
    name = _("What they spend on")
    if not shares:
        return Why("wallet", name, _("Nothing in your own currency yet."), "")
    formula = _(
        "Each product's share of what they bought from you, without tax and less credit notes. What they buy elsewhere "
        "nobody knows."
    )
    inputs = tuple(
        (
            share.name or _("All others"),
            f"{wording.amount(share.net_minor, currency)}, {wording.percent(Decimal(share.percent))}",
        )
        for share in shares
    )
    return Why("wallet", name, f"{inputs[0][0]}, {wording.percent(Decimal(shares[0].percent))}", formula, inputs)


def _groups(value: Value, _known: Known) -> Why:
    shares, currency = wallet.groups_of_customer(value.customer_id), profile.load().currency
    name = _("What they spend on, by product group")
    if not shares:
        return Why("groups", name, _("Nothing from a product group yet. Groups stand in the price list."), "")
    formula = _("The same by the group that each product has in the price list today.")
    inputs = tuple(
        (
            share.name or figure_ranks.no_group(),
            f"{wording.amount(share.net_minor, currency)}, {wording.percent(Decimal(share.percent))}",
        )
        for share in shares
    )
    return Why("groups", name, f"{inputs[0][0]}, {wording.percent(Decimal(shares[0].percent))}", formula, inputs)


def _paying(value: Value, _known: Known) -> Why:
    found, name = reliability.of_customer(value.customer_id), _("Paying")
    if found is None:
        return Why("paying", name, _("Not enough known yet: shows up after the first payment."), "")
    formula = _("100 points, less the points below.")
    inputs = tuple((reason.words, str(reason.points)) for reason in found.reasons)
    return Why("paying", name, _("{score} of 100").format(score=found.score), formula, inputs)


def _recommends(value: Value, _known: Known) -> Why:
    name = _("Would recommend us (0 to 10)")
    answers = [f for f in feedback.of_customer(value.customer_id) if f.kind == feedback.NPS and f.score is not None]
    if not answers:
        return Why("nps", name, _("Not asked yet."), "")
    formula = _(
        "Their last answer. 9 and 10 would recommend you, 0 to 6 would not; the net promoter score of all customers is the "
        "share of the first less the share of the others."
    )
    inputs = tuple((wording.day(f.answered_on), str(f.score)) for f in answers[:5] if f.answered_on)
    return Why("nps", name, str(answers[0].score), formula, inputs)


_PARTS: tuple[Callable[[Value, Known], Why], ...] = (
    _group, _interval, _risk, _expected, _lifetime, _wallet, _groups, _paying, _recommends,
)  # fmt: skip
