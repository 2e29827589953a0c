"""The owner's rules: when something happens, and if the customer fits, then something is done. Off until switched on.

States: off → on (acts on what happens from that day on) → off; deleted rules stay in the file, so that what they did can
still be explained. A rule does each of its acts once for each thing that happened, ever (`owner_rule_run`), also when the
act was undone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crm_desktop.core import dates, text
from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import lifecycle
from crm_desktop.db import connection as db
from crm_desktop.workflow import events, resting
from crm_desktop.workflow.resting import Rest

REMINDER, TAG, UNTAG, STAGE, TEXT, NOTE = "reminder", "tag", "untag", "stage", "text", "note"
ACTS = (REMINDER, TAG, UNTAG, STAGE, TEXT, NOTE)
MOST_DAYS = 3650
MOST_LETTERS = 5000
_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Act:
    """One thing that a rule does.

    reminder: `title` in `days` days · tag, untag: `title` is the tag · stage: `stage_id` · text: a draft to look over and
    send, `title` is its subject, `body` its words · note: `title` is written into the timeline.
    """

    kind: str
    title: str = ""
    body: str = ""
    days: int = 0
    stage_id: int | None = None


@dataclass(frozen=True)
class Rule:
    """One rule. `days` and `stage_id` belong to the event; `least_minor` lets only larger amounts through.

    `segment_id` is a saved segment in which the customer must be; None means every customer.
    """

    name: str
    event: str
    acts: tuple[Act, ...]
    days: int = 0
    stage_id: int | None = None
    least_minor: int = 0
    segment_id: int | None = None
    is_on: bool = False
    on_since_at: str | None = None
    id: int = 0
    updated_at: str = ""


def rules() -> list[Rule]:
    """All rules that are not deleted, by name."""
    return [
        _rule(row) for row in db.records("SELECT * FROM owner_rule WHERE deleted_at IS NULL ORDER BY fold(name), id")
    ]


def get(rule_id: int) -> Rule:
    """The rule by id.

    Raises:
        NotFound: there is no such rule.
    """
    found = db.records("SELECT * FROM owner_rule WHERE id = ? AND deleted_at IS NULL", [rule_id])
    if not found:
        raise NotFound(_("This rule is no longer there."))
    return _rule(found[0])


def _rule(row: dict[str, Any]) -> Rule:
    when = json.loads(row["conditions"] or "{}")
    return Rule(
        row["name"],
        row["event"],
        tuple(Act(**act) for act in json.loads(row["actions"])),
        days=when.get("days", 0),
        stage_id=when.get("stage_id"),
        least_minor=when.get("least_minor", 0),
        segment_id=when.get("segment_id"),
        is_on=bool(row["is_on"]),
        on_since_at=row["on_since_at"],
        id=row["id"],
        updated_at=row["updated_at"],
    )


def check(rule: Rule) -> dict[str, str]:
    """What cannot be kept, as field → sentence; the acts are called "act0", "act1" and so on."""
    found = {}
    if not text.tidy(rule.name):
        found["name"] = _("Give the rule a name, for example “Thank for the payment”.")
    kind = events.EVENTS.get(rule.event)
    if kind is None:
        found["event"] = _("Choose what sets the rule off.")
        return found
    if kind.needs == "days" and not 0 <= rule.days <= MOST_DAYS:
        found["days"] = _("Write a number of days from 0 to {most}.").format(most=MOST_DAYS)
    if kind.needs == "stage" and rule.stage_id not in {stage.id for stage in lifecycle.stages()}:
        found["stage_id"] = _("Choose a stage.")
    if rule.segment_id is not None and db.one(
        "SELECT 1 FROM segment WHERE id = ? AND deleted_at IS NULL", [rule.segment_id]
    ) is None:  # fmt: skip
        found["segment_id"] = _("This segment is no longer there. Choose another one.")
    if not rule.acts:
        found["acts"] = _("Choose at least one thing to do.")
    for number, act in enumerate(rule.acts):
        sentence = _act_problem(act, kind.fields)
        if sentence:
            found[f"act{number}"] = sentence
    return found


def _act_problem(act: Act, fields: Sequence[str]) -> str:
    """The first thing that is wrong with an act, as a sentence; empty when all is well."""
    missing = _missing(act)
    if missing:
        return missing
    if len(act.title) + len(act.body) > MOST_LETTERS:
        return _("This text is too long. {most} letters are the most.").format(most=MOST_LETTERS)
    if not 0 <= act.days <= MOST_DAYS:
        return _("Write a number of days from 0 to {most}.").format(most=MOST_DAYS)
    unknown = [name for name in _FIELD.findall(act.title + act.body) if name not in fields]
    if unknown:
        known = " ".join(f"{{{name}}}" for name in fields)
        return _("{field} is not known here. You can use: {known}").format(field=f"{{{unknown[0]}}}", known=known)
    return ""


def _missing(act: Act) -> str:
    """What an act still needs."""
    if act.kind == STAGE:
        known = act.stage_id in {stage.id for stage in lifecycle.stages()}
        return "" if known else _("Choose the stage to move to.")
    if act.kind == TEXT and text.tidy(act.title) and not act.body.strip():
        return _("Write the text itself.")
    wanted = {
        REMINDER: _("Write what you want to be reminded of."),
        TEXT: _("Write the subject of the text."),
        NOTE: _("Write what is noted."),
    }
    return "" if text.tidy(act.title) else wanted.get(act.kind, _("Write the tag."))


def fill(words: str, values: dict[str, str]) -> str:
    """A text with its fields filled in; `check` has made sure that each is known."""
    return _FIELD.sub(lambda found: values.get(found[1], found[0]), words)


def save(rule: Rule) -> int:
    """Add a rule (id 0) or change one; gives the id. A new rule is off.

    Raises:
        ValidationError: an entry cannot be kept.
    """
    problems = check(rule)
    if problems:
        raise ValidationError(problems)
    when = {
        "days": rule.days,
        "stage_id": rule.stage_id,
        "least_minor": rule.least_minor,
        "segment_id": rule.segment_id,
    }
    values = {
        "name": text.tidy(rule.name),
        "event": rule.event,
        "conditions": json.dumps({name: value for name, value in when.items() if value}),
        "actions": json.dumps([{k: v for k, v in vars(act).items() if v or k == "kind"} for act in rule.acts]),
        "updated_at": dates.stamp(),
    }
    title = _("Edit rule “{name}”") if rule.id else _("New rule “{name}”")
    with db.transaction(title.format(name=values["name"])):
        if rule.id:
            get(rule.id)
            db.update("owner_rule", rule.id, values)
            resting.forget(rule.id)
            return rule.id
        return db.insert("owner_rule", values | {"created_at": dates.instant_text(dates.now())})


def switch(rule_id: int, *, is_on: bool) -> None:
    """Switch a rule on, for what happens from today on, or off.

    Raises:
        ValidationError: it names something that is no longer there.
    """
    rule = get(rule_id)
    problems = check(rule) if is_on else {}
    if problems:
        raise ValidationError(problems)
    words = _("Switch on the rule “{name}”") if is_on else _("Switch off the rule “{name}”")
    with db.transaction(words.format(name=rule.name)):
        since = dates.instant_text(dates.now()) if is_on else rule.on_since_at
        db.update("owner_rule", rule_id, {"is_on": int(is_on), "on_since_at": since, "updated_at": dates.stamp()})
        resting.forget(rule_id)


def rests(rule: Rule) -> Rest | None:
    """Why a rule that is on does nothing; None while it works, or is off."""
    if not rule.is_on:
        return None
    problems = check(rule)
    if problems:
        return Rest(resting.GONE, next(iter(problems.values())))
    return resting.kept(rule.id)


def delete(rule_ids: Sequence[int]) -> None:
    """Delete rules in one step; what they did stays, and undo brings them back."""
    names = ", ".join(get(rule_id).name for rule_id in rule_ids[:3])
    with db.transaction(_("Delete the rule “{name}”").format(name=names)):
        for rule_id in rule_ids:
            db.update("owner_rule", rule_id, {"deleted_at": dates.instant_text(dates.now()), "is_on": 0})


# ---- in words --------------------------------------------------------------------------------------------------------


def sentence(rule: Rule) -> str:
    """The whole rule in one sentence, as the owner reads it."""
    when = (
        events.words(rule.event, days=rule.days, stage=lifecycle.label(rule.stage_id))
        if rule.event in events.EVENTS
        else "?"
    )
    parts = [_("When {event}").format(event=when)]
    conditions = condition_words(rule)
    if conditions:
        parts.append(_("and {condition}").format(condition=conditions))
    acts = _(" and ").join(act_words(act) for act in rule.acts)
    return _("{when}: {acts}.").format(when=", ".join(parts), acts=acts)


def condition_words(rule: Rule) -> str:
    """The conditions in words; empty when the rule is for everybody."""
    from crm_desktop.billing import wording
    from crm_desktop.company import profile

    found = []
    if rule.least_minor:
        amount = wording.amount(rule.least_minor, profile.load().currency)
        found.append(_("it is at least {amount}").format(amount=amount))
    if rule.segment_id:
        name = db.value("SELECT name FROM segment WHERE id = ?", [rule.segment_id])
        found.append(_("the customer is in “{segment}”").format(segment=name or "?"))
    return _(" and ").join(found)


def act_words(act: Act) -> str:
    """What an act does, in words."""
    if act.kind == REMINDER:
        later = ngettext("remind me in {days} day: “{title}”", "remind me in {days} days: “{title}”", act.days)
        words = later if act.days else _("remind me at once: “{title}”")
        return words.format(days=act.days, title=act.title)
    if act.kind == STAGE:
        return _("move the customer to “{stage}”").format(stage=lifecycle.label(act.stage_id))
    return {
        TAG: _("give the tag “{title}”"),
        UNTAG: _("take away the tag “{title}”"),
        TEXT: _("prepare the text “{title}”"),
        NOTE: _("note “{title}” in the history"),
    }[act.kind].format(title=act.title)
