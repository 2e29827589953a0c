"""What each card of the figures page says about the figures of a period: revenue, money, customers."""

from __future__ import annotations

from datetime import date
from functools import partial

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui.parts.ageing import age_name
from crm_desktop.gui.parts.deal_words import amount
from crm_desktop.gui.parts.figure_told import Columns, Opening, Told, ToList, ToPage
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.charts import Bar
from crm_desktop.insight import figure_lists
from crm_desktop.insight.figure_ranks import Ranked
from crm_desktop.insight.figures import Figures, Step

_AGE_COLORS = ("c1", "amberSolid", "redSolid", "redSolid", "redSolid")


def step_label(step: Step, found: Figures) -> str:
    """The words below a column: a short month, with its year where the period has several, or a day."""
    if step.first == step.last:
        return str(step.first.day)
    words = formats.locale().standaloneMonthName(step.first.month, formats.locale().FormatType.ShortFormat).rstrip(".")
    crosses = found.first.year != found.last.year
    return (
        f"{words} {step.first.year % 100:02}"
        if crosses and (step.first.month == 1 or step is found.steps[0])
        else words
    )


def period_name(found: Figures) -> str:
    """What the period is called in a legend."""
    whole_year = (found.first.month, found.first.day, found.last.month, found.last.day) == (1, 1, 12, 31)
    return str(found.first.year) if whole_year and found.first.year == found.last.year else _("This period")


def year_before_name(found: Figures) -> str:
    """What the same days a year earlier are called."""
    return str(found.first.year - 1) if period_name(found).isdigit() else _("a year before")


def _documents(first: date, last: date) -> ToPage:
    return ToPage("invoices", {"view": "all", "period": f"{first}/{last}"})


def _payments(first: date, last: date) -> ToPage:
    return ToPage("payments", {"view": "all", "period": f"{first}/{last}"})


def _compared(found: Figures) -> tuple[str, str]:
    """Revenue against the same days a year earlier, in words."""
    base, now = found.before_so_far_minor, found.net_so_far_minor
    if base <= 0:
        return (_("Nothing to compare with: nothing was billed a year before"), "text2") if now else ("", "text2")
    share = round((now - base) * 100 / base)
    year = found.first.year - 1
    if _runs(found):
        ahead, behind = _("{n}% ahead of the same days in {year}"), _("{n}% behind the same days in {year}")
    else:
        ahead, behind = _("{n}% ahead of the same months in {year}"), _("{n}% behind the same months in {year}")
    words, tone = (ahead, "green") if share >= 0 else (behind, "red")
    return words.format(n=abs(share), year=year), tone


def _runs(found: Figures) -> bool:
    """Whether days of the period are still to come."""
    return found.first <= dates.today() < found.last


def _basis(found: Figures) -> str:
    """On what basis a period that still runs is set against the year before."""
    if not _runs(found) or found.before_so_far_minor <= 0:
        return ""
    words = _("Billed until {day} in both years; the columns of the year before are whole months.")
    by_day = _("Billed until {day} in both years.")
    is_by_day = bool(found.steps) and found.steps[0].first == found.steps[0].last
    return (by_day if is_by_day else words).format(day=formats.day_short(dates.today()))


def of_today(found: Figures) -> str:
    """What stands below a figure that is one of today, where a period that is over is shown."""
    return _("As of today, whatever the period.") if found.last < dates.today() else ""


def revenue(found: Figures) -> Told:
    """Revenue against the year before and the plan."""
    words, tone = _compared(found)
    plan = found.plan_minor
    notes = [basis] if (basis := _basis(found)) else []
    if plan:
        share = formats.percent(round(found.net_minor * 10000 / plan))
        planned = _("{share} of the plan of {amount} is reached.")
        notes.append(planned.format(share=share, amount=amount(plan, found.currency)))
    if found.others:
        named = _("Figures in {currencies} are not added; choose the currency above.")
        notes.append(named.format(currencies=", ".join(found.others)))
    columns = Columns(
        [step_label(s, found) for s in found.steps],
        [s.net_minor for s in found.steps],
        [s.before_minor for s in found.steps],
        (period_name(found), year_before_name(found)),
        found.currency,
        [s.plan_minor for s in found.steps],
        _expected(found),
        _("With open deals"),
    )
    return Told(
        formats.money_text(found.net_minor, found.currency), words, tone, _documents(found.first, found.last), columns,
        bars_open=[_documents(s.first, s.last) for s in found.steps], note=" ".join(notes),
        empty=_nothing_billed(found),
    )  # fmt: skip


