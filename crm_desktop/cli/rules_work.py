"""The owner's rules in the terminal: what there is, what one would have done, on and off, and letting them act now."""

from __future__ import annotations

from typing import Any

from crm_desktop.cli.arguments import JSON
from crm_desktop.cli.command import Args, Argument, Command, Wiring
from crm_desktop.cli.printing import say
from crm_desktop.core.errors import NotFound
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.text import fold
from crm_desktop.workflow import rules, running, tending
from crm_desktop.workflow.rules import Rule


def _named(name: str) -> Rule:
    """The rule of this name, however it is written."""
    found = [rule for rule in rules.rules() if fold(rule.name) == fold(name)]
    if not found:
        raise NotFound(_("There is no rule “{name}”.").format(name=name))
    return found[0]


def _state(rule: Rule) -> str:
    rests = rules.rests(rule)
    if rests is not None:
        return _("on, but rests ({reason})").format(reason=rests.reason)
    return _("on") if rule.is_on else _("off")


def _as_json(rule: Rule) -> dict[str, Any]:
    rests = rules.rests(rule)
    why = rests.reason if rests is not None else None
    return {"id": rule.id, "name": rule.name, "on": rule.is_on, "rests": why, "rule": rules.sentence(rule)}


def show(arguments: Args, _wiring: Wiring) -> None:
    """`rule list`."""
    found = rules.rules()
    lines = [f"{_state(rule)}  {rule.name}: {rules.sentence(rule)}" for rule in found]
    say(arguments, {"rules": [_as_json(rule) for rule in found]}, *lines)


def attempt(arguments: Args, _wiring: Wiring) -> None:
    """`rule try NAME`."""
    found = running.tried(_named(arguments.name))
    said = [
        {"day": one.day.isoformat(), "customer": one.customer, "about": one.about, "acts": one.acts} for one in found
    ]
    say(
        arguments, {"would": said}, *(f"{one.day}  {one.customer}  {one.about}: {'; '.join(one.acts)}" for one in found)
    )


def switch(arguments: Args, _wiring: Wiring) -> None:
    """`rule switch NAME STATE`."""
    rule = _named(arguments.name)
    rules.switch(rule.id, is_on=arguments.state == "on")
    rule = rules.get(rule.id)
    say(arguments, _as_json(rule), f"{rule.name}: {_state(rule)}")


def tend(arguments: Args, _wiring: Wiring) -> None:
    """`tend`."""
    did = tending.tend()
    say(arguments, {"done": did}, _("{n} things done. The history names each of them.").format(n=did))


COMMANDS = (
    Command("rule list", N_("the owner's rules"), show, "read", (JSON,)),
    Command(
        "rule try",
        N_("what a rule would have done in the last twelve months"),
        attempt,
        "read",
        (Argument("name", N_("name of the rule")), JSON),
    ),
    Command(
        "rule switch",
        N_("switch a rule on or off"),
        switch,
        "write",
        (
            Argument("name", N_("name of the rule")),
            Argument("state", N_("on or off"), {"choices": ("on", "off")}),
            JSON,
        ),
    ),
    Command("tend", N_("do what is due by itself: stages, ended contracts, rules"), tend, "write", (JSON,)),
)
