"""The rules that move customers from stage to stage, as the owner sees and changes them.

A rule says when (an event with its number), from which stages, and to which. What it does is in
`insight.lifecycle_moves`, since it reads invoices; here are its words and its row.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal

from crm_desktop.core.errors import NotFound, ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import lifecycle
from crm_desktop.db import connection as db

EVENTS = ("opportunity", "quote", "first_invoice", "first_paid_invoice", "orders", "quiet", "idle_days")
# Events that count something.
NUMBERED = ("orders", "quiet", "idle_days")
_SCALE = 1_000_000


@dataclass(frozen=True)
class Rule:
    """One rule. `number` is how many orders, times the usual interval, or days; `from_stages` holds keys, "" for none."""

    id: int
    event: str
    number: Decimal
    from_stages: tuple[str, ...]
    to_stage_id: int
    is_on: bool = True


def rules() -> list[Rule]:
    """All rules in the order in which they are asked."""
    return [
        Rule(i, event, Decimal(scaled) / _SCALE, tuple(json.loads(stages)), goal, bool(is_on))
        for i, event, scaled, stages, goal, is_on in db.query(
            "SELECT id, event, amount_scaled, from_stages, to_stage_id, is_on FROM lifecycle_rule ORDER BY position, id"
        )
    ]


def save(rule: Rule) -> int:
    """Add a rule (id 0) at the end, or change one; gives the id.

    Raises:
        ValidationError: a number is missing, or the rule leads nowhere.
        NotFound: it was removed meanwhile.
    """
    problems = _problems(rule)
    if problems:
        raise ValidationError(problems)
    values = {
        "event": rule.event,
        "amount_scaled": int(rule.number * _SCALE) if rule.event in NUMBERED else 0,
        "from_stages": json.dumps(list(rule.from_stages)),
        "to_stage_id": rule.to_stage_id,
        "is_on": int(rule.is_on),
    }
    with db.transaction(_("Rule of the customer stages")):
        if rule.id:
            if not db.update("lifecycle_rule", rule.id, values):
                raise NotFound(_("This rule is no longer there."))
            return rule.id
        last = db.value("SELECT coalesce(max(position), 0) FROM lifecycle_rule")
        return db.insert("lifecycle_rule", values | {"position": last + 1})


def _problems(rule: Rule) -> dict[str, str]:
    keys = {stage.id: stage.key for stage in lifecycle.stages()}
    if rule.to_stage_id not in keys:
        return {"to_stage_id": _("Choose the stage that the rule leads to.")}
    if not rule.from_stages:
        return {"from_stages": _("Choose at least one stage that the rule leads away from.")}
    if keys[rule.to_stage_id] in rule.from_stages:
        return {"from_stages": _("A rule cannot lead to the stage it begins in.")}
    if rule.event in NUMBERED and rule.number < 1:
        return {"number": _("Write a number from 1 on.")}
    if rule.event in ("orders", "idle_days") and rule.number != int(rule.number):
        return {"number": _("Write a whole number.")}
    return {}


def switch(rule_id: int, *, is_on: bool) -> None:
    """Switch a rule on or off."""
    title = _("Rule of the customer stages on") if is_on else _("Rule of the customer stages off")
    with db.transaction(title):
        db.update("lifecycle_rule", rule_id, {"is_on": int(is_on)})


def remove(rule_id: int) -> None:
    """Delete a rule; what it moved stays where it is."""
    with db.transaction(_("Delete a rule of the customer stages")):
        db.delete("lifecycle_rule", rule_id)


# ---- words -----------------------------------------------------------------------------------------------------------


def sentence(rule: Rule) -> str:
    """The rule as the owner would say it: "4 orders: customer → regular"."""
    names = {stage.key: stage.label for stage in lifecycle.stages()} | {"": _("no stage")}
    begins = ", ".join(names[key] for key in rule.from_stages if key in names)
    goal = {stage.id: stage.label for stage in lifecycle.stages()}.get(rule.to_stage_id, "")
    return _("{when}: {begins} → {goal}").format(when=when(rule), begins=begins, goal=goal)


def when(rule: Rule) -> str:
    """What has to happen, with its number."""
    plain = {
        "opportunity": _("A deal is opened"),
        "quote": _("A quote is issued"),
        "first_invoice": _("First invoice"),
        "first_paid_invoice": _("First paid invoice"),
    }
    if rule.event in plain:
        return plain[rule.event]
    number = f"{rule.number.normalize():f}"
    if rule.event == "orders":
        return ngettext("{n} order", "{n} orders", int(rule.number)).format(n=number)
    if rule.event == "quiet":
        return _("No order for {n} times their usual interval").format(n=number)
    return ngettext(
        "No order and no contact for {n} day", "No order and no contact for {n} days", int(rule.number)
    ).format(n=number)