def _expected(found: Figures) -> list[int | None]:
    """What each month that is not over will have with what its open deals are likely to bring; None where none are due."""
    likely = {m.first: m.weighted_minor for m in found.forecast if m.first is not None and not m.late}
    today = dates.today()
    return [
        s.net_minor + likely[s.first] if s.last >= today and s.first != s.last and likely.get(s.first) else None
        for s in found.steps
    ]


def _nothing_billed(found: Figures) -> str:
    if found.before_minor or found.last < dates.today():
        return _("Nothing was billed in this period.")
    return _("Shows up after your first invoice.")


def received(found: Figures) -> Told:
    """What was paid against what was billed, with tax."""
    sentence = _("came in, {amount} was billed with tax").format(amount=amount(found.gross_minor, found.currency))
    columns = Columns(
        [step_label(s, found) for s in found.steps],
        [s.received_minor for s in found.steps],
        [s.gross_minor for s in found.steps],
        (_("Received"), _("Billed")),
        found.currency,
    )
    return Told(
        formats.money_text(found.received_minor, found.currency), sentence, "text2", _payments(found.first, found.last),
        columns, bars_open=[_payments(s.first, s.last) for s in found.steps],
        empty=_("Nothing was billed or paid in this period."),
    )  # fmt: skip


def ages(found: Figures) -> Told:
    """What is open today, by age."""
    whole = found.open_minor
    late = _("{n}% is late").format(n=round(found.late_minor * 100 / whole)) if whole > 0 else ""
    bars = []
    for age, color in zip(found.ages, _AGE_COLORS, strict=True):
        number = ngettext("{n} document", "{n} documents", age.documents).format(n=formats.count(age.documents))
        shown = formats.amount(age.open_minor, found.currency) if age.documents else formats.DASH
        bars.append(Bar(age_name(age), max(0, age.open_minor), shown, number if age.documents else "", color))
    late_list = ToPage("invoices", {"view": "overdue"})
    opens: list[Opening | None] = [ToPage("invoices", {"view": "open"}), *[late_list] * (len(bars) - 1)]
    return Told(
        formats.money_text(whole, found.currency), late or _("Nothing is open"), "text2",
        ToPage("invoices", {"view": "open"}), bars=bars, bars_open=opens, note=of_today(found),
    )  # fmt: skip


def _ranked(found: Figures, best: tuple[Ranked, ...], opens: list[Opening | None]) -> Told:
    part, whole = sum(r.net_minor for r in best), found.net_minor
    words = ngettext("of the revenue comes from {n}", "of the revenue comes from {n}", len(best))
    bars = [Bar(r.name, r.net_minor, formats.amount(r.net_minor, found.currency)) for r in best]
    share = formats.percent(round(part * 100 / whole) * 100) if whole > 0 and part <= whole and best else formats.DASH
    return Told(
        share, words.format(n=len(best)) if best else "", bars=bars, bars_open=opens, empty=_nothing_billed(found),
        opens=_documents(found.first, found.last) if best else None,
    )  # fmt: skip


def customers(found: Figures) -> Told:
    """Who brings the revenue; a bar opens the documents of that customer in the period."""
    period = f"{found.first}/{found.last}"
    opens: list[Opening | None] = [
        ToPage("invoices", {"view": "all", "period": period, "customer": r.id}) for r in found.customers
    ]
    return _ranked(found, found.customers, opens)


