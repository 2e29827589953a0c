"""Lines of Today about deals: accepted quotes, next steps that are due, expected days that went by, silent deals.

Each open deal has one line at the most, the most telling one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.i18n import document_text, ngettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import customers
from crm_desktop.db import connection as db
from crm_desktop.insight import wishes
from crm_desktop.insight.task import Task
from crm_desktop.sales import bant, opportunities
from crm_desktop.sales.opportunities import TOUCHED, Opportunity

_AHEAD_DAYS = 7
_ACCEPTED = (
    "EXISTS (SELECT 1 FROM opportunity_link l JOIN document d ON d.id = l.record_id WHERE l.opportunity_id = o.id "
    "AND l.record = 'document' AND d.kind = 'quote' AND d.outcome = 'accepted' AND d.deleted_at IS NULL)"
)
_MOST = 100
# So many silent deals have their text prepared; whoever has more will not ask about all of them today.
_PREPARED = 5


def lines() -> list[Task]:
    """The lines of all deals that need a hand within the week."""
    today, now = dates.today(), dates.instant_text(dates.now())
    found = db.query(
        "SELECT o.id FROM opportunity o JOIN pipeline_stage g ON g.id = o.stage_id JOIN customer c ON c.id = o.customer_id "
        "WHERE o.state = 'open' AND o.deleted_at IS NULL AND c.deleted_at IS NULL AND (o.next_on <= ?1 "
        f"OR o.expected_on < ?2 OR {_ACCEPTED} OR (g.stale_days > 0 AND julianday(?3) - julianday({TOUCHED}) >= g.stale_days)) "
        f"ORDER BY o.value_minor DESC LIMIT {_MOST}",
        [dates.add_days(today, _AHEAD_DAYS).isoformat(), today.isoformat(), now],
    )
    deals = opportunities.rows([i for (i,) in found])
    made = [_line(deal, today) for deal in deals]
    silent = [place for place, task in enumerate(made) if task.kind == "stale_deal"]
    for place in silent[:_PREPARED]:
        made[place] = _with_words(made[place], deals[place])
    return made


def _with_words(task: Task, deal: Opportunity) -> Task:
    """A line with a short letter that asks how things stand, in the language of the customer."""
    language = customers.get(deal.customer_id).language or profile.load().language
    words = document_text(
        language,
        "we spoke about “{title}” a while ago. Are you still interested, and is there anything that you would like to know?",
    ).format(title=deal.title)
    letter = wishes.in_a_letter(deal.customer_id, deal.title, [words])
    return replace(task, words=letter.body, subject=letter.subject, language=letter.language)


def _line(deal: Opportunity, today: date) -> Task:
    if deal.quote_accepted:
        title = _("Won? {title}").format(title=deal.title)
        return _task(deal, title, _("The quote was accepted."), today, kind="deal_won")
    if deal.next_on is not None and deal.next_on <= today:
        return _task(deal, _step(deal), _since(deal, deal.next_on, today), deal.next_on)
    if deal.stale:
        reason = ngettext("Silent for {n} day.", "Silent for {n} days.", deal.idle_days).format(n=deal.idle_days)
        title = _("Ask about {title}").format(title=deal.title)
        day = dates.add_days(deal.touched_at.astimezone().date(), deal.stale_days)
        return _task(deal, title, f"{deal.customer} · {reason}", day, kind="stale_deal")
    if deal.expected_on is not None and deal.expected_on < today:
        title = _("What became of {title}?").format(title=deal.title)
        late = (today - deal.expected_on).days
        words = ngettext("Expected {n} day ago.", "Expected {n} days ago.", late).format(n=late)
        return _task(deal, title, f"{deal.customer} · {words}", deal.expected_on, kind="deal_late")
    day = deal.next_on or today
    return _task(deal, _step(deal), f"{deal.customer} · {deal.title}", day, group="week")


def _step(deal: Opportunity) -> str:
    return deal.next_step or _("Next step of {title}").format(title=deal.title)


def _since(deal: Opportunity, day: date, today: date) -> str:
    late = (today - day).days
    since = ngettext("Since {n} day.", "Since {n} days.", late).format(n=late) if late else ""
    return " · ".join(part for part in (deal.customer, deal.title, since) if part)


def _task(deal: Opportunity, title: str, reason: str, day: date, *, kind: str = "deal", group: str = "today") -> Task:
    return Task(
        kind, group, title, reason, "open", day, deal.value_minor or None, deal.currency if deal.value_minor else "",
        deal.customer_id, record="opportunity", record_id=deal.id, heading=deal.title, facts=_facts(deal),
    )  # fmt: skip


def _facts(deal: Opportunity) -> tuple[tuple[str, str], ...]:
    """What one wants to know before calling."""
    lines = (
        (_("Stage"), deal.stage),
        (_("Next step"), deal.next_step),
        (_("Source"), deal.source),
        *((_(bant.QUESTIONS[name][1]), said) for name, said in deal.bant_notes.items() if name in bant.QUESTIONS),
    )
    return tuple((name, said) for name, said in lines if said)


def step_done(task: Task) -> None:
    """Tick the next step of a deal off: it is noted with the customer, and the deal waits for its next one."""
    found = opportunities.get(task.record_id or 0)
    with db.transaction(_("Done: {title}").format(title=task.title)):
        told = _("Deal “{title}”: {step}, done").format(title=found.title, step=task.title)
        opportunities.tell(found.id, told)
        opportunities.save({"next_step": "", "next_on": None}, found.id)


def step_later(task: Task, day: date) -> None:
    """Let the next step of a deal be due on a later day."""
    opportunities.save({"next_on": day}, task.record_id)


def asked(task: Task) -> None:
    """Note that one asked about a silent deal: its days of silence start anew."""
    opportunities.touch(task.record_id or 0)
