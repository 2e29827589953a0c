"""Recency, frequency and value: every buying customer gets three marks from 1 to 5, and by them a group with a plain name.

A mark says in which fifth of the company's own customers somebody stands: how recent the last order is, how many orders
there were, how much they brought. Equal customers get equal marks. A customer's own rhythm counts before that of others:
whoever is still within it is not called quiet (the first mark is 4 at least), and whoever is silent for three times as
long as usual is not called loyal (2 at most). Who has no rhythm yet is measured by that of all customers
(`customer_value.silent_from`), so that nobody is "new" for good.

Source: A. M. Hughes, "Strategic Database Marketing" (1994), recency-frequency-monetary quintiles.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from crm_desktop.core.i18n import N_
from crm_desktop.core.i18n import gettext_ as _

# With fewer buying customers, fifths say nothing.
LEAST_CUSTOMERS = 10
FIFTHS, IN_RHYTHM, OUT_OF_RHYTHM = 5, 4, 2


@dataclass(frozen=True, slots=True)
class Group:
    """One group: the least and the most of each mark that belong to it; the first that fits counts."""

    key: str
    label: str
    meaning: str
    recency: tuple[int, int]
    frequency: tuple[int, int] = (1, 5)
    value: tuple[int, int] = (1, 5)
    most_orders: int = 0
    tone: str = "grey"

    @property
    def name(self) -> str:
        """The name on the screen."""
        return _(self.label)


GROUPS = (
    Group("best", N_("Best customers"), N_("buy often, much, and lately"), (4, 5), (4, 5), (4, 5), tone="green"),
    Group("loyal", N_("Loyal"), N_("buy often and lately"), (3, 5), (4, 5), tone="green"),
    Group("new", N_("New"), N_("bought for the first time, lately"), (4, 5), most_orders=1, tone="blue"),
    Group("promising", N_("Promising"), N_("bought lately, not yet often"), (4, 5), tone="blue"),
    Group("attention", N_("Need attention"), N_("in the middle, and not heard from lately"), (3, 3), tone="amber"),
    Group("leaving", N_("About to leave"), N_("bought often or much, and stopped"), (1, 2), (4, 5), tone="red"),
    Group("leaving", N_("About to leave"), N_("bought often or much, and stopped"), (1, 2), (1, 5), (5, 5), tone="red"),
    Group("quiet", N_("Gone quiet"), N_("bought now and then, not for a while"), (2, 2), tone="amber"),
    Group("lost", N_("Long gone"), N_("bought little, long ago; Figures counts the stage “Lost” instead"), (1, 1)),
)
KEYS = tuple(dict.fromkeys(group.key for group in GROUPS))
BY_KEY = {group.key: group for group in reversed(GROUPS)}


@dataclass(frozen=True, slots=True)
class Marks:
    """Three marks from 1 to 5, and the group that they lead to."""

    recency: int
    frequency: int
    value: int
    group: str


def fifths(values: Sequence[int]) -> list[int]:
    """The fifth (1 to 5, 5 the highest) in which each value stands; equal values stand in the same one."""
    ordered = sorted(values)
    return [1 + min(FIFTHS - 1, FIFTHS * bisect_left(ordered, value) // len(ordered)) for value in values]


def group_of(recency: int, frequency: int, value: int, orders: int) -> str:
    """The key of the group of three marks and a number of orders."""
    for group in GROUPS:
        if (
            group.recency[0] <= recency <= group.recency[1]
            and group.frequency[0] <= frequency <= group.frequency[1]
            and group.value[0] <= value <= group.value[1]
            and (not group.most_orders or orders <= group.most_orders)
        ):
            return group.key
    return GROUPS[-1].key


def marks(last_days: Sequence[int], orders: Sequence[int], net: Sequence[int], rhythm: Sequence[int]) -> list[Marks]:
    """The marks of all customers, in the order given; `rhythm` is 1 within, −1 far out of it, 0 unknown or between."""
    found = []
    rows = zip(fifths(last_days), fifths(orders), fifths(net), orders, rhythm, strict=True)
    for recency, frequency, value, number, kept in rows:
        seen = max(recency, IN_RHYTHM) if kept > 0 else min(recency, OUT_OF_RHYTHM) if kept < 0 else recency
        found.append(Marks(seen, frequency, value, group_of(seen, frequency, value, number)))
    return found
