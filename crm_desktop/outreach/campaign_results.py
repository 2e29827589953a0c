"""What a campaign brought: replies, buyers and revenue within n days, opt-outs, cost; against those who were held out.

What counts as bought says `insight.campaign_figures`; compared are customers, however many of their people got it.
Two rates are told apart only where the numbers carry it: a test of two proportions, two-sided at 5 %, asked only when at
least five would be expected in each cell.

Source: pooled z test of two proportions (for example NIST/SEMATECH e-Handbook of Statistical Methods, 7.3.3).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import consent
from crm_desktop.db import connection as db
from crm_desktop.db import noted
from crm_desktop.insight import campaign_figures
from crm_desktop.outreach import campaigns

_LEAST_EXPECTED, _CERTAIN = 5.0, 1.96
_OUT = "opted_out"


@dataclass(frozen=True)
class Group:
    """What became of one group: "a", "b" or "held_out"; `people` are customers, answers those of addresses, net minor units."""

    name: str
    people: int = 0
    replied: int = 0
    bounced: int = 0
    opted_out: int = 0
    reached: int = 0
    buyers: int = 0
    net_minor: int = 0

    @property
    def rate(self) -> Decimal | None:
        """The share of buyers in percent; None where there is nobody."""
        return Decimal(self.buyers * 100) / self.people if self.people else None


@dataclass(frozen=True)
class Result:
    """The groups of a campaign, all who got it together, and cost."""

    got: Group
    held_out: Group
    variants: tuple[Group, ...]
    cost_minor: int
    currency: str
    counted_days: int

    @property
    def better(self) -> str:
        """The text that clearly brought more buyers, "a" or "b"; "" where it cannot be told."""
        if len(self.variants) < 2 or difference(*self.variants[:2]) != "clear":
            return ""
        one, other = self.variants[:2]
        return one.name if (one.rate or 0) > (other.rate or 0) else other.name


def measure(campaign_id: int) -> Result:
    """What a campaign brought until now."""
    campaign = campaigns.get(campaign_id)
    found = campaign_figures.groups(campaign_id)
    got = [Group(variant, *numbers) for variant, is_out, numbers in found if not is_out]
    held = [Group("held_out", *numbers) for _variant, is_out, numbers in found if is_out]
    two = tuple(got) if len(got) > 1 else ()
    every = (_sum("all", got), _sum("held_out", held), two)
    return Result(*every, campaign.cost_minor, campaign.currency, campaign.counted_days)


def _sum(name: str, found: Sequence[Group]) -> Group:
    columns = ("people", "replied", "bounced", "opted_out", "reached", "buyers", "net_minor")
    return Group(name, *(sum(getattr(one, column) for one in found) for column in columns))


def difference(one: Group, other: Group) -> str:
    """Whether the rates of two groups differ: "few" (too few to tell), "none" or "clear"."""
    people, buyers = one.people + other.people, one.buyers + other.buyers
    if not one.people or not other.people:
        return "few"
    share = buyers / people
    least = min(group.people * min(share, 1 - share) for group in (one, other))
    if least < _LEAST_EXPECTED:
        return "few"
    spread = math.sqrt(share * (1 - share) * (1 / one.people + 1 / other.people))
    z = abs(one.buyers / one.people - other.buyers / other.people) / spread
    return "clear" if z >= _CERTAIN else "none"


def verdict(one: Group, other: Group) -> str:
    """The comparison of two groups in a sentence, with its numbers."""
    if not one.people or not other.people:
        return _("There is nobody to compare with.")
    numbers = _("{a} of {a_all} bought, {b} of the other {b_all}").format(
        a=one.buyers, a_all=one.people, b=other.buyers, b_all=other.people
    )
    points = f"{(one.rate or Decimal(0)) - (other.rate or Decimal(0)):+.1f}".replace("-", "−")
    sentences = {
        "few": _("{numbers}: too few to tell."),
        "none": _("{numbers} ({points} points): no clear difference."),
        "clear": _("{numbers} ({points} points): a clear difference."),
    }
    return sentences[difference(one, other)].format(numbers=numbers, points=points)


def note_answer(recipient_id: int, answer: str) -> None:
    """Note by hand, or from a mailbox, what a recipient answered; "" takes it back.

    Whoever wants no more has taken back their consent for what the campaign was about, and gets nothing where they wait;
    taking that answer back restores both, and so does undo.
    """
    found = campaigns.recipient(recipient_id)
    now = dates.instant_text(dates.now()) if answer else None
    if answer == found.answer:
        return
    with db.transaction(_("Answer of {name}").format(name=found.name)):
        noted.update("campaign_recipient", recipient_id, {"answer": answer, "answered_at": now})
        if answer == _OUT or (found.answer == _OUT and not answer):
            _stop(found, stops=answer == _OUT)


def _stop(found: campaigns.Recipient, *, stops: bool) -> None:
    """Withdraw the consent for the purpose of a recipient's campaign, or take that withdrawal back."""
    campaign = campaigns.get(found.campaign_id)
    purpose, who = (
        campaign.purpose or campaigns.USUAL_PURPOSE[campaign.kind],
        (found.customer_id, found.contact_person_id),
    )
    source = _("Answer to the campaign “{name}”").format(name=campaign.name)
    if stops:
        withdraw(*who, purpose, source=source)
        if found.state == "waiting":
            noted.update("campaign_recipient", found.id, {"state": "skipped", "reason": _(campaigns.ANSWERS[_OUT])})
        return
    for entry in consent.current(*who):
        if (entry.purpose, entry.state, entry.source) == (purpose, consent.WITHDRAWN, source):
            consent.remove(entry.id)
    if found.state == "skipped" and campaign.state in ("running", "paused"):
        noted.update("campaign_recipient", found.id, {"state": "waiting", "reason": ""})


def withdraw(customer_id: int, person_id: int | None, purpose: str, *, source: str, why: str = "") -> None:
    """Take back the consent to a purpose, of a customer or one of its people, unless that is written down already."""
    newest = [c.state for c in consent.current(customer_id, person_id) if c.purpose == purpose]
    if newest != [consent.WITHDRAWN]:
        consent.note(customer_id, purpose, consent.WITHDRAWN, source=source, why=why, person_id=person_id)
