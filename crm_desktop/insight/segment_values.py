"""The figures of `customer_value` and `next_action` as segments ask for them: one text of JSON, customer → value."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from typing import Any

from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.progress import Progress
from crm_desktop.insight import customer_groups, customer_value, next_action
from crm_desktop.insight.customer_value import Value

RISKS = {"low": N_("Low"), "medium": N_("Medium"), "high": N_("High")}
_OF: dict[str, Callable[[Value], Any]] = {
    "group": lambda v: v.group or None,
    "risk": lambda v: v.risk or None,
    "interval": lambda v: v.interval,
    "next_order": lambda v: v.next_on.isoformat() if v.next_on else None,
    "expected_orders": lambda v: None if v.expected is None else round(v.expected, 2),
    "future": lambda v: v.future_minor,
    "lifetime": lambda v: v.lifetime_minor,
}


def of(key: str) -> str:
    """A figure of all customers that have it; for many customers the first question takes some seconds."""
    if key == "next_act":
        return json.dumps({action.customer_id: action.act for action in next_action.everybody()})
    read = _OF[key]
    values = ((customer, read(value)) for customer, value in customer_value.known().customers.items())
    return json.dumps({customer: value for customer, value in values if value is not None})


def is_ready(key: str) -> bool:
    """Whether a figure is known already, so that `of` gives it at once."""
    return next_action.is_ready() if key == "next_act" else customer_value.kept() is not None


def work_out(keys: Collection[str], progress: Progress) -> None:
    """Have figures ready that `of` is asked for next; for many customers call it in a job."""
    customer_value.known(progress)
    if "next_act" in keys:
        next_action.everybody(progress)


def groups() -> Sequence[tuple[str, str]]:
    """The groups: key and name."""
    return [(key, customer_groups.BY_KEY[key].name) for key in customer_groups.KEYS]


def risks() -> Sequence[tuple[str, str]]:
    """The risks: key and name."""
    return [(key, _(name)) for key, name in RISKS.items()]


def acts() -> Sequence[tuple[str, str]]:
    """The acts: key and name."""
    return [(key, _(name)) for key, name in next_action.ACTS.items()]
