"""What the owner's rules do: tried on the past without touching anything, and run on what is new.

Each act of a rule is a step of its own in the history, named after the rule, and stands in the customer's timeline. No
loops: what a rule caused sets off no other rule (its events are noted as seen by all of them), and what was undone is not
done again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from crm_desktop.activity import timeline
from crm_desktop.billing import wording
from crm_desktop.company import profile
from crm_desktop.core import dates
from crm_desktop.core.errors import Cancelled, Problem, UserError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.customers import customers, lifecycle, tags
from crm_desktop.db import connection as db
from crm_desktop.insight import segments
from crm_desktop.workflow import events, resting, rules
from crm_desktop.workflow.events import Happening
from crm_desktop.workflow.resting import Rest
from crm_desktop.workflow.rules import Act, Rule

KIND = "rule"
# So far back a rule is tried; and so many acts of a rule at most are done in one run, so that a slip is no flood.
TRIED_DAYS, MOST_AT_ONCE = 365, 200
# So often a rule may act on one customer within a day because of a stage; more is a circle.
MOST_ROUNDS = 3
# Into so many parts the past year is cut when a rule is tried.
_PARTS = 4
# A birthday or a day of a contract that is longer past is not caught up: it was entered or the rule was changed since.
LATE_DAYS = 31


@dataclass(frozen=True)
class Trial:
    """What a rule would have done: on which day, for whom, because of what, and its acts in words."""

    day: date
    customer_id: int
    customer: str
    about: str
    rule: Rule = field(repr=False)
    happening: Happening = field(repr=False)

    @property
    def acts(self) -> tuple[str, ...]:
        """In words; made only where they are shown, since a rule may have acted thousands of times."""
        return tuple(_did(act, self.happening) for act in self.rule.acts)


@dataclass(frozen=True)
class Done:
    """What a rule did: when, for whom, what; `step_id` is the step that can be undone, None when it is forgotten."""

    ran_at: str
    rule: str
    customer_id: int | None
    customer: str
    did: str
    step_id: int | None
    undone: bool


def fitting(rule: Rule, first: date, last: date) -> list[Happening]:
    """What happened in a period and fits the conditions of a rule, in order; amounts in other currencies do not fit."""
    return _in_segment(rule, _of_size(rule, first, last))


def _of_size(rule: Rule, first: date, last: date) -> list[Happening]:
    found = events.between(rule.event, first, last, days=rule.days, stage_id=rule.stage_id)
    if rule.least_minor:
        currency = profile.load().currency
        found = [one for one in found if one.currency == currency and (one.amount_minor or 0) >= rule.least_minor]
    return found


def _in_segment(rule: Rule, found: list[Happening]) -> list[Happening]:
    if rule.segment_id is not None and found:
        inside = set(segments.ids(segments.get(rule.segment_id).conditions))
        found = [one for one in found if one.customer_id in inside]
    return found


def tried(rule: Rule, today: date | None = None, progress: Progress | None = None) -> list[Trial]:
    """What a rule would have done in the last twelve months, newest first; nothing is touched.

    The months are looked at one after the other, so that it can be watched and cancelled.

    Raises:
        Cancelled: through `progress`.
    """
    last, progress = today or dates.today(), progress or Progress()
    first, found = dates.add_days(last, -TRIED_DAYS), list[Happening]()
    for step in range(_PARTS):
        progress(step, _PARTS + 1)
        start, after = (dates.add_days(first, (TRIED_DAYS + 1) * place // _PARTS) for place in (step, step + 1))
        found += _of_size(rule, start, dates.add_days(after, -1))
    progress(_PARTS, _PARTS + 1)
    found = _in_segment(rule, found)
    names = _names({one.customer_id for one in found})
    progress.check()
    return [
        Trial(one.day, one.customer_id, names.get(one.customer_id, ""), one.name, rule, one) for one in reversed(found)
    ]


def _names(wanted: Iterable[int]) -> dict[int, str]:
    listed = ",".join(map(str, sorted(wanted)))
    return dict(db.query(f"SELECT id, name FROM customer WHERE id IN ({listed})"))


def tend() -> int:
    """Let all rules that are on act on what happened since they were switched on; gives how many times one acted.

    A rule that fails keeps no other from its work; why it failed is noted with it. A fault of the program is raised when
    the others are through, once.
    """
    did, failed = 0, None
    for rule in [rule for rule in rules.rules() if rule.is_on]:
        try:
            did += run(rule)
        except (Cancelled, Problem):
            raise
        except UserError as error:
            resting.note(rule.id, Rest(resting.FAULT, str(error)))
        except Exception as error:  # noqa: BLE001  (noted with the rule and raised below)
            words = _("Something in the program went wrong while it ran: {error}").format(error=error)
            if resting.note(rule.id, Rest(resting.FAULT, words)):
                failed = failed or error
    if failed is not None:
        raise failed
    return did


def run(rule: Rule) -> int:
    """Let one rule act on what is new; gives how many times it acted. Safe to run twice.

    A rule that names a stage or a segment that is gone rests until it is mended; one that sets itself off again and again
    for the same customer, because other rules undo what it does, rests until the owner has looked at it.
    """
    rests = rules.rests(rule)
    if rule.on_since_at is None or (rests is not None and rests.kind != resting.FAULT):
        return 0
    since = dates.instant_from(rule.on_since_at).astimezone().date()
    if events.EVENTS[rule.event].is_ahead:
        since = max(since, dates.add_days(dates.today(), -rule.days - LATE_DAYS))
    seen = {key for (key,) in db.query("SELECT event_key FROM owner_rule_run WHERE rule_id = ?", [rule.id])}
    new = [one for one in fitting(rule, since, dates.today()) if one.key not in seen]
    for done, one in enumerate(new[:MOST_AT_ONCE]):
        if _goes_round(rule, one):
            name = _names([one.customer_id]).get(one.customer_id, "")
            words = _("It came back to {customer} {n} times within a day: something undoes what it does.")
            resting.note(rule.id, Rest(resting.LOOP, words.format(customer=name, n=MOST_ROUNDS)))
            return done
        _act_on(rule, one)
    resting.forget(rule.id)
    return len(new[:MOST_AT_ONCE])


def _goes_round(rule: Rule, one: Happening) -> bool:
    """Whether a rule acted so often on a customer within a day that it must be its own doing.

    Only changes of stage can follow from what a rule does; everything else is done by people, as often as they like.
    """
    if events.EVENTS[rule.event].needs != "stage":
        return False
    since = dates.instant_text(dates.now() - timedelta(days=1))
    rounds = db.value(
        "SELECT count(*) FROM owner_rule_run WHERE rule_id = ? AND customer_id = ? AND did <> '' AND ran_at > ? "
        "AND ran_at >= ?",
        [rule.id, one.customer_id, since, rule.on_since_at],
    )
    return int(rounds) >= MOST_ROUNDS


def _act_on(rule: Rule, one: Happening) -> None:
    """Do all acts of a rule for one thing that happened, as one step."""
    name = _names([one.customer_id]).get(one.customer_id, "")
    newest_change = int(db.value("SELECT coalesce(max(id), 0) FROM stage_change"))
    now = dates.instant_text(dates.now())
    did = "; ".join(_did(act, one) for act in rule.acts)
    with db.transaction(_("Rule “{rule}”: {customer}").format(rule=rule.name, customer=name)):
        run_id = db.insert(
            "owner_rule_run",
            {
                "rule_id": rule.id, "event_key": one.key, "customer_id": one.customer_id, "ran_at": now, "did": did,
                "step_id": db.current_step(),
            },
        )  # fmt: skip
        for number, act in enumerate(rule.acts):
            _do(rule, act, one, number)
        timeline.record(
            one.customer_id, KIND, _("Rule “{rule}”").format(rule=rule.name), body=did, about=("owner_rule_run", run_id)
        )
        _seen_by_all(newest_change, now)


def _seen_by_all(newest_change: int, now: str) -> None:
    """What a rule caused sets off no rule."""
    db.execute(
        "INSERT OR IGNORE INTO owner_rule_run(rule_id, event_key, customer_id, ran_at) "
        "SELECT r.id, 'stage:' || x.id, x.customer_id, ? FROM stage_change x CROSS JOIN owner_rule r WHERE x.id > ?",
        [now, newest_change],
    )


def _do(rule: Rule, act: Act, one: Happening, number: int) -> None:
    if act.kind == rules.STAGE:
        reason = _("rule “{name}”").format(name=rule.name)
        lifecycle.write_moves(
            [(one.customer_id, before, act.stage_id, reason, None) for before in _stage_before(one.customer_id, act)]
        )
        return
    title = rules.fill(act.title, _values(one))
    if act.kind == rules.TAG:
        tags.set_for_customer(one.customer_id, [*tags.of_customer(one.customer_id), title])
    elif act.kind == rules.UNTAG:
        left = [tag for tag in tags.of_customer(one.customer_id) if tag.casefold() != title.casefold()]
        tags.set_for_customer(one.customer_id, left)
    elif act.kind == rules.NOTE:
        timeline.record(one.customer_id, "note", title, about=(one.record, one.record_id))
    else:
        _remind(rule, act, one, number, title)


def _stage_before(customer_id: int, act: Act) -> list[int | None]:
    """The stage that the customer leaves; nothing when it is there already."""
    before = db.value("SELECT stage_id FROM customer WHERE id = ?", [customer_id])
    return [] if before == act.stage_id else [before]


def _remind(rule: Rule, act: Act, one: Happening, number: int, title: str) -> None:
    """A reminder, or a text that waits in Today to be looked over and sent: its words are the note of the reminder."""
    now = dates.instant_text(dates.now())
    linked = {"document": "document_id", "contract": "contract_id", "opportunity": "opportunity_id", "case": "case_id"}
    values = {
        "due_on": dates.add_days(dates.today(), act.days).isoformat(),
        "title": title,
        "note": rules.fill(act.body, _values(one)),
        "customer_id": one.customer_id,
        "origin": KIND,
        "origin_key": f"{rule.id}:{one.key}:{number}",
        "created_at": now,
        "updated_at": dates.stamp(),
    }
    if one.record in linked:
        values[linked[one.record]] = one.record_id
    db.insert("reminder", values)


def _values(one: Happening) -> dict[str, str]:
    """The fields of a text for one thing that happened."""
    found = customers.get(one.customer_id)
    return {
        "customer": found.name,
        "first_name": found.first_name or found.name,
        "name": one.name,
        "day": wording.day(one.day),
        "amount": wording.amount(one.amount_minor, one.currency) if one.amount_minor is not None else "",
    }


def _did(act: Act, one: Happening) -> str:
    """What an act does for one thing that happened, in words."""
    values = _values(one)
    return rules.act_words(
        Act(act.kind, rules.fill(act.title, values), rules.fill(act.body, values), act.days, act.stage_id)
    )


def done(rule_id: int | None = None, limit: int = 200) -> list[Done]:
    """What rules did, newest first."""
    rows = db.query(
        "SELECT r.ran_at, o.name, r.customer_id, coalesce(c.name, ''), r.did, s.id, s.undone_by IS NOT NULL "
        "FROM owner_rule_run r JOIN owner_rule o ON o.id = r.rule_id LEFT JOIN customer c ON c.id = r.customer_id "
        "LEFT JOIN journal_step s ON s.id = r.step_id WHERE r.did <> '' AND (?1 IS NULL OR r.rule_id = ?1) "
        "ORDER BY r.id DESC LIMIT ?2",
        [rule_id, limit],
    )
    return [Done(at, rule, who, name, did, step, bool(undone)) for at, rule, who, name, did, step, undone in rows]
