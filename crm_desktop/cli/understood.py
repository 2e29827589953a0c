"""Commands about customers understood: who is in which group, why a figure, what goes together, what to do next."""

from __future__ import annotations

from typing import Any

from crm_desktop.billing import account_statement
from crm_desktop.cli.arguments import JSON
from crm_desktop.cli.command import Args, Argument, Command, Wiring
from crm_desktop.cli.printing import columns, print_json, print_lines
from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import customers
from crm_desktop.insight import baskets, customer_groups, customer_value, next_action, value_reasons
from crm_desktop.insight.customer_value import Known, Value


def understood(arguments: Args, _wiring: Wiring) -> None:
    """`understood [CUSTOMER]`."""
    known = customer_value.known()
    if arguments.customer:
        _one(arguments, known)
        return
    sizes, together = customer_value.sizes(known), baskets.together()
    record: dict[str, Any] = {
        "customers": len(known.customers),
        "groups": {key: sizes.get(key, 0) for key in customer_groups.KEYS},
        "not_enough_known": known.missing,
        "cohorts": [
            {"quarter": c.label, "customers": c.customers, "returned": list(c.returned)} for c in known.cohorts
        ],
        "together": [
            {"first": together.names.get(p.first, ""), "other": together.names.get(p.other, ""), "both": p.both,
             "of": p.with_first, "confidence": round(p.confidence, 4), "support": round(p.support, 4),
             "lift": round(p.lift, 3)}
            for p in together.bills[:20]
        ],
    }  # fmt: skip
    if arguments.json:
        print_json(record)
        return
    print_lines(columns(("group", "customers"), ([g.name, str(sizes.get(k, 0))] for k, g in _groups())))
    if known.missing:
        print_lines([value_reasons.not_yet(known.missing)])


def _groups() -> list[tuple[str, customer_groups.Group]]:
    return [(key, customer_groups.BY_KEY[key]) for key in customer_groups.KEYS]


def _one(arguments: Args, known: Known) -> None:
    customer_id = account_statement.find_customer(arguments.customer)
    found, action = known.customers.get(customer_id), next_action.of_customer(customer_id)
    reasons = value_reasons.of(found, known) if found else []
    if arguments.json:
        print_json(_record(customer_id, found) | {"next": _act(action) if action else None, "why": [
            {"figure": why.name, "is": why.figure, "formula": why.formula, "inputs": dict(why.inputs)} for why in reasons
        ]})  # fmt: skip
        return
    print_lines([f"{why.name}: {why.figure}" for why in reasons] or [_("Nothing bought yet.")])
    if action:
        print_lines([f"{action.words}: {action.reason}"])


def _record(customer_id: int, value: Value | None) -> dict[str, Any]:
    record: dict[str, Any] = {"customer": customers.get(customer_id).number}
    if value is None:
        return record
    return record | {
        "group": value.group or None, "orders": value.orders, "first": value.first_on.isoformat(),
        "last": value.last_on.isoformat(), "net_minor": value.net_minor, "interval": value.interval,
        "next_on": value.next_on.isoformat() if value.next_on else None,
        "risk": None if value.alive is None or not value.risk else round(1 - value.alive, 4),
        "expected_orders": None if value.expected is None else round(value.expected, 4),
        "worth_minor": value.worth_minor, "future_minor": value.future_minor, "lifetime_minor": value.lifetime_minor,
    }  # fmt: skip


def next_(arguments: Args, _wiring: Wiring) -> None:
    """`next`."""
    found = next_action.best(next_action.everybody(), arguments.number)
    if arguments.json:
        print_json([_act(action) for action in found])
        return
    rows = ([a.name, a.words, a.reason, next_action.formula(a), a.served_by] for a in found)
    print_lines(columns(("customer", "act", "reason", "worth", "served_by"), rows))


def _act(action: next_action.Action) -> dict[str, Any]:
    return {
        "customer": customers.get(action.customer_id).number, "name": action.name, "act": action.act,
        "rule": action.rule, "channel": action.channel or None, "reason": action.reason,
        "amount_minor": action.amount_minor, "chance_percent": action.chance, "worth_minor": action.worth_minor,
        "served_by": action.served_by,
    }  # fmt: skip


COMMANDS = (
    Command(
        "understood",
        N_("groups of customers by how they buy, who comes back, what is bought together; or all about one customer"),
        understood,
        "read",
        (
            Argument("customer", N_("number, name or e-mail of one customer"), {"nargs": "?", "metavar": "CUSTOMER"}),
            JSON,
        ),
    ),
    Command(
        "next",
        N_("the customers for whom an act pays most today, with the reason"),
        next_,
        "read",
        (Argument("--number", N_("how many"), {"type": int, "default": next_action.TEN, "metavar": "N"}), JSON),
    ),
)
