"""All that the page about customers understood shows, read in one go."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from crm_desktop.care import feedback
from crm_desktop.core.progress import Progress
from crm_desktop.db import connection as db
from crm_desktop.insight import baskets, customer_groups, customer_value, market, next_action, segments, wallet
from crm_desktop.insight.baskets import Together
from crm_desktop.insight.customer_value import Known
from crm_desktop.insight.market import Against, From
from crm_desktop.insight.next_action import Action
from crm_desktop.insight.segments import Condition
from crm_desktop.insight.wallet import Share


@dataclass(frozen=True)
class Understood:
    """See the module; `best` are the acts that pay most, `nps` is None without answers, `wallet` is what each group spends on."""

    known: Known
    together: Together
    best: list[Action]
    against: list[Against]
    sources: list[From]
    nps: int | None
    wallet: dict[str, list[Share]]


def read(progress: Progress | None = None) -> Understood:
    """Everything; for many customers call it in a job."""
    known = customer_value.known(progress)
    actions = next_action.everybody(progress)
    return Understood(
        known,
        baskets.together(progress),
        next_action.best(actions),
        market.against(),
        market.by_source(known),
        feedback.nps(),
        wallet.of_groups(known, progress),
    )


def names(ids: Sequence[int]) -> dict[int, str]:
    """The names of customers by id."""
    rows = db.query(
        "SELECT c.id, c.name FROM json_each(?) j JOIN customer c ON c.id = j.value", [json.dumps(list(ids))]
    )
    return dict(rows)


def segment_of(group: str) -> int:
    """The saved segment of a group, made if there is none with its name; gives the id."""
    name, asked = customer_groups.BY_KEY[group].name, segments.where(Condition("group", "is", [group]))
    known = next((s.id for s in segments.all_segments() if s.conditions == asked), None)
    return known if known is not None else segments.save(name, asked)
