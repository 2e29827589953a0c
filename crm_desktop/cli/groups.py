"""Commands about groups and stages: who is where, moving somebody, saved segments, checklists."""

from __future__ import annotations

from typing import Any

from crm_desktop.activity import checklists
from crm_desktop.billing import account_statement
from crm_desktop.cli.arguments import JSON, WHOM
from crm_desktop.cli.command import Args, Argument, Command, Wiring
from crm_desktop.cli.printing import columns, print_json, print_lines, say
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import customer_list, customers, lifecycle, lifecycle_rules
from crm_desktop.insight import segments


def stages(arguments: Args, _wiring: Wiring) -> None:
    """`stages`."""
    counts = lifecycle.counts()
    found = [{"stage": s.label, "code": s.key, "customers": counts.get(s.id, 0)} for s in lifecycle.stages()]
    rules: list[dict[str, Any]] = [
        {"rule": lifecycle_rules.sentence(rule), "event": rule.event, "on": rule.is_on}
        for rule in lifecycle_rules.rules()
    ]
    if arguments.json:
        print_json({"stages": found, "without": counts.get(0, 0), "rules": rules})
        return
    names = ("stage", "customers")
    print_lines(columns(names, ([str(record[name]) for name in names] for record in found)))
    print_lines([rule["rule"] if rule["on"] else _("{rule} (off)").format(rule=rule["rule"]) for rule in rules])


def stage(arguments: Args, _wiring: Wiring) -> None:
    """`stage CUSTOMER STAGE`."""
    customer_id = account_statement.find_customer(arguments.customer)
    wanted = lifecycle.find(arguments.stage)
    lifecycle.move([customer_id], wanted.id, arguments.reason)
    found = customers.get(customer_id)
    words = _("{name} is “{stage}” now.").format(name=found.name, stage=wanted.label)
    moves = [
        {"from": c.from_stage or None, "to": c.to_stage or None, "on": c.changed_on.isoformat(), "reason": c.reason,
         "by_rule": c.by_rule}
        for c in lifecycle.history(customer_id)
    ]  # fmt: skip
    say(arguments, {"customer": found.number, "stage": wanted.label, "history": moves}, words)


def segment_list(arguments: Args, _wiring: Wiring) -> None:
    """`segments`."""
    found: list[dict[str, Any]] = []
    for segment in segments.all_segments():
        asked = segments.words(segment.conditions)
        found.append({"name": segment.name, "conditions": asked, "customers": segments.count(segment.conditions)})
    if arguments.json:
        print_json(found)
        return
    names = ("name", "customers", "conditions")
    print_lines(columns(names, ([str(record[name]) for name in names] for record in found)))


def segment(arguments: Args, _wiring: Wiring) -> None:
    """`segment NAME`."""
    rows = customer_list.rows(segments.ids(segments.find(arguments.name).conditions))
    if arguments.json:
        print_json([customers.as_json(customers.get(row.id)) for row in rows])
        return
    names = ("number", "name", "city", "email")
    print_lines(columns(names, ([str(getattr(row, name)) for name in names] for row in rows)))


def checklist_list(arguments: Args, _wiring: Wiring) -> None:
    """`checklists`."""
    found = [
        {"name": k.name, "starts": k.starts, "on": k.is_on,
         "steps": [{"title": s.title, "days_after": s.days_after} for s in k.steps]}
        for k in checklists.all_lists()
    ]  # fmt: skip
    if arguments.json:
        print_json(found)
        return
    lines = [
        [k.name, k.starts, ", ".join(f"{s.days_after} {s.title}" for s in k.steps)] for k in checklists.all_lists()
    ]
    print_lines(columns(("name", "starts", "steps"), lines))


COMMANDS = (
    Command(
        "stages",
        N_("the stages of customers, how many are in each, and the rules that move them"),
        stages,
        "read",
        (JSON,),
    ),
    Command(
        "stage",
        N_("put a customer into a stage"),
        stage,
        "write",
        (
            WHOM,
            Argument("stage", N_("name of the stage"), {"metavar": "STAGE"}),
            Argument("--reason", N_("why"), {"default": "", "metavar": "TEXT"}),
            JSON,
        ),
    ),
    Command("segments", N_("the saved segments with how many customers each has"), segment_list, "read", (JSON,)),
    Command(
        "segment",
        N_("the customers of a segment"),
        segment,
        "read",
        (Argument("name", N_("name of the segment"), {"metavar": "NAME"}), JSON),
    ),
    Command("checklists", N_("the checklists with their steps"), checklist_list, "read", (JSON,)),
)