def products(found: Figures) -> Told:
    """What brings the revenue."""
    opens: list[Opening | None] = [
        ToList(r.name, partial(figure_lists.sold_of_item, r.id, found.first, found.last, found.currency))
        for r in found.products
    ]
    return _ranked(found, found.products, opens)


def groups(found: Figures) -> Told:
    """Which product groups bring the revenue; a bar opens the documents with them."""
    opens: list[Opening | None] = [
        ToList(
            r.name,
            partial(figure_lists.sold_of_group, r.name if r.id else "", found.first, found.last, found.currency),
        )
        for r in found.groups
    ]
    if not found.groups:
        lacking = _("Shows up when products have a product group. Enter it in the price list.")
        return Told(formats.DASH, empty=_nothing_billed(found) if found.is_empty else lacking)
    first, whole = found.groups[0], sum(r.net_minor for r in found.groups)
    bars = [Bar(r.name, r.net_minor, formats.amount(r.net_minor, found.currency)) for r in found.groups]
    share = formats.percent(round(first.net_minor * 100 / whole) * 100)
    return Told(share, _("of it is {group}").format(group=first.name), opens=opens[0], bars=bars, bars_open=opens)


def came_and_went(found: Figures) -> Told:
    """New and lost customers."""
    new = ToList(_("New customers"), partial(figure_lists.new_customers, found.first, found.last))
    lost = ToList(_("Lost customers"), partial(figure_lists.lost_customers, found.first, found.last))
    bars = [
        Bar(_("New"), found.new_customers, formats.count(found.new_customers), _("bought for the first time")),
        Bar(_("Lost"), found.lost_customers, formats.count(found.lost_customers), _("set to “Lost”"), "redSolid"),
    ]
    note = _("Lost counts who was given the stage “Lost”. Who stopped buying stands in Customers, Understood.")
    words = ngettext("new customer, {lost} lost", "new customers, {lost} lost", found.new_customers)
    return Told(
        formats.count(found.new_customers), words.format(lost=formats.count(found.lost_customers)), "text2", new,
        bars=bars, bars_open=[new, lost], note=note,
    )  # fmt: skip


def days_to_pay(found: Figures) -> Told:
    """How long invoices wait for their money."""
    if found.days_to_pay is None:
        return Told(formats.DASH, _("No invoice was settled in this period."), empty=_("Shows up after a payment."))
    number = ngettext("{n} invoice was settled", "{n} invoices were settled", found.settled)
    opens = ToList(_("Settled invoices"), partial(figure_lists.settled, found.first, found.last))
    days = formats.number(found.days_to_pay)
    return Told(
        _("{n} days").format(n=days), _("from issue to payment on the average"), "text2", opens,
        bars=[Bar(_("Settled invoices"), found.settled, formats.count(found.settled), number.format(n=found.settled))],
        bars_open=[opens],
    )  # fmt: skip


def satisfaction(found: Figures) -> Told:
    """What customers answered."""
    said = found.satisfaction
    opens = ToList(_("Answers of customers"), partial(figure_lists.answers, found.first, found.last))
    if said.nps is None and said.average is None:
        words = ngettext("{n} was asked, nobody answered yet", "{n} were asked, nobody answered yet", said.asked)
        asked = words.format(n=said.asked) if said.asked else _("Nobody was asked in this period.")
        return Told(formats.DASH, asked, empty=_("Shows up after the first answer."))
    bars = []
    if said.nps is not None:
        bars.append(
            Bar(_("Would recommend us"), said.nps + 100, formats.number(said.nps), _("net promoter score, −100 to 100"))
        )
    if said.average is not None:
        bars.append(Bar(_("Satisfaction"), int(said.average * 40), formats.number(said.average), _("of 5")))
    figure = formats.number(said.nps) if said.nps is not None else formats.number(said.average or 0)
    words = _("{answered} of {asked} answered").format(answered=said.answered, asked=said.asked)
    return Told(figure, words, "text2", opens, bars=bars, bars_open=[opens] * len(bars))
