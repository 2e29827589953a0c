"""The one thing to do next for each customer, with its reason, and the ten that pay most today.

Rules are data: the first that fits gives the act. What an act is worth is an amount times a chance, both are shown; the
chances are estimates that the owner may change (`action_chances`). Advertising never goes to whom it was refused: a call becomes an e-mail,
an e-mail a letter, and where nothing is left the customer is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from crm_desktop.billing import wording
from crm_desktop.care import feedback
from crm_desktop.company import profile
from crm_desktop.core import dates, i18n
from crm_desktop.core.i18n import N_, ngettext
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.insight import action_chances, action_facts, baskets, customer_value, order_history
from crm_desktop.insight.action_facts import Facts
from crm_desktop.insight.baskets import Together
from crm_desktop.insight.customer_value import Known, Value

TEN = 10
CALM_DAYS, THANKS_DAYS, DUE_DAYS, ASK_FROM, ASK_UNTIL = 14, 90, 7, 7, 60
ACTS = {
    "call": N_("Call"), "offer": N_("Make an offer"), "ask": N_("Ask for feedback"), "renew": N_("Offer to renew"),
    "remind": N_("Remind of money"), "thank": N_("Say thanks"), "leave": N_("Leave alone"),
    "solve": N_("Solve the case"), "reminder": N_("Do what you noted"), "step": N_("Do the step of the checklist"),
}  # fmt: skip
CHANNELS = {"phone": N_("by phone"), "email": N_("by e-mail"), "post": N_("by post")}


@dataclass(frozen=True, slots=True)
class Seen:
    """All that a rule looks at."""

    facts: Facts
    value: Value | None
    offer: baskets.Pair | None
    names: dict[int, str]
    today: date
    currency: str
    pause_days: int
    chances: Mapping[str, int]

    @property
    def order_minor(self) -> int:
        """What an order of this customer is worth: by the model, else their own mean."""
        if self.value is None:
            return 0
        if self.value.worth_minor is not None:
            return self.value.worth_minor
        return max(0, self.value.net_minor) // self.value.orders

    @property
    def quiet(self) -> int:
        """Days since the last order."""
        return (self.today - self.value.last_on).days if self.value else 0


@dataclass(frozen=True, slots=True)
class Rule:
    """When it `fits` (gives the reason), the `act` is worth the `amount` times the chance of its key."""

    key: str
    act: str
    fits: Callable[[Seen], str]
    amount: Callable[[Seen], int] = lambda _seen: 0
    advertises: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """What to do for one customer. `worth_minor` = `amount_minor` × `chance` %; `channel` is set where it advertises."""

    customer_id: int
    name: str
    rule: str
    act: str
    reason: str
    channel: str
    amount_minor: int
    chance: int
    served_by: str

    @property
    def worth_minor(self) -> int:
        """What the act is expected to bring."""
        return self.amount_minor * self.chance // 100

    @property
    def words(self) -> str:
        """The act, with its way where that matters."""
        if self.act == "leave" or self.channel not in CHANNELS or self.act == "call":
            return _(ACTS[self.act])
        return _("{act} {way}").format(act=_(ACTS[self.act]), way=_(CHANNELS[self.channel]))


def formula(found: Action) -> str:
    """How the worth of an act is made."""
    if not found.worth_minor:
        return ""
    currency = profile.load().currency
    amount, worth = (wording.amount(minor, currency) for minor in (found.amount_minor, found.worth_minor))
    return _("{amount} × {chance}% = {worth}").format(amount=amount, chance=found.chance, worth=worth)


# ---- rules -----------------------------------------------------------------------------------------------------------


def _complaint(seen: Seen) -> str:
    if not seen.facts.complaint:
        return ""
    return _("The complaint {number} is open: solve it first.").format(number=seen.facts.complaint)


def _late(seen: Seen) -> str:
    if seen.facts.late_since is None:
        return ""
    days = (seen.today - seen.facts.late_since).days
    amount = wording.amount(seen.facts.late_minor, seen.currency)
    words = ngettext("{amount} is late, for {n} day.", "{amount} is late, the oldest for {n} days.", days)
    return words.format(amount=amount, n=days)


def _unhappy(seen: Seen) -> str:
    on = seen.facts.low_answer_on
    return _("Gave a low mark on {day}, and nobody has called yet.").format(day=wording.day(on)) if on else ""


def _contract(seen: Seen) -> str:
    if seen.facts.contract_ends is None:
        return ""
    day = wording.day(seen.facts.contract_ends)
    return _("“{title}” ends on {day} and does not renew by itself.").format(title=seen.facts.contract, day=day)


def _reminder(seen: Seen) -> str:
    waits = seen.facts.reminder
    return _("Reminder of {day}: {title}").format(day=wording.day(waits.day), title=waits.title) if waits else ""


def _step(seen: Seen) -> str:
    waits = seen.facts.step
    return _("Was due on {day}: {title}").format(day=wording.day(waits.day), title=waits.title) if waits else ""


def _case(seen: Seen) -> str:
    waits = seen.facts.case
    return _("Open since {day}: {title}").format(day=wording.day(waits.day), title=waits.title) if waits else ""


def _calm(seen: Seen) -> str:
    last = seen.facts.contact_on
    if last is None or (seen.today - last).days > CALM_DAYS:
        return ""
    return _("You were in touch on {day}.").format(day=wording.day(last))


def _leaving(seen: Seen) -> str:
    value = seen.value
    if (
        value is None
        or not value.interval
        or seen.quiet <= customer_value.SILENT * value.interval
        or value.group == "lost"
    ):
        return ""
    return _("Ordered every {usual} days, silent for {quiet} days.").format(usual=value.interval, quiet=seen.quiet)


def _due(seen: Seen) -> str:
    value = seen.value
    if value is None or value.next_on is None or (value.next_on - seen.today).days > DUE_DAYS:
        return ""
    return _("Orders every {usual} days; the next order was to be expected on {day}.").format(
        usual=value.interval, day=wording.day(value.next_on)
    )


def _offer(seen: Seen) -> str:
    if seen.offer is None or seen.value is None or seen.value.group == "lost":
        return ""
    pair = seen.offer
    return _("Bought “{first}”; of those who did, {both} of {all} also bought “{other}”.").format(
        first=seen.names[pair.first], other=seen.names[pair.other], both=pair.both, all=pair.with_first
    )


def _thanks(seen: Seen) -> str:
    last = seen.facts.contact_on
    if seen.value is None or seen.value.group != "best" or (last and (seen.today - last).days <= THANKS_DAYS):
        return ""
    return _("One of your best customers, and nobody has been in touch for {n} days.").format(n=THANKS_DAYS)


def _ask(seen: Seen) -> str:
    if seen.value is None or not ASK_FROM <= seen.quiet <= ASK_UNTIL or seen.facts.refused(feedback.PURPOSE):
        return ""
    asked = seen.facts.asked_on
    if asked and (seen.today - asked).days < max(ASK_UNTIL, seen.pause_days):
        return ""
    return _("Ordered on {day}; not asked since.").format(day=wording.day(seen.value.last_on))


def _nothing(seen: Seen) -> str:
    if seen.value is not None and seen.value.next_on is not None and seen.value.next_on > seen.today:
        return _("Nothing is due; the next order is to be expected on {day}.").format(
            day=wording.day(seen.value.next_on)
        )
    return _("Nothing is due.")


def _year(seen: Seen) -> int:
    """What they would bring in a year in their usual rhythm."""
    return seen.order_minor * 365 // seen.value.interval if seen.value and seen.value.interval else seen.order_minor


RULES = (
    Rule("complaint", "solve", _complaint),
    Rule("late", "remind", _late, lambda seen: seen.facts.late_minor),
    Rule("unhappy", "call", _unhappy, _year),
    Rule("contract", "renew", _contract, lambda seen: seen.facts.contract_minor),
    # What waits already, before anything new, and before anybody is left alone.
    Rule("reminder", "reminder", _reminder),
    Rule("step", "step", _step),
    Rule("case", "solve", _case),
    Rule("calm", "leave", _calm),
    Rule("leaving", "call", _leaving, _year, advertises=True),
    Rule("due", "call", _due, lambda seen: seen.order_minor, advertises=True),
    Rule("offer", "offer", _offer, lambda seen: seen.order_minor, advertises=True),
    Rule("thanks", "thank", _thanks),
    Rule("ask", "ask", _ask),
    Rule("nothing", "leave", _nothing),
)
# What waits for the owner and is worth nothing by itself.
WAITING = ("complaint", "reminder", "step", "case")
# A call about business is one by phone; other ways have their own verb.
_WRITTEN = "offer"


# ---- asking ----------------------------------------------------------------------------------------------------------


def of_customer(customer_id: int, known: Known | None = None, together: Together | None = None) -> Action | None:
    """The next act for one customer; None for one that is archived or deleted."""
    facts = action_facts.read(customer_id).get(customer_id)
    if facts is None:
        return None
    known, together = known or customer_value.known(), together or baskets.together()
    return _first(_seen(facts, known, together, _asked()))


def everybody(progress: Progress | None = None) -> list[Action]:
    """The next act for every customer that ever bought or has something open; for many, call it in a job.

    Kept until something is written that an act depends on.
    """
    progress = progress or Progress()
    state = _state()
    for of, actions in _all:
        if of == state:
            return actions
    known, together = customer_value.known(progress), baskets.together(progress)
    found: list[Action] = []
    asked = _asked()
    for facts in action_facts.read().values():
        if facts.customer_id in known.customers or facts.late_since or facts.contract_ends or facts.waits:
            if not len(found) % 1000:
                progress.check()
            found.append(_first(_seen(facts, known, together, asked)))
    _kept[:] = [(_now(), best(found))]
    _all[:] = [(state, found)]
    return found


def is_ready() -> bool:
    """Whether `everybody` gives its answer at once."""
    state = _state()
    return any(of == state for of, _actions in _all)


def _state() -> tuple[object, ...]:
    return (*order_history.state(), i18n.language(), _changes[0])


def best(found: list[Action], most: int = TEN) -> list[Action]:
    """Those that pay most today."""
    return sorted((a for a in found if a.worth_minor), key=lambda a: (-a.worth_minor, a.name, a.customer_id))[:most]


_kept: list[tuple[tuple[object, ...], list[Action]]] = []
_all: list[tuple[tuple[object, ...], list[Action]]] = []
_changes = [0]
# What is written there changes no act.
_NO_MATTER = frozenset({"import_mapping", "segment", "segment_count", "mail", "saved_report"})


def _note(written: frozenset[str]) -> None:
    _changes[0] += bool(written - _NO_MATTER)


db.on_commit(_note)


def kept_best() -> list[Action]:
    """The ten as they were last worked out today, at once; nothing while they were not."""
    return next((found for of, found in _kept if of == _now()), [])


def _now() -> tuple[object, ...]:
    """The company, the day and the language that kept words are for."""
    return (str(db.path()), dates.today(), i18n.language())


def tend() -> int:
    """Have the ten of today ready; does nothing to the file."""
    everybody()
    return 0


def _asked() -> tuple[date, str, int, dict[str, int]]:
    """What is the same for all customers: today, the currency, the days between two questions, the chances."""
    return dates.today(), profile.load().currency, feedback.pause_days(), action_chances.in_use()


def _seen(facts: Facts, known: Known, together: Together, asked: tuple[date, str, int, dict[str, int]]) -> Seen:
    offers = baskets.offers(together, facts.customer_id, 1)
    value = known.customers.get(facts.customer_id)
    return Seen(facts, value, offers[0] if offers else None, together.names, *asked)


def _first(seen: Seen) -> Action:
    for rule in RULES:
        reason = rule.fits(seen)
        if reason:
            found = _action(seen, rule, reason)
            return _with_what_follows(seen, found) if rule.key in WAITING else found
    raise AssertionError("the last rule always fits")


def _with_what_follows(seen: Seen, found: Action) -> Action:
    """What waits is done first; what it is worth is the act that comes after it, so that nobody dear is overlooked."""
    for rule in RULES:
        if rule.key in WAITING or not (reason := rule.fits(seen)):
            continue
        after = _action(seen, rule, reason)
        if not after.worth_minor:
            return found
        words = _("{reason} After that: {next}").format(reason=found.reason, next=reason)
        return replace(found, reason=words, amount_minor=after.amount_minor, chance=after.chance)
    return found


def _action(seen: Seen, rule: Rule, reason: str) -> Action:
    facts, act, channel = seen.facts, rule.act, ""
    amount, chance = rule.amount(seen), seen.chances.get(rule.key, 0)
    if rule.advertises:
        channel = facts.channel
        if not channel:
            act, amount, chance = "leave", 0, 0
            reason = _("{reason} But they want no advertising, or there is no way to reach them.").format(reason=reason)
        elif act == "call" and channel != "phone":
            act = _WRITTEN
    return Action(
        facts.customer_id, facts.name, rule.key, act, reason, channel, max(0, amount), chance, facts.served_by
    )
