"""Why the figures about all customers are what they are: each with its formula in plain words and the numbers that went in."""

from __future__ import annotations

from crm_desktop.care import feedback
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.insight import customer_value, value_reasons
from crm_desktop.insight.cohorts import Cohort
from crm_desktop.insight.customer_value import Known, Value
from crm_desktop.insight.value_reasons import Why


def of(known: Known) -> list[Why]:
    """All figures about everybody, each with its formula and inputs."""
    return [_came_back(known), _future(known), _leaving(known), _score(), _retention(known)]


def leaving(known: Known) -> list[Value]:
    """Who came back once and is likely to have left."""
    return [value for value in known.customers.values() if value.risk == "high" and value.orders > 1]


def _came_back(known: Known) -> Why:
    whole, back = len(known.customers), sum(value.orders > 1 for value in known.customers.values())
    name = _("Customers who bought")
    formula = _(
        "Everybody with an invoice or receipt that was not cancelled; who has them of two days or more came back."
    )
    inputs = ((_("Bought"), str(whole)), (_("Came back"), str(back)))
    return Why("bought", name, str(whole), formula, inputs)


def _future(known: Known) -> Why:
    name = _("Will bring in 12 months")
    if known.purchases is None or known.worth is None:
        return Why("future", name, value_reasons.not_yet(known.missing), "")
    values = list(known.customers.values())
    whole = sum(value.future_minor or 0 for value in values)
    orders = sum(value.expected or 0.0 for value in values)
    formula = _(
        "For each customer orders expected × worth of an order, added up; each customer's own figures stand in their “why”. "
        "The models learn from how your own customers come and go."
    )
    inputs = (
        (_("Orders expected"), value_reasons.number(orders)),
        (_("Worth of an order, average"), value_reasons.money(round(whole / orders) if orders else 0)),
        *value_reasons.model(known),
        *value_reasons.worth_model(known),
    )
    return Why("future", name, value_reasons.money(whole), formula, inputs)


def _leaving(known: Known) -> Why:
    name = _("High risk of leaving")
    if known.purchases is None:
        return Why("leaving", name, value_reasons.not_yet(known.missing), "")
    found = leaving(known)
    formula = _("Who came back before, and of whom the chance that they still buy is below {percent}%.").format(
        percent=round(customer_value.RISKS[1][0] * 100)
    )
    brought = sum(value.net_minor for value in found)
    return Why("leaving", name, str(len(found)), formula, ((_("They brought so far"), value_reasons.money(brought)),))


def _score() -> Why:
    name, score = _("Net promoter score"), feedback.nps()
    if score is None:
        return Why("nps", name, _("Nobody has answered yet"), "")
    gave = feedback.scores(feedback.NPS)
    formula = _("The share of answers of 9 and 10 less the share of 0 to 6, in points. 7 and 8 count for neither.")
    parts = (
        (_("9 and 10"), sum(n for mark, n in gave.items() if mark >= feedback.PROMOTERS)),
        (_("7 and 8"), sum(n for mark, n in gave.items() if feedback.DETRACTORS < mark < feedback.PROMOTERS)),
        (_("0 to 6"), sum(n for mark, n in gave.items() if mark <= feedback.DETRACTORS)),
    )
    return Why("nps", name, str(score), formula, tuple((words, str(n)) for words, n in parts))


def _retention(known: Known) -> Why:
    name = _("Who comes back")
    over = [cohort for cohort in known.cohorts if len(cohort.returned) > 1]
    if not over:
        return Why("retention", name, _("Shows up two quarters after the first order."), "")
    formula = _(
        "Customers by the quarter of their first order; the share of them that ordered in the first, second, third quarter "
        "after it. The quarter that runs is not over and is left out here."
    )
    shown = over[-4:]
    inputs = tuple((cohort.label, _cohort(cohort)) for cohort in shown)
    customers, back = sum(c.customers for c in over), sum(c.returned[0] for c in over)
    figure = _("{percent}% a quarter later").format(percent=round(back * 100 / customers))
    return Why("retention", name, figure, formula, inputs)


def _cohort(cohort: Cohort) -> str:
    """The customers of a quarter, and how many of them ordered in those after it."""
    later = _(", ").join(str(number) for number in cohort.returned[:-1])
    return _("{n} customers, later {later}").format(n=cohort.customers, later=later)
