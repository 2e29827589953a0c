"""Words about deals: amounts, the next step with its day, what keeps one waiting, and what a screen reader says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import QLocale

from crm_desktop.billing import deal_quotes, kinds
from crm_desktop.billing.deal_drafts import Link
from crm_desktop.core import dates, money
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui.widgets import formats
from crm_desktop.sales import bant, opportunities, sources
from crm_desktop.sales.opportunities import Opportunity
from crm_desktop.sales.pipeline_stages import Stage


def amount(minor: int, currency: str) -> str:
    """Money as it stands on a card: without cents where there are none."""
    whole = 10 ** money.digits(currency)
    text = formats.money_text(minor, currency)
    if minor % whole or whole == 1:
        return text
    zeros = formats.amount(0, currency).strip("\u2066\u2069").lstrip("0")  # ".00", ",00"
    return text.replace(zeros, "", 1)


def sums(found: Mapping[str, int]) -> str:
    """The sums of a column, one per currency: "€16,940 + CHF 200"."""
    return " + ".join(amount(minor, currency) for currency, minor in sorted(found.items(), key=lambda pair: -pair[1]))


def share(rate_bp: int) -> str:
    """A probability: "75%"."""
    return formats.isolate(formats.percent(rate_bp))


def day(value: date) -> str:
    """The day of a next step: within the week its weekday."""
    if 1 < (value - dates.today()).days < 7:
        return formats.locale().dayName(value.isoweekday(), QLocale.FormatType.ShortFormat).rstrip(".")
    return formats.day_near(value)


def next_step(found: Opportunity) -> str:
    """What is to be done next, in words."""
    return found.next_step or (_("Next step") if found.next_on else _("No next step"))


def stage(found: Opportunity) -> str:
    """Where a deal stands: its stage while it is open, else that it was won or lost."""
    return found.stage if found.state == "open" else _(opportunities.STATES[found.state])


def ended(found: Opportunity) -> str:
    """When a deal was won or lost: "Won on 24 Nov"."""
    words = _("Won on {day}") if found.state == "won" else _("Lost on {day}")
    return words.format(day=formats.day_short(found.closed_on)) if found.closed_on else stage(found)


def why(found: Opportunity) -> str:
    """Why a deal was won or lost, and by whom: the accepted quote, or the reason and who got it."""
    if found.state == "won":
        number = deal_quotes.accepted_of(found.id)
        return _("Quote {number} was accepted.").format(number=number) if number else ""
    to = _("{competitor} got it").format(competitor=found.competitor) if found.competitor else ""
    return " · ".join(part for part in (to, found.lost_reason) if part)


def silent(found: Opportunity) -> str:
    """For how long nothing happened: "Silent for 16 days"."""
    return ngettext("Silent for {n} day", "Silent for {n} days", found.idle_days).format(n=found.idle_days)


def known(found: Opportunity) -> str:
    """The answers to the four questions in words: "Budget: clear, Authority: not known …"."""
    pairs = zip(bant.QUESTIONS.values(), found.points, strict=True)
    words = _("{name}: {value}")
    return ", ".join(
        words.format(name=_(word), value=_(bant.ANSWERS[point]).lower()) for (_letter, word, _q), point in pairs
    )


def spoken(found: Opportunity) -> str:
    """Everything that a card shows, for a screen reader."""
    parts = [
        found.title,
        found.customer,
        amount(found.value_minor, found.currency),
        ended(found),
    ]
    if found.state == "open":
        parts[-1] = found.stage
        parts += [_("Score {n} of 100").format(n=found.score), known(found)]
        parts.append(silent(found) if found.stale else _step_spoken(found))
    return ", ".join(part for part in parts if part)


def _step_spoken(found: Opportunity) -> str:
    words = next_step(found)
    return f"{words} {formats.day_near(found.next_on)}" if found.next_on else words


def head(name: str, count: int, total: str, probability: str) -> str:
    """The head of a column for a screen reader."""
    words = ngettext("{n} deal", "{n} deals", count).format(n=formats.count(count))
    return ", ".join(part for part in (name, words, total, probability) if part)


def paper(found: Link) -> str:
    """A document or contract of a deal in one line: kind, number, what it is about, amount."""
    kind = _("Contract") if found.record == "contract" else kinds.name(found.kind)
    number = found.number or _("Draft")
    return " · ".join(part for part in (kind, number, found.title, amount(found.value_minor, found.currency)) if part)


def stage_choices(stages: list[Stage]) -> list[tuple[int, str]]:
    """Stages for a choice, with their probability."""
    words = _("{name} ({value})")
    return [(stage.id, words.format(name=stage.name, value=share(stage.probability_bp))) for stage in stages]


def source_choices() -> list[tuple[int, str]]:
    """Sources for a choice."""
    return [(source.id, source.name) for source in sources.all_sources()]


def moved_by_quote(found: deal_quotes.Moved) -> str:
    """What the toast says about deals that an issued quote moved along; empty where nothing moved."""
    if len(found.titles) == 1:
        return moved(found.titles[0], found.stage)
    if not found.titles:
        return ""
    words = ngettext("{n} deal moved to {stage}", "{n} deals moved to {stage}", len(found.titles))
    return words.format(n=formats.count(len(found.titles)), stage=found.stage)


def won(titles: Sequence[str]) -> str:
    """What the toast says about deals that were won."""
    if len(titles) == 1:
        return _("“{title}” won").format(title=titles[0])
    return ngettext("{n} deal won", "{n} deals won", len(titles)).format(n=formats.count(len(titles)))


def moved(title: str, goal: str) -> str:
    """What the toast says after a move."""
    return _("“{title}” moved to {stage}").format(title=title, stage=goal)
